"""Which row of a file holds the names, and which column is which."""

from __future__ import annotations

import pytest

from analysis.errors import DataError
from analysis.input_models import RegisterInput
from analysis.sources.registers.columns import header_among

HEAD = ["企业编号", "所属区域", "企业类别", "职工人数", "党员人数", "党组织"]
ROW = ["E1", "昆山市", "私营企业", "12", "3", "独立"]
ANY = RegisterInput(path="a.csv")


@pytest.mark.parametrize("above", [[], [["sep=,"]], [["2024年非公企业登记表", "", "", ""], ["填报单位：昆山市"]]])
def test_the_names_are_found_under_any_title_and_without_what_a_spreadsheet_does_to_them(
    above: list[list[str]],
) -> None:
    odd = ["\ufeff企业编号", "所属 \r\n区域", "企业类别\u00a0", "职工\n人数", "党员人数（人）", "党组织", "", ""]
    found = header_among([*above, odd, ROW], ANY, where="a.csv")
    assert found == (len(above), ["企业编号", "所属 区域", "企业类别", "职工 人数", "党员人数(人)", "党组织"])


def test_names_that_only_the_study_knows_are_names() -> None:
    settings = ANY.model_copy(update={"columns": {"district": "地方（甲）", "staff": "规模"}})
    assert header_among([["一、二", "x"], ["地方（甲）", "规模", "丙"]], settings, where="a") == (
        1,
        ["地方(甲)", "规模", "丙"],
    )


def test_a_file_without_names_says_so_once_and_shows_nobody() -> None:
    with pytest.raises(DataError, match="no row of names among the first 2") as caught:
        header_among([["王小明", "13800138000", "昆山市"], ROW], ANY, where="a.csv")
    assert len(caught.value.problems) == 1
    assert "昆山市" in str(caught.value)
    assert "王小明" not in str(caught.value)
    assert "13800138000" not in str(caught.value)


@pytest.mark.parametrize(
    "rows",
    [
        [HEAD, ["", "", "", "人", "人", ""], ROW],  # units under the names
        [
            [*HEAD[:4], "党员情况", "", "党组织"],
            ["", "", "", "", "总数", "其中：正式党员", ""],
            ROW,
        ],  # a group over two names
        [
            ["企业编号", "所属区域", "基本情况", "", "党员情况"],
            ["", "", "企业类别", "职工人数", "党员人数", "正式党员"],
            ROW,
        ],
        [[*HEAD[:4], "党员情况"], ["", "", "", "", "总数", "正式"], ROW],
    ],
)
def test_names_in_two_rows_are_told(rows: list[list[str]]) -> None:
    with pytest.raises(DataError, match="belongs to the names in row"):
        header_among(rows, ANY, where="a.csv")


def test_a_first_row_with_blanks_is_no_second_row_of_names() -> None:
    for row in (["", "昆山市", "", "many", "", "无"], ["E1", "", "", "", "", ""], [""] * 6):
        assert header_among([HEAD, row, ROW], ANY, where="a.csv") == (0, HEAD)
