"""Targets as rules, over all readings of their words."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.coverage.counting import Counter
from analysis.coverage.selection import EVERYTHING, Selection
from analysis.coverage.sources import cells_of
from analysis.quantities import Status
from analysis.scenarios.targets import Gap, gaps, required
from analysis.study import Study
from analysis.study_models import Reading


@pytest.fixture(scope="module")
def found(suzhou: Study) -> dict[str, Gap]:
    counter = Counter(suzhou, cells_of(suzhou))
    return {gap.target.id: gap for gap in gaps(counter, EVERYTHING, year=2003, years=3)}


def required_of(gap: Gap) -> list[float]:
    """What each reading requires, of those over a base of today."""
    return [one.required.value for one in gap.requirements if one.required is not None]


def test_one_third_of_the_organisations_of_today_is_1345(found: dict[str, Gap]) -> None:
    inclusive, _, moving = found["five_good"].requirements
    assert required_of(found["five_good"]) == [1345, 1345]
    assert inclusive.required is not None
    assert inclusive.required.status is Status.DERIVED
    assert moving.required is None


def test_from_nothing_one_third_in_three_years_is_448_a_year(suzhou: Study) -> None:
    five_good = next(gap for gap in gaps(Counter(suzhou, None), year=2003, years=9) if gap.target.id == "five_good")
    assert round(required_of(five_good)[0] / 3, 1) == 448.3


def test_the_gap_is_what_is_required_less_what_there_is(found: dict[str, Gap]) -> None:
    for gap in found.values():
        for requirement in gap.requirements:
            if requirement.required is None or gap.present is None:
                continue
            assert requirement.missing is not None
            assert requirement.missing.value == max(0, requirement.required.value - gap.present.numerator.value)
    met = found["instructor_25"].requirements[0].missing
    assert met is not None
    assert met.value == 0  # a target already met needs nothing more


def test_a_share_is_required_rounded_up_and_a_wider_reading_never_asks_for_less(found: dict[str, Gap]) -> None:
    for name in ("member_50", "organisation_100"):
        gap = found[name]
        assert gap.present is not None
        assert required_of(gap) == sorted(required_of(gap))
        for one in (one for one in gap.requirements if name == "organisation_100" and one.required is not None):
            assert one.required.value - 1 < one.reading.share * gap.present.base.value <= one.required.value


@given(
    meant=st.lists(st.integers(0, 100_000), min_size=2, max_size=6),
    top=st.integers(1, 20),
    bottom=st.integers(1, 20),
    inclusive=st.booleans(),
)
def test_what_is_required_grows_with_the_share_and_with_those_meant(
    meant: list[int], top: int, bottom: int, inclusive: bool
) -> None:
    share = Fraction(min(top, bottom), bottom)
    years = np.sort(np.array(meant, dtype=float))
    reading = Reading(zh="试", en="trial", share=share, inclusive=inclusive)
    moving, frozen = (required(reading, years, years[:1], base=base) for base in ("moving", "frozen"))
    assert (np.diff(moving) >= 0).all()
    assert (np.diff(frozen) == 0).all()
    assert (moving >= frozen).all()
    half = reading.model_copy(update={"share": share / 2})
    assert (required(half, years, years[:1], base="moving") <= moving).all()
    strict = reading.model_copy(update={"inclusive": False})
    assert (required(strict, years, years[:1], base="moving") >= moving).all()


def test_members_are_counted_as_members(found: dict[str, Gap]) -> None:
    managed = found["members_managed"].present
    assert managed is not None
    assert managed.base.value == 56595
    assert managed.base.unit == "persons"


@pytest.mark.parametrize("name", ["union", "youth_league"])
def test_what_the_data_does_not_hold_is_not_estimated(found: dict[str, Gap], name: str) -> None:
    assert not found[name].is_measured
    assert all(one.required is None for one in found[name].requirements)


def test_a_deadline_counts_from_the_given_year(suzhou: Study) -> None:
    counter = Counter(suzhou, cells_of(suzhou))
    later = {gap.target.id: gap for gap in gaps(counter, EVERYTHING, year=2005, years=3)}
    one = later["five_good"].requirements[0]
    assert one.missing is not None
    assert one.a_year is not None
    assert one.a_year.value == one.missing.value
    past = {gap.target.id: gap for gap in gaps(counter, EVERYTHING, year=2006, years=3)}
    assert past["five_good"].requirements[0].a_year is None


def test_a_target_inside_a_district_counts_that_district_alone(suzhou: Study) -> None:
    counter = Counter(suzhou, cells_of(suzhou))
    whole = 0
    for district in suzhou.districts:
        inside = {gap.target.id: gap for gap in gaps(counter, Selection(districts=(district.id,)), year=2003, years=3)}
        present = inside["organisation_100"].present
        assert present is not None
        whole += int(present.base.value)
    everywhere = next(gap for gap in gaps(counter, year=2003, years=3) if gap.target.id == "organisation_100").present
    assert everywhere is not None
    assert whole == everywhere.base.value
