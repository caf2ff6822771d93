"""What a chart shows, in words: the alternative texts of figures. Every number in them stands in the chart as well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from analysis.ledger import Claim
from analysis.quantities import Label, Language, joined
from analysis.views.rows import Bar, Gap, Panel, Row, Segment, Step, falling, is_number, shown

Detail = Literal["rate", "base", "fraction"]

DETAILS = {  # what a chart prints beside a rate
    "rate": Label("", ""),
    "base": Label("（共{base}）", " (of {base})"),
    "fraction": Label("（{part} / {base}）", " ({part} of {base})"),
}
HIGHEST, LOWEST = Label("最高{}", "highest {}"), Label("最低{}", "lowest {}")
NO_RATE = Label("没有可显示的比例", "no rate can be shown")
STEP = Label("（{}）", " ({})")
REQUIRED = Label("，要求{}", ", required {}")
AT_LEAST, AT_MOST = Label("至少{}", "at least {}"), Label("至多{}", "at most {}")
BETWEEN = Label("{}至{}", "{} to {}")
OUTSIDE, NONE, OTHERS = (
    Label("在界限之外的区域：{}", "places outside the limits: {}"),
    Label("没有", "none"),
    Label("等", ", and others"),
)
PATH = Label("{}：{}，其后{}", "{}: {}, then {}")
BAND = Label("（九成抽样在{}至{}）", " ({} to {} in nine tenths of the draws)")
COLON, COMMA, PAUSE = Label("：", ": "), Label("，", ", "), Label("、", ", ")


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
    ends = [_bar(row, language, detail) for row in (known[:1] + known[-1:] if len(known) > 1 else known)]
    if len(ends) > 1:
        ends = [lead.of(language).format(end) for lead, end in zip((HIGHEST, LOWEST), ends, strict=True)]
    beside = [named(rule_name, shown(rule), language)] if rule is not None else []
    return sentence([*(ends or [NO_RATE.of(language)]), *beside], language)


def named(name: str, number: str, language: Language) -> str:
    """A name and its number, one after the other.

    Examples
    --------
    >>> named("昆山市", "58%", "zh"), named("情景2", "58%", "zh"), named("Kunshan", "58%", "en")
    ('昆山市58%', '情景2 58%', 'Kunshan 58%')
    """
    return joined(name, number) if language == "zh" else f"{name} {number}"


def sentence(parts: Sequence[str], language: Language) -> str:
    """Parts one after the other, as a sentence."""
    if language == "zh":
        return "；".join(parts) + "。"
    text = "; ".join(parts) + "."
    return text[:1].upper() + text[1:]


def span(row: Row, language: Language) -> str:
    """A range in words, also where one of its ends is open."""
    low, high = (shown(end) for end in row.claims)
    if row.claims[1] is None:
        return AT_LEAST.of(language).format(low)
    if row.claims[0] is None:
        return AT_MOST.of(language).format(high)
    return low if is_exact(row) else BETWEEN.of(language).format(low, high)


def is_exact(row: Row) -> bool:
    """Whether both ends of a range are the same number."""
    low, high = row.claims
    return low is not None and high is not None and low.quantity.value == high.quantity.value


def of_ladder(rungs: Sequence[Bar], language: Language) -> str:
    """Every rung: its rate and what it is a share of."""
    return sentence([_bar(rung, language) for rung in rungs], language)


def of_cascade(steps: Sequence[Step], language: Language) -> str:
    """Every step: how many are left, as a share of the first."""
    share = STEP.of(language)
    said = [named(step.name, shown(step.count), language) + share.format(shown(step.rate)) for step in steps]
    return sentence(said, language)


def of_gaps(gaps: Sequence[Gap], language: Language) -> str:
    """Every target: where it stands, and what its readings ask for."""
    said = []
    for gap in gaps:
        readings = PAUSE.of(language).join(dict.fromkeys(map(shown, gap.required)))
        asked = REQUIRED.of(language).format(readings) if readings else ""
        said.append(_bar(gap.present, language) + asked)
    return sentence(said, language)


def of_ranges(ranges: Sequence[Row], language: Language) -> str:
    """Every range with its ends."""
    return sentence([named(row.name, span(row, language), language) for row in ranges], language)


def of_terms(rows: Sequence[Row], language: Language) -> str:
    """From one rate to another by the terms between them."""
    return sentence([named(row.name, shown(row.claims[0]), language) for row in rows], language)


def of_numbers(rows: Sequence[Row], names: Sequence[str], language: Language) -> str:
    """Every row with its numbers, each under the name of its column."""
    pairs = [zip(names, map(shown, row.claims), strict=True) for row in rows]
    told = [[named(*pair, language) for pair in row] for row in pairs]
    return sentence([_listed(row.name, one, language) for row, one in zip(rows, told, strict=True)], language)


def of_funnel(rule: str, outside: Sequence[Bar], language: Language, *, are_all: bool) -> str:
    """The common rate, and the places outside the limits; says so where others lie outside too."""
    who = PAUSE.of(language).join(f"{place.name} {shown(place.rate)}" for place in outside) or NONE.of(language)
    told = OUTSIDE.of(language).format(who + ("" if are_all else OTHERS.of(language)))
    return sentence([rule, told], language)


def of_series(segments: Sequence[Segment], language: Language) -> str:
    """Every base with its years."""
    told = [[f"{year} {shown(rate)}" for year, rate in one.points] for one in segments]
    return sentence([_listed(one.base, years, language) for one, years in zip(segments, told, strict=True)], language)


def of_paths(panels: Sequence[Panel], language: Language) -> str:
    """Where every path begins and ends."""
    said = []
    for one in panels:
        path = PATH.of(language).format(one.name, shown(one.start), shown(one.end))
        band = "" if one.low is None else BAND.of(language).format(shown(one.low), shown(one.high))
        said.append(path + band)
    return sentence(said, language)


def _bar(row: Bar, language: Language, detail: Detail = "fraction") -> str:
    beside = DETAILS[detail].of(language).format(part=shown(row.part), base=shown(row.base))
    return named(row.name, shown(row.rate), language) + beside


def _listed(name: str, parts: Sequence[str], language: Language) -> str:
    return name + COLON.of(language) + COMMA.of(language).join(parts)
