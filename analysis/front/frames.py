"""Answers as rows: what each is of, its quantities, and the name of the base that its rates are of."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from analysis.quantities import Label, Language, Quantity, Rate

if TYPE_CHECKING:
    import pandas as pd

    from analysis.ledger import Claim

SUPPRESSED = "suppressed"  # the status of a row with a number that may not be published
UNKNOWN = "unknown"  # … and of one whose numbers are not in the data
NUMBERS = "numbers"  # in a frame's attrs: the quantities that its numbers are


def rate_row(rate: Rate, language: Language, **keys: Any) -> dict[str, Any]:
    """A rate as a row: numerator, base, rate, and what it is a rate of."""
    return {
        **keys,
        "covered": rate.numerator,
        "enterprises": rate.base,
        "rate": rate.share,
        "base_name": rate.base_name.of(language),
    }


def claim_rows(claims: Iterable[Claim], language: Language) -> list[dict[str, Any]]:
    """The numbers of any answer, a row each: what it is, its value as it is printed, its unit and its base."""
    return [
        {
            "name": one.quantity.label.of(language),
            "value": one.quantity,
            "unit": one.quantity.unit,
            "text": one.text,
            "base_name": "" if one.quantity.base is None else one.quantity.base.of(language),
        }
        for one in dict.fromkeys(claims)
    ]


class Traced:
    """The quantities of an answer, found again from a row of its frame, however rows were chosen, ordered or joined."""

    def __init__(self, quantities: pd.DataFrame) -> None:
        self.numbers = [name for name, column in quantities.items() if any(isinstance(one, Quantity) for one in column)]
        self.keys = [name for name in quantities.columns if name not in self.numbers]
        self.rows: list[dict[Any, Any]] = quantities.to_dict("records")

    def __deepcopy__(self, memo: object) -> Traced:
        return self  # pandas copies what a frame carries with each step

    def rows_like(self, frame: pd.DataFrame) -> list[dict[str, Any] | None]:
        """For each row of a frame the one row of the answer with the same keys, as far as the frame has them; else none."""
        shared = [name for name in self.keys if name in frame.columns]
        found: dict[tuple[Any, ...], dict[str, Any] | None] = {}
        for row in self.rows:
            key = tuple(row[name] for name in shared)
            found[key] = None if key in found else row
        return (
            [found.get(key) for key in frame[shared].itertuples(index=False, name=None)]
            if shared
            else [None] * len(frame)
        )


def plain_frame(quantities: pd.DataFrame) -> pd.DataFrame:
    """A table of quantities as one of plain numbers, with the status of each row at its end."""
    import pandas as pd

    numbers = {name: [one for one in column if isinstance(one, Quantity)] for name, column in quantities.items()}
    frame = pd.DataFrame(
        {
            name: pd.array([_number(one) for one in column]) if numbers[name] else column.infer_objects()
            for name, column in quantities.items()
        }
    )
    for name in (name for name, found in numbers.items() if found):
        is_whole = all(isinstance(one, int) for one in map(_number, quantities[name]))
        frame[name] = frame[name].astype("int64" if is_whole else "float64")
    rows = [[one for one in row if isinstance(one, Quantity)] for row in quantities.itertuples(index=False, name=None)]
    frame["status"] = [_status(row) for row in rows]
    words = ["; ".join(dict.fromkeys(one.approximate for one in row if one.approximate)) for row in rows]
    frame = frame.assign(approximate=words) if any(words) else frame
    frame.attrs[NUMBERS] = Traced(quantities)
    return frame


def labelled(label: Label | None, language: Language) -> str:
    """A name in a language; empty where there is none."""
    return "" if label is None else label.of(language)


def _number(value: object) -> Any:
    if isinstance(value, Quantity):
        return math.nan if value.withheld else value.value
    return math.nan if value is None else value


def _status(row: list[Quantity]) -> str:
    if any(one.withheld for one in row):
        return SUPPRESSED
    return max(one.status for one in row).word if row else UNKNOWN
