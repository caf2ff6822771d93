"""Text, tables and pictures on a slide, in sizes that are read from a seat. Lengths in points."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import quoteattr

from analysis.briefing.archive import xml_text
from analysis.quantities import Language
from analysis.style import Style
from analysis.views.blocks import Inlines, Table
from analysis.views.room import cell_width, column_shares, text_width
from analysis.views.theme import COVERED, HAIRLINE, INK, MUTED
from analysis.views.wording import plain

WIDTH, HEIGHT = 960.0, 540.0
MARGIN = 48.0
FACES: dict[Language, tuple[str, str]] = {"zh": ("Arial", "微软雅黑"), "en": ("Calibri", "Microsoft YaHei")}
_LETTER = 0.57  # width of a Latin letter, in its size, with room to spare; a Chinese one has twice it
_LINE = 1.3
_SLIDES = ("ppt/slides/slide", "ppt/notesSlides/")
_RUN = re.compile(r"<a:rPr\b[^>]*[^/]>.*?</a:rPr>", re.DOTALL)
_FILL = re.compile(r'<a:srgbClr val="([0-9A-F]{6})"')
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


def write(
    slide: Any, contents: Sequence[Inlines], box: Box, look: Type, *, language: Language, gap: float = 0.0
) -> Any:
    """Paragraphs in a text box; numbers carry their marks."""
    from pptx.enum.text import MSO_ANCHOR
    from pptx.util import Pt

    shape = slide.shapes.add_textbox(Pt(box.left), Pt(box.top), Pt(box.width), Pt(box.height))
    frame = shape.text_frame
    frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.TOP
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    fill_paragraphs(frame, contents, look, language=language, gap=gap)
    return shape


def fill_paragraphs(
    frame: Any, contents: Sequence[Inlines], look: Type, *, language: Language, gap: float = 0.0
) -> None:
    """Write paragraphs into a text frame."""
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Pt

    for place, content in enumerate(contents):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        paragraph.alignment = {"left": PP_ALIGN.LEFT, "right": PP_ALIGN.RIGHT, "center": PP_ALIGN.CENTER}[look.align]
        paragraph.line_spacing = _LINE - 0.1
        paragraph.space_before = Pt(gap if place else 0)
        _run(paragraph, plain(content), look, language)


def _run(paragraph: Any, text: str, look: Type, language: Language) -> None:
    from pptx.dml.color import RGBColor
    from pptx.oxml.ns import qn
    from pptx.util import Pt

    run = paragraph.add_run()
    run.text = xml_text(text).replace("\n", " ")
    font = run.font
    font.size, font.bold = Pt(look.size), look.bold
    font.color.rgb = RGBColor.from_string(look.colour.removeprefix("#"))
    latin, east = FACES[language]
    font.name = latin
    properties = run._r.get_or_add_rPr()
    properties.set("lang", "zh-CN" if language == "zh" else "en-GB")
    properties.append(properties.makeelement(qn("a:ea"), {"typeface": east}))


def bar(slide: Any, box: Box) -> None:
    """A filled rectangle that says nothing to a screen reader."""
    from pptx.dml.color import RGBColor
    from pptx.enum.shapes import MSO_SHAPE
    from pptx.util import Pt

    shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, Pt(box.left), Pt(box.top), Pt(box.width), Pt(box.height))
    shape.fill.solid()
    shape.fill.fore_color.rgb = RGBColor.from_string(COVERED.removeprefix("#"))
    shape.line.fill.background()
    shape.shadow.inherit = False
    shape._element.nvSpPr.cNvPr.set("descr", "")


def picture(slide: Any, png: bytes, box: Box, *, alt: str) -> Any:
    """A picture with its alternative text; as wide as it is by itself where the box says no width."""
    import io

    from pptx.util import Pt

    width = Pt(box.width) if box.width else None
    shape = slide.shapes.add_picture(io.BytesIO(png), Pt(box.left), Pt(box.top), width, Pt(box.height))
    shape._element.nvPicPr.cNvPr.set("descr", xml_text(alt))
    return shape


def in_style(parts: dict[str, bytes], style: Style, language: Language) -> dict[str, bytes]:
    """The parts of a presentation in the colours and faces of a style: what is bold is a heading."""
    if style.is_house:
        return parts
    latin, east = FACES[language]

    def faces(found: re.Match[str]) -> str:
        heading = ' b="1"' in found[0].partition(">")[0]
        own = [one.headings if heading else one.body for one in (style.en, style.zh)]
        told = zip(("latin", "ea"), (own[0] or latin, own[1] or east), strict=True)
        run = found[0]
        for tag, face in told:
            run = re.sub(rf'<a:{tag} typeface="[^"]*"', f"<a:{tag} typeface={quoteattr(face)}", run)
        return run

    def dressed(part: bytes) -> bytes:
        text = _RUN.sub(faces, part.decode())
        return _FILL.sub(lambda found: f'<a:srgbClr val="{style.colours.on(f"#{found[1]}")[1:]}"', text).encode()

    return {name: dressed(part) if name.startswith(_SLIDES) else part for name, part in parts.items()}


def table_size(table: Table, *, size: float) -> tuple[float, float]:
    """The width and height a table is likely to need."""
    return sum(width * size * _LETTER + 16 for width in _widths(table)), row_height(size) * (len(table.rows) + 1)


def _widths(table: Table) -> list[float]:
    """The widest text of each column, in Latin letters."""
    return [
        max([text_width(column.label), *(cell_width(row[place]) for row in table.rows)])
        for place, column in enumerate(table.columns)
    ]


def row_height(size: float) -> float:
    """The height of a table's row of one line."""
    return size * 1.9


def native_table(slide: Any, table: Table, box: Box, *, size: float, language: Language) -> None:
    """A table that can be edited: rules above, below and under its head, as in the paper."""
    from pptx.util import Pt

    rows = len(table.rows) + 1
    shape = slide.shapes.add_table(
        rows, len(table.columns), Pt(box.left), Pt(box.top), Pt(box.width), Pt(row_height(size) * rows)
    )
    shape._element.nvGraphicFramePr.cNvPr.set("descr", xml_text(table.title))
    made = shape.table
    properties = made._tbl.tblPr
    properties.find(_a("tableStyleId")).text = _PLAIN_TABLE
    properties.set("bandRow", "0")
    for place, share in enumerate(_shares(table)):
        made.columns[place].width = Pt(box.width * share)
    for row in made.rows:
        row.height = Pt(row_height(size))
    for place, column in enumerate(table.columns):
        _cell(made.cell(0, place), (column.label,), Type(size, MUTED, bold=True, align=column.align), language)
        _rule(made.cell(0, place), top=1.5, bottom=0.75)
    for number, cells in enumerate(table.rows, start=1):
        is_total = number == rows - table.total_rows
        for place, content in enumerate(cells):
            look = Type(size, INK, align=table.columns[place].align)
            _cell(made.cell(number, place), content, look, language)
            _rule(made.cell(number, place), top=0.75 if is_total else 0, bottom=1.5 if number == rows - 1 else 0)


def _shares(table: Table) -> list[float]:
    """Widths by what stands in the columns, never less than the paper's."""
    widths = [width + 3 for width in _widths(table)]
    asked = column_shares(table)
    mixed = [width / sum(widths) * 0.8 + share * 0.2 for width, share in zip(widths, asked, strict=True)]
    return [share / sum(mixed) for share in mixed]


def _cell(cell: Any, content: Inlines, look: Type, language: Language) -> None:
    from pptx.enum.text import MSO_ANCHOR
    from pptx.util import Pt

    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.margin_left = cell.margin_right = Pt(4)
    cell.margin_top = cell.margin_bottom = Pt(1)
    fill_paragraphs(cell.text_frame, [content], look, language=language)


def _rule(cell: Any, *, top: float, bottom: float) -> None:
    """Rules of so many points above and below a cell; none for 0."""
    properties = cell._tc.get_or_add_tcPr()
    for side, width in (("lnT", top), ("lnB", bottom)):
        line = properties.makeelement(_a(side), {"w": str(round(width * 12700))})
        properties.append(line)
        if not width:
            line.append(line.makeelement(_a("noFill"), {}))
            continue
        solid = line.makeelement(_a("solidFill"), {})
        colour = INK if width > 1 else HAIRLINE
        solid.append(solid.makeelement(_a("srgbClr"), {"val": colour.removeprefix("#")}))
        line.append(solid)


def _a(name: str) -> str:
    from pptx.oxml.ns import qn

    tag: str = qn(f"a:{name}")
    return tag
