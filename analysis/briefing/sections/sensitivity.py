"""How far a path is to be trusted: which assumptions matter most, and how it stood against what was published later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from analysis.briefing.composing import Row
from analysis.briefing.context import Context
from analysis.briefing.sections.simulated import Runs, drawn_with, runs_of
from analysis.briefing.sections.sources import End
from analysis.briefing.texts import label
from analysis.quantities import computed, constant
from analysis.scenarios.addresses import Part, assumption_quantity, expected_quantity, share_quantity
from analysis.scenarios.backtest import backtest, later_of, later_quantity
from analysis.scenarios.scenario import BASELINE, open_scenario
from analysis.scenarios.sensitivity import shares, tornado
from analysis.scenarios.switching_values import overturned_of
from analysis.sources import results
from analysis.study_models import Figure
from analysis.views.blocks import Block, Table

MOST_IMPORTANT = 6


def matters(context: Context) -> tuple[Block, ...]:
    """The assumptions that move coverage most, and those that would overturn a conclusion."""
    runs = runs_of(context)
    return (
        context.head("matters"),
        context.say("matters.one_at_a_time"),
        tornado_table(context, runs, most=MOST_IMPORTANT),
        *variance(context, runs),
        *_overturned(context, runs),
    )


def tornado_table(context: Context, runs: Runs, *, most: int) -> Table:
    """The assumptions that move coverage most, with what follows at the ends of their ranges."""
    last = runs.draws.years[-1]
    table = tornado(runs.state, runs.scenario, "covered", years=last - runs.scenario.year)
    rows: list[Row] = []
    for row in table.head(most).to_dict("records"):
        assumed = runs.scenario.dynamics[row["assumption"]]
        ends = [
            expected_quantity(runs.expected, "covered", year=last, value=row[f"at_{end}"], **{assumed.id: row[end]})
            for end in ("low", "high")
        ]
        numbers = [assumption_quantity(assumed, "low"), assumption_quantity(assumed, "high"), *ends]
        rows.append((assumed.label, *numbers))
    return context.table("tornado", rows)


def variance(context: Context, runs: Runs) -> Iterator[Block]:
    """The shares of the variance of coverage that come from each assumption; nothing where none is in doubt."""
    last = runs.draws.years[-1]
    asked = {"year": last, "seed": context.setting("seed")}
    found = shares(runs.state, runs.scenario, "covered", **asked, folder=results.FOLDER)
    if not found.inputs or not found.table["total"].any():
        return
    yield context.say("variance.from", year=str(last))
    parts: tuple[Part, ...] = ("first", "first_error", "total", "total_error")
    rows: Iterable[Row] = (
        (runs.scenario.dynamics[name].label, *(share_quantity(found, name, one) for one in parts))
        for name in found.inputs[:MOST_IMPORTANT]
    )
    points = constant(found.points, "draws", label("variance.points"))
    yield context.table("variance", rows, name=runs.scenario.label, points=points, seed=drawn_with(context)[1])


def _overturned(context: Context, runs: Runs) -> Iterator[Block]:
    """For each target: the smallest change of one assumption that turns whether it is met."""
    asked = runs.asked
    for question, found in zip(asked, overturned_of(asked, folder=results.FOLDER), strict=True):
        if found is None:
            continue
        rule, assumed = question.rule, runs.scenario.dynamics[found.assumption]
        end: End = "low" if found.turns_at < assumed.value else "high"  # on the way to which the conclusion turns
        yield context.say(
            "matters.overturned",
            "item",
            target=context.name(rule.target.label),
            met=label("matters.met" if found.met else "matters.not_met"),
            share=runs.met(rule.target, runs.due(rule)),
            assumption=assumed.label,
            value=assumption_quantity(assumed),
            end=assumption_quantity(assumed, end),
        )


def held(context: Context) -> tuple[Block, ...]:
    """What the baseline comes to in the years of figures published later, and why the two ends make no trend.

    Nothing where none were published.
    """
    later, runs = later_of(context.study), runs_of(context)
    scenario = open_scenario(context.study, BASELINE)
    chance = {"draws": context.setting("draws"), "seed": context.setting("seed")}
    found = backtest(runs.state, scenario, later, **chance)
    if not found:
        return ()
    rows = (
        (one.published.label, one.published, one.median, one.low, one.high, one.error, one.error_share) for one in found
    )
    return (
        context.head("backtest"),
        context.say("backtest.from", year=str(scenario.year)),
        context.table("backtest", rows),
        *_other_base(context, later),
        *_leap(context, later),
        *_other_instructed(context, later),
        context.say("backtest.mixed"),
    )


def _of(rows: Sequence[Figure], indicator: str) -> Figure | None:
    return next((row for row in rows if row.indicator == indicator and row.category == "all"), None)


def _other_base(context: Context, later: Sequence[Figure]) -> Iterator[Block]:
    """Says that the later rate is of another base, where that is smaller than the one at the start."""
    rate, before = _of(later, "coverage_rate"), _of(list(context.study.figures.values()), "enterprises_operating")
    base = next((row for row in later if rate is not None and row.id == rate.base), None)
    if rate is None or before is None or base is None or base.value >= before.value:
        return
    yield context.say(
        "backtest.other_base",
        old_name=before.label,
        old=context.study.quantity(before.id),
        rate=later_quantity(rate, later),
        name=base.label,
        new=later_quantity(base, later),
    )


def _leap(context: Context, later: Sequence[Figure]) -> Iterator[Block]:
    """Says that the later number came in a drive, and not year by year."""
    whole, added = _of(later, "enterprises_with_organisation"), _of(later, "enterprises_with_organisation_added")
    if whole is None or added is None:
        return
    all_of_it, part = later_quantity(whole, later), later_quantity(added, later)
    share = computed("÷", part, all_of_it, unit="share", base=all_of_it.label, decimals=1, label=part.label)
    rest = computed("−", all_of_it, part, label=label("backtest.before"))
    yield context.say("backtest.leap", part=part, share=share, name=added.label, rest=rest)


def _other_instructed(context: Context, later: Sequence[Figure]) -> Iterator[Block]:
    """Says that enterprises with an instructor are not counted alike, where they fell while instructors rose."""
    before = list(context.study.figures.values())
    pairs = [(_of(before, one), _of(later, one)) for one in ("enterprises_with_instructor", "instructors")]
    (old, new), (fewer, more) = pairs
    if old is None or new is None or fewer is None or more is None:
        return
    if new.value >= old.value or more.value <= fewer.value:
        return
    yield context.say(
        "backtest.other_instructed",
        fewer=context.study.quantity(fewer.id),
        more=later_quantity(more, later),
        old=context.study.quantity(old.id),
        new=later_quantity(new, later),
    )
