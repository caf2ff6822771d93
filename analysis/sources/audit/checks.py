"""Do the figures agree? With one another, all at once, with targets, and with those of other bases, years and sources.

Each rule tells what it found. A relation of which a figure is missing is passed over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from analysis.quantities import Label, Quantity, Rate, Status, computed
from analysis.sources.audit.bounds import target_value
from analysis.sources.audit.consistency import clashes
from analysis.sources.audit.finding import (
    NOTHING,
    STOP,
    Figures,
    Finding,
    Severity,
    chained,
    listed,
    one_of,
    over,
    phrased,
    quoted,
    text,
    unworded,
)
from analysis.sources.audit.relation_models import (
    Alternatives,
    Contrast,
    Each,
    Reach,
    Said,
    Share,
    Subset,
    Total,
    assumed,
)
from analysis.sources.rounding import base_ends, overlap, ratio_ends
from analysis.study import Study
from analysis.study_models import Figure, Target


@over("totals", "total")
def totals(figures: Figures, row: Total) -> Iterator[Finding]:
    """Parts add up to their total, within what their rounding allows."""
    published = [part for part in row.parts if figures.has(part)]
    ends = [figures.ends(part) for part in published]
    low, high = sum(end[0] for end in ends), sum(end[1] for end in ends)
    whole = figures.ends(row.total)
    if not published or (len(published) < len(row.parts) and low <= whole[1]):
        return
    parts = {f"part_{place}": part for place, part in enumerate(published)}
    total = figures[row.total]
    sum_of_parts = unworded(computed("+", *(figures[part] for part in published)))  # the two stand side by side
    greater = sum_of_parts.value > total.value
    difference = unworded(sum_of_parts - total if greater else total - sum_of_parts)
    severity: Severity = "contradiction"
    if overlap((low, high), whole):
        severity = "caution" if difference.value else "ok"
    elif row.rule and not greater:  # a document may list some of the parts
        severity = "tension"
    agreement = "within" if difference.value or low != high else "exact"
    slots = " + ".join(f"{{{slot}}}" for slot in parts)
    yield figures.finding(
        "total", row.id, severity, {"total": row.total, **parts}, sum=sum_of_parts, difference=difference,
        say={"contradiction": "off", "tension": "left_out"}.get(severity, agreement),
        how=chained(Label(slots, slots), text("total.how")),
        parts=listed(*map(figures.called, published)), less_or_more=Label("", "less" if greater else "more"),
    )  # fmt: skip


def rest_of(figures: Figures, row: Subset) -> Quantity:
    """What remains of a whole when one part is taken away."""
    rest = figures[row.whole] - figures[row.part]
    return rest if row.rest is None else rest.named(row.rest.label)


@over("subsets", "part", "whole")
def subsets(figures: Figures, row: Subset) -> Iterator[Finding]:
    """A part is no more than its whole; what remains of the whole."""
    part, whole, rest = figures[row.part], figures[row.whole], rest_of(figures, row)
    share = Rate(rest, whole, whole.label).share
    severity: Severity = "ok" if row.rest is None else "note"
    if figures.ends(row.part)[0] > figures.ends(row.whole)[1]:
        severity = "contradiction"
    elif part.value > whole.value:  # only within what was rounded: what remains cannot be told
        severity = "caution"
    is_unsure = severity == "note" and share.approximate not in ("", rest.approximate)  # which way it errs is not known
    is_beyond = severity in ("caution", "contradiction")
    yield figures.finding(
        "subset", row.id, severity, {"part": row.part, "whole": row.whole}, rest=rest, share=share,
        say="note_without_share" if is_unsure else severity,
        how="exceeds" if is_beyond else "assumed" if row.assumes else "rest", assumes=assumed(row.assumes),
    )  # fmt: skip


@over("shares", "rate", "numerator")
def shares(figures: Figures, row: Share) -> Iterator[Finding]:
    """A published rate is what its numerator and base give, within their rounding.

    Of a share `within` its base the program of all figures judges.
    """
    if row.kind != "within" and figures.has(row.base):
        yield _share(figures, row) if figures[row.base].value else _told_of(figures, row, "base", "of_none")
    elif row.kind != "within":
        ends = base_ends(figures.ends(row.numerator), figures.ends(row.rate), growth=row.kind == "growth")
        if ends is not None and ends[0] > ends[1]:
            yield _told_of(figures, row, "numerator", "no_whole_base")


def _told_of(figures: Figures, row: Share, slot: str, say: str) -> Finding:
    """A rate that cannot be, with the figure by which it cannot."""
    of = {"rate": row.rate, slot: getattr(row, slot)}
    return figures.finding("share", row.id, "contradiction", of, say=say, how=f"how_{say}")


def _share(figures: Figures, row: Share) -> Finding:
    numerator, base, rate = figures[row.numerator], figures[row.base], figures[row.rate]
    low, high = ratio_ends(figures.ends(row.numerator), figures.ends(row.base))
    ratio = Rate(numerator, base, base.label, decimals=rate.decimals + 1).share
    say, how = "exact", "how"
    more: dict[str, Any] = {}
    if any(quantity.approximate for quantity in (numerator, base, rate)):
        say = "within"
    if row.kind == "growth":
        low, high, say, how, more = low - 1, high - 1, "growth", "how_growth", {"one": one_of(rate)}
        ratio = computed("÷", numerator, base, unit="share", base=base.label)
        ratio = computed("−", ratio, one_of(rate), decimals=rate.decimals + 1)
    fits = overlap((low, high), figures.ends(row.rate))
    of = {"rate": row.rate, "numerator": row.numerator, "base": row.base}
    severity: Severity = "ok" if fits else "contradiction"
    return figures.finding("share", row.id, severity, of, say=say if fits else "off", how=how, ratio=ratio, **more)


@over("each", "each", "of")
def each(figures: Figures, row: Each) -> Iterator[Finding]:
    """There is enough of what each unit needs some of."""
    unit = figures[row.of].unit
    least = Quantity(row.least, unit, Status.DERIVED, row.label, address=f"relation:{row.id}", locator="relations.toml")
    needed = computed("×", least, figures[row.each], unit=unit)
    (fewest, most), (low, high) = figures.ends(row.each), figures.ends(row.of)
    severity: Severity = "tension" if row.rule else "contradiction"
    if row.least * fewest <= high:
        severity = "ok" if row.least * most <= low else "caution"
    yield figures.finding(
        "each", row.id, severity, {"units": row.each, "there": row.of}, least=least, needed=needed,
        say=text("each.needs", f"each.{severity if severity in ('ok', 'caution') else 'lacking'}"),
        at_least=NOTHING if needed.approximate else text("each.at_least"), why=row.label,
    )  # fmt: skip


def possible(figures: Figures) -> Iterator[Finding]:
    """The published figures can hold all at once; and with the rules that are taken for granted."""
    for position, clash in enumerate(clashes(figures.study, figures.relations)):
        severity: Severity = "tension" if clash.by_rule else "contradiction"
        of = {f"figure_{place}": figure for place, figure in enumerate(clash.figures)}
        named = (
            phrased(Label(f"<name>{{{slot}}}<m>", f"{{{slot}}} (<name>)"), name=figures.called(figure))
            for slot, figure in of.items()
        )
        yield figures.finding(
            "possible", f"figures_{position + 1}", severity, of,
            say=chained(text(f"possible.{severity}"), listed(*named), STOP),
            why=listed(*(clash.reasons or (text("possible.figures_themselves"),))),
        )  # fmt: skip


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
    yield figures.finding(
        "met" if met else "unstated_base", row.id, "note" if met else "tension", {"rate": row.rate}, asked=asked,
        target=quoted(target.label), reading=target.readings[strictest].label, base=rate.base or NOTHING,
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
    more: dict[str, Any] = {}
    conclusion, how = "together", "how"
    if rate.value and (by_organisation or named_base != "hidden"):
        label = text("contrast.needed_label")
        more = {"needed": unworded(computed("÷", numerator, rate, unit="enterprises", label=label))}
        conclusion, how = "needed_by_organisation" if by_organisation else "needed", "how_needed"
    yield figures.finding(
        "contrast", row.id, "tension" if is_far else "caution",
        {"rate": row.rate, "numerator": row.numerator, "base": row.base}, coverage=coverage, **more,
        say=text(f"contrast.{named_base}", f"contrast.{conclusion}"), how=how, hidden=rate.base or NOTHING,
    )  # fmt: skip


@over("reach", "figure")
def reach(figures: Figures, row: Reach) -> Iterator[Finding]:
    """What a target for a share of today's units comes to, and how many a year until its deadline."""
    target = _target(figures, row.target)
    readings = enumerate(target.readings if target else ())
    usable = [place for place, reading in readings if reading.base == "frozen" and reading.inclusive]
    if target is None or not usable:
        return
    study, share = figures.study, _target_number(figures.study, target, str(usable[0]), "share")
    needed = computed("ceil", computed("×", figures[row.figure], share), label=target.label)
    period, deadline = study.settings.period, target.deadline_year
    more: dict[str, Any] = {}
    if deadline is not None and period is not None and deadline > period:
        years = _target_number(study, target, "years", "years")
        more = {"years": years, "yearly": (needed / years).named(target.label, decimals=1)}
    yield figures.finding(
        "reach", row.id, "note", {"units": row.figure}, share=share, needed=needed, **more,
        say="by_year" if more else "say", target=quoted(target.label), reading=target.readings[usable[0]].label,
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
        names: dict[str, Any] = {}
        if earlier.is_growth or later.is_growth:
            continue  # each is of its own year before
        kinds = [study.figures[base].indicator if study.has(base) else base for base in (earlier.base, later.base)]
        meant = {"before": meanings.get(earlier.id), "after": meanings.get(later.id)}
        if all(kinds) and kinds[0] != kinds[1]:
            rule = "change_of_base"
            names = {"before": study.name_of(earlier.base), "after": study.name_of(later.base)}
        elif meant["before"] != meant["after"]:
            told = [
                phrased(text(f"change_of_definition.{which}"), meaning=meaning)
                for which, meaning in meant.items()
                if meaning is not None
            ]
            rule = "change_of_definition"
            names = {"meant": Label("；".join(one.zh for one in told), " and ".join(one.en for one in told))}
        else:
            continue
        years: dict[str, Any] = {"p": Label("", str(earlier.period)), "q": Label("", str(later.period))}
        yield figures.finding(rule, later.id, "caution", {"earlier": earlier.id, "later": later.id}, **names, **years)


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
            of = {"n_first": first.numerator, "first": first.rate, "n_last": last.numerator, "last": last.rate}
            base = study.name_of(first.base)
            start, end = (_implied_base(figures, row, base) for row in (first, last))
            used = (first.rate, first.numerator, last.rate, last.numerator)
            yield figures.finding("moving_base", last.id, "caution", of, start=start, end=end, base=base, used=used)


def _implied_base(figures: Figures, row: Share, label: Label) -> Quantity:
    numerator = figures[row.numerator]
    return unworded(computed("÷", numerator, figures[row.rate], unit=numerator.unit, label=label))


@over("alternatives")
def alternatives(figures: Figures, row: Alternatives) -> Iterator[Finding]:
    """Figures of different origin for one thing, where they differ by more than rounding."""
    published = sorted(filter(figures.has, row.figures), key=lambda name: figures.study.figures[name].value)
    if len(published) >= 2 and not overlap(figures.ends(published[0]), figures.ends(published[-1])):
        of = {"least": published[0], "greatest": published[-1]}
        ratio = figures[published[-1]] / figures[published[0]]
        yield figures.finding("alternatives", row.id, "caution", of, ratio=ratio, name=row.label)
