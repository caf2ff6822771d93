"""What must hold of every comparison, whatever the data."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.coverage.decomposition import chain, das_gupta, kitagawa, measured
from analysis.coverage.funnel import ranked
from analysis.coverage.groups import METHODS, checked, process_interval
from analysis.coverage.inequality import dissimilarity, inequality, split
from analysis.coverage.standardisation import shrunk, standardised
from tests.coverage.drawn_groups import pairs, tables
from tests.examples import examples

few = examples(20)
CLOSE = {"rel": 1e-9, "abs": 1e-12}


def overall(table: pd.DataFrame) -> float:
    return float(table["covered"].sum() / table["base"].sum())


@few
@given(pairs())
def test_mix_and_rate_sum_to_the_difference_and_turn_round_with_the_places(pair: tuple[Any, Any]) -> None:
    one, two = pair
    there, back = kitagawa(one, two).sum(), kitagawa(two, one).sum()
    assert there.sum() == pytest.approx(overall(two) - overall(one), **CLOSE)
    assert there.to_list() == pytest.approx((-back).to_list(), **CLOSE)


@few
@given(pairs(), st.randoms(), st.integers(2, 50))
def test_neither_the_order_of_the_groups_nor_the_scale_moves_a_term(
    pair: tuple[Any, Any], chance: Any, by: int
) -> None:
    one, two = pair
    order = list(range(len(one)))
    chance.shuffle(order)
    scaled = two.assign(base=two["base"] * by, covered=two["covered"] * by)
    assert kitagawa(one.iloc[order], scaled).sum().to_list() == pytest.approx(
        kitagawa(one, two).sum().to_list(), **CLOSE
    )


@few
@given(st.lists(st.tuples(st.floats(0.01, 9), st.floats(0.01, 9)), min_size=1, max_size=5))
def test_a_chain_is_exact_and_turns_round(links: list[tuple[float, float]]) -> None:
    one, two = ({f"f{place}": pair[end] for place, pair in enumerate(links)} for end in (0, 1))
    there, back = chain(one, two), chain(two, one)
    whole = np.prod(list(two.values())) - np.prod(list(one.values()))
    assert there["effect"].sum() == pytest.approx(whole, rel=1e-9, abs=1e-9)
    assert there["effect"].to_list() == pytest.approx((-back["effect"]).to_list(), **CLOSE)
    assert there["first"].to_list() == pytest.approx(back["second"].to_list(), **CLOSE)


def test_a_factor_that_does_not_change_contributes_nothing() -> None:
    found = das_gupta(lambda a, b, c: a * b + c, {"a": 2.0, "b": 3.0, "c": 1.0}, {"a": 5.0, "b": 3.0, "c": 0.0})
    assert found["effect"].to_dict() == {"a": 9.0, "b": 0.0, "c": -1.0}


@few
@given(st.lists(tables(least=3, most=3, empty=False), min_size=8, max_size=8))
def test_changes_of_base_and_definition_are_exact_terms(drawn: list[pd.DataFrame]) -> None:
    ends = ("first", "second")
    keys = [(place, base, definition) for place in ends for base in ends for definition in ends]
    known = dict(zip(keys, drawn, strict=True))

    def turned(place: str, base: str, definition: str) -> pd.DataFrame:
        return known[tuple(ends[1 - ends.index(end)] for end in (place, base, definition))]  # type: ignore[index]

    there = measured(lambda *at: known[at])["effect"]
    assert there.sum() == pytest.approx(overall(known["second", "second", "second"]) - overall(drawn[0]), **CLOSE)
    assert there.to_list() == pytest.approx((-measured(turned)["effect"]).to_list(), **CLOSE)
    same = measured(lambda place, base, definition: known[place, "first", "first"])["effect"]
    assert same[["base", "definition"]].to_list() == [0, 0]
    plain = kitagawa(known["first", "first", "first"], known["second", "first", "first"]).sum()
    assert same[["mix", "rate"]].to_list() == pytest.approx(plain.to_list(), **CLOSE)


@few
@given(tables(empty=False), st.integers(0, 6), st.integers(1, 9))
def test_identical_groups_merged_change_no_measure(table: pd.DataFrame, place: int, parts: int) -> None:
    """Measures that count groups rather than enterprises (idis, md_best, md_reference) are not meant."""
    assume(overall(table) > 0)
    twin = table.iloc[[place % len(table)]]
    finer = pd.concat([table, twin.assign(group="twin", base=twin["base"] * parts, covered=twin["covered"] * parts)])
    again = finer.groupby(np.where(finer["group"] == "twin", twin["group"].iloc[0], finer["group"]))[
        ["base", "covered"]
    ]
    merged = again.sum().rename_axis("group").reset_index()
    names = [
        "overall",
        "difference",
        "par",
        "paf",
        "bgv",
        "theil",
        "mld",
        "idis_weighted",
        "md_mean",
        "md_best_weighted",
    ]
    one, two = inequality(finer)[names], inequality(merged)[names]
    assert one.to_list() == pytest.approx(two.to_list(), rel=1e-9, abs=1e-12, nan_ok=True)


@few
@given(tables(empty=False), st.integers(2, 40))
def test_scale_and_order_change_no_measure(table: pd.DataFrame, by: int) -> None:
    other = table.assign(base=table["base"] * by, covered=table["covered"] * by).iloc[::-1]
    assert inequality(other).to_list() == pytest.approx(inequality(table).to_list(), rel=1e-9, abs=1e-12, nan_ok=True)


@few
@given(tables(least=4, most=9, empty=False), st.sampled_from(["theil", "mld"]))
def test_an_index_splits_exactly(table: pd.DataFrame, index: Any) -> None:
    assume(overall(table) > 0)
    nested = table.assign(outer=[name[-1:] in "0135" for name in table["group"]])
    found = split(nested, index=index)
    whole = inequality(table)[index]
    assume(np.isfinite(whole))
    assert found["total"] == pytest.approx(whole, rel=1e-9, abs=1e-12)
    assert found["between"] >= -1e-12
    assert found["within"] >= -1e-12


@few
@given(tables(empty=False))
def test_no_measure_is_negative_and_equal_rates_have_none(table: pd.DataFrame) -> None:
    found = inequality(table)
    assert (found.drop("overall").dropna() >= -1e-12).all()
    level = inequality(table.assign(covered=table["base"] / 4)).drop(["overall", "ratio"]).dropna()
    assert level.to_list() == pytest.approx([0] * len(level), abs=1e-12)


@few
@given(tables())
def test_one_s_own_mix_as_standard_changes_nothing(table: pd.DataFrame) -> None:
    found = standardised(table.assign(place="here"), table).loc["here"]
    assert found["standardised"] == pytest.approx(found["crude"], **CLOSE)
    assert 0 <= found["low"] <= found["standardised"] + 1e-12
    assert found["standardised"] <= found["high"] + 1e-12 <= 1 + 1e-9


@few
@given(pairs())
def test_a_standardised_rate_lies_between_the_rates_of_the_groups(pair: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    own, standard = pair
    whole = own.assign(place="here")
    rates = [part / base for part, base in zip(own["covered"], own["base"], strict=True) if base]
    rates += [part / base for part, base in zip(standard["covered"], standard["base"], strict=True) if base]
    found = standardised(whole, standard, where_empty="standard").loc["here", "standardised"]
    assert min(rates) - 1e-12 <= found <= max(rates) + 1e-12


@few
@given(pairs())
def test_dissimilarity_is_symmetric_from_0_to_1(pair: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    one, two = pair
    found = dissimilarity(one, two)
    assert found == pytest.approx(dissimilarity(two, one), **CLOSE)
    assert -1e-12 <= found <= 1 + 1e-12
    assert dissimilarity(one, one) == pytest.approx(0, abs=1e-12)


@few
@given(st.integers(1, 5000), st.floats(0, 1), st.sampled_from(list(METHODS)), st.floats(0.5, 0.999))
def test_an_interval_holds_its_rate_and_stays_within_0_and_1(
    base: int, share: float, method: Any, level: float
) -> None:
    found = process_interval([round(base * share)], [base], level=level, method=method).loc[0]
    assert 0 <= found["low"] <= found["rate"] + 1e-9
    assert found["rate"] - 1e-9 <= found["high"] <= 1


@few
@given(tables(empty=False, least=3))
def test_a_rank_lies_in_its_interval_and_the_place_alone_moves_none(table: pd.DataFrame) -> None:
    found = ranked(table)
    assert (found["first"] <= found["rank"]).all()
    assert (found["rank"] <= found["last"]).all()
    assert ranked(table.iloc[::-1]).loc[found.index, "rank"].to_list() == found["rank"].to_list()


@few
@given(tables(empty=False))
def test_a_shrunk_rate_lies_between_the_raw_one_and_the_prior(table: pd.DataFrame) -> None:
    found = shrunk(table, prior=(2.0, 6.0))
    low, high = np.minimum(found["raw"], 0.25), np.maximum(found["raw"], 0.25)
    assert ((found["shrunk"] >= low - 1e-12) & (found["shrunk"] <= high + 1e-12)).all()
    assert ((found["low"] <= found["shrunk"] + 1e-9) | (found["raw"] == 0)).all()


@few
@given(tables())
def test_the_caller_s_table_is_left_alone(table: pd.DataFrame) -> None:
    before = table.copy(deep=True)
    checked(table)
    kitagawa(table, table)
    standardised(table.assign(place="here"), table)
    pd.testing.assert_frame_equal(table, before)
