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
from dataclasses import dataclass, replace
from functools import cache
from urllib.parse import parse_qsl

import pandas as pd

from analysis.coverage.base_names import base_label
from analysis.coverage.comparing import Measure, chosen
from analysis.coverage.counting import Counter
from analysis.coverage.districts import Districts
from analysis.coverage.pairs import LINKS, TERMS, Pair, Side
from analysis.errors import ParameterError, WorkbookError, among, one_of
from analysis.messages import said
from analysis.quantities import Label, Number, Quantity, Status, plain_number

HUNDRED = 100.0


@dataclass(frozen=True)
class Kind:
    """How a number is named and printed. In the name, {name} is the row's and {place} the study's."""

    zh: str
    en: str
    unit: str = "share"
    decimals: int = 2
    scale: float = 1.0
    method: str = ""  # whose it is, as ledgers print it
    of: Label | None = None  # for a share that is not one of the base's enterprises


_RANKS = "Klein, Wright, Wieczorek 2020"
_FAY = "Fay, Feuer 1997"
_FUNNEL = "Spiegelhalter 2005"
_WHO = "WHO 2013"
_TARONE = "Tarone 1982"


def _rank(zh: str, en: str) -> Kind:
    return Kind(zh, en, "rank", 0, method=_RANKS)


def _points(zh: str, en: str, method: str = _WHO) -> Kind:
    return Kind(zh, en, "points", 2, HUNDRED, method)


_OVERALL = Label("总体比率", "the overall rate")
_INDEX = Label("泰尔指数", "Theil's index")
_ESTIMATE = Label("估计值", "the estimate")
_LEVELS = Label("各区域", "districts")


DISTRICT: Mapping[str, Kind] = {
    "standardised": Kind(
        "{name}：按{place}企业结构标准化的比率", "{name}: rate standardised to the mix of {place}", method=_FAY
    ),
    "low": Kind(
        "{name}：标准化比率的过程波动下限", "{name}: standardised rate, lower limit of process variation", method=_FAY
    ),
    "high": Kind(
        "{name}：标准化比率的过程波动上限", "{name}: standardised rate, upper limit of process variation", method=_FAY
    ),
    "wilson_low": Kind(
        "{name}：过程波动下限（威尔逊）", "{name}: lower limit of process variation (Wilson)", method="Newcombe 1998"
    ),
    "wilson_high": Kind(
        "{name}：过程波动上限（威尔逊）", "{name}: upper limit of process variation (Wilson)", method="Newcombe 1998"
    ),
    "crude_rank": _rank("{name}：名次", "{name}: rank"),
    "crude_first": _rank("{name}：可能的最好名次", "{name}: best rank it can have"),
    "crude_last": _rank("{name}：可能的最差名次", "{name}: worst rank it can have"),
    "adjusted_rank": _rank("{name}：标准化后的名次", "{name}: rank once standardised"),
    "adjusted_first": _rank("{name}：标准化后可能的最好名次", "{name}: best rank it can have once standardised"),
    "adjusted_last": _rank("{name}：标准化后可能的最差名次", "{name}: worst rank it can have once standardised"),
}
_MEASURES: Mapping[str, Kind] = {
    "overall": Kind("总体比率", "overall rate"),
    "difference": _points("最高与最低之差", "highest less lowest"),
    "ratio": Kind("最高与最低之比", "highest over lowest", unit="times"),
    "par": _points("若各区域都达到最高，总体可提高", "gain overall if all had the best rate (PAR)"),
    "paf": Kind("该提高占总体比率的比例", "that gain as a share of the overall rate (PAF)", decimals=1, of=_OVERALL),
    "bgsd": _points("组间标准差", "standard deviation between groups (root of BGV)"),
    "bgv": Kind("组间方差", "variance between groups (BGV)", unit="squared points", scale=HUNDRED**2),
    "md_mean": _points("与总体的平均差距", "mean difference from the overall rate"),
    "md_best_weighted": _points("与最高者的平均差距", "mean difference from the best"),
    "idis_weighted": Kind("差异指数（按企业数加权）", "index of disparity, weighted (IDIS)", decimals=1, of=_OVERALL),
    "theil": Kind("泰尔指数（千分之）", "Theil's index, in thousandths", unit="index", scale=1000.0),
    "mld": Kind("平均对数离差（千分之）", "mean log deviation, in thousandths", unit="index", scale=1000.0),
}
TOTAL: Mapping[str, Kind] = {
    "phi": Kind("过度离散系数φ", "over-dispersion φ", "times", 1, method=_FUNNEL),
    "between_sd": _points("区域间超出偶然的标准差τ", "standard deviation τ between districts beyond chance", _FUNNEL),
    "level_inner": Kind(
        "漏斗图内限的水平", "level of the funnel's inner limits", decimals=0, method=_FUNNEL, of=_LEVELS
    ),
    "level_outer": Kind(
        "漏斗图外限的水平", "level of the funnel's outer limits", decimals=1, method=_FUNNEL, of=_LEVELS
    ),
    "dissimilarity": Kind("相异指数", "index of dissimilarity", decimals=1, method="Duncan, Duncan 1955"),
    "agreement": Kind(
        "标准化前后名次的相关系数", "rank correlation before and after", "correlation", method="Spearman 1904"
    ),
    "theil_groups": Kind(
        "泰尔指数中各组之间的份额", "share between groups", decimals=1, method="Shorrocks 1980", of=_INDEX
    ),
    "theil_districts": Kind(
        "泰尔指数中区域之间的份额", "share between districts", decimals=1, method="Shorrocks 1980", of=_INDEX
    ),
    **{
        f"{state}_{name}": replace(kind, zh=f"{zh}：{kind.zh}", en=f"{en}: {kind.en}", method=kind.method or _WHO)
        for state, zh, en in (("crude", "实际", "as they are"), ("adjusted", "标准化后", "standardised"))
        for name, kind in _MEASURES.items()
    },
}
CELL: Mapping[str, Kind] = {
    "shrunk": Kind("{name}：收缩估计的比率", "{name}: shrunk rate", method=_TARONE),
    "low": Kind("{name}：收缩估计的下限", "{name}: shrunk rate, lower limit", method=_TARONE),
    "high": Kind("{name}：收缩估计的上限", "{name}: shrunk rate, upper limit", method=_TARONE),
    "weight": Kind(
        "{name}：自身数据的权重", "{name}: weight of its own data", decimals=0, method=_TARONE, of=_ESTIMATE
    ),
}
MEASURES = tuple(_MEASURES)

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
    return _contribution(found, f"terms.effect/{term}", _at(found.terms, term, "effect"), _joined(between, TERMS[term]))


def link_number(found: Pair, link: str, *, between: Label = PAIR) -> Quantity:
    """What a link of the chain contributes, in percentage points."""
    return _contribution(found, f"chain.effect/{link}", _at(found.chain, link, "effect"), _joined(between, LINKS[link]))


def group_number(found: Pair, column: str, group: str, *, between: Label = PAIR) -> Quantity:
    """What one group contributes to mix or rate, in percentage points."""
    among(column, ("mix", "rate"), what="column")
    names = {part.id: part.label for part in found.first.parts}
    name = names[among(group, names, what="group")]
    label = _joined(between, _joined(name, TERMS[column]))
    return _contribution(found, f"groups.{column}/{group}", _at(found.groups, group, column), label)


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
        if table in _OF_TERMS:
            return _steady(_at(getattr(pairs(text), table), row, column) * HUNDRED)
        found = districts(text)
        if table == "totals":
            return _steady(float(found.totals[column]) * TOTAL[column].scale)
        frame, kinds = (found.numbers, DISTRICT) if table == "districts" else (found.cells, CELL)
        return _steady(_at(frame, row, column) * kinds[column].scale)

    return resolve


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


def _contribution(found: Pair, place: str, value: float, label: Label) -> Quantity:
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
