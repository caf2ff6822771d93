"""Registers in Excel workbooks: one visible sheet, one row of names, a row an enterprise. Each cell as it lies in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import DataError, Problem, one_of
from analysis.input_models import RegisterInput
from analysis.messages import said
from analysis.sources.registers.columns import ONE_ROW, TITLE_ROWS, header_among
from analysis.sources.registers.readers.raw import Raw, TextTable
from analysis.sources.sheet_rows import Book, Sheet
from analysis.sources.workbooks import reading

if TYPE_CHECKING:
    import duckdb

_COMPUTED = "open it in Excel or LibreOffice, and save it"


def raw(connection: duckdb.DuckDBPyConnection, path: Path, settings: RegisterInput, place: Path) -> Raw:
    """A sheet as a table of texts."""
    with reading(path) as archive:
        book = Book(archive)
        title, notes = _chosen(book, settings, path.name)
        where = said("{file}, sheet {title}", file=path.name, title=title)
        sheet = Sheet(book, title)
        rows = sheet.rows()
        top = list(islice(rows, TITLE_ROWS))
        above, names = header_among([row.texts for row in top], settings, where=where)
        table, hidden = TextTable(place / "rows.parquet", names), 0

        def under_the_names() -> Iterator[tuple[int, list[str]]]:
            nonlocal hidden
            for row in chain(top[above + 1 :], rows):
                hidden += row.is_hidden
                yield row.number, row.texts

        table.take(under_the_names())
    _refuse(sheet, table, where, top[above].number)
    if hidden:
        notes.append(said("{count:,} rows are hidden or filtered out; they were counted", count=hidden))
    if columns := [name for at, name in enumerate(names) if name and at in sheet.hidden]:
        notes.append(said("hidden columns were read: {names}", names=", ".join(columns)))
    return table.raw(connection, where, table.rows + above + 1, above + 1, notes=tuple(notes))


def _chosen(book: Book, settings: RegisterInput, where: str) -> tuple[str, list[str]]:
    """The sheet that is named in the study, or the only visible one with a row of names; what a reader should know of it."""
    if settings.sheet:
        if settings.sheet not in book.sheets:
            allowed = one_of(list(book.sheets), seen=settings.sheet)
            raise DataError(Problem(where, "has no such sheet", settings.sheet, allowed))
        return settings.sheet, []
    visible = [title for title, (_, is_visible) in book.sheets.items() if is_visible]
    if not visible:
        allowed = "a visible sheet, or its name: sheet = … in [register]"
        raise DataError(Problem(where, "has no visible sheet", ", ".join(book.sheets), allowed))
    problems, named = list[Problem](), list[str]()
    for title in visible:
        try:
            top = [row.texts for row in islice(Sheet(book, title).rows(), TITLE_ROWS)]
            header_among(top, settings, where=f"{where}, sheet {title}")
            named.append(title)
        except DataError as fault:
            problems += fault.problems
    if len(named) > 1:
        what = "several sheets could be the register"
        raise DataError(Problem(where, what, ", ".join(named), "the name of one: sheet = … in [register]"))
    if not named:
        hidden = ", ".join(title for title in book.sheets if title not in visible)
        more = said("not read: {others}; a sheet is named by sheet = … in [register]", others=hidden)
        raise DataError(problems, instead=more if hidden else "")
    left = [title for title in book.sheets if title != named[0]]
    told = said("sheet {title} was read; not read: {others}", title=named[0], others=", ".join(left))
    return named[0], [told] if left else []


def _refuse(sheet: Sheet, table: TextTable, where: str, header: int) -> None:
    """Refuse cells merged in the row of names or under it, whose meaning is in nobody's power to say, and missing values."""
    merged = [area for area in sheet.merged if int(re.sub(r"\D", "", area.split(":")[-1]) or 0) >= header]
    if merged and table.rows:
        what = said("has merged cells ({count:,} areas)", count=len(merged))
        raise DataError(Problem(where, what, merged[0], ONE_ROW))
    if sheet.uncomputed:
        cell, _, formula = sheet.uncomputed[0].partition(": ")
        what = said("a formula without its value, as in {count:,} cells", count=len(sheet.uncomputed))
        raise DataError(Problem(said("{where}, {cell}", where=where, cell=cell), what, formula, _COMPUTED))
