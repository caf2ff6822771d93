"""The stages in which a synthetic register is drawn, and what each of them rests on.

A stage sees the assumptions that are named here and no others, and the stages that it comes after. So registers that
differ in an assumption share every stage that does not rest on it: their numbers are the same as if each were drawn alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from analysis.errors import DataError
from analysis.sources.apportion import Integers
from analysis.sources.synthetic_assumed import Assumed, assumed_of
from analysis.sources.synthetic_constraints import refuse_contradictions
from analysis.sources.synthetic_draws import Flags, draw
from analysis.sources.synthetic_members import full_members_of, organised_of, probationary_of
from analysis.sources.synthetic_staff import Enterprises, enterprises_of
from analysis.sources.synthetic_totals import INSTEAD, Totals, missing_figures, totals_of
from analysis.study import Study

Random = np.random.Generator
_Held = dict[tuple[Any, ...], tuple[Any, Any]]


class Luck(np.random.Generator):
    """A generator whose long rows of numbers are shared with others that reach the same state: the numbers are the same.

    Parameters
    ----------
    seed
        As `numpy.random.default_rng` takes it.
    held
        Rows drawn so far, and the state after each; it is added to.

    Examples
    --------
    >>> held = {}
    >>> first, again, alone = Luck(7, held), Luck(7, held), np.random.default_rng(7)
    >>> first.gumbel(size=3).tolist() == again.gumbel(size=3).tolist() == alone.gumbel(size=3).tolist()
    True
    >>> first.random() == again.random() == alone.random()
    True
    """

    def __init__(self, seed: Any, held: _Held) -> None:
        super().__init__(np.random.default_rng(seed).bit_generator)
        self._held = held

    def gumbel(self, loc: Any = 0.0, scale: Any = 1.0, size: Any = None) -> Any:
        """As `numpy.random.Generator.gumbel`; rows are not to be changed."""
        return self._once((loc, scale, size, "gumbel"), lambda: super(Luck, self).gumbel(loc, scale, size))

    def normal(self, loc: Any = 0.0, scale: Any = 1.0, size: Any = None) -> Any:
        """As `numpy.random.Generator.normal`; rows are not to be changed."""
        return self._once((loc, scale, size, "normal"), lambda: super(Luck, self).normal(loc, scale, size))

    def _once(self, asked: tuple[Any, ...], draw: Callable[[], Any]) -> Any:
        key = (*asked, repr(self.bit_generator.state))
        if key not in self._held:
            numbers = draw()
            if isinstance(numbers, np.ndarray):
                numbers.flags.writeable = False
            self._held[key] = numbers, self.bit_generator.state
        numbers, self.bit_generator.state = self._held[key]
        return numbers


@dataclass(frozen=True)
class Ground:
    """What one stage is drawn from: the study without its assumptions, the totals, and the assumptions it rests on."""

    study: Study
    totals: Totals
    assumed: Assumed
    before: Mapping[str, Any]


@dataclass(frozen=True)
class Stage:
    """A part of a register.

    Parameters
    ----------
    draw
        From its ground and a stream of its own.
    assumptions
        Those it rests on; a name that ends in `_` stands for one of each category.
    after
        The stages it rests on.
    """

    draw: Callable[[Ground, Random], Any]
    assumptions: tuple[str, ...]
    after: tuple[str, ...] = ()


@dataclass(eq=False)
class Draft:
    """Registers of one study and seed under changing assumptions: a stage is drawn again where what it rests on differs.

    Of each stage the first and the last drawn are held, so that memory does not grow with the registers.

    Parameters
    ----------
    seed
        From 0.
    """

    study: Study
    seed: int
    _held: dict[str, dict[Any, Any]] = field(default_factory=dict, init=False)
    _luck: _Held = field(default_factory=dict, init=False)

    def under(self, values: Mapping[str, float]) -> dict[str, Any]:
        """Every stage by name, with some assumptions at other values than the study's.

        Raises
        ------
        DataError, ConsistencyError
            As `synthetic.synthesise`.
        """
        moved = {
            name: self.study.assumptions[name].model_copy(update={"value": value}) for name, value in values.items()
        }
        study = replace(self.study, assumptions={**self.study.assumptions, **moved})
        assumed = _assumed(study)
        totals = totals_of(study, assumed)
        refuse_contradictions(study, totals, assumed)
        bare = replace(self.study, assumptions={})
        seeds = np.random.SeedSequence(self.seed).spawn(len(STAGES))
        drawn: dict[str, Any] = {}
        keys: dict[str, Any] = {}
        for (name, stage), own in zip(STAGES.items(), seeds, strict=True):
            seen = {one: value for one, value in assumed.items() if _is_of(stage, one)}
            keys[name] = (repr(totals), tuple(seen.values()), *(keys[one] for one in stage.after))
            held = self._held.setdefault(name, {})
            if keys[name] not in held:
                before = {one: drawn[one] for one in stage.after}
                found = stage.draw(Ground(bare, totals, seen, before), Luck(own, self._luck))
                for late in list(held)[1:]:
                    del held[late]
                held[keys[name]] = found
            drawn[name] = held[keys[name]]
        return drawn


def _assumed(study: Study) -> Assumed:
    """The assumptions; figures that are missing are told with those, all at once."""
    try:
        return assumed_of(study)
    except DataError as error:
        figures = [*missing_figures(study)]
        raise DataError([*figures, *error.problems], instead=INSTEAD) from None


def _is_of(stage: Stage, assumption: str) -> bool:
    return any(assumption.startswith(one) if one.endswith("_") else assumption == one for one in stage.assumptions)


def _staff(ground: Ground, rng: Random) -> Enterprises:
    return enterprises_of(ground.study, ground.totals, ground.assumed, rng=rng)


def _organisations(ground: Ground, rng: Random) -> Any:
    return organised_of(ground.study, ground.before["staff"], ground.totals, ground.assumed, rng=rng)


def _members(ground: Ground, rng: Random) -> tuple[Integers, Integers]:
    """Members in all, and the full members among them."""
    enterprises, organised = ground.before["staff"], ground.before["organisations"]
    full = full_members_of(enterprises, organised, ground.totals, ground.assumed, rng=rng)
    return full + probationary_of(enterprises, full, ground.totals, rng=rng), full


def _directly_managed(ground: Ground, rng: Random) -> Flags:
    """Enterprises that the city's industry systems manage: in city districts, the larger the likelier."""
    study, assumed, enterprises = ground.study, ground.assumed, ground.before["staff"]
    city = np.array([not row.kind.startswith("county") for row in study.districts])[enterprises.district]
    odds = enterprises.by_category(study, assumed, "organisation_odds_")
    weights = np.where(city, odds + enterprises.by_staff(assumed["organisation_by_staff"]), -np.inf)
    return draw(round(assumed["directly_managed_share"] * int(city.sum())), weights, rng=rng)


def _instructors(ground: Ground, rng: Random) -> Flags:
    """Enterprises with an instructor, those that reach the threshold of staff counted apart."""
    study, totals, assumed, enterprises = ground.study, ground.totals, ground.assumed, ground.before["staff"]
    odds = enterprises.by_category(study, assumed, "instructor_odds_")
    odds = odds + enterprises.by_district(study, assumed["district_spread"], rng=rng)
    odds = odds + np.log(assumed["instructor_odds_directly_managed"]) * ground.before["directly_managed"]
    odds = odds + enterprises.by_staff(assumed["instructor_by_staff"])
    if totals.threshold is None:
        return draw(totals.instructed, odds, rng=rng)
    large = enterprises.staff >= totals.threshold
    most = draw(totals.instructed_large, np.where(large, odds, -np.inf), rng=rng)
    rest = draw(totals.instructed - totals.instructed_large, np.where(large, -np.inf, odds), rng=rng)
    return most | rest


def _five_good(ground: Ground, rng: Random) -> Flags:
    """Organisations of the five-good standard, marked where they stand or at their lead."""
    assumed, organised = ground.assumed, ground.before["organisations"]
    holders = organised.independent | organised.leads
    effect = ground.before["staff"].by_district(ground.study, assumed["district_spread"], rng=rng)
    return draw(round(assumed["five_good_share"] * int(holders.sum())), np.where(holders, effect, -np.inf), rng=rng)


# Each stage has its own stream, so that a figure of one does not reshuffle the others. New stages go to the end.
STAGES: Mapping[str, Stage] = {
    "staff": Stage(_staff, ("staff_mean_", "staff_tail_", "staff_largest")),
    "organisations": Stage(
        _organisations, ("organisation_odds_", "organisation_by_staff", "joint_by_staff", "district_spread"), ("staff",)
    ),
    "members": Stage(
        _members,
        ("members_by_staff", "members_spread", "members_share_independent", "members_share_joint", "eligible_covered"),
        ("staff", "organisations"),
    ),
    "directly_managed": Stage(
        _directly_managed, ("organisation_odds_", "organisation_by_staff", "directly_managed_share"), ("staff",)
    ),
    "instructors": Stage(
        _instructors,
        ("instructor_odds_", "instructor_by_staff", "district_spread"),
        ("staff", "directly_managed"),
    ),
    "five_good": Stage(_five_good, ("five_good_share", "district_spread"), ("staff", "organisations")),
}
