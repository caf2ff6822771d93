"""Which row of a file holds the names, and which column is which."""

from __future__ import annotations

import tomllib

import pytest

from analysis.errors import DataError
from analysis.input_models import RegisterInput
from analysis.sources.registers.columns import DECLARABLE, header_among, mapped

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


BUREAU = [
    "序号", "统一社会信用代码", "所属区县", "企业类型", "从业人数", "党员总人数", "正式党员数",
    "是否建立党组织", "党组织类型", "是否选派党建指导员",
]  # fmt: skip
DECLARED = ANY.model_copy(update={"absent": ("joint_lead", "five_good", "directly_managed")})


def test_the_headers_of_a_bureau_s_export_are_known() -> None:
    found = mapped(BUREAU, DECLARED, where="a.csv")
    assert found.theirs == {
        "enterprise": "统一社会信用代码",
        "organised": "是否建立党组织",
        "district": "所属区县",
        "category": "企业类型",
        "staff": "从业人数",
        "organisation": "党组织类型",
        "members": "党员总人数",
        "full_members": "正式党员数",
        "instructor": "是否选派党建指导员",
    }
    assert found.unused == ("序号",)


def test_all_that_is_missing_is_told_at_once_with_lines_that_mend_it_when_they_are_pasted() -> None:
    names = ["编号", "所属区域", "企业类别", "职工总规模", "党组织", "党员人数", "备注"]
    with pytest.raises(DataError) as caught:
        mapped(names, ANY, where="a.csv")
    assert len(caught.value.problems) == 1
    said = str(caught.value)
    assert 'absent = ["full_members", "joint_lead", "instructor", "five_good", "directly_managed"]' in said
    assert 'staff = "职工总规模"   # is this right?' in said
    absent, columns = (tomllib.loads(line) for line in said.splitlines() if " = [" in line or line.startswith("staff"))
    mended = mapped(names, RegisterInput.model_validate({"path": "a.csv", **absent, "columns": columns}), where="a.csv")
    assert mended.theirs["staff"] == "职工总规模"
    assert mended.unused == ("备注",)


def test_a_name_that_stands_twice_is_refused_with_both_places_however_it_is_spelt() -> None:
    for twice in ("职工人数", "职工\n人数", "\ufeff职工人数 "):
        with pytest.raises(DataError, match=r"one name for columns 4, 7") as caught:
            mapped([*HEAD, twice], ANY.model_copy(update={"absent": DECLARABLE[1:]}), where="a.csv")
        assert len(caught.value.problems) == 1


def test_what_the_study_says_of_headers_and_words_is_compared_as_headers_and_words_are() -> None:
    settings = DECLARED.model_copy(
        update={
            "absent": DECLARABLE,
            "columns": {"staff": "规模（人）"},
            "values": {"category": {"Ａ 类": "private"}},
            "not_telephones": ("登记 编号",),
        }
    )
    found = mapped(["登记编号", "规模(人)", "区域", "类别", "党组织"], settings, where="a.csv")
    assert found.theirs["staff"] == "规模(人)"
    assert found.values == {"category": {"a类": "private"}}
    assert found.not_telephones == ("登记编号",)


def test_a_register_that_knows_of_organisations_and_not_of_their_kind_is_not_guessed_at() -> None:
    names = ["区域", "类别", "职工人数", "是否建立党组织"]
    settings = ANY.model_copy(update={"absent": DECLARABLE})
    with pytest.raises(DataError, match="says whether there is an organisation and not which kind") as caught:
        mapped(names, settings, where="a.csv")
    _, _, lines = str(caught.value).partition("[register.columns]\n")
    decided = tomllib.loads("[register.columns]\n" + lines.replace("# ", "").replace("if no", "# if no"))["register"]
    found = mapped(
        names, RegisterInput.model_validate({"path": "a.csv", "absent": DECLARABLE} | decided), where="a.csv"
    )
    assert found.theirs["organisation"] == "是否建立党组织"
    assert "organised" not in found.theirs
    assert found.values["organisation"]["是"] == "independent"


def test_only_a_column_that_is_read_may_not_count_in_ten_thousands() -> None:
    settings = ANY.model_copy(update={"absent": DECLARABLE})
    assert mapped(["区域", "类别", "职工人数", "党组织", "产值（万）"], settings, where="a").unused == ("产值（万）",)
    with pytest.raises(DataError, match="counts in ten thousands"):
        mapped(["区域", "类别", "职工人数（万人）", "党组织"], settings, where="a")


def test_messages_of_a_header_are_said_in_chinese() -> None:
    with pytest.raises(DataError) as caught:
        mapped(["区域", "类别", "规模"], ANY, where="a.csv")
    told = caught.value.told("zh")
    assert "a.csv，表头：没有以下各列：staff" in told
    assert "# 登记簿没有这些列，不据以计算任何数" in told
    assert "missing" not in told
