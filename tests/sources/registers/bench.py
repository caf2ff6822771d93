"""Registers of many sizes to cells, beside a bare GROUP BY: `python -m tests.sources.registers.bench [largest]`.

Every measurement is a process of its own, so that its peak of memory is its own.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

from analysis.coverage.cells import KEYS, MEASURES
from analysis.coverage.registered import REPEATS_UP_TO
from analysis.study import ROOT, Study, open_study

STUDY = "suzhou-2003"
SIZES = (252_963, 10_000_000)
LARGEST = 100_000_000
TURNS = {252_963: 7, 10_000_000: 7, LARGEST: 1}


def main(largest: int = LARGEST) -> None:
    """Measure and print, the smallest first; Dask and pandas up to ten million rows."""
    sizes = (*SIZES, *((LARGEST,) if largest >= LARGEST else ()))
    print(f"{'rows':>11}  {'what':34} {'seconds':>8}  {'of the bare query':>17}  {'peak GiB':>8}")
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_FOLDER")) as place:
        for size in sizes:
            file = Path(place) / f"{size}.parquet"
            generated(file, size)
            ways = [
                "bare",
                "cells",
                "again",
                "dask",
                *(["pandas"] if size < LARGEST else []),  # the largest takes pandas tens of GiB
            ]
            _rows(file, size, ways)
            if size == 10_000_000:
                text = file.with_suffix(".csv")
                as_text(file, text)
                _rows(text, size, ["bare", "cells", "again"])
                text.unlink()
            file.unlink()


def generated(file: Path, size: int) -> None:
    """A register as large as asked for: the synthetic one over and over, staff and members moved a little."""
    import duckdb

    from analysis.sources.synthetic import register_of

    register = register_of(open_study(STUDY))
    connection = duckdb.connect()
    connection.execute("SET memory_limit = '4GiB'")
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET enable_progress_bar = false")
    connection.register("register", register.astype({"district": "str", "category": "str", "organisation": "str"}))
    copies = -(-size // len(register))
    connection.execute(
        f"COPY (SELECT (enterprise + copy * {len(register)})::BIGINT AS enterprise, district, category, "
        "(CASE WHEN copy = 0 THEN staff ELSE staff + (hash(enterprise, copy) % 5)::INT END)::INT AS staff, members, "
        "full_members, organisation, joint_lead, instructor, five_good, directly_managed "
        f"FROM register, (SELECT range AS copy FROM range({copies})) LIMIT {size}) TO '{file}' (FORMAT parquet)"
    )


def as_text(file: Path, target: Path) -> None:
    """The same register as CSV."""
    import duckdb

    duckdb.execute(f"COPY (SELECT * FROM read_parquet('{file}')) TO '{target}' (FORMAT csv, HEADER)")


def bare(file: Path) -> int:
    """A GROUP BY over the same columns, as one would type it: the keys, and a sum of each number.

    Of a register in which repeats are looked for, the ids of enterprises are read too: the largest of each group.
    """
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET memory_limit = '4GiB'")
    source = f"read_parquet('{file}')"
    if file.suffix == ".csv":  # most ids of districts are digits, some are not
        texts = ", ".join(f"'{name}': 'VARCHAR'" for name in ("district", "category", "organisation"))
        source = f"read_csv('{file}', types = {{{texts}}})"
    sums = "count(*), sum(staff), sum(members), sum(full_members), sum(joint_lead), sum(five_good * joint_lead)"
    if int(file.stem) <= REPEATS_UP_TO:
        sums += ", max(enterprise)"
    keys = ", ".join(
        {"staff": "least(staff, 300)", "members": "least(members, 50)", "full_members": "least(full_members, 50)"}.get(
            key, key
        )
        for key in KEYS
    )
    found = connection.sql(f"SELECT {keys}, {sums} FROM {source} GROUP BY ALL").to_arrow_table()
    return int(found.num_rows)


def cells(study: Study, cache: Path) -> int:
    """The cells of a study with a register."""
    from analysis.coverage.opening import cells_of_register

    return len(cells_of_register(study, cache=cache).table)


def dask(study: Study, cache: Path) -> int:
    """The same on a cluster of two worker processes; their memory is not in the peak."""
    from analysis.coverage import clusters
    from analysis.coverage.opening import cells_of_register

    with clusters.cluster("local") as client:
        start = time.perf_counter()
        found = len(cells_of_register(study, cache=cache, by=clusters.counting(client)).table)
        print(time.perf_counter() - start, file=sys.stderr)
    return found


def pandas(file: Path) -> int:
    """The whole register in memory, and the same function."""
    import pandas as pd

    from analysis.coverage.cells import compress

    return len(compress(pd.read_parquet(file)))


def _study(file: Path) -> Study:
    study = open_study(STUDY)
    given = {"input": "register", "register": {"path": str(file)}}
    plain = study.settings.model_dump(by_alias=True) | given
    return replace(study, settings=type(study.settings).model_validate(plain))


def _rows(file: Path, size: int, ways: list[str]) -> None:
    base = 0.0
    with tempfile.TemporaryDirectory(dir=file.parent) as kept:
        for way in ways:
            turns = TURNS[size] if way != "dask" else 1
            measured = [_alone(way, file, Path(kept) / (way if way == "dask" else f"{turn}")) for turn in range(turns)]
            seconds, peak = median(one for one, _ in measured), max(one for _, one in measured)
            base = base or seconds
            what = {"cells": "to cells, checked", "again": "a second opening"}.get(way, way) + f", {file.suffix[1:]}"
            print(f"{size:>11,}  {what:34} {seconds:>8.3f}  {seconds / base:>17.2f}  {peak:>8.2f}", flush=True)


def _alone(way: str, file: Path, cache: Path) -> tuple[float, float]:
    """Seconds and GiB of one measurement in a process of its own, imports not counted."""
    command = [sys.executable, "-m", "tests.sources.registers.bench", "one", way, str(file), str(cache)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, peak = done.stdout.split()
    return float(seconds), float(peak)


def one(way: str, file: Path, cache: Path) -> None:
    """One measurement."""
    import duckdb  # noqa: F401
    import pyarrow.parquet  # noqa: F401

    from analysis.coverage.opening import cells_of_register

    with tempfile.TemporaryDirectory() as warm:
        cells_of_register(open_study(ROOT / "tests" / "studies" / "harbour-2024"), cache=Path(warm))
    study = _study(file)
    start = time.perf_counter()
    if way == "dask":
        from contextlib import redirect_stderr
        from io import StringIO

        with redirect_stderr(StringIO()) as told:
            dask(study, cache)
        seconds = float(told.getvalue().split()[-1])
    else:
        {"bare": bare, "pandas": pandas}[way](file) if way in ("bare", "pandas") else cells(study, cache)
        seconds = time.perf_counter() - start
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)


assert len(MEASURES) == 6  # the bare query sums as many

if __name__ == "__main__":
    if sys.argv[1:2] == ["one"]:
        one(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
    else:
        main(*map(int, sys.argv[1:]))
