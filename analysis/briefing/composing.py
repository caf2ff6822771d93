"""How a paper is put together in its language: sentences, headings, tables and charts, their texts out of the catalogue."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from analysis.briefing.texts import TableText, known, label, table_text, text
from analysis.ledger import Claim
from analysis.quantities import Label, Language, Quantity, Rate, computed, constant
from analysis.sources.audit.finding import Finding
from analysis.views.blocks import Column, Figure, Heading, Inlines, Paragraph, Style, Table
from analysis.views.render import Picture, drawn
from analysis.views.rows import Bar, bar
from analysis.views.wording import Slot, capital, claim, fill, opened, plain

Cell = Inlines | str | Label | Quantity | None  # a name opens with a capital; a dash stands where there is no number
Row = tuple[Cell, ...]
_POINTS = 100  # percentage points in a share of one
NO_HEADS: Mapping[str, Sequence[Label]] = {}


class Composing(ABC):
    """What makes the blocks of a paper. A name is that of a text in assets/texts/, its slots are filled by keyword."""

    @property
    @abstractmethod
    def language(self) -> Language:
        """The language of the paper."""

    def say(self, name: str, style: Style = "body", /, **slots: Slot) -> Paragraph:
        """A paragraph; slots take quantities, rates, ranges, texts or inline content."""
        return Paragraph(opened(self.words(name, **slots)), style)

    def words(self, name: str, /, **slots: Slot) -> Inlines:
        """Inline content."""
        return fill(text(name), slots, self.language)

    def text(self, name: str, /, **slots: Slot) -> str:
        """A text without numbers."""
        return plain(self.words(name, **slots))

    def stated(self, finding: Finding, style: Style) -> Paragraph:
        """What the audit found, as a paragraph."""
        return Paragraph(fill(finding.statement, finding.values, self.language), style)

    def head(self, section: str, level: Literal[1, 2] = 1) -> Heading:
        """The heading of a section."""
        return Heading(self.text(f"{section}.head"), level)

    def table(
        self,
        name: str,
        rows: Iterable[Row],
        /,
        *,
        id: str = "",
        heads: Mapping[str, Sequence[Label]] = NO_HEADS,
        note: Inlines = (),
        total_rows: int = 0,
        **slots: Slot,
    ) -> Table:
        """A table under its title, with the heads of its columns and its note.

        Parameters
        ----------
        id
            Where it is not the name of its texts.
        heads
            For a slot that stands for several columns, their heads.
        note
            What follows the note of the catalogue.
        """
        said = table_text(name)
        told = fill(said.note, slots, self.language) if said.note else ()
        title = plain(fill(said.title, slots, self.language))
        columns = tuple(self._columns(said, heads, slots))
        cells = tuple(tuple(map(self._cell, row)) for row in rows)
        return Table(id or name, title, columns, cells, (*told, *note), total_rows, said.size)

    def _cell(self, value: Cell) -> Inlines:
        match value:
            case None:
                return ("—",)
            case str():
                return (value,)
            case Label():
                return (self.name(value),)
            case Quantity():
                return (self.claim(value),)
        return value

    def _columns(
        self, said: TableText, heads: Mapping[str, Sequence[Label]], slots: dict[str, Slot]
    ) -> Iterator[Column]:
        for one in said.columns:
            slot = one.head.en.strip("{}")
            several = [head.of(self.language) for head in heads[slot]] if slot in heads else None
            for head in [plain(fill(one.head, slots, self.language))] if several is None else several:
                yield Column(head, one.align, one.width)

    def chart(
        self, name: str, picture: Picture, /, *, id: str = "", note: Inlines = (), width: float = 1.0, **slots: Slot
    ) -> Figure:
        """A picture as a figure of the paper, with its title and its note; `id` and `note` as in `table`."""
        told = self.words(f"chart.{name}.note", **slots) if known(f"chart.{name}.note") else ()
        title = self.text(f"chart.{name}.title", **slots)
        return drawn(picture, id=id or name, title=title, note=(*told, *note), width=width)

    def name(self, name: Label) -> str:
        """A name that opens a cell, a bar or a sentence: with a capital."""
        return capital(name.of(self.language))

    def claim(self, quantity: Quantity, *, form: str = "") -> Claim:
        """A quantity as it is printed; `form` as in `analysis.views.wording.claim`."""
        return claim(quantity, self.language, form=form)

    def bar(self, rate: Rate, id: str, name: Label) -> Bar:
        """A rate as a row of a chart."""
        return bar(rate, id=id, name=self.name(name), language=self.language)

    def two(self, first: Quantity, second: Quantity, sign: str = " / ") -> Inlines:
        """A cell with two numbers: a part and its base, the ends of a range, or what is now and then."""
        return (self.claim(first), sign, self.claim(second))

    def listed(self, names: Iterable[Label | str], by: str = "list.comma") -> str:
        """Names one after the other, with commas or what stands at another name of the catalogue between them."""
        told = (name if isinstance(name, str) else name.of(self.language) for name in names)
        return self.text(by).join(told)

    def enumerated(self, pieces: Sequence[Inlines], *, by: str = "list.comma", last: str = "list.and") -> Inlines:
        """Inline content one after the other, the last behind a word of its own; `by` and `last` name texts of the catalogue."""
        told: list[str | Claim] = []
        for place, piece in enumerate(pieces):
            if place:
                told.append(self.text(last if place == len(pieces) - 1 else by))
            told += piece
        return tuple(told)


def gap_between(one: Quantity, two: Quantity) -> Quantity:
    """The second less the first: of shares in percentage points."""
    if one.unit != "share":
        return two - one
    hundred = constant(_POINTS, "count", label("gap.points"))
    return computed("×", computed("−", two, one), hundred, unit="points", decimals=2, label=label("gap.of_shares"))
