"""A register ready to be read by DuckDB: what lies in its file by the file's own count, and where each row stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from analysis.errors import DataError, Problem, reason_of
from analysis.input_models import RegisterInput
from analysis.messages import said
from analysis.sources.registers.report import Fault

if TYPE_CHECKING:
    import duckdb

Watch = Callable[["duckdb.DuckDBPyConnection"], AbstractContextManager[object]]

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".parquet")
OTHERS = {
    ".xls": "is an old Excel workbook",
    ".xlsb": "is a binary Excel workbook",
    ".ods": "is an OpenDocument sheet",
    ".et": "is a sheet of WPS",
    ".numbers": "is a sheet of Numbers",
}
AGAIN = "open it in Excel, WPS or LibreOffice, and save it as .xlsx"
NO_TEXT = "\ufffd"  # stands for bytes that are no text
ALLOWED = "a .csv, .tsv, .xlsx or .parquet file, or a folder of .parquet files"


@dataclass(frozen=True)
class Sample:
    """Rows of a register: what stands after FROM, and how many of its rows that is."""

    table: str
    rows: int


@dataclass(frozen=True, eq=False)
class Raw:
    """A register before its columns are known.

    Parameters
    ----------
    connection
        DuckDB, with the memory limit set.
    table
        What stands after FROM.
    names
        The header as it stands, whatever stands in it twice.
    types
        From each name to DuckDB's type.
    where
        The file, for messages.
    lines
        What lies in the source by its own count: lines of a text file, rows of a sheet, rows that a database counts.
    above
        How many of them are the header and what stands above it.
    place, file
        The SQL of where a row stands in the file, and in which, where `numbered` stands after FROM.
    broken
        Lines that are no rows.
    told
        What else lies there that is no row, and how many lines of it: blank ones, lines inside quoted cells.
    sample
        Rows in which persons are looked for in some columns; those are read when they are asked for.
    ends
        The smallest and the largest number of a column over all rows, where the file itself says so.
    delimiter
        Of a text file, what stands between its cells.
    exactly
        Of a text file that DuckDB reads as it lies: the same read line by line, for when the counts do not agree.
    damaged
        Whether bytes of the file are no text, and a sign stands in their place.
    changed
        Whether the source has changed since it was opened.
    notes
        What a reader should know, such as a hidden sheet left out.
    """

    connection: duckdb.DuckDBPyConnection
    table: str
    names: tuple[str, ...]
    types: dict[str, str]
    where: str
    lines: int
    above: int = 0
    numbered: str = ""
    place: str = "row_number() OVER ()"
    file: str = "''"
    broken: tuple[Fault, ...] = ()
    told: tuple[tuple[str, int], ...] = ()
    notes: tuple[str, ...] = ()
    sample: Callable[[Sequence[str]], Sample] | None = None
    ends: Callable[[str], tuple[int, int] | None] = lambda _: None
    damaged: bool = False
    delimiter: str = ""
    exactly: Callable[[], Raw] | None = None
    changed: Callable[[], bool] = lambda: False

    @property
    def rows(self) -> int:
        """How many rows must come out of it."""
        return self.lines - self.above - len(self.broken) - sum(count for _, count in self.told)

    def of_persons(self, columns: Sequence[str]) -> Sample:
        """The rows in which persons are looked for."""
        return Sample(self.table, self.rows) if self.sample is None else self.sample(columns)


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

    from analysis.sources.registers.readers import csv_files, databases, parquet_files, sheets

    where = Path(settings.path).name or "the database's rows"
    try:
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
            finally:
                connection.close()
    except (duckdb.Error, OSError) as error:
        raise DataError(unreadable(where, error)) from None


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
    if path.is_dir() and not files_of(path):
        raise DataError(Problem(str(path), "holds no .parquet file", allowed=ALLOWED))
    if not path.is_dir() and not path.is_file():
        raise DataError(Problem(str(path), "is no file, but a pipe or a device", allowed=ALLOWED))
    if path.is_file() and path.suffix.lower() not in SUFFIXES:
        if path.suffix.lower() in OTHERS:
            raise DataError(Problem(path.name, OTHERS[path.suffix.lower()], None, AGAIN))
        raise DataError(Problem(path.name, "is of an unknown kind", path.suffix or "no ending", ALLOWED))
    if path.is_file() and path.stat().st_size == 0:
        raise DataError(Problem(path.name, "the file is empty", allowed="a header line and rows under it"))
    return path


def files_of(path: Path) -> list[Path]:
    """The files a register is made of: itself, or those of a folder, in the order of their names."""
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.iterdir() if file.suffix == ".parquet" and file.is_file())


def change_in(path: Path) -> Callable[[], bool]:
    """A question to ask later: whether any file of a register has changed since."""

    def state() -> list[tuple[str, int, int]]:
        seen = [(file.name, file.stat()) for file in files_of(path)]
        return [(name, stat.st_size, stat.st_mtime_ns) for name, stat in seen]

    before = state()
    return lambda: state() != before


def in_sql(path: Path) -> str:
    """A file's name as DuckDB takes it: no name is a pattern.

    Examples
    --------
    >>> in_sql(Path("r[1].csv"))
    "'r[[]1].csv'"
    """
    text = "".join(f"[{char}]" if char in "*?[" else char for char in str(path))
    return literal(text)


def quoted(name: str) -> str:
    """A name in SQL.

    Examples
    --------
    >>> print(quoted('a "b" c'))
    "a ""b"" c"
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"


def distinct(names: Sequence[str]) -> list[str]:
    """Names that DuckDB can tell apart; one that stands twice, or is none, is refused later by its own name.

    Examples
    --------
    >>> distinct(["staff", "Staff", ""])
    ['staff', 'column 2', 'column 3']
    """
    folded = [name.casefold() for name in names]
    return [
        name if name and folded.index(name.casefold()) == at else f"column {at + 1}" for at, name in enumerate(names)
    ]


def unreadable(where: str, error: Exception) -> Problem:
    """What a reader says of a file, in one line, and in our words where it has a cause that we know."""
    first = (reason_of(error).strip().splitlines() or [type(error).__name__])[0]
    if "magic bytes" in first.lower():
        return Problem(
            where, "cannot be read: it is cut short, or no Parquet file", allowed="a whole file; copy it anew"
        )
    if "no space left" in first.lower() or "out of memory" in first.lower():
        what = said("there is no room to read it: {reason}", reason=first.partition("Error: ")[2] or first)
        return Problem(
            where, what, allowed="more free space in the folder for temporary files (TMPDIR), or more memory"
        )
    return Problem(
        where, said("cannot be read: {reason}", reason=first.partition("Error: ")[2] or first), None, ALLOWED
    )


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
