"""Numbers read off draws by name.

A name is a measure (`covered`, `five_good.have`), a target's share (`five_good.share`), or belongs to one reading of a
target (`five_good#0.required`, `five_good#0.missing`, `five_good#0.met`; with another base than the reading's own,
`five_good#0~moving.met`). A statistic is `mean` or a quantile (`p50`).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from analysis.coverage.base_names import conditioned, summed
from analysis.errors import ParameterError, one_of
from analysis.messages import said
from analysis.quantities import Label
from analysis.scenarios.outcomes import COUNTS, Rule, deadline
from analysis.scenarios.random_draws import Array
from analysis.scenarios.simulation import Draws, Path
from analysis.scenarios.targets import required, whole_of
from analysis.study_models import Reading

QUANTILES: Mapping[str, float] = {"p5": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}
_UNITS = {"enterprises": "enterprises", "members": "persons", "organisations": "organisations"}
_OF_READING = {
    "required": Label("所需数", "number required"),
    "missing": Label("尚缺", "missing"),
    "met": Label("达到的抽样占全部抽样", "draws that meet it"),
}
BASES = {"frozen": Label("基数固定", "base frozen"), "moving": Label("基数变动", "base moving")}


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
