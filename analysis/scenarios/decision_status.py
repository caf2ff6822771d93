"""How far each decision is: computed from the newest data, never typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from analysis.conference import Decision
from analysis.coverage.counting import Counter
from analysis.coverage.indicators import EVIDENCE, secretary_chairs
from analysis.quantities import Quantity, Rate
from analysis.scenarios.targets import Gap, gaps

State = Literal["met", "overdue", "open", "withheld", "unknown"]


@dataclass(frozen=True)
class Standing:
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


def standings(counter: Counter, *, as_of: date, years: int) -> tuple[Standing, ...]:
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


def _of_target(counter: Counter, decision: Decision, gap: Gap, as_of: date) -> Standing:
    requirement = gap.requirements[decision.reading]
    missing = requirement.missing
    is_met = missing is not None and not missing.withheld and missing.value == 0
    state = _state(decision, is_met, as_of)
    if missing is not None and missing.withheld:
        state = "withheld"
    elif counter.study.absent and (is_met or requirement.reading.share != 1):
        state = "unknown"  # where everyone must have it, one that does not settles it
    return Standing(decision, state, gap.present, missing)


def _of_measure(counter: Counter, decision: Decision, as_of: date) -> Standing:
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
        return Standing(decision, "withheld", counted, evidence=evidence)
    is_met = evidence is not None and evidence.value >= decision.at_least
    return Standing(decision, _state(decision, is_met, as_of), counted, evidence=evidence)


def _state(decision: Decision, is_met: bool, as_of: date) -> State:
    if is_met:
        return "met"
    return "overdue" if as_of > decision.due else "open"


def late(found: Sequence[Standing]) -> tuple[Standing, ...]:
    """Those overdue, the longest first."""
    return tuple(sorted((row for row in found if row.state == "overdue"), key=lambda row: row.decision.due))
