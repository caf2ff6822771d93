"""The workbooks that districts fill in."""

from analysis.briefing.returns.book import books, write_filled, write_templates

__all__ = ["books", "write_filled", "write_templates"]
