"""Do the figures agree? Sums, parts and shares.

Each rule takes a study and its relations and tells what it found. A relation of which a figure is missing is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from analysis.quantities import Label, Quantity, Rate, computed
from analysis.sources.finding import CHECK, Finding, Severity, called, listed, measure, unworded, worded
from analysis.sources.relation_models import Relations, Share, Subset, Total
from analysis.sources.relations import joined
from analysis.sources.rounding import base_ends, ends_of, overlap, ratio_ends
from analysis.study import Study


def totals(study: Study, relations: Relations) -> Iterator[Finding]:
    """Parts add up to their total, within what their rounding allows."""
    for row in relations.totals:
        published = [part for part in row.parts if study.has(part)]
        if study.has(row.total) and published:
            yield from _total(study, relations, row, published)


def _total(study: Study, relations: Relations, row: Total, published: list[str]) -> Iterator[Finding]:
    ends = [ends_of(study, part) for part in published]
    low, high = sum(end[0] for end in ends), sum(end[1] for end in ends)
    total = study.quantity(row.total)
    whole = ends_of(study, row.total)
    complete = len(published) == len(row.parts)
    agrees = overlap((low, high), whole)
    if not complete and low <= whole[1]:
        return
    parts = [study.quantity(part) for part in published]
    sum_of_parts = unworded(computed("+", *parts))  # the two stand side by side, each as it is
    greater = sum_of_parts.value > total.value
    difference = unworded(sum_of_parts - total if greater else total - sum_of_parts)
    left_out = row.rule and not agrees and not greater  # a document may list some of the parts
    names = {
        "total": called(study, row.total, relations=relations),
        "parts": listed(*(called(study, part, relations=relations) for part in published)),
        "m": measure(total),
    }
    slots = " + ".join(f"{{part_{position}}}" for position in range(len(parts)))
    if not agrees:
        statement = worded(
            f"<parts>之和为{{sum}}<m>，而<total>总数为{{total}}<m>，相差{{difference}}<m>{CHECK.zh}。",
            f"<parts> add up to {{sum}}, while the total of <total> is given as {{total}}, {{difference}} "
            f"{'less' if greater else 'more'}{CHECK.en}.",
            **names,
        )
    elif difference.value or low != high:
        statement = worded(
            "<parts>之和为{sum}<m>，<total>总数公布为{total}<m>；两数的差别在其取整或约数的范围之内。",
            "<parts> add up to {sum}, and the total of <total> is given as {total}; the two agree within what was rounded "
            "or said approximately.",
            **names,
        )
    else:
        statement = worded("<parts>之和等于<total>总数。", "<parts> add up to the published total of <total>.", **names)
    if left_out:
        statement = worded(
            "<parts>之和为{sum}<m>，而<total>总数为{total}<m>：另有{difference}<m>不在所列各类之中，或有一数不符。",
            "<parts> add up to {sum}, while the total of <total> is given as {total}: {difference} are in none of the "
            "parts, or a figure is off.",
            **names,
        )
    severity: Severity = (
        "tension" if left_out else "contradiction" if not agrees else "caution" if difference.value else "ok"
    )
    yield Finding(
        "total", row.id, severity, statement,
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
    exceeds = ends_of(study, row.part)[0] > ends_of(study, row.whole)[1]
    names = {
        "part": called(study, row.part, relations=relations),
        "whole": called(study, row.whole, relations=relations),
        "rest": rest.label,
        "m": measure(whole),
        "p": measure(part),
        "assumes": joined(row.assumes),
    }
    beyond = part.value > whole.value  # only within what was rounded: what remains cannot be told
    severity: Severity = "contradiction" if exceeds else "caution" if beyond else "ok" if row.rest is None else "note"
    statement = {
        "contradiction": worded(
            f"<part>（{{part}}<p>）多于它所属的<whole>（{{whole}}<m>）{CHECK.zh}。",
            f"<part> ({{part}}) outnumber <whole> ({{whole}}), of which they are a part{CHECK.en}.",
            **names,
        ),
        "caution": worded(
            "<part>（{part}<p>）略多于它所属的<whole>（{whole}<m>），差别在取整或约数的范围之内；其余有多少，无从得知。",
            "<part> ({part}) are slightly more than <whole> ({whole}), of which they are a part, within what was rounded or said "
            "approximately; how many remain cannot be told.",
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
    share = Rate(rest, whole, whole.label).share
    if severity == "note" and share.approximate not in ("", rest.approximate):  # which way it errs cannot be said
        statement = worded("<rest>：{rest}<m>（<whole>{whole}<m>）。", "<rest>: {rest} (<whole>: {whole}).", **names)
    derivation = (
        worded("{part} > {whole}", "{part} > {whole}")
        if severity in ("caution", "contradiction")
        else worded(
            "{whole} − {part} = {rest}" + ("（前提：<assumes>）" if row.assumes else ""),
            "{whole} − {part} = {rest}" + (" (assuming that <assumes>)" if row.assumes else ""),
            **names,
        )
    )
    values = {"part": part, "whole": whole, "rest": rest, "share": share}
    return Finding("subset", row.id, severity, statement, derivation, values, (row.part, row.whole))


def shares(study: Study, relations: Relations) -> Iterator[Finding]:
    """A published rate is what its numerator and base give, within their rounding."""
    for row in relations.shares:
        if study.has(row.rate, row.numerator, row.base) and row.kind == "share":
            yield _share(study, relations, row)
        elif study.has(row.rate, row.numerator, row.base) and row.kind == "growth":
            yield _growth(study, relations, row)
        elif row.kind == "within":
            continue  # the program of all figures judges it
        elif study.has(row.rate, row.numerator) and not study.has(row.base):
            yield from _without_base(study, relations, row)


def _share(study: Study, relations: Relations, row: Share) -> Finding:
    numerator, base, rate = (study.quantity(name) for name in (row.numerator, row.base, row.rate))
    if not base.value:
        return _empty_base(study, relations, row)
    ends = ratio_ends(ends_of(study, row.numerator), ends_of(study, row.base))
    fits = overlap(ends, ends_of(study, row.rate))
    names = {key: called(study, getattr(row, key), relations=relations) for key in ("numerator", "base", "rate")}
    ratio = Rate(numerator, base, base.label, decimals=rate.decimals + 1).share
    vague = any(quantity.approximate for quantity in (numerator, base, rate))
    zh, en = "<rate>{rate}与分子、分母相符。", "<rate>, {rate}, agrees with its numerator and base."
    if not fits:
        zh = f"<rate>公布为{{rate}}，而由<numerator>和<base>算得{{ratio}}{CHECK.zh}。"
        en = f"<rate> is given as {{rate}}, while <numerator> and <base> give {{ratio}}{CHECK.en}."
    elif vague:
        zh = "<rate>{rate}与分子、分母在约数的范围之内相符。"
        en = "<rate>, {rate}, agrees with its numerator and base within what was said approximately."
    statement = worded(zh, en, **names)
    derivation = worded("{numerator} ÷ {base} = {ratio}", "{numerator} ÷ {base} = {ratio}")
    values = {"numerator": numerator, "base": base, "rate": rate, "ratio": ratio}
    severity: Severity = "ok" if fits else "contradiction"
    return Finding("share", row.id, severity, statement, derivation, values, (row.rate, row.numerator, row.base))


def _growth(study: Study, relations: Relations, row: Share) -> Finding:
    numerator, base, rate = (study.quantity(name) for name in (row.numerator, row.base, row.rate))
    if not base.value:
        return _empty_base(study, relations, row)
    low, high = ratio_ends(ends_of(study, row.numerator), ends_of(study, row.base))
    fits = overlap((low - 1, high - 1), ends_of(study, row.rate))
    names = {key: called(study, getattr(row, key), relations=relations) for key in ("numerator", "base", "rate")}
    one = replace(rate, value=1, decimals=0, address="constant:1", approximate="", label=Label("全部", "the whole"))
    ratio = computed(
        "−", computed("÷", numerator, base, unit="share", base=base.label), one, decimals=rate.decimals + 1
    )
    zh, en = "<rate>{rate}与<numerator>和<base>相符。", "<rate>, {rate}, agrees with <numerator> and <base>."
    if not fits:
        zh = f"<rate>公布为{{rate}}，而由<numerator>和<base>算得{{ratio}}{CHECK.zh}。"
        en = f"<rate> is given as {{rate}}, while <numerator> and <base> give {{ratio}}{CHECK.en}."
    return Finding(
        "share", row.id, "ok" if fits else "contradiction", worded(zh, en, **names),
        worded("{numerator} ÷ {base} − {one} = {ratio}", "{numerator} ÷ {base} − {one} = {ratio}"),
        {"numerator": numerator, "base": base, "rate": rate, "ratio": ratio, "one": one},
        (row.rate, row.numerator, row.base),
    )  # fmt: skip


def _empty_base(study: Study, relations: Relations, row: Share) -> Finding:
    base, rate = study.quantity(row.base), study.quantity(row.rate)
    names = {key: called(study, getattr(row, key), relations=relations) for key in ("base", "rate")}
    return Finding(
        "share", row.id, "contradiction",
        worded(
            f"<rate>公布为{{rate}}，而其基数（<base>）为{{base}}<m>：基数为零，不能有比率{CHECK.zh}。",
            f"<rate> is given as {{rate}}, while its base (<base>) is {{base}}: nothing can be a share of none{CHECK.en}.",
            **names, m=measure(base),
        ),
        worded("<base>{base}<m>", "<base>: {base}", **names, m=measure(base)),
        {"base": base, "rate": rate},
        (row.rate, row.base),
    )  # fmt: skip


def _without_base(study: Study, relations: Relations, row: Share) -> Iterator[Finding]:
    ends = base_ends(ends_of(study, row.numerator), ends_of(study, row.rate), growth=row.kind == "growth")
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
