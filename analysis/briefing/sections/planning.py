"""What it would take to meet the targets, and which assumptions matter most."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Literal

from analysis.briefing.context import Context
from analysis.briefing.disclosing import thresholds
from analysis.briefing.sections.assumed import assumption_table
from analysis.briefing.sections.simulated import Runs, drawn_with, runs_of, scenario_of, start_of
from analysis.errors import WithheldError
from analysis.quantities import Label, Quantity, Status
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
from analysis.scenarios.state import State, state_of
from analysis.views.blocks import Block, Inlines, Table
from analysis.views.tables import columns, name_cell, number_cell
from analysis.views.wording import capital

ASKED_DRAWS = 128  # of each question asked backwards
MOST_IMPORTANT = 6
Over = Literal["", "frozen", "moving"]
OWN_BASE: Over = ""
_OWN: tuple[Over, ...] = (OWN_BASE,)
_BOTH: tuple[Over, ...] = ("frozen", "moving")


def needed(context: Context) -> tuple[Block, ...]:
    """The question backwards: the least of one lever that meets each target in time, over either base."""
    runs = runs_of(context)
    asked = [
        (rule, base) for rule in runs.measures.rules for base in (_OWN if speaks_of_its_base(rule.target) else _BOTH)
    ]
    return (
        context.head("要达到目标需要多大力度", "What it would take"),
        question(context),
        needed_table(context, runs, asked),
    )


def question(context: Context) -> Block:
    """What is asked backwards."""
    return context.say(
        "反过来问：只动一项力度，最少要到多大，才能使{certainty}%的抽样按期达到目标？动其他力度可以少一些。",
        "The other way round: of one lever alone, how much at the least brings {certainty}% of the draws to the target in "
        "time? With others moved as well, less would do.",
        certainty=context.parameter("certainty", "per cent", Label("参数：把握程度", "parameter: certainty")),
    )


def needed_table(context: Context, runs: Runs, asked: Sequence[tuple[Rule, Over]]) -> Table:
    """The least of the lever that helps most, for targets over a base each."""
    labels = (
        Label("目标（第一种读法）", "Target (first reading)"),
        Label("最有效的力度", "Lever that helps most"),
        Label("情景中", "In the scenario"),
        Label("至少需要", "At least"),
    )
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        rows = tuple(pool.map(lambda one: _needed_row(context, runs, *one), asked))
    head = columns(context.language, *labels, widths=(3.4, 3.0, 1.3, 2.3))
    head = (head[0], replace(head[1], align="left"), *head[2:])
    title = context.text("按期达到目标至少需要的力度", "The least that meets each target in time")
    draws = Quantity(
        min(runs.draws.draws, ASKED_DRAWS),
        "draws",
        Status.PUBLISHED,
        Label("反求时的抽样次数", "draws of a question backwards"),
        address=f"constant:{min(runs.draws.draws, ASKED_DRAWS)}",
    )
    note = context.words(
        "‡模拟：情景“{name}”，每次反求抽样{draws}次，种子{seed}。",
        "‡ simulated: scenario {name}, {draws} draws to each question, seed {seed}.",
        name=runs.scenario.label.of(context.language),
        draws=draws,
        seed=drawn_with(context)[1],
    )
    return Table("needed", title, head, rows, note=note)


def instructors(context: Context) -> tuple[Block, ...]:
    """The instructors that the scenario adds, divided among districts; nothing where it adds none."""
    language, scenario = context.language, scenario_of(context)
    if scenario.lever("instructors_added") <= 0:
        return ()
    by_district = state_of(start_of(context), context.study, pooled=False)
    refuse_small(context, by_district)
    division = divided(by_district, scenario, years=context.years)
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


def refuse_small(context: Context, by_district: State) -> None:
    """No division of counted enterprises where a district has few of a category and size: its numbers would tell them.

    Raises
    ------
    WithheldError
        When there are few in one.
    """
    threshold = thresholds(context).get("", 0)
    groups = by_district.counts.sum(axis=(3, 4, 5, 6))
    if ((groups > 0) & (groups < threshold)).any():
        raise WithheldError("a district has few enterprises of a category and size, and the division would tell them")


def matters(context: Context) -> tuple[Block, ...]:
    """The assumptions that move coverage most, and those that would overturn a conclusion."""
    runs = runs_of(context)
    return (
        context.head("哪些假设最要紧", "What matters most"),
        one_at_a_time(context),
        tornado_table(context, runs, most=MOST_IMPORTANT),
        *_overturned(context, runs),
    )


def one_at_a_time(context: Context) -> Block:
    """How the assumptions are moved."""
    return context.say(
        "每次只把一项假设移到范围的一端，其余不变，不计偶然；按影响大小排列。",
        "One assumption at a time at the ends of its range, the others as they are, without chance; the widest first.",
    )


def tornado_table(context: Context, runs: Runs, *, most: int) -> Table:
    """The assumptions that move coverage most, with what follows at the ends of their ranges."""
    language, last = context.language, runs.draws.years[-1]
    table = tornado(runs.state, runs.scenario, "covered", years=last - runs.scenario.year, measures=runs.measures)
    labels = (
        Label("假设", "Assumption"),
        Label("下限", "Low"),
        Label("上限", "High"),
        Label("取下限时覆盖企业", "Covered at low"),
        Label("取上限时覆盖企业", "Covered at high"),
    )
    rows: list[tuple[Inlines, ...]] = []
    for row in table.head(most).to_dict("records"):
        assumed = runs.scenario.dynamics[row["assumption"]]
        ends = [
            expected_quantity(runs.expected, "covered", year=last, value=row[f"at_{end}"], **{assumed.id: row[end]})
            for end in ("low", "high")
        ]
        numbers = [assumption_quantity(assumed, "low"), assumption_quantity(assumed, "high"), *ends]
        rows.append((name_cell(assumed.label, language), *(number_cell(number, language) for number in numbers)))
    title = context.text("影响覆盖企业数最大的假设", "Assumptions that move the enterprises covered most")
    return Table("tornado", title, columns(language, *labels, widths=(4.0, 1.0, 1.0, 1.4, 1.4)), tuple(rows))


def dynamics(context: Context) -> tuple[Block, ...]:
    """Every assumption about change, those that matter most first."""
    title = context.text("关于变化的假设，按影响大小排列", "Assumptions about change, in the order of their impact")
    rows = scenario_of(context).dynamics.values()
    table = assumption_table(context, rows, assumption_quantity, id="dynamics", title=title)
    return (
        context.head("关于变化的假设", "What was assumed about change"),
        context.say(
            "没有公布的变化只能假设。抽样时各项在下限与上限之间按三角分布取值，取值处最可能，彼此独立。",
            "What moves from year to year was not published. In the draws each takes a value between its ends, most likely "
            "near its value (a triangular distribution), independently of the others.",
        ),
        table,
    )


def _needed_row(context: Context, runs: Runs, rule: Rule, base: Literal["", "frozen", "moving"]) -> tuple[Inlines, ...]:
    goal = Goal(rule.target.id, 0, runs.due(rule, context.years), context.setting("certainty") / 100, base)
    draws = min(runs.draws.draws, ASKED_DRAWS)
    asked = Question(runs.state, runs.scenario, runs.measures, goal, draws, runs.draws.seed, runs.draws)
    said = f"（{BASES[base].zh}）" if base and context.language == "zh" else f" ({BASES[base].en})" if base else ""
    name: Inlines = (capital(rule.target.label.of(context.language)) + said,)
    if asked.is_met(asked.drawn({})):
        return name, ("—",), ("—",), (context.text("已够", "enough as it is"),)
    lever = best_lever(asked)
    if not lever:
        return name, (context.text("没有一项有用", "none helps"),), ("—",), ("—",)
    answer = least(asked, lever)
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
