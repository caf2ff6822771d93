"""What the figures do not tell, and what the paper assumed."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.briefing.context import Context, heads
from analysis.briefing.sections.assumed import assumption_table
from analysis.quantities import Label
from analysis.sources.audit import audit
from analysis.sources.bounds import Bound, bounds
from analysis.sources.finding import Finding
from analysis.views.blocks import Block, Figure, Inlines, Paragraph, Table
from analysis.views.findings import audit_section
from analysis.views.range_charts import intervals
from analysis.views.render import drawn
from analysis.views.rows import spread_of
from analysis.views.tables import name_cell, number_cell
from analysis.views.wording import capital, fill


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
    names = heads("没有公布的数|至少|至多|前提", "Not published|At least|At most|Assumes")
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
