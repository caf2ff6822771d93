"""What the published figures do not tell, and how far they narrow it down.

Two kinds of hidden number: the base of a rounded share, and the overlaps and sizes of sets of enterprises (Fréchet
bounds in their general form, Dobra and Fienberg 2000). Every end of an interval can be computed again by its address.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import combinations

from analysis.errors import ConsistencyError, WorkbookError, one_of
from analysis.messages import said
from analysis.quantities import Interval, Label, Number, Quantity, Status
from analysis.sources.audit.consistency import clashes
from analysis.sources.audit.finding import NOTHING, Figures
from analysis.sources.audit.relation_models import EnterpriseSet, Hypothesis, Share, assumed
from analysis.sources.audit.relations import relations_of
from analysis.sources.audit.venn import Expression, venn
from analysis.sources.rounding import base_ends, read_as
from analysis.study import Study

Question = tuple[str, Callable[[], "Bound"]]  # a bound's name, and its answer, which may be slow or impossible

_READ = Label("约数按研究所取的读法", "approximate figures are read within the study's limits")
_TO_TENS = Label("取整的数按其取整范围理解", "rounded figures are read within their rounding")
_ROUNDED = Label("发布的比例为四舍五入所得", "the published rate is rounded")
_OVERLAPS = {  # of two sets: whether enterprises lie in each
    "both": (True, True), "first_only": (True, False), "second_only": (False, True), "neither": (False, False),
}  # fmt: skip


@dataclass(frozen=True)
class Bound:
    """A hidden number and its interval of whole numbers, both ends of which can be reached.

    The upper end is infinite where nothing published bounds it.
    """

    name: str  # in addresses: `bound:<name>#low` and `bound:<name>#high`
    label: Label  # what it counts
    interval: Interval
    assumes: Label  # what the interval takes for granted; empty when nothing
    figures: tuple[str, ...]  # that it rests on

    @property
    def is_open(self) -> bool:
        """Whether nothing published bounds it above."""
        return self.interval.high.value == math.inf


@lru_cache(maxsize=4)  # a paper asks several times, and a study that was opened stays as it is
def bounds(study: Study) -> tuple[Bound, ...]:
    """Every hidden number that the declared relations narrow down.

    Figures that exclude one another bound nothing: none are given, and the audit names the figures.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> joint = next(row for row in bounds(open_study("suzhou-2003")) if row.name == "having.under_joint")
    >>> joint.interval.low.value, joint.interval.high.value
    (1732, 7380)
    """
    relations = relations_of(study)
    if clashes(study, relations):
        return ()
    found = []
    for _, answer in _questions(study):
        with suppress(ConsistencyError):  # what it assumes: the audit tells the counts that then outnumber their base
            found.append(answer())
    return tuple(found)


def bound(study: Study, name: str) -> Bound:
    """One bound by its name, computed from the figures it rests on and no others.

    Raises
    ------
    WorkbookError
        When there is no such bound.
    ConsistencyError
        When those figures exclude one another.
    """
    asked = dict(_questions(study))
    if name not in asked:
        what = '{study}: no bound "{name}"; allowed: {allowed}'
        raise WorkbookError(said(what, study=study.id, name=name, allowed=one_of(list(asked), seen=name)))
    return asked[name]()


def resolve(study: Study, address: str) -> Number:
    """The present value at an address of the audit: `bound:…`, `relation:…`, `target:…`, `reading:…` or `figure:…`.

    Raises
    ------
    WorkbookError
        When nothing stands at the address any more, or the figures exclude one another.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> resolve(open_study("suzhou-2003"), "bound:base.city_members#high")
    363370
    """
    kind, _, rest = address.partition(":")
    name, _, end = rest.partition("#")
    if kind == "figure":
        return study.quantity(name).value
    if kind == "reading" and study.has(name):
        return read_as(study, name)[end != "low"]
    if kind == "bound" and end in {"low", "high"}:
        interval = bound(study, name).interval
        return interval.low.value if end == "low" else interval.high.value
    if kind == "relation":
        least = {row.id: row.least for row in relations_of(study).each}
        if name in least:
            return least[name]
        what = '{study}: no relation "{name}" with a number; allowed: {allowed}'
        raise WorkbookError(said(what, study=study.id, name=name, allowed=one_of(list(least), seen=name)))
    if kind == "target":
        target, _, part = name.partition(".")
        return target_value(study, target, end or part)
    what = '{study}: no address "{address}"; allowed: bound:…, relation:…, target:…, figure:…'
    raise WorkbookError(said(what, study=study.id, address=address))


def target_value(study: Study, name: str, end: str) -> Number:
    """A number that a target sets.

    Its `end` is the share of one of its readings (`0`, `1`, …) or that share's `0.numerator` or `0.denominator`; its
    `deadline_year`, or the `years` it leaves.
    """
    target = next((row for row in study.targets if row.id == name), None)
    numbers: dict[str, Number] = {}
    for position, reading in enumerate(target.readings if target is not None else ()):
        numbers[f"{position}"] = float(reading.share)
        numbers[f"{position}.numerator"] = reading.share.numerator
        numbers[f"{position}.denominator"] = reading.share.denominator
    if target is not None and target.deadline_year is not None:
        numbers["deadline_year"] = target.deadline_year
        if end == "years":
            numbers[end] = target.deadline_year - study.year
    if end in numbers:
        return numbers[end]
    allowed = one_of([row.id for row in study.targets], seen=name)
    what = '{study}: no number "target:{name}#{end}"; allowed: {allowed}'
    raise WorkbookError(said(what, study=study.id, name=name, end=end, allowed=allowed))


def _questions(study: Study) -> Iterator[Question]:
    """Every hidden number that the declared relations may narrow down, not yet computed."""
    figures = Figures(study, relations_of(study))
    for share in figures.relations.shares:
        yield from _hidden_base(figures, share)
    if figures.relations.universe is not None and figures.relations.sets:  # how large it is need not be published
        yield from _sizes(figures)
        yield from _overlaps(figures)
        yield from _by_part(figures, figures.relations.universe.parts)
        yield from _supposed(figures)


def _hidden_base(figures: Figures, share: Share) -> Iterator[Question]:
    study = figures.study
    is_known = study.has(share.base) and study.figures[share.base].approximate == "no"
    if share.kind == "within" or is_known or not study.has(share.rate, share.numerator):
        return
    ends = base_ends(figures.ends(share.numerator), figures.ends(share.rate), growth=share.kind == "growth")
    if ends is not None and study.has(share.base):  # which is published approximately
        low, high = read_as(study, share.base)
        ends = max(ends[0], int(low)), int(min(ends[1], high))
    if ends is None or ends[0] > ends[1]:
        return
    assumes = NOTHING if figures[share.rate].approximate else _ROUNDED
    label, unit = _dated(base_label(figures, share), figures, share), study.figures[share.numerator].unit
    name, used = f"base.{share.id}", (share.numerator, share.rate)
    yield name, partial(_bound, study, name, label, unit=unit, ends=ends, assumes=assumes, used=used)


def base_label(figures: Figures, share: Share) -> Label:
    """The name of a hidden base; where the document does not even name it, whose base it is."""
    hidden = {row.id: row.label for row in figures.study.settings.hidden}
    if figures.has(share.base):
        name = figures.called(share.base)
        return Label(f"{name.zh}（由比率推得）", f"{name.en} (as the rate implies)")
    rate = figures.study.figures[share.rate].label
    unstated = Label(f"{rate.zh}的基数（原文没有说明）", f"the base of the {rate.en} (not stated in the document)")
    return hidden.get(share.base, unstated)


def _dated(label: Label, figures: Figures, share: Share) -> Label:
    """The name of a hidden base; with its year unless that is the study's own."""
    study = figures.study
    rates = {row.rate for row in figures.relations.shares if row.base == share.base and study.has(row.rate)}
    periods, period = {study.figures[rate].period for rate in rates}, study.figures[share.rate].period
    if period is None or share.kind == "growth" or periods == {study.settings.period}:
        return label
    return Label(f"{period}年{label.zh}", f"{label.en} in {period}")


def _sizes(figures: Figures) -> Iterator[Question]:
    for row in figures.relations.sets:
        if row.figure is None or not figures.has(row.figure):
            for form in row.ask:
                yield _asked(figures, f"{form}.{row.id}", {row: form == "having"})


def _overlaps(figures: Figures) -> Iterator[Question]:
    """Both, one without the other, either, neither: for every two sets of published size that may overlap."""
    sets = figures.relations.sets
    counted = [
        row
        for row in sets
        if row.figure and figures.has(row.figure) and figures.study.figures[row.figure].unit == "enterprises"
    ]
    for one, other in combinations(counted, 2):
        if one.id in {*other.inside, *other.apart} or other.id in {*one.inside, *one.apart}:
            continue
        for name, (first, second) in _OVERLAPS.items():
            yield _asked(figures, f"{name}.{one.id}.{other.id}", {one: first, other: second})
        yield _asked(figures, f"either.{one.id}.{other.id}", {one: True, other: True}, any_of=True)
    for row in sets:
        if "lacking" in row.ask and row not in counted:
            for one in counted:
                yield _asked(figures, f"first_only.{one.id}.{row.id}", {one: True, row: False})


def _by_part(figures: Figures, parts: tuple[str, ...]) -> Iterator[Question]:
    """How much of each part of the universe a set must take up because the other parts cannot hold it."""
    if not figures.has(*parts):
        return
    most = {part: figures.ends(part)[1] for part in parts}
    for row in figures.relations.sets:
        size = figures.ends(row.figure)[0] if row.figure and figures.has(row.figure) else 0
        for part in parts:
            if size > sum(others for name, others in most.items() if name != part):
                name = figures.study.name_of(part)
                label = Label(f"{row.having.zh}的{name.zh}", f"{name.en} {row.having.en}")
                yield _asked(figures, f"part.{part}.{row.id}", {row: True}, part=part, label=label)


def _supposed(figures: Figures) -> Iterator[Question]:
    """The size of a set if it lies wholly inside another."""
    sets = {row.id: row for row in figures.relations.sets}
    for row in figures.relations.hypotheses:
        if figures.has(row.rate) and figures.study.figures[row.rate].value >= 100 and not figures[row.rate].approximate:
            every = sets[row.every].model_copy(update={"inside": (*sets[row.every].inside, row.inside)})
            supposing = figures.relations.model_copy(update={"sets": tuple((sets | {row.every: every}).values())})
            yield _asked(replace(figures, relations=supposing), f"if.{row.id}", {every: True}, supposed=row)


def _asked(
    figures: Figures, name: str, members: Mapping[EnterpriseSet, bool], *,
    any_of: bool = False, part: str = "", label: Label | None = None, supposed: Hypothesis | None = None,
) -> Question:  # fmt: skip
    """How many enterprises are in some sets and not in others."""
    expression = Expression(tuple((row.id, having) for row, having in members.items()), any_of, part)

    def answer() -> Bound:
        diagram = venn(figures, [row.id for row in members], divided=bool(part))
        low, high = diagram.extent(expression)
        assumes, used = diagram.assumes, diagram.figures
        if supposed is not None:
            assumes, used = assumed(supposed, assumes), (*used, supposed.rate)
        ends = int(low), high if high == math.inf else int(high)
        counted = label or _named(members, any_of=any_of)
        return _bound(figures.study, name, counted, unit="enterprises", ends=ends, assumes=assumes, used=used)

    return name, answer


def _bound(
    study: Study, name: str, label: Label, *, unit: str, ends: tuple[int, float], assumes: Label, used: tuple[str, ...]
) -> Bound:
    figures = [study.quantity(figure) for figure in used if study.has(figure)]
    read, rounded = any(one.approximate for one in figures), any(one.rounded for one in figures)
    status, locator = Status.ASSUMED if read else Status.DERIVED, f"published.csv: {', '.join(used)}"
    low, high = (
        Quantity(value, unit, status, label, address=f"bound:{name}#{end}", locator=locator)
        for end, value in zip(("low", "high"), ends, strict=True)
    )
    assumes = assumed(assumes, _READ if read else None, _TO_TENS if rounded else None)
    return Bound(name, label, Interval(low, high), assumes, used)


def _named(members: Mapping[EnterpriseSet, bool], *, any_of: bool) -> Label:
    """What is counted: "有党组织但没有指导员的企业", "enterprises with an organisation and without an instructor"."""
    forms = [
        row.having if having else row.lacking for row, having in sorted(members.items(), key=lambda one: not one[1])
    ]
    contrary = len(set(members.values())) > 1
    linked = Label("或", " or ") if any_of else Label("但" if contrary else "且", " and ")
    return Label(
        f"{linked.zh.join(form.zh for form in forms)}的企业", f"enterprises {linked.en.join(form.en for form in forms)}"
    )
