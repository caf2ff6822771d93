"""What a paper counts, as linked tables: each count is a sum over the smallest groups that its selections tell apart.

Counts of organisations belong to the same tables as counts of enterprises: an organisation is an enterprise that leads
it, the one enterprise of an independent organisation or the first of a joint one. So do sums of members, full members
and staff, with what every reader knows of them: enterprises of a class have as many as the class says, full members are
members, and members are staff. So whoever sees all of these beside one another is held against that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from analysis.coverage.cells import MEMBERS_CAP, STAFF_CAP, Cells, own_columns
from analysis.coverage.disclosure.tables import Flags, LinkedTables, Real, Sparse, Whole, alike, sparse
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
SUMS: Mapping[str, str] = {"staff_total": "staff", "members_total": "members", "full_members_total": "full_members"}
CAPS: Mapping[str, int] = {"staff": STAFF_CAP, "members": MEMBERS_CAP, "full_members": MEMBERS_CAP}  # the wider first
DOMINANCE = 0.1  # the p of the p% rule

_AS_ENTERPRISES: Mapping[str, Mapping[str, str]] = {
    "organisations": {},
    "five_good_organisations": {"five_good": "yes"},
}


@dataclass(frozen=True)
class Question:
    """What one address asks of the tables: a measure, a selection, and whether only of those that lead."""

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
    """Counts as linked tables, and the row of each address in them: equal selections share a row.

    Groups that cannot exist (more full members than members; five-good without an organisation) are no regions. Where
    the selections tell more than `MOST_REGIONS` groups apart, groups without an enterprise are left out too, as if their
    emptiness were known: that withholds rather more.

    Sums of members or staff have regions of their own, tied to those of the enterprises by limits. Where the two largest
    contributions leave less of a sum than `DOMINANCE` of the largest, its range must be so wide (the p% rule of the
    Handbook on Statistical Disclosure Control, chapter 4).
    """
    from scipy.sparse import block_diag

    questions = [Question.at(address) for address in addresses]
    table = _led_apart(cells.table) if any(one.leads for one in questions) else cells.table
    kinds = _Kinds.told_by(questions, table, own_columns(cells.table))
    rows = {name: [row for row, one in enumerate(questions) if one.measure == name] for name in ("enterprises", *SUMS)}
    sums = [name for name in SUMS if rows[name]]
    layers = [_Layer.of(kinds, table, name, rows[name]) for name in sums]
    layers = [_Layer.of(kinds, table, "enterprises", rows["enterprises"], besides=layers), *layers]
    contents = block_diag([layer.contents for layer in layers], format="csr")
    _, first, row = np.unique(alike(contents), return_index=True, return_inverse=True)
    order = [one for layer in ("enterprises", *sums) for one in rows[layer]]
    places = {addresses[number]: int(row[at]) for at, number in enumerate(order)}
    names = {at: address for address, at in reversed(places.items())}
    public = np.isin(np.arange(len(first)), [places[address] for address in known if address in places])
    tables = LinkedTables(
        contents[first],
        np.concatenate([layer.totals for layer in layers]),
        tuple(names[number] for number in range(len(first))),
        public,
        np.concatenate([layer.contributors for layer in layers]),
        np.concatenate([layer.district for layer in layers]),
        _limits(kinds, layers),
        np.concatenate([layer.widths for layer in layers])[first],
    )
    return tables, places


@dataclass(frozen=True, eq=False)
class _Layer:
    """The regions of enterprises, or of one sum over them.

    Parameters
    ----------
    region
        The region of each kind of enterprise; -1 where it is in none.
    district
        The district of each region; -1 of one that lies in several.
    widths
        A range that each count needs because one enterprise dominates it; 0 for the others.
    """

    measure: str
    region: Whole
    contents: Sparse
    totals: Whole
    contributors: Whole
    district: Whole
    widths: Whole

    @classmethod
    def of(
        cls, kinds: _Kinds, table: pd.DataFrame, measure: str, rows: Sequence[int], besides: Sequence[_Layer] = ()
    ) -> _Layer:
        """The regions of a measure: kinds that no count of it tells apart, nor the regions of other measures."""
        from scipy.sparse import vstack

        asked = kinds.contents[rows]
        region = alike(vstack([asked, *(_indicator(other.region) for other in besides)]).T.tocsr())
        of = _indicator(region)
        contents = sparse((asked @ of.T) > 0)
        enterprises = table["enterprises"].to_numpy()
        behind = enterprises * (table[SUMS[measure]] > 0).to_numpy() if measure in SUMS else enterprises
        totals, contributors = (
            np.rint(of @ np.bincount(kinds.of, weights=one, minlength=kinds.size)).astype(np.int64)
            for one in (table[measure].to_numpy(), behind)
        )
        low, high = np.full(len(totals), kinds.size), np.full(len(totals), -1)
        inside = region >= 0
        np.minimum.at(low, region[inside], kinds.district[inside])
        np.maximum.at(high, region[inside], kinds.district[inside])
        widths = _dominated(kinds, table, measure, asked) if measure in SUMS else np.zeros(len(rows), dtype=np.int64)
        return cls(measure, region, contents, totals, contributors, np.where(low == high, low, -1), widths)


def _indicator(numbers: Whole) -> Sparse:
    """Which columns have each number, from 0."""
    from scipy.sparse import csr_array

    inside = np.flatnonzero(numbers >= 0)
    shape = (int(numbers.max(initial=-1)) + 1, len(numbers))
    return csr_array((np.ones(len(inside)), (numbers[inside], inside)), shape)


def _dominated(kinds: _Kinds, table: pd.DataFrame, measure: str, asked: Sparse) -> Whole:
    """The p% rule: how wide a range each sum needs, where its two largest contributions leave little of it; else 0.

    What lies beyond the cap of an attribute is taken to be one enterprise's, as far as it can be.
    """
    name, sums = SUMS[measure], table[measure].to_numpy()
    several, each = table["enterprises"].to_numpy() > 1, table[name].to_numpy()
    largest = np.where(each < CAPS[name], np.minimum(each, sums), sums - each * (table["enterprises"].to_numpy() - 1))
    second = np.where(several, each, 0)
    order = np.argsort(-largest, kind="stable")
    order = order[sums[order] > 0]
    ranked = asked.tocsc()[:, kinds.of[order]].tocsr()
    ranked.sort_indices()
    found = np.zeros(asked.shape[0], dtype=np.int64)
    for row, (start, end) in enumerate(pairwise(ranked.indptr)):
        if start == end:
            continue
        top = order[ranked.indices[start]]
        after = max(second[top], largest[order[ranked.indices[start + 1]]] if end > start + 1 else 0)
        total = sums[order[ranked.indices[start:end]]].sum()
        if total - largest[top] - after < DOMINANCE * largest[top]:
            found[row] = np.ceil(DOMINANCE * largest[top])
    return found


def _limits(kinds: _Kinds, layers: Sequence[_Layer]) -> Sparse:
    """What every reader knows of sums, as combinations of the regions that are never above 0.

    Each enterprise adds from the least to the most of its class; full members are members, and members are staff.
    """
    from scipy.sparse import block_array, csr_array, eye_array, vstack

    held, *sums = layers
    sizes = [len(layer.totals) for layer in layers]
    inside = np.flatnonzero(held.region >= 0)
    own, example = held.region[inside], np.zeros(sizes[0], dtype=np.int64)
    example[own] = inside
    rows = [sparse((0, sum(sizes)))]

    def least(values: Real) -> Real:
        """The least of the kinds in each region of enterprises."""
        found = np.full(sizes[0], np.inf)
        np.minimum.at(found, own, values[inside])
        return found

    def limit(first: int, times: Real, sign: float, second: int = 0, others: Sparse = None) -> None:
        """For each region of a sum: `sign` of it and `times` each of its enterprises, and regions of another sum."""
        at = layers[first].region[example]
        endless = np.unique(at[~np.isfinite(times) & (at >= 0)])
        used = np.flatnonzero((at >= 0) & ~np.isin(at, endless))
        parts: list[Sparse] = [csr_array((sizes[first], size)) for size in sizes]
        parts[0] = csr_array((times[used], (at[used], used)), (sizes[first], sizes[0]))
        parts[first] = sign * eye_array(sizes[first], format="csr")
        if second:
            parts[second] = others
        rows.append(block_array([parts], format="csr")[np.setdiff1d(np.arange(sizes[first]), endless)])

    for number, layer in enumerate(sums, start=1):
        low, high = kinds.least[SUMS[layer.measure]], kinds.most[SUMS[layer.measure]]
        limit(number, least(low), -1.0)
        limit(number, least(-high), 1.0)
        for wide in range(1, number):
            more = kinds.least[SUMS[layers[wide].measure]]
            meet = _indicator(layers[wide].region) @ _indicator(layer.region).T
            whole = sparse(meet == np.bincount(layer.region[layer.region >= 0])).multiply(meet > 0).tocsr()
            is_in = np.append(whole.sum(axis=0) > 0, False)[layer.region]
            apart = np.maximum(more - high, 0.0)
            limit(wide, least(np.where(is_in, apart, more)), -1.0, number, whole)
            covered = np.where(layers[wide].region >= 0, apart, np.inf)
            limit(number, least(covered), 1.0, wide, -sparse(meet.T > 0))
    return vstack(rows, format="csr")


@dataclass(frozen=True, eq=False)
class _Kinds:
    """Kinds of enterprises: what the selections tell apart, attribute by attribute.

    Parameters
    ----------
    contents
        Which kinds each question selects: sparse, shape (questions, kinds).
    of
        The kind of each row of the cells.
    district
        The district, or districts that nobody tells apart, of each kind: a number from 0.
    least, most
        What one enterprise of each kind can have of an attribute that sums add up, by its name.
    """

    contents: Sparse
    of: Whole
    district: Whole
    least: Mapping[str, Real]
    most: Mapping[str, Real]

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self.district)

    @classmethod
    def told_by(cls, questions: Sequence[Question], table: pd.DataFrame, own: Sequence[str]) -> _Kinds:
        """The kinds that occur; in small tables, those that could occur too."""
        selections = [one.selection for one in questions]
        axes = [_axis(name, selections, table) for name in (*(name for name in CONDITIONS if name in table), *own)]
        if LEAD in table:
            leads = np.array([int(one.leads) for one in questions])
            axes.append(_Axis(LEAD, (0, 1), np.array([[True, True], [False, True]]), leads, np.arange(2)))
        shape = tuple(axis.met.shape[1] for axis in axes)
        place = np.ravel_multi_index([axis.of(table) for axis in axes], shape)
        exist = np.unique(place)
        if np.prod(shape, dtype=float) <= MOST_REGIONS:
            exist = np.union1d(exist, np.flatnonzero(_possible(axes, shape)))
        codes = np.unravel_index(exist, shape)
        least, most = _ends({axis.name: (axis, code) for axis, code in zip(axes, codes, strict=True)})
        return cls(_selected(axes, codes), np.searchsorted(exist, place), codes[0], least, most)


def _ends(coded: Mapping[str, tuple[_Axis, Whole]]) -> tuple[dict[str, Real], dict[str, Real]]:
    """The least and the most of staff, members and full members that each kind can have, given the others."""
    ends = []
    for name, cap in CAPS.items():
        axis, code = coded[name]
        most = [float("inf") if max(one) == cap else float(max(one)) for one in axis.classes]
        ends.append((np.array([float(min(one)) for one in axis.classes])[code], np.array(most)[code]))
    (staff, staffed), (members, joined), (full, filled) = ends
    members = np.maximum(members, full)
    joined = np.minimum(joined, staffed)
    least = {"staff": np.maximum(staff, members), "members": members, "full_members": full}
    return least, {"staff": staffed, "members": joined, "full_members": np.minimum(filled, joined)}


def _selected(axes: Sequence[_Axis], codes: Sequence[Whole]) -> Sparse:
    """Which kinds each selection picks; they stand district by district."""
    from scipy.sparse import csr_array

    place, *others = axes
    patterns, pattern = np.unique(np.stack([axis.which for axis in others]), axis=1, return_inverse=True)
    starts = np.searchsorted(codes[0], np.arange(place.met.shape[1] + 1))
    picked: dict[tuple[int, int], Whole] = {}
    for number, ask in enumerate(patterns.T):
        met = [axis.met[one][code] for axis, one, code in zip(others, ask, codes[1:], strict=True)]
        rows = np.flatnonzero(np.logical_and.reduce(met))
        ends = np.searchsorted(rows, starts)
        for chosen in np.unique(place.which[pattern.ravel() == number]):
            inside = np.flatnonzero(place.met[chosen])
            every = len(inside) == place.met.shape[1]
            picked[number, int(chosen)] = (
                rows if every else np.concatenate([rows[ends[one] : ends[one + 1]] for one in inside] or [rows[:0]])
            )
    found = [picked[key] for key in zip(pattern.ravel().tolist(), place.which.tolist(), strict=True)]
    ends = np.cumsum([0, *(len(one) for one in found)])
    return csr_array((np.ones(ends[-1]), np.concatenate(found), ends), (len(found), len(codes[0])))


def _led_apart(table: pd.DataFrame) -> pd.DataFrame:
    """Enterprises told apart by whether they lead an organisation; sums stand with one of the two.

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
    alone = (led < held).astype("int64")
    others = table.assign(enterprises=held - led, **{LEAD: 0})
    leading = table.assign(enterprises=led, **{LEAD: 1}, **{name: table[name] * (1 - alone) for name in SUMS})
    both = pd.concat([leading, others], ignore_index=True)
    return both[both["enterprises"] > 0]


@dataclass(frozen=True, eq=False)
class _Axis:
    """One attribute, its values put together into classes that no selection tells apart."""

    name: str
    values: tuple[str | int, ...]
    met: Flags  # different conditions, classes
    which: Whole  # the condition of each selection
    code: Whole  # the class of each value

    def of(self, table: pd.DataFrame) -> Whole:
        """The class of each row of the cells."""
        where = dict(zip(self.values, self.code.tolist(), strict=True))
        found: Whole = table[self.name].map(where).to_numpy(dtype=np.int64)
        return found

    @property
    def classes(self) -> list[list[Any]]:
        """The values of each class."""
        return [
            [value for value, code in zip(self.values, self.code, strict=True) if code == position]
            for position in range(self.met.shape[1])
        ]


def _axis(name: str, selections: Sequence[Selection], table: pd.DataFrame) -> _Axis:
    """The classes of an attribute: what each selection asks of it alone tells its values apart."""
    if name in CONDITIONS:
        alone = [Selection(**{field: getattr(chosen, field) for field in CONDITIONS[name]}) for chosen in selections]
    else:
        alone = [Selection(own=tuple(one for one in chosen.own if one[0] == name)) for chosen in selections]
    values = _values(name, alone, table)
    frame = pd.DataFrame({name: pd.Series(values)})
    number = {one: place for place, one in enumerate(dict.fromkeys(alone))}
    met, code = np.unique(np.array([one.mask(frame) for one in number]), axis=1, return_inverse=True)
    return _Axis(name, values, met, np.array([number[one] for one in alone]), code.ravel())


def _values(name: str, alone: Sequence[Selection], table: pd.DataFrame) -> tuple[str | int, ...]:
    """The values that an attribute can have: those of a list of its own, or those that occur or are asked for."""
    if name == "organisation":
        return tuple(ORGANISATIONS[1:])
    if name in ("district", "category"):
        asked = {value for one in alone for value in getattr(one, CONDITIONS[name][0])}
    elif name in CONDITIONS:
        return tuple(range(CAPS.get(name, 1) + 1))
    else:
        asked = {value for one in alone for _, value in one.own}
    return tuple(sorted({*asked, *table[name].unique().tolist()}))


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
    by_name = {axis.name: axis.classes for axis in axes}
    for first, second, can in _RULES:
        if first not in by_name or second not in by_name:
            continue
        pairs = np.array([[can(one, other) for other in by_name[second]] for one in by_name[first]])
        spread = [1] * len(shape)
        spread[position[first]], spread[position[second]] = pairs.shape
        possible &= pairs.reshape(spread)
    flat: Flags = possible.ravel()
    return flat
