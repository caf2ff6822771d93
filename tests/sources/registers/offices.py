"""Small registers as offices send them, and a study that reads them; their sums can be checked by hand."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

HEAD = [
    "企业编号", "所属区域", "企业类别", "职工人数", "党员人数", "正式党员人数", "党组织",
    "联合牵头", "指导员", "五个好", "直管",
]  # fmt: skip
BUREAU = [
    "统一社会信用代码", "所属区县", "企业类型", "从业人数", "党员数", "正式党员数",
    "是否建立党组织", "党组织类型", "是否选派党建指导员",
]  # fmt: skip
PLACES = {"张家港市": 320582, "常熟市": 320581, "太仓市": 320585, "相城区": 320507, "昆山市": 320583, "吴中区": 320506}
KINDS = {"私营企业": "有限责任公司", "外商投资企业": "外资", "个体工商户": "个体"}
STUDY = """\
id = "offices"
period = 2024
as_of = 2024-12-31
input = "register"
title = { zh = "覆盖情况", en = "Coverage" }
place = { zh = "苏州市", en = "Suzhou" }
document = { zh = "登记簿", en = "The register" }
categories = [
    { id = "private", zh = "私营企业", en = "private enterprises" },
    { id = "foreign", zh = "外商投资企业", en = "foreign-invested enterprises" },
    { id = "individual", zh = "个体工商户", en = "individual businesses" },
]
bases = [{ id = "operating", zh = "开业企业", en = "operating", categories = ["private", "foreign", "individual"] }]
"""


def rows(count: int = 60) -> Iterator[list[object]]:
    """Clean rows under `HEAD`: of 60, 2,130 staff, 120 members, 24 organisations, 30 with an instructor."""
    for number in range(1, count + 1):
        members = number % 5
        place, kind = list(PLACES)[number % 6], list(KINDS)[number % 3]
        organisation, instructor = "独立" if members >= 3 else "无", "是" if number % 2 else "否"
        yield [f"E{number:05d}", place, kind, 5 + number, members, members, organisation, 0, instructor, 0, 0]


def bureau(count: int = 60) -> Iterator[list[object]]:
    """The same under `BUREAU`, in the words of a bureau of market regulation."""
    for number, row in enumerate(rows(count)):
        kind = "" if row[6] == "无" else "独立"
        organised = "是" if kind else "否"
        yield [f"9132058300012345{number:02d}", row[1], KINDS[str(row[2])], *row[3:6], organised, kind, row[8]]


def write(path: Path, table: Iterable[Sequence[object]], head: Sequence[str] = HEAD, encoding: str = "utf-8") -> Path:
    """Write a register as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(table)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def study(folder: Path, settings: str = "") -> Path:
    """A study that reads `register/a.csv`.

    Parameters
    ----------
    settings
        What else stands in `[register]`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    text = f'{STUDY}\n[register]\npath = "register/a.csv"\n{settings}\n'
    (folder / "study.toml").write_text(text, encoding="utf-8")
    lines = ["id,code,name_zh,name_en,kind,tile_column,tile_row,share_company,share_foreign"]
    lines += [f"{code},{code},{name},P{code},county,{place},0,1,1" for place, (name, code) in enumerate(PLACES.items())]
    (folder / "districts.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder
