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

MOST_BARS = 24  # of districts or townships, so that their names can be read


def rows_of(screen: Screen, found: Answer, stands: Standing, *, order: str = "rate") -> dict[str, list[Row]]:
    """The rows of every live chart, by the name of the data.

    Parameters
    ----------
    order
        Of the districts' bars: `rate`, `base` (the largest first) or `study`.
    """
    shares = shares_rows(stands.present, screen.language)
    districts = _districts(screen, found, order)
    return {
        "districts": districts,
        "bars": [
            row for row in districts if row["order"] < MOST_BARS or (row["bar"] == COVERED and found.state.districts)
        ],
        "townships": _townships(screen, found, order),
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
    ranks = _ranks(found.districts, order)
    rows = zip(screen.districts, shares_rows(found.districts, screen.language), ranks, strict=True)
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


def _townships(screen: Screen, found: Answer, order: str) -> list[Row]:
    names, shares = found.townships
    base, ranks = _base_words(screen, found), _ranks(shares, order)
    rows = zip(names, shares_rows(shares, screen.language), ranks, strict=True)
    return [
        {**share, "id": name, "name": name, "order": rank, "base": base, "bar": COVERED}
        for name, share, rank in rows
        if rank < MOST_BARS
    ]


def _ranks(shares: Shares, order: str) -> list[int]:
    """The place of each in an order: the highest rate or the largest base first, or as they are."""
    keys = {"rate": -np.nan_to_num(shares.rate, nan=-1.0), "base": -shares.whole.astype(float)}
    key = keys.get(order, np.arange(len(shares.part)))
    ranks: list[int] = np.argsort(np.argsort(key, kind="stable")).tolist()
    return ranks


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
