"""Where the targets and the decisions stand, computed from the newest data and never typed.

Targets by look-up, in any selection: the numbers of `targets.gaps` while a slider moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np

from analysis.conference import Decision
from analysis.coverage.answers import Answer
from analysis.coverage.counting import Counter
from analysis.coverage.indicators import EVIDENCE, secretary_chairs
from analysis.coverage.lookup import UNKNOWN as NOT_IN_DATA
from analysis.coverage.lookup import Count, Shares, shares_of
from analysis.quantities import Quantity, Rate
from analysis.scenarios.targets import HAVING, Gap, asked_by, gaps, required
from analysis.study_models import Target

UNKNOWN = -1  # required where a reading's base moves
State = Literal["met", "overdue", "open", "withheld", "unknown"]


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


@dataclass(frozen=True)
class DecisionStatus:
    """A decision against the data.

    Parameters
    ----------
    state
        `met` where the data shows it; else `overdue` from the day after it was due, `open` before; `withheld` where the
        number that would tell may not be published; `unknown` where districts have not reported that may make the difference.
    present
        For a target: how many of those meant have it; for a measure that a register counts, that share. None where the
        data does not hold it.
    missing
        For a target: how many more its reading asks for. None where that is not known.
    evidence
        For a measure: the figure that would show it. None where it was not reported.
    """

    decision: Decision
    state: State
    present: Rate | None = None
    missing: Quantity | None = None
    evidence: Quantity | None = None

    @property
    def is_shown(self) -> bool:
        """Whether the data says anything about it."""
        return self.missing is not None or self.evidence is not None


def standings(counter: Counter, *, as_of: date, years: int) -> tuple[DecisionStatus, ...]:
    """Every decision of the study, in its order, as of a day; years are for targets without a deadline of their own.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> counter = Counter(open_study("suzhou-2003"), None)
    >>> [row.state for row in standings(counter, as_of=date(2007, 1, 1), years=3)][:2]
    ['overdue', 'overdue']
    """
    found = {gap.target.id: gap for gap in gaps(counter, year=as_of.year, years=years)}
    return tuple(
        _of_target(counter, decision, found[decision.about], as_of)
        if decision.about in found
        else _of_measure(counter, decision, as_of)
        for decision in counter.study.decisions
    )


def _of_target(counter: Counter, decision: Decision, gap: Gap, as_of: date) -> DecisionStatus:
    requirement = gap.requirements[decision.reading]
    missing = requirement.missing
    is_met = missing is not None and not missing.withheld and missing.value == 0
    state = _state(decision, is_met, as_of)
    if missing is not None and missing.withheld:
        state = "withheld"
    elif counter.study.absent and (is_met or requirement.reading.share != 1):
        state = "unknown"  # where everyone must have it, one that does not settles it
    return DecisionStatus(decision, state, gap.present, missing)


def _of_measure(counter: Counter, decision: Decision, as_of: date) -> DecisionStatus:
    """By what a register counts of it, or the figure that shows it was taken: of a time after it was agreed."""
    study = counter.study
    named = next(measure.evidence for measure in study.measures if measure.id == decision.about)
    if study.as_of < decision.agreed:
        named = None
    counted = secretary_chairs(counter) if named == EVIDENCE else None
    evidence = counted.numerator if counted is not None else None
    if evidence is None and named is not None and named in study.figures:
        evidence = counter.figure(named)
    if evidence is not None and evidence.withheld:
        return DecisionStatus(decision, "withheld", counted, evidence=evidence)
    is_met = evidence is not None and evidence.value >= decision.at_least
    return DecisionStatus(decision, _state(decision, is_met, as_of), counted, evidence=evidence)


def _state(decision: Decision, is_met: bool, as_of: date) -> State:
    if is_met:
        return "met"
    return "overdue" if as_of > decision.due else "open"


def late(found: Sequence[DecisionStatus]) -> tuple[DecisionStatus, ...]:
    """Those overdue, the longest first."""
    return tuple(sorted((row for row in found if row.state == "overdue"), key=lambda row: row.decision.due))
