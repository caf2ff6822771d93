"""The problems that the conference named: what the data says of each, and what it cannot say."""

from __future__ import annotations

from analysis.briefing.context import Context, heads
from analysis.coverage.problems import Indicator, problems
from analysis.quantities import Label, Rate
from analysis.views.blocks import Block, Inlines
from analysis.views.tables import name_cell
from analysis.views.wording import claim, rate

_MEASURED = Label("已测得", "measured")
_NOT = Label("数据中没有", "not in the data")


def diagnoses(context: Context) -> tuple[Block, ...]:
    """Each problem with its own indicators: measured, or not in the data, and what would measure it."""
    language = context.language
    rows: list[tuple[Inlines, ...]] = [
        (
            name_cell(problem.label, language) if not place else ("",),
            name_cell(one.label, language),
            _value(context, one),
            ((_MEASURED if one.is_measured else _NOT).of(language),),
            ("—" if one.is_measured else one.needs.of(language),),
        )
        for problem in problems(context.counter)
        for place, one in enumerate(problem.indicators)
    ]
    names = heads("问题|指标|结果|状态|所需数据", "Problem|Indicator|Finding|Status|What would measure it")
    title = Label("五个问题及其指标", "The five problems and their indicators")
    return (
        context.head("会议所列的问题，数据怎么说", "The problems that were named, and what the data says"),
        context.say(
            "每个问题只用它自己的指标来看。没有公布、也没有清点的，写明“数据中没有”和要什么数据才能测得；"
            "合成登记簿中的数是假设的结果，不能拿来诊断。",
            "Each problem is judged by its own indicators alone. What was neither published nor counted is "
            "“not in the data”, with what "
            "would measure it; numbers of a synthetic register follow from assumptions and diagnose nothing.",
        ),
        context.table("problems", title, names, rows, widths=(2.4, 2.8, 2.8, 1.5, 2.0), align="lllll", size="small"),
    )


def _value(context: Context, one: Indicator) -> Inlines:
    if one.value is None:
        return ("—",)
    if isinstance(one.value, Rate):
        return rate(one.value, context.language)
    return (claim(one.value, context.language),)
