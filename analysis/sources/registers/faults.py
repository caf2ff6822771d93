"""A register read again, row by row, because something in it cannot be used: which rows, which columns, and why."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.sources.registers.columns import Mapping as Columns
from analysis.sources.registers.expressions import COUNTS, FLAGS, INTEGERS, TEXTS, expressions, literal, quoted
from analysis.sources.registers.raw import Raw
from analysis.sources.registers.unread import REPLACED

if TYPE_CHECKING:
    import duckdb

Numbers = np.ndarray[Any, np.dtype[np.int64]]
REPEATED = "enterprise"
MORE = "full_members>"
ASTRAY = "joint_lead>"
WITHOUT = "five_good>"
NO_HEAD = "secretary_chairs_union>"
_SPREAD = 16  # bytes that each number may cost where it is told by its place whether one stood there before


@dataclass(frozen=True, eq=False)
class Rules:
    """What every row must keep.

    Parameters
    ----------
    known
        For `district` and `category`, the words of this register that stand for one of the study's; a column that is not
        there may hold any word.
    repeats
        Whether enterprises that stand twice are looked for, for which their numbers have to be text.
    """

    raw: Raw
    columns: Columns
    known: Mapping[str, Collection[str]]
    repeats: bool

    @property
    def rows(self) -> str:
        """Every row in SQL: number and file, its cells as texts named `raw_…`, its typed columns named `_…`."""
        raw, theirs = self.raw, self.columns.theirs
        typed = expressions(self.columns, raw.types)
        name = quoted(theirs[REPEATED]) if REPEATED in theirs else "NULL"
        typed[REPEATED] = f"coalesce(CAST({name} AS VARCHAR), '')"
        parts = [f"CAST({quoted(name)} AS VARCHAR) AS raw_{ours}" for ours, name in theirs.items()]
        parts += [f"{sql} AS _{ours}" for ours, sql in typed.items()]
        file = "filename" if raw.has_files else "''"
        return f"SELECT {raw.row} AS row_, {file} AS file_, {', '.join(parts)} FROM {raw.numbered or raw.table}"

    def conditions(self) -> dict[str, str]:
        """By column, what is true of a row with a fault there; a mark after the column tells a second rule of it."""
        has, found = self.columns.theirs, {}
        for column, words in self.known.items():
            listed = ", ".join(literal(word) for word in words)
            found[column] = f"_{column} NOT IN ({listed})" if words else "true"
        found |= {column: f"_{column} < 0" for column in (*COUNTS, *FLAGS) if column in has}
        found["organisation"] = "_organisation = ''"
        if "full_members" in has and "members" in has:
            found[MORE] = "_full_members > _members AND _members >= 0"
        if "joint_lead" in has:
            found[ASTRAY] = "_joint_lead = 1 AND _organisation NOT IN ('joint', '')"
        if "five_good" in has:
            led = "_joint_lead = 1" if "joint_lead" in has else "true"
            found[WITHOUT] = f"_five_good = 1 AND (_organisation = 'none' OR _organisation = 'joint' AND NOT ({led}))"
        if "secretary_chairs_union" in has:
            no_union = " OR _union = 0" if "union" in has else ""
            found[NO_HEAD] = f"_secretary_chairs_union = 1 AND (_organisation = 'none'{no_union})"
        # of every column, so that each scan reads the same ones and sets the same lines aside as no rows
        for column in (*TEXTS, REPEATED):
            if column in has and (column != REPEATED or self.repeats):
                damaged = f"contains(_{column}, '{REPLACED}')" if self.raw.replaced else f"length(_{column}) < 0"
                found[column] = f"{found[column]} OR {damaged}" if column in found else damaged
        return found

    @property
    def faulty(self) -> str:
        """What is true of a row with any fault of its own."""
        return " OR ".join(f"({condition})" for condition in self.conditions().values())


def set_aside(rules: Rules, *, repeated: bool) -> None:
    """Write the faults into the table `rejected`, a line each: `row_`, `file_`, `column_`, `value_`.

    Parameters
    ----------
    repeated
        Whether there are enterprises that stand twice; the first of them without a fault is kept.
    """
    connection = rules.raw.connection
    connection.execute(f"CREATE OR REPLACE TABLE suspects AS SELECT * FROM ({rules.rows}) WHERE {rules.faulty}")
    connection.execute("CREATE OR REPLACE TABLE rejected (row_ BIGINT, file_ VARCHAR, column_ VARCHAR, value_ VARCHAR)")
    for column, condition in rules.conditions().items():
        held = f"raw_{column.rstrip('>')}" if column.rstrip(">") in rules.columns.theirs else "NULL"
        connection.execute(
            f"INSERT INTO rejected SELECT row_, file_, {literal(column)}, {held} FROM suspects WHERE {condition}"
        )
    if repeated:
        connection.execute(
            f"INSERT INTO rejected SELECT row_, file_, '{REPEATED}', _{REPEATED} FROM ({rules.rows}) "
            f"WHERE _{REPEATED} <> '' AND NOT ({rules.faulty}) "
            f"QUALIFY row_number() OVER (PARTITION BY _{REPEATED} ORDER BY file_, row_) > 1"
        )


def kept(rules: Rules) -> duckdb.DuckDBPyRelation:
    """The rows without a fault, with our columns."""
    names = [*expressions(rules.columns, rules.raw.types)]
    columns = ", ".join(f"_{name} AS {quoted(name)}" for name in names)
    return rules.raw.connection.sql(
        f"SELECT {columns} FROM ({rules.rows}) AS all_ WHERE NOT ({rules.faulty}) AND NOT EXISTS "
        f"(SELECT 1 FROM rejected WHERE column_ = '{REPEATED}' AND rejected.row_ = all_.row_ AND rejected.file_ = all_.file_)"
    )


def has_repeats(raw: Raw, columns: Columns, *, at_once: bool) -> bool:
    """Whether any row names an enterprise that stands before it.

    Parameters
    ----------
    at_once
        Whether the register is short enough for all its numbers of enterprises to be held in memory.
    """
    if REPEATED not in columns.theirs:
        return False
    header = columns.theirs[REPEATED]
    name, ask = quoted(header), raw.connection.execute
    if at_once and raw.types[header] in INTEGERS - {"HUGEINT"}:
        found = ask(f"SELECT {name} AS numbers FROM {raw.table}").fetchnumpy()["numbers"]
        return not _all_differ(np.ma.compressed(found))
    # as many different hashes as names: no name stands twice; fewer: two hashes may have met
    for distinct in (f"hash({name})", name):
        ((more,),) = ask(
            f"SELECT count({name}) - count(DISTINCT {distinct}) FROM {raw.table} WHERE {name} IS NOT NULL"
        ).fetchall()
        if not more:
            return False
    return True


def _all_differ(numbers: Numbers) -> bool:
    if not len(numbers):
        return True
    low, high = int(numbers.min()), int(numbers.max())
    if high - low >= _SPREAD * len(numbers):
        return len(np.unique(numbers)) == len(numbers)
    seen = np.zeros(high - low + 1, dtype=np.bool_)
    seen[numbers - numbers.dtype.type(low)] = True
    return int(seen.sum()) == len(numbers)


def lines(rows: Numbers, without: Sequence[int], offset: int) -> Numbers:
    """Where rows stand in the file, when some of its lines are no rows.

    Examples
    --------
    >>> lines(np.array([1, 2, 3]), [3], 1).tolist()
    [2, 4, 5]
    """
    broken = np.array(sorted(without), dtype=np.int64)
    found: Numbers = rows + offset + np.searchsorted(broken - np.arange(len(broken)), rows + offset, side="right")
    return found


def faults(raw: Raw, *, most: int | None = None) -> Iterator[list[tuple[int, str, str, str | None]]]:
    """The faults set aside, in the order of the rows, some thousand at a time: row, file, column with its mark, value."""
    limit = f" LIMIT {most}" if most is not None else ""
    found = raw.connection.cursor().execute(
        f"SELECT row_, file_, column_, value_ FROM rejected ORDER BY file_, row_, column_{limit}"
    )
    while block := found.fetchmany(10_000):
        yield block


def counted(raw: Raw) -> list[tuple[str, str, int]]:
    """How many faults there are, by column and value; of words, one value stands for all."""
    counts = ", ".join(literal(name) for name in COUNTS)
    return raw.connection.execute(
        f"SELECT column_, CASE WHEN contains(value_, '{REPLACED}') THEN '{REPLACED}' "
        f"WHEN column_ IN ({counts}) THEN coalesce(value_, '') "
        "WHEN trim(coalesce(value_, '')) = '' THEN '' ELSE '?' END AS seen, count(*) FROM rejected GROUP BY ALL ORDER BY ALL"
    ).fetchall()


def rejected_rows(raw: Raw) -> int:
    """How many rows have a fault."""
    found = raw.connection.execute("SELECT count(*) FROM (SELECT DISTINCT file_, row_ FROM rejected)").fetchall()
    return int(found[0][0])
