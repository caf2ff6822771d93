"""Why two rates differ: mix against rate, and along the chain; and a series over the years, broken where its base changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analysis.briefing.composing import Row
from analysis.briefing.context import Context
from analysis.briefing.sections.comparison_summary import SIDES, Compared, compared_of
from analysis.briefing.texts import label
from analysis.coverage.compared import group_number, link_number, term_number
from analysis.coverage.comparing import GROUPS, elsewhere
from analysis.coverage.pairs import LINKS, TERMS
from analysis.errors import WithheldError, WorkbookError
from analysis.quantities import Label, Quantity, Rate
from analysis.study import Study
from analysis.study_models import Figure as Published
from analysis.views.blocks import Block, Table
from analysis.views.charts import waterfall
from analysis.views.plots import broken_series
from analysis.views.render import Picture
from analysis.views.rows import Row as ChartRow
from analysis.views.rows import Segment
from analysis.views.wording import bare


def difference(context: Context) -> tuple[Block, ...]:
    """Mix against rate, group by group; a change of base or definition as a term of its own."""
    found = compared_of(context)
    both = found.pair
    names = ("mix", "rate") if both.is_like_for_like else ("mix", "rate", "base", "definition")
    terms = {name: (TERMS[name], term_number(both, name, between=found.between)) for name in names}
    ends = both.first.rate.share, both.second.rate.share
    return (
        context.head("difference"),
        context.say("difference.how", kind=GROUPS[found.measure.groups]),
        *((_groups(context, found),) if both.is_like_for_like else ()),
        context.chart("terms", _waterfall(context, found, terms, ends)),
    )


def along(context: Context) -> tuple[Block, ...]:
    """The chain: share of the operating, of those with members enough, organisations for each, enterprises for each."""
    found = compared_of(context)
    both = found.pair
    if not both.has_chain:
        return ()
    try:
        first, second = both.links
    except WithheldError:
        raise
    except WorkbookError as error:
        return context.head("chain"), context.say("chain.impossible", "note", why=error.told(context.language))
    effects = {name: (LINKS[name], link_number(both, name, between=found.between)) for name in first}
    rows = [(link, first[name], second[name], one) for name, (link, one) in effects.items()]
    first_name, second_name = (found.name(side) for side in SIDES)
    return (
        context.head("chain"),
        context.table("chain", rows, least=context.parameter("member_threshold"), first=first_name, second=second_name),
        context.chart("links", _waterfall(context, found, effects, both.ends)),
    )


def _groups(context: Context, found: Compared) -> Table:
    """Each group's rates on both sides, and what it contributes; the last line is the total."""
    both, between = found.pair, found.between
    rows: list[Row] = []
    for one, two in zip(both.first.parts, both.second.parts, strict=True):
        if one.rate.base.value or two.rate.base.value:
            effects = [group_number(both, column, one.id, between=between) for column in ("mix", "rate")]
            rows.append(_group(context, one.label, one.rate, two.rate, effects))
    effects = [term_number(both, term, between=between) for term in ("mix", "rate")]
    rows.append(_group(context, label("difference.total"), both.first.rate, both.second.rate, effects))
    base = context.called(both.first.within)
    return context.table(
        "groups", rows, total_rows=1, base=base, first=found.name("first"), second=found.name("second")
    )


def _group(context: Context, name: Label, one: Rate, two: Rate, effects: list[Quantity]) -> Row:
    effect_cells = ((bare(effect, context.language),) for effect in effects)
    return (name, one.base, one.share, two.base, two.share, *effect_cells)


def _waterfall(
    context: Context, found: Compared, drops: Mapping[str, tuple[Label, Quantity]], ends: tuple[Quantity, Quantity]
) -> Picture:
    """From the rate of one side to that of the other, by what adds to it or takes from it."""

    def named(id: str, name: Label, number: Quantity) -> ChartRow:
        return ChartRow(id, context.name(name), (context.claim(number),))

    start, end = (named(side, found.name(side), rate) for side, rate in zip(SIDES, ends, strict=True))
    between = [named(id, name, number) for id, (name, number) in drops.items()]
    return waterfall(start, between, end, language=context.language)


Piece = tuple[str, list[Published]]


def over_the_years(context: Context) -> tuple[Block, ...]:
    """The published rates of another study, its line broken where the base changes."""
    study = context.others.get("series")
    pieces = [] if study is None else pieces_of(study)
    if study is None or not pieces:
        return ()
    segments = [
        Segment(
            base,
            context.name(study.name_of(base)),
            tuple((row.year, context.claim(_rate(study, row))) for row in rows),
        )
        for base, rows in pieces
    ]
    table = ((study.name_of(base), str(row.period), _rate(study, row)) for base, figures in pieces for row in figures)
    return (
        context.head("series"),
        context.say("series.how", place=study.settings.place.label),
        *_breaks(context, study, pieces),
        context.chart("series", broken_series(segments, language=context.language)),
        context.table("series", table),
    )


def pieces_of(study: Study) -> list[Piece]:
    """The published rates of coverage, by base, each in the order of years; the piece that begins first stands first."""
    rows = [
        row for row in study.figures.values() if row.unit == "percent" and row.indicator.startswith("coverage_rate")
    ]
    pieces: dict[str, list[Published]] = {}
    for row in sorted(rows, key=lambda one: one.year):
        pieces.setdefault(row.base, []).append(row)
    return sorted(pieces.items(), key=lambda piece: (piece[1][0].year, -len(piece[1])))


def _breaks(context: Context, study: Study, pieces: list[Piece]) -> Iterator[Block]:
    """A sentence for each change of base, with both numbers side by side and no difference between them."""
    for after, later in pieces:
        ended = [piece for piece in pieces if piece[1][-1].year < later[0].year]
        if not ended:
            continue
        before, earlier = max(ended, key=lambda piece: piece[1][-1].year)
        yield context.say(
            "series.break",
            "item",
            year=str(earlier[-1].period),
            next_year=str(later[0].period),
            one=_rate(study, earlier[-1]),
            two=_rate(study, later[0]),
            before=study.name_of(before),
            after=study.name_of(after),
        )


def _rate(study: Study, row: Published) -> Quantity:
    return elsewhere("series", study.quantity(row.id))
