"""Numbers of a comparison as quantities, each with an address from which it can be computed again.

| address | what stands there |
|---|---|
| `comparison:districts.COLUMN/DISTRICT?…` | a column of `Districts.numbers` |
| `comparison:totals.NAME?…` | an entry of `Districts.totals` |
| `comparison:cells.COLUMN/DISTRICT.GROUP?…` | a column of `Districts.cells` |
| `comparison:terms.effect/TERM?…` | a row of `Pair.terms`; `chain.effect/LINK` one of `Pair.chain` |
| `comparison:groups.mix/GROUP?…` (`groups.rate`) | a row of `Pair.groups` |

The query holds the measure, and for pairs both sides. `other:` before the address of a count says that it is of the other
study.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from urllib.parse import parse_qsl

import pandas as pd

from analysis.coverage.compared_names import CELL, DISTRICT, HUNDRED, TOTAL, Kind
from analysis.coverage.comparing import Measure, chosen
from analysis.coverage.counting import Counter
from analysis.coverage.districts import Districts
from analysis.coverage.pairs import LINKS, TERMS, Pair, Side
from analysis.coverage.selection import base_label
from analysis.errors import ParameterError, WorkbookError, among, one_of
from analysis.messages import said
from analysis.quantities import Label, Number, Quantity, Status, plain_number

PAIR = Label("两个比率之差", "difference of two rates")
_OF_TERMS = {"terms": "Kitagawa 1955; Das Gupta 1993", "groups": "Kitagawa 1955", "chain": "Das Gupta 1993"}


def district_number(found: Districts, column: str, district: str) -> Quantity:
    """A number of one district."""
    among(column, DISTRICT, what="column")
    value = _at(found.numbers, district, column)
    part = next(part for part in found.parts if part.id == district)
    place = f"districts.{column}/{district}?{query(found.measure)}"
    return _quantity(value, DISTRICT[column], found, place, name=part.label, base=part.rate.base_name)


def total_number(found: Districts, name: str) -> Quantity:
    """A number of all districts together."""
    among(name, TOTAL, what="name")
    return _quantity(found.totals[name], TOTAL[name], found, f"totals.{name}?{query(found.measure)}")


def cell_number(found: Districts, column: str, cell: str, name: Label) -> Quantity:
    """A number of one group in one district; `name` says which."""
    among(column, CELL, what="column")
    value = _at(found.cells, cell, column)
    district, _, group = cell.partition(".")
    base = next(part.rate.base_name for part in found.groups[district] if part.id == group)
    return _quantity(value, CELL[column], found, f"cells.{column}/{cell}?{query(found.measure)}", name=name, base=base)


def term_number(found: Pair, term: str, *, between: Label = PAIR) -> Quantity:
    """What a term contributes to the difference, in percentage points; positive where the second rate is the higher for it."""
    return _points(found, f"terms.effect/{term}", _at(found.terms, term, "effect"), _joined(between, TERMS[term]))


def link_number(found: Pair, link: str, *, between: Label = PAIR) -> Quantity:
    """What a link of the chain contributes, in percentage points."""
    return _points(found, f"chain.effect/{link}", _at(found.chain, link, "effect"), _joined(between, LINKS[link]))


def group_number(found: Pair, column: str, group: str, *, between: Label = PAIR) -> Quantity:
    """What one group contributes to mix or rate, in percentage points."""
    among(column, ("mix", "rate"), what="column")
    names = {part.id: part.label for part in found.first.parts}
    name = names[among(group, names, what="group")]
    label = _joined(between, _joined(name, TERMS[column]))
    return _points(found, f"groups.{column}/{group}", _at(found.groups, group, column), label)


def _joined(head: Label, tail: Label) -> Label:
    return Label(f"{head.zh}：{tail.zh}", f"{head.en}: {tail.en}")


def query(measure: Measure) -> str:
    """A measure as the query of an address; what is not limited is left out.

    Examples
    --------
    >>> query(Measure(categories=("private", "foreign")))
    'outcome=organisation&base=operating&groups=category&categories=private,foreign'
    """
    values = {name: ",".join(value) if isinstance(value, tuple) else value for name, value in vars(measure).items()}
    return "&".join(f"{name}={value}" for name, value in values.items() if value)


def resolver(counter: Counter, other: Callable[[], Counter]) -> Callable[[str], Number]:
    """A function that gives the number at any address `comparison:…` from the present counts.

    Parameters
    ----------
    other
        Gives the counts of the other study, where a comparison has one.
    """

    @cache
    def districts(text: str) -> Districts:
        return Districts(counter, _measure(dict(parse_qsl(text))))

    @cache
    def pairs(text: str) -> Pair:
        parts = dict(parse_qsl(text))
        first, second, elsewhere = (parts.pop(name, "") for name in ("first", "second", "elsewhere"))
        changes = {name: parts.pop(f"second_{name}") for name in ("base", "outcome") if f"second_{name}" in parts}
        least = int(parts.pop("full_members_from"))
        measure = _measure(parts)
        own = Side(counter, measure, _ids(first))
        against = Side(other() if elsewhere else counter, measure.but(**changes), _ids(second), bool(elsewhere))
        return Pair(own, against, least)

    def resolve(address: str) -> Number:
        place, _, text = address.removeprefix("comparison:").partition("?")
        what, _, row = place.partition("/")
        table, _, column = what.partition(".")
        if table in _OF_PAIRS:
            frame: pd.DataFrame = getattr(pairs(text), table)
            return _steady(_at(frame, row, column) * HUNDRED)
        found = districts(text)
        if table == "totals":
            return _steady(float(found.totals[column]) * TOTAL[column].scale)
        kinds = DISTRICT if table == "districts" else CELL
        return _steady(_at(found.numbers if table == "districts" else found.cells, row, column) * kinds[column].scale)

    return resolve


_OF_PAIRS = ("terms", "chain", "groups")


def _at(frame: pd.DataFrame, row: str, column: str) -> float:
    if row not in frame.index:
        known = [str(name) for name in frame.index]
        raise WorkbookError(
            said("comparison: there is no {row}; there are {allowed}", row=row, allowed=one_of(known, seen=row))
        )
    return float(frame[column].to_numpy()[frame.index.get_loc(row)])


def _measure(parts: Mapping[str, str]) -> Measure:
    unknown = set(parts) - set(vars(Measure()))
    if unknown:
        raise ParameterError(
            said(
                "comparison: unknown {unknown}; allowed: {allowed}",
                unknown=tuple(sorted(unknown)),
                allowed=tuple(vars(Measure())),
            )
        )
    values = {name: value for name, value in parts.items() if name != "categories"}
    return Measure(categories=_ids(parts.get("categories", "")), **values)


def _ids(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(",")))


def _pair_query(found: Pair) -> str:
    own, other = found.first.measure, found.second.measure
    parts = {
        "first": ",".join(found.first.districts),
        "second": ",".join(found.second.districts),
        "elsewhere": "1" if found.second.elsewhere else "",
        "second_base": other.base if other.base != own.base else "",
        "second_outcome": other.outcome if other.outcome != own.outcome else "",
        "full_members_from": str(found.full_members_from),
    }
    return query(own) + "".join(f"&{name}={value}" for name, value in parts.items() if value)


def _points(found: Pair, place: str, value: float, label: Label) -> Quantity:
    address = f"comparison:{place}?{_pair_query(found)}"
    method = _OF_TERMS[place.partition(".")[0]]
    value = _steady(value * HUNDRED)
    return Quantity(value, "points", found.status, label, address=address, decimals=2, locator=f"({method})")


def _quantity(
    value: float, kind: Kind, found: Districts, place: str, *, name: Label | None = None, base: Label | None = None
) -> Quantity:
    base = base or base_label(found.counter.study, chosen(found.counter, found.measure))
    study = found.counter.study.settings.place.label
    row = name or study
    return Quantity(
        _steady(float(value) * kind.scale),
        kind.unit,
        Status.DERIVED if place.startswith("totals.level") else found.status,
        Label(kind.zh.format(name=row.zh, place=study.zh), kind.en.format(name=row.en, place=study.en)),
        base=(kind.of or base) if kind.unit == "share" else None,
        address=f"comparison:{place}",
        decimals=kind.decimals,
        locator=kind.method and f"({kind.method})",
    )


def _steady(value: float) -> Number:
    """Twelve digits, so that another machine's last bits change no number; whole numbers without a point."""
    return plain_number(float(f"{value:.12g}"))
