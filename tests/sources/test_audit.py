"""The audit of the study that ships: everything that its figures imply is found, and nothing else is alleged."""

from __future__ import annotations

import dataclasses

import pytest

from analysis import open_study
from analysis.briefing.sections.sources import audit_text
from analysis.quantities import Interval, Quantity, recompute
from analysis.sources.audit import audit
from analysis.sources.audit.bounds import resolve
from analysis.sources.audit.consistency import clashes
from analysis.sources.audit.finding import Finding
from analysis.sources.audit.relations import relations_of
from analysis.study import Study
from analysis.views.wording import fill, plain

Found = dict[tuple[str, str], Finding]


@pytest.fixture(scope="module")
def found(suzhou: Study) -> Found:
    return {(finding.rule, finding.about): finding for finding in audit(suzhou)}


def value(finding: Finding, slot: str) -> float:
    quantity = finding.values[slot]
    assert isinstance(quantity, Quantity)
    return quantity.value


def ends(finding: Finding) -> tuple[float, float]:
    interval = finding.values["interval"]
    assert isinstance(interval, Interval)
    return interval.low.value, interval.high.value


@pytest.mark.parametrize(("about", "total"), [("operating.categories", 252_963), ("organisations.kinds", 4_033)])
def test_sums_that_hold_are_said_to_agree(found: Found, about: str, total: int) -> None:
    finding = found["total", about]
    assert finding.severity == "ok"
    assert value(finding, "sum") == value(finding, "total") == total


@pytest.mark.parametrize(
    ("about", "rest", "share"),
    [
        ("operating.in.registered", 36_550, 0.1262),
        ("covered.in.operating", 242_416, 0.9583),
        ("instructed_under_25", 49_743, 0.7056),
        ("under_joint", 7_380, 0.6997),
    ],
)
def test_what_remains_of_a_whole_is_exact(found: Found, about: str, rest: int, share: float) -> None:
    assert value(found["subset", about], "rest") == rest
    assert round(value(found["subset", about], "share"), 4) == share


def test_coverage_is_told_over_every_base_and_at_most_where_it_may_lie_outside(found: Found) -> None:
    finding = found["ladder", "organisation_coverage"]
    assert round(value(finding, "share_registered"), 5) == 0.03643
    assert round(value(finding, "share_operating"), 5) == 0.04169
    assert round(value(finding, "share_private_foreign"), 4) == 0.1656
    text = plain(fill(finding.statement, finding.values, "en"))
    assert "; at most 16.56% of the 63,690 operating private and foreign-invested" in text
    assert "at most 4.17%" not in text


def test_more_instructed_than_private_and_foreign_is_a_mismatch_and_never_a_rate(found: Found, suzhou: Study) -> None:
    finding = found["mismatch", "instructor_coverage"]
    assert (value(finding, "numerator"), value(finding, "rung"), value(finding, "outside")) == (70_498, 63_690, 6_808)
    assert "share_private_foreign" not in found["ladder", "instructor_coverage"].values
    assert "110" not in audit_text(suzhou, language="en")


@pytest.mark.parametrize(
    ("about", "point", "low", "high"),
    [
        ("city_members", 363_254, 363_138, 363_370),
        ("city_new_members", 9_060, 9_059, 9_062),
        ("staff_25", 20_755, 20_755, 20_859),
    ],
)
def test_a_rounded_share_gives_its_hidden_base(found: Found, about: str, point: int, low: int, high: int) -> None:
    finding = found["rounding", about]
    assert round(value(finding, "point")) == point
    assert ends(finding) == (low, high)


@pytest.mark.parametrize(
    ("about", "low", "high"),
    [
        ("having.under_joint", 1_732, 7_380),
        ("part.individual.instructor", 6_808, 70_498),
        ("second_only.organisation.staff_25", 10_208, 20_755),
        ("second_only.organisation.instructor", 59_951, 70_498),
        ("either.organisation.instructor", 70_498, 81_045),
        ("neither.organisation.instructor", 171_918, 182_465),
        ("having.full_3", 3_167, 18_865),
        ("lacking.member", 196_368, 249_796),
        ("first_only.instructor.member", 13_903, 70_498),
    ],
)
def test_what_the_figures_leave_open_is_bounded(found: Found, about: str, low: int, high: int) -> None:
    assert ends(found["bound", about]) == (low, high)


def test_those_with_full_members_are_not_among_those_without_members(found: Found) -> None:
    finding = found["bound", "lacking.member"]
    text = plain(fill(finding.statement, finding.values, "en"))
    assert text == "Enterprises without a party member: between 196,368 and 249,796."


def test_the_literal_reading_of_the_full_rate_bounds_the_eligible_and_empties_the_rest(found: Found) -> None:
    finding = found["hypothesis", "every_eligible_covered"]
    assert ends(finding) == (3_167, 10_547)
    assert value(finding, "outside") == 242_416


@pytest.mark.parametrize(("about", "ratio"), [("enterprises_per_instructor", 10.17), ("enterprises_per_joint", 8.52)])
def test_ratios_worth_stating_are_stated(found: Found, about: str, ratio: float) -> None:
    assert round(value(found["per", about], "ratio"), 2) == ratio


def test_a_target_for_a_share_of_today_is_a_count_and_a_pace(found: Found) -> None:
    finding = found["reach", "five_good"]
    assert value(finding, "needed") == 1_345
    assert round(value(finding, "yearly"), 1) == 448.3


def test_a_target_that_the_figures_say_is_met_is_told(found: Found) -> None:
    assert found["met", "instructor_25"].severity == "note"


def test_a_full_rate_beside_low_coverage_and_beside_its_own_target_needs_explaining(found: Found) -> None:
    tensions = {key for key, finding in found.items() if finding.severity == "tension"}
    assert tensions == {("contrast", "built_rate"), ("unstated_base", "organisation_3_full")}


def test_a_count_without_its_base_is_to_be_read_with_care(found: Found) -> None:
    assert [about for rule, about in found if rule == "no_base"] == ["instructed"]


def test_members_suffice_for_the_organisations(found: Found) -> None:
    finding = found["each", "members.of_organisations"]
    assert (finding.severity, value(finding, "needed")) == ("ok", 12_099)


def test_nothing_is_called_a_contradiction_and_the_worst_stands_first(suzhou: Study) -> None:
    severities = [finding.severity for finding in audit(suzhou)]
    assert severities[0] == "tension"
    assert "contradiction" not in severities
    assert severities == sorted(severities, key=["tension", "caution", "note", "ok"].index)


def test_every_number_of_a_finding_can_be_computed_again_from_its_addresses(suzhou: Study) -> None:
    quantities = {
        quantity
        for finding in audit(suzhou)
        for filled in finding.values.values()
        for quantity in ((filled.low, filled.high) if isinstance(filled, Interval) else (filled,))
        if isinstance(quantity, Quantity)
    }
    assert all(
        recompute(quantity, lambda address: resolve(suzhou, address)) == quantity.value for quantity in quantities
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_number_in_the_section_is_a_claim(suzhou: Study, language: str) -> None:
    section = open_study("suzhou-2003", language=language).audit().section
    findings = audit(suzhou)
    table = section.blocks[-1]
    assert len(table.rows) == len(findings)  # type: ignore[union-attr]
    assert "{" not in audit_text(suzhou, language=language)  # type: ignore[arg-type]
    assert {claim.quantity.value for claim in section.claims()} >= {70_498, 63_690, 6_808, 36_550, 1_345}


def test_one_changed_digit_is_told_with_its_difference(suzhou: Study) -> None:
    figures = dict(suzhou.figures)
    figures["private"] = figures["private"].model_copy(update={"value": 58_299})
    changed = dataclasses.replace(suzhou, figures=figures)
    worst = {finding.rule: finding for finding in audit(changed) if finding.severity == "contradiction"}
    assert set(worst) == {"total"}  # told once, though the program of all figures finds it too
    assert value(worst["total"], "difference") == 100
    assert set(clashes(changed, relations_of(changed))[0].figures) == {"operating", "private", "foreign", "individual"}


def test_the_national_series_shows_its_changes_and_raises_no_false_alarm(national: Study) -> None:
    findings = audit(national)
    assert not [finding for finding in findings if finding.severity == "contradiction"]
    told = {(finding.rule, finding.about) for finding in findings if finding.severity == "caution"}
    assert ("change_of_base", "cn_2015_coverage_rate") in told
    assert [finding.figures for finding in findings if finding.rule == "change_of_base"] == [
        ("cn_2012_coverage_rate", "cn_2015_coverage_rate")
    ]
    assert {about for rule, about in told if rule == "change_of_definition"} >= {
        "cn_2018_enterprises_with_organisation",
        "cn_2021_organisations_all_enterprises",
    }
    assert {about for rule, about in told if rule == "approximate"} == {"cn_2010_members", "cn_2010_organisations"}


def test_two_totals_of_one_year_are_set_side_by_side(national: Study) -> None:
    finding = next(finding for finding in audit(national) if finding.rule == "alternatives")
    assert (value(finding, "least"), value(finding, "greatest")) == (2_419_000, 4_947_000)
    assert "2.05 times as many" in plain(fill(finding.statement, finding.values, "en"))


def test_rates_that_stand_still_over_a_growing_base_are_told(national: Study) -> None:
    finding = next(finding for finding in audit(national) if finding.rule == "moving_base")
    assert value(finding, "end") > 7 * value(finding, "start")
