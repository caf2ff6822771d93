"""What the files of a study must agree in: a name used in one is given in another, a line drawn in one is asked in another."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from analysis.cell_text import flat
from analysis.conference import Decision, DutiesFile, Support
from analysis.errors import Problem, inside, one_of
from analysis.messages import said
from analysis.study_models import Department, Figure, StudyFile, Target


def _unknown(where: str, what: str, name: str, known: Collection[str], *, most: int = 12) -> Iterator[Problem]:
    """A name that is none of those known."""
    if name not in known:
        yield Problem(where, what, name, one_of(list(known), seen=name, most=most))


def _twice(file: str, ids: Sequence[str]) -> Iterator[Problem]:
    """Ids that stand twice, once for each time."""
    for name in ids:
        if ids.count(name) > 1:
            yield Problem(inside(file, name), "stands twice", allowed="each id once")


def reference_problems(
    settings: StudyFile, figures: Mapping[str, Figure], *, lines: Mapping[str, int]
) -> Iterator[Problem]:
    """Bases of figures, and categories and figures of bases, that nothing in the study has the name of.

    Parameters
    ----------
    lines
        The line of published.csv that each figure stands in.
    """
    hidden = [row.id for row in settings.hidden]
    categories = [row.id for row in settings.categories]
    places = {name: inside(said("published.csv, line {line}", line=lines[name]), name) for name in figures}
    known = sorted({*figures, *hidden})
    for row in figures.values():
        if row.base:
            where = inside(places[row.id], "base")
            yield from _unknown(where, "names no figure and no hidden quantity", row.base, known)
            yield from _base_problems(row, figures, where)
    for name, ids, taken in (("categories", categories, {"all"}), ("hidden", hidden, figures.keys())):
        for one in sorted({one for one in ids if ids.count(one) > 1 or one in taken}):
            what, allowed = "cannot be told from another of that name", "each once, and no figure's id"
            yield Problem(inside("study.toml", name, "id"), what, one, allowed)
    yield from _place_problems(figures, lines)
    categories = sorted(set(categories))
    allowed = "all, staff>=25"
    if categories:
        allowed = said("all, staff>=25 (or another number), {allowed}", allowed=one_of(categories))
    for row in figures.values():
        if row.category not in {"all", *categories} and row.staff_from is None:
            yield Problem(inside(places[row.id], "category"), "is none of study.toml", row.category, allowed)
    for base in settings.bases:
        where = inside("study.toml", "bases", base.id)
        for category in base.categories:
            if category not in categories:
                yield Problem(where, "names an unknown category", category, one_of(categories))
    for base in settings.bases:
        if base.figure is not None and base.figure not in figures:
            where = inside("study.toml", "bases", base.id)
            yield Problem(where, "names an unknown figure", base.figure, one_of(sorted(figures)))


def _place_problems(figures: Mapping[str, Figure], lines: Mapping[str, int]) -> Iterator[Problem]:
    """Places that differ by nothing but width, case and blanks: figures of one place would be taken for two places'."""
    first: dict[str, Figure] = {}
    for row in figures.values():
        other = first.setdefault(flat(row.place).casefold(), row)
        if other.place != row.place:
            where = said("{file}, line {line}", file="published.csv", line=lines[row.id])
            what = said("is written otherwise in line {line}: {name}", line=lines[other.id], name=other.place)
            yield Problem(inside(where, "place"), what, row.place, "one name a place")


def _base_problems(row: Figure, figures: Mapping[str, Figure], where: str) -> Iterator[Problem]:
    """A base that cannot be one: a rate, another kind of thing than the count, or the figure itself, on whatever way."""
    base = figures.get(row.base)
    if base is None:
        return
    if base.unit == "percent":
        yield Problem(where, "is a rate, and nothing is a part of a rate", row.base, "a count")
    seen, step = {row.id}, base
    while step.id not in seen and step.base in figures:
        seen.add(step.id)
        step = figures[step.base]
    if step.id in seen and step.base in figures:
        yield Problem(where, "comes back to the figure itself", row.base, "a wider count")


def line_problems(settings: StudyFile, targets: Sequence[Target]) -> Iterator[Problem]:
    """Lines that a target or a base draws, and that bands named under [returns] have no limit at."""
    asked = settings.returns
    drawn = [(said("target {id}", id=row.id), row.meant.staff_from, row.meant.full_members_from) for row in targets]
    drawn += [(said("base {id}", id=row.id), row.staff_from, row.full_members_from) for row in settings.bases]
    for who, staff, full in drawn:
        bands = (("staff_bands", staff, asked.staff_bands), ("full_members", full, asked.full_members))
        for name, line, limits in bands:
            if line and limits and line not in limits:
                what = said("has no limit at {line}, where {who} draws one", line=line, who=who)
                allowed = ", ".join(map(str, sorted({*limits, line})))
                yield Problem(inside("study.toml", "returns", name), what, ", ".join(map(str, limits)), allowed)


def conference_problems(
    agreed: DutiesFile | None,
    decisions: Sequence[Decision],
    support: Sequence[Support],
    *,
    departments: Sequence[Department],
    targets: Sequence[Target],
    figures: Sequence[str],
) -> Iterator[Problem]:
    """What does not fit of who answers for what, what was agreed and what is supported."""
    measures = [row.id for row in agreed.measures] if agreed is not None else []
    if agreed is not None:
        yield from _duty_problems(agreed, departments=departments, targets=targets, figures=figures)
    yield from _decision_problems(decisions, departments=departments, targets=targets, measures=measures)
    yield from _support_problems(support, measures=measures)


def _duty_problems(
    file: DutiesFile, *, departments: Sequence[Department], targets: Sequence[Target], figures: Sequence[str]
) -> Iterator[Problem]:
    """What does not fit: unknown departments and subjects, targets nobody leads, departments with nothing to do."""
    known = [row.id for row in departments]
    to_lead = [*(row.id for row in targets), *(row.id for row in file.measures)]
    subjects = sorted({*to_lead, *figures})
    pairs = [(duty.department, duty.about) for duty in file.duties]
    places = [said("duties.toml, duty {number}", number=number) for number, _ in enumerate(pairs, start=1)]
    for at, pair in enumerate(pairs):
        if pair in pairs[:at]:
            yield Problem(places[at], "stands twice", " ".join(pair), "each department once a subject")
    for where, (department, about) in zip(places, pairs, strict=True):
        yield from _unknown(inside(where, "department"), "has no such owner", department, known)
        what = "names no target, no published figure and no measure"
        yield from _unknown(inside(where, "about"), what, about, subjects)
    led = {duty.about for duty in file.duties if duty.part == "leads"}
    for name in to_lead:
        if name not in led:
            allowed = 'a duty with part = "leads"'
            yield Problem(inside("duties.toml", name), "has no department that leads it", allowed=allowed)
    for name in known:
        if name not in {department for department, _ in pairs}:
            what = "is a department without a duty"
            yield Problem(inside("duties.toml", name), what, allowed="one duty at the least")


def _decision_problems(
    decisions: Sequence[Decision],
    *,
    departments: Sequence[Department],
    targets: Sequence[Target],
    measures: Sequence[str],
) -> Iterator[Problem]:
    """What does not fit: unknown owners and subjects, readings that a target does not have, ids that stand twice."""
    readings = {row.id: len(row.readings) for row in targets}
    known, subjects = [row.id for row in departments], [*readings, *measures]
    yield from _twice("decisions.toml", [row.id for row in decisions])
    for decision in decisions:
        where = inside("decisions.toml", decision.id)
        yield from _unknown(inside(where, "owner"), "is no department", decision.owner, known)
        what = "names nothing that the data can tell: no target and no measure"
        yield from _unknown(inside(where, "about"), what, decision.about, subjects, most=30)
        if decision.about in readings and decision.reading >= readings[decision.about]:
            what = said("{about} has no such reading", about=decision.about)
            allowed = said("0 to {number}", number=readings[decision.about] - 1)
            yield Problem(inside(where, "reading"), what, decision.reading, allowed)


def _support_problems(support: Sequence[Support], *, measures: Sequence[str]) -> Iterator[Problem]:
    """Support for a measure that duties.toml does not know, and ids that stand twice."""
    yield from _twice("support.toml", [row.id for row in support])
    for row in support:
        if row.measure not in measures:
            where = inside("support.toml", row.id, "measure")
            allowed = one_of(measures, seen=row.measure, most=30) or "none, the study has no measures"
            yield Problem(where, "is no measure of duties.toml", row.measure, allowed)
