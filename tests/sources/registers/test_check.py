"""`workbook check` on files as offices send them: what it shows, in whose language, and what can be pasted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands import command, refusal
from tests.sources.registers.offices import BUREAU, bureau, rows, study, write


def test_what_check_says_of_missing_columns_mends_them_when_it_is_pasted(tmp_path: Path) -> None:
    place = study(tmp_path / "study")
    write(place / "register" / "a.csv", bureau(), BUREAU, encoding="gb18030")
    said = refusal(command("check", place))
    assert said.count("no column for") == 1
    settings = place / "study.toml"
    pasted = said[said.index("# in [register]:") :]
    settings.write_text(settings.read_text(encoding="utf-8") + pasted + "\n", encoding="utf-8")
    done = command("check", place)
    assert "no column for" not in done.stderr
    assert "61 rows in the file = 1 header + " in done.stdout


@pytest.mark.parametrize("faults", ["in-the-way", "a-file/faults.csv"])
def test_check_shows_faults_also_where_it_cannot_write_them(faults: str, tmp_path: Path) -> None:
    place = study(tmp_path / "study")
    table = list(rows())
    table[4][3] = "many"
    write(place / "register" / "a.csv", table)
    (tmp_path / "in-the-way").mkdir()
    (tmp_path / "a-file").write_text("no folder")
    done = command("check", place, "--faults", tmp_path / faults)
    assert done.returncode == 1
    assert "a.csv, row 6, staff: is not a number" in done.stdout
    assert "the list of every fault is not written: " in done.stdout
    assert not list(tmp_path.glob(".in-the-way*"))


def test_check_and_count_speak_the_language_that_is_asked_for(tmp_path: Path) -> None:
    place = study(tmp_path / "study")
    table = list(rows())
    table[4][3] = "many"
    write(place / "register" / "a.csv", table)
    done = command("check", place, "-l", "zh", "--faults", tmp_path / "faults.csv")
    assert "a.csv：文件共61行 = 表头1 + 计入59 + 剔除1" in done.stdout
    assert "已在每一行中查找个人信息" in done.stdout
    assert "全部错误见：" in done.stdout
    counted = command("count", place, "--language", "zh")
    assert counted.returncode == 0, counted.stderr
    assert "文件共61行 = 表头1 + 计入59 + 剔除1；归并为" in counted.stdout
    assert "不予公布" in counted.stdout
    assert "rows in the file" in command("check", place).stdout
    assert 'language: "fr"; allowed: zh, en' in refusal(command("check", place, "-l", "fr"))


def test_a_file_without_a_study_is_told_which_header_may_be_which(tmp_path: Path) -> None:
    head = ["编号", "区域", "类别", "职工人数", "党组织", "党员总人数（含预备）情况"]
    path = write(tmp_path / "a.csv", [["1", "昆山市", "私营企业", "3", "无", "0"]], head)
    done = command("check", path)
    assert done.returncode == 0, done.stderr
    assert 'members = "党员总人数(含预备)情况"   # is this right?' in done.stdout.replace("（", "(").replace("）", ")")
