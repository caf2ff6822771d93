"""The plan of one paper, the same for every format: what is numbered how, and which number leads to which annex row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from analysis.ledger import Claim, Ledger
from analysis.quantities import Label, Language, Status, enumerated
from analysis.style import HOUSE_STYLE, Style
from analysis.views.blocks import LEDGER, Block, Figure, Heading, Inlines, Page, Paragraph, Section, Table, Title
from analysis.views.wording import STATUS

_WORDS = {Table: Label("表", "Table "), Figure: Label("图", "Figure ")}
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True)
class Placed:
    """A block in its place.

    Parameters
    ----------
    number
        What is printed before its text: `一、`, `（二）`, `1.1`, `表3`, `Figure 2`; empty where nothing is.
    anchor
        Where links to it lead; unique in the paper.
    new_page
        Whether it opens the annex, which starts on a page of its own.
    section
        Which section it is of, from 0.
    """

    block: Block
    number: str = ""
    anchor: str = ""
    new_page: bool = False
    section: int = 0


@dataclass(frozen=True)
class Layout:
    """Sections laid out as one document.

    Parameters
    ----------
    targets
        The row of the annex (`c1`, `c2`, …) that states a claim; empty when the paper has no annex.
    beside
        The file in which the annex stands, where it is not the paper's own last part.
    in_brief
        Whether it is the paper in brief: so short that a figure stands where it is spoken of.
    """

    title: str
    language: Language
    blocks: tuple[Placed, ...]
    ledger: Ledger
    targets: Mapping[Claim, str]
    beside: str = ""
    in_brief: bool = False
    style: Style = HOUSE_STYLE

    @property
    def page(self) -> Page:
        """The page it is printed on: as its title says."""
        return next((placed.block.page for placed in self.blocks if isinstance(placed.block, Title)), "paper")

    @property
    def run(self) -> str:
        """The short id by which the run that wrote it is found again; empty for what is no run's."""
        return next((placed.block.run for placed in self.blocks if isinstance(placed.block, Title)), "")

    def tables(self) -> Iterator[Placed]:
        """The tables but for the annex, in order."""
        for placed in self.blocks:
            if isinstance(placed.block, Table) and placed.block.id != LEDGER:
                yield placed

    def pieces(self, content: Inlines) -> list[tuple[str, str]]:
        """Inline content as pairs of text and where it leads: a row of the annex, or nowhere.

        In a paper whose annex is a file beside it, a row is that file's: `briefing-ledger.html#c12`.
        """
        return [(piece, "") if isinstance(piece, str) else (piece.marked, self._led(piece)) for piece in content]

    def _led(self, claim: Claim) -> str:
        row = self.targets.get(claim, "")
        return f"{self.beside}#{row}" if row and self.beside else row


def dressed(sections: Sequence[Section], style: Style) -> list[Section]:
    """The sections with the house's charts in the colours of a style; charts of one's own were drawn in theirs."""
    if not style.colours.changed():
        return list(sections)
    return [
        replace(
            section,
            blocks=tuple(
                replace(block, svg=style.colours.on(block.svg))
                if isinstance(block, Figure) and not block.styled
                else block
                for block in section.blocks
            ),
        )
        for section in sections
    ]


def lay_out(
    sections: Sequence[Section],
    *,
    title: str = "",
    style: Style = HOUSE_STYLE,
    annex: Ledger | None = None,
    beside: str = "",
    in_brief: bool = False,
) -> Layout:
    """Number headings, tables and figures, and lead every claim to the row of the annex that states it.

    An annex that is shown again is a table like any other: its numbers lead to the rows of the first.

    Parameters
    ----------
    title
        The document's title; by default that of its first `Title`, else its first heading, else its first section's
        name: no document is without one.
    style
        In which it is written.
    annex, beside
        What stands in the annex, and the file that has it, where the sections have none.
    in_brief
        Whether it is the paper in brief.

    Examples
    --------
    >>> section = Section("a", "zh", (Heading("覆盖"), Heading("分县级市、区", level=2), Heading("附件", numbered=False)))
    >>> [placed.number for placed in lay_out([section]).blocks]
    ['一、', '（一）', '']
    """
    language: Language = sections[0].language if sections else "en"
    placed_in = [place for place, section in enumerate(sections) for _ in section.blocks]
    blocks = _with_one_annex(block for section in sections for block in section.blocks)
    rows = next((block.rows for block in blocks if isinstance(block, Table) and _is_annex(block)), ())
    stated = {piece: f"c{row}" for row, cells in enumerate(rows, 1) for cell in cells for piece in cell}
    stated |= {} if annex is None else {claim: row for row, claim in annex.numbered().items()}
    titles = [block.title for block in blocks if isinstance(block, Title)]
    titles += [block.text for block in blocks if isinstance(block, Heading)] + [section.name for section in sections]
    return Layout(
        title=title or next(filter(None, titles), "—"),
        language=language,
        blocks=tuple(replace(one, section=at) for one, at in zip(_placed(blocks, language), placed_in, strict=True)),
        ledger=Ledger.of(claim for section in sections for claim in section.claims()),
        beside=beside,
        in_brief=in_brief,
        style=style,
        targets={piece: row for piece, row in stated.items() if isinstance(piece, Claim)},
    )


def heading_number(counts: Sequence[int], language: Language) -> str:
    """A heading's number, from how many headings of each level there were.

    Examples
    --------
    >>> heading_number([2], "zh"), heading_number([2, 11], "zh"), heading_number([2], "en"), heading_number([2, 1], "en")
    ('二、', '（十一）', '2.', '2.1')
    """
    if language == "en":
        return f"{counts[0]}." if len(counts) == 1 else ".".join(str(count) for count in counts)
    return f"{_chinese(counts[0])}、" if len(counts) == 1 else f"（{_chinese(counts[-1])}）"


def caption(placed: Placed, language: Language) -> str:
    """The caption of a table or figure: its number and title; the title alone where it has no number."""
    assert isinstance(placed.block, Table | Figure)
    gap = "" if not placed.number else "　" if language == "zh" else ". "
    return f"{placed.number}{gap}{placed.block.title}"


def heading_text(placed: Placed) -> str:
    """A heading as printed, with its number."""
    assert isinstance(placed.block, Heading)
    gap = " " if placed.number and placed.number[-1].isascii() else ""
    return f"{placed.number}{gap}{placed.block.text}"


def marks(language: Language) -> list[tuple[str, str]]:
    """Each mark with the word of its status."""
    return [(status.mark, STATUS[status].of(language)) for status in Status if status.mark]


def key_to_marks(paper: Layout) -> str:
    """One line that explains the marks this paper uses; empty when it uses none."""
    used = {claim.status.mark for claim in paper.ledger.claims}
    listed = [f"{mark} {word}" for mark, word in marks(paper.language) if mark in used]
    if not listed:
        return ""
    known = [STATUS[status].of(paper.language) for status in Status if not status.mark]
    if paper.language == "zh":
        return f"数字后的标记：{'，'.join(listed)}；无标记者为{'、'.join(known)}的数字。"
    return f"Marks after numbers: {', '.join(listed)}. Numbers without a mark are {enumerated(known, 'or')}."


def _with_one_annex(blocks: Iterable[Block]) -> tuple[Block, ...]:
    found: list[Block] = []
    for block in blocks:
        if isinstance(block, Table) and _is_annex(block) and any(map(_is_annex, found)):
            block = replace(block, id=f"{LEDGER}_again")
        found.append(block)
    return tuple(found)


def _placed(blocks: Sequence[Block], language: Language) -> Iterator[Placed]:
    counts: Counter[type[Block]] = Counter()
    levels = [0, 0]
    for position, block in enumerate(blocks):
        number = anchor = ""
        if isinstance(block, Heading):
            counts[Heading] += 1
            anchor = f"heading-{counts[Heading]}"
            if block.numbered:
                levels = [levels[0] + 1, 0] if block.level == 1 else [levels[0], levels[1] + 1]
                number = heading_number(levels[: block.level], language)
        elif isinstance(block, Table | Figure):
            kind = type(block)
            counts[kind] += 1
            anchor = f"{kind.__name__.lower()}-{counts[kind]}"
            number = f"{_WORDS[kind].of(language)}{counts[kind]}"
        yield Placed(block, number, anchor, isinstance(block, Heading) and _opens_annex(blocks[position + 1 :]))


def _opens_annex(following: Sequence[Block]) -> bool:
    return _is_annex(next((block for block in following if not isinstance(block, Paragraph)), None))


def _is_annex(block: Block | None) -> bool:
    return isinstance(block, Table) and block.id == LEDGER


def _chinese(number: int) -> str:
    if number < 10:
        return _DIGITS[number]
    tens, ones = divmod(number, 10)
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")
