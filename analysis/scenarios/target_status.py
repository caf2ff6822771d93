"""Where a selection stands against every target, by look-up: the numbers of `targets.gaps` while a slider moves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.coverage.answers import Answer
from analysis.coverage.lookup import UNKNOWN as NOT_IN_DATA
from analysis.coverage.lookup import Count, Shares, shares_of
from analysis.scenarios.targets import HAVING, asked_by, required
from analysis.study_models import Target

UNKNOWN = -1  # required where a reading's base moves


@dataclass(frozen=True, eq=False)
class Standing:
    """The targets that are measured, in the study's order, which is the arrays' first axis.

    `present` is how many of those meant have it, `required` how many must have it by each reading: `UNKNOWN` where its base
    moves or there is no such reading.
    """

    targets: tuple[Target, ...]
    present: Shares
    required: np.ndarray[Any, np.dtype[np.int64]]

    @property
    def missing(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """How many more than today; `UNKNOWN` where that is not known."""
        lacking = np.maximum(self.required - self.present.part[:, None], 0)
        return np.where(self.required == UNKNOWN, UNKNOWN, lacking)


def standing(found: Answer) -> Standing:
    """Every measured target against the present, in the selection of an answer."""
    measurable = (row for row in found.board.study.targets if row.should_have in HAVING)
    known = [(row, pair) for row in measurable if (pair := _stand(found, row)) is not None]
    asked = np.full((len(known), max((len(row.readings) for row, _ in known), default=0)), UNKNOWN)
    for place, (row, (_, whole)) in enumerate(known):
        meant = np.array(float(whole[0]))
        for position, reading in enumerate(row.readings):
            if reading.base != "moving":
                asked[place, position] = round(float(required(reading, meant, meant)))
    return Standing(tuple(row for row, _ in known), shares_of([pair for _, pair in known]), asked)


def _stand(found: Answer, target: Target) -> tuple[Count, Count] | None:
    """How many have it and how many are meant; none where the data does not have one of them."""
    meant, having = (found.board.count(*asked) for asked in asked_by(target, found.state.within))
    return None if NOT_IN_DATA in (having, meant) else (having, meant)
