"""Venues and funds as levers: how many it takes, how far the plan goes, what both cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis.briefing.context import Context
from analysis.briefing.sections.suppressed_section import not_in_data
from analysis.coverage.selection import EVERYTHING
from analysis.quantities import Label
from analysis.scenarios.scenario import Scenario, open_scenario, scenario_names
from analysis.scenarios.support import Planned, planned
from analysis.views.blocks import Block, Inlines, Table
from analysis.views.wording import capital


def support(context: Context) -> tuple[Block, ...]:
    """The table of support; nothing where the study plans none."""
    found = planned(context.counter)
    if not found:
        lacking = context.counter.lacking("organisations", EVERYTHING) if context.study.support else ()
        return not_in_data(context, lacking)
    scenarios = [open_scenario(context.study, name) for name in scenario_names(context.study)]
    title = Label("使每个党组织都可及需要多少", "What it takes for every organisation to be in reach")
    names = context.heads(
        "支持方式|每个可及|年单价（元）|全覆盖需|年费用（元）|有利和不利时（元）",
        "Support|One serves|One costs, yuan a year|For all, it takes|Cost a year, yuan|At better and worse ends, yuan",
    )
    rows = (_row(context, row) for row in found)
    note = context.words(
        "末栏为两项假设同时取有利和不利一端时的费用。服务能力、单价和计划数都是假设，来源中没有；换成本市的数字后重算。",
        "The last column has both assumptions at their better and at their worse ends. Reach, unit costs and the plan are "
        "assumptions that no source gives; put the city's own in their place.",
    )
    return (
        context.head("活动场所和经费测算", "Venues and funds"),
        context.say(
            "纪要要求活动经费、场地有保证，没有给出数量和金额。以下按假设测算：使每个党组织都可及需要多少，计划能及多少，各花多少。",
            "The minutes ask that funds and venues be assured, and give neither numbers nor amounts. On assumptions: how many it "
            "takes for every organisation to be in reach, how far the plan goes, and what each costs.",
        ),
        context.table("support", title, names, rows, widths=(2.6, 0.9, 1.2, 1.0, 1.3, 2.2), note=note, size="small"),
        *(
            context.say(
                "{name}：{why}",
                "{name}: {why}",
                "note",
                name=capital(row.support.label.of(context.language)),
                why=context.text(row.support.why_zh, row.support.why_en),
            )
            for row in found
        ),
        support_table(context, [plan for plan in scenarios if plan.support]),
    )


def by_scenario(context: Context, scenarios: Sequence[Scenario]) -> tuple[Block, ...]:
    """Each kind of support as it is planned, and under each scenario that plans it otherwise; nothing where none does."""
    plans = [scenario for scenario in scenarios if scenario.support]
    return (support_table(context, plans),) if plans and planned(context.counter) else ()


def support_table(context: Context, scenarios: Sequence[Scenario]) -> Table:
    """Each kind of support as it is planned, and below it each scenario that plans it otherwise."""
    note = context.text(
        "“计划”为support.toml中的计划；情景只列改动了的支持方式。只定了预算的，计划数为预算所能办的个数。可及按现有党组织计。",
        "“As planned” is the plan of support.toml; a scenario stands only where it plans otherwise. Where a scenario sets a "
        "budget alone, what is planned is what it buys. Reach is over the organisations of today.",
    )
    rows = tuple(_compared(context, scenarios))
    names = context.heads(
        "支持方式与情景|计划数|每个可及|年单价（元）|可及党组织|占全部|年费用（元）|每个党组织（元）",
        "Support, and scenario|Planned|One serves|One costs, yuan a year|In reach, of all|Share in reach"
        "|Cost, yuan a year|For each in reach, yuan a year",
    )
    title = Label("场所和经费：计划和各情景能及多少", "Venues and funds: how far the plan and the scenarios go")
    widths = (3.2, 0.8, 0.9, 1.1, 1.6, 1.0, 1.2, 1.2)
    return context.table("support_scenarios", title, names, rows, widths=widths, note=(note,), size="small")


def _compared(context: Context, scenarios: Sequence[Scenario]) -> Iterator[tuple[Inlines, ...]]:
    language, as_planned = context.language, context.text("计划", "as planned")
    for row in planned(context.counter):
        kind = row.support
        plans = [(as_planned, row)]
        for scenario in scenarios:
            if kind.id in scenario.support:
                own = next(one for one in planned(context.counter, scenario) if one.support.id == kind.id)
                plans.append((scenario.label.of(language), own))
        for place, (name, plan) in enumerate(plans):
            first = (
                capital(kind.label.of(language)) + context.text("：", ": ") if not place else context.text("　", "– ")
            )
            yield (first + name,), *_figures(context, plan)


def _figures(context: Context, row: Planned) -> tuple[Inlines, ...]:
    return (
        *context.numbers(row.planned, row.lever("reach"), row.lever("unit_cost")),
        context.two(row.within.numerator, row.within.base),
        *context.numbers(row.within.share, row.planned_cost, row.each),
    )


def _row(context: Context, row: Planned) -> tuple[Inlines, ...]:
    return (
        (capital(row.support.label.of(context.language)),),
        *context.numbers(row.lever("reach"), row.lever("unit_cost"), row.needed(), row.cost()),
        context.two(row.cost("high", "low"), row.cost("low", "high"), "–"),
    )
