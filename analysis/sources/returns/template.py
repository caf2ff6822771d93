"""What the sheets of a return say before anybody fills them in: each text with its place and its role.

The template is written from it, and a return that came back is held against it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal, NamedTuple

from analysis.quantities import Label, Language, day_label, joined
from analysis.sources.returns.edits import example_counts, total
from analysis.sources.returns.form import (
    ALL,
    COVER,
    FIRST_COLUMN,
    FIRST_ROW,
    ORIGINS,
    SUM,
    Form,
    Place,
    column_of,
    letters,
    period_of,
)
from analysis.sources.returns.lines import Table, band_label
from analysis.sources.returns.words import notes, word
from analysis.study import Study

Role = Literal["title", "lead", "note", "head", "band", "number", "line", "group", "input", "sum", "total", "check",
               "label", "value", "choice", "text", "hint", "shown"]  # fmt: skip


class Text(NamedTuple):
    """What stands in a cell of the template; an empty text where nothing does, or the district's part begins."""

    text: str | int
    role: Role
    level: int = 0


Texts = dict[str, Text]  # by the cell's address


def heading(study: Study, district: str, language: Language) -> str:
    """The second line of every table: whose it is, and of which period."""
    names = word("district", language), word("period", language)
    return f"{names[0]}: {district}    {names[1]}: {period_of(study)}"


def cover_texts(study: Study, language: Language) -> Texts:
    """The cover, but for its formulas."""
    settings = study.settings
    found: Texts = {
        "B2": Text(settings.title.label.of(language), "title"),
        "B3": Text(word("title", language), "lead"),
    }
    values = {
        "5": ("place", settings.place.label.of(language)),
        COVER.district[1:]: ("district", ""),
        COVER.code[1:]: ("code", ""),
        COVER.period[1:]: ("period", str(period_of(study))),
        "9": ("as_of", day_label(settings.as_of).of(language) if settings.as_of else ""),
    }
    for row, (name, value) in values.items():
        found |= {f"B{row}": Text(word(name, language), "label"), f"C{row}": Text(value, "value")}
    choices = {COVER.origin[1:]: (word("origin", language), ORIGINS["counted"].of(language))}
    if settings.returns.definitions:
        found[f"B{COVER.first_definition - 2}"] = Text(word("definitions", language), "lead")
    for position, definition in enumerate(settings.returns.definitions):
        choices[COVER.definition(position)[1:]] = (_capital(definition.label.of(language)), "")
    for row, (name, chosen) in choices.items():
        hint = Text(word("origin_hint", language), "note")
        found |= {f"B{row}": Text(name, "label"), f"C{row}": Text(chosen, "choice"), f"D{row}": hint}
    state = COVER.progress(len(settings.returns.definitions))
    return found | {
        f"B{state}": Text(word("state", language), "lead"),
        f"B{state + 1}": Text(word("blank", language), "label"),
        f"B{state + 2}": Text(word("wrong", language), "label"),
        f"D{state + 1}": Text(word("state_hint", language), "note"),
    }


def table_texts(form: Form, table: Table, language: Language) -> Texts:
    """A table, but for the line that says whose it is, and for its counts and sums."""
    return {
        "A1": Text(table.title.of(language), "title"),
        "A2": Text("", "lead"),
        "A3": Text(word("how", language), "hint"),
        **name_texts(form, table, language),
    }


def name_texts(form: Form, table: Table, language: Language, *, down: int = 0) -> Texts:
    """The names of a table's lines and columns, so many rows further down."""
    head, band = FIRST_ROW - 2 + down, FIRST_ROW - 1 + down
    last = letters(FIRST_COLUMN + len(form.columns) - 1)
    found: Texts = {
        f"A{head}": Text(word("lines", language), "head"),
        f"B{head}": Text(word("items", language), "head"),
        f"{last}{head}": Text(SUM.of(language), "head"),
        f"A{band}": Text("", "band"),
        f"B{band}": Text(word("staff", language), "band"),
    }
    for number in range(len(form.columns) - 1):
        found[f"{letters(FIRST_COLUMN + number)}{head}"] = Text("", "head")  # but for the first of each category, below
    for address, text in form.texts(table, language).items():
        column = column_of(address)
        row = int(address.removeprefix(column))
        if row < FIRST_ROW:
            found[f"{column}{row + down}"] = Text(text, "head" if row == FIRST_ROW - 2 else "band")
        elif column == "A":
            found[f"A{row + down}"] = Text(int(text), "number")
        else:
            line = table.lines[row - FIRST_ROW]
            found[f"B{row + down}"] = Text(text, "group" if line.parts else "line", line.level)
    return found


def example_texts(form: Form, language: Language) -> Texts:
    """The tables of one category, filled in with made-up numbers that keep every rule."""
    first = of_example(form)
    counts = example_counts(first)
    lead = word("example_lead", language, category=form.categories[0][1].of(language))
    found: Texts = {"A1": Text(word("example_title", language), "title"), "A2": Text(lead, "note")}
    for table, down in tables_of_example(first):
        found[f"A{FIRST_ROW - 3 + down}"] = Text(table.title.of(language), "lead")
        found |= name_texts(first, table, language, down=down)
        for position, line in enumerate(table.lines):
            for number, column in enumerate(first.columns):
                value = 0 if line.less else total(first, counts, Place(table.group, line.key, *column)) or 0
                role: Role = "check" if line.less else "sum" if line.parts or column[1] == ALL else "shown"
                found[f"{letters(FIRST_COLUMN + number)}{FIRST_ROW + position + down}"] = Text(value, role)
    return found


def of_example(form: Form) -> Form:
    """The form of the example: one category, and one group of enterprises."""
    return replace(form, categories=form.categories[:1], tables=form.tables[:2])


def tables_of_example(form: Form) -> Iterator[tuple[Table, int]]:
    """The tables of the example, and how many rows further down each stands than on its own sheet."""
    down = 0
    for table in form.tables:
        yield table, down
        down += len(table.lines) + 4


def notes_texts(study: Study, form: Form, language: Language) -> tuple[Texts, dict[str, tuple[int, int]]]:
    """How a return is filled in; and below, the choices of the drop-down lists: the first and last row of each, by name."""
    found: Texts = {"A1": Text(word("notes_title", language), "title")}
    row = 3
    for text in _paragraphs(study, form, language):
        if text is not None:
            found[f"A{row}"] = text
        row += 1
    lists = {"origin": [label.of(language) for label in ORIGINS.values()]}
    for definition in study.settings.returns.definitions:
        lists[definition.id] = [one.label.of(language) for one in (definition.means, *definition.others)]
    areas = {}
    for name, entries in lists.items():
        areas[name] = (row, row + len(entries) - 1)
        found |= {f"A{row + step}": Text(entry, "text") for step, entry in enumerate(entries)}
        row += len(entries) + 1
    return found, areas


def _paragraphs(study: Study, form: Form, language: Language) -> Iterator[Text | None]:
    """The notes, line by line; nothing for a line left blank."""
    place, period = study.settings.place.label.of(language), str(period_of(study))
    named = {"place": place, "period": period, "when": joined(place, period), "least": form.full_members[-1]}
    for head, texts in notes():
        yield Text(head.of(language), "label")
        for text in texts:
            yield Text(text.of(language).format(**named), "text")
        yield None
    comma = Label("、", ", ").of(language)
    limits = {"edges": comma.join(map(str, form.edges)), "full": comma.join(map(str, form.full_members))}
    yield Text(word("exact", language, **limits), "text")
    bands = comma.join(band_label(*band).of(language) for band in form.bands)
    yield Text(Label(f"职工分组：{bands}。", f"Bands of staff: {bands}.").of(language), "text")
    yield None
    yield Text(word("choices", language), "label")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
