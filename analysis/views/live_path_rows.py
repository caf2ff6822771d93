"""From a path or its draws to the live charts' rows and words: where each target goes under the levers as they stand.

The numbers are those of the printed paths: the same series, quantiles and quantities.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.quantities import Language, Quantity
from analysis.scenarios.addresses import expected_quantity, quantity
from analysis.scenarios.outcomes import Rule, readings_of, speaks_of_its_base
from analysis.scenarios.scenario import Scenario
from analysis.scenarios.series import BASES, QUANTILES, asked, bands, due, series
from analysis.scenarios.simulation import Draws, Path
from analysis.views.live_paths import data_name
from analysis.views.theme import COVERED, TARGET
from analysis.views.wording import capital, claim, status_word

Row = dict[str, Any]
NOTHING = "—"


@dataclass(frozen=True, eq=False)
class Ahead:
    """What a reader looks at.

    Parameters
    ----------
    start
        The scenario that the levers were moved from.
    before
        Where it leads without chance.
    now
        Where the levers lead: without chance, or in draws.
    years
        For targets without a deadline.
    certainty
        The share of the draws that must meet a target.
    """

    start: Scenario
    before: Path
    now: Path | Draws
    years: int
    certainty: float

    def due(self, rule: Rule) -> int:
        """The year a target is due, if the path goes so far."""
        return due(self.now, rule, years=self.years)

    def met(self, rule: Rule) -> list[bool]:
        """For each reading over each base: whether it is met, in enough of the draws where there are draws."""
        year, target = self.due(rule) - self.now.scenario.year, rule.target
        shares = [
            series(self.now, f"{target.id}#{place}~{base}.met")[year].mean() for place, base in readings_of(target)
        ]
        return [bool(share >= (self.certainty if isinstance(self.now, Draws) else 1)) for share in shares]

    def quantity(self, name: str, *, year: int, stat: str = "p50") -> Quantity:
        """A number of the path, or a statistic of the draws."""
        if isinstance(self.now, Draws):
            return quantity(self.now, name, year=year, stat=stat)
        value = float(series(self.now, name)[year - self.now.scenario.year, 0])
        return expected_quantity(self.now, name, year=year, value=value)


def rows_of(ahead: Ahead, language: Language) -> dict[str, list[Row]]:
    """The rows of every live path, by the name of the data."""
    found: dict[str, list[Row]] = {}
    for rule in ahead.now.measures.rules:
        years = _years(ahead, rule, language)
        found[data_name("years", rule.target.id)] = years
        found[data_name("ends", rule.target.id)] = _ends(years)
        found[data_name("asked", rule.target.id)] = _asked(ahead, rule, language)
    return found


def text_of(value: Quantity, language: Language) -> str:
    """A quantity as text with its mark."""
    return NOTHING if math.isnan(value.value) else claim(value, language).marked


def reading_words(rule: Rule, place: int, base: str, language: Language) -> str:
    """A reading in words, with the base that is meant where it does not say so itself."""
    said = capital(rule.target.readings[place].label.of(language))
    if speaks_of_its_base(rule.target):
        return said
    return f"{said}（{BASES[base].zh}）" if language == "zh" else f"{said} ({BASES[base].en})"


def _years(ahead: Ahead, rule: Rule, language: Language) -> list[Row]:
    target, first = rule.target.id, ahead.now.scenario.year
    last = ahead.due(rule)
    quantiles = bands(ahead.now, f"{target}.share")
    before = series(ahead.before, f"{target}.share")[:, 0]
    rows = []
    for place, year in enumerate(range(first, last + 1)):
        share, have, meant = (ahead.quantity(f"{target}.{part}", year=year) for part in ("share", "have", "meant"))
        was = expected_quantity(ahead.before, f"{target}.share", year=year, value=float(before[place]))
        rows.append(
            {
                "year": year,
                "year_text": str(year),
                **{name: _drawable(value) for name, value in zip(QUANTILES, quantiles[place], strict=True)},
                "before": _drawable(before[place]),
                "share_text": text_of(share, language),
                "have_text": text_of(have, language),
                "meant_text": text_of(meant, language),
                "band_text": _band(ahead, f"{target}.share", year, language),
                "before_text": text_of(was, language),
                "status": status_word(share.status, language),
            }
        )
    return rows


def _ends(years: Sequence[Row]) -> list[Row]:
    first, last = years[0], years[-1]
    return [
        {
            "first": first["year"],
            "last": last["year"],
            "first_text": first["year_text"],
            "last_text": last["year_text"],
            "start": first["p50"],
            "middle": min(max(last["p50"], LOWEST), 0.97),
            "start_text": first["share_text"],
            "end_text": last["share_text"],
            "band_text": "" if last["band_text"] == NOTHING else last["band_text"],
        }
    ]


def _asked(ahead: Ahead, rule: Rule, language: Language) -> list[Row]:
    year, target = ahead.due(rule), rule.target.id
    rows = []
    for (place, base), is_met in zip(readings_of(rule.target), ahead.met(rule), strict=True):
        at = f"{target}#{place}~{base}"
        share = float(np.median(asked(ahead.now, at)[year - ahead.now.scenario.year]))
        numbers = {part: ahead.quantity(f"{at}.{part}", year=year) for part in ("required", "missing")}
        met = ahead.quantity(f"{at}.met", year=year, stat="mean") if isinstance(ahead.now, Draws) else None
        rows.append(
            {
                "year": year,
                "year_text": str(year),
                "share": _drawable(min(share, 1.0)),
                "fill": COVERED if is_met else TARGET,
                "reading": reading_words(rule, place, base, language),
                "required_text": text_of(numbers["required"], language),
                "missing_text": text_of(numbers["missing"], language),
                "missing": numbers["missing"].value,
                "met": 0.0 if met is None else met.value,
                "met_text": NOTHING if met is None else text_of(met, language),
                "status": status_word(numbers["missing"].status, language),
            }
        )
    return rows


def _band(ahead: Ahead, name: str, year: int, language: Language) -> str:
    if not isinstance(ahead.now, Draws) or year == ahead.now.years[0]:
        return NOTHING
    ends = [text_of(ahead.quantity(name, year=year, stat=stat), language) for stat in ("p5", "p95")]
    return NOTHING if NOTHING in ends else "–".join(ends)


def _drawable(value: float) -> float:
    """A number to draw; nothing where there is no number."""
    return 0.0 if math.isnan(value) else float(value)


LOWEST = 0.16  # of the plot's height: the words at the end and the band below them stay above the years
