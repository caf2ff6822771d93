"""Binomial draws by inversion: right in mean and variance, exact where small, and the same luck for everyone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import betabinom, binom

from analysis.scenarios.random_draws import EXPECTED, Drawn, binomial, urn

LUCK = np.random.default_rng(5).random(200_000)


@pytest.mark.parametrize(("n", "p"), [(1, 0.3), (7, 0.5), (60, 0.02), (3, 0.97), (30, 0.9)])
def test_a_small_binomial_is_the_inverse_of_its_distribution(n: int, p: float) -> None:
    luck = LUCK[:5000]
    assert binomial(np.full(5000, float(n)), np.array(p), luck).tolist() == binom.ppf(luck, n, p).tolist()


@pytest.mark.parametrize(("n", "p"), [(20, 0.3), (60, 0.08), (300, 0.02), (5000, 0.0015), (200, 0.9), (200_000, 0.07)])
def test_a_large_binomial_keeps_its_mean_and_variance(n: int, p: float) -> None:
    drawn = binomial(np.full(LUCK.size, float(n)), np.array(p), LUCK)
    variance = n * p * (1 - p)
    assert abs(drawn.mean() - n * p) < 5 * np.sqrt(variance / LUCK.size) + 0.004
    assert drawn.var() == pytest.approx(variance, rel=0.02)


@pytest.mark.parametrize(("people", "moved", "whole"), [(200, 1, 20), (9, 2, 3), (5000, 30, 900), (3, 1, 2)])
@pytest.mark.parametrize("shape", [0.3, 1.0, 8.0])
def test_who_goes_with_some_enterprises_has_the_mean_and_variance_of_polyas_urn(
    people: int, moved: int, whole: int, shape: float
) -> None:
    """Rounding to whole numbers adds a quarter at most."""
    drawn = urn(*(np.full(LUCK.size, float(one)) for one in (people, moved, whole)), LUCK, shape=shape)
    told = betabinom(people, moved * shape, (whole - moved) * shape)
    assert drawn.min() >= 0
    assert drawn.max() <= people
    assert abs(drawn.mean() - told.mean()) < 5 * told.std() / np.sqrt(LUCK.size)
    assert -0.01 * told.var() <= drawn.var() - told.var() < 0.25 + 0.01 * told.var()


def test_all_go_where_all_enterprises_go() -> None:
    people = np.array([7.0, 0.0, 123.0])
    assert (
        urn(people, np.array([3.0, 1.0, 9.0]), np.array([3.0, 1.0, 9.0]), LUCK[:3], shape=0.4).tolist()
        == people.tolist()
    )


@given(n=st.integers(0, 400), p=st.floats(0, 1), seed=st.integers(0, 99))
def test_a_draw_is_whole_and_within_what_there_is(n: int, p: float, seed: int) -> None:
    luck = np.random.default_rng(seed).random(20)
    drawn = binomial(np.full(20, float(n)), np.array(p), luck)
    assert np.array_equal(drawn, np.rint(drawn))
    assert drawn.min() >= 0
    assert drawn.max() <= n
    if p in (0.0, 1.0):
        assert drawn.tolist() == [n * p] * 20


@given(n=st.integers(0, 60), p=st.floats(0.01, 0.9), uniform=st.floats(0.001, 0.999))
def test_the_same_luck_never_gives_fewer_of_more_or_likelier(n: int, p: float, uniform: float) -> None:
    luck = np.array([uniform])

    def drawn(of: float, probability: float) -> float:
        return float(binomial(np.array([of]), np.array(probability), luck)[0])

    assert drawn(n + 5, p) >= drawn(n, p) - 1  # one where the two ways of inversion meet
    assert drawn(n, min(p + 0.05, 1.0)) >= drawn(n, p) - 1


@given(seed=st.integers(0, 200), slots=st.integers(0, 120))
def test_slots_are_filled_to_the_last_and_never_beyond_the_room(seed: int, slots: int) -> None:
    room = np.random.default_rng(seed).poisson(3, size=(2, 9, 5)).astype(float)
    given_ = np.full((2, 5), float(slots))
    taken = Drawn(np.random.default_rng(seed)).fill(room, given_)
    assert np.array_equal(taken, np.rint(taken))
    assert (taken <= room).all()
    assert (taken >= 0).all()
    assert np.array_equal(taken.sum(axis=1), np.minimum(room.sum(axis=1), slots))
    assert np.allclose(EXPECTED.fill(room, given_).sum(axis=1), taken.sum(axis=1))
