"""A DataFrame of one's own as a table of the paper: each number with where it came from."""

from __future__ import annotations

import math
import numbers
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analysis.errors import ParameterError
from analysis.front.frames import NUMBERS, Traced
from analysis.messages import said
from analysis.quantities import Label, Language, Quantity
from analysis.views.blocks import Align, Column, Inlines, Table
from analysis.views.wording import claim

if TYPE_CHECKING:
    import pandas as pd

HEADS: Mapping[str, Label] = {  # of the house's own frames
    "district": Label("区域", "District"),
    "category": Label("类别", "Category"),
    "size": Label("职工人数", "Staff"),
    "name": Label("名称", "Name"),
    "base": Label("基数", "Base"),
    "base_name": Label("基数", "Base"),
    "covered": Label("覆盖企业数", "Covered"),
    "enterprises": Label("企业数", "Enterprises"),
    "rate": Label("比率", "Rate"),
    "target": Label("目标", "Target"),
    "reading": Label("读法", "Reading"),
    "scenario": Label("情景", "Scenario"),
    "year": Label("年份", "Year"),
    "value": Label("数值", "Value"),
    "points": Label("百分点", "Percentage points"),
    "missing": Label("尚缺", "Missing"),
    "required": Label("需达到", "Required"),
}
_MARKED = ("status", "approximate")  # what the numbers' own marks say
_YES = Label("是", "yes")
_NO = Label("否", "no")
MOST_ROWS = 200  # that a table of one's own prints
_ROWS = Label("表的行数", "rows of the table")
_CUT = Label("只列出前{}行，共{}行。", " The first {} of {} rows.")
_SOURCE = Label("来源：{}。", "Source: {}.")


@dataclass(frozen=True)
class Own:
    """What is said of numbers that a notebook brings itself."""

    source: str = ""
    status: str = "counted"
    units: Mapping[str, str] = field(default_factory=dict)
    base: str = ""

    def unit(self, column: str) -> str:
        """The unit of a column's numbers."""
        return self.units.get(column, "count")


def table_of(
    maker: Any,
    frame: pd.DataFrame,
    title: str,
    own: Own,
    heads: Mapping[str, str],
    note: str = "",
    *,
    most: int | None = MOST_ROWS,
) -> Table:
    """The table of a frame, of its first rows if there are more than `most`; `maker` makes numbers of one's own.

    Raises ParameterError when it is no frame, has nothing to print, or a number without a source.
    """
    every = checked_frame(frame)
    rows = every if most is None else every.head(most)
    language: Language = maker.paper.context.language
    columns = [name for name in rows.columns if name not in _MARKED and not _is_named_already(str(name), rows)]
    known, called = traced_rows(rows), maker.ids
    cells, is_own = [], False
    for position, row in enumerate(rows[columns].to_dict("records")):
        line: list[Inlines] = []
        for name, value in row.items():
            number = quantity_in(maker, title, str(name), value, known[position], own)
            is_own = is_own or (number is not None and number.address.startswith("own:"))
            name_of = called.get(str(name), {}).get(str(value), value)
            line.append(_cell(name_of, number, language))
        cells.append(tuple(line))
    aligned: list[Align] = ["right" if _is_number(rows[name]) else "left" for name in columns]
    labels = [heads.get(str(name), HEADS[name].of(language) if name in HEADS else str(name)) for name in columns]
    noted: list[str] = [note] if note else []
    noted += [_SOURCE.of(language).format(own.source)] if own.source and is_own else []
    cut = _cut(maker, len(every), language) if len(every) > len(rows) else ()
    return Table(
        f"own_{re.sub(r'[^0-9a-z]+', '_', title.lower())[:40]}",
        title,
        tuple(Column(label, align) for label, align in zip(labels, aligned, strict=True)),
        tuple(cells),
        note=(*((" ".join(noted),) if noted else ()), *cut),
    )


def _cut(maker: Any, rows: int, language: Language) -> Inlines:
    """What is said of a table that is longer than papers print."""
    name = _ROWS.of(language)
    shown, there = (maker.number(value, source=name, name=name, name_zh=name) for value in (MOST_ROWS, rows))
    before, between, after = _CUT.of(language).split("{}")
    return (before, claim(shown, language), between, claim(there, language), after)


def _is_named_already(column: str, rows: pd.DataFrame) -> bool:
    """Whether a column holds the names of ids that stand in another, which are printed as these names."""
    return column.endswith("_name") and column.removesuffix("_name") in rows.columns and column != "base_name"


def checked_frame(frame: Any) -> pd.DataFrame:
    """A frame with its named index as columns. Raises ParameterError when it is none, or is empty."""
    import pandas as pd

    if isinstance(frame, pd.Series):
        frame = frame.to_frame()
    if not isinstance(frame, pd.DataFrame):
        what = "table: {kind} is no table; allowed: a pandas DataFrame"
        raise ParameterError(said(what, kind=type(frame).__name__))
    if isinstance(frame.columns, pd.MultiIndex):
        frame = frame.set_axis([" · ".join(str(one) for one in name if str(one)) for name in frame.columns], axis=1)
    named = any(name is not None for name in frame.index.names)
    rows: pd.DataFrame = frame.reset_index() if named else frame
    if not rows.columns.is_unique:
        twice = ", ".join(dict.fromkeys(str(name) for name in rows.columns[rows.columns.duplicated()]))
        raise ParameterError(said("table: two columns are called {twice}; allowed: a name for each", twice=twice))
    if rows.empty:
        raise ParameterError("table: has no rows or no columns; allowed: a frame with both")
    return rows


def traced_rows(frame: pd.DataFrame) -> list[dict[str, Any] | None]:
    """For each row, that of the answer which it was taken from, if it was."""
    traced = frame.attrs.get(NUMBERS)
    return traced.rows_like(frame) if isinstance(traced, Traced) else [None] * len(frame)


def texts_of_answers(frame: Any) -> Iterator[str]:
    """The words in the rows of answers that a frame was made of, such as the names of their bases."""
    traced = getattr(frame, "attrs", {}).get(NUMBERS)
    if isinstance(traced, Traced):
        yield from (value for row in traced.rows for value in row.values() if isinstance(value, str))


def quantity_in(
    maker: Any, title: str, column: str, value: Any, known: Mapping[str, Any] | None, own: Own
) -> Quantity | None:
    """The quantity that a cell is; none where it is no number. Raises ParameterError when it is a number without a source."""
    if isinstance(value, Quantity):
        return value
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return None
    found = known.get(column) if known else None
    if isinstance(found, Quantity) and (found.value == value or (math.isnan(value) and math.isnan(found.value))):
        return found
    if math.isnan(value):
        return None
    if _is_label(column, value, known):
        return None
    if not own.source:
        what = (
            "{title}, {column}: {value} has no source; allowed: source=…, or numbers of an answer as they stand there"
        )
        raise ParameterError(said(what, title=title or "table", column=column, value=value))
    made: Quantity = maker.number(
        value, own.unit(column), source=own.source, status=own.status, name=column, base=own.base
    )
    return made


def claims_in(maker: Any, frame: pd.DataFrame, title: str, own: Own) -> Iterator[Quantity]:
    """Every quantity of a frame."""
    known = traced_rows(frame)
    for position, row in enumerate(frame.to_dict("records")):
        for name, value in row.items():
            number = quantity_in(maker, title, str(name), value, known[position], own)
            if number is not None:
                yield number


def _is_label(column: str, value: Any, known: Mapping[str, Any] | None) -> bool:
    """Whether a number only says what a row is of, such as a year."""
    if known is not None and known.get(column) == value:
        return True
    return column.lower() in ("year", "年份", "年") and 1900 <= value <= 2100


def _cell(value: Any, number: Quantity | None, language: Language) -> Inlines:
    if number is not None:
        return (claim(number, language),) if number.withheld or not math.isnan(number.value) else ("—",)
    if value is None or value != value:
        return ("—",)
    if isinstance(value, bool):
        return ((_YES if value else _NO).of(language),)
    if isinstance(value, float) and value.is_integer():
        return (str(int(value)),)
    return (str(value).strip() or "—",)


def _is_number(column: pd.Series) -> bool:
    return column.dtype.kind in "if" or any(isinstance(one, Quantity) for one in column)
