"""What follows from the figures: hidden totals and overlaps, what a 100% would mean, ratios, and coverage over every base."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from analysis.quantities import Label, Quantity, Rate, computed
from analysis.sources.audit.bounds import Bound, bounds
from analysis.sources.audit.checks import rest_of
from analysis.sources.audit.finding import (
    NOTHING,
    STOP,
    Figures,
    Finding,
    chained,
    figures_of,
    listed,
    measure,
    one_of,
    over,
    phrased,
    text,
    unworded,
)
from analysis.sources.audit.relation_models import Ladder, Per, assumed


def hidden(figures: Figures) -> Iterator[Finding]:
    """Hidden bases, sizes and overlaps, where the figures narrow them down."""
    for bound in bounds(figures.study):
        kind, _, about = bound.name.partition(".")
        if kind == "base":
            yield _hidden_base(figures, bound, about)
        elif kind == "if":
            yield _supposed(figures, bound, about)
        elif bound.interval.low.value > 0:
            yield _bounded(figures, bound)


def _hidden_base(figures: Figures, bound: Bound, about: str) -> Finding:
    row = next(row for row in figures.relations.shares if row.id == about)
    numerator, rate = figures[row.numerator], figures[row.rate]
    more: dict[str, Any] = {}
    is_read = bool(numerator.approximate or rate.approximate)
    if row.kind == "share" and not is_read:
        unit = bound.interval.low.unit
        more = {"point": unworded(computed("÷", numerator, rate, unit=unit, label=bound.label))}
    if row.kind == "growth":
        more, say = {"one": one_of(rate)}, "growth"
    elif is_read:
        say = "read"
    elif rate.value == 1:
        say = "whole"
    else:
        say = "exact" if bound.interval.is_exact else "between"
    return figures.finding(
        "rounding", about, "note", {"numerator": row.numerator, "rate": row.rate}, used=bound.figures,
        say=say, how="how_growth" if row.kind == "growth" else "how",
        interval=bound.interval, high=bound.interval.high, base=bound.label, **more,
    )  # fmt: skip


def _bounded(figures: Figures, bound: Bound) -> Finding:
    whole = figures.relations.universe.whole if figures.relations.universe else ""
    say = "between"
    if bound.interval.is_exact:
        say = "exact"
    elif bound.is_open or (figures.has(whole) and bound.interval.high.value >= figures[whole].value):
        say = "at_least"
    return _of_bound(figures, "bound", bound.name, bound, say=say)


def _supposed(figures: Figures, bound: Bound, about: str) -> Finding:
    row = next(row for row in figures.relations.hypotheses if row.id == about)
    sets = {other.id: other for other in figures.relations.sets}
    every, inside, universe = sets[row.every], sets[row.inside], figures.relations.universe
    outside = NOTHING
    more: dict[str, Any] = {}
    if universe is not None and inside.figure is not None and figures.has(inside.figure, universe.whole):
        more = {"outside": figures[universe.whole] - figures[inside.figure]}
        outside = text("hypothesis.outside")
    extent = text(f"hypothesis.{'exact' if bound.interval.is_exact else 'between'}")
    names = {"supposed": row.label, "lacking_inside": inside.lacking.label, "lacking_every": every.lacking.label}
    return _of_bound(figures, "hypothesis", about, bound, say=chained(extent, outside, STOP), **more, **names)


def _of_bound(figures: Figures, rule: str, about: str, bound: Bound, *, say: str | Label, **filling: Any) -> Finding:
    """What is told of an interval: its ends, and the figures and the assumptions that it rests on."""
    return figures.finding(
        rule, about, "note", {}, used=bound.figures, say=say,
        interval=bound.interval, low=bound.interval.low, high=bound.interval.high, label=bound.label,
        figures=listed(*map(figures.called, bound.figures)), assumes=bound.assumes, **filling,
    )  # fmt: skip


@over("per", "to")
def ratios(figures: Figures, row: Per) -> Iterator[Finding]:
    """Ratios worth stating."""
    rest, to = next((other for other in figures.relations.subsets if other.id == row.of), None), figures[row.to]
    known = figures.has(row.of) if rest is None else figures.has(rest.part, rest.whole)
    if not known or not to.value:
        return
    of = figures[row.of] if rest is None or figures.has(row.of) else rest_of(figures, rest)
    ratio = (of / to).named(row.label, decimals=row.decimals)
    if ratio.value >= 0:  # below, the part is more than the whole: that is told
        yield figures.finding(
            "per", row.id, "note", {}, of=of, to=to, ratio=ratio, used=(*figures_of(of), row.to),
            say="approximate" if ratio.approximate else "say",
            unit=measure(of) if of.unit != "persons" else Label("人", ""),
        )  # fmt: skip


@over("ladders", "numerator")
def ladders(figures: Figures, row: Ladder) -> Iterator[Finding]:
    """One numerator over every base that holds it; at most, where it may reach beyond the base."""
    shares = (share for share in figures.relations.shares if share.numerator == row.numerator)
    given = {share.base for share in shares if figures.has(share.rate)}
    given |= {base.id for base in figures.study.settings.bases if base.figure in given}
    rungs = {name: _rung(figures, name) for name in row.rungs}
    known = {
        name: rung
        for name, rung in rungs.items()
        if rung is not None and not (rung.approximate and name in given)  # its rate was published
    }
    numerator = figures[row.numerator].value
    if fitting := {name: rung for name, rung in known.items() if numerator <= rung.value}:
        yield _ladder(figures, row, fitting)
    for name, rung in known.items():
        if figures.ends(row.numerator)[0] > sum(figures.ends(leaf)[1] for leaf in figures_of(rung)):
            yield _mismatch(figures, row, name, rung)


def _rung(figures: Figures, name: str) -> Quantity | None:
    """The size of a base: a figure, or a base of study.toml that is published or a sum of published parts."""
    if figures.has(name):
        return figures[name].named(figures.called(name))
    base = next((row for row in figures.study.settings.bases if row.id == name), None)
    if base is None or base.staff_from or base.full_members_from:
        return None
    if base.figure is not None:
        return figures[base.figure].named(base.label)
    parts, universe = _parts(figures, name), figures.relations.universe
    if universe is None or not parts:
        return None
    if set(parts) == set(universe.parts) and figures.has(universe.whole):
        return figures[universe.whole].named(base.label)
    return computed("+", *(figures[part] for part in parts), label=base.label)


def _parts(figures: Figures, name: str) -> list[str]:
    """The parts of the universe that a base of study.toml is the sum of; none when one is not published."""
    base = next((row for row in figures.study.settings.bases if row.id == name), None)
    universe = figures.relations.universe
    if base is None or universe is None:
        return []
    by_category = {figures.study.figures[part].category: part for part in universe.parts if figures.has(part)}
    found = [by_category[category] for category in base.categories if category in by_category]
    return found if len(found) == len(base.categories) else []


def _lies_in(figures: Figures, numerator: str, rung: Quantity) -> bool:
    """Whether the declared relations put the numerator wholly inside the rung."""
    relations = figures.relations
    steps = [(row.part, row.whole) for row in relations.subsets]
    steps += [(part, row.total) for row in relations.totals for part in row.parts]
    steps += [(row.id, row.base) for row in figures.study.figures.values() if row.base and row.unit != "percent"]
    if relations.universe is not None:
        steps += [(row.figure, relations.universe.whole) for row in relations.sets if row.figure]
    reached, waiting = set[str](), [numerator]
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting += [whole for part, whole in steps if part == name and whole not in reached]
    return rung.address.removeprefix("figure:") in reached


def _ladder(figures: Figures, row: Ladder, rungs: dict[str, Quantity]) -> Finding:
    numerator = figures[row.numerator]
    values: dict[str, Quantity] = {}
    told: dict[bool, list[Label]] = {True: [], False: []}  # by whether the numerator lies inside the rung
    for name, rung in rungs.items():
        slot = re.sub(r"\W", "_", name)
        share, inside = Rate(numerator, rung, rung.label).share, _lies_in(figures, row.numerator, rung)
        values |= {f"base_{slot}": rung, f"share_{slot}": share if inside else unworded(share)}
        told[inside].append(phrased(text("ladder.rung"), slot=Label(slot, slot), rung=rung.label))
    say = [text("ladder.numerator")]
    if told[True]:
        say += [text("ladder.within"), listed(*told[True])]
    if told[False]:
        start = "ladder.beyond_after_within" if told[True] else "ladder.beyond"
        say += [text(start), listed(*told[False]), text("ladder.outside")]
    slots = (name.removeprefix("base_") for name in values if name.startswith("base_"))
    quotients = [f"{{numerator}} ÷ {{base_{slot}}} = {{share_{slot}}}" for slot in slots]
    return figures.finding(
        "ladder", row.id, "caution" if told[False] else "note", {"numerator": row.numerator},
        used=(row.numerator, *figures_of(*rungs.values())), **values,
        say=chained(*say, STOP), how=Label("；".join(quotients), "; ".join(quotients)),
    )  # fmt: skip


def _mismatch(figures: Figures, row: Ladder, name: str, rung: Quantity) -> Finding:
    """A count larger than a base it is compared with: no rate; and what must then lie outside that base."""
    universe, parts = figures.relations.universe, _parts(figures, name)
    others = [part for part in universe.parts if part not in parts and figures.has(part)] if universe and parts else []
    return figures.finding(
        "mismatch", row.id, "caution", {"numerator": row.numerator}, used=(row.numerator, *figures_of(rung)),
        rung=rung, outside=figures[row.numerator] - rung,
        say=text("mismatch.say", "mismatch.others") if others else "say",
        others=listed(*map(figures.study.name_of, others)) if others else NOTHING,
        assumes=assumed(universe.assumes if universe else None),
    )  # fmt: skip
