"""Coverage over every base, by every part, step by step."""

from __future__ import annotations

import pytest

from analysis.coverage.counting import Counter
from analysis.coverage.indicators import base_of, cascade, coverage_by, coverage_by_band, ladder
from analysis.coverage.selection import Selection
from analysis.coverage.sources import cells_of
from analysis.errors import ParameterError
from analysis.quantities import Status
from analysis.study import Study


@pytest.fixture(scope="module")
def counter(suzhou: Study) -> Counter:
    return Counter(suzhou, cells_of(suzhou))


def test_the_ladder_holds_the_same_coverage_over_every_base(counter: Counter) -> None:
    rungs = {rung.id: rung for rung in ladder(counter)}
    assert list(rungs) == ["registered", "operating", "private_foreign", "eligible"]
    assert round(rungs["registered"].rate.share.value, 4) == 0.0364
    assert round(rungs["operating"].rate.share.value, 4) == 0.0417
    assert round(rungs["private_foreign"].rate.share.value, 4) == 0.1656


def test_a_rate_whose_numerator_may_lie_outside_the_base_is_an_upper_bound(counter: Counter) -> None:
    rungs = {rung.id: rung for rung in ladder(counter)}
    bounded = rungs["private_foreign"]
    assert bounded.is_upper_bound
    assert bounded.rate.status is Status.DERIVED
    assert bounded.counted is not None
    assert bounded.counted.status is Status.SYNTHETIC
    assert bounded.counted.numerator.value <= bounded.rate.numerator.value
    assert not any(rungs[name].is_upper_bound for name in ("registered", "operating", "eligible"))


def test_the_ladder_of_a_district_has_no_rung_that_was_published_for_the_city_only(counter: Counter) -> None:
    rungs = ladder(counter, Selection(districts=("320583",)))
    assert [rung.id for rung in rungs] == ["operating", "private_foreign", "eligible"]
    assert all(rung.rate.status is Status.SYNTHETIC for rung in rungs)


def test_without_cells_the_published_rungs_stand_alone(suzhou: Study) -> None:
    rungs = ladder(Counter(suzhou, None))
    assert [rung.id for rung in rungs] == ["registered", "operating", "private_foreign"]
    assert all(rung.counted is None for rung in rungs)


@pytest.mark.parametrize("attribute", ["districts", "categories"])
@pytest.mark.parametrize("outcome", ["organisation", "instructor"])
def test_the_parts_add_up_to_the_published_total(counter: Counter, attribute: str, outcome: str) -> None:
    parts = coverage_by(counter, attribute, outcome=outcome)  # type: ignore[arg-type]
    whole = {"organisation": 10547, "instructor": 70498}[outcome]
    assert sum(part.rate.numerator.value for part in parts) == whole
    assert sum(part.rate.base.value for part in parts) == 252963


def test_bands_add_up_to_their_category(counter: Counter) -> None:
    for row, size in zip(coverage_by_band(counter), (58199, 5491, 189273), strict=True):
        assert sum(part.rate.base.value for part in row) == size


def test_the_cascade_begins_with_the_widest_base_and_its_drops_add_up(counter: Counter) -> None:
    steps = cascade(counter)
    assert [step.reached.value for step in steps[:2]] == [289513, 252963]
    lost = sum(step.drop.value for step in steps if step.drop is not None)
    assert lost == pytest.approx(100 * (1 - steps[-1].rate.share.value))


def test_an_unknown_base_is_refused(suzhou: Study) -> None:
    with pytest.raises(ParameterError, match="did you mean operating"):
        base_of(suzhou, "operatng")
