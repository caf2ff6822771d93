"""Do the figures agree? Sums, parts, shares, what each unit needs, and all of them together.

Each rule tells what it found. A relation of which a figure is missing is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator

from analysis.quantities import Label, Quantity, Rate, Status, computed
from analysis.sources.audit.consistency import clashes
from analysis.sources.audit.finding import (
    NOTHING,
    Figures,
    Finding,
    Severity,
    Values,
    chained,
    finding,
    listed,
    measure,
    one_of,
    over,
    phrased,
    text,
    unworded,
)
from analysis.sources.audit.relation_models import Each, Share, Subset, Total
from analysis.sources.audit.relations import joined
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
    agrees = overlap((low, high), whole)
    total, parts = figures[row.total], {f"part_{place}": figures[part] for place, part in enumerate(published)}
    sum_of_parts = unworded(computed("+", *parts.values()))  # the two stand side by side, each as it is
    greater = sum_of_parts.value > total.value
    difference = unworded(sum_of_parts - total if greater else total - sum_of_parts)
    severity: Severity = "contradiction"
    if agrees:
        severity = "caution" if difference.value else "ok"
    elif row.rule and not greater:  # a document may list some of the parts
        severity = "tension"
    agreement = "within" if difference.value or low != high else "exact"
    slots = " + ".join(f"{{{slot}}}" for slot in parts)
    yield finding(
        "total", row.id, severity,
        {"total": total, "sum": sum_of_parts, "difference": difference, **parts},
        (row.total, *published),
        say={"contradiction": "off", "tension": "left_out"}.get(severity, agreement),
        how=chained(Label(slots, slots), text("total.how")),
        total=figures.called(row.total), parts=listed(*map(figures.called, published)), m=measure(total),
        less_or_more=Label("", "less" if greater else "more"),
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
    is_unsure = severity == "note" and share.approximate not in (
        "",
        rest.approximate,
    )  # which way it errs cannot be said
    is_beyond = severity in ("caution", "contradiction")
    yield finding(
        "subset", row.id, severity, {"part": part, "whole": whole, "rest": rest, "share": share}, (row.part, row.whole),
        say="note_without_share" if is_unsure else severity,
        how="exceeds" if is_beyond else "assumed" if row.assumes else "rest",
        **figures.names(part=row.part, whole=row.whole), rest=rest.label, m=measure(whole), p=measure(part),
        assumes=joined(row.assumes),
    )  # fmt: skip


@over("shares", "rate", "numerator")
def shares(figures: Figures, row: Share) -> Iterator[Finding]:
    """A published rate is what its numerator and base give, within their rounding.

    Of a share `within` its base the program of all figures judges.
    """
    if row.kind != "within" and not figures.has(row.base):
        yield from _without_base(figures, row)
    elif row.kind != "within":
        yield _share(figures, row) if figures[row.base].value else _of_none(figures, row)


def _share(figures: Figures, row: Share) -> Finding:
    numerator, base, rate = figures[row.numerator], figures[row.base], figures[row.rate]
    low, high = ratio_ends(figures.ends(row.numerator), figures.ends(row.base))
    ratio = Rate(numerator, base, base.label, decimals=rate.decimals + 1).share
    vague = any(quantity.approximate for quantity in (numerator, base, rate))
    values: dict[str, Quantity] = {"numerator": numerator, "base": base, "rate": rate, "ratio": ratio}
    say, how = "within" if vague else "exact", "how"
    if row.kind == "growth":
        low, high, say, how = low - 1, high - 1, "growth", "how_growth"
        ratio = computed("÷", numerator, base, unit="share", base=base.label)
        values["ratio"] = computed("−", ratio, one_of(rate), decimals=rate.decimals + 1)
        values["one"] = one_of(rate)
    fits = overlap((low, high), figures.ends(row.rate))
    return finding(
        "share", row.id, "ok" if fits else "contradiction", values, (row.rate, row.numerator, row.base),
        say=say if fits else "off", how=how, **figures.names(numerator=row.numerator, base=row.base, rate=row.rate),
    )  # fmt: skip


def _of_none(figures: Figures, row: Share) -> Finding:
    base = figures[row.base]
    return finding(
        "share", row.id, "contradiction", {"base": base, "rate": figures[row.rate]}, (row.rate, row.base),
        say="of_none", how="how_of_none", **figures.names(base=row.base, rate=row.rate), m=measure(base),
    )  # fmt: skip


def _without_base(figures: Figures, row: Share) -> Iterator[Finding]:
    ends = base_ends(figures.ends(row.numerator), figures.ends(row.rate), growth=row.kind == "growth")
    if ends is not None and ends[0] > ends[1]:
        numerator = figures[row.numerator]
        yield finding(
            "share", row.id, "contradiction",
            {"numerator": numerator, "rate": figures[row.rate]}, (row.rate, row.numerator),
            say="no_whole_base", how="how_no_whole_base",
            **figures.names(numerator=row.numerator, rate=row.rate), m=measure(numerator),
        )  # fmt: skip


@over("each", "each", "of")
def each(figures: Figures, row: Each) -> Iterator[Finding]:
    """There is enough of what each unit needs some of."""
    units, there = figures[row.each], figures[row.of]
    least = Quantity(
        row.least, there.unit, Status.DERIVED, row.label, address=f"relation:{row.id}", locator="relations.toml"
    )
    needed = computed("×", least, units, unit=there.unit)
    (fewest, most), (low, high) = figures.ends(row.each), figures.ends(row.of)
    severity: Severity = "tension" if row.rule else "contradiction"
    if row.least * fewest <= high:
        severity = "ok" if row.least * most <= low else "caution"
    values: Values = {"units": units, "there": there, "least": least, "needed": needed}
    yield finding(
        "each", row.id, severity, values, (row.each, row.of),
        say=text("each.needs", f"each.{severity if severity in ('ok', 'caution') else 'lacking'}"),
        at_least=NOTHING if needed.approximate else text("each.at_least"),
        why=row.label, **figures.names(each=row.each, of=row.of), u=measure(units), m=measure(there),
    )  # fmt: skip


def possible(figures: Figures) -> Iterator[Finding]:
    """The published figures can hold all at once; and with the rules that are taken for granted."""
    for position, clash in enumerate(clashes(figures.study, figures.relations)):
        severity: Severity = "tension" if clash.by_rule else "contradiction"
        values = {f"figure_{place}": figures[figure] for place, figure in enumerate(clash.figures)}
        named = [
            phrased(
                Label(f"<name>{{{slot}}}<m>", f"{{{slot}}} (<name>)"), name=figures.called(figure), m=measure(value)
            )
            for (slot, value), figure in zip(values.items(), clash.figures, strict=True)
        ]
        yield finding(
            "possible", f"figures_{position + 1}", severity, values, clash.figures,
            say=chained(text(f"possible.{severity}"), listed(*named), Label("。", ".")),
            why=listed(*(clash.reasons or (text("possible.figures_themselves"),))),
        )  # fmt: skip
