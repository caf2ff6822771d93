"""The paper on a scenario: simulated numbers marked, each computed again from its address."""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from analysis.briefing.parameters import checked
from analysis.briefing.sections import scenarios
from analysis.briefing.sections.simulated import runs_of
from analysis.briefing.verification import resolver
from analysis.errors import ParameterError
from analysis.quantities import Language, Status, recompute
from analysis.scenarios.scenario import scenario_names
from analysis.study import ROOT
from analysis.views.blocks import Figure, Paragraph, Table
from analysis.views.wording import plain
from tests.counted import REGISTER, counted_study
from tests.papers import DRAWN, open_paper
from tests.papers import NotebookPaper as Paper

DRAWS = 64


@cache
def paper(language: Language) -> Paper:
    return open_paper("3_scenarios", language=language, draws=DRAWS)


def test_every_number_is_computed_again_from_its_address() -> None:
    resolve = resolver(paper("zh").context.parameters)
    claims = [one for one in paper("zh").ledger.claims if not one.quantity.address.startswith("needed:")]  # slow
    assert [one.text for one in claims if recompute(one.quantity, resolve) != one.quantity.value] == []


def test_simulated_numbers_are_marked_and_carry_scenario_draws_and_seed() -> None:
    simulated = [one for one in paper("en").ledger.claims if one.quantity.address.startswith("simulated:")]
    assert len(simulated) > 50
    for one in simulated:
        assert one.status is Status.SIMULATED
        assert one.marked.endswith("‡")
        scenario = one.quantity.address.removeprefix("simulated:").partition("/")[0]
        assert scenario in scenario_names(paper("en").context.study)
        assert "seed=1" in one.quantity.address or "stat=expected" in one.quantity.address


def test_both_languages_say_the_same_numbers() -> None:
    said = [{one.quantity.address: one.text for one in paper(language).ledger.claims} for language in ("zh", "en")]
    simulated = [
        {address: text for address, text in one.items() if address.startswith(("simulated:", "needed:"))}
        for one in said
    ]
    assert simulated[0] == simulated[1]


@pytest.mark.parametrize(
    ("parameter", "value", "told"),
    [
        ("scenario", "conferense", r"did you mean conference\?"),
        ("draws", 0, "draws"),
        ("years", 31, "years"),
        ("certainty", 100, "certainty"),
    ],
)
def test_parameters_that_cannot_be_stop_the_run(parameter: str, value: object, told: str) -> None:
    with pytest.raises(ParameterError, match=told):
        checked("3_scenarios", {parameter: value})


def test_a_study_without_scenarios_says_so() -> None:
    with pytest.raises(ParameterError, match="the study has no scenarios"):
        checked("3_scenarios", {"study": "national"})


@cache
def briefing(**parameters: object) -> Paper:
    return open_paper("4_briefing", language="en", draws=DRAWS, **parameters)


def section_text(found: Paper, name: str) -> str:
    return "\n".join(
        plain(content)
        for block in found.section(name).blocks
        for content in (
            [block.content]
            if isinstance(block, Paragraph)
            else [*(cell for row in block.rows for cell in row), block.note]
            if isinstance(block, Table)
            else [block.note]
            if isinstance(block, Figure)
            else []
        )
    )


def test_a_briefing_looks_ahead_and_every_number_of_that_is_computed_again() -> None:
    found = briefing()
    resolve = resolver(found.context.parameters)
    claims = [claim for name in ("outlook", "assumptions") for claim in found.section(name).claims()]
    assert len(claims) > 100
    assert [one.text for one in claims if recompute(one.quantity, resolve) != one.quantity.value] == []


def test_every_table_and_chart_ahead_says_scenario_draws_and_seed() -> None:
    blocks = briefing().section("outlook").blocks
    told = [plain(block.note) for block in blocks if isinstance(block, Figure | Table) and block.id != "levers"]
    stamped = [note for note in told if f"The conference's plan, {DRAWS} draws" in note and "seed 1" in note]
    assert len(stamped) == 3  # the tornado is without chance and says its own way


@pytest.mark.parametrize(
    "parameters",
    [{"scenario": ""}, {"study": "national"}, {"district": "320583"}],
    ids=["declined", "published figures only", "a part of the place"],
)
def test_a_briefing_without_a_scenario_has_no_word_of_one(parameters: dict[str, object]) -> None:
    found = open_paper("4_briefing", language="en", **parameters)
    assert not DRAWN["outlook"](found.context)
    assert "dynamics" not in [block.id for block in DRAWN["assumptions"](found.context) if isinstance(block, Table)]


def test_the_scenario_of_a_briefing_can_be_chosen_and_is_checked() -> None:
    assert "Every lever well beyond" in section_text(briefing(scenario="ambitious"), "outlook")
    with pytest.raises(ParameterError, match=r'scenario: "ambitous" is not in suzhou-2003; .*did you mean ambitious\?'):
        checked("4_briefing", {"scenario": "ambitous"})
    with pytest.raises(ParameterError, match="the study has no scenarios"):
        checked("4_briefing", {"study": "national", "scenario": "conference"})


def test_costs_are_shown_where_a_scenario_gives_unit_costs_and_computed_again(tmp_path: Path) -> None:
    folder = tmp_path / "suzhou-2003"
    shutil.copytree(ROOT / "data" / "suzhou-2003", folder)
    plan = folder / "scenarios" / "conference.toml"
    plan.write_text(plan.read_text(encoding="utf-8") + "\n[unit_costs]\ninstructors_added = 1.2\n", encoding="utf-8")
    context = open_paper("3_scenarios", study=str(folder), draws=DRAWS, language="en").context
    costs = [block for block in DRAWN["compared"](context) if isinstance(block, Table) and block.id == "costs"]
    (claim,) = (piece for row in costs[0].rows for cell in row for piece in cell if not isinstance(piece, str))
    assert claim.marked == "180§"  # 150 more a year than assumed, at 1.2 each
    assert recompute(claim.quantity, resolver(context.parameters)) == claim.quantity.value


def test_the_scenarios_stand_side_by_side_in_table_and_chart() -> None:
    blocks = DRAWN["compared"](paper("en").context)
    table, figure = (next(one for one in blocks if isinstance(one, kind)) for kind in (Table, Figure))
    printed = {piece.marked for row in table.rows for cell in row for piece in cell if not isinstance(piece, str)}
    assert {claim.marked for claim in figure.claims} == printed
    assert all(name in figure.alt for name in ("Baseline", "Ambitious", "The conference's plan", "Low"))


def test_a_district_without_enterprises_is_told_in_the_paper(tmp_path: Path) -> None:
    study = counted_study(tmp_path / "counted", enterprises=900, settings="disclosure_threshold = 1")
    register = study / REGISTER
    table = pd.read_csv(register)
    table[table["district"] != table["district"].min()].to_csv(register, index=False)
    context = open_paper("3_scenarios", study=str(study), draws=8, language="en").context
    said = [plain(block.content) for block in DRAWN["scenario"](context) if isinstance(block, Paragraph)]
    assert any(one.startswith("No enterprise operates in Changshu: ") for one in said)
    (division,) = [block for block in DRAWN["divided"](context) if isinstance(block, Table)]
    assert {plain(row[0]): plain(row[1]) for row in division.rows}["Changshu"] == "0‡"


def test_a_paper_tells_where_a_limit_holds_the_draws_and_the_path_without_chance_apart() -> None:
    context = open_paper("3_scenarios", language="en", draws=DRAWS).context
    runs = runs_of(context)
    row = runs.measures.names.index("instructor_25.have")
    near = runs.draws.expected.copy()
    near[row] += 1000
    told = []
    for expected in (runs.draws.expected, near):
        said, table = scenarios.by_chance(context, replace(runs, draws=replace(runs.draws, expected=expected)))
        assert isinstance(said, Paragraph)
        assert isinstance(table, Table)
        assert len(table.rows) == 1 + len(runs.measures.rules)
        told.append(plain(said.content))
    assert "agrees with the path without chance" in told[0]
    assert "as a limit is near: an enterprise with 25 or more regular staff has an instructor." in told[1]


def test_a_scenario_that_adds_no_instructors_says_that_there_is_nothing_to_divide() -> None:
    context = open_paper("3_scenarios", language="en", scenario="low", draws=8).context
    said = [plain(block.content) for block in DRAWN["divided"](context) if isinstance(block, Paragraph)]
    assert said == ["The scenario adds no instructors: there are none to divide."]
