"""The targets against the present, under every reading of their words."""

from __future__ import annotations

from analysis.briefing.context import Context
from analysis.quantities import Label
from analysis.scenarios.targets import Gap, Requirement, gaps
from analysis.views.blocks import Block, Inlines, Table
from analysis.views.tables import columns, number_cell


def targets(context: Context) -> tuple[Block, ...]:
    """The table of targets and gaps, and what the data cannot say."""
    found = gaps(context.counter, context.within, year=context.year, years=context.years)
    if not found:
        return ()
    measured = [gap for gap in found if gap.is_measured]
    unmeasured = [gap for gap in found if not gap.is_measured]
    blocks: list[Block] = [
        context.head("目标与差距", "Targets and gaps"),
        context.say(
            "目标用词并不都是数字：“绝大多数”“三分之一以上”各有几种读法，下表逐一列出，不替读者选择。"
            "“每年”按剩余年数平均；会议没有定期限的目标，按{years}年计。",
            "Not every word of a target is a number: “the great majority” and “one third or more” can be read in several "
            "ways. The table shows all of them and chooses none. “A year” divides what is missing evenly over the years "
            "left; targets without a date are given {years} years.",
            years=context.parameter("years", "years", Label("参数：年数", "parameter: years")),
        ),
    ]
    if measured:
        blocks.append(_table(context, measured))
    blocks += _remarks(context, measured, unmeasured)
    return tuple(blocks)


def _table(context: Context, measured: list[Gap]) -> Table:
    labels = (
        Label("目标及其读法", "Target and reading"),
        Label("对象总数", "Meant"),
        Label("现已达到", "Have it now"),
        Label("占对象", "Share"),
        Label("需达到", "Required"),
        Label("尚缺", "Missing"),
        Label("每年", "A year"),
    )
    rows: list[tuple[Inlines, ...]] = []
    for gap in measured:
        assert gap.present is not None
        present = gap.present
        numbers = [
            number_cell(quantity, context.language) for quantity in (present.base, present.numerator, present.share)
        ]
        rows.append(((gap.target.label.of(context.language),), *numbers, (), (), ()))
        rows += [_reading(context, requirement) for requirement in gap.requirements]
    title = context.text("目标、读法与差距", "Targets, readings and gaps")
    widths = (3.0, 1.15, 1.15, 1.2, 1.15, 1.15, 1.2)
    note = context.words(
        "党员管理目标按党员人数计，“五个好”目标按党组织个数计，其余按企业家数计。基数随党组织增加的读法取决于增加多少，要用情景推算。",
        "The target on members counts members, that on five-good counts organisations, the others count enterprises. A "
        "reading whose base grows depends on how much it grows and needs a scenario.",
    )
    return Table("targets", title, columns(context.language, *labels, widths=widths), tuple(rows), note=note)


def _reading(context: Context, requirement: Requirement) -> tuple[Inlines, ...]:
    indent = "　" if context.language == "zh" else "– "
    words = indent + requirement.reading.label.of(context.language)
    numbers = (requirement.required, requirement.missing, requirement.a_year)
    return ((words,), (), (), (), *(number_cell(quantity, context.language) for quantity in numbers))


def _remarks(context: Context, measured: list[Gap], unmeasured: list[Gap]) -> list[Block]:
    blocks: list[Block] = []
    met = [
        gap for gap in measured if gap.requirements[-1].missing is not None and gap.requirements[-1].missing.value == 0
    ]
    for gap in met:
        if gap.present is not None and gap.present.base.value:
            blocks.append(
                context.say(
                    "“{title}”按已有数字已经达到：{rate_part}家，占{rate_base}家的{rate_share}。",
                    "On “{title}”: it is met already on these numbers: {rate_part} of {rate_base}, {rate_share}.",
                    title=gap.target.label.of(context.language),
                    rate_part=gap.present.numerator,
                    rate_base=gap.present.base,
                    rate_share=gap.present.share,
                )
            )
    for gap in unmeasured:
        blocks.append(
            context.say(
                "“{title}”：数据中没有，不作估计。",
                "On “{title}”: it is not in the data; no estimate is made.",
                title=gap.target.label.of(context.language),
            )
        )
    return blocks
