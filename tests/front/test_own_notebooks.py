"""Any notebook is a paper: its parameters cell is the schema, by command, in a batch, and with plain papermill."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analysis.briefing.new_notebook import write_notebook
from analysis.briefing.own_notebooks import model_of_cell
from analysis.briefing.parameters import checked, model_of, to_toml
from analysis.cli import app
from analysis.errors import ParameterError, WorkbookError
from tests.front.notebooks import PARAMETERS, notebook

CELLS = (
    ("", "study.coverage(by='category', district=district)"),
    ("", "study.text(zh='{y}年', en='In {y}', y=str(focus_year))"),
)


@pytest.fixture(scope="module")
def mine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return notebook(tmp_path_factory.mktemp("mine") / "my_note.ipynb", *CELLS)


def ran(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=True)
    return done.exit_code, done.output + (str(done.exception) if done.exception else "")


def test_types_and_comments_of_the_cell_are_the_schema(mine: Path) -> None:
    model = model_of(str(mine))
    assert model.model_fields["focus_year"].description == "the year I look at"
    told = to_toml(checked(str(mine), {"focus_year": 2005, "share": 1}))
    assert "focus_year = 2005  # the year I look at" in told
    assert "disclosure_threshold" not in told


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"focus_year": "2005"}, 'focus_year: "2005" cannot be used; allowed: a whole number'),
        ({"share": "half"}, 'share: "half" cannot be used; allowed: a number'),
        ({"fokus_year": 2005}, r"fokus_year: no such parameter; .*did you mean focus_year\?"),
        ({"language": "fr"}, 'language: "fr" cannot be used; allowed: zh, en'),
        ({"district": "320599"}, 'district: "320599" is not in suzhou-2003'),
        ({"draws": 5}, "draws: no such parameter"),
    ],
)
def test_own_parameters_have_their_type_and_the_house_s_their_checks(
    mine: Path, given: dict[str, object], told: str
) -> None:
    with pytest.raises(ParameterError, match=told):
        checked(str(mine), given)


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("years: int = 2 + 1", "line 1: years: int = 2 \\+ 1 is no parameter"),
        ("x = open('a')", "line 1: x = open"),
        ("a: int = 1\nimport os", "line 2: import os is no parameter"),
        ("a: int = 1\nb: dict = {}", "line 2"),
        ("staff_threshold: int = 5000", 'line 1: staff_threshold: "5000" cannot be used'),
        ("a: int = 'x'", 'line 1: a: "x" cannot be used'),
        ("a: int = (", "is no Python"),
    ],
)
def test_a_cell_that_is_no_schema_is_told_by_its_line(cell: str, told: str) -> None:
    with pytest.raises(ParameterError, match=told):
        model_of_cell(cell, "mine.ipynb")


def test_a_cell_may_say_what_is_allowed() -> None:
    model = model_of_cell(
        'from_: str | None = None\nkind: Literal["a", "b"] = "a"  # which\ndeep: bool = False', "mine.ipynb"
    )
    assert model().kind == "a"  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="kind"):
        model(kind="c")


def test_a_notebook_without_parameters_or_with_two_such_cells_is_refused(tmp_path: Path) -> None:
    none = notebook(tmp_path / "none.ipynb", parameters=None)
    two = notebook(tmp_path / "two.ipynb", ("parameters", "a: int = 1"))
    for path, number in ((none, 0), (two, 2)):
        with pytest.raises(ParameterError, match=f"{number} cells are tagged parameters; allowed: one"):
            model_of(str(path))
    (tmp_path / "no.ipynb").write_text("no", encoding="utf-8")
    with pytest.raises(ParameterError, match="cannot be read as a notebook"):
        model_of(str(tmp_path / "no.ipynb"))
    with pytest.raises(ParameterError, match=r'no notebook "4_brefing"; .*did you mean 4_briefing\?'):
        model_of("4_brefing")


def test_a_notebook_of_one_s_own_goes_through_all_that_a_paper_goes_through(mine: Path, tmp_path: Path) -> None:
    """By command, in a batch over districts and languages, verified, compared, packed, and run again elsewhere."""
    asked = tmp_path / "papers.toml"
    asked.write_text(
        f'[[papers]]\nstudy = "suzhou-2003"\nnotebook = "{mine}"\nformats = ["html", "docx"]\n'
        'district = ["320583", "320584", "SIP"]\nlanguage = ["zh", "en"]\nfocus_year = 2005\n',
        encoding="utf-8",
    )
    code, told = ran("batch", asked, "--output", tmp_path / "batch", "--workers", 2)
    assert code == 0, told
    assert "6 papers: 6 written" in told
    runs = sorted(path.parent for path in (tmp_path / "batch").glob("*/manifest.json"))
    assert len(runs) == 6
    for run in runs:
        code, told = ran("verify", run)
        assert code == 0, told
    code, told = ran("batch", asked, "--output", tmp_path / "batch")
    assert "6 reused" in told
    code, told = ran("briefing", "--notebook", mine, "--set", "focus_year=2004", "--district", "320583", "-l", "en",
                     "--to", "html", "--output", tmp_path / "one")  # fmt: skip
    assert code == 0, told
    same = next(run for run in runs if run.name == "my_note_en_320583_focus_year-2005")
    code, told = ran("runs", tmp_path, "--where", "focus_year=2005", "--where", "district=320583")
    assert code == 0, told
    assert len(told.splitlines()) == 2  # zh and en
    code, told = ran("diff", tmp_path / "one", same)
    assert code == 0, told
    code, told = ran("pack", same, "--output", tmp_path / "mine.zip")
    assert code == 0, told
    code, told = ran("unpack", tmp_path / "mine.zip", "--output", tmp_path / "elsewhere")
    assert code == 0, told
    command = next(line for line in told.splitlines() if "workbook briefing" in line)
    words = command[command.index("workbook briefing") :].split()
    assert "notebooks/my_note.ipynb" in words
    program = [sys.executable, "-c", "from analysis.cli import main; main()", *words[1:]]
    done = subprocess.run(program, cwd=tmp_path / "elsewhere", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    again = json.loads((tmp_path / "elsewhere" / "again" / "ledger.json").read_text(encoding="utf-8"))
    assert again == json.loads((same / "ledger.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["fokus_year", "2005"], r"fokus_year: no such parameter; .*did you mean focus_year"),
        (["focus_year", "late"], 'focus_year: "late" cannot be used; allowed: a whole number'),
        (["district", "320583"], ""),
    ],
)
def test_plain_papermill_stops_at_the_first_cell(mine: Path, tmp_path: Path, given: list[str], told: str) -> None:
    """papermill makes `-p district 320583` a number; it is the district all the same."""
    words = [sys.executable, "-m", "papermill", str(mine), str(tmp_path / "out.ipynb"), "-p", *given]
    words += ["-p", "language", "en", "--no-progress-bar"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=tmp_path)
    cells = json.loads((tmp_path / "out.ipynb").read_text(encoding="utf-8"))["cells"]
    errors = [
        position
        for position, cell in enumerate(cells)
        for output in cell.get("outputs", ())
        if output["output_type"] == "error"
    ]
    if not told:
        assert done.returncode == 0, done.stderr
        assert not errors
        assert "Kunshan" in json.dumps(cells)
        return
    assert done.returncode != 0
    assert any(one in done.stderr for one in told.split(".*"))
    assert len(errors) == 1


def test_a_new_notebook_runs_as_it_is_and_is_never_written_over(tmp_path: Path) -> None:
    path = write_notebook("my_note", tmp_path)
    code, told = ran("briefing", "--notebook", path, "-l", "en", "--to", "html", "--output", tmp_path / "run")
    assert code == 0, told
    assert "The five groups with the highest coverage" in (tmp_path / "run" / "briefing.html").read_text(
        encoding="utf-8"
    )
    with pytest.raises(WorkbookError, match="is there already"):
        write_notebook("my_note", tmp_path)
    with pytest.raises(WorkbookError, match="no name of a notebook"):
        write_notebook("../other", tmp_path)


def test_a_name_in_the_folder_of_notebooks_is_enough(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mine: Path
) -> None:
    from analysis.briefing import own_notebooks

    monkeypatch.setattr(own_notebooks, "NOTEBOOKS_FOLDER", tmp_path)
    shutil.copy(mine, tmp_path / "my_note.ipynb")
    assert model_of("my_note").model_fields["focus_year"].default == 2004
    assert PARAMETERS
