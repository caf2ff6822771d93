"""What a researcher has chosen on the screen, and the answer to it: every view's numbers by look-up.

They are those of `indicators` over the same selection, and so are their statuses; tests hold the two together.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

import numpy as np

from analysis.coverage.indicators import base_of, base_selection, cascade_steps
from analysis.coverage.lookup import UNKNOWN, Board, Count, Shares, of_figure, shares_of
from analysis.coverage.returned import bands_of
from analysis.coverage.selection import EVERYTHING, Selection
from analysis.errors import NotInDataError, ParameterError, among, one_of
from analysis.messages import said
from analysis.study import Study

Managed = Literal["any", "yes", "no"]
MANAGED: tuple[Managed, ...] = get_args(Managed)
COVERED, INSTRUCTED = {"organisation": "any"}, {"instructor": "yes"}
NONE = shares_of([])


@dataclass(frozen=True)
class State:
    """What is chosen on the screen.

    Parameters
    ----------
    districts, categories
        Ids; none for all.
    base
        One of the study's bases that is counted; empty for every operating enterprise.
    staff_from
        Only enterprises with at least so many staff.
    full_members_from
        From how many full members an enterprise can have an organisation of its own: a step of the cascade.
    directly_managed
        Whether only enterprises managed directly by an industry system, or only the others.
    """

    districts: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    base: str = ""
    staff_from: int = 0
    full_members_from: int = 3
    directly_managed: Managed = "any"

    @cached_property
    def within(self) -> Selection:
        """The enterprises chosen, before the base narrows them."""
        managed = "" if self.directly_managed == "any" else self.directly_managed
        return Selection(self.districts, self.categories, self.staff_from, directly_managed=managed)

    def inside(self, study: Study) -> Selection | None:
        """The enterprises chosen that the base holds; none where it can hold none of them."""
        found = base_selection(base_of(study, self.base), self.within) if self.base else self.within
        return found if found.categories or not self.base else None

    def based(self, study: Study) -> Selection:
        """The enterprises of the base chosen; where none of it can be, those chosen."""
        return self.inside(study) or self.within


@dataclass(frozen=True, eq=False)
class Ladder:
    """Coverage counted inside each base that has enterprises of the selection."""

    bases: tuple[str, ...]
    counted: Shares


@dataclass(frozen=True, eq=False)
class Answer:
    """Every view's numbers for one state.

    Parameters
    ----------
    selected
        Covered by an organisation, and by an instructor, of the base inside the selection: shape (2,).
    everywhere
        Covered by an organisation, of the same base in all districts: shape (1,).
    districts
        Shape (districts,): every district, chosen or not.
    bands
        Shape (categories, staff bands): every category and size, chosen or not, in the chosen districts.
    cascade
        Shape (steps,): how many reach each step, of those at the first.
    from_registered
        Whether the cascade begins with those registered.
    townships
        Of the one district chosen: their names, and covered by an organisation of the base: shape (townships,).
    """

    board: Board
    state: State
    selected: Shares
    everywhere: Shares
    districts: Shares
    bands: Shares
    cascade: Shares
    ladder: Ladder
    from_registered: bool
    townships: tuple[tuple[str, ...], Shares]


def answer(board: Board, state: State) -> Answer:
    """Answer a state.

    Raises
    ------
    ParameterError
        When a district, category or base is unknown, or a threshold lies outside the cube.

    Examples
    --------
    >>> from analysis.coverage.sources import cells_of
    >>> from analysis.coverage.lookup import board_of
    >>> from analysis.study import open_study
    >>> study = open_study("suzhou-2003")
    >>> found = answer(board_of(study, cells_of(study)), State())
    >>> int(found.selected.part[0]), int(found.selected.whole[0])
    (10547, 252963)
    """
    state = _plain(board, state)
    chosen = state.inside(board.study)
    everywhere = chosen.but(districts=()) if chosen is not None else None
    steps, from_registered = _cascade(board, state)
    inside = board.of_townships(state.districts[0]) if len(state.districts) == 1 else None
    return Answer(
        board,
        state,
        shares_of([_covered(board, chosen, having) for having in (COVERED, INSTRUCTED)]),
        shares_of([_covered(board, everywhere)]),
        _by_district(board, everywhere),
        _bands(board, state),
        steps,
        _ladder(board, state),
        from_registered,
        ((), NONE) if inside is None else (inside.cube.districts, _by_district(inside, everywhere)),
    )


def _plain(board: Board, state: State) -> State:
    """The state, checked, and all ids named one by one as none."""
    if state.directly_managed not in MANAGED:
        seen = state.directly_managed
        allowed = one_of(MANAGED, seen=str(seen))
        raise ParameterError(said("directly_managed: {seen!r}; allowed: {allowed}", seen=seen, allowed=allowed))
    with suppress(NotInDataError):
        board.cube.count("enterprises", state.within.but(full_members_from=state.full_members_from))
    ids = {"districts": board.cube.districts, "categories": board.cube.categories}
    chosen = {}
    for what, known in ids.items():
        names = tuple(among(name, known, what=what) for name in getattr(state, what))
        chosen[what] = () if set(names) == set(known) else names
    return State(**chosen, base=state.base, staff_from=state.staff_from, full_members_from=state.full_members_from,
                 directly_managed=state.directly_managed)  # fmt: skip


def _covered(board: Board, whole: Selection | None, having: dict[str, str] = COVERED) -> tuple[Count, Count]:
    """How many enterprises of a selection have something, and how many there are; no selection: nobody is meant."""
    part = whole.but(**having) if whole is not None else None
    return board.count("enterprises", part), board.count("enterprises", whole)


def _by_district(board: Board, whole: Selection | None) -> Shares:
    """Coverage in each district of a board."""
    names = board.cube.districts
    if len(names) == 1 or whole is None:
        return shares_of([_covered(board, whole)] * len(names))
    counts, hidden = [], []
    whole = board.plain(whole)
    for one in (whole.but(**COVERED), whole):
        try:
            counts.append(board.cube.by_district("enterprises", one))
        except NotInDataError:
            counts.append(np.full(len(names), UNKNOWN.value))
        printed = board.printed
        told = [printed is not None and not printed("enterprises", one.but(districts=(name,))) for name in names]
        hidden.append(np.array(told, dtype=bool))
    status = np.full(len(names), int(board.status))
    return Shares(counts[0], counts[1], status, status, hidden[0], hidden[1])


def _bands(board: Board, state: State) -> Shares:
    """Every category by size; the last band has no upper end, so that a published figure may answer."""
    within, categories, bands = state.within, board.cube.categories, bands_of(board.study)
    pairs = [
        _covered(board, within.but(categories=(name,), staff_from=low, staff_to=high))
        for name in categories
        for low, high in bands
    ]
    return shares_of(pairs, shape=(len(categories), len(bands)))


def _cascade(board: Board, state: State) -> tuple[Shares, bool]:
    """The steps of `indicators.cascade`. Source: Tanahashi 1978, Bulletin of the WHO 56:295."""
    steps = cascade_steps(state.within, full_members_from=state.full_members_from)
    reached = [board.count("enterprises", chosen) for _, chosen in steps.values()]
    widest = next(iter(board.study.settings.bases), None)
    from_registered = widest is not None and widest.figure is not None and state.within == EVERYTHING
    if widest is not None and widest.figure is not None and from_registered:
        reached.insert(0, of_figure(board.study.quantity(widest.figure)))
    return shares_of([(count, reached[0]) for count in reached]), from_registered


def _ladder(board: Board, state: State) -> Ladder:
    """The rungs of `indicators.ladder`, each counted inside its base. Source: as there."""
    rungs = {}
    covered = board.count("enterprises", state.within.but(**COVERED))
    for base in board.study.settings.bases if covered is not UNKNOWN else ():
        if base.figure is None:
            inside = base_selection(base, state.within)
            pair = _covered(board, inside if inside.categories else None)
            if inside.categories and pair[1] is not UNKNOWN:
                rungs[base.id] = pair
        elif state.within == EVERYTHING:
            rungs[base.id] = covered, of_figure(board.study.quantity(base.figure))
    return Ladder(tuple(rungs), shares_of(list(rungs.values())))
