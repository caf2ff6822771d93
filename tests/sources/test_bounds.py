"""Bounds against published cases, against Fréchet's formula, and against populations whose figures are known."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import ConsistencyError, WorkbookError
from analysis.sources.audit import audit
from analysis.sources.audit import bounds as of_figures
from analysis.sources.audit.bounds import bound, bounds, resolve
from analysis.sources.audit.finding import Figures
from analysis.sources.audit.relations import relations_of
from analysis.sources.audit.venn import Expression, venn
from analysis.sources.linear import Constraint, extent
from analysis.sources.rounding import base_ends, figure_ends
from analysis.study import Study
from tests.examples import examples
from tests.sources.small import FIRMS, small_study

CASES = Path(__file__).parents[1] / "cases"


def case(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
    return read


def test_hidden_cells_of_a_published_table_have_the_published_intervals() -> None:
    published = case("sdc_feasibility_geurts")
    table = published["inputs"]["table"]
    known = {  # each row and column of the table, less the cells that are shown
        ("x11", "x12"): table[0][2],
        ("x21", "x22"): table[1][2],
        ("x11", "x21"): table[3][0] - table[2][0],
        ("x12", "x22"): table[3][1] - table[2][1],
    }
    constraints = [Constraint(dict.fromkeys(cells, 1), total, total) for cells, total in known.items()]
    for cell, (low, high) in published["expected"]["all_cells_recomputed"].items():
        assert extent(constraints, {cell: 1}) == (low, high)


@pytest.mark.parametrize("letter", ["a", "b", "c"])
def test_balance_edits_determine_what_the_published_case_says(letter: str) -> None:
    published = case("edits_deductive_dewaal")
    inputs, expected = published["inputs"], dict(published["expected"][letter])
    constraints = [_edit(edit) for edit in inputs[letter].get("edits", inputs["edits"])]
    names = {name for row in constraints for name in row.terms}
    constraints += [Constraint({name: 1}, n, n) for name, n in inputs[letter].items() if name in names]
    free = expected.pop("undetermined", [])
    positive = "edits_extra" in inputs[letter]
    found = {name: extent(constraints, {name: 1}, nonnegative=positive) for name in [*expected, *free]}
    assert {name: found[name] for name in expected} == {name: (number, number) for name, number in expected.items()}
    assert all(ends is not None and ends[0] < ends[1] for ends in (found[name] for name in free))


def _edit(edit: str) -> Constraint:
    terms: dict[str, float] = {}
    for sign, side in zip((1, -1), edit.split("="), strict=True):
        for term in side.replace("-", "+-").split("+"):
            terms[term.lstrip("-")] = terms.get(term.lstrip("-"), 0) + (-sign if term.startswith("-") else sign)
    return Constraint(terms, 0, 0)


sizes = st.integers(0, 40)


@examples(25)
@given(both=sizes, cell_only=sizes, mentor_only=sizes, neither=sizes)
def test_the_truth_lies_within_the_bounds_and_they_are_frechets(
    tmp_path_factory: pytest.TempPathFactory, both: int, cell_only: int, mentor_only: int, neither: int
) -> None:
    total, cell, mentor = both + cell_only + mentor_only + neither, both + cell_only, both + mentor_only
    firms = {"firms": total, "shops": total, "plants": 0, "with_cell": cell, "with_mentor": mentor}
    study = small_study(tmp_path_factory.mktemp("firms"), firms)
    truth = {"both": both, "first_only": cell_only, "second_only": mentor_only, "neither": neither}
    found = {name: bound(study, f"{name}.cell.mentor").interval for name in truth}
    assert all(found[name].low.value <= number <= found[name].high.value for name, number in truth.items())
    assert found["both"].low.value == max(0, cell + mentor - total)
    assert found["both"].high.value == min(cell, mentor)


@examples(25)
@given(numerator=st.integers(1, 10**6), base=st.integers(1, 10**7), decimals=st.integers(0, 3))
def test_the_true_base_lies_within_the_rounding_interval(
    suzhou: Study, numerator: int, base: int, decimals: int
) -> None:
    numerator = min(numerator, base)
    rate = suzhou.figures["members_share"].model_copy(
        update={"value": round(100 * numerator / base, decimals), "decimals": decimals}
    )
    ends = base_ends((numerator, numerator), figure_ends(rate))
    assert ends is None or ends[0] <= base <= ends[1]


def test_a_whole_count_is_exact_and_a_rounded_one_has_half_a_unit_on_both_sides(national: Study, suzhou: Study) -> None:
    assert figure_ends(suzhou.figures["covered"]) == (10_547, 10_547)
    assert figure_ends(national.figures["cn_2008_enterprises_with_organisation"]) == (375_000, 385_000)


def test_sets_taken_together_say_no_more_than_each_question_on_its_own(suzhou: Study) -> None:
    relations = relations_of(suzhou)
    whole = venn(Figures(suzhou, relations), [row.id for row in relations.sets], divided=True)
    for one, other in (("organisation", "instructor"), ("organisation", "staff_25")):
        expression = Expression(((one, True), (other, True)))
        alone = venn(Figures(suzhou, relations), [one, other]).extent(expression)
        assert whole.extent(expression) == alone
    for name in ("under_joint", "member", "full_3"):
        expression = Expression(((name, True),))
        assert whole.extent(expression) == venn(Figures(suzhou, relations), [name]).extent(expression)


def test_figures_that_exclude_one_another_bound_nothing_and_are_told_by_the_audit(tmp_path: Path) -> None:
    study = small_study(tmp_path, FIRMS | {"with_cell": 101})
    assert bounds(study) == ()
    assert [finding.rule for finding in audit(study) if finding.severity == "contradiction"] == ["subset"]


def test_a_bound_is_computed_anew_at_its_address(suzhou: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of_figures, "bounds", lambda *_: pytest.fail("all bounds were asked"))
    assert resolve(suzhou, "bound:having.under_joint#high") == 7380


def test_a_bound_rests_only_on_the_figures_it_names(suzhou: Study) -> None:
    figures = dict(suzhou.figures)
    figures["private"] = figures["private"].model_copy(update={"value": 58_299})
    changed = dataclasses.replace(suzhou, figures=figures)
    assert resolve(changed, "bound:either.organisation.instructor#high") == 81_045
    with pytest.raises(ConsistencyError, match="private"):
        resolve(changed, "bound:part.individual.instructor#low")


@pytest.mark.parametrize(
    ("address", "value"),
    [
        ("figure:members_share", 0.1558),
        ("relation:three_full_members", 3),
        ("target:five_good#0", 1 / 3),
        ("target:five_good#years", 3),
        ("target:five_good#0.numerator", 1),
        ("target:five_good#0.denominator", 3),
        ("target:five_good.deadline_year", 2006),
    ],
)
def test_addresses_give_their_present_value(suzhou: Study, address: str, value: float) -> None:
    assert resolve(suzhou, address) == pytest.approx(value)


@pytest.mark.parametrize(
    "address",
    [
        "bound:none#low",
        "bound:having.full_3",
        "relation:none",
        "target:five_good#9",
        "target:five_good#0.share",
        "target:x#0",
        "cells:1",
    ],
)
def test_an_address_where_nothing_stands_says_what_is_allowed(suzhou: Study, address: str) -> None:
    with pytest.raises(WorkbookError, match="allowed"):
        resolve(suzhou, address)
