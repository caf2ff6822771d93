"""A paper as slides for the meeting itself: native tables, charts as pictures with alternative text, speaker's notes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analysis.briefing.documents.archive import core_properties, packed
from analysis.briefing.documents.slide_plan import Slide, said_on_title, slides_of, title_of
from analysis.briefing.documents.slide_shapes import (
    HEIGHT,
    MARGIN,
    WIDTH,
    Box,
    Pen,
    Type,
    height_of,
    lines_of,
    row_height,
    table_size,
)
from analysis.briefing.documents.typesetting import pngs, size_of
from analysis.briefing.documents.word import logo_png
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
    >>> from analysis.briefing.documents.archive import unpacked
    >>> made = slides([Section("a", "en", (Heading("Of how many"), Paragraph(("Of all.",))))])
    >>> "ppt/slides/slide2.xml" in unpacked(made)
    True
    """
    import pptx
    from pptx.util import Pt

    paper = lay_out(sections, style=style)
    presentation = pptx.Presentation()
    presentation.slide_width, presentation.slide_height = Pt(WIDTH), Pt(HEIGHT)
    _Drawn(_added(presentation), paper).open(title_of(sections), said_on_title(sections))
    planned = slides_of(sections)
    for number, plan in enumerate(planned, start=2):
        _Drawn(_added(presentation), paper).fill(plan, f"{number} / {len(planned) + 1}")
    parts = _parts(presentation)
    parts["docProps/core.xml"] = core_properties(paper.title, _TAGS[paper.language], paper.run)
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


@dataclass(frozen=True)
class _Drawn:
    """A slide of a paper, and what draws on it."""

    slide: Any
    paper: Layout

    @property
    def pen(self) -> Pen:
        return Pen(self.paper.language, self.paper.style)

    def write(self, contents: Sequence[Inlines], box: Box, look: Type, *, gap: float = 0.0) -> None:
        self.pen.write(self.slide, contents, box, look, gap=gap)

    def bar(self, box: Box) -> None:
        self.pen.bar(self.slide, box)

    def heading(self, size: float) -> Type:
        """How a slide's title looks."""
        return Type(size, self.paper.style.colours.changed().get("headings", INK), bold=True)

    def open(self, title: Title | None, said: Sequence[Inlines]) -> None:
        """The title a third down, with the paper's details under it."""
        self.letterhead()
        head = title or Title(self.paper.title, "")
        left, width = MARGIN + 22, _INNER - 22
        size = next((s for s in (34, 30) if lines_of((head.title,), size=s, width=width * _BOLD) < 2), 26.0)
        tall = height_of([(head.title,)], size=size, width=width * _BOLD)
        top = 190 - tall / 2
        self.bar(Box(MARGIN, top, 6, tall + 40))
        self.write([(head.title,)], Box(left, top, width, tall), self.heading(size))
        self.write([(head.subtitle,)], Box(left, top + tall + 8, width, 32), Type(20, MUTED))
        colon = "：" if self.paper.language == "zh" else ": "
        details: list[Inlines] = [(f"{name}{colon}{value}",) for name, value in head.details]
        self.write(details, Box(left, top + tall + 74, width, 130), Type(14, INK), gap=6)
        if said:
            self.write(list(said), Box(left, HEIGHT - 122, width, 54), Type(11, MUTED))
        if key := key_to_marks(self.paper):
            self.write([(key,)], Box(left, HEIGHT - 60, width, 30), Type(11, MUTED))

    def letterhead(self) -> None:
        """The logo and the lines of a style, at the top of the first slide."""
        style, left = self.paper.style, MARGIN
        if style.logo[0]:
            alt = "标志" if self.paper.language == "zh" else "Logo"
            left += self.pen.picture(self.slide, logo_png(style), Box(left, 36, 0, 46), alt=alt).width.pt + 14
        lines: list[Inlines] = [(line,) for line in style.letterhead(self.paper.language)]
        if lines:
            colour, width = style.colours.letterhead, WIDTH - MARGIN - left
            self.write(lines[:1], Box(left, 36, width, 46), Type(18, colour, bold=True))
            self.write(lines[1:2], Box(left, 62, width, 24), Type(11, colour))

    def fill(self, plan: Slide, number: str) -> None:
        """What a slide after the title says and shows."""
        self.bar(Box(MARGIN, 37, 5, 30))
        self.write([(plan.title,)], Box(MARGIN + 16, 32, _INNER - 16, 40), self.heading(26))
        contents = [paragraph.content for paragraph in plan.said]
        if plan.figures or plan.table is not None:
            height = height_of(contents, size=16, width=_INNER, gap=6)
            self.write(contents, Box(MARGIN, _TOP, _INNER, height), Type(16), gap=6)
            self.show(plan, Box(MARGIN, _TOP + height + _GAP, _INNER, _BOTTOM - _TOP - height - _GAP))
        else:
            self.speak(contents)
        self.foot(plan, number)
        if plan.notes:
            self.pen.fill(self.slide.notes_slide.notes_text_frame, plan.notes, Type(12), gap=4)

    def speak(self, contents: list[Inlines]) -> None:
        """Sentences alone, as large as they fit, each with a rule at its side."""
        width, gap, sizes = _INNER - 20, 22.0, (24, 22, 20, 18, 16, 14, 12)
        size = next((s for s in sizes if height_of(contents, size=s, width=width, gap=gap) <= _BOTTOM - _TOP - 10), 12)
        top = _TOP + 10
        for content in contents:
            height = height_of([content], size=size, width=width)
            self.bar(Box(MARGIN, top + 3, 3, height - 6))
            self.write([content], Box(MARGIN + 20, top, width, height), Type(size))
            top += height + gap

    def show(self, plan: Slide, box: Box) -> None:
        """Pictures and a table in the room there is: side by side, or the table over the picture."""
        if len(plan.figures) > 1:
            half = (box.width - 2 * _GAP) / 2
            for place, figure in enumerate(plan.figures):
                self.picture(figure, Box(box.left + place * (half + 2 * _GAP), box.top, half, box.height))
        elif plan.figures and plan.table is not None:
            self.both(plan.figures[0], plan.table, box)
        elif plan.figures:
            self.picture(plan.figures[0], box)
        elif plan.table is not None:
            self.table(plan.table, box, is_cut=plan.is_cut)

    def both(self, figure: Figure, table: Table, box: Box) -> None:
        """Whichever arrangement leaves the picture larger; the picture alone where the table leaves it too small."""
        size = 13.0
        wide, tall = table_size(table, size=size)
        tall += _CAPTION
        left, below = box.width - wide - 2 * _GAP, tall + _GAP
        beside = _fitted(figure, left, box.height)
        under = _fitted(figure, box.width, box.height - below)
        if max(beside, under) < _LEAST:
            self.picture(figure, box)
        elif beside >= under:
            self.picture(figure, Box(box.left, box.top, left, box.height))
            self.table(table, Box(box.left + left + 2 * _GAP, box.top, wide, box.height), largest=size)
        else:
            self.table(table, Box(box.left, box.top, box.width, tall), largest=size)
            self.picture(figure, Box(box.left, box.top + below, box.width, box.height - below))

    def picture(self, figure: Figure, box: Box) -> None:
        across, down = size_of(figure.svg)
        width = _fitted(figure, box.width, box.height)
        self.caption(figure, box)
        (made,) = pngs([(figure.svg, width * 25.4 / 72)], self.paper.style)
        place = Box(box.left + (box.width - width) / 2, box.top + _CAPTION, width, width * down / across)
        self.pen.picture(self.slide, made, place, alt=figure.alt)

    def table(self, table: Table, box: Box, *, largest: float = 16, is_cut: bool = False) -> None:
        size = next((s for s in (16, 14, 13, 12, 11) if s <= largest and _fits(table, s, box)), 10)
        self.caption(table, box, more=_MORE.of(self.paper.language) if is_cut else "")
        width = min(box.width, max(table_size(table, size=size)[0] * 1.25, box.width * 0.8))
        place = Box(box.left, box.top + _CAPTION, width, row_height(size) * (len(table.rows) + 1))
        self.pen.table(self.slide, table, place, size=size)

    def caption(self, block: Figure | Table, box: Box, *, more: str = "") -> None:
        placed = next(placed for placed in self.paper.blocks if _is_same(placed.block, block))
        text = caption(placed, self.paper.language) + more
        self.write([(text,)], Box(box.left, box.top, box.width, _CAPTION), Type(12, MUTED, bold=True))

    def foot(self, plan: Slide, number: str) -> None:
        """What the marks on this slide mean, and where it stands."""
        shown = [paragraph.content for paragraph in plan.said]
        shown += [cell for row in (plan.table.rows if plan.table is not None else ()) for cell in row]
        shown += [figure.claims for figure in plan.figures]
        used = {piece.status.mark for content in shown for piece in content if isinstance(piece, Claim)}
        if any(used) and (key := key_to_marks(self.paper)):
            self.write([(key,)], Box(MARGIN, HEIGHT - 30, _INNER - 60, 16), Type(10, MUTED))
        self.write([(number,)], Box(WIDTH - MARGIN - 60, HEIGHT - 30, 60, 16), Type(10, COVERED, align="right"))


def _fitted(figure: Figure, width: float, height: float) -> float:
    """The width of a picture in a box, under its caption."""
    across, down = size_of(figure.svg)
    return max(min(width, (height - _CAPTION) * across / down), 0.0)


def _fits(table: Table, size: float, box: Box) -> bool:
    wide, tall = table_size(table, size=size)
    return wide <= box.width and tall <= box.height - _CAPTION


def _is_same(one: object, other: Figure | Table) -> bool:
    return isinstance(one, type(other)) and (one.id, one.title) == (other.id, other.title)
