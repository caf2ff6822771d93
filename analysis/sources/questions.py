"""Which hidden numbers a study's relations ask for, and how each is computed from the figures that bear on it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations

from analysis.quantities import Interval, Label, Quantity, Status
from analysis.sources.finding import called
from analysis.sources.relation_models import EnterpriseSet, Hypothesis, Relations, Share
from analysis.sources.relations import joined
from analysis.sources.rounding import base_ends, ends_of, read_as
from analysis.sources.venn import Expression, venn
from analysis.study import Study

Ends = tuple[int, float]
Answer = tuple[Ends, Label, tuple[str, ...]]  # the bound, what it assumes, the figures it rests on


@dataclass(frozen=True)
class Bound:
    """A hidden number and its interval.

    Parameters
    ----------
    name
        Its name in addresses: `bound:<name>#low` and `bound:<name>#high`.
    label
        What it counts.
    interval
        Whole numbers; both ends can be reached. The upper one is infinite where nothing published bounds it.
    assumes
        What the interval takes for granted; empty when nothing.
    figures
        The figures it rests on.
    """

    name: str
    label: Label
    interval: Interval
    assumes: Label
    figures: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        """Whether nothing published bounds it above."""
        return self.interval.high.value == math.inf


@dataclass(frozen=True)
class Question:
    """A hidden number before it is computed: answering may be slow, or impossible."""

    name: str
    label: Label
    unit: str
    answer: Callable[[], Answer]


_READ = Label("约数按研究所取的读法", "approximate figures are read within the study's limits")
_TO_TENS = Label("取整的数按其取整范围理解", "rounded figures are read within their rounding")
_ROUNDED = Label("发布的比例为四舍五入所得", "the published rate is rounded")


def answered(study: Study, question: Question, answer: Answer | None = None) -> Bound:
    """The bound that answers a question.

    Parameters
    ----------
    answer
        Where it is known; else it is computed.

    Raises
    ------
    ConsistencyError
        When the figures it rests on exclude one another.
    """
    ends, assumes, figures = answer or question.answer()
    quoted = [study.quantity(figure) for figure in figures if study.has(figure)]
    read, rounded = any(one.approximate for one in quoted), any(one.rounded for one in quoted)
    assumes = joined(assumes, _READ if read else None, _TO_TENS if rounded else None)
    low, high = (
        Quantity(
            value=value,
            unit=question.unit,
            status=Status.ASSUMED if read else Status.DERIVED,
            label=question.label,
            address=f"bound:{question.name}#{end}",
            locator=f"published.csv: {', '.join(figures)}",
        )
        for end, value in zip(("low", "high"), ends, strict=True)
    )
    return Bound(question.name, question.label, Interval(low, high), assumes, figures)


def questions(study: Study, relations: Relations) -> Iterator[Question]:
    """Every hidden number that the declared relations may narrow down, not yet computed."""
    for share in relations.shares:
        yield from _hidden_base(study, relations, share)
    if drawn(study, relations):
        yield from _sizes(study, relations)
        yield from _overlaps(study, relations)
        yield from _by_part(study, relations)
        yield from _supposed(study, relations)


def drawn(study: Study, relations: Relations) -> bool:
    """Whether there are sets to draw, and a universe to draw them in; how large it is need not be published."""
    return relations.universe is not None and bool(relations.sets)


def _hidden_base(study: Study, relations: Relations, share: Share) -> Iterator[Question]:
    is_known = study.has(share.base) and study.figures[share.base].approximate == "no"
    if share.kind == "within" or is_known or not study.has(share.rate, share.numerator):
        return
    ends = base_ends(ends_of(study, share.numerator), ends_of(study, share.rate), growth=share.kind == "growth")
    if ends is not None and study.has(share.base):  # which is published approximately
        low, high = read_as(study, share.base)
        ends = max(ends[0], int(low)), int(min(ends[1], high))
    if ends is None or ends[0] > ends[1]:
        return
    label = _dated(base_label(study, relations, share), study, relations, share)
    assumes = Label("", "") if study.quantity(share.rate).approximate else _ROUNDED
    answer = (ends, assumes, (share.numerator, share.rate))
    yield Question(f"base.{share.id}", label, study.figures[share.numerator].unit, lambda: answer)


def base_label(study: Study, relations: Relations, share: Share) -> Label:
    """The name of a hidden base; where the document does not even name it, whose base it is."""
    hidden = {row.id: row.label for row in study.settings.hidden}
    rate = study.figures[share.rate].label
    if study.has(share.base):
        name = called(study, share.base, relations=relations)
        return Label(f"{name.zh}（由比率推得）", f"{name.en} (as the rate implies)")
    return hidden.get(
        share.base, Label(f"{rate.zh}的基数（原文没有说明）", f"the base of the {rate.en} (not stated in the document)")
    )


def _dated(label: Label, study: Study, relations: Relations, share: Share) -> Label:
    """The name of a hidden base; with its year unless that is the study's own."""
    rates = {row.rate for row in relations.shares if row.base == share.base and study.has(row.rate)}
    periods, period = {study.figures[rate].period for rate in rates}, study.figures[share.rate].period
    if period is None or share.kind == "growth" or periods == {study.settings.period}:
        return label
    return Label(f"{period}年{label.zh}", f"{label.en} in {period}")


def _sizes(study: Study, relations: Relations) -> Iterator[Question]:
    for row in relations.sets:
        if row.figure is None or not study.has(row.figure):
            for form in row.ask:
                expression = Expression(((row.id, form == "having"),))
                yield _asked(study, relations, f"{form}.{row.id}", _named([(row, form == "having")]), expression)


def _overlaps(study: Study, relations: Relations) -> Iterator[Question]:
    """Both, one without the other, either, neither: for every two sets of published size that may overlap."""
    counted = [
        row
        for row in relations.sets
        if row.figure and study.has(row.figure) and study.figures[row.figure].unit == "enterprises"
    ]
    for one, other in combinations(counted, 2):
        if one.id in {*other.inside, *other.apart} or other.id in {*one.inside, *one.apart}:
            continue
        for name, first, second in (
            ("both", True, True),
            ("first_only", True, False),
            ("second_only", False, True),
            ("neither", False, False),
        ):
            expression = Expression(((one.id, first), (other.id, second)))
            label = _named([(one, first), (other, second)])
            yield _asked(study, relations, f"{name}.{one.id}.{other.id}", label, expression)
        either = Expression(((one.id, True), (other.id, True)), any_of=True)
        label = _named([(one, True), (other, True)], word=Label("或", " or "))
        yield _asked(study, relations, f"either.{one.id}.{other.id}", label, either)
    for row in relations.sets:
        if "lacking" in row.ask and row not in counted:
            for one in counted:
                members = [(one, True), (row, False)]
                expression = Expression(((one.id, True), (row.id, False)))
                yield _asked(study, relations, f"first_only.{one.id}.{row.id}", _named(members), expression)


def _by_part(study: Study, relations: Relations) -> Iterator[Question]:
    """How much of each part of the universe a set must take up because the other parts cannot hold it."""
    assert relations.universe is not None
    parts = [part for part in relations.universe.parts if study.has(part)]
    if len(parts) < len(relations.universe.parts):
        return
    most = {part: ends_of(study, part)[1] for part in parts}
    for row in relations.sets:
        size = ends_of(study, row.figure)[0] if row.figure and study.has(row.figure) else 0
        for part in parts:
            if size > sum(others for name, others in most.items() if name != part):
                name = study.name_of(part)
                label = Label(f"{row.having.zh}的{name.zh}", f"{name.en} {row.having.en}")
                expression = Expression(((row.id, True),), part=part)
                yield _asked(study, relations, f"part.{part}.{row.id}", label, expression)


def _supposed(study: Study, relations: Relations) -> Iterator[Question]:
    """The size of a set if it lies wholly inside another."""
    known = {row.id: row for row in relations.sets}
    for row in relations.hypotheses:
        if not study.has(row.rate) or study.figures[row.rate].value < 100 or study.quantity(row.rate).approximate:
            continue
        label = _named([(known[row.every], True)])
        question = _asked(study, _supposing(relations, row), f"if.{row.id}", label, Expression(((row.every, True),)))
        yield replace(question, answer=_with_assumption(question, row))


def _supposing(relations: Relations, hypothesis: Hypothesis) -> Relations:
    sets = tuple(
        row.model_copy(update={"inside": (*row.inside, hypothesis.inside)}) if row.id == hypothesis.every else row
        for row in relations.sets
    )
    return relations.model_copy(update={"sets": sets})


def _with_assumption(question: Question, hypothesis: Hypothesis) -> Callable[[], Answer]:
    def answer() -> Answer:
        ends, assumes, figures = question.answer()
        return ends, joined(hypothesis, assumes), (*figures, hypothesis.rate)

    return answer


def _asked(study: Study, relations: Relations, name: str, label: Label, expression: Expression) -> Question:
    def answer() -> Answer:
        diagram = venn(study, relations, [row for row, _ in expression.members], divided=bool(expression.part))
        low, high = diagram.extent(expression)
        return (int(low), high if high == math.inf else int(high)), diagram.assumes, diagram.figures

    return Question(name, label, "enterprises", answer)


def _named(parts: list[tuple[EnterpriseSet, bool]], *, word: Label | None = None) -> Label:
    """What enterprises are counted.

    "有党组织但没有指导员的企业", "enterprises with an organisation and without an instructor".
    """
    forms = [row.having if having else row.lacking for row, having in sorted(parts, key=lambda part: not part[1])]
    contrary = len({having for _, having in parts}) > 1
    linked = word or Label("但" if contrary else "且", " and ")
    return Label(
        f"{linked.zh.join(form.zh for form in forms)}的企业", f"enterprises {linked.en.join(form.en for form in forms)}"
    )
