"""What stands in place of numbers that are withheld, not in the data, or no ground for comparing places."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from analysis.briefing.context import Context
from analysis.errors import NotInDataError
from analysis.quantities import Label, Status
from analysis.sources.register import names_of
from analysis.views import wording
from analysis.views.blocks import Block, Paragraph

_TITLES: Mapping[str, Label] = {
    "finding": Label("主要结论", "The finding"),
    "bases": Label("覆盖率的基数", "Of how many"),
    "by_category": Label("分类别覆盖情况", "By category"),
    "by_size": Label("分规模覆盖情况", "By size"),
    "by_district": Label("分区域覆盖情况", "By district"),
    "cascade": Label("逐级覆盖", "Step by step"),
    "said": Label("主要结论", "The finding"),
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
        title=_TITLES.get(name, _ANY),
    )
    return (said,)


def section_not_in_data(context: Context, name: str, error: NotInDataError) -> tuple[Block, ...]:
    """Says which section is left out, and what is not in the data."""
    told = names_of(error.attributes, context.language) or context.text("要用的数", "what it asks for")
    said = context.say(
        "“{title}”从略：数据中没有{names}，不据以计算任何数。",
        "{title}: left out. Not in the data: {names}; nothing is computed from them.",
        "note",
        title=_TITLES.get(name, _ANY),
        names=told,
    )
    return (said,)


def not_in_data(context: Context, attributes: Iterable[str]) -> tuple[Block, ...]:
    """One sentence on what is not in the data; nothing where all is."""
    told = wording.not_in_data(attributes, context.language)
    return (Paragraph((told,), "note"),) if told else ()


def where_known(
    context: Context, *make: Callable[[Context], Block | None], lacking: Iterable[str] = ()
) -> tuple[Block, ...]:
    """The blocks whose numbers are in the data; then one sentence on what is not.

    Parameters
    ----------
    lacking
        What is known to be missing besides.
    """
    found: list[Block] = []
    lacking = list(lacking)
    for one in make:
        try:
            block = one(context)
        except NotInDataError as error:
            lacking += error.attributes
        else:
            found += [] if block is None else [block]
    return (*found, *not_in_data(context, lacking))


COMPARING = frozenset({"said", "difference", "chain", "standardised", "outliers", "small", "unequal", "fairly"})


def is_made_up(context: Context) -> bool:
    """Whether what would be compared comes from a synthetic register, on either side."""
    counters = [context.counter, *([context.other_counter] if "other" in context.others else [])]
    return any(one.cells is not None and one.cells.status is Status.SYNTHETIC for one in counters)


def compares(context: Context) -> bool:
    """Whether places may be compared: their numbers are no synthetic ones, or the reader asks for the exercise."""
    return bool(context.setting("compare_synthetic")) or not is_made_up(context)


def not_compared(context: Context) -> Block:
    """Says that what compares places is left out, and why."""
    can_ask = "compare_synthetic" in type(context.parameters).model_fields
    return context.say(
        "各区域的数字由假设合成，不能据以比较，所以本文不列比较各区域的内容（地图、排序、最高与最低、标准化比率、名次）"
        + ("；设 compare_synthetic = true 则作为演练列出。" if can_ask else "。"),
        "The numbers of districts are synthetic and follow from assumptions: no ground for comparing places. So what "
        "compares them is left out of this paper (map, order, highest and lowest, standardised rates, ranks)"
        + ("; with compare_synthetic = true it is shown as an exercise." if can_ask else "."),
        "note",
    )


def exercise(context: Context) -> Block:
    """Marks a comparison of synthetic numbers as what it is."""
    return context.say(
        "演练：所比各数出自合成登记簿，是假设的结果，只演示方法，不能据以评价任何区域。",
        "An exercise: what is compared here comes from a synthetic register and follows from assumptions. It shows the method "
        "and is no ground for judging any place.",
        "note",
    )


def comparison(context: Context, blocks: Callable[[], tuple[Block, ...]], *, is_told: bool) -> tuple[Block, ...]:
    """A section that compares places: as it is, marked as an exercise, or left out.

    Parameters
    ----------
    is_told
        Whether the paper has said already that it leaves out what compares.
    """
    if not is_made_up(context):
        return blocks()
    if compares(context):
        first, *rest = blocks() or (None,)
        return () if first is None else (first, exercise(context), *rest)
    return () if is_told else (not_compared(context),)
