"""The study's scenarios side by side, in table and chart, and what they cost."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.briefing.context import Context
from analysis.briefing.sections.simulated import Runs, runs_of, stamp
from analysis.briefing.sections.support import by_scenario
from analysis.quantities import Label
from analysis.scenarios.addresses import cost_quantity, quantity
from analysis.scenarios.scenario import open_scenario, scenario_names
from analysis.scenarios.simulation import Draws, simulate
from analysis.views.blocks import Block, Figure, Inlines, Table
from analysis.views.drawing import drawn
from analysis.views.side_by_side import Group, side_by_side
from analysis.views.tables import columns, number_cell
from analysis.views.wording import capital, claim

COMPARED_DRAWS = 256  # of each other scenario


def compared(context: Context) -> tuple[Block, ...]:
    """The study's scenarios side by side: each target's share in the year it is due."""
    runs, language = runs_of(context), context.language
    others = [
        runs.draws if name == runs.scenario.id else _lesser(context, runs, name)
        for name in scenario_names(context.study)
    ]
    if len(others) < 2:
        return ()
    labels = (Label("目标（年份）", "Target (year)"), *(run.scenario.label for run in others))
    rows: list[tuple[Inlines, ...]] = []
    for rule in runs.measures.rules:
        due = runs.due(rule, context.years)
        shares = [quantity(run, f"{rule.target.id}.share", year=due) for run in others]
        name = context.text(f"{rule.target.zh}（{due}年）", f"{capital(rule.target.en)} ({due})")
        rows.append(((name,), *(number_cell(share, language) for share in shares)))
    title = context.text("各情景比较", "The scenarios side by side")
    note = context.words(
        "各目标达到的比例（以各目标的对象为基数），抽样的中位数；同一种子，各情景的运气相同。",
        "The share of those meant by each target that has it: medians of the draws, under one seed, so that all scenarios "
        "meet the same luck.",
    )
    head = columns(language, *labels, widths=(4.0, *(1.3 for _ in others)))
    blocks: list[Block] = [
        context.head("各情景比较", "The scenarios compared"),
        Table("scenarios", title, head, tuple(rows), note=(*note, *stamp(context, runs, named=False))),
        _side_by_side(context, runs, others),
    ]
    return (*blocks, *_costs(context, others), *by_scenario(context, [run.scenario for run in others]))


def _side_by_side(context: Context, runs: Runs, others: Sequence[Draws]) -> Figure:
    language = context.language
    groups = []
    for rule in runs.measures.rules:
        due = runs.due(rule, context.years)
        shares = tuple(claim(quantity(run, f"{rule.target.id}.share", year=due), language) for run in others)
        groups.append(Group(rule.target.id, capital(rule.target.label.of(language)), shares))
    names = [run.scenario.label.of(language) for run in others]
    selected = [run.scenario.id for run in others].index(runs.scenario.id)
    title = context.text("各情景到期时达到的比例", "The share that has it when it is due, by scenario")
    picture = side_by_side(groups, names, language=language, selected=selected)
    return drawn(picture, id="side_by_side", title=title)


def _costs(context: Context, others: Sequence[Draws]) -> tuple[Block, ...]:
    """What the levers cost, where a scenario gives unit costs."""
    language = context.language
    labels = (Label("情景与力度", "Scenario and lever"), Label("一年的费用", "Cost in a year"))
    rows: list[tuple[Inlines, ...]] = []
    for run in others:
        for lever in run.scenario.unit_costs:
            name = f"{run.scenario.label.of(language)} · {run.scenario.dynamics[lever].label.of(language)}"
            rows.append(((name,), number_cell(cost_quantity(run.scenario, lever), language)))
    if not rows:
        return ()
    note = context.text(
        "超出基准假设的部分乘以情景文件给出的单位费用，货币单位与该文件相同。",
        "What is decided beyond the assumption, times the unit cost in the scenario's file, in the money of that file.",
    )
    title = context.text("各情景的费用", "What the scenarios cost")
    return (Table("costs", title, columns(language, *labels, widths=(5.0, 1.4)), tuple(rows), note=(note,)),)


def _lesser(context: Context, runs: Runs, name: str) -> Draws:
    """Another scenario under the same luck, in fewer draws."""
    return simulate(
        runs.state,
        open_scenario(context.study, name),
        years=len(runs.draws.years) - 1,
        draws=min(runs.draws.draws, COMPARED_DRAWS),
        seed=runs.draws.seed,
        measures=runs.measures,
    )
