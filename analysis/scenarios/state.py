"""Where things stand in one year, in bands: what a scenario moves.

Enterprises are counted by place, category, band of staff, members, organisation and instructor. Below `POOLED_FROM` full
members both kinds of members are counted enterprise by enterprise (on probation: two at most, and one where there is one
full member or none), so that a threshold of three is crossed by those that stand next to it. From there on the members
beyond are kept as pools beside the counts, spread over the enterprises as unevenly as at the start. No person and no
enterprise is rounded away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from analysis.coverage.cells import Cells
from analysis.coverage.selection import ids_checked
from analysis.errors import WorkbookError, one_of
from analysis.messages import any_of, joined, said
from analysis.quantities import Status
from analysis.scenarios.chance import Array
from analysis.study import Study
from analysis.study_models import District

if TYPE_CHECKING:
    import pandas as pd

    from analysis.coverage.limits import Limits

OWN_FROM = 3  # full members from which an organisation of its own is founded: the party's constitution, article 29
POOLED_FROM = (
    5  # full members from which they are pooled: two above the threshold, or the count at it drifts in ten years
)
ON_PROBATION_MOST = np.minimum(np.maximum(np.arange(POOLED_FROM), 1), 2)  # by full members
_CLASSES = [(full, one) for full in range(POOLED_FROM) for one in range(ON_PROBATION_MOST[full] + 1)]
FULL = np.array(
    [*(full for full, _ in _CLASSES), POOLED_FROM], dtype=float
)  # of each class; the last is so many or more
PROBATION = np.array(
    [*(one for _, one in _CLASSES), 0], dtype=float
)  # probationary members; those of the last are in a pool
TOP = len(FULL) - 1
SETTLED = np.flatnonzero(PROBATION == 0)  # the class of each number of full members that has none on probation
SHAPES = (0.05, 20.0)  # the least and the most even that members beyond are taken to be
PARTS = 8  # sizes by which enterprises of a band without a member are told apart

NONE, INDEPENDENT, JOINT, FIVE_GOOD = range(4)  # holdings; a five-good one is independent
BEYOND, PROBATIONARY = range(2)  # pools


@dataclass(frozen=True, eq=False)
class State:
    """The enterprises, members, organisations and instructors of a study in one year, for one or more draws.

    Parameters
    ----------
    places, categories
        Ids along the first two axes; one place of the name `all` where districts are pooled.
    edges
        Staff from which each band after the first begins.
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
        Enterprises: (place, category, band, members, holding, instructor, draw).
    pools
        Full members beyond `POOLED_FROM`, and probationary members, in enterprises with so many full members or more:
        (pool, place, category, band, holding, instructor, draw).
    joint, joint_good, joint_places
        Joint organisations, the five-good ones among them, and the enterprises they have room for: (place, draw).
    instructed
        Enterprises that the instructors can look after: (draw,).
    status
        Of the numbers at the start.
    """

    places: tuple[str, ...]
    categories: tuple[str, ...]
    edges: tuple[int, ...]
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
    status: Status

    @property
    def draws(self) -> int:
        """How many draws it holds."""
        return int(self.counts.shape[-1])

    def repeated(self, draws: int) -> State:
        """The same state for several draws."""
        return replace(
            self,
            counts=np.repeat(self.counts[..., :1], draws, axis=-1),
            pools=np.repeat(self.pools[..., :1], draws, axis=-1),
            joint=np.repeat(self.joint[..., :1], draws, axis=-1),
            joint_good=np.repeat(self.joint_good[..., :1], draws, axis=-1),
            joint_places=np.repeat(self.joint_places[..., :1], draws, axis=-1),
            instructed=np.repeat(self.instructed[:1], draws),
        )

    def pooled(self) -> State:
        """The places added up to one of the name `all`."""
        return replace(
            self,
            places=("all",),
            counts=self.counts.sum(axis=0, keepdims=True),
            pools=self.pools.sum(axis=1, keepdims=True),
            joint=self.joint.sum(axis=0, keepdims=True),
            joint_good=self.joint_good.sum(axis=0, keepdims=True),
            joint_places=self.joint_places.sum(axis=0, keepdims=True),
        )

    @property
    def enterprises(self) -> Array:
        """Enterprises in all, one number a draw."""
        return np.asarray(self.counts.reshape(-1, self.draws).sum(axis=0))

    @property
    def members(self) -> Array:
        """Members in all, full and probationary, one number a draw."""
        held = np.einsum("pcsfhik,f->k", self.counts, FULL + PROBATION)
        return np.asarray(held + self.pools.reshape(-1, self.draws).sum(axis=0))


def state_of(cells: Cells, study: Study, *, pooled: bool = True, districts: tuple[str, ...] = ()) -> State:
    """The state that a study's cells describe, to the last enterprise and member.

    Of an enterprise with fewer than `POOLED_FROM` full members, probationary members beyond those that a class has count
    as full: they are within a year of it.

    Parameters
    ----------
    pooled
        Add the districts up; a path for the whole is then found a dozen times faster.
    districts
        Only these; all where empty.

    Raises
    ------
    WorkbookError
        When a district is unknown, there is no enterprise in those asked for, or the cells come from returns.
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
        raise WorkbookError(
            said(
                "{study}: a scenario starts from enterprises by place, category, band of staff, organisation, instructor "
                "and members, all together; the returns do not report {lacking}; allowed: a study with a register",
                study=study.id,
                lacking=joined(_lacking(cells.limits), "; "),
            )
        )
    if lacking := lacking_in(cells):
        raise cells.without(lacking)
    table = cells.table
    if districts:
        _check_some(cells, study, districts)
        table = table[table["district"].isin(districts)]
    if table.empty:
        raise WorkbookError(
            said(
                "{study}: 0 operating enterprises, and a scenario starts from those there are; allowed: a register with "
                "at least one",
                study=study.id,
            )
        )
    state = _by_place(table, study, districts or tuple(row.id for row in study.districts), cells.status)
    return state.pooled() if pooled else state


def lacking_in(cells: Cells) -> tuple[str, ...]:
    """What a state is made of that is not in the data of these cells: nobody is moved whose start is unknown."""
    return tuple(
        name
        for name in ("members", "full_members", "organisation", "joint_lead", "instructor", "five_good")
        if name in cells.unknown
    )


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


def _check_some(cells: Cells, study: Study, districts: tuple[str, ...]) -> None:
    """Refuse districts that are unknown, and a choice of districts that holds no enterprise."""
    ids_checked(districts=districts)
    known, empty = [row.id for row in study.districts], {row.id for row in without_enterprises(cells, study)}
    for one in districts:
        if one not in known:
            raise WorkbookError(
                said(
                    '{study}: no district "{one}"; allowed: {allowed}',
                    study=study.id,
                    one=one,
                    allowed=one_of(known, seen=one),
                )
            )
    if empty.issuperset(districts):
        names = ", ".join(f"{row.id} ({row.name_en})" for row in study.districts if row.id in districts)
        some = one_of([one for one in known if one not in empty])
        raise WorkbookError(
            said(
                "{study}, district {names}: 0 enterprises, and a scenario starts from those there are; allowed: a choice "
                "with at least one of {some}",
                study=study.id,
                names=names,
                some=some,
            )
        )


def _by_place(table: pd.DataFrame, study: Study, places: tuple[str, ...], status: Status) -> State:
    categories = tuple(row.id for row in study.settings.categories)
    edges = edges_of(study)
    shape = (len(places), len(categories), len(edges) + 1, len(FULL), 4, 2, 1)
    columns = {name: table[name].to_numpy() for name in table.columns}
    enterprises = columns["enterprises"]
    few = np.minimum(columns["full_members"], POOLED_FROM - 1)
    on_probation = columns["members"] - columns["full_members"]
    surplus = np.maximum(on_probation - ON_PROBATION_MOST[few], 0) * (columns["full_members"] < POOLED_FROM)
    full = np.minimum(columns["full_members"] + surplus, POOLED_FROM)
    top = full == POOLED_FROM
    independent = columns["organisation"] == "independent"
    holding = np.where(independent, INDEPENDENT, np.where(columns["organisation"] == "joint", JOINT, NONE))
    holding = np.where(independent & (columns["five_good"] == 1), FIVE_GOOD, holding)
    place = (
        _positions(columns["district"], places),
        _positions(columns["category"], categories),
        np.digitize(columns["staff"], edges),
        SETTLED[full] + np.where(top, 0, on_probation - surplus),
        holding,
        columns["instructor"],
        np.zeros(len(table), dtype=int),
    )
    full_total = columns["full_members_total"] + surplus * enterprises
    probation_total = columns["members_total"] - full_total
    pool_place = tuple(axis[top] for position, axis in enumerate(place) if position != 3)
    pool_shape = shape[:3] + shape[4:]
    held = (full_total - POOLED_FROM * enterprises)[top]
    beyond, squares = (
        _summed(values, pool_place, pool_shape) for values in (held, held * held / np.maximum(enterprises[top], 1))
    )
    exactly = float(enterprises[columns["full_members"] + surplus == POOLED_FROM].sum())
    joint = np.where(holding == JOINT, 1, 0)
    staff = _mean_staff(columns["staff_total"], enterprises, place[1:3], shape[1:3])
    without = columns["members"] == 0
    at_without = tuple(axis[without] for axis in place[1:3])
    counts = _summed(enterprises, place, shape)
    edge_shape, sum_shape = _shapes(
        *(one.sum(axis=0) for one in (counts[:, :, :, TOP], beyond, squares)), exactly=exactly
    )
    return State(
        places=places,
        categories=categories,
        edges=edges,
        staff=staff,
        staff_without=_parts(columns["staff_total"][without], enterprises[without], at_without, staff),
        edge_shape=edge_shape,
        sum_shape=sum_shape,
        counts=counts,
        pools=np.stack([beyond, _summed(probation_total[top], pool_place, pool_shape)]),
        joint=_summed(columns["organisations"] * joint, place[:1], shape[:1])[:, None],
        joint_good=_summed(columns["five_good_organisations"] * joint, place[:1], shape[:1])[:, None],
        joint_places=counts[:, :, :, :, JOINT].sum(axis=(1, 2, 3, 4)),
        instructed=np.array([counts[:, :, :, :, :, 1].sum()]),
        status=status,
    )


def _summed(values: np.ndarray, place: tuple[np.ndarray, ...], shape: tuple[int, ...]) -> Array:
    flat = np.ravel_multi_index(place, shape)
    sums: Array = np.bincount(flat, weights=values.astype(float), minlength=int(np.prod(shape))).astype(float)
    return sums.reshape(shape)


def _mean_staff(
    total: np.ndarray, enterprises: np.ndarray, place: tuple[np.ndarray, ...], shape: tuple[int, ...]
) -> Array:
    """Mean staff by category and band; nought where there is no enterprise."""
    staff, count = _summed(total, place, shape), _summed(enterprises, place, shape)
    return np.asarray(staff / np.maximum(count, 1))


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


def _shapes(top: Array, beyond: Array, squares: Array, *, exactly: float) -> tuple[float, float]:
    """The shapes at which members beyond, negative binomial of each cell's mean, are none as often, and vary as much."""
    n = top[top > 0]
    mean = beyond[top > 0] / n
    varying = float((squares[top > 0] - n * mean * mean).sum())
    return (
        _where_falls_to(exactly, lambda shape: float(n @ (shape / (shape + mean)) ** shape)),
        _where_falls_to(varying, lambda shape: float((n * mean * (mean + shape) * (n - 1) / (1 + n * shape)).sum())),
    )


def _where_falls_to(wanted: float, falling: Callable[[float], float]) -> float:
    """Where a function that falls comes down to a value, by halving; geometric where it is nought from the beginning."""
    low, high = SHAPES
    if falling(low) <= 0:
        return 1.0
    for _ in range(40):
        middle = float(np.sqrt(low * high))
        low, high = (middle, high) if falling(middle) > wanted else (low, middle)
    return low


def _positions(ids: np.ndarray, known: tuple[str, ...]) -> np.ndarray:
    order = {name: position for position, name in enumerate(known)}
    names, inverse = np.unique(ids.astype(str), return_inverse=True)
    return np.array([order[name] for name in names])[inverse]
