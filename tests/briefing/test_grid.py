"""A file that asks for many papers: every combination once, and a fault refused before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.briefing.grid import read_grid
from analysis.errors import ParameterError
from analysis.study import DATA, Study
from tests.commands import command, refusal


def asked(folder: Path, text: str) -> Path:
    path = folder / "grid.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_grid_that_ships_asks_for_the_city_and_every_district_in_both_languages(suzhou: Study) -> None:
    wanted = read_grid(DATA / "suzhou-2003" / "batches" / "districts.toml")
    selections = {(one.parameters.model_dump()["district"], one.parameters.language) for one in wanted}
    ids = ["all", *(row.id for row in suzhou.districts)]
    assert selections == {(district, language) for district in ids for language in ("zh", "en")}
    assert len({one.name for one in wanted}) == len(wanted)


def test_several_grids_several_notebooks(tmp_path: Path) -> None:
    path = asked(
        tmp_path,
        'formats = ["html"]\n'
        '[[papers]]\nnotebook = "3_scenarios"\nscenario = ["baseline", "low"]\nyears = [3, 5]\n'
        '[[papers]]\nstaff_threshold = 50\nformats = ["docx"]\n',
    )
    wanted = read_grid(path)
    assert [(one.notebook, one.formats) for one in wanted] == [("3_scenarios", ("html",))] * 4 + [
        ("4_briefing", ("docx",))
    ]


BAD = [
    ('[[papers]]\ndistrict = ["320583", "320584x"]\nlanguage = ["zh", "en"]', ["320584x", "did you mean 320584"]),
    ('[[papers]]\ndistict = "all"', ["distict", "did you mean district"]),
    ('[[papers]]\nlanguage = ["zh", "eng"]', ["eng", "allowed: zh, en"]),
    ('[[papers]]\nstaff_threshold = [50, "many"]', ["staff_threshold", "many", "0 to 300"]),
    ('[[papers]]\nyears = 1000\n[[papers]]\nbase = "operatin"', ["papers 1, years", "papers 2, base", "operating?"]),
    ('[[papers]]\nnotebook = "4_brief"', ["4_brief", "did you mean 4_briefing"]),
    ('[[papers]]\nformats = ["docs"]', ["docs", "did you mean docx"]),
    (
        '[[papers]]\nlanguage = []\ndistict = "all"\nyears = 1000\nformats = ["docs"]',
        ["docx", "empty list", "did you mean district", "years"],
    ),
    ('[[papers]]\nlanguage = ["zh", "zh"]', ["a second time"]),
    ("[[papers]]\nlanguage = []", ["language", "empty list"]),
    ('[[papers]]\nstudy = "suzou-2003"', ["suzou-2003", "did you mean suzhou-2003"]),
    ("[papers]\nlanguage = 'zh'", ["[[papers]]"]),
    ('paper = 1\n[[papers]]\nlanguage = "zh"', ["paper:", "did you mean papers"]),
    ("", ["[[papers]]"]),
    ("papers = [", ["cannot be read"]),
]


@pytest.mark.parametrize(("text", "words"), BAD, ids=[text.splitlines()[-1] if text else "empty" for text, _ in BAD])
def test_a_fault_in_the_file_is_told_once_with_the_nearest_name(tmp_path: Path, text: str, words: list[str]) -> None:
    path = asked(tmp_path, text)
    with pytest.raises(ParameterError) as refused:
        read_grid(path)
    lines = str(refused.value).splitlines()
    assert all(line.startswith(f"{path}: ") for line in lines)
    assert len(set(lines)) == len(lines)
    for word in words:
        assert word in str(refused.value)


def test_a_typo_is_refused_before_anything_runs(tmp_path: Path) -> None:
    path = asked(tmp_path, '[[papers]]\ndistrict = ["320583", "32058"]\nformats = ["html"]')
    assert "32058" in refusal(command("batch", path, "--output", tmp_path / "out"))
    assert not (tmp_path / "out").exists()
