"""Registers counted on a Dask cluster, or from a frame the user brings: the same function, the same cells."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.coverage.cells import KEYS, MAY_HAVE, Cells, compress
from analysis.coverage.cells import ROWS as COUNT_OF_ROWS
from analysis.coverage.checking import is_sound, translated
from analysis.coverage.opening import Count, as_cells
from analysis.coverage.registered import Source, by_duckdb, read, source_of
from analysis.errors import DataError, Problem, WorkbookError, reason_of
from analysis.input_models import RegisterInput
from analysis.sources.registers.columns import Mapping as Columns
from analysis.sources.registers.csv_files import encoding_of, header_of, scan
from analysis.sources.registers.expressions import projection, quoted
from analysis.sources.registers.names import known_names
from analysis.sources.registers.persons_in_tables import refuse_persons_in_frame
from analysis.sources.registers.raw import files_of, located, opened
from analysis.sources.registers.report import Report
from analysis.study import Study

if TYPE_CHECKING:
    from dask.distributed import Client

PART = 64 << 20  # bytes of a text file that a worker reads at once
ALONE = "120s"  # how long a cluster of our own may be without a worker: one that does not start again is not waited for
ROWS = 2_000_000  # rows of a Parquet file that a worker reads at once


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
        raise WorkbookError(
            f'--cluster "{address}": nobody answers ({reason_of(error)}); allowed: tcp://host:port'
        ) from None
    with client:
        yield client


def counting(client: Client) -> Count:
    """What counts a register on a cluster; its files must lie where the workers see them under the same path.

    The workers say what a register without faults comes to. One with faults is read by DuckDB, which names them.
    """

    def count(settings: RegisterInput, study: Study) -> tuple[pd.DataFrame, Report]:
        with opened(settings, study.folder) as raw:
            source = source_of(raw, settings, study)
            if settings.url or settings.path.lower().endswith(".xlsx"):
                return read(source)  # a database's rows and a sheet come through one door anyway
            parts = list(_parts(located(settings.path, study.folder), source))
            return read(source, first=lambda source: _first(client, parts, source))

    return count


def cells_of_frame(frame: Any, study: Study) -> Cells:
    """The cells of a frame that is there already: pandas, polars, DuckDB, Dask or Spark, with columns as we name them.

    Parameters
    ----------
    frame
        Columns as in `sources.register`, in whole numbers and text; it is not changed. In others persons are looked for.

    Raises
    ------
    DataError
        When anything is about persons, or rows cannot be used. Written to Parquet, `workbook check` says which.
    """
    looked = refuse_persons_in_frame(frame, {*KEYS, *MAY_HAVE, "joint_lead", COUNT_OF_ROWS}, "the frame")
    cells = translated(compress(frame), known_names(study, {}))
    if not is_sound(cells):
        what = "holds rows that cannot be used"
        raise DataError(Problem("the frame", what, allowed="write it to Parquet; `workbook check` tells every fault"))
    rows = int(cells["enterprises"].sum())
    return as_cells(
        cells, Report("a frame", read=rows, kept=rows, rejected=0, looked_for_repeats=False, notes=looked.notes)
    )


@dataclass(frozen=True)
class Part:
    """What one worker reads: row groups of a Parquet file, or bytes of a text file.

    Parameters
    ----------
    size
        Of the whole file, in bytes: another size is another file.
    """

    file: str
    size: int
    start: int
    stop: int
    names: tuple[str, ...] = ()
    delimiter: str = ""
    encoding: str = ""


def typed(rows: Any, columns: Columns, types: dict[str, str]) -> pd.DataFrame:
    """Rows as the register has them, in memory, with our columns: what DuckDB does to a whole file."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        connection.register("part", rows)
        found: pd.DataFrame = connection.sql(f"SELECT {projection(columns, types)} FROM part").df()
        return found


def _first(client: Client, parts: list[Part], source: Source) -> pd.DataFrame:
    """The cells of every row by the workers, or by DuckDB where a part of the file has a fault."""
    found = _on(client, parts, source)
    has_leads = "joint_lead" in source.columns.theirs
    return found if is_sound(translated(found, source.names), has_leads=has_leads) else by_duckdb(source)


def _on(client: Client, parts: list[Part], source: Source) -> pd.DataFrame:
    import dask.dataframe as dd
    from dask import config
    from dask.distributed import KilledWorker
    from distributed.scheduler import NoWorkerError

    columns, types = source.columns, source.raw.types
    from_map: Any = dd.from_map
    frame = from_map(_read, parts, mapping=columns, types=types, meta=_plain(_none(columns, types)))
    try:
        with warnings.catch_warnings(), config.set({"dataframe.shuffle.method": "tasks"}):
            warnings.simplefilter("ignore", FutureWarning)  # narwhals speaks of where its part for Dask will live
            return compress(frame)
    except (KilledWorker, NoWorkerError):
        what, allowed = "the cluster's workers ended again and again, or none is left", "workers with more memory"
    except FileNotFoundError as error:
        what, allowed = (
            f"a worker of the cluster does not see {error.filename}",
            "a place all machines see under one path",
        )
    except ModuleNotFoundError as error:
        what, allowed = f"the cluster has no {error.name}", "this program and its packages on every machine"
    raise DataError(Problem(source.raw.where, what, allowed=f"{allowed}; or none: leave out --cluster"))


def _read(part: Part, mapping: Columns, types: dict[str, str]) -> pd.DataFrame:
    """A part's rows with our columns; of one with a line that is no row, a single row that cannot be used."""
    if (size := _size(part.file)) != part.size:
        what = f"is another file to a worker of the cluster: {size:,} bytes there, {part.size:,} here"
        raise DataError(Problem(part.file, what, allowed="the same files on every machine"))
    used = [name for name in types if name in mapping.theirs.values()]
    if not part.delimiter:
        import pyarrow.parquet

        file = pyarrow.parquet.ParquetFile(part.file)
        used = [name for name in used if name != mapping.theirs.get("enterprise")]
        return _plain(typed(file.read_row_groups(list(range(part.start, part.stop)), columns=used), mapping, types))
    rows = _lines(part, used)
    return _plain(_none(mapping, types, rows=1) if rows is None else typed(rows, mapping, types))


def _size(file: str) -> int:
    try:
        return Path(file).stat().st_size
    except OSError as error:
        raise FileNotFoundError(error.errno, "not there", file) from None


def _lines(part: Part, used: list[str]) -> Any:
    """The rows of a range of bytes as DuckDB reads them, or nothing where one of its lines is no row."""
    import duckdb

    with open(part.file, "rb") as stream, TemporaryDirectory(prefix="register-") as place:
        stream.seek(part.start)
        content = stream.read(part.stop - part.start)
        try:
            text = content if part.encoding == "utf-8" else content.decode(part.encoding).encode()
        except UnicodeDecodeError:
            return None
        file = Path(place) / "part.csv"
        file.write_bytes(text)
        with duckdb.connect() as connection:
            connection.execute("SET threads = 1")
            table = scan(file, part.names, part.delimiter, skip=0)
            rows = connection.sql(f"SELECT {', '.join(map(quoted, used))} FROM {table}").to_arrow_table()
            broken = connection.execute("SELECT count(*) FROM reject_errors").fetchall()
            return rows if broken == [(0,)] else None


def _none(mapping: Columns, types: dict[str, str], *, rows: int = 0) -> pd.DataFrame:
    """No rows with our columns, or empty ones, which cannot be used."""
    empty = pd.DataFrame({name: pd.Series([""] * rows, dtype="str") for name in types})
    return typed(empty, mapping, dict.fromkeys(types, "VARCHAR"))


def _plain(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.astype(dict.fromkeys(rows.select_dtypes("number").columns, "int64"))


def _parts(path: Path, source: Source) -> Iterator[Part]:
    if path.is_dir() or path.suffix.lower() == ".parquet":
        import pyarrow.parquet

        for file in files_of(path):
            metadata = pyarrow.parquet.ParquetFile(file).metadata
            start = rows = 0
            for number in range(metadata.num_row_groups):
                rows += metadata.row_group(number).num_rows
                if rows >= ROWS or number == metadata.num_row_groups - 1:
                    yield Part(str(file), file.stat().st_size, start, number + 1)
                    start, rows = number + 1, 0
        return
    encoding = encoding_of(path)
    names, delimiter = header_of(path, encoding)
    for start, stop in _ranges(path):
        yield Part(str(path), path.stat().st_size, start, stop, tuple(names), delimiter, encoding)


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
