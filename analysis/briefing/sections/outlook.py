"""What a briefing says of a scenario: in brief where the targets go, what it would take and what matters most."""

from __future__ import annotations

from analysis.briefing.context import Context
from analysis.briefing.sections import bounds, planning, sensitivity
from analysis.briefing.sections.scenarios import covered, decided, fan_figure, reading_table
from analysis.briefing.sections.simulated import asks_ahead, looks_ahead, runs_of
from analysis.errors import WithheldError
from analysis.views.blocks import Block

MOST_IMPORTANT = 4


def outlook(context: Context) -> tuple[Block, ...]:
    """The scenario in brief: what it decides, where the targets go, what it would take and what matters most.

    Only for the whole place: a scenario's levers are numbers of the whole, and nothing says how they are divided.
    """
    if not asks_ahead(context):
        return ()
    runs = runs_of(context)
    _head, *said = decided(context)
    asked = [(rule, planning.OWN_BASE) for rule in runs.measures.rules]
    return (
        context.head("按情景推算", "What follows under the scenario"),
        *said,
        context.head("各项目标的走势", "Where the targets go", 2),
        covered(context, runs),
        fan_figure(context, runs),
        reading_table(context, runs),
        context.head("要达到目标需要多大力度", "What it would take", 2),
        planning.question(context),
        planning.needed_table(context, runs, asked),
        context.head("哪些假设最要紧", "What matters most", 2),
        sensitivity.one_at_a_time(context),
        sensitivity.tornado_table(context, runs, most=MOST_IMPORTANT),
    )


def assumptions(context: Context) -> tuple[Block, ...]:
    """The assumptions behind the synthetic numbers; and those about change, where the briefing looks ahead."""
    if not looks_ahead(context):
        return bounds.assumptions(context)
    about_change = (*planning.assumed(context), *_variance(context), *planning.year_told(context))
    return (*bounds.assumptions(context), *about_change)


def _variance(context: Context) -> tuple[Block, ...]:
    """Where the variance comes from; nothing where the outlook says already that its counts are withheld."""
    try:
        return tuple(sensitivity.variance(context, runs_of(context)))
    except WithheldError:
        return ()
