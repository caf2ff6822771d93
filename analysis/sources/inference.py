"""What follows from the figures: coverage over every base, hidden totals, overlaps, ratios, readings of a 100%."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.quantities import Interval, Label, Quantity, Rate, computed
from analysis.sources.bounds import Bound, bounds, clash
from analysis.sources.finding import Finding, called, listed, measure, phrased, worded
from analysis.sources.identities import rest_of
from analysis.sources.relations import Ladder, Relations, joined
from analysis.sources.rounding import figure_ends
from analysis.study import Study


def ladders(study: Study, relations: Relations) -> Iterator[Finding]:
    """One numerator over every base that holds it; at most, where it may reach beyond the base."""
    for row in relations.ladders:
        if study.has(row.numerator):
            rungs = {name: rung_of(study, relations, name) for name in row.rungs}
            known = {name: rung for name, rung in rungs.items() if rung is not None}
            fitting = {name: rung for name, rung in known.items() if not _outnumbers(study, row, rung)}
            if fitting:
                yield _ladder(study, relations, row, fitting)
            for name in known.keys() - fitting.keys():
                yield _mismatch(study, relations, row, name, known[name])


def rung_of(study: Study, relations: Relations, name: str) -> Quantity | None:
    """The size of a base: a figure, or a base of study.toml that is published or a sum of published parts."""
    if study.has(name):
        return study.quantity(name).named(called(study, name, relations=relations))
    base = next((row for row in study.settings.bases if row.id == name), None)
    if base is None or base.staff_from or base.full_members_from:
        return None
    if base.figure is not None:
        return study.quantity(base.figure).named(base.label)
    parts = _parts_of(study, relations, name)
    universe = relations.universe
    if universe is None or not parts:
        return None
    if set(parts) == set(universe.parts) and study.has(universe.whole):
        return study.quantity(universe.whole).named(base.label)
    return computed("+", *(study.quantity(part) for part in parts), label=base.label)


def _parts_of(study: Study, relations: Relations, name: str) -> list[str]:
    """The parts of the universe that a base of study.toml is the sum of; none when one is not published."""
    base = next((row for row in study.settings.bases if row.id == name), None)
    if base is None or relations.universe is None:
        return []
    by_category = {study.figures[part].category: part for part in relations.universe.parts if study.has(part)}
    found = [by_category[category] for category in base.categories if category in by_category]
    return found if len(found) == len(base.categories) else []


def _outnumbers(study: Study, row: Ladder, rung: Quantity) -> bool:
    high = sum(figure_ends(study.figures[leaf.address.removeprefix("figure:")])[1] for leaf in rung.leaves())
    return figure_ends(study.figures[row.numerator])[0] > high


def _lies_in(study: Study, relations: Relations, numerator: str, rung: Quantity) -> bool:
    """Whether the declared relations put the numerator wholly inside the rung."""
    steps = [(row.part, row.whole) for row in relations.subsets]
    steps += [(part, row.total) for row in relations.totals for part in row.parts]
    steps += [(row.id, row.base) for row in study.figures.values() if row.base and row.unit != "percent"]
    if relations.universe is not None:
        steps += [(row.figure, relations.universe.whole) for row in relations.sets if row.figure]
    reached, waiting = set[str](), [numerator]
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting += [whole for part, whole in steps if part == name and whole not in reached]
    return rung.address.removeprefix("figure:") in reached


def _ladder(study: Study, relations: Relations, row: Ladder, rungs: dict[str, Quantity]) -> Finding:
    numerator = study.quantity(row.numerator)
    values: dict[str, Quantity | Rate | Interval] = {"numerator": numerator}
    within: list[Label] = []
    beyond: list[Label] = []
    for name, rung in rungs.items():
        slot = re.sub(r"\W", "_", name)
        values |= {f"base_{slot}": rung, f"share_{slot}": Rate(numerator, rung, rung.label).share}
        (within if _lies_in(study, relations, row.numerator, rung) else beyond).append(
            phrased(
                f"<rung>（{{base_{slot}}}<m>）的{{share_{slot}}}",
                f"{{share_{slot}}} of the {{base_{slot}}} <rung>",
                rung=rung.label,
                m=measure(rung),
            )
        )
    title = called(study, row.numerator, relations=relations)
    zh, en = "<name>{numerator}<m>", "<name> ({numerator}): "
    if within:
        zh, en = f"{zh}，占{listed(*within).zh}", f"{en}{listed(*within).en}"
    if beyond:
        zh += f"，至多占{listed(*beyond).zh}（未必都在该基数之内）"
        en += f"{'; ' if within else ''}at most {listed(*beyond).en}, as some may lie outside that base"
    return Finding(
        "ladder", row.id, "caution" if beyond else "note",
        worded(f"{zh}。", f"{en}.", name=title, m=measure(numerator)),
        _quotients(rungs),
        values,
        (row.numerator, *_figures(*rungs.values())),
    )  # fmt: skip


def _quotients(rungs: dict[str, Quantity]) -> Label:
    slots = [re.sub(r"\W", "_", name) for name in rungs]
    text = "; ".join(f"{{numerator}} ÷ {{base_{slot}}} = {{share_{slot}}}" for slot in slots)
    return Label(text.replace("; ", "；"), text)


def _mismatch(study: Study, relations: Relations, row: Ladder, name: str, rung: Quantity) -> Finding:
    """A count larger than a base it is compared with: no rate; and what must then lie outside that base."""
    numerator = study.quantity(row.numerator)
    outside = numerator - rung
    universe = relations.universe
    parts = _parts_of(study, relations, name)
    others = [part for part in universe.parts if part not in parts and study.has(part)] if universe and parts else []
    names = {
        "name": called(study, row.numerator, relations=relations),
        "rung": rung.label,
        "others": listed(*(study.name_of(part) for part in others)) if others else Label("", ""),
        "assumes": joined(universe.assumes if universe else None),
        "n": measure(numerator),
        "m": measure(rung),
    }
    more_zh = "如<assumes>，则至少有{outside}<n>属于<others>。" if others else ""
    more_en = " If <assumes>, at least {outside} of them are <others>." if others else ""
    return Finding(
        "mismatch", row.id, "caution",
        worded(
            f"<name>（{{numerator}}<n>）多于<rung>（{{rung}}<m>），两者口径不同，不能相除作为覆盖率。{more_zh}",
            f"<name> ({{numerator}}) outnumber <rung> ({{rung}}): they rest on different bases, and dividing them "
            f"gives no coverage rate.{more_en}",
            **names,
        ),
        worded("{numerator} − {rung} = {outside}", "{numerator} − {rung} = {outside}"),
        {"numerator": numerator, "rung": rung, "outside": outside},
        (row.numerator, *_figures(rung)),
    )  # fmt: skip


def hidden(study: Study, relations: Relations) -> Iterator[Finding]:
    """Hidden bases, sizes and overlaps, where the figures narrow them down."""
    if clash(study, relations):
        return
    for bound in bounds(study):
        kind, _, about = bound.name.partition(".")
        if kind == "base":
            yield _hidden_base(study, relations, bound, about)
        elif kind == "if":
            yield _supposed(study, relations, bound, about)
        elif bound.interval.low.value > 0:
            yield _bounded(study, relations, bound)


def _hidden_base(study: Study, relations: Relations, bound: Bound, about: str) -> Finding:
    row = next(row for row in relations.shares if row.id == about)
    numerator, rate = study.quantity(row.numerator), study.quantity(row.rate)
    values: dict[str, Quantity | Rate | Interval] = {
        "interval": bound.interval, "high": bound.interval.high, "numerator": numerator, "rate": rate,
    }  # fmt: skip
    names = {
        "base": bound.label, "m": measure(bound.interval.low),
        "numerator": called(study, row.numerator, relations=relations),
        "rate": called(study, row.rate, relations=relations),
    }  # fmt: skip
    if row.kind == "share":
        values["point"] = computed("÷", numerator, rate, unit=bound.interval.low.unit, label=bound.label)
    if row.kind == "growth":
        zh, en = "<base>在{interval}<m>之间。", "<base>: {interval}."
    elif rate.value == 1:
        zh = "“<rate>”为{rate}，按字面理解，<base>即为{point}<m>；若该比例是取整后的数，则可多至{high}<m>。"
        en = "<base>: {point} if the {rate} is meant literally, and up to {high} if it was rounded."
    else:
        zh = "<base>约为{point}<m>；考虑到比例经过四舍五入，应在{interval}<m>之间。"
        en = "<base>: about {point} (as the share is rounded, {interval})."
    how = "{numerator} ÷ (1 + {rate})" if row.kind == "growth" else "{numerator} ÷ {rate}"
    return Finding(
        "rounding", about, "note", worded(zh, en, **names),
        worded(f"{how}（<numerator>；<rate>）", f"{how} (<numerator>; <rate>)", **names),
        values, bound.figures,
    )  # fmt: skip


def _bounded(study: Study, relations: Relations, bound: Bound) -> Finding:
    zh, en = "<label>在{low}家到{high}家之间。", "<label>: between {low} and {high}."
    if bound.interval.is_exact:
        zh, en = "<label>为{low}家。", "<label>: {low}."
    elif relations.universe and bound.interval.high.value >= study.quantity(relations.universe.whole).value:
        zh, en = "<label>至少有{low}家。", "<label>: at least {low}."
    return Finding(
        "bound", bound.name, "note",
        worded(zh, en, label=bound.label),
        _searched(study, relations, bound),
        {"interval": bound.interval, "low": bound.interval.low, "high": bound.interval.high},
        bound.figures,
    )  # fmt: skip


def _searched(study: Study, relations: Relations, bound: Bound) -> Label:
    return worded(
        "与下列数字都相符的最小值和最大值：<figures>。前提：<assumes>。",
        "The least and the greatest number that agree with <figures>. Assumed: <assumes>.",
        figures=listed(*(called(study, figure, relations=relations) for figure in bound.figures)),
        assumes=bound.assumes,
    )


def _supposed(study: Study, relations: Relations, bound: Bound, about: str) -> Finding:
    row = next(row for row in relations.hypotheses if row.id == about)
    sets = {other.id: other for other in relations.sets}
    every, inside = sets[row.every], sets[row.inside]
    values: dict[str, Quantity | Rate | Interval] = {
        "interval": bound.interval, "low": bound.interval.low, "high": bound.interval.high,
    }  # fmt: skip
    rest_zh = rest_en = ""
    if relations.universe is not None and inside.figure is not None and study.has(inside.figure):
        values["outside"] = study.quantity(relations.universe.whole) - study.quantity(inside.figure)
        rest_zh = "，<lacking_inside>的{outside}家企业均为<lacking_every>的企业"
        rest_en = ", and all {outside} enterprises <lacking_inside> are enterprises <lacking_every>"
    return Finding(
        "hypothesis", about, "note",
        worded(
            f"<if>，那么<label>在{{low}}家到{{high}}家之间{rest_zh}。",
            f"<if>, there are between {{low}} and {{high}} <label>{rest_en}.",
            **{"if": row.label}, label=bound.label,
            lacking_inside=inside.lacking.label, lacking_every=every.lacking.label,
        ),
        _searched(study, relations, bound),
        values,
        bound.figures,
    )  # fmt: skip


def ratios(study: Study, relations: Relations) -> Iterator[Finding]:
    """Ratios worth stating."""
    rests = {row.id: row for row in relations.subsets}
    for row in relations.per:
        if not study.has(row.to) or not (study.has(row.of) or row.of in rests):
            continue
        if row.of in rests and not study.has(rests[row.of].part, rests[row.of].whole):
            continue
        if not study.quantity(row.to).value:
            continue
        of = study.quantity(row.of) if study.has(row.of) else rest_of(study, rests[row.of])
        to = study.quantity(row.to)
        ratio = (of / to).named(row.label, decimals=row.decimals)
        yield Finding(
            "per", row.id, "note",
            worded("<label>为{ratio}<m>。", "<label>: {ratio}.", label=row.label,
                   m=measure(of) if of.unit != "persons" else Label("人", "")),
            worded("<of>{of} ÷ <to>{to} = {ratio}", "{of} <of> ÷ {to} <to> = {ratio}", of=of.label, to=to.label),
            {"of": of, "to": to, "ratio": ratio},
            (*_figures(of), row.to),
        )  # fmt: skip


def _figures(*quantities: Quantity) -> tuple[str, ...]:
    leaves = [leaf.address for quantity in quantities for leaf in quantity.leaves()]
    return tuple(dict.fromkeys(leaf.removeprefix("figure:") for leaf in leaves if leaf.startswith("figure:")))
