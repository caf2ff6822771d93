"""A register ready to be read by DuckDB: what lies in its file by the file's own count, and where each row stands.

A reader opens one format. DuckDB reads Parquet and tidy text by itself; the rows of sheets, of databases and of text in
which not every line is a row are taken one by one, as a `TextTable`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice, zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from analysis.cell_text import flat, text_of
from analysis.errors import DataError, Problem, reason_of
from analysis.input_models import RegisterInput
from analysis.messages import said
from analysis.sources.registers.report import Fault

if TYPE_CHECKING:
    import duckdb
    import pyarrow

Watch = Callable[["duckdb.DuckDBPyConnection"], AbstractContextManager[object]]

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".parquet")
OTHERS = {
    ".xls": "is an old Excel workbook",
    ".xlsb": "is a binary Excel workbook",
    ".ods": "is an OpenDocument sheet",
    ".et": "is a sheet of WPS",
    ".numbers": "is a sheet of Numbers",
}
BLOCK = 4_096  # rows taken in at a time: more of them are turned into columns more slowly …
BLOCKS = 32  # … and so many are written together
AGAIN = "open it in Excel, WPS or LibreOffice, and save it as .xlsx"
NUMBER = "row of the source"  # our column of where a row stands
NO_TEXT = "\ufffd"  # stands for bytes that are no text
ALLOWED = "a .csv, .tsv, .xlsx or .parquet file, or a folder of .parquet files"


@dataclass(frozen=True, eq=False)
class Raw:
    """A register before its columns are known."""

    connection: duckdb.DuckDBPyConnection  # with the memory limit set
    table: str  # what stands after FROM
    names: tuple[str, ...]  # the header as it stands, whatever stands in it twice
    where: str  # the file, for messages
    lines: int  # what lies in the source by its own count: lines, rows of a sheet, rows that a database counts
    above: int = 0  # how many of them are the header and what stands above it
    place: str = "row_number() OVER ()"  # the SQL of where a row stands in the file …
    file: str = "''"  # … and in which
    broken: tuple[Fault, ...] = ()  # lines that are no rows
    told: tuple[tuple[str, int], ...] = ()  # what else is no row, in how many lines: blank ones, those in quoted cells
    notes: tuple[str, ...] = ()  # what a reader should know, such as a hidden sheet left out
    sample: Callable[[Sequence[str]], str] | None = None  # rows in which persons are looked for in some columns
    ends: Callable[[str], tuple[int, int] | None] = lambda _: None  # of a column's numbers, where the file says so
    damaged: bool = False  # whether bytes of the file are no text, and a sign stands in their place
    delimiter: str = ""  # of a text file, what stands between its cells
    exactly: Callable[[], Raw] | None = None  # a text file read line by line, for when the counts do not agree
    changed: Callable[[], bool] = lambda: False  # whether the source has changed since it was opened

    @property
    def rows(self) -> int:
        """How many rows must come out of it."""
        return self.lines - self.above - len(self.broken) - sum(count for _, count in self.told)

    @cached_property
    def types(self) -> dict[str, str]:
        """From each name of the header to DuckDB's type."""
        described = self.connection.execute(f"DESCRIBE SELECT * FROM {self.table}").fetchall()
        return {name: kind for name, kind, *_ in described if name in self.names}

    def of_persons(self, columns: Sequence[str]) -> str:
        """What stands after FROM for the rows in which persons are looked for."""
        return self.table if self.sample is None else self.sample(columns)


@dataclass(eq=False)
class TextTable:
    """Rows that a reader takes one by one: a Parquet file of texts, each row with where it stands in the source."""

    file: Path
    names: Sequence[str]  # the header; a row may go further
    rows: int = 0
    damaged: bool = False  # whether a cell holds bytes that are no text
    _nameless: set[int] = field(default_factory=set)  # columns without a name that hold a cell; others are none

    def take(self, numbered: Iterable[tuple[int, Sequence[object]]]) -> None:
        """Take rows in, each with where it stands."""
        import pyarrow
        import pyarrow.parquet

        columns = [(name, pyarrow.string()) for name in held(self.names)]
        schema = pyarrow.schema([(NUMBER, pyarrow.int64()), *columns])
        rest = iter(numbered)
        with pyarrow.parquet.ParquetWriter(self.file, schema) as writer:
            while blocks := [self._arrays(block) for _ in range(BLOCKS) if (block := list(islice(rest, BLOCK)))]:
                batches = [pyarrow.record_batch(arrays, schema=schema) for arrays in blocks]
                writer.write_table(pyarrow.Table.from_batches(batches))

    def raw(self, connection: duckdb.DuckDBPyConnection, where: str, lines: int, above: int = 0, **more: Any) -> Raw:
        """The register that it is."""
        named = {at for at, name in enumerate(self.names) if name}
        names = tuple("".join(self.names[at : at + 1]) for at in sorted(named | self._nameless))
        table, place = f"read_parquet({in_sql(self.file)})", quoted(NUMBER)
        return Raw(connection, table, names, where, lines, above, place, damaged=self.damaged, **more)

    def _arrays(self, block: Sequence[tuple[int, Sequence[object]]]) -> list[pyarrow.Array]:
        """Some rows by columns: where they stand, and the texts of each column that has a name."""
        import pyarrow
        import pyarrow.compute

        numbers, rows = zip(*block, strict=True)
        texts = dict(enumerate(map(as_texts, zip_longest(*rows))))
        for at, column in texts.items():
            if not "".join(self.names[at : at + 1]) and any(cell and flat(cell) for cell in column.to_pylist()):
                self._nameless.add(at)
            found = pyarrow.compute.any(pyarrow.compute.match_substring(column, NO_TEXT))
            self.damaged = self.damaged or bool(found.as_py())
        self.rows += len(rows)
        empty = pyarrow.nulls(len(rows), pyarrow.string())
        return [pyarrow.array(numbers, pyarrow.int64()), *(texts.get(at, empty) for at in held(self.names).values())]


def as_texts(cells: Sequence[object]) -> pyarrow.Array:
    """A column as texts; whole columns of texts and of whole numbers the quick way, which comes to the same."""
    import pyarrow

    kinds = set(map(type, cells)) - {type(None)}
    if kinds == {int}:
        cells = [None if cell is None else str(cell) for cell in cells]
    elif not kinds <= {str}:
        cells = [cell if isinstance(cell, str) else text_of(cell) or None for cell in cells]
    return pyarrow.array(cells, pyarrow.string())


@contextmanager
def opened(settings: RegisterInput, folder: Path, *, watch: Watch = nullcontext) -> Iterator[Raw]:
    """A register ready to be read, its path relative to the study's folder; temporary files are gone afterwards.

    While it is open, `watch` follows DuckDB's progress.

    Raises DataError when it is not there, or no register.
    """
    import duckdb

    from analysis.sources.registers.readers import csv_files, databases, parquet_files, sheets

    where = Path(settings.path).name or "the database's rows"
    try:
        with TemporaryDirectory(prefix="register-") as place, closing(duckdb.connect()) as connection:
            connection.execute(
                f"SET memory_limit = '{settings.memory}'; SET temp_directory = {literal(place)}; "
                "SET parquet_metadata_cache = true; "
                # known to whoever watches, and never printed, not in Jupyter either
                "SET enable_progress_bar = true; SET enable_progress_bar_print = false"
            )
            with watch(connection):
                if settings.url:
                    yield databases.raw(connection, settings, folder, Path(place))
                    return
                path = located(settings.path, folder)
                kind, before = ".parquet" if path.is_dir() else path.suffix.lower(), _state(path)
                read = {".xlsx": sheets.raw, ".parquet": parquet_files.raw}.get(kind, csv_files.raw)
                raw = read(connection, path, settings, Path(place))
                yield replace(raw, changed=lambda: _state(path) != before)
    except (duckdb.Error, OSError) as error:
        raise DataError(unreadable(where, error)) from None


def located(name: str, folder: Path) -> Path:
    """The file or folder of a register. Raises DataError when there is none, or none of a kind that can be read."""
    path = folder / Path(name).expanduser()
    kind = path.suffix.lower()
    if not path.exists():
        problem = Problem(str(path), "there is no such file", allowed=ALLOWED)
    elif path.is_dir():
        if files_of(path):
            return path
        problem = Problem(str(path), "holds no .parquet file", allowed=ALLOWED)
    elif not path.is_file():
        problem = Problem(str(path), "is no file, but a pipe or a device", allowed=ALLOWED)
    elif kind in OTHERS:
        problem = Problem(path.name, OTHERS[kind], None, AGAIN)
    elif kind not in SUFFIXES:
        problem = Problem(path.name, "is of an unknown kind", path.suffix or "no ending", ALLOWED)
    elif path.stat().st_size == 0:
        problem = Problem(path.name, "the file is empty", allowed="a header line and rows under it")
    else:
        return path
    raise DataError(problem)


def files_of(path: Path) -> list[Path]:
    """The files a register is made of: itself, or those of a folder, in the order of their names."""
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.iterdir() if file.suffix == ".parquet" and file.is_file())


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
    """A name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"


def held(names: Sequence[str]) -> dict[str, int]:
    """The columns with a name, each with its position; of several of one name, which are refused later, the first.

    Examples
    --------
    >>> held(["staff", "Staff", "", "district"])
    {'staff': 0, 'district': 3}
    """
    first = {name.casefold(): at for at, name in reversed([*enumerate(names)])}
    return {name: at for at, name in enumerate(names) if name and first[name.casefold()] == at}


def unreadable(where: str, error: Exception) -> Problem:
    """What a reader says of a file, in one line, and in our words where it has a cause that we know."""
    first = (reason_of(error).strip().splitlines() or [type(error).__name__])[0]
    reason, known = first.partition("Error: ")[2] or first, first.lower()
    if "magic bytes" in known:
        what = "cannot be read: it is cut short, or no Parquet file"
        return Problem(where, what, allowed="a whole file; copy it anew")
    if "no space left" in known or "out of memory" in known:
        allowed = "more free space in the folder for temporary files (TMPDIR), or more memory"
        return Problem(where, said("there is no room to read it: {reason}", reason=reason), allowed=allowed)
    return Problem(where, said("cannot be read: {reason}", reason=reason), None, ALLOWED)


def _state(path: Path) -> list[tuple[str, int, int]]:
    """By what a change of a register's files is known."""
    seen = [(file.name, file.stat()) for file in files_of(path)]
    return [(name, stat.st_size, stat.st_mtime_ns) for name, stat in seen]
