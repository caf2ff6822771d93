"""Which slides a paper makes: one for each section, at most ten, each with what it says first and shows best."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.views.blocks import LEDGER, Block, Figure, Heading, Inlines, Paragraph, Section, Table, Title
from analysis.views.room import cell_width, is_wordy
from analysis.views.wording import plain

MOST = 10  # slides, the title among them
_ROWS = 8  # of a table that is read from a seat
_COLUMNS = 6
_PICTURES = 2  # side by side
_LEAD = 230  # room of what stands over a picture, in Latin letters


@dataclass(frozen=True)
class Slide:
    """One slide after the title.

    Parameters
    ----------
    said
        What stands over the picture, or is the slide where there is none.
    figures
        At most two.
    table
        A small one; where the paper's is longer, its first rows.
    is_cut
        Whether the table has more rows in the paper.
    notes
        For the speaker: the section's other paragraphs.
    """

    title: str
    said: tuple[Paragraph, ...]
    figures: tuple[Figure, ...] = ()
    table: Table | None = None
    is_cut: bool = False
    notes: tuple[Inlines, ...] = ()


def title_of(sections: Sequence[Section]) -> Title | None:
    """The paper's title, where it has one."""
    return next((block for section in sections for block in section.blocks if isinstance(block, Title)), None)


def said_on_title(sections: Sequence[Section]) -> tuple[Inlines, ...]:
    """What the section of the title says of the whole paper, such as what the sign of a withheld number means."""
    first = next((section for section in sections if title_of([section]) is not None), None)
    blocks = first.blocks if first is not None else ()
    return tuple(block.content for block in blocks if isinstance(block, Paragraph))


def slides_of(sections: Sequence[Section]) -> tuple[Slide, ...]:
    """The slides after the title, in the paper's order.

    Where the paper has more sections than slides, those without a picture give way first, then those with a wordy table,
    the last of them first; the first section (the finding) always stays.

    Examples
    --------
    >>> from analysis.views.blocks import Heading, Paragraph, Section
    >>> section = Section("finding", "en", (Heading("The finding"), Paragraph(("Low.",), "lead"), Paragraph(("So.",))))
    >>> [(slide.title, len(slide.said), len(slide.notes)) for slide in slides_of([section])]
    [('The finding', 2, 0)]
    """
    slides = [slide for section in sections for slide in _slides(section)]
    while len(slides) > MOST - 1:
        worst = max(range(1, len(slides)), key=lambda place: (_spare(slides[place]), place))
        del slides[worst]
    return tuple(slides)


def _spare(slide: Slide) -> int:
    if slide.figures:
        return 0
    return 1 if slide.table is None else 2


def _slides(section: Section) -> Iterator[Slide]:
    """A slide for each heading of the first level, but for an annex."""
    blocks: list[Block] = []
    title = ""
    for block in [*section.blocks, Heading("")]:
        if isinstance(block, Heading) and block.level == 1:
            if title and not any(isinstance(one, Table) and one.id == LEDGER for one in blocks):
                yield _slide(title, blocks)
            title, blocks = block.text, []
        else:
            blocks.append(block)


def _slide(title: str, blocks: Sequence[Block]) -> Slide:
    figures = tuple(block for block in blocks if isinstance(block, Figure))[:_PICTURES]
    paragraphs = [block for block in blocks if isinstance(block, Paragraph)]
    tables = [block for block in blocks if isinstance(block, Table)]
    table = None if len(figures) == _PICTURES else next((one for one in tables if _is_small(one)), None)
    is_cut = False
    if not figures and table is None and tables:
        table, is_cut = _cut(tables[0]), len(tables[0].rows) > _ROWS
    has_picture = bool(figures) or table is not None
    said = _opening(paragraphs) if has_picture else paragraphs
    rest = [paragraph.content for paragraph in paragraphs if paragraph not in said]
    notes = [block.note for block in blocks if isinstance(block, Table | Figure) and block.note]
    return Slide(title, tuple(said), figures, table, is_cut, (*rest, *notes))


def _opening(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """The first paragraph, and those after it that still fit over a picture."""
    kept: list[Paragraph] = []
    room = _LEAD
    for paragraph in paragraphs:
        room -= cell_width(paragraph.content)
        if kept and room < 0:
            break
        kept.append(paragraph)
    return [one for one in kept if not plain(one.content).rstrip().endswith(("：", ":"))]  # what opens a list of notes


def _is_small(table: Table) -> bool:
    return len(table.rows) <= _ROWS and len(table.columns) <= _COLUMNS and not is_wordy(table)


def _cut(table: Table) -> Table:
    """The first rows and columns of a table that is too long or too wordy for a slide."""
    wordy = [any(cell_width(row[place]) > 60 for row in table.rows) for place in range(len(table.columns))]
    places = [place for place, is_long in enumerate(wordy) if not is_long or place == 0][:_COLUMNS]
    columns = tuple(table.columns[place] for place in places)
    rows = tuple(tuple(row[place] for place in places) for row in table.rows[:_ROWS])
    return Table(table.id, table.title, columns, rows, table.note)
