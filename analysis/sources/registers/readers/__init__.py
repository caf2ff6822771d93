"""One reader a format: a register as it lies in a file or a database, made ready for DuckDB."""
