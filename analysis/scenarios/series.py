"""Simulated numbers: the addresses at which they stand, and what is read off draws by name.

| address | what stands there |
|---|---|
| `simulated:SCENARIO/NAME?year=…&stat=…&draws=…&seed=…` | a statistic of the draws; see `series` for names |
| `simulated:SCENARIO/NAME?year=…&stat=expected&RATE=…` | the mean field, with rates or levers set |
| `needed:SCENARIO/TARGET#READING?lever=…&by=…&probability=…&draws=…&seed=…` | the least value of a lever that meets it |
| `needed:…&end=low` (`high`) | the ends of what the number of draws leaves open about that value |
| `overturned:SCENARIO/TARGET#READING?by=…&assumption=…` | where an assumption alone turns whether it is met |
| `divided:SCENARIO/DISTRICT.PART?years=…` | `units` or `staff` of a district, or the `price`; see `allocation` |
| `variance:SCENARIO/ASSUMPTION.PART?of=…&year=…&points=…&seed=…` | a share of the variance; see `sensitivity` |
| `lever:SCENARIO.NAME` | what a scenario decides |
| `unit_cost:SCENARIO.NAME` | what one unit of a lever costs in a year |
| `dynamics:NAME.END` | an assumption about change: its `value`, or the `low` or `high` end of its range |
| `support:KIND.planned`, `support:KIND.PART.END`, `support:SCENARIO/KIND.LEVER` | the support that is planned; see `support` |

A name is a measure (`covered`, `five_good.have`), a target's share (`five_good.share`), or belongs to one reading of a
target (`five_good#0.required`, `five_good#0.missing`, `five_good#0.met`; with another base than the reading's own,
`five_good#0~moving.met`). A statistic is `mean` or a quantile (`p50`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl

import numpy as np

from analysis.coverage.base_names import conditioned, summed
from analysis.errors import ParameterError, one_of
from analysis.messages import said
from analysis.quantities import Label
from analysis.scenarios.random_draws import Array
from analysis.scenarios.simulation import Draws, Path
from analysis.scenarios.state import COUNTS, Rule
from analysis.scenarios.targets import deadline, required, whole_of
from analysis.study_models import Reading

QUANTILES: Mapping[str, float] = {"p5": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}
_UNITS = {"enterprises": "enterprises", "members": "persons", "organisations": "organisations"}
_OF_READING = {
    "required": Label("所需数", "number required"),
    "missing": Label("尚缺", "missing"),
    "met": Label("达到的抽样占全部抽样", "draws that meet it"),
}
BASES = {"frozen": Label("基数固定", "base frozen"), "moving": Label("基数变动", "base moving")}

Read = Callable[[str], Any]
ASKED: Mapping[str, Mapping[str, Read]] = {  # what each kind asks for; what else is set are rates and levers
    "simulated": {"year": int, "stat": str, "draws": int, "seed": int},
    "needed": {"lever": str, "by": int, "probability": float, "draws": int, "seed": int, "end": str},
    "overturned": {"by": int, "assumption": str},
    "divided": {"years": int},
    "variance": {"of": str, "year": int, "points": int, "seed": int},
}
OTHERWISE: Mapping[str, Any] = {"draws": 1, "seed": 0, "end": "value"}  # what need not be written


@dataclass(frozen=True)
class Address:
    """Where a number of a scenario comes from: its kind, scenario and name, what was asked, and rates or levers set on top.

    Examples
    --------
    >>> asked = {"year": 2006, "stat": "p50", "draws": 1000, "seed": 7}
    >>> str(Address("simulated", "low", "covered", asked))
    'simulated:low/covered?year=2006&stat=p50&draws=1000&seed=7'
    >>> parsed("simulated:low/covered?year=2006&stat=p50&draws=1000&seed=7").asked == asked
    True
    """

    kind: str
    scenario: str
    name: str
    asked: Mapping[str, Any]
    set: Mapping[str, float] = field(default_factory=dict)

    def but(self, *, name: str | None = None, **asked: Any) -> Address:
        """The same with another name, or something else asked; what is empty is not written."""
        return replace(self, name=self.name if name is None else name, asked={**self.asked, **asked})

    def __str__(self) -> str:
        parts = [f"{name}={value}" for name, value in self.asked.items() if value != ""]
        parts += [f"{name}={value!r}" for name, value in sorted(self.set.items())]
        return f"{self.kind}:{self.scenario}/{self.name}?{'&'.join(parts)}"


def parsed(address: str) -> Address:
    """The inverse of `str(Address)`.

    Raises
    ------
    ParameterError
        When it is not the address of a simulated number.
    """
    kind, _, rest = address.partition(":")
    place, _, query = rest.partition("?")
    scenario, _, name = place.partition("/")
    parts = dict(parse_qsl(query))
    try:
        asked = {
            one: read(parts.pop(one)) if one in parts or one not in OTHERWISE else OTHERWISE[one]
            for one, read in ASKED[kind].items()
        }
        return Address(kind, scenario, name, asked, {one: float(value) for one, value in parts.items()})
    except (KeyError, ValueError):
        raise ParameterError(said("{address}: not the address of a simulated number", address=address)) from None


def series(run: Path, name: str) -> Array:
    """A named number by year and draw.

    Raises
    ------
    ParameterError
        When there is no such number.
    """
    rule, part = _rule(run, name), name.rpartition(".")[2]
    if rule is None or part in ("meant", "have"):
        return run.of(name)
    meant, have = run.of(f"{rule.target.id}.meant"), run.of(f"{rule.target.id}.have")
    if part == "share":
        return _of_meant(have, meant)
    reading, base = _reading(rule, name)
    wanted = required(reading, meant, meant[:1], base=base)
    if part == "met":
        return np.asarray((have >= wanted - 1e-6).astype(float))
    return wanted if part == "required" else np.asarray(np.maximum(wanted - have, 0.0))


def number_at(run: Draws, name: str, stat: str, *, year: int) -> float:
    """A statistic of a number in a year: its `mean`, a quantile (`p50`), or one of these.

    `assumptions` is the part of the variance that comes from the assumptions, `without_chance` the mean without chance,
    `off` the mean of the draws less that, `off_error` the standard error of that difference.
    """
    at = year - run.scenario.year
    match stat:
        case "assumptions":
            assumptions, chance = (part[at] for part in run.split(name))
            return float(assumptions / (assumptions + chance)) if assumptions + chance > 0 else float("nan")
        case "without_chance":
            return float(run.without_chance(name)[at].mean())
        case "off":
            return float(run.off(name)[0][at])
        case "off_error":
            return float(run.off(name)[1][at])
        case "mean":
            return float(series(run, name)[at].mean())
        case _:
            values, share = series(run, name)[at], stat.removeprefix("p")
            if share == stat or not share.isdigit() or not 0 <= int(share) <= 100:
                raise ParameterError(said('no statistic "{name}"; allowed: mean, p0 to p100', name=stat))
            return float(np.quantile(values, int(share) / 100))


def bands(run: Path, name: str) -> Array:
    """Quantiles by year: 5, 25, 50, 75 and 95 per cent, each the number itself on a path without chance.

    Returns
    -------
    array
        (year, quantile); not a number where nobody is meant.
    """
    values = series(run, name)
    if values.shape[1] == 1:
        return np.repeat(values, len(QUANTILES), axis=1)
    known = ~np.isnan(values).all(axis=1)
    found = np.full((len(values), len(QUANTILES)), np.nan)
    found[known] = np.nanquantile(values[known], list(QUANTILES.values()), axis=1).T
    return found


def asked(run: Path, reading: str) -> Array:
    """What a reading (`five_good#0`, `five_good#0~moving`) asks for as a share of those meant: a path above it meets it."""
    return _of_meant(series(run, f"{reading}.required"), series(run, f"{reading.partition('#')[0]}.meant"))


def due(run: Path, rule: Rule, *, years: int) -> int:
    """The year a target is due (after so many years if it has no deadline), if the path goes so far; else its last year."""
    return min(deadline(rule.target, year=run.scenario.year, years=years), run.years[-1])


def described(run: Path, name: str) -> tuple[str, Label, Label | None]:
    """Unit, label and, for a share, the name of its base.

    Raises
    ------
    ParameterError
        When there is no such number.
    """
    if name in COUNTS:
        return *COUNTS[name], None
    rule, part = _rule(run, name), name.rpartition(".")[2]
    if rule is None:
        allowed = one_of(run.measures.names, seen=name, most=30)
        raise ParameterError(said('no number "{name}"; allowed: {allowed}', name=name, allowed=allowed))
    target, unit = rule.target, _UNITS[rule.target.counts]
    if part == "share":
        measure, meant = whole_of(target)
        return "share", target.label, summed(conditioned(meant), measure)
    if part == "meant":
        return unit, Label(f"{target.zh}：对象", f"{target.en}: those meant"), None
    if part == "have":
        return unit, Label(f"{target.zh}：已达到", f"{target.en}: those that have it"), None
    reading, base = _reading(rule, name)
    word, how = _OF_READING[part], BASES[base or reading.base]
    label = Label(
        f"{target.zh}（{reading.zh}，{how.zh}）：{word.zh}", f"{target.en} ({reading.en}; {how.en}): {word.en}"
    )
    return ("share", label, Label("全部抽样", "all draws")) if part == "met" else (unit, label, None)


def _reading(rule: Rule, name: str) -> tuple[Reading, str]:
    """The reading that a name speaks of, and the base it is to have."""
    head, _, part = name.rpartition(".")
    position, _, base = head.partition("#")[2].partition("~")
    readings = rule.target.readings
    if part not in _OF_READING or not position.isdigit() or int(position) >= len(readings) or base not in ("", *BASES):
        allowed = [f"{rule.target.id}#{row}.{kind}" for row in range(len(readings)) for kind in _OF_READING]
        what = 'no number "{name}"; allowed: {allowed}'
        raise ParameterError(said(what, name=name, allowed=one_of(allowed, seen=name)))
    return readings[int(position)], base


def _rule(run: Path, name: str) -> Rule | None:
    """The rule of the target that a name speaks of, where it speaks of one."""
    target = name.rpartition(".")[0].partition("#")[0]
    return next((rule for rule in run.measures.rules if rule.target.id == target), None)


def _of_meant(part: Array, meant: Array) -> Array:
    """The share of those meant; not a number where nobody is."""
    return np.where(meant > 0, part / np.where(meant > 0, meant, 1.0), np.nan)
