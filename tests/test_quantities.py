"""Numbers know their base, their status and what they were computed from."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.ledger import Claim, Ledger
from analysis.quantities import Label, Quantity, Rate, Status, computed, recompute, weakest

statuses = st.sampled_from(list(Status))


def leaf(value: float = 1, status: Status = Status.PUBLISHED, name: str = "a") -> Quantity:
    return Quantity(value, "enterprises", status, Label(name, name), address=f"figure:{name}")


leaves = st.builds(leaf, st.integers(0, 10**9), statuses, st.sampled_from("abcdef"))
trees = st.recursive(
    leaves,
    lambda parts: st.builds(
        lambda name, left, right: computed(name, left, right),
        st.sampled_from(["+", "−", "×", "min", "max"]),
        parts,
        parts,
    ),
    max_leaves=8,
)


def test_a_share_cannot_be_made_without_its_base() -> None:
    with pytest.raises(TypeError, match="needs its base"):
        Quantity(0.5, "share", Status.PUBLISHED, Label("率", "rate"), address="figure:rate")


def test_a_rate_is_never_printed_without_numerator_base_and_name() -> None:
    rate = Rate(leaf(10547), leaf(252963), Label("实际开业", "operating enterprises"))
    assert str(rate) == "4.17% (10,547 of 252,963 operating enterprises)"
    assert rate.share.base == Label("实际开业", "operating enterprises")


def test_a_rate_over_an_empty_base_is_not_a_number() -> None:
    assert str(Rate(leaf(0), leaf(0), Label("空", "nobody"))) == "– (0 of 0 nobody)"


@given(st.lists(statuses, min_size=1))
def test_what_is_computed_has_the_weakest_status_and_is_never_better_than_derived(parts: list[Status]) -> None:
    assert weakest(*parts) == max([Status.DERIVED, *parts])


@given(trees)
def test_a_quantity_survives_json_and_can_be_computed_again(quantity: Quantity) -> None:
    again = Quantity.from_json(json.loads(json.dumps(quantity.to_json())))
    assert again == quantity
    known = {part.address: part.value for part in quantity.leaves()}
    if len({(part.address, part.value) for part in quantity.leaves()}) == len(known):
        assert recompute(again, known.__getitem__) == quantity.value


@given(trees)
def test_the_status_of_a_tree_is_the_weakest_of_its_leaves(quantity: Quantity) -> None:
    parts = [part.status for part in quantity.leaves()]
    assert quantity.status == (parts[0] if quantity.address else weakest(*parts))


def test_the_same_number_said_twice_is_one_claim() -> None:
    first, second = Claim(leaf(7), "7"), Claim(leaf(8), "8")
    ledger = Ledger.of([first, second, first])
    assert list(ledger.numbered()) == ["c1", "c2"]
    assert Ledger.from_json(json.loads(json.dumps(ledger.to_json()))) == ledger


def test_a_synthetic_number_carries_its_mark_wherever_it_is_printed() -> None:
    assert Claim(leaf(7, Status.SYNTHETIC), "7").marked == "7†"
    assert Claim(leaf(7, Status.SIMULATED), "7").marked == "7‡"
    assert Claim(leaf(7), "7").marked == "7"
