"""Rows that are not counted: which, why, and which of them are no rows of an enterprise at all.

Two tables of the connection: `bad`, the kinds of rows with a fault; `aside`, rows as they stand, each with what it is: a
total, a row without a value, a repeat of an enterprise that stands before it, or (empty) a row of a kind with a fault.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analysis.cell_text import flat, text_of
from analysis.errors import DataError, Problem
from analysis.messages import constant, said
from analysis.sources.persons.screen import NO_PERSON, about_persons, shown
from analysis.sources.register import ROWS
from analysis.sources.registers.readers.raw import Raw, literal, quoted
from analysis.sources.registers.report import Fault
from analysis.sources.registers.rules import ENTERPRISE, INTEGERS, WORDED, Rules
from analysis.sources.registers.words import dictionary

if TYPE_CHECKING:
    import pyarrow

UNKNOWN = 1_000  # words that are kept of those that nobody knows
_BLOCK = 10_000  # rows with a fault that are told at once
_PLAIN_ID = "[0-9A-Z_-]*"  # names of enterprises that no normalisation changes
_SHORTENED = r"\d(\.\d+)?[eE]\+\d+"  # what a spreadsheet makes of a long number
_PLACES = ("district", "category", "township")  # their names are like those of people
_SIGNS = r"[\s\x{3000}\x{00a0}\x{feff}\x{200b}]*"
_EMPTY, _TOTAL, _REPEATED = "rows without a value", "totals", "repeats an earlier row"
_ONCE = "each enterprise once"


@dataclass(frozen=True)
class Repeats:
    """Whether enterprises that stand twice were looked for, and how many rows repeat one."""

    were_looked_for: bool
    rows: int = 0
    notes: tuple[str, ...] = ()


UNASKED = Repeats(were_looked_for=False)


@dataclass(frozen=True)
class Counts:
    """What the rows set aside come to.

    Parameters
    ----------
    rows
        How many are of enterprises.
    told
        How many are not, by what they are.
    faults
        How many there are of each, by column and what is wrong.
    unknown
        Words that cannot be used, by column, with how many rows have them; the most frequent first.
    notes
        In which rows of the file stands what is none of an enterprise.
    """

    rows: int
    told: tuple[tuple[str, int], ...]
    faults: tuple[tuple[str, str, int], ...]
    unknown: tuple[tuple[str, str, int], ...]
    notes: tuple[str, ...]


def begin(raw: Raw, rules: Rules) -> None:
    """The two tables, with nothing in them."""
    used = ", ".join(map(quoted, rules.used))
    raw.connection.execute(
        f"CREATE OR REPLACE TABLE bad AS SELECT {used} FROM kinds LIMIT 0; CREATE OR REPLACE TABLE aside AS "
        f"SELECT 0::BIGINT AS place_, '' AS file_, {used}, '' AS what_, '' AS name_ FROM kinds LIMIT 0"
    )


def set_kinds_aside(raw: Raw, kinds: pyarrow.Table) -> None:
    """Keep kinds of rows that have a fault."""
    raw.connection.register("more", kinds.drop_columns([ROWS]))
    raw.connection.execute("INSERT INTO bad FROM more")


def set_rows_aside(raw: Raw, rules: Rules) -> None:
    """Find the rows of these kinds, and tell those of an enterprise from totals and from rows without a value."""
    cells = ", ".join(f"coalesce(CAST({quoted(name)} AS VARCHAR), '')" for name in raw.types)
    totals = "|".join(dictionary()["totals"]["words"])
    is_total = rf"(?i)(^|\x1f){_SIGNS}([^\x1f]{{0,12}}[^\x1f\s])?({totals}){_SIGNS}[:：]?{_SIGNS}(\x1f|$)"
    what = (
        f"CASE WHEN regexp_full_match(cells_, {literal(f'({_SIGNS}|' + chr(92) + 'x1f)*')}) THEN '{_EMPTY}' "
        f"WHEN regexp_matches(cells_, {literal(is_total)}) THEN '{_TOTAL}' ELSE '' END"
    )
    raw.connection.execute(
        f"INSERT INTO aside SELECT place_, file_, {_used(rules)}, {what}, '' FROM "
        f"(SELECT concat_ws(chr(31), {cells}) AS cells_, {_placed(raw, rules)}) AS one SEMI JOIN bad ON {_same(rules)}"
    )


def set_repeats_aside(raw: Raw, rules: Rules) -> Repeats:
    """Find rows of an enterprise that stands before them; of those without a fault the first is kept.

    Names of enterprises are compared without width, case and blanks.
    """
    if ENTERPRISE not in rules.columns.theirs:
        return UNASKED
    ask, header = raw.connection.execute, rules.columns.theirs[ENTERPRISE]
    name, is_number = quoted(header), raw.types[header] in INTEGERS
    text = f"CAST({name} AS VARCHAR)"
    if not is_number:
        shortened = _one(
            raw, f"SELECT count(*) FROM {raw.table} WHERE regexp_full_match({text}, {literal(_SHORTENED)})"
        )
        if shortened:
            what = "column {column}: a spreadsheet shortened {count:,} numbers; keep them as text. Repeats were not looked for"
            return Repeats(were_looked_for=False, notes=(said(what, column=header, count=shortened),))
        _name_alike(raw, text)
    key = name if is_number else f"CASE WHEN regexp_full_match({text}, '{_PLAIN_ID}') THEN {text} ELSE alike.key END"
    joined = "" if is_number else f" LEFT JOIN alike ON {text} = alike.name"
    for distinct in (
        f"hash({key})",
        key,
    ):  # as many different hashes as names: none stands twice; fewer: two may have met
        asked = f"SELECT count({key}) - count(DISTINCT {distinct}) FROM {raw.table}{joined} WHERE {text} <> ''"
        if not _one(raw, asked):
            return Repeats(were_looked_for=True)
    ask(
        f"INSERT INTO aside SELECT place_, file_, {_used(rules)}, '{_REPEATED}', name_ FROM "
        f"(SELECT {text} AS name_, {key} AS key_, {_placed(raw, rules)}{joined}) AS one ANTI JOIN bad ON {_same(rules)} "
        "WHERE key_ IS NOT NULL AND name_ <> '' QUALIFY row_number() OVER (PARTITION BY key_ ORDER BY file_, place_) > 1"
    )
    return Repeats(were_looked_for=True, rows=_one(raw, f"SELECT count(*) FROM aside WHERE what_ = '{_REPEATED}'"))


def repeated_kinds(raw: Raw, rules: Rules) -> pyarrow.Table:
    """The kinds of the repeated rows."""
    return _kinds(raw, rules, _REPEATED)


def counted(raw: Raw, rules: Rules, repeats: Repeats) -> Counts:
    """What the rows set aside come to."""
    kinds = _kinds(raw, rules, "")
    rows, found = kinds[ROWS].to_numpy(), rules.understood(kinds)
    faults: Counter[tuple[str, str]] = Counter()
    unknown: Counter[tuple[str, str]] = Counter()
    for name, flags in found.faulty.items():
        cells = kinds[name].to_pylist() if name in kinds.column_names else [None] * len(rows)
        for at in flags.nonzero()[0].tolist():
            column, (what, _) = rules.fault_at(name, cells[at])
            faults[column, what] += int(rows[at])
            if flat(text_of(cells[at])):
                unknown[column, flat(text_of(cells[at]))] += int(rows[at])
    for broken in raw.broken:
        faults["", getattr(broken.what, "template", broken.what)] += 1
    if repeats.rows:
        faults[ENTERPRISE, _REPEATED] += repeats.rows
    others = raw.connection.execute(
        f"SELECT what_, count(*), min(place_), max(place_) FROM aside WHERE what_ IN ('{_EMPTY}', '{_TOTAL}') "
        "GROUP BY ALL ORDER BY ALL DESC"
    ).fetchall()
    return Counts(
        int(rows.sum()) + repeats.rows,
        tuple((what, count) for what, count, *_ in others),
        tuple((*kind, count) for kind, count in sorted(faults.items(), key=lambda one: (-one[1], one[0]))),
        tuple((*word, count) for word, count in unknown.most_common()),
        tuple(_left_out(*one) for one in others),
    )


def faults(raw: Raw, rules: Rules, *, most: int | None = None) -> Iterator[Fault]:
    """The faults in the order of the rows."""
    broken = sorted(raw.broken, key=lambda one: one.row)
    of_rows = _of_rows(raw, rules, most)
    for fault in heapq.merge(broken, of_rows, key=lambda one: (one.file, one.row)):
        yield replace(fault, value=shown(fault.value, names=fault.column not in _PLACES))


def unknown_words(raw: Raw, rules: Rules, counts: Counts) -> tuple[tuple[str, str, int], ...]:
    """Words that nobody knows, the most frequent first: our column, the word, in how many rows.

    Of a register in which they are about persons, a column of theirs under the header of one of ours, none is told.

    Raises
    ------
    DataError
        With every such column.
    """
    problems = []
    for ours in dict.fromkeys(column for column, _, _ in counts.unknown):
        if kind := about_persons(word for column, word, _ in counts.unknown if column == ours):
            place = said("{file}, column {column}", file=raw.where, column=rules.columns.theirs[ours])
            problems.append(Problem(place, said("holds {kind}; nothing was kept", kind=kind), None, NO_PERSON))
    if problems:
        raise DataError(problems)
    told = [one for one in counts.unknown if one[0] in WORDED][:UNKNOWN]
    return tuple((column, shown(word, names=column not in _PLACES), count) for column, word, count in told)


def _of_rows(raw: Raw, rules: Rules, most: int | None) -> Iterator[Fault]:
    import pyarrow

    limit = f" LIMIT {most}" if most is not None else ""
    asked = f"SELECT * FROM aside WHERE what_ IN ('', '{_REPEATED}') ORDER BY file_, place_{limit}"
    for block in raw.connection.cursor().sql(asked).to_arrow_reader(_BLOCK):
        table = pyarrow.Table.from_batches([block])
        found = rules.understood(table)
        cells = {name: table[name].to_pylist() for name in table.column_names}
        for at, (place, file, is_) in enumerate(zip(cells["place_"], cells["file_"], cells["what_"], strict=True)):
            if is_:
                yield Fault(place, ENTERPRISE, is_, cells["name_"][at], _ONCE, file)
            for name, flags in found.faulty.items():
                if flags[at]:
                    column, (what, allowed) = rules.fault_at(name, cells[name][at] if name in cells else None)
                    yield Fault(
                        place, column, what, text_of(cells[column][at]) if column in cells else "", allowed, file
                    )


def _left_out(what: str, count: int, first: int, last: int) -> str:
    if count == 1:
        return said("{what}: row {row:,}, left out", what=constant(what), row=first)
    told = "{what}: {count:,} rows, the first {first:,}, the last {last:,}; left out"
    return said(told, what=constant(what), count=count, first=first, last=last)


def _name_alike(raw: Raw, text: str) -> None:
    """Into the table `alike`: from each name of an enterprise that a normalisation changes, what it is compared by."""
    import pyarrow

    raw.connection.execute("CREATE OR REPLACE TABLE alike (name VARCHAR, key VARCHAR)")
    asked = f"SELECT DISTINCT {text} AS name FROM {raw.table} WHERE NOT regexp_full_match({text}, '{_PLAIN_ID}')"
    for block in raw.connection.sql(asked).to_arrow_table().to_batches(_BLOCK):
        names = block["name"].to_pylist()
        keys = ["".join(flat(name).upper().split()) for name in names]
        raw.connection.register("more", pyarrow.table({"name": names, "key": keys}))
        raw.connection.execute("INSERT INTO alike FROM more")


def _kinds(raw: Raw, rules: Rules, what: str) -> pyarrow.Table:
    """The kinds of rows that were set aside for what they are."""
    used = _used(rules)
    asked = f"SELECT {used}, count(*) AS {quoted(ROWS)} FROM aside WHERE what_ = '{what}' GROUP BY ALL"
    return raw.connection.sql(asked).to_arrow_table()


def _used(rules: Rules) -> str:
    return ", ".join(map(quoted, rules.used))


def _same(rules: Rules) -> str:
    return " AND ".join(f"one.{quoted(name)} IS NOT DISTINCT FROM bad.{quoted(name)}" for name in rules.used)


def _placed(raw: Raw, rules: Rules) -> str:
    """What is selected of every row: where it stands, and the cells that are used."""
    cells = rules.selected(raw.types)
    return f"{raw.place} AS place_, {raw.file} AS file_, {cells} FROM {raw.numbered or raw.table}"


def _one(raw: Raw, asked: str) -> int:
    ((count,),) = raw.connection.execute(asked).fetchall()
    return int(count)
