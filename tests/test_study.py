"""A study is checked at the door: each fault is told with file, line, field, value and what is allowed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.errors import DataError, WorkbookError
from analysis.study import DATA, Study, open_study

MINUTES = {
    "registered": 289513,
    "operating": 252963,
    "private": 58199,
    "foreign": 5491,
    "individual": 189273,
    "organisations": 4033,
    "covered": 10547,
    "independent": 3167,
    "joint": 866,
    "built_rate": 1,
    "instructors": 6930,
    "instructed": 70498,
    "instructed_25": 20755,
    "instructed_25_rate": 1,
    "members": 56595,
    "members_share": 0.1558,
    "new_members": 1880,
    "new_members_share": 0.2075,
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA / "suzhou-2003", tmp_path / "study"))


def test_every_figure_of_the_minutes_is_in_the_study(suzhou: Study) -> None:
    assert {name: suzhou.quantity(name).value for name in suzhou.figures} == pytest.approx(MINUTES)


def test_every_figure_s_phrase_carries_its_number(suzhou: Study) -> None:
    for figure in suzhou.figures.values():
        assert f"{figure.value:g}" in figure.phrase or str(int(figure.value)) in figure.phrase


def test_every_target_of_the_minutes_has_a_rule_and_a_reading(suzhou: Study) -> None:
    assert [target.id for target in suzhou.targets] == [
        "member_50",
        "organisation_100",
        "organisation_3_full",
        "members_managed",
        "instructor_25",
        "five_good",
        "union",
        "youth_league",
    ]
    assert all(target.readings for target in suzhou.targets)


def test_the_twelve_districts_have_a_tile_each(suzhou: Study) -> None:
    assert len(suzhou.districts) == len({(row.tile_column, row.tile_row) for row in suzhou.districts}) == 12


def test_the_national_series_keeps_the_base_of_every_rate(national: Study) -> None:
    rates = [row for row in national.figures.values() if row.unit == "percent"]
    assert len(rates) >= 8
    assert {row.base for row in rates if row.indicator == "coverage_rate"} == {"eligible", "all_enterprises"}


def _edit(name: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


BAD = [
    (_edit("published.csv", ",58199,", ",58x99,"), ["published.csv, line 4, value", "58x99"]),
    (_edit("published.csv", ",58199,", ",nan,"), ["published.csv, line 4, value", "is not a number", "nan"]),
    (_edit("published.csv", ",58199,", ",-5,"), ["published.csv, line 4, value", "from 0", "-5"]),
    (_edit("published.csv", ",58199,", ",5.5,"), ["published.csv, line 4", "must be whole"]),
    (_edit("published.csv", ",15.58,percent", ",140,percent"), ["published.csv, line 17", "140", "above 100 percent"]),
    (_edit("published.csv", "foreign,enterprises", "private,enterprises"), ["line 5, id", "repeats line 4", "private"]),
    (_edit("published.csv", "decimals,", "digits,"), ['column "decimals" is missing', '"digits"', "unknown column"]),
    (_edit("published.csv", ",city_members,", ",city,"), ["members, base", "city_members"]),
    (_edit("published.csv", "58199,enterprises", "58199,shops"), ["line 4, unit", "shops", "enterprises"]),
    (_edit("districts.csv", "320581,320581", "320582,320581"), ["districts.csv, line 3, id", "repeats line 2"]),
    (_edit("study.toml", "period = 2003", 'period = "2003?"'), ["study.toml, period", "2003?"]),
    (_edit("study.toml", "period = 2003", "period = = 1"), ["study.toml", "is not TOML"]),
    (_edit("study.toml", 'figure = "registered"', 'figure = "registred"'), ["bases, registered", "unknown figure"]),
    (_edit("targets.toml", 'share = "4/5"', 'share = "5/4"'), ["targets.toml", "at most 1"]),
    (lambda folder: (folder / "published.csv").write_text(""), ["published.csv", "empty"]),
    (lambda folder: (folder / "published.csv").unlink(), ["published.csv", "no such file"]),
    (lambda folder: (folder / "published.csv").write_bytes(b"\xff\xfe\x00\x81"), ["published.csv", "UTF-16"]),
    (lambda folder: (folder / "published.csv").write_bytes(b"\xff\xff\x81\n"), ["published.csv", "encoding"]),
]


@pytest.mark.parametrize(("spoil", "expected"), BAD, ids=[words[-1] for _, words in BAD])
def test_a_fault_is_told_with_its_place_and_value(
    copy: Path, spoil: Callable[[Path], object], expected: list[str]
) -> None:
    spoil(copy)
    with pytest.raises(DataError) as caught:
        open_study(copy)
    for words in expected:
        assert words in str(caught.value)


def test_all_faults_of_a_file_are_told_at_once(copy: Path) -> None:
    _edit("published.csv", ",58199,", ",many,")(copy)
    _edit("published.csv", ",5491,", ",few,")(copy)
    with pytest.raises(DataError) as caught:
        open_study(copy)
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-8-sig"])
def test_a_file_in_a_chinese_encoding_or_with_a_byte_order_mark_is_read_right(copy: Path, encoding: str) -> None:
    path = copy / "districts.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    assert open_study(copy).districts[0].name_zh == "张家港市"


def test_an_unknown_study_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(WorkbookError, match="did you mean suzhou-2003"):
        open_study("suzhou-2004")


def test_a_change_in_any_file_changes_the_fingerprint(copy: Path) -> None:
    before = open_study(copy).fingerprint
    _edit("published.csv", ",58199,", ",58198,")(copy)
    assert open_study(copy).fingerprint != before
