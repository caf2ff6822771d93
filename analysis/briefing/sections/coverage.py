"""Coverage by category, by size and by district."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from analysis.briefing.context import Context
from analysis.briefing.sections.suppressed_section import compares, exercise, not_compared, not_in_data
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
from analysis.views.blocks import Block, Figure, Paragraph
from analysis.views.charts import coverage_bars
from analysis.views.map_charts import heat_map, tile_map
from analysis.views.render import drawn
from analysis.views.rows import Bar, Cell, Tile, bar
from analysis.views.tables import parts_table
from analysis.views.wording import capital, claim, slots_of


def by_category(context: Context) -> tuple[Block, ...]:
    """Coverage of each category, and of each size within it."""
    if not context.has_cells or context.within.categories:
        return ()
    parts, lacking = _known(context, "categories", context.within)
    organisation = parts.get("organisation", ())[:-1]
    table = parts_table(
        parts,
        context.language,
        id="by_category",
        title=Label("分类别覆盖情况", "Coverage by category"),
        head=Label("类别", "Category"),
        base=base_label(context.study, context.within),
    )
    return (
        context.head("分类别覆盖情况", "By category"),
        _whence(context),
        *_extremes(context, organisation),
        table,
        *lacking,
        *(_by_band(context, context.within) if organisation else ()),
    )


def _known(
    context: Context, attribute: Literal["districts", "categories"], within: Selection, *, base: Base | None = None
) -> tuple[dict[Outcome, tuple[Part, ...]], tuple[Block, ...]]:
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


def _whence(context: Context) -> Paragraph:
    """Which of the numbers by category were published, and where the others come from."""
    source = context.origin.name
    if context.origin.is_counted:
        return context.say("以下各数由{source}清点。", "These numbers were counted from {source}.", source=source)
    published = len(category_figures(context.study)) == len(context.study.settings.categories)
    unknown = [
        outcome for outcome in OUTCOMES if context.counter.lacking("enterprises", having(context.within, outcome))
    ]
    if context.is_whole and published and unknown:
        return context.say(
            "各类别的企业数已经公布；其余没有公布，由{source}给出。",
            "The number of enterprises in each category was published; the rest was not, and comes from {source}.",
            source=source,
        )
    if context.is_whole and published:
        return context.say(
            "各类别的企业数已经公布；党组织和指导员在类别之间的分布没有公布，由{source}给出。",
            "The number of enterprises in each category was published. How organisations and instructors are spread over "
            "the categories was not; it comes from {source}.",
            source=source,
        )
    return context.say(
        "以下各数都没有公布过，由{source}给出。",
        "None of these numbers was ever published; they come from {source}.",
        source=source,
    )


def by_size(context: Context) -> tuple[Block, ...]:
    """Coverage of each category and size, and of the enterprises at or above the staff threshold."""
    if not context.has_cells:
        return ()
    large = context.large
    parts, lacking = _known(context, "districts", large.but(districts=()))
    return (
        context.head("分规模覆盖情况", "By size"),
        _large(context, large, is_covered="organisation" in parts),
        parts_table(
            parts,
            context.language,
            id="by_size",
            title=Label("职工人数门槛以上企业的覆盖情况", "Coverage of enterprises at or above the staff threshold"),
            head=Label("区域", "District"),
            base=base_label(context.study, large.but(districts=())),
        ),
        *lacking,
    )


def _large(context: Context, large: Selection, *, is_covered: bool) -> Paragraph:
    if not is_covered:
        base = context.counter.count("enterprises", large)
        return context.say("{name}有{base}家。", "There are {base} {name}.", name=context.called(large), base=base)
    rate = context.counter.rate(large.but(organisation="any"), base=large)
    return context.say(
        "{name}有{name_base}家，其中{name_part}家有党组织，占{name_share}。",
        "There are {name_base} {name}; {name_part} of them ({name_share}) have an organisation.",
        **slots_of("name", rate.base_name, rate),
    )


def by_district(context: Context) -> tuple[Block, ...]:
    """Coverage of each district over the chosen base."""
    if not context.has_cells or not context.study.districts:
        return ()
    within = context.within.but(districts=())
    parts, lacking = _known(context, "districts", within, base=context.base)
    organisation = parts.get("organisation", ())[:-1]
    table = parts_table(
        parts,
        context.language,
        id="by_district",
        title=Label("分区域覆盖情况", "Coverage by district"),
        head=Label("区域", "District"),
        base=base_label(context.study, base_selection(context.base, within)),
    )
    # what is withheld throughout is said by the table
    is_drawn = compares(context) and not all(part.rate.share.withheld for part in organisation)
    return (
        context.head("分区域覆盖情况", "By district"),
        *_by_whom(context),
        *(_extremes(context, organisation) if compares(context) else ()),
        *((_tiles(context, organisation),) if is_drawn else ()),
        table,
        *lacking,
        *((_bars(context, organisation),) if is_drawn else ()),
    )


def _by_whom(context: Context) -> tuple[Block, ...]:
    """Where the numbers by district come from, and whether districts can be compared by them."""
    if context.origin.is_counted:
        counted = context.say(
            "分区域数字由{source}清点。",
            "The numbers by district were counted from {source}.",
            source=context.origin.name,
        )
        return (counted,)
    drawn_up = context.say(
        "分区域数字从未公布。下列各数按登记份额和假设合成，合计与公布的全市数一致；在收到各区域报表之前，不能据以比较各区域的工作。",
        "No figure by district was ever published. The numbers below are synthesised from shares of registrations and "
        "from assumptions, and add up to the published totals; until the districts' returns are in, they are no ground "
        "for comparing the work of districts.",
    )
    return drawn_up, exercise(context) if compares(context) else not_compared(context)


def _total(context: Context, whole: Selection, outcome: Outcome) -> Part:
    label = Label("合计" + context.part.zh, "Total" + context.part.en)
    return Part("total", label, context.counter.rate(having(whole, outcome), base=whole))


def _extremes(context: Context, parts: tuple[Part, ...]) -> tuple[Block, ...]:
    known = [part for part in parts if part.rate.base.value]
    shown = [part for part in known if not part.rate.share.withheld]
    shown.sort(key=lambda part: part.rate.share.value)
    if len(shown) < 2:
        return ()
    low, high = shown[0], shown[-1]
    return (
        context.say(
            ("" if len(shown) == len(known) else "在公布了覆盖率的当中，")
            + "覆盖率最高的是{high}（{high_base}家中的{high_part}家，{high_share}），"
            "最低的是{low}（{low_base}家中的{low_part}家，{low_share}）。",
            ("Coverage" if len(shown) == len(known) else "Of those whose coverage is shown, it")
            + " is highest in {high} ({high_part} of {high_base}, {high_share}) and lowest in {low} ({low_part} "
            "of {low_base}, {low_share}).",
            **slots_of("high", high.label, high.rate),
            **slots_of("low", low.label, low.rate),
        ),
    )


def _by_band(context: Context, within: Selection) -> tuple[Block, ...]:
    """Category by staff band, each rate over its own base; a sentence where every rate is withheld."""
    language = context.language
    rows = coverage_by_band(context.counter, within)
    if all(part.rate.share.withheld for row in rows for part in row if part.rate.base.value):
        said = context.say(
            "按类别和规模交叉的覆盖率均不予公布，图从略。",
            "Coverage by category and size together is withheld throughout, and its chart left out.",
            "note",
        )
        return (said,)
    cells = [
        Cell(
            capital(part.label.of(language)),
            _band(context, low, high),
            bar(part.rate, id=part.id, name=part.label.of(language), language=language),
        )
        for row in rows
        for part, (low, high) in zip(row, bands_of(context.study), strict=True)
    ]
    title = context.text("党组织覆盖率：类别与规模", "Coverage by organisations: category and size")
    note = context.say(
        "格内为{place}该类、该档企业的覆盖率和企业数；列为职工人数。",
        "Each cell gives the rate and the number of enterprises it is a rate of, in {place}; columns are bands of staff.",
        place=context.place.of(language),
    ).content
    figure = drawn(heat_map(cells, language=language), id="by_band", title=title, note=note)
    return (replace(figure, claims=figure.claims + tuple(_limits(context))),)


def _limits(context: Context) -> Iterator[Claim]:
    """The limits of the staff bands, which stand in the column heads."""
    label = Label("规模分组的界限", "limit of a staff band")
    for limit in sorted({limit for band in bands_of(context.study) for limit in band if limit}):
        yield claim(constant(limit, "staff", label), context.language)


def _band(context: Context, low: int, high: int) -> str:
    if not low:
        return context.text(f"{high}人以下", f"Up to {high} staff")
    if not high:
        return context.text(f"{low}人以上", f"{low} or more")
    return context.text(f"{low}至{high}人", f"{low} to {high}")


def _tiles(context: Context, parts: tuple[Part, ...]) -> Figure:
    places = {row.id: row for row in context.study.districts}
    tiles = [Tile(_row(context, part), places[part.id].tile_column, places[part.id].tile_row) for part in parts]
    picture = tile_map(tiles, language=context.language, selected=(context.setting("district"),))
    title = context.text("分区域党组织覆盖率", "Coverage by organisations, by district")
    note = context.say(
        "每格一个区域，位置大致按方位；颜色越深，覆盖率越高。基数：{base}。",
        "Each square is a district, roughly where it lies; the darker, the higher the coverage. Base: {base}.",
        base=context.called(base_selection(context.base, context.within.but(districts=()))),
    ).content
    return drawn(picture, id="tiles", title=title, note=note, width=0.85)


def _bars(context: Context, parts: tuple[Part, ...]) -> Figure:
    total = _total(context, base_selection(context.base, context.within.but(districts=())), "organisation")
    picture = coverage_bars(
        [_row(context, part) for part in parts],
        language=context.language,
        rule=claim(total.rate.share, context.language),
        rule_name=context.study.settings.place.label.of(context.language),
        selected=(context.setting("district"),),
    )
    title = context.text("分区域党组织覆盖率，由高到低", "Coverage by organisations, the highest first")
    return drawn(picture, id="bars", title=title)


def _row(context: Context, part: Part) -> Bar:
    return bar(part.rate, id=part.id, name=capital(part.label.of(context.language)), language=context.language)
