"""Do the figures agree? Sums, parts and shares.

Each rule takes a study and its relations and tells what it found. A relation of which a figure is missing is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator

from analysis.quantities import Label, Quantity, Rate, computed
from analysis.sources.finding import Finding, Severity, called, listed, measure, worded
from analysis.sources.relation_models import Relations, Share, Subset, Total
from analysis.sources.relations import joined
from analysis.sources.rounding import base_ends, figure_ends, overlap, ratio_ends
from analysis.study import Study

CHECK = Label("，请核对原文", "; please check against the document")


def totals(study: Study, relations: Relations) -> Iterator[Finding]:
    """Parts add up to their total, within what their rounding allows."""
    for row in relations.totals:
        published = [part for part in row.parts if study.has(part)]
        if study.has(row.total) and published:
            yield from _total(study, relations, row, published)


def _total(study: Study, relations: Relations, row: Total, published: list[str]) -> Iterator[Finding]:
    ends = [figure_ends(study.figures[part]) for part in published]
    low, high = sum(end[0] for end in ends), sum(end[1] for end in ends)
    total = study.quantity(row.total)
    whole = figure_ends(study.figures[row.total])
    complete = len(published) == len(row.parts)
    agrees = overlap((low, high), whole)
    if not complete and low <= whole[1]:
        return
    parts = [study.quantity(part) for part in published]
    sum_of_parts = computed("+", *parts)
    greater = sum_of_parts.value > total.value
    difference = sum_of_parts - total if greater else total - sum_of_parts
    names = {
        "total": called(study, row.total, relations=relations),
        "parts": listed(*(called(study, part, relations=relations) for part in published)),
        "m": measure(total),
    }
    slots = " + ".join(f"{{part_{position}}}" for position in range(len(parts)))
    statement = (
        worded("<parts>之和等于<total>总数。", "<parts> add up to the published total of <total>.", **names)
        if agrees
        else worded(
            f"<parts>之和为{{sum}}<m>，而<total>总数为{{total}}<m>，相差{{difference}}<m>{CHECK.zh}。",
            f"<parts> add up to {{sum}}, while the total of <total> is given as {{total}}, {{difference}} "
            f"{'less' if greater else 'more'}{CHECK.en}.",
            **names,
        )
    )
    yield Finding(
        "total", row.id, "ok" if agrees else "contradiction", statement,
        worded(f"{slots} = {{sum}}<m>", f"{slots} = {{sum}}", **names),
        {"total": total, "sum": sum_of_parts, "difference": difference}
        | {f"part_{position}": part for position, part in enumerate(parts)},
        (row.total, *published),
    )  # fmt: skip


def subsets(study: Study, relations: Relations) -> Iterator[Finding]:
    """A part is no more than its whole; what remains of the whole."""
    for row in relations.subsets:
        if study.has(row.part, row.whole):
            yield _subset(study, relations, row)


def rest_of(study: Study, row: Subset) -> Quantity:
    """What remains of a whole when one part is taken away."""
    rest = study.quantity(row.whole) - study.quantity(row.part)
    return rest if row.rest is None else rest.named(row.rest.label)


def _subset(study: Study, relations: Relations, row: Subset) -> Finding:
    part, whole, rest = study.quantity(row.part), study.quantity(row.whole), rest_of(study, row)
    exceeds = figure_ends(study.figures[row.part])[0] > figure_ends(study.figures[row.whole])[1]
    names = {
        "part": called(study, row.part, relations=relations),
        "whole": called(study, row.whole, relations=relations),
        "rest": rest.label,
        "m": measure(whole),
        "p": measure(part),
        "assumes": joined(row.assumes),
    }
    severity: Severity = "contradiction" if exceeds else "ok" if row.rest is None else "note"
    statement = {
        "contradiction": worded(
            f"<part>（{{part}}<p>）多于它所属的<whole>（{{whole}}<m>）{CHECK.zh}。",
            f"<part> ({{part}}) outnumber <whole> ({{whole}}), of which they are a part{CHECK.en}.",
            **names,
        ),
        "ok": worded(
            "<part>（{part}<p>）包含在<whole>（{whole}<m>）之内，不矛盾。",
            "<part> ({part}) are part of <whole> ({whole}) and do not exceed them.",
            **names,
        ),
        "note": worded(
            "<rest>为{rest}<m>，占<whole>（{whole}<m>）的{share}。",
            "<rest>: {rest}, or {share} of the {whole} <whole>.",
            **names,
        ),
    }[severity]
    derivation = worded(
        "{whole} − {part} = {rest}" + ("（前提：<assumes>）" if row.assumes else ""),
        "{whole} − {part} = {rest}" + (" (assuming that <assumes>)" if row.assumes else ""),
        **names,
    )
    values = {"part": part, "whole": whole, "rest": rest, "share": Rate(rest, whole, whole.label).share}
    return Finding("subset", row.id, severity, statement, derivation, values, (row.part, row.whole))


def shares(study: Study, relations: Relations) -> Iterator[Finding]:
    """A published rate is what its numerator and base give, within their rounding."""
    for row in relations.shares:
        if study.has(row.rate, row.numerator, row.base) and row.kind == "share":
            yield _share(study, relations, row)
        elif study.has(row.rate, row.numerator) and not study.has(row.base):
            yield from _without_base(study, relations, row)


def _share(study: Study, relations: Relations, row: Share) -> Finding:
    numerator, base, rate = (study.quantity(name) for name in (row.numerator, row.base, row.rate))
    fits = overlap(
        ratio_ends(study.figures[row.numerator], study.figures[row.base]), figure_ends(study.figures[row.rate])
    )
    names = {key: called(study, getattr(row, key), relations=relations) for key in ("numerator", "base", "rate")}
    ratio = Rate(numerator, base, base.label, decimals=rate.decimals + 1).share
    statement = (
        worded("<rate>{rate}与分子、分母相符。", "<rate>, {rate}, agrees with its numerator and base.", **names)
        if fits
        else worded(
            f"<rate>公布为{{rate}}，而由<numerator>和<base>算得{{ratio}}{CHECK.zh}。",
            f"<rate> is given as {{rate}}, while <numerator> and <base> give {{ratio}}{CHECK.en}.",
            **names,
        )
    )
    derivation = worded("{numerator} ÷ {base} = {ratio}", "{numerator} ÷ {base} = {ratio}")
    values = {"numerator": numerator, "base": base, "rate": rate, "ratio": ratio}
    severity: Severity = "ok" if fits else "contradiction"
    return Finding("share", row.id, severity, statement, derivation, values, (row.rate, row.numerator, row.base))


def _without_base(study: Study, relations: Relations, row: Share) -> Iterator[Finding]:
    ends = base_ends(study.figures[row.numerator], study.figures[row.rate], growth=row.kind == "growth")
    if ends is None or ends[0] <= ends[1]:
        return
    names = {key: called(study, getattr(row, key), relations=relations) for key in ("numerator", "rate")}
    numerator, rate = study.quantity(row.numerator), study.quantity(row.rate)
    yield Finding(
        "share", row.id, "contradiction",
        worded(
            f"没有一个整数的基数能使<numerator>（{{numerator}}<m>）得出{{rate}}的<rate>{CHECK.zh}。",
            f"No whole base makes {{numerator}} <numerator> a share of {{rate}} (<rate>){CHECK.en}.",
            **names, m=measure(numerator),
        ),
        worded("{numerator} ÷ {rate}", "{numerator} ÷ {rate}"),
        {"numerator": numerator, "rate": rate},
        (row.rate, row.numerator),
    )  # fmt: skip
