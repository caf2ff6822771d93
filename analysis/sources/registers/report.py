"""What became of a register's rows: read = kept + rejected, and why."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from uuid import uuid4

from analysis.errors import OutputError, Problem, reason_of

LISTED = 100


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
        column = f", {self.column}" if self.column else ""
        return Problem(f"{self.file or where}, row {self.row:,}{column}", self.what, self.value, self.allowed)


@dataclass(frozen=True)
class Report:
    """What became of a register's rows.

    Parameters
    ----------
    where
        The file or database, without secrets.
    read, kept, rejected
        Rows; `read = kept + rejected`.
    digest
        The hash of what was read.
    faults
        How many, by column and what is wrong.
    first
        The first `LISTED` of them.
    theirs, unused, absent
        As in `columns.Mapping`.
    looked_for_persons
        How the columns were looked through: `all` or `sampled`.
    not_telephones
        Columns in which what looks like a telephone number was not taken for one, as the study declares.
    looked_for_repeats
        Whether it is known that no enterprise stands twice.
    """

    where: str
    read: int
    kept: int
    rejected: int
    digest: str = ""
    faults: tuple[tuple[str, str, int], ...] = ()
    first: tuple[Fault, ...] = ()
    theirs: dict[str, str] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    looked_for_persons: str = "all"
    looked_for_repeats: bool = True
    not_telephones: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def rejected_rate(self) -> float:
        """Rejected rows as a share of those read, from 0 to 1."""
        return self.rejected / self.read if self.read else 0.0

    def to_json(self) -> str:
        """As text; `from_json` reads it back."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Report:
        """A report from its text."""
        plain = json.loads(text)
        plain["faults"] = tuple((column, what, count) for column, what, count in plain["faults"])
        plain["first"] = tuple(Fault(**one) for one in plain["first"])
        for name in ("unused", "absent", "not_telephones", "notes"):
            plain[name] = tuple(plain[name])
        return cls(**plain)


def write_faults(faults: Iterable[Fault], path: Path) -> int:
    """Write faults to a CSV file that appears whole or not at all; how many there were.

    A cell that a spreadsheet would take for a formula is written with an apostrophe before it.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    beside = path.with_name(f".{path.name}-{uuid4().hex}.part")
    count = 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(("file", "row", "column", "what", "seen", "allowed"))
            for count, one in enumerate(faults, start=1):  # noqa: B007
                seen = (one.file, str(one.row), one.column, one.what, one.value, one.allowed)
                writer.writerow([_as_text(cell) for cell in seen])
        os.replace(beside, path)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {reason_of(error)}") from None
    finally:
        beside.unlink(missing_ok=True)
    return count


def _as_text(cell: str) -> str:
    return "'" + cell if cell[:1] in "=+-@\t\r" and cell else cell
