"""A meeting's whole folder in one command, its papers in agreement to the last digit."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from analysis.briefing.conference_papers import papers_of
from analysis.briefing.verification import verify
from analysis.errors import DataError
from analysis.study import DATA
from tests.briefing.test_department import leaves
from tests.commands import command, workbook

KEPT = ("convener", "trade_unions", "finance")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study that ships with three of its departments, so that the test is short."""
    folder = Path(shutil.copytree(DATA / "suzhou-2003", tmp_path_factory.mktemp("studies") / "short"))
    rows = (folder / "departments.csv").read_text(encoding="utf-8").splitlines()
    kept = [row for row in rows if row.partition(",")[0] in ("id", *KEPT)]
    (folder / "departments.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")
    for name, column in (("duties.toml", "department"), ("decisions.toml", "owner")):
        text = (folder / name).read_text(encoding="utf-8")
        text = re.sub(rf'{column} = "(?!{"|".join(KEPT)})\w+"', f'{column} = "convener"', text)
        seen: set[str] = set()
        parts = re.split(r"(?=^\[\[)", text, flags=re.M)
        unique = []
        for part in parts:
            found = re.search(r'department = "(\w+)"\nabout = "(\w+)"', part)
            if found is None or found[0] not in seen:
                unique.append(part)
            seen |= {found[0]} if found else set()
        (folder / name).write_text("".join(unique), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def made(study: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("meeting") / "conference"
    done = workbook("conference", str(study), "--language", "en", "--output", str(folder))
    assert done.returncode == 0, done.stderr
    assert "5 papers: 5 written" in done.stdout
    return folder


def runs(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if (path / "manifest.json").is_file())


def test_one_command_makes_briefing_slides_tables_agenda_and_a_sheet_for_each_department(made: Path) -> None:
    notebooks = [json.loads((run / "manifest.json").read_text(encoding="utf-8"))["notebook"] for run in runs(made)]
    assert notebooks == ["4_briefing", "6_conference", *["7_department"] * len(KEPT)]
    assert (runs(made)[0] / "briefing.pptx").is_file()
    assert (runs(made)[0] / "briefing.xlsx").is_file()
    page = (made / "index.en.html").read_text(encoding="utf-8")
    for run in runs(made):
        assert f"{run.name}/briefing.pdf" in page
    assert "Federation of Trade Unions" in page
    assert "<h1>Papers for the liaison conference: " in page


def test_every_paper_of_a_meeting_says_the_same_number_for_the_same_thing(made: Path) -> None:
    briefing = leaves(runs(made)[0])
    shared = 0
    for run in runs(made)[1:]:
        other = leaves(run)
        both = briefing.keys() & other.keys()
        assert {address: other[address] for address in both} == {address: briefing[address] for address in both}
        shared += len(both)
    assert shared > 20


def test_every_number_of_the_sheets_is_verified(made: Path) -> None:
    assert all(verify(run).is_true for run in runs(made)[2:])


def test_a_second_study_without_departments_has_its_briefing_and_its_paper() -> None:
    assert [paper.notebook for paper in papers_of("national", languages=["en"])] == ["4_briefing", "6_conference"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--language", "de"], '"de" is no language; allowed: zh, en'),
        (["--as-of", "2004"], 'as_of: "2004" is not a date; allowed: YYYY-MM-DD'),
        (["nowhere"], 'no study "nowhere"'),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(words: list[str], said: str, tmp_path: Path) -> None:
    done = command("conference", *words, "--output", str(tmp_path / "out"))
    assert done.returncode == 2
    assert said in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_fault_of_a_scenario_is_told_before_any_paper_is_begun(study: Path, tmp_path: Path) -> None:
    own = Path(shutil.copytree(study, tmp_path / "short"))
    (own / "scenarios" / "mine.toml").write_text(
        'zh = "我"\nen = "mine"\nwhy_zh = "试"\nwhy_en = "a trial"\n[support.centre]\nplaned = 9\n', encoding="utf-8"
    )
    with pytest.raises(DataError, match=r"mine.toml, support, centre: no such lever.*did you mean planned\?"):
        papers_of(str(own))
