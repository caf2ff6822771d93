"""The cheapest mix of several levers that meets a target in time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.errors import ParameterError, one_of
from analysis.scenarios.planning import binding, first
from analysis.scenarios.question import Question
from analysis.scenarios.rates import ALLOWED, LEVERS


@dataclass(frozen=True)
class Mix:
    """A mix of levers, and what it costs a year over the scenario's own.

    Parameters
    ----------
    levers
        Their values; none where no mix meets the goal.
    probability
        The share of the draws that meet it, at the mix or at the end of every lever.
    binding
        What holds it back where there is none.
    """

    levers: Mapping[str, float] | None
    cost: float
    probability: float
    binding: str


def cheapest(question: Question, costs: Mapping[str, float], *, pieces: int = 12) -> Mix:
    """The mix that meets the goal at least cost, as far as pieces of each lever's range can tell.

    Greedy without chance: each piece goes where the margin gains most for its cost. Then every lever goes back as far
    as the goal allows under draws with chance, the dearest first. Where each further piece of a lever gains less than
    the one before, the cost is the least to within a piece.

    Parameters
    ----------
    costs
        Of one unit of each lever that may be used, a year.
    pieces
        Into how many pieces a lever's way to its end is cut.

    Raises
    ------
    ParameterError
        When a lever is unknown or its cost is not above 0.
    """
    for lever, cost in costs.items():
        if lever not in LEVERS or not cost > 0:
            raise ParameterError(
                f"cost of {lever}: {cost:g}; allowed: above 0 for {one_of(LEVERS, seen=lever, most=20)}"
            )
    today = {lever: question.scenario.lever(lever) for lever in costs}
    piece = {lever: (ALLOWED[lever].most - today[lever]) / pieces for lever in costs}
    mix = dict(today)
    while not question.is_met(question.drawn(mix)):
        further = [_raised(mix, lever, piece[lever]) for lever in costs if mix[lever] < ALLOWED[lever].most]
        if not further:
            lever = next(iter(costs))
            return Mix(None, 0.0, question.share(question.drawn(mix)), binding(question, lever, mix[lever]))
        mix = max(further, key=lambda one: _gain(question, mix, one, costs))
    for lever in sorted(costs, key=lambda one: -piece[one] * costs[one]):
        mix = _lowered(question, mix, lever, floor=today[lever])
    cost = sum((mix[lever] - today[lever]) * costs[lever] for lever in costs)
    return Mix(mix, cost, question.share(question.drawn(mix)), "")


def _raised(mix: Mapping[str, float], lever: str, by: float) -> dict[str, float]:
    return {**mix, lever: min(mix[lever] + by, ALLOWED[lever].most)}


def _gain(
    question: Question, mix: Mapping[str, float], further: Mapping[str, float], costs: Mapping[str, float]
) -> float:
    """Margin gained for what it costs."""
    spent = sum((further[lever] - mix[lever]) * cost for lever, cost in costs.items())
    gained = question.reached(question.expected(further)) - question.reached(question.expected(mix))
    return gained / spent


def _lowered(question: Question, mix: dict[str, float], lever: str, *, floor: float) -> dict[str, float]:
    """The mix with one lever as far back towards its floor as the goal allows."""
    unit = ALLOWED[lever].step

    def at(step: int) -> dict[str, float]:
        return {**mix, lever: min(floor + step * unit, mix[lever])}

    steps = -int(-(mix[lever] - floor) // unit)
    return at(first(lambda step: question.is_met(question.drawn(at(step))), 0, steps))
