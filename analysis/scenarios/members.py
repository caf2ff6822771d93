"""Members in one year: confirmed, leaving, arriving, admitted.

Every member leaves, and every full member brings in or recruits another, by chance of its own: of those below
`POOLED_FROM` full members, two at the most from or to one enterprise in a year, of the same mean.
"""

from __future__ import annotations

import numpy as np

from analysis.scenarios.chance import Array
from analysis.scenarios.state import BEYOND, FULL, NONE, POOLED_FROM, PROBATION, PROBATIONARY, SETTLED
from analysis.scenarios.year import AT_TOP, Year, total

_BY_CLASS = (slice(None),) * 3
_ONE = SETTLED[:-1] + 1  # the classes with one on probation, from no full member on
_TWO = SETTLED[2:-1] + 2  # those with two, from two full members on
_WAITING = np.concatenate([_ONE, _TWO])
_SOME = np.arange(1.0, POOLED_FROM)  # full members of the classes that have some, and are not pooled


def confirm(year: Year) -> None:
    """Last year's probationary members become full, or lapse."""
    waiting, share = year.counts[(*_BY_CLASS, _WAITING)], year.rates.confirmed_share
    with_one, with_two = waiting[:, :, :, : len(_ONE)], waiting[:, :, :, len(_ONE) :]
    passed, twice = _befallen(year, waiting, PROBATION[_WAITING], share)
    once, top = passed[:, :, :, : len(_ONE)], year.counts[AT_TOP]
    once[:, :, :, 2:] += passed[:, :, :, len(_ONE) :]  # of two on probation, one is confirmed
    passed_at_top = year.chance.some(year.pools[PROBATIONARY], share)
    were = total(with_one) + 2 * total(with_two) + total(year.pools[PROBATIONARY])
    year.flows["members_lapsed"] = were - total(once) - 2 * total(twice) - total(passed_at_top)
    counts = year.counts[(*_BY_CLASS, SETTLED)]
    counts[:, :, :, :-1] += with_one
    counts[:, :, :, 2:-1] += with_two
    year.counts = counts
    exactly, one_more = _at_edge(year, top, passed_at_top)
    _rise(year, once[:, :, :, 1:], twice, first=once[:, :, :, 0])
    each = np.where(year.counts[AT_TOP] > 0, year.counts[AT_TOP], 1.0)
    risen = once[:, :, :, -1] + twice[:, :, :, -2]
    year.at_edge = (top * exactly + risen) / each, (top * one_more + twice[:, :, :, -1]) / each
    year.pools[BEYOND] += passed_at_top
    year.pools[PROBATIONARY] = 0.0


def leave(year: Year) -> None:
    """Full members leave; an enterprise at the top falls below it where it has hardly more than so many."""
    rate = np.atleast_1d(year.rates.leaving_rate)
    once, twice = _befallen(year, year.counts[:, :, :, 1:-1], _SOME, rate)
    top, beyond = year.counts[AT_TOP], year.pools[BEYOND]
    any_of, second = _chances(np.array([POOLED_FROM, POOLED_FROM + 1.0]), rate)
    two_of = any_of * second
    exactly, one_more = year.at_edge
    by_one = exactly * (any_of[0] - two_of[0]) + one_more * two_of[1]
    by_two = exactly * two_of[0]
    fell = year.chance.some(top, by_one)
    fell_far = year.chance.some(top - fell, by_two / np.where(by_one < 1, 1 - by_one, 1.0))
    last = (fell + fell_far >= top) & (beyond > 0)  # someone must hold those beyond
    fell = np.where(last, np.clip(top - 1, 0.0, fell), fell)
    fell_far = np.where(last, np.clip(top - 1 - fell, 0.0, fell_far), fell_far)
    expected = rate * year.full_at_top - top * (by_one + 2 * by_two)
    gone = year.chance.some(beyond, np.clip(expected / np.where(beyond > 0, beyond, 1.0), 0.0, 1.0))
    year.counts[:, :, :, 1:-1] -= once
    year.counts[:, :, :, :-2] += once
    year.counts[:, :, :, 2:-1] -= twice
    year.counts[:, :, :, :-3] += twice
    year.counts[:, :, :, -1] -= fell + fell_far
    year.counts[:, :, :, -2] += fell
    year.counts[:, :, :, -3] += fell_far
    year.pools[BEYOND] -= gone
    year.flows["members_left"] = total(once) + 2 * total(twice) + total(fell) + 2 * total(fell_far) + total(gone)


def arrive(year: Year) -> None:
    """Members transfer in from elsewhere: first ones, and others in proportion to full members."""
    rate = np.atleast_1d(year.rates.arriving_rate)
    first = year.chance.some(year.counts[:, :, :, 0], year.per_staff(year.levers.transfer_per_100_staff))
    once, twice = _befallen(year, year.counts[:, :, :, 1:-1], _SOME, rate)
    at_top = year.chance.some(year.full_at_top, rate)
    _rise(year, once, twice, first=first)
    year.pools[BEYOND] += at_top
    year.flows["members_arrived"] = total(first) + total(once) + 2 * total(twice) + total(at_top)


def recruit(year: Year) -> None:
    """Members are admitted, and are on probation for a year.

    A first one needs an instructor or an organisation; others are recruited in proportion to full members.
    """
    rate = np.atleast_1d(year.levers.recruiting_rate)
    pace = np.ones((4, 1, 1)) * np.atleast_1d(np.ones_like(rate))
    pace[NONE] = year.rates.recruiting_without_organisation
    rate = np.minimum(rate * pace, 1.0)  # (holding, 1, draw)
    helped = np.ones((4, 2, 1))
    helped[NONE, 0] = 0.0
    first = year.chance.some(year.counts[:, :, :, 0], year.per_staff(year.levers.first_members_per_100_staff) * helped)
    once, twice = _befallen(year, year.counts[:, :, :, 1:-1], _SOME, rate)
    at_top = year.chance.some(year.full_at_top, rate)
    year.counts[:, :, :, 0] -= first
    year.counts[:, :, :, 1:-1] -= once
    year.counts[:, :, :, 2:-1] -= twice
    counts = np.empty((*year.counts.shape[:3], len(FULL), *year.counts.shape[4:]))
    counts[(*_BY_CLASS, SETTLED)] = year.counts
    counts[:, :, :, _ONE[0]] = first
    counts[(*_BY_CLASS, _ONE[1:])] = once
    counts[(*_BY_CLASS, _TWO)] = twice
    year.counts = counts
    year.pools[PROBATIONARY] += at_top
    year.flows["members_admitted"] = total(first) + total(once) + 2 * total(twice) + total(at_top)


def _befallen(year: Year, of: Array, members: Array, rate: Array) -> tuple[Array, Array]:
    """How many enterprises have one member whom an event befalls, and how many two.

    Parameters
    ----------
    of
        Enterprises by class: (place, category, band, class, holding, instructor, draw).
    members
        Of each class, to whom it may happen: those of one member first.
    rate
        The chance of each member: (draw,) or (holding, 1, draw).

    Returns
    -------
    array, array
        One: as `of`. Two: of the classes with two members or more.
    """
    any_of, second = _chances(members, np.atleast_1d(rate))
    single = int((members < 2).sum())
    once = year.chance.some(of, any_of)
    twice = year.chance.some(once[:, :, :, single:], second[single:])
    once[:, :, :, single:] -= twice
    return once, twice


def _chances(members: Array, rate: Array) -> tuple[Array, Array]:
    """The chance of one event or more among so many members, and of a second then, which keeps the mean.

    Exact for two members; of more, a third event counts with the second. Shape (class, holding or 1, 1, draw).
    """
    flat = (rate if rate.ndim == 3 else rate[None, None, :])[None]
    number = members[:, None, None, None]
    any_of = 1 - (1 - flat) ** number
    return any_of, np.clip((number * flat - any_of) / np.where(any_of > 0, any_of, 1.0), 0.0, 1.0)


def _rise(year: Year, once: Array, twice: Array, *, first: Array) -> None:
    """Enterprises gain one full member or two; beyond `POOLED_FROM` they are in the pool."""
    year.counts[:, :, :, 0] -= first
    year.counts[:, :, :, 1] += first
    year.counts[:, :, :, 1:-1] -= once
    year.counts[:, :, :, 2:] += once
    year.counts[:, :, :, 2:-1] -= twice
    year.counts[:, :, :, 4:] += twice[:, :, :, :-1]
    year.counts[:, :, :, -1] += twice[:, :, :, -1]
    year.pools[BEYOND] += twice[:, :, :, -1]


def _at_edge(year: Year, top: Array, confirmed: Array) -> tuple[Array, Array]:
    """Of the enterprises at the top, the shares with `POOLED_FROM` full members, and with one more, once some are confirmed.

    Members beyond are negative binomial of the cell's mean and the start's shape, and each full member is as likely to have
    brought in one of those confirmed.
    """
    mean, shape = year.pools[BEYOND] / np.where(top > 0, top, 1.0), year.edge_shape
    none = (shape / (shape + mean)) ** shape
    one = none * shape * mean / (shape + mean)
    held = POOLED_FROM * top + year.pools[BEYOND]
    gain = np.clip(confirmed / np.where(held > 0, held, 1.0), 0.0, 1.0)
    kept = (1 - gain) ** POOLED_FROM
    first = POOLED_FROM * gain * (1 - gain) ** (POOLED_FROM - 1)
    return none * kept, one * kept * (1 - gain) + none * first
