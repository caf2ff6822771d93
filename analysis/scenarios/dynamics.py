"""One year: what happens to enterprises, members, organisations and instructors, in this order.

1. Enterprises close, and new ones open, without members.
2. Enterprises grow and shrink from one band of staff to the next.
3. Probationary members become full members; members leave; others transfer in.
4. Members are admitted: in proportion to full members, and first ones where an instructor or an organisation is.
5. Enterprises with three or more full members found an organisation.
6. The places of joint organisations go to enterprises with members, then to the largest without.
7. Instructors go to the enterprises with most staff first.
8. Organisations become five-good, or cease to be.

The same function with or without chance: `chance.EXPECTED` gives the mean field, `chance.Drawn` a draw.
An organisation stays as long as its enterprise does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from analysis.scenarios import members, organising
from analysis.scenarios.chance import EXPECTED, Array, Chance
from analysis.scenarios.rates import Levers, Rates
from analysis.scenarios.state import FULL, NONE, PROBATION, State
from analysis.scenarios.year import AT_TOP, Start, Year, total


@dataclass(frozen=True, eq=False)
class Flows:
    """What came and went in a year, one number a draw: it balances the states before and after.

    Parameters
    ----------
    opened, closed
        Enterprises.
    members_closed
        Members whose enterprise closed; the other flows of members are named after what they did.
    """

    opened: Array
    closed: Array
    members_closed: Array
    members_lapsed: Array
    members_left: Array
    members_arrived: Array
    members_admitted: Array

    @property
    def enterprises(self) -> Array:
        """Net change of enterprises."""
        return self.opened - self.closed

    @property
    def members(self) -> Array:
        """Net change of members."""
        gone = self.members_closed + self.members_lapsed + self.members_left
        return self.members_arrived + self.members_admitted - gone


def step(
    state: State, rates: Rates, levers: Levers, *, start: Start | None = None, chance: Chance = EXPECTED
) -> tuple[State, Flows]:
    """The state a year later, and what came and went.

    Parameters
    ----------
    rates, levers
        Each a number for all draws, or one number a draw.
    start
        What the first state of the path fixes; this state where none is given.
    chance
        `EXPECTED`, or `Drawn` from a generator (the numbers of the state are whole then, and stay so).

    Returns
    -------
    State, Flows
        Enterprises and members after = before + flows, exactly in a draw and to rounding in the mean field.

    Examples
    --------
    >>> from analysis.coverage.sources import cells_of
    >>> from analysis.scenarios.rates import dynamics_of, rates_and_levers
    >>> from analysis.scenarios.state import state_of
    >>> from analysis.study import open_study
    >>> study = open_study("suzhou-2003")
    >>> state = state_of(cells_of(study), study)
    >>> values = {name: np.array([row.value]) for name, row in dynamics_of(study).items()}
    >>> after, flows = step(state, *rates_and_levers(values, state.categories))
    >>> bool(np.isclose(after.enterprises - state.enterprises, flows.enterprises)[0])
    True
    """
    year = Year.of(state, start or Start.of(state), rates, levers, chance)
    opened, closed, members_closed = _turnover(year)
    _resize(year)
    lapsed = members.confirm(year)
    left = members.leave(year)
    arrived = members.arrive(year)
    admitted = members.recruit(year)
    organising.found(year)
    organising.join(year)
    organising.instruct(year)
    organising.judge(year)
    after = replace(
        state,
        counts=year.counts,
        pools=year.pools,
        joint=year.joint,
        joint_good=year.joint_good,
        joint_places=year.joint_places,
        instructed=year.instructed,
    )
    return after, Flows(opened, closed, members_closed, lapsed, left, arrived, admitted)


def _turnover(year: Year) -> tuple[Array, Array, Array]:
    """Enterprises close with the members in them; new ones open by the size of their category before."""
    rates, levers = year.rates, year.levers
    before = year.counts.sum(axis=(2, 3, 4, 5))  # (place, category, draw)
    closing = np.repeat(rates.exit_rate[:, None], year.counts.shape[2], axis=1)
    closing[:, 1:] *= rates.exit_large
    closed = year.chance.some(year.counts, np.minimum(closing, 1.0)[:, :, None, None, None])
    top = year.counts[AT_TOP]
    gone = year.chance.portion(year.pools, closed[AT_TOP] / np.where(top > 0, top, 1.0))
    lost = np.einsum("pcsfhik,f->k", closed, FULL + PROBATION) + total(gone)
    year.counts -= closed
    year.pools -= gone
    opening = np.clip(rates.exit_rate + rates.growth_rate * levers.enterprise_growth, 0.0, 1.0)
    opened = year.chance.some(before, opening)
    year.counts[:, :, :, 0, NONE, 0] += _sized(year, opened)
    return total(opened), total(closed), lost


def _sized(year: Year, opened: Array) -> Array:
    """New enterprises by band: some as those of today, the others small; (place, category, band, draw)."""
    share = year.start.mix[:, :, None] * np.atleast_1d(year.rates.entrant_size)
    bands = share.shape[1]
    sized = np.zeros((*opened.shape[:2], bands, opened.shape[-1]))
    left, rest = opened, np.ones_like(share[:, 0])
    for band in range(bands - 1, 0, -1):
        given_not_larger = share[:, band] / np.where(rest > 0, rest, 1.0)  # where all are larger, none is left
        sized[:, :, band] = year.chance.some(left, np.clip(given_not_larger, 0.0, 1.0))
        left = left - sized[:, :, band]
        rest = rest - share[:, band]
    sized[:, :, 0] = left
    return sized


def _resize(year: Year) -> None:
    """Moves between neighbouring bands: up as often as keeps today's mix against the moves down, times a factor."""
    mix = year.start.mix
    down = np.broadcast_to(np.atleast_1d(year.rates.staff_down), (year.counts.shape[-1],))
    odds = mix[:, 1:] / np.where(mix[:, :-1] > 0, mix[:, :-1], np.inf)
    up = np.minimum(odds[:, :, None] * down * year.rates.staff_up, 0.5)[:, :, None, None, None]
    rising = year.chance.some(year.counts[:, :, :-1], up)
    staying = year.counts[:, :, 1:].copy()
    staying[:, :, :-1] -= rising[:, :, 1:]
    falling = year.chance.some(staying, _given_not(down, up))
    lower, upper = slice(0, -1), slice(1, None)
    year.shift(rising, axis=2, source=lower, target=upper)
    year.shift(falling, axis=2, source=upper, target=lower)


def _given_not(down: Array, up: Array) -> Array:
    """The chance of falling among those that do not rise: (category, band, 1, 1, 1, draw); the uppermost cannot rise."""
    rising = np.concatenate([up[:, 1:], np.zeros_like(up[:, :1])], axis=1)
    return np.asarray(down / (1 - rising))
