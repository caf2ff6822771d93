"""The targets against the present, under every reading of their words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis.briefing.context import Context
from analysis.ledger import Claim
from analysis.quantities import Label, Rate
from analysis.scenarios.targets import Gap, Requirement, gaps
from analysis.sources.audit.finding import quoted
from analysis.views import charts, rows
from analysis.views.blocks import Block, Figure, Inlines, Table
from analysis.views.render import drawn
from analysis.views.tables import line
from analysis.views.wording import capital, claim


def targets(context: Context) -> tuple[Block, ...]:
    """The table of targets and gaps, and what the data cannot say."""
    if not context.study.targets:
        return ()
    found = gaps(context.counter, context.within, year=context.year, years=context.years)
    measured = [gap for gap in found if gap.is_measured]
    unmeasured = [gap for gap in found if not gap.is_measured]
    blocks: list[Block] = [
        context.head("目标与差距", "Targets and gaps"),
        context.say(
            "目标用词并不都是数字：“绝大多数”“三分之一以上”各有几种读法，图表逐一列出，不替读者选择。"
            "“每年”按剩余年数平均；没有定期限的目标，按{years}年计。",
            "Not every word of a target is a number: “the great majority” and “one third or more” can be read in several "
            "ways. All of them are shown, and none is chosen. “A year” spreads what is missing evenly over the years left; "
            "targets without a date are given {years} years.",
            years=context.parameter("years"),
        ),
    ]
    blocks += _of_a_part(context)
    blocks += _remarks(context, measured, unmeasured)
    if measured:
        blocks += [_dots(context, measured), _table(context, measured)]
    return tuple(blocks)


def _of_a_part(context: Context) -> Iterator[Block]:
    """While districts are missing, nothing is said of a target for the whole place."""
    if context.study.absent:
        yield context.say(
            "下列各数只涉及已报的区域：缺报区域有多少对象、其中多少已经达到，都不知道，因此各项目标就全部区域而言是否完成、尚缺多少，不能断定。",
            "These numbers are of the districts that reported. How many the missing ones add, and how many of those have it, is "
            "not known: whether a target is met in the whole place, and how much is missing there, is not to be said.",
        )


_COUNTED = {"enterprises": "家", "members": "名", "organisations": "个"}


def _dots(context: Context, measured: Sequence[Gap]) -> Figure:
    """Where things stand, and the share that every reading asks for."""
    language = context.language
    drawn_rows = [
        rows.Gap(
            rows.bar(gap.present, id=gap.target.id, name=capital(gap.target.label.of(language)), language=language),
            tuple(_asked(context, gap)),
        )
        for gap in measured
        if gap.present is not None
    ]
    title = context.text("现状与各种读法的要求", "The present, and what each reading asks for")
    return drawn(charts.gap_dots(drawn_rows, language=language), id="gaps", title=title)


def _asked(context: Context, gap: Gap) -> Iterator[Claim]:
    assert gap.present is not None
    for requirement in gap.requirements:
        if requirement.required is not None:
            share = Rate(requirement.required, gap.present.base, gap.present.base_name).share
            yield claim(share, context.language, form="1")


def _table(context: Context, measured: Sequence[Gap]) -> Table:
    note = context.words(
        "党员管理目标按党员人数计，“五个好”目标按党组织个数计，其余按企业家数计。只有一种读法的目标列一行。"
        "基数随党组织增加的读法取决于增加多少，要用情景推算。",
        "The target on members counts members, that on five-good organisations counts organisations, the others count "
        "enterprises. A target with a single reading takes one line. A reading whose base grows depends on how much it "
        "grows, and needs a scenario.",
    )
    title, rows = (
        Label("目标、读法与差距", "Targets, readings and gaps"),
        (row for gap in measured for row in _lines(context, gap)),
    )
    names = context.heads(
        "目标及其读法|对象总数|已达到|占对象|需达到|尚缺|每年",
        "Target and reading|Meant|Have it|Share|Required|Missing|A year",
    )
    widths = (4.4, 1.0, 1.0, 1.1, 1.0, 1.0, 1.0)
    return context.table("targets", title, names, rows, widths=widths, note=note, size="small")


def _lines(context: Context, gap: Gap) -> Iterator[tuple[Inlines, ...]]:
    """The target with where it stands; then a line for each reading, unless there is only one."""
    assert gap.present is not None
    present = gap.present
    now = line(gap.target.label, context.language, present.base, present.numerator, present.share)
    if len(gap.requirements) == 1:
        yield (*now, *_needed(context, gap.requirements[0]))
        return
    yield (*now, (), (), ())
    for requirement in gap.requirements:
        indent = "　" if context.language == "zh" else "– "
        yield ((indent + requirement.reading.label.of(context.language),), (), (), (), *_needed(context, requirement))


def _needed(context: Context, requirement: Requirement) -> tuple[Inlines, ...]:
    return context.numbers(requirement.required, requirement.missing, requirement.a_year)


def _remarks(context: Context, measured: Sequence[Gap], unmeasured: Sequence[Gap]) -> Iterator[Block]:
    yield from (_met(context, gap) for gap in measured if _is_met(gap))
    if unmeasured:
        names = [gap.target.label for gap in unmeasured]
        yield context.say(
            "{titles}：数据中没有，不作估计。",
            "Not in the data, and so not estimated: {titles}.",
            titles=Label("".join(quoted(name).zh for name in names), "; ".join(name.en for name in names)),
        )


def _is_met(gap: Gap) -> bool:
    missing = gap.requirements[-1].missing
    return missing is not None and missing.value == 0 and gap.present is not None and bool(gap.present.base.value)


def _met(context: Context, gap: Gap) -> Block:
    assert gap.present is not None
    return context.say(
        ("“{title}”在已报区域已经达到：" if context.study.absent else "“{title}”按现有数字已经达到：")
        + "{base}{unit}中有{part}{unit}，占{share}。",
        (
            "{title}: met in the districts that reported, with"
            if context.study.absent
            else "{title}: met already on these numbers, with"
        )
        + " {part} of {base}, or {share}.",
        title=context.text(gap.target.zh, capital(gap.target.en)),
        unit=_COUNTED.get(gap.target.counts, "家"),
        part=gap.present.numerator,
        base=gap.present.base,
        share=gap.present.share,
    )
