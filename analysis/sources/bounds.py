"""What the published figures do not tell, and how far they narrow it down.

Two kinds of hidden number: the base of a rounded share, and the overlaps and sizes of sets of enterprises (Fréchet
bounds in their general form, Dobra and Fienberg 2000). Every end of an interval can be computed again by its address.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from analysis.errors import ConsistencyError, WorkbookError, one_of
from analysis.messages import said
from analysis.quantities import Label, Number
from analysis.sources import results
from analysis.sources.consistency import clashes
from analysis.sources.questions import Answer, Bound, Question, answered, questions
from analysis.sources.relations import relations_of
from analysis.sources.results import result
from analysis.sources.rounding import read_as
from analysis.study import Study

__all__ = ["Bound", "bound", "bounds", "resolve", "target_value"]


@lru_cache(maxsize=4)  # a paper asks several times, and a study that was opened stays as it is
def bounds(study: Study) -> tuple[Bound, ...]:
    """Every hidden number that the declared relations narrow down, kept by the figures and relations it follows from.

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
    asked = tuple(questions(study, relations))

    def compute() -> list[dict[str, Any] | None]:
        return [_plain(question) for question in asked]

    rests_on = {"settings": study.settings, "figures": study.figures, "relations": relations}
    answers = result(results.FOLDER, "bounds", rests_on, compute)
    known = ((question, plain) for question, plain in zip(asked, answers, strict=True) if plain is not None)
    return tuple(answered(study, question, _answer(plain)) for question, plain in known)


def _plain(question: Question) -> dict[str, Any] | None:
    try:
        ends, assumes, figures = question.answer()
    except ConsistencyError:  # only with what it assumes: the audit tells the counts that then outnumber their base
        return None
    return {"ends": ends, "assumes": [assumes.zh, assumes.en], "figures": figures}


def _answer(plain: Mapping[str, Any]) -> Answer:
    low, high = plain["ends"]
    return (low, high), Label(*plain["assumes"]), tuple(plain["figures"])


def bound(study: Study, name: str) -> Bound:
    """One bound by its name, computed from the figures it rests on and no others.

    Raises
    ------
    WorkbookError
        When there is no such bound.
    ConsistencyError
        When those figures exclude one another.
    """
    asked = {question.name: question for question in questions(study, relations_of(study))}
    if name not in asked:
        raise WorkbookError(
            said(
                '{study}: no bound "{name}"; allowed: {allowed}',
                study=study.id,
                name=name,
                allowed=one_of(list(asked), seen=name),
            )
        )
    return answered(study, asked[name])


def resolve(study: Study, address: str) -> Number:
    """The present value at an address of the audit: `bound:…`, `relation:…`, `target:…` or `figure:…`.

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
        low, high = read_as(study, name)
        return low if end == "low" else high
    if kind == "bound" and end in {"low", "high"}:
        interval = bound(study, name).interval
        return interval.low.value if end == "low" else interval.high.value
    if kind == "relation":
        return _least_of(study, name)
    if kind == "target":
        target, _, part = name.partition(".")
        return target_value(study, target, end or part)
    raise WorkbookError(
        said(
            '{study}: no address "{address}"; allowed: bound:…, relation:…, target:…, figure:…',
            study=study.id,
            address=address,
        )
    )


def target_value(study: Study, name: str, end: str) -> Number:
    """A number that a target sets.

    Parameters
    ----------
    end
        The share of one of its readings (`0`, `1`, …) or that share's `0.numerator` or `0.denominator`; its
        `deadline_year`, or the `years` it leaves.
    """
    target = next((row for row in study.targets if row.id == name), None)
    position, _, part = end.partition(".")
    if target is not None and end in ("years", "deadline_year") and target.deadline_year is not None:
        return target.deadline_year - (study.year if end == "years" else 0)
    if target is not None and position.isdigit() and int(position) < len(target.readings):
        share = target.readings[int(position)].share
        parts: dict[str, Number] = {"": float(share), "numerator": share.numerator, "denominator": share.denominator}
        if part in parts:
            return parts[part]
    allowed = one_of([row.id for row in study.targets], seen=name)
    raise WorkbookError(
        said(
            '{study}: no number "target:{name}#{end}"; allowed: {allowed}',
            study=study.id,
            name=name,
            end=end,
            allowed=allowed,
        )
    )


def _least_of(study: Study, name: str) -> Number:
    found = {row.id: row.least for row in relations_of(study).each}
    if name not in found:
        raise WorkbookError(
            said(
                '{study}: no relation "{name}" with a number; allowed: {allowed}',
                study=study.id,
                name=name,
                allowed=one_of(list(found), seen=name),
            )
        )
    return found[name]
