"""What a cell holds: its text, or why its value is no count."""

from __future__ import annotations

import datetime
from typing import Any

from analysis.sources.returns.edits import MOST

COUNT = f"a whole number from 0 to {MOST:,}"


def text_of_cell(value: object) -> str:
    """A cell's value as text in one line; empty where there is none."""
    return " ".join(str("" if value is None else value).split())


def fault_of(value: Any) -> str | None:
    """Why a value is no count."""
    if isinstance(value, str):
        if any(unit in value for unit in "万亿千百") or "thousand" in value.lower():
            return "is a number with a unit; counts are single enterprises or persons"
        return "is an error" if value.startswith("#") else "is text"
    if isinstance(value, bool):
        return "is a logical value"
    if isinstance(value, (datetime.date, datetime.time, datetime.timedelta)):
        return "is a date"
    if value < 0:
        return "is negative"
    if value != value or value > MOST:
        return "is larger than any district's count"
    return None if float(value).is_integer() else "is not whole"
