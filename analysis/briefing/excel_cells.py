"""Cells and sheets of an Excel workbook: what stands in one, how it looks, what it may be called."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any, Literal
from weakref import WeakKeyDictionary

from analysis.briefing.archive import xml_text
from analysis.ledger import Claim
from analysis.quantities import Language
from analysis.views.blocks import Inlines
from analysis.views.room import text_width
from analysis.views.wording import plain

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

HEADER = 3  # the row of a sheet's column names

_FONTS = {"zh": "宋体", "en": "Calibri"}
_WIDEST = 60  # letters
_LINE = 16  # points, with room for Chinese letters
_LONGEST = 31  # letters of a sheet's name
_PRINTED = re.compile(r"([^\d−-]*)[−-]?[\d,]+(?:\.(\d+))?(.*)", re.DOTALL)
_LOOKS: WeakKeyDictionary[Workbook, dict[tuple[str, float, bool, str], Any]] = WeakKeyDictionary()
_SCALED = ("万", "亿", " thousand", " million")


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
        base = _cut(" ".join(clean.split()).strip("'")) or "Sheet"
        name, copy = base, 1
        while name.casefold() in used or name.casefold() == "history":  # Excel keeps that one for itself
            copy += 1
            name = f"{base[: 30 - len(str(copy))]} {copy}"
        used.add(name.casefold())
        names.append(name)
    return names


def _cut(name: str) -> str:
    """As much of a name as a sheet can have, and no half of a word where whole ones leave enough to know it by."""
    cut, rest = name[:_LONGEST], name[_LONGEST:]
    whole = cut.rpartition(" ")[0]
    half = cut[-1:].isascii() and cut[-1:].isalnum() and rest[:1].isalnum()
    return (whole if half and len(whole) > _LONGEST // 2 else cut).strip(" '")


def number_format(claim: Claim) -> str:
    """The Excel format that shows a number as the paper prints it, with its mark.

    A number printed in round words (36.3万) is shown in full.

    Examples
    --------
    >>> from analysis.quantities import Label, Quantity, Status
    >>> people = Quantity(363254, "persons", Status.SYNTHETIC, Label("党员", "members"), address="figure:members")
    >>> number_format(Claim(people, "363,254")), number_format(Claim(people, "36.3万"))
    ('#,##0"†"', '#,##0"†"')
    """
    printed = _PRINTED.fullmatch(claim.text)
    word, point, suffix = printed.groups("") if printed else ("", "", "")
    decimals = len(point) if printed else claim.quantity.decimals
    if suffix in _SCALED:
        decimals, suffix = claim.quantity.decimals, ""
    digits = "0" if claim.quantity.unit in ("share", "points") else "#,##0"
    digits += "." + "0" * decimals if decimals else ""
    percent = "%" if claim.quantity.unit == "share" else ""
    words = suffix.removeprefix("%") + claim.status.mark
    return (f'"{word}"' if word else "") + digits + percent + (f'"{words}"' if words else "")


def put_content(
    sheet: Worksheet, row: int, column: int, content: Inlines, language: Language, *, align: str, bold: bool
) -> None:
    """Content as a cell: one claim as its number at full precision, all else as text."""
    if len(content) == 1 and isinstance(content[0], Claim) and not is_missing(content[0]):
        cell = put(sheet, row, column, content[0].quantity.value, language, bold=bold, align=align)
        cell.number_format = number_format(content[0])
    else:
        put(sheet, row, column, plain(content), language, bold=bold, align=align)


def put(
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
    """Write a cell. Text stays text, whatever it begins with."""
    cell: Any = sheet.cell(row, column)
    cell._style = copy(_look(sheet.parent, language, size, bold, align))
    if isinstance(value, str):
        cell.value = xml_text(value)
        cell.data_type = "s"  # never a formula, whatever it begins with
        if value.startswith(("=", "+", "-", "@")):
            cell.quotePrefix = True
    else:
        cell.value = value
    return cell


def _look(book: Workbook, language: Language, size: float, bold: bool, align: str) -> Any:
    """How a cell looks, as the workbook numbers it: openpyxl compares a style with all others at every cell it is set on."""
    from openpyxl.cell import Cell
    from openpyxl.styles import Alignment, Font

    looks = _LOOKS.setdefault(book, {})
    key = (language, size, bold, align)
    if key not in looks:
        cell: Any = Cell(book.worksheets[0])
        cell.font = Font(name=_FONTS[language], size=size, bold=bold)
        if align:
            # off the digits that end at the edge of the column before
            cell.alignment = Alignment(horizontal=align, vertical="top", indent=1 if align == "left" else 0)
        looks[key] = cell._style
    return looks[key]


def write_head(sheet: Worksheet, heads: Sequence[str], aligns: Sequence[str], language: Language) -> None:
    """Write the row of column names."""
    from openpyxl.styles import Alignment, Border, Side

    for column, text in enumerate(heads, start=1):
        cell = put(sheet, HEADER, column, text, language, bold=True)
        align = aligns[column - 1] if column <= len(aligns) else "left"
        indent = 1 if align == "left" else 0
        cell.alignment = Alignment(horizontal=align, vertical="center", wrap_text=True, indent=indent)
        cell.border = Border(top=Side("medium"), bottom=Side("thin"))


def is_missing(claim: Claim) -> bool:
    """Whether the claim's number does not exist."""
    return not math.isfinite(claim.quantity.value)


def rule_below(sheet: Worksheet, row: int, columns: int, *, weight: Literal["thin", "medium"] = "medium") -> None:
    """Rule off a row."""
    from openpyxl.styles import Border, Side

    for column in range(1, columns + 1):
        cell = sheet.cell(row, column)
        cell.border = Border(top=cell.border.top, bottom=Side(weight))


def finish(sheet: Worksheet, heads: Sequence[str], rows: Sequence[Sequence[str]], *, frozen: str) -> None:
    """Set the columns' widths by what they hold, freeze what names it, and make it print well."""
    from openpyxl.utils import get_column_letter

    for column, head in enumerate(heads):
        texts = [head, *(row[column] for row in rows if column < len(row))]
        widest = max(text_width(text) for text in texts) * 1.1 + 3
        sheet.column_dimensions[get_column_letter(column + 1)].width = min(max(widest, 8), _WIDEST)
        if widest > _WIDEST:
            _wrap(sheet, column + 1, HEADER + 1, HEADER + len(rows))
    for position, cells in enumerate(rows, start=HEADER + 1):
        lines = max((_lines(text, _WIDEST) for text in cells), default=1)
        if lines > 1:  # not every program makes room for wrapped text by itself
            sheet.row_dimensions[position].height = _LINE * lines
    sheet.freeze_panes = frozen
    fit_to_width(sheet, "landscape")
    sheet.print_title_rows = f"{HEADER}:{HEADER}"


def spread_out(sheet: Worksheet, row: int, columns: int) -> None:
    """Let a long text run over all columns of the table above it, in as many lines as it takes."""
    from openpyxl.styles import Alignment
    from openpyxl.utils import get_column_letter

    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=columns)
    cell = sheet.cell(row, 1)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    room = sum(sheet.column_dimensions[get_column_letter(column + 1)].width for column in range(columns))
    # merged cells do not grow by themselves
    sheet.row_dimensions[row].height = _LINE * _lines(str(cell.value), room)


def _lines(text: str, room: float) -> int:
    """About how many lines a text takes in a column.

    Chinese letters are over twice as wide as a figure and others narrower; long addresses leave lines half empty.
    """
    wide = text_width(text) - len(text)
    narrow = 1.2 if max(map(len, text.split()), default=0) > room / 2 and not wide else 0.95
    return math.ceil((2.2 * wide + narrow * (len(text) - wide) + 1) / room)


def _wrap(sheet: Worksheet, column: int, first: int, last: int) -> None:
    """Let the cells of a column run over lines; cells that look the same are given the same look, made once."""
    wrapped: dict[tuple[int, ...], Any] = {}
    for row in range(first, last + 1):
        cell: Any = sheet.cell(row, column)
        look = tuple(cell._style or ())
        if look not in wrapped:
            alignment = copy(cell.alignment)
            alignment.wrap_text = True
            cell.alignment = alignment
            wrapped[look] = cell._style
        cell._style = copy(wrapped[look])


def fit_to_width(sheet: Worksheet, orientation: Literal["portrait", "landscape"]) -> None:
    """Print on A4, as wide as the paper and as long as it needs."""
    sheet.sheet_format.defaultRowHeight, sheet.sheet_format.customHeight = _LINE, True
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation = orientation
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
