"""Returns become cells: what the register says at the bands' thresholds, they say too; in between they refuse."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.briefing.coverage_explorer import explore
from analysis.coverage.cells import MEASURES, Cells, compress
from analysis.coverage.counting import Counter
from analysis.coverage.lookup import board_of
from analysis.coverage.returned import cells_from
from analysis.coverage.selection import Selection
from analysis.coverage.sources import cells_of
from analysis.errors import NotInDataError, ParameterError, WorkbookError
from analysis.quantities import Status
from analysis.scenarios.start import state_of
from analysis.sources.returns import Returns, form_of
from analysis.sources.returns.edits import edits_of
from analysis.sources.returns.reading import Return
from analysis.study import Study, open_study
from tests.examples import examples
from tests.papers import open_paper
from tests.returned import counts_from, returned_study


@pytest.fixture(scope="module")
def returned(suzhou: Study, tmp_path_factory: pytest.TempPathFactory) -> Study:
    return returned_study(suzhou, tmp_path_factory.mktemp("returned") / "study")


@pytest.fixture(scope="module")
def counter(returned: Study) -> Counter:
    return Counter(returned, cells_of(returned))


@pytest.mark.parametrize(
    ("notebook", "parameters"),
    [
        ("4_briefing", {}),
        ("2_coverage", {"district": "320583,SIP", "staff_threshold": 50, "base": "eligible", "language": "en"}),
    ],
)
def test_returns_filled_from_the_register_print_its_paper_number_for_number(
    returned: Study, notebook: str, parameters: dict[str, object]
) -> None:
    from_register = open_paper(notebook, study="suzhou-2003", **parameters)
    from_returns = open_paper(notebook, study=str(returned.folder), **parameters)
    others = {
        "challenge",
        "outlook",
        "summary",
        "assumptions",
    }  # what a register drawn anew, or simulated one by one, adds
    for name in set(from_register.contents) - others:
        ours, theirs = (list(paper.section(name).claims()) for paper in (from_returns, from_register))
        assert [(one.marked, one.quantity.value, one.status) for one in ours] == [
            (one.marked, one.quantity.value, one.status) for one in theirs
        ], name


def test_nothing_is_lost_on_the_way_through_the_workbooks(suzhou: Study, counter: Counter) -> None:
    register = cells_of(suzhou)
    assert register is not None
    assert counter.cells is not None
    keys = ["district", "category", "organisation"]
    before, after = (cells.table.groupby(keys)[list(MEASURES)].sum() for cells in (register, counter.cells))
    assert (
        after.reindex(before.index, fill_value=0).drop(columns="staff_total").equals(before.drop(columns="staff_total"))
    )
    staff = [cells.table.groupby(keys[:2])["staff_total"].sum().to_dict() for cells in (register, counter.cells)]
    assert staff[0] == staff[1]  # reported for all organisations together


ENTERPRISE = st.fixed_dictionaries(
    {
        "district": st.sampled_from(["320583", "SIP"]),
        "category": st.sampled_from(["private", "foreign", "individual"]),
        "staff": st.sampled_from([0, 1, 24, 25, 49, 50, 99, 100, 300, 7000]),
        "full_members": st.integers(0, 5),
        "probationary": st.integers(0, 2),
        "organisation": st.sampled_from(["none", "independent", "joint"]),
        "instructor": st.integers(0, 1),
        "five_good": st.integers(0, 1),
    }
)


def _register(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """A register that keeps its contract: in each district, joint organisations of two or three enterprises."""
    frame = pd.DataFrame(rows)
    frame = frame.assign(members=frame["full_members"] + frame["probationary"], directly_managed=0, joint_lead=0)
    joint = frame["organisation"] == "joint"
    order = frame[joint].groupby("district").cumcount()
    alone = joint & (frame.groupby("district")["organisation"].transform(lambda names: (names == "joint").sum()) < 2)
    frame.loc[alone, "organisation"] = "none"
    frame.loc[order.index[(order % 3 == 0)], "joint_lead"] = 1
    last = frame[joint].groupby("district").tail(1).index.intersection(order.index[order % 3 == 0])
    frame.loc[last, "joint_lead"] = 0
    frame.loc[frame["organisation"] != "joint", "joint_lead"] = 0
    holds = (frame["organisation"] == "independent") | (frame["joint_lead"] == 1)
    return frame.assign(five_good=frame["five_good"] * holds).drop(columns="probationary")


@examples(15)
@given(st.lists(ENTERPRISE, min_size=1, max_size=12))
def test_any_register_keeps_every_rule_of_a_return_and_comes_back_from_it(rows: list[dict[str, Any]]) -> None:
    study = open_study("suzhou-2003")
    study = replace(study, settings=study.settings.model_copy(update={"input": "returns"}))
    form = form_of(study)
    counts = counts_from(Cells(compress(_register(rows)), Status.COUNTED), study)
    for reported in counts.values():
        assert not [edit for edit in edits_of(form) if edit.is_broken(reported)]
    returns = Returns(study, form, tuple(Return("", name, Status.COUNTED, held) for name, held in counts.items()), ())
    assert counts_from(cells_from(returns), study) == counts


@pytest.mark.parametrize(
    ("measure", "selection", "words"),
    [
        ("enterprises", Selection(staff_from=60), r"staff_from: 60 .* allowed: 0, 25, 50 or 100"),
        ("enterprises", Selection(staff_to=60), r"staff_to: 60 .* allowed: 24, 49 or 99"),
        ("enterprises", Selection(members_from=2), r"members_from: 2 .* allowed: 0 or 1"),
        ("enterprises", Selection(full_members_from=4), r"full_members_from: 4 .* allowed: 0 or 3"),
        ("enterprises", Selection(directly_managed="yes"), "directly managed: the returns do not report"),
        ("enterprises", Selection(five_good="yes", full_members_from=3), "do not report these together"),
        ("members_total", Selection(instructor="yes"), "members_total by instructor"),
        ("staff_total", Selection(organisation="any"), "staff_total by organisation"),
    ],
)
def test_a_question_inside_a_band_is_refused_with_what_is_allowed(
    counter: Counter, measure: str, selection: Selection, words: str
) -> None:
    assert not counter.knows(measure, selection)
    with pytest.raises((ParameterError, NotInDataError), match=words):
        counter.count(measure, selection)


def test_the_cube_and_the_parameters_refuse_what_the_counter_refuses(returned: Study, counter: Counter) -> None:
    assert counter.cells is not None
    cube = board_of(returned, counter.cells).cube
    assert cube.count("enterprises", Selection(staff_from=50)) > 0
    for thresholds in ({"staff_from": 51}, {"full_members_from": 2}, {"directly_managed": "no"}):
        with pytest.raises((ParameterError, NotInDataError), match=r"allowed"):
            cube.count("enterprises", Selection(**thresholds))  # type: ignore[arg-type]
    with pytest.raises(ParameterError) as refused:
        open_paper(
            "2_coverage", study=str(returned.folder), staff_threshold=60, member_threshold=5, directly_managed="no"
        )
    assert str(refused.value).splitlines() == [
        "staff_threshold: 60 lies inside a band of the returns; allowed: 0, 25, 50 or 100",
        "member_threshold: 5 lies inside a band of the returns; allowed: 0 or 3",
        'directly_managed: "no" is not in the returns; allowed: any',
    ]


def test_the_controls_offer_the_thresholds_of_the_returns_alone(returned: Study) -> None:
    shown = explore(returned.folder, language="en").children[0].children
    staff, members = (row for row in shown if type(row).__name__ == "SelectionSlider")
    assert staff.options == (0, 25, 50, 100)
    assert members.options == (0, 3)
    assert [row.options for row in shown if ("any", "any") in getattr(row, "options", ())] == [(("any", "any"),)]


def test_a_scenario_says_what_returns_lack_and_asks_for_a_register(returned: Study, counter: Counter) -> None:
    assert counter.cells is not None
    lacking = (
        "the returns do not report which enterprises have 1, 2, 4 or 5 full members; probationary members by class of "
        "members; members apart for enterprises with and without an instructor; five-good organisations by instructor and "
        "members; allowed: a study with a register"
    )
    with pytest.raises(WorkbookError, match=lacking):
        state_of(counter.cells, returned)
