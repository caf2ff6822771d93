"""Simulated numbers as quantities, each with an address as `series` has them, and computed again from their addresses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any, Literal, TypeVar

import numpy as np

from analysis.coverage.cells import Cells
from analysis.errors import ParameterError, WorkbookError, among
from analysis.messages import said
from analysis.quantities import Label, Number, Quantity, Status, computed, decimals_of, plain_number
from analysis.scenarios import labels
from analysis.scenarios.allocation import PRICE, Division, divided
from analysis.scenarios.assumptions import LEVERS, dynamics_of
from analysis.scenarios.goals import Answer, Base, Goal, Question, least
from analysis.scenarios.scenario import Scenario, open_scenario
from analysis.scenarios.sensitivity import Shares, shares
from analysis.scenarios.series import ASKED, Address, described, number_at, parsed, series
from analysis.scenarios.simulation import Draws, Path, path, simulate
from analysis.scenarios.start import state_of
from analysis.scenarios.switching_values import Overturned, overturned_of
from analysis.study import Study
from analysis.study_models import Assumption

EXPECTED = "expected"
FROM_ASSUMPTIONS = "assumptions"  # the share of the variance that comes from them
FINE = (FROM_ASSUMPTIONS, "off", "off_error")  # statistics that are no counts

Kept = TypeVar("Kept")
End = Literal["value", "low", "high"]
Part = Literal["first", "total", "first_error", "total_error"]
_VARIANCE = Label("方差", "the variance")


def quantity(run: Draws, name: str, *, year: int, stat: str = "p50") -> Quantity:
    """A statistic of the draws as a quantity: simulated, with the address it can be computed again from.

    The name is as `series` knows it, the statistic as `series.number_at` does. Counts are whole numbers, also between two
    draws.
    """
    first, last = run.years[0], run.years[-1]
    if not first <= year <= last:
        raise ParameterError(said("year: {year}; allowed: {first} to {last}", year=year, first=first, last=last))
    asked, how = {"draws": run.draws, "seed": run.seed}, f" {stat}, draws={run.draws}, seed={run.seed}"
    return _of_year(run, name, value_of(run, name, stat, year=year), {"year": year, "stat": stat, **asked}, how)


def expected_quantity(run: Path, name: str, *, year: int, value: float, **rates: float) -> Quantity:
    """A number of a mean field as a quantity, with rates or levers set on top of the scenario."""
    number = whole(value, described(run, name)[0])
    return _of_year(run, name, number, {"year": year, "stat": EXPECTED}, f" {EXPECTED}", rates)


def _of_year(
    run: Path, name: str, value: Number, asked: Mapping[str, Any], how: str, rates: Mapping[str, float] | None = None
) -> Quantity:
    (unit, label, base), scenario, year = described(run, name), run.scenario.name, asked["year"]
    if asked["stat"] == FROM_ASSUMPTIONS:
        unit, base = "share", _VARIANCE
    label = Label(f"{label.zh}（{scenario.zh}，{year}年）", f"{label.en} ({scenario.en}, {year})")
    decimals = 1 if unit == "share" or asked["stat"] in FINE else 0
    address = Address("simulated", run.scenario.id, name, asked, {**run.scenario.changed, **(rates or {})})
    return _simulated(address, value, unit, label, base, decimals, how)


def needed_quantity(answer: Answer, scenario: Scenario, end: End = "value") -> Quantity:
    """The least value of a lever that meets a goal, or an end of what the draws leave open about it, as a quantity.

    Raises
    ------
    ParameterError
        When no value meets it, or none surely.
    """
    value, goal, row = getattr(answer, end), answer.goal, scenario.dynamics[answer.lever]
    if value is None:
        why = said("; {binding} holds it back", binding=answer.binding) if answer.binding else ""
        what = "no {end} of {lever} meets {target}{why}"
        raise ParameterError(said(what, end=end, lever=answer.lever, target=goal.target, why=why))
    asked = {"lever": answer.lever, "by": goal.by_year, "probability": goal.probability}
    asked |= {"draws": answer.draws, "seed": answer.seed, "end": "" if end == "value" else end}
    address = Address("needed", scenario.id, goal.at, asked, scenario.changed)
    label = row.label if end == "value" else _part_of(row, end)
    return _simulated(address, plain_number(value), row.unit, label, row.base_name, _decimals(row, value))


def overturned_quantity(question: Question, found: Overturned) -> Quantity:
    """The value at which an assumption turns a conclusion, as a quantity."""
    scenario, row = question.scenario, question.scenario.dynamics[found.assumption]
    asked = {"by": question.goal.by_year, "assumption": row.id}
    address = Address("overturned", scenario.id, question.goal.at, asked, scenario.changed)
    label, decimals = _part_of(row, "turns"), 2 if row.unit == "share" else 3
    how = f", dynamics.toml {row.id}"
    return _simulated(address, plain_number(found.turns_at), row.unit, label, row.base_name, decimals, how)


def share_quantity(found: Shares, assumption: str, part: Part) -> Quantity:
    """One share of the variance, or the half width of its interval, as a quantity."""
    scenario = found.scenario
    asked = {"of": found.measure, "year": found.year, "points": found.points, "seed": found.seed}
    address = Address("variance", scenario.id, f"{assumption}.{part}", asked, scenario.changed)
    label, how = _part_of(scenario.dynamics[assumption], part), f" points={found.points}, seed={found.seed}"
    return _simulated(address, found.number(assumption, part), "share", label, _VARIANCE, 1, how)


def division_quantity(division: Division, district: str, part: str) -> Quantity:
    """One number of a division: the `units` or `staff` of a district, or the `price`."""
    scenario, asked = division.scenario, {"years": division.years}
    address = Address("divided", scenario.id, f"{district}.{part}", asked, scenario.changed)
    number, decimals = division.number(district, part), 1 if part == PRICE else 0
    return _simulated(address, number, "persons", labels("parts")[part], None, decimals)


def lever_quantity(scenario: Scenario, lever: str) -> Quantity:
    """What a scenario decides about a lever, or the assumption where it decides nothing."""
    among(lever, scenario.dynamics, what="lever")
    row = scenario.dynamics[lever]
    if lever not in scenario.decided:
        return assumption_quantity(row)
    address = f"lever:{scenario.id}.{lever}" if lever not in scenario.changed else f"parameter:{lever}"
    return _assumed(row, scenario.decided[lever], address, f"scenarios/{scenario.id}.toml {lever}")


def cost_quantity(scenario: Scenario, lever: str) -> Quantity:
    """What a lever costs in a year beyond its assumption, at the unit cost that the scenario gives.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> plan = replace(open_scenario(open_study("suzhou-2003"), "conference"), unit_costs={"instructors_added": 12})
    >>> cost_quantity(plan, "instructors_added").value
    1800
    """
    among(lever, scenario.unit_costs, what="unit_costs")
    unit_cost = Quantity(
        plain_number(scenario.unit_costs[lever]),
        "cost",
        Status.ASSUMED,
        Label("每单位一年的费用", "cost of a unit in a year"),
        address=f"unit_cost:{scenario.id}.{lever}",
        decimals=decimals_of(scenario.unit_costs[lever]),
        locator=f"scenarios/{scenario.id}.toml unit_costs",
    )
    more = computed("−", lever_quantity(scenario, lever), assumption_quantity(scenario.dynamics[lever]))
    found = computed("×", more, unit_cost, unit="cost", label=Label("一年的费用", "cost in a year"))
    return replace(found, decimals=min(decimals_of(float(found.value)), 2))


def assumption_quantity(row: Assumption, end: End = "value") -> Quantity:
    """An assumption about change, or an end of its range, as a quantity."""
    return _assumed(row, getattr(row, end), f"dynamics:{row.id}.{end}", f"dynamics.toml {row.id}")


def value_of(run: Draws, name: str, stat: str, *, year: int) -> Number:
    """A statistic as it is printed: of a count a whole number."""
    value = number_at(run, name, stat, year=year)
    return value if stat in FINE else whole(value, described(run, name)[0])


def whole(value: float, unit: str) -> Number:
    """A count as a whole number, a share as it is."""
    return value if unit == "share" or np.isnan(value) else round(value)


def _part_of(row: Assumption, part: str) -> Label:
    words = labels("parts")[part]
    return Label(f"{row.zh}：{words.zh}", f"{row.en}: {words.en}")


def _decimals(row: Assumption, value: float) -> int:
    return decimals_of(value * 100 if row.unit == "share" else value)


def _simulated(
    address: Address, value: Number, unit: str, label: Label, base: Label | None, decimals: int, how: str = ""
) -> Quantity:
    where: dict[str, Any] = {"address": str(address), "locator": f"scenarios/{address.scenario}.toml{how}"}
    return Quantity(value, unit, Status.SIMULATED, label, base=base, decimals=decimals, **where)


def _assumed(row: Assumption, value: float, address: str, locator: str) -> Quantity:
    where: dict[str, Any] = {"address": address, "locator": locator, "decimals": _decimals(row, value)}
    return Quantity(plain_number(value), row.unit, Status.ASSUMED, row.label, base=row.base_name, **where)


def resolver(study: Study, cells: Cells) -> Callable[[str], Number]:
    """A function that computes the number at an address again, from nothing that is kept; it computes each run once."""
    again = _Again(study, cells)

    @cache
    def resolve(address: str) -> Number:
        kind, _, place = address.partition(":")
        if kind in ASKED:
            compute: Callable[[Address], Number] = getattr(again, kind)
            return compute(parsed(address))
        owner, _, item = place.rpartition(".")
        if kind == "lever":
            return open_scenario(study, owner).lever(item)
        if kind == "unit_cost":
            gone = said("no unit cost of {lever} any more", lever=item)
            return plain_number(_still(open_scenario(study, owner).unit_costs, item, gone))
        if kind == "dynamics":
            row = _still(dynamics_of(study), owner, said("no assumption {name} any more", name=owner))
            return plain_number(getattr(row, item))
        raise ParameterError(said("{address}: not an address of a scenario", address=address))

    return resolve


def resolve_support(study: Study, address: str) -> Number:
    """The number at an address `support:…`.

    Raises
    ------
    WorkbookError
        When the study has no such support any more, or the scenario decides nothing about it.
    """
    scenario, _, place = address.removeprefix("support:").rpartition("/")
    kind, _, lever = place.partition(".")
    row = _still({one.id: one for one in study.support}, kind, said("no support {name} any more", name=kind))
    if scenario:
        what = "scenario {scenario} no longer decides {rest} of {name}"
        gone = said(what, scenario=scenario, rest=lever, name=kind)
        return plain_number(_still(open_scenario(study, scenario).support.get(kind, {}), lever, gone))
    if lever == "planned":
        return row.planned
    part, _, end = lever.partition(".")
    return float(getattr(getattr(row, part), end))


def _still(rows: Mapping[str, Kept], name: str, gone: str) -> Kept:
    if name not in rows:
        raise WorkbookError(gone)
    return rows[name]


class _Again:
    """A study's numbers by kind of address, computed anew; what several of them are read off is computed once."""

    def __init__(self, study: Study, cells: Cells) -> None:
        self.study = study
        self.state = cache(lambda pooled: state_of(cells, study, pooled=pooled))
        self.known: dict[str, Any] = {}  # runs, answers and shares, by the part of an address that they are of

    def simulated(self, address: Address) -> Number:
        asked, years, state = address.asked, address.asked["year"] - self.study.year, self.state(True)
        if asked["stat"] == EXPECTED:
            levers = {name: value for name, value in address.set.items() if name in LEVERS}
            others = {name: value for name, value in address.set.items() if name not in LEVERS}
            scenario = open_scenario(self.study, address.scenario).deciding(**levers).assuming(**others)
            expected = path(state, scenario, max(years, 1))
            return whole(float(series(expected, address.name)[years, 0]), described(expected, address.name)[0])
        key = str(address.but(name="", year="", stat=""))
        run: Draws | None = self.known.get(key)
        if run is None or asked["year"] > run.years[-1]:
            drawn = {"years": max(years, 1), "draws": asked["draws"], "seed": asked["seed"]}
            run = self.known[key] = simulate(state, self._scenario(address), **drawn)
        return value_of(run, address.name, asked["stat"], year=asked["year"])

    def needed(self, address: Address) -> Number:
        asked, end = address.asked, address.asked["end"]
        question = self._question(address, asked["probability"], asked["draws"], asked["seed"])
        found: Answer = self._once(address.but(end=""), lambda: least(question, asked["lever"]))
        value = {"value": found.value, "low": found.low, "high": found.high}.get(end)
        if value is None:
            what = "no {end} of {lever} meets {target} any more"
            raise WorkbookError(said(what, end=end, lever=found.lever, target=found.goal.target))
        return plain_number(value)

    def overturned(self, address: Address) -> Number:
        question, assumption = self._question(address), address.asked["assumption"]
        (found,) = overturned_of([question], folder=None)
        if found is None or found.assumption != assumption:  # another turns it first by now, or none does
            what = "{assumption} is not what turns {target} any more"
            raise WorkbookError(said(what, assumption=assumption, target=question.goal.target))
        return plain_number(found.turns_at)

    def divided(self, address: Address) -> Number:
        district, _, part = address.name.rpartition(".")
        division = divided(self.state(False), self._scenario(address), years=address.asked["years"])
        return division.number(district, part)

    def variance(self, address: Address) -> Number:
        assumption, _, part = address.name.rpartition(".")
        asked = {name: address.asked[name] for name in ("year", "points", "seed")}

        def compute() -> Shares:
            scenario, measure = self._scenario(address), address.asked["of"]
            return shares(self.state(True), scenario, measure, **asked)

        found: Shares = self._once(address.but(name=""), compute)
        return found.number(assumption, part)

    def _once(self, address: Address, compute: Callable[[], Any]) -> Any:
        if (key := str(address)) not in self.known:
            self.known[key] = compute()
        return self.known[key]

    def _scenario(self, address: Address) -> Scenario:
        return open_scenario(self.study, address.scenario).deciding(**address.set)

    def _question(self, address: Address, probability: float = 0.9, draws: int = 256, seed: int = 0) -> Question:
        target, _, reading = address.name.partition("#")
        position, _, base = reading.partition("~")
        over: Base = "moving" if base == "moving" else "frozen" if base == "frozen" else ""
        goal = Goal(target, int(position), address.asked["by"], probability, over)
        return Question(self.state(True), self._scenario(address), goal, draws, seed)
