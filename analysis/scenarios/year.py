"""A state on its way through one year: arrays of its own that the steps of `dynamics` change in turn."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from analysis.scenarios.chance import Array, Chance
from analysis.scenarios.rates import Levers, Rates
from analysis.scenarios.state import BEYOND, POOLED_FROM, State

AT_TOP = (slice(None),) * 3 + (-1,)


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
    """The working arrays of one year (axes as in `State`), and what they are moved by.

    Parameters
    ----------
    counts
        By members as in `State` when the year begins and ends, and by full members alone while nobody is on probation: from
        the confirmation of last year's to the admission of this year's.
    at_edge
        Of those at the top, the shares that have `POOLED_FROM` full members, and one more, once members are confirmed.
    flows
        What came and went, by the names of `dynamics.Flows`.
    """

    start: Start
    staff_without: Array
    edge_shape: float
    sum_shape: float
    rates: Rates
    levers: Levers
    chance: Chance
    counts: Array
    pools: Array
    joint: Array
    joint_good: Array
    joint_places: Array
    instructed: Array
    at_edge: tuple[Array, Array] = field(default_factory=lambda: (np.zeros(()), np.zeros(())))
    flows: dict[str, Array] = field(default_factory=dict)

    @classmethod
    def of(cls, state: State, start: Start, rates: Rates, levers: Levers, chance: Chance) -> Year:
        """A year that begins in a state; the state is left as it is."""
        return cls(
            start=start,
            staff_without=state.staff_without,
            edge_shape=state.edge_shape,
            sum_shape=state.sum_shape,
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
        """Full members in enterprises at the top: (place, category, band, holding, instructor, draw)."""
        return np.asarray(POOLED_FROM * self.counts[AT_TOP] + self.pools[BEYOND])

    def per_staff(self, hazard: Array) -> Array:
        """The chance that an enterprise without a member has one event or more, at a rate for each hundred staff.

        The mean over its sizes: of all at their mean staff it would be too high. Shape (category, band, 1, 1, draw).
        """
        expected = self.staff_without[:, :, :, None] / 100 * np.atleast_1d(hazard)
        return np.asarray(-np.expm1(-expected).mean(axis=2))[:, :, None, None, :]

    def shift(self, moved: Array, *, axis: int, source: slice, target: slice) -> None:
        """Move enterprises along the axis of bands (2), holdings (4) or instructors (5), their people with them."""
        at = (slice(None),) * axis
        pool_at = (slice(None),) * (3 if axis == 2 else axis)
        whole = self.counts[(*at, source)][AT_TOP]
        people = self.pools[(*pool_at, source)]
        gone = self.chance.portion(people, moved[AT_TOP], whole, shape=self.sum_shape)
        if not moved.any():
            return  # with its luck consumed
        self.pools[(*pool_at, source)] -= gone
        self.pools[(*pool_at, target)] += gone
        self.counts[(*at, source)] -= moved
        self.counts[(*at, target)] += moved


def total(values: Array) -> Array:
    """The sum over everything but the draws."""
    return np.asarray(values.reshape(-1, values.shape[-1]).sum(axis=0))
