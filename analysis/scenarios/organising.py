"""Organisations and instructors in one year: founded, joined, assigned, judged."""

from __future__ import annotations

import numpy as np

from analysis.scenarios.chance import Array
from analysis.scenarios.state import FIVE_GOOD, INDEPENDENT, JOINT, NONE, OWN_FROM, SETTLED
from analysis.scenarios.year import Year

_AT_HOLDING = (slice(None),) * 4
_OWN = slice(SETTLED[OWN_FROM], None)  # classes with members enough


def found(year: Year) -> None:
    """Enterprises with three or more full members found an organisation of their own."""
    for holding, rate in ((NONE, year.levers.founding_rate), (JOINT, year.rates.splitting_rate)):
        source = slice(holding, holding + 1)
        room = year.counts[:, :, :, _OWN, source]
        moved = np.zeros_like(year.counts[(*_AT_HOLDING, source)])
        moved[:, :, :, _OWN] = year.chance.some(room, rate)
        year.shift(moved, axis=4, source=source, target=slice(INDEPENDENT, INDEPENDENT + 1))


def join(year: Year) -> None:
    """Joint organisations are founded and their places filled, within each place (in the sense of the state's axis).

    Enterprises with a member come first, then those of the uppermost band of staff without one. No more joint
    organisations are founded than there are enterprises to fill them.
    """
    free = year.counts[:, :, :, :, NONE]
    with_member, large = free.copy(), free[:, :, -1:, :1]
    with_member[:, :, :, 0] = 0.0
    size = np.atleast_1d(year.levers.joint_size)
    current = _each_place(year.counts[:, :, :, :, JOINT])
    unserved = _each_place(with_member) + _each_place(large) + current - year.joint_places
    need = year.chance.whole(np.maximum(unserved, 0.0) / size)
    founded = year.chance.fill(need[None], np.atleast_1d(year.levers.joint_organisations)[None])[0]
    year.joint = year.joint + founded
    year.joint_places = year.joint_places + founded * size
    slots = np.maximum(year.joint_places - current, 0.0)
    moved = year.chance.fill(with_member, slots)
    left = np.maximum(slots - _each_place(moved), 0.0)
    moved[:, :, -1:, :1] += year.chance.fill(large, left)
    year.shift(moved[:, :, :, :, None], axis=4, source=slice(NONE, NONE + 1), target=slice(JOINT, JOINT + 1))
    year.joint = np.minimum(year.joint, _each_place(year.counts[:, :, :, :, JOINT]))
    year.joint_good = np.minimum(year.joint_good, year.joint)


def instruct(year: Year) -> None:
    """Instructors' places go to the uppermost band of staff first; where there are too few, the lowest lose theirs."""
    added = np.atleast_1d(year.levers.instructors_added)
    reach = np.where(added > 0, year.levers.enterprises_per_instructor, year.rates.reach_today)
    year.instructed = np.maximum(year.instructed + added * reach, 0.0)
    slots = year.instructed - _everywhere(year.counts[:, :, :, :, :, 1])
    _assign(year, slots, source=0)
    _assign(year, -slots, source=1)


def judge(year: Year) -> None:
    """Organisations become five-good, or fall below the standard."""
    ordinary, good = slice(INDEPENDENT, INDEPENDENT + 1), slice(FIVE_GOOD, FIVE_GOOD + 1)
    rose = year.chance.some(year.counts[(*_AT_HOLDING, ordinary)], year.levers.five_good_rate)
    fell = year.chance.some(year.counts[(*_AT_HOLDING, good)], year.rates.five_good_loss)
    year.shift(rose, axis=4, source=ordinary, target=good)
    year.shift(fell, axis=4, source=good, target=ordinary)
    joint_rose = year.chance.some(year.joint - year.joint_good, year.levers.five_good_rate)
    joint_fell = year.chance.some(year.joint_good, year.rates.five_good_loss)
    year.joint_good = year.joint_good + joint_rose - joint_fell


def _assign(year: Year, slots: Array, *, source: int) -> None:
    """Fill so many slots, band after band, from (0) or back to (1) being without an instructor."""
    room = np.moveaxis(year.counts[:, :, :, :, :, source], 2, 0)[:: -1 if source == 0 else 1]
    whole = _each_place(room)
    earlier = np.cumsum(whole, axis=0) - whole
    taken = year.chance.fill(room, np.clip(slots - earlier, 0.0, whole))[:: -1 if source == 0 else 1]
    moved = np.moveaxis(taken, 0, 2)[:, :, :, :, :, None]
    year.shift(moved, axis=5, source=slice(source, source + 1), target=slice(1 - source, 2 - source))


def _each_place(values: Array) -> Array:
    return np.asarray(values.reshape(values.shape[0], -1, values.shape[-1]).sum(axis=1))


def _everywhere(values: Array) -> Array:
    return np.asarray(values.reshape(-1, values.shape[-1]).sum(axis=0))
