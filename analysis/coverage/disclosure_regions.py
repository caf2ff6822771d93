"""What a paper counts, as linked tables: each count is a sum over the smallest groups that its selections tell apart.

Counts of organisations belong to the same tables as counts of enterprises: an organisation is an enterprise that leads
it, the one enterprise of an independent organisation or the first of a joint one. So whoever sees independent and joint
organisations beside the enterprises that have one knows how they hang together, and is held against that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.coverage.cells import MEMBERS_CAP, STAFF_CAP, Cells, own_columns
from analysis.coverage.disclosure_tables import Flags, LinkedTables, Whole
from analysis.coverage.selection import ORGANISATIONS, Selection, parsed

MOST_REGIONS = 600

CONDITIONS: Mapping[str, tuple[str, ...]] = {
    "district": ("districts",),
    "category": ("categories",),
    "staff": ("staff_from", "staff_to"),
    "members": ("members_from",),
    "full_members": ("full_members_from",),
    "organisation": ("organisation",),
    "instructor": ("instructor",),
    "five_good": ("five_good",),
    "directly_managed": ("directly_managed",),
    "union": ("union",),
    "secretary_chairs_union": ("secretary_chairs_union",),
}
LEAD = "lead"

_CONTRIBUTING: Mapping[str, Selection] = {
    "enterprises": Selection(),
    "staff_total": Selection(),
    "members_total": Selection(members_from=1),
    "full_members_total": Selection(members_from=1),
}
_AS_ENTERPRISES: Mapping[str, Mapping[str, str]] = {
    "organisations": {},
    "five_good_organisations": {"five_good": "yes"},
}


@dataclass(frozen=True)
class Question:
    """What one address asks of the tables of its measure: a selection, and whether only of those that lead."""

    measure: str
    selection: Selection
    leads: bool = False

    @classmethod
    def at(cls, address: str) -> Question:
        """The question of an address."""
        measure, selection = parsed(address)
        if measure in _AS_ENTERPRISES:
            return cls("enterprises", selection.but(**_AS_ENTERPRISES[measure]), leads=True)
        return cls(measure, selection)


def linked(cells: Cells, addresses: Sequence[str], *, known: Iterable[str] = ()) -> tuple[LinkedTables, dict[str, int]]:
    """Counts of one measure as linked tables, and the row of each address in them: equal selections share a row.

    Groups that cannot exist (more full members than members; five-good without an organisation) are no regions. Where
    the selections tell more than `MOST_REGIONS` groups apart, groups without an enterprise are left out too, as if their
    emptiness were known: that withholds rather more.
    """
    questions = [Question.at(address) for address in addresses]
    measure = questions[0].measure
    table = _led_apart(cells.table) if any(one.leads for one in questions) else cells.table
    selections = [one.selection for one in questions]
    asked_by = [*(name for name in CONDITIONS if name in table), *own_columns(cells.table)]
    axes = [_axis(name, selections, table) for name in asked_by]
    if table is not cells.table:
        axes.append(_lead_axis(questions))
    shape = tuple(axis.met.shape[1] for axis in axes)
    place = np.ravel_multi_index([axis.of(table) for axis in axes], shape)
    exist = np.unique(place)
    if np.prod(shape, dtype=float) <= MOST_REGIONS:
        exist = np.union1d(exist, np.flatnonzero(_possible(axes, shape)))
    at = np.unravel_index(exist, shape)
    contents = np.logical_and.reduce([axis.met[:, where] for axis, where in zip(axes, at, strict=True)])
    enterprises = table["enterprises"].to_numpy()
    weights = (table[measure].to_numpy(), enterprises * _CONTRIBUTING[measure].mask(table))
    sums = [np.bincount(np.searchsorted(exist, place), weights=one, minlength=len(exist)) for one in weights]
    merged, (regions, contributors) = _merged(contents, sums)
    unique, rows = np.unique(merged, axis=0, return_inverse=True)
    places = dict(zip(addresses, rows.ravel().tolist(), strict=True))
    names = {row: address for address, row in reversed(places.items())}
    public = np.isin(np.arange(len(unique)), [places[address] for address in known if address in places])
    behind = None if measure == "enterprises" else contributors
    tables = LinkedTables(unique, regions, tuple(names[row] for row in range(len(unique))), public, behind)
    return tables, places


def _led_apart(table: pd.DataFrame) -> pd.DataFrame:
    """Enterprises told apart by whether they lead an organisation.

    Returns report joint organisations by band and not by the members of their first enterprise: any of the band will do,
    since no question tells them apart.
    """
    reported = ["district", "category", "staff", "organisation", "five_good", "directly_managed"]
    held, led = table["enterprises"], table["organisations"]
    if (led > held).any():
        keys = [table[name] for name in reported]
        before = held.groupby(keys).cumsum() - held
        led = (led.groupby(keys).transform("sum") - before).clip(lower=0)
        led = led.where(led < held, held)
    columns = [*(name for name in CONDITIONS if name in table), *own_columns(table), "enterprises"]
    leading = table.assign(enterprises=led)[columns].assign(**{LEAD: 1})
    others = table.assign(enterprises=held - led)[columns].assign(**{LEAD: 0})
    both = pd.concat([leading, others], ignore_index=True)
    return both[both["enterprises"] > 0]


@dataclass(frozen=True, eq=False)
class _Axis:
    """One attribute, its values put together into classes that no selection tells apart."""

    name: str
    values: tuple[str | int, ...]
    met: Flags  # selections, classes
    code: Whole  # the class of each value

    def of(self, table: pd.DataFrame) -> Whole:
        """The class of each row of the cells."""
        where = dict(zip(self.values, self.code.tolist(), strict=True))
        names, inverse = np.unique(table[self.name].to_numpy(), return_inverse=True)
        found: Whole = np.array([where[name] for name in names.tolist()], dtype=np.int64)[inverse]
        return found

    def members(self, position: int) -> list[str | int]:
        """The values of one class."""
        return [value for value, code in zip(self.values, self.code, strict=True) if code == position]


def _axis(name: str, selections: Sequence[Selection], table: pd.DataFrame) -> _Axis:
    values = _values(name, selections, table)
    frame = pd.DataFrame({name: pd.Series(values)})
    alone = [_alone(name, chosen) for chosen in selections]
    masks = {one: one.mask(frame) for one in set(alone)}
    met, code = np.unique(np.array([masks[one] for one in alone]), axis=1, return_inverse=True)
    return _Axis(name, values, met, code.ravel())


def _alone(name: str, chosen: Selection) -> Selection:
    """What a selection asks of one attribute."""
    if name in CONDITIONS:
        return Selection(**{field: getattr(chosen, field) for field in CONDITIONS[name]})
    return Selection(own=tuple(one for one in chosen.own if one[0] == name))


def _lead_axis(questions: Sequence[Question]) -> _Axis:
    met = np.array([[not one.leads, True] for one in questions])
    return _Axis(LEAD, (0, 1), met, np.arange(2, dtype=np.int64))


def _values(name: str, selections: Sequence[Selection], table: pd.DataFrame) -> tuple[str | int, ...]:
    if name not in CONDITIONS:
        asked = {value for chosen in selections for own, value in chosen.own if own == name}
        return tuple(sorted({*asked, *table[name].unique().tolist()}))
    if name in ("district", "category"):
        named = {value for chosen in selections for value in getattr(chosen, CONDITIONS[name][0])}
        return tuple(sorted({*named, *table[name].unique().tolist()}))
    ranges = {"staff": STAFF_CAP, "members": MEMBERS_CAP, "full_members": MEMBERS_CAP}
    if name == "organisation":
        return tuple(ORGANISATIONS[1:])
    return tuple(range(ranges.get(name, 1) + 1))


_RULES: tuple[tuple[str, str, Callable[[Any, Any], bool]], ...] = (
    ("members", "full_members", lambda members, full: max(members) >= min(full)),
    ("organisation", "five_good", lambda had, good: had != ["none"] or good != [1]),
    ("organisation", "secretary_chairs_union", lambda had, chairs: had != ["none"] or chairs != [1]),
    ("union", "secretary_chairs_union", lambda had, chairs: had != [0] or chairs != [1]),
    ("organisation", LEAD, lambda had, lead: had != ["none"] or lead != [1]),
    ("organisation", LEAD, lambda had, lead: had != ["independent"] or lead != [0]),
)


def _possible(axes: Sequence[_Axis], shape: tuple[int, ...]) -> Flags:
    """Which combinations of classes can exist."""
    position = {axis.name: number for number, axis in enumerate(axes)}
    possible = np.ones(shape, dtype=bool)
    by_name = {axis.name: [axis.members(number) for number in range(axis.met.shape[1])] for axis in axes}
    for first, second, can in _RULES:
        if first not in by_name or second not in by_name:
            continue
        pairs = np.array([[can(one, other) for other in by_name[second]] for one in by_name[first]])
        spread = [1] * len(shape)
        spread[position[first]], spread[position[second]] = pairs.shape
        possible &= pairs.reshape(spread)
    flat: Flags = possible.ravel()
    return flat


def _merged(contents: Flags, sums: Sequence[Whole]) -> tuple[Flags, tuple[Whole, Whole]]:
    """Regions that belong to the same counts as one."""
    kept = contents.any(axis=0)
    merged, inverse = np.unique(contents[:, kept], axis=1, return_inverse=True)
    size = merged.shape[1]
    regions, behind = (
        np.rint(np.bincount(inverse.ravel(), weights=one[kept], minlength=size)).astype(np.int64) for one in sums
    )
    return merged, (regions, behind)
