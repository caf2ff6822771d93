"""A sheet for one department: its part, where it stands, districts behind, what it would take, what it will be asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analysis.briefing.composing import Cell, Row
from analysis.briefing.context import Context, department_of
from analysis.briefing.sections.conference import found as standings_of
from analysis.briefing.sections.conference import subject_label
from analysis.briefing.sections.planning import ASKED_DRAWS, answer_cell
from analysis.briefing.sections.simulated import scenario_of, start_of
from analysis.briefing.sections.suppressed_section import compares, not_compared
from analysis.briefing.texts import label
from analysis.conference import Duty
from analysis.coverage.indicators import EVIDENCE, secretary_chairs
from analysis.coverage.selection import EVERYTHING
from analysis.errors import WithheldError
from analysis.quantities import Quantity, Rate, constant
from analysis.scenarios.addresses import lever_quantity
from analysis.scenarios.goals import Goal, Question, needed_of
from analysis.scenarios.scenario import open_scenario, own_scenario
from analysis.scenarios.start import state_of
from analysis.scenarios.targets import Gap, deadline
from analysis.sources import results
from analysis.views.blocks import Block, Inlines

BEHIND = 3  # districts named


def duties_of(context: Context) -> tuple[Duty, ...]:
    """The duties of the paper's department: those it leads first."""
    own = department_of(context)
    duties = [duty for duty in context.study.duties if own is not None and duty.department == own.id]
    return tuple(sorted(duties, key=lambda duty: duty.part != "leads"))


def part(context: Context) -> tuple[Block, ...]:
    """What the department leads and helps in, with base, place against target, and what is missing."""
    duties, by_target = duties_of(context), _gaps(context)
    if not duties:
        is_known = department_of(context) is not None
        return (context.say("part.no_duties" if is_known else "part.no_departments", "note"),)
    rows = (_row(context, duty, by_target.get(duty.about)) for duty in duties)
    return (context.table("part", rows, years=context.parameter("years")),)


def behind(context: Context) -> tuple[Block, ...]:
    """For each measured target the department leads (or, where it leads none, helps in): the districts furthest behind."""
    rows = tuple(row for duty in _answered_for(context) if (row := _behind(context, duty)) is not None)
    if not rows:
        return ()
    return (context.table("behind", rows) if compares(context) else not_compared(context),)


def effort(context: Context) -> tuple[Block, ...]:
    """From the question backwards: what each year would take, of the lever that helps most."""
    rows = tuple(_efforts(context))
    if not rows:
        return ()
    table = context.table(
        "effort",
        rows,
        scenario=open_scenario(context.study, context.setting("scenario")).label,
        certainty=context.parameter("certainty"),
        draws=constant(ASKED_DRAWS, "draws", label("effort.draws")),
        seed=context.parameter("seed"),
    )
    return (table,)


def questions(context: Context) -> tuple[Block, ...]:
    """What the department will be asked: its decisions, what is missing, what nobody has reported."""
    rows = tuple(_questions(context))
    return (context.table("questions", rows),) if rows else ()


def _answered_for(context: Context) -> list[Duty]:
    targets = {row.id for row in context.study.targets}
    duties = [duty for duty in duties_of(context) if duty.about in targets]
    return [duty for duty in duties if duty.part == "leads"] or duties


def _gaps(context: Context) -> dict[str, Gap]:
    return {gap.target.id: gap for gap in context.gaps()}


def _row(context: Context, duty: Duty, gap: Gap | None) -> Row:
    now: Cell = context.text("decisions.not_in_data")
    numbers: Row = (None, None, None)
    if gap is not None and gap.present is not None:
        first, now = gap.requirements[0], context.two(gap.present.numerator, gap.present.base)
        numbers = (first.required, first.missing, first.a_year)
    elif (counted := _counted(context, duty.about)) is not None:
        now = context.two(counted.numerator, counted.base)
    elif (shown := _shown_by(context, duty.about)) is not None:
        now = shown
    return subject_label(context, duty.about), context.text(f"part.{duty.part}"), now, *numbers


def _evidence(context: Context, about: str) -> str:
    """The figure itself, or the one that is a measure's evidence."""
    return {row.id: row.evidence or "" for row in context.study.measures}.get(about, about)


def _counted(context: Context, about: str) -> Rate | None:
    """What a register counts as a measure's evidence."""
    return secretary_chairs(context.counter) if _evidence(context, about) == EVIDENCE else None


def _shown_by(context: Context, about: str) -> Quantity | None:
    """The published figure that is evidence; none where it was not reported."""
    evidence = _evidence(context, about)
    return context.counter.figure(evidence) if evidence in context.study.figures else None


def _behind(context: Context, duty: Duty) -> Row | None:
    """The districts with the lowest share of those meant."""
    targets = {row.id: row for row in context.study.targets}
    if duty.about not in targets or len(context.study.districts) < BEHIND or not context.has_cells:
        return None
    placed: list[tuple[float, str, Rate]] = []
    for district in context.study.districts:
        within = EVERYTHING.but(districts=(district.id,))
        present = next(gap.present for gap in context.gaps(within) if gap.target.id == duty.about)
        if present is not None and present.base.value:
            placed.append((float(present.share.value), district.label.of(context.language), present))
    if any(present.share.withheld for _, _, present in placed):
        raise WithheldError("a district's share is withheld, and with it who is furthest behind")
    lowest = sorted(placed, key=lambda row: row[0])[:BEHIND]
    if len(placed) < BEHIND or lowest[-1][0] >= 1:
        return None
    colon = context.text("list.colon_or_blank")
    return targets[duty.about].label, *(
        (name + colon, *context.two(present.numerator, present.base)) for _, name, present in lowest
    )


def _efforts(context: Context) -> Iterator[Row]:
    cells, study = context.counter.cells, context.study
    if cells is None or cells.limits is not None or not own_scenario(study):
        return
    led = [duty.about for duty in duties_of(context) if duty.part == "leads"]
    if not led:
        return
    scenario, state = scenario_of(context), state_of(start_of(context), study)
    for rule in (rule for rule in state.measures.rules if rule.target.id in led):
        due = deadline(rule.target, year=scenario.year, years=context.years)
        goal = Goal(rule.target.id, 0, due, context.setting("certainty") / 100)
        yield _effort(context, Question(state, scenario, goal, ASKED_DRAWS, context.setting("seed")))


def _effort(context: Context, question: Question) -> Row:
    scenario, by, target = question.scenario, str(question.goal.by_year), question.rule.target.label
    found = needed_of(question, folder=results.FOLDER)
    if found.enough:
        return target, context.text("effort.enough"), None, None, by
    lever, answer = found.lever, found.answer
    if answer is None or answer.value is None:
        return target, context.text("effort.none"), None, None, by
    today, least = lever_quantity(scenario, lever), answer_cell(context, answer, scenario)
    return target, scenario.dynamics[lever].label, least, today, by


def _questions(context: Context) -> Iterator[tuple[Inlines, Inlines]]:
    """What was agreed, what is missing, what nobody has reported: a question each, with all that it is about."""
    own, by_target = department_of(context), _gaps(context)
    names = {duty.about: context.name(subject_label(context, duty.about)) for duty in duties_of(context)}
    owed = [
        row.decision for row in standings_of(context) if own and row.decision.owner == own.id and row.state != "met"
    ]
    lacking: list[Inlines] = []
    for about, name in names.items():
        missing = by_target[about].requirements[0].missing if about in by_target else None
        if missing is not None and missing.value:
            lacking.append((name, " ", context.claim(missing)))
    unknown = [
        name
        for about, name in names.items()
        if (_shown_by(context, about) or _counted(context, about)) is None and not _is_measured(by_target, about)
    ]
    about_each: dict[str, list[Inlines]] = {
        "agreed": [(f"{context.name(one.label)} {one.due.isoformat()}",) for one in owed],
        "missing": lacking,
        "unknown": [(name,) for name in unknown],
        "helped": [_helped(context, one, names[one.about]) for one in duties_of(context) if one.part == "helps"],
    }
    for question, about_it in about_each.items():
        if about_it:
            answer = context.enumerated(about_it, by="list.semicolon", last="list.semicolon")
            yield context.words(f"questions.{question}"), answer


def _helped(context: Context, duty: Duty, name: str) -> Inlines:
    """What a department helps in, with who leads it; a figure may have nobody who does."""
    leaders = [row.department for row in context.study.duties if (row.about, row.part) == (duty.about, "leads")]
    own = next((row for row in context.study.departments if row.id in leaders), None)
    return (name,) if own is None else context.words("questions.led_by", name=name, leader=own.label)


def _is_measured(by_target: Mapping[str, Gap], about: str) -> bool:
    return about in by_target and by_target[about].is_measured
