"""What the document says of its targets, held against its figures: met already, still to do, or at odds with a rate."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.quantities import Interval, Label, Quantity, Rate, Status, computed
from analysis.sources.bounds import target_value
from analysis.sources.finding import Finding, called, measure, quoted, unworded, worded
from analysis.sources.relation_models import Contrast, Reach, Relations, Said
from analysis.sources.rounding import ends_of, overlap, ratio_ends
from analysis.study import Study
from analysis.study_models import Target


def said(study: Study, relations: Relations) -> Iterator[Finding]:
    """A published rate meets a target's strictest reading: met, or, over a base left unstated, in need of a word."""
    targets = {row.id: row for row in study.targets}
    for row in relations.said:
        if row.target in targets and study.has(row.rate):
            yield from _said(study, relations, row, targets[row.target])


def _said(study: Study, relations: Relations, row: Said, target: Target) -> Iterator[Finding]:
    strictest = max(range(len(target.readings)), key=lambda position: target.readings[position].share)
    rate, asked = study.quantity(row.rate), _reading(study, target, strictest)
    if rate.value < asked.value or rate.approximate in ("nearly", "at most", "about"):
        return
    names = {
        "target": quoted(target.label),
        "reading": target.readings[strictest].label,
        "rate": called(study, row.rate, relations=relations),
        "base": rate.base or Label("", ""),
    }
    met = row.base == "same"
    statement = (
        worded(
            "按公布的数字，<target>已经达到：<rate>为{rate}。",
            "By the published figures the target <target> is met already: the <rate> is {rate}.",
            **names,
        )
        if met
        else worded(
            "<rate>已为{rate}，而<target>仍列为目标。看来“<base>”的口径比这一目标的要求窄，原文没有说明该口径。",
            "The <rate> is {rate}, yet <target> is still set as a target. The base (<base>) appears to be drawn more "
            "narrowly than that rule; the document does not say how.",
            **names,
        )
    )
    yield Finding(
        "met" if met else "unstated_base", row.id, "note" if met else "tension", statement,
        worded("公布{rate}，目标最严的读法（<reading>）要求{asked}",
               "Published {rate}; the target's strictest reading (<reading>) asks for {asked}", **names),
        {"rate": rate, "asked": asked},
        (row.rate,),
    )  # fmt: skip


def contrasts(study: Study, relations: Relations) -> Iterator[Finding]:
    """A rate beside what the counts come to over a base that is known: far apart, the two bases are not the same."""
    for row in relations.contrasts:
        if study.has(row.rate, row.numerator, row.base) and study.quantity(row.base).value:
            yield from _contrast(study, relations, row)


def _contrast(study: Study, relations: Relations, row: Contrast) -> Iterator[Finding]:
    rate, numerator, base = (study.quantity(name) for name in (row.rate, row.numerator, row.base))
    coverage = Rate(numerator, base, base.label).share
    ends = ratio_ends(ends_of(study, row.numerator), ends_of(study, row.base))
    is_far = rate.value - coverage.value >= row.gap
    base_of_rate = study.figures[row.rate].base
    named_base = "same" if base_of_rate == row.base else "none" if not base_of_rate else "hidden"
    differs = numerator.unit == "enterprises" and not overlap(ends, ends_of(study, row.rate))
    if not is_far and not (differs and named_base != "hidden"):
        return
    names = {key: called(study, getattr(row, key), relations=relations) for key in ("rate", "numerator", "base")}
    names |= {"hidden": rate.base or Label("", ""), "n": measure(numerator), "m": measure(base)}
    values: dict[str, Quantity | Rate | Interval] = {
        "rate": rate, "numerator": numerator, "base": base, "coverage": coverage,
    }  # fmt: skip
    if named_base == "same":
        zh = "<rate>公布为{rate}，所注的基数是<base>（{base}<m>）；而<numerator>{numerator}<n>，只占其{coverage}。"
        en = "The <rate> is given as {rate} of <base> ({base}), while the {numerator} <numerator> are {coverage} of them."
    elif named_base == "none":
        zh = "<rate>为{rate}，原文没有说明基数；而<numerator>{numerator}<n>，只占<base>（{base}<m>）的{coverage}。"
        en = "The <rate> is {rate}, of a base that the document does not state, while the {numerator} <numerator> are "
        en += "{coverage} of the {base} <base>."
    else:
        zh = "<rate>为{rate}，其基数（<hidden>）原文没有给出；而<numerator>{numerator}<n>，只占<base>（{base}<m>）的{coverage}。"
        en = "The <rate> is {rate}, over a base that is not given (<hidden>), while the {numerator} <numerator> are "
        en += "{coverage} of the {base} <base>."
    how = "{numerator} ÷ {base} = {coverage}"
    by_organisation = numerator.unit == "organisations"
    if rate.value and (by_organisation or named_base != "hidden"):
        values["needed"] = unworded(computed("÷", numerator, rate, unit="enterprises", label=_NEEDED))
        zh += (
            "如每个党组织只在一家企业，" if by_organisation else ""
        ) + "{rate}所对应的基数只有{needed}家：基数不符，或没有说明。"
        en += " If each organisation stands in one enterprise, {rate}" if by_organisation else " {rate}"
        en += " is of a base of {needed}: the base does not match, or is not stated."
        how += "; {numerator} ÷ {rate} = {needed}"
    else:
        zh += "两者基数不同，须放在一起说明。"
        en += " The two rest on different bases and need to be read together."
    yield Finding(
        "contrast", row.id, "tension" if is_far else "caution", worded(zh, en, **names),
        Label(how.replace("; ", "；"), how), values, (row.rate, row.numerator, row.base),
    )  # fmt: skip


_NEEDED = Label("比率所对应的基数", "base of which it is the rate")


def reach(study: Study, relations: Relations) -> Iterator[Finding]:
    """What a target for a share of today's units comes to, and how many a year until its deadline."""
    targets = {row.id: row for row in study.targets}
    for row in relations.reach:
        if row.target in targets and study.has(row.figure):
            yield from _reach(study, relations, row, targets[row.target])


def _reach(study: Study, relations: Relations, row: Reach, target: Target) -> Iterator[Finding]:
    usable = [n for n, reading in enumerate(target.readings) if reading.base == "frozen" and reading.inclusive]
    if not usable:
        return
    units, share = study.quantity(row.figure), _reading(study, target, usable[0])
    needed = computed("ceil", computed("×", units, share), label=target.label)
    values: dict[str, Quantity | Rate | Interval] = {"units": units, "share": share, "needed": needed}
    zh, en = "<target>（<reading>）：需达到{needed}<m>", "<target> (<reading>): {needed} are needed"
    if (
        target.deadline_year is not None
        and study.settings.period is not None
        and target.deadline_year > study.settings.period
    ):
        years = _number(target, target_value(study, target.id, "years"), "years", "years")
        yearly = needed / years
        values |= {"years": years, "yearly": yearly.named(target.label, decimals=1)}
        zh += "，从零起算，{years}年内平均每年{yearly}<m>"
        en += ", which, counted from none, is {yearly} a year over {years} years"
    names = {
        "target": quoted(target.label),
        "reading": target.readings[usable[0]].label,
        "units": called(study, row.figure, relations=relations),
        "m": measure(units),
    }
    yield Finding(
        "reach", row.id, "note", worded(f"{zh}。", f"{en}.", **names),
        worded("<units>{units}<m> × {share}，进位取整 = {needed}<m>", "{units} <units> × {share}, rounded up = {needed}",
               **names),
        values,
        (row.figure,),
    )  # fmt: skip


def _reading(study: Study, target: Target, position: int) -> Quantity:
    return _number(target, target_value(study, target.id, str(position)), str(position), "share")


def _number(target: Target, value: float, end: str, unit: str) -> Quantity:
    return Quantity(
        value, unit, Status.PUBLISHED if unit == "years" else Status.DERIVED, target.label,
        base=target.label if unit == "share" else None,
        address=f"target:{target.id}#{end}",
        decimals=0 if unit == "years" or float(value * 100).is_integer() else 2,
        locator=f"targets.toml {target.locator}",
    )  # fmt: skip
