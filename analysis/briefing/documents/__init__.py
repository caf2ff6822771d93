"""A paper as Word, PDF, Excel and slides, and what reads them back."""
