"""A paper's tables as an Excel workbook: notes first, a sheet for each table, the ledger last.

A number stays a number, at full precision; its format shows what the paper prints, mark included.
"""

from __future__ import annotations

import errno
import gc
import io
import os
import sys
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from analysis.briefing.archive import Timeless, core_properties, packed, unpacked
from analysis.briefing.excel_cells import (
    HEADER,
    finish,
    fit_to_width,
    is_missing,
    put,
    put_content,
    rule_below,
    sheet_names,
    spread_out,
    write_head,
)
from analysis.ledger import Claim
from analysis.quantities import Label, Language, Status
from analysis.views.blocks import Figure, Heading, Inlines, Paragraph, Table, Title
from analysis.views.layout import Layout, Placed, caption
from analysis.views.wording import STATUS, derivation, plain, status_word

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_NOTES = Label("说明", "Notes")
_LEDGER = Label("数字清单", "Ledger")
_STATUS = Label("状态", "Status")
_BASE_OF_RATES = Label("比率的基数", "Base of the rates")
_SHEETS = Label("工作表", "Sheets")
_KEY = Label("数字的状态及其标记", "Status of numbers, and its mark")
_LEDGER_COLUMNS = (
    Label("编号", "No."),
    Label("名称", "Name"),
    Label("所印", "As printed"),
    Label("数值", "Value"),
    Label("单位", "Unit"),
    Label("基数", "Base"),
    _STATUS,
    Label("出处", "Address"),
    Label("推导", "Derivation"),
)


def excel(paper: Layout) -> bytes:
    """The workbook; the same paper gives the same bytes."""
    import openpyxl

    book = openpyxl.Workbook()
    language = paper.language
    tables = [*paper.tables(), *_data_of_figures(paper)]
    reserved = (_NOTES.of(language), _LEDGER.of(language))
    names = sheet_names([_placed_table(placed).title for placed in tables], taken=reserved)
    notes = book.active
    notes.title = reserved[0]
    _write_notes(notes, paper, [(name, caption(placed, language)) for name, placed in zip(names, tables, strict=True)])
    for name, placed in zip(names, tables, strict=True):
        _write_table(book.create_sheet(name), placed, language)
    _write_ledger(book.create_sheet(reserved[1]), paper)
    _dress(book, paper)
    # openpyxl stamps the hour of writing into the properties and the archive
    parts = unpacked(saved(book))
    return packed(parts | {"docProps/core.xml": core_properties(paper.title, language)})


def _dress(book: Any, paper: Layout) -> None:
    """The workbook in a style: its faces, headings in their colour, its page, the letterhead at the head of what is printed."""
    style, language = paper.style, paper.language
    if style.is_house:
        return
    faces, colour = style.faces(language), style.colours.changed().get("headings", "")
    for place, font in enumerate(book._fonts):
        changed = copy(font)
        changed.name = (faces.headings if font.b else faces.body) or font.name
        if font.b and colour:
            changed.color = f"FF{colour[1:]}"
        book._fonts[place] = changed
    for sheet in book.worksheets:
        sheet.page_setup.paperSize = sheet.PAPERSIZE_LETTER if style.page_size == "Letter" else sheet.PAPERSIZE_A4
        sheet.oddHeader.center.text = "\n".join(style.letterhead(language)[:2]).replace("&", "&&") or None


def saved(book: Workbook) -> bytes:
    """The workbook's bytes. openpyxl writes its sheets to the disk first, and lxml has its own words for a full one."""
    from lxml.etree import SerialisationError  # type: ignore[import-untyped]
    from openpyxl.writer.excel import ExcelWriter

    written, fault = io.BytesIO(), ""
    hook, sys.unraisablehook = sys.unraisablehook, lambda _: None  # a sheet half written fails again when thrown away
    try:
        ExcelWriter(book, Timeless(written)).save()  # not compressed: it is packed anew
    except SerialisationError as error:
        fault = str(error)  # such as IO_ENOSPC
    finally:
        if fault:
            gc.collect()
        sys.unraisablehook = hook
    if fault:
        number = getattr(errno, fault.removeprefix("IO_"), errno.EIO)
        raise OSError(number, os.strerror(number))
    return written.getvalue()


def _data_of_figures(paper: Layout) -> Iterator[Placed]:
    """The data of charts of one's own, each under its figure's number and title."""
    for placed in paper.blocks:
        if isinstance(placed.block, Figure) and placed.block.data is not None:
            yield replace(placed, block=replace(placed.block.data, title=placed.block.title))


def _placed_table(placed: Placed) -> Table:
    assert isinstance(placed.block, Table)
    return placed.block


def _write_notes(sheet: Worksheet, paper: Layout, listed: Sequence[tuple[str, str]]) -> None:
    language = paper.language
    titles = [placed.block for placed in paper.blocks if isinstance(placed.block, Title)]
    put(sheet, 1, 1, paper.title, language, bold=True, size=16)
    sheet.row_dimensions[1].height = 26
    sheet.column_dimensions["A"].width = 34
    sheet.column_dimensions["B"].width = 70
    lines: list[tuple[str, ...]] = [(title.subtitle,) for title in titles if title.subtitle]
    lines += [detail for title in titles for detail in title.details]
    notes = _said_first(paper)
    lines += [(), *((note,) for note in notes)] if notes else []
    lines += [(), (_KEY.of(language),)]
    lines += [(STATUS[status].of(language), status.mark) for status in Status]
    lines += [(), (_SHEETS.of(language),), *listed, (_LEDGER.of(language),)]
    sheets = {name for name, _ in listed} | {_LEDGER.of(language)}
    start = len(lines) - len(listed) - 1
    for row, line in enumerate(lines):
        for column, text in enumerate(line, start=1):
            heading = text in (_KEY.of(language), _SHEETS.of(language)) and len(line) == 1
            cell = put(sheet, row + 3, column, text, language, bold=heading)
            if text in notes:
                spread_out(sheet, row + 3, 2)
            if column == 1 and row >= start and text in sheets:
                quoted = text.replace("'", "''")
                cell.hyperlink = f"#'{quoted}'!A1"
    fit_to_width(sheet, "portrait")


def _said_first(paper: Layout) -> list[str]:
    """What a paper says between its title and its first heading: of what it is, and what it withholds."""
    first = takewhile(lambda placed: not isinstance(placed.block, Heading), paper.blocks)
    return [plain(placed.block.content) for placed in first if isinstance(placed.block, Paragraph)]


def _write_table(sheet: Worksheet, placed: Placed, language: Language) -> None:
    table = _placed_table(placed)
    has_numbers = any(isinstance(piece, Claim) for row in table.rows for cell in row for piece in cell)
    bases = [_row_bases(cells, language) for cells in table.rows]
    heads = [column.label for column in table.columns]
    heads += [_BASE_OF_RATES.of(language)] if any(bases) else []
    heads += [_STATUS.of(language)] if has_numbers else []
    put(sheet, 1, 1, caption(placed, language), language, bold=True, size=13)
    write_head(sheet, heads, [column.align for column in table.columns], language)
    first_total = len(table.rows) - table.total_rows
    for row, cells in enumerate(table.rows):
        for column, content in enumerate(cells):
            align = table.columns[column].align
            put_content(sheet, HEADER + 1 + row, column + 1, content, language, align=align, bold=row >= first_total)
        if any(bases):
            put(sheet, HEADER + 1 + row, len(table.columns) + 1, bases[row], language, align="left")
        if has_numbers:
            put(sheet, HEADER + 1 + row, len(heads), _row_status(cells, language), language, align="left")
    if table.total_rows and first_total > 0:
        rule_below(sheet, HEADER + first_total, len(heads), weight="thin")
    rule_below(sheet, HEADER + len(table.rows), len(heads))
    if table.note:
        put(sheet, HEADER + len(table.rows) + 2, 1, plain(table.note), language, size=9)
    shown = [[*map(plain, row), base] for row, base in zip(table.rows, bases, strict=True)]
    finish(sheet, heads, shown, frozen=f"B{HEADER + 1}")
    if table.note:
        spread_out(sheet, HEADER + len(table.rows) + 2, len(heads))


def _write_ledger(sheet: Worksheet, paper: Layout) -> None:
    language = paper.language
    heads = [column.of(language) for column in _LEDGER_COLUMNS]
    put(sheet, 1, 1, _LEDGER.of(language), language, bold=True, size=13)
    write_head(sheet, heads, ["left", "left", "right", "right"], language)
    shown = []
    for row, (number, claim) in enumerate(paper.ledger.numbered().items(), start=HEADER + 1):
        quantity = claim.quantity
        base = "" if quantity.base is None else quantity.base.of(language)
        value: Any = "" if is_missing(claim) else quantity.value
        addresses = "; ".join(dict.fromkeys(leaf.address for leaf in quantity.leaves()))
        status = status_word(claim.status, language)
        cells = [number, quantity.label.of(language), claim.marked, value, quantity.unit, base, status, addresses]
        cells.append(derivation(quantity, language))
        for column, cell in enumerate(cells, start=1):
            put(sheet, row, column, cell, language, align="right" if column in (3, 4) else "left")
        shown.append([str(cell) for cell in cells])
    rule_below(sheet, HEADER + len(shown), len(heads))
    finish(sheet, heads, shown, frozen=f"D{HEADER + 1}")
    sheet.auto_filter.ref = f"A{HEADER}:I{HEADER + max(len(shown), 1)}"


def _row_bases(cells: Sequence[Inlines], language: Language) -> str:
    """What the shares of a row are shares of: whoever copies a number has the name of its base beside it."""
    shares = (piece.quantity for cell in cells for piece in cell if isinstance(piece, Claim))
    names = (share.base.of(language) for share in shares if share.unit == "share" and share.base is not None)
    return "; ".join(dict.fromkeys(names)) if language == "en" else "；".join(dict.fromkeys(names))


def _row_status(cells: Sequence[Inlines], language: Language) -> str:
    statuses = [piece.status for cell in cells for piece in cell if isinstance(piece, Claim)]
    return status_word(max(statuses), language) if statuses else ""
