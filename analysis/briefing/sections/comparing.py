"""The study's scenarios side by side, in table and chart, and what they cost."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.briefing.context import Context
from analysis.briefing.sections.simulated import Runs, runs_of, stamp
from analysis.briefing.sections.support import by_scenario
from analysis.quantities import Label
from analysis.scenarios.addresses import cost_quantity, quantity
from analysis.scenarios.scenario import Scenario, open_scenario, scenario_names
from analysis.scenarios.simulation import Draws, simulate
from analysis.views.blocks import Block, Figure, Inlines
from analysis.views.path_charts import side_by_side
from analysis.views.render import drawn
from analysis.views.rows import Group
from analysis.views.tables import number_cell
from analysis.views.wording import capital, claim

COMPARED_DRAWS = 256  # of each other scenario


def compared(context: Context, chosen: Sequence[Scenario] = ()) -> tuple[Block, ...]:
    """Scenarios side by side, those of the study where none are chosen: each target's share in the year it is due."""
    runs, language = runs_of(context), context.language
    others = runs_of_each(context, chosen)
    if len(others) < 2:
        return ()
    rows: list[tuple[Inlines, ...]] = []
    for rule in runs.measures.rules:
        due = runs.due(rule, context.years)
        shares = [quantity(run, f"{rule.target.id}.share", year=due) for run in others]
        name = context.text(f"{rule.target.zh}（{due}年）", f"{capital(rule.target.en)} ({due})")
        rows.append(((name,), *(number_cell(share, language) for share in shares)))
    note = context.words(
        "各目标达到的比例（以各目标的对象为基数），抽样的中位数；同一种子，各情景的运气相同。",
        "The share of those meant by each target that has it: medians of the draws, under one seed, so that all scenarios "
        "meet the same luck.",
    )
    names = (
        Label("目标（年份）", "Target (year)"),
        *(run.scenario.name for run in others),
    )
    title = Label("各情景比较", "The scenarios side by side")
    blocks: list[Block] = [
        context.head("各情景比较", "The scenarios compared"),
        context.table(
            "scenarios",
            title,
            names,
            rows,
            widths=(4.0, *(1.3 for _ in others)),
            note=(*note, *stamp(context, runs, named=False)),
        ),
        _side_by_side(context, runs, others),
    ]
    return (*blocks, *_costs(context, others), *by_scenario(context, [run.scenario for run in others]))


def runs_of_each(context: Context, chosen: Sequence[Scenario] = ()) -> list[Draws]:
    """The draws of each scenario, the paper's own in full, the others in fewer under the same luck."""
    runs = runs_of(context)
    scenarios = list(chosen) or [open_scenario(context.study, name) for name in scenario_names(context.study)]
    return [runs.draws if one.key == runs.scenario.key else _lesser(runs, one) for one in scenarios]


def _side_by_side(context: Context, runs: Runs, others: Sequence[Draws]) -> Figure:
    language = context.language
    groups = []
    for rule in runs.measures.rules:
        due = runs.due(rule, context.years)
        shares = tuple(claim(quantity(run, f"{rule.target.id}.share", year=due), language) for run in others)
        groups.append(Group(rule.target.id, capital(rule.target.label.of(language)), shares))
    names = [run.scenario.name.of(language) for run in others]
    keys = [run.scenario.key for run in others]
    selected = keys.index(runs.scenario.key) if runs.scenario.key in keys else 0
    title = context.text("各情景到期时达到的比例", "The share that has it when it is due, by scenario")
    picture = side_by_side(groups, names, language=language, selected=selected)
    return drawn(picture, id="side_by_side", title=title)


def _costs(context: Context, others: Sequence[Draws]) -> tuple[Block, ...]:
    """What the levers cost, where a scenario gives unit costs."""
    language = context.language
    rows: list[tuple[Inlines, ...]] = []
    for run in others:
        for lever in run.scenario.unit_costs:
            name = f"{run.scenario.name.of(language)} · {run.scenario.dynamics[lever].label.of(language)}"
            rows.append(((name,), number_cell(cost_quantity(run.scenario, lever), language)))
    if not rows:
        return ()
    note = context.text(
        "超出基准假设的部分乘以情景文件给出的单位费用，货币单位与该文件相同。",
        "What is decided beyond the assumption, times the unit cost in the scenario's file, in the money of that file.",
    )
    names = context.heads("情景与力度|一年的费用", "Scenario and lever|Cost in a year")
    title = Label("各情景的费用", "What the scenarios cost")
    return (context.table("costs", title, names, rows, widths=(5.0, 1.4), note=(note,)),)


def _lesser(runs: Runs, scenario: Scenario) -> Draws:
    """Another scenario under the same luck, in fewer draws."""
    return simulate(
        runs.state,
        scenario,
        years=len(runs.draws.years) - 1,
        draws=min(runs.draws.draws, COMPARED_DRAWS),
        seed=runs.draws.seed,
    )
