"""What a chart shows, in words: the alternative texts of figures. Every number in them stands in the chart as well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from analysis.ledger import Claim
from analysis.quantities import Language, joined
from analysis.views.rows import Bar, Row, falling, is_number, shown
from analysis.views.wording import capital, text

Detail = Literal["rate", "base", "fraction"]

BESIDE = {"base": "charts.of", "fraction": "charts.fraction"}  # what a chart prints beside a rate


def sentence(parts: Sequence[str], language: Language) -> str:
    """Parts one after the other, as a sentence."""
    if language == "zh":
        return "；".join(parts) + "。"
    return capital("; ".join(parts) + ".")


def named(name: str, number: str, language: Language) -> str:
    """A name and its number, one after the other.

    Examples
    --------
    >>> named("昆山市", "58%", "zh"), named("情景2", "58%", "zh"), named("Kunshan", "58%", "en")
    ('昆山市58%', '情景2 58%', 'Kunshan 58%')
    """
    return joined(name, number) if language == "zh" else f"{name} {number}"


def listed(name: str, parts: Sequence[str], language: Language) -> str:
    """A name and what belongs to it."""
    return text("charts.listed", language, name=name, parts=text("charts.comma", language).join(parts))


def numbers_told(row: Row, names: Sequence[str], language: Language) -> str:
    """A row with its numbers, each under the name of its column."""
    pairs = zip(names, map(shown, row.claims), strict=True)
    return listed(row.name, [named(*pair, language) for pair in pairs], language)


def bar_told(row: Bar, language: Language, detail: Detail = "fraction") -> str:
    """A rate and what it is a share of."""
    told = named(row.name, shown(row.rate), language)
    return (
        told if detail == "rate" else told + text(BESIDE[detail], language, part=shown(row.part), base=shown(row.base))
    )


def ends_told(
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
    ends = [bar_told(row, language, detail) for row in (known[:1] + known[-1:] if len(known) > 1 else known)]
    if len(ends) > 1:
        ends = [
            text(f"charts.{lead}", language, row=end) for lead, end in zip(("highest", "lowest"), ends, strict=True)
        ]
    beside = [named(rule_name, shown(rule), language)] if rule is not None else []
    return sentence([*(ends or [text("charts.no_rate", language)]), *beside], language)


def span(row: Row, language: Language) -> str:
    """A range in words, also where one of its ends is open."""
    low, high = row.claims
    if high is None:
        return text("charts.at_least", language, low=shown(low))
    if low is None:
        return text("charts.at_most", language, high=shown(high))
    return shown(low) if is_exact(row) else text("charts.between", language, low=shown(low), high=shown(high))


def is_exact(row: Row) -> bool:
    """Whether both ends of a range are the same number."""
    low, high = row.claims
    return low is not None and high is not None and low.quantity.value == high.quantity.value
