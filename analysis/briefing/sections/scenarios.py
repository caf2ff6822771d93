"""A scenario: what is decided, where the targets go, what chance does to the mean; all of that in brief; several side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from analysis.briefing.composing import Row, gap_between
from analysis.briefing.context import Context
from analysis.briefing.sections import planning, sensitivity
from analysis.briefing.sections.simulated import Runs, asks_ahead, drawn_with, runs_of, scenario_of, stamp
from analysis.briefing.texts import label
from analysis.quantities import Label, Quantity
from analysis.scenarios.addresses import FROM_ASSUMPTIONS, assumption_quantity, lever_quantity, quantity
from analysis.scenarios.scenario import Scenario, open_scenario, scenario_names
from analysis.scenarios.series import BASES, asked, bands
from analysis.scenarios.simulation import HORIZON, Draws, simulate
from analysis.scenarios.start import without_enterprises
from analysis.scenarios.state import COUNTS, Rule
from analysis.scenarios.targets import readings_of
from analysis.study_models import Target
from analysis.views.blocks import Block, Figure, Inlines, Paragraph, Table
from analysis.views.path_charts import fans, side_by_side
from analysis.views.rows import Panel, Year
from analysis.views.rows import Row as ChartRow

APART = 3  # standard errors beyond which the draws and the path without chance are said to differ
MOST_IMPORTANT = 4  # assumptions, in the scenario in brief
COMPARED_DRAWS = 256  # of each other scenario


def outlook(context: Context) -> tuple[Block, ...]:
    """The scenario in brief: what it decides, where the targets go, what it would take and what matters most.

    Only for the whole place: a scenario's levers are numbers of the whole, and nothing says how they are divided.
    """
    if not asks_ahead(context):
        return ()
    runs = runs_of(context)
    _head, *told = decided(context)
    return (
        context.head("outlook"),
        *told,
        context.head("paths", 2),
        covered(context, runs),
        fan_figure(context, runs),
        reading_table(context, runs),
        context.head("needed", 2),
        planning.question(context),
        planning.needed_table(context, runs, [(rule, planning.OWN_BASE) for rule in runs.measures.rules]),
        context.head("matters", 2),
        context.say("matters.one_at_a_time"),
        sensitivity.tornado_table(context, runs, most=MOST_IMPORTANT),
    )


def decided(context: Context) -> tuple[Block, ...]:
    """The scenario: what it is, and what it decides against the baseline's assumptions."""
    scenario, (draws, seed) = scenario_of(context), drawn_with(context)
    year, source = str(scenario.year), context.origin.name
    levers = (
        (scenario.dynamics[lever].label, assumption_quantity(scenario.dynamics[lever]), lever_quantity(scenario, lever))
        for lever in scenario.decided
    )
    return (
        context.head("scenario"),
        context.say("scenario.why", name=scenario.label, why=scenario.why),
        context.say("scenario.draws", source=source, year=year, draws=draws, seed=seed),
        *_limited(context),
        *((context.table("levers", levers),) if scenario.decided else ()),
    )


def _limited(context: Context) -> Iterator[Block]:
    """Says in which districts no enterprise is there to begin with, and that a path goes further than its assumptions reach."""
    cells = context.counter.cells
    if empty := () if cells is None else without_enterprises(cells, context.study):
        yield context.say("scenario.empty", names=context.listed(row.label for row in empty))
    if context.years > HORIZON:
        yield context.say("scenario.far")


def ahead(context: Context) -> tuple[Block, ...]:
    """Where each target goes, with its bands; and under each reading in the year it is due."""
    runs = runs_of(context)
    return (
        context.head("paths"),
        covered(context, runs),
        fan_figure(context, runs),
        reading_table(context, runs),
        *by_chance(context, runs),
    )


def covered(context: Context, runs: Runs) -> Paragraph:
    """How many are covered in the last year, with the band, and where the spread comes from."""
    last = runs.draws.years[-1]
    stats = {"covered": "p50", "low": "p5", "high": "p95", "part": FROM_ASSUMPTIONS}
    return context.say(
        "paths.covered",
        year=str(last),
        whole=quantity(runs.draws, "enterprises", year=last),
        **{slot: quantity(runs.draws, "covered", year=last, stat=stat) for slot, stat in stats.items()},
    )


def due_name(context: Context, target: Target, due: int) -> str:
    """A target with the year it is due."""
    return context.text("paths.name", target=context.name(target.label), year=str(due))


def fan_figure(context: Context, runs: Runs) -> Figure:
    """Every target's path with its bands."""
    panels = [_panel(context, runs, rule) for rule in runs.measures.rules]
    return context.chart("paths", fans(panels, language=context.language), note=stamp(context, runs), width=0.9)


def _panel(context: Context, runs: Runs, rule: Rule) -> Panel:
    """A target's path up to the year it is due, its ends as they are printed, and what each reading asks for then."""
    run, target = runs.draws, rule.target
    due = runs.due(rule)
    years = [year for year in run.years if year <= due]
    ends = (
        context.claim(quantity(run, f"{target.id}.share", year=year, stat=stat))
        for year, stat in ((years[0], "p50"), (due, "p50"), (due, "p5"), (due, "p95"))
    )
    points = tuple(
        Year(year, *map(float, row)) for year, row in zip(years, bands(run, f"{target.id}.share"), strict=False)
    )
    required = tuple(
        float(np.median(asked(run, f"{target.id}#{position}~{base}")[due - run.years[0]]))
        for position, base in readings_of(target)
    )
    return Panel(target.id, context.name(target.label), points, required, *ends)


def reading_table(context: Context, runs: Runs) -> Table:
    """Each target under each reading, over the base of today and the base of the year it is due."""
    rows = (row for rule in runs.measures.rules for row in _rows_of(context, runs, rule))
    return context.table(
        "paths_readings", rows, note=stamp(context, runs), frozen=BASES["frozen"], moving=BASES["moving"]
    )


def _rows_of(context: Context, runs: Runs, rule: Rule) -> Iterator[Row]:
    """A line for the target, and one for each of its readings unless there is only one."""
    target, due = rule.target, runs.due(rule)
    have = quantity(runs.draws, f"{target.id}.have", year=due)
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
        yield due_name(context, target, due), have, *lines[0]
        return
    yield due_name(context, target, due), have, *(() for _ in lines[0])
    for reading, cells in zip(target.readings, lines, strict=True):
        yield context.text("list.reading") + reading.label.of(context.language), (), *cells


def _asked(context: Context, runs: Runs, at: str, due: int, *, is_known: bool) -> Row:
    if not is_known:
        return (None,) * 3
    stats = {"required": "p50", "missing": "p50", "met": "mean"}
    return tuple(quantity(runs.draws, f"{at}.{part}", year=due, stat=stat) for part, stat in stats.items())


def by_chance(context: Context, runs: Runs) -> tuple[Block, ...]:
    """Where the mean of the draws stands against the path without chance, and which of them limits hold apart."""
    run = runs.draws
    of_targets = {f"{rule.target.id}.have": (rule.target.label, runs.due(rule)) for rule in runs.measures.rules}
    rows: list[Row] = []
    apart: list[Label] = []
    for name, (told, year) in {"covered": (COUNTS["covered"][1], run.years[-1]), **of_targets}.items():
        mean, without_chance, off, off_error = (
            quantity(run, name, year=year, stat=stat) for stat in ("mean", "without_chance", "off", "off_error")
        )
        rows.append((told, mean, without_chance, off, off_error))
        if abs(float(off.value)) > APART * float(off_error.value):
            apart.append(told)
    told_of = label("paths.agree")
    if apart:
        told_of = label("paths.differ", names=context.listed(apart, by="list.semicolon"))
    chance = context.say("paths.chance", told=told_of)
    return chance, context.table("chance", rows, note=stamp(context, runs))


def compared(
    context: Context, chosen: Sequence[Scenario] = (), *, against: Scenario | None = None, differences: bool = False
) -> tuple[Block, ...]:
    """Scenarios side by side, those of the study where none are chosen: each target's share in the year it is due.

    Parameters
    ----------
    against
        One of them, from which the others are told by how much they differ.
    differences
        Whether targets in which none of them differs from that one are left out, and named.
    """
    runs, others = runs_of(context), runs_of_each(context, chosen, alike=against is not None)
    if len(others) < 2:
        return ()
    shares = {
        rule.target.id: [quantity(run, f"{rule.target.id}.share", year=runs.due(rule)) for run in others]
        for rule in runs.measures.rules
    }
    groups = [
        ChartRow(rule.target.id, context.name(rule.target.label), tuple(map(context.claim, shares[rule.target.id])))
        for rule in runs.measures.rules
    ]
    scenarios = [run.scenario for run in others]
    names = [due_name(context, rule.target, runs.due(rule)) for rule in runs.measures.rules]
    rows = dict(zip(names, shares.values(), strict=True))
    note = context.words("simulated.seed", seed=drawn_with(context)[1])
    return (
        context.head("compared"),
        _shares(context, rows, scenarios, note)
        if against is None
        else _against(context, rows, scenarios, note, against=against, differences=differences),
        _side_by_side(context, runs, groups, scenarios),
        *planning.costs(context, scenarios),
        *planning.support_by_scenario(context, scenarios),
    )


def _shares(
    context: Context, rows: Mapping[str, Sequence[Quantity]], scenarios: Sequence[Scenario], note: Inlines
) -> Table:
    heads = {"scenarios": [one.name for one in scenarios]}
    return context.table("scenarios", ((name, *shares) for name, shares in rows.items()), heads=heads, note=note)


def _against(
    context: Context, rows: Mapping[str, Sequence[Quantity]], scenarios: Sequence[Scenario], note: Inlines, *,
    against: Scenario, differences: bool,
) -> Table:  # fmt: skip
    """By how much each scenario's median differs from that of one of them, under the same luck."""
    at = [one.key for one in scenarios].index(against.key)
    told: list[Row] = []
    same: list[str] = []
    for name, shares in rows.items():
        gaps = [gap_between(shares[at], share) for place, share in enumerate(shares) if place != at]
        if differences and not any(round(float(gap.value), gap.decimals) for gap in gaps):
            same.append(name)
        else:
            told.append((name, shares[at], *gaps))
    left_out = context.words("compared.same", names=context.listed(same, by="list.semicolon")) if same else ()
    heads = {"scenarios": [one.name for place, one in enumerate(scenarios) if place != at]}
    return context.table("scenarios_against", told, heads=heads, note=(*left_out, *note), against=against.name)


def runs_of_each(context: Context, chosen: Sequence[Scenario] = (), *, alike: bool = False) -> list[Draws]:
    """The draws of each scenario, the paper's own in full unless all are to be `alike`, the others in fewer of the same luck."""
    runs = runs_of(context)
    scenarios = list(chosen) or [open_scenario(context.study, name) for name in scenario_names(context.study)]
    return [runs.draws if one.key == runs.scenario.key and not alike else _lesser(runs, one) for one in scenarios]


def _lesser(runs: Runs, scenario: Scenario) -> Draws:
    """Another scenario under the same luck, in fewer draws."""
    return simulate(
        runs.state,
        scenario,
        years=len(runs.draws.years) - 1,
        draws=min(runs.draws.draws, COMPARED_DRAWS),
        seed=runs.draws.seed,
    )


def _side_by_side(context: Context, runs: Runs, groups: Sequence[ChartRow], scenarios: Sequence[Scenario]) -> Figure:
    names = [one.name.of(context.language) for one in scenarios]
    keys = [one.key for one in scenarios]
    selected = keys.index(runs.scenario.key) if runs.scenario.key in keys else 0
    return context.chart("side_by_side", side_by_side(groups, names, language=context.language, selected=selected))
