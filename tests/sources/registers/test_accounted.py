"""What lies in a file is read, or it is told: files as offices send them, through every door that has the kind."""

from __future__ import annotations

import re
import sqlite3
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from analysis.coverage.opening import count
from analysis.coverage.registered import Source, by_duckdb, read, source_of
from analysis.errors import DataError
from analysis.input_models import RegisterInput
from analysis.sources.registers.readers.raw import opened
from analysis.sources.registers.report import Report
from analysis.study import Study, open_study
from tests import soak_inputs
from tests.sources.registers import offices

Change = Callable[[Worksheet], object]


@pytest.fixture(scope="module")
def six(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """A study of six counties."""
    folder = tmp_path_factory.mktemp("six")
    offices.write(folder / "register" / "a.csv", offices.rows())
    return open_study(offices.study(folder))


def counted(path: Path, study: Study) -> tuple[pd.DataFrame, Report]:
    cells, report = count(RegisterInput(path=str(path), most_rejected_rate=1), study)
    assert report.is_whole
    return cells, report


def totals(cells: pd.DataFrame) -> tuple[int, ...]:
    instructed = cells.loc[cells["instructor"] == 1, "enterprises"].sum()
    sums = cells[["enterprises", "staff_total", "members_total", "organisations"]].sum()
    return (*map(int, sums), int(instructed))


CLEAN = (60, 2130, 120, 24, 30)


def book(path: Path, change: Change = lambda _: None, table: Sequence[Sequence[object]] | None = None) -> Path:
    made = openpyxl.Workbook()
    sheet = made.active
    assert isinstance(sheet, Worksheet)
    for row in (offices.HEAD, *(table or offices.rows())):
        sheet.append(row)
    change(sheet)
    made.save(path)
    return path


def patched(path: Path, *changes: tuple[str, str], part: str = "xl/worksheets/sheet1.xml") -> Path:
    """The same workbook as another program would have written its XML."""
    held = {name: zipfile.ZipFile(path).read(name) for name in zipfile.ZipFile(path).namelist()}
    text = held[part].decode()
    for old, new in changes:
        changed = re.sub(old, new, text)
        assert changed != text
        text = changed
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in held.items():
            archive.writestr(name, text.encode() if name == part else content)
    return path


PREFIXED = (r"<(/?)([a-z]\w*)(?=[\s/>])", r"<\1x:\2"), ("xmlns=", "xmlns:x=")


@pytest.mark.parametrize(
    "changes",
    [
        [(r'<dimension ref="[^"]*"/>', '<dimension ref="A1:K21"/>')],
        [(r'<dimension ref="[^"]*"/>', '<dimension ref="A1:J61"/>')],
        [(r'<dimension ref="[^"]*"/>', "")],
        [*PREFIXED],
        [(r' r="[A-Z]+\d+"', ""), (r'<row r="\d+"', "<row")],
    ],
)
def test_a_sheet_is_read_as_far_as_it_goes_whatever_it_says_of_itself(
    changes: list[tuple[str, str]], six: Study, tmp_path: Path
) -> None:
    cells, report = counted(patched(book(tmp_path / "a.xlsx"), *changes), six)
    assert totals(cells) == CLEAN
    assert (report.lines, report.above, report.kept) == (61, 1, 60)


@pytest.mark.parametrize("changes", [[], [*PREFIXED]])
def test_merged_cells_are_refused_however_they_are_written(
    changes: list[tuple[str, str]], six: Study, tmp_path: Path
) -> None:
    path = book(tmp_path / "a.xlsx", lambda sheet: sheet.merge_cells("B4:B6"))
    with pytest.raises(DataError, match=r'has merged cells .*; seen "B4:B6"'):
        counted(patched(path, *changes) if changes else path, six)


def test_hidden_rows_and_columns_are_counted_and_told(six: Study, tmp_path: Path) -> None:
    def hide(sheet: Worksheet) -> None:
        for number in range(10, 31):
            sheet.row_dimensions[number].hidden = True
        sheet.column_dimensions["D"].hidden = True

    cells, report = counted(book(tmp_path / "a.xlsx", hide), six)
    assert totals(cells) == CLEAN
    assert report.notes == (
        "21 rows are hidden or filtered out; they were counted",
        "hidden columns were read: 职工人数",
    )


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("<f>SUM(D5:D9)</f>", "a formula without its value"),
        ('<f t="array" ref="D4">D5:D9</f>', "a formula without its value"),
        ("<f>SUM(D5:D9)</f><v></v>", "a formula without its value"),
    ],
)
def test_a_formula_without_a_value_is_not_nought(written: str, what: str, six: Study, tmp_path: Path) -> None:
    path = patched(book(tmp_path / "a.xlsx"), (r'(<c r="D4"[^>]*>)<v>\d+</v>', rf"\1{written}"))
    with pytest.raises(DataError, match=f"D4: {what}"):
        counted(path, six)


def test_two_sheets_that_could_be_the_register_are_refused_until_one_is_named(six: Study, tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx")
    made = openpyxl.load_workbook(path)
    made.copy_worksheet(made.active).title = "old"
    made.create_sheet("notes")["A1"] = "as of 2024"
    made.save(path)
    with pytest.raises(DataError, match='several sheets could be the register; seen "Sheet, old"'):
        counted(path, six)
    cells, report = count(RegisterInput(path=str(path), sheet="old"), six)
    assert totals(cells) == CLEAN
    assert report.is_whole


MARKS = ("1,5", "12,34", "1_000", "1.000", "12,345,678,9", "1,,5", "12,345,6", "1,23.0", "0,5", "1e3", "1.2万", "#N/A")


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet", "sqlite"])
def test_no_number_is_read_as_another(mark: str, form: str, six: Study, tmp_path: Path) -> None:
    table = [list(row) for row in offices.rows()]
    for row, staff in zip(table, (mark, "1,234", "１，２３４", "１２３", "1 200", " 7 ", "8.0"), strict=False):
        row[3] = staff
    path = tmp_path / f"a.{form}"
    settings = RegisterInput(path=str(path), most_rejected_rate=1)
    frame = pd.DataFrame([list(map(str, row)) for row in table], columns=offices.HEAD)
    match form:
        case "csv":
            offices.write(path, table)
        case "xlsx":
            book(path, table=table)
        case "parquet":
            frame.to_parquet(path)
        case _:
            with sqlite3.connect(path) as link:
                frame.to_sql("register", link, index=False)
            settings = RegisterInput(url=f"sqlite:///{path}", query="select * from register", most_rejected_rate=1)
    cells, report = count(settings, six)
    assert (report.kept, report.rejected) == (59, 1)
    assert [(one.column, one.value) for one in report.first] == [("staff", mark)]
    assert int(cells["staff_total"].sum()) == 2130 - sum(range(6, 13)) + 1234 + 1234 + 123 + 1200 + 7 + 8


def test_a_cell_means_the_same_whether_another_is_bad_or_not(six: Study, tmp_path: Path) -> None:
    table = [[*row[:8], "1.0" if row[8] == "是" else "0.0", "0.0", "0.0"] for row in offices.rows()]
    assert totals(counted(offices.write(tmp_path / "a.csv", table), six)[0]) == CLEAN
    table[7][3] = "many"
    cells, report = counted(offices.write(tmp_path / "a.csv", table), six)
    assert totals(cells) == (59, 2130 - 13, 117, 23, 30)
    assert report.rejected == 1


def test_words_are_known_whatever_a_spreadsheet_did_to_their_signs(six: Study, tmp_path: Path) -> None:
    table = [list(row) for row in offices.rows()]
    for row, word in zip(table, ["无\t", "\ufeff无", "独立\u00a0", "\u3000独立", "无\u200b"], strict=False):
        row[6] = word
    table[6][8], table[7][8], table[8][8], table[9][8] = "√", "ＮＯ", "Y", "×"
    cells, report = counted(offices.write(tmp_path / "a.csv", table), six)
    assert totals(cells) == CLEAN
    assert report.rejected == 0


@pytest.mark.parametrize(
    "before", ["sep=,\r\n", "2024年登记表,,,,,,,,,,\r\n", "\ufeff", '"2024\n登记表",,,,,,,,,,\r\n']
)
def test_what_stands_above_the_names_is_no_register(before: str, six: Study, tmp_path: Path) -> None:
    path = offices.write(tmp_path / "a.csv", offices.rows())
    path.write_bytes(before.encode() + path.read_bytes())
    cells, report = counted(path, six)
    assert totals(cells) == CLEAN
    assert report.lines == 60 + report.above


def test_rows_of_totals_and_rows_without_a_value_are_left_out_and_told(six: Study, tmp_path: Path) -> None:
    table = [list(row) for row in offices.rows()]
    table.insert(20, ["", "小计：", "", 300, "", "", "", "", "", "", ""])
    table.insert(30, [""] * 11)
    table.append(["合计", "", "", 2130, "", "", "", "", "", "", ""])
    for path in (offices.write(tmp_path / "a.csv", table), book(tmp_path / "a.xlsx", table=table)):
        cells, report = counted(path, six)
        assert totals(cells) == CLEAN
        assert report.rejected == 0
        assert dict(report.told)["totals"] == 2
        assert any("totals: 2 rows, the first 22" in note for note in report.notes)


def test_a_name_that_stands_twice_is_refused_in_every_form(six: Study, tmp_path: Path) -> None:
    head = [*offices.HEAD[:4], "职工人数 ", *offices.HEAD[4:]]
    table = [[*row[:4], 900, *row[4:]] for row in offices.rows()]
    pd.DataFrame([list(map(str, row)) for row in table], columns=head).to_parquet(tmp_path / "a.parquet")
    for path in (offices.write(tmp_path / "a.csv", table, head), tmp_path / "a.parquet"):
        with pytest.raises(DataError, match="one name for columns 4, 5"):
            counted(path, six)


@pytest.mark.parametrize(
    ("first", "second"),
    [("E00001", "E00001 "), ("E00001", "\ufeffE00001"), ("E00001", "Ｅ0０001"), ("E00001", "e00001"), ("甲1", "甲 1")],
)
def test_an_enterprise_is_known_again_however_its_name_is_spelt(
    first: str, second: str, six: Study, tmp_path: Path
) -> None:
    table = [list(row) for row in offices.rows()]
    table[0][0], table[9][0] = first, second
    report = counted(offices.write(tmp_path / "a.csv", table), six)[1]
    assert [(one.row, one.column, one.what) for one in report.first] == [(11, "enterprise", "repeats an earlier row")]


def test_a_repeat_is_told_by_its_row_however_many_names_are_compared_without_blanks(six: Study, tmp_path: Path) -> None:
    table = [[f"企业 {row[0]}", *row[1:]] for row in offices.rows(20_000)]
    table[5][0], table[7][0], table[8][0] = "企业E00001", "\u3000", "\u3000"  # nameless ones repeat nobody
    report = counted(offices.write(tmp_path / "a.csv", table), six)[1]
    assert [(one.row, one.what, one.value) for one in report.first] == [(7, "repeats an earlier row", "企业E00001")]


def test_names_that_differ_by_a_sign_are_two(six: Study, tmp_path: Path) -> None:
    table = [list(row) for row in offices.rows()]
    table[0][0], table[9][0] = "A-1", "A1"
    assert counted(offices.write(tmp_path / "a.csv", table), six)[1].rejected == 0


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_numbers_that_a_spreadsheet_shortened_are_no_repeats(form: str, six: Study, tmp_path: Path) -> None:
    table = [["3.20583000123450E+17", *row[1:]] for row in offices.rows()]
    path = tmp_path / f"a.{form}"
    if form == "csv":
        offices.write(path, table)
    else:
        book(path, table=[[320583000123450000, *row[1:]] for row in offices.rows()])
    cells, report = counted(path, six)
    assert totals(cells) == CLEAN
    assert not report.looked_for_repeats
    assert any("a spreadsheet shortened 60 numbers; keep them as text" in note for note in report.notes)


def test_the_digits_of_a_long_number_are_read_where_they_are_there(six: Study, tmp_path: Path) -> None:
    path = book(
        tmp_path / "a.xlsx", table=[[str(320583000123450000 + at), *row[1:]] for at, row in enumerate(offices.rows())]
    )
    report = counted(path, six)[1]
    assert (report.kept, report.looked_for_repeats, report.notes) == (60, True, ())


def test_no_name_of_a_file_is_a_pattern(six: Study, tmp_path: Path) -> None:
    offices.write(tmp_path / "r1.csv", list(offices.rows())[:10])
    for name in ("r[1].csv", "r?.csv", "r*.csv", "r'1.csv"):
        path = offices.write(tmp_path / name, offices.rows())
        assert counted(path, six)[1].kept == 60
        frame = pd.read_csv(path, dtype=str)
        frame.to_parquet(path.with_suffix(".parquet"))
        assert counted(path.with_suffix(".parquet"), six)[1].kept == 60


def test_columns_without_a_name_are_none_where_they_are_empty_and_refused_where_not(six: Study, tmp_path: Path) -> None:
    head, table = [*offices.HEAD, "", ""], [[*row, "", ""] for row in offices.rows()]
    path = offices.write(tmp_path / "a.csv", table, head)
    assert totals(counted(path, six)[0]) == CLEAN
    table[30][12] = "12"
    for path in (offices.write(tmp_path / "a.csv", table, head), book(tmp_path / "a.xlsx", table=table)):
        with pytest.raises(DataError, match="has no name"):
            counted(path, six)


@pytest.mark.parametrize(("changes", "what"), [(True, "changed while it was read"), (False, "does not hold what was")])
def test_rows_that_do_not_come_out_of_a_file_are_missed(changes: bool, what: str, six: Study, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pd.DataFrame([list(map(str, row)) for row in offices.rows()], columns=offices.HEAD).to_parquet(path)

    def first(source: Source) -> None:
        by_duckdb(source)
        source.raw.connection.execute("DELETE FROM kinds WHERE staff = '9'")
        if changes:
            path.touch()

    settings = RegisterInput(path=str(path))
    with (
        opened(settings, tmp_path) as raw,
        pytest.raises(DataError, match=f'{what}.*; seen "60 rows lie there, 59 were read"'),
    ):
        read(source_of(raw, settings, six), first=first)


def test_nothing_of_a_changed_register_is_lost_in_silence() -> None:
    soak_inputs.main(40, seed=7)  # `make soak` has 500
