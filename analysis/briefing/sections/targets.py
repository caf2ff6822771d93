"""The targets against the present; what would overturn each conclusion, now or in years to come; the hard questions."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.briefing.composing import Cell, Row
from analysis.briefing.context import Context
from analysis.briefing.sections.finding import is_quoted
from analysis.briefing.sections.simulated import Runs, first_base, looks_ahead, runs_of, scenario_of
from analysis.briefing.sections.suppressed_section import compares
from analysis.briefing.texts import label
from analysis.coverage.indicators import Part, coverage_by
from analysis.ledger import Claim
from analysis.quantities import Label, Quantity, Rate, computed, constant
from analysis.scenarios import switching_values
from analysis.scenarios.addresses import assumption_quantity, expected_quantity, overturned_quantity
from analysis.scenarios.goals import Question
from analysis.scenarios.series import series
from analysis.scenarios.support import planned
from analysis.scenarios.switching_values import Overturned, overturned_of
from analysis.scenarios.targets import Gap, Requirement
from analysis.sources import results
from analysis.sources.audit.bounds import bounds
from analysis.sources.audit.finding import quoted
from analysis.views import charts, rows
from analysis.views.blocks import Block, Inlines
from analysis.views.wording import capital

_COUNTED = ("enterprises", "members", "organisations")


def targets(context: Context) -> tuple[Block, ...]:
    """The table of targets and gaps, and what the data cannot say."""
    if not context.study.targets:
        return ()
    found = context.gaps(context.within)
    measured = [(gap, gap.present) for gap in found if gap.present is not None]
    blocks: list[Block] = [context.head("targets"), context.say("targets.readings", years=context.parameter("years"))]
    if context.study.absent:  # nothing is said of a target for the whole place
        blocks.append(context.say("targets.of_a_part"))
    blocks += [_met(context, gap, present) for gap, present in measured if _is_met(gap, present)]
    if names := [gap.target.label for gap in found if not gap.is_measured]:
        titles = Label("".join(quoted(name).zh for name in names), "; ".join(name.en for name in names))
        blocks.append(context.say("targets.not_in_data", titles=titles))
    if measured:
        dots = [_dots(context, gap, present) for gap, present in measured]
        blocks.append(context.chart("gaps", charts.gap_dots(dots, language=context.language), width=0.8))
        lines = (row for gap, present in measured for row in _lines(context, gap, present))
        blocks.append(context.table("targets", lines))
    return tuple(blocks)


def _is_met(gap: Gap, present: Rate) -> bool:
    missing = gap.requirements[-1].missing
    return missing is not None and missing.value == 0 and bool(present.base.value)


def _met(context: Context, gap: Gap, present: Rate) -> Block:
    unit = gap.target.counts if gap.target.counts in _COUNTED else "enterprises"
    return context.say(
        "targets.met_in_part" if context.study.absent else "targets.met",
        title=Label(gap.target.zh, capital(gap.target.en)),
        part=context.words(f"targets.counted.{unit}", n=present.numerator),
        base=context.words(f"targets.counted.{unit}", n=present.base),
        share=present.share,
    )


def _dots(context: Context, gap: Gap, present: Rate) -> rows.Gap:
    """Where things stand, and the share that every reading asks for."""
    name = context.name(gap.target.label)
    now = rows.bar(present, id=gap.target.id, name=name, language=context.language)
    return rows.Gap(now, tuple(_asked(context, gap, present)))


def _asked(context: Context, gap: Gap, present: Rate) -> Iterator[Claim]:
    for requirement in gap.requirements:
        if requirement.required is not None:
            share = Rate(requirement.required, present.base, present.base_name).share
            yield context.claim(share, form="1")


def _lines(context: Context, gap: Gap, present: Rate) -> Iterator[Row]:
    """The target with where it stands; then a line for each reading, unless there is only one."""
    now = (gap.target.label, present.base, present.numerator, present.share)
    if len(gap.requirements) == 1:
        yield (*now, *_needed(gap.requirements[0]))
        return
    yield (*now, (), (), ())
    for requirement in gap.requirements:
        name = context.text("list.reading") + requirement.reading.label.of(context.language)
        yield name, (), (), (), *_needed(requirement)


def _needed(requirement: Requirement) -> Row:
    return (requirement.required, requirement.missing, requirement.a_year)


def challenge(context: Context) -> tuple[Block, ...]:
    """Each conclusion with what overturns it; then the questions a member could ask."""
    blocks = [*_conclusions(context), *_questions(context)]
    return (context.head("challenge"), *blocks) if blocks else ()


def _conclusions(context: Context) -> Iterator[Block]:
    measured = [
        gap
        for gap in context.gaps(context.within)
        if gap.present is not None and gap.requirements[0].missing is not None
    ]
    is_tried = _is_synthetic(context) and context.is_whole  # registers are drawn anew of the whole place alone
    turned = switching_values.turns(context.study, folder=results.FOLDER) if is_tried else {}
    rows = [*(_target_row(context, gap, turned) for gap in measured), *_first_place(context)]
    if not rows:
        return
    yield context.say("challenge.synthetic" if is_tried else "challenge.counted")
    note = context.words("challenge.rests") if _is_synthetic(context) else ()
    yield context.table("challenge", rows, note=note)
    if ahead := tuple(_rows_ahead(context)):
        certainty = context.parameter("certainty")
        yield context.table("challenge_ahead", ahead, name=scenario_of(context).label, certainty=certainty)


def _is_synthetic(context: Context) -> bool:
    return context.study.settings.input == "synthetic"


def _target_row(context: Context, gap: Gap, turned: dict[tuple[str, int], switching_values.Turn]) -> Row:
    first = gap.requirements[0]
    assert gap.present is not None
    assert first.missing is not None
    assert first.required is not None
    is_met = first.missing.value == 0
    verdict = "met" if is_met else "not_met"
    if context.study.absent and is_met:
        verdict = "met_in_part"
    if first.missing.withheld:
        verdict = "withheld"
    have = gap.present.numerator
    by = _turning(have, first.required, is_met=True) if is_met else first.missing
    target = context.name(gap.target.label)
    return (
        context.text("challenge.conclusion", target=target, verdict=label(f"challenge.{verdict}")),
        have,
        first.required,
        by,
        _turned(context, gap.target.id, turned.get((gap.target.id, 0))),
    )


def _turned(context: Context, target: str, turn: switching_values.Turn | None) -> Cell:
    if not _is_synthetic(context):
        return None
    if not context.is_whole:
        return context.text("challenge.not_tried")
    if turn is None:
        return context.text("challenge.none")
    row = context.study.assumptions[turn.assumption]
    then = switching_values.quantity(context.study, target, 0, turn)
    return _moved(context, row.label, context.study.assumption(row.id), then)


def _moved(context: Context, name: Label, now: Quantity, then: Quantity) -> Inlines:
    """An assumption, and how far it has to move."""
    return context.words("challenge.moved", name=context.name(name), now=now, then=then)


def _first_place(context: Context) -> Iterator[Row]:
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
    yield (
        context.text("challenge.first_place", first=first.label, second=second.label),
        *(context.two(one.rate.numerator, one.rate.base) for one in (first, second)),
        _overtaking(first, second),
        context.text("challenge.spread") if _is_synthetic(context) else None,
    )


def _overtaking(first: Part, second: Part) -> Quantity:
    """How many more covered enterprises put the second in front: the fewest that make its rate the higher one."""
    one = constant(1, "enterprises", label("challenge.more"))
    level = computed("÷", computed("×", first.rate.numerator, second.rate.base), first.rate.base, unit="enterprises")
    lacking = computed("−", computed("floor", level), second.rate.numerator)
    return computed("+", lacking, one, label=label("challenge.overtake"))


def _rows_ahead(context: Context) -> Iterator[Row]:
    """A line for each target under the briefing's scenario; none where the briefing does not look ahead."""
    if not looks_ahead(context):
        return
    runs = runs_of(context)
    asked = runs.asked
    for question, found in zip(asked, overturned_of(asked, folder=results.FOLDER), strict=True):
        yield _row_ahead(context, runs, question, found)


def _row_ahead(context: Context, runs: Runs, asked: Question, found: Overturned | None) -> Row:
    target, due = asked.rule.target, asked.goal.by_year
    required = f"{target.id}#0~{first_base(target)}.required"
    have, line = (_expected(runs, name, due) for name in (f"{target.id}.have", required))
    is_met = bool(asked.margins(runs.expected.values[:, : asked.years + 1])[0] >= -1e-9)
    share = runs.met(target, due)
    turned: Cell = context.text("challenge.none")
    if found is not None:
        row = asked.scenario.dynamics[found.assumption]
        turned = _moved(context, row.label, assumption_quantity(row), overturned_quantity(asked, found))
    return (
        context.words(
            "challenge_ahead.conclusion",
            target=context.name(target.label),
            year=str(due),
            verdict=_verdict(context, share, is_met=is_met),
        ),
        have,
        line,
        _turning(have, line, is_met=is_met),
        share,
        turned,
    )


def _verdict(context: Context, share: Quantity, *, is_met: bool) -> Inlines:
    """What the path without chance comes to; outright only where as many draws as are asked for come to the same."""
    agreeing = share.value if is_met else 1 - share.value
    if agreeing >= context.setting("certainty") / 100:
        return context.words("challenge_ahead.met" if is_met else "challenge_ahead.not_met")
    return context.words("challenge_ahead.met_unsurely" if is_met else "challenge_ahead.not_met_unsurely", share=share)


def _expected(runs: Runs, name: str, due: int) -> Quantity:
    value = float(series(runs.expected, name)[due - runs.scenario.year, 0])
    return expected_quantity(runs.expected, name, year=due, value=value)


def _turning(have: Quantity, line: Quantity, *, is_met: bool) -> Quantity:
    """How many turn it: those missing, or one more than are over."""
    turns = label("challenge.turns")
    if not is_met:
        return computed("−", line, have, label=turns)
    one = constant(1, have.unit, label("challenge.more"))
    return computed("+", computed("−", have, line), one, label=turns)


def _questions(context: Context) -> Iterator[Block]:
    """The questions a member could ask, each with its answer."""
    rows: list[Row] = [*hidden_answers(context), *_unmeasured(context), *_money(context)]
    if _is_synthetic(context):
        rows.append((context.text("hard.synthetic"), context.text("hard.synthetic_answer")))
    if rows:
        yield context.table("hard", rows)


def hidden_answers(context: Context) -> Iterator[tuple[Inlines, Inlines]]:
    """What the figures speak of and do not give: bounded by them, or not in the sources; nothing where none is quoted."""
    if not any(is_quoted(context, name) for name in context.study.figures):
        return
    known = {bound.name: bound.interval for bound in bounds(context.study) if not bound.is_open}
    for row in context.study.settings.hidden:
        asked = context.words("hard.hidden", name=Label(row.zh, capital(row.en)))
        interval = known.get(f"base.{row.id}")
        if interval is None:
            yield asked, context.words("hard.not_in_sources")
        elif interval.is_exact:
            yield asked, context.words("hard.exact", low=interval.low)
        else:
            yield asked, context.words("hard.between", low=interval.low, high=interval.high)


def _unmeasured(context: Context) -> Iterator[Row]:
    for gap in context.gaps(context.within):
        if not gap.is_measured:
            target = Label(quoted(gap.target.label).zh, capital(gap.target.en))
            yield context.words("hard.unmeasured", target=target), context.words("hard.not_estimated")


def _money(context: Context) -> Iterator[Row]:
    """What the plan of venues and funds costs a year, and where the money is said to come from."""
    found = planned(context.counter) if context.is_whole else ()
    if not found:
        return
    whole = found[0].planned_cost
    for row in found[1:]:
        whole = computed("+", whole, row.planned_cost, label=label("hard.money_of_plan"))
    yield context.words("hard.money"), context.words("hard.money_answer", whole=whole)
