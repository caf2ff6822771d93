"""The stages in which a synthetic register is drawn, and what each of them rests on.

A stage sees the assumptions that are named here and no others, and the stages that it comes after. So registers that
differ in an assumption share every stage that does not rest on it: their numbers are the same as if each were drawn alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from analysis.sources.synthetic_draws import (
    Ground,
    Random,
    draw_directly_managed,
    draw_five_good,
    draw_instructors,
    draw_members,
    draw_organisations,
    draw_staff,
)
from analysis.sources.synthetic_totals import assumed_of, totals_of
from analysis.study import Study

_Held = dict[tuple[Any, ...], tuple[Any, Any]]


class Luck(np.random.Generator):
    """A generator whose long rows of numbers are shared with others that reach the same state: the numbers are the same.

    The rows drawn so far and the state after each are `held`, which is added to.

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
class Stage:
    """A part of a register, drawn from its ground and a stream of its own, and what it rests on.

    The name of an assumption that ends in `_` stands for one of each category.
    """

    draw: Callable[[Ground, Random], Any]
    assumptions: tuple[str, ...]
    after: tuple[str, ...] = ()

    def rests_on(self, assumption: str) -> bool:
        """Whether it sees an assumption."""
        return any(assumption.startswith(one) if one.endswith("_") else assumption == one for one in self.assumptions)


@dataclass(eq=False)
class Draft:
    """Registers of one study and seed under changing assumptions: a stage is drawn again where what it rests on differs.

    Of each stage the first and the last drawn are held, so that memory does not grow with the registers.
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
        assumed = assumed_of(study)
        totals = totals_of(study, assumed)
        bare = replace(self.study, assumptions={})
        seeds = np.random.SeedSequence(self.seed).spawn(len(STAGES))
        drawn: dict[str, Any] = {}
        keys: dict[str, Any] = {}
        for (name, stage), own in zip(STAGES.items(), seeds, strict=True):
            seen = {one: value for one, value in assumed.items() if stage.rests_on(one)}
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


# Each stage has its own stream, so that a figure of one does not reshuffle the others. New stages go to the end.
STAGES: Mapping[str, Stage] = {
    "staff": Stage(draw_staff, ("staff_mean_", "staff_tail_", "staff_largest")),
    "organisations": Stage(
        draw_organisations,
        ("organisation_odds_", "organisation_by_staff", "joint_by_staff", "district_spread"),
        ("staff",),
    ),
    "members": Stage(
        draw_members,
        ("members_by_staff", "members_spread", "members_share_independent", "members_share_joint", "eligible_covered"),
        ("staff", "organisations"),
    ),
    "directly_managed": Stage(
        draw_directly_managed, ("organisation_odds_", "organisation_by_staff", "directly_managed_share"), ("staff",)
    ),
    "instructors": Stage(
        draw_instructors, ("instructor_odds_", "instructor_by_staff", "district_spread"), ("staff", "directly_managed")
    ),
    "five_good": Stage(draw_five_good, ("five_good_share", "district_spread"), ("staff", "organisations")),
}
