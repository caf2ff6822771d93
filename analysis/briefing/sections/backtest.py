"""The study's baseline held against figures published later, and why the two ends may not be read as a trend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis.briefing.context import Context
from analysis.briefing.sections.simulated import runs_of
from analysis.quantities import Label, computed
from analysis.scenarios.backtest import Held, backtest, later_of, later_quantity
from analysis.scenarios.scenario import BASELINE, open_scenario
from analysis.study_models import Figure
from analysis.views.blocks import Block, Table
from analysis.views.tables import line


def held(context: Context) -> tuple[Block, ...]:
    """What the baseline comes to in the years of later figures; nothing where none were published."""
    later, runs = later_of(context.study), runs_of(context)
    scenario = open_scenario(context.study, BASELINE)
    found = backtest(
        runs.state,
        scenario,
        later,
        draws=context.setting("draws"),
        seed=context.setting("seed"),
    )
    if not found:
        return ()
    return (
        context.head("与后来公布的数相比", "Held against what was published later"),
        context.say(
            "基准情景从{year}年末推算到后来有公布数的年份。误差为模拟的中位数减公布数。",
            "The baseline from the end of {year} on to the years of figures published later. The error is the median of the "
            "draws less the published figure.",
            year=str(scenario.year),
        ),
        _table(context, found),
        *_reasons(context, later),
        context.say(
            "因此误差里既有模型没有料到的，也有口径不同造成的，两者分不开；首尾两个公布数不能连成趋势，也不能由此推算年均变化。",
            "So the error holds both what the model does not foresee and what is counted differently, and they cannot be told "
            "apart. The published ends do not make a trend, and no yearly change may be read from one to the other.",
        ),
    )


def _table(context: Context, found: Sequence[Held]) -> Table:
    language = context.language
    rows = tuple(
        line(
            one.published.label, language,
            one.published, one.median, one.low, one.high, one.error, one.error_share,
        )
        for one in found
    )  # fmt: skip
    names = context.heads(
        "公布的数|公布|模拟中位数|九成抽样自|至|误差|误差占公布数",
        "Published figure|Published|Simulated|From (nine tenths)|To|Error|Error, share",
    )
    title = Label("推算与后来公布的数", "The baseline and what was published later")
    return context.table("backtest", title, names, rows, widths=(3.4, 1.1, 1.1, 1.1, 1.1, 1.1, 1.1), size="small")


def _reasons(context: Context, later: Sequence[Figure]) -> Iterator[Block]:
    """What says that the later figures count something else, or that they came in a leap."""
    yield from _other_base(context, later)
    yield from _leap(context, later)
    yield from _other_instructed(context, later)


def _of(rows: Sequence[Figure], indicator: str) -> Figure | None:
    return next((row for row in rows if row.indicator == indicator and row.category == "all"), None)


def _other_base(context: Context, later: Sequence[Figure]) -> Iterator[Block]:
    rate, before = _of(later, "coverage_rate"), _of(list(context.study.figures.values()), "enterprises_operating")
    base = next((row for row in later if rate is not None and row.id == rate.base), None)
    if rate is None or before is None or base is None or base.value >= before.value:
        return
    yield context.say(
        "基数变了：起点公布的“{old_name}”有{old}家，后来的比例{rate}以“{name}”{new}家为基数，反而更少，所指的范围不同。",
        "The base changed: at the start {old_name} were {old}; the later rate of {rate} is on a base of {new} {name}, "
        "which are fewer, so they are not the same enterprises.",
        old_name=before.label,
        old=context.study.quantity(before.id),
        rate=later_quantity(rate, later),
        name=base.label,
        new=later_quantity(base, later),
    )


def _leap(context: Context, later: Sequence[Figure]) -> Iterator[Block]:
    whole, added = _of(later, "enterprises_with_organisation"), _of(later, "enterprises_with_organisation_added")
    if whole is None or added is None:
        return
    all_of_it, part = later_quantity(whole, later), later_quantity(added, later)
    share = computed("÷", part, all_of_it, unit="share", base=all_of_it.label, decimals=1, label=part.label)
    rest = computed("−", all_of_it, part, label=Label("此前已有", "there before"))
    yield context.say(
        "增长不是逐年来的：{part}家（占{share}）是“{name}”，此前只有{rest}家。集中组建不在基准情景之内。",
        "The rise did not come year by year: {part} of them ({share}) are {name}; before that there were {rest}. A drive of "
        "that kind is no part of the baseline.",
        part=part,
        share=share,
        name=added.label,
        rest=rest,
    )


def _other_instructed(context: Context, later: Sequence[Figure]) -> Iterator[Block]:
    before = list(context.study.figures.values())
    pairs = [(_of(before, one), _of(later, one)) for one in ("enterprises_with_instructor", "instructors")]
    (old, new), (fewer, more) = pairs
    if old is None or new is None or fewer is None or more is None:
        return
    if new.value >= old.value or more.value <= fewer.value:
        return
    yield context.say(
        "指导员由{fewer}名增至{more}名，有指导员的企业却由{old}家减为{new}家：联系的算法不同。",
        "Instructors rose from {fewer} to {more}, while enterprises with one fell from {old} to {new}: they are "
        "not counted alike.",
        fewer=context.study.quantity(fewer.id),
        more=later_quantity(more, later),
        old=context.study.quantity(old.id),
        new=later_quantity(new, later),
    )
