"""Registers that share stages are the registers drawn one by one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import ConsistencyError
from analysis.sources.synthetic import register_from, synthesise
from analysis.sources.synthetic_stages import STAGES, Draft, Luck
from analysis.sources.synthetic_totals import assumed_of
from analysis.study import Study
from tests.examples import examples
from tests.sources.drawn import small, with_assumptions

MOVED = (
    "staff_tail_private",
    "staff_largest",
    "organisation_by_staff",
    "organisation_odds_foreign",
    "joint_by_staff",
    "district_spread",
    "members_by_staff",
    "members_spread",
    "eligible_covered",
    "instructor_odds_individual",
    "instructor_odds_directly_managed",
    "directly_managed_share",
    "five_good_share",
    "probationary_per_new_member",
)


@given(
    moves=st.lists(st.tuples(st.sampled_from(MOVED), st.sampled_from([0.0, 0.3, 1.0])), min_size=1, max_size=5),
    seed=st.integers(0, 5),
)
@examples(25)
def test_a_register_that_shares_stages_is_the_one_drawn_alone(
    suzhou: Study, moves: list[tuple[str, float]], seed: int
) -> None:
    study = small(suzhou)
    draft = Draft(study, seed)
    for name, part in moves:
        row = study.assumptions[name]
        value = row.low + part * (row.high - row.low)
        try:
            alone = synthesise(with_assumptions(study, **{name: value}), seed=seed)
        except ConsistencyError as refused:
            with pytest.raises(ConsistencyError, match=str(refused)[:40]):
                draft.under({name: value})
            continue
        pd.testing.assert_frame_equal(register_from(draft.under({name: value}), study), alone)


def test_every_assumption_of_a_register_but_those_of_its_totals_belongs_to_a_stage(suzhou: Study) -> None:
    named = [one for stage in STAGES.values() for one in stage.assumptions]
    left = {
        name
        for name in assumed_of(suzhou)
        if name not in named and not any(one.endswith("_") and name.startswith(one) for one in named)
    }
    assert left == {"probationary_per_new_member", "enterprises_per_independent"}


def test_a_stage_cannot_read_an_assumption_that_it_does_not_name(suzhou: Study) -> None:
    draft = Draft(small(suzhou), 0)
    seen = draft.under({})
    assert draft.under({"five_good_share": 0.3})["members"] is seen["members"]
    assert draft.under({"five_good_share": 0.3})["five_good"] is not seen["five_good"]
    assert draft.under({"members_by_staff": 0.5})["members"] is not seen["members"]


def test_only_the_first_and_the_last_of_each_stage_are_held(suzhou: Study) -> None:
    draft = Draft(small(suzhou), 0)
    for share in (0.1, 0.2, 0.3):
        draft.under({"five_good_share": share})
    assert {name: len(held) for name, held in draft._held.items()}["five_good"] == 2


@given(
    asked=st.lists(st.sampled_from(["gumbel", "normal", "random", "shuffle", "two"]), min_size=1, max_size=8),
    other=st.lists(st.sampled_from(["gumbel", "normal", "random", "shuffle", "two"]), max_size=8),
)
def test_luck_that_is_shared_is_that_of_a_generator_alone(asked: list[str], other: list[str]) -> None:
    held: dict[tuple[object, ...], tuple[object, object]] = {}
    for requests in (other, asked, asked):
        shared, alone = Luck(11, held), np.random.default_rng(11)
        assert [numbers(shared, one) for one in requests] == [numbers(alone, one) for one in requests]


def numbers(rng: np.random.Generator, asked: str) -> list[float]:
    match asked:
        case "gumbel":
            return list(rng.gumbel(size=5).tolist())
        case "normal":
            return list(rng.normal(0.0, 0.5, 4).tolist())
        case "shuffle":
            return list(rng.permutation(6).tolist())
        case "two":
            return [float(rng.normal()), float(rng.integers(9))]
        case _:
            return [rng.random()]
