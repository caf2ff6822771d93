"""The paper against itself: what would overturn each conclusion, by how much, now or in years to come; the hard questions."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.briefing.context import Context
from analysis.briefing.sections.simulated import Runs, first_base, looks_ahead, runs_of, scenario_of
from analysis.briefing.sections.suppressed_section import compares
from analysis.coverage.indicators import Part, coverage_by
from analysis.quantities import Label, Quantity, computed, constant
from analysis.scenarios import switching_values
from analysis.scenarios.addresses import assumption_quantity, expected_quantity, overturned_quantity
from analysis.scenarios.goals import Question
from analysis.scenarios.series import series
from analysis.scenarios.support import planned
from analysis.scenarios.switching_values import Overturned, overturned_of
from analysis.scenarios.targets import Gap, gaps
from analysis.sources import results
from analysis.sources.audit.bounds import bounds
from analysis.sources.audit.finding import quoted
from analysis.views.blocks import Block, Inlines
from analysis.views.wording import capital


def challenge(context: Context) -> tuple[Block, ...]:
    """Each conclusion with what overturns it; then the questions a member could ask."""
    blocks = [*_conclusions(context), *_questions(context)]
    if not blocks:
        return ()
    return (context.head("反方检验", "The paper against itself"), *blocks)


def _conclusions(context: Context) -> Iterator[Block]:
    measured = [gap for gap in _gaps(context) if gap.present is not None and gap.requirements[0].missing is not None]
    is_tried = _is_synthetic(context) and context.is_whole  # registers are drawn anew of the whole place alone
    turned = switching_values.turns(context.study, folder=results.FOLDER) if is_tried else {}
    rows = [*(_target_row(context, gap, turned) for gap in measured), *_first_place(context)]
    if not rows:
        return
    yield context.say(
        "下表逐条列出结论，以及数字差多少结论就不成立：少一家则仍成立。"
        + ("影响大的假设逐个在其范围内移动，其余不变，重新合成登记簿。" if is_tried else ""),
        "Each conclusion, and by how many the numbers would have to differ for it to fall; one fewer, and it stands."
        + (
            " Each assumption of high impact is moved within its range, the others as they are, and the register drawn anew."
            if is_tried
            else ""
        ),
    )
    names = context.heads(
        "结论|现状|界线|差多少即改变|单独能推翻它的假设",
        "Conclusion|Now|Line|Turned by|An assumption that turns it alone",
    )
    title = Label("结论及推翻它的条件", "Conclusions, and what would overturn them")
    yield context.table(
        "challenge",
        title,
        names,
        rows,
        widths=(3.7, 1.0, 1.0, 0.7, 4.6),
        align="lrrrl",
        note=_rests(context),
        size="small",
    )
    if ahead := tuple(_rows_ahead(context)):
        yield _ahead(context, ahead)


def _ahead(context: Context, rows: tuple[tuple[Inlines, ...], ...]) -> Block:
    note = context.words(
        "情景“{name}”，按第一种读法，不计偶然；至少{certainty}%的抽样与之相同的，结论才不加保留。"
        "每项假设单独在其范围内分步移动，少移一步则不计偶然的结论不变。",
        "Scenario {name}, first reading, without chance; a conclusion is given outright where at least {certainty}% of the "
        "draws come to the same. Each assumption is moved alone within its range, step by step: one step less, and the "
        "conclusion without chance stands.",
        name=scenario_of(context).label,
        certainty=context.parameter("certainty"),
    )
    title = Label("情景中的结论及推翻它的条件", "Conclusions under the scenario, and what would overturn them")
    names = context.heads(
        "结论|到期时|界线|差多少即改变|达到的抽样|单独能推翻它的假设",
        "Conclusion|When due|Line|Turned by|Draws that meet it|An assumption that turns it alone",
    )
    widths = (3.3, 0.8, 0.8, 0.7, 0.8, 4.6)
    return context.table("challenge_ahead", title, names, rows, widths=widths, align="lrrrrl", note=note, size="small")


def _is_synthetic(context: Context) -> bool:
    return context.study.settings.input == "synthetic"


def _rests(context: Context) -> Inlines:
    if not _is_synthetic(context):
        return ()
    return context.words(
        "带†的数字都出自合成登记簿，可能随假设而变；不带标记的不变。",
        "Numbers marked † come from the synthetic register and can move with its assumptions; those without a mark do not.",
    )


def _gaps(context: Context) -> tuple[Gap, ...]:
    if not context.study.targets:
        return ()
    return gaps(context.counter, context.within, year=context.year, years=context.years)


def _target_row(
    context: Context, gap: Gap, turned: dict[tuple[str, int], switching_values.Turn]
) -> tuple[Inlines, ...]:
    first = gap.requirements[0]
    assert gap.present is not None
    assert first.missing is not None
    assert first.required is not None
    is_met = first.missing.value == 0
    verdict = context.text("已达到", "met") if is_met else context.text("未达到", "not met")
    if context.study.absent and is_met:
        verdict = context.text("已报区域已达到", "met in the districts that reported")
    if first.missing.withheld:
        verdict = context.text("不予公布", "withheld")
    name = context.text(f"{gap.target.zh}：{verdict}", f"{capital(gap.target.en)}: {verdict}")
    have = gap.present.numerator
    by = _turning(have, first.required, is_met=True) if is_met else first.missing
    turn = turned.get((gap.target.id, 0))
    return (
        (name,),
        *context.numbers(have, first.required, by),
        _turned(context, gap.target.id, turn),
    )


def _turned(context: Context, target: str, turn: switching_values.Turn | None) -> Inlines:
    if not _is_synthetic(context):
        return ("—",)
    if not context.is_whole:
        return (context.text("未就该范围检验", "not tried for a part"),)
    if turn is None:
        return (context.text("范围内没有", "none within its range"),)
    row = context.study.assumptions[turn.assumption]
    return _moved(
        context, row.label, context.study.assumption(row.id), switching_values.quantity(context.study, target, 0, turn)
    )


def _moved(context: Context, name: Label, now: Quantity, then: Quantity) -> Inlines:
    """An assumption, and how far it has to move."""
    language = context.language
    head = capital(name.of(language)), context.text("：", ": ")
    return (*head, *context.two(now, then, " → "))


def _first_place(context: Context) -> Iterator[tuple[Inlines, ...]]:
    """The district in front, and by how many enterprises the next would overtake it."""
    if len(context.study.districts) < 2 or not context.has_cells or context.within.districts:
        return
    if not compares(context) or context.counter.lacking("enterprises", context.within.but(organisation="any")):
        return
    parts = [part for part in coverage_by(context.counter, "districts", context.within) if part.rate.base.value]
    if any(part.rate.share.withheld for part in parts):
        return  # who is in front would tell of what is withheld
    ranked = sorted(parts, key=lambda part: float(part.rate.share.value), reverse=True)
    if len(ranked) < 2:
        return
    first, second = ranked[:2]
    language = context.language
    names = first.label.of(language), second.label.of(language)
    yield (
        (
            context.text(
                f"覆盖率最高的是{names[0]}，其次{names[1]}", f"Coverage is highest in {names[0]}, then {names[1]}"
            ),
        ),
        *(context.two(one.rate.numerator, one.rate.base) for one in (first, second)),
        *context.numbers(_overtaking(first, second)),
        (
            context.text("由合成的区域差异决定", "the synthetic spread between districts")
            if _is_synthetic(context)
            else "—",
        ),
    )


def _overtaking(first: Part, second: Part) -> Quantity:
    """How many more covered enterprises put the second in front: the fewest that make its rate the higher one."""
    one = constant(1, "enterprises", Label("再多一", "one more"))
    level = computed("÷", computed("×", first.rate.numerator, second.rate.base), first.rate.base, unit="enterprises")
    lacking = computed("−", computed("floor", level), second.rate.numerator)
    return computed("+", lacking, one, label=Label("赶上所需的企业", "enterprises that overtake"))


def _questions(context: Context) -> Iterator[Block]:
    rows = [*_hidden(context), *_unmeasured(context), *_money(context), *_synthetic(context)]
    if not rows:
        return
    names = context.heads("与会者可能问|回答", "A member could ask|Answer")
    title = Label("难答的问题", "Hard questions")
    yield context.table("hard", title, names, rows, widths=(4.4, 5.6), align="ll", size="small")


def _hidden(context: Context) -> Iterator[tuple[Inlines, ...]]:
    """What the figures speak of and do not give: bounded by them, or not in the sources."""
    known = {bound.name: bound.interval for bound in bounds(context.study) if not bound.is_open}
    for row in context.study.settings.hidden:
        asked = context.text(f"{row.zh}有多少？", f"{capital(row.en)}: how many?")
        interval = known.get(f"base.{row.id}")
        answer: Inlines = (context.text("来源中没有。", "Not in the sources."),)
        if interval is not None and interval.is_exact:
            answer = context.words(
                "没有公布；由已公布的数字推得为{low}。",
                "Not published; it follows from the published figures: {low}.",
                low=interval.low,
            )
        elif interval is not None:
            answer = context.words(
                "没有公布；由已公布的数字推得，在{low}与{high}之间。",
                "Not published; the published figures confine it to between {low} and {high}.",
                low=interval.low,
                high=interval.high,
            )
        yield (asked,), answer


def _unmeasured(context: Context) -> Iterator[tuple[Inlines, ...]]:
    for gap in _gaps(context):
        if not gap.is_measured:
            zh, en = quoted(gap.target.label).zh, capital(gap.target.en)
            asked = context.text(f"{zh}做到了多少？", f"{en}: how far is it?")
            yield (asked,), (context.text("来源中没有，不作估计。", "Not in the sources, and not estimated."),)


def _synthetic(context: Context) -> Iterator[tuple[Inlines, ...]]:
    if _is_synthetic(context):
        asked = context.text(
            "各区域、各规模的数字是统计出来的吗？", "Were the numbers by district and by size counted?"
        )
        yield (
            (asked,),
            context.words(
                "不是。它们由假设合成，只与已公布的总数一致；区域报来登记簿或报表后才是事实。",
                "No. They are drawn from assumptions and agree with the published totals only; they become facts when "
                "districts bring a register or returns.",
            ),
        )


def _rows_ahead(context: Context) -> Iterator[tuple[Inlines, ...]]:
    """A line for each target under the briefing's scenario; none where the briefing does not look ahead."""
    if not looks_ahead(context):
        return
    runs = runs_of(context)
    asked = runs.asked(context.years)
    for question, found in zip(asked, overturned_of(asked, folder=results.FOLDER), strict=True):
        yield _row(context, runs, question, found)


def _row(context: Context, runs: Runs, asked: Question, found: Overturned | None) -> tuple[Inlines, ...]:
    target, due = asked.rule.target, asked.goal.by_year
    base = first_base(target)
    at = f"{target.id}#0~{base}"
    have, line = (_expected(runs, name, due) for name in (f"{target.id}.have", f"{at}.required"))
    is_met = bool(asked.margins(runs.expected.values[:, : asked.years + 1])[0] >= -1e-9)
    share = runs.met(target, due)
    name = context.text(f"{target.zh}（{due}年）：", f"{capital(target.en)}, by {due}: ")
    return (
        (name, *_verdict(context, share, is_met=is_met)),
        *context.numbers(have, line, _turning(have, line, is_met=is_met), share),
        _alone(context, asked, found),
    )


def _verdict(context: Context, share: Quantity, *, is_met: bool) -> Inlines:
    """What the path without chance comes to; outright only where as many draws as are asked for come to the same."""
    agreeing = share.value if is_met else 1 - share.value
    if agreeing >= context.setting("certainty") / 100:
        return (
            context.text("能按期达到", "would be met") if is_met else context.text("不能按期达到", "would not be met"),
        )
    if is_met:
        return context.words(
            "不计偶然能按期达到，但没有把握（{share}的抽样达到）",
            "met without chance, but not surely: {share} of the draws",
            share=share,
        )
    return context.words(
        "不计偶然不能按期达到，但{share}的抽样达到",
        "not met without chance, yet met in {share} of the draws",
        share=share,
    )


def _expected(runs: Runs, name: str, due: int) -> Quantity:
    value = float(series(runs.expected, name)[due - runs.scenario.year, 0])
    return expected_quantity(runs.expected, name, year=due, value=value)


def _turning(have: Quantity, line: Quantity, *, is_met: bool) -> Quantity:
    """How many turn it: those missing, or one more than are over."""
    label = Label("改变结论所差", "what turns the conclusion")
    if not is_met:
        return computed("−", line, have, label=label)
    one = constant(1, have.unit, Label("再多一", "one more"))
    return computed("+", computed("−", have, line), one, label=label)


def _alone(context: Context, asked: Question, found: Overturned | None) -> Inlines:
    if found is None:
        return (context.text("范围内没有", "none within its range"),)
    row = asked.scenario.dynamics[found.assumption]
    return _moved(context, row.label, assumption_quantity(row), overturned_quantity(asked, found))


def _money(context: Context) -> Iterator[tuple[Inlines, ...]]:
    """What the plan of venues and funds costs a year, and where the money is said to come from."""
    found = planned(context.counter) if context.is_whole else ()
    if not found:
        return
    asked = context.text(
        "场所和经费一年要多少钱，来源里有吗？", "What do venues and funds cost a year, and who says so?"
    )
    whole = found[0].planned_cost
    for row in found[1:]:
        whole = computed("+", whole, row.planned_cost, label=Label("计划的年费用", "cost of the plan a year"))
    yield (
        (asked,),
        context.words(
            "来源中没有金额。按假设的单价，计划一年需{whole}元。",
            "The sources give no amount. At the unit costs assumed, the plan takes {whole} yuan a year.",
            whole=whole,
        ),
    )
