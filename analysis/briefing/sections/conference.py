"""Who answers for what, what was agreed and how far it is; and what the next meeting should speak of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from string import ascii_uppercase

from analysis.briefing.composing import Cell, Row
from analysis.briefing.context import Context
from analysis.briefing.texts import label
from analysis.conference import Duty, Measure
from analysis.quantities import Label
from analysis.scenarios.target_status import DecisionStatus, late, standings
from analysis.scenarios.targets import Gap
from analysis.sources.audit import audit
from analysis.study_models import Target
from analysis.views.blocks import Block, Paragraph, Table
from analysis.views.wording import Slot, capital

LEADS, HELPS = "●", "○"
MOST_GAPS = 5
_SERIOUS = ("contradiction", "tension", "caution")


def duties(context: Context) -> tuple[Block, ...]:
    """The matrix: one row a subject, one column a department; and which lines the minutes give."""
    study = context.study
    if not study.duties:
        return context.head("duties"), context.say("duties.none", "note")
    letters = letters_of(context)
    named = (label("duties.named", letter=letters[row.id], department=row.label) for row in context.study.departments)
    departments = context.say("duties.departments", "note", listed=context.listed(named, by="list.semicolon"))
    return context.head("duties"), context.say("duties.proposed"), departments, _matrix(context, letters)


def letters_of(context: Context) -> Mapping[str, str]:
    """A letter for each department, in the study's order; two letters after the twenty-sixth."""
    names = [row.id for row in context.study.departments]
    pairs = [*ascii_uppercase, *(f"{one}{two}" for one in ascii_uppercase for two in ascii_uppercase)]
    return dict(zip(names, pairs, strict=False))


def subject_label(context: Context, about: str) -> Label:
    """The name of what a duty is about: a target, a published figure, or a measure."""
    named = _named(context)
    return named[about].label if about in named else context.study.figures[about].label


def _named(context: Context) -> Mapping[str, Target | Measure]:
    """Targets and measures by id, in the order of the minutes."""
    rows: tuple[Target | Measure, ...] = (*context.study.targets, *context.study.measures)
    return {row.id: row for row in rows}


def _matrix(context: Context, letters: Mapping[str, str]) -> Table:
    by_subject: dict[str, dict[str, Duty]] = {}
    for duty in context.study.duties:
        by_subject.setdefault(duty.about, {})[duty.department] = duty
    order = list(_named(context))
    subjects = [name for name in order if name in by_subject] + [name for name in by_subject if name not in order]
    rows = (_subject_row(context, about, by_subject[about], letters) for about in subjects)
    marks = [Label(letter, letter) for letter in letters.values()]
    return context.table("duties", rows, heads={"letters": marks}, leads=LEADS, helps=HELPS)


def _subject_row(context: Context, about: str, found: Mapping[str, Duty], letters: Mapping[str, str]) -> Row:
    marks = ((LEADS if found[name].part == "leads" else HELPS) if name in found else () for name in letters)
    named = _named(context).get(about)
    place = context.study.figures[about].locator if named is None else named.locator
    proposal = context.text("duties.proposal")
    division = next((duty.locator for duty in found.values() if duty.locator), proposal)
    return subject_label(context, about), *marks, place or proposal, division


def found(context: Context) -> tuple[DecisionStatus, ...]:
    """Every decision against the data; none in a study without decisions."""
    if not context.study.decisions:
        return ()
    return standings(context.counter, as_of=context.day, years=context.years)


def decisions(context: Context) -> tuple[Block, ...]:
    """The register of decisions: owner, date, what shows it, and how far it is."""
    if not context.study.decisions:
        return context.head("decisions"), context.say("decisions.none", "note")
    rows = (_decision_row(context, standing) for standing in found(context))
    day = context.say("decisions.as_of", day=context.day.isoformat())
    return context.head("decisions"), day, context.table("decisions", rows)


def _decision_row(context: Context, standing: DecisionStatus) -> Row:
    decision = standing.decision
    now: Cell = standing.evidence or context.text("decisions.not_in_data")
    if standing.present is not None:
        now = context.two(standing.present.numerator, standing.present.base)
    return (
        decision.label,
        _owner(context, standing),
        decision.due.isoformat(),
        decision.locator or context.text("duties.proposal"),
        now,
        standing.missing,
        context.text(f"decisions.state.{standing.state}"),
    )


def _owner(context: Context, standing: DecisionStatus) -> str:
    return next(
        row.label.of(context.language) for row in context.study.departments if row.id == standing.decision.owner
    )


def agenda(context: Context) -> tuple[Block, ...]:
    """The next meeting, proposed: what is overdue, the widest gaps, what the audit found, what is not reported."""
    items = [*_overdue(context), *_gaps(context), *_audited(context), *_unreported(context)]
    nothing = () if items else (context.say("agenda.nothing", "item"),)
    return context.head("agenda"), context.say("agenda.follows"), *items, *nothing


def _overdue(context: Context) -> Iterator[Paragraph]:
    for standing in late(found(context)):
        decision = standing.decision
        slots: dict[str, Slot] = {
            "owner": _owner(context, standing),
            "name": Label(decision.zh, decision.en),
            "due": decision.due.isoformat(),
        }
        if standing.missing is None:
            yield context.say("agenda.overdue", "item", **slots)
        else:
            yield context.say("agenda.overdue_missing", "item", missing=standing.missing, **slots)


def _gaps(context: Context) -> Iterator[Paragraph]:
    """The targets furthest from their first reading, as a share of what is required."""
    measured = [gap for gap in context.gaps() if _lack(gap) > 0]
    for gap in sorted(measured, key=_lack, reverse=True)[:MOST_GAPS]:
        first = gap.requirements[0]
        assert gap.present is not None
        assert first.missing is not None
        assert first.required is not None
        leads = {
            duty.department for duty in context.study.duties if (duty.about, duty.part) == (gap.target.id, "leads")
        }
        owners = [row.label for row in context.study.departments if row.id in leads]
        yield context.say(
            "agenda.gap_of" if owners else "agenda.gap",
            "item",
            title=Label(gap.target.zh, capital(gap.target.en)),
            part=gap.present.numerator,
            required=first.required,
            missing=first.missing,
            owners=context.listed(owners),
        )


def _lack(gap: Gap) -> float:
    first = gap.requirements[0]
    if first.missing is None or first.required is None or not first.required.value:
        return 0.0
    return first.missing.value / first.required.value


def _audited(context: Context) -> Iterator[Paragraph]:
    for finding in audit(context.study):
        if finding.severity in _SERIOUS:
            yield context.stated(finding, "item")


def unreported(context: Context) -> list[str]:
    """What was decided and no number shows: names, each once."""
    missing = [standing for standing in found(context) if not standing.is_shown and standing.state != "met"]
    return list(dict.fromkeys(subject_label(context, one.decision.about).of(context.language) for one in missing))


def _unreported(context: Context) -> Iterator[Paragraph]:
    if names := unreported(context):
        yield context.say("agenda.unreported", "item", names=context.listed(names, by="list.semicolon"))
