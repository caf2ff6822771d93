"""Why two rates differ: mix against rate, and along the chain; and a series over the years, broken where its base changes."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.briefing.context import Context
from analysis.briefing.sections.comparison_summary import SIDES, Compared, compared_of
from analysis.coverage.compared import group_number, link_number, term_number
from analysis.coverage.comparing import GROUPS, elsewhere
from analysis.coverage.pairs import LINKS, TERMS
from analysis.errors import WithheldError, WorkbookError
from analysis.ledger import Claim
from analysis.quantities import Label, Language, Quantity, Rate
from analysis.study import Study
from analysis.study_models import Figure as Published
from analysis.views.blocks import Block, Figure, Inlines, Table
from analysis.views.comparison_charts import waterfall
from analysis.views.path_charts import broken_series
from analysis.views.render import drawn
from analysis.views.rows import Named, Point, Segment
from analysis.views.tables import line, name_cell, number_cell
from analysis.views.wording import bare, capital, claim


def difference(context: Context) -> tuple[Block, ...]:
    """Mix against rate, group by group; a change of base or definition as a term of its own."""
    found = compared_of(context)
    both = found.pair
    terms = ("mix", "rate") if both.is_like_for_like else ("mix", "rate", "base", "definition")
    kind = GROUPS[found.measure.groups].of(context.language)
    blocks: list[Block] = [
        context.head("两个比率为什么不同", "Why the two rates differ"),
        context.say(
            "按{kind}分组。各组企业所占份额不同，是“结构”；同组企业比率不同，是“比率”。两项之和恰好等于总差"
            "（Kitagawa 1955；基数或定义改变时按 Das Gupta 1993 另列一项）。",
            "Enterprises are grouped by {kind}. “Mix” is that groups have other shares; “rate” that the same group "
            "has another rate. The terms sum exactly to the difference (Kitagawa 1955; a change of base or definition "
            "is a term of its own, Das Gupta 1993).",
            kind=kind,
        ),
    ]
    if both.is_like_for_like:
        blocks.append(_groups(context, found))
    drops = [
        Named(
            term,
            capital(TERMS[term].of(context.language)),
            _said(context, term_number(both, term, between=found.between)),
        )
        for term in terms
    ]
    title = context.text("从一个比率到另一个", "From one rate to the other")
    return (
        *blocks,
        _waterfall(context, found, drops, (both.first.rate.share, both.second.rate.share), id="terms", title=title),
    )


def along(context: Context) -> tuple[Block, ...]:
    """The chain: share of the operating, of those with members enough, organisations for each, enterprises for each."""
    found = compared_of(context)
    both = found.pair
    if not both.has_chain:
        return ()
    head = context.head("差别出在哪一环", "Which link makes the difference")
    try:
        links = both.links
    except WithheldError:
        raise
    except WorkbookError as error:
        return (head, context.say("{why}。", "{why}.", "note", why=error.told(context.language)))
    language = context.language
    effects = {name: link_number(both, name, between=found.between) for name in links[0]}
    rows = [line(LINKS[name], language, links[0][name], links[1][name], effect) for name, effect in effects.items()]
    note = context.words(
        "“具备条件”指有{least}名以上正式党员。各环节相乘即为比率；贡献按 Das Gupta 1993，对所有先后次序取平均。",
        "“Members enough”: {least} or more full members. The links multiply to the rate; contributions are means over "
        "all orders of change (Das Gupta 1993).",
        least=context.parameter("member_threshold"),
    )
    drops = [Named(name, capital(LINKS[name].of(language)), _said(context, effect)) for name, effect in effects.items()]
    title_below = context.text("逐环节从一个比率到另一个", "From one rate to the other, link by link")
    names = (
        Label("环节", "Link"),
        found.name("first"),
        found.name("second"),
        Label("对总差的贡献", "Contribution"),
    )
    title = Label("各环节及其贡献", "The links and what each contributes")
    return (
        head,
        context.table("chain", title, names, rows, widths=(3.4, 1.4, 1.4, 1.8), note=note),
        _waterfall(context, found, drops, both.ends, id="links", title=title_below),
    )


def _groups(context: Context, found: Compared) -> Table:
    both, language = found.pair, context.language
    first, second = (found.name(side).of(language) for side in SIDES)
    between = found.between
    rows: list[tuple[Inlines, ...]] = []
    for one, two in zip(both.first.parts, both.second.parts, strict=True):
        if not one.rate.base.value and not two.rate.base.value:
            continue
        effects = [group_number(both, column, one.id, between=between) for column in ("mix", "rate")]
        rows.append(_group(one.label, one.rate, two.rate, effects, language))
    effects = [term_number(both, term, between=between) for term in ("mix", "rate")]
    rows.append(_group(Label("合计", "Total"), both.first.rate, both.second.rate, effects, language))
    base = context.called(both.first.within)
    note = context.text(f"基数：{base}。", f"Base: {base}.")
    names = (
        Label("组", "Group"),
        Label(f"企业数：{first}", f"Enterprises: {first}"),
        Label("比率", "Rate"),
        Label(f"企业数：{second}", f"Enterprises: {second}"),
        *context.heads("比率|结构项（百分点）|比率项（百分点）", "Rate|Mix (pp)|Rates (pp)"),
    )
    title = Label("分组的比率和各组的贡献", "Rates by group, and what each group contributes")
    widths = (2.4, 1.3, 1.1, 1.3, 1.1, 1.3, 1.3)
    return context.table("groups", title, names, rows, widths=widths, note=(note,), total_rows=1, size="small")


def _group(label: Label, one: Rate, two: Rate, effects: list[Quantity], language: Language) -> tuple[Inlines, ...]:
    effect_cells = ((bare(effect, language),) for effect in effects)
    return (*line(label, language, one.base, one.share, two.base, two.share), *effect_cells)


def _waterfall(
    context: Context, found: Compared, drops: list[Named], ends: tuple[Quantity, Quantity], *, id: str, title: str
) -> Figure:
    language = context.language
    start, end = (
        Named(side, capital(found.name(side).of(language)), claim(rate, language))
        for side, rate in zip(SIDES, ends, strict=True)
    )
    return drawn(waterfall(start, drops, end, language=language), id=id, title=title)


def _said(context: Context, quantity: Quantity) -> Claim:
    return claim(quantity, context.language)


Piece = tuple[str, list[Published]]


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
    names = context.heads("基数|年份|比率", "Base|Year|Rate")
    title = Label("已公布的比率及其基数", "Published rates and their bases")
    return context.table("series", title, names, rows, widths=(4.0, 1.0, 1.2), size="small")


def _rate(study: Study, row: Published) -> Quantity:
    return elsewhere("series", study.quantity(row.id))
