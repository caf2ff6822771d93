"""Numbers read off draws by name, each with an address from which it can be computed again.

A name is a measure (`covered`, `five_good.have`), a target's share (`five_good.share`), or belongs to one reading of a
target (`five_good#0.required`, `five_good#0.missing`, `five_good#0.met`; with another base than the reading's own,
`five_good#0~moving.met`). A statistic is `mean` or a quantile (`p50`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from urllib.parse import parse_qsl

import numpy as np

from analysis.coverage.cells import Cells
from analysis.errors import ParameterError, one_of
from analysis.quantities import Label, Number, Quantity, Status
from analysis.scenarios.chance import Array
from analysis.scenarios.outcomes import COUNTS, Rule, measures_of, required
from analysis.scenarios.scenario import open_scenario
from analysis.scenarios.simulation import Draws, Path, simulate
from analysis.scenarios.state import state_of
from analysis.study import Study
from analysis.study_models import Reading

PREFIX = "simulated:"
_UNITS = {"enterprises": "enterprises", "members": "persons", "organisations": "organisations"}
_OF_READING = {
    "required": Label("所需数", "number required"),
    "missing": Label("尚缺", "missing"),
    "met": Label("达到的抽样占全部抽样", "draws that meet it"),
}
_BASES = {"frozen": Label("基数固定", "base frozen"), "moving": Label("基数变动", "base moving")}


def series(run: Draws | Path, name: str) -> Array:
    """A named number by year and draw.

    Raises
    ------
    ParameterError
        When there is no such number.
    """
    head, _, part = name.rpartition(".")
    rule = _rule(run, head.partition("#")[0])
    if rule is None or part in ("meant", "have"):
        return run.of(name)
    meant, have = run.of(f"{rule.target.id}.meant"), run.of(f"{rule.target.id}.have")
    if part == "share":
        return np.where(meant > 0, have / np.where(meant > 0, meant, 1.0), np.nan)
    reading, base = _reading(rule, name)
    wanted = required(reading, meant, meant[:1], base=base)
    if part == "required":
        return wanted
    if part == "missing":
        return np.asarray(np.maximum(wanted - have, 0.0))
    return np.asarray((have >= wanted - 1e-9).astype(float))


def statistic(values: Array, name: str) -> float:
    """The mean of the draws, or a quantile.

    Examples
    --------
    >>> statistic(np.arange(101.0), "p95"), statistic(np.arange(101.0), "mean")
    (95.0, 50.0)
    """
    if name == "mean":
        return float(values.mean())
    if name[:1] != "p" or not name[1:].isdigit() or not 0 <= int(name[1:]) <= 100:
        raise ParameterError(f'no statistic "{name}"; allowed: mean, p0 to p100')
    return float(np.quantile(values, int(name[1:]) / 100))


@dataclass(frozen=True)
class Address:
    """Where a simulated number comes from: scenario, number, year, statistic, draws, seed; and levers set on top.

    Examples
    --------
    >>> str(Address("low", "covered", 2006, "p50", 1000, 7))
    'simulated:low/covered?year=2006&stat=p50&draws=1000&seed=7'
    >>> parsed("simulated:low/covered?year=2006&stat=p50&draws=1000&seed=7").year
    2006
    """

    scenario: str
    name: str
    year: int
    stat: str
    draws: int
    seed: int
    districts: tuple[str, ...] = ()
    levers: tuple[tuple[str, float], ...] = ()

    def __str__(self) -> str:
        text = f"{PREFIX}{self.scenario}/{self.name}?year={self.year}&stat={self.stat}&draws={self.draws}"
        text += f"&seed={self.seed}" + (f"&districts={','.join(self.districts)}" if self.districts else "")
        return text + "".join(f"&{lever}={value!r}" for lever, value in self.levers)


def parsed(address: str) -> Address:
    """The inverse of `str(Address)`."""
    place, _, query = address.removeprefix(PREFIX).partition("?")
    scenario, _, name = place.partition("/")
    parts = dict(parse_qsl(query))
    try:
        return Address(
            scenario=scenario,
            name=name,
            year=int(parts.pop("year")),
            stat=parts.pop("stat"),
            draws=int(parts.pop("draws")),
            seed=int(parts.pop("seed")),
            districts=tuple(filter(None, parts.pop("districts", "").split(","))),
            levers=tuple((lever, float(value)) for lever, value in parts.items()),
        )
    except (KeyError, ValueError):
        raise ParameterError(f"{address}: not the address of a simulated number") from None


def quantity(draws: Draws, name: str, *, year: int, stat: str = "p50", districts: tuple[str, ...] = ()) -> Quantity:
    """A number of the draws as a quantity: simulated, with the address it can be computed again from.

    Counts are whole numbers (rounded where a quantile falls between two draws).
    """
    scenario = draws.scenario
    if year not in draws.years:
        raise ParameterError(f"year: {year}; allowed: {draws.years[0]} to {draws.years[-1]}")
    address = Address(
        scenario.id, name, year, stat, draws.draws, draws.seed, districts, tuple(sorted(scenario.changed.items()))
    )
    unit, label, base = _described(draws, name)
    return Quantity(
        value=_value(draws, address),
        unit=unit,
        status=Status.SIMULATED,
        label=Label(f"{label.zh}（{scenario.label.zh}，{year}年）", f"{label.en} ({scenario.label.en}, {year})"),
        base=base,
        address=str(address),
        decimals=1 if unit == "share" else 0,
        locator=f"scenarios/{scenario.id}.toml, draws={draws.draws}, seed={draws.seed}",
    )


def resolver(study: Study, cells: Cells) -> Callable[[str], Number]:
    """A function that computes the number at an address `simulated:…` again; runs are kept while it lives."""
    runs: dict[Address, Draws] = {}

    @cache
    def resolve(address: str) -> Number:
        wanted = parsed(address)
        key = Address(wanted.scenario, "", 0, "", wanted.draws, wanted.seed, wanted.districts, wanted.levers)
        if key not in runs or wanted.year > runs[key].years[-1]:
            runs[key] = _run(study, cells, wanted)
        return _value(runs[key], wanted)

    return resolve


def resolve(study: Study, cells: Cells, address: str) -> Number:
    """The number at one address `simulated:…`, computed again from the study and its cells."""
    return resolver(study, cells)(address)


def _run(study: Study, cells: Cells, wanted: Address) -> Draws:
    scenario = open_scenario(study, wanted.scenario).but(**dict(wanted.levers))
    state = state_of(cells, study, districts=wanted.districts)
    years = max(wanted.year - scenario.year, 1)
    return simulate(
        state,
        scenario,
        years=years,
        draws=wanted.draws,
        seed=wanted.seed,
        measures=measures_of(study),
        split=False,
    )


def _value(draws: Draws, address: Address) -> Number:
    value = statistic(series(draws, address.name)[address.year - draws.scenario.year], address.stat)
    return value if _described(draws, address.name)[0] == "share" or np.isnan(value) else round(value)


def _described(run: Draws | Path, name: str) -> tuple[str, Label, Label | None]:
    """Unit, label and, for a share, the name of its base."""
    if name in COUNTS:
        return *COUNTS[name], None
    head, _, part = name.rpartition(".")
    rule = _rule(run, head.partition("#")[0])
    if rule is None:
        raise ParameterError(f'no number "{name}"; allowed: {one_of(run.measures.names, seen=name, most=30)}')
    target, unit = rule.target, _UNITS[rule.target.counts]
    if part == "share":
        return "share", target.label, Label("对象", "those meant")
    if part == "meant":
        return unit, Label(f"{target.zh}：对象", f"{target.en}: those meant"), None
    if part == "have":
        return unit, Label(f"{target.zh}：已达到", f"{target.en}: those that have it"), None
    reading, base = _reading(rule, name)
    word, how = _OF_READING[part], _BASES[base or reading.base]
    label = Label(
        f"{target.zh}（{reading.zh}，{how.zh}）：{word.zh}", f"{target.en} ({reading.en}; {how.en}): {word.en}"
    )
    return ("share", label, Label("全部抽样", "all draws")) if part == "met" else (unit, label, None)


def _reading(rule: Rule, name: str) -> tuple[Reading, str]:
    """The reading that a name speaks of, and the base it is to have."""
    head, _, part = name.rpartition(".")
    position, _, base = head.partition("#")[2].partition("~")
    readings = rule.target.readings
    if part not in _OF_READING or not position.isdigit() or int(position) >= len(readings) or base not in ("", *_BASES):
        allowed = [f"{rule.target.id}#{row}.{kind}" for row in range(len(readings)) for kind in _OF_READING]
        raise ParameterError(f'no number "{name}"; allowed: {one_of(allowed, seen=name)}')
    return readings[int(position)], base


def _rule(run: Draws | Path, target: str) -> Rule | None:
    return next((rule for rule in run.measures.rules if rule.target.id == target), None)
