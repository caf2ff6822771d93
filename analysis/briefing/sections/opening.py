"""Page one: what the paper is, and the ladder of bases."""

from __future__ import annotations

from dataclasses import replace

from analysis.briefing.context import Context, department_of
from analysis.briefing.parameters import (
    ComparisonParameters,
    ConferenceParameters,
    CoverageParameters,
    DepartmentParameters,
    ScenarioParameters,
    SourcesParameters,
)
from analysis.briefing.sections.reconciliation import told_first
from analysis.briefing.sections.suppressed_section import not_in_data
from analysis.coverage.indicators import ladder, unknown_bases
from analysis.errors import NotInDataError
from analysis.quantities import Label, day_label
from analysis.views import charts
from analysis.views.blocks import Block, Title
from analysis.views.render import drawn
from analysis.views.rows import bar
from analysis.views.tables import ladder_table
from analysis.views.wording import capital


def title(context: Context) -> tuple[Block, ...]:
    """The head of the paper, and what the marks mean."""
    settings, text = context.study.settings, context.text
    everyone = Label("全部非公有制经济组织", "all non-public enterprises")
    kind = (context.category or everyone).of(context.language)
    unstated = Label("原文没有说明", "not stated in the document")
    day = unstated if settings.as_of is None else day_label(settings.as_of)
    details: tuple[tuple[str, str], ...] = (
        (text("范围", "Scope"), f"{context.place.of(context.language)} · {kind}"),
        (text("时点", "As of"), day.of(context.language)),
        (text("依据", "Source"), settings.document.label.of(context.language)),
        (text("数据", "Data"), _data(context)),
    )
    head = Title(settings.title.label.of(context.language), _subtitle(context), details)
    missing = told_first(context)
    if isinstance(context.parameters, DepartmentParameters):
        return (replace(head, details=(details[1], details[3]), page="sheet"), *missing)
    return head, *missing


def _subtitle(context: Context) -> str:
    kinds = {
        SourcesParameters: context.text("数据来源与核对", "The sources and how they agree"),
        CoverageParameters: context.text("覆盖情况", "Coverage"),
        ComparisonParameters: context.text("比较", "A fair comparison"),
        DepartmentParameters: context.text("成员单位工作单", "Department sheet"),
        ConferenceParameters: context.text("联系会议工作文件", "Working paper of the conference"),
        ScenarioParameters: context.text("情景推算", "Scenarios"),
    }
    kind = kinds.get(type(context.parameters), context.text("情况简报", "Briefing paper"))
    if own := called(context):
        return f"{kind} · {own}"
    return kind if context.is_whole else f"{kind} · {context.narrowed.of(context.language)}"


def called(context: Context) -> str:
    """The department a sheet is for; empty in any other paper, and in a study without departments."""
    if not isinstance(context.parameters, DepartmentParameters):
        return ""
    own = department_of(context)
    return "" if own is None else own.label.of(context.language)


def _data(context: Context) -> str:
    if not context.has_cells and context.study.settings.input == "returns":
        return context.text("仅已公布数字；报表还不能使用", "Published figures only; the returns cannot be used yet")
    if not context.has_cells:
        return context.text("仅已公布数字", "Published figures only")
    if context.origin.is_counted:
        name = context.origin.name
        if not context.study.figures or context.study.absent:
            return context.text(f"由{name.zh}清点", f"Counted from {name.en}")
        return context.text(
            f"由{name.zh}清点；已公布的数字列在清点数旁，并写明差额",
            f"Counted from {name.en}; published figures stand beside the counts, with the difference",
        )
    return context.text(
        "已公布的总数；总数以下的分组数来自再现这些总数的合成登记簿，不是事实",
        "Published totals; the counts below them come from a synthetic register that reproduces the totals, and are not facts",
    )


def bases(context: Context) -> tuple[Block, ...]:
    """The ladder of bases."""
    found = ladder(context.counter, context.within)
    # inside one category some bases are the same enterprises
    different = {rung.rate.base.value: rung for rung in reversed(found)} if context.category else {}
    rungs = [rung for rung in found if not different or different[rung.rate.base.value] is rung]
    lacking = unknown_bases(context.counter, context.within)
    if not rungs and lacking:
        raise NotInDataError("coverage over each base", lacking)
    if not rungs:
        return ()
    blocks: list[Block] = [
        context.head("覆盖率的基数", "Of how many"),
        ladder_table(rungs, context.language, counted_in=context.origin.name),
        *not_in_data(context, lacking),
    ]
    rates = [(rung, rung.counted if rung.is_upper_bound else rung.rate) for rung in rungs]
    bars = [
        bar(rate, id=rung.id, name=capital(rung.label.of(context.language)), language=context.language)
        for rung, rate in rates
        if rate is not None
    ]
    picture = charts.ladder(bars, language=context.language)
    title = context.text("被覆盖的企业在各基数中的位置", "The enterprises covered within each base")
    return *blocks, drawn(picture, id="ladder", title=title)
