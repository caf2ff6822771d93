"""What a state says: counts in all, and for each target those meant and those that have it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.coverage.selection import Selection
from analysis.errors import ParameterError, one_of
from analysis.messages import said
from analysis.quantities import Label
from analysis.scenarios.random_draws import Array
from analysis.scenarios.state import (
    FIVE_GOOD,
    FULL,
    INDEPENDENT,
    NONE,
    POOLED_FROM,
    PROBATION,
    SETTLED,
    Place,
    State,
    at,
    at_pool,
    each_draw,
    edges_of,
    only,
    over,
)
from analysis.scenarios.targets import asked_by
from analysis.study import Study
from analysis.study_models import Target

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
        if name not in self.names:
            allowed = one_of(self.names, seen=name, most=30)
            raise ParameterError(said('no measure "{name}"; allowed: {allowed}', name=name, allowed=allowed))
        return self.names.index(name)

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


def measures_of(study: Study) -> Measures:
    """The measures of a study: for every target that the state can tell."""
    return Measures(tuple(rule for target in study.targets if (rule := _rule(target, edges_of(study))) is not None))


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


def readings_of(target: Target) -> list[tuple[int, str]]:
    """The readings of a target, by position, over both bases: `frozen` or `moving`.

    Where its readings speak of both bases themselves, they are taken as they are.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> targets = {target.id: target for target in open_study("suzhou-2003").targets}
    >>> readings_of(targets["five_good"])
    [(0, 'frozen'), (1, 'frozen'), (2, 'moving')]
    >>> readings_of(targets["organisation_3_full"])
    [(0, 'frozen'), (0, 'moving')]
    """
    if speaks_of_its_base(target):
        return [(position, str(reading.base)) for position, reading in enumerate(target.readings)]
    return [(position, base) for base in ("frozen", "moving") for position in range(len(target.readings))]


def speaks_of_its_base(target: Target) -> bool:
    """Whether a target's readings differ in their base."""
    return len({reading.base for reading in target.readings}) > 1


def deadline(target: Target, *, year: int, years: int) -> int:
    """The year a target is due: its own, or so many years on."""
    return target.deadline_year or year + years


def years_ahead(measures: Measures, *, year: int, years: int) -> int:
    """How many years a path needs for every target to come due."""
    last = max((deadline(rule.target, year=year, years=years) for rule in measures.rules), default=0)
    return max(years, last - year)


def _rule(target: Target, edges: tuple[int, ...]) -> Rule | None:
    meant = target.meant
    if target.should_have not in HAD or meant.members_from > 1 or meant.full_members_from > POOLED_FROM:
        return None
    if (target.should_have == "five_good") != (target.counts == "organisations"):
        return None
    member_class = max(meant.members_from, int(SETTLED[meant.full_members_from]))
    return Rule(target, (0, *edges).index(meant.staff_from), member_class)


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
