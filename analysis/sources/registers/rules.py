"""What a register's cells mean, and what must hold in a row: one set of rules, whatever read the cells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.cell_text import NotANumberError, flat, plain, text_of, whole_in
from analysis.sources.registers.columns import Mapping as Columns
from analysis.sources.registers.readers.raw import NO_TEXT, quoted
from analysis.sources.registers.report import Fault
from analysis.sources.registers.words import Names, known_names, words_of
from analysis.study import Study

if TYPE_CHECKING:
    import pyarrow

COUNTS = ("staff", "members", "full_members")
OPTIONAL_FLAGS = ("union", "secretary_chairs_union")  # without the column nothing is counted, and nothing said
FLAGS = ("joint_lead", "instructor", "five_good", "directly_managed", *OPTIONAL_FLAGS)
WORDED = ("district", "category", "organisation", *FLAGS)  # of few words, of which an unknown one may be declared
ENTERPRISE, ORGANISED = "enterprise", "organised"
MOST = 3_000_000  # staff of one enterprise; no employer on earth has more

INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"}
_AS_THEY_ARE = INTEGERS | {"FLOAT", "DOUBLE", "BOOLEAN", "VARCHAR"}

_NUMBERS = (*COUNTS, *FLAGS, ORGANISED)
_MOST_KNOWN = 100_000  # values of a column of which the meaning is remembered
_ANSWERS = {"1": "yes", "0": "no"}  # in a column of the register's own
_BLANK = "blank"  # a kind of organisation, until the row says whether there is one

Told = tuple[str, str]  # what is wrong, and what is allowed
Meaning = tuple[int | str, Told | None]
Cells = dict[str, np.ndarray[Any, Any]]  # by our column, a number or a text for each row, as the study means it
Flags = np.ndarray[Any, np.dtype[np.bool_]]

_DAMAGED: Told = ("holds bytes that are no text", "UTF-8 or GB18030 from end to end: save the file anew in one of them")
_NEITHER: Told = ("is neither yes nor no", "0 or 1, yes or no, 是 or 否; or words for them in [register.values]")
_NO_KIND: Told = ("is no kind of organisation", "none, independent or joint; or words for them in [register.values]")
_EMPTY: Told = ("is empty", "a value in every row")
_EMPTY_COUNT: Told = ("is empty", "a value in every row; or blank_is_zero in [register]")
_IF_LED = "0 unless independent or a joint lead"
_NO_HEAD = "says that a secretary chairs the union where there is no organisation or no union"
_BETWEEN_CELLS: dict[str, tuple[str, Told]] = {  # by rule, the column at which it is told
    "more": ("full_members", ("is more than the enterprise's members", "at most members")),
    "astray": ("joint_lead", ("leads a joint organisation and is not under one", "0 unless joint")),
    "without": ("five_good", ("is five-good without an organisation of its own or one it leads", _IF_LED)),
    "no_head": ("secretary_chairs_union", (_NO_HEAD, "0 unless there are both")),
    "kind": ("organisation", ("is empty where there is an organisation", "independent or joint")),
    "contrary": (ORGANISED, ("contradicts the kind of organisation", "yes where there is one, no where there is none")),
}


@dataclass(frozen=True, eq=False)
class Rules:
    """What the cells of one register mean to one study; without a study, any name will do."""

    columns: Columns
    study: Study | None
    with_enterprise: bool = False  # whether the column of enterprises is looked at too, as some of it is no text
    _known: dict[str, dict[object, Meaning]] = field(default_factory=dict, init=False)

    @cached_property
    def names(self) -> dict[str, Names]:
        """For `district` and `category`, what every known word stands for."""
        return {} if self.study is None else known_names(self.study, self.columns.values)

    @cached_property
    def used(self) -> tuple[str, ...]:
        """Our columns that cells are made of, as far as the register has them."""
        return tuple(name for name in self.columns.theirs if name != ENTERPRISE or self.with_enterprise)

    def selected(self, types: Mapping[str, str]) -> str:
        """The SELECT list of these columns, under our names."""
        parts = []
        for ours in self.used:
            cell, kind = quoted(self.columns.theirs[ours]), types[self.columns.theirs[ours]]
            if kind not in _AS_THEY_ARE and not kind.startswith("DECIMAL"):
                cell = f"CAST({cell} AS VARCHAR)"
            if ours == ENTERPRISE:
                cell = f"CASE WHEN contains({cell}, '{NO_TEXT}') THEN {cell} ELSE '' END"
            parts.append(f"{cell} AS {quoted(ours)}")
        return ", ".join(parts)

    def understood(self, table: pyarrow.Table) -> tuple[Cells, Flags]:
        """What rows mean, of a table with the columns of `selected`; and in which of them there is any fault."""
        cells, faulty = self._meant(table)
        return cells, np.logical_or.reduce([*faulty.values()])

    def faults(self, table: pyarrow.Table) -> Iterator[tuple[int, bool, Fault]]:
        """What is wrong in rows: each fault with its row's index, in their order, and whether one cell alone is at fault."""
        _, faulty = self._meant(table)
        values = {name: table[name].to_pylist() for name in self.used}
        for at in np.logical_or.reduce([*faulty.values()]).nonzero()[0].tolist():
            for name in (name for name, flags in faulty.items() if flags[at]):
                is_cell = name in values
                column, told = (name, self.meaning(name, values[name][at])[1]) if is_cell else _BETWEEN_CELLS[name]
                what, allowed = told or ("", "")
                yield at, is_cell, Fault(0, column, what, text_of(values[column][at]), allowed)

    def meaning(self, column: str, value: object) -> Meaning:
        """What a cell means, and what is wrong with it, if anything is."""
        known = self._known.setdefault(column, {})
        if value in known:
            return known[value]
        found = self._read(column, value)
        if len(known) < _MOST_KNOWN:
            known[value] = found
        return found

    def _meant(self, table: pyarrow.Table) -> tuple[Cells, dict[str, Flags]]:
        """What rows mean; and by our column, or by a rule between cells, in which of them there is a fault."""
        import pyarrow.compute

        cells: Cells = {}
        faulty: dict[str, Flags] = {}
        for column in self.used:
            encoded = pyarrow.compute.dictionary_encode(table[column], null_encoding="encode").combine_chunks()
            codes = encoded.indices.to_numpy(zero_copy_only=False)
            found = [self.meaning(column, value) for value in encoded.dictionary.to_pylist()]
            kind = np.int64 if column in _NUMBERS else object
            cells[column] = np.array([value for value, _ in found], dtype=kind)[codes]
            faulty[column] = np.array([fault is not None for _, fault in found], dtype=bool)[codes]
        if ORGANISED in cells:  # where the kind is named, nothing else has to say that there is one
            is_blank = cells["organisation"] == _BLANK
            faulty[ORGANISED] &= is_blank
            cells["organisation"][is_blank & (cells[ORGANISED] != 1)] = "none"
        return cells, faulty | {name: flags for name, flags in _broken(cells).items() if np.ndim(flags)}

    def _read(self, column: str, value: object) -> Meaning:
        if column in COUNTS and type(value) is int and 0 <= value <= MOST:
            return value, None  # as the grammar would read it
        text, unusable = text_of(value), -1 if column in _NUMBERS else ""
        if NO_TEXT in text:
            return unusable, _DAMAGED
        if column in ("township", ENTERPRISE):
            return flat(text), None
        if column in self.columns.own:
            return _ANSWERS.get(words_of("union").get(plain(text), ""), flat(text)), None
        if not flat(text):
            if column not in self.columns.settings.blank_is_zero or column in ("district", "category"):
                if column == "organisation" and ORGANISED in self.columns.theirs:
                    return _BLANK, None
                return unusable, _EMPTY_COUNT if column in COUNTS else _EMPTY
            text = "0"
        if column in ("district", "category"):
            if self.study is None:
                return flat(text), None
            ours = self.names[column].get(plain(text))
            return (ours, None) if ours is not None else (unusable, self.names[column].fault(text))
        number, fault = _count(text)
        if column in COUNTS:
            return number, fault
        word = plain(text) if fault is not None else str(number)  # a number is the word for it, however it is written
        ours = self.columns.values.get(column, {}).get(word, words_of(column).get(word))
        if ours is None:
            return unusable, _NO_KIND if column == "organisation" else _NEITHER
        return ours if column == "organisation" else int(ours), None


def _broken(cells: Cells) -> dict[str, Any]:
    """Where a rule between cells is broken: by none at fault, and by none of a column that the register does not have."""
    of = defaultdict[str, Any](lambda: np.nan, cells)  # which is equal to nothing, and neither less nor more
    kind, is_organised = of["organisation"], of[ORGANISED]
    is_none, is_named = kind == "none", (kind == "independent") | (kind == "joint")
    return {
        "more": (of["full_members"] > of["members"]) & (of["members"] >= 0),
        "astray": (of["joint_lead"] == 1) & (is_none | (kind == "independent")),
        "without": (of["five_good"] == 1) & (is_none | ((kind == "joint") & (of["joint_lead"] < 1))),
        "no_head": (of["secretary_chairs_union"] == 1) & (is_none | (of["union"] == 0)),
        "kind": (kind == _BLANK) & (is_organised == 1),
        "contrary": ((is_organised == 1) & is_none) | ((is_organised == 0) & is_named),
    }


def _count(text: str) -> tuple[int, Told | None]:
    try:
        return whole_in(text, most=MOST), None
    except NotANumberError as error:
        return -1, (error.what, error.allowed)
