"""Rows that are not counted: which, why, and which of them are no rows of an enterprise at all.

Three tables of the connection: `bad`, the kinds of rows with a fault; `aside`, the rows of these kinds, as they stand;
`repeated`, rows without a fault of an enterprise that stands before them.
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
_REPEATED = "repeats an earlier row", "each enterprise once"
_SIGNS = r"[\s\x{3000}\x{00a0}\x{feff}\x{200b}]*"


@dataclass(frozen=True)
class Repeats:
    """Whether enterprises that stand twice were looked for, and whether there are any."""

    were_looked_for: bool
    are_there: bool = False
    notes: tuple[str, ...] = ()


UNASKED = Repeats(were_looked_for=False)


@dataclass(frozen=True)
class Counts:
    """How many rows have a fault, by what; which of those set aside are none of an enterprise; words that cannot be used."""

    rows: int
    told: tuple[tuple[str, int], ...]
    faults: tuple[tuple[str, str, int], ...]
    unknown: tuple[tuple[str, str, int], ...]


def set_kinds_aside(raw: Raw, kinds: pyarrow.Table, *, begin: bool) -> None:
    """Keep kinds of rows that have a fault.

    Parameters
    ----------
    begin
        Whether these are the first.
    """
    raw.connection.register("more", kinds.drop_columns([ROWS]))
    raw.connection.execute("CREATE OR REPLACE TABLE bad AS FROM more" if begin else "INSERT INTO bad FROM more")


def set_rows_aside(raw: Raw, rules: Rules) -> None:
    """Find the rows of these kinds, and tell those of an enterprise from totals and from rows without a value."""
    ask = raw.connection.execute
    if not _has(raw, "bad"):
        ask(f"CREATE TABLE bad AS SELECT * EXCLUDE ({quoted(ROWS)}) FROM kinds LIMIT 0")
    same = " AND ".join(f"one.{quoted(name)} IS NOT DISTINCT FROM bad.{quoted(name)}" for name in rules.used)
    cells = ", ".join(f"coalesce(CAST({quoted(name)} AS VARCHAR), '')" for name in raw.types)
    totals = "|".join(dictionary()["totals"]["words"])
    is_total = rf"(?i)(^|\x1f){_SIGNS}([^\x1f]{{0,12}}[^\x1f\s])?({totals}){_SIGNS}[:：]?{_SIGNS}(\x1f|$)"
    ask(
        f"CREATE OR REPLACE TABLE aside AS SELECT place_, file_, {', '.join(map(quoted, rules.used))}, "
        f"CASE WHEN regexp_full_match(cells_, {literal(f'({_SIGNS}|' + chr(92) + 'x1f)*')}) THEN 'rows without a value' "
        f"WHEN regexp_matches(cells_, {literal(is_total)}) THEN 'totals' ELSE '' END AS what_ "
        f"FROM (SELECT {raw.place} AS place_, {raw.file} AS file_, concat_ws(chr(31), {cells}) AS cells_, "
        f"{rules.selected(raw.types)} FROM {raw.numbered or raw.table}) AS one SEMI JOIN bad ON {same}"
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
        (shortened,) = ask(
            f"SELECT count(*) FROM {raw.table} WHERE regexp_full_match({text}, ?)", [_SHORTENED]
        ).fetchone() or (0,)
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
        found = ask(
            f"SELECT count({key}) - count(DISTINCT {distinct}) FROM {raw.table}{joined} WHERE {text} <> ''"
        ).fetchone()
        if found == (0,):
            return Repeats(were_looked_for=True)
    faulty = ""
    if _has(raw, "bad"):
        same = " AND ".join(f"one.{quoted(used)} IS NOT DISTINCT FROM bad.{quoted(used)}" for used in rules.used)
        faulty = f" ANTI JOIN bad ON {same}"
    used = ", ".join(quoted(one) for one in rules.used)
    ask(
        f"CREATE OR REPLACE TABLE repeated AS SELECT place_, file_, name_, {used} FROM (SELECT {raw.place} AS place_, "
        f"{raw.file} AS file_, {text} AS name_, {key} AS key_, {rules.selected(raw.types)} FROM {raw.numbered or raw.table}"
        f"{joined}) AS one{faulty} WHERE key_ IS NOT NULL AND name_ <> '' "
        "QUALIFY row_number() OVER (PARTITION BY key_ ORDER BY file_, place_) > 1"
    )
    ((rows,),) = ask("SELECT count(*) FROM repeated").fetchall()
    return Repeats(were_looked_for=True, are_there=rows > 0)


def repeated_kinds(rules: Rules) -> str:
    """In SQL, the kinds of the repeated rows."""
    return f"SELECT {', '.join(map(quoted, rules.used))}, count(*) AS {quoted(ROWS)} FROM repeated GROUP BY ALL"


def counted(raw: Raw, rules: Rules) -> Counts:
    """What the rows set aside come to."""
    ask = raw.connection.execute
    told = ask("SELECT what_, count(*) FROM aside WHERE what_ <> '' GROUP BY ALL ORDER BY ALL DESC").fetchall()
    used = ", ".join(map(quoted, rules.used))
    kinds = raw.connection.sql(
        f"SELECT {used}, count(*) AS {quoted(ROWS)} FROM aside WHERE what_ = '' GROUP BY ALL"
    ).to_arrow_table()
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
    again = ask("SELECT count(*) FROM repeated").fetchone() if _has(raw, "repeated") else None
    if again and again[0]:
        faults[ENTERPRISE, _REPEATED[0]] += int(again[0])
    return Counts(
        int(rows.sum()) + (int(again[0]) if again else 0),
        tuple((str(what), int(count)) for what, count in told),
        tuple((*kind, count) for kind, count in sorted(faults.items(), key=lambda one: (-one[1], one[0]))),
        tuple((*word, count) for word, count in unknown.most_common()),
    )


def faults(raw: Raw, rules: Rules, *, most: int | None = None) -> Iterator[Fault]:
    """The faults in the order of the rows."""
    broken = (((one.file, one.row), one) for one in sorted(raw.broken, key=lambda one: one.row))
    parts = [broken, _of_rows(raw, rules, most), _of_repeats(raw, most)]
    for _, fault in heapq.merge(*parts, key=lambda one: one[0]):
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
    return tuple(
        (column, shown(word, names=column not in _PLACES), count)
        for column, word, count in counts.unknown
        if column in WORDED
    )[:UNKNOWN]


def left_out(raw: Raw) -> Iterator[str]:
    """In which rows of the file stands what is none of an enterprise."""
    asked = (
        "SELECT what_, min(place_), max(place_), count(*) FROM aside WHERE what_ <> '' GROUP BY ALL ORDER BY ALL DESC"
    )
    for what, first, last, count in raw.connection.execute(asked).fetchall():
        if count == 1:
            yield said("{what}: row {row:,}, left out", what=constant(what), row=first)
        else:
            told = "{what}: {count:,} rows, the first {first:,}, the last {last:,}; left out"
            yield said(told, what=constant(what), count=count, first=first, last=last)


_Placed = tuple[tuple[str, int], Fault]


def _of_rows(raw: Raw, rules: Rules, most: int | None) -> Iterator[_Placed]:
    if not _has(raw, "aside"):
        return
    limit = f" LIMIT {most}" if most is not None else ""
    import pyarrow

    asked = f"SELECT * FROM aside WHERE what_ = '' ORDER BY file_, place_{limit}"
    for block in raw.connection.cursor().sql(asked).to_arrow_reader(_BLOCK):
        table = pyarrow.Table.from_batches([block])
        found = rules.understood(table)
        cells = {name: table[name].to_pylist() for name in table.column_names}
        for at, (place, file) in enumerate(zip(cells["place_"], cells["file_"], strict=True)):
            for name, flags in found.faulty.items():
                if flags[at]:
                    column, (what, allowed) = rules.fault_at(name, cells[name][at] if name in cells else None)
                    value = text_of(cells[column][at]) if column in cells else ""
                    yield (file, place), Fault(place, column, what, value, allowed, file)


def _of_repeats(raw: Raw, most: int | None) -> Iterator[_Placed]:
    if not _has(raw, "repeated"):
        return
    limit = f" LIMIT {most}" if most is not None else ""
    found = raw.connection.cursor().execute(f"SELECT place_, file_, name_ FROM repeated ORDER BY file_, place_{limit}")
    while block := found.fetchmany(_BLOCK):
        for place, file, name in block:
            yield (file, place), Fault(place, ENTERPRISE, _REPEATED[0], name, _REPEATED[1], file)


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


def _has(raw: Raw, table: str) -> bool:
    return bool(raw.connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = ?", [table]).fetchall())
