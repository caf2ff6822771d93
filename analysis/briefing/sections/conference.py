"""Who answers for what, what was agreed and how far it is; and what the next meeting should speak of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from string import ascii_uppercase

from analysis.briefing.context import Context
from analysis.conference import Duty, Measure
from analysis.quantities import Label
from analysis.scenarios.target_status import DecisionStatus, State, late, standings
from analysis.scenarios.targets import Gap, gaps
from analysis.sources.audit import audit
from analysis.study_models import Target
from analysis.views.blocks import Block, Inlines, Paragraph, Table
from analysis.views.tables import number_cell
from analysis.views.wording import Slot, capital, fill

LEADS, HELPS = "●", "○"
_PROPOSED = Label("建议", "proposed")


def duties(context: Context) -> tuple[Block, ...]:
    """The matrix: one row a subject, one column a department; and which lines the minutes give."""
    study = context.study
    head = context.head("职责分工", "Who answers for what")
    if not study.duties:
        return head, context.say(
            "该研究没有职责文件，分工未列。", "The study has no file of duties, so none are listed.", "note"
        )
    letters = letters_of(context)
    said = context.say(
        "纪要列出成员单位和任务，没有写明各单位的职责。下表除注明段落的以外，都是建议，供会议讨论。",
        "The minutes name the members and the tasks, and not which member does what. But for the lines with a paragraph, the "
        "table is a proposal for the conference to discuss.",
    )
    return head, said, _departments(context, letters), _matrix(context, letters)


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


def _departments(context: Context, letters: Mapping[str, str]) -> Block:
    colon = context.text("：", " ")
    listed = [f"{letters[row.id]}{colon}{row.label.of(context.language)}" for row in context.study.departments]
    return context.say("{listed}。", "{listed}.", "note", listed=context.text("；".join(listed), "; ".join(listed)))


def _matrix(context: Context, letters: Mapping[str, str]) -> Table:
    study = context.study
    by_subject: dict[str, dict[str, Duty]] = {}
    for duty in study.duties:
        by_subject.setdefault(duty.about, {})[duty.department] = duty
    order = list(_named(context))
    subjects = [name for name in order if name in by_subject] + [name for name in by_subject if name not in order]
    rows = tuple(_row(context, about, by_subject[about], letters) for about in subjects)
    marks = [Label(letter, letter) for letter in letters.values()]
    widths, align = (5.2, *(0.42 for _ in marks), 1.1, 1.3), "l" + "c" * (len(marks) + 2)
    note = context.words(
        f"{LEADS} 牵头，{HELPS} 配合。段落：事项在纪要中的位置。分工：纪要写明的段落，或为建议。",
        f"{LEADS} leads, {HELPS} helps. Said in: the paragraph that names the subject. Division: the paragraph that gives it, or "
        "a proposal.",
    )
    names = (
        Label("事项", "Subject"),
        *marks,
        *context.heads("段落|分工", "Said in|Division"),
    )
    title = Label("各单位与目标、数字和任务", "Departments and targets, figures and measures")
    return context.table("duties", title, names, rows, widths=widths, align=align, note=note, size="small")


def _row(context: Context, about: str, found: Mapping[str, Duty], letters: Mapping[str, str]) -> tuple[Inlines, ...]:
    marks: list[Inlines] = [
        ((LEADS if found[name].part == "leads" else HELPS),) if name in found else () for name in letters
    ]
    name = capital(subject_label(context, about).of(context.language))
    said = named.locator if (named := _named(context).get(about)) is not None else context.study.figures[about].locator
    division = next((duty.locator for duty in found.values() if duty.locator), _PROPOSED.of(context.language))
    return ((name,), *marks, (said or _PROPOSED.of(context.language),), (division,))


_STATES: Mapping[State, Label] = {
    "met": Label("已完成", "done"),
    "overdue": Label("已逾期", "overdue"),
    "open": Label("未到期", "not yet due"),
    "withheld": Label("不予公布", "withheld"),
    "unknown": Label("不能断定", "cannot be said"),
}
_SERIOUS = ("contradiction", "tension", "caution")
MOST_GAPS = 5


def as_of(context: Context) -> date:
    """The day on which the paper asks: the parameter's, or the study's own."""
    given = context.setting("as_of")
    return date.fromisoformat(given) if given else context.study.as_of


def found(context: Context) -> tuple[DecisionStatus, ...]:
    """Every decision against the data."""
    return standings(context.counter, as_of=as_of(context), years=context.years)


def decisions(context: Context) -> tuple[Block, ...]:
    """The register of decisions: owner, date, what shows it, and how far it is."""
    head = context.head("议定事项", "Register of decisions")
    if not context.study.decisions:
        return head, context.say(
            "该研究没有议定事项文件。", "The study has no file of decisions, so none are listed.", "note"
        )
    rows = tuple(_decision_row(context, standing) for standing in found(context))
    note = context.words(
        "状态由最新数据算出，不是填写的。期限没有段落的为建议。数据中没有反映的事项，不作估计。",
        "The state is computed from the newest data and not typed. Dates without a paragraph are proposed. What the data does "
        "not show is not estimated.",
    )
    said = context.say(
        "截至{day}，按现有最新数据计算。",
        "As of {day}, computed from the newest data there is.",
        day=as_of(context).isoformat(),
    )
    names = context.heads(
        "事项|负责单位|期限|依据|现状 / 对象|尚缺|状态", "Decision|Owner|Due|Basis|Now / of|Missing|State"
    )
    title = Label("议定事项及进展", "Decisions and how far they are")
    widths = (3.2, 2.1, 1.7, 1.0, 2.3, 1.2, 1.1)
    return (
        head,
        said,
        context.table("decisions", title, names, rows, widths=widths, align="llllrrr", note=note, size="small"),
    )


def _decision_row(context: Context, standing: DecisionStatus) -> tuple[Inlines, ...]:
    decision, language = standing.decision, context.language
    now: Inlines
    if standing.present is not None:
        now = context.two(standing.present.numerator, standing.present.base)
    elif standing.evidence is not None:
        now = number_cell(standing.evidence, language)
    else:
        now = (context.text("数据中没有", "not in the data"),)
    return (
        (capital(decision.label.of(language)),),
        (_owner(context, standing),),
        (decision.due.isoformat(),),
        (decision.locator or context.text("建议", "proposed"),),
        now,
        *context.numbers(standing.missing),
        (_STATES[standing.state].of(language),),
    )


def _owner(context: Context, standing: DecisionStatus) -> str:
    return next(
        row.label.of(context.language) for row in context.study.departments if row.id == standing.decision.owner
    )


def agenda(context: Context) -> tuple[Block, ...]:
    """The next meeting, proposed: what is overdue, the widest gaps, what the audit found, what is not reported."""
    items = [*_overdue(context), *_gaps(context), *_audited(context), *_unreported(context)]
    if not items:
        items = [context.say("没有需要提请讨论的事项。", "There is nothing to put to the meeting.", "item")]
    return (
        context.head("下次会议议题（建议）", "Agenda of the next meeting (proposed)"),
        context.say(
            "议题由逾期事项、与目标的差距、数字核对结果和尚未报送的事项得出。",
            "It follows from what is overdue, the gaps to the targets, what the audit of the figures found, and what was not "
            "reported.",
        ),
        *items,
    )


def _overdue(context: Context) -> Iterator[Paragraph]:
    for standing in late(found(context)):
        decision = standing.decision
        values: dict[str, Slot] = {
            "owner": _owner(context, standing),
            "name": context.text(decision.zh, decision.en),
            "due": decision.due.isoformat(),
        }
        tail_zh, tail_en = "。", "."
        if standing.missing is not None:
            values["missing"] = standing.missing
            tail_zh, tail_en = "，尚缺{missing}。", "; {missing} are missing."
        yield context.say(
            "{owner}：{name}，应于{due}完成" + tail_zh, "{owner}: {name}, due {due}" + tail_en, "item", **values
        )


def _gaps(context: Context) -> Iterator[Paragraph]:
    """The targets furthest from their first reading, as a share of what is required."""
    measured = [gap for gap in gaps(context.counter, year=as_of(context).year, years=context.years) if _lack(gap) > 0]
    for gap in sorted(measured, key=_lack, reverse=True)[:MOST_GAPS]:
        first = gap.requirements[0]
        assert gap.present is not None
        assert first.missing is not None
        assert first.required is not None
        owners = [
            duty.department for duty in context.study.duties if (duty.about, duty.part) == (gap.target.id, "leads")
        ]
        names = [row.label.of(context.language) for row in context.study.departments if row.id in owners]
        yield context.say(
            "{title}：已达到{part}，需达到{required}，尚缺{missing}" + ("（{owners}）。" if names else "。"),
            "{title}: {part} now, {required} required, {missing} missing" + (" ({owners})." if names else "."),
            "item",
            title=context.text(gap.target.zh, capital(gap.target.en)),
            part=gap.present.numerator,
            required=first.required,
            missing=first.missing,
            owners=context.text("、".join(names), ", ".join(names)),
        )


def _lack(gap: Gap) -> float:
    first = gap.requirements[0]
    if first.missing is None or first.required is None or not first.required.value:
        return 0.0
    return first.missing.value / first.required.value


def _audited(context: Context) -> Iterator[Paragraph]:
    for finding in audit(context.study):
        if finding.severity in _SERIOUS:
            yield Paragraph(fill(finding.statement, finding.values, context.language), "item")


def _unreported(context: Context) -> Iterator[Paragraph]:
    missing = [standing for standing in found(context) if not standing.is_shown and standing.state != "met"]
    names = list(
        dict.fromkeys(subject_label(context, standing.decision.about).of(context.language) for standing in missing)
    )
    if names:
        yield context.say(
            "请各负责单位报送：{names}。",
            "To be reported by their owners: {names}.",
            "item",
            names=context.text("；".join(names), "; ".join(names)),
        )
