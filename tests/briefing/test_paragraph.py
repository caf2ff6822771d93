"""The paragraph of figures for any study: published numbers are quoted, others counted, the rest named as missing."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from analysis.briefing.paper import open_paper
from analysis.quantities import Status
from analysis.study import ROOT
from analysis.views.blocks import Paragraph, Section
from analysis.views.wording import plain

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
