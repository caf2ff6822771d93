"""Coverage by category, by size and by district."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from analysis.briefing.context import Context
from analysis.briefing.sections.suppressed_section import compares, exercise, not_compared, not_in_data
from analysis.briefing.texts import label
from analysis.coverage.base_names import base_label
from analysis.coverage.indicators import (
    OUTCOMES,
    Outcome,
    Part,
    base_selection,
    coverage_by,
    coverage_by_band,
    having,
)
from analysis.coverage.returned import bands_of
from analysis.coverage.selection import Selection
from analysis.errors import NotInDataError
from analysis.ledger import Claim
from analysis.quantities import Label, constant
from analysis.sources.synthetic_totals import category_figures
from analysis.study_models import Base
from analysis.views.blocks import Block, Figure, Paragraph, Table
from analysis.views.charts import coverage_bars
from analysis.views.map_charts import heat_map, tile_map
from analysis.views.rows import Cell, Tile
from analysis.views.tables import parts_table
from analysis.views.wording import slots_of

Parts = Mapping[Outcome, Sequence[Part]]


def by_category(context: Context) -> tuple[Block, ...]:
    """Coverage of each category, and of each size within it."""
    if not context.has_cells or context.within.categories:
        return ()
    parts, lacking = _known(context, "categories", context.within)
    organisation = parts.get("organisation", ())[:-1]
    return (
        context.head("by_category"),
        _whence(context),
        *_extremes(context, organisation),
        _table(context, "by_category", parts, context.within, column="by_category.column"),
        *lacking,
        *(_by_band(context) if organisation else ()),
    )


def by_size(context: Context) -> tuple[Block, ...]:
    """Coverage of each category and size, and of the enterprises at or above the staff threshold."""
    if not context.has_cells:
        return ()
    large = context.large
    parts, lacking = _known(context, "districts", large.but(districts=()))
    if "organisation" in parts:
        rate = context.counter.rate(large.but(organisation="any"), base=large)
        told = context.say("by_size.covered", **slots_of("name", rate.base_name, rate))
    else:
        told = context.say(
            "by_size.known", name=context.called(large), base=context.counter.count("enterprises", large)
        )
    return context.head("by_size"), told, _table(context, "by_size", parts, large.but(districts=())), *lacking


def by_district(context: Context) -> tuple[Block, ...]:
    """Coverage of each district over the chosen base."""
    if not context.has_cells or not context.study.districts:
        return ()
    within = context.within.but(districts=())
    whole = base_selection(context.base, within)
    parts, lacking = _known(context, "districts", within, base=context.base)
    organisation = parts.get("organisation", ())[:-1]
    # what is withheld throughout is said by the table
    is_drawn = compares(context) and not all(part.rate.share.withheld for part in organisation)
    return (
        context.head("by_district"),
        *_by_whom(context),
        *(_extremes(context, organisation) if compares(context) else ()),
        *((_tiles(context, organisation),) if is_drawn else ()),
        _table(context, "by_district", parts, whole),
        *lacking,
        *((_bars(context, organisation, whole),) if is_drawn else ()),
    )


def _known(
    context: Context, attribute: Literal["districts", "categories"], within: Selection, *, base: Base | None = None
) -> tuple[Parts, tuple[Block, ...]]:
    """Coverage by organisations and by instructors, as far as the data has them, each with its total; and what it lacks.

    Raises
    ------
    NotInDataError
        When it has neither.
    """
    whole = within if base is None else base_selection(base, within)
    found: dict[Outcome, tuple[Part, ...]] = {}
    lacking: list[str] = []
    for outcome in OUTCOMES:
        try:
            parts = coverage_by(context.counter, attribute, within, base=base, outcome=outcome)
            found[outcome] = (*parts, _total(context, whole, outcome))
        except NotInDataError as error:
            lacking += error.attributes
            if outcome == OUTCOMES[-1] and not found:
                raise NotInDataError(error.message, lacking) from None
    return found, not_in_data(context, lacking)


def _table(context: Context, id: str, parts: Parts, whole: Selection, *, column: str = "by_district.column") -> Table:
    names = {"title": label(f"{id}.title"), "head": label(column), "base": base_label(context.study, whole)}
    return parts_table(parts, context.language, id=id, **names)


def _whence(context: Context) -> Paragraph:
    """Which of the numbers by category were published, and where the others come from."""
    source = context.origin.name
    if context.origin.is_counted:
        return context.say("by_category.counted", source=source)
    published = len(category_figures(context.study)) == len(context.study.settings.categories)
    if not (context.is_whole and published):
        return context.say("by_category.never_published", source=source)
    lacks = any(context.counter.lacking("enterprises", having(context.within, outcome)) for outcome in OUTCOMES)
    return context.say("by_category.published_alone" if lacks else "by_category.published", source=source)


def _by_whom(context: Context) -> tuple[Block, ...]:
    """Where the numbers by district come from, and whether districts can be compared by them."""
    if context.origin.is_counted:
        return (context.say("by_district.counted", source=context.origin.name),)
    return context.say("by_district.synthetic"), exercise(context) if compares(context) else not_compared(context)


def _total(context: Context, whole: Selection, outcome: Outcome) -> Part:
    total = label("by_district.total", part=context.part)
    return Part("total", total, context.counter.rate(having(whole, outcome), base=whole))


def _extremes(context: Context, parts: Sequence[Part]) -> tuple[Block, ...]:
    known = [part for part in parts if part.rate.base.value]
    shown = [part for part in known if not part.rate.share.withheld]
    shown.sort(key=lambda part: part.rate.share.value)
    if len(shown) < 2:
        return ()
    low, high = shown[0], shown[-1]
    slots = slots_of("high", high.label, high.rate) | slots_of("low", low.label, low.rate)
    is_all = len(shown) == len(known)
    return (context.say("by_district.extremes" if is_all else "by_district.extremes_of_shown", **slots),)


def _by_band(context: Context) -> tuple[Block, ...]:
    """Category by staff band, each rate over its own base; a sentence where every rate is withheld."""
    rows = coverage_by_band(context.counter, context.within)
    if all(part.rate.share.withheld for row in rows for part in row if part.rate.base.value):
        return (context.say("by_band.withheld", "note"),)
    cells = [
        Cell(
            context.name(part.label),
            band_label(low, high).of(context.language),
            context.bar(part.rate, part.id, part.label),
        )
        for row in rows
        for part, (low, high) in zip(row, bands_of(context.study), strict=True)
    ]
    figure = context.chart("by_band", heat_map(cells, language=context.language), place=context.place)
    return (replace(figure, claims=figure.claims + tuple(_limits(context))),)


def _limits(context: Context) -> Iterator[Claim]:
    """The limits of the staff bands, which stand in the column heads."""
    for limit in sorted({limit for band in bands_of(context.study) for limit in band if limit}):
        yield context.claim(constant(limit, "staff", label("by_band.limit")))


def band_label(low: int, high: int) -> Label:
    """What a staff band is called; without a lower or an upper limit where that is 0.

    Examples
    --------
    >>> band_label(25, 49).zh, band_label(100, 0).en
    ('25至49人', '100 or more')
    """
    name = "by_band.between" if low and high else "by_band.first" if high else "by_band.last"
    return label(name, low=str(low), high=str(high))


def _tiles(context: Context, parts: Sequence[Part]) -> Figure:
    places = {row.id: row for row in context.study.districts}
    tiles = [
        Tile(context.bar(part.rate, part.id, part.label), places[part.id].tile_column, places[part.id].tile_row)
        for part in parts
    ]
    picture = tile_map(tiles, language=context.language, selected=(context.setting("district"),))
    base = context.called(base_selection(context.base, context.within.but(districts=())))
    return context.chart("tiles", picture, base=base, width=0.85)


def _bars(context: Context, parts: Sequence[Part], whole: Selection) -> Figure:
    total = _total(context, whole, "organisation")
    picture = coverage_bars(
        [context.bar(part.rate, part.id, part.label) for part in parts],
        language=context.language,
        rule=context.claim(total.rate.share),
        rule_name=context.study.settings.place.label.of(context.language),
        selected=(context.setting("district"),),
    )
    return context.chart("bars", picture)
