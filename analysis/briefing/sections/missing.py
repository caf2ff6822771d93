"""Districts whose returns are missing: said at the top of a paper, and what published totals leave for them."""

from __future__ import annotations

from analysis.briefing.context import Context
from analysis.coverage.reconciliation import Rest, rests
from analysis.quantities import Label, Quantity, Status
from analysis.sources.returns import read_returns, score_at
from analysis.views.blocks import Block, Inlines, Paragraph, Table
from analysis.views.tables import columns, line


def told_first(context: Context) -> tuple[Block, ...]:
    """Which districts are missing, or that returns cannot be used yet; nothing where all is in order."""
    if context.study.absent:
        return (_told_absent(context),)
    if context.study.settings.input == "returns" and not context.has_cells:
        return (_told_faulty(context),)
    return ()


def _told_absent(context: Context) -> Paragraph:
    names = [row.label.of(context.language) for row in context.study.absent]
    return context.say(
        "注意：{all}个区域中只收到{own}个区域的报表，缺：{names}。以下清点数和比率只涉及已报的{own}个区域，没有推算缺报区域；"
        "全市的情况不能据以断定。",
        "Note: the returns of {own} of {all} districts are in; missing: {names}. What is counted here, and every share of it, is "
        "of those {own} districts alone. Nothing is estimated for the others, and nothing can be concluded for the whole "
        "place.",
        "lead",
        all=number_of(context, "all"),
        own=number_of(context, "in"),
        names=context.text("、", ", ").join(names),
    )


def _told_faulty(context: Context) -> Paragraph:
    return context.say(
        "注意：各区域报表还不能使用：{own}个区域已报（共{all}个），共有{faults}处错误，因此没有清点任何数。"
        "“workbook check”逐处列出文件、工作表、单元格、所见的值和允许的值。",
        "Note: the returns cannot be used yet. {own} of {all} districts have sent one, {faults} faults were found, and so "
        "nothing is counted. “workbook check” lists each fault with file, sheet, cell, the value seen and what is allowed.",
        "lead",
        all=number_of(context, "all"),
        own=number_of(context, "in"),
        faults=number_of(context, "faults"),
    )


_LABELS = {
    "in": (Label("已报的区域", "districts that reported"), "districts"),
    "all": (Label("全部区域", "all districts"), "districts"),
    "faults": (Label("报表中的错误", "faults of the returns"), "faults"),
}


def number_of(context: Context, key: str) -> Quantity:
    """How many districts there are or have reported, or how many faults their returns have."""
    label, unit = _LABELS[key]
    value = score_at(read_returns(context.whole), key)
    return Quantity(value, unit, Status.COUNTED, label, address=f"return:{key}")


def left_for_others(context: Context) -> tuple[Block, ...]:
    """What the published figures of the whole place leave for the districts that are missing."""
    found = rests(context.whole, context.counter) if context.study.absent else ()
    if not found:
        return ()
    language = context.language
    names = context.text("、", ", ").join(row.label.of(language) for row in context.study.absent)
    rows: tuple[tuple[Inlines, ...], ...] = tuple(_row(context, rest) for rest in found)
    head = columns(
        language,
        Label("数字", "Figure"),
        Label("公布（全部）", "Published, whole place"),
        Label("清点（已报）", "Counted, districts in"),
        Label("留给缺报区域", "Left for the missing"),
        widths=(3.6, 1.6, 1.6, 1.6),
    )
    title = context.text(
        "公布的总数与已报区域的清点数", "Published totals against the count of the districts that reported"
    )
    blocks: tuple[Block, ...] = (
        context.head("公布的总数留给缺报区域多少", "What published totals leave for the missing districts"),
        context.say(
            "公布数是全部区域的，清点数只是已报区域的，两者不能直接比较。若两者都对，缺报的{names}正好是两者之差；差为负数的，必有一个不对。",
            "Published figures are of all districts and counts only of those that reported, so they are not to be held against "
            "each other. Were both right, {names} would hold just the difference; where it is negative, one of them is wrong.",
            names=names,
        ),
        Table("left_for_others", title, head, rows),
    )
    return blocks


def _row(context: Context, rest: Rest) -> tuple[Inlines, ...]:
    label = context.study.figures[rest.figure].label
    return line(label, context.language, rest.published, rest.counted, rest.left)
