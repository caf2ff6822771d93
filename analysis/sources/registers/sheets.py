"""Registers in Excel workbooks: one visible sheet, one row of names, a row an enterprise."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING
from xml.etree import ElementTree

from analysis.errors import DataError, Problem, one_of
from analysis.input_models import RegisterInput
from analysis.messages import said
from analysis.sources.registers.columns import TITLE_ROWS, header_among
from analysis.sources.registers.raw import Raw, change_in, quoted
from analysis.sources.workbooks import reading

if TYPE_CHECKING:
    import duckdb

ROW = "row of the sheet"  # our column of the rows' numbers
_TRUE = ("1", "true")
_AREA = re.compile(r"([A-Z]*)(\d+)(?::[A-Z]*(\d+))?")

Texts = list[str | None]


def raw(connection: duckdb.DuckDBPyConnection, path: Path, settings: RegisterInput, place: Path) -> Raw:
    """A sheet as a table of texts in memory; an Excel sheet has a million rows at most."""
    import pyarrow

    changed = change_in(path)
    with reading(path) as archive:
        book = _Book(archive)
        title, notes = _chosen(book, settings, path.name)
        where = f"{path.name}, sheet {title}"
        sheet = _Sheet(book, title)
        rows = sheet.rows()
        top = list(islice(rows, TITLE_ROWS))
        above, names = _header(top, settings, where, notes)
        table = _Table(names)
        hidden = 0
        for row in (*top[above:], *[]):
            hidden += table.add(row)
        for row in rows:
            hidden += table.add(row)
    _refuse(sheet, where, top[above - 1].number, names)
    numbers, columns = table.whole()
    if hidden:
        notes.append(said("{count:,} rows are hidden; they were counted", count=hidden))
    if sheet.hidden_columns & {number for number, _ in columns}:
        notes.append("some columns are hidden; they were read")
    held = {(name if names.index(name) == at else f"column {at}") or f"column {at}": one for at, (name, one) in enumerate(columns)}
