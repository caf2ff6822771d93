"""Whole numbers keep their totals, margins and bounds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import ConsistencyError
from analysis.sources.apportion import (
    Floats,
    Integers,
    _largest,
    _scaled,
    apportion,
    controlled_rounding,
    cross_table,
    draw,
    draw_by_stratum,
    largest_remainder,
    proportional_fit,
)

CASES = Path(__file__).parent.parent / "cases"


def case(name: str) -> dict[str, Any]:
    return dict(json.loads((CASES / f"{name}.json").read_text(encoding="utf-8")))


def test_largest_remainders_use_the_hare_quota_of_the_published_example() -> None:
    published = case("largest_remainder_hare_droop")
    votes = np.array(list(published["inputs"]["votes"].values()), dtype=float)
    assert largest_remainder(published["inputs"]["seats"], votes).tolist() == published["expected"]["hare"]
    assert published["expected"]["hare"] != published["expected"]["droop"]


@pytest.mark.parametrize("position", [0, 1])
def test_largest_remainders_agree_with_humanleague_in_one_dimension(position: int) -> None:
    published = case("integerise_humanleague")
    given_, expected = published["inputs"]["oneD"][position], published["expected"]["oneD"][position]
    shares = np.array(given_["p"])
    counts = largest_remainder(given_["n"], shares)
    assert counts.tolist() == expected["counts"]
    assert np.sqrt(np.mean((counts - given_["n"] * shares) ** 2)) == pytest.approx(expected["rmse"])


@pytest.mark.parametrize("order", ["in columns", "transposed", "every second"])
def test_a_seed_gives_the_same_table_however_its_memory_runs(order: str) -> None:
    seed = np.arange(1.0, 13.0).reshape(3, 4) ** 2
    turned = {"in columns": np.asfortranarray(seed), "transposed": np.ascontiguousarray(seed.T).T,
              "every second": np.repeat(seed, 2, axis=1)[:, ::2]}[order]  # fmt: skip
    rows, columns = np.array([40, 30, 30]), np.array([25, 25, 20, 30])
    margins = np.repeat(rows, 2)[::2], np.repeat(columns, 2)[::2]
    fitted = proportional_fit(turned, *margins)
    assert fitted is not None
    np.testing.assert_allclose(fitted.sum(axis=1), rows)
    np.testing.assert_allclose(fitted, proportional_fit(seed, rows, columns))
    assert cross_table(turned, columns).tolist() == cross_table(seed, columns).tolist()
    assert controlled_rounding(np.asfortranarray(fitted)).tolist() == controlled_rounding(fitted).tolist()  # type: ignore[union-attr]


def test_controlled_rounding_keeps_both_margins_and_rounds_as_well_as_published() -> None:
    published = case("integerise_humanleague")
    table = np.array(published["inputs"]["twoD"])
    rounded = controlled_rounding(table)
    assert rounded is not None
    assert rounded.sum(axis=0).tolist() == table.sum(axis=0).tolist()
    assert rounded.sum(axis=1).tolist() == table.sum(axis=1).tolist()
    assert np.sqrt(np.mean((rounded - table) ** 2)) <= published["expected"]["twoD_rmse"] + 1e-9


@pytest.mark.parametrize(("inputs", "expected"), [("a", "a"), ("b", "b_recomputed")])
def test_proportional_fitting_gives_the_published_tables(inputs: str, expected: str) -> None:
    published = case("ipf_humanleague_2x2")
    given_ = published["inputs"][inputs]
    fitted = proportional_fit(np.array(given_["seed"], float), np.array(given_["rows"]), np.array(given_["cols"]))
    np.testing.assert_allclose(fitted, published["expected"][expected], rtol=1e-7)


@given(
    seed=st.integers(1, 8).flatmap(
        lambda rows: st.lists(st.lists(st.integers(0, 50), min_size=3, max_size=3), min_size=rows, max_size=rows)
    ),
    totals=st.lists(st.integers(0, 500), min_size=3, max_size=3),
)
def test_a_district_table_always_adds_up_to_its_categories(seed: list[list[int]], totals: list[int]) -> None:
    table = cross_table(np.array(seed, dtype=float), np.array(totals))
    assert table.sum(axis=0).tolist() == totals
    assert table.min() >= 0


def test_rows_of_a_district_table_follow_the_seed_within_one() -> None:
    seed = np.array([[30.0, 1.0], [50.0, 4.0], [20.0, 5.0]])
    totals = np.array([1000, 333])
    expected = (seed / seed.sum(axis=0) * totals).sum(axis=1)
    assert np.abs(cross_table(seed, totals).sum(axis=1) - expected).max() <= 1


@given(
    bounds=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 30), st.floats(0, 1e4)), min_size=1, max_size=60),
    place=st.floats(0, 1),
    seed=st.integers(0, 99),
)
def test_apportioned_parts_add_up_and_stay_within_their_bounds(
    bounds: list[tuple[int, int, float]], place: float, seed: int
) -> None:
    lowest = np.array([low for low, _, _ in bounds])
    highest = lowest + np.array([room for _, room, _ in bounds])
    total = int(lowest.sum() + place * (highest - lowest).sum())
    weights = np.array([weight for _, _, weight in bounds])
    parts = apportion(total, weights, lowest=lowest, highest=highest, rng=np.random.default_rng(seed))
    assert parts.sum() == total
    assert (parts >= lowest).all()
    assert (parts <= highest).all()


def test_apportioned_parts_are_proportional_where_no_bound_is_met() -> None:
    wide = {"lowest": np.zeros(3, dtype=np.int64), "highest": np.full(3, 1000)}
    parts = apportion(600, np.array([1.0, 2.0, 3.0]), **wide, rng=np.random.default_rng(0))
    assert parts.tolist() == [100, 200, 300]


def test_a_total_outside_the_bounds_is_refused_with_all_three_numbers() -> None:
    bounds = {"lowest": np.array([1, 1]), "highest": np.array([2, 2])}
    with pytest.raises(ConsistencyError, match="5 cannot be shared out: its parts add up to 2 to 4"):
        apportion(5, np.ones(2), **bounds, rng=np.random.default_rng(0))


def test_a_draw_takes_so_many_rows_and_none_that_may_not_be_drawn() -> None:
    weights = np.where(np.arange(100) < 40, 0.0, -np.inf)
    assert draw(15, weights, rng=np.random.default_rng(0)).sum() == 15
    everyone = draw(50, weights, rng=np.random.default_rng(0))
    assert everyone.tolist() == (np.arange(100) < 40).tolist()


def test_a_draw_of_one_more_keeps_those_already_drawn() -> None:
    weights = np.linspace(0, 3, 200)
    fewer, more = (draw(number, weights, rng=np.random.default_rng(5)) for number in (20, 21))
    assert (fewer <= more).all()


def test_heavier_rows_are_drawn_in_proportion_to_their_weight() -> None:
    log_weights = np.log(np.repeat([1.0, 3.0], 5000))
    drawn = draw(400, log_weights, rng=np.random.default_rng(1))
    assert 2.3 < drawn[5000:].sum() / drawn[:5000].sum() < 4.0


def test_each_stratum_gives_its_own_number() -> None:
    strata = np.repeat([0, 1, 2], 10)
    drawn = draw_by_stratum(np.array([3, 0, 10]), strata, np.zeros(30), rng=np.random.default_rng(0))
    assert np.bincount(strata[drawn], minlength=3).tolist() == [3, 0, 10]


def test_weights_too_small_to_tell_apart_share_equally() -> None:
    bounds = {"lowest": np.array([0, 0]), "highest": np.array([5, 5])}
    shared = apportion(4, np.array([2e-313, 0.0]), **bounds, rng=np.random.default_rng(1))
    assert shared.sum() == 4


@given(
    bounds=st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 6), st.sampled_from([0.0, 0.01, 1.0, 1.01, 2.5, 1e4])),
        min_size=1,
        max_size=40,
    ),
    place=st.sampled_from([0.01, 0.1, 0.5, 0.9, 1.0]),
)
def test_shares_are_bit_for_bit_those_of_all_breaks_in_order(
    bounds: list[tuple[int, int, float]], place: float
) -> None:
    lowest = np.array([low for low, _, _ in bounds])
    highest = lowest + np.array([room for _, room, _ in bounds])
    total = int(np.ceil(lowest.sum() + place * (highest - lowest).sum()))
    weights = np.array([max(weight, 1e-6) for _, _, weight in bounds])
    if total > lowest.sum():
        found = _scaled(total, weights, lowest, highest)
        assert found.tobytes() == in_full(total, weights, lowest, highest).tobytes()


def in_full(total: int, weights: Floats, lowest: Integers, highest: Integers) -> Floats:
    """The same shares with every break put in order, also those beyond the total."""
    scales = np.concatenate([lowest / weights, highest / weights])
    order = np.argsort(scales, kind="stable")
    breaks = scales[order]
    slopes = np.cumsum(np.concatenate([weights, -weights])[order])
    sums = lowest.sum() + np.concatenate([[0.0], np.cumsum(slopes[:-1] * np.diff(breaks))])
    last = min(int(np.searchsorted(sums, total, side="right")), len(sums)) - 1
    scale = breaks[last] + ((total - sums[last]) / slopes[last] if slopes[last] > 1e-9 else 0.0)
    shares = np.clip(scale * weights, lowest, highest)
    free = (shares > lowest) & (shares < highest)
    correction = (total - shares.sum()) / weights[free].sum() if free.any() else 0.0
    return np.asarray(np.clip((scale + correction) * weights, lowest, highest), dtype=np.float64)


@given(
    scores=st.lists(st.sampled_from([-1.5, 0.0, -0.0, 0.25, 0.5, 3.0]), max_size=30),
    number=st.integers(0, 35),
)
def test_of_equal_scores_the_first_are_drawn(scores: list[float], number: int) -> None:
    of = np.array(scores, dtype=float)
    expected = np.sort(np.argsort(-of, kind="stable")[:number])
    assert np.sort(_largest(of, number)).tolist() == expected.tolist()
