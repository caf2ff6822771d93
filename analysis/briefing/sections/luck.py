"""What chance does to the mean: the draws against the path without chance, and where a limit holds them apart."""

from __future__ import annotations

from analysis.briefing.context import Context, heads
from analysis.briefing.sections.simulated import Runs, stamp
from analysis.quantities import Label
from analysis.scenarios.addresses import quantity
from analysis.scenarios.outcomes import COUNTS
from analysis.views.blocks import Block, Inlines
from analysis.views.tables import line

APART = 3  # standard errors beyond which the draws and the path without chance are said to differ


def by_chance(context: Context, runs: Runs) -> tuple[Block, ...]:
    """Where the mean of the draws stands against the path without chance, and which of them limits hold apart."""
    language, run = context.language, runs.draws
    names = ["covered", *(f"{rule.target.id}.have" for rule in runs.measures.rules)]
    rows: list[tuple[Inlines, ...]] = []
    apart: list[str] = []
    for name, rule in zip(names, (None, *runs.measures.rules), strict=True):
        year = run.years[-1] if rule is None else runs.due(rule, context.years)
        label = COUNTS[name][1] if rule is None else rule.target.label
        stats = {
            stat: quantity(run, name, year=year, stat=stat) for stat in ("mean", "without_chance", "off", "off_error")
        }
        rows.append(line(label, language, *stats.values()))
        if abs(float(stats["off"].value)) > APART * float(stats["off_error"].value):
            apart.append(label.of(language))
    agree = context.text(
        "各项目标的抽样均值与不计偶然的结果相符，差别都在三个标准误以内。",
        "For every target the mean of the draws agrees with the path without chance within three standard errors.",
    )
    differ = context.text(
        f"以下各项相差超过三个标准误，因为近于限度：{'；'.join(apart)}。",
        f"Beyond three standard errors apart, as a limit is near: {'; '.join(apart)}.",
    )
    note = context.text(
        "相差：抽样均值减不计偶然的均值，假设的取值相同。",
        "Difference: the draws less the path without chance, under the same values of the assumptions.",
    )
    headings = heads(
        "目标|抽样均值|不计偶然|相差|标准误", "Target|Mean of the draws|Without chance|Difference|Standard error"
    )
    title = Label("偶然使均值改变多少", "What chance does to the mean")
    return (
        context.say(
            "不计偶然的路径是抽样的期望，除非近于限度：达到的不能多于全部，联合组织只能整个地建立，那里偶然会使均值偏离。{told}",
            "The path without chance is what the draws come to on average, unless a limit is near: no more than all can have it "
            "and joint organisations are whole, so that chance shifts the mean there. {told}",
            told=differ if apart else agree,
        ),
        context.table(
            "chance", title, headings, rows, widths=(4.4, 1.4, 1.4, 1.1, 1.2), note=(note, *stamp(context, runs))
        ),
    )
