"""From an answer to the rows of the live charts: lengths, colours, and words that are ready to be drawn.

Counted cells of fewer than `SMALLEST` enterprises are not shown, nor what is computed from them. Synthetic ones are
nobody's, and stay, with their mark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from analysis.coverage.answers import Answer, Ladder
from analysis.coverage.indicators import step_label
from analysis.coverage.limits import bands_of
from analysis.coverage.lookup import Shares
from analysis.quantities import Label, Language, Status
from analysis.scenarios.standing import UNKNOWN, Standing
from analysis.study import Study
from analysis.study_models import Base
from analysis.views.lettering import fitted, wrapped
from analysis.views.live_charts import NAMES
from analysis.views.theme import ACCENT, COVERED, HAIRLINE, INK, PAPER, RECEDING, SMALL, ink_on, shade
from analysis.views.wording import capital, number, status_word

SMALLEST = 10
SHADES = 100
TILE = 76  # room for a name in a tile, px
NOTHING = "—"
CLEAR = "#00000000"

Row = dict[str, Any]


@dataclass(frozen=True)
class Screen:
    """What does not change while a reader explores: the study and the words for its parts."""

    study: Study
    language: Language
    districts: tuple[Row, ...]
    categories: tuple[str, ...]
    bands: tuple[str, ...]


def screen_of(study: Study, language: Language) -> Screen:
    """The words for a study's parts, wrapped to the room they have, and the places of its tiles."""
    first_column = min((row.tile_column for row in study.districts), default=0)
    first_row = min((row.tile_row for row in study.districts), default=0)
    districts = tuple(
        {
            "id": row.id,
            "name": _named(row.label, language),
            **_tile(row.label.of(language), row.tile_column - first_column, row.tile_row - first_row),
        }
        for row in study.districts
    )
    categories = tuple(_named(row.label, language) for row in study.settings.categories)
    bands = (_band(low, high).of(language) for low, high in bands_of(study))
    heads = tuple("\n".join(wrapped(band, 50, SMALL, most=2)) for band in bands)
    return Screen(study, language, districts, categories, heads)


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
        "ladder": _ladder(screen, found.ladder),
        "cascade": _cascade(screen, found),
        "gaps": _gaps(screen, stands, shares),
        "readings": _readings(screen, stands, shares),
    }


def upper_of(rates: np.ndarray[Any, Any]) -> float:
    """The end of a scale: one of a few steps, so that it stands still while a slider moves a little.

    Examples
    --------
    >>> upper_of(np.array([0.042, np.nan])), upper_of(np.array([np.nan]))
    (0.05, 1.0)
    """
    known = rates[~np.isnan(rates)]
    highest = float(known.max()) if known.size else 1.0
    return next((step for step in _STEPS_OF_SCALES if highest <= step), 1.0)


def shares_rows(shares: Shares, language: Language) -> list[Row]:
    """Rate, part and whole of each, as lengths and as words, flattened in the arrays' order.

    Examples
    --------
    >>> from analysis.coverage.lookup import shares_of
    >>> counted = shares_of([((3, Status.COUNTED), (40, Status.COUNTED))])
    >>> row = shares_rows(counted, "en")[0]
    >>> row["part_text"], row["rate_text"], row["rate"]
    ('<10', '—', None)
    """
    columns = (shares.part, shares.part_status, shares.whole, shares.whole_status, shares.rate, shares.status)
    values = zip(*(column.ravel().tolist() for column in columns), strict=True)
    return [
        _share((part, part_status), (whole, whole_status), rate, status, language)
        for part, part_status, whole, whole_status, rate, status in values
    ]


def _share(part: tuple[int, int], whole: tuple[int, int], rate: float, status: int, language: Language) -> Row:
    hidden = is_small(*part) or is_small(*whole)
    known = whole[0] > 0 and not hidden
    part_text, whole_text = count_text(*part, language), count_text(*whole, language)
    return {
        "rate": rate if known else None,
        "rate_text": number(rate, "share", language, decimals=2) + MARKS[status] if known else NOTHING,
        "part_text": part_text,
        "whole_text": whole_text,
        "fraction": f"{part_text} / {whole_text}",
        "status": status_words(language)[status],
    }


def is_small(value: int, status: int) -> bool:
    """Whether a count is of real enterprises and so few that they could be known by it."""
    return status in _REAL and 0 < value < SMALLEST


def count_text(value: int, status: int, language: Language) -> str:
    """A count as it is shown: with its mark, or only that it is small."""
    return f"<{SMALLEST}" if is_small(value, status) else number(value, "count", language) + MARKS[status]


_STEPS_OF_SCALES = (0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.75)
MARKS = tuple(status.mark for status in Status)
_REAL = frozenset({int(Status.COUNTED)})


@cache
def status_words(language: Language) -> tuple[str, ...]:
    """Each status in a word, in the order of their numbers."""
    return tuple(status_word(status, language) for status in Status)


@cache
def _shades() -> list[tuple[str, str]]:
    """The ramp of fills with the ink that stands out on each."""
    fills = [shade(step / SHADES) for step in range(SHADES + 1)]
    return [(fill, ink_on(fill)) for fill in fills]


def _fill(rate: float | None, upper: float) -> Row:
    if rate is None:
        return {"fill": PAPER, "ink": INK}
    fill, ink = _shades()[min(round(rate / upper * SHADES), SHADES)]
    return {"fill": fill, "ink": ink}


def _outline(rate: float | None, *, is_chosen: bool) -> str:
    return ACCENT if is_chosen else HAIRLINE if rate is None else CLEAR


def _tile(name: str, column: int, row: int) -> Row:
    """A tile's box on the map, in tiles, with its name's lines and the rate below them in the middle."""
    gap = 0.035
    box = {"x": column + gap, "x2": column + 1 - gap, "y": row + gap, "y2": row + 1 - gap}
    size, lines = fitted(name, TILE, 37, sizes=(SMALL, 11, 10, 9))
    words = {"tile": "\n".join(lines), "name_size": size, "mx": column + 0.5}
    name_y, rate_y = _HEIGHTS[len(lines) - 1]
    return {**box, **words, "name_y": row + name_y, "rate_y": row + rate_y}


_HEIGHTS = ((0.33, 0.68), (0.28, 0.76), (0.26, 0.83))  # of name and rate in a tile, by the name's lines


def _band(low: int, high: int) -> Label:
    if not low:
        return Label(f"{high}以下", f"up to {high}")
    if not high:
        return Label(f"{low}以上", f"{low}+")
    return Label(f"{low}–{high}", f"{low} to {high}")


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
            **_fill(share["rate"], upper),
            "order": rank,
            "base": base,
            "outline": _outline(share["rate"], is_chosen=place["id"] in chosen),
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
                | _fill(row["rate"], upper)
                | {
                    "id": f"{category}|{low}",
                    "name": name,
                    "order": number_,
                    "band": band,
                    "band_order": position,
                    "base": _flat(f"{name} · {band}"),
                    "whole_words": of.format(row["whole_text"]),
                    "outline": _outline(row["rate"], is_chosen=is_filtered and meant),
                }
            )
    return rows


def _flat(text: str) -> str:
    """A wrapped text in one line."""
    return text.replace("\n", " ")


def _base_words(screen: Screen, found: Answer) -> str:
    bases = {base.id: base for base in screen.study.settings.bases}
    base = bases.get(found.state.base)
    return base.short_label.of(screen.language) if base else ""


def _ladder(screen: Screen, ladder: Ladder) -> list[Row]:
    language = screen.language
    bases: dict[str, Base] = {base.id: base for base in screen.study.settings.bases}
    at_most = Label("至多", "at most ").of(language)
    shown = zip(
        ladder.bases,
        shares_rows(ladder.shares, language),
        shares_rows(ladder.counted, language),
        ladder.is_upper_bound.tolist(),
        ladder.counted.part.tolist(),
        ladder.counted.whole.tolist(),
        strict=True,
    )
    rows = []
    for order, (name, share, counted, is_bound, part, whole) in enumerate(shown):
        lead = at_most if is_bound else ""
        inner = counted if is_bound else share
        words = f"{inner['rate_text']}　{inner['part_text']} / {share['whole_text']}"
        rows.append(
            share
            | {
                "id": name,
                "order": order,
                "name": capital(bases[name].short_label.of(language)),
                "whole": whole,
                "part": part if share["rate"] is not None or not whole else None,
                "words": words,
                "rate_text": lead + share["rate_text"],
                "inside": f"{counted['part_text']} ({counted['rate_text']})",
            }
        )
    return rows


def _cascade(screen: Screen, found: Answer) -> list[Row]:
    language = screen.language
    names = [
        *(_FIRST if found.from_registered else ()),
        *_STEPS[:2],
        step_label(found.state.full_members_from),
        *_STEPS[2:],
    ]
    base = names[0].of(language)
    rows = []
    for order, (label, share) in enumerate(zip(names, shares_rows(found.cascade, language), strict=True)):
        name = _named(label, language)
        words = f"{share['part_text']}　{share['rate_text']}"
        rows.append(share | {"id": order, "order": order, "name": name, "words": words, "base": base})
    return rows


_FIRST = (Label("工商注册", "registered"),)
_STEPS = (
    Label("实际开业投产", "operating"),
    Label("有党员", "with a member"),
    Label("党组织覆盖", "covered by an organisation"),
    Label("党组织达到“五个好”", "with a five-good organisation"),
)


@cache
def _named(label: Label, language: Language) -> str:
    """A name left of a plot, in lines."""
    return "\n".join(wrapped(capital(label.of(language)), NAMES[language] - 10, SMALL, most=2))


def _gaps(screen: Screen, stands: Standing, shares: Sequence[Row]) -> list[Row]:
    language = screen.language
    rows = []
    for order, (target, share, missing, status) in enumerate(
        zip(stands.targets, shares, stands.missing.tolist(), stands.present.status.tolist(), strict=True)
    ):
        known = [value for value in missing if value != UNKNOWN]
        rows.append(
            share
            | {
                "id": target.id,
                "order": order,
                "name": capital(target.label.of(language)),
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
    texts = [count_text(value, status, language) for value in dict.fromkeys((low, high))]
    return Label("尚缺", "missing ").of(language) + Label("至", " to ").of(language).join(texts)


def _readings(screen: Screen, stands: Standing, shares: Sequence[Row]) -> list[Row]:
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
                        "required": count_text(need, status, language),
                        "missing": count_text(lack, status, language),
                        "status": share["status"],
                    }
                )
    return rows
