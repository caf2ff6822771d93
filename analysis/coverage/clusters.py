"""Registers counted on a Dask cluster: the same function, the same cells."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.coverage.opening import Count
from analysis.coverage.registered import Source, by_duckdb, read, source_of
from analysis.errors import DataError, Problem, WorkbookError, reason_of
from analysis.input_models import RegisterInput
from analysis.messages import said
from analysis.sources.register import ROWS
from analysis.sources.registers.readers.csv_files import scan
from analysis.sources.registers.readers.raw import Raw, files_of, located, opened, quoted
from analysis.sources.registers.report import Report
from analysis.study import Study

if TYPE_CHECKING:
    from dask.distributed import Client

PART = 64 << 20  # bytes of a text file that a worker reads at once
ALONE = "120s"  # how long a cluster of our own may be without a worker: one that does not start again is not waited for
ROWS_AT_ONCE = 2_000_000  # rows of a Parquet file that a worker reads at once


@contextmanager
def cluster(address: str) -> Iterator[Client]:
    """A Dask cluster: one that runs at an address, or two worker processes on this machine for `local`.

    Raises
    ------
    WorkbookError
        When Dask is not installed or nobody answers.
    """
    try:
        from dask import config
        from dask.distributed import Client, LocalCluster
    except ImportError:
        raise WorkbookError('--cluster: Dask is not installed; pip install "coverage-workbook[cluster]"') from None
    if address == "local":
        with (
            config.set({"distributed.scheduler.no-workers-timeout": ALONE}),
            LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs=50) as own,
            Client(own) as client,
        ):
            yield client
        return
    try:
        client = Client(address, timeout=10)
    except (OSError, ValueError) as error:
        what = '--cluster "{address}": nobody answers ({reason}); allowed: tcp://host:port'
        raise WorkbookError(said(what, address=address, reason=reason_of(error))) from None
    with client:
        yield client


def counting(client: Client) -> Count:
    """What counts a register on a cluster; its files must lie where the workers see them under the same path.

    The workers group the rows of their part of it; what these kinds of rows mean is asked here, as on one machine. A text
    file of which not every line is a row is read on one machine.
    """

    def count(settings: RegisterInput, study: Study) -> tuple[pd.DataFrame, Report]:
        with opened(settings, study.folder) as raw:
            source = source_of(raw, settings, study)
            if settings.url or settings.path.lower().endswith(".xlsx"):
                return read(source)  # a database's rows and a sheet come through one door anyway
            parts = list(_parts(located(settings.path, study.folder), raw))
            return read(source, first=lambda source: _grouped(client, parts, source))

    return count


@dataclass(frozen=True)
class Part:
    """What one worker reads: row groups of a Parquet file, or bytes of a text file.

    Parameters
    ----------
    size
        Of the whole file, in bytes: another size is another file.
    names, delimiter
        Of a text file's columns, and what stands between them.
    """

    file: str
    size: int
    start: int
    stop: int
    names: tuple[str, ...] = ()
    delimiter: str = ""


def _grouped(client: Client, parts: list[Part], source: Source) -> None:
    """The table `kinds` by the workers, each of a part of the file."""
    from dask.distributed import KilledWorker, as_completed
    from distributed.scheduler import NoWorkerError

    if not parts:
        by_duckdb(source)
        return
    connection, selected = source.raw.connection, source.rules.selected(source.raw.types)
    try:
        begun = False
        for _, table in as_completed(client.map(_kinds, parts, selected=selected, pure=False), with_results=True):
            connection.register("more", table)
            connection.execute("INSERT INTO parts FROM more" if begun else "CREATE OR REPLACE TABLE parts AS FROM more")
            begun = True
        rows = f"CAST(sum({quoted(ROWS)}) AS BIGINT) AS {quoted(ROWS)}"
        keys = ", ".join(map(quoted, source.rules.used))
        connection.execute(f"CREATE OR REPLACE TABLE kinds AS SELECT {keys}, {rows} FROM parts GROUP BY ALL")
        return
    except (KilledWorker, NoWorkerError):
        what, allowed = "the cluster's workers ended again and again, or none is left", "workers with more memory"
    except FileNotFoundError as error:
        what = said("a worker of the cluster does not see {file}", file=error.filename)
        allowed = "a place all machines see under one path"
    except OSError as error:
        what = said("the cluster cannot be reached any more: {reason}", reason=reason_of(error))
        allowed = "one that runs until the register is counted"
    except ModuleNotFoundError as error:
        what = said("the cluster has no {name}", name=error.name)
        allowed = "this program and its packages on every machine"
    raise DataError(
        Problem(source.raw.where, what, allowed=said("{allowed}; or none: leave out --cluster", allowed=allowed))
    )


def _kinds(part: Part, selected: str) -> Any:
    """A part's rows, grouped by what lies in them."""
    import duckdb

    try:
        size = Path(part.file).stat().st_size
    except OSError as error:
        raise FileNotFoundError(error.errno, "not there", part.file) from None
    if size != part.size:
        what = said(
            "is another file to a worker of the cluster: {there:,} bytes there, {here:,} here",
            there=size,
            here=part.size,
        )
        raise DataError(Problem(part.file, what, allowed="the same files on every machine"))
    with duckdb.connect() as connection, TemporaryDirectory(prefix="register-") as place:
        connection.execute("SET threads = 1")
        if part.delimiter:
            with open(part.file, "rb") as stream:
                stream.seek(part.start)
                file = Path(place) / "part.csv"
                file.write_bytes(stream.read(part.stop - part.start))
            table = scan(file, part.names, part.delimiter, skip=0)
        else:
            import pyarrow.parquet

            groups = list(range(part.start, part.stop))
            connection.register("part", pyarrow.parquet.ParquetFile(part.file).read_row_groups(groups))
            table = "part"
        return connection.sql(
            f"SELECT {selected}, count(*) AS {quoted(ROWS)} FROM {table} GROUP BY ALL"
        ).to_arrow_table()


def _parts(path: Path, raw: Raw) -> Iterator[Part]:
    """The parts of a file; none of a text file that has to be read line by line."""
    if path.is_dir() or path.suffix.lower() == ".parquet":
        import pyarrow.parquet

        for file in files_of(path):
            metadata = pyarrow.parquet.ParquetFile(file).metadata
            start = rows = 0
            for number in range(metadata.num_row_groups):
                rows += metadata.row_group(number).num_rows
                if rows >= ROWS_AT_ONCE or number == metadata.num_row_groups - 1:
                    yield Part(str(file), file.stat().st_size, start, number + 1)
                    start, rows = number + 1, 0
    elif raw.exactly is not None:
        for start, stop in _ranges(path):
            yield Part(str(path), path.stat().st_size, start, stop, raw.names, raw.delimiter)


def _ranges(path: Path) -> Iterator[tuple[int, int]]:
    """Ranges of bytes that end with a line; the line of names is left out."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        stream.readline()
        start = stream.tell()
        while start < size:
            stream.seek(min(start + PART, size))
            stream.readline()
            stop = stream.tell()
            yield start, stop
            start = stop
