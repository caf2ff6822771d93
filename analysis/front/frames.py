"""Answers as rows: what each is of, its quantities, and the name of the base that its rates are of."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from analysis.quantities import Label, Language, Quantity, Rate, Status

if TYPE_CHECKING:
    import pandas as pd

    from analysis.ledger import Claim

SUPPRESSED = "suppressed"


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
    return frame.assign(approximate=words) if any(words) else frame


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
    return max((one.status for one in row), default=Status.PUBLISHED).word
