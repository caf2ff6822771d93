"""What was agreed and how far it is; and what the next meeting should speak of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from analysis.briefing.context import Context, heads
from analysis.briefing.sections.duties import subject_label
from analysis.quantities import Label
from analysis.scenarios.decided import Standing, State, late, standings
from analysis.scenarios.targets import Gap, gaps
from analysis.sources.audit import audit
from analysis.views.blocks import Block, Inlines, Paragraph
from analysis.views.tables import number_cell
from analysis.views.wording import Slot, capital, fill

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


def found(context: Context) -> tuple[Standing, ...]:
    """Every decision against the data."""
    return standings(context.counter, as_of=as_of(context), years=context.years)


def decisions(context: Context) -> tuple[Block, ...]:
    """The register of decisions: owner, date, what shows it, and how far it is."""
    head = context.head("议定事项", "Register of decisions")
    if not context.study.decisions:
        return head, context.say(
            "该研究没有议定事项文件。", "The study has no file of decisions, so none are listed.", "note"
        )
    rows = tuple(_row(context, standing) for standing in found(context))
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
    names = heads("事项|负责单位|期限|依据|现状 / 对象|尚缺|状态", "Decision|Owner|Due|Basis|Now / of|Missing|State")
    title = Label("议定事项及进展", "Decisions and how far they are")
    widths = (3.2, 2.1, 1.7, 1.0, 2.3, 1.2, 1.1)
    return (
        head,
        said,
        context.table("decisions", title, names, rows, widths=widths, align="llllrrr", note=note, size="small"),
    )


def _row(context: Context, standing: Standing) -> tuple[Inlines, ...]:
    decision, language = standing.decision, context.language
    now: Inlines
    if standing.present is not None:
        part, base = standing.present.numerator, standing.present.base
        now = (*number_cell(part, language), " / ", *number_cell(base, language))
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
        number_cell(standing.missing, language) if standing.missing is not None else ("—",),
        (_STATES[standing.state].of(language),),
    )


def _owner(context: Context, standing: Standing) -> str:
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
