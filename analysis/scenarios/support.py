"""The support that is planned: how a scenario changes it, how many units serve every organisation, and what each costs.

A scenario may plan more venues or fewer, others' reach and costs, or a ceiling of money; it says only what differs from
support.toml.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

from analysis.conference import Ranged, Support
from analysis.coverage.counting import Counter
from analysis.coverage.selection import EVERYTHING
from analysis.errors import Problem, inside, one_of
from analysis.messages import said
from analysis.quantities import Label, Quantity, Rate, Status, computed, plain_number
from analysis.scenarios import labels

if TYPE_CHECKING:
    from analysis.scenarios.scenario import Scenario

Lever = Literal["planned", "reach", "unit_cost", "budget"]
End = Literal["value", "low", "high"]
SupportPlan = Mapping[str, Mapping[str, float]]  # levers by kind of support, only those that differ from support.toml

LEVERS: tuple[Lever, ...] = get_args(Lever)
MOST_PLANNED = 1_000_000
MOST_YUAN = 1e12
YUAN = "yuan"
_UNITS: Mapping[Lever, str] = {"planned": "units", "reach": "organisations", "unit_cost": YUAN, "budget": YUAN}


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
        wrong = [fault for name, value in levers.items() for fault in _out_of_range(rows[kind], name, value)]
        yield from wrong or _too_dear(rows[kind], levers)


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
    if name in decided or name == "budget":
        return decided.get(name)
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


def _out_of_range(row: Support, name: str, value: float) -> Iterator[Problem]:
    kind = said("support, {row}", row=row.id)
    if name not in LEVERS:
        yield Problem(kind, "no such lever", name, one_of(LEVERS, seen=name))
        return
    where, (low, high) = inside(kind, name), range_of(row, name)
    if not low <= value <= high:
        source = ", as in support.toml" if name in ("reach", "unit_cost") else ""
        allowed = said("{low:.0f} to {high:.0f}{source}", low=low, high=high, source=source)
        yield Problem(where, "out of its range", f"{value:g}", allowed)
    elif name == "planned" and value != int(value):
        allowed = said("{value} or {other}", value=int(value), other=int(value) + 1)
        yield Problem(where, "is not a whole number", f"{value:g}", allowed)


def _too_dear(row: Support, levers: Mapping[str, float]) -> Iterator[Problem]:
    """A plan that costs more than the budget set beside it."""
    if not {"planned", "budget"} <= levers.keys():
        return
    number, budget, each = levers["planned"], levers["budget"], levers.get("unit_cost", row.unit_cost.value)
    if (spent := number * each) > budget:
        what = "{planned:.0f} × {each:.0f} = {spent:.0f}, above {budget:.0f}"
        seen = said(what, planned=number, each=each, spent=spent, budget=budget)
        what = "at most {bought} planned, or a budget from {spent:.0f}"
        allowed = said(what, bought=_bought(row, levers), spent=spent)
        where = said("support, {row}, planned and budget", row=row.id)
        yield Problem(where, "the plan costs more than the budget", seen, allowed)


@dataclass(frozen=True)
class Planned:
    """One kind of support against the organisations there are, with what a scenario decides about it."""

    support: Support
    whole: Quantity
    scenario: str = ""
    decided: Mapping[str, float] = field(default_factory=dict)

    def lever(self, name: Lever, end: End = "value") -> Quantity:
        """A lever as the scenario decides it, which has no range; or what is assumed, and the ends of its range."""
        kind = self.support.id
        if name in self.decided:
            address, locator = f"{self.scenario}/{kind}.{name}", f"scenarios/{self.scenario}.toml support.{kind}"
            return self._assumed(name, self.decided[name], address, locator)
        if name == "planned":
            return self._assumed(name, self.support.planned, f"{kind}.planned", "")
        ranged: Ranged = getattr(self.support, name)
        return self._assumed(name, getattr(ranged, end), f"{kind}.{name}.{end}", f"support.toml {kind}")

    def needed(self, reach: End = "value") -> Quantity:
        """The fewest that serve every organisation."""
        each = computed("÷", self.whole, self.lever("reach", reach), unit="units", decimals=2)
        return computed("ceil", each, unit="units", label=self.name("needed"))

    def cost(self, reach: End = "value", unit_cost: End = "value") -> Quantity:
        """Of those, in yuan a year: the least at the high end of reach and the low one of the cost of a unit."""
        return computed(
            "×", self.needed(reach), self.lever("unit_cost", unit_cost), unit=YUAN, label=self.name("spent")
        )

    @property
    def planned(self) -> Quantity:
        """How many are planned: as decided, or as many as the budget buys."""
        if "planned" in self.decided or "budget" not in self.decided:
            return self.lever("planned")
        bought = computed("÷", self.lever("budget"), self.lever("unit_cost"), unit="units")
        return computed("floor", bought, label=self.support.label)

    @property
    def within(self) -> Rate:
        """Organisations within reach of what is planned, of all there are."""
        whole = self.whole
        reached = computed("×", self.planned, self.lever("reach"), unit=whole.unit)
        return Rate(computed("min", whole, reached, label=whole.label), whole, Label("党组织", "organisations"))

    @property
    def planned_cost(self) -> Quantity:
        """What the plan costs a year."""
        return computed("×", self.planned, self.lever("unit_cost"), unit=YUAN, label=self.name("spent"))

    @property
    def each(self) -> Quantity:
        """What it costs a year for an organisation within reach."""
        return computed("÷", self.planned_cost, self.within.numerator, unit=YUAN, label=self.name("each"))

    def name(self, what: str) -> Label:
        """What a number is called."""
        words = labels("support")[what]
        return Label(words.zh.format(self.support.zh), words.en.format(self.support.en))

    def _assumed(self, name: Lever, value: float, place: str, locator: str) -> Quantity:
        number, unit, label, address = plain_number(value), _UNITS[name], self.name(name), f"support:{place}"
        return Quantity(number, unit, Status.ASSUMED, label, address=address, locator=locator)


def planned(counter: Counter, scenario: Scenario | None = None) -> tuple[Planned, ...]:
    """Every kind of support of the study, by a scenario's plan or by support.toml's; none where organisations are not known.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> first = planned(Counter(open_study("suzhou-2003"), None))[0]
    >>> first.needed().value, first.within.numerator.value
    (162, 2000)
    """
    if not counter.knows("organisations", EVERYTHING):
        return ()
    whole = counter.count("organisations", EVERYTHING)
    name, changes = ("", {}) if scenario is None else (scenario.id, scenario.support)
    return tuple(Planned(row, whole, name, changes.get(row.id, {})) for row in counter.study.support)
