"""The rows of the live dot plot: every target today, what each reading of it asks for, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.coverage.selection import Selection, base_label
from analysis.quantities import Label, Language
from analysis.scenarios.standing import UNKNOWN, Standing
from analysis.scenarios.targets import whole_of
from analysis.views.live_screen import Row, Screen
from analysis.views.live_shares import MARKS, NOTHING
from analysis.views.wording import capital, number


def gaps_rows(screen: Screen, stands: Standing, shares: Sequence[Row], *, within: Selection) -> list[Row]:
    """Every target that is measured: where it stands, and how many are missing in words."""
    language = screen.language
    rows = []
    for order, (target, share, missing, status) in enumerate(
        zip(stands.targets, shares, stands.missing.tolist(), stands.present.status.tolist(), strict=True)
    ):
        known = [value for value in missing if value != UNKNOWN]
        measure, meant = whole_of(target, within)
        rows.append(
            share
            | {
                "id": target.id,
                "order": order,
                "name": capital(target.label.of(language)),
                "base": base_label(screen.study, meant, of=measure).of(language),
                "words": f"{share['rate_text']}　{_missing(known, status, language)}"
                if share["rate"] is not None
                else NOTHING,
            }
        )
    return rows


def _missing(known: list[int], status: int, language: Language) -> str:
    if not known:
        return ""
    low, high = min(known), max(known)
    if not high:
        return Label("已达到", "met").of(language)
    texts = [_count(value, status, language) for value in dict.fromkeys((low, high))]
    return Label("尚缺", "missing ").of(language) + Label("至", " to ").of(language).join(texts)


def _count(value: int, status: int, language: Language) -> str:
    return number(value, "count", language) + MARKS[status]


def readings_rows(screen: Screen, stands: Standing, shares: Sequence[Row]) -> list[Row]:
    """What each reading of a target asks for."""
    language = screen.language
    required, missing = stands.required.tolist(), stands.missing.tolist()
    rows = []
    for order, (target, share, whole, status) in enumerate(
        zip(stands.targets, shares, stands.present.whole.tolist(), stands.present.status.tolist(), strict=True)
    ):
        for position, reading in enumerate(target.readings):
            need, lack = required[order][position], missing[order][position]
            if need != UNKNOWN and whole and share["rate"] is not None:
                rows.append(
                    {
                        "id": target.id,
                        "order": order,
                        "name": capital(target.label.of(language)),
                        "share": min(need / whole, 1.0),
                        "reading": capital(reading.label.of(language)),
                        "required": _count(need, status, language),
                        "missing": _count(lack, status, language),
                        "status": share["status"],
                    }
                )
    return rows
