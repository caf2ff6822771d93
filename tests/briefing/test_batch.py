"""Many papers: unchanged ones kept by content, a failure that stops nothing else, the same bytes however they run."""

from __future__ import annotations

import os
import shutil
from functools import partial
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from analysis.briefing.batch import batch
from analysis.briefing.grid import Wanted, read_grid
from analysis.briefing.index import FILES
from analysis.briefing.pool import Caps, work
from analysis.study import DATA
from tests.commands import contents, workbook

GRID = '[[papers]]\nnotebook = "{notebook}"\nstudy = "{study}"\nlanguage = ["zh", "en"]\nformats = ["html", "xlsx"]\n'


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A batch of two papers and the study it is about, finished."""
    place = tmp_path_factory.mktemp("batch")
    study = shutil.copytree(DATA / "suzhou-2003", place / "study")
    (place / "grid.toml").write_text(GRID.format(notebook="1_sources", study=study), encoding="utf-8")
    assert [one.state for one in batch(wanted(place), place / "out")] == ["written", "written"]
    return place


def wanted(place: Path) -> tuple[Wanted, ...]:
    return read_grid(place / "grid.toml")


@pytest.fixture
def finished(place: Path, tmp_path: Path) -> Path:
    """The same to work on: a copy of what was written beside the same study."""
    return Path(shutil.copytree(place / "out", tmp_path / "out"))


def test_unchanged_papers_are_kept_whatever_their_files_times(place: Path, finished: Path) -> None:
    before = contents(finished)
    for path in finished.rglob("*"):
        os.utime(path, (0, 4e9))
    assert [one.state for one in batch(wanted(place), finished)] == ["reused", "reused"]
    assert contents(finished) == before


def test_a_changed_file_of_the_study_is_written_anew_and_back_again(place: Path, finished: Path) -> None:
    before, published = contents(finished), place / "study" / "published.csv"
    text = published.read_text(encoding="utf-8")
    published.write_text(text.replace(",6930,", ",6931,"), encoding="utf-8")
    try:
        assert [one.state for one in batch(wanted(place), finished)] == ["written", "written"]
    finally:
        published.write_text(text, encoding="utf-8")
    assert contents(finished) != before
    assert [one.state for one in batch(wanted(place), finished)] == ["written", "written"]
    assert contents(finished) == before


def test_the_index_leads_to_every_document(place: Path) -> None:
    for language, name in FILES.items():
        page = BeautifulSoup((place / "out" / name).read_text(encoding="utf-8"), "html.parser")
        links = [str(link["href"]) for link in page.select("td a")]
        assert len(links) == 4
        assert all((place / "out" / link).is_file() for link in links)
        assert page.html is not None
        assert str(page.html["lang"]).startswith(language)


def test_a_document_edited_by_hand_fails_alone_and_is_kept(place: Path, finished: Path) -> None:
    edited = finished / "1_sources_zh" / "briefing.html"
    edited.write_text("mine", encoding="utf-8")
    first, second = batch(wanted(place), finished)
    assert (first.state, second.state) == ("failed", "reused")
    assert "changed after the run" in first.cause
    assert edited.read_text(encoding="utf-8") == "mine"
    page = (finished / "index.en.html").read_text(encoding="utf-8")
    assert "changed after the run" in page
    assert "workbook briefing" in page


def test_the_command_of_a_failed_paper_writes_it(place: Path, finished: Path) -> None:
    whole = contents(finished)
    shutil.rmtree(finished / "1_sources_en")
    slow = partial(work, workers=1, caps=Caps(seconds=0.2))
    (failed,) = [one for one in batch(wanted(place), finished, worker=slow) if one.state == "failed"]
    assert "longer than 0.2 seconds" in failed.cause
    command, *arguments = failed.command.split()
    assert command == "workbook"
    assert workbook(*arguments).returncode == 0
    assert [one.state for one in batch(wanted(place), finished)] == ["reused", "reused"]
    assert contents(finished) == whole


def test_a_run_that_takes_too_much_memory_is_ended(place: Path, tmp_path: Path) -> None:
    greedy = partial(work, workers=2, caps=Caps(megabytes=60))
    outcomes = batch(wanted(place), tmp_path / "out", worker=greedy)
    assert all("more than 60 MB" in one.cause for one in outcomes)
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(FILES.values())
