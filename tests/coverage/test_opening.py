"""A study of one's own: its register is counted, what is left out is accounted for, and the paper follows from it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from analysis.briefing.parameters import checked
from analysis.briefing.runner import run
from analysis.briefing.verification import verify
from analysis.coverage.cells import Cells, compress
from analysis.coverage.opening import cells_of_register
from analysis.errors import DataError
from analysis.quantities import Status
from analysis.sources.synthetic import register_of
from analysis.study import ROOT, Study, open_study

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
    assert (folder / "briefing.docx").stat().st_size > 10_000


def test_the_register_that_was_drawn_comes_back_from_a_file_as_the_same_cells(suzhou: Study, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(suzhou.folder, tmp_path / "study"))
    changed(folder, ('input = "synthetic"', 'input = "register"'), file="study.toml")
    settings = folder / "study.toml"
    settings.write_text(settings.read_text("utf-8") + '\n[register]\npath = "register.parquet"\n', "utf-8")
    register_of(suzhou).to_parquet(folder / "register.parquet")
    assert counted(folder).table.equals(compress(register_of(suzhou)))
