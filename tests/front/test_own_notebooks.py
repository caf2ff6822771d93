"""Any notebook is a paper: its parameters cell is the schema, by command, in a batch, and with plain papermill."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analysis import parameters
from analysis.briefing.batch import command_of
from analysis.briefing.grid import read_grid
from analysis.briefing.manifest import inputs_of, surroundings
from analysis.briefing.new_study import write_notebook
from analysis.briefing.own_notebooks import model_of_cell
from analysis.briefing.parameters import MODELS, NOTEBOOKS_FOLDER, checked, model_of, name_of, to_toml
from analysis.briefing.pool import Job
from analysis.briefing.run_store import REPORTS, default_folder
from analysis.cli import app
from analysis.errors import ParameterError, WorkbookError
from analysis.study import open_study
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
        ("a: int = " + "-" * 90_000 + "1", "is too deep"),
        ("_a: int = 1", 'line 1: "_a" is a name that is taken'),
        ("copy: int = 1", 'line 1: "copy" is a name that is taken'),
        ("a: int = 1\na: int = 2", 'line 2: "a" is a name that is taken'),
    ],
)
def test_a_cell_that_is_no_schema_is_told_by_its_line(cell: str, told: str) -> None:
    with pytest.raises(ParameterError, match=told):
        model_of_cell(cell, "mine.ipynb")


def test_a_cell_may_say_what_is_allowed() -> None:
    model = model_of_cell(
        'from typing import Literal\nfrom_: int | None = None\nkind: Literal["a", "b"] = "a"  # which\none: Literal["x"] = "x"',
        "mine.ipynb",
    )
    assert to_toml(model()).splitlines() == ["# from_ =  # from_", 'kind = "a"  # which', 'one = "x"  # one']
    for given, allowed in (({"kind": "c"}, "a, b"), ({"one": "c"}, "x"), ({"from_": "c"}, "a whole number")):
        with pytest.raises(ParameterError, match=f"cannot be used; allowed: {allowed} "):
            checked("mine", given, model=model)


def test_a_parameter_may_have_the_name_of_what_the_house_calls_its_own() -> None:
    model = model_of_cell('source: str = "s"\ncell: str = "c"\nnamed: int = 1\nfields: float = 1', "mine.ipynb")
    assert model.model_validate({"source": "t"}).model_dump() == {"source": "t", "cell": "c", "named": 1, "fields": 1.0}


def test_every_fault_of_own_parameters_is_told_at_once(mine: Path) -> None:
    with pytest.raises(ParameterError) as caught:
        checked(str(mine), {"fokus_year": 1, "language": "fr", "share": float("nan")})
    assert len(str(caught.value).splitlines()) == 3


def test_a_notebook_without_parameters_or_with_two_such_cells_is_refused(tmp_path: Path) -> None:
    none = notebook(tmp_path / "none.ipynb", parameters=None)
    two = notebook(tmp_path / "two.ipynb", ("parameters", "a: int = 1"))
    for path, number in ((none, 0), (two, 2)):
        with pytest.raises(ParameterError, match=f"{number} cells are tagged parameters; allowed: one"):
            model_of(str(path))
    for damaged in ("no", "[]", '{"cells": "x"}', '{"cells": [{"metadata": {"tags": ["parameters"]}}]}'):
        (tmp_path / "no.ipynb").write_text(damaged, encoding="utf-8")
        with pytest.raises(ParameterError, match="cannot be read as a notebook"):
            model_of(str(tmp_path / "no.ipynb"))
    for none_such in ("", "/", "..", str(tmp_path)):
        with pytest.raises(ParameterError, match="no notebook"):
            model_of(none_such)
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


def test_what_a_value_says_never_leads_out_of_the_folder(tmp_path: Path) -> None:
    """A run's folder is named by its parameters; a text of one's own may hold anything."""
    notebook(tmp_path / "my_note.ipynb", parameters=f'{PARAMETERS}\nnote: str = "n"  # a note')
    odd = ["a/b", "a-b", "../../out", "x" * 300, "字" * 200, 'q"\\\n']
    asked = tmp_path / "papers.toml"
    listed = f'note = {json.dumps(odd)}\nkinds = [["state"], ["private"]]'
    asked.write_text(f'[[papers]]\nnotebook = "my_note.ipynb"\n{listed}\n', encoding="utf-8")
    wanted = read_grid(asked)
    assert len({one.name for one in wanted}) == 12
    for one in wanted:
        (tmp_path / one.name).mkdir()
        assert (tmp_path / one.name).parent == tmp_path
        assert default_folder(one.parameters, notebook=one.notebook).parent == REPORTS / "suzhou-2003"


@pytest.mark.parametrize("given", ["3", '["my_note.ipynb"]'])
def test_a_batch_names_one_notebook(tmp_path: Path, given: str) -> None:
    asked = tmp_path / "papers.toml"
    asked.write_text(f"[[papers]]\nnotebook = {given}\n", encoding="utf-8")
    with pytest.raises(ParameterError, match=r"papers 1, notebook: .* allowed: one name or path"):
        read_grid(asked)


def test_a_copy_of_a_notebook_of_the_house_is_a_notebook_of_one_s_own(tmp_path: Path) -> None:
    copied = json.loads((NOTEBOOKS_FOLDER / "7_department.ipynb").read_text(encoding="utf-8"))
    cell = next(one for one in copied["cells"] if "parameters" in one["metadata"].get("tags", ()))
    cell["source"] = "".join(cell["source"]) + "\nfocus_year: int = 2004"
    del copied["metadata"]["kernelspec"]
    mine = tmp_path / "7_department.ipynb"
    mine.write_text(json.dumps(copied), encoding="utf-8")
    code, told = ran(
        "briefing", "--notebook", mine, "--set", "focus_year=2006", "--to", "html", "--output", tmp_path / "run"
    )
    assert code == 0, told
    code, told = ran("verify", tmp_path / "run")
    assert code == 0, told
    ran("pack", tmp_path / "run", "--output", tmp_path / "run.zip")
    code, told = ran("unpack", tmp_path / "run.zip", "--output", tmp_path / "taken")
    assert "--notebook notebooks/own_7_department.ipynb" in told
    assert (tmp_path / "taken" / "notebooks" / "own_7_department.ipynb").is_file()
    house = str(NOTEBOOKS_FOLDER / "7_department.ipynb")
    assert model_of(house) is MODELS["7_department"]
    assert name_of(checked(house, {}), house) == "7_department"


def test_the_command_that_repeats_a_paper_of_a_batch_asks_for_the_same(mine: Path, tmp_path: Path) -> None:
    values = {"kinds": ["state", "private"], "share": 0.25, "district": "320583", "focus_year": 2005}
    asked = checked(str(mine), values)
    study = open_study("suzhou-2003")
    inputs = inputs_of(asked, notebook=str(mine), formats=("html",), study=study, around=surroundings())
    words = shlex.split(command_of(Job("one", asked, inputs, tmp_path / "one")))
    code, told = ran(*words[1:])
    assert code == 0, told
    again = json.loads((tmp_path / "one" / "manifest.json").read_text(encoding="utf-8"))
    assert again["parameters"] == asked.model_dump()


def test_parameters_are_listed_by_the_option_that_other_commands_have(mine: Path) -> None:
    code, told = ran("parameters", "--notebook", mine)
    assert code == 0
    assert told == ran("parameters", mine.with_suffix(""))[1]
    assert "focus_year = 2004  # the year I look at" in told


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
    assert re.search(told, done.stderr)
    tags = [one["metadata"].get("tags", ()) for one in cells]
    assert errors == [
        next(at for at, one in enumerate(tags) if "injected-parameters" in one) + 2
    ]  # a mark stands between


OWN_CELLS = {
    "plain": PARAMETERS.replace(": str", "").replace(": int", "").replace(": float", "").replace(": list[str]", ""),
    "headed": f"# Parameters\n{PARAMETERS}",
    "computed": f"{PARAMETERS}\nyears: int = 2 + 1",
}


@pytest.mark.parametrize(
    ("ran_before", "told"),
    [
        ([OWN_CELLS["plain"], "# Parameters\nfokus_year = 2005\n"], r"fokus_year: no such .* mean focus_year\?"),
        ([OWN_CELLS["headed"], "# Parameters\nfokus_year = 2005\n"], r"fokus_year: no such .* mean focus_year\?"),
        ([OWN_CELLS["computed"], "# Parameters\nfocus_year = 2005\n"], r"line 7: years: int = 2 \+ 1 is no parameter"),
        ([OWN_CELLS["computed"]], r"line 7: years: int = 2 \+ 1 is no parameter"),
        ([PARAMETERS, "# Parameters\ndistrict = 1.5\n"], r"district: 1\.5 came as a number, .*papermill -r district"),
        ([f'{PARAMETERS}\ncode: str = "0205"', "# Parameters\ncode = 206\n"], "code: 206 came as a number"),
        (["# Parameters\ndistrict = 1\n", PARAMETERS], "district: what papermill sets is set again by a later cell"),
        (["# Parameters\ndistric = 1\n", PARAMETERS], "distric: no such parameter"),
        (
            [PARAMETERS, "# Parameters\ndistrict = 1\n", "district: str = 'all'"],
            "district: what papermill sets is set again",
        ),
        ([PARAMETERS, "# Parameters\nfocus_year = 1\n", "mean: float = sum([1, 2])", "x"], ""),
        ([PARAMETERS, "share = 'no'", "import os"], 'share: "no" cannot be used'),
    ],
)
def test_the_cell_of_parameters_is_found_however_it_looks(ran_before: list[str], told: str) -> None:
    """In a kernel, which is not told what is tagged: the cells that ran before, and this one."""
    opened = "study = open_study(**parameters(globals()))"
    here: dict[str, object] = {"x": 1, "sum": sum, "Literal": None}
    for one in ran_before:
        exec(one, here)
    here["In"] = ["", *ran_before, opened]
    if told:
        with pytest.raises(ParameterError, match=told):
            parameters(here)
    else:
        assert parameters(here)["district"] == "all"


def test_a_number_is_the_text_that_it_was() -> None:
    here: dict[str, object] = {"district": 320583, "focus_year": 2005, "language": "en", "study": "suzhou-2003"}
    assert parameters(here | {"In": ["", PARAMETERS, "# Parameters\ndistrict = 320583\n", "x"]})["district"] == "320583"


def test_a_paper_is_of_one_study_and_another_that_it_shows_is_told_by_its_cell(tmp_path: Path) -> None:
    """Its numbers would be taken for the first one's, in the audit as in whatever computes them again."""
    other = ("", "open_study('national', language='en').published()")
    path = notebook(tmp_path / "two.ipynb", other)
    code, told = ran("briefing", "--notebook", path, "-l", "en", "--to", "html", "--output", tmp_path / "run")
    assert code == 1
    assert "two.ipynb, cell 5: shows national, and the paper is of suzhou-2003" in told
    assert not (tmp_path / "run").exists()
    same = ("", "open_study(str(study.study.folder), language='en').published()")
    path = notebook(tmp_path / "same.ipynb", same)
    code, told = ran("briefing", "--notebook", path, "-l", "en", "--to", "html", "--output", tmp_path / "run")
    assert code == 0, told


def test_a_new_notebook_runs_as_it_is_and_is_never_written_over(tmp_path: Path) -> None:
    path = write_notebook("my_note", tmp_path)
    code, told = ran("briefing", "--notebook", path, "-l", "en", "--to", "html", "--output", tmp_path / "run")
    assert code == 0, told
    assert "The five groups with the highest coverage" in (tmp_path / "run" / "briefing.html").read_text(
        encoding="utf-8"
    )
    with pytest.raises(WorkbookError, match="is there already"):
        write_notebook("my_note", tmp_path)
    for name in ("../other", "", " ", "a b", "a\nb", "-x", "a'b"):
        with pytest.raises(WorkbookError, match="no name of a notebook"):
            write_notebook(name, tmp_path)
    assert write_notebook("我的笔记", tmp_path).is_file()


def test_a_name_in_the_folder_of_notebooks_is_enough(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mine: Path
) -> None:
    from analysis.briefing import own_notebooks

    monkeypatch.setattr(own_notebooks, "NOTEBOOKS_FOLDER", tmp_path)
    shutil.copy(mine, tmp_path / "my_note.ipynb")
    assert model_of("my_note").model_fields["focus_year"].default == 2004
    assert PARAMETERS
