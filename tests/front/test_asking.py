"""A study that answers: frames, charts and sentences together, of the counts that papers print."""

from __future__ import annotations

import math
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import altair as alt
import pandas as pd
import pytest

import analysis
from analysis import OpenStudy, Result, open_study
from analysis.briefing.verification import resolver
from analysis.coverage.sources import cells_of
from analysis.errors import NotInDataError, ParameterError, WorkbookError
from analysis.quantities import Quantity, recompute
from analysis.study import Study
from analysis.views.blocks import Section, Table
from analysis.views.wording import WITHHELD, plain
from tests.counted import counted_study


@pytest.fixture(scope="module")
def study() -> OpenStudy:
    return open_study("suzhou-2003", language="en", draws=40, compare_synthetic=True)


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> OpenStudy:
    folder = counted_study(tmp_path_factory.mktemp("counted") / "study", enterprises=900)
    return open_study(folder, language="en", draws=20)


QUESTIONS: dict[str, Callable[[OpenStudy], Result]] = {
    "coverage": lambda study: study.coverage(by=["district", "category"], staff_from=50),
    "one": lambda study: study.coverage(),
    "district": lambda study: study.coverage(by="district"),
    "size": lambda study: study.coverage(by=["size", "instructor"], outcome="independent"),
    "rate": lambda study: study.rate(instructor="yes", by="category"),
    "ladder": lambda study: study.ladder(),
    "cascade": lambda study: study.cascade(),
    "targets": lambda study: study.targets(),
    "compare": lambda study: study.compare("320584", "320583", groups="category_size"),
    "groups": lambda study: study.groups("320584", "320583"),
    "chain": lambda study: study.chain("320584", "320583"),
    "rank": lambda study: study.rank(),
    "funnel": lambda study: study.funnel(),
    "simulate": lambda study: study.simulate(years=2),
    "scenarios": lambda study: study.simulate("every", years=2),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_answer_is_a_table_a_chart_and_a_sentence(study: OpenStudy, name: str) -> None:
    found = QUESTIONS[name](study)
    assert len(found.frame)
    assert {"base_name", "status"} <= set(found.frame.columns)
    known = found.frame[found.frame["status"] != "unknown"]
    assert known["base_name"].str.len().min() > 0
    assert set(known["status"]) <= {"published", "counted", "derived", "synthetic", "simulated"}
    assert not found.frame.map(lambda one: isinstance(one, Quantity)).any(axis=None)
    assert isinstance(found.chart, alt.TopLevelMixin)
    assert found.chart.to_dict()["$schema"]
    assert found.text
    shown = found._repr_mimebundle_()
    assert "text/html" in shown
    assert Section.from_json(shown["application/vnd.coverage-workbook.section+json"]) == found.section


def test_a_frame_s_numbers_are_those_of_a_plain_count(study: OpenStudy, suzhou: Study) -> None:
    cells = cells_of(suzhou)
    assert cells is not None
    large = cells.table[cells.table["staff"] >= 50]
    found = study.coverage(by=["district", "category"], staff_from=50).frame.set_index(["district", "category"])
    whole = large.groupby(["district", "category"])["enterprises"].sum()
    covered = large[large["organisation"] != "none"].groupby(["district", "category"])["enterprises"].sum()
    for key, row in found.iterrows():
        assert row["enterprises"] == whole.get(key, 0)
        assert row["covered"] == covered.get(key, 0)
        rate = row["covered"] / row["enterprises"] if row["enterprises"] else math.nan
        assert row["rate"] == pytest.approx(rate, nan_ok=True)


def test_a_frame_says_what_its_section_prints(study: OpenStudy) -> None:
    found = study.coverage(by="category")
    (table,) = [block for block in found.section.blocks if isinstance(block, Table)]
    printed = [row[1][0].quantity.value for row in table.rows[:-1]]  # type: ignore[union-attr]
    assert found.frame["enterprises"].tolist() == printed


def test_a_question_changes_parameters_for_itself_alone(study: OpenStudy) -> None:
    here = study.coverage(by="category", district="320583", base="private_foreign")
    assert set(here.frame["category"]) == {"private", "foreign"}
    assert here.frame["base_name"].str.contains("Kunshan").all()
    assert study.paper.context.setting("district") == "all"
    threshold = open_study("suzhou-2003", language="en", staff_threshold=30)
    assert "30 or more" in threshold.large().text
    assert "60 or more" in threshold.large(60).text


def test_what_is_not_in_the_data_is_said_and_is_no_zero(study: OpenStudy) -> None:
    found = study.rate(union="yes")
    assert "Not in the data: trade union" in found.text
    with pytest.raises(NotInDataError):
        _ = found.frame


def test_thresholds_of_one_s_own_are_counted_as_they_are(study: OpenStudy) -> None:
    found = study.coverage(staff_from=30, members_from=2).frame
    assert found["base_name"].tolist() == ["enterprises with 30 or more staff and 2 or more members"]


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda study: study.coverage(by="distrct"), r'by: "distrct"; allowed: .*did you mean district\?'),
        (lambda study: study.coverage(by="district", district="320599"), r'district: "320599" is not in suzhou-2003'),
        (lambda study: study.coverage(base="operatng"), r"base: .*did you mean operating\?"),
        (lambda study: study.coverage(outcome="instructors"), r"outcome: .*did you mean instructor\?"),
        (
            lambda study: study.coverage(staff_form=50),
            r"staff_form: no such condition; allowed: .*did you mean staff_from\?",
        ),
        (lambda study: study.coverage(staff_from=301), "staff_from: 301; allowed: 0 to 300"),
        (lambda study: study.rate(), "rate: nothing to count"),
        (lambda study: study.ratio("member", "organisations"), r'one: "member"; allowed: .*did you mean members\?'),
        (lambda study: study.compare("320584", "nowhere"), "other_district"),
        (lambda study: study.simulate("basline"), r"basline.*did you mean baseline\?"),
        (lambda study: study.simulate(["baseline", "baseline"]), "stands twice"),
        (lambda study: study.scenario("baseline").but(instructor_added=1), "instructor_added"),
        (lambda study: study.ladder(district="x"), 'district: "x"'),
        (lambda study: open_study("suzhou-2033"), "no study"),
        (
            lambda study: open_study("suzhou-2003", distrct="x"),
            r"distrct: no such parameter; .*did you mean district\?",
        ),
    ],
)
def test_unknown_words_are_told_with_what_is_allowed(
    study: OpenStudy, ask: Callable[[OpenStudy], object], told: str
) -> None:
    with pytest.raises(WorkbookError, match=told):
        ask(study)


def test_places_are_compared_by_synthetic_numbers_only_as_an_exercise() -> None:
    study = open_study("suzhou-2003", language="en")
    found = study.compare("320584", "320583")
    assert "no ground for comparing places" in found.text
    with pytest.raises(ParameterError, match="compare_synthetic=True"):
        _ = found.frame
    assert "exercise" in study.compare("320584", "320583", compare_synthetic=True).text


def test_the_terms_of_a_comparison_sum_to_the_difference(study: OpenStudy) -> None:
    frame = study.compare("320584", "320583", groups="category_size").frame.set_index("term")
    assert frame.loc["difference", "points"] == pytest.approx(frame.loc[["mix", "rate"], "points"].sum())
    groups = study.groups("320584", "320583", groups="category_size").frame
    assert groups[["due_to_mix", "due_to_rate"]].to_numpy().sum() == pytest.approx(frame.loc["difference", "points"])


def test_a_scenario_made_from_another_has_a_name_of_its_own(study: OpenStudy) -> None:
    mine = study.scenario("baseline").but(name="More hands", name_zh="增派", instructors_added=200)
    frame = study.simulate(["baseline", mine], years=2).frame
    assert frame["scenario"].unique().tolist() == ["baseline", "More hands"]
    assert {"target", "reading", "year", "p5", "p50", "p95", "met"} <= set(frame.columns)
    assert (frame["p5"] <= frame["p95"]).all()
    alone = study.simulate(mine, years=2).frame
    both = frame[frame["scenario"] == "More hands"].reset_index(drop=True)
    assert alone["p50"].tolist() == both["p50"].tolist()
    assert study.scenario("baseline").lever("instructors_added") != 200


def test_scenarios_are_told_by_how_they_differ_from_one_of_them_under_the_same_luck() -> None:
    study = open_study("suzhou-2003", language="en", draws=20)
    mine = study.scenario("baseline").but(name="Less founding", founding_rate=0.1)
    found = study.simulate(["baseline", mine], years=2, against="baseline", differences=True)
    table = next(block for block in found.section.blocks if isinstance(block, Table))
    assert [column.label for column in table.columns] == ["Target (year)", "Baseline", "Less founding"]
    assert "Left out, as nothing differs: An enterprise with 50 or more staff has a member" in plain(table.note)
    resolve = resolver(study.paper.context.parameters)
    gaps = [piece.quantity for row in table.rows for piece in row[-1]]
    assert gaps
    assert all(gap.unit == "points" and round(gap.value, 2) for gap in gaps)
    medians = study.simulate(["baseline", mine], years=2, draws=20).frame.set_index(["scenario", "target", "year"])[
        "p50"
    ]
    for gap in gaps:
        one, two = (part.value for part in gap.parts[0].parts[::-1])
        assert gap.value == pytest.approx(100 * (two - one))
        assert {one, two} <= set(medians)
        assert recompute(gap, resolve) == gap.value
    with pytest.raises(ParameterError, match='against: "other"; allowed: baseline, Less founding'):
        study.simulate(["baseline", mine], against="other")


def test_what_is_withheld_is_withheld_in_the_frame_and_in_the_chart(counted: OpenStudy) -> None:
    found = counted.coverage(by=["district", "category"], staff_from=60)
    hidden = found.frame[found.frame["status"] == "suppressed"]
    assert len(hidden)
    assert hidden["rate"].isna().all()
    assert WITHHELD.en in str(found.section.to_json())
    drawn = pd.DataFrame(next(iter(found.chart.to_dict()["datasets"].values())))
    assert drawn.loc[drawn["status"] == "suppressed", "rate"].isna().all()
    with pytest.raises(WorkbookError, match="unprotected=True"):
        counted.cells()
    assert len(counted.cells(unprotected=True))


def test_what_one_answer_shows_is_kept_in_mind_by_the_next(counted: OpenStudy) -> None:
    """Two thresholds near each other: what the second shows gives nothing of the first away."""
    one, other = (counted.coverage(by="district", staff_from=staff, outcome="independent") for staff in (61, 62))
    for first, second in zip(one.frame.itertuples(), other.frame.itertuples(), strict=True):
        if first.status != "suppressed" and second.status != "suppressed":
            difference = first.enterprises - second.enterprises
            assert difference == 0 or difference >= 10


def test_a_study_of_figures_alone_says_that_there_is_nothing_to_count() -> None:
    national = open_study("national", language="en")
    assert len(national.published().frame) > 10
    with pytest.raises(WorkbookError, match="published figures only, nothing to count"):
        national.coverage(by=["category", "size"])


def test_a_section_is_computed_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table does not wait for a simulation, and a fault stands at its own cell."""
    from analysis.briefing.sections import simulated

    def stopped(*_: object, **__: object) -> None:
        raise AssertionError("nobody asked for it")

    monkeypatch.setattr(simulated, "simulate", stopped, raising=False)
    monkeypatch.setattr(simulated, "draws_of", stopped)
    study = open_study("suzhou-2003", language="en")
    assert len(study.coverage(by="district").frame)
    with pytest.raises(AssertionError, match="nobody asked"):
        study.simulate()


def test_the_public_names_are_few_and_shown_by_dir() -> None:
    assert dir(analysis) == sorted(analysis.__all__)
    assert len(dir(analysis)) <= 14
    assert all(getattr(analysis, name).__doc__ for name in dir(analysis))
    public = [name for name in dir(OpenStudy) if not name.startswith("_")]
    assert {"coverage", "ladder", "cascade", "targets", "audit", "published", "compare", "rank", "inequality"} <= set(
        public
    )
    assert {"scenario", "simulate", "needed", "rate", "ratio", "cells", "text", "table", "chart"} <= set(public)
    assert all(getattr(OpenStudy, name).__doc__ for name in public)


def test_who_imports_the_package_waits_for_nothing() -> None:
    code = "import sys, analysis; print(sorted({'pandas', 'altair', 'pydantic', 'duckdb'} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_a_chart_that_is_saved_has_its_words(study: OpenStudy, tmp_path: Path) -> None:
    place = tmp_path / "chart.svg"
    open_study("suzhou-2003", language="zh").coverage(by=["category"], staff_from=50).chart.save(place)
    assert "私营企业" in place.read_text(encoding="utf-8")
    picture = tmp_path / "chart.png"
    study.coverage(by="category", staff_from=50).chart.save(picture)
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_questions_follow_what_is_on_the_screen() -> None:
    """One state: the explorer begins where the study stands, and what is asked afterwards is of what was chosen in it."""
    study = open_study("suzhou-2003", language="en", district="320583")
    controls = study.explore().children[0].children
    district = next(one for one in controls if getattr(one, "description", "") == "District")
    assert district.value == "320583"
    assert "Kunshan" in study.coverage().text
    district.value = "320584"
    assert "Kunshan" not in study.coverage().text
    assert study.paper.context.setting("district") == "320584"
    assert study.title().section.made_with["district"] == "320584"


def test_questions_follow_the_levers() -> None:
    study = open_study("suzhou-2003", language="en", draws=20, years=2)
    before = study.simulate().frame
    hands = study.levers().children[1].children
    lever = next(one for one in hands if "instructors" in one.description.lower())
    lever.value = lever.max
    assert not study.simulate().frame["p50"].equals(before["p50"])


def test_an_answer_is_quick(study: OpenStudy) -> None:
    """Not a measure of speed, which `make bench` is: only that nobody draws a whole paper for one table."""
    start = time.perf_counter()
    study.coverage(by="district")
    assert time.perf_counter() - start < 5


def test_a_ratio_is_asked_by_group_and_of_a_part_and_says_where_there_is_nothing_to_divide_by() -> None:
    study = open_study("suzhou-2003", language="en")
    found = study.ratio("members", "organisations", by="category", district="320583").frame
    assert (found["value"] * found["organisations"]).tolist() == pytest.approx(found["members"].tolist())
    nobody = study.ratio("members", "organisations", organisation="none")
    assert nobody.frame["value"].isna().all()
    assert "—" in nobody.text
    with pytest.raises(ParameterError, match='other: "members" over itself; allowed: enterprises, staff'):
        study.ratio("members", "members")


def test_a_scenario_without_a_name_is_called_by_what_it_sets() -> None:
    study = open_study("suzhou-2003", language="en", draws=20)
    found = study.simulate(["baseline", study.scenario("baseline").but(instructors_added=200)], years=2)
    heads = [column.label for block in found.section.blocks if isinstance(block, Table) for column in block.columns]
    assert any(head.startswith("Baseline (") and head.endswith(" 200)") for head in heads)
    assert found.frame["scenario"].nunique() == 2
