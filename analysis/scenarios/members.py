"""Members in one year: confirmed, leaving, arriving, admitted."""

from __future__ import annotations

import numpy as np

from analysis.scenarios.chance import Array
from analysis.scenarios.state import BEYOND, NONE, PROBATIONARY
from analysis.scenarios.year import AT_TOP, Year, total

ONE_AND_TWO = (slice(None),) * 3 + (slice(2, 5, 2),)  # classes of one and of two full members, no probationary one
BELOW_THREE = (slice(None),) * 3 + (slice(0, 5, 2),)
ON_PROBATION = (slice(None),) * 3 + (slice(1, 6, 2),)
BELOW_ONE_MORE = (slice(None),) * 3 + (slice(2, 7, 2),)


def confirm(year: Year) -> Array:
    """Last year's probationary members become full, or lapse; how many lapsed."""
    waiting = year.counts[ON_PROBATION].copy()
    passed = year.chance.some(waiting, year.rates.confirmed_share)
    passed_at_top = year.chance.some(year.pools[PROBATIONARY], year.rates.confirmed_share)
    lapsed = total(waiting - passed) + total(year.pools[PROBATIONARY] - passed_at_top)
    year.exactly_three = _exactly_three(year.counts[AT_TOP], year.pools[BEYOND], passed_at_top, passed[:, :, :, -1])
    year.counts[ON_PROBATION] = 0.0
    year.counts[BELOW_THREE] += waiting - passed
    year.counts[BELOW_ONE_MORE] += passed
    year.pools[BEYOND] += passed_at_top
    year.pools[PROBATIONARY] = 0.0
    return lapsed


def leave(year: Year) -> Array:
    """Full members leave; how many.

    From three on, an enterprise falls to two when one of exactly three leaves. Below, at most one leaves an enterprise.
    """
    rate = np.atleast_1d(year.rates.leaving_rate)
    left = year.chance.some(year.counts[ONE_AND_TWO], _any_of(rate, (1, 2)))
    top, beyond = year.counts[AT_TOP], year.pools[BEYOND]
    falling = year.exactly_three * (1 - (1 - rate) ** 3)
    fell = year.chance.some(top, falling)
    fell = np.where((fell >= top) & (beyond > 0), np.maximum(top - 1, 0.0), fell)  # someone must hold those beyond
    expected = rate * year.full_at_top - top * falling
    gone = year.chance.some(beyond, np.clip(expected / np.where(beyond > 0, beyond, 1.0), 0.0, 1.0))
    year.counts[ONE_AND_TWO] -= left
    year.counts[:, :, :, 0:3:2] += left
    year.counts[AT_TOP] -= fell
    year.counts[:, :, :, 4] += fell
    year.pools[BEYOND] -= gone
    return total(left) + total(fell) + total(gone)


def arrive(year: Year) -> Array:
    """Members transfer in from elsewhere; how many."""
    rate = np.atleast_1d(year.rates.arriving_rate)
    first = year.per_staff(year.levers.transfer_per_100_staff)
    chances = _by_class(first, _any_of(rate, (1, 2)), year)
    more = year.chance.some(year.counts[BELOW_THREE], chances)
    more_at_top = year.chance.some(year.full_at_top, rate)
    year.counts[BELOW_THREE] -= more
    year.counts[BELOW_ONE_MORE] += more
    year.pools[BEYOND] += more_at_top
    return total(more) + total(more_at_top)


def recruit(year: Year) -> Array:
    """Members are admitted, and are on probation for a year; how many.

    A first one needs an instructor or an organisation; others are recruited in proportion to full members.
    """
    rate = np.atleast_1d(year.levers.recruiting_rate)
    pace = np.ones((4, 1, 1)) * np.atleast_1d(np.ones_like(rate))
    pace[NONE] = year.rates.recruiting_without_organisation
    rate = np.minimum(rate * pace, 1.0)  # (holding, 1, draw)
    helped = np.ones((4, 2, 1))
    helped[NONE, 0] = 0.0
    first = year.per_staff(year.levers.first_members_per_100_staff) * helped
    more = year.chance.some(year.counts[BELOW_THREE], _by_class(first, _any_of(rate, (1, 2)), year))
    more_at_top = year.chance.some(year.full_at_top, rate)
    year.counts[BELOW_THREE] -= more
    year.counts[ON_PROBATION] += more
    year.pools[PROBATIONARY] += more_at_top
    return total(more) + total(more_at_top)


def _exactly_three(top: Array, beyond: Array, confirmed: Array, risen: Array) -> Array:
    """The share of the enterprises with three or more full members that have three: of those that were there and gain
    those confirmed, and of those that rise to three.

    Members beyond three, and those confirmed there, are each taken to be spread geometrically over the enterprises: of a
    mean m, one in (1 + m) has none. All that rise have three.
    """
    none_beyond = top / np.where(top > 0, top + beyond, 1.0)
    none_confirmed = top / np.where(top > 0, top + confirmed, 1.0)
    all_of_them = top + risen
    return np.asarray((top * none_beyond * none_confirmed + risen) / np.where(all_of_them > 0, all_of_them, 1.0))


def _any_of(rate: Array, members: tuple[int, ...]) -> Array:
    """The chance that one or more of so many members does: a leading axis for the members, then that of the rate."""
    flat = rate if rate.ndim == 3 else rate[None, None, :]
    return np.stack([1 - (1 - flat) ** number for number in members])


def _by_class(first: Array, others: Array, year: Year) -> Array:
    """Chances for the classes of no, one and two full members: (1, category, band, class, holding, instructor, draw)."""
    categories, bands = year.staff.shape
    draws = year.counts.shape[-1]
    chances = np.empty((1, categories, bands, 3, 4, 2, draws))
    chances[0, :, :, 0] = first
    chances[0, :, :, 1:] = others
    return chances
