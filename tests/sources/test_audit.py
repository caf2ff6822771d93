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


def told(finding: Finding) -> str:
    return plain(fill(finding.statement, finding.values, "en"))


IMPLIED: dict[tuple[str, str], dict[str, float]] = {  # to so many digits as are written
    ("total", "operating.categories"): {"sum": 252_963, "total": 252_963},
    ("total", "organisations.kinds"): {"sum": 4_033, "total": 4_033},
    ("subset", "operating.in.registered"): {"rest": 36_550, "share": 0.1262},
    ("subset", "covered.in.operating"): {"rest": 242_416, "share": 0.9583},
    ("subset", "instructed_under_25"): {"rest": 49_743, "share": 0.7056},
    ("subset", "under_joint"): {"rest": 7_380, "share": 0.6997},
    ("ladder", "organisation_coverage"): {
        "share_registered": 0.03643, "share_operating": 0.04169, "share_private_foreign": 0.1656},
    ("mismatch", "instructor_coverage"): {"numerator": 70_498, "rung": 63_690, "outside": 6_808},
    ("rounding", "city_members"): {"point": 363_254, "low": 363_138, "high": 363_370},
    ("rounding", "city_new_members"): {"point": 9_060, "low": 9_059, "high": 9_062},
    ("rounding", "staff_25"): {"point": 20_755, "low": 20_755, "high": 20_859},
    ("bound", "having.under_joint"): {"low": 1_732, "high": 7_380},
    ("bound", "part.individual.instructor"): {"low": 6_808, "high": 70_498},
    ("bound", "second_only.organisation.staff_25"): {"low": 10_208, "high": 20_755},
    ("bound", "second_only.organisation.instructor"): {"low": 59_951, "high": 70_498},
    ("bound", "either.organisation.instructor"): {"low": 70_498, "high": 81_045},
    ("bound", "neither.organisation.instructor"): {"low": 171_918, "high": 182_465},
    ("bound", "having.full_3"): {"low": 3_167, "high": 18_865},
    ("bound", "lacking.member"): {"low": 196_368, "high": 249_796},
    ("bound", "first_only.instructor.member"): {"low": 13_903, "high": 70_498},
    ("hypothesis", "every_eligible_covered"): {"low": 3_167, "high": 10_547, "outside": 242_416},
    ("per", "enterprises_per_instructor"): {"ratio": 10.17},
    ("per", "enterprises_per_joint"): {"ratio": 8.52},
    ("reach", "five_good"): {"needed": 1_345, "yearly": 448.3},
    ("each", "members.of_organisations"): {"needed": 12_099},
}  # fmt: skip


@pytest.mark.parametrize("name", IMPLIED, ids=" ".join)
def test_everything_that_the_figures_imply_is_found(found: Found, name: tuple[str, str]) -> None:
    values = dict(found[name].values)
    interval = values.get("interval")
    if isinstance(interval, Interval):
        values |= {"low": interval.low, "high": interval.high}
    for slot, number in IMPLIED[name].items():
        digits = len(str(number).partition(".")[2])
        assert round(values[slot].value, digits) == number, slot  # type: ignore[union-attr]


def test_findings_weigh_what_they_should(found: Found) -> None:
    expected = {
        ("total", "operating.categories"): "ok", ("total", "organisations.kinds"): "ok",
        ("each", "members.of_organisations"): "ok", ("met", "instructor_25"): "note",
    }  # fmt: skip
    assert {name: found[name].severity for name in expected} == expected
    assert [about for rule, about in found if rule == "no_base"] == ["instructed"]


def test_coverage_is_told_over_every_base_and_at_most_where_it_may_lie_outside(found: Found) -> None:
    text = told(found["ladder", "organisation_coverage"])
    assert "; at most 16.56% of the 63,690 operating private and foreign-invested" in text
    assert "at most 4.17%" not in text
    assert told(found["bound", "lacking.member"]) == "Enterprises without a party member: between 196,368 and 249,796."


def test_more_instructed_than_private_and_foreign_is_never_a_rate(found: Found, suzhou: Study) -> None:
    assert "share_private_foreign" not in found["ladder", "instructor_coverage"].values
    assert "110" not in audit_text(suzhou, language="en")


def test_a_full_rate_beside_low_coverage_and_beside_its_own_target_needs_explaining(found: Found) -> None:
    tensions = {key for key, finding in found.items() if finding.severity == "tension"}
    assert tensions == {("contrast", "built_rate"), ("unstated_base", "organisation_3_full")}


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
    assert "2.05 times as many" in told(finding)


def test_rates_that_stand_still_over_a_growing_base_are_told(national: Study) -> None:
    finding = next(finding for finding in audit(national) if finding.rule == "moving_base")
    assert value(finding, "end") > 7 * value(finding, "start")
