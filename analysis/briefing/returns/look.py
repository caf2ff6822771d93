"""How a return looks: one face, quiet fills that say what a cell is for, and pages that print."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import TYPE_CHECKING, Any, Literal

from analysis.briefing.documents.archive import xml_text
from analysis.quantities import Language
from analysis.sources.returns.template import Role, Text
from analysis.views.theme import ACCENT, COVERED, HAIRLINE, INK, MUTED

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

FILL_IN = "FFF9E3"  # to be filled in
SUMMED = "EEF2F6"  # filled by a formula
WRONG = "F6C7AE"
RIGHT = "DDEBDD"
COUNT_FORMAT = "#,##0"

_FACES = {"zh": "Microsoft YaHei", "en": "Calibri"}
_SIZES = {
    "title": 16.0,
    "lead": 10.5,
    "note": 9.0,
    "band": 9.0,
    "number": 8.0,
    "label": 10.5,
    "value": 11.0,
    "choice": 11.0,
}
_BOLD = {"title", "head", "group", "total", "label"}
_FRAMED = {"head", "band", "number", "line", "group", "input", "sum", "total", "check", "label", "value", "choice",
           "shown"}  # fmt: skip


class Look:
    """The styles of a workbook, each made once: openpyxl is slow at comparing them."""

    def __init__(self, book: Workbook, language: Language) -> None:
        self.language = language
        self._sample: Any = book.worksheets[0].cell(1, 1)
        self._plain = copy(self._sample._style)
        self._styles: dict[tuple[Role, int], Any] = {}

    def write(self, sheet: Worksheet, address: str, value: str | int | None, role: Role, *, level: int = 0) -> Any:
        """Write a cell in its role; text stays text, whatever it begins with, unless it is a formula of ours."""
        cell: Any = sheet[address]
        if isinstance(value, str):
            say(cell, value)
        elif value is not None:
            cell.value = value
        cell._style = copy(self._style(role, level))
        if isinstance(value, str) and value[:1] in "=+-@" and value:
            cell.quotePrefix = True
        return cell

    def write_all(self, sheet: Worksheet, texts: Mapping[str, Text]) -> None:
        """Write each text of the template at its place."""
        for address, (text, role, level) in texts.items():
            self.write(sheet, address, None if text == "" else text, role, level=level)

    def formula(self, sheet: Worksheet, address: str, formula: str, role: Role) -> None:
        """Write a formula that we composed."""
        cell: Any = sheet[address]
        cell.value = xml_text(formula)
        cell._style = copy(self._style(role, 0))

    def _style(self, role: Role, level: int) -> Any:
        if (role, level) not in self._styles:
            self._dress(role, level)
            self._styles[role, level] = copy(self._sample._style)
            self._sample._style = copy(self._plain)
        return self._styles[role, level]

    def _dress(self, role: Role, level: int) -> None:
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

        cell = self._sample
        light = role == "head"
        ink = {"title": COVERED, "note": MUTED, "hint": MUTED, "number": MUTED, "lead": MUTED}.get(role, INK)
        color = "FFFFFF" if light else ink.lstrip("#")
        cell.font = Font(name=_FACES[self.language], size=_SIZES.get(role, 10.0), bold=role in _BOLD, color=color)
        fill = {"head": COVERED.lstrip("#"), "band": SUMMED, "number": SUMMED, "line": None, "group": SUMMED,
                "input": FILL_IN, "shown": FILL_IN, "choice": FILL_IN, "sum": SUMMED, "total": SUMMED, "check": SUMMED,
                "label": SUMMED}.get(role)  # fmt: skip
        if fill:
            cell.fill = PatternFill("solid", start_color=fill)
        if role in _FRAMED:
            side = Side("thin", color=HAIRLINE.lstrip("#"))
            cell.border = Border(left=side, right=side, top=side, bottom=side)
        counts = role in ("input", "shown", "sum", "total", "check")
        centred = role in ("head", "band", "number")
        cell.alignment = Alignment(
            horizontal="right" if counts else "center" if centred else "left",
            vertical="top" if role == "text" else "center",
            wrap_text=role in ("band", "head", "text", "value", "choice", "label", "note"),
            indent=1 + 2 * level if role in ("line", "group") else int(role in ("label", "value", "choice", "note")),
        )
        if counts:
            cell.number_format = COUNT_FORMAT
        cell.protection = Protection(locked=role not in ("input", "choice"))


def say(cell: Any, text: str) -> None:
    """Put a text into a cell that has its look already; it stays text, whatever it begins with."""
    cell.value = xml_text(text)
    cell.data_type = "s"
    cell.quotePrefix = text[:1] in "=+-@" and text != ""


def marked(sheet: Worksheet, area: str, formula: str, *, wrong: bool = True) -> None:
    """Colour an area where a formula holds: what is wrong, or what is right."""
    from openpyxl.formatting.rule import FormulaRule
    from openpyxl.styles import Font, PatternFill

    fill = PatternFill("solid", bgColor=WRONG if wrong else RIGHT)
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
