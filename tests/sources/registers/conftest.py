"""The same small register in every form, and a study that reads it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator

import pandas as pd
import pytest

from analysis.input_models import RegisterInput
from analysis.sources.synthetic import register_of
from analysis.study import Study
from tests.sources.registers.servers import PASSWORD, Server, postgresql, programs

HEADERS = {
    "enterprise": "编号", "district": "所属区域", "category": "企业类型", "staff": "职工人数（人）", "members": "党员人数",
    "full_members": "正式党员人数", "organisation": "党组织", "joint_lead": "是否牵头", "instructor": "有无指导员",
    "five_good": "是否五个好", "directly_managed": "是否直管",
}  # fmt: skip
WORDS = {"none": "无", "independent": "独立", "joint": "联合"}
FLAGS = ("joint_lead", "instructor", "five_good", "directly_managed")


def in_chinese(register: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The register as a Chinese office would write it: names for ids, 是 and 否, and Chinese headers."""
    districts = {row.id: row.name_zh for row in study.districts}
    categories = {row.id: row.zh for row in study.settings.categories}
    texts = register.assign(
        district=register["district"].map(districts),
        category=register["category"].map(categories),
        organisation=register["organisation"].map(WORDS),
        **{name: register[name].map({0: "否", 1: "是"}) for name in FLAGS},
    )
    return texts.rename(columns=HEADERS)


@pytest.fixture(scope="session")
def register(suzhou: Study) -> pd.DataFrame:
    """Every fiftieth enterprise of the synthetic register, its joint organisations made independent ones."""
    some = register_of(suzhou).iloc[::50].reset_index(drop=True)
    texts = some.astype({"district": "str", "category": "str", "organisation": "str"})
    joint = texts["organisation"] == "joint"
    return texts.assign(
        enterprise=range(1, len(some) + 1),
        organisation=texts["organisation"].mask(joint, "independent"),
        joint_lead=0,
    )


@pytest.fixture(scope="session")
def forms(register: pd.DataFrame, suzhou: Study, tmp_path_factory: pytest.TempPathFactory) -> dict[str, RegisterInput]:
    """The register in every form that is a file."""
    place = tmp_path_factory.mktemp("forms")
    chinese = in_chinese(register, suzhou)
    register.to_csv(place / "plain.csv", index=False)
    chinese.to_csv(place / "bom.csv", index=False, encoding="utf-8-sig")
    chinese.to_csv(place / "gb.csv", index=False, encoding="gb18030")
    chinese.to_csv(place / "tabs.tsv", index=False, sep="\t", lineterminator="\r\n")
    chinese.to_excel(place / "sheet.xlsx", index=False, startrow=1)
    register.to_parquet(place / "plain.parquet", row_group_size=500)
    (place / "folder").mkdir()
    chinese.iloc[:2000].to_parquet(place / "folder" / "a.parquet")
    chinese.iloc[2000:].to_parquet(place / "folder" / "b.parquet")
    with sqlite3.connect(place / "register.db") as base:
        register.to_sql("enterprises", base, index=False)
    paths = ("plain.csv", "bom.csv", "gb.csv", "tabs.tsv", "sheet.xlsx", "plain.parquet", "folder")
    found = {name: RegisterInput(path=str(place / name)) for name in paths}
    url = f"sqlite:///{place / 'register.db'}"
    return found | {"sqlite": RegisterInput(url=url, query="select * from enterprises")}


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server."""
    if programs() is None:
        pytest.skip("no PostgreSQL on this machine (Debian: apt-get install postgresql)")
    os.environ["WORKBOOK_PASSWORD"] = PASSWORD
    with postgresql() as found:
        yield found
