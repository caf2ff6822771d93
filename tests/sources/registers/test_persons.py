"""Whatever looks like a person is refused, by header and by content, before anything is kept."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.coverage import opening
from analysis.coverage.opening import count
from analysis.errors import DataError
from analysis.input_models import RegisterInput
from analysis.sources.registers import parquet_files
from analysis.sources.registers.persons import is_about_persons, is_identity, kind_of
from analysis.study import Study

IDENTITY = "11010519491231002X"  # the example that GB 11643-1999 itself prints


def refused(frame: pd.DataFrame, study: Study, path: Path) -> str:
    frame.to_csv(path, index=False)
    with pytest.raises(DataError) as caught:
        count(RegisterInput(path=str(path)), study)
    return str(caught.value)


@pytest.mark.parametrize("header", ["法定代表人", "联系人", "身份证号码", "手机号", "电子邮箱", "Contact name", "Name"])
def test_a_header_that_names_persons_is_refused(
    header: str, register: pd.DataFrame, suzhou: Study, tmp_path: Path
) -> None:
    said = refused(register.assign(**{header: "x"}), suzhou, tmp_path / "a.csv")
    assert said.startswith(f'a.csv, header: a column about persons; nothing was read; seen "{header}"')


@pytest.mark.parametrize("header", ["企业名称", "党员人数", "统一社会信用代码", "full members", "行业", "township"])
def test_a_header_about_enterprises_or_counts_is_not(header: str) -> None:
    assert not is_about_persons(header)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (f"备注 {IDENTITY}", "an identity number"),
        ("13800138000", "a telephone number"),
        ("0512-65212345", "a telephone number"),
        ("party@example.org", "an e-mail address"),
    ],
)
def test_one_cell_is_enough_and_is_not_shown(
    value: str, kind: str, register: pd.DataFrame, suzhou: Study, tmp_path: Path
) -> None:
    frame = register.assign(remark="")
    frame.loc[len(frame) // 2, "remark"] = value
    said = refused(frame, suzhou, tmp_path / "a.csv")
    assert said.startswith(f"a.csv, column remark: holds {kind}; nothing was kept")
    assert value not in said


def test_names_of_people_are_told_from_names_of_towns(register: pd.DataFrame, suzhou: Study, tmp_path: Path) -> None:
    people = ["王小明", "李华", "欧阳雪", "张伟", "陈静", "刘洋", "周杰", "吴敏", "徐丽", "孙强"]
    said = refused(register.assign(remark=[people[n % 10] for n in range(len(register))]), suzhou, tmp_path / "a.csv")
    assert "column remark: holds names of people" in said
    towns = ["玉山镇", "周市镇", "陆家镇", "花桥镇", "张浦镇", "千灯镇", "淀山湖镇", "锦溪镇", "周庄镇", "巴城镇"]
    register.assign(remark=[towns[n % 10] for n in range(len(register))]).to_csv(tmp_path / "b.csv", index=False)
    assert count(RegisterInput(path=str(tmp_path / "b.csv")), suzhou)[1].rejected == 0


def test_a_person_in_a_column_of_ours_is_not_listed_among_the_faults(
    register: pd.DataFrame, suzhou: Study, tmp_path: Path
) -> None:
    frame = register.astype({"staff": "str"})
    frame.loc[3, "staff"] = IDENTITY
    said = refused(frame, suzhou, tmp_path / "a.csv")
    assert "column staff: holds an identity number" in said
    assert IDENTITY not in said


def test_of_a_long_register_rows_from_all_over_it_are_looked_at(
    register: pd.DataFrame, suzhou: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_files, "SHORT", 1000)
    frame = register.assign(remark="")
    frame.loc[len(frame) - 400 :, "remark"] = "13800138000"
    frame.to_parquet(tmp_path / "a.parquet", row_group_size=300)
    with pytest.raises(DataError, match="column remark: holds a telephone number"):
        count(RegisterInput(path=str(tmp_path / "a.parquet")), suzhou)
    register.assign(remark="x").to_parquet(tmp_path / "b.parquet", row_group_size=300)
    assert count(RegisterInput(path=str(tmp_path / "b.parquet")), suzhou)[1].looked_for_persons == "sampled"


def test_of_whole_numbers_the_ends_of_the_file_tell_that_none_is_a_telephone_in_any_row(
    register: pd.DataFrame, suzhou: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_files, "SHORT", 1000)
    register.to_parquet(tmp_path / "a.parquet", row_group_size=300)
    assert count(RegisterInput(path=str(tmp_path / "a.parquet")), suzhou)[1].looked_for_persons == "all"
    remark = pd.Series(0, index=register.index).where(register.index % 300 > 0, 13800138000)
    register.assign(remark=remark).to_parquet(tmp_path / "b.parquet", row_group_size=300)
    with pytest.raises(DataError, match="column remark: holds a telephone number"):
        count(RegisterInput(path=str(tmp_path / "b.parquet")), suzhou)
    register.assign(remark=remark).to_parquet(tmp_path / "c.parquet", row_group_size=300, write_statistics=False)
    with pytest.raises(DataError, match="column remark: holds a telephone number"):
        count(RegisterInput(path=str(tmp_path / "c.parquet")), suzhou)


def test_numbers_of_enterprises_that_look_like_telephones_are_declared_so_and_nothing_else_is_let_in(
    register: pd.DataFrame, suzhou: Study, tmp_path: Path
) -> None:
    numbers = 13_800_130_000 + register["enterprise"]
    path = tmp_path / "a.csv"
    said = refused(register.assign(注册号=numbers), suzhou, path)
    assert 'where they number enterprises, not_telephones = ["注册号"] in [register] of study.toml' in said
    declared = RegisterInput(path=str(path), not_telephones=("注册号",))
    report = count(declared, suzhou)[1]
    assert (report.rejected, report.not_telephones) == (0, ("注册号",))
    for person, kind in ((IDENTITY, "an identity number"), ("a@example.org", "an e-mail address")):
        mixed = numbers.astype("str").where(register["enterprise"] != 4000, person)
        register.assign(注册号=mixed).to_csv(path, index=False)
        with pytest.raises(DataError, match=f"column 注册号: holds {kind}"):
            count(declared, suzhou)
    register.assign(注册号=numbers, remark="13800138000").to_csv(path, index=False)
    with pytest.raises(DataError, match="column remark: holds a telephone number"):
        count(declared, suzhou)
    with pytest.raises(DataError, match=r'not_telephones: a.csv has no such column; seen "登记号"'):
        count(declared.model_copy(update={"not_telephones": ("登记号",)}), suzhou)
    register.assign(联系电话=numbers).to_csv(path, index=False)
    with pytest.raises(DataError, match="header: a column about persons"):
        count(declared.model_copy(update={"not_telephones": ("联系电话",)}), suzhou)


def test_nothing_of_a_refused_register_is_kept(register: pd.DataFrame, suzhou: Study, tmp_path: Path) -> None:
    from dataclasses import replace

    register.assign(remark=IDENTITY).to_csv(tmp_path / "a.csv", index=False)
    settings = suzhou.settings.model_copy(
        update={"input": "register", "register_input": RegisterInput(path=str(tmp_path / "a.csv"))}
    )
    with pytest.raises(DataError):
        opening.cells_of_register(replace(suzhou, settings=settings), cache=tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


@given(st.integers(0, 10**17 - 1))
def test_the_check_digit_decides(number: int) -> None:
    body = f"{number:017d}"
    found = [digit for digit in "0123456789X" if is_identity(body + digit)]
    assert len(found) <= 1


@given(st.from_regex(r"9[123]\d{6}MA[0-9A-HJ-NPQRTUWXY]{8}", fullmatch=True))
def test_a_credit_code_of_an_enterprise_is_nobody_s(code: str) -> None:
    assert kind_of(code) == ""
