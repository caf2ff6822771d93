"""A selection is what it says: what it cannot be is refused, and the base it makes is named by place, kind and size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from analysis.briefing.context import Context, department_of
from analysis.briefing.parameters import DepartmentParameters
from analysis.coverage.answers import State, answer
from analysis.coverage.base_names import base_label
from analysis.coverage.compared import PAIR, cell_number, district_number, group_number, total_number
from analysis.coverage.comparing import Measure, Side
from analysis.coverage.counting import Counter
from analysis.coverage.districts import Districts
from analysis.coverage.indicators import cascade, coverage_by
from analysis.coverage.lookup import board_of
from analysis.coverage.pairs import pair
from analysis.coverage.selection import EVERYTHING, Selection, parsed
from analysis.coverage.sources import cells_of
from analysis.errors import ParameterError, WorkbookError
from analysis.quantities import Rate, astray
from analysis.scenarios.addresses import lever_quantity
from analysis.scenarios.scenario import open_scenario
from analysis.scenarios.sensitivity import tornado
from analysis.scenarios.start import state_of
from analysis.study import Study


@pytest.fixture(scope="module")
def counter(suzhou: Study) -> Counter:
    return Counter(suzhou, cells_of(suzhou))


@pytest.mark.parametrize(
    ("conditions", "told"),
    [
        ({"instructor": "Yes"}, r"instructor: 'Yes'; allowed: yes, no .*or empty"),
        ({"union": True}, "union: True; allowed: yes, no"),
        ({"directly_managed": "any"}, "directly_managed: 'any'; allowed: yes, no"),
        ({"organisation": "branch"}, "organisation: 'branch'; allowed: any, none, independent, joint"),
        ({"categories": "private"}, r'categories: "private"; allowed: a tuple of ids, such as \("private",\)'),
        ({"categories": ["private"]}, r"categories: \['private'\]; allowed: a tuple of ids"),
        ({"districts": (320583,)}, r"districts: \(320583,\); allowed: a tuple of ids"),
        ({"districts": ("",)}, r"districts: \(''.*allowed: a tuple of ids"),
        ({"staff_from": -1}, "staff_from: -1; allowed: a whole number from 0"),
        ({"staff_to": 24.0}, "staff_to: 24.0; allowed: a whole number from 0"),
        ({"members_from": True}, "members_from: True; allowed: a whole number from 0"),
        ({"full_members_from": "3"}, "full_members_from: '3'; allowed: a whole number from 0"),
    ],
)
def test_a_condition_that_cannot_be_one_is_refused_with_what_is_allowed(conditions: dict[str, Any], told: str) -> None:
    with pytest.raises(ParameterError, match=told):
        Selection(**conditions)


def test_a_whole_number_of_any_kind_is_a_threshold() -> None:
    assert Selection(staff_from=np.int64(50)) == Selection(staff_from=50)  # type: ignore[arg-type]


@pytest.mark.parametrize("address", ["cells:enterprises?staff_from=many", "cells:enterprises?instructor=maybe"])
def test_an_address_with_a_condition_that_cannot_be_one_is_refused(address: str) -> None:
    with pytest.raises(ParameterError, match="allowed: "):
        parsed(address)


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        (Selection(districts=("320599",)), 'districts: "320599" is not in suzhou-2003; allowed: 320582, '),
        (Selection(categories=("privat",)), "categories: .*did you mean private"),
    ],
)
def test_an_unknown_district_or_category_is_refused_by_name(counter: Counter, chosen: Selection, told: str) -> None:
    asked = (
        lambda: counter.count("enterprises", chosen),
        lambda: counter.rate(chosen.but(organisation="any"), base=chosen),
        lambda: base_label(counter.study, chosen),
    )
    for ask in asked:
        with pytest.raises(ParameterError, match=told):
            ask()


def test_a_text_is_no_list_of_ids_anywhere(suzhou: Study, counter: Counter) -> None:
    assert counter.cells is not None
    with pytest.raises(ParameterError, match=r"a tuple of ids, such as \(\"private\",\)"):
        Measure(categories="private")  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match=r"a tuple of ids, such as \(\"320583\",\)"):
        answer(board_of(suzhou, counter.cells), State(districts="320583"))  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="directly_managed: 'Yes'; allowed: any, yes, no"):
        answer(board_of(suzhou, counter.cells), State(directly_managed="Yes"))  # type: ignore[arg-type]


def test_what_a_study_does_not_have_is_told_with_what_it_has(suzhou: Study, national: Study) -> None:
    with pytest.raises(WorkbookError, match=r'no assumption "five_good"; allowed: .*did you mean five_good_share'):
        suzhou.assumption("five_good")
    with pytest.raises(WorkbookError, match="allowed: none, the study has no assumptions"):
        national.assumption("five_good")
    with pytest.raises(WorkbookError, match=r'no base "operatng"; allowed: .*did you mean operating'):
        suzhou.name_of("operatng")


@pytest.mark.parametrize(
    ("chosen", "zh", "en"),
    [
        (EVERYTHING, "实际开业投产的非公有制经济组织", "operating non-public enterprises"),
        (
            Selection(districts=("320583",), categories=("private",), staff_from=50),
            "昆山市职工50人以上的私营企业",
            "private enterprises with 50 or more staff in Kunshan",
        ),
        (
            Selection(districts=("320583",), categories=("private", "foreign")),
            "昆山市实际开业投产的私营和外商投资企业",
            "operating private and foreign-invested enterprises in Kunshan",
        ),
        (
            Selection(categories=("private",), staff_from=50, staff_to=99, directly_managed="no"),
            "职工50至99人的私营企业（市区行业系统直管的除外）",
            "private enterprises with 50 to 99 staff (without the directly managed)",
        ),
        (
            Selection(full_members_from=5, directly_managed="yes"),
            "市区行业系统直管的有正式党员5名以上的企业",
            "directly managed enterprises with 5 or more full members",
        ),
    ],
)
def test_a_base_is_named_by_its_place_kind_and_size(suzhou: Study, chosen: Selection, zh: str, en: str) -> None:
    found = base_label(suzhou, chosen)
    assert (found.zh, found.en) == (zh, en)


def test_most_districts_are_named_by_those_left_out(suzhou: Study) -> None:
    rest = tuple(row.id for row in suzhou.districts if row.id != "320583")
    assert base_label(suzhou, Selection(districts=rest)).en.endswith(" in Suzhou without Kunshan")


def test_every_rate_of_a_count_names_the_enterprises_it_is_of(counter: Counter) -> None:
    large = Selection(districts=("320583",), categories=("private",), staff_from=50)
    rate = counter.rate(large.but(organisation="any"), base=large)
    assert str(rate) == "41.09%† (263† of 640† private enterprises with 50 or more staff in Kunshan)"
    assert rate.share.base == base_label(counter.study, large)


OUTSIDE = [  # a numerator, a base, and the condition of the base that it does not keep
    (
        Selection(staff_from=25, instructor="yes"),
        Selection(categories=("private", "foreign"), staff_from=25),
        "enterprises with 25 or more staff and an instructor do not all lie inside private enterprises and "
        r"foreign-invested enterprises with 25 or more staff; allowed: .*\(categories=private,foreign\)",
    ),
    (Selection(organisation="any"), Selection(districts=("320583",)), r"districts=320583"),
    (Selection(staff_from=25), Selection(staff_from=50), "staff_from=50"),
    (Selection(staff_to=99), Selection(staff_to=49), "staff_to=49"),
    (Selection(), Selection(members_from=1), "members_from=1"),
    (Selection(instructor="no"), Selection(instructor="yes"), "instructor=yes"),
    (Selection(organisation="none"), Selection(organisation="any"), "organisation=any"),
]
INSIDE = [
    (Selection(full_members_from=3), Selection(members_from=2)),  # full members are members
    (Selection(organisation="joint"), Selection(organisation="any")),
    (Selection(five_good="yes"), Selection(organisation="any")),
    (Selection(districts=("320583",), staff_from=50, staff_to=60), Selection(staff_from=25, staff_to=99)),
    (Selection(categories=("private",)), Selection(categories=("private", "foreign"))),
]


@pytest.mark.parametrize(("part", "base", "told"), OUTSIDE)
def test_a_numerator_outside_its_base_is_refused(counter: Counter, part: Selection, base: Selection, told: str) -> None:
    with pytest.raises(WorkbookError, match=told):
        counter.rate(part, base=base)
    numbers = [counter.count("enterprises", chosen) for chosen in (part, base)]
    if all(number.address.startswith("cells:") for number in numbers):
        with pytest.raises(WorkbookError, match="do not all lie inside"):
            Rate(*numbers, base_label(counter.study, base))


def test_a_numerator_inside_its_base_is_a_rate() -> None:
    assert not [pair for pair in INSIDE if astray(*(one.address("enterprises") for one in pair))]


def test_all_categories_named_one_by_one_are_a_base_for_all(counter: Counter) -> None:
    every = tuple(row.id for row in counter.study.settings.categories)
    assert counter.rate(Selection(organisation="any"), base=Selection(categories=every)).share.value == pytest.approx(
        0.0417, abs=1e-4
    )


def test_what_published_figures_share_is_left_to_the_audit(suzhou: Study) -> None:
    rate = Rate(suzhou.quantity("instructed"), suzhou.quantity("private"), suzhou.name_of("private"))
    assert rate.share.value > 1


def test_a_word_that_names_nothing_is_told_with_those_that_do(suzhou: Study, counter: Counter) -> None:
    cells = counter.cells
    assert cells is not None
    found = Districts(counter, Measure())
    both = pair(*(Side(counter, Measure(), (name,)) for name in ("320583", "320584")))
    plan, state = open_scenario(suzhou, "conference"), state_of(cells, suzhou)
    refused: tuple[tuple[Callable[[], object], str], ...] = (
        (lambda: district_number(found, "standardized", "320583"), "column: .*did you mean standardised"),
        (lambda: district_number(found, "standardised", "320599"), "there is no 320599"),
        (lambda: total_number(found, "fi"), 'name: "fi"; allowed: phi'),
        (lambda: cell_number(found, "raw", "320583.private", PAIR), 'column: "raw"; allowed: shrunk'),
        (lambda: group_number(both, "mix", "privat"), "group: .*did you mean private"),
        (lambda: coverage_by(counter, "district"), "attribute: .*did you mean districts"),  # type: ignore[arg-type]
        (lambda: coverage_by(counter, "districts", outcome="Organisation"), "outcome: .*organisation"),  # type: ignore[arg-type]
        (lambda: cascade(counter, full_members_from=-1), "full_members_from: -1; allowed: a whole number from 0"),
        (lambda: counter.knows("members", EVERYTHING), 'measure: "members"; allowed: .*members_total'),
        (
            lambda: tornado(state, plan, "coverd", years=1),
            "measure: .*did you mean covered",
        ),
        (lambda: lever_quantity(plan, "recruiting"), 'lever: "recruiting"; allowed: .*recruiting_rate'),
        (lambda: department_of(Context.of(DepartmentParameters(department="x"))), 'department: "x"; allowed: '),
    )
    for ask, told in refused:
        with pytest.raises(WorkbookError, match=told):
            ask()
