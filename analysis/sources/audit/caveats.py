"""What has to be said when a figure is quoted: that it is approximate, that its base is not given, that it is missing."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from analysis.errors import one_of
from analysis.quantities import Label, Quantity, Status, plain_number
from analysis.sources.audit.bounds import base_label
from analysis.sources.audit.finding import Figures, Finding, phrased, text
from analysis.sources.audit.meanings import ENTERPRISES, INSTRUCTOR, ORGANISATION, meanings
from analysis.sources.audit.relations import declared_of, unpublished
from analysis.sources.rounding import read_as
from analysis.study_models import Figure


def approximations(figures: Figures) -> Iterator[Finding]:
    """Figures that the source itself gives as approximations, and how their word is read."""
    for figure in figures.study.figures.values():
        if figure.approximate == "no":
            continue
        low, high = (_read(figures[figure.id], figure.id, end) for end in read_as(figures.study, figure.id))
        ends: dict[str, Any] = {"low": low} if math.isinf(high.value) else {"low": low, "high": high}
        say = "open" if len(ends) == 1 else "as_it_is" if low.value == high.value else "between"
        of = {"value": figure.id}
        yield figures.finding("approximate", figure.id, "caution", of, say=say, how=_phrase(figure), **ends)


def _read(value: Quantity, figure: str, number: float) -> Quantity:
    """An end of what an approximate figure may stand for: a reading, and so assumed."""
    return replace(
        value, value=plain_number(number), status=Status.ASSUMED, approximate="",
        address=f"reading:{figure}#{'low' if number <= value.value else 'high'}", locator="study.toml, approximations",
        locator_en="", decimals=value.decimals or int(value.unit == "share"),
    )  # fmt: skip


def _phrase(figure: Figure) -> Label:
    return phrased(text("quoted.phrase"), phrase=Label(figure.phrase, figure.phrase))


def without_base(figures: Figures) -> Iterator[Finding]:
    """Counts of covered enterprises that come without the number of enterprises they were covered of."""
    study = figures.study
    based = {row.numerator for row in figures.relations.shares if row.kind != "within"}
    numerators = {*based, *(row.numerator for row in figures.relations.ladders)}
    indicators = {ORGANISATION, INSTRUCTOR, *(study.figures[name].indicator for name in numerators if study.has(name))}
    for figure in study.figures.values():
        covers = figure.indicator in indicators and figure.unit == "enterprises"
        if covers and not figure.base and figure.id not in based:
            yield figures.finding("no_base", figure.id, "caution", {"value": figure.id}, how=_phrase(figure))


def partial_base(figures: Figures) -> Iterator[Finding]:
    """A rate over a base of unknown size, where nothing says how many enterprises there are in all."""
    study = figures.study
    numbers = {figure.indicator for figure in study.figures.values() if study.is_own(figure)}
    if not numbers.isdisjoint(ENTERPRISES):
        return
    for row in figures.relations.shares:
        known = figures.has(row.rate) and not figures.has(row.base)
        of_enterprises = figures.has(row.numerator) and study.figures[row.numerator].unit == "enterprises"
        if known and of_enterprises and row.kind == "share" and study.is_own(study.figures[row.rate]):
            how, base = _phrase(study.figures[row.rate]), base_label(figures, row)
            yield figures.finding("partial_base", row.id, "caution", {"rate": row.rate}, how=how, base=base)


def not_taken(figures: Figures) -> Iterator[Finding]:
    """Figures that stand in no paper's sentence, as their place, year or indicator is not what it was meant to be."""
    settings = figures.study.settings
    named, known = {settings.place.zh, *(row.place for row in figures.relations.places)}, meanings().indicators
    for figure in figures.study.figures.values():
        near = get_close_matches(figure.indicator, known, n=1, cutoff=0.9)
        if figure.place not in named:
            what, seen = "place", figure.place
        elif figure.period is None and settings.period is not None:
            what, seen = "year", ""
        elif near and not f"{figure.indicator}_".startswith(f"{near[0]}_"):
            what, seen = "indicator", figure.indicator
        else:
            continue
        near_one = "".join(near)
        why = phrased(text(f"not_taken.{what}"), seen=Label(seen, seen), near=Label(near_one, near_one))
        yield figures.finding(
            "not_taken", figure.id, "caution", {"value": figure.id}, how=_phrase(figure), name=figure.label, what=why
        )


def not_published(figures: Figures) -> Iterator[Finding]:
    """Names that relations.toml uses and the study does not have, so that what hangs on them was not checked."""
    study = figures.study
    for name, where in unpublished(study, declared_of(study)):
        near = one_of(sorted(study.figures), seen=name).partition("(did you mean ")[2].rstrip("?)")
        how = phrased(text("not_published.near"), near=Label(near, near)) if near else Label("—", "—")
        names: dict[str, Any] = {"name": Label(name, name), "where": Label(where, where)}
        yield figures.finding("not_published", name, "note", {}, how=how, **names)
