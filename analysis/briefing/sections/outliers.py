"""Who stands out: the funnel plot, and process variation."""

from __future__ import annotations

import numpy as np

from analysis.briefing.context import Context, heads
from analysis.briefing.sections.compared import compared_of
from analysis.coverage.compared import district_number, total_number
from analysis.coverage.districts import Districts
from analysis.coverage.funnel import funnel_limits
from analysis.quantities import Label
from analysis.views.blocks import Block, Figure, Inlines, Table
from analysis.views.comparison_charts import funnel_plot
from analysis.views.render import drawn
from analysis.views.rows import Limits, Place
from analysis.views.tables import line
from analysis.views.wording import capital, claim

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
    names = heads(
        "区域|比率|过程波动下限|过程波动上限|精确界限|计入普遍差异|再按结构调整",
        "District|Rate|Low|High|Exact limits|With common spread|And the mix allowed for",
    )
    title = Label("各区域相对于漏斗界限的位置", "Where each district lies against the limits")
    widths = (2.2, 1.0, 1.1, 1.1, 1.7, 1.7, 1.9)
    return context.table("verdicts", title, names, rows, widths=widths, align="lrrrlll", note=note, size="small")
