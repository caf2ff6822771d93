"""A register's cells as our columns, by one SQL expression each. What cannot be used becomes -1 or an empty text.

A fault is not looked for row by row: it survives grouping as a key of -1 or an empty text, so that the scan which
counts a clean register is the scan which checks it. Only a register with faults is read again, to name them.
"""

from __future__ import annotations

from collections.abc import Mapping as Table

from analysis.sources.registers.columns import Mapping
from analysis.sources.registers.words import words_of

COUNTS = ("staff", "members", "full_members")
OPTIONAL_FLAGS = ("union", "secretary_chairs_union")  # without the column nothing is counted, and nothing said
FLAGS = ("joint_lead", "instructor", "five_good", "directly_managed", *OPTIONAL_FLAGS)
TEXTS = ("district", "category", "township")
MOST = 3_000_000  # staff of one enterprise; no employer on earth has more
UNUSABLE = -1_000_000_000  # of a column that is summed: no sum of usable values can hide it

INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "HUGEINT"}
_NUMBERS = INTEGERS | {"FLOAT", "DOUBLE"}


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


def expressions(mapping: Mapping, types: Table[str, str]) -> dict[str, str]:
    """The SQL expression of every column that cells are made of.

    Parameters
    ----------
    types
        DuckDB's type of each of the register's columns.
    """
    found = {column: _text(mapping, column) for column in TEXTS if column in mapping.theirs}
    found |= {column: _count(mapping, types, column) for column in COUNTS}
    flags = [column for column in FLAGS if column in mapping.theirs or column not in OPTIONAL_FLAGS]
    found |= {column: _flag(mapping, types, column) for column in flags}
    return found | {"organisation": _organisation(mapping, types)}


def projection(mapping: Mapping, types: Table[str, str]) -> str:
    """The SELECT list; full members above the members cannot be used."""
    found = expressions(mapping, types)
    members, full = found["members"], found["full_members"]
    if "full_members" in mapping.theirs and "members" in mapping.theirs:
        found["full_members"] = f"CASE WHEN {full} <= {members} THEN {full} ELSE -1 END"
    return ", ".join(f"{sql} AS {quoted(column)}" for column, sql in found.items())


def cell(mapping: Mapping, column: str) -> str:
    """A cell of the register; an empty one as 0 where the study says so."""
    name = quoted(mapping.theirs[column])
    if column in mapping.blank_is_zero:
        return f"coalesce(nullif(trim(CAST({name} AS VARCHAR)), ''), '0')"
    return name


def _type(mapping: Mapping, types: Table[str, str], column: str) -> str:
    return "VARCHAR" if column in mapping.blank_is_zero else types[mapping.theirs[column]]


def _text(mapping: Mapping, column: str) -> str:
    return f"coalesce(CAST({quoted(mapping.theirs[column])} AS VARCHAR), '')"


def _count(mapping: Mapping, types: Table[str, str], column: str) -> str:
    if column not in mapping.theirs:
        return "0"
    name, kind = cell(mapping, column), _type(mapping, types, column)
    if kind in INTEGERS:
        return f"CASE WHEN {name} BETWEEN 0 AND {MOST} THEN {name} ELSE -1 END"
    if kind == "VARCHAR":
        spelt = f"regexp_replace(nfc_normalize(trim({name})), '^(\\d{{1,3}}(?:[,，]\\d{{3}})+)(?:\\.0+)?$', '\\1')"
        name = f"coalesce(TRY_CAST({name} AS DOUBLE), TRY_CAST(replace(replace({spelt}, ',', ''), '，', '') AS DOUBLE))"
    elif kind not in _NUMBERS and not kind.startswith("DECIMAL"):
        return "-1"
    return f"CASE WHEN {name} BETWEEN 0 AND {MOST} AND {name} = floor({name}) THEN CAST({name} AS INTEGER) ELSE -1 END"


def _flag(mapping: Mapping, types: Table[str, str], column: str) -> str:
    if column not in mapping.theirs:
        return "0"
    name, kind = cell(mapping, column), _type(mapping, types, column)
    wrong = UNUSABLE if column == "joint_lead" else -1
    if kind == "BOOLEAN":
        return f"CASE WHEN {name} THEN 1 WHEN NOT {name} THEN 0 ELSE {wrong} END"
    if kind in _NUMBERS and not mapping.values.get(column):
        return f"CASE WHEN {name} = 1 THEN 1 WHEN {name} = 0 THEN 0 ELSE {wrong} END"
    return _worded(mapping, column, name, wrong=str(wrong))


def _organisation(mapping: Mapping, types: Table[str, str]) -> str:
    return _worded(mapping, "organisation", cell(mapping, "organisation"), wrong="''")


def _worded(mapping: Mapping, column: str, name: str, *, wrong: str) -> str:
    """A word as what it means: first as our own words are spelt, which is quick, then by the dictionary.

    Parameters
    ----------
    wrong
        In SQL, what stands for a word that nobody knows.
    """
    known = {
        **words_of(column),
        **{word.strip().casefold(): ours for word, ours in mapping.values.get(column, {}).items()},
    }
    text = f"CAST({name} AS VARCHAR)"
    means = literal if column == "organisation" else str
    own = sorted(set(known.values()))
    quick = " ".join(f"WHEN {literal(ours)} THEN {means(ours)}" for ours in own if known.get(ours) == ours)
    slow = " ".join(f"WHEN {literal(word)} THEN {means(ours)}" for word, ours in known.items())
    return f"CASE {text} {quick} ELSE (CASE lower(trim({text})) {slow} ELSE {wrong} END) END"
