"""One frame of the live page: all that is on the screen for one answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.coverage.answers import Answer
from analysis.quantities import Label
from analysis.scenarios.standing import standing
from analysis.views import live_words
from analysis.views.live_rows import rows_of
from analysis.views.live_screen import Screen

CLEAR = Label("清除筛选", "Clear")


def frame_of(screen: Screen, found: Answer, *, order: str = "rate", missing: Sequence[str] = ()) -> dict[str, Any]:
    """Everything the page shows for an answer, as plain values.

    Parameters
    ----------
    order
        Of the districts' bars, as in `live_rows.rows_of`.
    missing
        Ids of districts that the map has no boundary for; it says so.
    """
    data = rows_of(screen, found, standing(found), order=order)
    return {
        "data": data,
        "charts": live_words.charts(screen, data, found, missing=missing),
        "finding": live_words.finding(screen, found),
        "note": live_words.note(screen, data, found),
        "chosen": live_words.chosen(screen, found),
        "nothing": live_words.NOTHING_CHOSEN.of(screen.language),
        "clear": CLEAR.of(screen.language),
    }
