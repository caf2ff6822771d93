"""What it would take to meet the targets, and who gets what."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

from analysis.briefing.context import Context
from analysis.briefing.disclosure_control import protected
from analysis.briefing.sections.bounds import assumption_table
from analysis.briefing.sections.simulated import Runs, drawn_with, runs_of, scenario_of, start_of
from analysis.errors import WithheldError
from analysis.quantities import Label, Language, constant
from analysis.scenarios.addresses import (
    assumption_quantity,
    division_quantity,
    lever_quantity,
    needed_quantity,
)
from analysis.scenarios.allocation import PRICE, divided
from analysis.scenarios.goals import Answer, Goal, Question, needed_of
from analysis.scenarios.scenario import Scenario
from analysis.scenarios.series import BASES
from analysis.scenarios.simulation import STEPS, simplified
from analysis.scenarios.start import state_of
from analysis.scenarios.state import Rule, State
from analysis.scenarios.targets import speaks_of_its_base
from analysis.sources import results
from analysis.views.blocks import Block, Inlines, Paragraph, Table
from analysis.views.tables import line, number_cell
from analysis.views.wording import capital

ASKED_DRAWS = 128  # of each question asked backwards
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
        certainty=context.parameter("certainty"),
    )


def answer_cell(answer: Answer, scenario: Scenario, language: Language) -> Inlines:
    """The least value that meets a goal, and in brackets what the number of draws leaves open."""
    value = number_cell(needed_quantity(answer, scenario), language)
    if answer.low is None:
        return value
    low = number_cell(needed_quantity(answer, scenario, "low"), language)
    if answer.high is None:
        return (*value, Label("（", " (from ").of(language), *low, Label("起）", ")").of(language))
    high = number_cell(needed_quantity(answer, scenario, "high"), language)
    return (*value, Label("（", " (").of(language), *low, "–", *high, Label("）", ")").of(language))


def needed_table(context: Context, runs: Runs, asked: Sequence[tuple[Rule, Over]]) -> Table:
    """The least of the lever that helps most, for targets over a base each."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        rows = tuple(pool.map(lambda one: _needed_row(context, runs, *one), asked))
    label = Label("反求时的抽样次数", "draws of a question backwards")
    draws = constant(min(runs.draws.draws, ASKED_DRAWS), "draws", label)
    note = context.words(
        "括号内为抽样次数有限而未定的范围：低于前一数，必不达到；达到后一数，必定达到（Wilson区间，二十次有十九次如此）。"
        "‡模拟：情景“{name}”，每次反求抽样{draws}次，种子{seed}。",
        "In brackets what so few draws leave open: below the first value the target is surely missed, at the second surely "
        "met (by Wilson's interval, right nineteen times in twenty). ‡ simulated: scenario {name}, {draws} draws to each "
        "question, seed {seed}.",
        name=runs.scenario.label,
        draws=draws,
        seed=drawn_with(context)[1],
    )
    names = context.heads(
        "目标（第一种读法）|最有效的力度|情景中|至少需要",
        "Target (first reading)|Lever that helps most|In the scenario|At least",
    )
    title = Label("按期达到目标至少需要的力度", "The least that meets each target in time")
    return context.table("needed", title, names, rows, widths=(3.1, 2.7, 1.2, 3.0), align="llrr", note=note)


def instructors(context: Context) -> tuple[Block, ...]:
    """The instructors that the scenario adds, divided among districts; says so where it adds none."""
    language, scenario = context.language, scenario_of(context)
    if scenario.lever("instructors_added") <= 0:
        said = context.say(
            "情景不增加指导员，没有可分配的。", "The scenario adds no instructors: there are none to divide."
        )
        return context.head("新增指导员怎样分配", "Who gets the instructors"), said
    by_district = state_of(start_of(context), context.study, pooled=False)
    refuse_small(context, by_district)
    division = divided(by_district, scenario, years=context.years)
    rows = [
        line(row.label, language, *(division_quantity(division, row.id, part) for part in ("units", "staff")))
        for row in context.study.districts
        if row.id in division.units
    ]
    counted = context.origin.is_counted
    names = context.heads("区域|新增指导员|联系的职工", "District|Instructors added|Staff they reach")
    title = Label("新增指导员在各区域的分配", "The instructors added, by district")
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
        context.table("divided", title, names, rows, widths=(3.0, 1.4, 1.4)),
    )


def refuse_small(context: Context, by_district: State) -> None:
    """No division of counted enterprises where a district has few of a category and size: its numbers would tell them.

    Raises
    ------
    WithheldError
        When there are few in one.
    """
    threshold = next((one.threshold for one in protected(context) if not one.role), 0)
    groups = by_district.counts.sum(axis=(3, 4, 5, 6))
    if ((groups > 0) & (groups < threshold)).any():
        raise WithheldError("a district has few enterprises of a category and size, and the division would tell them")


def dynamics(context: Context) -> tuple[Block, ...]:
    """Every assumption about change, and how a year passes by them."""
    return (*assumed(context), *year_told(context))


def assumed(context: Context) -> tuple[Block, ...]:
    """Every assumption about change, those that matter most first."""
    title = Label("关于变化的假设，按影响大小排列", "Assumptions about change, in the order of their impact")
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


def year_told(context: Context) -> tuple[Block, ...]:
    """How a year passes: the steps in the order in which they are run, and what they leave out."""
    language = context.language
    return (
        context.head("一年怎样推算", "How a year passes", 2),
        context.say("每年依次发生：", "In each year, in this order:"),
        *(Paragraph((one.said.of(language),), "item") for one in STEPS),
        context.say("推算时作了这些简化：", "It is simplified in these ways:"),
        *(Paragraph((one.of(language),), "item") for one in simplified()),
    )


def _needed_row(context: Context, runs: Runs, rule: Rule, base: Literal["", "frozen", "moving"]) -> tuple[Inlines, ...]:
    goal = Goal(rule.target.id, 0, runs.due(rule, context.years), context.setting("certainty") / 100, base)
    draws = min(runs.draws.draws, ASKED_DRAWS)
    asked = Question(runs.state, runs.scenario, goal, draws, runs.draws.seed, runs.draws)
    said = f"（{BASES[base].zh}）" if base and context.language == "zh" else f" ({BASES[base].en})" if base else ""
    name: Inlines = (capital(rule.target.label.of(context.language)) + said,)
    found = needed_of(asked, folder=results.FOLDER)
    if found.enough:
        return name, ("—",), ("—",), (context.text("已够", "enough as it is"),)
    if found.answer is None:
        return name, (context.text("没有一项有用", "none helps"),), ("—",), ("—",)
    lever, answer, rates = found.lever, found.answer, runs.scenario.dynamics
    cells = line(rates[lever].label, context.language, lever_quantity(runs.scenario, lever))
    if answer.value is not None:
        return name, *cells, answer_cell(answer, runs.scenario, context.language)
    held = rates[answer.binding].label.of(context.language) if answer.binding else context.text("其他", "others")
    return name, *cells, (context.text(f"单独不够，受限于：{held}", f"not enough alone; held back by: {held}"),)
