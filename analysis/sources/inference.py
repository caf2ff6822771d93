"""What follows from the figures: hidden totals, overlaps, ratios, and what a 100% would mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from analysis.quantities import Interval, Label, Quantity, Rate, computed
from analysis.sources.bounds import bounds
from analysis.sources.finding import Finding, called, figures_of, listed, measure, unworded, worded
from analysis.sources.identities import rest_of
from analysis.sources.questions import Bound
from analysis.sources.relation_models import Relations
from analysis.study import Study


def hidden(study: Study, relations: Relations) -> Iterator[Finding]:
    """Hidden bases, sizes and overlaps, where the figures narrow them down."""
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
    is_read = bool(numerator.approximate or rate.approximate)
    if row.kind == "share" and not is_read:
        values["point"] = unworded(computed("÷", numerator, rate, unit=bound.interval.low.unit, label=bound.label))
    if row.kind == "growth":
        values["one"] = replace(
            rate, value=1, decimals=0, address="constant:1", approximate="", label=Label("全部", "the whole")
        )
        zh, en = "<base>在{interval}<m>之间。", "<base>: {interval}."
    elif is_read:
        zh, en = "<base>应在{interval}<m>之间。", "<base>: {interval}, as the words of the figures are read."
    elif rate.value == 1:
        zh = "“<rate>”为{rate}，按字面理解，<base>即为{point}<m>；若该比例是取整后的数，则可多至{high}<m>。"
        en = "<base>: {point} if the {rate} is meant literally, and up to {high} if it was rounded."
    elif bound.interval.is_exact:
        zh, en = "<base>为{high}<m>。", "<base>: {high}."
    else:
        zh = "<base>约为{point}<m>；考虑到比例经过四舍五入，应在{interval}<m>之间。"
        en = "<base>: about {point} (as the share is rounded, {interval})."
    how = "{numerator} ÷ ({one} + {rate})" if row.kind == "growth" else "{numerator} ÷ {rate}"
    return Finding(
        "rounding", about, "note", worded(zh, en, **names),
        worded(f"{how}（<numerator>；<rate>）", f"{how} (<numerator>; <rate>)", **names),
        values, bound.figures,
    )  # fmt: skip


def _bounded(study: Study, relations: Relations, bound: Bound) -> Finding:
    zh, en = "<label>在{low}家到{high}家之间。", "<label>: between {low} and {high}."
    whole = relations.universe.whole if relations.universe else ""
    if bound.interval.is_exact:
        zh, en = "<label>为{low}家。", "<label>: {low}."
    elif bound.is_open or (study.has(whole) and bound.interval.high.value >= study.quantity(whole).value):
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
    universe = relations.universe
    if universe is not None and inside.figure is not None and study.has(inside.figure, universe.whole):
        values["outside"] = study.quantity(universe.whole) - study.quantity(inside.figure)
        rest_zh = "，<lacking_inside>的{outside}家企业均为<lacking_every>的企业"
        rest_en = ", and all {outside} enterprises <lacking_inside> are enterprises <lacking_every>"
    return Finding(
        "hypothesis", about, "note",
        worded(
            f"<if>，那么<label>{'为{low}家' if bound.interval.is_exact else '在{low}家到{high}家之间'}{rest_zh}。",
            f"<if>, there are {'{low}' if bound.interval.is_exact else 'between {low} and {high}'} <label>{rest_en}.",
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
        rest = rests.get(row.of)
        if not (study.has(row.of) if rest is None else study.has(rest.part, rest.whole)):
            continue
        if not study.has(row.to) or not study.quantity(row.to).value:
            continue
        of = rest_of(study, rest) if rest is not None and not study.has(row.of) else study.quantity(row.of)
        to = study.quantity(row.to)
        ratio = (of / to).named(row.label, decimals=row.decimals)
        if ratio.value < 0:  # the part is more than the whole: that is told
            continue
        yield Finding(
            "per", row.id, "note",
            worded("<label><is>{ratio}<m>。", "<label>: {ratio}.", label=row.label,
                   **{"is": Label("：" if ratio.approximate else "为", "")},
                   m=measure(of) if of.unit != "persons" else Label("人", "")),
            worded("<of>{of} ÷ <to>{to} = {ratio}", "{of} <of> ÷ {to} <to> = {ratio}", of=of.label, to=to.label),
            {"of": of, "to": to, "ratio": ratio},
            (*figures_of(of), row.to),
        )  # fmt: skip
