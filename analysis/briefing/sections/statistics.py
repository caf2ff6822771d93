"""Every published figure of a study, with its base and the phrase it stands in."""

from __future__ import annotations

import re

from analysis.briefing.context import Context, heads
from analysis.ledger import Claim
from analysis.quantities import Label, Language, Quantity, Status
from analysis.study_models import Figure
from analysis.views.blocks import Block, Inlines
from analysis.views.tables import name_cell
from analysis.views.wording import claim

_BARE = re.compile(r"(?<![¶\d])(\d+)")  # a number that stands without a word, as a page's


def published(context: Context) -> tuple[Block, ...]:
    """Every published figure with its base, the phrase it stands in and where."""
    study, language = context.study, context.language
    if not study.figures:
        return ()
    rows: tuple[tuple[Inlines, ...], ...] = tuple(
        (
            name_cell(row.label, language),
            ("—" if row.period is None else str(row.period),),
            (claim(study.quantity(row.id), language),),
            name_cell(study.name_of(row.base), language) if row.base or row.unit == "percent" else ("—",),
            (row.phrase,),
            _document(row, language),
        )
        for row in study.figures.values()
    )
    names = heads("数字|年份|数值|基数|原文|出处", "Figure|Year|Value|Base|Phrase|Source")
    title = Label("已公布的数字及其出处", "Published figures and where they stand")
    return (
        context.head("已公布的数字", "The published figures"),
        context.say(
            "每个数字都带着它的基数和原文短语；原文没有说明基数的比率，照此注明。",
            "Every figure is given with its base and the phrase it stands in; of a rate whose base the document does not state, "
            "that is said.",
        ),
        context.table(
            "published", title, names, rows, widths=(2.0, 0.7, 1.1, 1.6, 2.1, 3.6), align="llrlll", size="small"
        ),
    )


def _document(row: Figure, language: Language) -> Inlines:
    """Where a figure is quoted from, and the place in it; no address of a page, which is long and leads off the paper."""
    document, place = row.document.of(language), row.locator
    if place.lower().startswith("http"):
        return (document,)
    if re.search(r"[^\W\d_]", place):  # words of the study's, in which numbers have an account
        return (f"{document} {place}",)
    return (f"{document} ", *(_page(piece) if piece.isdecimal() else piece for piece in _BARE.split(place)))


def _page(number: str) -> Claim:
    label = Label("出处中的位置", "place in the document")
    return Claim(Quantity(int(number), "count", Status.PUBLISHED, label, address=f"constant:{int(number)}"), number)
