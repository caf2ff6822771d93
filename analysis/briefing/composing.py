"""How a paper is put together in its language: sentences from templates, headings, tables and their cells."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Literal

from analysis.quantities import Label, Language, Quantity
from analysis.views.blocks import Heading, Inlines, Paragraph, Style, Table
from analysis.views.tables import columns, number_cell
from analysis.views.wording import Slot, fill, opened


class Composing(ABC):
    """What makes the blocks of a paper."""

    @property
    @abstractmethod
    def language(self) -> Language:
        """The language of the paper."""

    def say(self, zh: str, en: str, style: Style = "body", /, **values: Slot) -> Paragraph:
        """A paragraph from a template in both languages; slots take quantities, rates, ranges, texts or inline content."""
        return Paragraph(opened(self.words(zh, en, **values)), style)

    def words(self, zh: str, en: str, /, **values: Slot) -> Inlines:
        """Inline content from a template in both languages."""
        return fill(Label(zh, en), values, self.language)

    def table(
        self,
        id: str,
        title: Label,
        names: Iterable[Label],
        rows: Iterable[tuple[Inlines, ...]],
        *,
        widths: Sequence[float],
        align: str = "",
        note: Inlines = (),
        total_rows: int = 0,
        size: Literal["normal", "small"] = "normal",
    ) -> Table:
        """A table under the names of its columns; `align` as in `columns`."""
        head = columns(self.language, *names, widths=widths, align=align)
        return Table(id, title.of(self.language), head, tuple(rows), note, total_rows, size)

    def numbers(self, *quantities: Quantity | None) -> tuple[Inlines, ...]:
        """A cell for each number, or a dash where there is none."""
        return tuple(number_cell(quantity, self.language) for quantity in quantities)

    def two(self, first: Quantity, second: Quantity, sign: str = " / ") -> Inlines:
        """A cell with two numbers: a part and its base, the ends of a range, or what is now and then."""
        return (*number_cell(first, self.language), sign, *number_cell(second, self.language))

    @staticmethod
    def heads(zh: str, en: str) -> tuple[Label, ...]:
        """The names of a table's columns, in both languages in the same order.

        Examples
        --------
        >>> [name.en for name in Composing.heads("数字|年份", "Figure|Year")]
        ['Figure', 'Year']
        """
        return tuple(Label(*pair) for pair in zip(zh.split("|"), en.split("|"), strict=True))

    def listed(self, names: Iterable[Label]) -> str:
        """Names one after the other."""
        return self.text("、", ", ").join(name.of(self.language) for name in names)

    def head(self, zh: str, en: str, level: int = 1) -> Heading:
        """A heading."""
        return Heading(zh if self.language == "zh" else en, 1 if level == 1 else 2)

    def text(self, zh: str, en: str) -> str:
        """A text without numbers, in the paper's language."""
        return zh if self.language == "zh" else en
