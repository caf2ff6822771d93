"""One year: nothing is created or lost, and single rules come out as on paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.coverage.cells import Cells
from analysis.coverage.counting import Counter
from analysis.errors import WorkbookError
from analysis.scenarios.allocation import divided
from analysis.scenarios.assumptions import ALLOWED, rates_of
from analysis.scenarios.random_draws import EXPECTED, Array, Drawn
from analysis.scenarios.scenario import Scenario
from analysis.scenarios.simulation import Flows, expected, step
from analysis.scenarios.start import state_of, without_enterprises
from analysis.scenarios.state import FULL, NONE, OWN_FROM, POOLED_FROM, PROBATION, SETTLED, TOP, State
from analysis.scenarios.targets import gaps
from analysis.study import Study
from tests.examples import examples
from tests.scenarios.still import still


def _anything(baseline: Scenario, seed: int, draws: int) -> dict[str, Array]:
    """Every rate and lever anywhere in what it may be, one number a draw."""
    rng = np.random.default_rng(seed)
    by_category = {"exit_rate": (0.0, 0.6), "growth_rate": (-0.5, 0.6)}
    limits = {name: by_category[name.rpartition("_")[0]] for name in baseline.dynamics if name not in ALLOWED}
    limits |= {name: (row.least, row.most) for name, row in ALLOWED.items()}
    return {name: rng.uniform(*limits[name], size=draws) for name in baseline.dynamics}


def _year(state: State, baseline: Scenario, **rates: float) -> tuple[State, Flows]:
    """A year without chance in which nothing happens but this."""
    return step(state, rates_of(still(baseline, **rates), state.categories))


def _net(flows: Flows) -> Array:
    """The net change of members."""
    gone = flows["members_closed"] + flows["members_lapsed"] + flows["members_left"]
    return flows["members_arrived"] + flows["members_admitted"] - gone


def _settled(state: State) -> State:
    """The state without probationary members, who would be confirmed or lapse."""
    settled = replace(state, counts=state.counts.copy(), pools=state.pools.copy())
    for position in np.flatnonzero(PROBATION):
        settled.counts[:, :, :, SETTLED[int(FULL[position])]] += settled.counts[:, :, :, position]
        settled.counts[:, :, :, position] = 0
    settled.pools[1] = 0
    return settled


def test_a_state_holds_what_the_cells_hold(state: State, by_district: State, cells: Cells) -> None:
    table = cells.table
    for one in (state, by_district):
        assert one.enterprises.tolist() == [table["enterprises"].sum()]
        assert one.members.tolist() == [table["members_total"].sum()]
    independent = state.counts[:, :, :, :, 1::2].sum()
    assert independent + state.joint.sum() == table["organisations"].sum()


def test_a_state_s_targets_are_those_of_the_gaps(state: State, cells: Cells, suzhou: Study) -> None:
    now = dict(zip(state.measures.names, state.measures.of(state)[:, 0], strict=True))
    for gap in gaps(Counter(suzhou, cells), year=2003, years=3):
        if gap.present is not None:
            assert now[f"{gap.target.id}.meant"] == gap.present.base.value
            assert now[f"{gap.target.id}.have"] == gap.present.numerator.value


def test_districts_that_hold_no_enterprise_are_known_and_a_study_of_none_is_refused(
    suzhou: Study, cells: Cells
) -> None:
    first = suzhou.districts[0].id
    some = replace(cells, table=cells.table[cells.table["district"] != first])
    assert [row.id for row in without_enterprises(some, suzhou)] == [first]
    with pytest.raises(WorkbookError, match=r"0 operating enterprises.*allowed: a register with at least one"):
        state_of(replace(cells, table=cells.table.iloc[:0]), suzhou)


def test_an_empty_district_stays_empty_and_the_others_go_their_way(
    suzhou: Study, cells: Cells, baseline: Scenario
) -> None:
    some = replace(cells, table=cells.table[cells.table["district"] != suzhou.districts[0].id])
    state, plan = state_of(some, suzhou, pooled=False), baseline.but(instructors_added=500)
    for chance in (EXPECTED, Drawn(np.random.default_rng(3))):
        after, _ = step(state, rates_of(plan.values(), state.categories), chance=chance)
        assert after.counts[0].sum() == 0 == after.pools[:, 0].sum() == after.joint[0].sum()
        assert after.counts[1:].sum() > 0
        assert np.isfinite(after.counts).all()
    found = divided(state, plan, years=1)
    assert found.units[suzhou.districts[0].id] == 0
    assert sum(found.units.values()) == 500


@pytest.mark.parametrize("is_drawn", [True, False])
@examples(25)
@given(seed=st.integers(0, 10_000))
def test_nothing_is_created_or_lost(
    small: Callable[[int], State], baseline: Scenario, seed: int, is_drawn: bool
) -> None:
    """Exactly in a draw, whose numbers are whole; to rounding in the mean field."""
    state, chance = small(seed).repeated(4), Drawn(np.random.default_rng(seed)) if is_drawn else EXPECTED
    rates = rates_of(_anything(baseline, seed, 4), state.categories)
    rounding = 0 if is_drawn else 1e-6
    for _ in range(3):
        after, flows = step(state, rates, chance=chance)
        turned, net = flows["opened"] - flows["closed"], _net(flows)
        assert np.allclose(after.enterprises - state.enterprises, turned, rtol=10 * rounding, atol=rounding)
        assert np.allclose(after.members - state.members, net, rtol=10 * rounding, atol=rounding)
        assert min(one.min() for one in (after.counts, after.pools, after.joint - after.joint_good)) >= -1e-9
        if is_drawn:
            assert all(np.array_equal(whole, np.rint(whole)) for whole in (after.counts, after.pools))
            assert not (after.pools * (after.counts[:, :, :, TOP] == 0)).any()  # nobody without an enterprise
        state = after


def test_the_state_before_is_left_alone(state: State, baseline: Scenario) -> None:
    before = [values.copy() for values in (state.counts, state.pools, state.joint)]
    step(state, rates_of(baseline.values(), state.categories))
    for was, now in zip(before, (state.counts, state.pools, state.joint), strict=True):
        assert np.array_equal(was, now)


def test_where_nothing_happens_nothing_changes(state: State, baseline: Scenario) -> None:
    settled = _settled(state)
    after, flows = _year(settled, baseline)
    assert np.array_equal(after.counts, settled.counts)
    assert np.array_equal(after.pools, settled.pools)
    assert _net(flows).tolist() == [0.0]


def test_five_good_alone_follows_the_closed_form(state: State, baseline: Scenario) -> None:
    found = expected(state, still(baseline, five_good_rate=0.1), years=4)
    organisations, good = (
        found[state.measures.names.index(name), :, 0] for name in ("organisations", "five_good.have")
    )
    assert organisations == pytest.approx(np.full(5, organisations[0]))
    assert good == pytest.approx(organisations[0] - (organisations[0] - good[0]) * 0.9 ** np.arange(5))


def test_growth_alone_is_compound_interest(state: State, baseline: Scenario) -> None:
    growth = {name: 0.1 for name in baseline.dynamics if name.startswith("growth_rate_")}
    found = expected(state, still(baseline, enterprise_growth=1, **growth), years=5)
    enterprises = found[state.measures.names.index("enterprises"), :, 0]
    assert enterprises == pytest.approx(enterprises[0] * 1.1 ** np.arange(6))


@pytest.mark.parametrize("factor", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("growth", [0.12, -0.02, -0.3])
def test_net_growth_is_what_it_names_however_many_close(
    state: State, baseline: Scenario, growth: float, factor: float
) -> None:
    """Of every category, though large enterprises close less often; a decline beyond the closings as well."""
    rates = {name: 0.1 for name in baseline.dynamics if name.startswith("exit_rate_")}
    rates |= {name: growth for name in baseline.dynamics if name.startswith("growth_rate_")}
    values = still(baseline, exit_large=0.4, enterprise_growth=factor, **rates)
    for chance in (EXPECTED, Drawn(np.random.default_rng(2))):
        after, flows = step(state, rates_of(values, state.categories), chance=chance)
        before, now = (one.counts.sum(axis=(0, 2, 3, 4, 5, 6)) for one in (state, after))
        closed = np.sqrt(2 * flows["closed"]) if chance is not EXPECTED else 1e-6
        assert now == pytest.approx(before * (1 + growth * factor), abs=float(4 * np.max(closed)))


def test_instructors_withdrawn_had_as_many_enterprises_as_those_of_today(state: State, baseline: Scenario) -> None:
    """What is decided is how many those added look after: it is no loss where none is added."""
    plan = baseline.assuming(instructors_added=-10.0)
    near, far = (
        step(state, rates_of(plan.but(enterprises_per_instructor=reach).values(), state.categories))[0]
        for reach in (5.0, 50.0)
    )
    lost = 10 * baseline.dynamics["enterprises_per_instructor"].value
    assert state.instructed - near.instructed == pytest.approx(lost)
    assert np.array_equal(near.instructed, far.instructed)


def test_more_enterprises_stand_just_above_a_threshold_than_an_even_spread_says(state: State, cells: Cells) -> None:
    """The spread of members beyond is that of the register, in the number that has none and in variance."""
    table = cells.table[cells.table["full_members"] >= POOLED_FROM]
    n, beyond = table["enterprises"], table["full_members_total"] - POOLED_FROM * table["enterprises"]
    top, pool = state.counts[:, :, :, TOP], state.pools[0]
    mean = pool / np.where(top > 0, top, 1)
    shape = state.edge_shape
    exactly = n[table["full_members"] == POOLED_FROM].sum()
    assert (top * (shape / (shape + mean)) ** shape).sum() == pytest.approx(exactly)
    varying = (beyond**2 / n).sum() - (top * mean**2).sum()
    shape = state.sum_shape
    told = top * mean * (mean + shape) * (top - 1) / (1 + top * shape)
    assert told.sum() == pytest.approx(varying, rel=1e-6)
    assert max(state.edge_shape, state.sum_shape) < 1  # the geometric spread was too even


def test_the_first_members_are_of_the_sizes_that_have_none(state: State, cells: Cells) -> None:
    table = cells.table[(cells.table["members"] == 0) & (cells.table["category"] == "private")]
    large = table[table["staff"] >= 100]
    parts = state.staff_without[state.categories.index("private"), -1]
    assert parts.mean() == pytest.approx(large["staff_total"].sum() / large["enterprises"].sum())
    assert (np.diff(parts) >= 0).all()
    assert parts.mean() < state.staff[state.categories.index("private"), -1]


def test_sizes_stay_as_they_are_where_moves_up_and_down_balance(state: State, baseline: Scenario) -> None:
    after, _ = _year(state, baseline, staff_down=0.1, staff_up=1)
    assert after.counts.sum(axis=(0, 3, 4, 5)) == pytest.approx(state.counts.sum(axis=(0, 3, 4, 5)))


def test_members_that_leave_are_so_many_of_all(state: State, baseline: Scenario) -> None:
    settled = _settled(state)
    _, flows = _year(settled, baseline, leaving_rate=0.04)
    left = flows["members_left"] / settled.members
    assert left == pytest.approx(0.04, rel=0.01)  # one at the most leaves where two are


def test_all_that_reach_three_full_members_found_an_organisation(
    small: Callable[[int], State], baseline: Scenario
) -> None:
    state = small(3)
    after, _ = _year(state, baseline, founding_rate=1)
    assert after.counts[:, :, :, SETTLED[OWN_FROM] :, NONE].sum() == 0


def test_instructors_go_to_the_largest_first_and_leave_the_smallest_first(state: State, baseline: Scenario) -> None:
    more, _ = _year(state, baseline, instructors_added=10, enterprises_per_instructor=10)
    assert (more.counts - state.counts)[..., 1, :].sum() == pytest.approx(100)
    assert (more.counts - state.counts)[:, :, 1:, ..., 1, :].sum() == pytest.approx(0)  # the upper bands have theirs
    less, _ = _year(state, baseline, instructors_added=-10, enterprises_per_instructor=10)
    assert (less.counts - state.counts)[:, :, 1:, ..., 1, :].sum() == pytest.approx(0)
    assert (less.counts - state.counts)[..., 1, :].sum() == pytest.approx(-100)


def test_districts_added_up_are_the_whole(state: State, by_district: State, baseline: Scenario) -> None:
    values = baseline.assuming(joint_organisations=0).values()
    whole, parts = (
        expected(replace(one, joint_places=0 * one.joint_places), values, years=5)
        for one in (state, by_district)  # joint organisations take in neighbours, so their places stay in a district
    )
    assert parts == pytest.approx(whole, rel=0.005)  # members beyond three spread by the mean of each district


def test_new_enterprises_of_a_category_of_large_ones_alone_are_large(state: State, baseline: Scenario) -> None:
    large = replace(state, counts=state.counts.copy(), pools=state.pools.copy())
    large.counts[:, :, :-1] = 0
    large.pools[:, :, :, :-1] = 0
    growth = {name: 0.5 for name in baseline.dynamics if name.startswith("growth_rate_")}
    after, flows = _year(large, baseline, entrant_size=1, enterprise_growth=1, **growth)
    assert after.counts[:, :, -1].sum() == pytest.approx(1.5 * large.counts.sum())
    assert flows["opened"] == pytest.approx(0.5 * large.enterprises)
