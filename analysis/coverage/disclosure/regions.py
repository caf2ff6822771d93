"""What a paper counts, as linked tables: each count is a sum over the smallest groups that its selections tell apart.

Counts of organisations belong to the same tables as counts of enterprises: an organisation is an enterprise that leads
it, the one enterprise of an independent organisation or the first of a joint one. So do sums of members, full members
and staff, with what every reader knows of them: enterprises of a class have as many as the class says, full members are
members, and members are staff. So whoever sees all of these beside one another is held against that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.coverage.cells import MEMBERS_CAP, STAFF_CAP, Cells, own_columns
from analysis.coverage.disclosure.tables import THRESHOLD, Flags, LinkedTables, Real, Sparse, Whole, alike, sparse
from analysis.coverage.selection import FLAGS, ORGANISATIONS, Selection, parsed

MOST_REGIONS = 600

CONDITIONS: Mapping[str, tuple[str, ...]] = {  # of a selection, by attribute
    "district": ("districts",),
    "category": ("categories",),
    "staff": ("staff_from", "staff_to"),
    **{name: (f"{name}_from",) for name in ("members", "full_members")},
    **{name: (name,) for name in ("organisation", *FLAGS)},
}
LEAD = "lead"
SUMS: Mapping[str, str] = {"staff_total": "staff", "members_total": "members", "full_members_total": "full_members"}
CAPS: Mapping[str, int] = {"staff": STAFF_CAP, "members": MEMBERS_CAP, "full_members": MEMBERS_CAP}  # the wider first
DOMINANCE = 0.1  # the p of the p% rule


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
        if measure == "five_good_organisations":
            selection = selection.but(five_good="yes")
        return cls(measure, selection) if measure in SUMS else cls("enterprises", selection, measure != "enterprises")


def linked(
    cells: Cells, addresses: Sequence[str], *, known: Iterable[str] = (), threshold: int = THRESHOLD
) -> tuple[LinkedTables, dict[str, int]]:
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
    kinds = _kinds(questions, table, own_columns(cells.table))
    rows = {name: [row for row, one in enumerate(questions) if one.measure == name] for name in ("enterprises", *SUMS)}
    sums = [_layer(kinds, table, name, rows[name]) for name in SUMS if rows[name]]
    layers = [_layer(kinds, table, "enterprises", rows["enterprises"], besides=sums), *sums]
    contents = block_diag([layer.contents for layer in layers], format="csr")
    _, first, row = np.unique(alike(contents), return_index=True, return_inverse=True)
    order = [one for layer in layers for one in rows[layer.measure]]
    places = {addresses[number]: int(row[at]) for at, number in enumerate(order)}
    names = {at: address for address, at in reversed(places.items())}
    tables = LinkedTables(
        contents[first],
        np.concatenate([layer.totals for layer in layers]),
        tuple(names[number] for number in range(len(first))),
        np.isin(np.arange(len(first)), [places[address] for address in known if address in places]),
        np.concatenate([layer.contributors for layer in layers]),
        np.concatenate([layer.district for layer in layers]),
        np.concatenate([layer.widths for layer in layers])[first],
        _limits(kinds, layers),
        threshold,
    )
    return tables, places


@dataclass(frozen=True, eq=False)
class _Axis:
    """One attribute, its values put together into classes that no selection tells apart."""

    classes: list[list[Any]]  # the values of each
    met: Flags  # different conditions, classes
    which: Whole  # the condition of each question

    def of(self, column: pd.Series) -> Whole:
        """The class of each value of a column."""
        found: Whole = column.map({value: at for at, one in enumerate(self.classes) for value in one}).to_numpy(
            np.int64
        )
        return found


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
    classes = frame[name].groupby(code.ravel()).agg(list).tolist()
    return _Axis(classes, met, np.array([number[one] for one in alone]))


def _values(name: str, alone: Sequence[Selection], table: pd.DataFrame) -> Sequence[str | int]:
    """The values that an attribute can have: those of a list of its own, or those that occur or are asked for."""
    if name == "organisation":
        return ORGANISATIONS[1:]
    if name in ("district", "category"):
        asked = {value for one in alone for value in getattr(one, CONDITIONS[name][0])}
    elif name in CONDITIONS:
        return range(CAPS.get(name, 1) + 1)
    else:
        asked = {value for one in alone for _, value in one.own}
    return sorted({*asked, *table[name].unique().tolist()})


_RULES: tuple[tuple[str, str, Callable[[Any, Any], bool]], ...] = (
    ("members", "full_members", lambda members, full: max(members) >= min(full)),
    ("organisation", "five_good", lambda had, good: had != ["none"] or good != [1]),
    ("organisation", "secretary_chairs_union", lambda had, chairs: had != ["none"] or chairs != [1]),
    ("union", "secretary_chairs_union", lambda had, chairs: had != [0] or chairs != [1]),
    ("organisation", LEAD, lambda had, lead: had != ["none"] or lead != [1]),
    ("organisation", LEAD, lambda had, lead: had != ["independent"] or lead != [0]),
)


@dataclass(frozen=True, eq=False)
class _Kinds:
    """Kinds of enterprises: what the selections tell apart, attribute by attribute. They stand district by district."""

    axes: Mapping[str, _Axis]  # the attributes by name, the district first
    codes: Mapping[str, Whole]  # the class of each kind, by attribute
    of: Whole  # the kind of each row of the cells
    contents: Sparse  # which kinds each question selects: shape (questions, kinds)

    def ends(self) -> tuple[dict[str, Real], dict[str, Real]]:
        """The least and the most of staff, members and full members that one of each kind can have, given the others."""
        least, most = {}, {}
        for name, cap in CAPS.items():
            ends = np.array([(min(one), np.inf if max(one) == cap else max(one)) for one in self.axes[name].classes])
            least[name], most[name] = ends[self.codes[name]].T
        for narrow, wide in (("full_members", "members"), ("members", "staff")):
            least[wide] = np.maximum(least[wide], least[narrow])
        for narrow, wide in (("members", "staff"), ("full_members", "members")):
            most[narrow] = np.minimum(most[narrow], most[wide])
        return least, most


def _kinds(questions: Sequence[Question], table: pd.DataFrame, own: Sequence[str]) -> _Kinds:
    """The kinds that occur; in small tables, those that could occur too."""
    selections = [one.selection for one in questions]
    names = (*(name for name in CONDITIONS if name in table), *own)
    axes = {name: _axis(name, selections, table) for name in names}
    if LEAD in table:
        leads = np.array([int(one.leads) for one in questions])
        axes[LEAD] = _Axis([[0], [1]], np.array([[True, True], [False, True]]), leads)
    shape = tuple(len(axis.classes) for axis in axes.values())
    place = np.ravel_multi_index([axis.of(table[name]) for name, axis in axes.items()], shape)
    exist = np.unique(place)
    if np.prod(shape, dtype=float) <= MOST_REGIONS:
        every = dict(zip(axes, np.indices(shape).reshape(len(shape), -1), strict=True))
        exist = np.union1d(exist, np.flatnonzero(_possible(axes, every)))
    codes = dict(zip(axes, np.unravel_index(exist, shape), strict=True))
    return _Kinds(axes, codes, np.searchsorted(exist, place), _selected(axes, codes))


def _possible(axes: Mapping[str, _Axis], codes: Mapping[str, Whole]) -> Flags:
    """Which combinations of classes can exist."""
    possible = np.ones(len(codes["district"]), dtype=bool)
    for first, second, can in _RULES:
        if first in axes and second in axes:
            pairs = np.array([[can(one, other) for other in axes[second].classes] for one in axes[first].classes])
            possible &= pairs[codes[first], codes[second]]
    return possible


def _selected(axes: Mapping[str, _Axis], codes: Mapping[str, Whole]) -> Sparse:
    """Which kinds each question selects: those of its districts that meet its other conditions, which many share."""
    from scipy.sparse import vstack

    (place, *others), (district, *coded) = axes.values(), codes.values()
    inside = sparse(place.met[:, district]).tocsc()
    patterns, pattern = np.unique(np.stack([axis.which for axis in others]), axis=1, return_inverse=True)
    found = []
    for number, asked in enumerate(patterns.T):
        met = [axis.met[one][code] for axis, one, code in zip(others, asked, coded, strict=True)]
        chosen = np.logical_and.reduce(met)
        picked = inside.multiply(chosen).tocsr()
        picked.eliminate_zeros()
        found.append(picked[place.which[pattern.ravel() == number]])
    return vstack(found, format="csr")[np.argsort(np.argsort(pattern.ravel(), kind="stable"))]


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
class _Layer:
    """The regions of enterprises, or of one sum over them: `region` is that of each kind, -1 where it is in none."""

    measure: str
    region: Whole
    contents: Sparse
    totals: Whole
    contributors: Whole
    district: Whole
    widths: Whole


def _layer(
    kinds: _Kinds, table: pd.DataFrame, measure: str, rows: Sequence[int], besides: Sequence[_Layer] = ()
) -> _Layer:
    """The regions of a measure: kinds that no count of it tells apart, nor the regions of other measures."""
    from scipy.sparse import vstack

    asked = kinds.contents[rows]
    region = alike(vstack([asked, *(_indicator(other.region) for other in besides)]).T.tocsr())
    of = _indicator(region)
    enterprises = table["enterprises"].to_numpy()
    behind = enterprises * (table[SUMS[measure]] > 0).to_numpy() if measure in SUMS else enterprises
    totals, contributors = (
        np.rint(of @ np.bincount(kinds.of, weights=one, minlength=len(region))).astype(np.int64)
        for one in (table[measure].to_numpy(), behind)
    )
    districts = _by_region(kinds.codes["district"], region)
    district = np.where(districts.min() == districts.max(), districts.min(), -1)
    widths = _dominated(kinds, table, measure, asked) if measure in SUMS else np.zeros(len(rows), dtype=np.int64)
    return _Layer(measure, region, sparse((asked @ of.T) > 0), totals, contributors, district, widths)


def _by_region(values: Real | Whole, region: Whole) -> Any:
    """Values of kinds, put together by their region."""
    return pd.Series(values[region >= 0]).groupby(region[region >= 0])


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
    name = SUMS[measure]
    sums, each, enterprises = (table[one].to_numpy() for one in (measure, name, "enterprises"))
    largest = np.where(each < CAPS[name], np.minimum(each, sums), sums - each * (enterprises - 1))
    order = np.argsort(-largest, kind="stable")
    order = order[sums[order] > 0]
    ranked = asked.tocsc()[:, kinds.of[order]].tocsr()
    ranked.sort_indices()
    found = np.zeros(asked.shape[0], dtype=np.int64)
    some = np.flatnonzero(np.diff(ranked.indptr))
    ranks = np.append(ranked.indices, 0)
    first, next_one = (order[ranks[ranked.indptr[some] + step]] for step in (0, 1))
    following = np.where(np.diff(ranked.indptr)[some] > 1, largest[next_one], 0)
    second = np.maximum(following, np.where(enterprises[first] > 1, each[first], 0))
    rest = (ranked @ sums[order])[some] - largest[first] - second
    needed = DOMINANCE * largest[first]
    found[some] = np.where(rest < needed, np.ceil(needed), 0)
    return found


def _limits(kinds: _Kinds, layers: Sequence[_Layer]) -> Sparse:
    """What every reader knows of sums, as combinations of the regions that are never above 0.

    Each enterprise adds from the least to the most of its class; full members are members, and members are staff.
    """
    from scipy.sparse import block_array, csr_array, eye_array, vstack

    held = layers[0].region
    sizes = [len(layer.totals) for layer in layers]
    first = np.unique(held, return_index=True)[1][-sizes[0] :]  # a kind of each region of enterprises
    inside = [_indicator(layer.region)[:, first] for layer in layers]
    least, most = kinds.ends()
    rows = [sparse((0, sum(sizes)))]

    def limit(layer: int, sign: float, each: Real, other: int = 0, others: Sparse = None) -> None:
        """For each region of a sum: `sign` of it and the least of `each` enterprise in it, and regions of another sum."""
        times = _by_region(each, held).min().to_numpy()
        endless = inside[layer] @ ~np.isfinite(times) > 0
        parts: list[Sparse] = [csr_array((sizes[layer], size)) for size in sizes]
        parts[0] = inside[layer].multiply(np.where(np.isfinite(times), times, 0.0))
        parts[layer] = sign * eye_array(sizes[layer])
        if other:
            parts[other] = others
        rows.append(block_array([parts], format="csr")[~endless])

    for number, layer in enumerate(layers[1:], start=1):
        name = SUMS[layer.measure]
        limit(number, -1.0, least[name])
        limit(number, 1.0, -most[name])
        for wide in range(1, number):
            more = least[SUMS[layers[wide].measure]]
            apart = np.maximum(more - most[name], 0.0)
            meet = inside[wide] @ inside[number].T
            whole = sparse(meet == inside[number].sum(axis=1)).multiply(meet > 0).tocsr()
            is_in = np.append(whole.sum(axis=0) > 0, False)[layer.region]
            limit(wide, -1.0, np.where(is_in, apart, more), number, whole)
            limit(number, 1.0, np.where(layers[wide].region >= 0, apart, np.inf), wide, -sparse(meet.T > 0))
    return vstack(rows, format="csr")
