"""Numbers of a comparison as quantities, each with an address from which it can be computed again.

| address | what stands there |
|---|---|
| `comparison:districts.COLUMN/DISTRICT?…` | a column of `Districts.numbers` |
| `comparison:totals.NAME?…` | an entry of `Districts.totals` |
| `comparison:cells.COLUMN/DISTRICT.GROUP?…` | a column of `Districts.cells` |
| `comparison:terms.effect/TERM?…` | a row of `Pair.terms`; `chain.effect/LINK` one of `Pair.chain` |
| `comparison:groups.mix/GROUP?…` (`groups.rate`) | a row of `Pair.groups` |

The query holds the measure, and for pairs both sides. `other:` before the address of a count says that it is of the other
study. How numbers are named and printed stands in assets/comparison.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl

import pandas as pd

from analysis.coverage.base_names import base_label
from analysis.coverage.comparing import Measure, Side
from analysis.coverage.counting import Counter
from analysis.coverage.districts import Districts
from analysis.coverage.pairs import LINKS, TERMS, Pair
from analysis.errors import ParameterError, WorkbookError, among, one_of
from analysis.messages import said
from analysis.quantities import Label, Number, Quantity, Status, plain_number

_CATALOGUE = Path(__file__).parent / "assets" / "comparison.toml"
_SCALES = {"points": 100.0, "squared points": 100.0**2, "index": 1000.0}  # as printed, by unit
_STATES = {"crude": Label("实际", "as they are"), "adjusted": Label("标准化后", "standardised")}
_OF_PAIRS = {"terms": "Kitagawa 1955; Das Gupta 1993", "groups": "Kitagawa 1955", "chain": "Das Gupta 1993"}
PAIR = Label("两个比率之差", "difference of two rates")


@dataclass(frozen=True)
class Kind:
    """How a number is named and printed; `of` is what a share is of where that is not the base."""

    zh: str
    en: str
    method: str
    unit: str = "share"
    decimals: int = 2
    of: tuple[str, ...] = ()

    @property
    def scale(self) -> float:
        """What the number is printed times."""
        return _SCALES.get(self.unit, 1.0)


@cache
def kinds(table: str) -> Mapping[str, Kind]:
    """The numbers of `districts`, `totals` or `cells`, and of `inequality`, which stand twice among the totals.

    Examples
    --------
    >>> kinds("totals")["adjusted_par"].en, kinds("totals")["adjusted_par"].scale
    ('standardised: gain overall if all had the best rate (PAR)', 100.0)
    """
    rows = tomllib.loads(_CATALOGUE.read_text(encoding="utf-8"))[table]
    found = {name: Kind(**row | {"of": tuple(row.get("of", ()))}) for name, row in rows.items()}
    if table == "totals":
        for state, label in _STATES.items():
            for name, kind in kinds("inequality").items():
                found[f"{state}_{name}"] = replace(kind, zh=f"{label.zh}：{kind.zh}", en=f"{label.en}: {kind.en}")
    return found


def district_number(found: Districts, column: str, district: str) -> Quantity:
    """A number of one district."""
    value = _at(found.numbers, district, among(column, kinds("districts"), what="column"))
    part = next(part for part in found.parts if part.id == district)
    return _of_districts(value, found, "districts", column, district, part.label, part.rate.base_name)


def total_number(found: Districts, name: str) -> Quantity:
    """A number of all districts together."""
    among(name, kinds("totals"), what="name")
    return _of_districts(float(found.totals[name]), found, "totals", name)


def cell_number(found: Districts, column: str, cell: str, name: Label) -> Quantity:
    """A number of one group in one district; `name` says which."""
    value = _at(found.cells, cell, among(column, kinds("cells"), what="column"))
    district, _, group = cell.partition(".")
    base = next(part.rate.base_name for part in found.groups[district] if part.id == group)
    return _of_districts(value, found, "cells", column, cell, name, base)


def term_number(found: Pair, term: str, *, between: Label = PAIR) -> Quantity:
    """What a term contributes to the difference, in percentage points; positive where the second rate is the higher for it."""
    return _of_pair(found, "terms", "effect", term, _joined(between, TERMS[term]))


def link_number(found: Pair, link: str, *, between: Label = PAIR) -> Quantity:
    """What a link of the chain contributes, in percentage points."""
    return _of_pair(found, "chain", "effect", link, _joined(between, LINKS[link]))


def group_number(found: Pair, column: str, group: str, *, between: Label = PAIR) -> Quantity:
    """What one group contributes to mix or rate, in percentage points."""
    among(column, ("mix", "rate"), what="column")
    names = {part.id: part.label for part in found.first.parts}
    name = _joined(names[among(group, names, what="group")], TERMS[column])
    return _of_pair(found, "groups", column, group, _joined(between, name))


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
            return _steady(_at(getattr(pairs(text), table), row, column) * 100)
        found = districts(text)
        frames = {"districts": lambda: found.numbers, "cells": lambda: found.cells}
        value = float(found.totals[column]) if table == "totals" else _at(frames[table](), row, column)
        return _steady(value * kinds(table)[column].scale)

    return resolve


def _at(frame: pd.DataFrame, row: str, column: str) -> float:
    if row not in frame.index:
        known = [str(name) for name in frame.index]
        what = "comparison: there is no {row}; there are {allowed}"
        raise WorkbookError(said(what, row=row, allowed=one_of(known, seen=row)))
    return float(frame[column].to_numpy()[frame.index.get_loc(row)])


def _measure(parts: Mapping[str, str]) -> Measure:
    if unknown := set(parts) - set(vars(Measure())):
        what = "comparison: unknown {unknown}; allowed: {allowed}"
        raise ParameterError(said(what, unknown=tuple(sorted(unknown)), allowed=tuple(vars(Measure()))))
    values = {name: value for name, value in parts.items() if name != "categories"}
    return Measure(categories=_ids(parts.get("categories", "")), **values)


def _ids(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(",")))


def _of_pair(found: Pair, table: str, column: str, row: str, label: Label) -> Quantity:
    own, other = found.first.measure, found.second.measure
    sides = {
        "first": ",".join(found.first.districts),
        "second": ",".join(found.second.districts),
        "elsewhere": "1" if found.second.elsewhere else "",
        "second_base": other.base if other.base != own.base else "",
        "second_outcome": other.outcome if other.outcome != own.outcome else "",
        "full_members_from": str(found.full_members_from),
    }
    asked = query(own) + "".join(f"&{name}={value}" for name, value in sides.items() if value)
    value = _steady(_at(getattr(found, table), row, column) * 100)
    address, locator = f"comparison:{table}.{column}/{row}?{asked}", f"({_OF_PAIRS[table]})"
    return Quantity(value, "points", found.status, label, address=address, decimals=2, locator=locator)


def _of_districts(
    value: float,
    found: Districts,
    table: str,
    column: str,
    row: str = "",
    name: Label | None = None,
    base: Label | None = None,
) -> Quantity:
    study, kind = found.counter.study, kinds(table)[column]
    place = study.settings.place.label
    if kind.of:
        base = Label(*kind.of)
    elif base is None:
        base = base_label(study, Side(found.counter, found.measure).within)
    words = {language: {"name": (name or place).of(language), "place": place.of(language)} for language in ("zh", "en")}
    return Quantity(
        _steady(value * kind.scale),
        kind.unit,
        Status.DERIVED if column.startswith("level_") else found.status,
        Label(kind.zh.format(**words["zh"]), kind.en.format(**words["en"])),
        base=base if kind.unit == "share" else None,
        address=f"comparison:{table}.{column}{row and '/'}{row}?{query(found.measure)}",
        decimals=kind.decimals,
        locator=f"({kind.method})",
    )


def _steady(value: float) -> Number:
    """Twelve digits, so that another machine's last bits change no number; whole numbers without a point."""
    return plain_number(float(f"{value:.12g}"))
