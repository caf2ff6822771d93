"""Whatever looks like a person is refused, by header and by content, before anything is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dask.dataframe as dd
import duckdb
import pandas as pd
import pytest

from analysis.coverage import opening
from analysis.coverage.opening import count
from analysis.errors import DataError, Problem
from analysis.front.brought import brought
from analysis.input_models import RegisterInput
from analysis.sources.persons.screen import shown
from analysis.sources.registers.readers import parquet_files
from analysis.study import Study

IDENTITY = "11010519491231002X"  # the example that GB 11643-1999 itself prints


def refused(frame: pd.DataFrame, study: Study, path: Path) -> str:
    frame.to_csv(path, index=False)
    with pytest.raises(DataError) as caught:
        count(RegisterInput(path=str(path)), study)
    return str(caught.value)


@pytest.mark.parametrize("header", ["法定代表人", "聯繫人", "身份证号码", "Contact name"])
def test_a_header_that_names_persons_is_refused(
    header: str, register: pd.DataFrame, suzhou: Study, tmp_path: Path
) -> None:
    said = refused(register.assign(**{header: "x"}), suzhou, tmp_path / "a.csv")
    assert said.startswith(f'a.csv, header: a column about persons; nothing was read; seen "{header}"')


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
    monkeypatch.setattr(parquet_files, "ROWS", 100)
    frame = register.assign(remark="")
    frame.loc[len(frame) - 400 :, "remark"] = "13800138000"
    frame.to_parquet(tmp_path / "a.parquet", row_group_size=300)
    with pytest.raises(DataError, match="column remark: holds a telephone number"):
        count(RegisterInput(path=str(tmp_path / "a.parquet")), suzhou)
    register.assign(remark="x").to_parquet(tmp_path / "b.parquet", row_group_size=300)
    assert count(RegisterInput(path=str(tmp_path / "b.parquet")), suzhou)[1].looked_for_persons == 1700


def test_of_whole_numbers_the_ends_of_the_file_tell_that_none_is_a_telephone_in_any_row(
    register: pd.DataFrame, suzhou: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_files, "SHORT", 1000)
    register.to_parquet(tmp_path / "a.parquet", row_group_size=300)
    assert count(RegisterInput(path=str(tmp_path / "a.parquet")), suzhou)[1].looked_for_persons == len(register)
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


def test_names_from_row_20001_on_are_names_of_people(register: pd.DataFrame, suzhou: Study, tmp_path: Path) -> None:
    frame = pd.concat([register] * 5, ignore_index=True).assign(enterprise=range(5 * len(register)))
    rows = frame["enterprise"]
    people = "王" + rows.map(lambda number: "伟芳娜敏静秀丽强磊军"[number % 10] + "国建文志小"[number // 10 % 5])
    said = refused(frame.assign(备注=people.where(rows > 20_000, "无")), suzhou, tmp_path / "a.csv")
    assert "column 备注: holds names of people" in said
    assert "王" not in said


def test_a_few_names_among_other_things_are_told_by_number_and_not_shown(
    register: pd.DataFrame, suzhou: Study, tmp_path: Path
) -> None:
    frame = register.assign(备注="厂房在建，第" + register["enterprise"].astype("str") + "批")
    frame.loc[:4, "备注"] = ["张伟", "李娜", "王芳", "刘 洋", "陳靜"]
    frame.to_csv(tmp_path / "a.csv", index=False)
    notes = count(RegisterInput(path=str(tmp_path / "a.csv")), suzhou)[1].notes
    assert notes == (f"column 备注: 5 of {len(frame):,} cells look like names of people",)


def test_telephones_without_an_area_s_code_are_told_by_a_whole_column_of_them(
    register: pd.DataFrame, suzhou: Study, tmp_path: Path
) -> None:
    local = 65_200_001 + 7 * register["enterprise"]
    said = refused(register.assign(备注=local), suzhou, tmp_path / "a.csv")
    assert "column 备注: holds a telephone number" in said
    assert 'not_telephones = ["备注"]' in said
    for name, numbers, declared in (
        ("企业代码", local, ()),
        ("备注", local, ("备注",)),
        ("备注", local % 5_000_000, ()),
    ):
        register.assign(**{name: numbers}).to_csv(tmp_path / "b.csv", index=False)
        settings = RegisterInput(path=str(tmp_path / "b.csv"), not_telephones=declared)
        assert count(settings, suzhou)[1].rejected == 0


def test_an_identity_number_of_15_digits_is_found_among_numbers_of_registration(
    register: pd.DataFrame, suzhou: Study, tmp_path: Path
) -> None:
    numbers = pd.Series([registration(f"320500{number * 7919 % 10**8:08d}") for number in register["enterprise"]])
    register.assign(登记=numbers).to_csv(tmp_path / "a.csv", index=False)
    assert count(RegisterInput(path=str(tmp_path / "a.csv")), suzhou)[1].rejected == 0
    numbers[4000] = "320503780209120"
    assert "column 登记: holds an identity number" in refused(register.assign(登记=numbers), suzhou, tmp_path / "b.csv")


def test_a_message_is_told_in_chinese_too(register: pd.DataFrame, suzhou: Study, tmp_path: Path) -> None:
    register.assign(备注="13800138000").to_csv(tmp_path / "a.csv", index=False)
    with pytest.raises(DataError) as caught:
        count(RegisterInput(path=str(tmp_path / "a.csv")), suzhou)
    assert caught.value.told("zh") == (
        "a.csv“备注”列：含有电话号码；未保存任何内容；允许：只收企业和数字：请删去该列；"
        '如确为企业编号，请在study.toml的[register]中写明not_telephones = ["备注"]'
    )
    told = Problem("a.csv", "is not a number", shown("13800138000")).told("zh")
    assert told == "a.csv：不是数字；所见“（电话号码，不予显示）”"


@pytest.mark.filterwarnings("ignore:Dask support")
@pytest.mark.parametrize("engine", ["pandas", "duckdb", "dask"])
def test_a_frame_that_the_user_brings_is_looked_through_in_the_same_way(
    engine: str, register: pd.DataFrame, suzhou: Study
) -> None:
    def framed(frame: pd.DataFrame) -> Any:
        if engine == "duckdb":
            return duckdb.connect().from_df(frame)
        return dd.from_pandas(frame, npartitions=2) if engine == "dask" else frame

    people = [f"王{'伟芳娜敏静秀丽强磊军'[number % 10]}" for number in range(len(register))]
    for columns, what in (
        ({"法人": "x"}, 'the frame, header: a column about persons; nothing was read; seen "法人"'),
        ({"remark": "138.0013.8000"}, "the frame, column remark: holds a telephone number"),
        ({"remark": 13800138000.0}, "the frame, column remark: holds a telephone number"),
        ({"township": people}, "the frame, column township: holds names of people"),
    ):
        with pytest.raises(DataError, match=what) as caught:
            brought(suzhou, framed(register.assign(**columns)), ())
        assert "8000" not in str(caught.value)
    if engine == "pandas":
        with pytest.raises(DataError, match="holds lists or records, in which persons cannot be looked for; seen"):
            brought(suzhou, register.assign(remark=[["王伟"]] * len(register)), ())
    harmless = register.assign(remark="厂房在建", rented=131.41234567)
    assert len(brought(suzhou, framed(harmless), ())[1].table)


def registration(body: str) -> str:
    """A number of registration with its check digit, by GS 15-2006."""
    product = 10
    for digit in body:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return body + str((11 - product) % 10)
