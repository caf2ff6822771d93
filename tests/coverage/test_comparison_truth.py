"""Methods of comparison against simulated places whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.coverage.funnel import Dispersion, funnel, funnel_limits, overdispersion, ranked
from analysis.coverage.groups import at_most, process_interval
from analysis.coverage.standardisation import shrunk
from tests.coverage.drawn_groups import places

RATE = 0.06


def flagged(dispersion: Dispersion, *, between: float, rounds: int, size: int, seed: int) -> float:
    """The share of places outside the outer limits when all come from one distribution around one rate."""
    rng = np.random.default_rng(seed)
    outside = 0
    for _ in range(rounds):
        bases = rng.integers(300, 30_000, size)
        rates = np.clip(rng.normal(RATE, between, size), 0, 1)
        outside += int((funnel(places(rates, bases, rng), dispersion=dispersion)["outside"] != 0).sum())
    return outside / (rounds * size)


def test_two_in_a_thousand_stand_outside_when_nothing_is_wrong() -> None:
    assert flagged("none", between=0, rounds=80, size=400, seed=1) == pytest.approx(0.002, abs=0.0008)


def test_two_in_a_thousand_still_do_when_all_places_vary_by_more_than_chance() -> None:
    assert flagged("additive", between=0.012, rounds=80, size=400, seed=2) == pytest.approx(0.002, abs=0.0008)
    assert flagged("none", between=0.012, rounds=20, size=400, seed=2) > 0.2  # what limits without it would say


def test_the_exact_limits_leave_two_in_a_thousand_by_their_own_distribution() -> None:
    bases = np.arange(200, 20_000, 7).astype(float)
    low, high = funnel_limits(bases, RATE)
    below = at_most(np.ceil(low * bases - 1e-9) - 1, bases, np.full(len(bases), RATE))
    above = 1 - at_most(np.floor(high * bases + 1e-9), bases, np.full(len(bases), RATE))
    assert (below + above).mean() == pytest.approx(0.002, abs=0.0001)


def test_over_dispersion_is_found_again() -> None:
    rng = np.random.default_rng(3)
    bases = rng.integers(2000, 20_000, 800)
    found = overdispersion(places(rng.normal(RATE, 0.015, 800), bases, rng))
    assert found.tau2**0.5 == pytest.approx(0.015, rel=0.08)
    alike = overdispersion(places(np.full(800, RATE), bases, rng))
    assert alike.phi < 1.15
    printed = overdispersion(places(np.full(800, RATE), bases, rng), consistent=False)
    assert (printed.phi, printed.tau2) == (1.0, 0.0)


def test_a_place_that_does_stand_out_is_not_hidden_by_its_own_distance() -> None:
    rng = np.random.default_rng(4)
    bases = np.full(40, 10_000)
    rates = rng.normal(RATE, 0.004, 40)
    rates[0] = 0.12
    found = funnel(places(rates, bases, rng), dispersion="additive")
    assert found["outside"].to_list()[0] == 1
    assert (found["outside"].iloc[1:] == 0).all()


def test_shrinking_lowers_the_mean_squared_error() -> None:
    rng = np.random.default_rng(5)
    raw = drawn = 0.0
    for _ in range(60):
        truth = rng.beta(3, 30, 40)
        found = shrunk(places(truth, rng.integers(5, 120, 40), rng))
        raw += float(((found["raw"] - truth) ** 2).mean())
        drawn += float(((found["shrunk"] - truth) ** 2).mean())
    assert drawn < 0.7 * raw


def test_places_that_do_not_differ_are_drawn_all_the_way_together() -> None:
    rng = np.random.default_rng(6)
    found = shrunk(places(np.full(30, RATE), rng.integers(200, 400, 30), rng))
    assert found["shrunk"].std() < 0.25 * found["raw"].std()


def test_rank_intervals_hold_the_true_ranks_of_all_places_at_once() -> None:
    rng = np.random.default_rng(7)
    held = 0
    for _ in range(200):
        truth = np.sort(rng.uniform(0.02, 0.12, 12))[::-1]
        found = ranked(places(truth, rng.integers(200, 9000, 12), rng))
        ranks = np.arange(1, 13)
        held += bool(((found["first"] <= ranks) & (ranks <= found["last"])).all())
    assert held / 200 >= 0.95


def test_rank_intervals_narrow_as_bases_grow() -> None:
    rng = np.random.default_rng(8)
    truth = np.linspace(0.12, 0.02, 12)

    def width(base: int) -> float:
        found = ranked(places(truth, np.full(12, base), rng))
        return float((found["last"] - found["first"]).mean())

    assert width(200) > width(2000) > width(200_000) == 0


def test_a_level_s_share_of_wilson_s_intervals_holds_the_rate() -> None:
    rng = np.random.default_rng(9)
    bases = rng.integers(30, 3000, 4000)
    table = places(np.full(4000, RATE), bases, rng)
    found = process_interval(table["covered"], table["base"])
    inside = (found["low"] <= RATE) & (found["high"] >= RATE)
    assert inside.mean() == pytest.approx(0.95, abs=0.015)
