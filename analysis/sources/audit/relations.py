"""How a study's published figures relate to one another: what their words mean, and what relations.toml adds, checked.

The rules of the audit are general; this is what they are applied to. A declared relation that names a figure nobody
published simply does not apply; `unpublished` lists those names, so that none is passed over in silence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from analysis.errors import DataError, Problem, one_of
from analysis.messages import said
from analysis.reading import settings_of
from analysis.sources.audit.meanings import implied, meanings
from analysis.sources.audit.relation_models import LISTS, Relations, Said, merged
from analysis.study import Study

FILE = "relations.toml"


@lru_cache(maxsize=8)  # a study that was opened stays as it is
def relations_of(study: Study) -> Relations:
    """The relations of a study's figures: those that relations.toml declares, and those that follow from their words.

    Raises
    ------
    DataError
        With every fault of the file: its key, the value seen, what is allowed.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> [row.total for row in relations_of(open_study("suzhou-2003")).totals]
    ['operating', 'organisations']
    """
    relations = _applying(merged(declared_of(study), implied(study)))
    if problems := list(_set_problems(relations)):
        raise DataError(problems)
    return relations


def declared_of(study: Study) -> Relations:
    """The relations that a study's own file adds; none when it has no relations.toml."""
    path = study.folder / FILE
    if not path.exists():
        return Relations()
    relations = settings_of(path, Relations)
    if problems := _repeated(relations):
        raise DataError(problems)
    return relations


def unpublished(study: Study, relations: Relations) -> tuple[tuple[str, str], ...]:
    """The names that declared relations use and the study does not have, each with the place that uses it."""
    known = {*study.figures, *(row.id for row in study.settings.hidden), *(row.id for row in study.settings.bases)}
    every = relations_of(study)
    known |= {row.id for row in (*every.sets, *every.subsets)}
    targets = {row.id for row in study.targets}
    missing = {
        name: where
        for where, key, name in _references(relations)
        if name not in (targets if key == "target" else known)
    }
    return tuple(missing.items())


def _references(relations: Relations) -> Iterator[tuple[str, str, str]]:
    """Every name that a relation refers to: where, by which field, and the name."""
    single = ("total", "part", "whole", "rate", "numerator", "base", "figure", "each", "of", "to", "target")
    rows = [(f"{kind}.{row.id}", row) for kind, row in _rows(relations)]
    rows += [("definitions", row) for row in relations.definitions]
    rows += [("universe", relations.universe)] if relations.universe is not None else []
    for where, row in rows:
        for key in (*single, "parts", "rungs", "figures"):
            names = getattr(row, key, None) or ()
            if not (key == "base" and isinstance(row, Said)):  # which says what kind of base
                yield from ((where, key, name) for name in ((names,) if isinstance(names, str) else names))


def _rows(relations: Relations) -> Iterator[tuple[str, Any]]:
    return ((kind, row) for kind in LISTS if kind not in ("definitions", "places") for row in getattr(relations, kind))


def _repeated(relations: Relations) -> list[Problem]:
    times = Counter((kind == "sets", row.id) for kind, row in _rows(relations))
    repeated = [name for (_, name), number in times.items() if number > 1]
    return [Problem(said("{file}, id", file=FILE), "stands more than once", name, "each once") for name in repeated]


def _applying(relations: Relations) -> Relations:
    """Without sets and hypotheses that rest on a set which follows from a figure, where nobody published that figure."""
    there = {row.id for row in relations.sets}
    gone = {row.id for row in meanings().sets.values()} - there
    sets = tuple(row for row in relations.sets if gone.isdisjoint(row.around))
    gone |= there.difference(row.id for row in sets)
    hypotheses = tuple(row for row in relations.hypotheses if gone.isdisjoint((row.every, row.inside)))
    return relations.model_copy(update={"sets": sets, "hypotheses": hypotheses})


def _set_problems(relations: Relations) -> Iterator[Problem]:
    known = [row.id for row in relations.sets]
    named = [
        (f"sets.{row.id}", key, name)
        for row in relations.sets
        for key in ("inside", "by_rule", "apart")
        for name in getattr(row, key)
    ]
    named += [
        (f"hypotheses.{row.id}", key, getattr(row, key)) for row in relations.hypotheses for key in ("every", "inside")
    ]
    for where, key, name in named:
        if name not in known:
            place = said("{file}, {where}, {key}", file=FILE, where=where, key=key)
            yield Problem(place, "names an unknown set", name, one_of(known, seen=name))
    if relations.sets and relations.universe is None:
        place = said("{file}, universe", file=FILE)
        yield Problem(place, "is missing", None, "the figure that the sets are drawn from")
    if len(known) > 12:
        yield Problem(said("{file}, sets", file=FILE), "are too many to bound together", len(known), "at most 12")
