"""Between two sides: group by group, mix against rate, and along the chain."""

from __future__ import annotations

from analysis.briefing.context import Context, heads
from analysis.briefing.sections.compared import SIDES, Compared, compared_of
from analysis.coverage.compared import group_number, link_number, term_number
from analysis.coverage.comparing import GROUPS, chosen
from analysis.coverage.pairs import LINKS, TERMS
from analysis.errors import WithheldError, WorkbookError
from analysis.ledger import Claim
from analysis.quantities import Label, Language, Quantity, Rate
from analysis.views.blocks import Block, Figure, Inlines, Table
from analysis.views.comparison_charts import waterfall
from analysis.views.render import drawn
from analysis.views.rows import Named
from analysis.views.tables import line
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
    least = both.full_members_from
    if not (both.is_like_for_like and both.first.knows_chain(least) and both.second.knows_chain(least)):
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
        least=context.parameter(
            "member_threshold", "persons", Label("参数：正式党员人数门槛", "parameter: member threshold")
        ),
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
    base = context.called(chosen(both.first.counter, both.first.measure))
    note = context.text(f"基数：{base}。", f"Base: {base}.")
    names = (
        Label("组", "Group"),
        Label(f"企业数：{first}", f"Enterprises: {first}"),
        Label("比率", "Rate"),
        Label(f"企业数：{second}", f"Enterprises: {second}"),
        *heads("比率|结构项（百分点）|比率项（百分点）", "Rate|Mix (pp)|Rates (pp)"),
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
