"""What the screen shows is what the paper prints, and what anyone would count from the register's rows."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.coverage.answers import State, answer
from analysis.coverage.counting import Counter
from analysis.coverage.indicators import (
    base_of,
    base_selection,
    cascade,
    coverage_by,
    coverage_by_band,
    ladder,
)
from analysis.coverage.lookup import FULL_MEMBERS_TOP, Board, Shares, board_of
from analysis.coverage.returned import STAFF_BANDS
from analysis.coverage.sources import cells_of
from analysis.errors import ParameterError
from analysis.quantities import Rate, Status
from analysis.scenarios.target_status import UNKNOWN, standing
from analysis.scenarios.targets import gaps
from analysis.sources.synthetic import register_of
from analysis.study import Study
from tests.coverage.test_cells import counted
from tests.examples import examples

DISTRICTS = ("320583", "320582", "SIP", "320502")
states = st.builds(
    State,
    districts=st.lists(st.sampled_from(DISTRICTS), unique=True, max_size=3).map(tuple),
    categories=st.lists(st.sampled_from(["private", "foreign", "individual"]), unique=True, max_size=3).map(tuple),
    base=st.sampled_from(["operating", "private_foreign", "eligible"]),
    staff_from=st.sampled_from([0, 0, 1, 25, 50, 100, 137, 300]),
    full_members_from=st.integers(0, FULL_MEMBERS_TOP),
    directly_managed=st.sampled_from(["any", "any", "yes", "no"]),
)
often = examples(40)


@pytest.fixture(scope="module")
def board(suzhou: Study) -> Board:
    cells = cells_of(suzhou)
    assert cells is not None
    return board_of(suzhou, cells)


@pytest.fixture(scope="module")
def counter(suzhou: Study) -> Counter:
    return Counter(suzhou, cells_of(suzhou))


@pytest.fixture(scope="module")
def register(suzhou: Study) -> pd.DataFrame:
    return register_of(suzhou)


def assert_same(shares: Shares, rates: list[Rate]) -> None:
    """Numbers and statuses of a view, and of the paper."""
    counts = [(rate.numerator, rate.base) for rate in rates]
    columns = (shares.part, shares.whole, shares.part_status, shares.whole_status)
    shown = [tuple(int(value) for value in row) for row in zip(*(column.ravel() for column in columns), strict=True)]
    assert shown == [(part.value, whole.value, part.status, whole.status) for part, whole in counts]


@given(states)
@often
def test_every_view_shows_what_the_paper_prints(board: Board, counter: Counter, suzhou: Study, state: State) -> None:
    found = answer(board, state)
    within = found.state.within
    parts = coverage_by(counter, "districts", within.but(districts=()), base=base_of(suzhou, state.base))
    if parts:
        assert_same(found.districts, [part.rate for part in parts])
    else:  # the base holds none of the chosen categories
        assert not found.districts.whole.any()
    by_band = coverage_by_band(counter, within.but(categories=(), staff_from=0))
    assert_same(found.bands, [part.rate for row in by_band for part in row])
    steps = cascade(counter, within, full_members_from=state.full_members_from)
    assert_same(found.cascade, [step.rate for step in steps])
    rungs = ladder(counter, within)
    assert [rung.id for rung in rungs] == list(found.ladder.bases)
    assert_same(found.ladder.counted, [rung.counted or rung.rate for rung in rungs])


@given(states)
@often
def test_gaps_to_the_targets_are_those_of_the_paper(board: Board, counter: Counter, state: State) -> None:
    found = answer(board, state)
    stands = standing(found)
    told = [gap for gap in gaps(counter, found.state.within, year=2003, years=3) if gap.present is not None]
    assert [gap.target.id for gap in told] == [target.id for target in stands.targets]
    assert_same(stands.present, [gap.present for gap in told if gap.present is not None])
    for number, gap in enumerate(told):
        for reading, requirement in enumerate(gap.requirements):
            asked = [one.value if one is not None else UNKNOWN for one in (requirement.required, requirement.missing)]
            assert [stands.required[number, reading], stands.missing[number, reading]] == asked


@given(states)
@examples(15)
def test_the_finding_is_what_the_registers_rows_give(
    board: Board, register: pd.DataFrame, suzhou: Study, state: State
) -> None:
    found = answer(board, state)
    chosen = base_selection(base_of(suzhou, state.base), found.state.within)
    pair = (0, 0)
    if chosen.categories:
        pair = (counted(register, chosen.but(organisation="any")), counted(register, chosen))
    assert (found.selected.part[0], found.selected.whole[0]) == pair


def test_the_whole_city_is_answered_by_what_was_published(board: Board) -> None:
    found = answer(board, State(base="operating"))
    assert set(found.selected.part_status) == set(found.selected.whole_status) == {Status.PUBLISHED}
    assert found.from_registered
    assert set(answer(board, State(staff_from=26)).selected.part_status) == {Status.SYNTHETIC}


def test_all_districts_named_one_by_one_are_the_whole_city(board: Board, suzhou: Study) -> None:
    named = State(districts=tuple(row.id for row in suzhou.districts), base="operating")
    assert answer(board, named).state == State(base="operating")


@pytest.mark.parametrize(
    "state",
    [
        State(staff_from=301),
        State(staff_from=-1),
        State(full_members_from=11),
        State(districts=("999999",)),
        State(categories=("state-owned",)),
        State(base="nobody"),
    ],
)
def test_what_the_data_does_not_hold_is_refused_with_what_is_allowed(board: Board, state: State) -> None:
    with pytest.raises(ParameterError, match="allowed: "):
        answer(board, state)


def test_a_selection_without_enterprises_has_no_rate(board: Board) -> None:
    found = answer(board, State(categories=("individual",), base="private_foreign"))
    assert not found.selected.whole.any()
    assert not found.districts.whole.any()


def test_bands_have_the_limits_of_the_paper(board: Board) -> None:
    assert answer(board, State()).bands.part.shape == (3, len(STAFF_BANDS))
