"""Venues and funds: what is said to be needed serves every organisation, and one fewer does not."""

from __future__ import annotations

import math
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
from analysis.quantities import Status, recompute
from analysis.scenarios.addresses import resolve_support as resolve
from analysis.scenarios.support import planned
from analysis.study import DATA, Study, open_study

STUDY = open_study("suzhou-2003")


def with_support(reach: float, planned_units: int) -> Study:
    first = STUDY.support[0]
    ranged = Ranged(value=reach, low=reach, high=reach)
    return replace(STUDY, support=(first.model_copy(update={"reach": ranged, "planned": planned_units}),))


@given(reach=st.floats(0.5, 5000), units=st.integers(0, 5000))
def test_what_is_needed_serves_all_and_one_fewer_does_not(reach: float, units: int) -> None:
    (row,) = planned(Counter(with_support(reach, units), None))
    whole = row.within.base.value
    assert row.needed().value * reach >= whole - 1e-6
    assert (row.needed().value - 1) * reach < whole
    assert row.within.numerator.value == pytest.approx(min(whole, units * reach))


def test_every_number_is_assumed_and_computed_again_from_its_address() -> None:
    def now(address: str) -> float:
        kind, _, key = address.partition(":")
        return STUDY.quantity(key).value if kind == "figure" else resolve(STUDY, address)

    for row in planned(Counter(STUDY, None)):
        for quantity in (row.needed(), row.cost(), *row_ends(row), row.within.numerator, row.planned_cost):
            assert quantity.status is Status.ASSUMED
            assert recompute(quantity, now) == quantity.value
        least, most = row_ends(row)
        assert least.value <= row.cost().value <= most.value
        assert row.cost().value == row.needed().value * row.lever("unit_cost").value
        assert math.isfinite(most.value)


def row_ends(row):  # type: ignore[no-untyped-def]
    return row.cost("high", "low"), row.cost("low", "high")


def test_support_that_is_gone_is_told() -> None:
    with pytest.raises(WorkbookError, match="no support bridge any more"):
        resolve(STUDY, "support:bridge.planned")


FAULTS: list[tuple[Callable[[str], str], str]] = [
    (
        lambda text: text.replace('measure = "venues"', 'measure = "venue"'),
        r'no measure of duties.toml; seen "venue".*venues',
    ),
    (lambda text: text.replace("low = 10,", "low = 30,"), r"value 25 lies outside 30 to 50"),
    (
        lambda text: text.replace("planned = 80", "planned = -1"),
        r"support centre, planned: is too small",
    ),
    (lambda text: text.replace('id = "dues"', 'id = "centre"'), r"support.toml, centre: stands twice"),
    (lambda text: text.replace("value = 60000", "value = 0"), r"support centre, unit_cost.value: is too small"),
]


@pytest.mark.parametrize(("edit", "said"), FAULTS)
def test_a_fault_of_the_plan_is_told(edit: Callable[[str], str], said: str, tmp_path: Path) -> None:
    study = Path(shutil.copytree(DATA / "suzhou-2003", tmp_path / "study"))
    path = study / "support.toml"
    before = path.read_text(encoding="utf-8")
    path.write_text(edit(before), encoding="utf-8")
    assert edit(before) != before
    with pytest.raises(DataError) as fault:
        open_study(study)
    assert re.search(said, str(fault.value))


def test_a_study_that_plans_none_has_none() -> None:
    assert planned(Counter(open_study("national"), None)) == ()
