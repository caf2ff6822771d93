"""The paper in brief: targets at a glance, what is not known, what to decide; of figures alone, what follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from analysis.briefing.composing import Cell, Row
from analysis.briefing.context import Context
from analysis.briefing.sections.conference import unreported
from analysis.briefing.sections.finding import before_quoting
from analysis.briefing.sections.planning import ASKED_DRAWS, OWN_BASE, least_cells
from analysis.briefing.sections.simulated import Runs, drawn_with, looks_ahead, runs_of
from analysis.briefing.sections.sources import agreement, disagreements
from analysis.briefing.sections.targets import hidden_answers
from analysis.briefing.texts import label
from analysis.errors import WithheldError
from analysis.quantities import Label, Quantity, Rate, constant
from analysis.scenarios.state import Rule
from analysis.scenarios.targets import Gap
from analysis.sources.audit import audit
from analysis.sources.audit.finding import Finding
from analysis.views.blocks import Block, Paragraph, Table
from analysis.views.wording import fill

_MOST = 3  # names, questions and readings of a kind
_MOST_FOLLOWING = 6
_CORE = ("enterprises_operating", "enterprises_with_organisation", "enterprises_with_instructor", "members")
_OF_COVERED = ("enterprises_with_organisation", "coverage_rate", "enterprises_with_instructor", "instructor_rate")


def summary(context: Context) -> tuple[Block, ...]:
    """Targets, present and gap in one table, with the least that meets each; what is not known; what to decide.

    Of published figures alone: what follows from them, whether they agree, what cannot be known and what to ask for next.
    """
    if not context.has_cells:
        return tuple(_of_figures(context)) if context.study.figures else ()
    found = context.gaps(context.within)
    measured = [(gap, gap.present) for gap in found if gap.present is not None]
    blocks: list[Block] = [context.head("summary"), _table(context, measured)] if measured else []
    unknown = [
        Paragraph(context.words("summary.answer", asked=asked, answer=answer), "item")
        for asked, answer in list(hidden_answers(context))[:_MOST]
    ]
    return (*blocks, *_headed(context, {"unknown_in_brief": unknown, "decide": _to_decide(context, found)}))


def _headed(context: Context, groups: Mapping[str, Iterable[Block]]) -> Iterator[Block]:
    """Groups of blocks, each under the heading of its name; nothing of a group that is empty."""
    for name, group in groups.items():
        if blocks := list(group):
            yield from (context.head(name), *blocks)


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


def _of_figures(context: Context) -> Iterator[Block]:
    found, off = audit(context.study), disagreements(context)
    notes = [one for one in found if one.severity == "note" and one.rule != "bound"]
    ranges = [one for one in found if one.rule == "bound"]
    agree = Paragraph((agreement(found).of(context.language),))
    groups: dict[str, Iterable[Block]] = {
        "follows": (_derived(context, one) for one in notes[:_MOST_FOLLOWING]),
        "agreement": (agree, *(context.stated(one, "item") for one in off)),
        "not_known": (*(context.stated(one, "item") for one in ranges[:_MOST]), *_not_split(context)),
        "ask": _to_ask(context),
    }
    yield from _headed(context, groups)


def _derived(context: Context, finding: Finding) -> Paragraph:
    """What follows from the figures, and how."""
    statement, how = (fill(one, finding.values, context.language) for one in (finding.statement, finding.derivation))
    return Paragraph(context.words("follows.derived", statement=statement, how=how), "item")


def _not_split(context: Context) -> Iterator[Paragraph]:
    """By what nothing was published of those covered."""
    own = [row for row in context.study.figures.values() if context.study.is_own(row) and row.indicator in _OF_COVERED]
    known = {"category": any(row.category != "all" for row in own), "size": any(row.staff_from for row in own)}
    unknown = [context.words(f"not_known.{name}") for name in ("district", "category", "size") if not known.get(name)]
    yield context.say("not_known.split", "item", names=context.enumerated(unknown))


def _to_ask(context: Context) -> Iterator[Paragraph]:
    """What would tell more: bases, exact numbers, what was not published, and counts by enterprise or district."""
    study, doubts = context.study, before_quoting(context)
    groups = {
        "base": [*doubts.get("without_base", ()), *doubts.get("of_part", ())],
        "hidden": [Label(row.zh, row.en) for row in study.settings.hidden if not study.has(row.id)],
        "exact": doubts.get("approximate", []),
        "needed": [label(f"statistics.needed.{name}") for name in _CORE if study.published(name) is None],
    }
    for name, labels in groups.items():
        if labels:
            yield context.say(f"ask.{name}", "item", names=_some(context, list(dict.fromkeys(labels))))
    if study.settings.as_of is None:
        yield context.say("ask.day", "item")
    yield context.say("ask.register", "item")


def _some(context: Context, names: Sequence[Label | str]) -> str:
    """The first names, and whether there are others."""
    return context.listed(names[:_MOST], "list.semicolon") + (context.text("list.more") if len(names) > _MOST else "")
