"""How a study's published figures relate to one another: relations.toml, read and checked.

The rules of the audit are general; what they are applied to is declared here. A relation that names a figure nobody
published simply does not apply; `unpublished` lists those names, so that none is passed over in silence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from analysis.errors import DataError, Problem, one_of
from analysis.quantities import Label
from analysis.reading import settings_of
from analysis.study import Id, Named, Study

FILE = "relations.toml"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Total(_Strict):
    """A total and the parts it is made of."""

    id: Id
    total: Id
    parts: tuple[Id, ...] = Field(min_length=2)


class Subset(_Strict):
    """A figure that counts some of what another counts, and the name of the rest."""

    id: Id
    part: Id
    whole: Id
    rest: Named | None = None
    assumes: Named | None = None


class Share(_Strict):
    """A published rate: numerator over base, or its growth on the base. The base may be hidden."""

    id: Id
    rate: Id
    numerator: Id
    base: Id
    kind: Literal["share", "growth"] = "share"


class Ladder(_Strict):
    """One numerator over several bases, the widest first: figures, or bases of study.toml."""

    id: Id
    numerator: Id
    rungs: tuple[Id, ...] = Field(min_length=1)


class Universe(_Strict):
    """The enterprises that the sets are drawn from, and the parts they fall into."""

    whole: Id
    parts: tuple[Id, ...] = ()
    assumes: Named


class EnterpriseSet(_Strict):
    """Some of the universe's enterprises. Without a figure its size is hidden and follows from the rest, within bounds.

    `having` and `lacking` are what follows the word enterprises (in Chinese: what stands before it).
    """

    id: Id
    figure: Id | None = None
    having: Named
    lacking: Named
    inside: tuple[Id, ...] = ()
    apart: tuple[Id, ...] = ()
    assumes: Named | None = None
    ask: tuple[Literal["having", "lacking"], ...] = ("having",)  # of a hidden set: which size the reader asks for


class Each(Named):
    """Each unit of one figure or set has at least so many units of another, none of them shared."""

    id: Id
    each: Id
    least: int = Field(ge=1)
    of: Id


class Per(Named):
    """A ratio worth stating: a figure, or the rest of a subset, to another figure."""

    id: Id
    of: Id
    to: Id
    decimals: int = Field(2, ge=0, le=6)


class Hypothesis(Named):
    """A reading of a published 100%: that every enterprise of one set lies in another."""

    id: Id
    rate: Id
    every: Id
    inside: Id


class Said(_Strict):
    """A target, and a published rate that speaks of the same rule: over the same base, or over one left unstated."""

    id: Id
    target: Id
    rate: Id
    base: Literal["same", "unstated"]


class Reach(_Strict):
    """A target for a share of units, and the figure that counts those units today."""

    id: Id
    target: Id
    figure: Id


class Contrast(_Strict):
    """A rate over a hidden base beside the coverage of a known one; told when they are further apart than `gap`."""

    id: Id
    rate: Id
    numerator: Id
    base: Id
    gap: float = Field(0.5, gt=0, lt=1)


class Alternatives(Named):
    """Figures of different origin for what sounds like one quantity."""

    id: Id
    figures: tuple[Id, ...] = Field(min_length=2)


class Series(_Strict):
    """Indicators of which the later continue the earlier."""

    id: Id
    indicators: tuple[Id, ...] = Field(min_length=2)


class Definition(Named):
    """What one figure of a series counts, where that differs from its neighbours."""

    figure: Id


class Place(_Strict):
    """The English name of a place that published.csv names."""

    place: str
    en: str


class Relations(_Strict):
    """relations.toml."""

    totals: tuple[Total, ...] = ()
    subsets: tuple[Subset, ...] = ()
    shares: tuple[Share, ...] = ()
    ladders: tuple[Ladder, ...] = ()
    universe: Universe | None = None
    sets: tuple[EnterpriseSet, ...] = ()
    each: tuple[Each, ...] = ()
    per: tuple[Per, ...] = ()
    hypotheses: tuple[Hypothesis, ...] = ()
    said: tuple[Said, ...] = ()
    reach: tuple[Reach, ...] = ()
    contrasts: tuple[Contrast, ...] = ()
    alternatives: tuple[Alternatives, ...] = ()
    series: tuple[Series, ...] = ()
    definitions: tuple[Definition, ...] = ()
    places: tuple[Place, ...] = ()


def relations_of(study: Study) -> Relations:
    """The declared relations of a study; none when it has no relations.toml.

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
    path = study.folder / FILE
    if not path.exists():
        return Relations()
    relations = settings_of(path, Relations)
    problems = [*_repeated(relations), *_set_problems(relations)]
    if problems:
        raise DataError(problems)
    return relations


def unpublished(study: Study, relations: Relations) -> tuple[tuple[str, str], ...]:
    """The names that relations use and the study does not have, each with the place that uses it."""
    figures = {*study.figures, *(row.id for row in study.settings.hidden), *(row.id for row in study.settings.bases)}
    names = {*figures, *(row.id for row in relations.sets), *(row.id for row in relations.subsets)}
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


def _rows(relations: Relations) -> Iterator[tuple[str, _HasId]]:
    for name in Relations.model_fields:
        if name not in {"universe", "definitions", "places"}:
            yield from ((name, row) for row in getattr(relations, name))


class _HasId(_Strict):
    id: Id


def _repeated(relations: Relations) -> list[Problem]:
    counts = Counter(row.id for name, row in _rows(relations) if name != "sets")
    counts_of_sets = Counter(row.id for row in relations.sets)
    repeated = [name for counter in (counts, counts_of_sets) for name, times in counter.items() if times > 1]
    return [Problem(f"{FILE}, id", "stands more than once", name, "each once") for name in repeated]


def _set_problems(relations: Relations) -> list[Problem]:
    known = [row.id for row in relations.sets]
    named = [
        (f"sets.{row.id}", key, name)
        for row in relations.sets
        for key in ("inside", "apart")
        for name in getattr(row, key)
    ]
    named += [
        (f"hypotheses.{row.id}", key, getattr(row, key)) for row in relations.hypotheses for key in ("every", "inside")
    ]
    problems = [
        Problem(f"{FILE}, {where}, {key}", "names an unknown set", name, one_of(known, seen=name))
        for where, key, name in named
        if name not in known
    ]
    if relations.sets and relations.universe is None:
        problems.append(Problem(f"{FILE}, universe", "is missing", None, "the figure that the sets are drawn from"))
    if len(known) > 12:
        problems.append(Problem(f"{FILE}, sets", "are too many to bound together", len(known), "at most 12"))
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
