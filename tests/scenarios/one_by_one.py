"""The same year enterprise by enterprise, written apart from the workbook's own: what its cells are held against.

Each member of an enterprise leaves, each probationary member is confirmed, by itself; nothing is approximated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.scenarios.state import FIVE_GOOD, FULL, INDEPENDENT, JOINT, NONE, PROBATION, TOP, State

Flags = np.ndarray[Any, np.dtype[np.bool_]]
Whole = np.ndarray[Any, np.dtype[np.int64]]


@dataclass
class Register:
    """One row an enterprise; joint organisations and their places beside."""

    category: Whole
    band: Whole
    full: Whole
    probation: Whole
    holding: Whole
    instructor: Whole
    joint: float
    joint_good: float
    joint_places: float
    instructed: float

    @property
    def members(self) -> int:
        return int((self.full + self.probation).sum())


def spelled_out(state: State, rng: np.random.Generator) -> Register:
    """A register that a pooled state describes; members beyond three fall on enterprises as geometric numbers do."""
    cells = state.counts[0, ..., 0].astype(int)
    index = np.repeat(np.arange(cells.size), cells.reshape(-1))
    category, band, row, holding, instructor = np.unravel_index(index, cells.shape)
    full, probation = FULL[row].astype(int), PROBATION[row].astype(int)
    for place in np.ndindex(*state.pools.shape[2:6]):
        c, s, h, i = place
        where = np.flatnonzero((row == TOP) & (category == c) & (band == s) & (holding == h) & (instructor == i))
        for pool, target in ((state.pools[0, 0], full), (state.pools[1, 0], probation)):
            people = int(pool[(*place, 0)])
            if where.size and people:
                np.add.at(target, where, _geometric(where.size, people, rng))
    return Register(
        category, band, full, probation, holding, instructor,
        float(state.joint.sum()), float(state.joint_good.sum()), float(state.joint_places.sum()), float(state.instructed[0]),
    )  # fmt: skip


def _geometric(enterprises: int, people: int, rng: np.random.Generator) -> Whole:
    """Stars and bars: every division of the people among the enterprises is as likely."""
    bars = np.sort(rng.choice(people + enterprises - 1, enterprises - 1, replace=False))
    return np.diff(np.concatenate([[-1], bars, [people + enterprises - 1]])) - 1


def year(one: Register, rates: dict[str, float], state: State, mix: Any, rng: np.random.Generator) -> Register:
    """A year by the rules of `analysis.scenarios.dynamics`."""

    def happens(chance: Any, size: int) -> Flags:
        return rng.random(size) < chance

    names = state.categories
    by = lambda prefix: np.array([rates[f"{prefix}_{name}"] for name in names])  # noqa: E731
    opening = np.clip(by("exit_rate") + by("growth_rate") * rates["enterprise_growth"], 0, 1)
    opened = rng.binomial(np.bincount(one.category, minlength=len(names)), opening)
    closing = by("exit_rate")[one.category] * np.where(one.band > 0, rates["exit_large"], 1.0)
    stay = ~happens(closing, one.category.size)
    parts = (one.category, one.band, one.full, one.probation, one.holding, one.instructor)
    category, band, full, probation, holding, instructor = (part[stay] for part in parts)
    new = np.repeat(np.arange(len(names)), opened)
    as_today = happens(rates["entrant_size"], new.size)
    drawn = (rng.random(new.size)[:, None] > np.cumsum(mix[new], axis=1)).sum(axis=1)
    zeros = np.zeros(new.size, dtype=int)
    category, band = np.concatenate([category, new]), np.concatenate([band, np.where(as_today, drawn, 0)])
    full, probation, holding, instructor = (
        np.concatenate([part, zeros]) for part in (full, probation, holding, instructor)
    )
    size = category.size
    odds = mix[:, 1:] / np.where(mix[:, :-1] > 0, mix[:, :-1], np.inf)
    up = np.pad(np.minimum(odds * rates["staff_down"] * rates["staff_up"], 0.5), ((0, 0), (0, 1)))[category, band]
    luck = rng.random(size)
    rises = luck < up
    falls = ~rises & (luck < up + rates["staff_down"]) & (band > 0)
    band = band + rises - falls
    confirmed = rng.binomial(probation, rates["confirmed_share"])
    full, probation = full + confirmed, np.zeros(size, dtype=int)
    below = full < 3
    one_leaves = happens(1 - (1 - rates["leaving_rate"]) ** full, size)
    full = full - np.where(below, one_leaves & (full > 0), rng.binomial(full, rates["leaving_rate"]))
    staff = state.staff[category, band] / 100
    below, none = full < 3, full == 0
    chance = np.where(
        none, -np.expm1(-staff * rates["transfer_per_100_staff"]), 1 - (1 - rates["arriving_rate"]) ** full
    )
    full = full + np.where(below, happens(chance, size), rng.binomial(full, rates["arriving_rate"]))
    pace = rates["recruiting_rate"] * np.where(holding == NONE, rates["recruiting_without_organisation"], 1.0)
    below, none = full < 3, full == 0
    helped = (instructor == 1) | (holding != NONE)
    first = -np.expm1(-staff * rates["first_members_per_100_staff"]) * helped
    probation = np.where(
        below, happens(np.where(none, first, 1 - (1 - pace) ** full), size), rng.binomial(full, pace)
    ).astype(int)
    founds = (full >= 3) & happens(
        np.where(holding == NONE, rates["founding_rate"], np.where(holding == JOINT, rates["splitting_rate"], 0)), size
    )
    holding = np.where(founds, INDEPENDENT, holding)
    holding, joint, joint_places = _join(one, holding, band, full + probation, rates, len(state.edges), rng)
    instructed = max(one.instructed + rates["instructors_added"] * rates["enterprises_per_instructor"], 0)
    instructor = _instruct(instructor, band, instructed, rng)
    luck = rng.random(size)
    better = (holding == INDEPENDENT) & (luck < rates["five_good_rate"])
    worse = (holding == FIVE_GOOD) & (luck < rates["five_good_loss"])
    holding = np.where(better, FIVE_GOOD, np.where(worse, INDEPENDENT, holding))
    good = min(one.joint_good, joint)
    good += rng.binomial(int(joint - good), rates["five_good_rate"]) - rng.binomial(int(good), rates["five_good_loss"])
    return Register(category, band, full, probation, holding, instructor, joint, good, joint_places, instructed)


def _join(
    one: Register,
    holding: Whole,
    band: Whole,
    members: Whole,
    rates: dict[str, float],
    top: int,
    rng: np.random.Generator,
) -> tuple[Whole, float, float]:
    current = int((holding == JOINT).sum())
    with_member = np.flatnonzero((holding == NONE) & (members > 0))
    large = np.flatnonzero((holding == NONE) & (members == 0) & (band == top))
    need = np.ceil(max(with_member.size + large.size + current - one.joint_places, 0) / rates["joint_size"])
    founded = min(need, np.floor(rates["joint_organisations"] + rng.random()))
    joint_places = one.joint_places + founded * rates["joint_size"]
    slots = int(np.floor(max(joint_places - current, 0) + rng.random()))
    queue = np.concatenate([rng.permutation(with_member), rng.permutation(large)])[:slots]
    holding = holding.copy()
    holding[queue] = JOINT
    return holding, float(min(one.joint + founded, (holding == JOINT).sum())), joint_places


def _instruct(instructor: Whole, band: Whole, places: float, rng: np.random.Generator) -> Whole:
    instructor = instructor.copy()
    slots = places - instructor.sum()
    free = np.flatnonzero(instructor == (0 if slots > 0 else 1))
    order = rng.permutation(free)
    order = order[np.argsort(-band[order] if slots > 0 else band[order], kind="stable")]
    instructor[order[: int(np.floor(abs(slots) + rng.random()))]] = 1 if slots > 0 else 0
    return instructor
