"""Across districts: standardised, ranked, shrunk, how unequal; and who stands out of the funnel."""

from __future__ import annotations

import numpy as np

from analysis.briefing.context import Context
from analysis.briefing.sections.comparison_summary import compared_of, rank_cell, sentences
from analysis.coverage.compared import cell_number, district_number, kinds, total_number
from analysis.coverage.comparing import GROUPS, Side
from analysis.coverage.districts import Districts
from analysis.coverage.funnel import funnel_limits
from analysis.coverage.indicators import Part
from analysis.quantities import Label, Rate, joined
from analysis.views.blocks import Block, Figure, Inlines, Paragraph, Table
from analysis.views.comparison_charts import dumbbell, funnel_plot
from analysis.views.render import drawn
from analysis.views.rows import Limits, Place, Two
from analysis.views.tables import line, number_cell
from analysis.views.wording import capital, claim

_SMALL_WEIGHT, _MOST_CELLS = 0.9, 12


def fairly(context: Context) -> tuple[Block, ...]:
    """The briefing's section: in words, and the districts with their standardised rates and the ranks they can have."""
    shared = compared_of(context)
    found = shared.districts
    if found is None or context.within.districts:
        return ()
    return (
        context.head("公平地比较各区域", "The districts compared fairly"),
        *_calmed(sentences(context, found, shared.overall)),
        standardised_table(context, found),
    )


def levelled(context: Context) -> tuple[Block, ...]:
    """Every district as it is and under the mix of the whole place."""
    found = compared_of(context).districts
    if found is None:
        return _too_few(context)
    place, language = context.study.settings.place.label, context.language
    rows = [
        Two(
            part.id,
            capital(part.label.of(language)),
            claim(part.rate.share, language),
            claim(district_number(found, "standardised", part.id), language),
        )
        for part in found.parts
    ]
    order = found.numbers["standardised"].sort_values(ascending=False, kind="stable").index
    rows = sorted(rows, key=lambda row: list(order).index(row.id))
    overall = claim(compared_of(context).overall.share, language)
    picture = dumbbell(
        rows,
        language=language,
        first=Label("实际", "as it is"),
        second=Label("标准化", "standardised"),
        rule=overall,
        rule_name=place.of(language),
    )
    title = context.text("各区域的比率：实际与标准化", "Rates of the districts, as they are and standardised")
    return (
        context.head("若企业结构相同", "If the mix were the same"),
        context.say(
            "直接标准化：各区域各组的比率不变，各组的份额都换成{place}的份额（Fay 和 Feuer 1997）。"
            "差别由此缩小的部分，是结构造成的。按{kind}分组。",
            "Direct standardisation: each district keeps its rate in every group, and takes the shares of {place} "
            "(Fay and Feuer 1997). What then disappears of a difference was due to the mix. Groups: {kind}.",
            place=place.of(language),
            kind=GROUPS[found.measure.groups].of(language),
        ),
        drawn(picture, id="dumbbell", title=title),
        standardised_table(context, found),
    )


def standardised_table(context: Context, found: Districts) -> Table:
    """Districts with their rates, crude and standardised, and the ranks that each can have."""
    language = context.language
    rows: list[tuple[Inlines, ...]] = [
        (
            *line(part.label, language, part.rate.base, part.rate.numerator, part.rate.share),
            number_cell(district_number(found, "standardised", part.id), language),
            rank_cell(context, found, "crude", part.id),
            rank_cell(context, found, "adjusted", part.id),
        )
        for part in found.parts
    ]
    note = context.words(
        "比率：{outcome}的企业，基数为{base}。括号内是名次可能的范围：所有区域的范围同时成立的把握为{level}（Klein、"
        "Wright 和 Wieczorek 2020），只计过程波动。",
        "Rates: enterprises {outcome}, of {base}. In brackets the ranks that a district can have; all ranges hold "
        "together with {level} confidence (Klein, Wright and Wieczorek 2020), for process variation alone.",
        outcome=compared_of(context).outcome.of(language),
        base=context.called(Side(found.counter, found.measure).within),
        level=total_number(found, "level_inner"),
    )
    names = context.heads(
        "区域|企业数|覆盖|比率|标准化|名次（可能）|标准化后名次（可能）",
        "District|Enterprises|Covered|Rate|Standardised|Rank (can be)|Rank standardised (can be)",
    )
    title = Label("各区域的比率、标准化比率和名次", "Rates, standardised rates and ranks of the districts")
    return context.table(
        "standardised", title, names, rows, widths=(2.3, 1.2, 1.1, 1.1, 1.2, 1.8, 1.9), note=note, size="small"
    )


def small(context: Context) -> tuple[Block, ...]:
    """Small cells with their shrunk rates beside the raw ones."""
    found = compared_of(context).districts
    if found is None:
        return ()
    cells = found.cells
    chosen = cells[(cells["base"] > 0) & (cells["weight"] < _SMALL_WEIGHT)].sort_values("weight", kind="stable")
    if not len(chosen):
        return ()
    parts = {f"{name}.{part.id}": (name, part) for name, groups in found.groups.items() for part in groups}
    language = context.language
    rows: list[tuple[Inlines, ...]] = []
    for cell in list(chosen.index)[:_MOST_CELLS]:
        district, part = parts[str(cell)]
        label = _cell_label(context, found, district, part)
        rate: Rate = part.rate
        shrunken = [cell_number(found, column, str(cell), label) for column in ("shrunk", "low", "high", "weight")]
        rows.append(line(label, language, rate.base, rate.numerator, rate.share, *shrunken))
    names = context.heads(
        "区域与组|企业数|覆盖|原比率|收缩后|下限|上限|自身权重",
        "District and group|Enterprises|Covered|Raw rate|Shrunk|Low|High|Own weight",
    )
    title = Label("小单元：原比率与收缩后的比率", "Small cells: raw and shrunk rates")
    return (
        context.head("数字小的地方", "Where numbers are small"),
        context.say(
            "几家企业的增减就能使小单元的比率大变。收缩估计向其他区域的同一组靠拢，"
            "自身企业越少靠得越多（贝塔二项，经验贝叶斯，极大似然）；它与原数并列，不取代原数。",
            "In a small cell a few enterprises more or less move the rate a long way. The shrunk rate leans towards "
            "the same group in the other districts, the more the fewer enterprises the cell has (beta-binomial, "
            "empirical Bayes, maximum likelihood). It stands beside the raw rate and does not replace it.",
        ),
        context.table("small", title, names, rows, widths=(3.0, 1.1, 0.9, 1.1, 1.1, 1.1, 1.1, 1.0), size="small"),
    )


def unequal(context: Context) -> tuple[Block, ...]:
    """Measures of inequality, as districts are and standardised; and where the inequality lies."""
    found = compared_of(context).districts
    if found is None:
        return ()
    language = context.language
    rows: list[tuple[Inlines, ...]] = []
    for name, kind in kinds("inequality").items():
        pair = [total_number(found, f"{state}_{name}") for state in ("crude", "adjusted")]
        rows.append(line(Label(kind.zh, kind.en), language, *pair))
    note = context.words(
        "均按企业数加权（世界卫生组织2013；Theil 1967；Shorrocks 1980）。",
        "All weighted by enterprises (WHO 2013; Theil 1967; Shorrocks 1980).",
    )
    names = context.heads("指标|实际|标准化后", "Measure|As they are|Standardised")
    title = Label("区域之间的差距", "Inequality between districts")
    return (
        context.head("差距有多大", "How unequal"),
        context.say(
            "把每个区域的每一组看作一格，各格之间比率的差距（泰尔指数）有{groups}在各组之间，"
            "只有{districts}在区域之间。有覆盖与没有覆盖的企业在区域间分布的相异指数为{apart}："
            "至少要有这么大比例的企业换区域，两者的分布才会相同。",
            "With every group of every district as a cell, {groups} of the inequality between cells (Theil) lies "
            "between groups, and {districts} between districts. The index of dissimilarity of covered and uncovered "
            "enterprises is {apart}: at least that share would have to change district for both to be spread alike.",
            groups=total_number(found, "theil_groups"),
            districts=total_number(found, "theil_districts"),
            apart=total_number(found, "dissimilarity"),
        ),
        context.table("inequality", title, names, rows, widths=(4.4, 1.4, 1.4), note=note),
    )


def _cell_label(context: Context, found: Districts, district: str, part: Part) -> Label:
    place = next(row.label for row in context.study.districts if row.id == district)
    return Label(joined(place.zh, part.label.zh), f"{place.en}: {part.label.en}")


def _too_few(context: Context) -> tuple[Block, ...]:
    return (
        context.say(
            "只有一个区域，或各区域的比率全无或全满，没有可比的差别。",
            "There is one district only, or all rates are none or all: nothing differs.",
            "note",
        ),
    )


def _calmed(blocks: list[Block]) -> list[Block]:
    """Inside a paper with a finding of its own, these are body text."""
    return [Paragraph(block.content) if isinstance(block, Paragraph) else block for block in blocks]


_BEYOND = {
    2: Label("高，外限之外", "high (outer limit)"),
    1: Label("偏高，内限之外", "high (inner limit)"),
    0: Label("界限之内", "within"),
    -1: Label("偏低，内限之外", "low (inner limit)"),
    -2: Label("低，外限之外", "low (outer limit)"),
}


def outliers(context: Context) -> tuple[Block, ...]:
    """The funnel: exact limits, limits with over-dispersion, and Wilson's limits as process variation."""
    found = compared_of(context).districts
    if found is None:
        return ()
    spread = found.spread
    wide = context.say(
        "各区域之间的差别大于偶然：过度离散系数φ为{phi}，超出偶然的标准差τ为{sd}。这些差别人人都有，"
        "因此判断谁与众不同，用的是计入τ的界限。",
        "Districts differ by more than chance: over-dispersion φ is {phi}, and the standard deviation τ beyond chance "
        "{sd}. All have their part in it; so who stands out is judged by the limits that include τ.",
        phi=total_number(found, "phi"),
        sd=total_number(found, "between_sd"),
    )
    even = context.say(
        "各区域之间的差别没有超出偶然：两种界限相同。",
        "Districts do not differ by more than chance, so both kinds of limits are the same.",
    )
    return (
        context.head("谁与众不同", "Who stands out"),
        context.say(
            "漏斗图：若各区域的比率本来相同，{outer}的区域会落在外限之内。实线为精确二项界限，"
            "按计数之间内插（Spiegelhalter 2005）；虚线另计区域间的普遍差异τ（加法模型，得分两端各缩减一成后估计）。",
            "The funnel: if all districts had one rate, {outer} of them would lie within the outer limits. Solid: "
            "exact binomial, interpolated between counts (Spiegelhalter 2005). Dashed: with the common spread τ of "
            "districts (additive, from scores with a tenth at either end winsorised).",
            outer=total_number(found, "level_outer"),
        ),
        wide if spread.tau2 else even,
        _plot(context, found),
        _verdicts(context, found),
    )


def _plot(context: Context, found: Districts) -> Figure:
    shared, language = compared_of(context), context.language
    rate = float(shared.overall.share.value)
    bases = [float(part.rate.base.value) for part in found.parts]
    along = np.linspace(max(min(bases) * 0.5, 1.0), max(bases) * 1.06, 90)
    level = claim(total_number(found, "level_outer"), language)
    drawn_limits = []
    for tau2, word, dashed in (
        (0.0, Label("{}界限，精确二项", "{} limits, exact"), False),
        (found.spread.tau2, Label("{}界限，计入普遍差异τ", "{} limits with the common spread τ"), True),
    ):
        if dashed and not tau2:
            continue
        low, high = funnel_limits(along, rate, tau2=tau2)
        named = Label(word.zh.format(level.marked), word.en.format(level.marked))
        drawn_limits.append(Limits(named, list(along), list(low), list(high), dashed=dashed, claims=(level,)))
    places = [
        Place(
            part.id,
            capital(part.label.of(language)),
            claim(part.rate.share, language),
            float(part.rate.base.value),
            outside=abs(int(found.numbers.loc[part.id, "exact_beyond"])) == 2,  # type: ignore[arg-type]
        )
        for part in found.parts
    ]
    picture = funnel_plot(
        places,
        drawn_limits,
        rule=claim(shared.overall.share, language),
        rule_name=context.study.settings.place.label.of(language),
        language=language,
    )
    title = context.text("各区域的比率与企业数", "Rates of the districts by number of enterprises")
    note = context.words("橙色：在精确界限之外。", "Orange: outside the exact limits.")
    return drawn(picture, id="funnel", title=title, note=note)


def _verdicts(context: Context, found: Districts) -> Table:
    language = context.language
    rows: list[tuple[Inlines, ...]] = []
    for part in found.parts:
        beyond = [
            (_BEYOND[int(found.numbers.loc[part.id, column])].of(language),)  # type: ignore[arg-type]
            for column in ("exact_beyond", "crude_beyond", "adjusted_beyond")
        ]
        limits = [district_number(found, f"wilson_{end}", part.id) for end in ("low", "high")]
        rows.append((*line(part.label, language, part.rate.share, *limits), *beyond))
    note = context.words(
        "过程波动：威尔逊区间（{level}）。登记簿是全数，没有抽样误差；它只说明，若企业仍按同样的过程被覆盖，"
        "数字单凭偶然会变动多少。",
        "Low and high: process variation, Wilson's interval ({level}). A full register has no sampling error; "
        "the interval says only "
        "how far a count could have come out otherwise by chance, if enterprises came to be covered as they do.",
        level=total_number(found, "level_inner"),
    )
    names = context.heads(
        "区域|比率|过程波动下限|过程波动上限|精确界限|计入普遍差异|再按结构调整",
        "District|Rate|Low|High|Exact limits|With common spread|And the mix allowed for",
    )
    title = Label("各区域相对于漏斗界限的位置", "Where each district lies against the limits")
    widths = (2.2, 1.0, 1.1, 1.1, 1.7, 1.7, 1.9)
    return context.table("verdicts", title, names, rows, widths=widths, align="lrrrlll", note=note, size="small")
