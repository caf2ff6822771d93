"""What it would take to meet the targets, and which assumptions matter most."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Literal

from analysis.briefing.context import Context
from analysis.briefing.sections.simulated import Runs, runs_of
from analysis.quantities import Label, Quantity
from analysis.scenarios.addresses import (
    assumption_quantity,
    expected_quantity,
    lever_quantity,
    needed_quantity,
)
from analysis.scenarios.dividing import PRICE, divided, division_quantity
from analysis.scenarios.outcomes import Rule, speaks_of_its_base
from analysis.scenarios.planning import best_lever, least
from analysis.scenarios.question import Goal, Question
from analysis.scenarios.sensitivity import overturning, tornado
from analysis.scenarios.series import BASES
from analysis.scenarios.state import state_of
from analysis.study_models import Level
from analysis.views.blocks import Block, Inlines, Table
from analysis.views.tables import columns, name_cell, number_cell
from analysis.views.wording import capital

ASKED_DRAWS = 128  # of each question asked backwards
MOST_IMPORTANT = 6
_LEVELS: dict[Level, Label] = {"high": Label("高", "high"), "medium": Label("中", "medium"), "low": Label("低", "low")}
Over = Literal["", "frozen", "moving"]
_OWN: tuple[Over, ...] = ("",)
_BOTH: tuple[Over, ...] = ("frozen", "moving")


def needed(context: Context) -> tuple[Block, ...]:
    """The question backwards: the least of one lever that meets each target in time, over either base."""
    runs, language = runs_of(context), context.language
    labels = (
        Label("目标（第一种读法）", "Target (first reading)"),
        Label("最有效的力度", "Lever that helps most"),
        Label("情景中", "In the scenario"),
        Label("至少需要", "At least"),
    )
    asked = [
        (rule, base) for rule in runs.measures.rules for base in (_OWN if speaks_of_its_base(rule.target) else _BOTH)
    ]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        rows = tuple(pool.map(lambda one: _needed_row(context, runs, *one), asked))
    head = columns(language, *labels, widths=(3.6, 3.0, 1.2, 2.2))
    head = (head[0], replace(head[1], align="left"), *head[2:])
    return (
        context.head("要达到目标需要多大力度", "What it would take"),
        context.say(
            "反过来问：只动一项力度，最少要到多大，才能使{certainty}%的抽样按期达到目标？动其他力度可以少一些。",
            "The other way round: of one lever alone, how much at the least brings {certainty}% of the draws to the target in "
            "time? With others moved as well, less would do.",
            certainty=context.parameter("certainty", "per cent", Label("参数：把握程度", "parameter: certainty")),
        ),
        Table(
            "needed", context.text("按期达到目标至少需要的力度", "The least that meets each target in time"), head, rows
        ),
    )


def instructors(context: Context) -> tuple[Block, ...]:
    """The instructors that the scenario adds, divided among districts; nothing where it adds none."""
    runs, language, cells = runs_of(context), context.language, context.counter.cells
    if cells is None or runs.scenario.lever("instructors_added") <= 0:
        return ()
    by_district = state_of(cells, context.study, pooled=False)
    division = divided(by_district, runs.scenario, years=context.years)
    labels = (
        Label("区域", "District"),
        Label("新增指导员", "Instructors added"),
        Label("联系的职工", "Staff they reach"),
    )
    rows: list[tuple[Inlines, ...]] = [
        (
            name_cell(row.label, language),
            number_cell(division_quantity(division, row.id, "units"), language),
            number_cell(division_quantity(division, row.id, "staff"), language),
        )
        for row in context.study.districts
        if row.id in division.units
    ]
    counted = context.origin.is_counted
    title = context.text("新增指导员在各区域的分配", "The instructors added, by district")
    return (
        context.head("新增指导员怎样分配", "Who gets the instructors"),
        context.say(
            "按现在的状况，情景在推算年数内新增的指导员逐名派往能联系最多职工的区域；再增加一名，可多联系{price}名职工。"
            + ("" if counted else "区域数字来自合成登记簿，换成真实登记簿后分配会不同。"),
            "As things stand, each instructor that the scenario adds over the years goes to the district where it reaches most "
            "staff; one more would reach {price}."
            + (
                ""
                if counted
                else " District numbers come from the synthetic register: with a real one, the division will differ."
            ),
            price=division_quantity(division, "all", PRICE),
        ),
        Table("divided", title, columns(language, *labels, widths=(3.0, 1.4, 1.4)), tuple(rows)),
    )


def matters(context: Context) -> tuple[Block, ...]:
    """The assumptions that move coverage most, and those that would overturn a conclusion."""
    runs, language = runs_of(context), context.language
    last = runs.draws.years[-1]
    table = tornado(runs.state, runs.scenario, "covered", years=last - runs.scenario.year, measures=runs.measures)
    labels = (
        Label("假设", "Assumption"),
        Label("下限", "Low"),
        Label("上限", "High"),
        Label("取下限时覆盖企业", "Covered at low"),
        Label("取上限时覆盖企业", "Covered at high"),
    )
    rows: list[tuple[Inlines, ...]] = []
    for row in table.head(MOST_IMPORTANT).to_dict("records"):
        assumed = runs.scenario.dynamics[row["assumption"]]
        ends = [
            expected_quantity(runs.expected, "covered", year=last, value=row[f"at_{end}"], **{assumed.id: row[end]})
            for end in ("low", "high")
        ]
        numbers = [assumption_quantity(assumed, "low"), assumption_quantity(assumed, "high"), *ends]
        rows.append((name_cell(assumed.label, language), *(number_cell(number, language) for number in numbers)))
    title = context.text("影响覆盖企业数最大的假设", "Assumptions that move the enterprises covered most")
    blocks: list[Block] = [
        context.head("哪些假设最要紧", "What matters most"),
        context.say(
            "每次只把一项假设移到范围的一端，其余不变，不计偶然；按影响大小排列。",
            "One assumption at a time at the ends of its range, the others as they are, without chance; the widest first.",
        ),
        Table("tornado", title, columns(language, *labels, widths=(4.0, 1.0, 1.0, 1.4, 1.4)), tuple(rows)),
    ]
    return (*blocks, *_overturned(context, runs))


def dynamics(context: Context) -> tuple[Block, ...]:
    """Every assumption about change, those that matter most first."""
    language, order = context.language, {"high": 0, "medium": 1, "low": 2}
    rows = sorted(runs_of(context).scenario.dynamics.values(), key=lambda row: (order[row.impact], -order[row.quality]))
    labels = (
        Label("假设", "Assumption"),
        Label("取值", "Value"),
        Label("下限", "Low"),
        Label("上限", "High"),
        Label("影响", "Impact"),
        Label("质量", "Quality"),
        Label("理由", "Why"),
    )
    head = columns(language, *labels, widths=(2.6, 0.8, 0.8, 0.8, 0.7, 0.7, 5.2))
    head = (*head[:4], *(replace(column, align="center") for column in head[4:6]), replace(head[6], align="left"))
    body: tuple[tuple[Inlines, ...], ...] = tuple(
        (
            name_cell(row.label, language),
            number_cell(assumption_quantity(row), language),
            number_cell(assumption_quantity(row, "low"), language),
            number_cell(assumption_quantity(row, "high"), language),
            (_LEVELS[row.impact].of(language),),
            (_LEVELS[row.quality].of(language),),
            (Label(row.why_zh, row.why_en).of(language),),
        )
        for row in rows
    )
    title = context.text("关于变化的假设，按影响大小排列", "Assumptions about change, in the order of their impact")
    return (
        context.head("关于变化的假设", "What was assumed about change"),
        context.say(
            "没有公布的变化只能假设。抽样时各项在下限与上限之间按三角分布取值，取值处最可能，彼此独立。",
            "What moves from year to year was not published. In the draws each takes a value between its ends, most likely "
            "near its value (a triangular distribution), independently of the others.",
        ),
        Table("dynamics", title, head, body, size="small"),
    )


def _needed_row(context: Context, runs: Runs, rule: Rule, base: Literal["", "frozen", "moving"]) -> tuple[Inlines, ...]:
    goal = Goal(rule.target.id, 0, runs.due(rule, context.years), context.setting("certainty") / 100, base)
    draws = min(runs.draws.draws, ASKED_DRAWS)
    question = Question(runs.state, runs.scenario, runs.measures, goal, draws, runs.draws.seed)
    said = f"（{BASES[base].zh}）" if base and context.language == "zh" else f" ({BASES[base].en})" if base else ""
    name: Inlines = (capital(rule.target.label.of(context.language)) + said,)
    if question.is_met(question.drawn({})):
        return name, ("—",), ("—",), (context.text("已够", "enough as it is"),)
    lever = best_lever(question)
    if not lever:
        return name, (context.text("没有一项有用", "none helps"),), ("—",), ("—",)
    answer = least(question, lever)
    rates = runs.scenario.dynamics
    cells = (
        name_cell(rates[lever].label, context.language),
        number_cell(lever_quantity(runs.scenario, lever), context.language),
    )
    if answer.value is not None:
        return name, *cells, number_cell(needed_quantity(answer, runs.scenario), context.language)
    held = rates[answer.binding].label.of(context.language) if answer.binding else context.text("其他", "others")
    return name, *cells, (context.text(f"单独不够，受限于：{held}", f"not enough alone; held back by: {held}"),)


def _overturned(context: Context, runs: Runs) -> Iterator[Block]:
    """For each target: the smallest change of one assumption that turns whether it is met."""
    for rule in runs.measures.rules:
        goal = Goal(rule.target.id, 0, runs.due(rule, context.years))
        table = overturning(Question(runs.state, runs.scenario, runs.measures, goal))
        if table.empty:
            continue
        row = table.iloc[0]
        assumed = runs.scenario.dynamics[str(row["assumption"])]
        met = context.text("能按期达到", "is met") if row["met"] else context.text("不能按期达到", "is not met")
        yield context.say(
            "“{target}”：不计偶然{met}；“{assumption}”从{value}向{end}移动，结论就会改变。",
            "{target}: {met} without chance, and one assumption alone can turn that: {assumption}, from {value} towards {end}.",
            "item",
            target=capital(rule.target.label.of(context.language)),
            met=met,
            assumption=assumed.label.of(context.language),
            value=assumption_quantity(assumed),
            end=_towards(assumed.id, float(row["turns_at"]), runs),
        )


def _towards(name: str, turns_at: float, runs: Runs) -> Quantity:
    """The end of the range on the way to which a conclusion turns."""
    row = runs.scenario.dynamics[name]
    return assumption_quantity(row, "low" if turns_at < row.value else "high")
