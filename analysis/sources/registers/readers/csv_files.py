"""Registers in text files, UTF-8 or GB18030: as DuckDB reads them where each line is a row, else line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np

from analysis.cell_text import flat
from analysis.delimited import (
    AS_HEADER,
    DELIMITERS,
    Broken,
    encoding_of_lines,
    first_rows,
    lines_in,
    records,
    refuse_other_than_text,
    separator_in,
)
from analysis.input_models import RegisterInput
from analysis.sources.registers.columns import TITLE_ROWS, header_among
from analysis.sources.registers.readers.raw import Raw, TextTable, held, in_sql, literal
from analysis.sources.registers.report import Fault

if TYPE_CHECKING:
    import duckdb

LONGEST = 1 << 20  # bytes of one line; more is none
SHORT = 32 << 20  # bytes of a file that is looked through for persons from end to end
_WINDOW = 1 << 20
_FEED, _RETURN = 10, 13
_PIECE = 1 << 16


def raw(connection: duckdb.DuckDBPyConnection, path: Path, settings: RegisterInput, place: Path) -> Raw:
    """A text file, every cell a text."""
    encoding = settings.encoding if settings.encoding != "auto" else encoding_of(path)
    above, names, delimiter = header_of(path, encoding, settings)
    lines, one_way = lines_of(path)
    exactly = partial(_exactly, connection, path, encoding, (above, names, delimiter), place)
    if encoding != "utf-8" or above > 1 or [*held(names)] != names or not one_way:
        return exactly()
    table, is_long = scan(path, names, delimiter), path.stat().st_size > SHORT
    return Raw(
        connection,
        table,
        tuple(names),
        path.name,
        lines,
        above,
        place=f"row_number() OVER () + {above}",
        sample=lambda _: scan(_sample(path, place), names, delimiter, skip=0) if is_long else table,
        delimiter=delimiter,
        exactly=exactly,
    )


def scan(file: Path, names: Sequence[str], delimiter: str, *, skip: int = 1) -> str:
    """What stands after FROM for a text file in UTF-8, each line below those to skip a row; one that is none is left out."""
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    return (
        f"read_csv({in_sql(file)}, auto_detect=false, header=false, skip={skip}, delim={literal(delimiter)}, "
        f"quote='\"', escape='\"', columns={{{columns}}}, ignore_errors=true)"
    )


def lines_of(path: Path) -> tuple[int, bool]:
    """How many lines a text file has by their ends, and whether all of them end in one way."""
    feeds = returns = pairs = noughts = 0
    last = _FEED
    with path.open("rb", buffering=0) as stream:
        block = bytearray(_WINDOW)
        seen = np.frombuffer(block, dtype=np.uint8)
        while size := stream.readinto(block):
            fed = seen[:size] == _FEED
            feeds += int(np.count_nonzero(fed))
            returned = seen[:size] == _RETURN
            if more := int(np.count_nonzero(returned)):
                returns += more
                pairs += int(np.count_nonzero(returned[:-1] & fed[1:]))
            pairs += last == _RETURN and block[0] == _FEED
            noughts += block.find(0, 0, size) >= 0
            last = block[size - 1]
    one_way = not noughts and returns == pairs and returns in (0, feeds)
    return feeds + (last != _FEED), one_way


def encoding_of(path: Path) -> str:
    """The encoding of a text file, by all of a short one, or by the start of it and places spread over the rest.

    Raises DataError when it is none of those that are read.
    """
    is_short = path.stat().st_size <= 16 * _WINDOW
    with path.open("rb") as stream:
        start = stream.read(-1 if is_short else _WINDOW)
    refuse_other_than_text(start[:8192], path.name)
    spread = b"" if is_short else b"\n".join(_spread(path, windows=64))
    lines = (start + b"\n" + spread).replace(b"\r", b"\n").split(b"\n")
    return encoding_of_lines(lines, path.name)[0]


def header_of(path: Path, encoding: str, settings: RegisterInput) -> tuple[int, list[str], str]:
    """How many lines stand above the first row, the names of the columns, and what stands between them."""
    with path.open(encoding=encoding, errors="replace", newline="") as stream:
        top = "".join(islice(iter(partial(stream.readline, LONGEST), ""), 3 * TITLE_ROWS)).removeprefix("\ufeff")
    lines = lines_in(top) or [""]
    declared = separator_in(lines[0])
    first, delimiter = 0 if declared is None else 1, declared or max(DELIMITERS, key=top.count)
    rows = first_rows(lines[first:], delimiter)
    number, names = header_among([[*map(flat, cells)] for _, cells in rows], settings, where=path.name)
    end, cells = rows[number]
    return first + end, [*names, *[""] * (len(cells) - len(names))], delimiter


def _exactly(
    connection: duckdb.DuckDBPyConnection, path: Path, encoding: str, header: tuple[int, list[str], str], place: Path
) -> Raw:
    """A text file read line by line."""
    above, names, delimiter = header
    table, lines = TextTable(place / "rows.parquet", names), above
    told: Counter[str] = Counter()
    broken: list[Fault] = []

    def rows(texts: Iterator[str]) -> Iterator[tuple[int, Sequence[str]]]:
        nonlocal lines
        for line, size, found in records(texts, above=above, width=len(names), delimiter=delimiter):
            lines += size
            if found is None:
                told["blank lines"] += 1
            elif isinstance(found, Broken):
                broken.append(Fault(line, "", found.what, found.text, AS_HEADER))
            else:
                if size > 1:
                    told["lines inside quoted cells"] += size - 1
                yield line, found

    with path.open("rb") as source:
        table.take(rows(islice(_texts(source, encoding), above, None)))
    return table.raw(connection, path.name, lines, above, broken=tuple(broken), told=tuple(told.items()))


def _texts(stream: IO[bytes], encoding: str) -> Iterator[str]:
    """The lines of a file, however they end, with a sign for every byte that is no text."""
    first = True
    for block in iter(partial(stream.readline, LONGEST), b""):
        text = block.decode(encoding, errors="replace").removesuffix("\n").removesuffix("\r")
        if first:
            text, first = text.removeprefix("\ufeff"), False
        yield from text.split("\r")


def _sample(path: Path, place: Path) -> Path:
    """A file of lines from places spread over a large one."""
    file = place / "sample.csv"
    file.write_bytes(b"\n".join(_spread(path, windows=32)))
    return file


def _spread(path: Path, *, windows: int) -> Iterator[bytes]:
    """Lines from places spread over a file: whole ones only."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        for number in range(windows + 1):
            stream.seek(max(min(size * number // windows, size - _PIECE), 0))
            yield from stream.read(_PIECE).split(b"\n")[1:-1]
