"""Paragraphs of figures as reports have them, from published.csv alone: what the audit and page one must say of each."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from analysis.briefing.context import Context
from analysis.briefing.parameters import BriefingParameters
from analysis.briefing.sections.finding import finding
from analysis.briefing.sections.sources import audit_text
from analysis.briefing.sections.statistics import statistics
from analysis.briefing.sections.summary import summary
from analysis.quantities import Language
from analysis.sources.audit import audit
from analysis.sources.audit.bounds import bound
from analysis.study import open_study
from analysis.views.blocks import Paragraph, Table
from analysis.views.wording import plain

PLACES = Path(__file__).parents[1] / "studies"


def page_one(folder: Path, language: Language) -> str:
    """The finding, the figures and what follows from them in a briefing, as text."""
    context = Context.of(BriefingParameters(study=str(folder), language=language))
    pieces = []
    for block in (*finding(context), *statistics(context), *summary(context)):
        if isinstance(block, Paragraph):
            pieces.append(plain(block.content))
        elif isinstance(block, Table):
            pieces += [" ".join(plain(cell) for cell in row) for row in block.rows]
    return "\n".join(pieces)


@pytest.mark.parametrize("base", ["", "operating", "eligible"], ids=["not stated", "the total", "hidden"])
def test_a_rate_that_is_not_of_its_base_is_a_finding_of_weight(tmp_path: Path, base: str) -> None:
    folder = tmp_path / "study"
    shutil.copytree(PLACES / "place-a", folder)
    published = folder / "published.csv"
    lines = published.read_text("utf-8").replace("98.2,percent,1,no,,", f"98.2,percent,1,no,{base},")
    published.write_text(lines, "utf-8")
    with (folder / "study.toml").open("a", encoding="utf-8") as settings:
        settings.write(
            '[[hidden]]\nid = "eligible"\nzh = "应建企业"\nen = "eligible enterprises"\nunit = "enterprises"\n'
        )
    study = open_study(folder)
    assert audit(study)[0].severity == "tension"
    english, chinese = audit_text(study, language="en"), audit_text(study, language="zh")
    for told in (english, chinese, page_one(folder, "en"), page_one(folder, "zh")):
        assert "0.26%" in told
        assert "337" in told
        assert "98.2%" in told
    assert "The published figures agree" not in english
    assert "彼此相符" not in chinese


def test_a_sum_within_its_rounding_shows_both_sums() -> None:
    study = open_study(PLACES / "place-a")
    assert "add up to 128,516, and the total of non-public enterprises is given as 128,400" in audit_text(
        study, language="en"
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_published_rate_is_never_displaced_by_one_over_an_approximate_base(language: Language) -> None:
    study, told = open_study(PLACES / "place-b"), page_one(PLACES / "place-b", language)
    assert "74.6%" in told
    assert "74.73%" not in told
    assert ("70,074 to 70,167" if language == "en" else "70,074至70,167") in told
    assert bound(study, "base.rate").interval.low.value == 70_074
    word = {"en": "over ", "zh": "超过"}[language]
    assert told.casefold().count("70,000") == told.casefold().count(f"{word}70,000") >= 2
    assert told.casefold().count("8,000") == told.casefold().count(f"{word}8,000") >= 2
    told = re.sub(r"[\d,]+§", "", told)  # numbers that follow from how an approximation is read are marked
    near = {"en": "nearly ", "zh": "近"}[language]
    assert told.count("30,000") == told.count(f"{near}30,000") >= 2
    assert "28,400" in told


def test_nor_is_it_displaced_where_the_study_names_its_bases(tmp_path: Path) -> None:
    shutil.copytree(PLACES / "place-b", tmp_path / "study")
    with (tmp_path / "study" / "study.toml").open("a", encoding="utf-8") as settings:
        settings.write(
            '[[bases]]\nid = "all"\nzh = "非公有制企业"\nen = "non-public enterprises"\nfigure = "enterprises"\n'
        )
    told = page_one(tmp_path / "study", "en")
    assert "74.6%" in told
    assert "74.73%" not in told


def test_the_base_that_a_rate_implies_confines_the_other_bounds() -> None:
    either = bound(open_study(PLACES / "place-b"), "either.organisation.instructor").interval
    assert (either.low.value, either.high.value) == (52_310, 70_167)


def test_figures_of_october_are_not_said_to_be_of_the_end_of_the_year() -> None:
    assert "On 31 October 2011, City B had" in page_one(PLACES / "place-b", "en")
    assert "截至2011年10月31日" in page_one(PLACES / "place-b", "zh")


def test_a_year_may_be_unknown() -> None:
    study = open_study(PLACES / "place-a")
    assert (study.settings.period, study.settings.as_of) == (None, None)
    assert "City A had 128,400" in page_one(PLACES / "place-a", "en")
    assert "None" not in page_one(PLACES / "place-a", "en") + page_one(PLACES / "place-a", "zh")


def test_a_base_that_is_a_list_is_not_taken_for_all_enterprises() -> None:
    study = open_study(PLACES / "place-c")
    found = {one.rule: one for one in audit(study)}
    assert found["partial_base"].severity == "caution"
    # 13,350 of 14,711 would be 90.75%
    assert bound(study, "base.three_haves").interval.low.value == 14_712
    assert bound(study, "base.three_haves").interval.high.value == 14_823
    assert "14,712 to 14,823" in page_one(PLACES / "place-c", "en")
    assert "which need not be all" in page_one(PLACES / "place-c", "en")
    assert audit_text(study, language="en").splitlines()[1].startswith("Nothing relates these figures")


def test_all_covered_without_a_base_is_said_to_be_without_one() -> None:
    study, told = open_study(PLACES / "place-d"), audit_text(open_study(PLACES / "place-d"), language="en")
    assert [one.figures for one in audit(study) if one.rule == "no_base"] == [("covered",)]
    assert "of how many, the document does not say" in page_one(PLACES / "place-d", "en")
    assert "是多少家中的，原文没有说明" in page_one(PLACES / "place-d", "zh")
    assert "9.44" in told
    assert bound(study, "first_only.organisation.member").interval.low.value == 3_450
