"""What support would take: how many units for every organisation to be in reach, how far a plan goes, what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from analysis.conference import Ranged, Support
from analysis.coverage.counting import Counter
from analysis.coverage.selection import EVERYTHING
from analysis.errors import WorkbookError
from analysis.messages import said
from analysis.quantities import Label, Number, Quantity, Rate, Status, computed, plain_number
from analysis.scenarios.scenario import Scenario, open_scenario
from analysis.scenarios.support_plan import Lever, SupportPlan
from analysis.study import Study

Part = Literal["reach", "unit_cost"]
End = Literal["value", "low", "high"]
YUAN = "yuan"
NOTHING: SupportPlan = {}


@dataclass(frozen=True)
class Planned:
    """One kind of support against the organisations there are.

    Parameters
    ----------
    reach, unit_cost
        As assumed: organisations that one serves, and yuan a year.
    needed
        The fewest that serve every organisation.
    cost
        Of those, in yuan a year; `least` and `most` at the better and the worse ends of both ranges.
    within
        Organisations within reach of what is planned, of all there are.
    planned, planned_cost
        The plan and what it costs a year.
    each
        What it costs a year for an organisation within reach.
    """

    support: Support
    reach: Quantity
    unit_cost: Quantity
    needed: Quantity
    cost: Quantity
    least: Quantity
    most: Quantity
    within: Rate
    planned: Quantity
    planned_cost: Quantity
    each: Quantity


@dataclass(frozen=True)
class _Plan:
    """A kind of support, and what a scenario decides about it."""

    support: Support
    scenario: str = ""
    decided: Mapping[str, float] = field(default_factory=dict)


def planned(counter: Counter, scenario: Scenario | None = None) -> tuple[Planned, ...]:
    """Every kind of support of the study; none where its organisations are not known.

    Parameters
    ----------
    scenario
        Whose plan it is; none for that of support.toml.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> first = planned(Counter(open_study("suzhou-2003"), None))[0]
    >>> first.needed.value, first.within.numerator.value
    (162, 2000)
    """
    if not counter.knows("organisations", EVERYTHING):
        return ()
    whole = counter.count("organisations", EVERYTHING)
    name, changes = ("", NOTHING) if scenario is None else (scenario.id, scenario.support)
    return tuple(_planned(_Plan(row, name, changes.get(row.id, {})), whole) for row in counter.study.support)


def _planned(plan: _Plan, whole: Quantity) -> Planned:
    support = plan.support
    reach, unit_cost = _assumed(plan, "reach"), _assumed(plan, "unit_cost")
    units = _units(plan, unit_cost)
    served = computed("min", whole, computed("×", units, reach, unit=whole.unit), label=whole.label)
    spent = computed("×", units, unit_cost, unit=YUAN, label=_spent(support))
    return Planned(
        support,
        reach,
        unit_cost,
        needed=_needed(plan, whole, "value"),
        cost=_cost(plan, whole, "value", "value"),
        least=_cost(plan, whole, "high", "low"),
        most=_cost(plan, whole, "low", "high"),
        within=Rate(served, whole, Label("党组织", "organisations")),
        planned=units,
        planned_cost=spent,
        each=computed("÷", spent, served, unit=YUAN, label=_for_each(support)),
    )


def _units(plan: _Plan, unit_cost: Quantity) -> Quantity:
    """How many are planned: as decided, or as many as the budget buys."""
    if "planned" not in plan.decided and "budget" in plan.decided:
        return computed(
            "floor", computed("÷", _decided(plan, "budget"), unit_cost, unit="units"), label=plan.support.label
        )
    if "planned" in plan.decided:
        return _decided(plan, "planned")
    address = f"support:{plan.support.id}.planned"
    return Quantity(plan.support.planned, "units", Status.ASSUMED, plan.support.label, address=address)


def _needed(plan: _Plan, whole: Quantity, reach: End) -> Quantity:
    support = plan.support
    each = computed("÷", whole, _assumed(plan, "reach", reach), unit="units", decimals=2)
    return computed("ceil", each, unit="units", label=Label(f"所需{support.zh}", f"{support.en}: how many it takes"))


def _cost(plan: _Plan, whole: Quantity, reach: End, unit_cost: End) -> Quantity:
    units = _needed(plan, whole, reach)
    return computed("×", units, _assumed(plan, "unit_cost", unit_cost), unit=YUAN, label=_spent(plan.support))


def _spent(support: Support) -> Label:
    return Label(f"{support.zh}每年费用", f"{support.en}: cost a year")


def _for_each(support: Support) -> Label:
    return Label(f"{support.zh}：每个可及党组织每年费用", f"{support.en}: cost a year for an organisation in reach")


def _assumed(plan: _Plan, part: Part, end: End = "value") -> Quantity:
    """What is assumed of a kind of support, or an end of its range; what the scenario decides has none."""
    if part in plan.decided:
        return _decided(plan, part)
    support = plan.support
    ranged: Ranged = getattr(support, part)
    return Quantity(
        plain_number(getattr(ranged, end)),
        _UNITS[part],
        Status.ASSUMED,
        _name(support, part),
        address=f"support:{support.id}.{part}.{end}",
        locator=f"support.toml {support.id}",
    )


def _decided(plan: _Plan, lever: Lever) -> Quantity:
    return Quantity(
        plain_number(plan.decided[lever]),
        _UNITS[lever],
        Status.ASSUMED,
        _name(plan.support, lever),
        address=f"support:{plan.scenario}/{plan.support.id}.{lever}",
        locator=f"scenarios/{plan.scenario}.toml support.{plan.support.id}",
    )


_UNITS: Mapping[Lever, str] = {"planned": "units", "reach": "organisations", "unit_cost": YUAN, "budget": YUAN}


def _name(support: Support, lever: Lever) -> Label:
    zh, en = support.zh, support.en
    names: Mapping[Lever, Label] = {
        "planned": support.label,
        "reach": Label(f"每个{zh}服务的党组织", f"{en}: organisations one serves"),
        "unit_cost": Label(f"每个{zh}每年费用", f"{en}: what one costs a year"),
        "budget": Label(f"{zh}每年预算", f"{en}: budget a year"),
    }
    return names[lever]


def resolve(study: Study, address: str) -> Number:
    """The number at an address `support:ID.PART.END`, `support:ID.planned` or `support:SCENARIO/ID.LEVER`.

    Raises
    ------
    WorkbookError
        When the study has no such support any more, or the scenario decides nothing about it.
    """
    scenario, _, place = address.removeprefix("support:").rpartition("/")
    name, _, rest = place.partition(".")
    row = next((row for row in study.support if row.id == name), None)
    if row is None:
        raise WorkbookError(said("no support {name} any more", name=name))
    if scenario:
        decided = open_scenario(study, scenario).support.get(name, {})
        if rest not in decided:
            raise WorkbookError(
                said("scenario {scenario} no longer decides {rest} of {name}", scenario=scenario, rest=rest, name=name)
            )
        return plain_number(decided[rest])
    if rest == "planned":
        return row.planned
    part, _, end = rest.partition(".")
    return float(getattr(getattr(row, part), end))
