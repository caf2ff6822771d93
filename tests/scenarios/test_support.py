"""Venues and funds: what is needed serves every organisation, a scenario changes only what it says, every fault is told."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.conference import Ranged
from analysis.coverage.counting import Counter
from analysis.errors import DataError, WorkbookError
from analysis.quantities import Quantity, Status, recompute
from analysis.scenarios.addresses import resolve_support
from analysis.scenarios.levers import field_of, moving, plan_by_hand, planned_value, support_model
from analysis.scenarios.scenario import open_scenario, scenario_names
from analysis.scenarios.support import Planned, faults, lever, planned, range_of
from analysis.study import open_study

HEAD = 'zh = "试"\nen = "trial"\nwhy_zh = "试"\nwhy_en = "trial"\n'
STUDY = open_study("suzhou-2003")
CENTRE = STUDY.support[0]


def numbers(row: Planned) -> tuple[Quantity, ...]:
    levers = row.lever("reach"), row.lever("unit_cost"), row.planned
    costs = row.needed(), row.cost(), row.cost("high", "low"), row.cost("low", "high"), row.planned_cost, row.each
    return *levers, *costs, row.within.numerator, row.within.base


def is_traced(row: Planned) -> bool:
    """Whether every number is assumed, and comes out again from its address."""

    def now(address: str) -> float:
        kind, _, key = address.partition(":")
        return STUDY.quantity(key).value if kind == "figure" else resolve_support(STUDY, address)

    *assumed, base = numbers(row)
    again = all(recompute(one, now) == one.value for one in (*assumed, base))
    return again and {one.status for one in assumed} == {Status.ASSUMED}


@given(reach=st.floats(0.5, 5000), units=st.integers(0, 5000))
def test_what_is_needed_serves_all_and_one_fewer_does_not(reach: float, units: int) -> None:
    ranged = Ranged(value=reach, low=reach, high=reach)
    kind = CENTRE.model_copy(update={"reach": ranged, "planned": units})
    (row,) = planned(Counter(replace(STUDY, support=(kind,)), None))
    whole = row.within.base.value
    assert row.needed().value * reach >= whole - 1e-6
    assert (row.needed().value - 1) * reach < whole
    assert row.within.numerator.value == pytest.approx(min(whole, units * reach))


def test_every_number_is_assumed_and_computed_again_from_its_address() -> None:
    for row in planned(Counter(STUDY, None)):
        assert is_traced(row)
        assert row.cost("high", "low").value <= row.cost().value <= row.cost("low", "high").value
        assert row.cost().value == row.needed().value * row.lever("unit_cost").value


@pytest.mark.parametrize("name", ["ambitious", "low"])
def test_a_plan_changes_only_what_it_says(name: str) -> None:
    scenario, counter = open_scenario(STUDY, name), Counter(STUDY, None)
    assert scenario.support
    for before, after in zip(planned(counter), planned(counter, scenario), strict=True):
        assert is_traced(after)
        if before.support.id not in scenario.support:
            assert numbers(after) == numbers(before)
        assert after.planned.value == lever(after.support, scenario.support, "planned")
        within = after.within
        assert within.numerator.value == min(within.base.value, after.planned.value * after.lever("reach").value)
        assert after.each.value * within.numerator.value == pytest.approx(after.planned_cost.value)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("support:bridge.planned", "no support bridge any more"),
        ("support:low/centre.reach", "low no longer decides reach of centre"),
    ],
)
def test_support_that_is_gone_is_told(address: str, told: str) -> None:
    with pytest.raises(WorkbookError, match=told):
        resolve_support(STUDY, address)


def test_a_study_that_plans_none_has_none_and_refuses_a_plan_of_it() -> None:
    assert planned(Counter(open_study("national"), None)) == ()
    (fault,) = faults((), {"centre": {"planned": 1}})
    assert "the study has no support.toml" in str(fault)


FAULTS: list[tuple[Callable[[str], str], str]] = [
    (
        lambda text: text.replace('measure = "venues"', 'measure = "venue"'),
        r'no measure of duties.toml; seen "venue".*venues',
    ),
    (lambda text: text.replace("low = 10,", "low = 30,"), r"value 25 lies outside 30 to 50"),
    (lambda text: text.replace("planned = 80", "planned = -1"), r"support centre, planned: is too small"),
    (lambda text: text.replace('id = "dues"', 'id = "centre"'), r"support.toml, centre: stands twice"),
    (lambda text: text.replace("value = 60000", "value = 0"), r"support centre, unit_cost.value: is too small"),
]


@pytest.mark.parametrize(("edit", "said"), FAULTS)
def test_a_fault_of_the_study_s_support_is_told(edit: Callable[[str], str], said: str, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(STUDY.folder, tmp_path / "study"))
    path = folder / "support.toml"
    before = path.read_text(encoding="utf-8")
    path.write_text(edit(before), encoding="utf-8")
    assert edit(before) != before
    with pytest.raises(DataError) as fault:
        open_study(folder)
    assert re.search(said, str(fault.value))


@pytest.mark.parametrize(
    ("kind", "levers", "told"),
    [
        ("center", "planned = 9", r'trial.toml, support: no such kind of support; seen "center".*mean centre\?'),
        ("centre", "planed = 9", r'support, centre: no such lever; seen "planed".*did you mean planned\?'),
        ("centre", "planned = 9.5", r"centre, planned: is not a whole number; seen \"9.5\"; allowed: 9 or 10"),
        ("centre", "planned = -1", r"centre, planned: out of its range; seen \"-1\"; allowed: 0 to"),
        ("centre", "reach = 60", r"reach: out of its range; seen \"60\"; allowed: 10 to 50, as in support.toml"),
        ("centre", "budget = nan", r"budget: out of its range"),
        ("centre", 'planned = "many"', r"support\.centre\.planned"),
        (
            "centre",
            "planned = 100\nbudget = 3000000",
            r"costs more than the budget; seen \"100 × 60000 = 6000000, above 3000000\"; allowed: at most 50 planned",
        ),
    ],
)
def test_a_fault_of_a_scenario_s_plan_is_told(tmp_path: Path, kind: str, levers: str, told: str) -> None:
    path = tmp_path / "trial.toml"
    path.write_text(f"{HEAD}[support.{kind}]\n{levers}\n", encoding="utf-8")
    with pytest.raises(DataError, match=told):
        open_scenario(STUDY, path)


def test_faults_of_levers_and_of_support_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "trial.toml"
    text = f"{HEAD}[levers]\njoint_size = 1\n[support.centre]\nplanned = -1\nreach = 1\n[support.roof]\nplanned = 1\n"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        open_scenario(STUDY, path)
    assert len(caught.value.problems) == 4


@given(budget=st.integers(1, 10**9), unit_cost=st.integers(30_000, 150_000))
def test_what_a_budget_buys_costs_no_more_and_one_more_would(budget: int, unit_cost: int) -> None:
    plan = {"centre": {"budget": budget, "unit_cost": unit_cost}}
    assert not list(faults([CENTRE], plan))
    bought = lever(CENTRE, plan, "planned")
    assert bought is not None
    assert bought * unit_cost <= budget < (bought + 1) * unit_cost


@given(data=st.data())
def test_controls_moved_and_moved_back_leave_the_plan_as_it_was(data: st.DataObject) -> None:
    start = open_scenario(STUDY, data.draw(st.sampled_from(["baseline", "ambitious", "low"]))).support
    values = {field_of(row, name): planned_value(row, start, name) for row, name in moving(STUDY.support)}
    assert plan_by_hand(STUDY.support, start, values) == start
    row, name = data.draw(st.sampled_from(list(moving(STUDY.support))))
    low, _ = range_of(row, name)
    there = plan_by_hand(STUDY.support, start, {**values, field_of(row, name): data.draw(st.integers(int(low), 10**6))})
    back = plan_by_hand(STUDY.support, there, values)
    assert all(lever(row, back, name) == lever(row, start, name) for row, name in moving(STUDY.support))


def test_every_plan_stands_inside_its_controls() -> None:
    plans = [open_scenario(STUDY, name).support for name in scenario_names(STUDY)]
    fields = support_model(STUDY.support, plans).model_json_schema()["properties"]
    for row, name in moving(STUDY.support):
        field = fields[field_of(row, name)]
        assert all(field["minimum"] <= planned_value(row, plan, name) <= field["maximum"] for plan in plans)
        assert field["zh"]
        assert 0 < field["step"] <= field["maximum"] / 10
