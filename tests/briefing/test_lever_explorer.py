"""Levers moved by hand: the paths follow, draws can be stopped, and what is frozen prints what was seen."""

from __future__ import annotations

import shutil
import threading
import tomllib
from pathlib import Path
from typing import Any

import pytest

from analysis.briefing import background_simulation
from analysis.briefing.lever_explorer import Hand, levers
from analysis.briefing.parameters import ScenarioParameters, checked
from analysis.briefing.save_scenario import freeze_scenario
from analysis.coverage.sources import cells_of
from analysis.errors import OutputError, ParameterError, WorkbookError
from analysis.scenarios.scenario import open_scenario
from analysis.scenarios.simulation import BATCH, Draws
from analysis.study import ROOT, Study, open_study
from analysis.views.blocks import Figure
from tests.papers import DRAWN, open_paper


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The study that ships, in a folder where scenarios may be frozen."""
    folder = tmp_path_factory.mktemp("studies") / "suzhou-2003"
    shutil.copytree(ROOT / "data" / "suzhou-2003", folder)
    return open_study(folder)


def hand(study: Study, **parameters: object) -> Hand:
    cells = cells_of(study)
    assert cells is not None
    model = checked("3_scenarios", {"study": str(study.folder), "draws": 2 * BATCH, "language": "en", **parameters})
    assert isinstance(model, ScenarioParameters)
    return Hand(study, cells, model)


def drawn(moving: Hand) -> Draws:
    thread = moving.drawing.draw()
    assert thread is not None
    thread.join(60)
    assert isinstance(moving.now, Draws)
    return moving.now


def rows(frame: dict[str, Any], chart: str, kind: str) -> list[dict[str, Any]]:
    """What a target's path is drawn from."""
    return [row for row in frame["charts"][chart]["data"]["rows"] if row["kind"] == kind]


def test_a_moved_lever_moves_its_paths_the_finding_and_the_list_of_what_was_moved(study: Study) -> None:
    moving = hand(study)
    before = moving.page.frame
    moving.levers.fields["joint_organisations"].value = 400
    after = moving.page.frame
    assert after["finding"] != before["finding"]
    assert after["chosen"] == "Joint organisations 100§ → 400§"
    was, now = (rows(frame, "organisation_100", "path")[-1] for frame in (before, after))
    assert now["p50"] > was["p50"] == rows(after, "organisation_100", "before")[-1]["p50"]
    assert "‡" in now["tip"]
    moving.heard({"kind": "clear"})
    assert moving.page.frame["finding"] == before["finding"]
    assert moving.page.frame["chosen"] == ""


def test_draws_show_the_numbers_that_the_paper_prints(study: Study) -> None:
    moving = hand(study)
    drawn(moving)
    paper = open_paper("3_scenarios", study=str(study.folder), language="en", draws=2 * BATCH)
    figure = next(block for block in DRAWN["paths"](paper.context) if isinstance(block, Figure))
    printed = {one.marked for one in figure.claims}
    for target in ("member_50", "five_good"):
        ends, years = rows(moving.page.frame, target, "end"), rows(moving.page.frame, target, "path")
        assert {ends[0]["words"], ends[-1]["words"], *ends[-1]["band"].split("–")} <= printed
        assert ends[-1]["band"] in years[-1]["tip"]
    assert f"{2 * BATCH} draws, seed 1" in moving.page.frame["note"]
    assert years[-1]["p5"] < years[-1]["p50"] < years[-1]["p95"]


def test_draws_that_are_stopped_keep_those_done_and_say_how_many(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    moving, begun, go_on = hand(study, draws=10 * BATCH), threading.Event(), threading.Event()
    simulate, kept = background_simulation.simulate, list[int]()

    def slow(**asked: object) -> Draws:
        told = asked.pop("progress")

        def waits(done: int, whole: int) -> object:
            kept.append(done)
            begun.set()
            go_on.wait(20)
            return told(done, whole)  # type: ignore[operator]

        return simulate(**asked, progress=waits)  # type: ignore[arg-type]

    monkeypatch.setattr(background_simulation, "simulate", slow)
    thread = moving.drawing.draw()
    assert thread is not None
    begun.wait(20)
    moving.drawing.halt()
    go_on.set()
    thread.join(30)
    assert isinstance(moving.now, Draws)
    assert 0 < moving.now.draws == kept[0] < 10 * BATCH
    assert moving.drawing.said.value == f"Stopped after {kept[0]} draws"
    assert f"{kept[0]} draws" in moving.page.frame["note"]

    begun.clear()
    go_on.clear()
    thread = moving.drawing.draw()
    assert thread is not None
    begun.wait(20)
    moving.levers.fields["joint_size"].value = 9.5  # what is being drawn no longer holds
    go_on.set()
    thread.join(30)
    assert not isinstance(moving.now, Draws)


def test_levers_that_contradict_each_other_say_so_and_the_paths_stay(study: Study) -> None:
    moving = hand(study)
    before = moving.page.frame["charts"]
    moving.levers.fields["recruiting_rate"].value = 0
    assert "Recruiting and First member admitted contradict each other" in moving.page.frame["finding"]
    assert moving.page.frame["charts"] == before
    assert moving.drawing.draw() is None
    moving.levers.fields["first_members_per_100_staff"].value = 0
    assert "contradict" not in moving.page.frame["finding"]


def test_venues_and_funds_moved_by_hand_are_seen_refused_where_they_cannot_be_paid_and_frozen(study: Study) -> None:
    moving = hand(study, scenario="baseline")
    fields, said = moving.supply.form.fields, moving.supply.said
    assert "as set here" not in said.value
    fields["centre__planned"].value = 100
    assert "2,500§" in said.value
    fields["centre__budget"].value = 3_000_000
    assert "costs more than the budget" in said.value
    with pytest.raises(ParameterError, match="at most 50 planned"):
        moving.scenario()
    fields["centre__planned"].value = 50
    fields["fund__budget"].value = 1_800_000
    fields["fund__budget"].value = 1_500_000
    assert fields["fund__planned"].value == 500  # what it buys
    path = freeze_scenario(study, moving.scenario(), "centres", start=moving.start, language="en")
    frozen = tomllib.loads(path.read_text(encoding="utf-8"))["support"]
    assert frozen == {"centre": {"planned": 50, "budget": 3_000_000}, "fund": {"budget": 1_500_000}}
    assert open_scenario(study, "centres").support == moving.scenario().support
    moving.heard({"kind": "clear"})
    assert moving.scenario().support == {}
    assert "as set here" not in said.value


def test_what_is_frozen_says_only_what_differs_and_prints_what_was_seen(study: Study) -> None:
    moving = hand(study, scenario="baseline")
    moving.levers.fields["joint_organisations"].value = 300
    moving.levers.fields["founding_rate"].value = 95
    path = freeze_scenario(study, moving.scenario(), "更多联合", start=moving.start, language="en")
    assert tomllib.loads(path.read_text(encoding="utf-8"))["levers"] == {
        "joint_organisations": 300,
        "founding_rate": 0.95,
    }
    again = open_scenario(study, "更多联合")
    assert again.decided == moving.scenario().decided
    seen, printed = drawn(moving), drawn(hand(study, scenario="更多联合"))
    assert (seen.values == printed.values).all()
    assert freeze_scenario(study, moving.scenario(), "更多联合", start=moving.start, language="en") == path


@pytest.mark.parametrize("name", ["../elsewhere", "a/b", "", ".hidden", "x" * 61, "a\nb", "2004", "_a"])
def test_a_name_that_is_no_scenario_s_is_refused(study: Study, name: str) -> None:
    before = sorted((study.folder / "scenarios").iterdir())
    start = open_scenario(study, "baseline")
    with pytest.raises(WorkbookError, match="letters, digits"):
        freeze_scenario(study, start, name, start=start, language="en")
    assert sorted((study.folder / "scenarios").iterdir()) == before


def test_a_scenario_that_is_there_is_never_written_over(study: Study) -> None:
    start = open_scenario(study, "baseline")
    before = (study.folder / "scenarios" / "low.toml").read_bytes()
    with pytest.raises(WorkbookError, match="another scenario has this name"):
        freeze_scenario(study, start.but(joint_size=9), "low", start=start, language="en")
    assert (study.folder / "scenarios" / "low.toml").read_bytes() == before


def test_where_nothing_can_be_written_nothing_is_left(suzhou: Study, tmp_path: Path) -> None:
    folder = tmp_path / "suzhou-2003"
    shutil.copytree(suzhou.folder, folder, ignore=shutil.ignore_patterns("scenarios"))
    (folder / "scenarios").write_text("a file where a folder is wanted")
    start = open_scenario(suzhou, "baseline")
    with pytest.raises(OutputError, match="cannot be written"):
        freeze_scenario(open_study(folder), start, "mine", start=start, language="en")


def test_the_freezer_shows_the_command_and_offers_the_new_scenario(study: Study) -> None:
    moving = hand(study, scenario="low")
    moving.levers.fields["joint_organisations"].value = 50
    freezer = moving.widget.children[-1]
    name, button = freezer.children[0].children
    name.value = "mine"
    button.click()
    said = freezer.children[1].outputs[0]["data"]["text/html"]
    assert "--notebook 3_scenarios --language en --set scenario=mine" in said
    assert "mine" in [id_ for _, id_ in moving.settings.fields["scenario"].options]
    moving.settings.fields["scenario"].value = "mine"
    assert moving.start.decided["joint_organisations"] == 50


def test_a_study_without_a_register_says_that_there_is_nothing_to_move() -> None:
    assert "没有登记簿" in levers("national").value


def test_parameters_that_cannot_be_are_refused() -> None:
    with pytest.raises(ParameterError, match=r"did you mean conference\?"):
        levers("suzhou-2003", scenario="conferense")
