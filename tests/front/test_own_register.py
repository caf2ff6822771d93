"""A register of one's own, and columns of its own that can be asked by: by the same checks, with base and status."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis import OpenStudy, open_study
from analysis.briefing.parameters import checked
from analysis.briefing.runner import run
from analysis.briefing.verification import verify
from analysis.errors import DataError, ParameterError, WorkbookError
from tests.counted import REGISTER, counted_study, rows
from tests.front.notebooks import notebook

PLACES = ["320582", "320581", "320585"]


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    found = rows(5000, PLACES, seed=3)
    return found.assign(exports=["是", "否", "no", "YES", "1"] * 1000, size_class=(["大", "中", "小", "微"] * 1250))


@pytest.fixture(scope="module")
def study(frame: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> OpenStudy:
    """A study of three districts to which the frame is brought."""
    folder = counted_study(tmp_path_factory.mktemp("three") / "study", enterprises=10)
    own = {"exports": {"header": "exports", "zh": "出口", "en": "exports"}, "size_class": "size_class"}
    return open_study(str(folder), language="en", register=frame, own=own)


def test_a_column_of_its_own_is_counted_as_a_plain_count_does(study: OpenStudy, frame: pd.DataFrame) -> None:
    yes = frame["exports"].isin(["是", "YES", "1"])
    found = study.rate(exports="yes", by="category").frame.set_index("category")
    for category, part in frame.groupby("category"):
        assert found.loc[category, "enterprises"] == len(part)
        assert found.loc[category, "covered"] == yes[part.index].sum()
    both = study.coverage(by=["exports", "size_class"], staff_from=25).frame.set_index(["exports", "size_class"])
    large = frame[(frame["staff"] >= 25) & yes & (frame["size_class"] == "大")]
    assert both.loc[("yes", "大"), "enterprises"] == len(large)
    assert both.loc[("yes", "大"), "covered"] == (large["organisation"] != "none").sum()
    assert (both["base_name"].str.contains("exports")).all()


def test_a_ratio_and_a_base_may_be_narrowed_by_it(study: OpenStudy, frame: pd.DataFrame) -> None:
    part = frame[frame["size_class"] == "微"]
    found = study.ratio("members", "enterprises", name="members an enterprise", size_class="微").frame
    assert found["value"][0] == pytest.approx(part["members"].sum() / len(part))
    rate = study.rate(instructor="yes", of={"exports": "no"}).frame
    assert rate["base_name"].tolist() == ["enterprises with no exports"]


def test_a_frame_goes_through_the_checks_of_any_register(frame: pd.DataFrame) -> None:
    for wrong, told in (
        (frame.drop(columns="staff"), "no column for staff"),
        (frame.assign(staff="many"), "is not a number"),
        (frame.assign(district="火星"), "is no district of suzhou-2003"),
        (frame.assign(联系人="王小明"), "a column about persons"),
        (frame.assign(members=1, full_members=2), "is more than the enterprise's members"),
        ("nowhere.csv", "there is no such file"),
        (7, "is no frame"),
    ):
        with pytest.raises(DataError, match=told):
            open_study("suzhou-2003", language="en", register=wrong)


def test_a_frame_without_columns_is_told() -> None:
    with pytest.raises(
        DataError, match="the frame: has no columns; allowed: a DataFrame with a row for each enterprise"
    ):
        open_study("suzhou-2003", register=pd.DataFrame())


def test_an_own_column_that_cannot_be_asked_by_is_told(frame: pd.DataFrame) -> None:
    for own, told in (
        (["revenue"], "no such column"),
        (["enterprise"], "cannot be asked by"),
        ({"Export": "exports"}, "cannot be asked by"),
    ):
        with pytest.raises((DataError, ParameterError), match=told):
            open_study("suzhou-2003", language="en", register=frame, own=own)
    many = frame.assign(street=[f"street {number % 900}" for number in range(len(frame))])
    with pytest.raises(DataError, match="holds 900 different values; allowed: at most 20"):
        open_study("suzhou-2003", language="en", register=many, own=["street"])
    persons = frame.assign(reach=[f"1380013{number % 10:04}" for number in range(len(frame))])
    with pytest.raises(DataError, match="a telephone number"):
        open_study("suzhou-2003", language="en", register=persons, own=["reach"])


def test_small_counts_of_an_own_column_are_withheld() -> None:
    few = rows(400, PLACES, seed=5).assign(exports=["是"] * 4 + ["否"] * 396)
    study = open_study("suzhou-2003", language="en", register=few, own=["exports"])
    found = study.coverage(by=["district", "exports"]).frame
    assert found.loc[found["exports"] == "yes", "covered"].isna().any()
    assert "suppressed" in set(found["status"])


def test_what_was_brought_to_one_session_is_not_printed(frame: pd.DataFrame, tmp_path: Path) -> None:
    frame.to_csv(tmp_path / "mine.csv", index=False)
    asked = f"here = open_study(study, register={str(tmp_path / 'mine.csv')!r})\nhere.coverage()"
    path = notebook(tmp_path / "mine.ipynb", ("", asked))
    with pytest.raises(WorkbookError, match="nobody else can count it again"):
        run(checked(str(path), {"language": "en"}), notebook="mine", folder=tmp_path / "run", formats=["html"])


def test_an_own_column_of_a_study_is_printed_and_verified(tmp_path: Path) -> None:
    folder = counted_study(tmp_path / "study", enterprises=3000)
    register = pd.read_csv(folder / REGISTER)
    register.assign(是否出口=["是", "否"] * 1500).to_csv(folder / REGISTER, index=False)
    with (folder / "study.toml").open("a", encoding="utf-8") as stream:
        stream.write('[register.own]\nexports = { header = "是否出口", zh = "出口", en = "exports" }\n')
    path = notebook(tmp_path / "mine.ipynb", ("", "study.rate(exports='yes', by='category')"))
    parameters = checked(str(path), {"study": str(folder), "language": "en"})
    done = run(parameters, notebook="mine", folder=tmp_path / "run", formats=["html"])
    assert verify(done).is_true
    page = (done / "briefing.html").read_text(encoding="utf-8")
    assert "with exports" in page
