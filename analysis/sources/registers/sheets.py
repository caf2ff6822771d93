"""Registers in Excel workbooks: one visible sheet, one row of names, a row an enterprise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.cell_text import plain
from analysis.errors import DataError, Problem, one_of
from analysis.input_models import RegisterInput
from analysis.sources.registers.raw import Raw, Sample
from analysis.sources.registers.words import headers
from analysis.sources.workbooks import opened

if TYPE_CHECKING:
    import duckdb

TITLE_ROWS = 10  # rows in which the names of columns are looked for


def raw(connection: duckdb.DuckDBPyConnection, path: Path, settings: RegisterInput, place: Path) -> Raw:
    """A sheet as a table of texts in memory; an Excel sheet has a million rows at most."""
    import pyarrow

    book = opened(path, values=True, read_only=True)
    try:
        sheet, notes = _chosen(book, settings.sheet, path.name)
        rows = enumerate(sheet.iter_rows(values_only=True), start=1)
        top = list(islice(rows, TITLE_ROWS))
        start, names = _header(top, settings, where := f"{path.name}, sheet {sheet.title}", notes)
        body = ((number, cells) for number, cells in _chain(top[start:], rows))
        numbers, columns = _texts(body, len(names))
    finally:
        book.close()
    _refuse_merged(path, sheet.title, where, start, len(numbers))
    _refuse_uncomputed(path, sheet.title, where, names, columns, numbers)
    table = pyarrow.table([pyarrow.array(column, pyarrow.string()) for column in columns], names=list(names))
    connection.register("register_sheet", table)
    numbered = table.append_column("sheet row", pyarrow.array(numbers, pyarrow.int64()))
    connection.register("register_numbered", numbered)
    return Raw(
        connection,
        "register_sheet",
        dict.fromkeys(names, "VARCHAR"),
        where,
        lambda _: Sample("register_sheet"),
        "register_numbered",
        '"sheet row"',
        notes=notes,
    )


def _chosen(book: Any, wanted: str, where: str) -> tuple[Any, tuple[str, ...]]:
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if wanted:
        found = [sheet for sheet in book.worksheets if sheet.title == wanted]
        if not found:
            allowed = one_of([sheet.title for sheet in book.worksheets], seen=wanted)
            raise DataError(Problem(where, "has no such sheet", wanted, allowed))
        return found[0], ()
    if not visible:
        raise DataError(
            Problem(where, "has no visible sheet", allowed="a visible sheet, or its name: sheet = … in [register]")
        )
    left = [sheet.title for sheet in book.worksheets if sheet is not visible[0]]
    notes = (f"sheet {visible[0].title} was read; not read: {', '.join(left)}",) if left else ()
    return visible[0], notes


def _header(
    top: Sequence[tuple[int, Sequence[Any]]], settings: RegisterInput, where: str, notes: Sequence[str]
) -> tuple[int, list[str]]:
    """The row of names: of the first rows, the one with most known names; and how many rows end with it."""
    mapped = set(settings.columns.values())

    def known(cells: Sequence[Any]) -> int:
        return sum(str(cell).strip() in mapped or _is_known(str(cell)) for cell in cells if cell is not None)

    best = max(range(len(top)), key=lambda number: (known(top[number][1]), -number), default=0)
    if not top or known(top[best][1]) < 2:
        allowed = "names such as 所属区域, 企业类别, 职工人数; others are mapped in [register.columns]"
        allowed += "".join(f"; {note}; another is named by sheet = … in [register]" for note in notes)
        raise DataError(Problem(where, f"no row of names among the first {TITLE_ROWS}", allowed=allowed))
    cells = list(top[best][1])
    while cells and cells[-1] is None:
        cells.pop()
    return best + 1, ["" if cell is None else str(cell).strip() for cell in cells]


def _is_known(text: str) -> bool:
    return plain(text.split("（")[0].split("(")[0]) in headers() or plain(text) in headers()


def _chain(first: Iterable[Any], rest: Iterable[Any]) -> Iterator[Any]:
    yield from first
    yield from rest


def _texts(body: Iterable[tuple[int, Sequence[Any]]], width: int) -> tuple[list[int], list[list[str | None]]]:
    """Row numbers, and the columns as texts; rows without any cell are left out."""
    numbers: list[int] = []
    columns: list[list[str | None]] = [[] for _ in range(width)]
    for number, cells in body:
        row = cells[:width]
        if all(cell is None for cell in row):
            continue
        numbers.append(number)
        for place in range(width):
            columns[place].append(_text(row[place]) if place < len(row) else None)
    return numbers, columns


def _text(cell: Any) -> str | None:
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime | date | time):
        return cell.isoformat(sep=" ") if isinstance(cell, datetime) else cell.isoformat()
    return str(cell)


def _refuse_merged(path: Path, title: str, where: str, header: int, rows: int) -> None:
    """Cells merged in the row of names or under it: what they mean is in nobody's power to say."""
    merged = [area for area in _merged(path, title) if _last_row(area) >= header]
    if merged and rows:
        allowed = "one row of names, one name a column, one row an enterprise"
        raise DataError(Problem(where, f"has merged cells ({len(merged):,} areas)", merged[0], allowed))


def _merged(path: Path, title: str) -> list[str]:
    """The merged areas of a sheet, read from its XML: the quick reader does not know them."""
    import re
    import zipfile

    with zipfile.ZipFile(path) as archive:
        name = _part(path, title)
        found: list[str] = []
        with archive.open(name) as stream:
            before = b""
            while block := stream.read(1 << 20):
                window = before + block
                found += [area.decode() for area in re.findall(rb'<mergeCell\s+ref="([A-Z0-9:]+)"', window)]
                before = window[-64:] if not window.rstrip().endswith(b"/>") else b""
        return list(dict.fromkeys(found))


def _part(path: Path, title: str) -> str:
    book = opened(path, read_only=True)
    try:
        return str(book[title]._worksheet_path)
    finally:
        book.close()


def _last_row(area: str) -> int:
    return int("".join(char for char in area.split(":")[-1] if char.isdigit()))


def _refuse_uncomputed(
    path: Path,
    title: str,
    where: str,
    names: Sequence[str],
    columns: Sequence[Sequence[str | None]],
    numbers: Sequence[int],
) -> None:
    """Formulas whose values were never stored look like empty cells; only then is the sheet read again."""
    empty = {
        (row, place)
        for place, column in enumerate(columns)
        for row, cell in zip(numbers, column, strict=True)
        if cell is None
    }
    if not empty:
        return
    book = opened(path, read_only=True)
    try:
        found = [
            (row, names[place], cell)
            for row, cells in enumerate(book[title].iter_rows(values_only=True), start=1)
            for place, cell in enumerate(cells[: len(names)])
            if isinstance(cell, str) and cell.startswith("=") and (row, place) in empty
        ]
    finally:
        book.close()
    if found:
        row, name, formula = found[0]
        others = f" (and {len(found) - 1:,} more)" if len(found) > 1 else ""
        what = f"a formula without its value{others}"
        raise DataError(
            Problem(f"{where}, row {row:,}, {name}", what, formula, "open it in Excel or LibreOffice, and save it")
        )
