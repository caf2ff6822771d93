"""A paper's tables as an Excel workbook: notes first, a sheet for each table, the ledger last.

A number stays a number, at full precision; its format shows what the paper prints, mark included.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from analysis.briefing.archive import core_properties, packed, unpacked, xml_text
from analysis.ledger import Claim
from analysis.quantities import Label, Language, Status
from analysis.views.blocks import Inlines, Table, Title
from analysis.views.layout import Paper, Placed, caption, text_width
from analysis.views.wording import STATUS, derivation, plain, status_word

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_NOTES = Label("说明", "Notes")
_LEDGER = Label("数字清单", "Ledger")
_STATUS = Label("状态", "Status")
_SHEETS = Label("工作表", "Sheets")
_KEY = Label("数字的状态及其标记", "Status of numbers, and its mark")
_LEDGER_COLUMNS = (
    Label("编号", "No."),
    Label("名称", "Name"),
    Label("所印", "As printed"),
    Label("数值", "Value"),
    Label("单位", "Unit"),
    Label("基数", "Base"),
    Label("状态", "Status"),
    Label("出处", "Address"),
    Label("推导", "Derivation"),
)
_FONTS = {"zh": "宋体", "en": "Calibri"}
_WIDEST = 60  # letters
_HEADER = 3  # the row of a sheet's column names

_PRINTED = re.compile(r"[−-]?[\d,]+(?:\.(\d+))?(.*)", re.DOTALL)
_SCALED = ("万", "亿", " thousand", " million")


def excel(paper: Paper) -> bytes:
    """The workbook; the same paper gives the same bytes."""
    import openpyxl

    book = openpyxl.Workbook()
    language = paper.language
    tables = list(paper.tables())
    reserved = (_NOTES.of(language), _LEDGER.of(language))
    names = sheet_names([_placed_table(placed).title for placed in tables], taken=reserved)
    notes = book.active
    notes.title = reserved[0]
    _write_notes(notes, paper, [(name, caption(placed, language)) for name, placed in zip(names, tables, strict=True)])
    for name, placed in zip(names, tables, strict=True):
        _write_table(book.create_sheet(name), placed, language)
    _write_ledger(book.create_sheet(reserved[1]), paper)
    written = io.BytesIO()
    book.save(written)
    # openpyxl stamps the hour of writing into the properties and the archive
    parts = unpacked(written.getvalue())
    return packed(parts | {"docProps/core.xml": core_properties(paper.title, language)})


def sheet_names(titles: Iterable[str], *, taken: Sequence[str] = ()) -> list[str]:
    """Names that Excel allows, each once: at most 31 letters, none of `[]:*?/\\\\`, no apostrophe at the ends.

    Examples
    --------
    >>> sheet_names(["A/B: all", "a b  all", ""])
    ['A B all', 'a b all 2', 'Sheet']
    """
    names: list[str] = []
    used = {name.casefold() for name in taken}
    for title in titles:
        clean = re.sub(r"[\[\]:*?/\\]", " ", xml_text(title))
        base = " ".join(clean.split()).strip("'")[:31].strip(" '") or "Sheet"
        name, copy = base, 1
        while name.casefold() in used or name.casefold() == "history":  # Excel keeps that one for itself
            copy += 1
            name = f"{base[: 30 - len(str(copy))]} {copy}"
        used.add(name.casefold())
        names.append(name)
    return names


def number_format(claim: Claim) -> str:
    """The Excel format that shows a number as the paper prints it, with its mark.

    A number printed in round words (36.3万) is shown in full.

    Examples
    --------
    >>> from analysis.quantities import Quantity
    >>> people = Quantity(363254, "persons", Status.SYNTHETIC, Label("党员", "members"), address="figure:members")
    >>> number_format(Claim(people, "363,254")), number_format(Claim(people, "36.3万"))
    ('#,##0"†"', '#,##0"†"')
    """
    printed = _PRINTED.fullmatch(claim.text)
    decimals, suffix = (len(printed[1] or ""), printed[2]) if printed else (claim.quantity.decimals, "")
    if suffix in _SCALED:
        decimals, suffix = claim.quantity.decimals, ""
    digits = "0" if claim.quantity.unit in ("share", "points") else "#,##0"
    digits += "." + "0" * decimals if decimals else ""
    percent = "%" if claim.quantity.unit == "share" else ""
    words = suffix.removeprefix("%") + claim.status.mark
    return digits + percent + (f'"{words}"' if words else "")


def _placed_table(placed: Placed) -> Table:
    assert isinstance(placed.block, Table)
    return placed.block


def _write_notes(sheet: Worksheet, paper: Paper, listed: Sequence[tuple[str, str]]) -> None:
    language = paper.language
    titles = [placed.block for placed in paper.blocks if isinstance(placed.block, Title)]
    _put(sheet, 1, 1, paper.title, language, bold=True, size=16)
    lines: list[tuple[str, ...]] = [(title.subtitle,) for title in titles if title.subtitle]
    lines += [detail for title in titles for detail in title.details]
    lines += [(), (_KEY.of(language),)]
    lines += [(STATUS[status].of(language), status.mark) for status in Status]
    lines += [(), (_SHEETS.of(language),), *listed, (_LEDGER.of(language),)]
    sheets = {name for name, _ in listed} | {_LEDGER.of(language)}
    start = len(lines) - len(listed) - 1
    for row, line in enumerate(lines):
        for column, text in enumerate(line, start=1):
            heading = text in (_KEY.of(language), _SHEETS.of(language)) and len(line) == 1
            cell = _put(sheet, row + 3, column, text, language, bold=heading)
            if column == 1 and row >= start and text in sheets:
                quoted = text.replace("'", "''")
                cell.hyperlink = f"#'{quoted}'!A1"
    sheet.column_dimensions["A"].width = 34
    sheet.column_dimensions["B"].width = 70
    sheet.sheet_view.showGridLines = False


def _write_table(sheet: Worksheet, placed: Placed, language: Language) -> None:
    table = _placed_table(placed)
    has_numbers = any(isinstance(piece, Claim) for row in table.rows for cell in row for piece in cell)
    heads = [column.label for column in table.columns] + ([_STATUS.of(language)] if has_numbers else [])
    _put(sheet, 1, 1, caption(placed, language), language, bold=True, size=13)
    _write_head(sheet, heads, [column.align for column in table.columns], language)
    first_total = len(table.rows) - table.total_rows
    for row, cells in enumerate(table.rows):
        for column, content in enumerate(cells):
            align = table.columns[column].align
            _put_content(sheet, _HEADER + 1 + row, column + 1, content, language, align=align, bold=row >= first_total)
        if has_numbers:
            _put(sheet, _HEADER + 1 + row, len(heads), _row_status(cells, language), language)
    _rule_below(sheet, _HEADER + len(table.rows), len(heads))
    if table.note:
        _put(sheet, _HEADER + len(table.rows) + 2, 1, plain(table.note), language, size=9)
    _finish(sheet, heads, [[plain(cell) for cell in row] for row in table.rows], frozen=f"B{_HEADER + 1}")


def _write_ledger(sheet: Worksheet, paper: Paper) -> None:
    language = paper.language
    heads = [column.of(language) for column in _LEDGER_COLUMNS]
    _put(sheet, 1, 1, _LEDGER.of(language), language, bold=True, size=13)
    _write_head(sheet, heads, ["left", "left", "right", "right"], language)
    shown = []
    for row, (number, claim) in enumerate(paper.ledger.numbered().items(), start=_HEADER + 1):
        quantity = claim.quantity
        base = "" if quantity.base is None else quantity.base.of(language)
        value: Any = "" if _is_missing(claim) else quantity.value
        addresses = "; ".join(dict.fromkeys(leaf.address for leaf in quantity.leaves()))
        status = status_word(claim.status, language)
        cells = [number, quantity.label.of(language), claim.marked, value, quantity.unit, base, status, addresses]
        cells.append(derivation(quantity, language))
        for column, cell in enumerate(cells, start=1):
            _put(sheet, row, column, cell, language, align="right" if column in (3, 4) else "left")
        shown.append([str(cell) for cell in cells])
    _rule_below(sheet, _HEADER + len(shown), len(heads))
    _finish(sheet, heads, shown, frozen=f"D{_HEADER + 1}")
    sheet.auto_filter.ref = f"A{_HEADER}:I{_HEADER + max(len(shown), 1)}"


def _write_head(sheet: Worksheet, heads: Sequence[str], aligns: Sequence[str], language: Language) -> None:
    from openpyxl.styles import Alignment, Border, Side

    for column, text in enumerate(heads, start=1):
        cell = _put(sheet, _HEADER, column, text, language, bold=True)
        align = aligns[column - 1] if column <= len(aligns) else "left"
        cell.alignment = Alignment(horizontal=align, vertical="center", wrap_text=True)
        cell.border = Border(top=Side("medium"), bottom=Side("thin"))


def _put_content(
    sheet: Worksheet, row: int, column: int, content: Inlines, language: Language, *, align: str, bold: bool
) -> None:
    if len(content) == 1 and isinstance(content[0], Claim) and not _is_missing(content[0]):
        cell = _put(sheet, row, column, content[0].quantity.value, language, bold=bold, align=align)
        cell.number_format = number_format(content[0])
    else:
        _put(sheet, row, column, plain(content), language, bold=bold, align=align)


def _put(
    sheet: Worksheet,
    row: int,
    column: int,
    value: str | float,
    language: Language,
    *,
    bold: bool = False,
    size: float = 10.5,
    align: str = "",
) -> Any:
    from openpyxl.styles import Alignment, Font

    cell: Any = sheet.cell(row, column)
    if isinstance(value, str):
        cell.value = xml_text(value)
        cell.data_type = "s"  # never a formula, whatever it begins with
        cell.quotePrefix = value[:1] in "=+-@" and value != ""
    else:
        cell.value = value
    cell.font = Font(name=_FONTS[language], size=size, bold=bold)
    if align:
        cell.alignment = Alignment(horizontal=align, vertical="top")
    return cell


def _row_status(cells: Sequence[Inlines], language: Language) -> str:
    statuses = [piece.status for cell in cells for piece in cell if isinstance(piece, Claim)]
    return status_word(max(statuses), language) if statuses else ""


def _is_missing(claim: Claim) -> bool:
    return not math.isfinite(claim.quantity.value)


def _rule_below(sheet: Worksheet, row: int, columns: int) -> None:
    from openpyxl.styles import Border, Side

    for column in range(1, columns + 1):
        cell = sheet.cell(row, column)
        cell.border = Border(top=cell.border.top, bottom=Side("medium"))


def _finish(sheet: Worksheet, heads: Sequence[str], rows: Sequence[Sequence[str]], *, frozen: str) -> None:
    from openpyxl.utils import get_column_letter

    for column, head in enumerate(heads):
        texts = [head, *(row[column] for row in rows if column < len(row))]
        widest = max(text_width(text) for text in texts)
        sheet.column_dimensions[get_column_letter(column + 1)].width = min(max(widest * 1.1 + 2, 8), _WIDEST)
    sheet.freeze_panes = frozen
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{_HEADER}:{_HEADER}"
