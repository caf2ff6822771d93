"""The audit's rules on a study of another place: they look at relations and never at names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from analysis.briefing.sections.sources import audit_text
from analysis.quantities import Quantity
from analysis.sources.audit import audit
from analysis.study import open_study
from tests.sources.random_studies import place, published, write_study
from tests.sources.small import FIRMS, figure, small_study

SHARE = '[[shares]]\nid = "{0}"\nrate = "{0}"\nnumerator = "{1}"\nbase = "{2}"\n'.format
WITHOUT_PLANTS = {name: number for name, number in FIRMS.items() if name != "plants"}
WITHOUT_MENTORS = {name: number for name, number in FIRMS.items() if name != "with_mentor"}
PART = '[[subsets]]\nid = "s"\npart = "part"\nwhole = "whole"\n'
THOUSANDS = tuple(figure(name, value, decimals="-3") for name, value in (("a", 3000), ("b", 4000), ("all", 8000)))

Case = tuple[Mapping[str, float], str | None, tuple[str, ...], set[tuple[str, str]]]


def cell_rate(percent: float) -> tuple[str, ...]:
    return (figure("cell_rate", percent, unit="percent", decimals="1", base="firms"),)


CASES: dict[str, Case] = {  # figures, relations of their own, further lines; the rules that find anything of weight
    "figures that agree": (FIRMS, None, (), set()),
    "parts above their total": (FIRMS | {"plants": 40}, None, (), {("total", "contradiction")}),
    "parts above their total though one is missing": (
        WITHOUT_PLANTS | {"shops": 101}, None, (), {("total", "contradiction")}),
    "a part missing": (WITHOUT_PLANTS, None, (), set()),
    "a part larger than its whole": (FIRMS | {"with_cell": 101}, None, (), {("subset", "contradiction")}),
    "a share that agrees": (FIRMS, SHARE("cell_rate", "with_cell", "firms"), cell_rate(40.0), set()),
    "a share just beyond its rounding": (
        FIRMS, SHARE("cell_rate", "with_cell", "firms"), cell_rate(40.1), {("share", "contradiction")}),
    "a share far off": (FIRMS, SHARE("cell_rate", "with_cell", "firms"), cell_rate(4.0), {("share", "contradiction")}),
    "a share that no whole base gives": (
        {"few": 3}, SHARE("staff_rate", "few", "all_staff"),
        (figure("staff_rate", 15.58, unit="percent", decimals="2", base="all_staff"),),
        {("share", "contradiction"), ("partial_base", "caution")}),
    "a sum that agrees only within rounding": (
        {}, '[[totals]]\nid = "t"\ntotal = "all"\nparts = ["a", "b"]\n', THOUSANDS, {("total", "caution")}),
    "an approximate part that can be less": (
        {}, PART, (figure("part", 90, approximate="at least"), figure("whole", 95)), {("approximate", "caution")}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_a_rule_finds_weighs_what_it_should(tmp_path: Path, name: str) -> None:
    figures, relations, lines, expected = CASES[name]
    study = small_study(tmp_path, figures, lines=lines, **({} if relations is None else {"relations": relations}))
    found = {(one.rule, one.severity) for one in audit(study) if one.severity not in ("note", "ok")}
    assert found == expected
    told, chinese = audit_text(study, language="en"), audit_text(study, language="zh")
    contradicts = any(severity == "contradiction" for _, severity in expected)
    assert ("please check against the document" in told) == contradicts
    assert ("请核对原文" in chinese) == contradicts
    if name == "figures that agree":
        assert told.startswith("Harbour\nThe published figures that could be held against one another agree")
    if lines == THOUSANDS:
        assert "A and b add up to 7,000, and the total of all is given as 8,000" in told


def test_overlaps_are_bounded_in_any_study(tmp_path: Path) -> None:
    found = {finding.about: finding.values for finding in audit(small_study(tmp_path)) if finding.rule == "bound"}
    low = found["both.cell.mentor"]["low"]
    assert isinstance(low, Quantity)
    assert low.value == 20


def test_a_relation_whose_figure_is_missing_does_not_apply_and_is_told(tmp_path: Path) -> None:
    findings = audit(small_study(tmp_path, WITHOUT_MENTORS))
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
    study = small_study(tmp_path, {}, relations=PART, lines=lines)
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
