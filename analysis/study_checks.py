"""What the files of a study must agree in: a name used in one is given in another, a line drawn in one is asked in another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from analysis.errors import Problem, one_of
from analysis.messages import said
from analysis.study_models import Figure, StudyFile, Target


def reference_problems(
    settings: StudyFile, figures: Mapping[str, Figure], *, lines: Mapping[str, int]
) -> Iterator[Problem]:
    """Bases of figures, and categories and figures of bases, that nothing in the study has the name of.

    Parameters
    ----------
    lines
        The line of published.csv that each figure stands in.
    """
    known = {*figures, *(row.id for row in settings.hidden)}
    for row in figures.values():
        if row.base and row.base not in known:
            allowed = one_of(sorted(known), seen=row.base)
            yield Problem(
                said("published.csv, line {line}, {row}, base", line=lines[row.id], row=row.id),
                "names no figure and no hidden quantity",
                row.base,
                allowed,
            )
        yield from _base_problems(row, figures, f"published.csv, line {lines[row.id]}, {row.id}, base")
    for name, ids in (
        ("categories", [row.id for row in settings.categories]),
        ("hidden", [row.id for row in settings.hidden]),
    ):
        for one in sorted(
            {one for one in ids if ids.count(one) > 1 or one in (("all",) if name == "categories" else figures)}
        ):
            yield Problem(
                said("study.toml, {name}, id", name=name),
                "cannot be told from another of that name",
                one,
                "each once, and no figure's id",
            )
    categories = sorted({row.id for row in settings.categories})
    allowed = (
        said("all, staff>=25 (or another number), {allowed}", allowed=one_of(categories))
        if categories
        else "all, staff>=25"
    )
    for row in figures.values():
        if row.category not in {"all", *categories} and row.staff_from is None:
            yield Problem(
                said("published.csv, line {line}, {row}, category", line=lines[row.id], row=row.id),
                "is none of study.toml",
                row.category,
                allowed,
            )
    for base in settings.bases:
        where = said("study.toml, bases, {base}", base=base.id)
        for category in base.categories:
            if category not in categories:
                yield Problem(where, "names an unknown category", category, one_of(categories))
    for base in settings.bases:
        if base.figure is not None and base.figure not in figures:
            where = said("study.toml, bases, {base}", base=base.id)
            yield Problem(where, "names an unknown figure", base.figure, one_of(sorted(figures)))


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
        for name, line, limits in (
            ("staff_bands", staff, asked.staff_bands),
            ("full_members", full, asked.full_members),
        ):
            if line and limits and line not in limits:
                where, what = (
                    said("study.toml, returns, {name}", name=name),
                    said("has no limit at {line}, where {who} draws one", line=line, who=who),
                )
                allowed = ", ".join(map(str, sorted({*limits, line})))
                yield Problem(where, what, ", ".join(map(str, limits)), allowed)
