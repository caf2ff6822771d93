"""One register in many forms, counted by many engines, is the same cells."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
import sqlalchemy

from analysis.coverage import clusters
from analysis.coverage.cells import compress
from analysis.coverage.opening import count
from analysis.errors import DataError
from analysis.input_models import RegisterInput
from analysis.study import Study
from tests.sources.registers.servers import PASSWORD, Server

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


@pytest.fixture(scope="module")
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


FORMS = ("plain.csv", "bom.csv", "gb.csv", "tabs.tsv", "sheet.xlsx", "plain.parquet", "folder", "sqlite")


@pytest.mark.parametrize("form", FORMS)
def test_a_register_in_any_form_is_the_same_cells(
    form: str, forms: dict[str, RegisterInput], register: pd.DataFrame, suzhou: Study
) -> None:
    cells, report = count(forms[form], suzhou)
    pd.testing.assert_frame_equal(cells, compress(register))
    assert (report.read, report.kept, report.rejected) == (len(register), len(register), 0)


def test_postgresql_gives_the_same_cells_and_never_tells_the_password(
    server: Server, register: pd.DataFrame, suzhou: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = server.url.replace("postgresql:", "postgresql+psycopg:").replace("${REGISTER_PASSWORD}", PASSWORD)
    engine = sqlalchemy.create_engine(url)
    in_chinese(register, suzhou).to_sql("enterprises", engine, index=False, if_exists="replace")
    engine.dispose()
    settings = RegisterInput(url=server.url, query="select * from enterprises")
    cells, report = count(settings, suzhou)
    pd.testing.assert_frame_equal(cells, compress(register))
    assert PASSWORD not in report.to_json()
    monkeypatch.setenv("REGISTER_PASSWORD", "wrong sesame")
    with pytest.raises(DataError, match="password authentication failed") as caught:
        count(settings, suzhou)
    assert "sesame" not in str(caught.value)


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """A Dask cluster of two worker processes."""
    with clusters.cluster("local") as found:
        yield found


@pytest.mark.parametrize("form", ["plain.csv", "gb.csv", "plain.parquet"])
def test_dask_with_two_worker_processes_gives_the_same_cells(
    form: str,
    client: Any,
    forms: dict[str, RegisterInput],
    register: pd.DataFrame,
    suzhou: Study,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clusters, "PART", 100_000)
    monkeypatch.setattr(clusters, "ROWS", 2_500)
    cells, report = clusters.counting(client)(forms[form], suzhou)
    pd.testing.assert_frame_equal(cells, compress(register))
    assert report.read == len(register)


def test_a_dask_worker_that_dies_takes_nothing_with_it(
    client: Any, forms: dict[str, RegisterInput], register: pd.DataFrame, suzhou: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os
    import signal
    from threading import Timer

    monkeypatch.setattr(clusters, "PART", 50_000)
    victim = next(iter(client.run(os.getpid).values()))
    timer = Timer(0.15, os.kill, (victim, signal.SIGKILL))
    timer.start()
    cells, _ = clusters.counting(client)(forms["plain.csv"], suzhou)
    timer.join()
    pd.testing.assert_frame_equal(cells, compress(register))


def test_a_frame_that_is_there_already_gives_the_same_cells(register: pd.DataFrame, suzhou: Study) -> None:
    before = register.copy()
    pd.testing.assert_frame_equal(clusters.cells_of_frame(register, suzhou).table, compress(register))
    pd.testing.assert_frame_equal(register, before)
    with pytest.raises(DataError, match="rows that cannot be used"):
        clusters.cells_of_frame(register.assign(staff=-1), suzhou)


def test_a_local_spark_gives_the_same_cells(register: pd.DataFrame, suzhou: Study) -> None:
    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed")
    spark = sql.SparkSession.builder.master("local[2]").getOrCreate()
    try:
        frame = spark.createDataFrame(register)
        pd.testing.assert_frame_equal(clusters.cells_of_frame(frame, suzhou).table, compress(register))
    finally:
        spark.stop()
