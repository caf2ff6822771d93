"""What the figures do not tell, what the data says of the problems that were named, and what the paper assumed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from analysis.briefing.context import Context
from analysis.briefing.sections.audit import audit_section
from analysis.coverage.problems import Indicator, problems
from analysis.quantities import Label, Quantity, Rate
from analysis.sources.audit import audit
from analysis.sources.audit.bounds import Bound, bounds
from analysis.sources.audit.finding import Finding
from analysis.study_models import Assumption, Level
from analysis.views.blocks import Block, Figure, Inlines, Paragraph, Table
from analysis.views.charts import intervals
from analysis.views.render import drawn
from analysis.views.rows import spread_of
from analysis.views.tables import line, name_cell, number_cell
from analysis.views.wording import capital, claim, fill, rate


def findings(context: Context) -> tuple[Block, ...]:
    """What the audit of the published figures finds."""
    if not context.study.figures:
        return ()
    found = audit_section(context.study, language=context.language).blocks
    return context.head("已公布的数字是否相符", "Do the published figures agree?"), *context.of_the_whole(), *found


def unknowns(context: Context) -> tuple[Block, ...]:
    """Ranges of what was not published, and the tensions between the figures."""
    known = [bound for bound in bounds(context.study) if bound.interval.low.value > 0]
    worth = [one for one in audit(context.study) if one.severity in ("contradiction", "tension") or _is_off(one)]
    if not known and not worth:
        return ()
    blocks: list[Block] = [
        context.head("已公布数字没有回答的问题", "What the published figures do not tell"),
        *context.of_the_whole(),
    ]
    if known:
        blocks += [
            context.say(
                "下列各数没有公布，但已公布的数字限定了它们的范围：最少多少，最多多少。",
                "These numbers were not published, but the published ones confine them: so many at the least, so many at "
                "the most.",
            ),
            _bounds(context, known),
        ]
    if worth:
        zh = "引用已公布的数字时，以下各点须一并说明："
        blocks.append(context.say(zh, "When the published figures are quoted, these points need to be told with them:"))
    blocks += [Paragraph(fill(finding.statement, finding.values, context.language), "item") for finding in worth]
    drawable = [bound for bound in known if not bound.interval.is_exact and not bound.is_open]
    return (*blocks, _drawn(context, drawable)) if len(drawable) > 1 else tuple(blocks)  # one range needs no chart


def _is_off(finding: Finding) -> bool:
    """Whether a sum is not its total, if only within what was rounded: a reader who adds up will ask."""
    return finding.rule == "total" and finding.severity == "caution"


def _drawn(context: Context, known: Sequence[Bound]) -> Figure:
    language = context.language
    spreads = [
        spread_of(bound.interval, id=bound.name, name=capital(_named(bound).of(language)), language=language)
        for bound in known
    ]
    title = context.text("没有公布的数：最少与最多", "Not published: at the least and at the most")
    return drawn(intervals(spreads, language=language, log=True), id="ranges", title=title)


def _at_most(context: Context, bound: Bound) -> Inlines:
    if bound.is_open:
        return ("—",)
    if bound.interval.is_exact:
        return (context.text("同左", "the same"),)
    return number_cell(bound.interval.high, context.language)


def _named(bound: Bound) -> Label:
    """What a range is of; one that a hypothesis narrows says so."""
    if not bound.name.startswith("if."):
        return bound.label
    return Label(f"{bound.label.zh}（按其中一种读法）", f"{bound.label.en} (on one reading)")


def _bounds(context: Context, known: Sequence[Bound]) -> Table:
    """The ranges, with what they assume as letters that the note explains."""
    language = context.language
    stop = "；" if language == "zh" else "; "
    taken = {bound.name: [part for part in bound.assumes.of(language).split(stop) if part] for bound in known}
    different = dict.fromkeys(part for parts in taken.values() for part in parts)
    letters = {part: chr(ord("a") + position) for position, part in enumerate(different)}
    comma = "、" if language == "zh" else ", "
    rows: list[tuple[Inlines, ...]] = [
        (
            name_cell(_named(bound), language),
            number_cell(bound.interval.low, language),
            _at_most(context, bound),
            (comma.join(sorted(letters[part] for part in taken[bound.name])),),
        )
        for bound in known
    ]
    note = stop.join(f"({letter}) {part}" for part, letter in letters.items())
    names = context.heads("没有公布的数|至少|至多|前提", "Not published|At least|At most|Assumes")
    title = Label("由已公布数字推得的上下限", "Bounds that follow from the published figures")
    return context.table(
        "bounds",
        title,
        names,
        rows,
        widths=(4.2, 1.0, 1.0, 1.2),
        note=(context.text(f"前提：{note}。", f"Assumes: {note}."),),
    )


def assumptions(context: Context) -> tuple[Block, ...]:
    """The assumptions behind the synthetic numbers, those that matter most first."""
    if not context.has_cells or not context.study.assumptions or context.origin.is_counted:
        return ()
    study = context.study
    title = Label("假设，按影响大小排列", "Assumptions, in the order of their impact")
    table = assumption_table(
        context,
        study.assumptions.values(),
        lambda row, end: study.assumption(row.id, end),
        id="assumptions",
        title=title,
    )
    return (
        context.head("假设及其影响", "What was assumed"),
        context.say(
            "带†的数字依赖下列假设。影响高而质量低的假设排在前面：它们最值得先用调查数据替换。",
            "Numbers marked † rest on these assumptions. Those of high impact and low quality stand first: they are the "
            "first to be replaced by data.",
        ),
        table,
    )


End = Literal["value", "low", "high"]
_ORDER: dict[Level, int] = {"high": 0, "medium": 1, "low": 2}
_LEVELS: dict[Level, Label] = {"high": Label("高", "high"), "medium": Label("中", "medium"), "low": Label("低", "low")}


def assumption_table(
    context: Context,
    rows: Iterable[Assumption],
    number: Callable[[Assumption, End], Quantity],
    *,
    id: str,
    title: Label,
) -> Table:
    """The assumptions in the order of their impact; of the same impact, the worst known first.

    Parameters
    ----------
    number
        Gives an assumption's value, or an end of its range, as a quantity.
    """
    ordered = sorted(rows, key=lambda row: (_ORDER[row.impact], -_ORDER[row.quality]))
    body = tuple(_row(context, row, [number(row, end) for end in ("value", "low", "high")]) for row in ordered)
    names = context.heads("假设|取值|下限|上限|影响|质量|理由", "Assumption|Value|Low|High|Impact|Quality|Why")
    widths = (2.5, 0.95, 0.9, 0.9, 1.1, 1.1, 4.2)
    return context.table(id, title, names, body, widths=widths, align="lrrrccl", size="small")


def _row(context: Context, row: Assumption, numbers: Iterable[Quantity]) -> tuple[Inlines, ...]:
    language = context.language
    return (
        *line(row.label, language, *numbers),
        (_LEVELS[row.impact].of(language),),
        (_LEVELS[row.quality].of(language),),
        (Label(row.why_zh, row.why_en).of(language),),
    )


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
    names = context.heads("问题|指标|结果|状态|所需数据", "Problem|Indicator|Finding|Status|What would measure it")
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
