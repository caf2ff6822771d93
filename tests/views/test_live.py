"""The live page shows the paper's numbers in the paper's words, hides small counts of real enterprises, and is quick."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import pytest

from analysis.briefing.chart_selection import Click, clicked
from analysis.briefing.coverage_explorer import Explorer, explore
from analysis.briefing.parameters import BriefingParameters
from analysis.coverage.answers import State, answer
from analysis.coverage.cells import Cells, compress
from analysis.coverage.counting import Counter
from analysis.coverage.disclosure.tables import THRESHOLD
from analysis.coverage.lookup import Board, board_of
from analysis.coverage.selection import Selection
from analysis.coverage.sources import cells_of
from analysis.quantities import Language, Status
from analysis.sources.synthetic import register_of
from analysis.study import ROOT, Study, open_study
from analysis.views.blocks import Table
from analysis.views.boundaries import Boundaries
from analysis.views.explorer import frame_of, page_of
from analysis.views.theme import PAPER, shade
from analysis.views.wording import WITHHELD, plain
from tests.counted import REGISTER, counted_study
from tests.papers import open_paper


@pytest.fixture(scope="module")
def board(suzhou: Study) -> Board:
    cells = cells_of(suzhou)
    assert cells is not None
    return board_of(suzhou, cells)


def rows(frame: dict[str, Any], chart: str) -> list[dict[str, Any]]:
    """What a chart is drawn from."""
    found: list[dict[str, Any]] = frame["charts"][chart]["data"]["rows"]
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_shows_the_numbers_that_the_notebook_prints(board: Board, suzhou: Study, language: Language) -> None:
    frame = frame_of(suzhou, answer(board, State(base="operating")), language)
    paper = open_paper("2_coverage", study="suzhou-2003", language=language)
    printed = {
        plain(cell)
        for name in ("bases", "by_district", "by_category", "cascade")
        for block in paper.section(name).blocks
        if isinstance(block, Table)
        for row in block.rows
        for cell in row
    }
    bare = {text.replace("至多\u00a0", "").replace("at\u00a0most\u00a0", "") for text in printed}
    drawn = [{row["rate_text"], *row["fraction"].split(" / ")} for row in rows(frame, "bars")]
    drawn += [{row["count_text"], row["rate_text"]} for row in rows(frame, "cascade")]
    drawn += [{row["rate_text"], *row["told"].removesuffix(" =").split(" / ")} for row in rows(frame, "ladder")]
    assert len(drawn) == 12 + 6 + 4
    assert [numbers for numbers in drawn if not numbers <= bare] == []


def test_the_finding_speaks_its_base_and_follows_the_selection(board: Board, suzhou: Study) -> None:
    whole = frame_of(suzhou, answer(board, State(base="operating")), "en")["finding"]
    assert whole.startswith("Of 252,963 operating non-public enterprises in Suzhou, 10,547 (4.17%)")
    assert frame_of(suzhou, answer(board, State(base="operating")), "zh")["finding"] == (
        "苏州市实际开业投产的非公有制经济组织252,963家中，10,547家有党组织覆盖，占4.17%；70,498家有指导员，占27.87%。"
    )
    part = frame_of(suzhou, answer(board, State(("320583",), base="operating", staff_from=50)), "en")["finding"]
    assert "enterprises with 50 or more staff in Kunshan" in part
    assert "†" in part
    assert "In all of Suzhou" in part


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_tooltip_names_the_place_kind_and_size_of_its_base(
    board: Board, suzhou: Study, language: Language
) -> None:
    state = State(("320583",), ("private",), base="private_foreign", staff_from=50, directly_managed="no")
    frame = frame_of(suzhou, answer(board, state), language)
    kind, managed = {"zh": ("私营企业", "直管"), "en": ("private enterprises", "directly managed")}[language]
    place = {row.id: row.label.of(language) for row in suzhou.districts}
    for name in ("map", "bars"):
        for row in rows(frame, name):
            assert all(word in row["tip"] for word in (place[row["id"]], kind, "50", managed)), row["tip"]
    for name in ("ladder", "cascade", "gaps"):
        assert rows(frame, name)
        assert all(place["320583"] in row["tip"] and kind in row["tip"] for row in rows(frame, name))
    for row in rows(frame, "bands"):
        assert all(word in row["tip"] for word in (place["320583"], managed, row["id"].partition("|")[2]))


def test_counts_that_papers_do_not_print_are_shown_nowhere(board: Board, suzhou: Study) -> None:
    cells = cells_of(suzhou)
    counter = Counter(suzhou, cells)

    def printed(measure: str, selection: Selection) -> bool:
        return not 0 < counter.value(selection.address(measure)) < THRESHOLD

    counted = replace(board, status=Status.COUNTED, printed=printed)
    states = (State(("320502",), ("foreign",), "operating", staff) for staff in range(300))
    state = next(one for one in states if 0 < answer(board, one).selected.whole[0] < THRESHOLD)
    sign = WITHHELD.en
    frame = frame_of(suzhou, answer(counted, state), "en")
    assert f"Of {sign} " in frame["finding"]
    assert "was audited with their counts" in frame["note"]
    hidden = [row for row in rows(frame, "bands") if row["base"] == f"of {sign}"]
    assert hidden
    assert all((row["rate"], row["fill"]) == (sign, PAPER) for row in hidden)
    assert all(not row["base"] and not row["part"] for row in rows(frame, "ladder") if f"/ {sign}" in row["told"])
    assert sign not in json.dumps(
        frame_of(suzhou, answer(board, state), "en")
    )  # synthetic ones are nobody's, and marked
    raw = frame_of(suzhou, answer(replace(counted, printed=None), state), "en")
    assert sign not in json.dumps(raw)
    assert "without protection" in raw["note"]


def test_a_selection_without_enterprises_says_so_and_has_no_empty_axes(board: Board, suzhou: Study) -> None:
    found = answer(board, State(categories=("individual",), base="private_foreign"))
    frame = frame_of(suzhou, found, "en")
    assert frame["finding"] == "No enterprise of Suzhou meets the conditions chosen."
    assert frame["charts"]["bars"]["empty"]
    json.dumps(frame, allow_nan=False)


def test_every_chart_has_a_text_alternative_with_its_numbers(board: Board, suzhou: Study) -> None:
    frame = frame_of(suzhou, answer(board, State(base="operating")), "zh")
    assert "昆山市" in frame["charts"]["map"]["alt"]
    assert all(len(words["alt"]) > 20 for words in frame["charts"].values())


def test_a_click_selects_a_second_takes_back_and_shift_adds() -> None:
    values = {"district": "all", "category": "all", "staff_threshold": 0}
    assert clicked(values, Click("map", "a", add=False)) == {"district": "a"}
    assert clicked({**values, "district": "a"}, Click("bars", "a", add=False)) == {"district": "all"}
    assert clicked({**values, "district": "a"}, Click("bars", "b", add=True)) == {"district": "a,b"}
    assert clicked({**values, "district": "a,b"}, Click("bars", "a", add=True)) == {"district": "b"}
    cell = Click("bands", "private|25", add=False)
    assert clicked(values, cell) == {"category": "private", "staff_threshold": 25}
    assert clicked({**values, **clicked(values, cell)}, cell) == {"category": "all", "staff_threshold": 0}


def test_a_study_with_published_figures_only_says_that_there_is_nothing_to_explore() -> None:
    assert "published figures only" in explore("national", language="en").value


def test_a_study_without_districts_has_no_map_and_no_bars(suzhou: Study) -> None:
    cells = cells_of(suzhou)
    assert cells is not None
    placeless = replace(suzhou, districts=())
    whole = replace(cells, table=cells.table.assign(district="all"))
    built = board_of(placeless, whole)
    view = Explorer(built, BriefingParameters(language="en", staff_threshold=0), None)
    assert [chart["id"] for chart in view.page.plan["charts"]] == ["bands", "ladder", "cascade", "gaps"]
    assert "252,963" in view.page.frame["finding"]
    view.form.fields["staff_threshold"].value = 50
    assert "50 or more staff" in view.page.frame["finding"]


def test_townships_follow_the_one_district_chosen_where_the_register_knows_them(suzhou: Study) -> None:
    register = register_of(suzhou).head(4000)
    halves = register.assign(township=np.where(register["enterprise"] % 2, "north", "south"))
    cells = Cells(compress(register), Status.COUNTED, townships=compress(halves))
    built = board_of(suzhou, cells)
    place = str(register["district"].iloc[0])
    found = answer(built, State((place,), base="operating"))
    assert found.townships[0] == ("north", "south")
    inside = halves[halves["district"] == place]
    assert found.townships[1].whole.tolist() == [int((inside["township"] == name).sum()) for name in ("north", "south")]
    frame = frame_of(suzhou, found, "en")
    assert {row["name"] for row in rows(frame, "townships")} == {"north", "south"}
    assert frame["charts"]["townships"]["empty"] == ""
    whole = frame_of(suzhou, answer(built, State(base="operating")), "en")
    assert whole["charts"]["townships"]["empty"].startswith("Choose one district")


def test_a_column_township_of_a_register_reaches_the_explorer(tmp_path: Path) -> None:
    folder = counted_study(tmp_path / "study", enterprises=900)
    frame = pd.read_csv(folder / REGISTER)
    frame["township"] = np.where(frame["enterprise"] % 3, "城南镇", "城北镇")
    frame.to_csv(folder / REGISTER, index=False)
    place = str(frame["district"].iloc[0])
    (_, view, _) = explore(folder, language="en").children
    assert "every_step=True" in view.frame["charts"]["townships"]["empty"]
    (_, view, _) = explore(folder, language="en", every_step=True).children
    assert "townships" in [chart["id"] for chart in view.plan["charts"]]
    assert view.frame["charts"]["townships"]["empty"].startswith("Choose one district")
    view._handle_custom_msg({"kind": "click", "chart": "map", "id": place}, [])  # as the page sends it
    shown = {row["name"]: row["fraction"].split(" / ")[1] for row in rows(view.frame, "townships")}
    inside = frame[frame["district"].astype(str) == place]["township"].value_counts()
    assert shown == {name: str(count) for name, count in inside.items()}


def test_a_register_without_townships_has_no_such_chart_and_the_same_cells(board: Board, suzhou: Study) -> None:
    assert not board.townships
    view = Explorer(board, BriefingParameters(language="en"), None)
    assert "townships" not in [chart["id"] for chart in view.page.plan["charts"]]


def test_a_district_without_a_boundary_is_named_beside_the_map(board: Board, suzhou: Study) -> None:
    found = answer(board, State(base="operating"))
    square = [[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]]
    shape = {"type": "Feature", "id": "320582", "geometry": {"type": "MultiPolygon", "coordinates": [square]}}
    shapes = Boundaries({"type": "FeatureCollection", "features": [shape]}, ("320583",))
    frame = frame_of(suzhou, found, "en", boundaries=shapes)
    assert frame["charts"]["map"]["hint"] == "not in the boundaries: Kunshan"


def test_a_step_that_is_withheld_says_so_and_a_study_without_targets_does(suzhou: Study) -> None:
    harbour = open_study(ROOT / "tests" / "studies" / "harbour-2024")
    cells = cells_of(harbour)
    assert cells is not None
    board = replace(board_of(harbour, cells), printed=lambda measure, selection: not selection.five_good)
    frame = frame_of(harbour, answer(board, State(base="all")), "en")
    step = rows(frame, "cascade")[-1]
    assert (step["rate"], step["count_text"], step["rate_text"]) == (None, WITHHELD.en, WITHHELD.en)
    assert frame["charts"]["gaps"]["empty"] == "This study has no targets that are measured."


def test_a_scale_of_colours_that_is_held_stays_while_the_selection_moves(board: Board, suzhou: Study) -> None:
    view = Explorer(board, BriefingParameters(language="en", staff_threshold=0), None)
    before = view.page.frame["charts"]["map"]["signals"]["upper"]
    view.held.value = True
    view.form.fields["staff_threshold"].value = 100
    held = view.page.frame["charts"]["map"]
    assert held["signals"]["upper"] == before
    assert {row["fill"] for row in held["data"]["rows"]} == {shade(1.0)}  # all are above what was held
    view.held.value = False
    assert view.page.frame["charts"]["map"]["signals"]["upper"] > before


def test_charts_are_vega_lite_as_its_schema_has_it(board: Board, suzhou: Study) -> None:
    for name, chart in page_of(suzhou, answer(board, State(base="operating")), "en").items():
        plain_ = {part: value for part, value in chart.specification.items() if part != "params"}
        assert alt.LayerChart.from_dict(plain_, validate=True), name
