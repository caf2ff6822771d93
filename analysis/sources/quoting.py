"""What has to be said when a figure is quoted: that it is approximate, that its base is not given, that it is missing."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches

from analysis.errors import one_of
from analysis.quantities import Label, Quantity, Status, plain_number
from analysis.sources.finding import Finding, called, measure, worded
from analysis.sources.meanings import ENTERPRISES, INDICATORS, INSTRUCTOR, ORGANISATION
from analysis.sources.questions import base_label
from analysis.sources.relation_models import Relations
from analysis.sources.relations import declared_of, unpublished
from analysis.sources.rounding import read_as
from analysis.study import Study
from analysis.study_models import Figure


def approximations(study: Study, relations: Relations) -> Iterator[Finding]:
    """Figures that the source itself gives as approximations, and how their word is read."""
    for figure in study.figures.values():
        if figure.approximate == "no":
            continue
        value = study.quantity(figure.id)
        low, high = (_read(value, figure.id, end) for end in read_as(study, figure.id))
        is_open = math.isinf(high.value)
        zh, en = "，这里读作{low}至{high}<m>", ", read here as {low} to {high}"
        if is_open:
            zh, en = "，{low}<m>以上都算相符", ", which any number from {low} on agrees with"
        elif low.value == high.value:
            zh = en = ""
        yield Finding(
            "approximate", figure.id, "caution",
            worded(
                f"<name>，原文只给出约数：{{value}}<m>{zh}。",
                f"<name>: the source gives an approximation, {{value}}{en}.",
                name=called(study, figure.id, relations=relations), m=measure(value),
            ),
            _phrase(figure),
            {"value": value, "low": low} if is_open else {"value": value, "low": low, "high": high},
            (figure.id,),
        )  # fmt: skip


def _read(value: Quantity, figure: str, number: float) -> Quantity:
    """An end of what an approximate figure may stand for: a reading, and so assumed."""
    return replace(
        value, value=plain_number(number), status=Status.ASSUMED, approximate="",
        address=f"reading:{figure}#{'low' if number <= value.value else 'high'}", locator="study.toml, approximations",
        locator_en="", decimals=value.decimals or int(value.unit == "share"),
    )  # fmt: skip


def _phrase(figure: Figure) -> Label:
    return worded("原文：“<phrase>”", "The source says “<phrase>”", phrase=Label(figure.phrase, figure.phrase))


def without_base(study: Study, relations: Relations) -> Iterator[Finding]:
    """Counts of covered enterprises that come without the number of enterprises they were covered of."""
    based = {row.numerator for row in relations.shares if row.kind != "within"}
    numerators = {*based, *(row.numerator for row in relations.ladders)}
    indicators = {ORGANISATION, INSTRUCTOR, *(study.figures[name].indicator for name in numerators if study.has(name))}
    for figure in study.figures.values():
        covers = figure.indicator in indicators and figure.unit == "enterprises"
        if covers and not figure.base and figure.id not in based:
            value = study.quantity(figure.id)
            yield Finding(
                "no_base", figure.id, "caution",
                worded(
                    "<name>{value}<m>，原文没有给出基数；据以计算的任何比率都要说明所用的基数。",
                    "<name> ({value}): the source gives no base. Any rate formed with it has to name the base it uses.",
                    name=called(study, figure.id, relations=relations), m=measure(value),
                ),
                _phrase(figure),
                {"value": value},
                (figure.id,),
            )  # fmt: skip


def partial_base(study: Study, relations: Relations) -> Iterator[Finding]:
    """A rate over a base of unknown size, where nothing says how many enterprises there are in all."""
    numbers = {figure.indicator for figure in study.figures.values() if study.is_own(figure)}
    if not numbers.isdisjoint(ENTERPRISES):
        return
    for row in relations.shares:
        known = study.has(row.rate) and not study.has(row.base)
        of_enterprises = study.has(row.numerator) and study.figures[row.numerator].unit == "enterprises"
        if known and of_enterprises and row.kind == "share" and study.is_own(study.figures[row.rate]):
            rate = study.quantity(row.rate)
            yield Finding(
                "partial_base", row.id, "caution",
                worded(
                    "<rate>{rate}只对<base>而言；全部企业有多少，来源没有给出，该基数以外的企业如何，不得而知。",
                    "The <rate> of {rate} is of <base> alone. How many enterprises there are in all is not given, and nothing is "
                    "known of those outside that base.",
                    rate=called(study, row.rate, relations=relations), base=base_label(study, relations, row),
                ),
                _phrase(study.figures[row.rate]),
                {"rate": rate},
                (row.rate,),
            )  # fmt: skip


def not_taken(study: Study, relations: Relations) -> Iterator[Finding]:
    """Figures that stand in no paper's sentence, as their place, year or indicator is not what it was meant to be."""
    named, period = {study.settings.place.zh, *(row.place for row in relations.places)}, study.settings.period
    for figure in study.figures.values():
        near = get_close_matches(figure.indicator, INDICATORS, n=1, cutoff=0.9)
        if figure.place not in named:
            what = Label(
                f"地方“{figure.place}”不是本研究的地方", f"its place, {figure.place}, is not that of the study"
            )
        elif figure.period is None and period is not None:
            what = Label("没有注明年份", "it has no year")
        elif near and not f"{figure.indicator}_".startswith(f"{near[0]}_"):
            what = Label(f"指标“{figure.indicator}”未被识别（是否指{near[0]}？）",
                         f"its indicator, {figure.indicator}, is not one that is known (is {near[0]} meant?)")  # fmt: skip
        else:
            continue
        value = study.quantity(figure.id)
        yield Finding(
            "not_taken", figure.id, "caution",
            worded(
                "<name>（{value}<m>）只照录，不作为本研究的数字使用：<what>。",
                "<name> ({value}) is quoted and taken for no figure of this study: <what>.",
                name=figure.label, what=what, m=measure(value),
            ),
            _phrase(figure), {"value": value}, (figure.id,),
        )  # fmt: skip


def not_published(study: Study, relations: Relations) -> Iterator[Finding]:
    """Names that relations.toml uses and the study does not have, so that what hangs on them was not checked."""
    for name, where in unpublished(study, declared_of(study)):
        near = one_of(sorted(study.figures), seen=name).partition("(did you mean ")[2].rstrip("?)")
        yield Finding(
            "not_published", name, "note",
            worded(
                "relations.toml（<where>）提到的“<name>”没有公布，有关规则未适用。",
                "“<name>”, named in relations.toml (<where>), is not published; what hangs on it was not checked.",
                name=Label(name, name), where=Label(where, where),
            ),
            worded("<near>", "<near>", near=Label(f"是否指{near}？", f"Is {near} meant?") if near else Label("—", "—")),
            {},
            (),
        )  # fmt: skip
