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
from analysis.file_values import Named
from analysis.messages import said
from analysis.quantities import Label
from analysis.reading import settings_of
from analysis.sources.audit.meanings import implied, meanings
from analysis.sources.audit.relation_models import Relations, Said, merged
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
    figures = {*study.figures, *(row.id for row in study.settings.hidden), *(row.id for row in study.settings.bases)}
    every = relations_of(study)
    names = {*figures, *(row.id for row in every.sets), *(row.id for row in every.subsets)}
    targets = {row.id for row in study.targets}
    missing = {
        name: where
        for where, kind, name in _references(relations)
        if name not in (targets if kind == "target" else names)
    }
    return tuple(missing.items())


def _references(relations: Relations) -> Iterator[tuple[str, str, str]]:
    for list_name, row in _rows(relations):
        for key in ("total", "part", "whole", "rate", "numerator", "base", "figure", "each", "of", "to", "target"):
            name = getattr(row, key, None)
            if name is not None and not (key == "base" and isinstance(row, Said)):
                yield f"{list_name}.{row.id}", key, name
        for key in ("parts", "rungs", "figures"):
            for name in getattr(row, key, ()):
                yield f"{list_name}.{row.id}", key, name
    yield from (("definitions", "figure", row.figure) for row in relations.definitions)
    if relations.universe is not None:
        yield from (("universe", "parts", name) for name in (relations.universe.whole, *relations.universe.parts))


def _rows(relations: Relations) -> Iterator[tuple[str, Any]]:
    for name in Relations.model_fields:
        if name not in {"universe", "definitions", "places"}:
            yield from ((name, row) for row in getattr(relations, name))


def _repeated(relations: Relations) -> list[Problem]:
    counts = Counter(row.id for name, row in _rows(relations) if name != "sets")
    counts_of_sets = Counter(row.id for row in relations.sets)
    repeated = [name for counter in (counts, counts_of_sets) for name, times in counter.items() if times > 1]
    return [Problem(said("{file}, id", file=FILE), "stands more than once", name, "each once") for name in repeated]


def _applying(relations: Relations) -> Relations:
    """Without sets and hypotheses that rest on a set which follows from a figure, where nobody published that figure."""
    gone = {row.id for row in meanings().sets.values()}.difference(row.id for row in relations.sets)
    sets = tuple(row for row in relations.sets if gone.isdisjoint(row.around))
    gone |= {row.id for row in relations.sets}.difference(row.id for row in sets)
    return relations.model_copy(
        update={
            "sets": sets,
            "hypotheses": tuple(row for row in relations.hypotheses if gone.isdisjoint((row.every, row.inside))),
        }
    )


def _set_problems(relations: Relations) -> list[Problem]:
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
    problems = []
    for where, key, name in named:
        if name not in known:
            place = said("{file}, {where}, {key}", file=FILE, where=where, key=key)
            problems.append(Problem(place, "names an unknown set", name, one_of(known, seen=name)))
    if relations.sets and relations.universe is None:
        place = said("{file}, universe", file=FILE)
        problems.append(Problem(place, "is missing", None, "the figure that the sets are drawn from"))
    if len(known) > 12:
        place = said("{file}, sets", file=FILE)
        problems.append(Problem(place, "are too many to bound together", len(known), "at most 12"))
    return problems


def joined(*labels: Label | Named | None) -> Label:
    """Several assumptions as one text.

    Examples
    --------
    >>> joined(Label("甲", "a"), None, Label("乙", "b")).zh
    '甲；乙'
    """
    given = [label for label in labels if label is not None]
    return Label("；".join(label.zh for label in given), "; ".join(label.en for label in given))
