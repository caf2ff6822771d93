"""Where things stand in one year, in bands: what a scenario moves.

Enterprises are counted by place, category, band of staff, full members, organisation and instructor. Below three full
members an enterprise has at most one probationary member, so the counts of enterprises give its members; from three on
the members beyond are kept as pools beside the counts. No person and no enterprise is rounded away.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from analysis.coverage.cells import Cells
from analysis.coverage.selection import ids_checked
from analysis.errors import WorkbookError, one_of
from analysis.quantities import Status
from analysis.scenarios.chance import Array
from analysis.study import Study
from analysis.study_models import District

if TYPE_CHECKING:
    import pandas as pd

    from analysis.coverage.limits import Limits

FULL = np.array([0.0, 0.0, 1.0, 1.0, 2.0, 2.0, 3.0])  # full members of each class; the last is three or more
PROBATION = np.array([0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0])  # probationary members; those of the last are in a pool
TOP = len(FULL) - 1
OWN_FROM = 3  # full members from which an organisation of its own is founded: the party's constitution, article 29

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
    counts
        Enterprises: (place, category, band, full members, holding, instructor, draw).
    pools
        Full members beyond three, and probationary members, in enterprises with three or more full members:
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

    An enterprise with fewer than three full members and more than one probationary member counts all but one of these
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
            f"{study.id}: a scenario starts from enterprises by place, category, band of staff, organisation, instructor and "
            f"members, all together; the returns do not report {'; '.join(_lacking(cells.limits))}; allowed: a study with a "
            "register"
        )
    if lacking := lacking_in(cells):
        raise cells.without(lacking)
    table = cells.table
    if districts:
        _check_some(cells, study, districts)
        table = table[table["district"].isin(districts)]
    if table.empty:
        raise WorkbookError(
            f"{study.id}: 0 operating enterprises, and a scenario starts from those there are; allowed: a register with "
            "at least one"
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
    classes = [str(full) for full in range(1, OWN_FROM) if full not in limits.full_members]
    return [
        *([f"which enterprises have {' or '.join(classes)} full members"] if classes else []),
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
            raise WorkbookError(f'{study.id}: no district "{one}"; allowed: {one_of(known, seen=one)}')
    if empty.issuperset(districts):
        names = ", ".join(f"{row.id} ({row.name_en})" for row in study.districts if row.id in districts)
        some = one_of([one for one in known if one not in empty])
        raise WorkbookError(
            f"{study.id}, district {names}: 0 enterprises, and a scenario starts from those there are; allowed: a choice "
            f"with at least one of {some}"
        )


def _by_place(table: pd.DataFrame, study: Study, places: tuple[str, ...], status: Status) -> State:
    categories = tuple(row.id for row in study.settings.categories)
    edges = edges_of(study)
    shape = (len(places), len(categories), len(edges) + 1, len(FULL), 4, 2, 1)
    columns = {name: table[name].to_numpy() for name in table.columns}
    enterprises = columns["enterprises"]
    surplus = np.maximum(columns["members"] - columns["full_members"] - 1, 0) * (columns["full_members"] < OWN_FROM)
    full = np.minimum(columns["full_members"] + surplus, OWN_FROM)
    probation = np.where(full < OWN_FROM, np.minimum(columns["members"] - columns["full_members"], 1), 0)
    top = full == OWN_FROM
    independent = columns["organisation"] == "independent"
    holding = np.where(independent, INDEPENDENT, np.where(columns["organisation"] == "joint", JOINT, NONE))
    holding = np.where(independent & (columns["five_good"] == 1), FIVE_GOOD, holding)
    place = (
        _positions(columns["district"], places),
        _positions(columns["category"], categories),
        np.digitize(columns["staff"], edges),
        np.minimum(2 * full + probation, TOP),
        holding,
        columns["instructor"],
        np.zeros(len(table), dtype=int),
    )
    full_total = columns["full_members_total"] + surplus * enterprises
    probation_total = columns["members_total"] - full_total
    pool_place = tuple(axis[top] for position, axis in enumerate(place) if position != 3)
    pool_shape = shape[:3] + shape[4:]
    beyond = (full_total - OWN_FROM * enterprises)[top]
    joint = np.where(holding == JOINT, 1, 0)
    staff = _mean_staff(columns["staff_total"], enterprises, place[1:3], shape[1:3])
    counts = _summed(enterprises, place, shape)
    return State(
        places=places,
        categories=categories,
        edges=edges,
        staff=staff,
        counts=counts,
        pools=np.stack([_summed(held, pool_place, pool_shape) for held in (beyond, probation_total[top])]),
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


def _positions(ids: np.ndarray, known: tuple[str, ...]) -> np.ndarray:
    order = {name: position for position, name in enumerate(known)}
    names, inverse = np.unique(ids.astype(str), return_inverse=True)
    return np.array([order[name] for name in names])[inverse]
