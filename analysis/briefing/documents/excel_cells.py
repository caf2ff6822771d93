"""Cells and sheets of an Excel workbook: what stands in one, how it looks, what it may be called."""

from __future__ import annotations

import errno
import gc
import io
import math
import os
import re
import sys
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from analysis.briefing.documents.archive import Timeless, xml_text
from analysis.ledger import Claim
from analysis.quantities import Language
from analysis.style import Style
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


def is_missing(claim: Claim) -> bool:
    """Whether the claim's number does not exist."""
    return not math.isfinite(claim.quantity.value)


@dataclass(frozen=True)
class Look:
    """How a cell looks; `top` and `bottom` are the weights of its rules."""

    size: float = 10.5
    bold: bool = False
    align: str = ""
    wrap: bool = False
    top: str = ""
    bottom: str = ""


class Book:
    """A workbook being written, in a language and a style."""

    def __init__(self, language: Language, style: Style) -> None:
        import openpyxl

        self.language, self.style = language, style
        self.workbook: Workbook = openpyxl.Workbook()
        self._looks: dict[Look, Any] = {}
        self._blank: Any = self.workbook.worksheets[0].cell(1, 1)

    def sheet(self, name: str, orientation: Literal["portrait", "landscape"] = "landscape") -> Worksheet:
        """A new sheet that prints as wide as the page and as long as it needs, under the letterhead."""
        sheet = self.workbook.create_sheet(name)
        sheet.sheet_format.defaultRowHeight, sheet.sheet_format.customHeight = _LINE, True
        sheet.sheet_view.showGridLines = False
        page = sheet.page_setup
        page.orientation, page.fitToHeight = orientation, 0
        page.paperSize = sheet.PAPERSIZE_LETTER if self.style.page_size == "Letter" else sheet.PAPERSIZE_A4
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        lines = self.style.letterhead(self.language)[:2]
        sheet.oddHeader.center.text = "\n".join(lines).replace("&", "&&") or None
        return sheet

    def put(self, sheet: Worksheet, row: int, column: int, value: str | float | Inlines, look: Look = Look()) -> Any:
        """Write a cell: one claim as its number at full precision, all else as it is; text is never a formula."""
        cell: Any = sheet.cell(row, column)
        cell._style = copy(self._styled(look))
        if isinstance(value, tuple):
            if len(value) == 1 and isinstance(value[0], Claim) and not is_missing(value[0]):
                cell.value, cell.number_format = value[0].quantity.value, number_format(value[0])
                return cell
            value = plain(value)
        cell.value = xml_text(value) if isinstance(value, str) else value
        if isinstance(value, str):
            cell.data_type = "s"
            cell.quotePrefix = value.startswith(("=", "+", "-", "@"))
        return cell

    def _styled(self, look: Look) -> Any:
        """A look as the workbook numbers it: openpyxl compares a style with all others at every cell it is set on."""
        from openpyxl.cell import Cell
        from openpyxl.styles import Alignment, Border, Font, Side

        if look not in self._looks:
            cell: Any = Cell(self._blank.parent)
            faces, colour = self.style.faces(self.language), self.style.colours.changed().get("headings", "")
            face = (faces.headings if look.bold else faces.body) or _FONTS[self.language]
            cell.font = Font(face, look.size, bold=look.bold, color=f"FF{colour[1:]}" if look.bold and colour else None)
            if look.align or look.wrap:
                # off the digits that end at the edge of the column before
                indent = 1 if look.align == "left" else 0
                place = "center" if look.top else "top"
                cell.alignment = Alignment(look.align or None, place, wrap_text=look.wrap or None, indent=indent)
            if look.top or look.bottom:
                cell.border = Border(top=Side(look.top or None), bottom=Side(look.bottom or None))
            self._looks[look] = cell._style
        return self._looks[look]

    def table(
        self,
        sheet: Worksheet,
        columns: Sequence[tuple[str, str]],
        rows: Sequence[Sequence[str | float | Inlines]],
        *,
        named: int = 1,
        totals: int = 0,
    ) -> None:
        """Write a table: its columns as wide as what they hold, its names staying in view, its totals ruled off.

        Parameters
        ----------
        columns
            Each with its head and how it is aligned.
        named
            How many columns name a row.
        totals
            How many of the last rows are totals.
        """
        from openpyxl.utils import get_column_letter

        first_total = len(rows) - totals
        shown = [[plain(cell) if isinstance(cell, tuple) else str(cell) for cell in row] for row in rows]
        for column, (head, align) in enumerate(columns, start=1):
            widest = max(text_width(text) for text in (head, *(row[column - 1] for row in shown))) * 1.1 + 3
            sheet.column_dimensions[get_column_letter(column)].width = min(max(widest, 8), _WIDEST)
            self.put(sheet, HEADER, column, head, Look(bold=True, align=align, wrap=True, top="medium", bottom="thin"))
            for place, row in enumerate(rows):
                ruled = "medium" if place == len(rows) - 1 else "thin" if 0 < place == first_total - 1 else ""
                is_total = totals > 0 and place >= first_total and column <= len(row)
                look = Look(bold=is_total, align=align, wrap=widest > _WIDEST, bottom=ruled)
                self.put(sheet, HEADER + 1 + place, column, row[column - 1], look)
        for place, texts in enumerate(shown, start=HEADER + 1):
            if (height := max(row_height(text, _WIDEST) for text in texts)) > _LINE:
                sheet.row_dimensions[place].height = height  # not every program makes room for wrapped text by itself
        sheet.freeze_panes = f"{get_column_letter(named + 1)}{HEADER + 1}"
        sheet.print_title_rows = f"{HEADER}:{HEADER}"

    def spread(self, sheet: Worksheet, row: int, text: str, columns: int, look: Look = Look()) -> None:
        """Write a long text over all columns of the table above it, in as many lines as it takes."""
        from openpyxl.utils import get_column_letter

        self.put(sheet, row, 1, text, replace(look, wrap=True))
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=columns)
        room = sum(sheet.column_dimensions[get_column_letter(column + 1)].width for column in range(columns))
        sheet.row_dimensions[row].height = row_height(text, room)  # merged cells do not grow by themselves


def row_height(text: str, room: float) -> int:
    """The height in points of the lines that a text is likely to take in a column so many letters wide.

    Chinese letters are over twice as wide as a figure and others narrower; long addresses leave lines half empty.
    """
    wide = text_width(text) - len(text)
    narrow = 1.2 if max(map(len, text.split()), default=0) > room / 2 and not wide else 0.95
    return _LINE * math.ceil((2.2 * wide + narrow * (len(text) - wide) + 1) / room)


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
