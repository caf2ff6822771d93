"""Rates as lengths, colours and words: what the marks of every live chart are made of.

Counted cells of fewer than `SMALLEST` enterprises are not shown, nor what is computed from them. Synthetic ones are
nobody's, and stay, with their mark.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from analysis.coverage.disclosure_audit import THRESHOLD
from analysis.coverage.disclosure_audit import is_small as few
from analysis.coverage.lookup import Shares
from analysis.quantities import Language, Status
from analysis.views.live_screen import Row
from analysis.views.theme import ACCENT, HAIRLINE, INK, PAPER, ink_on, shade
from analysis.views.wording import number, status_word

SMALLEST = THRESHOLD
SHADES = 100
NOTHING = "—"
CLEAR = "#00000000"
MARKS = tuple(status.mark for status in Status)
_REAL = frozenset({int(Status.COUNTED)})
_STEPS_OF_SCALES = (0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.75)


def upper_of(rates: np.ndarray[Any, Any]) -> float:
    """The end of a scale: one of a few steps, so that it stands still while a slider moves a little.

    Examples
    --------
    >>> upper_of(np.array([0.042, np.nan])), upper_of(np.array([np.nan]))
    (0.05, 1.0)
    """
    known = rates[~np.isnan(rates)]
    highest = float(known.max()) if known.size else 1.0
    return next((step for step in _STEPS_OF_SCALES if highest <= step), 1.0)


def shares_rows(shares: Shares, language: Language) -> list[Row]:
    """Rate, part and whole of each, as lengths and as words, flattened in the arrays' order.

    Examples
    --------
    >>> from analysis.coverage.lookup import shares_of
    >>> counted = shares_of([((3, Status.COUNTED), (40, Status.COUNTED))])
    >>> row = shares_rows(counted, "en")[0]
    >>> row["part_text"], row["rate_text"], row["rate"]
    ('<10', '—', None)
    """
    columns = (shares.part, shares.part_status, shares.whole, shares.whole_status, shares.rate, shares.status)
    values = zip(*(column.ravel().tolist() for column in columns), strict=True)
    return [
        _share((part, part_status), (whole, whole_status), rate, status, language)
        for part, part_status, whole, whole_status, rate, status in values
    ]


def _share(part: tuple[int, int], whole: tuple[int, int], rate: float, status: int, language: Language) -> Row:
    # nor what tells how many the others are, where those are so few
    telling = is_small(whole[0] - part[0], max(part[1], whole[1]))
    hidden = is_small(*part) or is_small(*whole) or telling
    known = whole[0] > 0 and not hidden
    part_text, whole_text = NOTHING if telling else count_text(*part, language), count_text(*whole, language)
    return {
        "rate": rate if known else None,
        "rate_text": number(rate, "share", language, decimals=2) + MARKS[status] if known else NOTHING,
        "part_text": part_text,
        "whole_text": whole_text,
        "fraction": f"{part_text} / {whole_text}",
        "status": status_words(language)[status],
    }


def is_small(value: int, status: int) -> bool:
    """Whether a count is of real enterprises and so few that they could be known by it."""
    return status in _REAL and few(value)


def count_text(value: int, status: int, language: Language) -> str:
    """A count as it is shown: with its mark, or only that it is small."""
    return f"<{SMALLEST}" if is_small(value, status) else number(value, "count", language) + MARKS[status]


@cache
def status_words(language: Language) -> tuple[str, ...]:
    """Each status in a word, in the order of their numbers."""
    return tuple(status_word(status, language) for status in Status)


@cache
def _shades() -> list[tuple[str, str]]:
    """The ramp of fills with the ink that stands out on each."""
    fills = [shade(step / SHADES) for step in range(SHADES + 1)]
    return [(fill, ink_on(fill)) for fill in fills]


def fill_of(rate: float | None, upper: float) -> Row:
    """The fill of a rate, and the ink that stands out on it."""
    if rate is None:
        return {"fill": PAPER, "ink": INK}
    fill, ink = _shades()[min(round(rate / upper * SHADES), SHADES)]
    return {"fill": fill, "ink": ink}


def outline_of(rate: float | None, *, is_chosen: bool) -> str:
    """The outline of a mark: that of a choice, a hairline where there is no fill, or none."""
    return ACCENT if is_chosen else HAIRLINE if rate is None else CLEAR
