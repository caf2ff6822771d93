"""A published series over the years, in pieces of one base each."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.briefing.context import Context, heads
from analysis.coverage.pairs import elsewhere
from analysis.quantities import Label, Quantity
from analysis.study import Study
from analysis.study_models import Figure
from analysis.views.blocks import Block, Inlines, Table
from analysis.views.path_charts import broken_series
from analysis.views.render import drawn
from analysis.views.rows import Point, Segment
from analysis.views.tables import name_cell, number_cell
from analysis.views.wording import capital, claim

Piece = tuple[str, list[Figure]]


def over_the_years(context: Context) -> tuple[Block, ...]:
    """The published rates of another study, its line broken where the base changes."""
    if "series" not in context.others:
        return ()
    study = context.others["series"]
    pieces = pieces_of(study)
    if not pieces:
        return ()
    language = context.language
    segments = [
        Segment(
            base,
            capital(study.name_of(base).of(language)),
            tuple(Point(row.year, claim(_rate(study, row), language)) for row in rows),
        )
        for base, rows in pieces
    ]
    title = context.text("已公布的比率，逐年", "Published rates, year by year")
    place = study.settings.place.label.of(language)
    return (
        context.head("已公布的历年比率", "A published series"),
        context.say(
            "{place}历年公布的比率。基数一变，线就断开，各段写明自己的基数：不同基数的比率不能连成一条线，更不能相减。",
            "The rates published for {place}. Where the base changes the line breaks, and each piece names its base: "
            "rates over different bases make no line, and no difference.",
            place=place,
        ),
        *_breaks(context, study, pieces),
        drawn(broken_series(segments, language=language), id="series", title=title),
        _table(context, study, pieces),
    )


def pieces_of(study: Study) -> list[Piece]:
    """The published rates of coverage, by base, each in the order of years; the piece that begins first stands first."""
    rows = [
        row for row in study.figures.values() if row.unit == "percent" and row.indicator.startswith("coverage_rate")
    ]
    pieces: dict[str, list[Figure]] = {}
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
            "{year}年的{one}以{before}为基数，{next_year}年的{two}以{after}为基数：两数之差不是覆盖的变化。",
            "{one} in {year} is of {before}, {two} in {next_year} of {after}: the distance between them is no change "
            "in coverage.",
            "item",
            year=str(earlier[-1].period),
            next_year=str(later[0].period),
            one=_rate(study, earlier[-1]),
            two=_rate(study, later[0]),
            before=study.name_of(before),
            after=study.name_of(after),
        )


def _table(context: Context, study: Study, pieces: list[Piece]) -> Table:
    language = context.language
    rows: list[tuple[Inlines, ...]] = [
        (
            name_cell(study.name_of(base), language),
            (str(row.period),),
            number_cell(_rate(study, row), language),
        )
        for base, figures in pieces
        for row in figures
    ]
    names = heads("基数|年份|比率", "Base|Year|Rate")
    title = Label("已公布的比率及其基数", "Published rates and their bases")
    return context.table("series", title, names, rows, widths=(4.0, 1.0, 1.2), size="small")


def _rate(study: Study, row: Figure) -> Quantity:
    return elsewhere("series", study.quantity(row.id))
