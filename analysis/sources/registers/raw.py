"""A register as it lies in a file, ready to be read by DuckDB: nothing is read before it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from analysis.errors import DataError, Problem, reason_of
from analysis.input_models import RegisterInput

if TYPE_CHECKING:
    import duckdb

Watch = Callable[["duckdb.DuckDBPyConnection"], AbstractContextManager[object]]

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".parquet")
ALLOWED = "a .csv, .tsv, .xlsx or .parquet file, or a folder of .parquet files"


@dataclass(frozen=True)
class Sample:
    """Rows of a register: what stands after FROM, and whether they are `all` of it or `sampled`."""

    table: str
    extent: str = "all"


@dataclass(frozen=True, eq=False)
class Raw:
    """A register before its columns are known.

    Parameters
    ----------
    connection
        DuckDB, with the memory limit set.
    table
        What stands after FROM.
    row
        The SQL of a row's number, from 1, where `numbered` stands after FROM; and the word for it.
    types
        From each header to DuckDB's type, in the order of the columns.
    where
        The file, for messages.
    offset
        Lines that stand above the first row.
    sample
        Rows in which persons are looked for in some columns; those are read when they are asked for.
    ends
        The smallest and the largest number of a column over all rows, where the file itself says so.
    unreadable
        Whether lines that are no rows are set aside by DuckDB in `reject_errors`.
    retyped
        Of a text file: the same table with some columns read as numbers, which is quicker; a line in which one of them
        is none is then set aside as no row.
    replaced
        Whether bytes of the file are no text, and a sign stands in their place.
    notes
        What a reader should know, such as a hidden sheet left out.
    """

    connection: duckdb.DuckDBPyConnection
    table: str
    types: dict[str, str]
    where: str
    sample: Callable[[Sequence[str]], Sample]
    numbered: str = ""
    row: str = "row_number() OVER ()"
    offset: int = 0
    unreadable: bool = False
    replaced: bool = False
    has_files: bool = False
    notes: tuple[str, ...] = ()
    retyped: Callable[[Collection[str]], str] | None = None
    ends: Callable[[str], tuple[int, int] | None] = lambda _: None


@contextmanager
def opened(settings: RegisterInput, folder: Path, *, watch: Watch = nullcontext) -> Iterator[Raw]:
    """A register ready to be read; temporary files are gone afterwards.

    Parameters
    ----------
    folder
        The study's folder, which a path is relative to.
    watch
        What follows DuckDB's progress while the register is open.

    Raises
    ------
    DataError
        When it is not there, or no register.
    """
    import duckdb

    from analysis.sources.registers import csv_files, databases, parquet_files, sheets

    with TemporaryDirectory(prefix="register-") as place:
        connection = _connection(settings.memory, Path(place))
        try:
            with watch(connection):
                if settings.url:
                    yield databases.raw(connection, settings, folder, Path(place))
                    return
                path = located(settings.path, folder)
                read = {".xlsx": sheets.raw, ".parquet": parquet_files.raw}.get(_suffix(path), csv_files.raw)
                yield read(connection, path, settings, Path(place))
        except duckdb.Error as error:
            raise refused(Path(settings.path).name or "the database's rows", error) from None
        finally:
            connection.close()


def located(name: str, folder: Path) -> Path:
    """The file or folder of a register.

    Raises
    ------
    DataError
        When there is none, or none of a kind that can be read.
    """
    path = Path(name).expanduser() if Path(name).expanduser().is_absolute() else folder / name
    if not path.exists():
        raise DataError(Problem(str(path), "there is no such file", allowed=ALLOWED))
    if path.is_dir() and not any(path.glob("*.parquet")):
        raise DataError(Problem(str(path), "holds no .parquet file", allowed=ALLOWED))
    if path.is_file() and path.suffix.lower() not in SUFFIXES:
        raise DataError(Problem(path.name, "is of an unknown kind", path.suffix or "no ending", ALLOWED))
    if path.is_file() and path.stat().st_size == 0:
        raise DataError(Problem(path.name, "the file is empty", allowed="a header line and rows under it"))
    return path


def files_of(path: Path) -> list[Path]:
    """The files a register is made of: itself, or those of a folder, in the order of their names."""
    return sorted(path.glob("*.parquet")) if path.is_dir() else [path]


def refused(where: str, error: Exception) -> DataError:
    """What DuckDB says of a file it cannot read, in one line."""
    return DataError(unreadable(where, error))


def unreadable(where: str, error: Exception) -> Problem:
    """What a reader says of a file, in one line, and in our words where it has a cause that we know."""
    first = reason_of(error).strip().splitlines()[0]
    if "state machine" in first:  # of DuckDB's reader, which takes one end of line from the first and keeps to it
        what = "some lines end with a carriage return and others without"
        return Problem(where, what, allowed="one way of ending lines: open it and save it anew as CSV")
    if "magic bytes" in first.lower():
        return Problem(
            where, "cannot be read: it is cut short, or no Parquet file", allowed="a whole file; copy it anew"
        )
    return Problem(where, f"cannot be read: {first.partition('Error: ')[2] or first}", allowed=ALLOWED)


def _suffix(path: Path) -> str:
    return ".parquet" if path.is_dir() else path.suffix.lower()


def _connection(memory: str, place: Path) -> duckdb.DuckDBPyConnection:
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET memory_limit = '{memory}'")
    connection.execute("SET temp_directory = ?", [str(place)])
    connection.execute("SET parquet_metadata_cache = true")
    connection.execute(
        "SET enable_progress_bar = true"
    )  # known to whoever watches, and never printed, not in Jupyter either
    connection.execute("SET enable_progress_bar_print = false")
    return connection
