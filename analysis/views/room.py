"""How much room the text of a table takes: the same rules for every format."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from math import ceil

from analysis.ledger import Claim
from analysis.views.blocks import Inlines, Table
from analysis.views.wording import plain

_MANY, _TALL = 10, 9  # rows, or lines of text, from which a table may run over the page
FEWEST = 3  # rows that stand together on a table's first page, and on its last
_SENTENCE = 32  # letters, from which a cell is likely to run over its line
_LINE = {"normal": 88, "small": 102}  # letters in a line of a table
_SHORT = 8  # letters of a Chinese name that is not to be broken
_LONGEST = 24  # letters of a word that is not to be broken: addresses are
_WHOLE = 18  # letters of a cell with a number that is not to be broken
_WORD = re.compile(r"[^\s\u2e80-\uffff]+")


def is_wordy(table: Table) -> bool:
    """Whether cells beside the row's name hold sentences: then rows start at the top and stand further apart."""
    return any(cell_width(cell) > _SENTENCE for row in table.rows for cell in row[1:])


def runs_over(table: Table) -> bool:
    """Whether a table may run over the page: with many rows, or with fewer that are tall, and some for either page.

    Examples
    --------
    >>> from analysis.views.blocks import Column
    >>> runs_over(Table("t", "", (Column("Why"),), (("a word",),) * 7))
    False
    >>> runs_over(Table("t", "", (Column("Why"),), (("a word " * 25,),) * 7))
    True
    """
    rows = len(table.rows)
    return rows >= _MANY or (rows >= 2 * FEWEST and sum(_lines(table)) >= _TALL)


def column_shares(table: Table) -> tuple[float, ...]:
    """Each column's share of the width: as the table asks, but wide enough for its longest word or number.

    What a column lacks is taken from those with room to spare.

    Examples
    --------
    >>> from analysis.views.blocks import Column
    >>> columns = (Column("Why", width=9), Column("Importance", width=1))
    >>> [round(share, 2) for share in column_shares(Table("t", "", columns, (), size="small"))]
    [0.88, 0.12]
    """
    line = _LINE[table.size]
    total = sum(column.width for column in table.columns)
    asked = [column.width / total for column in table.columns]
    needed = [
        (max(_unbroken((column.label,)), *(_unbroken(row[place]) for row in table.rows), 0) + 2) / line
        for place, column in enumerate(table.columns)
    ]
    spare = sum(max(share - need, 0) for share, need in zip(asked, needed, strict=True))
    short = sum(max(need - share, 0) for share, need in zip(asked, needed, strict=True))
    given = min(short / spare, 1) if spare else 0
    shares = [max(share, need) - max(share - need, 0) * given for share, need in zip(asked, needed, strict=True)]
    return tuple(share / sum(shares) for share in shares)


def keeps_whole(content: Inlines) -> bool:
    """Whether a cell is a number with few words beside it, which no line end may part."""
    return cell_width(content) <= _WHOLE and any(isinstance(piece, Claim) for piece in content)


def cell_width(content: Inlines) -> int:
    """How much room a cell's text takes, in Latin letters; a Chinese character counts as two.

    Examples
    --------
    >>> cell_width(("昆山市 Kunshan",))
    14
    """
    return text_width(plain(content))


@lru_cache(maxsize=8192)
def text_width(text: str) -> int:
    """The room of a text in Latin letters."""
    return len(text) if text.isascii() else len(text) + sum(map("\u2e80".__le__, text))


def _lines(table: Table) -> Iterator[int]:
    """About how many lines each row takes."""
    room = [max(share * _LINE[table.size] - 2, 1) for share in column_shares(table)]
    for row in table.rows:
        yield max((ceil(cell_width(cell) / width) for cell, width in zip(row, room, strict=True)), default=1)


def _unbroken(content: Inlines) -> int:
    """The room of what must not be broken: the longest word, a short name, a number with the words beside it."""
    return _unbroken_in(plain(content), any(isinstance(piece, Claim) for piece in content))


@lru_cache(maxsize=8192)  # a table is measured for every document that holds it
def _unbroken_in(text: str, has_number: bool) -> int:
    room = text_width(text)
    whole = room <= _SHORT or (has_number and room <= _WHOLE)
    words = (min(len(word), _LONGEST) for word in _WORD.findall(text))
    return max([*words, room if whole else 0])
