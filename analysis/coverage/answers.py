"""What a researcher has chosen on the screen, and the answer to it: every view's numbers by look-up in the cube.

The numbers, and their statuses, are those of `indicators` over the same selection; tests hold the two together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from analysis.coverage.cube import MANAGED, STANDARD, Cube, Managed, Outcome
from analysis.coverage.indicators import base_of, base_selection
from analysis.coverage.limits import bands_of
from analysis.coverage.lookup import STEPS, UNKNOWN, Board, Count, Lookup, Shares, positions, shares_of
from analysis.coverage.selection import Selection
from analysis.errors import NotInDataError, ParameterError, one_of
from analysis.messages import said
from analysis.quantities import Status, weakest
from analysis.study import Study
from analysis.study_models import Base

EVERYONE = STANDARD["enterprises"]
COVERED = STANDARD["with_organisation"]
INSTRUCTED = STANDARD["with_instructor"]
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
        return Selection(
            districts=self.districts,
            categories=self.categories,
            staff_from=self.staff_from,
            directly_managed="" if self.directly_managed == "any" else self.directly_managed,
        )

    def based(self, study: Study) -> Selection:
        """The enterprises of the base chosen; where none of it can be, those chosen."""
        found = base_selection(base_of(study, self.base), self.within) if self.base else self.within
        return found if found.categories or not self.base else self.within


class Inside(NamedTuple):
    """A base inside a selection; no categories: nobody is meant."""

    categories: tuple[str, ...]
    staff_from: int
    full: int  # least full members


@dataclass(frozen=True, eq=False)
class Ladder:
    """Coverage over every base. Where a rate is only an upper bound, `counted` has what lies inside the base."""

    bases: tuple[str, ...]
    shares: Shares
    is_upper_bound: np.ndarray[tuple[int], np.dtype[np.bool_]]
    counted: Shares


@dataclass(frozen=True, eq=False)
class Answer:
    """Every view's numbers for one state.

    Parameters
    ----------
    lookup
        What else can be asked of the same selection.
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

    state: State
    lookup: Lookup
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
    chosen = Lookup(board, state.districts, state.directly_managed)
    base = base_of(board.study, state.base) if state.base else None
    inside = inside_of(board, base, state)
    steps, from_registered = _cascade(board, chosen, state)
    return Answer(
        state,
        chosen,
        _covered(chosen, inside, COVERED, INSTRUCTED),
        _covered(Lookup(board, (), state.directly_managed), inside, COVERED),
        _districts(board, state, inside),
        _bands(chosen),
        steps,
        _ladder(board, chosen, state),
        from_registered,
        _townships(board, state, inside),
    )


def _plain(board: Board, state: State) -> State:
    """The state, checked, and all ids named one by one as none."""
    if state.directly_managed not in MANAGED:
        seen = state.directly_managed
        raise ParameterError(
            said("directly_managed: {seen!r}; allowed: {allowed}", seen=seen, allowed=one_of(MANAGED, seen=str(seen)))
        )
    state.within.but(full_members_from=state.full_members_from)  # refuses what no selection can be
    positions(state.districts, board.cube.districts, "districts")
    positions(state.categories, board.cube.categories, "categories")
    districts = () if set(state.districts) == set(board.cube.districts) else state.districts
    categories = () if set(state.categories) == set(board.cube.categories) else state.categories
    return State(districts, categories, state.base, state.staff_from, state.full_members_from, state.directly_managed)


def inside_of(board: Board, base: Base | None, state: State) -> Inside:
    """A base inside the selection; without one every enterprise selected."""
    known = board.cube.categories if base is None else base.categories
    categories = tuple(name for name in known if not state.categories or name in state.categories)
    if base is None:
        return Inside(categories, state.staff_from, 0)
    return Inside(categories, max(base.staff_from, state.staff_from), base.full_members_from)


def count_in(lookup: Lookup, outcome: Outcome, categories: tuple[str, ...], staff_from: int, full: int) -> Count:
    """How many inside some districts; no categories: nobody is meant."""
    if not categories:
        return Count(0, lookup.board.status)
    try:
        return lookup.count(outcome, categories=categories, staff_from=staff_from, full_members_from=full)
    except NotInDataError:
        return UNKNOWN


def _covered(lookup: Lookup, inside: Inside, *outcomes: Outcome) -> Shares:
    whole = count_in(lookup, EVERYONE, *inside)
    return shares_of([(count_in(lookup, outcome, *inside), whole) for outcome in outcomes])


def _districts(board: Board, state: State, inside: Inside) -> Shares:
    if len(board.cube.districts) == 1:
        return _covered(Lookup(board, (), state.directly_managed), inside, COVERED)
    shares = _by_place(board.cube, board.status, state, inside)
    asked = {
        "categories": () if set(inside.categories) == set(board.cube.categories) else inside.categories,
        "staff_from": inside.staff_from,
        "full_members_from": inside.full,
        "directly_managed": state.within.directly_managed,
    }
    hidden = [
        np.array([board.is_hidden(outcome, districts=(one,), **asked) for one in board.cube.districts], dtype=bool)
        for outcome in (COVERED, EVERYONE)
    ]
    return replace(shares, part_hidden=hidden[0], whole_hidden=hidden[1])


def _by_place(cube: Cube, status: Status, state: State, inside: Inside) -> Shares:
    """The counts of each place in a cube, none of them withheld."""
    found = cube.at(
        staff_from=inside.staff_from, full_members_from=inside.full, directly_managed=state.directly_managed
    )
    summed = found[:, :, positions(inside.categories, cube.categories, "categories")].sum(axis=2)
    whole = summed[cube.position(EVERYONE)]
    part = summed[cube.position(COVERED)] if COVERED in cube.outcomes else np.full(whole.shape, UNKNOWN[0])
    statuses, nothing = np.full(part.shape, int(status)), np.zeros(part.shape, dtype=bool)
    return Shares(part, whole, statuses, statuses, nothing, nothing)


def _townships(board: Board, state: State, inside: Inside) -> tuple[tuple[str, ...], Shares]:
    """What lies below a district, where one alone is chosen and the cells know it; no paper prints any of it."""
    if len(state.districts) != 1 or (cube := board.township_cube(state.districts[0])) is None:
        return (), NONE
    shares = _by_place(cube, board.status, state, inside)
    hidden = np.full(shares.part.shape, board.printed is not None)
    return cube.districts, replace(shares, part_hidden=hidden, whole_hidden=hidden)


def _bands(lookup: Lookup) -> Shares:
    """Differences of sums at the bands' limits; the last band has no upper one, so that a published figure may answer."""
    categories, bands = lookup.board.cube.categories, bands_of(lookup.board.study)
    cells = [(name, *band) for name in categories for band in bands]
    pairs = [(band_in(lookup, COVERED, *cell), band_in(lookup, EVERYONE, *cell)) for cell in cells]
    return shares_of(pairs, shape=(len(categories), len(bands)))


def band_in(lookup: Lookup, outcome: Outcome, category: str, low: int, high: int) -> Count:
    """How many of a category from one number of staff to another; no upper one where that is 0."""
    if not high:
        return count_in(lookup, outcome, (category,), low, 0)
    if outcome not in lookup.board.cube.outcomes:
        return UNKNOWN
    value = lookup.summed(outcome, category, low) - lookup.summed(outcome, category, high + 1)
    hidden = lookup.is_hidden(outcome, categories=(category,), staff_from=low, staff_to=high)
    return Count(value, lookup.board.status, hidden)


def _cascade(board: Board, chosen: Lookup, state: State) -> tuple[Shares, bool]:
    """The steps of `indicators.cascade`. Source: Tanahashi 1978, Bulletin of the WHO 56:295."""
    categories, staff = state.categories or board.cube.categories, state.staff_from
    least = state.full_members_from
    reached = [
        count_in(chosen, outcome, categories, staff, full)
        for outcome, full in ((EVERYONE, 0), (STEPS[0], 0), (EVERYONE, least), (COVERED, 0), (STEPS[1], 0))
    ]
    bases = board.study.settings.bases
    is_everything = chosen.is_whole and not state.categories and not staff
    from_registered = bool(bases) and bases[0].figure is not None and is_everything
    if from_registered:
        reached.insert(0, _figure(board, bases[0]))
    return shares_of([(count, reached[0]) for count in reached]), from_registered


def _ladder(board: Board, chosen: Lookup, state: State) -> Ladder:
    """The rungs of `indicators.ladder`. Source: as there."""
    own = state.categories or board.cube.categories
    reached = count_in(chosen, COVERED, own, state.staff_from, 0)
    if reached is UNKNOWN:
        return Ladder((), NONE, np.array([], dtype=bool), NONE)
    is_everything = chosen.is_whole and not state.categories and not state.staff_from
    rungs: list[tuple[str, tuple[Count, Count], bool, tuple[Count, Count]]] = []
    for base in board.study.settings.bases:
        if base.figure is not None:
            pair = reached, _figure(board, base)
            if is_everything:
                rungs.append((base.id, pair, False, pair))
            continue
        inside = inside_of(board, base, state)
        if not inside.categories or (whole := count_in(chosen, EVERYONE, *inside)) is UNKNOWN:
            continue
        if set(inside.categories) == set(own) and (inside.staff_from, inside.full) == (state.staff_from, 0):
            rungs.append((base.id, (reached, whole), False, (reached, whole)))
            continue
        counted = count_in(chosen, COVERED, *inside), whole
        is_bound = reached.status is Status.PUBLISHED and whole.status <= Status.DERIVED
        least = Count(min(reached.value, whole.value), weakest(reached.status, whole.status), reached.is_hidden)
        rungs.append((base.id, (least, whole) if is_bound else counted, is_bound, counted))
    names, shown, bounds, within = zip(*rungs, strict=True) if rungs else ((), (), (), ())
    return Ladder(names, shares_of(shown), np.array(bounds, dtype=bool), shares_of(within))


def _figure(board: Board, base: Base) -> Count:
    assert base.figure is not None
    quantity = board.study.quantity(base.figure)
    return Count(int(quantity.value), quantity.status)
