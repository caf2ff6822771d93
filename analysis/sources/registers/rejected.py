"""Rows that are not counted: which, why, and which of them are no rows of an enterprise at all.

Two tables of the connection: `bad`, the kinds of rows with a fault; `aside`, rows as they stand, each with what it is: a
total, a row without a value, a repeat of an enterprise that stands before it, or (empty) a row of a kind with a fault.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from analysis.cell_text import flat, text_of
from analysis.errors import DataError, Problem
from analysis.messages import constant, said
from analysis.sources.persons.screen import NO_PERSON, about_persons, shown
from analysis.sources.register import ROWS
from analysis.sources.registers.readers.raw import Raw, literal, quoted
from analysis.sources.registers.report import LISTED, Fault, Report
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


@dataclass(frozen=True, eq=False)
class Aside:
    """The rows of one register that are set aside; made anew, there are none."""

    raw: Raw
    rules: Rules

    def __post_init__(self) -> None:
        self._ask(
            f"CREATE OR REPLACE TABLE bad AS SELECT {self._used} FROM kinds LIMIT 0; CREATE OR REPLACE TABLE aside AS "
            f"SELECT 0::BIGINT AS place_, '' AS file_, {self._used}, '' AS what_, '' AS name_ FROM kinds LIMIT 0"
        )

    def add(self, kinds: pyarrow.Table) -> None:
        """Keep kinds of rows that have a fault."""
        self.raw.connection.register("more", kinds.drop_columns([ROWS]))
        self._ask("INSERT INTO bad FROM more")

    def repeats(self) -> Repeats:
        """Set rows of an enterprise aside that stands before them; of those without a fault the first is kept.

        Names of enterprises are compared without width, case and blanks.
        """
        if ENTERPRISE not in self.rules.columns.theirs:
            return UNASKED
        header, table = self.rules.columns.theirs[ENTERPRISE], self.raw.table
        name, is_number = quoted(header), self.raw.types[header] in INTEGERS
        text, key, joined = f"CAST({name} AS VARCHAR)", name, ""
        if not is_number:
            is_short = f"regexp_full_match({text}, {literal(_SHORTENED)})"
            if shortened := self._count(f"SELECT count(*) FROM {table} WHERE {is_short}"):
                what = (
                    "column {column}: a spreadsheet shortened {count:,} numbers; keep them as text. "
                    "Repeats were not looked for"
                )
                return Repeats(were_looked_for=False, notes=(said(what, column=header, count=shortened),))
            is_plain = f"regexp_full_match({text}, '{_PLAIN_ID}')"
            self._name_alike(f"SELECT DISTINCT {text} AS name FROM {table} WHERE NOT {is_plain}")
            key, joined = (
                f"CASE WHEN {is_plain} THEN {text} ELSE alike.key END",
                f" LEFT JOIN alike ON {text} = alike.name",
            )
        # as many different hashes as names: none stands twice; fewer: two may have met
        for distinct in (f"hash({key})", key):
            counted = f"SELECT count({key}) - count(DISTINCT {distinct}) FROM {table}{joined} WHERE {text} <> ''"
            if not self._count(counted):
                return Repeats(were_looked_for=True)
        self._ask(
            f"INSERT INTO aside SELECT place_, file_, {self._used}, '{_REPEATED}', name_ FROM "
            f"(SELECT {text} AS name_, {key} AS key_, {self._placed}{joined}) AS one ANTI JOIN bad ON {self._same} WHERE "
            "key_ IS NOT NULL AND name_ <> '' QUALIFY row_number() OVER (PARTITION BY key_ ORDER BY file_, place_) > 1"
        )
        return Repeats(
            were_looked_for=True, rows=self._count(f"SELECT count(*) FROM aside WHERE what_ = '{_REPEATED}'")
        )

    def repeated(self) -> pyarrow.Table:
        """The kinds of the repeated rows."""
        return self._kinds(_REPEATED)

    def told(self, report: Report, repeats: Repeats, on_faults: Callable[[Iterator[Fault]], object] | None) -> Report:
        """A report with what is wrong, and with which rows are none of an enterprise.

        Parameters
        ----------
        on_faults
            Called with every fault, in the order of the rows.

        Raises
        ------
        DataError
            When what nobody knows is about persons, a column of theirs under the header of one of ours: nothing is told.
        """
        self._set_rows_aside()
        kinds, broken = self._kinds(""), self.raw.broken
        rows = kinds[ROWS].to_pylist()
        faults: Counter[tuple[str, str]] = Counter()
        unknown: Counter[tuple[str, str]] = Counter()
        for at, name, one in self._faults_in(kinds):
            faults[one.column, one.what] += rows[at]
            if name == one.column and flat(one.value):  # and not a rule between several cells
                unknown[one.column, flat(one.value)] += rows[at]
        faults.update(("", getattr(one.what, "template", one.what)) for one in broken)
        if repeats.rows:
            faults[ENTERPRISE, _REPEATED] += repeats.rows
        left_out = self._ask(
            f"SELECT what_, count(*), min(place_), max(place_) FROM aside WHERE what_ IN ('{_EMPTY}', '{_TOTAL}') "
            "GROUP BY ALL ORDER BY ALL DESC"
        )
        words = self._unknown_words(unknown)
        first = [one for one, _ in zip(self.faults(most=LISTED), range(LISTED), strict=False)]
        if on_faults is not None:
            on_faults(self.faults())
        return replace(
            report,
            rejected=sum(rows) + repeats.rows + len(broken),
            told=(*report.told, *((what, count) for what, count, *_ in left_out)),
            faults=tuple((*kind, count) for kind, count in sorted(faults.items(), key=lambda one: (-one[1], one[0]))),
            unknown=words,
            notes=(*report.notes, *(_left_out(*one) for one in left_out)),
            first=tuple(first),
        )

    def faults(self, *, most: int | None = None) -> Iterator[Fault]:
        """The faults in the order of the rows."""
        broken = sorted(self.raw.broken, key=lambda one: one.row)
        for fault in heapq.merge(broken, self._of_rows(most), key=lambda one: (one.file, one.row)):
            yield replace(fault, value=shown(fault.value, names=fault.column not in _PLACES))

    def _set_rows_aside(self) -> None:
        """Find the rows of the bad kinds, and tell those of an enterprise from totals and from rows without a value."""
        cells = ", ".join(f"coalesce(CAST({quoted(name)} AS VARCHAR), '')" for name in self.raw.types)
        totals = "|".join(dictionary()["totals"]["words"])
        is_empty = rf"({_SIGNS}|\x1f)*"
        is_total = rf"(?i)(^|\x1f){_SIGNS}([^\x1f]{{0,12}}[^\x1f\s])?({totals}){_SIGNS}[:：]?{_SIGNS}(\x1f|$)"
        self._ask(
            f"INSERT INTO aside SELECT place_, file_, {self._used}, "
            f"CASE WHEN regexp_full_match(cells_, {literal(is_empty)}) THEN '{_EMPTY}' "
            f"WHEN regexp_matches(cells_, {literal(is_total)}) THEN '{_TOTAL}' ELSE '' END, '' FROM "
            f"(SELECT concat_ws(chr(31), {cells}) AS cells_, {self._placed}) AS one SEMI JOIN bad ON {self._same}"
        )

    def _unknown_words(self, found: Counter[tuple[str, str]]) -> tuple[tuple[str, str, int], ...]:
        """Words that nobody knows, the most frequent first: our column, the word, in how many rows."""
        problems = []
        for ours in dict.fromkeys(column for (column, _), _ in found.most_common()):
            if kind := about_persons(word for (column, word), _ in found.most_common() if column == ours):
                place = said("{file}, column {column}", file=self.raw.where, column=self.rules.columns.theirs[ours])
                problems.append(Problem(place, said("holds {kind}; nothing was kept", kind=kind), None, NO_PERSON))
        if problems:
            raise DataError(problems)
        told = [(column, word, count) for (column, word), count in found.most_common() if column in WORDED][:UNKNOWN]
        return tuple((column, shown(word, names=column not in _PLACES), count) for column, word, count in told)

    def _of_rows(self, most: int | None) -> Iterator[Fault]:
        import pyarrow

        limit = f" LIMIT {most}" if most is not None else ""
        asked = f"SELECT * FROM aside WHERE what_ IN ('', '{_REPEATED}') ORDER BY file_, place_{limit}"
        for block in self.raw.connection.cursor().sql(asked).to_arrow_reader(_BLOCK):
            table = pyarrow.Table.from_batches([block])
            places, files, repeated, names = (table[name].to_pylist() for name in ("place_", "file_", "what_", "name_"))
            told = [(at, "", Fault(0, ENTERPRISE, what, names[at], _ONCE)) for at, what in enumerate(repeated) if what]
            for at, _, fault in heapq.merge(told, self._faults_in(table), key=lambda one: one[0]):
                yield replace(fault, row=places[at], file=files[at])

    def _faults_in(self, table: pyarrow.Table) -> Iterator[tuple[int, str, Fault]]:
        """What is wrong in rows or kinds of rows, each with its index and the column or rule, in the order of the rows."""
        found = self.rules.understood(table)
        cells = {name: table[name].to_pylist() for name in self.rules.used}
        for at in found.is_faulty.nonzero()[0].tolist():
            for name, flags in found.faulty.items():
                if flags[at]:
                    column, (what, allowed) = self.rules.fault_at(name, cells[name][at] if name in cells else None)
                    value = text_of(cells[column][at]) if column in cells else ""
                    yield at, name, Fault(0, column, what, value, allowed)

    def _name_alike(self, asked: str) -> None:
        """Into the table `alike`: from each name of an enterprise that a normalisation changes, what it is compared by."""
        import pyarrow

        self._ask("CREATE OR REPLACE TABLE alike (name VARCHAR, key VARCHAR)")
        for block in self.raw.connection.sql(asked).to_arrow_table().to_batches(_BLOCK):
            names = block["name"].to_pylist()
            keys = ["".join(flat(name).upper().split()) for name in names]
            self.raw.connection.register("more", pyarrow.table({"name": names, "key": keys}))
            self._ask("INSERT INTO alike FROM more")

    def _kinds(self, what: str) -> pyarrow.Table:
        """The kinds of rows that were set aside for what they are."""
        asked = f"SELECT {self._used}, count(*) AS {quoted(ROWS)} FROM aside WHERE what_ = '{what}' GROUP BY ALL"
        return self.raw.connection.sql(asked).to_arrow_table()

    @property
    def _used(self) -> str:
        return ", ".join(map(quoted, self.rules.used))

    @property
    def _same(self) -> str:
        return " AND ".join(f"one.{quoted(name)} IS NOT DISTINCT FROM bad.{quoted(name)}" for name in self.rules.used)

    @property
    def _placed(self) -> str:
        """What is selected of every row: where it stands, and the cells that are used."""
        raw = self.raw
        return f"{raw.place} AS place_, {raw.file} AS file_, {self.rules.selected(raw.types)} FROM {raw.table}"

    def _ask(self, asked: str) -> list[Any]:
        return self.raw.connection.execute(asked).fetchall()

    def _count(self, asked: str) -> int:
        return int(self._ask(asked)[0][0])


def _left_out(what: str, count: int, first: int, last: int) -> str:
    if count == 1:
        return said("{what}: row {row:,}, left out", what=constant(what), row=first)
    told = "{what}: {count:,} rows, the first {first:,}, the last {last:,}; left out"
    return said(told, what=constant(what), count=count, first=first, last=last)
