"""From an answer to the rows of the live charts: districts, categories by size, and the city's own rate."""

from __future__ import annotations

import numpy as np

from analysis.coverage.answers import Answer
from analysis.coverage.limits import bands_of
from analysis.coverage.lookup import Shares
from analysis.quantities import Label
from analysis.scenarios.standing import Standing
from analysis.views.live_gaps import gaps_rows, readings_rows
from analysis.views.live_screen import Row, Screen, flat
from analysis.views.live_shares import fill_of, outline_of, shares_rows, upper_of
from analysis.views.live_steps import cascade_rows, ladder_rows
from analysis.views.theme import COVERED, RECEDING


def rows_of(screen: Screen, found: Answer, stands: Standing, *, order: str = "rate") -> dict[str, list[Row]]:
    """The rows of every live chart, by the name of the data.

    Parameters
    ----------
    order
        Of the districts' bars: `rate`, `base` (the largest first) or `study`.
    """
    shares = shares_rows(stands.present, screen.language)
    return {
        "districts": _districts(screen, found, order),
        "rule": _rule(screen, found.everywhere),
        "bands": _bands(screen, found),
        "ladder": ladder_rows(screen, found.ladder),
        "cascade": cascade_rows(screen, found),
        "gaps": gaps_rows(screen, stands, shares),
        "readings": readings_rows(screen, stands, shares),
    }


def _districts(screen: Screen, found: Answer, order: str) -> list[Row]:
    if not screen.districts:
        return []
    chosen, upper = set(found.state.districts), upper_of(found.districts.rate)
    base = _base_words(screen, found)
    keys = {"rate": -np.nan_to_num(found.districts.rate, nan=-1.0), "base": -found.districts.whole.astype(float)}
    ranks = np.argsort(np.argsort(keys.get(order, np.arange(len(screen.districts))), kind="stable"))
    rows = zip(screen.districts, shares_rows(found.districts, screen.language), ranks.tolist(), strict=True)
    return [
        {
            **place,
            **share,
            **fill_of(share["rate"], upper),
            "order": rank,
            "base": base,
            "outline": outline_of(share["rate"], is_chosen=place["id"] in chosen),
            "bar": COVERED if not chosen or place["id"] in chosen else RECEDING,
        }
        for place, share, rank in rows
    ]


def _rule(screen: Screen, everywhere: Shares) -> list[Row]:
    (row,) = shares_rows(everywhere, screen.language)
    return [{**row, "name": screen.study.settings.place.label.of(screen.language)}] if row["rate"] is not None else []


def _bands(screen: Screen, found: Answer) -> list[Row]:
    state, upper = found.state, upper_of(found.bands.rate)
    is_filtered = bool(state.categories or state.staff_from)
    shares = iter(shares_rows(found.bands, screen.language))
    of = Label("{}家", "of {}").of(screen.language)
    rows = []
    for number_, (category, name) in enumerate(zip(found.lookup.board.cube.categories, screen.categories, strict=True)):
        for position, ((low, high), band) in enumerate(zip(bands_of(screen.study), screen.bands, strict=True)):
            row = next(shares)
            meant = (not state.categories or category in state.categories) and (not high or high >= state.staff_from)
            rows.append(
                row
                | fill_of(row["rate"], upper)
                | {
                    "id": f"{category}|{low}",
                    "name": name,
                    "order": number_,
                    "band": band,
                    "band_order": position,
                    "base": flat(f"{name} · {band}"),
                    "whole_words": of.format(row["whole_text"]),
                    "outline": outline_of(row["rate"], is_chosen=is_filtered and meant),
                }
            )
    return rows


def _base_words(screen: Screen, found: Answer) -> str:
    bases = {base.id: base for base in screen.study.settings.bases}
    base = bases.get(found.state.base)
    return base.short_label.of(screen.language) if base else ""
