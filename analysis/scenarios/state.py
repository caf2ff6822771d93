"""Where things stand in one year, in bands, and what is read off it: what a scenario moves.

Enterprises are counted by place, category, band of staff, members, organisation and instructor. Below `POOLED_FROM` full
members both kinds of members are counted enterprise by enterprise (on probation: two at most, and one where there is one
full member or none), so that a threshold of three is crossed by those that stand next to it. From there on the members
beyond are kept as pools beside the counts, spread over the enterprises as unevenly as at the start. No person and no
enterprise is rounded away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from analysis.errors import among
from analysis.quantities import Label
from analysis.scenarios.random_draws import Array
from analysis.study_models import Target

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


COUNTS: Mapping[str, tuple[str, Label]] = {
    "enterprises": ("enterprises", Label("企业", "enterprises")),
    "members": ("persons", Label("党员", "members")),
    "covered": ("enterprises", Label("党组织覆盖的企业", "enterprises covered by an organisation")),
    "instructed": ("enterprises", Label("有指导员的企业", "enterprises with an instructor")),
    "organisations": ("organisations", Label("党组织", "organisations")),
    "five_good_organisations": ("organisations", Label("“五个好”党组织", "five-good organisations")),
}


HAD: Mapping[str, Mapping[str, slice]] = {  # where along the axes of holdings and instructors enterprises have it
    "member": {},
    "organisation": {"holding": slice(INDEPENDENT, None)},
    "instructor": {"instructor": only(1)},
    "five_good": {},
}


@dataclass(frozen=True)
class Rule:
    """A target as parts of the state's axes: from which band and class of members on it means enterprises."""

    target: Target
    band: int
    member_class: int


@dataclass(frozen=True)
class Measures:
    """What is read off every state of a path, in this order: `COUNTS`, then each rule's `ID.meant` and `ID.have`.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> from analysis.scenarios.start import measures_of
    >>> measures_of(open_study("suzhou-2003")).names[-2:]
    ('five_good.meant', 'five_good.have')
    """

    rules: tuple[Rule, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names, in the order of `of`."""
        return (*COUNTS, *(f"{rule.target.id}.{part}" for rule in self.rules for part in ("meant", "have")))

    def position(self, name: str) -> int:
        """Where a measure stands among them.

        Raises
        ------
        ParameterError
            When there is no such measure.
        """
        return self.names.index(among(name, self.names, what="measure"))

    def of(self, state: State) -> Array:
        """The measures of a state: (measure, draw)."""
        counts = state.counts.sum(axis=over("place", "category"), keepdims=True)
        people = np.einsum("pcsfhik,f->pcshik", counts, FULL + PROBATION) + state.pools.sum(axis=(0, 1, 2))
        organisations = each_draw(counts[at(holding=slice(INDEPENDENT, None, 2))]) + state.joint.sum(axis=0)
        good = each_draw(counts[at(holding=only(FIVE_GOOD))]) + state.joint_good.sum(axis=0)
        covered, instructed = counts[at(holding=slice(INDEPENDENT, None))], counts[at(instructor=only(1))]
        found = [each_draw(one) for one in (counts, people, covered, instructed)] + [organisations, good]
        for rule in self.rules:
            found += [organisations, good] if rule.target.counts == "organisations" else _counted(rule, counts, people)
        return np.stack(found)


def _counted(rule: Rule, counts: Array, people: Array) -> list[Array]:
    """Those meant, and those that have it: enterprises, or the members in them."""
    target, first = rule.target, rule.member_class
    asked = INDEPENDENT if target.meant.organisation else NONE
    meant: dict[str, Place] = {"band": slice(rule.band, None), "holding": slice(asked, None)}
    having = {**meant, **HAD[target.should_have]}
    if target.counts == "members":
        if first > 1:
            some = slice(first, None)
            people = np.einsum("pcsfhik,f->pcshik", counts[at(members=some)], (FULL + PROBATION)[some])
        return [each_draw(people[at_pool(**one)[1:]]) for one in (meant, having)]
    from_one = max(first, 1) if target.should_have == "member" else first
    return [
        each_draw(counts[at(**one, members=slice(start, None))]) for one, start in ((meant, first), (having, from_one))
    ]


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
    measures
        What is read off it: its bands are those of the study's targets.
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
    measures: Measures

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
