"""The screen of a counted study is chosen once: when it is counted, or by its first paper, which then says so."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analysis.briefing import suppression_plan
from analysis.briefing.coverage_explorer import Explorer
from analysis.briefing.parameters import BriefingParameters, checked
from analysis.briefing.runner import run
from analysis.briefing.suppression_plan import screen_of, stops_of
from analysis.cli import app
from analysis.coverage.answers import State, answer
from analysis.coverage.cells import STAFF_CAP
from analysis.coverage.counting import Counter
from analysis.coverage.lookup import board_of
from analysis.coverage.selection import Selection
from analysis.coverage.sources import cells_of
from analysis.sources import disk_cache
from analysis.study import ROOT, Study, open_study
from tests.counted import counted_study
from tests.returned import counted_returns

HARBOUR = ROOT / "tests" / "studies" / "harbour-2024"


@pytest.fixture(autouse=True)
def _nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suppression_plan, "CACHE", tmp_path / "screens")
    monkeypatch.setattr(suppression_plan, "_FOUND", {})


@pytest.fixture(params=["register", "returns"])
def study(request: pytest.FixtureRequest, suzhou: Study, tmp_path: Path) -> Path:
    """A study that counts a register, and one that counts a district's return."""
    if request.param == "register":
        return counted_study(tmp_path / "study", enterprises=60, districts=1)
    return counted_returns(suzhou, tmp_path / "study", districts=1).folder


def paper(study: Path, folder: Path) -> list[tuple[str, int, int]]:
    """Write a paper; what those who wait are told of small counts."""
    told: list[tuple[str, int, int]] = []
    model = checked("2_coverage", {"study": str(study), "language": "en"})
    run(model, notebook="2_coverage", formats=("html",), folder=folder, progress=lambda *said: told.append(said))
    return [said for said in told if said[0] == "small counts"]


def test_counting_a_study_chooses_its_screen_and_no_paper_waits_for_it(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as anew:
        anew.setattr(disk_cache, "recall", lambda _place: None)  # so that a paper opens what this counted
        done = CliRunner().invoke(app, ["count", str(study)])
    monkeypatch.setattr(suppression_plan, "_FOUND", {})
    assert done.exit_code == 0, done.output
    assert "counts of its papers are withheld" in done.stdout
    assert done.stderr == ""
    assert len(list((tmp_path / "screens").iterdir())) == 1
    assert paper(study, tmp_path / "run") == []
    assert len(list((tmp_path / "screens").iterdir())) == 1


def test_the_first_paper_of_a_study_that_was_not_counted_says_what_it_waits_for(tmp_path: Path) -> None:
    study = counted_study(tmp_path / "study", enterprises=60, districts=1)
    assert paper(study, tmp_path / "first") == [("small counts", 0, 1), ("small counts", 1, 1)]
    assert paper(study, tmp_path / "second") == []


def test_looking_through_a_study_chooses_nothing(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["check", str(HARBOUR)]).exit_code == 0
    assert not (tmp_path / "screens").exists()


def test_a_study_that_counts_nothing_of_its_own_cannot_be_counted() -> None:
    done = CliRunner().invoke(app, ["count", "suzhou-2003"])
    assert 'has no register and no returns; allowed: input = "register" or "returns"' in str(done.exception)


def test_a_live_view_of_a_register_stops_where_papers_count_and_everywhere_by_a_word(tmp_path: Path) -> None:
    study = counted_study(tmp_path / "study", enterprises=400)
    opened = open_study(study)
    cells = cells_of(opened)
    assert cells is not None
    every = board_of(opened, cells)
    screen = screen_of(Counter(opened, cells), 10)
    parameters = BriefingParameters(study=str(study), staff_threshold=0)
    view, free = (Explorer(one, parameters, None).form for one in (replace(every, printed=screen.prints), every))
    assert [view.fields[name].options for name in ("staff_threshold", "member_threshold")] == [(0, 25, 50, 100), (3,)]
    assert free.fields["staff_threshold"].max == STAFF_CAP


def test_whoever_moves_a_live_view_of_a_register_sees_only_what_its_papers_may_print(tmp_path: Path) -> None:
    opened = open_study(counted_study(tmp_path / "study", enterprises=1500))
    cells = cells_of(opened)
    assert cells is not None
    counter = Counter(opened, cells)
    screen = screen_of(counter, 10)
    board = replace(board_of(opened, cells), printed=screen.prints)
    districts, kinds = ([(), *((row.id,) for row in rows)] for rows in (opened.districts, opened.settings.categories))
    stops = stops_of(counter)
    printed = {address: int(counter.value(address)) for address in screen.printed}

    def told(chosen: Selection) -> int | None:
        """A count that papers print, or the sum of such over categories."""
        if len(chosen.categories) < 2 or chosen.address("enterprises") in screen.addresses:
            return printed.get(chosen.address("enterprises"))
        return sum(printed[chosen.but(categories=(one,)).address("enterprises")] for one in chosen.categories)

    shown = withheld = 0
    for place, kind, staff, base in product(districts, kinds, stops["staff_threshold"], ("", "private_foreign")):
        found = answer(board, State(place, kind, base, staff))
        managed = found.state.based(opened)
        for having, hidden, part in zip(
            ({"organisation": "any"}, {"instructor": "yes"}),
            found.selected.part_hidden.tolist(),
            found.selected.part.tolist(),
            strict=True,
        ):
            assert hidden or told(managed.but(**having)) == part or not found.selected.whole[0]
            shown, withheld = shown + (not hidden), withheld + hidden
    assert shown > 20
    assert withheld > 20
