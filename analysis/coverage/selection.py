"""Which enterprises are meant: a selection as a value, and as an address that can be read back."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import numpy as np

from analysis.errors import ParameterError, one_of
from analysis.messages import said
from analysis.study import Study

if TYPE_CHECKING:
    import pandas as pd

Flags = np.ndarray[Any, np.dtype[np.bool_]]
Whole = np.ndarray[Any, np.dtype[np.int64]]

ORGANISATIONS = ("any", "none", "independent", "joint")
FLAGS = ("instructor", "five_good", "directly_managed", "union", "secretary_chairs_union")
THRESHOLDS = ("staff_from", "staff_to", "members_from", "full_members_from")
_ANSWERS = ("yes", "no")


def _refuse_no_ids(name: str, value: object) -> None:
    """Refuse what is not a tuple of ids, with the tuple that was meant: a text would be taken letter by letter."""
    if type(value) is not tuple or not all(isinstance(one, str) and one for one in value):
        seen = f'"{value}"' if isinstance(value, str) else repr(value)
        ids = f'"{value}",' if isinstance(value, str) and value else '"a", "b"'
        what = "{name}: {seen}; allowed: a tuple of ids, such as ({ids})"
        raise ParameterError(said(what, name=name, seen=seen, ids=ids))


def _threshold(name: str, value: Any) -> int:
    """A threshold as a plain number, whichever whole number it came as."""
    try:
        found = -1 if isinstance(value, bool | np.bool_) else operator.index(value)
    except TypeError:
        found = -1
    if found < 0:
        raise ParameterError(said("{name}: {value!r}; allowed: a whole number from 0", name=name, value=value))
    return found


def _refuse_other(name: str, value: object, allowed: Sequence[str]) -> None:
    if value not in allowed:
        what = "{name}: {value!r}; allowed: {allowed}, or empty"
        raise ParameterError(said(what, name=name, value=value, allowed=one_of(allowed, seen=str(value))))


@dataclass(frozen=True, eq=False)
class Columns:
    """A table that is not changed any more, each column made ready when it is first asked for.

    Examples
    --------
    >>> import pandas as pd
    >>> columns = Columns(pd.DataFrame({"district": ["a", "b", "a"], "staff": [1, 2, 3]}))
    >>> columns.among("district", ("a", "c")).tolist(), columns.numbers("staff").tolist()
    ([True, False, True], [1, 2, 3])
    """

    table: pd.DataFrame
    _numbers: dict[str, Whole] = field(default_factory=dict, init=False)
    _codes: dict[str, tuple[Whole, dict[str, int]]] = field(default_factory=dict, init=False)

    def numbers(self, name: str) -> Whole:
        """A column of numbers."""
        if name not in self._numbers:
            self._numbers[name] = self.table[name].to_numpy()
        return self._numbers[name]

    def _coded(self, name: str) -> tuple[Whole, dict[str, int]]:
        if name not in self._codes:
            import pandas as pd

            codes, names = pd.factorize(self.table[name])
            self._codes[name] = codes, {text: code for code, text in enumerate(names)}
        return self._codes[name]

    def among(self, name: str, values: Sequence[str]) -> Flags:
        """In which rows a column of texts holds one of these."""
        codes, numbered = self._coded(name)
        met = np.zeros(len(numbered), dtype=bool)
        met[[numbered[value] for value in values if value in numbered]] = True
        found: Flags = met[codes]
        return found

    def positions(self, name: str, known: Mapping[str, int]) -> Whole:
        """Where each row's text stands among those known.

        Raises
        ------
        ParameterError
            When one of them is not known.
        """
        codes, numbered = self._coded(name)
        if unknown := tuple(sorted(text for text in numbered if text not in known)):
            what = "cells hold unknown ids: {unknown}; allowed: {known}"
            raise ParameterError(said(what, unknown=unknown, known=tuple(known)))
        found: Whole = np.array([known[text] for text in numbered], dtype=np.int64)[codes]
        return found


_OWN = "own."  # before the name of a column of the register's own, in an address


@dataclass(frozen=True)
class Selection:
    """Enterprises picked by their attributes; empty means any.

    Parameters
    ----------
    districts, categories
        Ids; an empty tuple is all of them.
    staff_from, members_from, full_members_from
        At least so many.
    staff_to
        At most so many staff; 0 for no limit.
    organisation
        `any` (has one), `none`, `independent`, `joint`, or empty for no condition.
    instructor, five_good, directly_managed, union, secretary_chairs_union
        `yes`, `no`, or empty for no condition.
    own
        Columns of the register's own, each with the value asked for.

    Raises
    ------
    ParameterError
        When a condition is none of these. Whether a study has such ids, only what knows the study can say.

    Examples
    --------
    >>> Selection(districts=("320583",), staff_from=25, organisation="any").address("enterprises")
    'cells:enterprises?districts=320583&staff_from=25&organisation=any'
    """

    districts: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    staff_from: int = 0
    staff_to: int = 0
    members_from: int = 0
    full_members_from: int = 0
    organisation: str = ""
    instructor: str = ""
    five_good: str = ""
    directly_managed: str = ""
    union: str = ""
    secretary_chairs_union: str = ""
    own: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if self.districts != () or self.categories != ():
            _refuse_no_ids("districts", self.districts)
            _refuse_no_ids("categories", self.categories)
        for name in THRESHOLDS:
            value = getattr(self, name)
            if type(value) is not int or value < 0:
                object.__setattr__(self, name, _threshold(name, value))
        if self.organisation:
            _refuse_other("organisation", self.organisation, ORGANISATIONS)
        for name in FLAGS:
            if value := getattr(self, name):
                _refuse_other(name, value, _ANSWERS)

    def but(self, **changes: Any) -> Selection:
        """The same selection with some conditions changed."""
        return replace(self, **changes)

    @property
    def attributes(self) -> frozenset[str]:
        """What of an enterprise the conditions ask for, beside its place and category: names of a register's columns.

        Examples
        --------
        >>> sorted(Selection(districts=("320583",), staff_to=24, organisation="any").attributes)
        ['organisation', 'staff']
        """
        return frozenset(column for name, column in _COLUMNS.items() if getattr(self, name)).union(dict(self.own))

    def address(self, measure: str) -> str:
        """Where the sum of a measure over this selection is found."""
        parts = []
        for spec in fields(self):
            value = getattr(self, spec.name)
            if spec.name == "own":
                parts += [f"{_OWN}{name}={quote(text, safe='')}" for name, text in sorted(value)]
            elif value:
                parts.append(f"{spec.name}={','.join(value) if isinstance(value, tuple) else value}")
        return f"cells:{measure}" + ("?" + "&".join(parts) if parts else "")

    def mask(self, table: pd.DataFrame | Columns) -> Flags:
        """Which rows of the cells' table are selected: one boolean a row."""
        columns = table if isinstance(table, Columns) else Columns(table)
        keep: Flags = np.ones(len(columns.table), dtype=bool)
        if self.districts:
            keep &= columns.among("district", self.districts)
        if self.categories:
            keep &= columns.among("category", self.categories)
        for name in ("staff_from", "members_from", "full_members_from"):
            if least := getattr(self, name):
                keep &= columns.numbers(name.removesuffix("_from")) >= least
        if self.staff_to:
            keep &= columns.numbers("staff") <= self.staff_to
        if self.organisation == "any":
            keep &= ~columns.among("organisation", ("none",))
        elif self.organisation:
            keep &= columns.among("organisation", (self.organisation,))
        for name, text in self.own:
            keep &= columns.among(name, (text,))
        for column in FLAGS:
            if wanted := getattr(self, column):
                keep &= columns.numbers(column) == (wanted == "yes")
        return keep


EVERYTHING = Selection()
_COLUMNS = {  # of a register, that conditions ask for
    **{name: name.rpartition("_")[0] for name in THRESHOLDS},
    **{name: name for name in ("organisation", *FLAGS)},
}


def parsed(address: str) -> tuple[str, Selection]:
    """The measure and the selection of an address.

    Examples
    --------
    >>> parsed("cells:members?categories=private&instructor=no")[1].instructor
    'no'
    """
    measure, _, query = address.removeprefix("cells:").partition("?")
    names = [spec.name for spec in fields(Selection)]
    values: dict[str, Any] = {}
    for part in filter(None, query.split("&")):
        name, _, text = part.partition("=")
        if name.startswith(_OWN):
            values["own"] = (*values.get("own", ()), (name.removeprefix(_OWN), unquote(text)))
            continue
        if name not in names or name == "own":
            what, allowed = "{address}: unknown condition {name}; allowed: {allowed}", one_of(names, seen=name)
            raise ParameterError(said(what, address=address, name=name, allowed=allowed))
        default = getattr(EVERYTHING, name)
        if isinstance(default, int) and not text.isdecimal():
            what = '{address}: {name}: "{text}"; allowed: a whole number from 0'
            raise ParameterError(said(what, address=address, name=name, text=text))
        values[name] = tuple(text.split(",")) if isinstance(default, tuple) else type(default)(text)
    return measure, Selection(**values)


def known_ids(study: Study, selection: Selection) -> None:
    """Refuse a selection of districts or categories that a study does not have, with those that it has.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> known_ids(open_study("suzhou-2003"), Selection(categories=("joint",)))
    Traceback (most recent call last):
    ...
    analysis.errors.ParameterError: categories: "joint" is not in suzhou-2003; allowed: private, foreign, individual
    """
    for name, rows in (("districts", study.districts), ("categories", study.settings.categories)):
        chosen = getattr(selection, name)
        if chosen and rows and not (known := {row.id for row in rows}).issuperset(chosen):
            seen = next(one for one in chosen if one not in known)
            what = '{name}: "{seen}" is not in {study}; allowed: {allowed}'
            allowed = one_of([row.id for row in rows], seen=seen)
            raise ParameterError(said(what, name=name, seen=seen, study=study.id, allowed=allowed))
