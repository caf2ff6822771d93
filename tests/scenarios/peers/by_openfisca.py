"""The expected year in OpenFisca: a person of the system is a cell. `python by_openfisca.py TASK.npz TIMES YEARS`.

OpenFisca brings law as data: parameters dated by decree, reforms, any period, a trace of every variable and a web
interface. It computes in single precision, and each rule is a variable of every cell.
"""

import json
import sys
import time

import numpy as np
from openfisca_core.entities import Entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

NONE, INDEPENDENT, JOINT, FIVE_GOOD = range(4)
MOST = 5  # full members from which they are pooled
CLASSES = [(full, one) for full in range(MOST) for one in range(min(max(full, 1), 2) + 1)] + [(MOST, 0)]
FULL, PROBATION = np.array(CLASSES, dtype=float).T
TOP = len(CLASSES) - 1
SHARED = ("joint", "joint_good", "joint_places", "instructed")  # one number of the whole, carried by every cell
STATE = ("count", "beyond", "waiting", *SHARED)

task = np.load(sys.argv[1])
rates = {name: np.float64(value) for name, value in json.loads(str(task["rates"])).items()}
names = json.loads(str(task["categories"]))
mix, staff, shape = task["mix"], task["staff"], task["counts"].shape
edge_shape = float(task["edge_shape"])
exit_rate, growth_rate = (
    np.array([rates[f"{kind}_{name}"] for name in names]) for kind in ("exit_rate", "growth_rate")
)
cell = Entity("cell", "cells", "Enterprises alike", "")


def table(values):
    """A vector over cells as (category, band, class, holding, instructor)."""
    return np.asarray(values, dtype=float).reshape(shape)


def share(part, whole):
    """Part of whole, nought of nought."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def moved(state, gone, axis, source, target):
    """Enterprises from one place of an axis to another, the people beyond with them."""
    count, beyond, waiting = state[:3]
    at, to = [slice(None)] * 5, [slice(None)] * 5
    at[axis], to[axis] = source, target
    at, to = tuple(at), tuple(to)
    part = np.zeros(shape)
    part[at] = share(gone, count[at])
    for pool in (beyond, waiting):
        people = pool[at] * part[at]
        pool[at] -= people
        pool[to] += people
    count[at] -= gone
    count[to] += gone


def turned_over(state):
    count, beyond, waiting = state[:3]
    by_band = count.sum(axis=(2, 3, 4))
    before = by_band.sum(axis=1)
    closing = np.repeat(exit_rate[:, None], shape[1], axis=1)
    closing[:, 1:] *= rates["exit_large"]
    closing = np.minimum(closing, 1)
    balance = share((by_band * closing).sum(axis=1), before) + growth_rate * rates["enterprise_growth"]
    closing = np.minimum(closing + np.maximum(-balance, 0)[:, None], 1)
    for values in (count, beyond, waiting):
        values *= (1 - closing)[:, :, None, None, None]
    opened = before * np.clip(balance, 0, 1)
    sized = opened[:, None] * mix * rates["entrant_size"]
    sized[:, 0] = opened - sized[:, 1:].sum(axis=1)
    count[:, :, 0, NONE, 0] += sized


def resized(state):
    count = state[0]
    odds = mix[:, 1:] / np.where(mix[:, :-1] > 0, mix[:, :-1], np.inf)
    up = np.minimum(odds * rates["staff_down"] * rates["staff_up"], 0.5)
    rising = count[:, :-1] * up[:, :, None, None, None]
    falling = count[:, 1:] * rates["staff_down"]
    moved(state, rising, 1, slice(0, -1), slice(1, None))
    moved(state, falling, 1, slice(1, None), slice(0, -1))


def befallen(of, members, rate):
    """Enterprises of so many members of whom an event befalls one, and two: a third counts with the second."""
    any_of = 1 - (1 - rate) ** members + 0 * of
    two = of * np.clip(members * rate - any_of, 0, any_of)
    return of * any_of - two, two


def at(full, one=0):
    """The place of a class."""
    return CLASSES.index((full, one))


def risen(state, full, by, gone, source):
    """Enterprises of a class gain one or two full members."""
    count, beyond = state[:2]
    count[:, :, source] -= gone
    count[:, :, at(min(full + by, MOST))] += gone
    beyond[:, :, TOP] += gone * max(full + by - MOST, 0)


def confirmed(state):
    """Members are confirmed; the shares of the top with as many full members as it begins with, and with one more."""
    count, beyond, waiting = state[:3]
    top, over, passing = (
        count[:, :, TOP].copy(),
        beyond[:, :, TOP].copy(),
        waiting[:, :, TOP] * rates["confirmed_share"],
    )
    to_top = [np.zeros_like(top), np.zeros_like(top)]
    for full, one in CLASSES[:-1]:
        if one:
            source, whole = at(full, one), count[:, :, at(full, one)].copy()
            for by, gone in enumerate(befallen(whole, one, rates["confirmed_share"]), start=1):
                risen(state, full, by, gone, source)
                if full + by >= MOST:
                    to_top[full + by - MOST] += gone
            count[:, :, at(full)] += count[:, :, source]
            count[:, :, source] = 0
    mean, gain = share(over, top), share(passing, MOST * top + over)
    none = (edge_shape / (edge_shape + mean)) ** edge_shape
    more = none * edge_shape * mean / (edge_shape + mean)
    kept = (1 - gain) ** MOST
    shares = none * kept, more * kept * (1 - gain) + none * MOST * gain * (1 - gain) ** (MOST - 1)
    beyond[:, :, TOP] += passing
    waiting[:] = 0
    return [share(top * part + new, count[:, :, TOP]) for part, new in zip(shares, to_top, strict=True)]


def peopled(state):
    exactly, one_more = confirmed(state)
    turned_over(state)
    resized(state)
    count, beyond, waiting = state[:3]
    rate, top = rates["leaving_rate"], count[:, :, TOP].copy()
    (one, two), (_, far) = befallen(exactly, MOST, rate), befallen(one_more, MOST + 1, rate)
    by_one, by_two = top * (one + far), top * two
    left = np.clip(rate * (MOST * top + beyond[:, :, TOP]) - by_one - 2 * by_two, 0, beyond[:, :, TOP])
    for full in range(1, MOST):
        for by, gone in enumerate(befallen(count[:, :, at(full)], full, rate), start=1):
            if by <= full:
                count[:, :, at(full)] -= gone
                count[:, :, at(full - by)] += gone
    count[:, :, TOP] -= by_one + by_two
    count[:, :, at(MOST - 1)] += by_one
    count[:, :, at(MOST - 2)] += by_two
    beyond[:, :, TOP] -= left
    first = by_staff(rates["transfer_per_100_staff"]) * count[:, :, at(0)]
    some = [befallen(count[:, :, at(full)].copy(), full, rates["arriving_rate"]) for full in range(1, MOST)]
    come = (MOST * count[:, :, TOP] + beyond[:, :, TOP]) * rates["arriving_rate"]
    risen(state, 0, 1, first, at(0))
    for full, gained in enumerate(some, start=1):
        for by, gone in enumerate(gained, start=1):
            risen(state, full, by, gone, at(full))
    beyond[:, :, TOP] += come
    pace = np.full((1, 1, 4, 1), rates["recruiting_rate"])
    pace[0, 0, NONE] *= rates["recruiting_without_organisation"]
    helped = np.ones((1, 1, 4, 2))
    helped[0, 0, NONE, 0] = 0
    first = by_staff(rates["first_members_per_100_staff"]) * helped * count[:, :, at(0)]
    count[:, :, at(0)] -= first
    count[:, :, at(0, 1)] += first
    for full in range(1, MOST):
        for by, gone in enumerate(befallen(count[:, :, at(full)].copy(), full, pace), start=1):
            if by <= full:
                count[:, :, at(full)] -= gone
                count[:, :, at(full, by)] += gone
    waiting[:, :, TOP] += (MOST * count[:, :, TOP] + beyond[:, :, TOP]) * pace


def by_staff(rate):
    """The chance of a first member, over the sizes of enterprises without one: (category, band, 1, 1)."""
    return -np.expm1(-staff / 100 * rate).mean(axis=2)[:, :, None, None]


def organised(state):
    count = state[0]
    for holding, rate in ((NONE, "founding_rate"), (JOINT, "splitting_rate")):
        gone = np.zeros((*shape[:3], 1, 2))
        gone[:, :, at(3) :, 0] = count[:, :, at(3) :, holding] * rates[rate]
        moved(state, gone, 3, slice(holding, holding + 1), slice(INDEPENDENT, INDEPENDENT + 1))
    first, second = count[:, :, :, NONE].copy(), np.zeros((*shape[:3], 2))
    first[:, :, 0] = 0
    second[:, -1, 0] = count[:, -1, 0, NONE]
    size, current = rates["joint_size"], count[:, :, :, JOINT].sum()
    need = max(first.sum() + second.sum() + current - state[5], 0) / size
    founded = min(need, rates["joint_organisations"])
    state[5] += founded * size
    slots = max(state[5] - current, 0)
    taken = first * min(slots / max(first.sum(), 1e-12), 1)
    taken += second * min(max(slots - taken.sum(), 0) / max(second.sum(), 1e-12), 1)
    moved(state, taken[:, :, :, None], 3, slice(NONE, NONE + 1), slice(JOINT, JOINT + 1))
    state[3] = min(state[3] + founded, count[:, :, :, JOINT].sum())
    state[4] = min(state[4], state[3])


def instructed(state):
    count = state[0]
    state[6] = max(state[6] + rates["instructors_added"] * rates["enterprises_per_instructor"], 0)
    slots = state[6] - count[..., 1].sum()
    source = 0 if slots > 0 else 1
    rest = abs(slots)
    for band in reversed(range(shape[1])) if source == 0 else range(shape[1]):
        gone = np.zeros((*shape[:4], 1))
        room = count[:, band, :, :, source].sum()
        gone[:, band, :, :, 0] = count[:, band, :, :, source] * (min(rest / room, 1) if room > 0 else 0)
        rest -= gone.sum()
        moved(state, gone, 4, slice(source, source + 1), slice(1 - source, 2 - source))


def judged(state):
    count, good, loss = state[0], rates["five_good_rate"], rates["five_good_loss"]
    rose, fell = count[:, :, :, 1:2] * good, count[:, :, :, 3:4] * loss
    moved(state, rose, 3, slice(1, 2), slice(3, 4))
    moved(state, fell, 3, slice(3, 4), slice(1, 2))
    state[4] += (state[3] - state[4]) * good - state[4] * loss


RULES = (peopled, organised, instructed, judged)


def variable(name, formula=None):
    """A yearly number of every cell."""
    parts = {"value_type": float, "entity": cell, "definition_period": DateUnit.YEAR, "label": name}
    return type(name, (Variable,), parts | ({"formula": formula} if formula else {}))


def after(rule, stage, part):
    """The formula of one part of the state after a rule; the rule's other parts are set on the way."""

    def formula(cells, period):
        before = [f"{one}_{stage - 1}" for one in STATE] if stage else list(STATE)
        at = period if stage else period.last_year
        values = [cells(name, at) for name in before]
        state = [table(one) for one in values[:3]] + [float(one[0]) for one in values[3:]]
        rule(state)
        last = stage == len(RULES) - 1
        for position, one in enumerate(STATE):
            if position != part:
                out = np.ravel(state[position]) if position < 3 else np.full(cells.count, state[position])
                cells.simulation.set_input(one if last else f"{one}_{stage}", period, out)
        return np.ravel(state[part]) if part < 3 else np.full(cells.count, state[part])

    return formula


def system():
    """The rules as a system of variables."""
    built = TaxBenefitSystem([cell])
    for stage, rule in enumerate(RULES):
        for part, one in enumerate(STATE):
            name = one if stage == len(RULES) - 1 else f"{one}_{stage}"
            built.add_variable(variable(name, after(rule, stage, part)))
    return built


def main():
    """Run the path so often and print what came of it and how long a year took."""
    times, years = int(sys.argv[2]), int(sys.argv[3])
    built, begun = system(), time.process_time()
    for _ in range(times):
        simulation = SimulationBuilder().build_default_simulation(built, int(np.prod(shape)))
        pools = np.zeros((2, *shape))
        pools[:, :, :, TOP] = task["pools"]
        start = [task["counts"], *pools, *(np.full(shape, one) for one in task["shared"])]
        for name, values in zip(STATE, start, strict=True):
            simulation.set_input(name, "2003", np.ravel(values))
        for year in range(1, years + 1):
            count = simulation.calculate("count", str(2003 + year))
    taken = (time.process_time() - begun) / times
    last = str(2003 + years)
    count, beyond, waiting, joint, good = (simulation.calculate(name, last) for name in STATE[:5])
    cells = table(count)
    people = (cells * (FULL + PROBATION)[:, None, None]).sum() + beyond.sum() + waiting.sum()
    own, best = cells[:, :, :, 1::2].sum() + joint[0], cells[:, :, :, 3].sum() + good[0]
    found = [cells.sum(), people, cells[:, :, :, 1:].sum(), own, best]
    from importlib.metadata import version

    print(json.dumps({"version": version("openfisca-core"), "seconds": taken, "found": [float(one) for one in found]}))


if __name__ == "__main__":
    main()
