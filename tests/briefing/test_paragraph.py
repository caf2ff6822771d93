"""The paragraph of figures for any study: published numbers are quoted, others counted, the rest named as missing."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from analysis.quantities import Status
from analysis.study import ROOT
from analysis.views.blocks import Paragraph, Section, Table
from analysis.views.wording import plain
from tests.papers import open_paper

PLACES = ROOT / "tests" / "studies"
HARBOUR = str(ROOT / "tests" / "studies" / "harbour-2024")


def section(study: str, language: str) -> Section:
    return open_paper("6_conference", study=study, language=language).section("statistics")


def text(found: Section) -> str:
    return "\n".join(plain(block.content) for block in found.blocks if isinstance(block, Paragraph))


def test_the_paragraph_of_the_minutes_holds_every_figure_of_theirs() -> None:
    found = section("suzhou-2003", "zh")
    for figure in (
        "289,513", "252,963", "58,199", "5,491", "189,273", "4,033", "10,547", "3,167", "866", "100%", "6,930", "70,498",
        "20,755", "56,595", "15.58%", "1,880", "20.75%",
    ):  # fmt: skip
        assert figure in text(found)
    # 25 stands in a name, so it is traced to the file that gives it
    assert all(claim.status <= Status.DERIVED for claim in found.claims())


def test_a_study_without_documents_has_its_paragraph_from_its_register_and_says_what_is_missing() -> None:
    found = section(HARBOUR, "en")
    said = text(found)
    assert re.search(r"On 30 June 2024, Harbour New Area had 160 operating non-public enterprises: ", said)
    assert "Not in the data: registered enterprises, " in said
    assert {claim.status for claim in found.claims()} == {Status.COUNTED}


def test_parts_of_the_paragraph_sum_to_their_whole() -> None:
    first = next(block for block in section(HARBOUR, "en").blocks if isinstance(block, Paragraph))
    numbers = [int(piece.quantity.value) for piece in first.content if not isinstance(piece, str)]
    assert numbers[0] == sum(numbers[1:])


def test_a_figure_of_another_year_is_not_told_as_one_of_the_study_s_own(tmp_path: Path) -> None:
    study = Path(shutil.copytree(ROOT / "data" / "suzhou-2003", tmp_path / "later"))
    figures = study / "published.csv"
    row = "registered,enterprises_registered,all,苏州市,"
    edited = figures.read_text(encoding="utf-8").replace(f"{row}2003", f"{row}2002")
    figures.write_text(edited, encoding="utf-8")
    said = text(section(str(study), "en"))
    assert "289,513" not in said
    assert "Not in the data: registered enterprises." in said
    assert "数据中没有：工商注册数。" in text(section(str(study), "zh"))


def place(folder: Path, *rows: str, hidden: str = "") -> str:
    """A copy of a place of figures alone, with more of them."""
    study = Path(shutil.copytree(PLACES / "place-b", folder))
    with (study / "published.csv").open("a", encoding="utf-8") as figures:
        figures.writelines(f"{row}\n" for row in rows)
    if hidden:
        with (study / "study.toml").open("a", encoding="utf-8") as settings:
            settings.write(
                f'[[hidden]]\nid = "{hidden}"\nzh = "“应建”企业"\nen = "eligible ones"\nunit = "enterprises"\n'
            )
    return str(study)


ORGANISATIONS = (
    "organisations,organisations,all,乙市,2011,党组织,party organisations,1,organisations,0,no,,党组织1个,总结,¶7"
)
BUILT = "built,built_rate,all,乙市,2011,规上组建率,set-up rate,{},percent,1,no,{},组建率,乙市工作总结,{}"


@pytest.mark.parametrize(
    ("base", "value", "zh", "en"),
    [
        (
            "enterprises",
            74.6,
            "规上组建率74.6%，以非公有制企业超过70,000家为基数",
            "74.6%, of the over 70,000 non-public",
        ),
        (
            "should",
            99.6,
            "规上组建率99.6%，以“应建”企业为基数，该基数未公布",
            "99.6%, of the eligible ones, whose number was not",
        ),
        (
            "should",
            100,
            "规上组建率100.0%，以“应建”企业为基数，该基数未公布",
            "100.0%, of the eligible ones, whose number was not",
        ),
        ("", 100, "规上组建率100.0%，原文没有说明基数", "100.0%; the document does not say of what"),
    ],
)
def test_a_published_rate_of_those_set_up_has_the_study_s_name_and_says_of_what_it_is(
    tmp_path: Path, base: str, value: float, zh: str, en: str
) -> None:
    study = place(tmp_path / "study", ORGANISATIONS, BUILT.format(value, base, "¶8"), hidden="should")
    chinese, english = text(section(study, "zh")), text(section(study, "en"))
    assert zh in chinese
    assert f"the set-up rate is {en}" in english
    assert "应建已建" not in chinese
    finding = {
        lang: text(open_paper("4_briefing", study=study, language=lang).section("finding")) for lang in ("zh", "en")
    }
    is_full = (base, value) == ("should", 100)  # of a base that is named and was not counted
    assert ("over different bases" in finding["en"]) == is_full
    assert ("规上组建率为100.0%，其基数“‘应建’企业”没有公布" in finding["zh"]) == is_full
    assert ("The published set-up rate is" in finding["en"]) != is_full
    assert "应建已建" not in finding["zh"]


def test_a_number_in_a_name_that_is_quoted_is_still_traced(tmp_path: Path) -> None:
    study = place(tmp_path / "study", BUILT.format(100, "should", "¶8"), hidden="should")
    settings = Path(study, "study.toml")
    settings.write_text(settings.read_text("utf-8").replace("“应建”企业", "“应建”50人以上企业"), "utf-8")
    found = open_paper("4_briefing", study=study, language="zh").section("finding")
    assert "其基数“‘应建’50人以上企业”没有公布" in text(found)
    (threshold,) = (claim for claim in found.claims() if claim.text == "50")
    assert threshold.quantity.address == "text:study.toml/hidden.should.zh#0"


def test_a_share_of_members_is_of_the_base_that_the_figure_names(tmp_path: Path) -> None:
    assert "15.58% of all party members of the city" in text(section("suzhou-2003", "en"))
    assert "占全市党员总数的15.58%" in text(section("suzhou-2003", "zh"))
    members = "members,members,all,乙市,2011,党员,members,1,persons,0,no,,党员,总结,¶8"
    share = "share,members_share,all,乙市,2011,占党员比例,share of members,20,percent,0,no,{},占20%,总结,¶9"
    named = place(tmp_path / "named", members, share.format("should"), hidden="should")
    assert "1 party member, or 20% of eligible ones." in text(section(named, "en"))
    assert "，占“应建”企业的20%。" in text(section(named, "zh"))
    unnamed = place(tmp_path / "unnamed", members, share.format(""))
    assert "or 20% by the document, which does not say of what." in text(section(unnamed, "en"))
    assert "，占党员比例20%，原文没有说明基数。" in text(section(unnamed, "zh"))


def test_one_is_not_several(tmp_path: Path) -> None:
    study = place(tmp_path / "study", ORGANISATIONS)
    figures = Path(study, "published.csv")
    edited = figures.read_text("utf-8").replace("8000,persons,-3,over", "1,persons,0,no")
    figures.write_text(
        edited.replace("52310,", "1,").replace("30000,enterprises,-4,nearly", "1,enterprises,0,no"), "utf-8"
    )
    said = text(section(study, "en"))
    assert "They have 1 party organisation, which covers 1 enterprise." in said
    assert "1 party-building instructor covers 1 enterprise." in said


@pytest.mark.parametrize(
    ("locator", "printed"), [("第12页", " 第12页"), ("12", " 12"), ("§3, ¶4", " §3, ¶4"), ("https://a.b/c1", "")]
)
def test_a_figure_s_place_in_its_document_is_printed_unless_it_is_an_address(
    tmp_path: Path, locator: str, printed: str
) -> None:
    row = BUILT.format(74.6, "", f'"{locator}"')
    table = next(block for block in section(place(tmp_path / "study", row), "zh").blocks if isinstance(block, Table))
    assert plain(table.rows[-1][-1]) == f"乙市工作总结{printed}"
