"""Scenarios: what is decided, where it leads, what it would take, and what matters most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np

from analysis.briefing.context import Context
from analysis.errors import WorkbookError
from analysis.quantities import Label, Quantity
from analysis.scenarios.addresses import (
    FROM_ASSUMPTIONS,
    assumption_quantity,
    expected_quantity,
    lever_quantity,
    needed_quantity,
    quantity,
)
from analysis.scenarios.outcomes import Measures, Rule, deadline, measures_of, readings_of, speaks_of_its_base
from analysis.scenarios.planning import best_lever, least
from analysis.scenarios.question import Goal, Question
from analysis.scenarios.scenario import Scenario, open_scenario, scenario_names
from analysis.scenarios.sensitivity import overturning, tornado
from analysis.scenarios.series import series
from analysis.scenarios.simulation import Draws, Path, path, simulate
from analysis.scenarios.state import State, state_of
from analysis.study_models import Level
from analysis.views import paths
from analysis.views.blocks import Block, Figure, Inlines, Table
from analysis.views.drawing import drawn
from analysis.views.tables import columns, name_cell, number_cell
from analysis.views.wording import capital, claim

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
COMPARED_DRAWS = 256  # of each other scenario
ASKED_DRAWS = 128  # of each question asked backwards
MOST_IMPORTANT = 6
_LEVELS: dict[Level, Label] = {"high": Label("高", "high"), "medium": Label("中", "medium"), "low": Label("低", "low")}
Over = Literal["", "frozen", "moving"]
_OWN: tuple[Over, ...] = ("",)
_BOTH: tuple[Over, ...] = ("frozen", "moving")
_BASES = {"frozen": Label("基数固定", "base frozen"), "moving": Label("基数变动", "base moving")}


@dataclass(frozen=True, eq=False)
class Runs:
    """What one paper's sections on scenarios share."""

    state: State
    measures: Measures
    scenario: Scenario
    draws: Draws
    expected: Path

    def due(self, rule: Rule, years: int) -> int:
        """The year a target is due, if the path goes so far; else its last year."""
        return min(deadline(rule.target, year=self.scenario.year, years=years), self.draws.years[-1])


@lru_cache(maxsize=2)
def runs_of(context: Context) -> Runs:
    """The draws of the paper's scenario, run once for all its sections.

    Raises
    ------
    WorkbookError
        When the study has nothing to start from.
    """
    study, cells = context.study, context.counter.cells
    if cells is None:
        raise WorkbookError(f"{study.id}: a scenario needs a register to start from, and the study has none")
    state, measures = state_of(cells, study), measures_of(study)
    scenario = open_scenario(study, context.setting("scenario"))
    last = max([deadline(rule.target, year=scenario.year, years=context.years) for rule in measures.rules], default=0)
    years = max(context.years, last - scenario.year)
    run = simulate(
        state, scenario, years=years, draws=context.setting("draws"), seed=context.setting("seed"), measures=measures
    )
    return Runs(state, measures, scenario, run, path(state, scenario, years, measures=measures))


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
            "带‡的数字是模拟所得，出发点是合成登记簿，不是预测。",
            "From the end of {year} on, year by year, in {draws} draws (seed {seed}): each takes its luck, and its values of "
            "the assumptions from their ranges. Numbers marked ‡ are simulated, from a synthetic register, and are no forecast.",
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


def needed(context: Context) -> tuple[Block, ...]:
    """The question backwards: the least of one lever that meets each target in time, over either base."""
    runs, language = runs_of(context), context.language
    labels = (
        Label("目标（第一种读法）", "Target (first reading)"),
        Label("最有效的力度", "Lever that helps most"),
        Label("情景中", "In the scenario"),
        Label("至少需要", "At least"),
    )
    rows = tuple(
        _needed_row(context, runs, rule, base)
        for rule in runs.measures.rules
        for base in (_OWN if speaks_of_its_base(rule.target) else _BOTH)
    )
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
        values = np.nanquantile(series(run, name)[: len(years)], QUANTILES, axis=1).T
        stats = {
            end: claim(quantity(run, name, year=year, stat=stat), language)
            for end, year, stat in (
                ("start", years[0], "p50"),
                ("end", due, "p50"),
                ("low", due, "p5"),
                ("high", due, "p95"),
            )
        }
        points = tuple(paths.Year(year, *map(float, row)) for year, row in zip(years, values, strict=True))
        required = tuple(float(reading.share) for reading in rule.target.readings)
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
            reading, how = target.readings[position].label.of(language), _BASES[base].of(language)
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


def _needed_row(context: Context, runs: Runs, rule: Rule, base: Literal["", "frozen", "moving"]) -> tuple[Inlines, ...]:
    goal = Goal(rule.target.id, 0, runs.due(rule, context.years), context.setting("certainty") / 100, base)
    draws = min(runs.draws.draws, ASKED_DRAWS)
    question = Question(runs.state, runs.scenario, runs.measures, goal, draws, runs.draws.seed)
    said = f"（{_BASES[base].zh}）" if base and context.language == "zh" else f" ({_BASES[base].en})" if base else ""
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
