"""Venues and funds as levers: how many it takes, how far the plan goes, what both cost."""

from __future__ import annotations

from dataclasses import replace

from analysis.briefing.context import Context
from analysis.quantities import Label
from analysis.scenarios.support import Planned, planned
from analysis.views.blocks import Block, Inlines, Table
from analysis.views.tables import columns, number_cell
from analysis.views.wording import capital


def support(context: Context) -> tuple[Block, ...]:
    """The table of support; nothing where the study plans none."""
    found = planned(context.counter)
    if not found:
        return ()
    labels = (
        Label("支持方式", "Support"),
        Label("每个可及", "One serves"),
        Label("单价（元/年）", "One costs, yuan a year"),
        Label("全覆盖需", "For all, it takes"),
        Label("每年费用（元）", "Cost a year, yuan"),
        Label("计划数", "Planned"),
        Label("可及党组织", "In reach, of all"),
        Label("计划费用（元）", "Plan, yuan a year"),
    )
    head = columns(context.language, *labels, widths=(2.6, 0.9, 1.1, 0.9, 1.8, 0.8, 1.6, 1.2))
    rows = tuple(_row(context, row) for row in found)
    note = context.words(
        "费用一栏括号内为两项假设同时取有利和不利一端时的数。服务能力、单价和计划数都是假设，来源中没有；换成本市的数字后重算。",
        "In brackets: both assumptions at their better and at their worse ends. Reach, unit costs and the plan are assumptions "
        "that no source gives; put the city's own in their place.",
    )
    title = context.text(
        "场所和经费：需要多少，计划到哪里", "Venues and funds: how many it takes, and how far the plan goes"
    )
    return (
        context.head("活动场所和经费测算", "Venues and funds"),
        context.say(
            "纪要要求活动经费、场地有保证，没有给出数量和金额。以下按假设测算：使每个党组织都可及需要多少，计划能及多少，各花多少。",
            "The minutes ask that funds and venues be assured, and give neither numbers nor amounts. On assumptions: how many it "
            "takes for every organisation to be in reach, how far the plan goes, and what each costs.",
        ),
        Table(
            "support",
            title,
            (head[0], *(replace(column, align="right") for column in head[1:])),
            rows,
            note=note,
            size="small",
        ),
        *(
            context.say(
                "{name}：{why}",
                "{name}: {why}",
                "note",
                name=capital(row.support.label.of(context.language)),
                why=_why(context, row),
            )
            for row in found
        ),
    )


def _why(context: Context, row: Planned) -> str:
    return context.text(row.support.why_zh, row.support.why_en)


def _row(context: Context, row: Planned) -> tuple[Inlines, ...]:
    language = context.language
    left, right = context.text("（", " ("), context.text("）", ")")
    between: Inlines = (left, *number_cell(row.least, language), "–", *number_cell(row.most, language), right)
    return (
        (capital(row.support.label.of(language)),),
        number_cell(row.reach, language),
        number_cell(row.unit_cost, language),
        number_cell(row.needed, language),
        (*number_cell(row.cost, language), *between),
        number_cell(row.planned, language),
        (*number_cell(row.within.numerator, language), " / ", *number_cell(row.within.base, language)),
        number_cell(row.planned_cost, language),
    )
