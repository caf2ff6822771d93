"""One register in many forms, counted by many engines, is the same cells."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.coverage.cells import compress
from analysis.coverage.opening import count
from analysis.errors import DataError
from analysis.front.brought import brought
from analysis.input_models import RegisterInput
from analysis.study import Study
from tests.sources.registers.conftest import in_chinese
from tests.sources.registers.servers import PASSWORD, Server

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
    server.hold("enterprises", in_chinese(register, suzhou))
    settings = RegisterInput(url=server.url, query="select * from enterprises")
    cells, report = count(settings, suzhou)
    pd.testing.assert_frame_equal(cells, compress(register))
    assert PASSWORD not in report.to_json()
    monkeypatch.setenv("WORKBOOK_PASSWORD", "wrong sesame")
    with pytest.raises(DataError, match="password authentication failed") as caught:
        count(settings, suzhou)
    assert "sesame" not in str(caught.value)


def test_a_frame_that_is_there_already_gives_the_same_cells(register: pd.DataFrame, suzhou: Study) -> None:
    before = register.copy()
    pd.testing.assert_frame_equal(brought(suzhou, register, ())[1].table, compress(register))
    pd.testing.assert_frame_equal(register, before)
    with pytest.raises(DataError, match="5,060 of 5,060 rows cannot be used"):
        brought(suzhou, register.assign(staff=-1), ())


def test_a_local_spark_gives_the_same_cells(register: pd.DataFrame, suzhou: Study) -> None:
    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed")
    spark = sql.SparkSession.builder.master("local[2]").getOrCreate()
    try:
        frame = spark.createDataFrame(register)
        pd.testing.assert_frame_equal(brought(suzhou, frame, ())[1].table, compress(register))
    finally:
        spark.stop()
