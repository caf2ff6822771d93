"""What a chart shows, in words: the alternative texts of figures. Every number in them stands in the chart as well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from analysis.ledger import Claim
from analysis.quantities import Label, Language, joined
from analysis.views.rows import (
    NOTHING,
    Bar,
    Gap,
    Group,
    Named,
    Panel,
    Place,
    Range,
    Segment,
    Step,
    Two,
    falling,
    is_number,
    shown,
)

Detail = Literal["rate", "base", "fraction"]


def of_bars(
    rows: Sequence[Bar],
    language: Language,
    *,
    rule: Claim | None = None,
    rule_name: str = "",
    detail: Detail = "fraction",
) -> str:
    """The highest and the lowest rate, and the one they are held against; says so where no row has a rate.

    Parameters
    ----------
    detail
        What the chart prints beside a rate: nothing, its base, or numerator and base.
    """
    known = sorted((row for row in rows if is_number(row.rate)), key=falling)
    parts = [named(rule_name, shown(rule), language)] if rule is not None else []
    if len(known) > 1:
        high, low = (_row(row, language, detail) for row in (known[0], known[-1]))
        parts = (
            [f"最高{high}", f"最低{low}", *parts] if language == "zh" else [f"highest {high}", f"lowest {low}", *parts]
        )
    elif known:
        parts = [_row(known[0], language, detail), *parts]
    else:
        parts = ["没有可显示的比例" if language == "zh" else "no rate can be shown", *parts]
    return sentence(parts, language)


def named(name: str, number: str, language: Language) -> str:
    """A name and its number, one after the other.

    Examples
    --------
    >>> named("昆山市", "58%", "zh"), named("情景2", "58%", "zh"), named("Kunshan", "58%", "en")
    ('昆山市58%', '情景2 58%', 'Kunshan 58%')
    """
    return joined(name, number) if language == "zh" else f"{name} {number}"


def of_ladder(rungs: Sequence[Bar], language: Language) -> str:
    """Every rung: its rate and what it is a share of."""
    return sentence([_row(rung, language) for rung in rungs], language)


def of_cascade(steps: Sequence[Step], language: Language) -> str:
    """Every step: how many are left, as a share of the first."""
    if language == "zh":
        return sentence([f"{joined(step.name, shown(step.count))}（{shown(step.rate)}）" for step in steps], language)
    return sentence([f"{step.name} {shown(step.count)} ({shown(step.rate)})" for step in steps], language)


def of_gaps(gaps: Sequence[Gap], language: Language) -> str:
    """Every target: where it stands, and what its readings ask for."""
    said = []
    for gap in gaps:
        readings = ("、" if language == "zh" else ", ").join(dict.fromkeys(shown(claim) for claim in gap.required))
        now = _row(gap.present, language)
        asked = f"，要求{readings}" if language == "zh" else f", required {readings}"
        said.append(now + (asked if readings else ""))
    return sentence(said, language)


def of_ranges(ranges: Sequence[Range], language: Language) -> str:
    """Every range with its ends."""
    return sentence([named(row.name, _ends(row, language), language) for row in ranges], language)


def _ends(row: Range, language: Language) -> str:
    low, high = (NOTHING if end is None else shown(end) for end in (row.low, row.high))
    if row.is_exact:
        return low
    if row.high is None:
        return f"至少{low}" if language == "zh" else f"at least {low}"
    if row.low is None:
        return f"至多{high}" if language == "zh" else f"at most {high}"
    return f"{low}至{high}" if language == "zh" else f"{low} to {high}"


def _row(row: Bar, language: Language, detail: Detail = "fraction") -> str:
    rate = named(row.name, shown(row.rate), language)
    if detail == "rate":
        return rate
    if language == "zh":
        return f"{rate}（{row.fraction if detail == 'fraction' else '共' + shown(row.base)}）"
    return f"{rate} ({shown(row.part) + ' ' if detail == 'fraction' else ''}of {shown(row.base)})"


def sentence(parts: Sequence[str], language: Language) -> str:
    """Parts one after the other, as a sentence."""
    if language == "zh":
        return "；".join(parts) + "。"
    text = "; ".join(parts) + "."
    return text[:1].upper() + text[1:]


def of_terms(rows: Sequence[Named], language: Language) -> str:
    """From one rate to another by the terms between them."""
    return sentence([named(row.name, shown(row.value), language) for row in rows], language)


def of_pairs(rows: Sequence[Two], first: Label, second: Label, language: Language) -> str:
    """Every place with its two rates."""
    between, comma = ("：", "，") if language == "zh" else (": ", ", ")
    one, two = first.of(language), second.of(language)
    said = [
        f"{row.name}{between}{named(one, shown(row.first), language)}{comma}{named(two, shown(row.second), language)}"
        for row in rows
    ]
    return sentence(said, language)


def of_funnel(rule: str, outside: Sequence[Place], language: Language, *, are_all: bool) -> str:
    """The common rate, and the places outside the limits; says so where others lie outside too."""
    zh = language == "zh"
    who = ("、" if zh else ", ").join(f"{place.name} {shown(place.rate)}" for place in outside) or (
        "没有" if zh else "none"
    )
    who += "" if are_all else "等" if zh else ", and others"
    return sentence([rule, f"在界限之外的区域：{who}" if zh else f"places outside the limits: {who}"], language)


def of_series(segments: Sequence[Segment], language: Language) -> str:
    """Every base with its years."""
    between, comma = ("：", "，") if language == "zh" else (": ", ", ")
    return sentence(
        [one.base + between + comma.join(f"{at.year} {shown(at.rate)}" for at in one.points) for one in segments],
        language,
    )


def of_scenarios(groups: Sequence[Group], scenarios: Sequence[str], language: Language) -> str:
    """Every target with its share in each scenario."""
    between, comma = ("：", "，") if language == "zh" else (": ", ", ")
    said = [
        [named(*pair, language) for pair in zip(scenarios, map(shown, group.shares), strict=True)] for group in groups
    ]
    return sentence([group.name + between + comma.join(one) for group, one in zip(groups, said, strict=True)], language)


def of_paths(panels: Sequence[Panel], language: Language) -> str:
    """Where every path begins and ends."""
    path = Label("{name}：{start}，其后{end}", "{name}: {start}, then {end}").of(language)
    band = Label("（九成抽样在{low}至{high}）", " ({low} to {high} in nine tenths of the draws)").of(language)
    said = []
    for one in panels:
        ends = {name: shown(end) for name in ("start", "end", "low", "high") if (end := getattr(one, name)) is not None}
        said.append((path + (band if "low" in ends else "")).format(name=one.name, **ends))
    return sentence(said, language)
