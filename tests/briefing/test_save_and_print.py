"""What is frozen is what was on the screen, and opens as it was."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from analysis.briefing import parameters, save_and_print
from analysis.briefing.coverage_explorer import explore
from analysis.briefing.parameters import BriefingParameters, checked, from_file
from analysis.briefing.save_and_print import command, freeze, freezer, link
from analysis.errors import DataError, OutputError, ParameterError, WorkbookError
from analysis.study import ROOT

CHOSEN = BriefingParameters(
    language="en", district="320583,SIP", category="private", staff_threshold=50, directly_managed="no", years=5
)


@pytest.fixture(autouse=True)
def _reports(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(save_and_print, "REPORTS", tmp_path)


def test_a_frozen_view_is_a_parameters_file_that_the_command_line_takes() -> None:
    path = freeze(CHOSEN, "昆山-50")
    assert checked("4_briefing", from_file(path)) == CHOSEN
    assert command(path).startswith("workbook briefing --parameters ")


def test_a_frozen_file_s_path_as_it_is_told_is_found_from_any_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = freeze(CHOSEN, "view")
    monkeypatch.setattr(parameters, "ROOT", tmp_path)
    monkeypatch.chdir(ROOT / "notebooks")
    assert from_file(path.relative_to(tmp_path)) == from_file(path)


def test_opening_a_frozen_file_restores_the_view() -> None:
    page = explore(freeze(CHOSEN, "view")).children[1]
    assert "Kunshan" in page.frame["chosen"]
    assert "Suzhou Industrial Park" in page.frame["chosen"]
    assert "50 or more staff" in page.frame["finding"]
    assert page.plan["tag"] == "en-GB"


@pytest.mark.parametrize("name", ["../elsewhere", "a/b", "", ".hidden", "x" * 61, "a\nb"])
def test_a_name_that_is_no_file_name_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match="letters, digits"):
        freeze(CHOSEN, name)
    assert not list(tmp_path.iterdir())


def test_where_nothing_can_be_written_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "suzhou-2003").write_text("a file where a folder is wanted")
    with pytest.raises(OutputError, match="cannot be written"):
        freeze(CHOSEN, "view")


def test_a_file_with_an_unknown_district_is_refused_with_what_is_allowed(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text('study = "suzhou-2003"\ndistrict = "320583,999"\n')
    with pytest.raises(ParameterError, match='district: "999" is not in suzhou-2003; allowed: all'):
        explore(path)


def test_a_document_is_linked_where_it_can_be_opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    beside = tmp_path / "briefing.docx"
    beside.write_bytes(b"PK")
    monkeypatch.delenv("VOILA_BASE_URL", raising=False)
    assert link(beside).endswith(';base64,UEs=" download="briefing.docx">briefing.docx</a>')
    document = save_and_print.ROOT / "reports" / "a-study" / "昆山 50" / "briefing.pdf"
    monkeypatch.setenv("VOILA_BASE_URL", "/")
    assert 'href="/voila/files/reports/a-study/%E6%98%86%E5%B1%B1%2050/briefing.pdf"' in link(document)


def test_a_print_that_fails_says_why_in_the_view() -> None:
    view = freezer(lambda: CHOSEN.model_copy(update={"district": "320583,999"}), language="en")
    row, said = view.children
    button = row.children[2]
    button.click()
    for _ in range(600):
        if not button.disabled:
            break
        time.sleep(0.1)
    assert not button.disabled
    alert = said.outputs[-1]["data"]["text/html"]
    assert "role='alert'" in alert
    assert "Not printed: " in alert
    assert "district: &quot;999&quot; is not in suzhou-2003; allowed: all" in alert
    assert "Traceback" not in alert


def test_a_notebook_says_what_is_wrong_in_one_message_and_shows_no_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from IPython.core.interactiveshell import InteractiveShell

    place = tmp_path / "placeless"
    shutil.copytree(ROOT / "tests" / "studies" / "harbour-2024", place)
    (place / "districts.csv").unlink()
    ran = InteractiveShell().run_cell(f"from analysis import explore; explore({str(place)!r})")
    told = capsys.readouterr()
    assert isinstance(ran.error_in_exec, DataError)
    assert (told.out + told.err).strip() == str(ran.error_in_exec)
    assert str(ran.error_in_exec).startswith("districts.csv: is missing")
