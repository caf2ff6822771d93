"""What the screen shows is what the paper prints, and what anyone would count from the register's rows."""

from __future__ import annotations

import time

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.coverage.answers import Answer, State, answer
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


def same(shares: Shares, place: tuple[int, ...], rate: Rate) -> None:
    assert (shares.part[place], shares.whole[place]) == (rate.numerator.value, rate.base.value)
    assert Status(int(shares.part_status[place])) is rate.numerator.status
    assert Status(int(shares.whole_status[place])) is rate.base.status


@given(states)
@often
def test_districts_are_those_of_the_paper(board: Board, counter: Counter, suzhou: Study, state: State) -> None:
    found = answer(board, state)
    order = [row.id for row in suzhou.districts]
    parts = coverage_by(counter, "districts", found.state.within.but(districts=()), base=base_of(suzhou, state.base))
    for part in parts:
        same(found.districts, (order.index(part.id),), part.rate)
    if not parts:  # the base holds none of the chosen categories
        assert not found.districts.whole.any()


@given(states)
@often
def test_category_and_size_are_those_of_the_paper(board: Board, counter: Counter, state: State) -> None:
    found = answer(board, state)
    within = found.state.within.but(categories=(), staff_from=0)
    for number, row in enumerate(coverage_by_band(counter, within)):
        for band, part in enumerate(row):
            same(found.bands, (number, band), part.rate)


@given(states)
@often
def test_the_cascade_is_that_of_the_paper(board: Board, counter: Counter, state: State) -> None:
    found = answer(board, state)
    steps = cascade(counter, found.state.within, full_members_from=state.full_members_from)
    assert len(steps) == len(found.cascade.part)
    for number, step in enumerate(steps):
        same(found.cascade, (number,), step.rate)


@given(states)
@often
def test_the_ladder_is_that_of_the_paper(board: Board, counter: Counter, state: State) -> None:
    found = answer(board, state)
    rungs = ladder(counter, found.state.within)
    assert [rung.id for rung in rungs] == list(found.ladder.bases)
    for number, rung in enumerate(rungs):
        same(found.ladder.counted, (number,), rung.counted or rung.rate)


@given(states)
@often
def test_gaps_to_the_targets_are_those_of_the_paper(board: Board, counter: Counter, state: State) -> None:
    found = answer(board, state)
    stands = standing(found)
    told = [gap for gap in gaps(counter, found.state.within, year=2003, years=3) if gap.present is not None]
    assert [gap.target.id for gap in told] == [target.id for target in stands.targets]
    for number, gap in enumerate(told):
        assert gap.present is not None
        same(stands.present, (number,), gap.present)
        for reading, requirement in enumerate(gap.requirements):
            required = UNKNOWN if requirement.required is None else requirement.required.value
            missing = UNKNOWN if requirement.missing is None else requirement.missing.value
            assert (stands.required[number, reading], stands.missing[number, reading]) == (required, missing)


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


def test_an_answer_takes_a_few_milliseconds_at_the_most(board: Board) -> None:
    def once(staff: int) -> float:
        start = time.perf_counter()
        _whole(answer(board, State(staff_from=staff, base="operating")))
        return time.perf_counter() - start

    assert min(once(staff) for staff in range(25, 75)) < 0.004  # 2 ms where measured; other machines are slower


def _whole(found: Answer) -> None:
    standing(found)


def test_bands_have_the_limits_of_the_paper(board: Board) -> None:
    assert answer(board, State()).bands.part.shape == (3, len(STAFF_BANDS))
