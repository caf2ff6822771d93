"""Proposed lines of published.csv as a file that a person goes through, and what was confirmed put into a study."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationInfo, field_validator

from analysis.cell_text import flat
from analysis.cell_text import text_of as cell_text
from analysis.delimited import first_rows, lines_in, separator_in
from analysis.errors import DataError, Problem, inside
from analysis.messages import said
from analysis.reading import rows_of, table_of, text_of
from analysis.sources.figure_import import Found, Proposal, figures_in_table, figures_in_text, is_of_figures
from analysis.sources.word_reader import Grid, Text, read_word
from analysis.sources.workbooks import opened
from analysis.study import figures_of
from analysis.study_models import Figure

TO_SAY = "?"  # stands where the text says nothing and a person must
FIELDS = tuple(Figure.model_fields)
_YES, _NO = ("yes", "y", "是", "对"), ("no", "n", "否", "不")


_NOT_GIVEN = "the document does not give it: fill it in, or leave it empty where nothing gives it"
_TO_SAY = {
    "indicator": "what is counted is for you to say: enterprises_operating (in business), enterprises_registered (registered), "
    "enterprises_with_organisation …; data/README.md lists them",
    "base": "of how many is for you to say: the id of a figure, or of a [[hidden]] base in study.toml; empty where the document "
    "does not say",
}


class _Confirmed(Figure):
    """A line that a person went through."""

    confirmed: str

    @field_validator("*", mode="before")
    @classmethod
    def _is_said(cls, value: object, info: ValidationInfo) -> object:
        if value == TO_SAY:
            raise ValueError(_TO_SAY.get(str(info.field_name), _NOT_GIVEN))
        return value


def figures_of_file(path: Path, *, place: str = "", source: str = "") -> tuple[Found, ...]:
    """Every number of a document: a text, a Word document, or a table in Excel or CSV with a header.

    Parameters
    ----------
    place, source
        Whose figures they are, and what the document is called; where its table does not say.

    Raises
    ------
    DataError, WorkbookError
        When the file cannot be read, or its table has no header.
    """
    if path.suffix.lower() == ".xlsx":
        found = [one for sheet in _sheets(path) for one in figures_in_table(sheet, path.name)]
        return tuple(_completed(found, place, source))
    if path.suffix.lower() == ".docx":
        items = read_word(path)
        text = "\n".join(one.text for one in items if isinstance(one, Text))
        grids = [
            [(at, [cell.text for cell in row]) for at, row in enumerate(one.rows, 1)]
            for one in items
            if isinstance(one, Grid)
        ]
        tables = [one for grid in grids if is_of_figures(grid) for one in figures_in_table(grid, path.name)]
        return (*figures_in_text(text, place=place, source=source), *_completed(tables, place, source))
    text = text_of(path)
    if path.suffix.lower() in (".csv", ".tsv"):
        lines = lines_in(text)
        rows = first_rows(lines, separator_in(lines[0]) or ",")
        return tuple(_completed(figures_in_table(rows, path.name), place, source))
    return figures_in_text(text, place=place, source=source)


def _sheets(path: Path) -> Iterator[list[tuple[int, list[str]]]]:
    """The visible sheets that hold anything, as texts."""
    for sheet in opened(path, values=True).worksheets:
        rows = [(number, [cell_text(value) for value in row]) for number, row in enumerate(sheet.values, 1)]
        if sheet.sheet_state == "visible" and any(any(cells) for _, cells in rows):
            yield rows


def _completed(found: Iterable[Found], place: str, source: str) -> Iterator[Found]:
    for one in found:
        yield replace(one, place=one.place or place, source=one.source or source) if isinstance(one, Proposal) else one


def proposals_csv(found: Sequence[Found]) -> bytes:
    """The proposals as a CSV file for a spreadsheet: `confirmed`, then the columns of published.csv.

    Examples
    --------
    >>> from analysis.sources.figure_import import figures_in_text
    >>> print(proposals_csv(figures_in_text("组建率达98.2%。")).decode("utf-8-sig").splitlines()[1][:40])
    ,organisation_rate,organisation_rate,all
    """
    rows = [{"confirmed": "", **_cells(one)} for one in found if isinstance(one, Proposal)]
    return _csv(("confirmed", *FIELDS), rows).encode("utf-8-sig")


def _cells(one: Proposal) -> dict[str, Any]:
    """A proposal by the columns of published.csv."""
    empty = {name for name in ("place", "source", "label_zh", "label_en", "indicator") if not getattr(one, name)}
    own = {name: getattr(one, name) for name in FIELDS if hasattr(one, name)}
    own |= {"locator": one.where, "source_en": "", **dict.fromkeys({*empty, *one.unknown}, TO_SAY)}
    return {name: _no_formula(own[name]) for name in FIELDS}


def _no_formula(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    return cell.lstrip("=+-@\t ") if isinstance(cell, str) else cell


def confirmed_figures(path: Path) -> tuple[Figure, ...]:
    """The lines of a file of proposals that a person confirmed.

    Raises
    ------
    DataError
        When a line is neither confirmed nor turned down, or a confirmed one is no line of published.csv yet.
    """
    problems = [
        Problem(
            inside(said("{file}, line {line}", file=path.name, line=line), "confirmed"),
            "is neither confirmed nor turned down",
            row["confirmed"],
            "yes, no; 是, 否",
        )
        for line, row in rows_of(path, _Confirmed)
        if _word(row) not in (*_YES, *_NO)
    ]
    if problems:
        raise DataError(problems)
    lines = table_of(path, _Confirmed, key="id", meant=lambda row: _word(row) in _YES)
    return tuple(Figure.model_validate(line.model_dump(exclude={"confirmed"})) for line in lines)


def _word(row: Mapping[str, str]) -> str:
    return flat(row["confirmed"]).casefold()


def added_to(published: Path, figures: Sequence[Figure]) -> bytes:
    """A study's published.csv with these figures after its own.

    Raises
    ------
    DataError
        When the study has a figure of that id already, and it is another one.
    """
    own = {figure.id: figure for figure in figures_of(published)} if published.exists() else {}
    problems = [
        Problem(
            inside(published.name, one.id),
            "stands there already with another value",
            str(own[one.id].value),
            "an id of its own",
        )
        for one in figures
        if one.id in own and own[one.id] != one
    ]
    if problems:
        raise DataError(problems)
    whole = {**own, **{one.id: one for one in figures}}
    return _csv(FIELDS, (_plain(one) for one in whole.values())).encode()


def _plain(figure: Figure) -> dict[str, object]:
    values = figure.model_dump()
    return values | {"value": f"{figure.value:.{max(figure.decimals, 0)}f}", "period": figure.period or ""}


def _csv(fields: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    text = io.StringIO()
    written = csv.DictWriter(text, fields, lineterminator="\n")
    written.writeheader()
    written.writerows(rows)
    return text.getvalue()
