"""The targets against the present, under every reading of their words."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.briefing.context import Context
from analysis.ledger import Claim
from analysis.quantities import Label, Rate
from analysis.scenarios.targets import Gap, Requirement, gaps
from analysis.sources.audit.finding import quoted
from analysis.views import range_charts, rows
from analysis.views.blocks import Block, Inlines
from analysis.views.tables import line
from analysis.views.wording import capital, claim

_COUNTED = ("enterprises", "members", "organisations")


def targets(context: Context) -> tuple[Block, ...]:
    """The table of targets and gaps, and what the data cannot say."""
    if not context.study.targets:
        return ()
    found = gaps(context.counter, context.within, year=context.year, years=context.years)
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
        blocks.append(context.chart("gaps", range_charts.gap_dots(dots, language=context.language)))
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
    name = capital(gap.target.label.of(context.language))
    now = rows.bar(present, id=gap.target.id, name=name, language=context.language)
    return rows.Gap(now, tuple(_asked(context, gap, present)))


def _asked(context: Context, gap: Gap, present: Rate) -> Iterator[Claim]:
    for requirement in gap.requirements:
        if requirement.required is not None:
            share = Rate(requirement.required, present.base, present.base_name).share
            yield claim(share, context.language, form="1")


def _lines(context: Context, gap: Gap, present: Rate) -> Iterator[tuple[Inlines, ...]]:
    """The target with where it stands; then a line for each reading, unless there is only one."""
    now = line(gap.target.label, context.language, present.base, present.numerator, present.share)
    if len(gap.requirements) == 1:
        yield (*now, *_needed(context, gap.requirements[0]))
        return
    yield (*now, (), (), ())
    for requirement in gap.requirements:
        name = context.text("list.reading") + requirement.reading.label.of(context.language)
        yield ((name,), (), (), (), *_needed(context, requirement))


def _needed(context: Context, requirement: Requirement) -> tuple[Inlines, ...]:
    return context.numbers(requirement.required, requirement.missing, requirement.a_year)
