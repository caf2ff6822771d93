"""What stands in place of a section that rests on numbers that are withheld."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.briefing.context import Context
from analysis.quantities import Label
from analysis.views.blocks import Block

_TITLES: Mapping[str, Label] = {
    "paths": Label("各项目标的走势", "Where the targets go"),
    "compared": Label("各情景比较", "The scenarios compared"),
    "needed": Label("要达到目标需要多大力度", "What it would take"),
    "divided": Label("新增指导员怎样分配", "Who gets the instructors"),
    "matters": Label("哪些假设最要紧", "What matters most"),
    "backtest": Label("与后来公布的数相比", "Held against what was published later"),
    "outlook": Label("按情景推算", "What follows under the scenario"),
    "difference": Label("两个比率为什么不同", "Why the two rates differ"),
    "chain": Label("差别出在哪一环", "Which link makes the difference"),
    "standardised": Label("若企业结构相同", "If the mix were the same"),
    "outliers": Label("谁与众不同", "Who stands out"),
    "small": Label("数字小的地方", "Where numbers are small"),
    "unequal": Label("差距有多大", "How unequal"),
    "fairly": Label("公平地比较各区域", "The districts compared fairly"),
    "problems": Label("会议所列的问题，数据怎么说", "The problems that were named, and what the data says"),
    "behind": Label("各目标中落后的区域", "Districts furthest behind on each target"),
    "effort": Label("今年需要的力度", "What it would take this year"),
}
_ANY = Label("这一节", "This section")


def left_out(context: Context, name: str) -> tuple[Block, ...]:
    """Says which section is left out, and why."""
    said = context.say(
        "“{title}”要用不予公布的数来算，从略。",
        "{title}: left out, as it is computed from numbers that are withheld.",
        "note",
        title=_TITLES.get(name, _ANY).of(context.language),
    )
    return (said,)
