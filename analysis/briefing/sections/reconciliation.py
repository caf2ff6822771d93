"""What was counted beside what was published; how complete the returns are, and what is missing with those not in."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.briefing.context import Context
from analysis.coverage.reconciliation import Line, Rest, reconciled, rests, uncounted
from analysis.quantities import Label, Quantity, Status
from analysis.sources.returns import SCORES, Score, read_returns, score_at
from analysis.views.blocks import Block, Inlines, Paragraph, Table
from analysis.views.tables import line, name_cell, number_cell
from analysis.views.wording import capital


def told_first(context: Context) -> tuple[Block, ...]:
    """Which districts are missing, or that returns cannot be used yet; nothing where all is in order."""
    if context.study.absent:
        return (_told_absent(context),)
    if context.study.settings.input == "returns" and not context.has_cells:
        return (_told_faulty(context),)
    return ()


def _told_absent(context: Context) -> Paragraph:
    return context.say(
        "注意：{all}个区域中只收到{own}个区域的报表，缺：{names}。以下清点数和比率只涉及已报的{own}个区域，没有推算缺报区域；"
        "全市的情况不能据以断定。",
        "Note: the returns of {own} of {all} districts are in; missing: {names}. What is counted here, and every share of it, is "
        "of those {own} districts alone. Nothing is estimated for the others, and nothing can be concluded for the whole "
        "place.",
        "lead",
        all=number_of(context, "all"),
        own=number_of(context, "in"),
        names=context.listed(row.label for row in context.study.absent),
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
    rows: tuple[tuple[Inlines, ...], ...] = tuple(_row(context, rest) for rest in found)
    headings = context.heads(
        "数字|公布（全部）|清点（已报）|留给缺报区域",
        "Figure|Published, whole place|Counted, districts in|Left for the missing",
    )
    title = Label("公布的总数与已报区域的清点数", "Published totals against the count of the districts that reported")
    blocks: tuple[Block, ...] = (
        context.head("公布的总数留给缺报区域多少", "What published totals leave for the missing districts"),
        context.say(
            "公布数是全部区域的，清点数只是已报区域的，两者不能直接比较。若两者都对，缺报的{names}正好是两者之差；差为负数的，必有一个不对。",
            "Published figures are of all districts and counts only of those that reported, so they are not to be held against "
            "each other. Were both right, {names} would hold just the difference; where it is negative, one of them is wrong.",
            names=context.listed(row.label for row in context.study.absent),
        ),
        context.table("left_for_others", title, headings, rows, widths=(3.6, 1.6, 1.6, 1.6)),
    )
    return blocks


def _row(context: Context, rest: Rest) -> tuple[Inlines, ...]:
    label = context.study.figures[rest.figure].label
    return line(label, context.language, rest.published, rest.counted, rest.left)


def reconciliation(context: Context) -> tuple[Block, ...]:
    """Every published figure beside its count, with the difference; only where the study is counted.

    While districts are missing, it says what the figures leave for them instead.
    """
    if context.study.absent:
        return left_for_others(context)
    lines = reconciled(context.counter) if context.origin.is_counted else ()
    if not lines:
        return ()
    return (
        context.head("清点数与公布数", "Counted against published"),
        _told(context, lines),
        _table(context, lines),
        *_left_out(context, lines),
    )


def _told(context: Context, lines: Sequence[Line]) -> Paragraph:
    source = context.origin.name.of(context.language)
    differing = [line for line in lines if line.agrees is False]
    shown = [line for line in lines if line.agrees is not None]
    if not shown:
        return context.say("清点数均不予公布。", "All counts are withheld.")
    if not differing:
        return context.say(
            "{source}与下列已公布的数字逐项相符"
            + ("" if len(shown) == len(lines) else "，不予公布的清点数除外")
            + "。",
            "{source} agrees with every figure below as it was published"
            + ("" if len(shown) == len(lines) else ", but for counts that are withheld")
            + ".",
            source=context.text(source, capital(source)),
        )
    worst = max(
        differing, key=lambda line: abs(line.difference.value / line.published.value) if line.published.value else 0
    )
    name = context.study.figures[worst.figure].label
    return context.say(
        "{source}与已公布的数字并不处处相同，差别最大的是“{name}”：公布{published}，清点{counted}，相差{difference}。"
        "文中其他各处一律用清点数。",
        "{source} and the published figures are not the same everywhere. They differ most in “{name}”: {published} were "
        "published and {counted} counted, a difference of {difference}. Everywhere else this paper gives the count.",
        source=context.text(source, capital(source)),
        name=name,
        published=worst.published,
        counted=worst.counted,
        difference=worst.difference,
    )


def _table(context: Context, lines: Sequence[Line]) -> Table:
    language = context.language
    words = {
        True: context.text("相符", "yes"),
        False: context.text("不同", "no"),
        None: context.text("不予公布", "withheld"),
    }
    figures = context.study.figures
    rows = tuple(
        (
            *line(figures[one.figure].label, language, one.published, one.counted, one.difference, one.share),
            (words[one.agrees],),
        )
        for one in lines
    )
    note = context.text(
        "相符：清点数在公布数的取整范围之内。",
        "Agrees: the count lies within what the published figure was rounded to.",
    )
    names = context.heads(
        "数字|公布|清点|清点减公布|占公布数|是否相符",
        "Figure|Published|Counted|Counted less published|Of the published|Agrees",
    )
    title = Label("已公布的数字与清点数逐项对照", "Published figures against the count")
    return context.table("reconciliation", title, names, rows, widths=(3.6, 1.2, 1.2, 1.3, 1.1, 0.9), note=(note,))


def _left_out(context: Context, lines: Sequence[Line]) -> tuple[Block, ...]:
    left = uncounted(context.counter, tuple(lines))
    if not left:
        return ()
    return (
        context.say(
            "公布而不能由{source}清点的：{names}。",
            "Published, and not to be counted from {source}: {names}.",
            "note",
            source=context.origin.name,
            names=context.text("、", "; ").join(row.label.of(context.language) for row in left),
        ),
    )


_HEADS = {
    "cells": Label("应填格数", "Cells to fill in"),
    "filled": Label("已填", "Filled in"),
    "deduced": Label("由其他数推得", "Told from others"),
    "missing": Label("空缺", "Missing"),
    "rules": Label("核对条数", "Rules applied"),
    "broken": Label("不符", "Broken"),
    "faults": Label("错误", "Faults"),
}


def returns(context: Context) -> tuple[Block, ...]:
    """How complete and consistent each district's return is; only where the study counts from returns."""
    if context.study.settings.input != "returns":
        return ()
    language = context.language
    rows: tuple[tuple[Inlines, ...], ...] = tuple(
        (
            name_cell(score.district.label, language),
            *(number_cell(_score(score, name), language) if score.is_in else ("—",) for name in _HEADS),
        )
        for score in read_returns(context.whole).scores
    )
    note = context.text("—：没有收到报表。", "—: no return is in.") if read_returns(context.whole).absent else ""
    names = (
        Label("区域", "District"),
        *_HEADS.values(),
    )
    title = Label("各区域报表的完整性和一致性", "Completeness and consistency of the districts' returns")
    return (
        context.head("各区域的报表", "The districts' returns"),
        context.say(
            "每份报表逐格核对：各部分之和等于总数，党员、职工、党组织各数彼此相符，所属期和口径各区域一致。空格只在其他数唯一决定其值时才推得。",
            "Every return is checked cell by cell: parts add up to totals; members, staff and organisations fit one another; "
            "period and definitions are the same everywhere. A blank is told from the other counts only where they leave it "
            "one value.",
        ),
        context.table(
            "returns", title, names, rows, widths=(2.4, 1.2, 1.0, 1.2, 1.0, 1.2, 1.0, 1.0), note=(note,) if note else ()
        ),
    )


def _score(score: Score, name: str) -> Quantity:
    assert name in SCORES
    label = Label(f"{score.district.name_zh}：{_HEADS[name].zh}", f"{score.district.name_en}: {_HEADS[name].en}")
    address = f"return:{score.district.id}.{name}"
    return Quantity(getattr(score, name), "cells", Status.COUNTED, label, address=address, locator=score.file)
