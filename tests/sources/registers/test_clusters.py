"""Registers counted over machines: the same cells and faults as on one, and one clear message where it cannot be."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from threading import Timer
from typing import Any

import pandas as pd
import pytest
from dask import distributed

from analysis.commands import registers
from analysis.coverage import clusters
from analysis.coverage.cells import compress
from analysis.coverage.opening import count
from analysis.errors import DataError
from analysis.input_models import RegisterInput
from analysis.study import ROOT, Study
from tests.sources.registers.machines import machines


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A cluster whose workers have another folder, and share none of this process's memory."""
    with machines(tmp_path_factory.mktemp("elsewhere")) as address, clusters.cluster(address) as found:
        found.wait_for_workers(2, timeout=60)
        yield found


@pytest.fixture(autouse=True)
def _many_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "PART", 100_000)
    monkeypatch.setattr(clusters, "ROWS_AT_ONCE", 2_500)


@pytest.mark.parametrize("form", ["plain.csv", "gb.csv", "plain.parquet"])
def test_two_worker_processes_give_the_same_cells(
    form: str, client: Any, forms: dict[str, RegisterInput], register: pd.DataFrame, suzhou: Study
) -> None:
    cells, report = clusters.counting(client)(forms[form], suzhou)
    pd.testing.assert_frame_equal(cells, compress(register))
    assert (report.read, report.kept) == (len(register), len(register))


def test_workers_that_are_started_for_it_give_the_same_cells(
    forms: dict[str, RegisterInput], register: pd.DataFrame, suzhou: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = partial(distributed.LocalCluster, processes=False)  # quick to start; `make soak` has processes
    monkeypatch.setattr(distributed, "LocalCluster", threads)
    monkeypatch.setattr(clusters, "ALONE", "1s")
    with clusters.cluster("local") as own:
        pd.testing.assert_frame_equal(clusters.counting(own)(forms["plain.parquet"], suzhou)[0], compress(register))
        own.cluster.scale(0)
        with pytest.raises(DataError, match="workers ended again and again, or none is left"):
            clusters.counting(own)(forms["plain.parquet"], suzhou)


def test_a_worker_that_dies_takes_nothing_with_it(
    client: Any, forms: dict[str, RegisterInput], register: pd.DataFrame, suzhou: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters, "PART", 50_000)
    victim = next(iter(client.run(os.getpid).values()))
    timer = Timer(0.15, os.kill, (victim, signal.SIGKILL))
    timer.start()
    cells, _ = clusters.counting(client)(forms["plain.csv"], suzhou)
    timer.join()
    pd.testing.assert_frame_equal(cells, compress(register))


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_the_faults_of_a_file_are_the_same_whoever_reads_it(
    encoding: str, client: Any, register: pd.DataFrame, suzhou: Study, tmp_path: Path
) -> None:
    lines = register.assign(township="玉山镇").to_csv(index=False).encode(encoding).split(b"\n")
    lines[300] = lines[300].replace("玉山镇".encode(encoding), "玉山".encode(encoding) + b"\xff")
    lines[900] += b",one more"
    lines[1500] = lines[1500].partition(b",")[0]
    lines[2100] = lines[2100].replace(b",private,", b",privat,").replace(b",individual,", b",privat,")
    lines[-400] = lines[-400].replace(b",", b',"', 1)
    path = tmp_path / "a.csv"
    path.write_bytes(b"\n".join(lines))
    settings = RegisterInput(path=str(path), most_rejected_rate=1)
    alone, of_one = count(settings, suzhou)
    together, of_many = clusters.counting(client)(settings, suzhou)
    pd.testing.assert_frame_equal(alone, together)
    assert of_one == of_many
    assert [fault.row for fault in of_one.first][:4] == [301, 901, 1501, 2101]
    assert of_one.rejected >= 5


def test_a_worker_that_does_not_see_the_file_is_told(
    client: Any, register: pd.DataFrame, suzhou: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    register.to_csv("a.csv", index=False)
    own = Path("/proc/self/cwd/a.csv")  # another file to every process that works elsewhere
    if not own.is_file():
        pytest.skip("no /proc on this machine")
    message = (
        "a worker of the cluster does not see /proc/self/cwd/a.csv; allowed: a place all machines see under one path"
    )
    with pytest.raises(DataError, match=message):
        clusters.counting(client)(RegisterInput(path=str(own)), suzhou)
    (elsewhere,) = set(client.run(os.getcwd).values())
    shutil.copy("a.csv", elsewhere)
    with Path(elsewhere, "a.csv").open("a") as stream:
        stream.write("1\n")
    with pytest.raises(DataError, match=r"is another file to a worker of the cluster: [\d,]+ bytes there"):
        clusters.counting(client)(RegisterInput(path=str(own)), suzhou)


def test_the_command_counts_over_machines(client: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = shutil.copytree(ROOT / "tests" / "studies" / "harbour-2024", tmp_path / "harbour-2024")
    with (study / "register" / "enterprises.csv").open("a", encoding="utf-8", newline="") as stream:
        stream.write("161,码头街道,合伙企业,7,0,0,无,否,否,否\r\n")  # a register of which nothing is kept yet
    registers.count(str(study), cluster=client.scheduler.address)
    assert capsys.readouterr().out.startswith("162 rows in the file = 1 header + 161 kept + 0 rejected; ")
