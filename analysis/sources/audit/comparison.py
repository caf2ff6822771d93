"""Figures held against targets, against one another's bases, and against those of other years and sources."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from analysis.quantities import Label, Quantity, Rate, Status, computed
from analysis.sources.audit.bounds import target_value
from analysis.sources.audit.finding import (
    NOTHING,
    Figures,
    Finding,
    finding,
    measure,
    over,
    phrased,
    quoted,
    text,
    unworded,
)
from analysis.sources.audit.relation_models import Alternatives, Contrast, Reach, Said, Share
from analysis.sources.rounding import base_ends, overlap, ratio_ends
from analysis.study import Study
from analysis.study_models import Figure, Target


@over("said", "rate")
def said(figures: Figures, row: Said) -> Iterator[Finding]:
    """A published rate meets a target's strictest reading: met, or, over a base left unstated, in need of a word."""
    target = _target(figures, row.target)
    if target is None:
        return
    strictest = max(range(len(target.readings)), key=lambda position: target.readings[position].share)
    rate, asked = figures[row.rate], _target_number(figures.study, target, str(strictest), "share")
    if rate.value < asked.value or rate.approximate in ("nearly", "at most", "about"):
        return
    met = row.base == "same"
    yield finding(
        "met" if met else "unstated_base", row.id, "note" if met else "tension",
        {"rate": rate, "asked": asked}, (row.rate,),
        target=quoted(target.label), reading=target.readings[strictest].label, rate=figures.called(row.rate),
        base=rate.base or NOTHING,
    )  # fmt: skip


@over("contrasts", "rate", "numerator", "base")
def contrasts(figures: Figures, row: Contrast) -> Iterator[Finding]:
    """A rate beside what the counts come to over a base that is known: far apart, the two bases are not the same."""
    rate, numerator, base = figures[row.rate], figures[row.numerator], figures[row.base]
    if not base.value:
        return
    coverage = Rate(numerator, base, base.label).share
    ends = ratio_ends(figures.ends(row.numerator), figures.ends(row.base))
    is_far = rate.value - coverage.value >= row.gap
    base_of_rate = figures.study.figures[row.rate].base
    named_base = "same" if base_of_rate == row.base else "none" if not base_of_rate else "hidden"
    by_organisation = numerator.unit == "organisations"
    differs = numerator.unit == "enterprises" and not overlap(ends, figures.ends(row.rate))
    if not is_far and not (differs and named_base != "hidden"):
        return
    values = {"rate": rate, "numerator": numerator, "base": base, "coverage": coverage}
    conclusion, how = "together", "how"
    if rate.value and (by_organisation or named_base != "hidden"):
        label = text("contrast.needed_label")
        values["needed"] = unworded(computed("÷", numerator, rate, unit="enterprises", label=label))
        conclusion, how = "needed_by_organisation" if by_organisation else "needed", "how_needed"
    yield finding(
        "contrast", row.id, "tension" if is_far else "caution", values, (row.rate, row.numerator, row.base),
        say=text(f"contrast.{named_base}", f"contrast.{conclusion}"), how=how,
        **figures.names(rate=row.rate, numerator=row.numerator, base=row.base),
        hidden=rate.base or NOTHING, n=measure(numerator), m=measure(base),
    )  # fmt: skip


@over("reach", "figure")
def reach(figures: Figures, row: Reach) -> Iterator[Finding]:
    """What a target for a share of today's units comes to, and how many a year until its deadline."""
    target = _target(figures, row.target)
    readings = enumerate(target.readings if target else ())
    usable = [place for place, reading in readings if reading.base == "frozen" and reading.inclusive]
    if target is None or not usable:
        return
    study, units = figures.study, figures[row.figure]
    share = _target_number(study, target, str(usable[0]), "share")
    needed = computed("ceil", computed("×", units, share), label=target.label)
    values = {"units": units, "share": share, "needed": needed}
    period, deadline = study.settings.period, target.deadline_year
    is_ahead = deadline is not None and period is not None and deadline > period
    if is_ahead:
        years = _target_number(study, target, "years", "years")
        values |= {"years": years, "yearly": (needed / years).named(target.label, decimals=1)}
    yield finding(
        "reach", row.id, "note", values, (row.figure,), say="by_year" if is_ahead else "say",
        target=quoted(target.label), reading=target.readings[usable[0]].label, units=figures.called(row.figure),
        m=measure(units),
    )  # fmt: skip


def _target(figures: Figures, name: str) -> Target | None:
    return next((row for row in figures.study.targets if row.id == name), None)


def _target_number(study: Study, target: Target, end: str, unit: str) -> Quantity:
    value = target_value(study, target.id, end)
    return Quantity(
        value, unit, Status.PUBLISHED if unit == "years" else Status.DERIVED, target.label,
        base=target.label if unit == "share" else None,
        address=f"target:{target.id}#{end}",
        decimals=0 if unit == "years" or float(value * 100).is_integer() else 2,
        locator=f"targets.toml {target.locator}",
    )  # fmt: skip


def changes(figures: Figures) -> Iterator[Finding]:
    """Neighbours of a series whose bases or definitions differ."""
    study = figures.study
    meanings = {row.figure: row.label for row in reversed(figures.relations.definitions)}
    for earlier, later in _neighbours(figures):
        if earlier.is_growth or later.is_growth:
            continue  # each is of its own year before
        used = (earlier.id, later.id)
        values = {"earlier": figures[earlier.id], "later": figures[later.id]}
        names = figures.names(earlier=earlier.id, later=later.id) | {
            "p": Label(str(earlier.period), str(earlier.period)),
            "q": Label(str(later.period), str(later.period)),
            "m": measure(values["later"]),
        }
        before, after = meanings.get(earlier.id), meanings.get(later.id)
        if earlier.base and later.base and _kind(study, earlier.base) != _kind(study, later.base):
            names |= {"before": study.name_of(earlier.base), "after": study.name_of(later.base)}
            yield finding("change_of_base", later.id, "caution", values, used, **names)
        elif before != after:
            told = [
                phrased(text(f"change_of_definition.{which}"), meaning=meaning)
                for which, meaning in (("before", before), ("after", after))
                if meaning is not None
            ]
            names["meant"] = Label("；".join(one.zh for one in told), " and ".join(one.en for one in told))
            yield finding("change_of_definition", later.id, "caution", values, used, **names)


def _neighbours(figures: Figures) -> Iterator[tuple[Figure, Figure]]:
    series = {indicator: row.id for row in figures.relations.series for indicator in row.indicators}
    lines: dict[tuple[str, ...], list[tuple[int, Figure]]] = defaultdict(list)
    for row in figures.study.figures.values():
        line = series.get(row.indicator, row.indicator), row.place, row.category, row.unit
        if row.period is not None:
            lines[line].append((row.period, row))
    for dated in lines.values():
        ordered = sorted(dated, key=lambda one: one[0])
        yield from ((a, b) for (before, a), (after, b) in pairwise(ordered) if before < after)


def _kind(study: Study, base: str) -> str:
    """What a base counts, whatever the year: the figure's indicator, or the hidden quantity's name."""
    return study.figures[base].indicator if study.has(base) else base


def moving_bases(figures: Figures) -> Iterator[Finding]:
    """A rate over a hidden base while that base itself moved by more than rounding: the rate alone hides it."""
    study = figures.study
    hidden = {row.id for row in study.settings.hidden}
    lines: dict[tuple[str, str, str], list[Share]] = defaultdict(list)
    for row in figures.relations.shares:
        if row.base in hidden and row.kind == "share" and figures.has(row.rate, row.numerator):
            rate = study.figures[row.rate]
            lines[row.base, rate.indicator, rate.place].append(row)
    for line in lines.values():
        ordered = sorted(line, key=lambda row: study.figures[row.rate].period or 0)
        first, last = ordered[0], ordered[-1]
        before, after = (base_ends(figures.ends(row.numerator), figures.ends(row.rate)) for row in (first, last))
        if first is not last and before and after and not overlap(before, after):
            yield _moved(figures, first, last)


def _moved(figures: Figures, first: Share, last: Share) -> Finding:
    base = figures.study.name_of(first.base)
    start, end = (
        unworded(computed("÷", figures[row.numerator], figures[row.rate], unit=figures[row.numerator].unit, label=base))
        for row in (first, last)
    )
    return finding(
        "moving_base", last.id, "caution",
        {
            "first": figures[first.rate], "last": figures[last.rate], "start": start, "end": end,
            "n_first": figures[first.numerator], "n_last": figures[last.numerator],
        },
        (first.rate, first.numerator, last.rate, last.numerator),
        **figures.names(first=first.rate, last=last.rate), base=base, m=measure(start),
    )  # fmt: skip


@over("alternatives")
def alternatives(figures: Figures, row: Alternatives) -> Iterator[Finding]:
    """Figures of different origin for one thing, where they differ by more than rounding."""
    published = sorted(filter(figures.has, row.figures), key=lambda name: figures.study.figures[name].value)
    if len(published) < 2 or overlap(figures.ends(published[0]), figures.ends(published[-1])):
        return
    least, greatest = published[0], published[-1]
    low, high = figures[least], figures[greatest]
    yield finding(
        "alternatives", row.id, "caution",
        {"least": low, "greatest": high, "ratio": high / low}, (least, greatest),
        name=row.label, **figures.names(least=least, greatest=greatest), m=measure(low),
    )  # fmt: skip
