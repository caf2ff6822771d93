"""A small study of another place, written to a folder: the rules know nothing of the studies that ship."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from analysis.study import Study, open_study

HEADER = (
    "id,indicator,category,place,period,label_zh,label_en,value,unit,decimals,approximate,base,phrase,source,locator"
)
STUDY = """
id = "harbour-2010"
period = 2010
as_of = 2010-12-31
input = "none"
[title]
zh = "港城"
en = "Harbour"
[place]
zh = "港城"
en = "Harbour"
[document]
zh = "文件"
en = "Document"
[[hidden]]
id = "all_staff"
zh = "全部职工"
en = "all staff"
unit = "persons"
"""
SETS = """
[universe]
whole = "firms"
parts = ["shops", "plants"]
assumes = { zh = "不重复", en = "all are distinct" }
[[sets]]
id = "cell"
figure = "with_cell"
having = { zh = "有支部", en = "with a cell" }
lacking = { zh = "没有支部", en = "without a cell" }
[[sets]]
id = "mentor"
figure = "with_mentor"
having = { zh = "有联络员", en = "with a mentor" }
lacking = { zh = "没有联络员", en = "without a mentor" }
[[totals]]
id = "kinds"
total = "firms"
parts = ["shops", "plants"]
[[subsets]]
id = "no_cell"
part = "with_cell"
whole = "firms"
rest = { zh = "没有支部的企业", en = "firms without a cell" }
"""
FIRMS = {"firms": 100, "shops": 70, "plants": 30, "with_cell": 40, "with_mentor": 80}


def figure(name: str, value: float, **columns: str) -> str:
    """One line of published.csv."""
    row = {
        "indicator": name, "category": "all", "place": "港城", "period": "2010", "label_zh": f"{name}数",
        "label_en": name.replace("_", " "), "unit": "enterprises", "decimals": "0", "approximate": "no", "base": "",
    } | columns  # fmt: skip
    return ",".join([name, *list(row.values())[:6], str(value), *list(row.values())[6:], "原文", "文件", "¶1"])


def small_study(
    folder: Path, figures: Mapping[str, float] = FIRMS, *, relations: str = SETS, lines: tuple[str, ...] = ()
) -> Study:
    """A study with these figures, and further lines of published.csv."""
    folder.mkdir(exist_ok=True)
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    rows = [HEADER, *(figure(name, value) for name, value in figures.items()), *lines]
    (folder / "published.csv").write_text("\n".join(rows), encoding="utf-8")
    (folder / "relations.toml").write_text(relations, encoding="utf-8")
    return open_study(folder)
