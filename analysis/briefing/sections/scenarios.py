"""A scenario: what is decided, where the targets go, and what chance does to the mean."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analysis.briefing.context import Context
from analysis.briefing.sections.simulated import Runs, drawn_with, runs_of, scenario_of, stamp
from analysis.quantities import Label
from analysis.scenarios.addresses import (
    FROM_ASSUMPTIONS,
    assumption_quantity,
    lever_quantity,
    quantity,
)
from analysis.scenarios.scenario import Scenario
from analysis.scenarios.series import BASES, asked, bands
from analysis.scenarios.simulation import HORIZON
from analysis.scenarios.start import without_enterprises
from analysis.scenarios.state import COUNTS, Rule
from analysis.scenarios.targets import readings_of
from analysis.views.blocks import Block, Figure, Inlines, Paragraph, Table
from analysis.views.path_charts import fans
from analysis.views.render import drawn
from analysis.views.rows import Panel, Year
from analysis.views.tables import line, number_cell
from analysis.views.wording import capital, claim


def decided(context: Context) -> tuple[Block, ...]:
    """The scenario: what it is, and what it decides against the baseline's assumptions."""
    language, scenario, (draws, seed) = context.language, scenario_of(context), drawn_with(context)
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
            draws=draws,
            seed=seed,
        ),
    ]
    blocks += [*_empty(context), *_far(context)]
    return (*blocks, _levers(context, scenario)) if scenario.decided else tuple(blocks)


def _empty(context: Context) -> Iterator[Block]:
    """Says in which districts nothing is simulated, as no enterprise is there to begin with."""
    cells = context.counter.cells
    empty = () if cells is None else without_enterprises(cells, context.study)
    if empty:
        yield context.say(
            "{names}没有实际开业的企业：推算从现有企业出发，那里各年都没有企业。",
            "No enterprise operates in {names}: a scenario starts from those there are, so that nothing is simulated there.",
            names=context.listed(row.label for row in empty),
        )


def _far(context: Context) -> Iterator[Block]:
    """Says that a path goes further than its assumptions reach."""
    if context.years > HORIZON:
        yield context.say(
            "推算超过十年：各项假设只就今后几年而言，净增又逐年累计，后面的年份只是算术，不宜引用。",
            "This looks further than ten years ahead. The assumptions are about the next few years, and growth compounds: the "
            "later years are arithmetic, and not to be quoted.",
        )


def ahead(context: Context) -> tuple[Block, ...]:
    """Where each target goes, with its bands; and under each reading in the year it is due."""
    runs = runs_of(context)
    return (
        context.head("各项目标的走势", "Where the targets go"),
        covered(context, runs),
        fan_figure(context, runs),
        reading_table(context, runs),
        *by_chance(context, runs),
    )


def covered(context: Context, runs: Runs) -> Paragraph:
    """How many are covered in the last year, with the band, and where the spread comes from."""
    last = runs.draws.years[-1]
    return context.say(
        "到{year}年末，党组织覆盖的企业的中位数为{covered}家（九成抽样在{low}至{high}家之间），企业总数的中位数为{whole}家。"
        "抽样之间的差别有{part}来自假设，其余来自偶然：减少假设的不确定比增加抽样有用。",
        "By the end of {year} the median of enterprises covered by an organisation is {covered} ({low} to {high} in nine "
        "tenths of the draws), and that of all enterprises {whole}. Of the variance between draws, {part} comes from the "
        "assumptions and the rest from chance: better assumptions would tell more than more draws.",
        year=str(last),
        covered=quantity(runs.draws, "covered", year=last),
        low=quantity(runs.draws, "covered", year=last, stat="p5"),
        high=quantity(runs.draws, "covered", year=last, stat="p95"),
        whole=quantity(runs.draws, "enterprises", year=last),
        part=quantity(runs.draws, "covered", year=last, stat=FROM_ASSUMPTIONS),
    )


def _levers(context: Context, scenario: Scenario) -> Table:
    language = context.language
    rows = tuple(
        line(row.label, language, assumption_quantity(row), lever_quantity(scenario, lever))
        for lever, row in ((lever, scenario.dynamics[lever]) for lever in scenario.decided)
    )
    names = context.heads("力度|假设值|情景设定", "Lever|As assumed|In the scenario")
    title = Label("情景与基准的不同", "Where the scenario differs from the baseline")
    return context.table("levers", title, names, rows, widths=(5.0, 1.2, 1.2))


def fan_figure(context: Context, runs: Runs) -> Figure:
    """Every target's path with its bands."""
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
        points = tuple(Year(year, *map(float, row)) for year, row in zip(years, bands(run, name), strict=False))
        required = tuple(
            float(np.median(asked(run, f"{rule.target.id}#{position}~{base}")[due - run.years[0]]))
            for position, base in readings_of(rule.target)
        )
        panels.append(Panel(rule.target.id, capital(rule.target.label.of(language)), points, required, *stats.values()))
    title = context.text("各目标达到的比例，逐年", "Share of those meant that has it, year by year")
    note = context.text(
        "菱形为各种读法（基数固定与变动）在到期年要求的比例。",
        "Diamonds: what each reading asks for when due, base frozen or moving.",
    )
    return drawn(fans(panels, language=language), id="paths", title=title, note=(note, *stamp(context, runs)))


def reading_table(context: Context, runs: Runs) -> Table:
    """Each target under each reading, over the base of today and the base of the year it is due."""
    asked = [
        label
        for base in BASES.values()
        for label in (
            Label(f"{base.zh}：需达到", f"Required, {base.en}"),
            Label("尚缺", "Missing"),
            Label("达到的抽样", "Draws that meet it"),
        )
    ]
    rows = tuple(row for rule in runs.measures.rules for row in _rows_of(context, runs, rule))
    note = context.words(
        "各数为抽样的中位数。基数固定：按现在的对象计；基数变动：按到期时的对象计。没有定期限的目标按推算年数计。",
        "Medians of the draws. Base frozen: those meant today; base moving: those meant when it is due. Targets without a "
        "deadline are due after the years looked ahead.",
    )
    names = (
        *context.heads("目标与读法|已达到", "Target and reading|Have it"),
        *asked,
    )
    title = Label("到期时各目标的状况", "Each target in the year it is due")
    return context.table(
        "paths_readings",
        title,
        names,
        rows,
        widths=(2.7, 1.15, 1.3, 1.15, 1.15, 1.3, 1.15, 1.15),
        note=(*note, *stamp(context, runs)),
        size="small",
    )


def _rows_of(context: Context, runs: Runs, rule: Rule) -> Iterator[tuple[Inlines, ...]]:
    """A line for the target, and one for each of its readings unless there is only one."""
    language, target, due = context.language, rule.target, runs.due(rule, context.years)
    name = context.text(f"{target.zh}（{due}年）", f"{capital(target.en)} ({due})")
    have = number_cell(quantity(runs.draws, f"{target.id}.have", year=due), language)
    known = set(readings_of(target))
    lines = [
        tuple(
            cell
            for base in BASES
            for cell in _asked(context, runs, f"{target.id}#{position}~{base}", due, is_known=(position, base) in known)
        )
        for position in range(len(target.readings))
    ]
    if len(lines) == 1:
        yield ((name,), have, *lines[0])
        return
    yield ((name,), have, *(() for _ in lines[0]))
    for reading, cells in zip(target.readings, lines, strict=True):
        yield ((context.text("　", "– ") + reading.label.of(language),), (), *cells)


def _asked(context: Context, runs: Runs, at: str, due: int, *, is_known: bool) -> tuple[Inlines, ...]:
    if not is_known:
        return (("—",),) * 3
    stats = {"required": "p50", "missing": "p50", "met": "mean"}
    numbers = (quantity(runs.draws, f"{at}.{part}", year=due, stat=stat) for part, stat in stats.items())
    return tuple(number_cell(number, context.language) for number in numbers)


APART = 3  # standard errors beyond which the draws and the path without chance are said to differ


def by_chance(context: Context, runs: Runs) -> tuple[Block, ...]:
    """Where the mean of the draws stands against the path without chance, and which of them limits hold apart."""
    language, run = context.language, runs.draws
    names = ["covered", *(f"{rule.target.id}.have" for rule in runs.measures.rules)]
    rows: list[tuple[Inlines, ...]] = []
    apart: list[str] = []
    for name, rule in zip(names, (None, *runs.measures.rules), strict=True):
        year = run.years[-1] if rule is None else runs.due(rule, context.years)
        label = COUNTS[name][1] if rule is None else rule.target.label
        stats = {
            stat: quantity(run, name, year=year, stat=stat) for stat in ("mean", "without_chance", "off", "off_error")
        }
        rows.append(line(label, language, *stats.values()))
        if abs(float(stats["off"].value)) > APART * float(stats["off_error"].value):
            apart.append(label.of(language))
    agree = context.text(
        "各项目标的抽样均值与不计偶然的结果相符，差别都在三个标准误以内。",
        "For every target the mean of the draws agrees with the path without chance within three standard errors.",
    )
    differ = context.text(
        f"以下各项相差超过三个标准误，因为近于限度：{'；'.join(apart)}。",
        f"Beyond three standard errors apart, as a limit is near: {'; '.join(apart)}.",
    )
    note = context.text(
        "相差：抽样均值减不计偶然的均值，假设的取值相同。",
        "Difference: the draws less the path without chance, under the same values of the assumptions.",
    )
    headings = context.heads(
        "目标|抽样均值|不计偶然|相差|标准误", "Target|Mean of the draws|Without chance|Difference|Standard error"
    )
    title = Label("偶然使均值改变多少", "What chance does to the mean")
    return (
        context.say(
            "不计偶然的路径是抽样的期望，除非近于限度：达到的不能多于全部，联合组织只能整个地建立，那里偶然会使均值偏离。{told}",
            "The path without chance is what the draws come to on average, unless a limit is near: no more than all can have it "
            "and joint organisations are whole, so that chance shifts the mean there. {told}",
            told=differ if apart else agree,
        ),
        context.table(
            "chance", title, headings, rows, widths=(4.4, 1.4, 1.4, 1.1, 1.2), note=(note, *stamp(context, runs))
        ),
    )
