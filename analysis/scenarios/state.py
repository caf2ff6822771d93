"""Where things stand in one year, in bands: what a scenario moves.

Enterprises are counted by place, category, band of staff, members, organisation and instructor. Below `POOLED_FROM` full
members both kinds of members are counted enterprise by enterprise (on probation: two at most, and one where there is one
full member or none), so that a threshold of three is crossed by those that stand next to it. From there on the members
beyond are kept as pools beside the counts, spread over the enterprises as unevenly as at the start. No person and no
enterprise is rounded away.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.coverage.cells import Cells
from analysis.errors import WorkbookError
from analysis.messages import any_of, joined, said
from analysis.scenarios.random_draws import Array, shapes
from analysis.study import Study
from analysis.study_models import District

if TYPE_CHECKING:
    import pandas as pd

    from analysis.coverage.returned import Limits

OWN_FROM = 3  # full members from which an organisation of its own is founded: the party's constitution, article 29
POOLED_FROM = 5  # full members from which they are pooled: nearer the threshold, the count at it drifts in ten years
ON_PROBATION_MOST = np.minimum(np.maximum(np.arange(POOLED_FROM), 1), 2)  # by full members
# the classes along the axis of members, full and on probation: 0 0, 0 1, 1 0, 1 1, 2 0, 2 1, 2 2, 3 0, …, 4 2, and 5 or more
_CLASSES = [(full, one) for full in range(POOLED_FROM) for one in range(ON_PROBATION_MOST[full] + 1)]
FULL = np.array([*(full for full, _ in _CLASSES), POOLED_FROM], dtype=float)  # of each class; the last: so many or more
PROBATION = np.array([*(one for _, one in _CLASSES), 0], dtype=float)  # probationary members; the last's are in a pool
TOP = len(FULL) - 1
SETTLED = np.flatnonzero(PROBATION == 0)  # the class of each number of full members that has none on probation
PARTS = 8  # sizes by which enterprises of a band without a member are told apart

NONE, INDEPENDENT, JOINT, FIVE_GOOD = range(4)  # holdings; a five-good one is independent
BEYOND, PROBATIONARY = range(2)  # pools

AXES = ("place", "category", "band", "members", "holding", "instructor", "draw")  # of counts; members by class
POOL_AXES = ("pool", *(axis for axis in AXES if axis != "members"))
CHANGING = ("counts", "pools", "joint", "joint_good", "joint_places", "instructed")  # what a year moves

Place = int | slice | np.ndarray


def at(**places: Place) -> tuple[Place, ...]:
    """The index of some places along the axes of `counts` named, and of all along the others.

    Examples
    --------
    >>> at(band=-1, members=slice(3, None))
    (slice(None, None, None), slice(None, None, None), -1, slice(3, None, None))
    """
    return tuple(places.get(axis, slice(None)) for axis in AXES[: max(AXES.index(axis) for axis in places) + 1])


def at_pool(**places: Place) -> tuple[Place, ...]:
    """The same of `pools`."""
    return tuple(places.get(axis, slice(None)) for axis in POOL_AXES)


def over(*names: str) -> tuple[int, ...]:
    """The numbers of axes of `counts`, to add up over them."""
    return tuple(AXES.index(name) for name in names)


def only(place: int) -> slice:
    """One place along an axis that stays."""
    return slice(place, place + 1)


def each_draw(values: Array) -> Array:
    """The sum over everything but the draws, which are the last axis."""
    return np.asarray(values.reshape(-1, values.shape[-1]).sum(axis=0))


def each_place(values: Array) -> Array:
    """The sum over everything but the first axis and the draws."""
    return np.asarray(values.reshape(values.shape[0], -1, values.shape[-1]).sum(axis=1))


@dataclass(frozen=True, eq=False)
class State:
    """The enterprises, members, organisations and instructors of a study in one year, for one or more draws.

    Parameters
    ----------
    places, categories
        Ids along the first two axes; one place of the name `all` where districts are pooled.
    staff
        Mean staff by category and band: shape (category, band).
    staff_without
        Staff of the enterprises without a member at the start, in equal parts from the smallest to the largest:
        (category, band, part). They are smaller than the others of their band.
    edge_shape, sum_shape
        How unevenly the members beyond are spread at the start: the shape of a negative binomial distribution, geometric
        at 1, and the more uneven the nearer to 0. The first leaves as many enterprises with none beyond as there are,
        the second makes the sum of some of them as uncertain as it is.
    counts
        Enterprises, by `AXES`.
    pools
        Full members beyond `POOLED_FROM`, and probationary members, in enterprises with so many full members or more: by
        `POOL_AXES`.
    joint, joint_good, joint_places
        Joint organisations, the five-good ones among them, and the enterprises they have room for: (place, draw).
    instructed
        Enterprises that the instructors can look after: (draw,).
    """

    places: tuple[str, ...]
    categories: tuple[str, ...]
    staff: Array
    staff_without: Array
    edge_shape: float
    sum_shape: float
    counts: Array
    pools: Array
    joint: Array
    joint_good: Array
    joint_places: Array
    instructed: Array

    @property
    def draws(self) -> int:
        """How many draws it holds."""
        return int(self.counts.shape[-1])

    def repeated(self, draws: int) -> State:
        """The same state for several draws."""
        changes: dict[str, Any] = {name: np.repeat(getattr(self, name)[..., :1], draws, axis=-1) for name in CHANGING}
        return replace(self, **changes)

    def pooled(self) -> State:
        """The places added up to one of the name `all`."""
        axes = {"counts": 0, "pools": 1, "joint": 0, "joint_good": 0, "joint_places": 0}  # which of each is of places
        sums: dict[str, Any] = {name: getattr(self, name).sum(axis=axis, keepdims=True) for name, axis in axes.items()}
        return replace(self, places=("all",), **sums)

    @property
    def enterprises(self) -> Array:
        """Enterprises in all, one number a draw."""
        return each_draw(self.counts)

    @property
    def members(self) -> Array:
        """Members in all, full and probationary, one number a draw."""
        return np.asarray(np.einsum("pcsfhik,f->k", self.counts, FULL + PROBATION) + each_draw(self.pools))

    @property
    def mix(self) -> Array:
        """Share of each band of staff in its category: (category, band)."""
        held = self.counts[..., 0].sum(axis=over("place", "members", "holding", "instructor"))
        return np.asarray(held / np.maximum(held.sum(axis=1, keepdims=True), 1.0))


def state_of(cells: Cells, study: Study, *, pooled: bool = True) -> State:
    """The state that a study's cells describe, to the last enterprise and member.

    Of an enterprise with fewer than `POOLED_FROM` full members, probationary members beyond those that a class has count
    as full: they are within a year of it.

    Districts are added up where it is pooled; a path for the whole is then found a dozen times faster.

    Raises
    ------
    WorkbookError
        When there is no enterprise, or the cells come from returns.
    NotInDataError
        When members, organisations or instructors are not in the data.

    Examples
    --------
    >>> from analysis.coverage.sources import cells_of
    >>> from analysis.study import open_study
    >>> study = open_study("suzhou-2003")
    >>> state = state_of(cells_of(study), study)
    >>> state.enterprises.tolist(), state.members.tolist()
    ([252963.0], [56595.0])
    """
    if cells.limits is not None:
        what = (
            "{study}: a scenario starts from enterprises by place, category, band of staff, organisation, instructor "
            "and members, all together; the returns do not report {lacking}; allowed: a study with a register"
        )
        raise WorkbookError(said(what, study=study.id, lacking=joined(_lacking(cells.limits), "; ")))
    if lacking := lacking_in(cells):
        raise cells.without(lacking)
    if cells.table.empty:
        what = (
            "{study}: 0 operating enterprises, and a scenario starts from those there are; "
            "allowed: a register with at least one"
        )
        raise WorkbookError(said(what, study=study.id))
    state = _by_place(cells.table, study)
    return state.pooled() if pooled else state


def lacking_in(cells: Cells) -> tuple[str, ...]:
    """What a state is made of that is not in the data of these cells: nobody is moved whose start is unknown."""
    asked = ("members", "full_members", "organisation", "joint_lead", "instructor", "five_good")
    return tuple(name for name in asked if name in cells.unknown)


def _lacking(limits: Limits) -> list[str]:
    """What a state is made of that returns do not tell: their bands of staff would do."""
    classes = [str(full) for full in range(1, POOLED_FROM + 1) if full not in limits.full_members]
    return [
        *([said("which enterprises have {classes} full members", classes=any_of(classes))] if classes else []),
        "probationary members by class of members",
        "members apart for enterprises with and without an instructor",
        "five-good organisations by instructor and members",
    ]


def without_enterprises(cells: Cells, study: Study) -> tuple[District, ...]:
    """The districts that no enterprise is in: nothing happens there in any year."""
    held = set(cells.table.loc[cells.table["enterprises"] > 0, "district"].astype(str))
    return tuple(row for row in study.districts if row.id not in held)


def edges_of(study: Study) -> tuple[int, ...]:
    """Staff at which a band begins: wherever a target of the study draws a line."""
    return tuple(sorted({target.meant.staff_from for target in study.targets} - {0}))


def _by_place(table: pd.DataFrame, study: Study) -> State:
    """The state of a table of cells: each row's enterprises put where they stand along the axes."""
    import pandas as pd

    places, edges = tuple(row.id for row in study.districts), edges_of(study)
    categories = tuple(row.id for row in study.settings.categories)
    columns = {str(name): column.to_numpy() for name, column in table.items()}
    enterprises, members = columns["enterprises"], columns["members"]
    on_probation = members - columns["full_members"]
    most = ON_PROBATION_MOST[np.minimum(columns["full_members"], POOLED_FROM - 1)]
    surplus = np.maximum(on_probation - most, 0) * (columns["full_members"] < POOLED_FROM)
    full = np.minimum(columns["full_members"] + surplus, POOLED_FROM)
    top = full == POOLED_FROM
    where = {
        "place": pd.Index(places).get_indexer(pd.Index(columns["district"].astype(str))),
        "category": pd.Index(categories).get_indexer(pd.Index(columns["category"].astype(str))),
        "band": np.digitize(columns["staff"], edges),
        "members": SETTLED[full] + np.where(top, 0, on_probation - surplus),
        "holding": _holding(columns),
        "instructor": columns["instructor"],
        "draw": np.zeros(len(table), dtype=int),
    }
    shape = dict(zip(AXES, (len(places), len(categories), len(edges) + 1, len(FULL), 4, 2, 1), strict=True))

    def summed(values: np.ndarray, axes: tuple[str, ...], rows: np.ndarray | slice = slice(None)) -> Array:
        return _summed(values[rows], tuple(where[axis][rows] for axis in axes), tuple(shape[axis] for axis in axes))

    full_total = columns["full_members_total"] + surplus * enterprises
    held = full_total - POOLED_FROM * enterprises
    beyond, squares, waiting = (
        summed(values, POOL_AXES[1:], top)
        for values in (held, held * held / np.maximum(enterprises, 1), columns["members_total"] - full_total)
    )
    counts, of_kind = summed(enterprises, AXES), ("category", "band")
    exactly = float(enterprises[columns["full_members"] + surplus == POOLED_FROM].sum())
    edge_shape, sum_shape = shapes(
        *(one.sum(axis=0) for one in (counts[at(members=TOP)], beyond, squares)), exactly=exactly
    )
    staff = summed(columns["staff_total"], of_kind) / np.maximum(summed(enterprises, of_kind), 1)
    without = members == 0
    kinds = where["category"][without], where["band"][without]
    is_joint = np.where(where["holding"] == JOINT, 1, 0)
    return State(
        places=places,
        categories=categories,
        staff=staff,
        staff_without=_parts(columns["staff_total"][without], enterprises[without], kinds, staff),
        edge_shape=edge_shape,
        sum_shape=sum_shape,
        counts=counts,
        pools=np.stack([beyond, waiting]),
        joint=summed(columns["organisations"] * is_joint, ("place",))[:, None],
        joint_good=summed(columns["five_good_organisations"] * is_joint, ("place",))[:, None],
        joint_places=counts[at(holding=JOINT)].sum(axis=(1, 2, 3, 4)),
        instructed=np.array([counts[at(instructor=1)].sum()]),
    )


def _holding(columns: dict[str, np.ndarray]) -> np.ndarray:
    independent = columns["organisation"] == "independent"
    holding = np.where(independent, INDEPENDENT, np.where(columns["organisation"] == "joint", JOINT, NONE))
    return np.where(independent & (columns["five_good"] == 1), FIVE_GOOD, holding)


def _summed(values: np.ndarray, place: tuple[np.ndarray, ...], shape: tuple[int, ...]) -> Array:
    flat = np.ravel_multi_index(place, shape)
    sums: Array = np.bincount(flat, weights=values.astype(float), minlength=int(np.prod(shape))).astype(float)
    return sums.reshape(shape)


def _parts(total: np.ndarray, enterprises: np.ndarray, place: tuple[np.ndarray, ...], otherwise: Array) -> Array:
    """Mean staff of each of `PARTS` equal parts by size, by category and band; as otherwise where there is none."""
    found = np.repeat(otherwise[:, :, None], PARTS, axis=2)
    order = np.argsort(total / np.maximum(enterprises, 1), kind="stable")
    for band in set(zip(*(axis.tolist() for axis in place), strict=True)):
        own = order[(place[0][order] == band[0]) & (place[1][order] == band[1])]
        held, staff = (np.concatenate([[0.0], np.cumsum(values[own])]) for values in (enterprises, total))
        if held[-1] > 0:
            found[band] = np.diff(np.interp(np.linspace(0, held[-1], PARTS + 1), held, staff)) * PARTS / held[-1]
    return found
