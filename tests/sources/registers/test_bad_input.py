"""Bad registers: one clear message each, and nothing lost."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from analysis.coverage.cells import compress
from analysis.coverage.opening import count
from analysis.errors import DataError
from analysis.input_models import RegisterInput
from analysis.sources.registers.report import Report
from analysis.study import Study
from tests.commands import command


def said(path: Path, study: Study) -> str:
    with pytest.raises(DataError) as caught:
        count(RegisterInput(path=str(path)), study)
    return str(caught.value)


def report_of(path: Path, study: Study) -> Report:
    return count(RegisterInput(path=str(path)), study)[1]


def test_a_truncated_parquet_file(register: pd.DataFrame, suzhou: Study, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    register.to_parquet(path)
    path.write_bytes(path.read_bytes()[:-500])
    message = "a.parquet: cannot be read: it is cut short, or no Parquet file; allowed: a whole file; copy it anew"
    assert said(path, suzhou) == message
    path.write_bytes(b"PAR1")
    assert "a.parquet: cannot be read" in said(path, suzhou)
    whole = tmp_path / "folder" / "a.parquet"
    whole.parent.mkdir()
    register.to_parquet(whole)
    (whole.parent / "b.parquet").write_bytes(whole.read_bytes()[:5000])
    assert said(whole.parent, suzhou).startswith("b.parquet: cannot be read: it is cut short")


def test_a_parquet_file_damaged_in_the_middle(register: pd.DataFrame, suzhou: Study, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    register.to_parquet(path)
    content = bytearray(path.read_bytes())
    for place in range(len(content) // 3, len(content) // 3 + 40):
        content[place] ^= 0xFF
    path.write_bytes(content)
    assert said(path, suzhou).startswith("a.parquet: cannot be read: ")


def test_a_folder_whose_files_differ_is_told_by_file_and_column(
    register: pd.DataFrame, suzhou: Study, tmp_path: Path
) -> None:
    register.iloc[:3000].to_parquet(tmp_path / "a.parquet")
    rest = register.iloc[3000:]
    rest.astype({"staff": "int64"}).to_parquet(tmp_path / "b.parquet")
    assert report_of(tmp_path, suzhou).kept == len(register)
    rest.astype({"staff": "str"}).drop(columns="members").to_parquet(tmp_path / "b.parquet")
    assert said(tmp_path, suzhou).splitlines() == [
        'b.parquet, column staff: is not as in a.parquet; seen "a column of text"; allowed: a column of whole numbers',
        'b.parquet, column members: is not as in a.parquet; seen "no such column"; allowed: a column of whole numbers',
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", "the file is empty"),
        ("a.csv", b"district,category\n", "no column for staff (职工, 职工数, 职工人数 …); organisation ("),
        ("a.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is not text"),
        ("a.csv", b"\xff\xfea\0,\0b\0", "is in UTF-16; allowed: UTF-8 or GB18030"),
        ("a.csv", "区域,类别,职工人数（万人）,党组织\n".encode(), "counts in ten thousands"),
        ("a.docx", b"x", "is of an unknown kind"),
    ],
)
def test_a_file_that_is_no_register(name: str, content: bytes, message: str, suzhou: Study, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    assert message in said(tmp_path / name, suzhou)


Spoil = Callable[[openpyxl.Workbook], None]


def _merge_header(book: openpyxl.Workbook) -> None:
    book.active.merge_cells("D1:E1")


def _formula(book: openpyxl.Workbook) -> None:
    book.active["D5"] = "=1+1"


def _no_header(book: openpyxl.Workbook) -> None:
    book.active.delete_rows(1)


def _hidden(book: openpyxl.Workbook) -> None:
    book.create_sheet("other")
    book.active.sheet_state = "hidden"


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_merge_header, 'has merged cells (1 areas); seen "D1:E1"; allowed: one row of names'),
        (_formula, 'D5: a formula without its value, as in 1 cells; seen "=1+1"; allowed: open it in Excel'),
        (_no_header, "no row of names among the first 10"),
        (_hidden, "sheet other: no row of names"),
        (_hidden, "not read: Sheet1; a sheet is named by sheet = … in [register]"),
    ],
)
def test_a_sheet_that_cannot_be_read(
    spoil: Spoil, message: str, register: pd.DataFrame, suzhou: Study, tmp_path: Path
) -> None:
    path = tmp_path / "a.xlsx"
    register.head(30).to_excel(path, index=False)
    book = openpyxl.load_workbook(path)
    spoil(book)
    book.save(path)
    assert message in said(path, suzhou)


def test_in_a_sheet_dates_and_words_in_counts_are_told_with_the_sheet_s_row(
    register: pd.DataFrame, suzhou: Study, tmp_path: Path
) -> None:
    path = tmp_path / "a.xlsx"
    register.head(90).to_excel(path, index=False, startrow=2)
    book = openpyxl.load_workbook(path)
    book.active["A1"] = "登记簿"
    book.active.merge_cells("A1:K1")
    book.create_sheet("notes").sheet_state = "hidden"
    book.active["D5"] = "2003-05-01"
    book.active["D6"] = pd.Timestamp("2003-01-05").to_pydatetime()
    book.active["E7"] = "1.2万"
    book.save(path)
    report = report_of(path, suzhou)
    assert [(one.row, one.column, one.what) for one in report.first] == [
        (5, "staff", "is a date"),
        (6, "staff", "is a date"),
        (7, "members", "counts in ten thousands"),
    ]
    assert (report.read, report.kept, report.rejected) == (90, 87, 3)
    assert report.notes[0] == "sheet Sheet1 was read; not read: notes"


def test_a_zip_bomb_renamed(tmp_path: Path, suzhou: Study) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(200 << 20))
    assert "is packed like a zip bomb" in said(path, suzhou)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("9999,320583,private,5", "has 4 cells where the header has 11"),
        ('9999,"320583,private,5,0,0,none,0,0,0,0', "is no row: a quote is not closed as it was opened"),
        ("9999,320583,private,1e12,0,0,none,0,0,0,0", "is written with an exponent, so that digits may be lost"),
    ],
)
def test_one_broken_line_at_the_end_costs_one_row(
    line: str, what: str, register: pd.DataFrame, suzhou: Study, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    text = register.to_csv(index=False) + line + "\n"
    path.write_bytes(text.encode(errors="surrogateescape"))
    report = report_of(path, suzhou)
    assert (report.read, report.kept, report.rejected) == (len(register) + 1, len(register), 1)
    assert report.first[0].row == len(register) + 2
    assert what in report.first[0].what


@pytest.mark.parametrize(("encoding", "end"), [("utf-8", b"\n"), ("utf-8", b"\r\n"), ("gb18030", b"\n")])
def test_bytes_that_are_no_text_are_faults_with_row_column_and_a_sign_in_their_place(
    encoding: str, end: bytes, register: pd.DataFrame, suzhou: Study, tmp_path: Path
) -> None:
    towns = register.assign(township="玉山镇", remark="无")
    lines = towns.to_csv(index=False).encode(encoding).split(b"\n")
    lines[10] = lines[10].replace("玉山镇".encode(encoding), "玉山".encode(encoding) + b"\xff")
    lines[20] = lines[20].replace(b",private,", b",priv\xffte,").replace(b",individual,", b",priv\xffte,")
    lines[30] = b"\xff" + lines[30]
    lines[40] = lines[40].replace("无".encode(encoding), b"\xff")  # of a column that is not read further
    path = tmp_path / "a.csv"
    path.write_bytes(end.join(lines))
    report = report_of(path, suzhou)
    assert (report.read, report.kept, report.rejected) == (len(register), len(register) - 3, 3)
    assert [(one.row, one.column, one.value) for one in report.first] == [
        (11, "township", "玉山\ufffd"),
        (21, "category", "priv\ufffdte"),
        (31, "enterprise", "\ufffd30"),
    ]
    assert {one.what for one in report.first} == {"holds bytes that are no text"}
    assert sum(number for _, _, number in report.faults) == 3


def test_lines_that_end_in_any_way_are_lines(register: pd.DataFrame, suzhou: Study, tmp_path: Path) -> None:
    lines = register.to_csv(index=False).splitlines()
    mixed = "".join(line + ("\n", "\r\n", "\r")[number % 3] for number, line in enumerate(lines))
    (tmp_path / "a.csv").write_bytes(mixed.encode())
    cells, report = count(RegisterInput(path=str(tmp_path / "a.csv")), suzhou)
    assert (report.lines, report.kept) == (len(register) + 1, len(register))
    pd.testing.assert_frame_equal(cells, compress(register))


@pytest.mark.parametrize(("first", "second"), [(3000, None), (1000, 1100), (1000, 1001)])
def test_a_quote_that_is_not_closed_costs_the_line_it_stands_in_and_no_other(
    first: int, second: int | None, register: pd.DataFrame, suzhou: Study, tmp_path: Path
) -> None:
    lines = register.to_csv(index=False).splitlines()
    for place in filter(None, (first, second)):
        lines[place] = lines[place].replace(",", ',"', 1)
    (tmp_path / "a.csv").write_text("\n".join(lines) + "\n")
    report = report_of(tmp_path / "a.csv", suzhou)
    lost = [place + 1 for place in (first, second) if place is not None]
    assert (report.lines, report.kept, report.rejected) == (len(register) + 1, len(register) - len(lost), len(lost))
    assert [one.row for one in report.first] == lost


def test_a_cell_in_quotes_may_go_over_lines_and_these_are_told(
    register: pd.DataFrame, suzhou: Study, tmp_path: Path
) -> None:
    remarks = ["one line", "two\nlines, and a comma", 'a "quoted"\nword\n\nand a blank line'] * len(register)
    register.assign(remark=remarks[: len(register)]).to_csv(tmp_path / "a.csv", index=False)
    text = (tmp_path / "a.csv").read_text()
    report = report_of(tmp_path / "a.csv", suzhou)
    assert (report.kept, report.rejected) == (len(register), 0)
    assert report.lines == text.count("\n")
    assert dict(report.told) == {"lines inside quoted cells": text.count("\n") - len(register) - 1}


def test_the_command_tells_every_fault_and_writes_them_whole(register: pd.DataFrame, tmp_path: Path) -> None:
    frame = register.astype({"staff": "str"})
    frame.loc[:149, "staff"] = "=1+2"
    frame.to_csv(tmp_path / "a.csv", index=False)
    done = command("check", tmp_path / "a.csv", "--study", "suzhou-2003", "--faults", tmp_path / "faults.csv")
    assert done.returncode == 1
    assert (
        f"{len(register) + 1:,} rows in the file = 1 header + {len(register) - 150:,} kept + 150 rejected"
        in done.stdout
    )
    assert done.stdout.count("staff: is not a number") == 100
    written = pd.read_csv(tmp_path / "faults.csv")
    assert len(written) == 150
    assert set(written["seen"]) == {"'=1+2"}


def test_the_command_maps_and_previews_a_file_without_a_study(register: pd.DataFrame, tmp_path: Path) -> None:
    register.drop(columns=["five_good"]).rename(columns={"staff": "从业人数"}).to_csv(tmp_path / "a.csv", index=False)
    done = command("check", tmp_path / "a.csv")
    assert done.returncode == 0, done.stderr
    assert "staff             从业人数" in done.stdout
    assert "five_good         (absent: not in the data)" in done.stdout
