"""Every sheet of a return, cell by cell, before anybody fills it in: what stands there, its role, and the count it holds.

The template is written from it, and a return that came back is held against it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from analysis.quantities import Label, Language, day_label, joined
from analysis.sources.returns.edits import example_counts, total
from analysis.sources.returns.form import (
    ALL,
    FIRST_COLUMN,
    FIRST_ROW,
    Form,
    Place,
    Table,
    label,
    letters,
    period_of,
    split,
    words,
)
from analysis.study import Study

Role = Literal["title", "lead", "note", "hint", "text", "head", "band", "number", "line", "group", "input", "shown", "sum",
               "total", "check", "label", "value", "choice", "state"]  # fmt: skip
DISTRICT, CODE, PERIOD, ORIGIN = "C6", "C7", "C8", "C10"  # of the cover
FIRST_DEFINITION = 14  # its row on the cover
ORIGINS = {
    "counted": Label("实际清点", "counted"),
    "synthetic": Label("合成（不是事实）", "synthetic (not fact)"),
}
SUM = Label("合计", "Sum")


@dataclass(frozen=True)
class Cell:
    """What stands in a cell of the template; an empty text where nothing does, or the district's part begins."""

    text: str | int
    role: Role
    level: int = 0
    place: Place | None = None  # the count or the sum that it holds
    is_read: bool = False  # the district's answer, or what says which count stands where

    @property
    def is_formula(self) -> bool:
        """Whether its text is a formula."""
        return self.role in ("sum", "total", "check", "state") and isinstance(self.text, str)


Sheet = dict[str, Cell]  # by the cell's address


@dataclass(frozen=True)
class Template:
    """The sheets of a return in one language, and what they are called."""

    study: Study
    form: Form
    language: Language

    @property
    def cover(self) -> str:
        """The sheet that says whose return it is."""
        return Label("封面", "Cover").of(self.language)

    @property
    def example(self) -> str:
        """The sheet of made-up numbers."""
        return Label("示例", "Example").of(self.language)

    @property
    def notes(self) -> str:
        """The sheet that says how to fill in the others."""
        return Label("填报说明", "Notes").of(self.language)

    @property
    def tables(self) -> dict[str, Table]:
        """The sheets with counts."""
        return {table.name.of(self.language): table for table in self.form.tables}

    def word(self, name: str, **values: object) -> str:
        """A word of the sheets by its name, with values in its places."""
        return label(name, "sheets", **values).of(self.language)

    def sheets(self) -> dict[str, Sheet]:
        """Every sheet by its title, in their order."""
        tables = {title: self._table(table) for title, table in self.tables.items()}
        return {self.cover: self._cover(), **tables, self.example: self._example(), self.notes: self._notes()}

    def heading(self, district: Label) -> str:
        """The second line of every table: whose it is, and of which period."""
        names = f"{self.word('district')}: {district.of(self.language)}"
        return f"{names}    {self.word('period')}: {period_of(self.study)}"

    def to_fill(self, table: Table) -> list[str]:
        """The areas of a table that are filled in."""
        rows = [FIRST_ROW + position for position, line in enumerate(table.lines) if line.is_filled_in]
        areas = []
        for category, _ in self.form.categories:
            first, last = (self.column(category, self.form.bands[end][0]) for end in (0, -1))
            for _, run in groupby(enumerate(rows), key=lambda pair: pair[1] - pair[0]):
                together = [row for _, row in run]
                areas.append(f"{first}{together[0]}:{last}{together[-1]}")
        return areas

    def column(self, category: str, band: int) -> str:
        """The letters of a column of counts."""
        return letters(FIRST_COLUMN + self.form.columns.index((category, band)))

    def lists(self) -> dict[str, tuple[int, list[str]]]:
        """The choices of the drop-down lists below the notes: the first row of each, and its entries."""
        entries = {"origin": [one.of(self.language) for one in ORIGINS.values()]}
        for definition in self.study.settings.returns.definitions:
            entries[definition.id] = [one.label.of(self.language) for one in (definition.means, *definition.others)]
        row, found = 3 + len(list(self._paragraphs())), {}
        for name, some in entries.items():
            found[name] = row, some
            row += len(some) + 1
        return found

    def _cover(self) -> Sheet:
        settings, language = self.study.settings, self.language
        definitions = settings.returns.definitions
        found = {
            "B2": Cell(settings.title.label.of(language), "title"),
            "B3": Cell(self.word("title"), "lead"),
        }
        as_of = day_label(settings.as_of).of(language) if settings.as_of else ""
        values = {"place": settings.place.label.of(language), "district": "", "code": "",
                  "period": str(period_of(self.study)), "as_of": as_of}  # fmt: skip
        for row, (name, value) in enumerate(values.items(), start=5):
            is_read = f"C{row}" in (DISTRICT, CODE, PERIOD)
            found |= {f"B{row}": Cell(self.word(name), "label"), f"C{row}": Cell(value, "value", is_read=is_read)}
        choices = {int(ORIGIN[1:]): (self.word("origin"), ORIGINS["counted"].of(language))}
        if definitions:
            found[f"B{FIRST_DEFINITION - 2}"] = Cell(self.word("definitions"), "lead")
        for row, definition in enumerate(definitions, start=FIRST_DEFINITION):
            asked = definition.label.of(language)
            choices[row] = asked[:1].upper() + asked[1:], ""
        for row, (name, chosen) in choices.items():
            hint = Cell(self.word("origin_hint"), "note")
            found |= {f"B{row}": Cell(name, "label"), f"C{row}": Cell(chosen, "choice", is_read=True), f"D{row}": hint}
        return found | self._progress(FIRST_DEFINITION + len(definitions) + 1)

    def _progress(self, row: int) -> Sheet:
        """How many cells are blank and how many checks fail, by formulas over all tables."""
        blank, wrong = [], []
        for title, table in self.tables.items():
            blank += [f"COUNTBLANK('{title}'!{area})" for area in self.to_fill(table)]
            for at, line in enumerate(table.lines, start=FIRST_ROW):
                if line.less:
                    wrong.append(f"COUNTIF('{title}'!{letters(FIRST_COLUMN)}{at}:{self.form.last}{at},\"<>0\")")
        return {
            f"B{row}": Cell(self.word("state"), "lead"),
            f"B{row + 1}": Cell(self.word("blank"), "label"),
            f"B{row + 2}": Cell(self.word("wrong"), "label"),
            f"C{row + 1}": Cell("=" + "+".join(blank), "state"),
            f"C{row + 2}": Cell("=" + "+".join(wrong), "state"),
            f"D{row + 1}": Cell(self.word("state_hint"), "note"),
        }

    def _table(self, table: Table) -> Sheet:
        """A table, but for the line that says whose it is."""
        found = {
            "A1": Cell(table.title.of(self.language), "title"),
            "A2": Cell("", "lead"),
            "A3": Cell(self.word("how"), "hint"),
            **self._names(self.form, table),
        }
        for line, place in self.form.places(table):
            if self.form.addends(place):
                role: Role = "check" if line.less else "total" if place.band == ALL else "sum"
                cell = Cell(self.form.formula(place, self.language), role, place=place, is_read=True)
            else:
                cell = Cell("", "input", place=place, is_read=True)
            found[self.form.cell(place)[1]] = cell
        return found

    def _names(self, form: Form, table: Table, *, down: int = 0) -> Sheet:
        """The names of a table's lines and columns, so many rows further down."""
        head, band = FIRST_ROW - 2 + down, FIRST_ROW - 1 + down
        sum_ = Cell(SUM.of(self.language), "band", is_read=True)
        bands = {low: Cell(self._band(low, high), "band", is_read=True) for low, high in form.bands} | {ALL: sum_}
        categories = {category: name.of(self.language) for category, name in form.categories}
        found = {
            f"A{head}": Cell(self.word("lines"), "head"),
            f"B{head}": Cell(self.word("items"), "head"),
            f"A{band}": Cell("", "band"),
            f"B{band}": Cell(self.word("staff"), "band"),
        }
        for number, (category, low) in enumerate(form.columns, start=FIRST_COLUMN):
            name = categories.get(category, "") if low == 0 else ""
            found[f"{letters(number)}{head}"] = Cell(name[:1].upper() + name[1:], "head", is_read=bool(name))
            found[f"{letters(number)}{band}"] = bands[low]
        found[f"{form.last}{head}"] = Cell(SUM.of(self.language), "head")
        for number, line in enumerate(table.lines, start=1):
            row = FIRST_ROW - 1 + down + number
            role: Role = "group" if line.parts else "line"
            found[f"A{row}"] = Cell(number, "number", is_read=True)
            found[f"B{row}"] = Cell(line.label.of(self.language), role, line.level, is_read=True)
        return found

    def _band(self, low: int, high: int) -> str:
        named = label("band_between" if high else "band_or_more", "classes", least=low, most=high)
        return named.of(self.language)

    def _example(self) -> Sheet:
        """The tables of one category, filled in with made-up numbers that keep every rule."""
        form = self.of_example()
        counts = example_counts(form)
        lead = self.word("example_lead", category=form.categories[0][1].of(self.language))
        found = {"A1": Cell(self.word("example_title"), "title"), "A2": Cell(lead, "note")}
        for table, down in self.tables_of_example():
            found[f"A{FIRST_ROW - 3 + down}"] = Cell(table.title.of(self.language), "lead")
            found |= self._names(form, table, down=down)
            for line, place in form.places(table):
                value = 0 if line.less else total(form, counts, place) or 0
                role: Role = "check" if line.less else "sum" if form.addends(place) else "shown"
                column, row = split(form.cell(place)[1])
                found[f"{column}{row + down}"] = Cell(value, role)
        return {address: replace(cell, is_read=False) for address, cell in found.items()}

    def of_example(self) -> Form:
        """The form of the example: one category, and one group of enterprises."""
        return replace(self.form, categories=self.form.categories[:1], tables=self.form.tables[:2])

    def tables_of_example(self) -> Iterator[tuple[Table, int]]:
        """The tables of the example, and how many rows further down each stands than on its own sheet."""
        down = 0
        for table in self.form.tables[:2]:
            yield table, down
            down += len(table.lines) + 4

    def _notes(self) -> Sheet:
        """How a return is filled in; and below, the choices of the drop-down lists."""
        found = {"A1": Cell(self.word("notes_title"), "title")}
        found |= {f"A{row}": cell for row, cell in enumerate(self._paragraphs(), start=3) if cell is not None}
        for first, entries in self.lists().values():
            found |= {f"A{row}": Cell(entry, "text") for row, entry in enumerate(entries, start=first)}
        return found

    def _paragraphs(self) -> Iterator[Cell | None]:
        """The notes, line by line; nothing for a line left blank."""
        form, language = self.form, self.language
        place, period = self.study.settings.place.label.of(language), str(period_of(self.study))
        named = {"place": place, "period": period, "when": joined(place, period), "least": form.full_members[-1]}
        for one in words()["notes"]:
            yield Cell(Label(*one["head"]).of(language), "label")
            for text in one["texts"]:
                yield Cell(Label(*text).of(language).format(**named), "text")
            yield None
        comma = Label("、", ", ").of(language)
        limits = {"edges": comma.join(map(str, form.edges)), "full": comma.join(map(str, form.full_members))}
        yield Cell(self.word("exact", **limits), "text")
        yield Cell(self.word("bands", bands=comma.join(self._band(*band) for band in form.bands)), "text")
        yield None
        yield Cell(self.word("choices"), "label")
