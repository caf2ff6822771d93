"""Faults in words: what is wrong with a value, and what is allowed there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from analysis.sources.registers.expressions import COUNTS, FLAGS, MOST
from analysis.sources.registers.faults import ASTRAY, MORE, NO_HEAD, REPEATED, WITHOUT
from analysis.sources.registers.names import nearest
from analysis.sources.registers.unread import NO_TEXT, REPLACED
from analysis.study import Study

Told = tuple[str, str]

_WHOLE = "whole numbers from 0"
_FIXED: dict[str, Told] = {
    "organisation": (
        "is no kind of organisation",
        "none, independent or joint; or words for them in [register.values]",
    ),
    ASTRAY: ("leads a joint organisation and is not under one", "0 unless joint"),
    WITHOUT: (
        "is five-good without an organisation of its own or one it leads",
        "0 unless independent or a joint lead",
    ),
    MORE: ("is more than the enterprise's members", "at most members"),
    NO_HEAD: (
        "says that a secretary chairs the union where there is no organisation or no union",
        "0 unless there are both",
    ),
    REPEATED: ("repeats an earlier row", "each enterprise once"),
}
_NEITHER: Told = ("is neither yes nor no", "0 or 1, yes or no, 是 or 否; or words for them in [register.values]")
_DATE = re.compile(
    r"\d{4}[-/.年]\d{1,2}([-/.月]\d{1,2}日?)?( \d.*)?|\d{1,2}月\d{1,2}日|\d{1,2}[-/][A-Za-z]{3}([-/]\d+)?"
)


def teller(study: Study | None) -> Callable[[str, str | None], Told]:
    """A function from a column, with its mark, and a value to what is wrong and what is allowed."""

    @lru_cache(maxsize=10_000)
    def told(column: str, value: str | None) -> Told:
        if value is None or not value.strip():
            return (
                "is empty",
                "a value in every row; or blank_is_zero in [register]" if column in COUNTS else "a value in every row",
            )
        if REPLACED in value:
            return NO_TEXT
        if column in ("district", "category") and study is not None:
            return f"is no {column} of {study.id}", nearest(value, study, column)
        if column in COUNTS:
            return count_fault(value)
        return _FIXED.get(column, _NEITHER if column in FLAGS else ("cannot be used", ""))

    return told


def count_fault(value: str) -> Told:
    """What is wrong with a count.

    Examples
    --------
    >>> [count_fault(text)[0] for text in ("-3", "1e12", "2.5")]
    ['is negative', 'is more than one enterprise can have', 'is not a whole number']
    >>> [count_fault(text)[0] for text in ("1.2万", "2003-05-01", "many")]
    ['counts in ten thousands', 'is a date', 'is not a number']
    """
    flat = unicodedata.normalize("NFKC", value).strip()
    if "万" in flat or "萬" in flat:
        return "counts in ten thousands", "single persons, as an enterprise has them"
    if _DATE.fullmatch(flat):
        return "is a date", f"{_WHOLE}; a spreadsheet may have turned 1-5 into one"
    try:
        number = float(flat.replace(",", ""))
    except ValueError:
        return "is not a number", _WHOLE
    if number < 0:
        return "is negative", _WHOLE
    if number > MOST:
        return "is more than one enterprise can have", f"{_WHOLE}, at most {MOST:,}"
    return "is not a whole number", _WHOLE
