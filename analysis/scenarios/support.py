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
from analysis.scenarios.support_plan import Lever
from analysis.study import Study

Part = Literal["reach", "unit_cost"]
End = Literal["value", "low", "high"]
YUAN = "yuan"


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


_WORDS: Mapping[str, Label] = {
    "planned": Label("{zh}", "{en}"),
    "reach": Label("每个{zh}服务的党组织", "{en}: organisations one serves"),
    "unit_cost": Label("每个{zh}每年费用", "{en}: what one costs a year"),
    "budget": Label("{zh}每年预算", "{en}: budget a year"),
    "needed": Label("所需{zh}", "{en}: how many it takes"),
    "spent": Label("{zh}每年费用", "{en}: cost a year"),
    "each": Label("{zh}：每个可及党组织每年费用", "{en}: cost a year for an organisation in reach"),
}
_UNITS: Mapping[Lever, str] = {"planned": "units", "reach": "organisations", "unit_cost": YUAN, "budget": YUAN}


@dataclass(frozen=True)
class _Plan:
    """A kind of support, and what a scenario decides about it, for so many organisations."""

    support: Support
    whole: Quantity
    scenario: str = ""
    decided: Mapping[str, float] = field(default_factory=dict)

    def told(self) -> Planned:
        """All of it as quantities."""
        units, unit_cost, reach = self.units(), self.assumed("unit_cost"), self.assumed("reach")
        served = computed("min", self.whole, computed("×", units, reach, unit=self.whole.unit), label=self.whole.label)
        spent = computed("×", units, unit_cost, unit=YUAN, label=self.name("spent"))
        return Planned(
            self.support,
            reach,
            unit_cost,
            needed=self.needed("value"),
            cost=self.cost("value", "value"),
            least=self.cost("high", "low"),
            most=self.cost("low", "high"),
            within=Rate(served, self.whole, Label("党组织", "organisations")),
            planned=units,
            planned_cost=spent,
            each=computed("÷", spent, served, unit=YUAN, label=self.name("each")),
        )

    def units(self) -> Quantity:
        """How many are planned: as decided, or as many as the budget buys."""
        if "planned" in self.decided:
            return self.set_by_scenario("planned")
        if "budget" in self.decided:
            bought = computed("÷", self.set_by_scenario("budget"), self.assumed("unit_cost"), unit="units")
            return computed("floor", bought, label=self.support.label)
        address = f"support:{self.support.id}.planned"
        return Quantity(self.support.planned, "units", Status.ASSUMED, self.support.label, address=address)

    def needed(self, reach: End) -> Quantity:
        """The fewest that serve every organisation, at an end of their reach."""
        each = computed("÷", self.whole, self.assumed("reach", reach), unit="units", decimals=2)
        return computed("ceil", each, unit="units", label=self.name("needed"))

    def cost(self, reach: End, unit_cost: End) -> Quantity:
        """What those cost."""
        each = self.assumed("unit_cost", unit_cost)
        return computed("×", self.needed(reach), each, unit=YUAN, label=self.name("spent"))

    def assumed(self, part: Part, end: End = "value") -> Quantity:
        """What is assumed, or an end of its range; what the scenario decides has none."""
        if part in self.decided:
            return self.set_by_scenario(part)
        ranged: Ranged = getattr(self.support, part)
        place, locator = f"{self.support.id}.{part}.{end}", f"support.toml {self.support.id}"
        return self.quantity(part, getattr(ranged, end), place, locator)

    def set_by_scenario(self, lever: Lever) -> Quantity:
        """What the scenario decides."""
        place = f"{self.scenario}/{self.support.id}.{lever}"
        locator = f"scenarios/{self.scenario}.toml support.{self.support.id}"
        return self.quantity(lever, self.decided[lever], place, locator)

    def quantity(self, lever: Lever, value: float, place: str, locator: str) -> Quantity:
        """A number that is assumed."""
        unit, label = _UNITS[lever], self.name(lever)
        return Quantity(plain_number(value), unit, Status.ASSUMED, label, address=f"support:{place}", locator=locator)

    def name(self, what: str) -> Label:
        """What a number is called."""
        words = _WORDS[what]
        return Label(words.zh.format(zh=self.support.zh), words.en.format(en=self.support.en))


def planned(counter: Counter, scenario: Scenario | None = None) -> tuple[Planned, ...]:
    """Every kind of support of the study, by a scenario's plan or by support.toml's; none where organisations are not known.

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
    name, changes = ("", {}) if scenario is None else (scenario.id, scenario.support)
    return tuple(_Plan(row, whole, name, changes.get(row.id, {})).told() for row in counter.study.support)


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
            what = "scenario {scenario} no longer decides {rest} of {name}"
            raise WorkbookError(said(what, scenario=scenario, rest=rest, name=name))
        return plain_number(decided[rest])
    if rest == "planned":
        return row.planned
    part, _, end = rest.partition(".")
    return float(getattr(getattr(row, part), end))
