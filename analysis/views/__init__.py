"""What is shown: sentences, tables, charts and maps; the only place where numbers become text."""
