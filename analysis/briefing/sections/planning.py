"""What it would take to meet the targets, who gets what, and by which assumptions about change a year passes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

from analysis.briefing.context import Context
from analysis.briefing.disclosure_control import protected
from analysis.briefing.sections.sensitivity import variance
from analysis.briefing.sections.simulated import Runs, drawn_with, looks_ahead, runs_of, scenario_of, start_of
from analysis.briefing.sections.sources import assumption_table
from analysis.briefing.sections.sources import assumptions as assumed_of_register
from analysis.briefing.texts import label
from analysis.errors import WithheldError
from analysis.quantities import constant
from analysis.scenarios.addresses import (
    assumption_quantity,
    division_quantity,
    lever_quantity,
    needed_quantity,
)
from analysis.scenarios.allocation import PRICE, divided
from analysis.scenarios.dynamics import SIMPLIFIED, STEPS
from analysis.scenarios.goals import Answer, Goal, Question
from analysis.scenarios.outcomes import Rule, speaks_of_its_base
from analysis.scenarios.scenario import Scenario
from analysis.scenarios.series import BASES
from analysis.scenarios.state import State, state_of
from analysis.scenarios.traced import needed_of
from analysis.sources import results
from analysis.views.blocks import Block, Inlines, Paragraph, Table
from analysis.views.tables import line
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
    return context.head("needed"), question(context), needed_table(context, runs, asked)


def question(context: Context) -> Block:
    """What is asked backwards."""
    return context.say("needed.question", certainty=context.parameter("certainty"))


def answer_cell(context: Context, answer: Answer, scenario: Scenario) -> Inlines:
    """The least value that meets a goal, and in brackets what the number of draws leaves open."""
    value = needed_quantity(answer, scenario)
    if answer.low is None:
        return context.numbers(value)[0]
    low = needed_quantity(answer, scenario, "low")
    if answer.high is None:
        return context.words("needed.from", value=value, low=low)
    return context.words("needed.between", value=value, low=low, high=needed_quantity(answer, scenario, "high"))


def needed_table(context: Context, runs: Runs, asked: Sequence[tuple[Rule, Over]]) -> Table:
    """The least of the lever that helps most, for targets over a base each."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        rows = tuple(pool.map(lambda one: least_cells(context, runs, *one), asked))
    draws = constant(min(runs.draws.draws, ASKED_DRAWS), "draws", label("needed.draws"))
    return context.table("needed", rows, name=runs.scenario.label, draws=draws, seed=drawn_with(context)[1])


def least_cells(context: Context, runs: Runs, rule: Rule, base: Over) -> tuple[Inlines, ...]:
    """Of a target the lever that helps most, its value in the scenario, and the least that meets the target in time."""
    goal = Goal(rule.target.id, 0, runs.due(rule, context.years), context.setting("certainty") / 100, base)
    draws = min(runs.draws.draws, ASKED_DRAWS)
    asked = Question(runs.state, runs.scenario, runs.measures, goal, draws, runs.draws.seed, runs.draws)
    target = capital(rule.target.label.of(context.language))
    name = context.words("needed.over", target=target, base=BASES[base]) if base else (target,)
    found = needed_of(asked, folder=results.FOLDER)
    if found.enough:
        return name, ("—",), ("—",), context.words("needed.enough")
    if found.answer is None:
        return name, context.words("needed.none"), ("—",), ("—",)
    lever, answer, rates = found.lever, found.answer, runs.scenario.dynamics
    cells = line(rates[lever].label, context.language, lever_quantity(runs.scenario, lever))
    if answer.value is not None:
        return name, *cells, answer_cell(context, answer, runs.scenario)
    held = rates[answer.binding].label if answer.binding else label("needed.others")
    return name, *cells, context.words("needed.held_back", by=held)


def instructors(context: Context) -> tuple[Block, ...]:
    """The instructors that the scenario adds, divided among districts; says so where it adds none."""
    scenario = scenario_of(context)
    if scenario.lever("instructors_added") <= 0:
        return context.head("divided"), context.say("divided.none")
    by_district = state_of(start_of(context), context.study, pooled=False)
    refuse_small(context, by_district)
    division = divided(by_district, scenario, years=context.years)
    rows = (
        line(row.label, context.language, *(division_quantity(division, row.id, part) for part in ("units", "staff")))
        for row in context.study.districts
        if row.id in division.units
    )
    how = "divided.how" if context.origin.is_counted else "divided.how_synthetic"
    told = context.say(how, price=division_quantity(division, "all", PRICE))
    return context.head("divided"), told, context.table("divided", rows)


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


def assumptions(context: Context) -> tuple[Block, ...]:
    """The assumptions behind the synthetic numbers; and those about change, where the briefing looks ahead."""
    if not looks_ahead(context):
        return assumed_of_register(context)
    about_change = (*_about_change(context), *_variance(context), *_year_told(context))
    return (*assumed_of_register(context), *about_change)


def _variance(context: Context) -> tuple[Block, ...]:
    """Where the variance comes from; nothing where the outlook says already that its counts are withheld."""
    try:
        return tuple(variance(context, runs_of(context)))
    except WithheldError:
        return ()


def dynamics(context: Context) -> tuple[Block, ...]:
    """Every assumption about change, and how a year passes by them."""
    return (*_about_change(context), *_year_told(context))


def _about_change(context: Context) -> tuple[Block, ...]:
    """Every assumption about change, those that matter most first."""
    table = assumption_table(context, "dynamics", scenario_of(context).dynamics.values(), assumption_quantity)
    return context.head("dynamics"), context.say("dynamics.triangular"), table


def _year_told(context: Context) -> tuple[Block, ...]:
    """How a year passes: the steps in the order in which they are run, and what they leave out."""
    language = context.language
    return (
        context.head("year", 2),
        context.say("year.steps"),
        *(Paragraph((one.said.of(language),), "item") for one in STEPS),
        context.say("year.simplified"),
        *(Paragraph((one.of(language),), "item") for one in SIMPLIFIED),
    )
