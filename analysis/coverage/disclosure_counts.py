"""What a paper counts, as linked tables: each count is a sum over the smallest groups that its selections tell apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.coverage.cells import MEMBERS_CAP, STAFF_CAP, Cells
from analysis.coverage.disclosure import Protection, protect
from analysis.coverage.disclosure_audit import THRESHOLD, Audit, audit
from analysis.coverage.disclosure_tables import Flags, LinkedTables, Whole
from analysis.coverage.selection import ORGANISATIONS, Selection, parsed
from analysis.errors import WorkbookError

MOST_REGIONS = 600

_CONDITIONS: Mapping[str, tuple[str, ...]] = {
    "district": ("districts",),
    "category": ("categories",),
    "staff": ("staff_from", "staff_to"),
    "members": ("members_from",),
    "full_members": ("full_members_from",),
    "organisation": ("organisation",),
    "instructor": ("instructor",),
    "five_good": ("five_good",),
    "directly_managed": ("directly_managed",),
}

_CONTRIBUTING: Mapping[str, Selection] = {
    "enterprises": Selection(),
    "staff_total": Selection(),
    "members_total": Selection(members_from=1),
    "full_members_total": Selection(members_from=1),
    "organisations": Selection(organisation="any"),
    "five_good_organisations": Selection(organisation="any", five_good="yes"),
}


class DisclosureError(WorkbookError):
    """Counts cannot be published, not even in part, without giving single enterprises away."""


@dataclass(frozen=True, eq=False)
class Withheld:
    """The counts of one paper that may not be published, by address.

    Parameters
    ----------
    threshold
        The threshold rule's; 0 where it is off.
    primary
        Addresses of small counts.
    secondary
        Addresses of further counts, without which the small ones could be worked out.
    """

    threshold: int = 0
    primary: frozenset[str] = frozenset()
    secondary: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.primary or self.secondary)

    def __contains__(self, address: str) -> bool:
        return address in self.primary or address in self.secondary


NOTHING_WITHHELD = Withheld()


def withheld_of(
    cells: Cells, addresses: Iterable[str], *, known: Iterable[str] = (), threshold: int = THRESHOLD
) -> Withheld:
    """Which counts at these addresses `cells:…` to withhold, if all of them are published together.

    Parameters
    ----------
    known
        Addresses whose count is known from published figures.

    Raises
    ------
    DisclosureError
        When nothing would be left of the counts of enterprises.

    Examples
    --------
    >>> row = dict(district="a", category="private", staff=40, members=5, full_members=4, organisation="independent",
    ...            joint_lead=0, instructor=1, five_good=1, directly_managed=0)
    >>> from analysis.coverage.cells import compress
    >>> from analysis.quantities import Status
    >>> few = [row] * 4 + [row | {"organisation": "none", "five_good": 0}] * 30
    >>> cells = Cells(compress(pd.DataFrame(few)), Status.COUNTED)
    >>> found = withheld_of(cells, ["cells:enterprises", "cells:enterprises?organisation=any"])
    >>> sorted(found.primary), sorted(found.secondary)
    (['cells:enterprises?organisation=any'], [])
    """
    primary: set[str] = set()
    secondary: set[str] = set()
    for tables, places in _by_measure(cells, addresses, known):
        found: Protection = protect(tables, threshold=threshold)
        if found.leaves_nothing and "enterprises" in tables.names[0].partition("?")[0]:
            raise DisclosureError(_nothing_left(tables, threshold))
        for address, row in places.items():
            if found.withheld[row]:
                (primary if found.primary[row] else secondary).add(address)
    return Withheld(threshold, frozenset(primary), frozenset(secondary))


def _nothing_left(tables: LinkedTables, threshold: int) -> str:
    return (
        f"disclosure_threshold {threshold}: all {len(tables.names)} counts of enterprises would be withheld; nothing can be "
        "published of so few. Choose more districts or categories, or a lower threshold"
    )


def audited(
    cells: Cells,
    addresses: Iterable[str],
    *,
    withheld: Iterable[str],
    known: Iterable[str] = (),
    threshold: int = THRESHOLD,
) -> tuple[Audit, ...]:
    """The audit of each measure among the addresses, given those that are withheld."""
    hidden = set(withheld)
    return tuple(
        audit(tables, _flags(tables, places, hidden), threshold=threshold)
        for tables, places in _by_measure(cells, [*addresses, *hidden], known)
    )


def _flags(tables: LinkedTables, places: Mapping[str, int], hidden: set[str]) -> Flags:
    """A count with two addresses is published when one of them is."""
    flags = np.ones(len(tables.names), dtype=bool)
    for address, row in places.items():
        flags[row] &= address in hidden
    return flags & ~tables.known


def _by_measure(
    cells: Cells, addresses: Iterable[str], known: Iterable[str]
) -> Iterable[tuple[LinkedTables, dict[str, int]]]:
    elsewhere = set(known)
    asked: dict[str, list[str]] = {}
    for address in sorted({*addresses, *elsewhere}):
        asked.setdefault(parsed(address)[0], []).append(address)
    for measure, names in asked.items():
        if not elsewhere.issuperset(names):
            yield linked(cells, names, measure=measure, known=elsewhere)


def linked(
    cells: Cells, addresses: Sequence[str], *, measure: str, known: Iterable[str] = ()
) -> tuple[LinkedTables, dict[str, int]]:
    """Counts of one measure as linked tables, and the row of each address in them: equal selections share a row.

    Groups that cannot exist (more full members than members; five-good without an organisation) are no regions. Where
    the selections tell more than `MOST_REGIONS` groups apart, groups without an enterprise are left out too, as if their
    emptiness were known: that withholds rather more.
    """
    selections = [parsed(address)[1] for address in addresses]
    axes = [_axis(name, selections, cells) for name in _CONDITIONS]
    shape = tuple(axis.met.shape[1] for axis in axes)
    place = np.ravel_multi_index([axis.of(cells) for axis in axes], shape)
    exist = np.unique(place)
    if np.prod(shape, dtype=float) <= MOST_REGIONS:
        exist = np.union1d(exist, np.flatnonzero(_possible(axes, shape)))
    at = np.unravel_index(exist, shape)
    contents = np.logical_and.reduce([axis.met[:, where] for axis, where in zip(axes, at, strict=True)])
    columns = cells.columns
    weights = (
        columns.numbers(measure),
        columns.numbers("enterprises") * _CONTRIBUTING[measure].mask(columns),
    )
    sums = [np.bincount(np.searchsorted(exist, place), weights=one, minlength=len(exist)) for one in weights]
    merged, (regions, contributors) = _merged(contents, sums)
    unique, rows = np.unique(merged, axis=0, return_inverse=True)
    places = dict(zip(addresses, rows.ravel().tolist(), strict=True))
    names = {row: address for address, row in reversed(places.items())}
    public = np.isin(np.arange(len(unique)), [places[address] for address in known if address in places])
    behind = None if measure == "enterprises" else contributors
    tables = LinkedTables(unique, regions, tuple(names[row] for row in range(len(unique))), public, behind)
    return tables, places


@dataclass(frozen=True, eq=False)
class _Axis:
    """One attribute, its values put together into classes that no selection tells apart."""

    name: str
    values: tuple[str | int, ...]
    met: Flags  # selections, classes
    code: Whole  # the class of each value

    def of(self, cells: Cells) -> Whole:
        """The class of each row of the cells."""
        column = cells.table[self.name]
        where = dict(zip(self.values, self.code.tolist(), strict=True))
        names, inverse = np.unique(column.to_numpy(), return_inverse=True)
        found: Whole = np.array([where[name] for name in names.tolist()], dtype=np.int64)[inverse]
        return found

    def members(self, position: int) -> list[str | int]:
        """The values of one class."""
        return [value for value, code in zip(self.values, self.code, strict=True) if code == position]


def _axis(name: str, selections: Sequence[Selection], cells: Cells) -> _Axis:
    values = _values(name, selections, cells)
    frame = pd.DataFrame({name: pd.Series(values)})
    alone = [Selection(**{field: getattr(chosen, field) for field in _CONDITIONS[name]}) for chosen in selections]
    met, code = np.unique(np.array([one.mask(frame) for one in alone]), axis=1, return_inverse=True)
    return _Axis(name, values, met, code.ravel())


def _values(name: str, selections: Sequence[Selection], cells: Cells) -> tuple[str | int, ...]:
    if name in ("district", "category"):
        named = {value for chosen in selections for value in getattr(chosen, _CONDITIONS[name][0])}
        return tuple(sorted({*named, *cells.table[name].unique().tolist()}))
    ranges = {"staff": STAFF_CAP, "members": MEMBERS_CAP, "full_members": MEMBERS_CAP}
    if name == "organisation":
        return tuple(ORGANISATIONS[1:])
    return tuple(range(ranges.get(name, 1) + 1))


def _possible(axes: Sequence[_Axis], shape: tuple[int, ...]) -> Flags:
    """Which combinations of classes can exist."""
    position = {axis.name: number for number, axis in enumerate(axes)}
    possible = np.ones(shape, dtype=bool)
    by_name = {axis.name: [axis.members(number) for number in range(axis.met.shape[1])] for axis in axes}
    rules: tuple[tuple[str, str, Callable[[Any, Any], bool]], ...] = (
        ("members", "full_members", lambda members, full: max(members) >= min(full)),
        ("organisation", "five_good", lambda had, good: had != ["none"] or good != [1]),
    )
    for first, second, can in rules:
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
