"""A study of one's own: its register is counted, what is left out is accounted for, and the paper follows from it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from analysis.briefing.new_study import NewStudy, write_study
from analysis.briefing.parameters import checked
from analysis.briefing.runner import run
from analysis.briefing.study_status import status_of
from analysis.briefing.verification import verify
from analysis.coverage.cells import Cells, compress
from analysis.coverage.counting import Counter
from analysis.coverage.opening import cells_of_register
from analysis.coverage.selection import Selection
from analysis.errors import DataError, NotInDataError, OutputError, ParameterError
from analysis.quantities import Label, Status
from analysis.sources.synthetic import register_of
from analysis.study import ROOT, Study, open_study
from tests.soak_registers import stopped, study_with

HARBOUR = ROOT / "tests" / "studies" / "harbour-2024"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the second study, to be changed."""
    return Path(shutil.copytree(HARBOUR, tmp_path / "harbour-2024"))


def counted(folder: Path) -> Cells:
    return cells_of_register(open_study(folder), cache=folder.parent / "cache")


def changed(folder: Path, *pairs: tuple[str, str], file: str = "register/enterprises.csv") -> Path:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    return folder


def test_a_register_with_chinese_headers_and_words_is_counted(copy: Path) -> None:
    cells = counted(copy)
    assert cells.status is Status.COUNTED
    assert cells.report is not None
    assert (cells.report.read, cells.report.kept, cells.report.rejected) == (160, 160, 0)
    assert set(cells.table["district"]) == {"quay", "mill", "isle"}
    assert set(cells.table["category"]) == {"joint_stock", "partnership", "overseas", "cooperative"}
    assert int(cells.table["organisations"].sum()) == 30  # 24 独立 and 6 是否牵头, as the file says


def test_a_row_that_cannot_be_used_is_left_out_and_told_with_its_row_and_column(copy: Path) -> None:
    changed(copy, ("\n7,码头街道,", "\n7,码头大街,"), ("\n20,", "\n20,码头街道,合伙企业,1.2万,0,0,无,否,否,否\n20,"))
    report = counted(copy).report
    assert report is not None
    assert (report.read, report.kept, report.rejected) == (161, 159, 2)
    told = [str(one.problem(report.where)) for one in report.first]
    assert 'enterprises.csv, row 8, district: is no district of harbour-2024; seen "码头大街"' in told[0]
    assert "quay (码头街道)" in told[0]
    assert 'row 21, staff: counts in ten thousands; seen "1.2万"' in told[1]
    assert sum(count for _, _, count in report.faults) == len(report.first)


def test_columns_declared_to_be_no_telephones_stand_in_the_paper_and_its_manifest(copy: Path, tmp_path: Path) -> None:
    register = copy / "register" / "enterprises.csv"
    lines = register.read_text(encoding="utf-8").splitlines()
    moved = [f"{line},{13_800_130_000 + number}" for number, line in enumerate(lines[1:])]
    register.write_text("\n".join([f"{lines[0]},注册号", *moved]) + "\n", encoding="utf-8")
    changed(copy, ("[register]\n", '[register]\nnot_telephones = ["注册号"]\n'), file="study.toml")
    model = checked("1_sources", {"study": str(copy), "language": "en"})
    folder = run(model, notebook="1_sources", formats=("html",), folder=tmp_path / "run")
    assert json.loads((folder / "manifest.json").read_text())["not_telephones"] == {"harbour-2024": ["注册号"]}
    pages = "".join(page.read_text(encoding="utf-8") for page in folder.glob("*.html"))
    assert "declared to number enterprises: 注册号" in pages
    assert verify(folder).is_true


def test_a_column_that_a_register_lacks_is_unknown_to_its_cells_and_no_nought(copy: Path) -> None:
    register = copy / "register" / "enterprises.csv"
    pd.read_csv(register, dtype=str).drop(columns=["是否牵头", "有无指导员"]).to_csv(register, index=False)
    changed(copy, ('absent = ["', 'absent = ["joint_lead", "instructor", "'), file="study.toml")
    cells = counted(copy)
    assert cells.unknown == {"joint_lead", "instructor", "directly_managed"}
    assert cells.report is not None
    assert cells.report.notes == ()  # how many organisations share the joint enterprises is not said to be none
    counter = Counter(open_study(copy), cells)
    assert counter.count("enterprises", Selection(organisation="joint")).value
    assert counter.count("organisations", Selection(organisation="independent")).value == 24
    for measure, selection in (("organisations", Selection()), ("enterprises", Selection(instructor="no"))):
        with pytest.raises(
            NotInDataError, match="the register has no such column; allowed: a register with a yes-or-no"
        ):
            counter.count(measure, selection)


def test_a_register_with_too_many_faults_is_refused_with_the_kinds_and_the_first(copy: Path) -> None:
    changed(copy, ('category = { "外资" = "overseas" }', ""), file="study.toml")
    with pytest.raises(DataError, match=r"\d+ of 160 rows cannot be used; allowed: at most 5%") as caught:
        counted(copy)
    assert "overseas (境外投资企业)" in str(caught.value)


@pytest.mark.parametrize("notebook", ["1_sources", "2_coverage", "4_briefing"])
def test_a_study_unlike_the_one_that_ships_goes_from_register_to_documents(tmp_path: Path, notebook: str) -> None:
    language = "en" if notebook == "2_coverage" else "zh"
    model = checked(notebook, {"study": str(HARBOUR), "language": language})
    folder = run(model, notebook=notebook, formats=("docx", "html", "xlsx"), folder=tmp_path / "run")
    assert verify(folder).is_true
    assert (folder / "briefing.docx").stat().st_size > 5_000


def test_the_register_that_was_drawn_comes_back_from_a_file_as_the_same_cells(suzhou: Study, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(suzhou.folder, tmp_path / "study"))
    changed(folder, ('input = "synthetic"', 'input = "register"'), file="study.toml")
    settings = folder / "study.toml"
    settings.write_text(settings.read_text("utf-8") + '\n[register]\npath = "register.parquet"\n', "utf-8")
    register_of(suzhou).to_parquet(folder / "register.parquet")
    assert counted(folder).table.equals(compress(register_of(suzhou)))


def test_a_counting_that_is_killed_leaves_nothing_half_done(tmp_path: Path) -> None:
    study = study_with(tmp_path / "study", copies=1)
    stopped(study, tmp_path, times=1, seed=3)


def test_what_is_kept_is_found_by_content_and_not_by_time(copy: Path) -> None:
    cells = counted(copy)
    (kept,) = (copy.parent / "cache").iterdir()
    before = kept.read_bytes()
    register = copy / "register" / "enterprises.csv"
    os.utime(register, (0, 0))
    assert counted(copy).table.equals(cells.table)
    assert [path.name for path in (copy.parent / "cache").iterdir()] == [kept.name]
    kept.write_bytes(before[:-40])
    assert counted(copy).table.equals(cells.table)
    assert kept.read_bytes() == before
    changed(copy, ("\n7,码头街道,", "\n7,磨坊镇,"))
    assert not counted(copy).table.equals(cells.table)


def test_townships_are_kept_beside_the_cells(copy: Path) -> None:
    register = copy / "register" / "enterprises.csv"
    frame = pd.read_csv(register, dtype=str)
    frame["街道"] = [f"第{number % 3}街道" for number in range(len(frame))]
    plain = counted(copy)
    frame.to_csv(register, index=False)
    cells = counted(copy)
    assert plain.townships is None
    assert cells.townships is not None
    assert set(cells.townships["township"]) == {"第0街道", "第1街道", "第2街道"}
    pd.testing.assert_frame_equal(cells.table, plain.table)


PLACE = Label("无锡市", "Wuxi")


def test_a_new_study_says_what_it_needs_prints_no_placeholder_and_is_never_written_over(tmp_path: Path) -> None:
    files = write_study("wuxi-2024", tmp_path)
    with pytest.raises(DataError, match="is still to be filled in") as raised:
        open_study(tmp_path / "wuxi-2024")
    assert len(raised.value.problems) == 6  # title, place and document, in both languages
    before = {path: path.read_bytes() for path in files}
    with pytest.raises(OutputError, match="is there already"):
        write_study("wuxi-2024", tmp_path)
    with pytest.raises(ParameterError, match="cannot be a study's name"):
        write_study("../wuxi", tmp_path)
    assert {path: path.read_bytes() for path in files} == before
    assert [path.name for path in tmp_path.iterdir()] == ["wuxi-2024"]


def test_a_new_study_has_the_files_of_what_there_is(tmp_path: Path) -> None:
    write_study("one", tmp_path, NewStudy(PLACE, PLACE, "unknown", ("figures",)))
    with pytest.raises(DataError, match=r"published\.csv: holds no figure; allowed: a line for each"):
        open_study(tmp_path / "one")
    with (tmp_path / "one" / "published.csv").open("a", encoding="utf-8") as published:
        published.write("all,enterprises_operating,all,无锡市,,企业,firms,9,enterprises,0,no,,原文,文件,¶1,\n")
    study = open_study(tmp_path / "one")
    assert (study.settings.period, study.settings.as_of, study.settings.input) == (None, None, "none")
    districts = (Label("甲区", "One"), Label("乙区", "Two"))
    write_study("two-2024", tmp_path, NewStudy(PLACE, PLACE, "", ("register", "districts"), districts))
    study = open_study(tmp_path / "two-2024")
    assert (study.settings.input, str(study.settings.as_of)) == ("register", "2024-12-31")
    assert [row.label for row in study.districts] == [*districts]
    names = {path.name for path in study.folder.iterdir()}
    assert names == {".gitignore", "README.md", "districts.csv", "register", "study.toml"}
    assert not any(one.can for one in status_of(study))  # until the register is there


@pytest.mark.parametrize(
    ("known", "told"),
    [
        (NewStudy(as_of="2024-13-01"), '"2024-13-01" is no date; allowed: YYYY-MM-DD, a year, or unknown'),
        (NewStudy(as_of="unknown", have=("returns",)), "what is counted is of a date"),
        (NewStudy(have=("maps",)), "allowed: figures, register, returns, districts"),
    ],
    ids=["no date", "returns of no date", "maps"],
)
def test_what_a_new_study_cannot_be_is_told_and_nothing_is_written(tmp_path: Path, known: NewStudy, told: str) -> None:
    with pytest.raises(ParameterError, match=told):
        write_study("any", tmp_path / "data", known)
    assert not (tmp_path / "data" / "any").exists()


def test_a_register_and_returns_stay_out_of_git_wherever_the_study_is(tmp_path: Path) -> None:
    write_study("wuxi-2024", tmp_path)
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    study = tmp_path / "wuxi-2024"
    (study / "returns").mkdir()
    for name in ("register/enterprises.xlsx", "returns/isle.xlsx", "published.csv"):
        (study / name).write_text("1")
    told = ["git", "-C", str(tmp_path), "status", "--porcelain", "--untracked-files=all"]
    listed = subprocess.run(told, check=True, capture_output=True, text=True).stdout
    names = {line.split("/", 1)[1] for line in listed.splitlines()}
    assert names == {".gitignore", "README.md", "districts.csv", "published.csv", "study.toml"}
    text = (study / ".gitignore").read_text("utf-8") + (study / "study.toml").read_text("utf-8")
    assert "confidential" in text
    assert "属内部资料" in text
    shutil.copy(ROOT / ".gitignore", tmp_path)  # the clone's own, for studies made before they had one
    asked = ["data/any/register/a.csv", "data/any/returns/b.xlsx"]
    own = subprocess.run(
        ["git", "-C", str(tmp_path), "check-ignore", *asked], check=True, capture_output=True, text=True
    )
    assert own.stdout.split() == asked


def test_the_commented_lines_of_a_new_study_are_settings_that_work(tmp_path: Path) -> None:
    write_study("wuxi-2024", tmp_path, NewStudy(PLACE, PLACE, districts=(PLACE,)))
    settings = tmp_path / "wuxi-2024" / "study.toml"
    text = settings.read_text("utf-8").replace('input = "none"', 'input = "register"')
    wanted = ("# [register]", "# path", "# columns", "# values", "# absent", "# blank_is_zero", "# most_rejected_rate")
    lines = [line[2:] if line.startswith(wanted) else line for line in text.splitlines()]
    settings.write_text("\n".join(lines), "utf-8")
    given = open_study(tmp_path / "wuxi-2024").settings.register_input
    assert given is not None
    assert given.columns == {"staff": "年末从业人数"}
    assert given.absent == ("five_good", "directly_managed")
