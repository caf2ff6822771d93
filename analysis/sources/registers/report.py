"""What became of what lies in a register's file: lines = header + kept + rejected + told, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Annotated

from pydantic import PlainSerializer, PlainValidator, TypeAdapter

from analysis.errors import Problem
from analysis.messages import packed, said, unpacked

LISTED = 100

Message = Annotated[str, PlainValidator(unpacked), PlainSerializer(packed)]  # still to be said in another language


@dataclass(frozen=True)
class Fault:
    """One fault of a row. A row may have several, and is rejected once."""

    row: int
    column: str
    what: Message
    value: str
    allowed: Message = ""
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

    where: Message  # the file or database, without secrets
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
    notes: tuple[Message, ...] = ()

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
        return _as_json().dump_json(self).decode()

    @classmethod
    def from_json(cls, text: str) -> Report:
        """A report from its text."""
        return _as_json().validate_json(text)


@cache
def _as_json() -> TypeAdapter[Report]:
    return TypeAdapter(Report)
