"""Venues and funds in a scenario: only what differs, every fault told, and what a budget buys is within it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.coverage.counting import Counter
from analysis.errors import DataError, WorkbookError
from analysis.quantities import Status, recompute
from analysis.scenarios.addresses import resolve_support as resolve
from analysis.scenarios.levers import field_of, moving, plan_by_hand, support_model
from analysis.scenarios.levers import planned_value as shown
from analysis.scenarios.scenario import open_scenario
from analysis.scenarios.support import Planned, faults, lever, planned, range_of
from analysis.study import Study, open_study

HEAD = 'zh = "试"\nen = "trial"\nwhy_zh = "试"\nwhy_en = "trial"\n'
STUDY = open_study("suzhou-2003")
CENTRE = STUDY.support[0]


@pytest.mark.parametrize(
    ("support", "told"),
    [
        (
            "[support.center]\nplanned = 9",
            r'trial.toml, support: no such kind of support; seen "center".*mean centre\?',
        ),
        ("[support.centre]\nplaned = 9", r'support, centre: no such lever; seen "planed".*did you mean planned\?'),
        ("[support.centre]\nplanned = 9.5", r"centre, planned: is not a whole number; seen \"9.5\"; allowed: 9 or 10"),
        ("[support.centre]\nplanned = -1", r"centre, planned: out of its range; seen \"-1\"; allowed: 0 to"),
        (
            "[support.centre]\nreach = 60",
            r"reach: out of its range; seen \"60\"; allowed: 10 to 50, as in support.toml",
        ),
        ("[support.centre]\nbudget = nan", r"budget: out of its range"),
        ('[support.centre]\nplanned = "many"', r"support\.centre\.planned"),
        (
            "[support.centre]\nplanned = 100\nbudget = 3000000",
            r"plan costs more than the budget; seen \"100 × 60000 = 6000000, above 3000000\"; allowed: at most 50 planned",
        ),
    ],
)
def test_a_fault_of_the_plan_is_told(tmp_path: Path, support: str, told: str) -> None:
    path = tmp_path / "trial.toml"
    path.write_text(f"{HEAD}{support}\n", encoding="utf-8")
    with pytest.raises(DataError, match=told):
        open_scenario(STUDY, path)


def test_faults_of_levers_and_of_support_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "trial.toml"
    text = f"{HEAD}[levers]\njoint_size = 1\n[support.centre]\nplanned = -1\nreach = 1\n[support.roof]\nplanned = 1\n"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        open_scenario(STUDY, path)
    assert len(caught.value.problems) == 4


def test_a_study_without_support_refuses_a_plan_of_it() -> None:
    (fault,) = faults((), {"centre": {"planned": 1}})
    assert "the study has no support.toml" in str(fault)


@given(budget=st.integers(1, 10**9), unit_cost=st.integers(30_000, 150_000))
def test_what_a_budget_buys_costs_no_more_and_one_more_would(budget: int, unit_cost: int) -> None:
    plan = {"centre": {"budget": budget, "unit_cost": unit_cost}}
    assert not list(faults([CENTRE], plan))
    bought = lever(CENTRE, plan, "planned")
    assert bought is not None
    assert bought * unit_cost <= budget < (bought + 1) * unit_cost


@pytest.mark.parametrize("name", ["ambitious", "low"])
def test_a_plan_changes_only_what_it_says_and_is_computed_again_from_its_addresses(name: str) -> None:
    scenario, counter = open_scenario(STUDY, name), Counter(STUDY, None)
    assert scenario.support

    def now(address: str) -> float:
        kind, _, key = address.partition(":")
        return STUDY.quantity(key).value if kind == "figure" else resolve(STUDY, address)

    for before, after in zip(planned(counter), planned(counter, scenario), strict=True):
        if before.support.id not in scenario.support:
            assert numbers(after) == numbers(before)
            continue
        assert after.planned.value == lever(after.support, scenario.support, "planned")
        for quantity in (after.planned, after.within.numerator, after.planned_cost, after.each):
            assert quantity.status is Status.ASSUMED
            assert recompute(quantity, now) == quantity.value
        assert after.within.numerator.value == min(
            after.within.base.value, after.planned.value * after.lever("reach").value
        )
        assert after.each.value * after.within.numerator.value == pytest.approx(after.planned_cost.value)


def numbers(row: Planned) -> tuple[object, ...]:
    levers = row.lever("reach"), row.lever("unit_cost"), row.planned
    return *levers, row.needed(), row.cost(), row.cost("high", "low"), row.within, row.planned_cost, row.each


def test_what_a_scenario_no_longer_decides_is_told(suzhou: Study) -> None:
    with pytest.raises(WorkbookError, match="low no longer decides reach of centre"):
        resolve(suzhou, "support:low/centre.reach")


@given(data=st.data())
def test_controls_moved_and_moved_back_leave_the_plan_as_it_was(data: st.DataObject) -> None:
    start = open_scenario(STUDY, data.draw(st.sampled_from(["baseline", "ambitious", "low"]))).support
    values = {field_of(row, name): shown(row, start, name) for row, name in moving(STUDY.support)}
    assert plan_by_hand(STUDY.support, start, values) == start
    row, name = data.draw(st.sampled_from(list(moving(STUDY.support))))
    low, _ = range_of(row, name)
    there = plan_by_hand(STUDY.support, start, {**values, field_of(row, name): data.draw(st.integers(int(low), 10**6))})
    back = plan_by_hand(STUDY.support, there, values)
    assert all(lever(row, back, name) == lever(row, start, name) for row, name in moving(STUDY.support))


def test_every_plan_stands_inside_its_controls() -> None:
    plans = [open_scenario(STUDY, name).support for name in ("baseline", "conference", "ambitious", "low")]
    fields = support_model(STUDY.support, plans).model_json_schema()["properties"]
    for row, name in moving(STUDY.support):
        field = fields[field_of(row, name)]
        assert all(field["minimum"] <= shown(row, plan, name) <= field["maximum"] for plan in plans)
        assert field["zh"]
        assert field["step"] > 0
