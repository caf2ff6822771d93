"""The paper in brief: the targets at a glance, what is not known and what to decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis.briefing.composing import Cell, Row
from analysis.briefing.context import Context
from analysis.briefing.sections.conference import unreported
from analysis.briefing.sections.planning import ASKED_DRAWS, OWN_BASE, least_cells
from analysis.briefing.sections.simulated import Runs, drawn_with, looks_ahead, runs_of
from analysis.briefing.sections.targets import hidden_answers
from analysis.briefing.texts import label
from analysis.errors import WithheldError
from analysis.quantities import Label, Quantity, Rate, constant
from analysis.scenarios.state import Rule
from analysis.scenarios.targets import Gap
from analysis.views.blocks import Block, Paragraph, Table

_MOST = 3  # names, questions and readings of a kind


def summary(context: Context) -> tuple[Block, ...]:
    """Targets, present and gap in one table, with the least that meets each; what is not known; what to decide."""
    found = context.gaps(context.within)
    measured = [(gap, gap.present) for gap in found if gap.present is not None]
    blocks: list[Block] = [context.head("summary"), _table(context, measured)] if measured else []
    unknown = [
        Paragraph(context.words("summary.answer", asked=asked, answer=answer), "item")
        for asked, answer in list(hidden_answers(context))[:_MOST]
    ]
    for name, items in (("unknown_in_brief", unknown), ("decide", list(_to_decide(context, found)))):
        if items:
            blocks += [context.head(name), *items]
    return tuple(blocks)


def _table(context: Context, measured: Sequence[tuple[Gap, Rate]]) -> Table:
    runs = _runs(context)
    if runs is None:
        return context.table("summary_now", (_present(context, gap, present) for gap, present in measured))
    rules = {rule.target.id: rule for rule in runs.measures.rules}
    rows = [
        (*_present(context, gap, present), _least(context, runs, rules.get(gap.target.id))) for gap, present in measured
    ]
    return context.table(
        "summary",
        rows,
        name=runs.scenario.label,
        certainty=context.parameter("certainty"),
        draws=constant(min(runs.draws.draws, ASKED_DRAWS), "draws", label("needed.draws")),
        seed=drawn_with(context)[1],
    )


def _runs(context: Context) -> Runs | None:
    """The paths of the paper's scenario; none where it does not look ahead, or its counts are withheld."""
    try:
        return runs_of(context) if looks_ahead(context) else None
    except WithheldError:
        return None


def _present(context: Context, gap: Gap, present: Rate) -> Row:
    missing: Cell = gap.requirements[0].missing
    if isinstance(missing, Quantity) and missing.value == 0 and present.base.value:
        missing = context.text("challenge.met_in_part" if context.study.absent else "challenge.met")
    return context.name(gap.target.label), present.base, present.numerator, present.share, missing


def _least(context: Context, runs: Runs, rule: Rule | None) -> Cell:
    """The lever that helps most with the least that meets the target; or that it is met, or that nothing helps."""
    if rule is None:
        return None
    _, lever, _, value = least_cells(context, runs, rule, OWN_BASE)
    if lever is None or value is None:
        return lever or value
    return context.words("summary.lever", name=lever, value=value)


def _to_decide(context: Context, found: Sequence[Gap]) -> Iterator[Paragraph]:
    """What nobody but the reader can settle: readings, dates, and who brings the numbers that are not there."""
    for gap in found:
        asked = [(one.reading.label, one.missing) for one in gap.requirements if one.missing is not None]
        if len({missing.value for _, missing in asked}) > 1:
            (first, low), (last, high) = asked[0], asked[-1]
            title = gap.target.label
            yield context.say("summary.reading", "item", title=title, first=first, last=last, low=low, high=high)
    if undated := [gap.target.label for gap in found if gap.target.deadline_year is None]:
        yield context.say("summary.date", "item", titles=_some(context, undated))
    if context.has_cells and not context.origin.is_counted:
        yield context.say("summary.counts", "item")
    if names := unreported(context):
        yield context.say("summary.report", "item", names=_some(context, names))


def _some(context: Context, names: Sequence[Label | str]) -> str:
    """The first names, and whether there are others."""
    return context.listed(names[:_MOST], "list.semicolon") + (context.text("list.more") if len(names) > _MOST else "")
