"""What became of what lies in a register's file: lines = header + kept + rejected + told, and why."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from uuid import uuid4

from analysis.errors import OutputError, Problem, reason_of
from analysis.messages import packed, said, unpacked

LISTED = 100
_MESSAGES = ("what", "allowed")
_FORMULAS = tuple("=+-@\t\r")  # a cell that begins so is one to a spreadsheet


@dataclass(frozen=True)
class Fault:
    """One fault of a row. A row may have several, and is rejected once."""

    row: int
    column: str
    what: str
    value: str
    allowed: str = ""
    file: str = ""

    def problem(self, where: str) -> Problem:
        """The fault as it is told."""
        place = said("{file}, row {row:,}", file=self.file or where, row=self.row)
        if self.column:
            place = said("{place}, {column}", place=place, column=self.column)
        return Problem(place, self.what, self.value, self.allowed)


@dataclass(frozen=True)
class Report:
    """What became of a register's rows."""

    where: str  # the file or database, without secrets
    lines: int  # what lies in the source by its own count …
    above: int  # … and how much of it is the header and what stands above that
    kept: int  # rows
    rejected: int
    told: tuple[tuple[str, int], ...] = ()  # what is no row of an enterprise, in how many lines: totals, blank lines …
    digest: str = ""  # the hash of what was read
    faults: tuple[tuple[str, str, int], ...] = ()  # how many, by column and what is wrong
    first: tuple[Fault, ...] = ()  # the first `LISTED` of them
    unknown: tuple[tuple[str, str, int], ...] = ()  # our column, a word that nobody knows, in how many rows; most first
    theirs: dict[str, str] = field(default_factory=dict)  # this and the next two as in `columns.Mapping`
    unused: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    looked_for_persons: int = 0  # in how many of the rows
    looked_for_repeats: bool = True  # whether it is known that no enterprise stands twice
    not_telephones: tuple[str, ...] = ()  # columns in which what looks like a telephone number was not taken for one
    notes: tuple[str, ...] = ()

    @property
    def read(self) -> int:
        """Rows of enterprises: those kept and those rejected."""
        return self.kept + self.rejected

    @property
    def is_whole(self) -> bool:
        """Whether everything that lies in the source is accounted for."""
        return self.lines == self.above + self.read + sum(count for _, count in self.told)

    @property
    def rejected_rate(self) -> float:
        """Rejected rows as a share of those read, from 0 to 1."""
        return self.rejected / self.read if self.read else 0.0

    def to_json(self) -> str:
        """As text; `from_json` reads it back."""
        plain = asdict(self) | {
            "first": [asdict(one) | {name: packed(getattr(one, name)) for name in _MESSAGES} for one in self.first],
            "notes": list(map(packed, self.notes)),
            "where": packed(self.where),
        }
        return json.dumps(plain, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Report:
        """A report from its text."""
        plain = json.loads(text)
        counts = {name: tuple(map(tuple, plain[name])) for name in ("faults", "unknown", "told")}
        names = {name: tuple(plain[name]) for name in ("unused", "absent", "not_telephones")}
        first = tuple(Fault(**one | {name: unpacked(one[name]) for name in _MESSAGES}) for one in plain["first"])
        notes = tuple(map(unpacked, plain["notes"]))
        return cls(**plain | counts | names | {"first": first, "notes": notes, "where": unpacked(plain["where"])})


def write_faults(faults: Iterable[Fault], path: Path) -> None:
    """Write faults to a CSV file that appears whole or not at all.

    A cell that a spreadsheet would take for a formula is written with an apostrophe before it.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    beside = path.with_name(f".{path.name}-{uuid4().hex}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(("file", "row", "column", "what", "seen", "allowed"))
            for one in faults:
                seen = (one.file, str(one.row), one.column, one.what, one.value, one.allowed)
                writer.writerow(["'" + cell if cell.startswith(_FORMULAS) else cell for cell in seen])
        os.replace(beside, path)
    except OSError as error:
        raise OutputError(said("{path}: cannot be written: {reason}", path=path, reason=reason_of(error))) from None
    finally:
        with suppress(OSError):  # where there can be no such file, there is none
            beside.unlink(missing_ok=True)
