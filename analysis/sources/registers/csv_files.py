"""Registers in CSV and TSV files: UTF-8 with or without a byte-order mark, or GB18030."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import DataError, Problem
from analysis.input_models import RegisterInput
from analysis.sources.registers.expressions import literal
from analysis.sources.registers.raw import Raw, Sample

if TYPE_CHECKING:
    import duckdb

LONGEST = 65_536  # bytes of one line: an opened quote that is never closed swallows no more
SHORT = 32 << 20  # bytes of a file that is looked through for persons from end to end
FEW = 0.02  # share of lines that may be broken without putting a file's encoding in doubt
_WINDOW = 1 << 20
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def raw(connection: duckdb.DuckDBPyConnection, path: Path, settings: RegisterInput, place: Path) -> Raw:
    """A text file as DuckDB reads it, every cell a text; a file in GB18030 is written over to UTF-8 first."""
    encoding = settings.encoding if settings.encoding != "auto" else encoding_of(path)
    names, delimiter = header_of(path, encoding)
    file = path if encoding == "utf-8" else place / "register.csv"
    replaced = encoding != "utf-8" and rewritten(path, encoding, file)
    types = dict.fromkeys(names, "VARCHAR")

    def table(numbers: Collection[str]) -> str:
        return scan(file, names, delimiter, numbers=numbers)

    whole = table(())

    def sample(_: Sequence[str]) -> Sample:
        return _sample(connection, file, delimiter, types) if path.stat().st_size > SHORT else Sample(whole)

    return Raw(connection, whole, types, path.name, sample, offset=1, unreadable=True, replaced=replaced, retyped=table)


def scan(file: Path, names: Sequence[str], delimiter: str, *, numbers: Collection[str] = (), skip: int = 1) -> str:
    """What stands after FROM for a text file in UTF-8: lines that are no rows go to DuckDB's `reject_errors`.

    Parameters
    ----------
    numbers
        Columns read as numbers.
    skip
        Lines above the first row.
    """
    kinds = ["DOUBLE" if name in numbers else "VARCHAR" for name in names]
    columns = ", ".join(f"{literal(name)}: '{kind}'" for name, kind in zip(_distinct(names), kinds, strict=True))
    return (
        f"read_csv({literal(str(file))}, auto_detect=false, header=false, skip={skip}, delim={literal(delimiter)}, "
        f"quote='\"', escape='\"', columns={{{columns}}}, store_rejects=true, max_line_size={LONGEST}, "
        f"buffer_size={64 * LONGEST})"
    )


def _sample(connection: duckdb.DuckDBPyConnection, path: Path, delimiter: str, types: dict[str, str]) -> Sample:
    import pyarrow

    rows = [row for row in sampled(path, delimiter, windows=32) if len(row) == len(types)]
    columns = {name: [row[place] for row in rows] for place, name in enumerate(types)}
    connection.register("register_sample", pyarrow.table(columns))
    return Sample("register_sample", "sampled")


def encoding_of(path: Path) -> str:
    """The encoding of a text file, by windows spread over it.

    Raises
    ------
    DataError
        When it is none of those that are read.
    """
    with path.open("rb") as stream:
        start = stream.read(8192)
    if start[:2] in _MARKS:
        raise DataError(Problem(path.name, "is in UTF-16", allowed="UTF-8 or GB18030: save it as CSV UTF-8"))
    if b"\0" in start:
        raise DataError(Problem(path.name, "is not text", allowed="a table as text, or a file with its true ending"))
    if all(_fits(window, "utf-8") for window in _windows(path)) or _misfits(path, "utf-8", of_all=False) <= FEW:
        return "utf-8"
    if all(_fits(window, "gb18030") for window in _windows(path)):
        return "gb18030"
    for encoding in ("utf-8", "gb18030"):
        if _misfits(path, encoding, of_all=True) <= FEW:
            return encoding
    raise DataError(Problem(path.name, "the text is in an unknown encoding", allowed="UTF-8 or GB18030"))


def header_of(path: Path, encoding: str) -> tuple[list[str], str]:
    """The names in the first line, and what stands between them."""
    with path.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, errors="replace", newline="") as stream:
        line = stream.readline(LONGEST)
    delimiter = max(",\t;|", key=line.count)
    names = [name.strip() for name in next(csv.reader([line], delimiter=delimiter), [])]
    if len(names) < 2:
        what = "the first line holds no names of columns"
        raise DataError(
            Problem(f"{path.name}, line 1", what, line, "names with commas, tabs or semicolons between them")
        )
    return names, delimiter


def sampled(path: Path, delimiter: str, *, windows: int) -> Iterator[list[str]]:
    """Rows from places spread over the file: whole lines only."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        for number in range(windows):
            stream.seek(size * number // windows)
            lines = stream.read(LONGEST).split(b"\n")[1:-1]
            yield from csv.reader([line.decode(errors="replace") for line in lines], delimiter=delimiter)


def _windows(path: Path) -> Iterator[bytes]:
    """The start of a file, and lines from places spread over the rest of it; the whole of a short one."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        yield stream.read(16 * _WINDOW if size <= 16 * _WINDOW else _WINDOW)
        if size > 16 * _WINDOW:
            for number in range(1, 65):
                stream.seek(min(size * number // 64, size - LONGEST))
                yield b"\n".join(stream.read(LONGEST).split(b"\n")[1:-1])


def _fits(window: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(window)
    except UnicodeDecodeError:
        return False
    return True


def _misfits(path: Path, encoding: str, *, of_all: bool) -> float:
    """The share of lines that are not in an encoding: of all lines, or of those that are not plain ASCII."""
    lines = [line for window in _windows(path) for line in window.split(b"\n") if of_all or not line.isascii()]
    return sum(not _fits(line, encoding) for line in lines) / max(len(lines), 1)


def rewritten(path: Path, encoding: str, target: Path) -> bool:
    """Write a file over to UTF-8; whether there were bytes that are no text, for which a sign stands now."""
    replaced = False
    with path.open("rb") as read, target.open("w", encoding="utf-8", newline="") as write:
        decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        while window := read.read(4 * _WINDOW):
            text = decoder.decode(window)
            replaced = replaced or "\ufffd" in text
            write.write(text)
        rest = decoder.decode(b"", final=True)
        write.write(rest)
    return replaced or "\ufffd" in rest


def _distinct(names: Sequence[str]) -> list[str]:
    """Names that DuckDB can tell apart; one that stands twice is refused later, by its own name."""
    return [name if list(names).index(name) == place else f"{name} ({place})" for place, name in enumerate(names)]
