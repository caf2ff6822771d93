"""How a scenario changes the support that is planned: more venues or fewer, others' reach and costs, a ceiling of money."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, get_args

from analysis.conference import Ranged, Support
from analysis.errors import Problem, one_of
from analysis.messages import said

Lever = Literal["planned", "reach", "unit_cost", "budget"]
SupportPlan = Mapping[str, Mapping[str, float]]  # levers by kind of support, only those that differ from support.toml

LEVERS: tuple[Lever, ...] = get_args(Lever)
MOST_PLANNED = 1_000_000
MOST_YUAN = 1e12


def faults(support: Sequence[Support], plan: SupportPlan) -> Iterator[Problem]:
    """What cannot be in a scenario's plan: unknown kinds and levers, values out of range, a plan dearer than its budget.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> kinds = open_study("suzhou-2003").support
    >>> print(*faults(kinds, {"centre": {"planed": 90}, "dues": {"unit_cost": 9}}), sep="\\n")
    support, centre: no such lever; seen "planed"; allowed: planned, reach, unit_cost, budget (did you mean planned?)
    support, dues, unit_cost: out of its range; seen "9"; allowed: 500 to 4000, as in support.toml
    """
    rows = {row.id: row for row in support}
    for kind, levers in plan.items():
        if kind not in rows:
            allowed = one_of(list(rows), seen=kind) or "none, the study has no support.toml"
            yield Problem("support", "no such kind of support", kind, allowed)
            continue
        wrong = list(_out_of_range(rows[kind], levers))
        yield from wrong or _contradictions(rows[kind], levers)


def lever(row: Support, plan: SupportPlan, name: Lever) -> float | None:
    """What a lever stands at under a plan: as decided, else as support.toml has it; none for a budget nobody set.

    Where only a budget is decided, what is planned is what it buys.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> centre = open_study("suzhou-2003").support[0]
    >>> lever(centre, {"centre": {"budget": 3_000_000}}, "planned"), lever(centre, {}, "planned")
    (50, 80)
    """
    decided = plan.get(row.id, {})
    if name in decided:
        return decided[name]
    if name == "budget":
        return None
    if name == "planned":
        return _bought(row, decided) if "budget" in decided else row.planned
    ranged: Ranged = getattr(row, name)
    return ranged.value


def range_of(row: Support, name: Lever) -> tuple[float, float]:
    """What a lever may be: as many as can be counted, and inside what support.toml assumes."""
    if name == "planned":
        return 0, MOST_PLANNED
    if name == "budget":
        return 1, MOST_YUAN
    ranged: Ranged = getattr(row, name)
    return ranged.low, ranged.high


def _bought(row: Support, decided: Mapping[str, float]) -> int:
    return int(decided["budget"] // decided.get("unit_cost", row.unit_cost.value))


def _out_of_range(row: Support, levers: Mapping[str, float]) -> Iterator[Problem]:
    kind = said("support, {row}", row=row.id)
    for name, value in levers.items():
        if name not in LEVERS:
            yield Problem(kind, "no such lever", name, one_of(LEVERS, seen=name))
            continue
        where, (low, high) = said("{where}, {name}", where=kind, name=name), range_of(row, name)
        if not low <= value <= high:
            source = ", as in support.toml" if name in ("reach", "unit_cost") else ""
            allowed = said("{low:.0f} to {high:.0f}{source}", low=low, high=high, source=source)
            yield Problem(where, "out of its range", f"{value:g}", allowed)
        elif name == "planned" and value != int(value):
            allowed = said("{value} or {other}", value=int(value), other=int(value) + 1)
            yield Problem(where, "is not a whole number", f"{value:g}", allowed)


def _contradictions(row: Support, levers: Mapping[str, float]) -> Iterator[Problem]:
    """A plan that costs more than the budget set beside it."""
    if not {"planned", "budget"} <= levers.keys():
        return
    number, budget, each = levers["planned"], levers["budget"], levers.get("unit_cost", row.unit_cost.value)
    spent = number * each
    if spent > budget:
        what = "{planned:.0f} × {each:.0f} = {spent:.0f}, above {budget:.0f}"
        seen = said(what, planned=number, each=each, spent=spent, budget=budget)
        what = "at most {bought} planned, or a budget from {spent:.0f}"
        allowed, where = (
            said(what, bought=_bought(row, levers), spent=spent),
            said("support, {row}, planned and budget", row=row.id),
        )
        yield Problem(where, "the plan costs more than the budget", seen, allowed)
