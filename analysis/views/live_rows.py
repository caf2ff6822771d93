"""From an answer to the rows of the live charts: districts, categories by size, and the city's own rate."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import product

from analysis.coverage.answers import Answer
from analysis.coverage.limits import bands_of
from analysis.coverage.selection import Selection, base_label, kind_label, placed
from analysis.quantities import Label
from analysis.scenarios.standing import Standing
from analysis.study import Study
from analysis.views.live_gaps import gaps_rows, readings_rows
from analysis.views.live_screen import Row, Screen
from analysis.views.live_shares import fill_of, outline_of, shares_rows, upper_in
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
    kind = kind_label(screen.study, found.state.based(screen.study), named=True)  # that every rate by place is of
    districts = _districts(screen, found, order, kind)
    return {
        "districts": districts,
        "bars": [
            row
            for row in districts
            if is_shown(row["order"], len(districts)) or (row["bar"] == COVERED and found.state.districts)
        ],
        "townships": _townships(screen, found, order, kind),
        "rule": _rule(screen, found, kind),
        "bands": _bands(screen, found),
        "ladder": ladder_rows(screen, found),
        "cascade": cascade_rows(screen, found),
        "gaps": gaps_rows(screen, stands, shares, within=found.state.within),
        "readings": readings_rows(screen, stands, shares),
    }


def is_shown(rank: int, places: int) -> bool:
    """Whether a place has a bar: all of few, both ends of many.

    Examples
    --------
    >>> [rank for rank in range(340) if is_shown(rank, 340)][11:13]
    [11, 328]
    """
    return places <= MOST_BARS or rank < MOST_BARS // 2 or rank >= places - MOST_BARS // 2


def _districts(screen: Screen, found: Answer, order: str, kind: Label) -> list[Row]:
    if not screen.districts:
        return []
    shares = shares_rows(found.districts, screen.language)
    chosen, upper = set(found.state.districts), upper_in(shares)
    labels = {row.id: row.label for row in screen.study.districts}
    rows = zip(screen.districts, shares, _ranks(shares, found.districts.whole.tolist(), order), strict=True)
    return [
        {
            **place,
            **share,
            **fill_of(share["rate"], upper),
            "order": rank,
            "base": placed(kind, labels[place["id"]]).of(screen.language),
            "outline": outline_of(share["rate"], is_chosen=place["id"] in chosen),
            "bar": COVERED if not chosen or place["id"] in chosen else RECEDING,
        }
        for place, share, rank in rows
    ]


def _townships(screen: Screen, found: Answer, order: str, kind: Label) -> list[Row]:
    names, counted = found.townships
    shares = shares_rows(counted, screen.language)
    rows = zip(names, shares, _ranks(shares, counted.whole.tolist(), order), strict=True)
    return [
        {
            **share,
            "id": name,
            "name": name,
            "order": rank,
            "base": placed(kind, Label(name, name)).of(screen.language),
            "bar": COVERED,
        }
        for name, share, rank in rows
        if is_shown(rank, len(names))
    ]


def _ranks(shares: Sequence[Row], wholes: Sequence[int], order: str) -> list[int]:
    """The place of each in an order: the highest rate or the largest base first, or as they are; unknown rates last."""
    rates = [-1.0 if row["rate"] is None else row["rate"] for row in shares]
    keys: dict[str, Sequence[float]] = {
        "rate": rates,
        "base": [-1 if rate < 0 else whole for rate, whole in zip(rates, wholes, strict=True)],
    }
    key = keys.get(order, [0] * len(rates))
    ranks = [0] * len(rates)
    for rank, place in enumerate(sorted(range(len(rates)), key=lambda place: -key[place])):
        ranks[place] = rank
    return ranks


def _rule(screen: Screen, found: Answer, kind: Label) -> list[Row]:
    (row,) = shares_rows(found.everywhere, screen.language)
    place = screen.study.settings.place.label
    named = {"name": place.of(screen.language), "base": placed(kind, place).of(screen.language)}
    return [{**row, **named}] if row["rate"] is not None else []


def _bands(screen: Screen, found: Answer) -> list[Row]:
    all_shares = shares_rows(found.bands, screen.language)
    state, upper, shares = found.state, upper_in(all_shares), iter(all_shares)
    names = iter(_band_names(screen.study, state.within.but(categories=(), staff_from=0)))
    is_filtered = bool(state.categories or state.staff_from)
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
                    "base": next(names).of(screen.language),
                    "whole_words": of.format(row["whole_text"]),
                    "outline": outline_of(row["rate"], is_chosen=is_filtered and meant),
                }
            )
    return rows


@lru_cache(maxsize=1024)
def _band_names(study: Study, within: Selection) -> tuple[Label, ...]:
    """What the rates of categories by size are of, category by category."""
    cells = product([row.id for row in study.settings.categories], bands_of(study))
    return tuple(
        base_label(study, within.but(categories=(name,), staff_from=low, staff_to=high)) for name, (low, high) in cells
    )
