"""How a return looks: one face, quiet fills that say what a cell is for, and pages that print."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from analysis.briefing.documents.archive import xml_text
from analysis.quantities import Language
from analysis.sources.returns.template import Cell, Role
from analysis.views.theme import ACCENT, COVERED, HAIRLINE, INK, MUTED

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

FILL_IN = "#FFF9E3"  # to be filled in
SUMMED = "#EEF2F6"  # filled by a formula
WRONG = "#F6C7AE"
RIGHT = "#DDEBDD"

_FACES = {"zh": "Microsoft YaHei", "en": "Calibri"}


@dataclass(frozen=True)
class _Style:
    size: float = 10.0
    ink: str = INK
    fill: str = ""
    bold: bool = False
    framed: bool = True
    align: Literal["left", "center", "right"] = "left"  # counts stand to the right
    vertical: Literal["center", "top"] = "center"
    wraps: bool = False
    indent: int = 0
    locked: bool = True


_STYLES: dict[Role, _Style] = {
    "title": _Style(16.0, COVERED, bold=True, framed=False),
    "lead": _Style(10.5, MUTED, framed=False),
    "note": _Style(9.0, MUTED, framed=False, wraps=True, indent=1),
    "hint": _Style(ink=MUTED, framed=False),
    "text": _Style(framed=False, vertical="top", wraps=True),
    "head": _Style(ink="#FFFFFF", fill=COVERED, bold=True, align="center", wraps=True),
    "band": _Style(9.0, fill=SUMMED, align="center", wraps=True),
    "number": _Style(8.0, MUTED, SUMMED, align="center"),
    "line": _Style(indent=1),
    "group": _Style(fill=SUMMED, bold=True, indent=1),
    "input": _Style(fill=FILL_IN, align="right", locked=False),
    "shown": _Style(fill=FILL_IN, align="right"),
    "sum": _Style(fill=SUMMED, align="right"),
    "total": _Style(fill=SUMMED, bold=True, align="right"),
    "check": _Style(fill=SUMMED, align="right"),
    "label": _Style(10.5, fill=SUMMED, bold=True, wraps=True, indent=1),
    "value": _Style(11.0, wraps=True, indent=1),
    "state": _Style(11.0, wraps=True, indent=1),
    "choice": _Style(11.0, fill=FILL_IN, wraps=True, indent=1, locked=False),
}


class Look:
    """The styles of a workbook, each made once: openpyxl is slow at comparing them."""

    def __init__(self, book: Workbook, language: Language) -> None:
        self.language = language
        self._sample: Any = book.worksheets[0].cell(1, 1)
        self._plain = copy(self._sample._style)
        self._styles: dict[tuple[Role, int], Any] = {}

    def write(self, sheet: Worksheet, address: str, content: Cell) -> None:
        """Write a cell of the template; text stays text, whatever it begins with, unless it is a formula of ours."""
        cell: Any = sheet[address]
        if content.is_formula:
            cell.value = xml_text(str(content.text))
        elif isinstance(content.text, str) and content.text:
            say(cell, content.text)
        elif content.text != "":
            cell.value = content.text
        cell._style = copy(self._style(content.role, content.level))
        if cell.data_type == "s":
            cell.quotePrefix = str(content.text)[:1] in "=+-@"

    def _style(self, role: Role, level: int) -> Any:
        if (role, level) not in self._styles:
            self._dress(_STYLES[role], level)
            self._styles[role, level] = copy(self._sample._style)
            self._sample._style = copy(self._plain)
        return self._styles[role, level]

    def _dress(self, style: _Style, level: int) -> None:
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

        cell, ink = self._sample, style.ink.lstrip("#")
        cell.font = Font(name=_FACES[self.language], size=style.size, bold=style.bold, color=ink)
        if style.fill:
            cell.fill = PatternFill("solid", start_color=style.fill.lstrip("#"))
        if style.framed:
            side = Side("thin", color=HAIRLINE.lstrip("#"))
            cell.border = Border(left=side, right=side, top=side, bottom=side)
        indent = style.indent + 2 * level
        cell.alignment = Alignment(
            horizontal=style.align, vertical=style.vertical, wrap_text=style.wraps, indent=indent
        )
        if style.align == "right":
            cell.number_format = "#,##0"
        cell.protection = Protection(locked=style.locked)


def say(cell: Any, text: str) -> None:
    """Put a text into a cell that has its look already; it stays text, whatever it begins with."""
    cell.value = xml_text(text)
    cell.data_type = "s"
    cell.quotePrefix = text[:1] in "=+-@" and text != ""


def checked(sheet: Worksheet, area: str, formula: str) -> None:
    """Colour an area as wrong where a formula holds that begins at its first cell; as right where it is nought."""
    marked(sheet, area, f"{formula}<>0")
    marked(sheet, area, f"{formula}=0", wrong=False)


def marked(sheet: Worksheet, area: str, formula: str, *, wrong: bool = True) -> None:
    """Colour an area where a formula holds: what is wrong, or what is right."""
    from openpyxl.formatting.rule import FormulaRule
    from openpyxl.styles import Font, PatternFill

    fill = PatternFill("solid", bgColor=(WRONG if wrong else RIGHT).lstrip("#"))
    font = Font(color=ACCENT.lstrip("#"), bold=True) if wrong else None
    sheet.conditional_formatting.add(area, FormulaRule(formula=[formula], fill=fill, font=font))


def finish(sheet: Worksheet, *, orientation: Literal["portrait", "landscape"], footer: str) -> None:
    """Lock what is not to be filled in, and print on one page of A4."""
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation = orientation
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom, margins.footer = 0.5, 0.6, 0.3
    sheet.oddFooter.left.text = footer.replace("&", "&&")
    sheet.oddFooter.right.text = "&P / &N"
    sheet.oddFooter.left.size = sheet.oddFooter.right.size = 8
    protection = sheet.protection
    protection.sheet = True
    protection.formatColumns = protection.formatRows = False  # may be widened to read
