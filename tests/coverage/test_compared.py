"""Comparisons of the study that ships: from its counts to numbers with addresses, and back."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.coverage.compared import (
    cell_number,
    district_number,
    group_number,
    kinds,
    link_number,
    resolver,
    term_number,
    total_number,
)
from analysis.coverage.comparing import GROUPS, OUTCOMES, Measure, Side, of_districts, table
from analysis.coverage.counting import Counter
from analysis.coverage.districts import Districts
from analysis.coverage.pairs import Pair, pair
from analysis.coverage.sources import cells_of
from analysis.errors import ParameterError, WorkbookError
from analysis.quantities import Label, Status
from analysis.study import Study

KUNSHAN, WUJIANG = ("320583",), ("320584",)


@pytest.fixture(scope="module")
def counter(suzhou: Study) -> Counter:
    return Counter(suzhou, cells_of(suzhou))


@pytest.fixture(scope="module")
def districts(counter: Counter) -> Districts:
    return Districts(counter, Measure())


def kunshan_and_wujiang(counter: Counter, **changes: str) -> Pair:
    measure = Measure()
    return pair(Side(counter, measure, WUJIANG), Side(counter, measure.but(**changes), KUNSHAN), change=bool(changes))


@pytest.mark.parametrize("groups", GROUPS)
@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("base", ["operating", "private_foreign", "eligible"])
def test_groups_add_up_to_their_district_over_every_base(
    counter: Counter, groups: str, outcome: str, base: str
) -> None:
    measure = Measure(outcome, base, groups)
    side = Side(counter, measure, KUNSHAN)
    rate, parts = side.rate, table(side.parts)
    assert parts["base"].sum() == rate.base.value
    assert parts["covered"].sum() == rate.numerator.value


def test_the_districts_add_up_to_the_published_totals(counter: Counter) -> None:
    found = table(of_districts(counter, Measure()))
    assert found[["base", "covered"]].sum().to_list() == [252963, 10547]


def test_what_rests_on_a_synthetic_register_is_synthetic(counter: Counter, districts: Districts) -> None:
    assert districts.status is Status.SYNTHETIC
    assert kunshan_and_wujiang(counter).status is Status.SYNTHETIC


def test_the_terms_between_two_districts_are_their_difference(counter: Counter) -> None:
    found = kunshan_and_wujiang(counter)
    assert found.is_like_for_like
    gap = found.second.rate.share.value - found.first.rate.share.value
    assert found.terms["effect"].sum() == pytest.approx(gap, rel=1e-12)
    assert found.groups.sum().to_list() == pytest.approx(found.terms["effect"][["mix", "rate"]].to_list(), rel=1e-9)
    assert found.chain["effect"].sum() == pytest.approx(gap, rel=1e-12)
    assert list(found.chain.index) == ["eligible", "built", "joint"]


def test_two_bases_are_refused_unless_their_change_is_asked_for_as_a_term(counter: Counter) -> None:
    one, two = (Side(counter, Measure(base=base), KUNSHAN) for base in ("operating", "private_foreign"))
    with pytest.raises(WorkbookError, match=r'base "operating" .* against "private_foreign".*change_of_base = "term"'):
        pair(one, two)
    found = pair(one, two, change=True)
    assert found.terms["effect"].sum() == pytest.approx(two.rate.share.value - one.rate.share.value, rel=1e-12)
    assert found.terms.loc[["mix", "rate", "definition"], "effect"].to_list() == [0, 0, 0]
    assert not found.is_like_for_like


def test_a_change_of_definition_is_refused_too_and_a_term_too(counter: Counter) -> None:
    with pytest.raises(WorkbookError, match='covered as "organisation" against "independent"'):
        pair(Side(counter, Measure(), WUJIANG), Side(counter, Measure("independent"), KUNSHAN))
    terms = kunshan_and_wujiang(counter, outcome="independent", base="eligible").terms["effect"]
    assert (terms != 0).all()


def test_the_same_enterprises_on_both_sides_are_refused(counter: Counter) -> None:
    with pytest.raises(WorkbookError, match="both sides are the same enterprises; allowed: two districts"):
        pair(Side(counter, Measure(), KUNSHAN), Side(counter, Measure(), KUNSHAN))


def test_a_study_without_cells_and_a_base_without_groups_are_refused(suzhou: Study, counter: Counter) -> None:
    with pytest.raises(WorkbookError, match="published figures only, nothing to compare by group"):
        _ = Side(Counter(suzhou, None), Measure()).parts
    with pytest.raises(ParameterError, match="published for the whole only; allowed: operating"):
        _ = Side(counter, Measure(base="registered")).parts


def test_an_unknown_definition_is_named_with_what_is_allowed() -> None:
    with pytest.raises(ParameterError, match=r'outcome: "organization"; allowed: .*did you mean organisation'):
        Measure("organization")


def test_standardising_takes_from_kunshan_what_its_foreign_enterprises_give_it(districts: Districts) -> None:
    found = districts.numbers.loc["320583"]
    assert found["crude_rank"] == 1
    assert found["standardised"] < found["crude"] - 0.01
    assert found["adjusted_rank"] > 1
    assert (districts.numbers["effective"] > 0).all()


def test_every_number_is_computed_again_from_its_address(counter: Counter, districts: Districts) -> None:
    found = kunshan_and_wujiang(counter)
    changed = kunshan_and_wujiang(counter, base="eligible", outcome="independent")
    numbers = [district_number(districts, column, "SIP") for column in kinds("districts")]
    numbers += [total_number(districts, name) for name in kinds("totals")]
    numbers += [cell_number(districts, column, "320502.foreign", Label("格", "cell")) for column in kinds("cells")]
    numbers += [term_number(one, term) for one in (found, changed) for term in ("mix", "rate", "base", "definition")]
    numbers += [link_number(found, link) for link in found.chain.index]
    numbers += [group_number(found, column, group) for column in ("mix", "rate") for group in found.groups.index]
    resolve = resolver(counter, lambda: counter)
    assert [resolve(one.address) for one in numbers] == [one.value for one in numbers]
    assert len({one.address for one in numbers}) == len(numbers)


def test_an_address_whose_district_is_gone_says_so(counter: Counter, districts: Districts) -> None:
    address = district_number(districts, "standardised", "SIP").address.replace("SIP", "SIQ")
    with pytest.raises(WorkbookError, match=r"there is no SIQ; .*did you mean SIP"):
        resolver(counter, lambda: counter)(address)


def test_a_share_of_the_inequality_lies_between_groups_and_the_rest_within(districts: Districts) -> None:
    totals = districts.totals
    assert 0 < totals["theil_districts"] < totals["theil_groups"] < 1
    assert totals["adjusted_difference"] < totals["crude_difference"]
    assert isinstance(districts.cells, pd.DataFrame)
