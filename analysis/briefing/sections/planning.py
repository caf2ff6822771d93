"""What it would take to meet the targets, who gets what, what levers, venues and funds cost, and what is assumed of change."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

from analysis.briefing.composing import Row
from analysis.briefing.context import Context
from analysis.briefing.disclosure_control import protected
from analysis.briefing.sections.sensitivity import variance
from analysis.briefing.sections.simulated import Runs, drawn_with, looks_ahead, runs_of, scenario_of, start_of
from analysis.briefing.sections.sources import assumption_table
from analysis.briefing.sections.sources import assumptions as assumed_of_register
from analysis.briefing.sections.suppressed_section import not_in_data
from analysis.briefing.texts import label
from analysis.coverage.selection import EVERYTHING
from analysis.errors import WithheldError
from analysis.quantities import Label, constant
from analysis.scenarios.addresses import (
    assumption_quantity,
    cost_quantity,
    division_quantity,
    lever_quantity,
    needed_quantity,
)
from analysis.scenarios.allocation import PRICE, divided
from analysis.scenarios.goals import Answer, Goal, Question, needed_of
from analysis.scenarios.scenario import Scenario, open_scenario, scenario_names
from analysis.scenarios.series import BASES
from analysis.scenarios.simulation import STEPS, simplified
from analysis.scenarios.start import state_of
from analysis.scenarios.state import Rule, State
from analysis.scenarios.support import Planned, planned
from analysis.scenarios.targets import speaks_of_its_base
from analysis.sources import results
from analysis.views.blocks import Block, Inlines, Paragraph, Table

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
        return (context.claim(value),)
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


def least_cells(context: Context, runs: Runs, rule: Rule, base: Over) -> Row:
    """Of a target the lever that helps most, its value in the scenario, and the least that meets the target in time."""
    goal = Goal(rule.target.id, 0, runs.due(rule), context.setting("certainty") / 100, base)
    draws = min(runs.draws.draws, ASKED_DRAWS)
    asked = Question(runs.state, runs.scenario, goal, draws, runs.draws.seed, runs.draws)
    target = context.name(rule.target.label)
    name = context.text("needed.over", target=target, base=BASES[base]) if base else target
    found = needed_of(asked, folder=results.FOLDER)
    if found.enough:
        return name, None, None, context.text("needed.enough")
    if found.answer is None:
        return name, context.text("needed.none"), None, None
    lever, answer, rates = found.lever, found.answer, runs.scenario.dynamics
    now = lever_quantity(runs.scenario, lever)
    if answer.value is not None:
        return name, rates[lever].label, now, answer_cell(context, answer, runs.scenario)
    held = rates[answer.binding].label if answer.binding else label("needed.others")
    return name, rates[lever].label, now, context.text("needed.held_back", by=held)


def instructors(context: Context) -> tuple[Block, ...]:
    """The instructors that the scenario adds, divided among districts; says so where it adds none."""
    scenario = scenario_of(context)
    if scenario.lever("instructors_added") <= 0:
        return context.head("divided"), context.say("divided.none")
    by_district = state_of(start_of(context), context.study, pooled=False)
    refuse_small(context, by_district)
    division = divided(by_district, scenario, years=context.years)
    rows: Iterable[Row] = (
        (row.label, *(division_quantity(division, row.id, part) for part in ("units", "staff")))
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
        *(Paragraph((one.of(language),), "item") for one in simplified()),
    )


def costs(context: Context, scenarios: Sequence[Scenario]) -> tuple[Block, ...]:
    """What the levers cost, where a scenario gives unit costs."""
    rows: list[Row] = []
    for one in scenarios:
        for lever in one.unit_costs:
            name = " · ".join(said.of(context.language) for said in (one.name, one.dynamics[lever].label))
            rows.append((name, cost_quantity(one, lever)))
    return (context.table("costs", rows),) if rows else ()


def support(context: Context) -> tuple[Block, ...]:
    """Venues and funds: how many it takes, how far the plan goes, what both cost; nothing where the study plans none."""
    found = planned(context.counter)
    if not found:
        lacking = context.counter.lacking("organisations", EVERYTHING) if context.study.support else ()
        return not_in_data(context, lacking)
    scenarios = [open_scenario(context.study, name) for name in scenario_names(context.study)]
    rows = (
        (
            row.support.label,
            row.lever("reach"),
            row.lever("unit_cost"),
            row.needed(),
            row.cost(),
            context.two(row.cost("high", "low"), row.cost("low", "high"), "–"),
        )
        for row in found
    )
    return (
        context.head("support"),
        context.say("support.basis"),
        context.table("support", rows),
        *(
            context.say(
                "support.why",
                "note",
                name=context.name(row.support.label),
                why=Label(row.support.why_zh, row.support.why_en),
            )
            for row in found
        ),
        support_table(context, [one for one in scenarios if one.support]),
    )


def support_by_scenario(context: Context, scenarios: Sequence[Scenario]) -> tuple[Block, ...]:
    """Each kind of support as it is planned, and under each scenario that plans it otherwise; nothing where none does."""
    plans = [scenario for scenario in scenarios if scenario.support]
    return (support_table(context, plans),) if plans and planned(context.counter) else ()


def support_table(context: Context, scenarios: Sequence[Scenario]) -> Table:
    """Each kind of support as it is planned, and below it each scenario that plans it otherwise."""
    return context.table("support_scenarios", _plans(context, scenarios))


def _plans(context: Context, scenarios: Sequence[Scenario]) -> Iterator[Row]:
    for row in planned(context.counter):
        kind = row.support
        name = context.name(kind.label) + context.text("list.colon") + context.text("support.as_planned")
        yield name, *_figures(context, row)
        for scenario in scenarios:
            if kind.id in scenario.support:
                plan = next(one for one in planned(context.counter, scenario) if one.support.id == kind.id)
                name = context.text("list.reading") + scenario.label.of(context.language)
                yield name, *_figures(context, plan)


def _figures(context: Context, row: Planned) -> Row:
    within = row.within
    reached = context.two(within.numerator, within.base)
    return row.planned, row.lever("reach"), row.lever("unit_cost"), reached, within.share, row.planned_cost, row.each
