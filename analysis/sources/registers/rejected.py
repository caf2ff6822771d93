"""Rows that are not counted: which, why, and which of them are no rows of an enterprise at all.

Two tables of the connection: `bad`, the kinds of rows with a fault; `aside`, rows as they stand, each with what it is: a
total, a row without a value, a repeat of an enterprise that stands before it, or (empty) a row of a kind with a fault.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from analysis.cell_text import flat
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


@dataclass(frozen=True, eq=False)
class Aside:
    """The rows of one register that are set aside; made anew, there are none."""

    raw: Raw
    rules: Rules
    notes: list[str] = field(default_factory=list)  # why repeats could not be looked for

    def __post_init__(self) -> None:
        self._ask(
            f"CREATE OR REPLACE TABLE bad AS SELECT {self._used} FROM kinds LIMIT 0; CREATE OR REPLACE TABLE aside AS "
            f"SELECT 0::BIGINT AS place_, '' AS file_, {self._used}, '' AS what_, '' AS name_ FROM kinds LIMIT 0"
        )

    def add(self, kinds: pyarrow.Table) -> None:
        """Keep kinds of rows that have a fault."""
        self.raw.connection.register("more", kinds.drop_columns([ROWS]))
        self._ask("INSERT INTO bad FROM more")

    def repeated(self) -> pyarrow.Table | None:
        """Set rows of an enterprise aside that stands before them, of those without a fault: their kinds.

        Names of enterprises are compared without width, case and blanks. None where they say nothing of repeats.
        """
        header = self.rules.columns.theirs.get(ENTERPRISE)
        if header is None:
            return None
        text = f"CAST({quoted(header)} AS VARCHAR)"
        if self.raw.types[header] in INTEGERS:
            key = quoted(header)
        else:
            shortened = f"SELECT count(*) FROM {self.raw.table} WHERE regexp_full_match({text}, {literal(_SHORTENED)})"
            if count := self._ask(shortened)[0][0]:
                told = (
                    "column {column}: a spreadsheet shortened {count:,} numbers; keep them as text. "
                    "Repeats were not looked for"
                )
                self.notes.append(said(told, column=header, count=count))
                return None
            self.raw.connection.create_function("alike", _alike, ["VARCHAR"], "VARCHAR")
            is_plain = f"regexp_full_match({text}, '{_PLAIN_ID}')"
            key = f"nullif(CASE WHEN {is_plain} THEN {text} ELSE alike({text}) END, '')"
        # as many different hashes as names: none stands twice
        repeats = "count(key_) - count(DISTINCT CASE WHEN key_ IS NOT NULL THEN hash(key_) END)"
        if self._ask(f"SELECT {repeats} FROM (SELECT {key} AS key_ FROM {self.raw.table})")[0][0]:
            self._ask(
                f"INSERT INTO aside SELECT place_, file_, {self._used}, '{_REPEATED}', name_ FROM "
                f"(SELECT {text} AS name_, {key} AS key_, {self._placed}) AS one ANTI JOIN bad ON {self._same} "
                "WHERE key_ IS NOT NULL QUALIFY row_number() OVER (PARTITION BY key_ ORDER BY file_, place_) > 1"
            )
        return self._kinds(_REPEATED)

    def told(self, report: Report, on_faults: Callable[[Iterator[Fault]], object] | None) -> Report:
        """A report with what is wrong, which `on_faults` is called with, and with which rows are none of an enterprise.

        Raises DataError when what nobody knows is about persons, a column of theirs under the header of one of ours:
        nothing is told.
        """
        self._set_rows_aside()
        asked = "SELECT what_, count(*), min(place_), max(place_) FROM aside GROUP BY ALL ORDER BY ALL DESC"
        found = {what: numbers for what, *numbers in self._ask(asked)}
        faults = Counter(("", getattr(one.what, "template", one.what)) for one in self.raw.broken)
        if _REPEATED in found:
            faults[ENTERPRISE, _REPEATED] = found[_REPEATED][0]
        unknown: Counter[tuple[str, str]] = Counter()
        kinds = self._kinds("")
        rows = kinds[ROWS].to_pylist()
        for at, is_cell, one in self.rules.faults(kinds):
            faults[one.column, one.what] += rows[at]
            if is_cell and flat(one.value):
                unknown[one.column, flat(one.value)] += rows[at]
        words = self._unknown_words(unknown)
        first = tuple(islice(self.faults(), LISTED))
        if on_faults is not None:
            on_faults(self.faults())
        left_out = [what for what in found if what in (_TOTAL, _EMPTY)]
        return replace(
            report,
            rejected=sum(count for what, (count, *_) in found.items() if what not in left_out) + len(self.raw.broken),
            told=(*report.told, *((what, found[what][0]) for what in left_out)),
            faults=tuple((*kind, count) for kind, count in sorted(faults.items(), key=lambda one: (-one[1], one[0]))),
            unknown=words,
            notes=(*report.notes, *(_left_out(what, *found[what]) for what in left_out)),
            first=first,
        )

    def faults(self) -> Iterator[Fault]:
        """The faults in the order of the rows."""
        broken = sorted(self.raw.broken, key=lambda one: one.row)
        for fault in heapq.merge(broken, self._of_rows(), key=lambda one: (one.file, one.row)):
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

    def _of_rows(self) -> Iterator[Fault]:
        import pyarrow

        asked = f"SELECT * FROM aside WHERE what_ IN ('', '{_REPEATED}') ORDER BY file_, place_"
        for block in self.raw.connection.cursor().sql(asked).to_arrow_reader(_BLOCK):
            table = pyarrow.Table.from_batches([block])
            places, files, repeated, names = (table[name].to_pylist() for name in ("place_", "file_", "what_", "name_"))
            told = [(at, Fault(0, ENTERPRISE, what, names[at], _ONCE)) for at, what in enumerate(repeated) if what]
            told += ((at, fault) for at, _, fault in self.rules.faults(table))
            for at, fault in sorted(told, key=itemgetter(0)):
                yield replace(fault, row=places[at], file=files[at])

    def _kinds(self, what: str) -> pyarrow.Table:
        """The kinds of the rows that were set aside for what they are."""
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


def _alike(name: str) -> str:
    """What the name of an enterprise is compared by."""
    return "".join(flat(name).upper().split())


def _left_out(what: str, count: int, first: int, last: int) -> str:
    if count == 1:
        return said("{what}: row {row:,}, left out", what=constant(what), row=first)
    told = "{what}: {count:,} rows, the first {first:,}, the last {last:,}; left out"
    return said(told, what=constant(what), count=count, first=first, last=last)
