"""Across districts: standardised, ranked, shrunk, and how unequal."""

from __future__ import annotations

from analysis.briefing.context import Context
from analysis.briefing.sections.compared import compared_of
from analysis.briefing.sections.said import rank_cell, sentences
from analysis.coverage.compared import MEASURES, TOTAL, cell_number, district_number, total_number
from analysis.coverage.comparing import GROUPS, chosen
from analysis.coverage.districts import Districts
from analysis.coverage.indicators import Part
from analysis.quantities import Label, Rate, joined
from analysis.views.blocks import Block, Inlines, Paragraph, Table
from analysis.views.comparison_charts import dumbbell
from analysis.views.render import drawn
from analysis.views.rows import Two
from analysis.views.tables import columns, line, number_cell
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
    labels = (
        Label("区域", "District"),
        Label("企业数", "Enterprises"),
        Label("覆盖", "Covered"),
        Label("比率", "Rate"),
        Label("标准化", "Standardised"),
        Label("名次（可能）", "Rank (can be)"),
        Label("标准化后名次（可能）", "Rank standardised (can be)"),
    )
    rows: list[tuple[Inlines, ...]] = [
        (
            *line(part.label, language, part.rate.base, part.rate.numerator, part.rate.share),
            number_cell(district_number(found, "standardised", part.id), language),
            rank_cell(context, found, "crude", part.id),
            rank_cell(context, found, "adjusted", part.id),
        )
        for part in found.parts
    ]
    title = context.text("各区域的比率、标准化比率和名次", "Rates, standardised rates and ranks of the districts")
    note = context.words(
        "比率：{outcome}的企业，基数为{base}。括号内是名次可能的范围：所有区域的范围同时成立的把握为{level}（Klein、"
        "Wright 和 Wieczorek 2020），只计过程波动。",
        "Rates: enterprises {outcome}, of {base}. In brackets the ranks that a district can have; all ranges hold "
        "together with {level} confidence (Klein, Wright and Wieczorek 2020), for process variation alone.",
        outcome=compared_of(context).outcome.of(language),
        base=context.called(chosen(found.counter, found.measure)),
        level=total_number(found, "level_inner"),
    )
    widths = (2.3, 1.2, 1.1, 1.1, 1.2, 1.8, 1.9)
    head = columns(language, *labels, widths=widths)
    return Table("standardised", title, head, tuple(rows), note=note, size="small")


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
    labels = (
        Label("区域与组", "District and group"),
        Label("企业数", "Enterprises"),
        Label("覆盖", "Covered"),
        Label("原比率", "Raw rate"),
        Label("收缩后", "Shrunk"),
        Label("下限", "Low"),
        Label("上限", "High"),
        Label("自身权重", "Own weight"),
    )
    rows: list[tuple[Inlines, ...]] = []
    for cell in list(chosen.index)[:_MOST_CELLS]:
        district, part = parts[str(cell)]
        label = _cell_label(context, found, district, part)
        rate: Rate = part.rate
        shrunken = [cell_number(found, column, str(cell), label) for column in ("shrunk", "low", "high", "weight")]
        rows.append(line(label, language, rate.base, rate.numerator, rate.share, *shrunken))
    title = context.text("小单元：原比率与收缩后的比率", "Small cells: raw and shrunk rates")
    widths = (3.0, 1.1, 0.9, 1.1, 1.1, 1.1, 1.1, 1.0)
    return (
        context.head("数字小的地方", "Where numbers are small"),
        context.say(
            "几家企业的增减就能使小单元的比率大变。收缩估计向其他区域的同一组靠拢，"
            "自身企业越少靠得越多（贝塔二项，经验贝叶斯，极大似然）；它与原数并列，不取代原数。",
            "In a small cell a few enterprises more or less move the rate a long way. The shrunk rate leans towards "
            "the same group in the other districts, the more the fewer enterprises the cell has (beta-binomial, "
            "empirical Bayes, maximum likelihood). It stands beside the raw rate and does not replace it.",
        ),
        Table("small", title, columns(language, *labels, widths=widths), tuple(rows), size="small"),
    )


def unequal(context: Context) -> tuple[Block, ...]:
    """Measures of inequality, as districts are and standardised; and where the inequality lies."""
    found = compared_of(context).districts
    if found is None:
        return ()
    language = context.language
    labels = (Label("指标", "Measure"), Label("实际", "As they are"), Label("标准化后", "Standardised"))
    rows: list[tuple[Inlines, ...]] = []
    for name in MEASURES:
        pair = [total_number(found, f"{state}_{name}") for state in ("crude", "adjusted")]
        kind = TOTAL[f"crude_{name}"]
        label = Label(kind.zh.partition("：")[2], kind.en.partition(": ")[2])
        rows.append(line(label, language, *pair))
    title = context.text("区域之间的差距", "Inequality between districts")
    note = context.words(
        "均按企业数加权（世界卫生组织2013；Theil 1967；Shorrocks 1980）。",
        "All weighted by enterprises (WHO 2013; Theil 1967; Shorrocks 1980).",
    )
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
        Table("inequality", title, columns(language, *labels, widths=(4.4, 1.4, 1.4)), tuple(rows), note=note),
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
