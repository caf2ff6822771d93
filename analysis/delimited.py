"""Text in files and the rows in it, line by line: every line is part of a row, blank, or told as what it is."""

from __future__ import annotations

import codecs
import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from analysis.cell_text import digits_over_lines, flat, one_line, plain
from analysis.errors import DataError, Problem, one_of
from analysis.messages import said

DELIMITERS = ",\t;|"
AS_HEADER = "as many cells as the header, quotes closed"
CELL = 200  # lines that a quoted cell may go over
TITLE_LINES = 10  # lines in which the names of columns are looked for
_TITLE = 2  # cells that a line above the names may fill
_ENCODINGS: tuple[Encoding, ...] = ("utf-8", "gb18030")
MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ENDS = re.compile(r"\r\n|\n|\r")

Encoding = Literal["utf-8", "gb18030"]


@dataclass(frozen=True)
class Broken:
    """A line that is no row."""

    what: str  # why not
    text: str


@dataclass(frozen=True)
class Table:
    """A table with its columns under our names."""

    rows: tuple[Row, ...]  # each with the line it begins in; not those that are blank
    problems: tuple[Problem, ...]  # lines that are no rows


Row = tuple[int, dict[str, str]]
Record = tuple[int, int, "list[str] | Broken | None"]


def text_in(raw: bytes, where: str) -> str:
    """The text of bytes in UTF-8 or GB18030 (which holds GBK and GB 2312), without a byte-order mark.

    Raises DataError when it is in neither, with the first line that is not.

    Examples
    --------
    >>> text_in("\\ufeff昆山".encode(), "a.csv"), text_in("昆山".encode("gbk"), "a.csv")
    ('昆山', '昆山')
    >>> text_in("昆山\\n太仓\\n".encode() + "常熟".encode()[:-1], "a.csv")
    Traceback (most recent call last):
        ...
    analysis.errors.DataError: a.csv, line 3: holds bytes that are no text in UTF-8; seen "常<U+FFFD>"; allowed: UTF-8 or GB18030
    """
    refuse_other_than_text(raw, where)
    lines = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    encoding, broken = encoding_of_lines(lines, where)
    if broken:
        place = said("{file}, line {line}", file=where, line=broken[0])
        what = said("holds bytes that are no text in {encoding}", encoding=encoding.upper())
        raise DataError(Problem(place, what, lines[broken[0] - 1].decode(encoding, "replace"), "UTF-8 or GB18030"))
    return raw.decode(encoding).removeprefix("\ufeff")


def refuse_other_than_text(start: bytes, where: str) -> None:
    """Refuse what the first bytes of a file tell to be no text in UTF-8 or GB18030.

    Raises DataError when it is in UTF-16, or is no text at all.
    """
    if start[:2] in MARKS:
        raise DataError(Problem(where, "is in UTF-16", allowed="UTF-8 or GB18030: save it as CSV UTF-8"))
    if b"\0" in start:
        raise DataError(Problem(where, "is not text", allowed="a table as text, or a file with its true ending"))


def encoding_of_lines(lines: Sequence[bytes], where: str) -> tuple[Encoding, list[int]]:
    """The encoding of lines, and the numbers of those that are no text in it, from 1.

    Raises DataError when more than half of the lines that are not plain ASCII are text in neither.

    Examples
    --------
    >>> encoding_of_lines([b"id,name", "1,昆山".encode("gbk")], "a.csv")
    ('gb18030', [])
    """
    worded = [number for number, line in enumerate(lines, start=1) if not line.isascii()]
    misfits = {name: [number for number in worded if not _fits(lines[number - 1], name)] for name in _ENCODINGS}
    # two or three Chinese letters may be text in both; more lines of one encoding are never lines of the other
    encoding: Encoding = "utf-8" if 2 * len(misfits["utf-8"]) <= len(worded) else "gb18030"
    if 2 * len(misfits[encoding]) > len(worded):
        raise DataError(Problem(where, "the text is in an unknown encoding", allowed="UTF-8 or GB18030"))
    return encoding, misfits[encoding]


def lines_in(text: str) -> list[str]:
    """The lines of a text, whichever way they end, and those alone: a line's end in a quoted cell is one too.

    Examples
    --------
    >>> lines_in("a\\r\\nb\\rc\\x0bd\\n")
    ['a', 'b', 'c\\x0bd']
    """
    lines = _ENDS.split(text)
    return lines[:-1] if not lines[-1] else lines


def separator_in(line: str) -> str | None:
    """What a first line such as `sep=;` says stands between cells; none where it is no such line.

    Examples
    --------
    >>> separator_in("sep=;"), separator_in("SEP=\\t"), separator_in("id,name")
    (';', '\\t', None)
    """
    found = re.fullmatch(r'"?sep=(.)"?\s*?', line, flags=re.IGNORECASE)
    return found[1] if found else None


def table_in(text: str, where: str, *, columns: Sequence[str], needed: Sequence[str]) -> Table:
    """A table of few columns that are known by their names, in whatever order, case and width.

    What stands between cells is found by the header, or said in a first line such as `sep=;`. A title may stand above the
    header. A column without a name is none, while its cells are empty.

    Parameters
    ----------
    needed
        The columns that it cannot do without.

    Raises DataError when it has no header, or one with other columns.

    Examples
    --------
    >>> text = "sep=;\\n区域一览表;;\\nID;name zh;\\n\\nks;昆山市;\\ntc;太仓市;?\\n"
    >>> found = table_in(text, "a.csv", columns=["id", "name_zh"], needed=["id"])
    >>> found.rows[0]
    (5, {'id': 'ks', 'name_zh': '昆山市'})
    >>> print(*found.problems)
    a.csv, line 6: a cell in a column that has no name; seen "?"; allowed: a name above it
    """
    lines = lines_in(text)
    if not any(map(str.strip, lines)):
        raise DataError(Problem(where, "the file is empty", allowed="a header line and rows under it"))
    delimiter, above, header = _header(lines, where, columns)
    fields = {plain(name): name for name in columns}
    named = [fields.get(plain(name)) for name in header]
    place = said("{file}, line {line}", file=where, line=above)
    if problems := [*_header_problems(place, header, named, columns=columns, needed=needed)]:
        raise DataError(problems)
    rows, told = [], []
    for line, _, found in records(lines[above:], above=above, width=len(header), delimiter=delimiter):
        place = said("{file}, line {line}", file=where, line=line)
        if isinstance(found, Broken):
            told.append(Problem(place, found.what, found.text, AS_HEADER))
        elif found is not None and any(cells := [*map(one_line, found)]):
            if nameless := next((cell for name, cell in zip(named, cells, strict=True) if cell and not name), ""):
                told.append(Problem(place, "a cell in a column that has no name", nameless, "a name above it"))
            told += [
                Problem(place, "has digits on several lines", cell, "one number in a cell")
                for cell in filter(digits_over_lines, found)
            ]
            rows.append((line, {name: cell for name, cell in zip(named, cells, strict=True) if name}))
    return Table(tuple(rows), tuple(told))


def _header(lines: Sequence[str], where: str, columns: Sequence[str]) -> tuple[str, int, list[str]]:
    """What stands between cells, in how many lines the header ends, and the names in it.

    The header is the row among the first that names most of the columns; above it stands a title at the most.
    """
    declared = separator_in(lines[0])
    first, known = 0 if declared is None else 1, {*map(plain, columns)}
    most, best, above = 0, ("", 0, [""]), list[list[str]]()
    for delimiter in DELIMITERS if declared is None else declared:
        rows = first_rows(lines[first:], delimiter)
        for place, (end, cells) in enumerate(rows):
            if (named := len({*map(plain, cells)} & known)) > most:
                most, best = named, (delimiter, first + end, [*map(flat, cells)])
                above = [cells for _, cells in rows[:place]]
    if most < min(len(columns), 2):
        what = "has no line with the names of its columns among its first"
        raise DataError(Problem(where, what, "".join(lines[first : first + 1]), ", ".join(columns)))
    if filled := next((cells for cells in above if sum(map(bool, map(one_line, cells))) > _TITLE), None):
        what = said("stands above the names of the columns in line {line}", line=best[1])
        raise DataError(Problem(where, what, best[0].join(filled), "a title there, or nothing"))
    return best


def first_rows(lines: Sequence[str], delimiter: str) -> list[tuple[int, list[str]]]:
    """The first rows, among which a header is looked for, each with the line it ends in."""
    reader = csv.reader([f"{line}\n" for line in lines[: 3 * TITLE_LINES]], delimiter=delimiter)
    rows: list[tuple[int, list[str]]] = []
    with suppress(csv.Error):  # at a cell longer than any name: what follows is no header
        for cells in islice(reader, TITLE_LINES):
            rows.append((reader.line_num, cells))
    return rows


def _header_problems(
    where: str, header: Sequence[str], named: Sequence[str | None], *, columns: Sequence[str], needed: Sequence[str]
) -> Iterator[Problem]:
    for name in needed:
        if name not in named:
            yield Problem(where, said('column "{name}" is missing', name=name))
    for name, field in zip(header, named, strict=True):
        if name and field is None:
            yield Problem(where, "an unknown column", name, one_of(columns, seen=name, most=20))
    for field in dict.fromkeys(field for field in named if field is not None and named.count(field) > 1):
        yield Problem(where, "a column stands twice", field, "one name a column")


def records(lines: Iterable[str], *, above: int, width: int, delimiter: str) -> Iterator[Record]:
    """The rows in lines of text. A quote that is not closed as it was opened costs its own line alone.

    Parameters
    ----------
    above
        How many lines stand above the first of these.
    width
        How many cells a row has.

    Yields
    ------
    The line in which each row begins, over how many lines it goes, and its cells; `Broken` for a line that is no row,
    none for one that is blank.

    Examples
    --------
    >>> lines = ["a,b", "", 'c,"d', 'e"', 'f,"g', "h,i", "j"]
    >>> for line, size, found in records(lines, above=1, width=2, delimiter=","):
    ...     print(line, size, found.what if isinstance(found, Broken) else found)
    2 1 ['a', 'b']
    3 1 None
    4 2 ['c', 'd\\ne']
    6 1 is no row: a quote is not closed as it was opened
    7 1 ['h', 'i']
    8 1 has 1 cells where the header has 2
    """
    waiting: deque[str] = deque()
    rest, line = iter(lines), above
    while waiting or (following := next(rest, None)) is not None:
        text = waiting.popleft() if waiting else following
        assert text is not None
        line += 1
        if not text.strip():
            yield line, 1, None
            continue
        cells = text.split(delimiter) if '"' not in text else _cells(text, delimiter)
        if cells is not None:
            yield line, 1, cells if len(cells) == width else _misfit(text, len(cells), width)
            continue
        waiting.extend(islice(rest, CELL - len(waiting)))
        size, cells = _over_lines(text, waiting, width, delimiter)
        if cells is None:
            yield line, 1, Broken("is no row: a quote is not closed as it was opened", text)
            continue
        yield line, size, cells
        line += size - 1
        for _ in range(size - 1):
            waiting.popleft()


def _over_lines(text: str, following: Sequence[str], width: int, delimiter: str) -> tuple[int, list[str] | None]:
    """A row of which a quoted cell goes over several lines: how many, and its cells; none where other rows would be taken."""
    taken, marks = [text], text.count('"')
    for more in following:
        taken.append(more)
        marks += more.count('"')
        if marks % 2 == 0:
            break
    as_rows = sum(one.count(delimiter) >= width - 1 for one in taken)
    found = _cells("\n".join(taken), delimiter) if marks % 2 == 0 and as_rows < 2 else None
    return (len(taken), found) if found is not None and len(found) == width else (1, None)


def _cells(text: str, delimiter: str) -> list[str] | None:
    """The cells of a row, or nothing where a quote is opened and not closed as it should be."""
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True), None)
    except csv.Error:
        return None


def _misfit(text: str, seen: int, wanted: int) -> Broken:
    return Broken(said("has {seen} cells where the header has {wanted}", seen=seen, wanted=wanted), text)


def _fits(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
