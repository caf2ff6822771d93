"""A state on its way through one year: arrays of its own that the steps of `dynamics` change in turn."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from analysis.scenarios.chance import Array, Chance
from analysis.scenarios.rates import Levers, Rates
from analysis.scenarios.state import BEYOND, TOP, State

AT_TOP = (slice(None),) * 3 + (TOP,)


@dataclass(frozen=True, eq=False)
class Start:
    """What the state a path starts in fixes for all its years.

    Parameters
    ----------
    mix
        Share of each band of staff in its category: shape (category, band).
    """

    mix: Array

    @classmethod
    def of(cls, state: State) -> Start:
        """From the first state of a path."""
        held = state.counts[..., 0].sum(axis=(0, 3, 4, 5))
        return cls(held / np.maximum(held.sum(axis=1, keepdims=True), 1.0))


@dataclass(eq=False)
class Year:
    """The working arrays of one year (axes as in `State`), and what they are moved by."""

    start: Start
    staff: Array
    rates: Rates
    levers: Levers
    chance: Chance
    counts: Array
    pools: Array
    joint: Array
    joint_good: Array
    joint_places: Array
    instructed: Array
    exactly_three: Array = field(
        default_factory=lambda: np.zeros(())
    )  # of those with three or more, once members are confirmed

    @classmethod
    def of(cls, state: State, start: Start, rates: Rates, levers: Levers, chance: Chance) -> Year:
        """A year that begins in a state; the state is left as it is."""
        return cls(
            start=start,
            staff=state.staff,
            rates=rates,
            levers=levers,
            chance=chance,
            counts=state.counts.copy(),
            pools=state.pools.copy(),
            joint=state.joint,
            joint_good=state.joint_good,
            joint_places=state.joint_places,
            instructed=state.instructed,
        )

    @property
    def full_at_top(self) -> Array:
        """Full members in enterprises with three or more: (place, category, band, holding, instructor, draw)."""
        return np.asarray(3 * self.counts[AT_TOP] + self.pools[BEYOND])

    def per_staff(self, hazard: Array) -> Array:
        """The chance of one event or more at a rate for each hundred staff: (category, band, 1, 1, draw)."""
        expected = self.staff[:, :, None] / 100 * np.atleast_1d(hazard)
        return np.asarray(-np.expm1(-expected))[:, :, None, None, :]

    def shift(self, moved: Array, *, axis: int, source: slice, target: slice) -> None:
        """Move enterprises along the axis of bands (2), holdings (4) or instructors (5), their people with them."""
        at = (slice(None),) * axis
        pool_at = (slice(None),) * (3 if axis == 2 else axis)
        whole = self.counts[(*at, source)][AT_TOP]
        people = self.pools[(*pool_at, source)]
        gone = self.chance.portion(people, moved[AT_TOP] / np.where(whole > 0, whole, 1.0))
        self.pools[(*pool_at, source)] -= gone
        self.pools[(*pool_at, target)] += gone
        self.counts[(*at, source)] -= moved
        self.counts[(*at, target)] += moved


def total(values: Array) -> Array:
    """The sum over everything but the draws."""
    return np.asarray(values.reshape(-1, values.shape[-1]).sum(axis=0))
