"""Scenarios: what is decided, where the targets go, and how scenarios compare."""

from __future__ import annotations

import numpy as np

from analysis.briefing.context import Context
from analysis.briefing.sections.simulated import Runs, runs_of
from analysis.quantities import Label
from analysis.scenarios.addresses import (
    FROM_ASSUMPTIONS,
    assumption_quantity,
    lever_quantity,
    quantity,
)
from analysis.scenarios.outcomes import readings_of, speaks_of_its_base
from analysis.scenarios.scenario import Scenario, open_scenario, scenario_names
from analysis.scenarios.series import BASES, asked, bands
from analysis.scenarios.simulation import Draws, simulate
from analysis.views import paths
from analysis.views.blocks import Block, Figure, Inlines, Table
from analysis.views.drawing import drawn
from analysis.views.tables import columns, name_cell, number_cell
from analysis.views.wording import capital, claim

COMPARED_DRAWS = 256  # of each other scenario


def decided(context: Context) -> tuple[Block, ...]:
    """The scenario: what it is, and what it decides against the baseline's assumptions."""
    runs, language = runs_of(context), context.language
    scenario = runs.scenario
    blocks: list[Block] = [
        context.head("情景与力度", "The scenario"),
        context.say(
            "情景“{name}”：{why}",
            "{name}. {why}",
            name=scenario.label.of(language),
            why=scenario.why.of(language),
        ),
        context.say(
            "从{year}年末的状况出发逐年推算，共抽样{draws}次（种子{seed}）：每次抽样既有偶然，也在各项假设的范围内取值。"
            "带‡的数字是模拟所得，出发点是{source}，不是预测。",
            "From the end of {year} on, year by year, in {draws} draws (seed {seed}): each takes its luck, and its values of "
            "the assumptions from their ranges. Numbers marked ‡ are simulated, from {source}, and are no forecast.",
            source=context.origin.name.of(language),
            year=str(scenario.year),
            draws=context.parameter("draws", "draws", Label("参数：抽样次数", "parameter: draws")),
            seed=context.parameter("seed", "seed", Label("参数：种子", "parameter: seed")),
        ),
    ]
    return (*blocks, _levers(context, scenario)) if scenario.decided else tuple(blocks)


def ahead(context: Context) -> tuple[Block, ...]:
    """Where each target goes, with its bands; and under each reading in the year it is due."""
    runs = runs_of(context)
    last = runs.draws.years[-1]
    covered = quantity(runs.draws, "covered", year=last)
    return (
        context.head("各项目标的走势", "Where the targets go"),
        context.say(
            "到{year}年末，党组织覆盖的企业的中位数为{covered}家（九成抽样在{low}至{high}家之间），企业总数的中位数为{whole}家。"
            "抽样之间的差别有{part}来自假设，其余来自偶然：减少假设的不确定比增加抽样有用。",
            "By the end of {year} the median of enterprises covered by an organisation is {covered} ({low} to {high} in nine "
            "tenths of the draws), and that of all enterprises {whole}. Of the variance between draws, {part} comes from the "
            "assumptions and the rest from chance: better assumptions would tell more than more draws.",
            year=str(last),
            covered=covered,
            low=quantity(runs.draws, "covered", year=last, stat="p5"),
            high=quantity(runs.draws, "covered", year=last, stat="p95"),
            whole=quantity(runs.draws, "enterprises", year=last),
            part=quantity(runs.draws, "covered", year=last, stat=FROM_ASSUMPTIONS),
        ),
        _fans(context, runs),
        _readings(context, runs),
    )


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
    note = context.words(
        "各目标达到比例的中位数；同一种子，各情景的运气相同。",
        "Medians of the share that has it; under one seed, so that all scenarios meet the same luck.",
    )
    title = context.text("各情景比较", "The scenarios side by side")
    head = columns(language, *labels, widths=(4.0, *(1.2 for _ in others)))
    return context.head("各情景比较", "The scenarios compared"), Table("scenarios", title, head, tuple(rows), note=note)


def _levers(context: Context, scenario: Scenario) -> Table:
    language = context.language
    labels = (
        Label("力度", "Lever"),
        Label("假设值", "As assumed"),
        Label("情景设定", "In the scenario"),
    )
    rows = tuple(
        (
            name_cell(scenario.dynamics[lever].label, language),
            number_cell(assumption_quantity(scenario.dynamics[lever]), language),
            number_cell(lever_quantity(scenario, lever), language),
        )
        for lever in scenario.decided
    )
    title = context.text("情景与基准的不同", "Where the scenario differs from the baseline")
    return Table("levers", title, columns(language, *labels, widths=(5.0, 1.2, 1.2)), rows)


def _fans(context: Context, runs: Runs) -> Figure:
    language, run = context.language, runs.draws
    panels = []
    for rule in runs.measures.rules:
        name = f"{rule.target.id}.share"
        due = runs.due(rule, context.years)
        years = [year for year in run.years if year <= due]
        stats = {
            end: claim(quantity(run, name, year=year, stat=stat), language)
            for end, year, stat in (
                ("start", years[0], "p50"),
                ("end", due, "p50"),
                ("low", due, "p5"),
                ("high", due, "p95"),
            )
        }
        points = tuple(paths.Year(year, *map(float, row)) for year, row in zip(years, bands(run, name), strict=False))
        required = tuple(
            float(np.median(asked(run, f"{rule.target.id}#{position}~{base}")[due - run.years[0]]))
            for position, base in readings_of(rule.target)
        )
        panels.append(paths.Panel(rule.target.id, capital(rule.target.label.of(language)), points, required, **stats))
    title = context.text("各目标达到的比例，逐年", "Share of those meant that has it, year by year")
    return drawn(paths.fans(panels, language=language), id="paths", title=title)


def _readings(context: Context, runs: Runs) -> Table:
    language, run = context.language, runs.draws
    labels = (
        Label("目标、读法与基数", "Target, reading and base"),
        Label("年份", "Year"),
        Label("需达到", "Required"),
        Label("已达到", "Have it"),
        Label("尚缺", "Missing"),
        Label("达到的抽样", "Draws that meet it"),
    )
    rows: list[tuple[Inlines, ...]] = []
    for rule in runs.measures.rules:
        due, target = runs.due(rule, context.years), rule.target
        rows.append((name_cell(target.label, language), (str(due),), (), (), (), ()))
        for position, base in readings_of(target):
            at, indent = f"{target.id}#{position}~{base}", context.text("　", "– ")
            reading, how = target.readings[position].label.of(language), BASES[base].of(language)
            numbers = [
                quantity(run, f"{at}.required", year=due),
                quantity(run, f"{target.id}.have", year=due),
                quantity(run, f"{at}.missing", year=due),
                quantity(run, f"{at}.met", year=due, stat="mean"),
            ]
            name = indent + reading + ("" if speaks_of_its_base(target) else context.text(f"（{how}）", f" ({how})"))
            rows.append(((name,), (), *(number_cell(number, language) for number in numbers)))
    title = context.text("到期时各目标的状况", "Each target in the year it is due")
    note = context.words(
        "各数为抽样的中位数。基数固定：按现在的对象计；基数变动：按到期时的对象计。没有定期限的目标按推算年数计。",
        "Medians of the draws. Base frozen: those meant today; base moving: those meant when it is due. Targets without a "
        "deadline are due after the years looked ahead.",
    )
    head = columns(language, *labels, widths=(4.6, 0.8, 1.1, 1.1, 1.1, 1.2))
    return Table("paths_readings", title, head, tuple(rows), note=note)


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
