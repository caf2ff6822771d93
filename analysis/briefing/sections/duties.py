"""Who answers for what: departments against targets, figures and measures."""

from __future__ import annotations

from collections.abc import Mapping
from string import ascii_uppercase

from analysis.briefing.context import Context, heads
from analysis.conference import Duty, Measure
from analysis.quantities import Label
from analysis.study_models import Target
from analysis.views.blocks import Block, Inlines, Table
from analysis.views.wording import capital

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
        *heads("段落|分工", "Said in|Division"),
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
