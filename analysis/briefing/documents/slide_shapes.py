"""Text, tables and pictures on a slide, in sizes that are read from a seat. Lengths in points."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analysis.briefing.documents.archive import xml_text
from analysis.quantities import Language
from analysis.style import Style
from analysis.views.blocks import Inlines, Table
from analysis.views.room import cell_width, column_shares, text_width
from analysis.views.theme import COVERED, HAIRLINE, INK, MUTED
from analysis.views.wording import plain

WIDTH, HEIGHT = 960.0, 540.0
MARGIN = 48.0
_FACES: dict[Language, tuple[str, str]] = {"zh": ("Arial", "微软雅黑"), "en": ("Calibri", "Microsoft YaHei")}
_TAGS = {"zh": "zh-CN", "en": "en-GB"}
_LETTER = 0.57  # width of a Latin letter, in its size, with room to spare; a Chinese one has twice it
_LINE = 1.3
_PLAIN_TABLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # no style, no grid


@dataclass(frozen=True)
class Box:
    """A place on a slide."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Type:
    """How text looks."""

    size: float
    colour: str = INK
    bold: bool = False
    align: str = "left"


def lines_of(content: Inlines, *, size: float, width: float) -> int:
    """How many lines a text is likely to take."""
    return max(1, -int(-cell_width(content) * size * _LETTER // width))


def height_of(contents: Sequence[Inlines], *, size: float, width: float, gap: float = 0.0) -> float:
    """How tall paragraphs are likely to be, with a gap between them."""
    lines = sum(lines_of(content, size=size, width=width) for content in contents)
    return lines * size * _LINE + gap * max(len(contents) - 1, 0)


def table_size(table: Table, *, size: float) -> tuple[float, float]:
    """The width and height a table is likely to need."""
    return sum(width * size * _LETTER + 16 for width in _widths(table)), row_height(size) * (len(table.rows) + 1)


def row_height(size: float) -> float:
    """The height of a table's row of one line."""
    return size * 1.9


@dataclass(frozen=True)
class Pen:
    """What writes and draws on slides, in a language and a style: what is bold is in the face of headings."""

    language: Language
    style: Style

    def colour(self, house: str) -> Any:
        """One of the house's colours, as the style has it."""
        from pptx.dml.color import RGBColor

        return RGBColor.from_string(self.style.colours.on(house).removeprefix("#"))

    def write(self, slide: Any, contents: Sequence[Inlines], box: Box, look: Type, *, gap: float = 0.0) -> None:
        """Paragraphs in a text box; numbers carry their marks."""
        from pptx.enum.text import MSO_ANCHOR

        frame = slide.shapes.add_textbox(*_lengths(box)).text_frame
        frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.TOP
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        self.fill(frame, contents, look, gap=gap)

    def fill(self, frame: Any, contents: Sequence[Inlines], look: Type, *, gap: float = 0.0) -> None:
        """Write paragraphs into a text frame."""
        from pptx.enum.text import PP_ALIGN
        from pptx.util import Pt

        for place, content in enumerate(contents):
            paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
            paragraph.alignment = getattr(PP_ALIGN, look.align.upper())
            paragraph.line_spacing = _LINE - 0.1
            paragraph.space_before = Pt(gap if place else 0)
            self._run(paragraph, plain(content), look)

    def _run(self, paragraph: Any, text: str, look: Type) -> None:
        from pptx.util import Pt

        run = paragraph.add_run()
        run.text = xml_text(text).replace("\n", " ")
        run.font.size, run.font.bold, run.font.color.rgb = Pt(look.size), look.bold, self.colour(look.colour)
        own = [faces.headings if look.bold else faces.body for faces in (self.style.en, self.style.zh)]
        latin, east = (face or house for face, house in zip(own, _FACES[self.language], strict=True))
        run.font.name = latin
        properties = run._r.get_or_add_rPr()
        properties.set("lang", _TAGS[self.language])
        properties.append(properties.makeelement(_a("ea"), {"typeface": east}))

    def bar(self, slide: Any, box: Box) -> None:
        """A filled rectangle that says nothing to a screen reader."""
        from pptx.enum.shapes import MSO_SHAPE

        shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *_lengths(box))
        shape.fill.solid()
        shape.fill.fore_color.rgb = self.colour(COVERED)
        shape.line.fill.background()
        shape.shadow.inherit = False
        shape._element.nvSpPr.cNvPr.set("descr", "")

    def picture(self, slide: Any, png: bytes, box: Box, *, alt: str) -> Any:
        """A picture with its alternative text; as wide as it is by itself where the box says no width."""
        left, top, width, height = _lengths(box)
        shape = slide.shapes.add_picture(io.BytesIO(png), left, top, width or None, height)
        shape._element.nvPicPr.cNvPr.set("descr", xml_text(alt))
        return shape

    def table(self, slide: Any, table: Table, box: Box, *, size: float) -> None:
        """A table that can be edited: rules above, below and under its head, as in the paper."""
        from pptx.util import Pt

        rows = len(table.rows) + 1
        place = Box(box.left, box.top, box.width, row_height(size) * rows)
        shape = slide.shapes.add_table(rows, len(table.columns), *_lengths(place))
        shape._element.nvGraphicFramePr.cNvPr.set("descr", xml_text(table.title))
        made = shape.table
        made._tbl.tblPr.find(_a("tableStyleId")).text = _PLAIN_TABLE
        made._tbl.tblPr.set("bandRow", "0")
        for column, share in zip(made.columns, _shares(table), strict=True):
            column.width = Pt(box.width * share)
        for row in made.rows:
            row.height = Pt(row_height(size))
        heads: tuple[Inlines, ...] = tuple((column.label,) for column in table.columns)
        for number, cells in enumerate((heads, *table.rows)):
            top, bottom = (1.5, 0.75) if number == 0 else (0.0, 0.0)
            top = 0.75 if number and number == rows - table.total_rows else top
            bottom = 1.5 if number == rows - 1 > 0 else bottom
            for content, column, cell in zip(cells, table.columns, made.rows[number].cells, strict=True):
                look = Type(size, INK if number else MUTED, bold=number == 0, align=column.align)
                self._cell(cell, content, look, top=top, bottom=bottom)

    def _cell(self, cell: Any, content: Inlines, look: Type, *, top: float, bottom: float) -> None:
        """A cell of a table, with rules of so many points above and below it; none for 0."""
        from pptx.enum.text import MSO_ANCHOR
        from pptx.util import Pt

        cell.vertical_anchor = MSO_ANCHOR.MIDDLE
        cell.margin_left = cell.margin_right = Pt(4)
        cell.margin_top = cell.margin_bottom = Pt(1)
        self.fill(cell.text_frame, [content], look)
        properties = cell._tc.get_or_add_tcPr()
        for side, width in (("lnT", top), ("lnB", bottom)):
            line = properties.makeelement(_a(side), {"w": str(round(width * 12700))})
            properties.append(line)
            ink = line.makeelement(_a("solidFill" if width else "noFill"), {})
            line.append(ink)
            if width:
                colour = self.colour(INK if width > 1 else HAIRLINE)
                ink.append(ink.makeelement(_a("srgbClr"), {"val": str(colour)}))


def _lengths(box: Box) -> tuple[Any, Any, Any, Any]:
    from pptx.util import Pt

    return Pt(box.left), Pt(box.top), Pt(box.width), Pt(box.height)


def _widths(table: Table) -> list[float]:
    """The widest text of each column, in Latin letters."""
    return [
        max([text_width(column.label), *(cell_width(row[place]) for row in table.rows)])
        for place, column in enumerate(table.columns)
    ]


def _shares(table: Table) -> list[float]:
    """Widths by what stands in the columns, never less than the paper's."""
    widths = [width + 3 for width in _widths(table)]
    asked = column_shares(table)
    mixed = [width / sum(widths) * 0.8 + share * 0.2 for width, share in zip(widths, asked, strict=True)]
    return [share / sum(mixed) for share in mixed]


def _a(name: str) -> str:
    from pptx.oxml.ns import qn

    tag: str = qn(f"a:{name}")
    return tag
