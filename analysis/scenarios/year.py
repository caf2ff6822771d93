"""What happens in one year, in the order in which it happens: to enterprises, members, organisations and instructors.

Every member leaves, and every full member brings in or recruits another, by chance of its own: of those below
`POOLED_FROM` full members, two at the most from or to one enterprise in a year, of the same mean.
An organisation stays as long as its enterprise does.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis.scenarios.assumptions import Rates
from analysis.scenarios.random_draws import Array, Chance, one_or_more
from analysis.scenarios.state import (
    BEYOND,
    CHANGING,
    FIVE_GOOD,
    FULL,
    INDEPENDENT,
    JOINT,
    NONE,
    OWN_FROM,
    POOLED_FROM,
    PROBATION,
    PROBATIONARY,
    SETTLED,
    State,
    at,
    at_pool,
    each_draw,
    each_place,
    only,
    over,
)

ONE_WAITING = SETTLED[:-1] + 1  # the classes with one on probation, from no full member on
TWO_WAITING = SETTLED[2:-1] + 2  # those with two, from two full members on
WAITING = np.concatenate([ONE_WAITING, TWO_WAITING])
SOME_FULL = np.arange(1.0, POOLED_FROM)  # full members of the classes that have some, and are not pooled
# places along the axis of members while nobody is on probation: as many as full members, the last `POOLED_FROM` or more
NOBODY, AT_TOP = at(members=0), at(members=-1)
FEW, FEW_MORE = at(members=slice(1, -1)), at(members=slice(2, -1))  # one full member or more, two or more; not pooled
TWO_FULL = slice(2, None)


class Year:
    """The working arrays of one year, with axes as in `State`; the state that it begins in is left as it is.

    `counts` is by members as in `State` when the year begins and ends, and by full members alone while nobody is on
    probation: from the confirmation of last year's to the admission of this year's.
    `mix` is that of the state in which the path starts.
    """

    def __init__(self, state: State, mix: Array, rates: Rates, chance: Chance) -> None:
        self.before, self.mix, self.rates, self.chance = state, mix, rates, chance
        self.counts, self.pools = state.counts.copy(), state.pools.copy()
        self.joint, self.joint_good, self.joint_places = state.joint, state.joint_good, state.joint_places
        self.instructed = state.instructed
        self.at_edge: tuple[Array, Array]  # at the top, the shares with `POOLED_FROM` full members, and with one more
        self.flows: dict[str, Array] = {}  # what came and went: after = before + flows

    def ended(self) -> State:
        """The state at its end."""
        return replace(self.before, **{name: getattr(self, name) for name in CHANGING})

    @property
    def full_at_top(self) -> Array:
        """Full members in enterprises at the top: axes as those of a pool."""
        return np.asarray(POOLED_FROM * self.counts[AT_TOP] + self.pools[BEYOND])

    def per_staff(self, hazard: Array) -> Array:
        """The chance that an enterprise without a member has one event or more, at a rate for each hundred staff.

        The mean over its sizes: of all at their mean staff it would be too high. Shape (category, band, 1, 1, draw).
        """
        expected = self.before.staff_without[:, :, :, None] / 100 * hazard
        return np.asarray(-np.expm1(-expected).mean(axis=2))[:, :, None, None, :]

    def shift(self, moved: Array, along: str, *, source: slice, target: slice) -> None:
        """Move enterprises along the axis of bands, holdings or instructors, their people with them."""
        here, there = at(**{along: source}), at(**{along: target})
        people_here, people_there = at_pool(**{along: source}), at_pool(**{along: target})
        people, whole = self.pools[people_here], self.counts[here][AT_TOP]
        gone = self.chance.portion(people, moved[AT_TOP], whole, shape=self.before.sum_shape)
        if not moved.any():
            return  # with its luck consumed
        self.pools[people_here] -= gone
        self.pools[people_there] += gone
        self.counts[here] -= moved
        self.counts[there] += moved

    def gain(self, once: Array, twice: Array, *, first: Array) -> None:
        """Enterprises gain one full member or two; beyond `POOLED_FROM` they are in the pool."""
        self.counts[NOBODY] -= first
        self.counts[at(members=1)] += first
        self.counts[FEW] -= once
        self.counts[at(members=TWO_FULL)] += once
        self.counts[FEW_MORE] -= twice
        self.counts[at(members=slice(4, None))] += twice[at(members=slice(-1))]
        self.counts[AT_TOP] += twice[AT_TOP]
        self.pools[BEYOND] += twice[AT_TOP]

    def befallen(self, of: Array, members: Array, rate: Array) -> tuple[Array, Array]:
        """How many of these enterprises have one member whom an event befalls; and of those with two or more, how many two.

        Parameters
        ----------
        members
            Of each class, to whom it may happen: those of one member first.
        rate
            The chance of each member: (draw,) or (holding, 1, draw).
        """
        any_of, second = one_or_more(members, rate)
        single = int((members < 2).sum())
        several = at(members=slice(single, None))
        once = self.chance.some(of, any_of)
        twice = self.chance.some(once[several], second[single:])
        once[several] -= twice
        return once, twice


def confirm(year: Year) -> None:
    """Last year's probationary members become full, or lapse."""
    waiting, share = year.counts[at(members=WAITING)], year.rates["confirmed_share"]
    ones, twos = at(members=slice(len(ONE_WAITING))), at(members=slice(len(ONE_WAITING), None))
    with_one, with_two = waiting[ones], waiting[twos]
    passed, twice = year.befallen(waiting, PROBATION[WAITING], share)
    once, top = passed[ones], year.counts[AT_TOP]
    once[at(members=TWO_FULL)] += passed[twos]  # of two on probation, one is confirmed
    passed_at_top = year.chance.some(year.pools[PROBATIONARY], share)
    were = each_draw(with_one) + 2 * each_draw(with_two) + each_draw(year.pools[PROBATIONARY])
    year.flows["members_lapsed"] = were - each_draw(once) - 2 * each_draw(twice) - each_draw(passed_at_top)
    counts = year.counts[at(members=SETTLED)]
    counts[at(members=slice(-1))] += with_one
    counts[FEW_MORE] += with_two
    year.counts = counts
    exactly, one_more = _at_edge(year, top, passed_at_top)
    year.gain(once[at(members=slice(1, None))], twice, first=once[NOBODY])
    each = np.where(year.counts[AT_TOP] > 0, year.counts[AT_TOP], 1.0)
    risen = once[AT_TOP] + twice[at(members=-2)]
    year.at_edge = (top * exactly + risen) / each, (top * one_more + twice[AT_TOP]) / each
    year.pools[BEYOND] += passed_at_top
    year.pools[PROBATIONARY] = 0.0


def turn_over(year: Year) -> None:
    """Enterprises close with the members in them; so many open as make up for it, and grow by the rate, in the mean.

    Where the rate is a decline faster than they close, more close, of all sizes alike.
    """
    rates = year.rates
    by_band = year.counts.sum(axis=over("members", "holding", "instructor"))
    before = by_band.sum(axis=2)  # (place, category, draw)
    closing = np.repeat(rates["exit_rate"][:, None], by_band.shape[2], axis=1)  # (category, band, draw)
    closing[:, 1:] *= rates["exit_large"]
    closing = np.minimum(closing, 1.0)
    balance = np.einsum("pcsk,csk->pck", by_band, closing) / np.where(before > 0, before, 1.0)
    balance += rates["growth_rate"] * year.rates["enterprise_growth"]  # what opens, or closes on top
    closing = np.minimum(closing + np.maximum(-balance, 0.0)[:, :, None], 1.0)
    closed = year.chance.some(year.counts, closing[:, :, :, None, None, None])
    gone = year.chance.portion(year.pools, closed[AT_TOP], year.counts[AT_TOP], shape=year.before.sum_shape)
    opened = year.chance.some(before, np.clip(balance, 0.0, 1.0))
    year.flows["opened"], year.flows["closed"] = each_draw(opened), each_draw(closed)
    year.flows["members_closed"] = np.einsum("pcsfhik,f->k", closed, FULL[SETTLED]) + each_draw(gone)
    year.counts -= closed
    year.pools -= gone
    year.counts[at(members=0, holding=NONE, instructor=0)] += _sized(year, opened)


def resize(year: Year) -> None:
    """Moves between neighbouring bands: up as often as keeps today's mix against the moves down, times a factor."""
    lower, upper = slice(0, -1), slice(1, None)
    down = np.broadcast_to(year.rates["staff_down"], (year.counts.shape[-1],))
    odds = year.mix[:, upper] / np.where(year.mix[:, lower] > 0, year.mix[:, lower], np.inf)
    up = np.minimum(odds[:, :, None] * down * year.rates["staff_up"], 0.5)[:, :, None, None, None]
    rising = year.chance.some(year.counts[at(band=lower)], up)
    staying = year.counts[at(band=upper)].copy()
    staying[at(band=lower)] -= rising[at(band=upper)]
    can_rise = np.concatenate([up[:, 1:], np.zeros_like(up[:, :1])], axis=1)  # the uppermost cannot
    falling = year.chance.some(staying, down / (1 - can_rise))
    year.shift(rising, "band", source=lower, target=upper)
    year.shift(falling, "band", source=upper, target=lower)


def leave(year: Year) -> None:
    """Full members leave; an enterprise at the top falls below it where it has hardly more than so many."""
    rate = year.rates["leaving_rate"]
    once, twice = year.befallen(year.counts[FEW], SOME_FULL, rate)
    top, beyond = year.counts[AT_TOP], year.pools[BEYOND]
    any_of, second = one_or_more(np.array([POOLED_FROM, POOLED_FROM + 1.0]), rate)
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
    year.counts[FEW] -= once
    year.counts[at(members=slice(0, -2))] += once
    year.counts[FEW_MORE] -= twice
    year.counts[at(members=slice(0, -3))] += twice
    year.counts[AT_TOP] -= fell + fell_far
    year.counts[at(members=-2)] += fell
    year.counts[at(members=-3)] += fell_far
    year.pools[BEYOND] -= gone
    at_top = each_draw(fell) + 2 * each_draw(fell_far) + each_draw(gone)
    year.flows["members_left"] = each_draw(once) + 2 * each_draw(twice) + at_top


def arrive(year: Year) -> None:
    """Members transfer in from elsewhere: first ones, and others in proportion to full members."""
    rate = year.rates["arriving_rate"]
    first = year.chance.some(year.counts[NOBODY], year.per_staff(year.rates["transfer_per_100_staff"]))
    once, twice = year.befallen(year.counts[FEW], SOME_FULL, rate)
    at_top = year.chance.some(year.full_at_top, rate)
    year.gain(once, twice, first=first)
    year.pools[BEYOND] += at_top
    year.flows["members_arrived"] = each_draw(first) + each_draw(once) + 2 * each_draw(twice) + each_draw(at_top)


def recruit(year: Year) -> None:
    """Members are admitted, and are on probation for a year.

    A first one needs an instructor or an organisation; others are recruited in proportion to full members.
    """
    rate = year.rates["recruiting_rate"]
    pace = np.ones((4, 1, rate.size))
    pace[NONE] = year.rates["recruiting_without_organisation"]
    rate = np.minimum(rate * pace, 1.0)  # (holding, 1, draw)
    helped = np.ones((4, 2, 1))
    helped[NONE, 0] = 0.0
    first = year.chance.some(year.counts[NOBODY], year.per_staff(year.rates["first_members_per_100_staff"]) * helped)
    once, twice = year.befallen(year.counts[FEW], SOME_FULL, rate)
    at_top = year.chance.some(year.full_at_top, rate)
    year.counts[NOBODY] -= first
    year.counts[FEW] -= once
    year.counts[FEW_MORE] -= twice
    counts = np.empty((*year.counts.shape[:3], len(FULL), *year.counts.shape[4:]))
    counts[at(members=SETTLED)] = year.counts
    counts[at(members=ONE_WAITING[0])] = first
    counts[at(members=ONE_WAITING[1:])] = once
    counts[at(members=TWO_WAITING)] = twice
    year.counts = counts
    year.pools[PROBATIONARY] += at_top
    year.flows["members_admitted"] = each_draw(first) + each_draw(once) + 2 * each_draw(twice) + each_draw(at_top)


def found(year: Year) -> None:
    """Enterprises with three or more full members found an organisation of their own."""
    own = at(members=slice(SETTLED[OWN_FROM], None))
    for holding, rate in ((NONE, year.rates["founding_rate"]), (JOINT, year.rates["splitting_rate"])):
        room = year.counts[at(holding=only(holding))]
        moved = np.zeros_like(room)
        moved[own] = year.chance.some(room[own], rate)
        year.shift(moved, "holding", source=only(holding), target=only(INDEPENDENT))


def join(year: Year) -> None:
    """Joint organisations are founded and their places filled, within each place (in the sense of the state's axis).

    Enterprises with a member come first, then those of the uppermost band of staff without one. No more joint
    organisations are founded than there are enterprises to fill them.
    """
    largest = at(band=slice(-1, None), members=slice(0, 1))
    free = year.counts[at(holding=NONE)]
    with_member, large = free.copy(), free[largest]
    with_member[NOBODY] = 0.0
    size = year.rates["joint_size"]
    current = each_place(year.counts[at(holding=JOINT)])
    unserved = each_place(with_member) + each_place(large) + current - year.joint_places
    need = year.chance.whole(np.maximum(unserved, 0.0) / size)
    founded = year.chance.fill(need[None], year.rates["joint_organisations"][None])[0]
    year.joint = year.joint + founded
    year.joint_places = year.joint_places + founded * size
    slots = np.maximum(year.joint_places - current, 0.0)
    moved = year.chance.fill(with_member, slots)
    left = np.maximum(slots - each_place(moved), 0.0)
    moved[largest] += year.chance.fill(large, left)
    year.shift(moved[:, :, :, :, None], "holding", source=only(NONE), target=only(JOINT))
    year.joint = np.minimum(year.joint, each_place(year.counts[at(holding=JOINT)]))
    year.joint_good = np.minimum(year.joint_good, year.joint)


def instruct(year: Year) -> None:
    """Instructors' places go to the uppermost band of staff first; where there are too few, the lowest lose theirs."""
    added = year.rates["instructors_added"]
    reach = np.where(added > 0, year.rates["enterprises_per_instructor"], year.rates["reach_today"])
    year.instructed = np.maximum(year.instructed + added * reach, 0.0)
    slots = year.instructed - each_draw(year.counts[at(instructor=1)])
    for source, wanted in ((0, slots), (1, -slots)):  # from being without one, and back to it
        order = slice(None, None, -1 if source == 0 else 1)
        room = np.moveaxis(year.counts[at(instructor=source)], over("band"), over("place"))[order]  # band after band
        whole = each_place(room)
        earlier = np.cumsum(whole, axis=0) - whole
        taken = year.chance.fill(room, np.clip(wanted - earlier, 0.0, whole))[order]
        moved = np.moveaxis(taken, over("place"), over("band"))[:, :, :, :, :, None]
        year.shift(moved, "instructor", source=only(source), target=only(1 - source))


def judge(year: Year) -> None:
    """Organisations become five-good, or fall below the standard."""
    ordinary, good = only(INDEPENDENT), only(FIVE_GOOD)
    rose = year.chance.some(year.counts[at(holding=ordinary)], year.rates["five_good_rate"])
    fell = year.chance.some(year.counts[at(holding=good)], year.rates["five_good_loss"])
    year.shift(rose, "holding", source=ordinary, target=good)
    year.shift(fell, "holding", source=good, target=ordinary)
    joint_rose = year.chance.some(year.joint - year.joint_good, year.rates["five_good_rate"])
    joint_fell = year.chance.some(year.joint_good, year.rates["five_good_loss"])
    year.joint_good = year.joint_good + joint_rose - joint_fell


def _sized(year: Year, opened: Array) -> Array:
    """New enterprises by band: some as those of today, the others small; (place, category, band, draw)."""
    share = year.mix[:, :, None] * year.rates["entrant_size"]
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


def _at_edge(year: Year, top: Array, confirmed: Array) -> tuple[Array, Array]:
    """Of the enterprises at the top, the shares with `POOLED_FROM` full members, and with one more, once some are confirmed.

    Members beyond are negative binomial of the cell's mean and the start's shape, and each full member is as likely to have
    brought in one of those confirmed.
    """
    mean, shape = year.pools[BEYOND] / np.where(top > 0, top, 1.0), year.before.edge_shape
    none = (shape / (shape + mean)) ** shape
    one = none * shape * mean / (shape + mean)
    held = POOLED_FROM * top + year.pools[BEYOND]
    gain = np.clip(confirmed / np.where(held > 0, held, 1.0), 0.0, 1.0)
    kept = (1 - gain) ** POOLED_FROM
    first = POOLED_FROM * gain * (1 - gain) ** (POOLED_FROM - 1)
    return none * kept, one * kept * (1 - gain) + none * first
