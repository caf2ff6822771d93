"""What was counted, beside what was published; and how complete the returns are that it was counted from."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.briefing.context import Context, heads
from analysis.briefing.sections.missing import left_for_others
from analysis.coverage.reconciliation import Line, reconciled, uncounted
from analysis.quantities import Label, Quantity, Status
from analysis.sources.returns import SCORES, Score, read_returns
from analysis.views.blocks import Block, Inlines, Paragraph, Table
from analysis.views.tables import line, name_cell, number_cell
from analysis.views.wording import capital


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
    names = heads(
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
