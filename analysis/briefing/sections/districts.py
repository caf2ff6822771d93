"""Across districts: standardised, ranked, shrunk, how unequal; and who stands out of the funnel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from analysis.briefing.composing import Row, gap_between
from analysis.briefing.context import Context
from analysis.briefing.sections.comparison_summary import compared_of, rank_cell, sentences
from analysis.briefing.texts import label
from analysis.coverage.compared import cell_number, district_number, kinds, total_number
from analysis.coverage.comparing import GROUPS, Side
from analysis.coverage.crosswalk import Unit, units_of
from analysis.coverage.districts import Districts
from analysis.coverage.funnel import funnel_limits
from analysis.quantities import Label
from analysis.views.blocks import Block, Figure, Paragraph, Table
from analysis.views.charts import dumbbell
from analysis.views.plots import funnel_plot
from analysis.views.rows import Limits, bar
from analysis.views.rows import Row as ChartRow

_SMALL_WEIGHT, _MOST_CELLS = 0.9, 12


def fairly(context: Context) -> tuple[Block, ...]:
    """The briefing's section: in words, and the districts with their standardised rates and the ranks they can have."""
    shared = compared_of(context)
    found = shared.districts
    if found is None or context.within.districts:
        return ()
    told = sentences(context, found, shared.overall)
    return context.head("fairly"), *told, standardised_table(context, found)


def levelled(context: Context) -> tuple[Block, ...]:
    """Every district as it is and under the mix of the whole place."""
    found = compared_of(context).districts
    if found is None:
        return (context.say("outliers.too_few", "note"),)
    place = context.study.settings.place.label
    parts = {part.id: part for part in found.parts}
    order = found.numbers["standardised"].sort_values(ascending=False, kind="stable").index
    rows = [
        ChartRow(
            id,
            context.name(parts[id].label),
            (context.claim(parts[id].rate.share), context.claim(district_number(found, "standardised", id))),
        )
        for id in map(str, order)
    ]
    picture = dumbbell(
        rows,
        language=context.language,
        first=label("standardised.as_it_is"),
        second=label("standardised.standardised"),
        rule=context.claim(compared_of(context).overall.share),
        rule_name=place.of(context.language),
    )
    return (
        context.head("standardised"),
        context.say("standardised.how", place=place, kind=GROUPS[found.measure.groups]),
        context.chart("dumbbell", picture),
        standardised_table(context, found),
    )


def standardised_table(context: Context, found: Districts) -> Table:
    """Districts with their rates, crude and standardised, and the ranks that each can have."""
    rows = (
        (
            part.label,
            part.rate.base,
            part.rate.numerator,
            part.rate.share,
            district_number(found, "standardised", part.id),
            rank_cell(context, found, "crude", part.id),
            rank_cell(context, found, "adjusted", part.id),
        )
        for part in found.parts
    )
    return context.table(
        "standardised",
        rows,
        outcome=compared_of(context).outcome,
        base=context.called(Side(found.counter, found.measure).within),
        level=total_number(found, "level_inner"),
    )


def small(context: Context) -> tuple[Block, ...]:
    """Small cells with their shrunk rates beside the raw ones."""
    found = compared_of(context).districts
    if found is None:
        return ()
    cells = found.cells
    chosen = cells[(cells["base"] > 0) & (cells["weight"] < _SMALL_WEIGHT)].sort_values("weight", kind="stable")
    if not len(chosen):
        return ()
    places = {row.id: row.label for row in context.study.districts}
    parts = {f"{name}.{part.id}": (places[name], part) for name, groups in found.groups.items() for part in groups}
    rows: list[Row] = []
    for cell in map(str, chosen.index[:_MOST_CELLS]):
        district, part = parts[cell]
        name, rate = label("small.cell", district=district, group=part.label), part.rate
        shrunken = [cell_number(found, column, cell, name) for column in ("shrunk", "low", "high", "weight")]
        rows.append((name, rate.base, rate.numerator, rate.share, *shrunken))
    return context.head("small"), context.say("small.why"), context.table("small", rows)


def unequal(context: Context) -> tuple[Block, ...]:
    """Measures of inequality, as districts are and standardised; and where the inequality lies."""
    found = compared_of(context).districts
    if found is None:
        return ()
    rows: list[Row] = []
    for name, kind in kinds("inequality").items():
        pair = [total_number(found, f"{state}_{name}") for state in ("crude", "adjusted")]
        rows.append((Label(kind.zh, kind.en), *pair))
    where = context.say(
        "unequal.where",
        groups=total_number(found, "theil_groups"),
        districts=total_number(found, "theil_districts"),
        apart=total_number(found, "dissimilarity"),
    )
    return context.head("unequal"), where, context.table("inequality", rows)


_BEYOND = {2: "outer_high", 1: "inner_high", 0: "within", -1: "inner_low", -2: "outer_low"}


def outliers(context: Context) -> tuple[Block, ...]:
    """The funnel: exact limits, limits with over-dispersion, and Wilson's limits as process variation."""
    found = compared_of(context).districts
    if found is None:
        return ()
    chance = context.say("outliers.even")
    if found.spread.tau2:
        phi, between_sd = (total_number(found, name) for name in ("phi", "between_sd"))
        chance = context.say("outliers.spread", phi=phi, sd=between_sd)
    return (
        context.head("outliers"),
        context.say("outliers.how", outer=total_number(found, "level_outer")),
        chance,
        _plot(context, found),
        _verdicts(context, found),
    )


def _plot(context: Context, found: Districts) -> Figure:
    overall = compared_of(context).overall.share
    bases = [float(part.rate.base.value) for part in found.parts]
    along = np.linspace(max(min(bases) * 0.5, 1.0), max(bases) * 1.06, 90)
    level = context.claim(total_number(found, "level_outer"))
    limits = []
    for tau2, kind in ((0.0, "exact"), (found.spread.tau2, "common_spread")):
        if kind == "exact" or tau2:
            low, high = funnel_limits(along, float(overall.value), tau2=tau2)
            name = label(f"outliers.{kind}", level=level.marked)
            limits.append(Limits(name, list(along), list(low), list(high), dashed=kind != "exact", claims=(level,)))
    places = [
        bar(part.rate, id=part.id, name=context.name(part.label), language=context.language) for part in found.parts
    ]
    beyond = found.numbers["exact_beyond"].astype(int).abs() == 2
    outside = [str(one) for one in found.numbers.index[beyond]]
    place = context.study.settings.place.label.of(context.language)
    rule = context.claim(overall)
    picture = funnel_plot(places, limits, outside=outside, rule=rule, rule_name=place, language=context.language)
    return context.chart("funnel", picture)


def _verdicts(context: Context, found: Districts) -> Table:
    """Each district's rate, how far it could have come out otherwise, and where it lies against each kind of limits."""
    rows: list[Row] = []
    for part in found.parts:
        places = (int(found.numbers.loc[part.id, f"{kind}_beyond"]) for kind in ("exact", "crude", "adjusted"))  # type: ignore[arg-type]
        beyond = (context.text(f"outliers.beyond.{_BEYOND[place]}") for place in places)
        limits = [district_number(found, f"wilson_{end}", part.id) for end in ("low", "high")]
        rows.append((part.label, part.rate.share, *limits, *beyond))
    return context.table("verdicts", rows, level=total_number(found, "level_inner"))


def then_and_now(context: Context) -> tuple[Block, ...]:
    """The districts of two studies on the same ground: merged ones added up, split ones by their shares or together."""
    if "other" not in context.others or context.other_counter.cells is None or not context.has_cells:
        return ()
    found, study, other = compared_of(context), context.study, context.others["other"]
    alike, units = found.pair.is_like_for_like, units_of(study, other)
    then = Side(context.other_counter, found.measure, (), elsewhere=True)
    names = [{row.id: row.label for row in one.districts} for one in (study, other)]
    rows: list[Row] = []
    for unit in units:
        before, after = unit.rate(then), Side(context.counter, found.measure, unit.own).rate
        gap = gap_between(before.share, after.share) if alike else None
        called = (
            context.listed(names[0][id] for id in unit.own),
            context.listed(names[1][id] for id, _ in unit.others),
        )
        rows.append((called[0], called[1], before.base, before.share, after.base, after.share, gap))
    table = context.table("then_and_now", rows, now=found.name("first"), then=found.name("second"))
    return context.head("then_and_now"), *((table,) if rows else ()), *_not_there(context, units, names)


def _not_there(context: Context, units: Sequence[Unit], names: Sequence[Mapping[str, Label]]) -> Iterator[Paragraph]:
    """What cannot be compared one by one: districts that only one study has, and those that were split without shares."""
    met = {id for unit in units for id in unit.own}, {id for unit in units for id, _ in unit.others}
    alone = [label for own, of in zip(met, names, strict=True) for id, label in of.items() if id not in own]
    if alone:
        yield context.say("then_and_now.alone", "note", names=context.listed(alone))
    if together := [names[0][id] for unit in units if not unit.is_whole for id in unit.own]:
        yield context.say("then_and_now.together", "note", names=context.listed(together))
