"""How far each decision is: computed from the newest data, never typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from analysis.conference import Decision
from analysis.coverage.concurrency import EVIDENCE, secretary_chairs
from analysis.coverage.counting import Counter
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
    """Every decision of the study, in its order.

    Parameters
    ----------
    as_of
        The day on which one asks.
    years
        For targets without a deadline of their own.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> counter = Counter(open_study("suzhou-2003"), None)
    >>> [row.state for row in standings(counter, as_of=date(2007, 1, 1), years=3)][:2]
    ['overdue', 'overdue']
    """
    found = {gap.target.id: gap for gap in gaps(counter, year=as_of.year, years=years)}
    return tuple(_standing(counter, decision, found, as_of) for decision in counter.study.decisions)


def _standing(counter: Counter, decision: Decision, found: dict[str, Gap], as_of: date) -> Standing:
    if decision.about in found:
        gap = found[decision.about]
        missing = gap.requirements[decision.reading].missing
        if missing is not None and missing.withheld:
            return Standing(decision, "withheld", gap.present, missing)
        is_met = missing is not None and missing.value == 0
        everyone = _share(gap, decision) == 1
        if counter.study.absent and (is_met or not everyone):
            return Standing(decision, "unknown", gap.present, missing)
        return Standing(decision, _state(decision, is_met, as_of), gap.present, missing)
    counted = _counted(counter, decision)
    evidence = counted.numerator if counted is not None else _evidence(counter, decision)
    if evidence is not None and evidence.withheld:
        return Standing(decision, "withheld", counted, evidence=evidence)
    is_met = evidence is not None and evidence.value >= decision.at_least
    return Standing(decision, _state(decision, is_met, as_of), counted, evidence=evidence)


def _share(gap: Gap, decision: Decision) -> Fraction:
    """The share that the reading of a decision asks for."""
    return gap.requirements[decision.reading].reading.share


def _evidence(counter: Counter, decision: Decision) -> Quantity | None:
    """The figure that shows a measure was taken, published for a time after it was agreed."""
    study, figure = counter.study, _named(counter, decision)
    if figure is None or figure not in study.figures:
        return None
    return counter.figure(figure)


def _counted(counter: Counter, decision: Decision) -> Rate | None:
    """What a register counts of a measure, at a time after it was agreed."""
    return secretary_chairs(counter) if _named(counter, decision) == EVIDENCE else None


def _named(counter: Counter, decision: Decision) -> str | None:
    """What a measure names as its evidence; none where the data is of a time before it was agreed."""
    study = counter.study
    named = next(measure.evidence for measure in study.measures if measure.id == decision.about)
    return None if study.as_of < decision.agreed else named


def _state(decision: Decision, is_met: bool, as_of: date) -> State:
    if is_met:
        return "met"
    return "overdue" if as_of > decision.due else "open"


def late(found: Sequence[Standing]) -> tuple[Standing, ...]:
    """Those overdue, the longest first."""
    return tuple(sorted((row for row in found if row.state == "overdue"), key=lambda row: row.decision.due))
