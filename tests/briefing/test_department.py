"""The sheet of a department: one page, the briefing's own numbers, and a word for what is missing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader

from analysis.briefing.parameters import checked
from analysis.briefing.runner import run
from analysis.briefing.verification import verify
from analysis.errors import ParameterError
from analysis.quantities import Language
from analysis.study import DATA, open_study
from analysis.views.blocks import Section, Table
from analysis.views.wording import plain
from tests.briefing.sheets import crowded, faces, longest, written
from tests.fonts import CHINESE, LATIN
from tests.office import needs_office
from tests.papers import open_paper


@pytest.fixture(scope="module")
def convener(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sheets") / "convener"
    parameters = checked("7_department", {"language": "en", "department": "convener"})
    return run(parameters, notebook="7_department", formats=("pdf",), folder=folder)


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The longest sheets in both languages as PDF, and as LibreOffice prints them from Word where it is."""
    return written(tmp_path_factory.mktemp("longest"), study="suzhou-2003", departments=longest("suzhou-2003", 3))


def test_the_longest_sheets_have_one_page_with_room_to_spare_as_pdf(sheets: list[Path]) -> None:
    papers = [path for path in sheets if path.parent.name != "word"]
    assert len(papers) == 6
    assert crowded(papers, least=0.1) == []


@needs_office("writer")
def test_the_longest_sheets_have_one_page_with_room_to_spare_in_word_whatever_fonts_the_machine_has(
    sheets: list[Path],
) -> None:
    papers = [path for path in sheets if path.parent.name == "word"]
    assert len(papers) == 6
    assert crowded(papers, least=0.1) == []
    assert {face for path in papers for face in faces(path)} <= {LATIN, CHINESE.replace(" ", "")}


def leaves(run_folder: Path) -> dict[str, object]:
    """Values by address of a run's ledger."""
    found: dict[str, object] = {}

    def walk(quantity: dict[str, object]) -> None:
        if "address" in quantity:
            found[str(quantity["address"])] = quantity["value"]
        for part in quantity.get("parts", ()):  # type: ignore[attr-defined]
            walk(part)

    for claim in json.loads((run_folder / "ledger.json").read_text(encoding="utf-8")):
        walk(claim["quantity"])
    return found


def test_the_longest_sheet_has_one_page_and_every_number_of_it_is_verified(convener: Path) -> None:
    assert len(PdfReader(convener / "briefing.pdf").pages) == 1
    outcome = verify(convener)
    assert outcome.is_true
    assert outcome.claims > 20


def test_a_sheet_and_the_briefing_say_the_same_to_the_last_digit(convener: Path, finished: Callable[..., Path]) -> None:
    sheet, briefing = leaves(convener), leaves(finished(language="en"))
    both = sheet.keys() & briefing.keys()
    assert len([address for address in both if address.startswith("cells:")]) >= 4
    assert {address: sheet[address] for address in both} == {address: briefing[address] for address in both}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_department_has_its_part_and_its_questions(language: Language) -> None:
    for row in open_study("suzhou-2003").departments:
        paper = open_paper("7_department", language=language, department=row.id)
        table = next(block for block in paper.section("part").blocks if isinstance(block, Table))
        own = [duty for duty in open_study("suzhou-2003").duties if duty.department == row.id]
        assert len(table.rows) == len(own)


def test_an_unknown_department_is_refused_with_the_nearest() -> None:
    with pytest.raises(
        ParameterError, match=r'department: "fiance" is not in suzhou-2003; allowed: .*did you mean finance'
    ):
        checked("7_department", {"department": "fiance"})


def test_a_sheet_asks_backwards_from_the_studys_own_scenario_and_refuses_one_it_does_not_have() -> None:
    note = next(block for block in open_paper("7_department", language="en").section("effort").blocks).note  # type: ignore[union-attr]
    assert "The conference's plan" in plain(note)
    with pytest.raises(ParameterError, match=r"did you mean conference\?"):
        checked("7_department", {"scenario": "conferense"})


def said(section: Section) -> str:
    return " ".join(plain(block.content) for block in section.blocks if hasattr(block, "content"))


def test_a_study_without_departments_says_so() -> None:
    paper = open_paper("7_department", study="national", language="en")
    assert "no departments" in said(paper.section("part"))
    assert not paper.section("effort").blocks


def test_a_study_without_duties_says_so(tmp_path: Path) -> None:
    study = Path(shutil.copytree(DATA / "suzhou-2003", tmp_path / "mine"))
    (study / "duties.toml").unlink()
    (study / "decisions.toml").unlink()
    (study / "support.toml").unlink()
    paper = open_paper("7_department", study=str(study), language="en")
    assert "no duties for this department" in said(paper.section("part"))


def test_a_measure_shows_its_figure_once_it_is_reported(tmp_path: Path) -> None:
    study = Path(shutil.copytree(DATA / "suzhou-2003", tmp_path / "mine"))
    row = "secretary_chairs,secretary_chairs,all,苏州市,2003,兼任的负责人,heads who chair it,321,persons,0,no,,321名,r,p1,"
    figures = study / "published.csv"
    before = open_paper("7_department", study=str(study), language="en", department="trade_unions").section("part")
    figures.write_text(figures.read_text(encoding="utf-8") + row + "\n", encoding="utf-8")
    after = open_paper("7_department", study=str(study), language="en", department="trade_unions").section("part")

    def cell(section: Section) -> str:
        table = next(block for block in section.blocks if isinstance(block, Table))
        return next(plain(row[2]) for row in table.rows if "chair of the trade union" in plain(row[0]))

    assert (cell(before), cell(after)) == ("not in the data", "321")
