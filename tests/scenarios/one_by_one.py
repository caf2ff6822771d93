"""A city enterprise by enterprise, by the words of `simulation.STEPS` and apart from its code: what cells are held against.

Each enterprise has a staff of its own, each member leaves and each probationary member is confirmed by itself; nothing is
pooled, capped or spread. An enterprise that opens or comes to another band of staff takes the staff of one of the register
there, of its category, that has a member if it has one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from analysis.coverage.cells import Cells
from analysis.study import Study

Whole = np.ndarray[Any, np.dtype[np.int64]]
Numbers = np.ndarray[Any, np.dtype[np.float64]]

NOTHING, OWN, SHARED, GOOD = range(4)  # no organisation, one of its own, a joint one, a five-good one of its own


@dataclass(frozen=True)
class Enterprises:
    """One row an enterprise; what they share beside."""

    category: Whole
    band: Whole
    staff: Numbers
    full: Whole
    probation: Whole
    holding: Whole
    instructor: Whole
    joint: float
    joint_good: float
    joint_places: float
    instructed: float

    @property
    def members(self) -> Whole:
        return self.full + self.probation

    def rows(self, at: Any) -> Enterprises:
        """Some of the enterprises, in an order."""
        return replace(self, **{name: getattr(self, name)[at] for name in ROWS})

    def joined(self, other: Mapping[str, Any]) -> Enterprises:
        """With more enterprises after them; their columns default to nought."""
        size = len(other["category"])
        more = {name: other.get(name, np.zeros(size, dtype=getattr(self, name).dtype)) for name in ROWS}
        return replace(self, **{name: np.concatenate([getattr(self, name), more[name]]) for name in ROWS})


ROWS = tuple(field.name for field in fields(Enterprises))[:7]


def thinned(cells: Cells, every: int) -> Cells:
    """A smaller place: every so many enterprises of those in a row, joint organisations in proportion."""
    table = cells.table
    kept = np.repeat(np.arange(len(table)), table["enterprises"])[every // 2 :: every]
    count = np.bincount(kept, minlength=len(table))
    part = count / table["enterprises"].to_numpy()
    totals = [f"{name}_total" for name in ("staff", "members", "full_members")]
    small = table.assign(**{name: np.rint(table[name] * part).astype(int) for name in totals})
    independent = (table["organisation"] == "independent").to_numpy()
    own = {"organisations": independent * count, "five_good_organisations": independent * count * table["five_good"]}
    small = small.assign(enterprises=count, **own)[count > 0].reset_index(drop=True)
    first = small.index[small["organisation"] == "joint"][0]
    for name in own:
        small.loc[first, name] = round(float(table.loc[~independent, name].sum()) / every)
    return replace(cells, table=small)


class City:
    """A register's enterprises, and the year they live through."""

    def __init__(self, cells: Cells, study: Study) -> None:
        table = cells.table
        self.edges = sorted({target.meant.staff_from for target in study.targets} - {0})
        self.names = [row.id for row in study.settings.categories]
        at = np.repeat(np.arange(len(table)), table["enterprises"])

        def column(name: str) -> Any:
            return table[name].to_numpy()[at]

        staff = (table["staff_total"] / table["enterprises"]).to_numpy()[at]
        kind, good = column("organisation"), column("five_good") == 1
        holding = np.where(kind == "independent", np.where(good, GOOD, OWN), np.where(kind == "joint", SHARED, NOTHING))
        instructor = column("instructor").astype(int)
        joint = table[table["organisation"] == "joint"]
        self.today = Enterprises(
            category=np.array([self.names.index(name) for name in table["category"]])[at],
            band=np.digitize(staff, self.edges),
            staff=staff,
            full=_shared_out(table["full_members_total"], table["enterprises"]),
            probation=_shared_out(table["members_total"] - table["full_members_total"], table["enterprises"]),
            holding=holding,
            instructor=instructor,
            joint=float(joint["organisations"].sum()),
            joint_good=float(joint["five_good_organisations"].sum()),
            joint_places=float((holding == SHARED).sum()),
            instructed=float(instructor.sum()),
        )
        self.bands = len(self.edges) + 1
        self.shape = len(self.names), self.bands, 2
        key = self._key(self.today)
        self._staff = staff[np.argsort(key, kind="stable")]
        self._size = np.bincount(key, minlength=int(np.prod(self.shape)))
        self._first = np.cumsum(self._size) - self._size
        held = self._size.reshape(self.shape).sum(axis=2)
        self.mix = held / held.sum(axis=1, keepdims=True)

    def _key(self, now: Enterprises) -> Whole:
        return np.asarray((now.category * self.bands + now.band) * 2 + (now.members > 0))

    def _as_there(self, now: Enterprises, which: Any, rng: np.random.Generator) -> Enterprises:
        """The staff of one of the register, for those that have come to a band; of any there where none is like them."""
        which = np.flatnonzero(which)
        key = self._key(now.rows(which))
        key = np.where(self._size[key] > 0, key, key ^ 1)
        found = self._first[key] + np.floor(rng.random(which.size) * self._size[key]).astype(int)
        staff = now.staff.copy()
        staff[which] = self._staff[np.minimum(found, self._staff.size - 1)]
        return replace(now, staff=staff)

    def year(self, now: Enterprises, rates: Mapping[str, float], rng: np.random.Generator) -> Enterprises:
        """The eight steps."""
        now = self._opened_and_closed(now, rates, rng)
        now = self._resized(now, rates, rng)
        now = _with_members(now, rates, rng)
        chance = np.array([rates["founding_rate"], 0.0, rates["splitting_rate"], 0.0])[now.holding] * (now.full >= 3)
        now = replace(now, holding=np.where(rng.random(chance.size) < chance, OWN, now.holding))
        now = _joined(now, rates, self.bands - 1, rng)
        return _judged(_instructed(now, rates, rng), rates, rng)

    def _opened_and_closed(self, now: Enterprises, rates: Mapping[str, float], rng: np.random.Generator) -> Enterprises:
        exits, growth = (
            np.array([rates[f"{kind}_{name}"] for name in self.names]) for kind in ("exit_rate", "growth_rate")
        )
        before = np.bincount(now.category, minlength=len(self.names))
        closing = np.minimum(exits[now.category] * np.where(now.band > 0, rates["exit_large"], 1.0), 1.0)
        expected = np.bincount(now.category, weights=closing, minlength=len(self.names)) / np.maximum(before, 1)
        change = expected + growth * rates["enterprise_growth"]
        closing = closing + np.maximum(-change, 0.0)[now.category]
        opened = rng.binomial(before, np.clip(change, 0.0, 1.0))
        stay = rng.random(closing.size) >= closing
        new = np.repeat(np.arange(len(self.names)), opened)
        like_today = rng.random(new.size) < rates["entrant_size"]
        band = (rng.random(new.size)[:, None] > np.cumsum(self.mix, axis=1)[new][:, :-1]).sum(axis=1)
        found = now.rows(np.flatnonzero(stay)).joined({"category": new, "band": np.where(like_today, band, 0)})
        return self._as_there(found, np.arange(found.category.size) >= int(stay.sum()), rng)

    def _resized(self, now: Enterprises, rates: Mapping[str, float], rng: np.random.Generator) -> Enterprises:
        odds = self.mix[:, 1:] / np.where(self.mix[:, :-1] > 0, self.mix[:, :-1], np.inf)
        up = np.minimum(odds * rates["staff_down"] * rates["staff_up"], 0.5)
        up = np.concatenate([up, np.zeros((len(up), 1))], axis=1)[now.category, now.band]
        luck = rng.random(up.size)
        rises, falls = luck < up, (luck >= up) & (luck < up + rates["staff_down"]) & (now.band > 0)
        return self._as_there(replace(now, band=now.band + rises - falls), rises | falls, rng)


def _shared_out(people: Any, enterprises: Any) -> Whole:
    """Whole numbers for each enterprise of a cell, as even as can be: where members are many a cell tells only their sum."""
    each, rest = np.divmod(people.to_numpy().astype(int), enterprises.to_numpy())
    number = np.concatenate([np.arange(size) for size in enterprises])
    return np.asarray(np.repeat(each, enterprises) + (number < np.repeat(rest, enterprises)))


def _with_members(now: Enterprises, rates: Mapping[str, float], rng: np.random.Generator) -> Enterprises:
    """Confirmed or lapsed, leaving, transferred in, admitted: only few enterprises have members to whom it can happen."""
    full = now.full.copy()
    waiting = np.flatnonzero(now.probation)
    full[waiting] += rng.binomial(now.probation[waiting], rates["confirmed_share"])
    some = np.flatnonzero(full)
    full[some] -= rng.binomial(full[some], rates["leaving_rate"])
    some, none = np.flatnonzero(full), np.flatnonzero(full == 0)
    first = rng.random(none.size) < 1 - np.exp(-now.staff[none] / 100 * rates["transfer_per_100_staff"])
    full[some] += rng.binomial(full[some], rates["arriving_rate"])
    full[none] += first
    probation = np.zeros_like(full)
    some, none = np.flatnonzero(full), np.flatnonzero(full == 0)
    pace = np.where(now.holding[some] == NOTHING, rates["recruiting_without_organisation"], 1.0)
    probation[some] = rng.binomial(full[some], rates["recruiting_rate"] * pace)
    helped = (now.instructor[none] == 1) | (now.holding[none] != NOTHING)
    chance = 1 - np.exp(-now.staff[none] / 100 * rates["first_members_per_100_staff"])
    probation[none] = helped & (rng.random(none.size) < chance)
    return replace(now, full=full, probation=probation)


def _joined(now: Enterprises, rates: Mapping[str, float], last: int, rng: np.random.Generator) -> Enterprises:
    """Joint organisations, and who fills their places."""
    holding = now.holding.copy()
    current = int((holding == SHARED).sum())
    first = np.flatnonzero((holding == NOTHING) & (now.members > 0))
    second = np.flatnonzero((holding == NOTHING) & (now.members == 0) & (now.band == last))
    lacking = max(first.size + second.size + current - now.joint_places, 0)
    founded = min(np.ceil(lacking / rates["joint_size"]), np.floor(rates["joint_organisations"] + rng.random()))
    places = now.joint_places + founded * rates["joint_size"]
    free = int(np.floor(max(places - current, 0) + rng.random()))
    queue = np.concatenate([rng.permutation(first), rng.permutation(second)])[:free]
    holding[queue] = SHARED
    joint = min(now.joint + founded, current + queue.size)
    return replace(now, holding=holding, joint=float(joint), joint_places=float(places))


def _instructed(now: Enterprises, rates: Mapping[str, float], rng: np.random.Generator) -> Enterprises:
    """Instructors' places, the band of most staff first; withdrawn, the lowest first."""
    added = rates["instructors_added"]
    reach = rates["enterprises_per_instructor"] if added > 0 else rates["reach_today"]
    instructed = max(now.instructed + added * reach, 0.0)
    free = instructed - now.instructor.sum()
    to = 1 if free > 0 else 0
    queue = rng.permutation(np.flatnonzero(now.instructor == 1 - to))
    queue = queue[np.argsort(-now.band[queue] if to else now.band[queue], kind="stable")]
    instructor = now.instructor.copy()
    instructor[queue[: int(np.floor(abs(free) + rng.random()))]] = to
    return replace(now, instructor=instructor, instructed=instructed)


def _judged(now: Enterprises, rates: Mapping[str, float], rng: np.random.Generator) -> Enterprises:
    luck, gain, loss = rng.random(now.holding.size), rates["five_good_rate"], rates["five_good_loss"]
    better, worse = (now.holding == OWN) & (luck < gain), (now.holding == GOOD) & (luck < loss)
    holding = np.where(better, GOOD, np.where(worse, OWN, now.holding))
    good = min(now.joint_good, now.joint)
    good += rng.binomial(int(now.joint - good), gain) - rng.binomial(int(good), loss)
    return replace(now, holding=holding, joint_good=float(good))


def read_off(now: Enterprises, study: Study) -> dict[str, float]:
    """Counts in all, and of each measured target those meant and those that have it, by the words of targets.toml."""
    members, held = now.members, now.holding != NOTHING
    organisations = float(np.isin(now.holding, (OWN, GOOD)).sum() + now.joint)
    good = float((now.holding == GOOD).sum() + now.joint_good)
    found = {
        "enterprises": float(held.size),
        "members": float(members.sum()),
        "covered": float(held.sum()),
        "instructed": float(now.instructor.sum()),
        "organisations": organisations,
        "five_good_organisations": good,
    }
    having = {"member": members > 0, "organisation": held, "instructor": now.instructor == 1}
    for target in study.targets:
        rule = target.meant
        meant = (now.staff >= rule.staff_from) & (members >= rule.members_from) & (now.full >= rule.full_members_from)
        if target.counts == "organisations":
            numbers = organisations, good
        elif target.should_have in having:
            weight = members if target.counts == "members" else np.ones_like(members)
            numbers = float(weight[meant].sum()), float(weight[meant & having[target.should_have]].sum())
        else:
            continue
        found |= {f"{target.id}.meant": numbers[0], f"{target.id}.have": numbers[1]}
    return found


def lived(
    city: City, study: Study, rates: Mapping[str, float], *, years: int, rng: np.random.Generator
) -> list[dict[str, float]]:
    """What is read off the city year by year, from today on."""
    now, found = city.today, [read_off(city.today, study)]
    for _ in range(years):
        now = city.year(now, rates, rng)
        found.append(read_off(now, study))
    return found
