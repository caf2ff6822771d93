"""Do the figures agree? Sums, parts, shares, what each unit needs, and all of them together.

Each rule tells what it found. A relation of which a figure is missing is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analysis.quantities import Label, Quantity, Rate, Status, computed
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
    text,
    unworded,
)
from analysis.sources.audit.relation_models import Each, Share, Subset, Total, assumed
from analysis.sources.rounding import base_ends, overlap, ratio_ends


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
