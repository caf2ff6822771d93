"""The audit's rules on a study of another place: they look at relations and never at names."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from analysis.briefing.sections.sources import audit_text
from analysis.quantities import Quantity
from analysis.sources.audit import audit
from analysis.sources.audit.finding import Finding
from analysis.study import Study, open_study
from tests.sources.random_studies import place, published, write_study
from tests.sources.small import FIRMS, figure, small_study

SHARE = """
[[shares]]
id = "cell_share"
rate = "cell_rate"
numerator = "with_cell"
base = "firms"
"""


def rules(study: Study, severity: str) -> set[str]:
    return {finding.rule for finding in audit(study) if finding.severity == severity}


def of_rule(study: Study, rule: str) -> Finding:
    return next(finding for finding in audit(study) if finding.rule == rule)


def test_figures_that_agree_raise_nothing(tmp_path: Path) -> None:
    study = small_study(tmp_path)
    assert not rules(study, "contradiction")
    assert audit_text(study, language="en").startswith(
        "Harbour\nThe published figures that could be held against one another agree"
    )


def test_overlaps_are_bounded_in_any_study(tmp_path: Path) -> None:
    found = {finding.about: finding.values for finding in audit(small_study(tmp_path)) if finding.rule == "bound"}
    low = found["both.cell.mentor"]["low"]
    assert isinstance(low, Quantity)
    assert low.value == 20


def test_parts_above_their_total_are_a_contradiction(tmp_path: Path) -> None:
    study = small_study(tmp_path, FIRMS | {"plants": 40})
    assert "total" in rules(study, "contradiction")
    assert "please check against the document" in audit_text(study, language="en")
    assert "请核对原文" in audit_text(study, language="zh")


def test_parts_above_their_total_are_told_even_when_one_part_is_missing(tmp_path: Path) -> None:
    figures = {name: number for name, number in FIRMS.items() if name != "plants"}
    assert "total" in rules(small_study(tmp_path, figures | {"shops": 101}), "contradiction")
    assert "total" not in rules(small_study(tmp_path, figures), "contradiction")


def test_a_part_larger_than_its_whole_is_a_contradiction(tmp_path: Path) -> None:
    study = small_study(tmp_path, FIRMS | {"with_cell": 101})
    assert rules(study, "contradiction") == {"subset"}


@pytest.mark.parametrize(("percent", "severity"), [("40.0", "ok"), ("40.1", "contradiction"), ("4.0", "contradiction")])
def test_a_share_is_checked_within_its_rounding(tmp_path: Path, percent: str, severity: str) -> None:
    rate = figure("cell_rate", float(percent), unit="percent", decimals="1", base="firms")
    study = small_study(tmp_path, relations=SHARE, lines=(rate,))
    assert of_rule(study, "share").severity == severity


def test_a_share_that_no_whole_base_gives_is_a_contradiction(tmp_path: Path) -> None:
    rate = figure("staff_rate", 15.58, unit="percent", decimals="2", base="all_staff")
    relations = '[[shares]]\nid = "s"\nrate = "staff_rate"\nnumerator = "few"\nbase = "all_staff"\n'
    assert of_rule(small_study(tmp_path, {"few": 3}, relations=relations, lines=(rate,)), "share").severity == (
        "contradiction"
    )


def test_a_sum_that_agrees_only_within_rounding_shows_both_numbers(tmp_path: Path) -> None:
    lines = (figure("a", 3000, decimals="-3"), figure("b", 4000, decimals="-3"), figure("all", 8000, decimals="-3"))
    relations = '[[totals]]\nid = "t"\ntotal = "all"\nparts = ["a", "b"]\n'
    study = small_study(tmp_path, {}, relations=relations, lines=lines)
    assert of_rule(study, "total").severity == "caution"
    assert "A and b add up to 7,000, and the total of all is given as 8,000" in audit_text(study, language="en")


def test_an_approximate_part_contradicts_nothing_it_can_reach(tmp_path: Path) -> None:
    lines = (figure("part", 90, approximate="at least"), figure("whole", 95))
    relations = '[[subsets]]\nid = "s"\npart = "part"\nwhole = "whole"\n'
    study = small_study(tmp_path, {}, relations=relations, lines=lines)
    assert rules(study, "caution") == {"approximate"}
    assert not rules(study, "contradiction")


def test_a_relation_whose_figure_is_missing_does_not_apply_and_is_told(tmp_path: Path) -> None:
    figures = {name: number for name, number in FIRMS.items() if name != "with_mentor"}
    findings = audit(small_study(tmp_path, figures))
    assert [finding.about for finding in findings if finding.rule == "not_published"] == ["with_mentor"]
    assert not [finding for finding in findings if "with_mentor" in finding.figures]


def test_a_study_without_relations_is_audited_by_what_its_figures_say_of_themselves(tmp_path: Path) -> None:
    study = small_study(tmp_path, lines=(figure("part", 90, approximate="about"),))
    (tmp_path / "relations.toml").unlink()
    assert [finding.rule for finding in audit(study)] == ["approximate"]


def test_a_study_with_nothing_to_check_says_so(tmp_path: Path) -> None:
    study = small_study(tmp_path, relations="# none\n")
    assert audit(study) == ()
    assert "nothing to check" in audit_text(study, language="en")


def test_braces_in_a_name_are_text(tmp_path: Path) -> None:
    lines = (figure("part", 9, label_en="{whole} firms"), figure("whole", 95))
    relations = '[[subsets]]\nid = "s"\npart = "part"\nwhole = "whole"\n'
    study = small_study(tmp_path, {}, relations=relations, lines=lines)
    assert "｛whole｝ firms (9)" in audit_text(study, language="en")


def test_no_place_of_a_sentence_is_left_open(tmp_path: Path) -> None:
    studies = [open_study("suzhou-2003"), open_study("national")]
    for seed in range(30):
        rng = np.random.default_rng(seed)
        lines = published(rng, place(rng).truth, gaps=rng.choice([0, 0.2, 0.5]), vague=rng.choice([0, 0.3, 0.8]))
        studies.append(write_study(tmp_path / str(seed), lines))
    for finding in (finding for study in studies for finding in audit(study)):
        for sentence in (finding.statement, finding.derivation):
            for told in (sentence.zh, sentence.en):
                assert not re.search("<[a-z_]+>", told)
                assert set(re.findall(r"{(\w+)}", told)) <= finding.values.keys()
