"""Registers in text files, UTF-8 or GB18030: as DuckDB reads them where each line is a row, else line by line."""

from __future__ import annotations

import codecs
import csv
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np

from analysis.cell_text import flat
from analysis.errors import DataError, Problem
from analysis.input_models import RegisterInput
from analysis.messages import said
from analysis.sources.registers.columns import TITLE_ROWS, header_among
from analysis.sources.registers.readers.raw import NO_TEXT, Raw, Sample, change_in, distinct, in_sql, literal, quoted
from analysis.sources.registers.report import Fault

if TYPE_CHECKING:
    import duckdb

LONGEST = 1 << 20  # bytes of one line; more is none
SHORT = 32 << 20  # bytes of a file that is looked through for persons from end to end
FEW = 0.02  # share of lines that may be broken without putting a file's encoding in doubt
LINE = "line of the file"  # our column of the lines' numbers
CELL = 200  # lines that a quoted cell may go over
_DELIMITERS = ",\t;|"
_WINDOW = 1 << 20
_FEED, _RETURN = 10, 13
_PIECE = 1 << 16
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_AS_HEADER = "as many cells as the header, quotes closed"


def raw(connection: duckdb.DuckDBPyConnection, path: Path, settings: RegisterInput, place: Path) -> Raw:
    """A text file, every cell a text."""
    encoding = settings.encoding if settings.encoding != "auto" else encoding_of(path)
    above, names, delimiter = header_of(path, encoding, settings)
    lines, one_way = lines_of(path)
    exactly = partial(_exactly, connection, path, encoding, (above, names, delimiter), place)
    if encoding != "utf-8" or above > 1 or "" in names or len(set(names)) < len(names) or not one_way:
        return exactly()
    types = dict.fromkeys(names, "VARCHAR")
    table = scan(path, names, delimiter)
    return Raw(
        connection,
        table,
        tuple(names),
        types,
        path.name,
        lines,
        above,
        table,
        place=f"row_number() OVER () + {above}",
        sample=partial(_sample, connection, path, delimiter, names) if path.stat().st_size > SHORT else None,
        delimiter=delimiter,
        exactly=exactly,
        changed=change_in(path),
    )


def scan(file: Path, names: Sequence[str], delimiter: str, *, skip: int = 1) -> str:
    """What stands after FROM for a text file in UTF-8, each line a row; a line that is none is left out.

    Parameters
    ----------
    skip
        Lines above the first row.
    """
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
    """The encoding of a text file, by windows spread over it: the one that fewer lines do not fit.

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
    lines = [line for window in _windows(path) for line in window.replace(b"\r", b"\n").split(b"\n")]
    worded = [line for line in lines if not line.isascii()]
    misfits = {name: sum(not _fits(line, name) for line in worded) for name in ("utf-8", "gb18030")}
    if misfits["utf-8"] <= FEW * len(worded):
        return "utf-8"
    best = min(misfits, key=lambda name: misfits[name])
    if misfits[best] > max(FEW * len(lines), 3):
        raise DataError(Problem(path.name, "the text is in an unknown encoding", allowed="UTF-8 or GB18030"))
    return best


def header_of(path: Path, encoding: str, settings: RegisterInput) -> tuple[int, list[str], str]:
    """How many lines stand above the first row, the names of the columns, and what stands between them."""
    with path.open(encoding=encoding, errors="replace", newline="") as stream:
        top = list(islice(iter(partial(stream.readline, LONGEST), ""), 3 * TITLE_ROWS))
    top[0] = top[0].removeprefix("\ufeff")
    declared = top[0].strip().lower()
    said_first = declared.startswith("sep=") and len(declared) <= 5
    delimiter = declared[4:] if said_first and declared[4:] else max(_DELIMITERS, key="".join(top).count)
    reader = csv.reader(top[said_first:], delimiter=delimiter)
    rows, ends = [], []
    for row in islice(reader, TITLE_ROWS):
        rows.append([flat(cell) for cell in row])
        ends.append(reader.line_num + said_first)
    number, names = header_among(rows, settings, where=path.name)
    return ends[number], [*names, *[""] * (len(rows[number]) - len(names))], delimiter


def _exactly(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    encoding: str,
    header: tuple[int, list[str], str],
    place: Path,
) -> Raw:
    """A text file read line by line, and its rows written anew, each with its line's number."""
    above, names, delimiter = header
    changed, file = change_in(path), place / "register.csv"
    told: Counter[str] = Counter()
    broken: list[Fault] = []
    filled = {number for number, name in enumerate(names) if name}
    lines, damaged = above, False
    with path.open("rb") as source, file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, delimiter=delimiter, lineterminator="\n")
        for line, size, found in _records(islice(_texts(source, encoding), above, None), above, len(names), delimiter):
            lines += size
            if found is None:
                told["blank lines"] += 1
            elif isinstance(found, Fault):
                broken.append(found)
            else:
                writer.writerow((line, *found))
                told["lines inside quoted cells"] += size - 1
                damaged = damaged or any(NO_TEXT in cell for cell in found)
                if len(filled) < len(names):
                    filled |= {number for number, cell in enumerate(found) if flat(cell)}
    held = distinct(names)
    types = {held[number]: "VARCHAR" for number in sorted(filled)}  # without a name and without a cell: no column
    table = scan(file, [LINE, *held], delimiter, skip=0)
    return Raw(
        connection,
        f"(SELECT {', '.join(map(quoted, types))} FROM {table})",
        tuple(names[number] for number in sorted(filled)),
        types,
        path.name,
        lines,
        above,
        table,
        place=f"CAST({quoted(LINE)} AS BIGINT)",
        broken=tuple(broken),
        told=tuple((what, count) for what, count in told.items() if count),
        damaged=damaged,
        changed=changed,
    )


def _texts(stream: IO[bytes], encoding: str) -> Iterator[str]:
    """The lines of a file, however they end, with a sign for every byte that is no text."""
    first = True
    for block in iter(partial(stream.readline, LONGEST), b""):
        text = block.decode(encoding, errors="replace").removesuffix("\n").removesuffix("\r")
        if first:
            text, first = text.removeprefix("\ufeff"), False
        yield from text.split("\r")


_Record = tuple[int, int, list[str] | Fault | None]


def _records(lines: Iterator[str], above: int, width: int, delimiter: str) -> Iterator[_Record]:
    """Where each row begins, over how many lines it goes, and its cells; a fault where it is no row, nothing where blank."""
    waiting: deque[str] = deque()
    line = above
    while waiting or (following := next(lines, None)) is not None:
        text = waiting.popleft() if waiting else following
        assert text is not None
        line += 1
        if not text.strip():
            yield line, 1, None
            continue
        if '"' not in text:
            cells = text.split(delimiter)
            yield line, 1, cells if len(cells) == width else _misfit(line, text, len(cells), width)
            continue
        found = _cells(text, delimiter)
        if found is not None:
            yield line, 1, found if len(found) == width else _misfit(line, text, len(found), width)
            continue
        waiting.extend(islice(lines, CELL - len(waiting)))
        size, cells = _over_lines(text, waiting, width, delimiter)
        if not cells:
            yield line, 1, Fault(line, "", "is no row: a quote is not closed as it was opened", text, _AS_HEADER)
            continue
        yield line, size, cells
        line += size - 1
        for _ in range(size - 1):
            waiting.popleft()


def _over_lines(text: str, following: Sequence[str], width: int, delimiter: str) -> tuple[int, list[str]]:
    """A row of which a quoted cell goes over several lines: how many, and its cells; none where other rows would be taken."""
    taken, marks = [text], text.count('"')
    for more in following:
        taken.append(more)
        marks += more.count('"')
        if marks % 2 == 0:
            break
    as_rows = sum(one.count(delimiter) >= width - 1 for one in taken)
    found = _cells("\n".join(taken), delimiter) if marks % 2 == 0 and as_rows < 2 else None
    return (len(taken), found) if found is not None and len(found) == width else (1, [])


def _cells(text: str, delimiter: str) -> list[str] | None:
    """The cells of a row, or nothing where a quote is opened and not closed as it should be."""
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True), None)
    except csv.Error:
        return None


def _misfit(line: int, text: str, seen: int, wanted: int) -> Fault:
    what = said("has {seen} cells where the header has {wanted}", seen=seen, wanted=wanted)
    return Fault(line, "", what, text, _AS_HEADER)


def _sample(
    connection: duckdb.DuckDBPyConnection, path: Path, delimiter: str, names: Sequence[str], _: object
) -> Sample:
    """Rows from places spread over a large file."""
    import pyarrow

    rows = [row for row in _spread(path, delimiter, windows=32) if len(row) == len(names)]
    connection.register(
        "register_sample", pyarrow.table({name: [row[at] for row in rows] for at, name in enumerate(names)})
    )
    return Sample("register_sample", len(rows))


def _spread(path: Path, delimiter: str, *, windows: int) -> Iterator[list[str]]:
    """Rows from places spread over the file: whole lines only."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        for number in range(windows):
            stream.seek(size * number // windows)
            lines = stream.read(_PIECE).split(b"\n")[1:-1]
            yield from csv.reader([line.decode(errors="replace") for line in lines], delimiter=delimiter)


def _windows(path: Path) -> Iterator[bytes]:
    """The start of a file, and lines from places spread over the rest of it; the whole of a short one."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        yield stream.read(16 * _WINDOW if size <= 16 * _WINDOW else _WINDOW)
        if size > 16 * _WINDOW:
            for number in range(1, 65):
                stream.seek(min(size * number // 64, size - _PIECE))
                yield b"\n".join(stream.read(_PIECE).split(b"\n")[1:-1])


def _fits(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
