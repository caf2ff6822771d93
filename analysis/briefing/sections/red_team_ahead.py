"""What would overturn what a briefing says of years to come: each target under its scenario, and the hard questions."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.briefing.context import Context
from analysis.briefing.sections.simulated import Runs, looks_ahead, runs_of
from analysis.ledger import Claim
from analysis.quantities import Label, Quantity, computed, constant
from analysis.scenarios.addresses import assumption_quantity, expected_quantity, overturned_quantity
from analysis.scenarios.goals import Goal, Question
from analysis.scenarios.outcomes import readings_of
from analysis.scenarios.sensitivity import Overturned
from analysis.scenarios.series import series
from analysis.scenarios.support import planned
from analysis.scenarios.traced import overturned_of
from analysis.sources import results
from analysis.views.blocks import Column, Inlines
from analysis.views.tables import columns, number_cell
from analysis.views.wording import capital


def head_ahead(context: Context) -> tuple[Column, ...]:
    """The columns of the conclusions about years to come."""
    labels = (
        Label("结论", "Conclusion"),
        Label("到期时", "When due"),
        Label("界线", "Line"),
        Label("差多少即改变", "Turned by"),
        Label("达到的抽样", "Draws that meet it"),
        Label("单独能推翻它的假设", "An assumption that turns it alone"),
    )
    return columns(context.language, *labels, widths=(3.3, 0.8, 0.8, 0.7, 0.8, 4.6), align="lrrrrl")


def rows_ahead(context: Context) -> Iterator[tuple[Inlines, ...]]:
    """A line for each target under the briefing's scenario; none where the briefing does not look ahead."""
    if not looks_ahead(context):
        return
    runs = runs_of(context)
    asked = [
        Question(runs.state, runs.scenario, runs.measures, Goal(rule.target.id, 0, runs.due(rule, context.years)))
        for rule in runs.measures.rules
    ]
    for question, found in zip(asked, overturned_of(asked, folder=results.FOLDER), strict=True):
        yield _row(context, runs, question, found)


def _row(context: Context, runs: Runs, asked: Question, found: Overturned | None) -> tuple[Inlines, ...]:
    language, target, due = context.language, asked.rule.target, asked.goal.by_year
    base = next(base for position, base in readings_of(target) if position == 0)
    at = f"{target.id}#0~{base}"
    have, line = (_expected(runs, name, due) for name in (f"{target.id}.have", f"{at}.required"))
    is_met = bool(asked.margins(runs.expected.values[:, : asked.years + 1])[0] >= -1e-9)
    share = runs.met(target, due)
    name = context.text(f"{target.zh}（{due}年）：", f"{capital(target.en)}, by {due}: ")
    return (
        (name, *_verdict(context, share, is_met=is_met)),
        number_cell(have, language),
        number_cell(line, language),
        number_cell(_turning(have, line, is_met=is_met), language),
        number_cell(share, language),
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
    row, language = asked.scenario.dynamics[found.assumption], context.language
    pieces: list[str | Claim] = [capital(row.label.of(language)), context.text("：", ": ")]
    now, then = assumption_quantity(row), overturned_quantity(asked, found)
    return (*pieces, *number_cell(now, language), " → ", *number_cell(then, language))


def money(context: Context) -> Iterator[tuple[Inlines, ...]]:
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
