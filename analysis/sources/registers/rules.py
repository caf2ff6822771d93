"""What a register's cells mean, and what must hold in a row: one set of rules, whatever read the cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.cell_text import NotANumberError, flat, plain, text_of, whole_in
from analysis.sources.registers.columns import Mapping as Columns
from analysis.sources.registers.names import Names, fault_of_name, known_names
from analysis.sources.registers.readers.raw import NO_TEXT, quoted
from analysis.sources.registers.words import words_of
from analysis.study import Study

if TYPE_CHECKING:
    import pyarrow

COUNTS = ("staff", "members", "full_members")
OPTIONAL_FLAGS = ("union", "secretary_chairs_union")  # without the column nothing is counted, and nothing said
FLAGS = ("joint_lead", "instructor", "five_good", "directly_managed", *OPTIONAL_FLAGS)
WORDED = ("district", "category", "organisation", *FLAGS)  # of few words, of which an unknown one may be declared
ENTERPRISE, ORGANISED = "enterprise", "organised"
MOST = 3_000_000  # staff of one enterprise; no employer on earth has more

_NUMBERS = (*COUNTS, *FLAGS, ORGANISED)
_MOST_KNOWN = 100_000  # values of a column of which the meaning is remembered
_ANSWERS = {"1": "yes", "0": "no"}  # in a column of the register's own
_ORGANISATION_BLANK = "blank"  # until the row says whether there is one

INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"}
_AS_THEY_ARE = INTEGERS | {"FLOAT", "DOUBLE", "BOOLEAN", "VARCHAR"}

Told = tuple[str, str]  # what is wrong, and what is allowed
Flags = np.ndarray[Any, np.dtype[np.bool_]]

_DAMAGED: Told = ("holds bytes that are no text", "UTF-8 or GB18030 from end to end: save the file anew in one of them")
_NEITHER: Told = ("is neither yes nor no", "0 or 1, yes or no, 是 or 否; or words for them in [register.values]")
_NO_KIND: Told = ("is no kind of organisation", "none, independent or joint; or words for them in [register.values]")
_EMPTY: Told = ("is empty", "a value in every row")
_EMPTY_COUNT: Told = ("is empty", "a value in every row; or blank_is_zero in [register]")
_IF_LED = "0 unless independent or a joint lead"
_NO_HEAD = "says that a secretary chairs the union where there is no organisation or no union"
_ROW_RULES: dict[str, tuple[str, Told]] = {  # by rule, the column at which it is told
    "more": ("full_members", ("is more than the enterprise's members", "at most members")),
    "astray": ("joint_lead", ("leads a joint organisation and is not under one", "0 unless joint")),
    "without": ("five_good", ("is five-good without an organisation of its own or one it leads", _IF_LED)),
    "no_head": ("secretary_chairs_union", (_NO_HEAD, "0 unless there are both")),
    "kind": ("organisation", ("is empty where there is an organisation", "independent or joint")),
    "contrary": (ORGANISED, ("contradicts the kind of organisation", "yes where there is one, no where there is none")),
}


@dataclass(frozen=True)
class Understood:
    """Rows, or kinds of rows, as the study means them."""

    cells: dict[str, np.ndarray[Any, Any]]  # by our column, a number or a text for each row
    faulty: dict[str, Flags]  # by our column, or by the name of a rule, in which rows there is a fault

    @cached_property
    def is_faulty(self) -> Flags:
        """In which rows there is any fault."""
        found: Flags = np.logical_or.reduce([*self.faulty.values()])
        return found


@dataclass(frozen=True, eq=False)
class Rules:
    """What the cells of one register mean to one study; without a study, any name will do."""

    columns: Columns
    study: Study | None
    with_enterprise: bool = False  # whether the column of enterprises is looked at too, as some of it is no text
    _known: dict[str, dict[object, tuple[int | str, Told | None]]] = field(default_factory=dict, init=False)

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

    def understood(self, table: pyarrow.Table) -> Understood:
        """What rows mean, of a table with the columns of `selected`."""
        import pyarrow.compute

        values: dict[str, np.ndarray[Any, Any]] = {}
        faulty: dict[str, Flags] = {}
        for column in self.used:
            encoded = pyarrow.compute.dictionary_encode(table[column], null_encoding="encode").combine_chunks()
            codes = encoded.indices.to_numpy(zero_copy_only=False)
            found = [self.meaning(column, value) for value in encoded.dictionary.to_pylist()]
            kind = np.int64 if column in _NUMBERS else object
            values[column] = np.array([value for value, _ in found], dtype=kind)[codes]
            faulty[column] = np.array([fault is not None for _, fault in found], dtype=bool)[codes]
        self._resolve(values, faulty)
        return Understood(values, faulty | _by_row(values))

    def meaning(self, column: str, value: object) -> tuple[int | str, Told | None]:
        """What a cell means, and what is wrong with it, if anything is."""
        known = self._known.setdefault(column, {})
        if value in known:
            return known[value]
        found = self._read(column, value)
        if len(known) < _MOST_KNOWN:
            known[value] = found
        return found

    def fault_at(self, name: str, value: object) -> tuple[str, Told]:
        """The column at which a fault is told, and what is told."""
        if name in _ROW_RULES:
            return _ROW_RULES[name]
        fault = self.meaning(name, value)[1]
        assert fault is not None
        return name, fault

    def _read(self, column: str, value: object) -> tuple[int | str, Told | None]:
        if column in COUNTS and type(value) is int and 0 <= value <= MOST:
            return value, None  # as the grammar would read it
        text = text_of(value)
        if NO_TEXT in text:
            return _unusable(column), _DAMAGED
        if column in ("township", ENTERPRISE):
            return flat(text), None
        if column in self.columns.own:
            return _ANSWERS.get(words_of("union").get(plain(text), ""), flat(text)), None
        is_blank = not plain(text) and not flat(text)
        if column in ("district", "category"):
            return self._name(column, text, is_blank=is_blank)
        if is_blank and column not in self.columns.blank_is_zero:
            if column == "organisation" and ORGANISED in self.columns.theirs:
                return _ORGANISATION_BLANK, None
            return _unusable(column), _EMPTY_COUNT if column in COUNTS else _EMPTY
        if column in COUNTS:
            return _count("0" if is_blank else text)
        return self._word(column, "0" if is_blank else text)

    def _name(self, column: str, text: str, *, is_blank: bool) -> tuple[str, Told | None]:
        if is_blank:
            return "", _EMPTY
        if self.study is None:
            return flat(text), None
        ours = self.names[column].get(plain(text))
        return (ours, None) if ours is not None else ("", fault_of_name(text, self.study, column))

    def _word(self, column: str, text: str) -> tuple[int | str, Told | None]:
        """A word of the study's own, or of the dictionary; a number is the word for it, however it is written."""
        number, fault = _count(text)
        word = plain(text) if fault is not None else str(number)
        ours = self.columns.values.get(column, {}).get(word, words_of(column).get(word))
        if column == "organisation":
            return (ours, None) if ours is not None else ("", _NO_KIND)
        return (int(ours), None) if ours is not None else (-1, _NEITHER)

    def _resolve(self, values: dict[str, np.ndarray[Any, Any]], faulty: dict[str, Flags]) -> None:
        """A blank kind of organisation is none where another column says that there is none."""
        if ORGANISED not in values:
            return
        blank = values["organisation"] == _ORGANISATION_BLANK
        faulty[ORGANISED] &= blank  # where the kind is named, nothing else has to say that there is one
        there = values[ORGANISED] == 1
        values["organisation"] = np.where(blank, np.where(there, "", "none"), values["organisation"])
        faulty["kind"] = blank & there
        named, none = ~blank & (values["organisation"] != ""), values["organisation"] == "none"
        faulty["contrary"] = named & ((there & none) | ((values[ORGANISED] == 0) & ~none))


def _by_row(values: Mapping[str, np.ndarray[Any, Any]]) -> dict[str, Flags]:
    """What must hold between the cells of a row, where they can be used."""
    found: dict[str, Flags] = {}
    kind = values["organisation"]
    if "full_members" in values and "members" in values:
        found["more"] = (values["full_members"] > values["members"]) & (values["members"] >= 0)
    if "joint_lead" in values:
        found["astray"] = (values["joint_lead"] == 1) & (kind != "joint") & (kind != "")
    if "five_good" in values:
        led = values["joint_lead"] == 1 if "joint_lead" in values else np.True_
        found["without"] = (values["five_good"] == 1) & ((kind == "none") | ((kind == "joint") & ~led))
    if "secretary_chairs_union" in values:
        no_union = values["union"] == 0 if "union" in values else np.False_
        found["no_head"] = (values["secretary_chairs_union"] == 1) & ((kind == "none") | no_union)
    return found


def _unusable(column: str) -> int | str:
    return -1 if column in _NUMBERS else ""


def _count(text: str) -> tuple[int, Told | None]:
    try:
        return whole_in(text, most=MOST), None
    except NotANumberError as error:
        return -1, (error.what, error.allowed)
