"""Rates as lengths, colours and words: what the marks of every live chart are made of.

What is withheld has no length, no colour and no place in an order: nothing of it goes to the browser.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from analysis.coverage.lookup import Shares
from analysis.quantities import Language, Status
from analysis.views.live_screen import Row
from analysis.views.theme import ACCENT, HAIRLINE, INK, PAPER, ink_on, shade
from analysis.views.wording import WITHHELD, number, status_word

SHADES = 100
NOTHING = "—"
CLEAR = "#00000000"
MARKS = tuple(status.mark for status in Status)
UPPER_ENDS = (0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.75)


def upper_of(rates: Iterable[float | None]) -> float:
    """The end of a scale for the rates shown: one of a few steps, so that it stands still while a slider moves a little.

    Examples
    --------
    >>> upper_of([0.042, None]), upper_of([None])
    (0.05, 1.0)
    """
    highest = max((rate for rate in rates if rate is not None), default=1.0)
    return next((step for step in UPPER_ENDS if highest <= step), 1.0)


def upper_in(*rows: Iterable[Row]) -> float:
    """The end of a scale for some charts' rows."""
    return upper_of(row["rate"] for some in rows for row in some)


def shares_rows(shares: Shares, language: Language) -> list[Row]:
    """Rate, part and whole of each, as lengths and as words, flattened in the arrays' order.

    Examples
    --------
    >>> from analysis.coverage.lookup import shares_of
    >>> row = shares_rows(shares_of([((3, Status.COUNTED, True), (40, Status.COUNTED))]), "en")[0]
    >>> row["fraction"], row["rate_text"], row["rate"]
    ('[c] / 40', '[c]', None)
    """
    words = status_words(language)
    nothing = {False: NOTHING, True: WITHHELD.of(language)}
    parts = counts_text(shares.part, shares.part_status, shares.part_hidden, language)
    wholes = counts_text(shares.whole, shares.whole_status, shares.whole_hidden, language)
    known = ((shares.whole > 0) & shares.is_known & ~shares.is_hidden).ravel().tolist()
    signed = shares.is_hidden & shares.is_known
    arrays = (column.ravel().tolist() for column in (shares.rate, shares.status, signed))
    return [
        {
            "rate": rate if is_known else None,
            "rate_text": number(rate, "share", language, decimals=2) + MARKS[status]
            if is_known
            else nothing[is_hidden],
            "part_text": part,
            "whole_text": whole,
            "fraction": f"{part} / {whole}",
            "status": words[status],
        }
        for part, whole, is_known, rate, status, is_hidden in zip(parts, wholes, known, *arrays, strict=True)
    ]


def counts_text(values: Any, statuses: Any, hidden: Any, language: Language) -> list[str]:
    """Counts as they are shown, flattened: each with its mark, or the sign of what is withheld or not in the data."""
    sign = WITHHELD.of(language)
    return [
        NOTHING if value < 0 else sign if is_hidden else number(value, "count", language) + MARKS[status]
        for value, status, is_hidden in zip(
            values.ravel().tolist(), statuses.ravel().tolist(), hidden.ravel().tolist(), strict=True
        )
    ]


@cache
def status_words(language: Language) -> tuple[str, ...]:
    """Each status in a word, in the order of their numbers."""
    return tuple(status_word(status, language) for status in Status)


@cache
def _shades() -> list[Row]:
    """The ramp of fills with the ink that stands out on each."""
    fills = [shade(step / SHADES) for step in range(SHADES + 1)]
    return [{"fill": fill, "ink": ink_on(fill)} for fill in fills]


_NO_FILL: Row = {"fill": PAPER, "ink": INK}


def fill_of(rate: float | None, upper: float) -> Row:
    """The fill of a rate, and the ink that stands out on it."""
    return _NO_FILL if rate is None else _shades()[min(round(rate / upper * SHADES), SHADES)]


def outline_of(rate: float | None, *, is_chosen: bool) -> str:
    """The outline of a mark: that of a choice, a hairline where there is no fill, or none."""
    return ACCENT if is_chosen else HAIRLINE if rate is None else CLEAR
