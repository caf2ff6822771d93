"""Tables kept on disk so that they need not be made again: found whole or not at all, never trusted blindly."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pandas as pd

_NOTE = b"workbook"


def recall(path: Path) -> tuple[pd.DataFrame, str] | None:
    """The table in a file and the note kept with it; nothing where there is none or the file is damaged.

    Every page of the file carries a checksum.
    """
    if not path.is_file():
        return None
    import pyarrow
    import pyarrow.parquet

    try:
        table = pyarrow.parquet.read_table(path, page_checksum_verification=True)
        return table.to_pandas(), (table.schema.metadata or {}).get(_NOTE, b"").decode()
    except (OSError, ValueError, pyarrow.ArrowException):
        return None


def keep(table: pd.DataFrame, path: Path, *, note: str = "") -> None:
    """Keep a table with a note; where nothing can be written, nothing is. The same table and note give the same bytes."""
    import pyarrow
    import pyarrow.parquet

    arrow = pyarrow.Table.from_pandas(table, preserve_index=False)
    arrow = arrow.replace_schema_metadata({**(arrow.schema.metadata or {}), _NOTE: note.encode()})
    write_whole(path, lambda beside: pyarrow.parquet.write_table(arrow, beside, write_page_checksum=True))


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Write beside and rename, so that a reader finds a whole file or none; where nothing can be written, nothing is."""
    beside = path.with_name(f"{path.stem}-{uuid4().hex}.part")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            write(beside)
            os.replace(beside, path)
        finally:
            beside.unlink(missing_ok=True)
