"""The study's scenarios side by side, and what they cost; venues and funds, as they are planned and under each scenario."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis.briefing.context import Context
from analysis.briefing.sections.scenarios import due_name
from analysis.briefing.sections.simulated import Runs, drawn_with, runs_of
from analysis.briefing.sections.suppressed_section import not_in_data
from analysis.coverage.selection import EVERYTHING
from analysis.quantities import Label
from analysis.scenarios.addresses import cost_quantity, quantity
from analysis.scenarios.scenario import Scenario, open_scenario, scenario_names
from analysis.scenarios.simulation import Draws, simulate
from analysis.scenarios.support import Planned, planned
from analysis.views.blocks import Block, Figure, Inlines, Table
from analysis.views.path_charts import side_by_side
from analysis.views.rows import Group
from analysis.views.tables import number_cell
from analysis.views.wording import capital, claim

COMPARED_DRAWS = 256  # of each other scenario


def compared(context: Context, chosen: Sequence[Scenario] = ()) -> tuple[Block, ...]:
    """Scenarios side by side, those of the study where none are chosen: each target's share in the year it is due."""
    runs, others = runs_of(context), runs_of_each(context, chosen)
    if len(others) < 2:
        return ()
    rows: list[tuple[Inlines, ...]] = []
    groups: list[Group] = []
    for rule in runs.measures.rules:
        due = runs.due(rule, context.years)
        shares = [quantity(run, f"{rule.target.id}.share", year=due) for run in others]
        rows.append((due_name(context, rule.target, due), *context.numbers(*shares)))
        claims = tuple(claim(share, context.language) for share in shares)
        groups.append(Group(rule.target.id, capital(rule.target.label.of(context.language)), claims))
    scenarios = [run.scenario for run in others]
    note = context.words("simulated.seed", seed=drawn_with(context)[1])
    return (
        context.head("compared"),
        context.table("scenarios", rows, heads={"scenarios": [one.name for one in scenarios]}, note=note),
        _side_by_side(context, runs, groups, scenarios),
        *_costs(context, scenarios),
        *_by_scenario(context, scenarios),
    )


def runs_of_each(context: Context, chosen: Sequence[Scenario] = ()) -> list[Draws]:
    """The draws of each scenario, the paper's own in full, the others in fewer under the same luck."""
    runs = runs_of(context)
    scenarios = list(chosen) or [open_scenario(context.study, name) for name in scenario_names(context.study)]
    return [runs.draws if one.key == runs.scenario.key else _lesser(runs, one) for one in scenarios]


def _lesser(runs: Runs, scenario: Scenario) -> Draws:
    """Another scenario under the same luck, in fewer draws."""
    return simulate(
        runs.state,
        scenario,
        years=len(runs.draws.years) - 1,
        draws=min(runs.draws.draws, COMPARED_DRAWS),
        seed=runs.draws.seed,
        measures=runs.measures,
    )


def _side_by_side(context: Context, runs: Runs, groups: Sequence[Group], scenarios: Sequence[Scenario]) -> Figure:
    names = [one.name.of(context.language) for one in scenarios]
    keys = [one.key for one in scenarios]
    selected = keys.index(runs.scenario.key) if runs.scenario.key in keys else 0
    return context.chart("side_by_side", side_by_side(groups, names, language=context.language, selected=selected))


def _costs(context: Context, scenarios: Sequence[Scenario]) -> tuple[Block, ...]:
    """What the levers cost, where a scenario gives unit costs."""
    language = context.language
    rows: list[tuple[Inlines, ...]] = []
    for one in scenarios:
        for lever in one.unit_costs:
            name = f"{one.name.of(language)} · {one.dynamics[lever].label.of(language)}"
            rows.append(((name,), number_cell(cost_quantity(one, lever), language)))
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
            _named(context, row),
            *context.numbers(row.reach, row.unit_cost, row.needed, row.cost),
            context.two(row.least, row.most, "–"),
        )
        for row in found
    )
    return (
        context.head("support"),
        context.say("support.basis"),
        context.table("support", rows),
        *(
            context.say(
                "support.why", "note", name=_named(context, row), why=Label(row.support.why_zh, row.support.why_en)
            )
            for row in found
        ),
        support_table(context, [one for one in scenarios if one.support]),
    )


def _by_scenario(context: Context, scenarios: Sequence[Scenario]) -> tuple[Block, ...]:
    """Each kind of support as it is planned, and under each scenario that plans it otherwise; nothing where none does."""
    plans = [scenario for scenario in scenarios if scenario.support]
    return (support_table(context, plans),) if plans and planned(context.counter) else ()


def support_table(context: Context, scenarios: Sequence[Scenario]) -> Table:
    """Each kind of support as it is planned, and below it each scenario that plans it otherwise."""
    return context.table("support_scenarios", _plans(context, scenarios))


def _plans(context: Context, scenarios: Sequence[Scenario]) -> Iterator[tuple[Inlines, ...]]:
    for row in planned(context.counter):
        kind = row.support
        named = (*_named(context, row), context.text("list.colon"), context.text("support.as_planned"))
        yield ("".join(named),), *_figures(context, row)
        for scenario in scenarios:
            if kind.id in scenario.support:
                plan = next(one for one in planned(context.counter, scenario) if one.support.id == kind.id)
                name = context.text("list.reading") + scenario.label.of(context.language)
                yield (name,), *_figures(context, plan)


def _named(context: Context, row: Planned) -> tuple[str]:
    return (capital(row.support.label.of(context.language)),)


def _figures(context: Context, row: Planned) -> tuple[Inlines, ...]:
    return (
        *context.numbers(row.planned, row.reach, row.unit_cost),
        context.two(row.within.numerator, row.within.base),
        *context.numbers(row.within.share, row.planned_cost, row.each),
    )
