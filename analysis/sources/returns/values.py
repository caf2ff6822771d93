"""What a cell of a return says: its text, or its count."""

from __future__ import annotations

import datetime
from typing import Any

from analysis.cell_text import NotANumberError, flat, text_of, whole_in
from analysis.messages import said
from analysis.sources.returns.edits import MOST

COUNT = said("a whole number from 0 to {most:,}, such as 1234 or 1,234", most=MOST)

_DAYS = (datetime.date, datetime.time, datetime.timedelta)


def text_of_cell(value: object) -> str:
    """A cell's value as text in one line; empty where there is none that can be seen; a formula as it is written.

    Examples
    --------
    >>> text_of_cell(" 昆山　市\\n"), text_of_cell(320583.0), text_of_cell("\\u200b")
    ('昆山 市', '320583', '')
    """
    return flat(text_of(getattr(value, "text", value)))  # an array formula has a text of its own


def count_in(value: Any) -> int:
    """The count that a cell's value is, read as a register's numbers are.

    Raises
    ------
    NotANumberError
        With what it is instead.

    Examples
    --------
    >>> count_in(12.0), count_in("１，２３４")
    (12, 1234)
    >>> for value in ("1,5", True, "#REF!"):
    ...     try:
    ...         count_in(value)
    ...     except NotANumberError as error:
    ...         print(error.what)
    has a comma that groups no three digits
    is a logical value
    is what a formula gives that fails
    """
    if isinstance(value, bool):
        raise NotANumberError("is a logical value", COUNT)
    if isinstance(value, _DAYS):
        raise NotANumberError("is a date", COUNT)
    if isinstance(value, str) and value.startswith("#"):
        raise NotANumberError("is what a formula gives that fails", COUNT)
    return whole_in(text_of(value), most=MOST)
