"""Sets of enterprises as a Venn diagram: its regions are the unknowns, the published sizes are sums of regions."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.errors import ConsistencyError
from analysis.messages import said
from analysis.quantities import Label
from analysis.sources.audit.finding import Figures
from analysis.sources.audit.relation_models import Each, EnterpriseSet, Universe, assumed
from analysis.sources.linear import Constraint, Terms, extent
from analysis.sources.rounding import Ends, base_ends, overlap

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Expression:
    """Enterprises that are in some sets and not in others, all of it at once or any of it; in one part or in all."""

    members: tuple[tuple[str, bool], ...]
    any_of: bool = False
    part: str = ""


@dataclass(frozen=True)
class Venn:
    """The regions that some sets leave possible, and what is known of them."""

    inside: Mapping[str, Flags]  # by set: whether each region lies in it
    part: NDArray[np.str_]  # of the universe, that each region lies in; empty where it is not divided
    constraints: tuple[Constraint, ...]  # over the regions, by their number
    assumes: Label

    @property
    def figures(self) -> tuple[str, ...]:
        """The figures that the constraints rest on."""
        return tuple(dict.fromkeys(figure for row in self.constraints for figure in row.figures))

    def extent(self, expression: Expression) -> tuple[float, float]:
        """The least and greatest number of enterprises.

        Raises
        ------
        ConsistencyError
            When the figures exclude one another; names those that do.
        """
        columns = np.vstack([self.inside[name] == wanted for name, wanted in expression.members])
        chosen = np.asarray(columns.any(axis=0) if expression.any_of else columns.all(axis=0))
        if expression.part:
            chosen &= self.part == expression.part
        ends = extent(self.constraints, taken(chosen))
        if ends is None:
            what = "these published figures cannot all hold: {figures}"
            raise ConsistencyError(said(what, figures=self.figures))
        return ends


def venn(figures: Figures, names: Iterable[str], *, divided: bool = False) -> Venn:
    """The regions of some sets, with whatever bears on their sizes and no more, the rules that are taken for granted too.

    A set of hidden size brings in the sets it is tied to; one of published size stands on its own. The universe's parts
    are told apart where it is `divided`.
    """
    relations, universe = figures.relations, figures.relations.universe
    assert universe is not None  # relations_of refuses sets without one
    sets = _scope(figures, names)
    parts = _divisions(figures, universe) if divided else ()
    inside, part = regions(sets, parts)
    everywhere = np.ones(part.shape, dtype=bool)
    sizes = [(universe.whole, everywhere), *((name, part == name) for name in parts)]
    sizes += [(row.figure, inside[row.id]) for row in sets if row.figure is not None]
    sized = [Constraint(taken(flags), *figures.ends(name), (name,)) for name, flags in sizes if figures.has(name)]
    whole = 1 if figures.has(universe.whole) else 0
    implied = [Constraint(taken(everywhere), *ends, used) for used, ends in _implied(figures, universe.whole)]
    ties = [row for row in relations.each if _bears(row, sets, figures)]
    constraints = (*sized[:whole], *implied, *sized[whole:], *(_tie(row, inside, figures) for row in ties))
    return Venn(inside, part, constraints, assumed(universe.assumes, *(row.assumes for row in sets), *ties))


def taken(regions: Flags) -> Terms:
    """The sum of some regions, by their number."""
    return dict.fromkeys(np.flatnonzero(regions).tolist(), 1.0)


def regions(
    sets: Sequence[EnterpriseSet], parts: tuple[str, ...], *, rules: bool = True
) -> tuple[dict[str, Flags], NDArray[np.str_]]:
    """The regions that sets leave possible: for each set whether they lie in it, and the part each lies in.

    With `rules` the sets also lie where a rule puts them.
    """
    every = np.arange(2 ** len(sets))
    inside = {row.id: (every >> position & 1).astype(bool) for position, row in enumerate(sets)}
    possible = np.ones(every.shape, dtype=bool)
    for row in sets:
        for name in (*row.inside, *(row.by_rule if rules else ())):
            possible &= ~inside[row.id] | inside.get(name, np.True_)
        for name in row.apart:
            possible &= ~(inside[row.id] & inside.get(name, np.False_))
    divisions = parts or ("",)
    return (
        {name: np.tile(column[possible], len(divisions)) for name, column in inside.items()},
        np.repeat(np.array(divisions), int(possible.sum())),
    )


def _divisions(figures: Figures, universe: Universe) -> tuple[str, ...]:
    """The parts of the universe, with one for the others where the published parts do not make it up."""
    if universe.parts and figures.has(universe.whole, *universe.parts):
        ends = [figures.ends(part) for part in universe.parts]
        if overlap((sum(low for low, _ in ends), sum(high for _, high in ends)), figures.ends(universe.whole)):
            return universe.parts
    return (*universe.parts, "") if universe.parts else ()


def _scope(figures: Figures, names: Iterable[str]) -> list[EnterpriseSet]:
    """Some sets, and those that one of hidden size is tied to."""
    known = {row.id: row for row in figures.relations.sets}
    scope, waiting = set[str](), list(names)
    while waiting:
        name = waiting.pop()
        if name not in scope and not _is_sized(known[name], figures):
            tied = {*known[name].around, *(other.id for other in known.values() if name in other.around)}
            tied |= {end for row in figures.relations.each if name in (row.each, row.of) for end in (row.each, row.of)}
            waiting += tied & known.keys()
        scope.add(name)
    return [row for row in known.values() if row.id in scope]


def _is_sized(row: EnterpriseSet, figures: Figures) -> bool:
    return row.figure is not None and figures.has(row.figure)


def _implied(figures: Figures, whole: str) -> Iterator[tuple[tuple[str, str], Ends]]:
    """How published rates narrow down a universe that was published approximately, and the figures of each."""
    if figures.has(whole) and figures.study.figures[whole].approximate != "no":
        for share in figures.relations.shares:
            if (share.kind, share.base) == ("share", whole) and figures.has(share.rate, share.numerator):
                ends = base_ends(figures.ends(share.numerator), figures.ends(share.rate))
                yield (share.numerator, share.rate), ends or (0, math.inf)


def _bears(row: Each, sets: list[EnterpriseSet], figures: Figures) -> bool:
    """Whether both ends are known here, and at least one of them is a set of hidden size."""
    named = {other.id: other for other in sets}
    ends = (row.each, row.of)
    hidden = any(end in named and not _is_sized(named[end], figures) for end in ends)
    return hidden and all(end in named or figures.has(end) for end in ends)


def _tie(row: Each, inside: Mapping[str, Flags], figures: Figures) -> Constraint:
    """`least · each ≤ of`, where either side is a set or a figure."""
    coefficients = np.zeros(len(next(iter(inside.values()))))
    high = 0.0
    for name, factor, end in ((row.each, row.least, 0), (row.of, -1, 1)):
        if name in inside:
            coefficients += factor * inside[name]
        else:
            high -= factor * float(figures.ends(name)[end])
    used = tuple(name for name in (row.each, row.of) if name not in inside)
    return Constraint(dict(enumerate(coefficients.tolist())), -math.inf, high, used)
