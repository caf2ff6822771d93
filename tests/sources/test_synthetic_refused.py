"""Totals that no register can have are refused before anything is drawn, by name and with both numbers."""

from __future__ import annotations

import pytest

from analysis.errors import ConsistencyError, DataError
from analysis.sources.synthetic import synthesise
from analysis.study import Study
from tests.sources.drawn import small, with_assumptions, with_figures


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"private": 60000}, "operating enterprises together 254,764 differs from operating non-public enterprises 252,963"),
        ({"registered": 200000}, "252,963 is more than registered non-public enterprises 200,000"),
        ({"independent": 3168}, "together 4,034 differs from party organisations 4,033"),
        ({"covered": 300000}, "covered by a party organisation 300,000 is more than operating non-public enterprises 252,963"),
        ({"covered": 4500}, "two for each joint organisation 4,899 is more than enterprises covered"),
        ({"instructed": 20000}, "those with 25 or more staff 20,755 is more than enterprises covered by an instructor 20,000"),
        ({"instructed": 260000}, "enterprises covered by an instructor 260,000 is more than operating"),
        ({"instructed_25_rate": 5}, "enterprises with 25 or more staff 415,100 is more than operating"),
        ({"members": 13000}, "three full members for each organisation 12,099 is more than full members 11,120"),
        ({"new_members": 60000}, "60,000 is more than party members in non-public enterprises 56,595"),
        ({"members": 9e9}, "9,000,000,000 is more than all staff, were every enterprise the largest"),
    ],
)  # fmt: skip
def test_impossible_totals_are_refused_by_name(suzhou: Study, values: dict[str, float], said: str) -> None:
    with pytest.raises(ConsistencyError) as refused:
        synthesise(with_figures(suzhou, **values))
    assert said in str(refused.value)


def test_all_that_is_impossible_is_said_at_once(suzhou: Study) -> None:
    with pytest.raises(ConsistencyError) as refused:
        synthesise(with_figures(suzhou, registered=1, covered=300000))
    assert len(str(refused.value).splitlines()) == 2


def test_totals_that_the_assumed_staff_cannot_hold_are_refused(suzhou: Study) -> None:
    tiny = {"staff_mean_private": 1.01, "staff_mean_foreign": 1.01, "staff_mean_individual": 1.01}
    unbound = small(
        suzhou,
        instructed_25=None,
        instructed_25_rate=None,
        independent=100,
        organisations=106,
        covered=150,
        members=400,
    )
    with pytest.raises(ConsistencyError, match="independent organisations 100 do not fit"):
        synthesise(with_assumptions(unbound, **tiny))


def test_a_missing_assumption_is_named(suzhou: Study) -> None:
    with pytest.raises(DataError) as refused:
        synthesise(with_assumptions(suzhou, staff_mean_private=None, five_good_share=None))
    assert len(refused.value.problems) == 2
    assert "staff_mean_private" in str(refused.value)


def test_an_assumption_that_cannot_be_is_told_with_what_is_allowed(suzhou: Study) -> None:
    with pytest.raises(DataError, match=r'enterprises_per_independent, value: cannot be; seen "2"; allowed: 1'):
        synthesise(with_assumptions(suzhou, enterprises_per_independent=2))


def test_two_shares_of_the_same_members_stay_below_one(suzhou: Study) -> None:
    with pytest.raises(DataError, match="at most 1 together"):
        synthesise(with_assumptions(suzhou, members_share_independent=0.8, members_share_joint=0.3))


@pytest.mark.parametrize(
    ("left_out", "needed"),
    [
        (("members",), ("members",)),
        (("covered",), ("enterprises_with_organisation",)),
        (("organisations", "independent"), ("organisations_independent",)),
        (("organisations", "joint"), ("organisations_joint",)),
        (("instructed",), ("enterprises_with_instructor",)),
        (
            ("foreign", "organisations", "independent", "joint", "members"),
            ("enterprises_operating", "organisations_independent", "organisations_joint", "members"),
        ),
    ],
)
def test_what_figures_need_beside_them_is_told_all_at_once_with_what_can_be_done_without(
    suzhou: Study, left_out: tuple[str, ...], needed: tuple[str, ...]
) -> None:
    with pytest.raises(DataError) as refused:
        synthesise(with_assumptions(with_figures(suzhou, **dict.fromkeys(left_out)), staff_largest=None))
    *figures, assumption = refused.value.problems
    assert [str(problem).partition("the indicator ")[2].split(" ")[0].strip(",") for problem in figures] == [*needed]
    assert "staff_largest" in str(assumption)
    assert 'input = "none"' in str(refused.value)


def test_an_organisation_figure_left_out_follows_from_the_others(suzhou: Study) -> None:
    register = synthesise(small(suzhou, joint=None))
    assert register["joint_lead"].sum() == 6


def test_each_category_needs_its_operating_enterprises(suzhou: Study) -> None:
    with pytest.raises(DataError, match='category "foreign"'):
        synthesise(with_figures(suzhou, foreign=None))
