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
class Planned:
    """One kind of support against the organisations there are, with what a scenario decides about it."""

    support: Support
    whole: Quantity
    scenario: str = ""
    decided: Mapping[str, float] = field(default_factory=dict)

    @property
    def reach(self) -> Quantity:
        """Organisations that one serves."""
        return self._assumed("reach")

    @property
    def unit_cost(self) -> Quantity:
        """Yuan a year."""
        return self._assumed("unit_cost")

    @property
    def needed(self) -> Quantity:
        """The fewest that serve every organisation."""
        return self._needed("value")

    @property
    def cost(self) -> Quantity:
        """Of those, in yuan a year."""
        return self._cost("value", "value")

    @property
    def least(self) -> Quantity:
        """The cost at the better ends of both ranges."""
        return self._cost("high", "low")

    @property
    def most(self) -> Quantity:
        """The cost at the worse ends of both ranges."""
        return self._cost("low", "high")

    @property
    def planned(self) -> Quantity:
        """How many are planned: as decided, or as many as the budget buys."""
        if "planned" in self.decided:
            return self._decided("planned")
        if "budget" in self.decided:
            bought = computed("÷", self._decided("budget"), self.unit_cost, unit="units")
            return computed("floor", bought, label=self.support.label)
        address = f"support:{self.support.id}.planned"
        return Quantity(self.support.planned, "units", Status.ASSUMED, self.support.label, address=address)

    @property
    def within(self) -> Rate:
        """Organisations within reach of what is planned, of all there are."""
        whole = self.whole
        served = computed("min", whole, computed("×", self.planned, self.reach, unit=whole.unit), label=whole.label)
        return Rate(served, whole, Label("党组织", "organisations"))

    @property
    def planned_cost(self) -> Quantity:
        """What the plan costs a year."""
        return computed("×", self.planned, self.unit_cost, unit=YUAN, label=self.name("spent"))

    @property
    def each(self) -> Quantity:
        """What it costs a year for an organisation within reach."""
        return computed("÷", self.planned_cost, self.within.numerator, unit=YUAN, label=self.name("each"))

    def _needed(self, reach: End) -> Quantity:
        each = computed("÷", self.whole, self._assumed("reach", reach), unit="units", decimals=2)
        return computed("ceil", each, unit="units", label=self.name("needed"))

    def _cost(self, reach: End, unit_cost: End) -> Quantity:
        each = self._assumed("unit_cost", unit_cost)
        return computed("×", self._needed(reach), each, unit=YUAN, label=self.name("spent"))

    def _assumed(self, part: Part, end: End = "value") -> Quantity:
        """What is assumed, or an end of its range; what the scenario decides has none."""
        if part in self.decided:
            return self._decided(part)
        ranged: Ranged = getattr(self.support, part)
        place, locator = f"{self.support.id}.{part}.{end}", f"support.toml {self.support.id}"
        return self._quantity(part, getattr(ranged, end), place, locator)

    def _decided(self, lever: Lever) -> Quantity:
        place = f"{self.scenario}/{self.support.id}.{lever}"
        locator = f"scenarios/{self.scenario}.toml support.{self.support.id}"
        return self._quantity(lever, self.decided[lever], place, locator)

    def _quantity(self, lever: Lever, value: float, place: str, locator: str) -> Quantity:
        where = f"support:{place}"
        number, unit, label = plain_number(value), _UNITS[lever], self.name(lever)
        return Quantity(number, unit, Status.ASSUMED, label, address=where, locator=locator)

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
    return tuple(Planned(row, whole, name, changes.get(row.id, {})) for row in counter.study.support)


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
