"""A sheet for one department: its part, where it stands, districts behind, what it would take, what it will be asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analysis.briefing.context import Context, department_of
from analysis.briefing.sections.conference import found as standings_of
from analysis.briefing.sections.conference import subject_label
from analysis.briefing.sections.planning import ASKED_DRAWS, answer_cell
from analysis.briefing.sections.simulated import scenario_of, start_of
from analysis.briefing.sections.suppressed_section import compares, not_compared
from analysis.conference import Duty
from analysis.coverage.indicators import EVIDENCE, secretary_chairs
from analysis.coverage.selection import EVERYTHING
from analysis.errors import WithheldError
from analysis.ledger import Claim
from analysis.quantities import Label, Quantity, Rate, constant
from analysis.scenarios.addresses import lever_quantity
from analysis.scenarios.goals import Goal, Question, needed_of
from analysis.scenarios.scenario import open_scenario, own_scenario
from analysis.scenarios.start import state_of
from analysis.scenarios.targets import Gap, deadline, gaps
from analysis.sources import results
from analysis.views.blocks import Block, Inlines
from analysis.views.tables import number_cell
from analysis.views.wording import capital

BEHIND = 3  # districts named
_PARTS = {"leads": Label("牵头", "leads"), "helps": Label("配合", "helps")}


def duties_of(context: Context) -> tuple[Duty, ...]:
    """The duties of the paper's department: those it leads first."""
    own = department_of(context)
    duties = [duty for duty in context.study.duties if own is not None and duty.department == own.id]
    return tuple(sorted(duties, key=lambda duty: duty.part != "leads"))


def part(context: Context) -> tuple[Block, ...]:
    """What the department leads and helps in, with base, place against target, and what is missing."""
    duties = duties_of(context)
    if not duties:
        missing = context.text("没有成员单位名单" if department_of(context) is None else "没有列出该单位的职责", "")
        missing = missing or ("no departments" if department_of(context) is None else "no duties for this department")
        return (context.say("该研究{missing}。", "The study has {missing}.", "note", missing=missing),)
    by_target = _gaps(context)
    rows = tuple(_row(context, duty, by_target.get(duty.about)) for duty in duties)
    note = context.words(
        "分工为建议，纪要没有写明。目标按其第一种读法；没有期限的按{years}年计。",
        "The division is proposed; the minutes do not give it. Targets by their first reading; those without a date are given "
        "{years} years.",
        years=context.parameter("years"),
    )
    names = context.heads("事项|分工|现状 / 对象|需达到|尚缺|每年", "Subject|Part|Now / of|Required|Missing|A year")
    title = Label("承担的事项、基数与差距", "Its part: subjects, bases and gaps")
    return (
        context.table(
            "part", title, names, rows, widths=(4.6, 0.8, 2.2, 1.1, 1.1, 1.0), align="lcrrrr", note=note, size="small"
        ),
    )


def behind(context: Context) -> tuple[Block, ...]:
    """For each measured target the department leads (or, where it leads none, helps in): the districts furthest behind."""
    rows = tuple(row for duty in _answered_for(context) if (row := _behind(context, duty)) is not None)
    if not rows:
        return ()
    if not compares(context):
        return (not_compared(context),)
    places = [Label(f"末位之{word}", name) for word, name in (("一", "Lowest"), ("二", "Next"), ("三", "Then"))]
    names = (
        Label("目标", "Target"),
        *places,
    )
    title = Label("各目标中落后的区域", "Districts furthest behind on each target")
    return (context.table("behind", title, names, rows, widths=(3.4, 2.1, 2.1, 2.1), align="llll", size="small"),)


def effort(context: Context) -> tuple[Block, ...]:
    """From the question backwards: what each year would take, of the lever that helps most."""
    rows = tuple(_efforts(context))
    if not rows:
        return ()
    note = context.words(
        "按“{scenario}”情景反推，只动一项力度，要求{certainty}%的抽样按期达到（{draws}次抽样，种子{seed}；括号内为抽样次数有限而未定的范围）。",
        "Solved backwards from the scenario “{scenario}”, one lever alone, for {certainty}% of the draws to arrive in time "
        "({draws} draws, seed {seed}; in brackets what so few draws leave open).",
        scenario=open_scenario(context.study, context.setting("scenario")).label,
        certainty=context.parameter("certainty"),
        draws=_draws(context),
        seed=context.parameter("seed"),
    )
    names = context.heads(
        "目标|最有效的一项力度|每年至少|情景中|期限",
        "Target|The lever that helps most|A year, at least|In the scenario|By",
    )
    title = Label(
        "今年需要的力度：每年至少多少，才能按期达到",
        "What it would take: the least a year that meets each target in time",
    )
    return (
        context.table(
            "effort", title, names, rows, widths=(3.2, 3.6, 1.2, 1.2, 0.8), align="llrrr", note=note, size="small"
        ),
    )


def questions(context: Context) -> tuple[Block, ...]:
    """What the department will be asked: its decisions, what is missing, what nobody has reported."""
    rows = tuple(_questions(context))
    if not rows:
        return ()
    names = context.heads("问题|涉及", "Question|About")
    title = Label("会上要回答的问题", "What the meeting will ask")
    return (context.table("questions", title, names, rows, widths=(2.6, 7.4), align="ll", size="small"),)


def _answered_for(context: Context) -> list[Duty]:
    targets = {row.id for row in context.study.targets}
    duties = [duty for duty in duties_of(context) if duty.about in targets]
    return [duty for duty in duties if duty.part == "leads"] or duties


def _gaps(context: Context) -> dict[str, Gap]:
    return {gap.target.id: gap for gap in gaps(context.counter, year=context.year, years=context.years)}


def _row(context: Context, duty: Duty, gap: Gap | None) -> tuple[Inlines, ...]:
    language = context.language
    name = (capital(subject_label(context, duty.about).of(language)),)
    role = (_PARTS[duty.part].of(language),)
    if gap is not None and gap.present is not None:
        first = gap.requirements[0]
        numbers = context.numbers(first.required, first.missing, first.a_year)
        return (name, role, context.two(gap.present.numerator, gap.present.base), *numbers)
    now: Inlines = (context.text("数据中没有", "not in the data"),)
    if (counted := _counted(context, duty.about)) is not None:
        now = context.two(counted.numerator, counted.base)
    elif (shown := _shown_by(context, duty.about)) is not None:
        now = number_cell(shown, language)
    return (name, role, now, *context.numbers(None, None, None))


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


def _behind(context: Context, duty: Duty) -> tuple[Inlines, ...] | None:
    """The districts with the lowest share of those meant."""
    targets = {row.id: row for row in context.study.targets}
    if duty.about not in targets or len(context.study.districts) < BEHIND or not context.has_cells:
        return None
    placed: list[tuple[float, str, Rate]] = []
    for district in context.study.districts:
        within = EVERYTHING.but(districts=(district.id,))
        found = {gap.target.id: gap for gap in gaps(context.counter, within, year=context.year, years=context.years)}
        present = found[duty.about].present
        if present is not None and present.base.value:
            placed.append((float(present.share.value), district.label.of(context.language), present))
    if any(present.share.withheld for _, _, present in placed):
        raise WithheldError("a district's share is withheld, and with it who is furthest behind")
    lowest = sorted(placed, key=lambda row: row[0])[:BEHIND]
    if len(placed) < BEHIND or lowest[-1][0] >= 1:
        return None
    title = capital(targets[duty.about].label.of(context.language))
    return (title,), *(
        (name + context.text("：", " "), *context.two(present.numerator, present.base)) for _, name, present in lowest
    )


def _efforts(context: Context) -> Iterator[tuple[Inlines, ...]]:
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


def _effort(context: Context, question: Question) -> tuple[Inlines, ...]:
    language, scenario, goal = context.language, question.scenario, question.goal
    target: Inlines = (capital(question.rule.target.label.of(language)),)
    by: Inlines = (str(goal.by_year),)
    found = needed_of(question, folder=results.FOLDER)
    if found.enough:
        return target, (context.text("照情景即可达到，或已经达到", "met as it is, or already"),), ("—",), ("—",), by
    lever, answer = found.lever, found.answer
    if answer is None or answer.value is None:
        return target, (context.text("任何一项单独都不能按期达到", "none alone is enough"),), ("—",), ("—",), by
    name: Inlines = (capital(scenario.dynamics[lever].label.of(language)),)
    today = lever_quantity(scenario, lever)
    return target, name, answer_cell(answer, scenario, language), number_cell(today, language), by


def _draws(context: Context) -> Quantity:
    return constant(ASKED_DRAWS, "draws", Label("反推所用的抽样次数", "draws of a question asked backwards"))


def _questions(context: Context) -> Iterator[tuple[Inlines, ...]]:
    """What was agreed, what is missing, what nobody has reported: a question each, with all that it is about."""
    language, own, by_target = context.language, department_of(context), _gaps(context)
    stop = context.text("；", "; ")
    names = {duty.about: capital(subject_label(context, duty.about).of(language)) for duty in duties_of(context)}
    owed = [
        row.decision for row in standings_of(context) if own and row.decision.owner == own.id and row.state != "met"
    ]
    if owed:
        dated = [f"{capital(one.label.of(language))} {one.due.isoformat()}" for one in owed]
        yield (context.text("议定事项进展如何？", "How far is what was agreed?"),), (stop.join(dated),)
    lacking: list[str | Claim] = []
    for about, gap in ((about, by_target.get(about)) for about in names):
        missing = gap.requirements[0].missing if gap is not None else None
        if missing is not None and missing.value:
            lacking += [stop if lacking else "", names[about], " ", *number_cell(missing, language)]
    if lacking:
        yield (
            (context.text("尚缺的在哪里，由谁负责，何时落实？", "What is missing: where, by whom, by when?"),),
            tuple(lacking),
        )
    unknown = [
        name
        for about, name in names.items()
        if (_shown_by(context, about) or _counted(context, about)) is None and not _is_measured(by_target, about)
    ]
    if unknown:
        yield (context.text("没有数字的何时能报？", "No number: when will there be one?"),), (stop.join(unknown),)
    if helped := [_helped(context, duty, names[duty.about]) for duty in duties_of(context) if duty.part == "helps"]:
        yield (
            (context.text("配合了什么，结果如何？", "What was done to help, and what came of it?"),),
            (stop.join(helped),),
        )


def _helped(context: Context, duty: Duty, name: str) -> str:
    """What a department helps in, with who leads it; a figure may have nobody who does."""
    leaders = [row.department for row in context.study.duties if (row.about, row.part) == (duty.about, "leads")]
    own = next((row for row in context.study.departments if row.id in leaders), None)
    return name if own is None else context.text(f"{name}（{own.name_zh}牵头）", f"{name} (led by: {own.name_en})")


def _is_measured(by_target: Mapping[str, Gap], about: str) -> bool:
    return about in by_target and by_target[about].is_measured
