"""The command line: what each command prints, and how it ends."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.briefing.manifest import id_of, read_manifest
from analysis.briefing.parameters import BriefingParameters
from analysis.study import DATA
from tests.briefing.texts import docx_text, html_text
from tests.commands import command, contents, refusal, spoken, workbook

REFUSED = [
    (["briefing", "suzou-2003"], ["suzou-2003", "did you mean suzhou-2003"]),
    (["briefing", "--to", "docx,odt"], ["--to", "odt", "docx, pdf, html, xlsx"]),
    (["briefing", "--to", ""], ["--to", "docx"]),
    (["briefing", "--set", "langage=en"], ["langage", "did you mean language"]),
    (["briefing", "--set", "staff_threshold=fifty"], ["staff_threshold", "fifty", "whole number from 0 to 300"]),
    (["briefing", "--set", "staff_threshold=999"], ["staff_threshold", "999", "from 0 to 300"]),
    (["briefing", "--set", "staff_threshold"], ["staff_threshold", "NAME=VALUE"]),
    (["briefing", "--district", "32058"], ["district", "32058", "320583"]),
    (["briefing", "--language", "fr"], ["language", "fr", "zh, en"]),
    (["briefing", "--parameters", "nowhere.toml"], ["nowhere.toml", "No such file"]),
    (["briefing", "--notebook", "4_breifing"], ["4_breifing", "did you mean 4_briefing"]),
    (["parameters", "9_nothing"], ["9_nothing", "4_briefing"]),
    (["audit", "nowhere"], ["nowhere", "suzhou-2003"]),
    (["verify", "data"], ["data", "is not a run"]),
    (["documents", "pyproject.toml"], ["pyproject.toml", "notebook"]),
    (["documents", "notebooks/4_briefing.ipynb"], ["no section"]),
]


@pytest.mark.parametrize(("arguments", "words"), REFUSED, ids=[" ".join(arguments) for arguments, _ in REFUSED])
def test_a_command_that_cannot_be_done_says_why_in_one_line(arguments: list[str], words: list[str]) -> None:
    message = refusal(command(*arguments))
    assert len(message.splitlines()) == 1
    for word in words:
        assert word in message


@pytest.mark.parametrize("arguments", [REFUSED[0][0], ["audit", "suzhou-2003"]], ids=" ".join)
def test_a_command_says_the_same_in_a_process_of_its_own(arguments: list[str]) -> None:
    own, here = workbook(*arguments), command(*arguments)
    assert (own.returncode, own.stdout, own.stderr) == (here.returncode, here.stdout, here.stderr)


@pytest.mark.parametrize("arguments", [["briefing", "--langage", "en"], ["breifing"]], ids=" ".join)
def test_a_mistyped_option_or_command_names_the_right_one(arguments: list[str]) -> None:
    done = command(*arguments)
    assert done.returncode == 2
    assert "--language" in done.stderr or "briefing" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_parameters_file_with_an_unknown_name_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "parameters.toml"
    path.write_text('language = "en"\ncolour = "red"\n', encoding="utf-8")
    assert "colour" in refusal(command("briefing", "--parameters", path, "--output", tmp_path / "run"))
    assert not (tmp_path / "run").exists()


def test_parameters_print_a_file_that_briefing_reads() -> None:
    done = command("parameters")
    assert done.returncode == 0
    assert BriefingParameters.model_validate(tomllib.loads(done.stdout)) == BriefingParameters()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_audit_quotes_the_published_figures(language: str) -> None:
    done = command("audit", "suzhou-2003", "--language", language)
    assert done.returncode == 0
    assert not done.stderr
    assert "252,963" in done.stdout


def test_an_audit_can_be_read_where_the_system_names_no_letters_but_ascii() -> None:
    done = workbook("audit", "--language", "zh", env={"LC_ALL": "C", "PYTHONUTF8": "0"})
    assert done.returncode == 0, done.stderr
    assert done.stdout == command("audit", "--language", "zh").stdout


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the study that ships."""
    return Path(shutil.copytree(DATA / "suzhou-2003", tmp_path_factory.mktemp("studies") / "study"))


@pytest.fixture(scope="module")
def run(study: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run on the copy, made by the command; a district's paper draws nothing, and is soon computed again."""
    folder = tmp_path_factory.mktemp("runs") / "run"
    options = ("--language", "en", "--district", "320583", "--to", "docx,html")
    done = workbook("briefing", study, *options, "--output", folder)
    assert done.returncode == 0, done.stderr
    assert not spoken(done.stderr)
    assert done.stdout.split() == [str(path) for path in sorted(folder.iterdir())]
    return folder


def test_a_run_holds_the_formats_asked_for_and_no_others(run: Path) -> None:
    assert {path.name for path in run.glob("briefing.*")} == {"briefing.docx", "briefing.html"}


def test_documents_are_made_again_from_the_executed_notebook(run: Path, tmp_path: Path) -> None:
    done = workbook("documents", run / "notebook.ipynb", "--to", "docx,html", "--output", tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "notebook.html").read_bytes() == (run / "briefing.html").read_bytes()
    assert docx_text(tmp_path / "notebook.docx") == docx_text(run / "briefing.docx")


def test_a_notebook_run_by_plain_papermill_gives_the_same_documents(
    plain: Path, finished: Callable[..., Path], tmp_path: Path
) -> None:
    done = command("documents", plain, "--to", "docx,html", "--output", tmp_path)
    assert done.returncode == 0, done.stderr
    run = finished(language="en", depth="brief", annex=False)
    name = id_of(read_manifest(run))
    for ending, text in (("docx", docx_text), ("html", html_text)):
        said, whole = (
            [line for line in map(str.strip, text(path).splitlines()) if line]
            for path in (tmp_path / f"plain.{ending}", run / f"briefing.{ending}")
        )
        assert name in " ".join(whole)
        assert said == [line for line in whole if name not in line and line != "Run"]


def test_a_run_verifies_until_a_figure_changes_and_then_its_claims_are_named(run: Path, study: Path) -> None:
    before = contents(run)
    done = workbook("verify", run)
    assert done.returncode == 0, done.stdout
    assert "0 in doubt, 0 files changed" in done.stdout
    published = study / "published.csv"
    kept = published.read_bytes()
    published.write_bytes(kept.replace(b",6930,", b",6931,"))
    try:
        done = workbook("verify", run)
    finally:
        published.write_bytes(kept)
    assert done.returncode == 1
    named = [line for line in done.stdout.splitlines() if line.startswith("c")]
    assert any('"6,930"' in line and "is now 6931" in line for line in named)
    assert f"{len(named)} in doubt" in done.stdout
    assert contents(run) == before
