"""Where a study's paths start: the state that its cells describe, and the counts it tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.coverage.cells import Cells
from analysis.coverage.selection import Selection
from analysis.errors import WorkbookError
from analysis.messages import any_of, joined, said
from analysis.scenarios.random_draws import Array, shapes
from analysis.scenarios.state import (
    AXES,
    FIVE_GOOD,
    FULL,
    HAD,
    INDEPENDENT,
    JOINT,
    NONE,
    ON_PROBATION_MOST,
    PARTS,
    POOL_AXES,
    POOLED_FROM,
    SETTLED,
    TOP,
    Measures,
    Rule,
    State,
    at,
)
from analysis.scenarios.targets import asked_by
from analysis.study import Study
from analysis.study_models import District, Target

if TYPE_CHECKING:
    import pandas as pd

    from analysis.coverage.returned import Limits


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
        measures=measures_of(study),
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


def measures_of(study: Study) -> Measures:
    """The measures of a study: for every target that the state can tell."""
    return Measures(tuple(rule for target in study.targets if (rule := _rule(target, edges_of(study))) is not None))


def _rule(target: Target, edges: tuple[int, ...]) -> Rule | None:
    meant = target.meant
    if target.should_have not in HAD or meant.members_from > 1 or meant.full_members_from > POOLED_FROM:
        return None
    if (target.should_have == "five_good") != (target.counts == "organisations"):
        return None
    member_class = max(meant.members_from, int(SETTLED[meant.full_members_from]))
    return Rule(target, (0, *edges).index(meant.staff_from), member_class)


_STARTS: tuple[tuple[str, Selection], ...] = (
    ("enterprises", Selection()),
    ("members_total", Selection()),
    ("enterprises", Selection(organisation="any")),
    ("enterprises", Selection(instructor="yes")),
    ("organisations", Selection()),
    ("five_good_organisations", Selection()),
)


def started_from(study: Study) -> tuple[str, ...]:
    """Addresses of the counts that every path of a study starts from: of `COUNTS`, then of each rule's meant and have.

    What a path gives for the years to come tells of these counts: nearly, and for a frozen base exactly.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> started_from(open_study("suzhou-2003"))[6:8]
    ('cells:enterprises?staff_from=50', 'cells:enterprises?staff_from=50&members_from=1')
    """
    rules = (one for rule in measures_of(study).rules for one in asked_by(rule.target))
    return tuple(dict.fromkeys(chosen.address(measure) for measure, chosen in (*_STARTS, *rules)))
