"""Any number of a scenario, computed again from its address: see `addresses` for their forms."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Literal

from analysis.coverage.cells import Cells
from analysis.errors import ParameterError, WorkbookError
from analysis.messages import said
from analysis.quantities import Number, plain_number
from analysis.scenarios.addresses import EXPECTED, Address, parsed, split, value_of, whole
from analysis.scenarios.dividing import resolve_division
from analysis.scenarios.outcomes import Measures, measures_of
from analysis.scenarios.planning import Answer, least
from analysis.scenarios.question import Goal, Question
from analysis.scenarios.rates import LEVERS, dynamics_of
from analysis.scenarios.scenario import open_scenario
from analysis.scenarios.series import described, series
from analysis.scenarios.simulation import Draws, path, simulate
from analysis.scenarios.state import state_of
from analysis.scenarios.turning_ahead import resolve as resolve_overturned
from analysis.scenarios.variance import share_resolver
from analysis.study import Study


def resolver(study: Study, cells: Cells) -> Callable[[str], Number]:
    """A function that computes the number at any address of this module again; runs are kept while it lives."""
    runs: dict[tuple[Any, ...], Draws] = {}
    measures, share = measures_of(study), share_resolver(study, cells)

    def simulated(wanted: Address) -> Number:
        if wanted.stat == EXPECTED:
            return _expected(study, cells, wanted, measures)
        key = (wanted.scenario, wanted.draws, wanted.seed, wanted.districts, wanted.set)
        if key not in runs or wanted.year > runs[key].years[-1]:
            runs[key] = _run(study, cells, wanted, measures)
        return value_of(runs[key], wanted)

    @cache
    def answer(address: str) -> Answer:
        return _answered(study, cells, address, measures)

    @cache
    def resolve(address: str) -> Number:
        match address.partition(":")[0]:
            case "simulated":
                return simulated(parsed(address))
            case "needed":
                return _end_of(address, answer)
            case "overturned":
                return resolve_overturned(study, cells, address, measures)
            case "divided":
                return resolve_division(study, cells, address)
            case "variance":
                return share(address)
            case "lever":
                scenario, _, lever = address.removeprefix("lever:").rpartition(".")
                return open_scenario(study, scenario).lever(lever)
            case "unit_cost":
                scenario, _, lever = address.removeprefix("unit_cost:").rpartition(".")
                costs = open_scenario(study, scenario).unit_costs
                if lever not in costs:
                    raise WorkbookError(said("no unit cost of {lever} any more", lever=lever))
                return plain_number(costs[lever])
            case "dynamics":
                name, _, end = address.removeprefix("dynamics:").rpartition(".")
                rows = dynamics_of(study)
                if name not in rows:
                    raise WorkbookError(said("no assumption {name} any more", name=name))
                return plain_number(getattr(rows[name], end))
            case _:
                raise ParameterError(said("{address}: not an address of a scenario", address=address))

    return resolve


def resolve(study: Study, cells: Cells, address: str) -> Number:
    """The number at one address, computed again from the study and its cells."""
    return resolver(study, cells)(address)


def _run(study: Study, cells: Cells, wanted: Address, measures: Measures) -> Draws:
    scenario = open_scenario(study, wanted.scenario).deciding(**dict(wanted.set))
    return simulate(
        state_of(cells, study, districts=wanted.districts),
        scenario,
        years=max(wanted.year - scenario.year, 1),
        draws=wanted.draws,
        seed=wanted.seed,
        measures=measures,
    )


def _expected(study: Study, cells: Cells, wanted: Address, measures: Measures) -> Number:
    levers = {name: value for name, value in wanted.set if name in LEVERS}
    others = {name: value for name, value in wanted.set if name not in LEVERS}
    scenario = open_scenario(study, wanted.scenario).deciding(**levers).assuming(**others)
    state = state_of(cells, study, districts=wanted.districts)
    run = path(state, scenario, max(wanted.year - scenario.year, 1), measures=measures)
    value = float(series(run, wanted.name)[wanted.year - scenario.year, 0])
    return whole(value, described(run, wanted.name)[0])


def _end_of(address: str, answer: Callable[[str], Answer]) -> Number:
    """The value or an end of an answer; the question is the same without the end."""
    place, _, query = address.partition("?")
    parts = query.split("&")
    end = next((part.removeprefix("end=") for part in parts if part.startswith("end=")), "value")
    found = answer(f"{place}?" + "&".join(part for part in parts if not part.startswith("end=")))
    value = {"value": found.value, "low": found.low, "high": found.high}.get(end)
    if value is None:
        raise WorkbookError(
            said("no {end} of {lever} meets {target} any more", end=end, lever=found.lever, target=found.goal.target)
        )
    return plain_number(value)


def _answered(study: Study, cells: Cells, address: str, measures: Measures) -> Answer:
    place, parts = split(address)
    scenario, _, goal = place.partition("/")
    target, _, reading = goal.partition("#")
    position, _, base = reading.partition("~")
    lever, by, probability, draws, seed = (parts.pop(name) for name in ("lever", "by", "probability", "draws", "seed"))
    wanted = Goal(target, int(position), int(by), float(probability), "moving" if base == "moving" else _base(base))
    changed = {name: float(value) for name, value in parts.items()}
    asked = open_scenario(study, scenario).deciding(**changed)
    return least(Question(state_of(cells, study), asked, measures, wanted, int(draws), int(seed)), lever)


def _base(text: str) -> Literal["", "frozen"]:
    return "frozen" if text == "frozen" else ""
