"""A paper as slides for the meeting itself: native tables, charts as pictures with alternative text, speaker's notes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from analysis.briefing.archive import core_properties, packed
from analysis.briefing.slide_plan import Slide, said_on_title, slides_of, title_of
from analysis.briefing.slide_shapes import (
    HEIGHT,
    MARGIN,
    WIDTH,
    Box,
    Type,
    bar,
    fill_paragraphs,
    height_of,
    in_style,
    lines_of,
    native_table,
    picture,
    row_height,
    table_size,
    write,
)
from analysis.briefing.typesetting import pngs, size_of
from analysis.ledger import Claim
from analysis.quantities import Label
from analysis.style import HOUSE_STYLE, Style
from analysis.views.blocks import Figure, Inlines, Section, Table, Title
from analysis.views.layout import Layout, caption, key_to_marks, lay_out
from analysis.views.theme import COVERED, INK, MUTED

_INNER = WIDTH - 2 * MARGIN
_TOP, _BOTTOM = 92.0, HEIGHT - 40.0
_BLANK = 6  # the layout without placeholders of python-pptx's own template
_TAGS = {"zh": "zh-CN", "en": "en-GB"}
_MORE = Label("（其余各行见简报）", " (the other rows stand in the paper)")
_GAP = 14.0
_CAPTION = 20.0
_BOLD = 0.85  # room that bold type leaves of a line
_LEAST = 480.0  # width of a picture beside or under a table


def slides(sections: Sequence[Section], style: Style = HOUSE_STYLE) -> bytes:
    """The paper as a PowerPoint presentation of at most ten slides; the same paper gives the same bytes.

    Examples
    --------
    >>> from analysis.views.blocks import Heading, Paragraph, Section
    >>> from analysis.briefing.archive import unpacked
    >>> made = slides([Section("a", "en", (Heading("Of how many"), Paragraph(("Of all.",))))])
    >>> "ppt/slides/slide2.xml" in unpacked(made)
    True
    """
    import pptx
    from pptx.util import Pt

    paper = lay_out(sections, style=style)
    presentation = pptx.Presentation()
    presentation.slide_width, presentation.slide_height = Pt(WIDTH), Pt(HEIGHT)
    _open(_added(presentation), title_of(sections), said_on_title(sections), paper)
    planned = slides_of(sections)
    for number, slide in enumerate(planned, start=2):
        _fill(_added(presentation), slide, paper, f"{number} / {len(planned) + 1}")
    parts = in_style(_parts(presentation), style, paper.language)
    parts["docProps/core.xml"] = core_properties(paper.title, _TAGS[paper.language])
    return packed({name: part for name, part in parts.items() if "printerSettings" not in name} | _unprinted(parts))


def _parts(presentation: Any) -> dict[str, bytes]:
    """The file's parts. python-pptx would pack them with the hour of the clock, which a zip cannot always hold."""
    from pptx.opc.serialized import PackageWriter

    found: dict[str, bytes] = {}

    class Kept:
        def write(self, uri: Any, content: bytes) -> None:
            found[uri.membername] = content

    package = presentation.part.package
    writer: Any = PackageWriter("", package._rels, tuple(package.iter_parts()))
    for put in (writer._write_content_types_stream, writer._write_pkg_rels, writer._write_parts):
        put(Kept())
    return found


def _unprinted(parts: dict[str, bytes]) -> dict[str, bytes]:
    """The relations without the printer's settings that the template brings."""
    name = "ppt/_rels/presentation.xml.rels"
    return {name: re.sub(rb"<Relationship [^>]*printerSettings[^>]*/>", b"", parts[name])}


def _added(presentation: Any) -> Any:
    return presentation.slides.add_slide(presentation.slide_layouts[_BLANK])


def _open(slide: Any, title: Title | None, said: Sequence[Inlines], paper: Layout) -> None:
    """The title a third down, with the paper's details under it."""
    _letterhead(slide, paper)
    head = title or Title(paper.title, "")
    language, left, width = paper.language, MARGIN + 22, _INNER - 22
    size = next((s for s in (34, 30) if lines_of((head.title,), size=s, width=width * _BOLD) < 2), 26.0)
    tall = height_of([(head.title,)], size=size, width=width * _BOLD)
    top = 190 - tall / 2
    bar(slide, Box(MARGIN, top, 6, tall + 40))
    look = Type(size, _of_headings(paper), bold=True)
    write(slide, [(head.title,)], Box(left, top, width, tall), look, language=language)
    write(slide, [(head.subtitle,)], Box(left, top + tall + 8, width, 32), Type(20, MUTED), language=language)
    colon = "：" if language == "zh" else ": "
    details: list[Inlines] = [(f"{name}{colon}{value}",) for name, value in head.details]
    write(slide, details, Box(left, top + tall + 74, width, 130), Type(14, INK), language=language, gap=6)
    if said:
        write(slide, list(said), Box(left, HEIGHT - 122, width, 54), Type(11, MUTED), language=language)
    if key := key_to_marks(paper):
        write(slide, [(key,)], Box(left, HEIGHT - 60, width, 30), Type(11, MUTED), language=language)


def _of_headings(paper: Layout) -> str:
    """The colour of a slide's title."""
    return paper.style.colours.changed().get("headings", INK)


def _letterhead(slide: Any, paper: Layout) -> None:
    """The logo and the lines of a style, at the top of the first slide."""
    style, left = paper.style, MARGIN
    name, content = style.logo
    if name:
        png = content if name.lower().endswith(".png") else pngs([(content.decode(errors="replace"), 40.0)], style)[0]
        shape = picture(slide, png, Box(left, 36, 0, 46), alt="标志" if paper.language == "zh" else "Logo")
        left += shape.width.pt + 14
    lines: list[Inlines] = [(line,) for line in style.letterhead(paper.language)]
    if lines:
        place = Box(left, 36, WIDTH - MARGIN - left, 46)
        write(slide, lines[:1], place, Type(18, style.colours.letterhead, bold=True), language=paper.language)
        place = Box(left, 62, WIDTH - MARGIN - left, 24)
        write(slide, lines[1:2], place, Type(11, style.colours.letterhead), language=paper.language)


def _fill(slide: Any, plan: Slide, paper: Layout, number: str) -> None:
    language = paper.language
    bar(slide, Box(MARGIN, 37, 5, 30))
    look = Type(26, _of_headings(paper), bold=True)
    write(slide, [(plan.title,)], Box(MARGIN + 16, 32, _INNER - 16, 40), look, language=language)
    contents = [paragraph.content for paragraph in plan.said]
    if plan.figures or plan.table is not None:
        look, height = Type(16), height_of(contents, size=16, width=_INNER, gap=6)
        write(slide, contents, Box(MARGIN, _TOP, _INNER, height), look, language=language, gap=6)
        _show(slide, plan, paper, Box(MARGIN, _TOP + height + _GAP, _INNER, _BOTTOM - _TOP - height - _GAP))
    else:
        _speak(slide, contents, paper)
    _foot(slide, plan, paper, number)
    if plan.notes:
        fill_paragraphs(slide.notes_slide.notes_text_frame, plan.notes, Type(12), language=language, gap=4)


def _speak(slide: Any, contents: list[Inlines], paper: Layout) -> None:
    """A slide of sentences alone, as large as they fit, each with a rule at its side."""
    width, gap = _INNER - 20, 22.0
    sizes = (24, 22, 20, 18, 16, 14, 12)
    size = next((s for s in sizes if height_of(contents, size=s, width=width, gap=gap) <= _BOTTOM - _TOP - 10), 12)
    top = _TOP + 10
    for content in contents:
        height = height_of([content], size=size, width=width)
        bar(slide, Box(MARGIN, top + 3, 3, height - 6))
        write(slide, [content], Box(MARGIN + 20, top, width, height), Type(size), language=paper.language)
        top += height + gap


def _show(slide: Any, plan: Slide, paper: Layout, box: Box) -> None:
    """Pictures and a table in the room there is: side by side, or the table over the picture."""
    if len(plan.figures) > 1:
        half = (box.width - 2 * _GAP) / 2
        for place, figure in enumerate(plan.figures):
            _picture(slide, figure, paper, Box(box.left + place * (half + 2 * _GAP), box.top, half, box.height))
    elif plan.figures and plan.table is not None:
        _both(slide, plan.figures[0], plan.table, paper, box)
    elif plan.figures:
        _picture(slide, plan.figures[0], paper, box)
    elif plan.table is not None:
        _table(slide, plan.table, paper, box, is_cut=plan.is_cut)


def _both(slide: Any, figure: Figure, table: Table, paper: Layout, box: Box) -> None:
    """Whichever arrangement leaves the picture larger; the picture alone where the table leaves it too small."""
    size = 13.0
    wide, tall = table_size(table, size=size)
    tall += _CAPTION
    beside = _fitted(figure, box.width - wide - 2 * _GAP, box.height)
    under = _fitted(figure, box.width, box.height - tall - _GAP)
    if max(beside, under) < _LEAST:
        _picture(slide, figure, paper, box)
    elif beside >= under:
        left = box.width - wide - 2 * _GAP
        _picture(slide, figure, paper, Box(box.left, box.top, left, box.height))
        _table(slide, table, paper, Box(box.left + left + 2 * _GAP, box.top, wide, box.height), largest=size)
    else:
        _table(slide, table, paper, Box(box.left, box.top, box.width, tall), largest=size)
        below = tall + _GAP
        _picture(slide, figure, paper, Box(box.left, box.top + below, box.width, box.height - below))


def _fitted(figure: Figure, width: float, height: float) -> float:
    """The width of a picture in a box, under its caption."""
    across, down = size_of(figure.svg)
    return max(min(width, (height - _CAPTION) * across / down), 0.0)


def _picture(slide: Any, figure: Figure, paper: Layout, box: Box) -> None:
    across, down = size_of(figure.svg)
    width = _fitted(figure, box.width, box.height)
    height = width * down / across
    _caption(slide, figure, paper, box)
    left = box.left + (box.width - width) / 2
    (made,) = pngs([(figure.svg, width * 25.4 / 72)], paper.style)
    picture(slide, made, Box(left, box.top + _CAPTION, width, height), alt=figure.alt)


def _table(slide: Any, table: Table, paper: Layout, box: Box, *, largest: float = 16, is_cut: bool = False) -> None:
    size = next((s for s in (16, 14, 13, 12, 11) if s <= largest and _fits(table, s, box)), 10)
    _caption(slide, table, paper, box, more=_MORE.of(paper.language) if is_cut else "")
    width = min(box.width, max(table_size(table, size=size)[0] * 1.25, box.width * 0.8))
    place = Box(box.left, box.top + _CAPTION, width, row_height(size) * (len(table.rows) + 1))
    native_table(slide, table, place, size=size, language=paper.language)


def _fits(table: Table, size: float, box: Box) -> bool:
    wide, tall = table_size(table, size=size)
    return wide <= box.width and tall <= box.height - _CAPTION


def _caption(slide: Any, block: Figure | Table, paper: Layout, box: Box, *, more: str = "") -> None:
    placed = next(placed for placed in paper.blocks if _is_same(placed.block, block))
    text = caption(placed, paper.language) + more
    place = Box(box.left, box.top, box.width, _CAPTION)
    write(slide, [(text,)], place, Type(12, MUTED, bold=True), language=paper.language)


def _is_same(one: object, other: Figure | Table) -> bool:
    return isinstance(one, type(other)) and (one.id, one.title) == (other.id, other.title)


def _foot(slide: Any, plan: Slide, paper: Layout, number: str) -> None:
    """What the marks on this slide mean, and where it stands."""
    shown = [paragraph.content for paragraph in plan.said]
    shown += [cell for row in (plan.table.rows if plan.table is not None else ()) for cell in row]
    shown += [figure.claims for figure in plan.figures]
    used = {piece.status.mark for content in shown for piece in content if isinstance(piece, Claim)}
    top, language = HEIGHT - 30, paper.language
    if any(used) and (key := key_to_marks(paper)):
        write(slide, [(key,)], Box(MARGIN, top, _INNER - 60, 16), Type(10, MUTED), language=language)
    place = Box(WIDTH - MARGIN - 60, top, 60, 16)
    write(slide, [(number,)], place, Type(10, COVERED, align="right"), language=language)
