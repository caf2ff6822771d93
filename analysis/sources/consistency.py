"""Can the published figures all hold? Sums, parts, shares and sets are judged together, in one program of whole numbers.

Joint consistency after Fellegi and Holt 1976; figures that exclude one another are named as an irreducible infeasible
subset (Chinneck 2008).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from analysis.quantities import Label, Quantity, Status, computed
from analysis.sources.finding import CHECK, Finding, Severity, called, listed, measure, phrased, worded
from analysis.sources.linear import Constraint, conflict
from analysis.sources.meanings import INSTRUCTOR, ORGANISATION
from analysis.sources.relation_models import Each, Relations
from analysis.sources.rounding import ends_of
from analysis.sources.venn import regions
from analysis.study import Study

_REGION = "region "  # of a Venn diagram: a variable of its own

Row = tuple[Mapping[str, float], float, float]  # coefficients by variable, least, greatest


@dataclass(frozen=True)
class Clash:
    """Figures that cannot all hold, none of which can be spared for that, and the relations by which they cannot.

    Parameters
    ----------
    by_rule
        Whether they only break a rule that is taken for granted, rather than what the words mean.
    """

    figures: tuple[str, ...]
    reasons: tuple[Label, ...]
    by_rule: bool = False


@dataclass
class _System:
    """Rows over named variables, in groups: what a relation says, and what a figure says."""

    study: Study
    relations: Relations
    said: list[tuple[Label, list[Row]]] = field(default_factory=list)
    figures: dict[str, list[Row]] = field(default_factory=dict)
    rates: dict[str, Label] = field(default_factory=dict)  # what each rate is of

    def bind(self, *names: str) -> None:
        """Let published figures be what they can stand for; other names are free."""
        for name in names:
            if name not in self.figures and self.study.has(name):
                low, high = ends_of(self.study, name)
                self.figures[name] = [({name: 1.0}, float(low), float(high))]

    def relate(self, words: Label, *rows: Row) -> None:
        """A relation, and the figures that it speaks of."""
        named: list[Row] = [({self.variable(name, by=coefficients): number for name, number in coefficients.items()}, low, high)
                 for coefficients, low, high in rows]  # fmt: skip
        self.said.append((words, named))
        self.bind(*(name for coefficients, _, _ in rows for name in coefficients))

    def variable(self, name: str, *, by: Iterable[str]) -> str:
        """A figure's own name; what was not published is of the place and year of the figures that it stands with."""
        if self.study.has(name) or name.startswith(_REGION):
            return name
        row = next((self.study.figures[other] for other in by if self.study.has(other)), None)
        own = (self.study.settings.place.zh, self.study.settings.period)
        return " ".join(map(str, (name, *(own if row is None else (row.place, row.period)))))

    def clashes(self) -> Iterator[tuple[tuple[str, ...], tuple[Label, ...]]]:
        """Figures that cannot all hold, set aside once they are told, until the others can."""
        names = {
            name
            for rows in (*(rows for _, rows in self.said), *self.figures.values())
            for row in rows
            for name in row[0]
        }
        places = {name: place for place, name in enumerate(sorted(names))}
        integral = np.array([not self._is_share(name) for name in places])
        said = [[_constraint(row, places) for row in rows] for _, rows in self.said]
        while self.figures:
            figures = list(self.figures)
            groups = [*said, *([_constraint(row, places) for row in rows] for rows in self.figures.values())]
            kept = conflict(groups, integral=integral)
            clashing = tuple(figures[place - len(said)] for place in kept if place >= len(said))
            if not clashing:
                return
            told = (self.rates[name] for name in clashing if name in self.rates)
            yield clashing, (*(self.said[place][0] for place in kept if place < len(said)), *told)
            for name in clashing:
                del self.figures[name]

    def _is_share(self, name: str) -> bool:
        return self.study.has(name) and self.study.figures[name].unit == "percent"


def _constraint(row: Row, places: Mapping[str, int]) -> Constraint:
    coefficients, low, high = row
    vector = np.zeros(len(places))
    for name, number in coefficients.items():
        vector[places[name]] += number
    return Constraint(vector, low, high)


@lru_cache(maxsize=4)  # asked by the audit and by the bounds
def clashes(study: Study, relations: Relations) -> tuple[Clash, ...]:
    """Everything that cannot hold together; where all can, what does not keep the rules that are taken for granted.

    Examples
    --------
    >>> from analysis.sources.relations import relations_of
    >>> from analysis.study import open_study
    >>> suzhou = open_study("suzhou-2003")
    >>> clashes(suzhou, relations_of(suzhou))
    ()
    """
    meant = tuple(Clash(*found) for found in _system(study, relations, rules=False).clashes())
    return meant or tuple(Clash(*found, by_rule=True) for found in _system(study, relations, rules=True).clashes())


def _system(study: Study, relations: Relations, *, rules: bool) -> _System:
    system = _System(study, relations)
    for total in relations.totals:
        words = phrased("<parts>构成<total>", "<parts> make up <total>", total=_name(study, relations, total.total),
                        parts=listed(*(_name(study, relations, part) for part in total.parts)))  # fmt: skip
        least = -math.inf if total.rule and not rules else 0  # a part may have been left out
        system.relate(words, (dict.fromkeys(total.parts, 1.0) | {total.total: -1.0}, least, 0))
    for subset in relations.subsets:
        names = {"part": _name(study, relations, subset.part), "whole": _name(study, relations, subset.whole)}
        words = phrased("<part>属于<whole>", "<part> are part of <whole>", **names)
        system.relate(words, ({subset.part: 1.0, subset.whole: -1.0}, -math.inf, 0))
    for share in relations.shares:
        if study.has(share.rate):
            low, high = (float(end) + (share.kind == "growth") for end in ends_of(study, share.rate))
            part, whole = (system.variable(name, by=(share.rate,)) for name in (share.numerator, share.base))
            rows: list[Row] = [(_less(whole, low, part), -math.inf, 0), ({whole: 1.0}, 1, math.inf)]
            if share.kind == "share" or (share.kind == "growth" and math.isfinite(high)):
                most = high if share.kind == "growth" else min(high, 1.0)
                rows.append(({name: -number for name, number in _less(whole, most, part).items()}, -math.inf, 0))
            system.figures[share.rate] = rows  # a rate says nothing but this
            names = {
                "rate": called(study, share.rate, relations=relations),
                "part": _name(study, relations, share.numerator),
            }
            system.rates[share.rate] = phrased(
                "<rate>是<part>与<base>之比",
                "the <rate> is of <part> and <base>",
                **names,
                base=_name(study, relations, share.base),
            )
            system.bind(share.numerator, share.base)
    for row in relations.each:
        if rules or not row.rule:
            system.relate(row.label, ({row.each: row.least, row.of: -1.0}, -math.inf, 0))
    _relate_sets(system, rules=rules)
    return system


def _less(whole: str, ratio: float, part: str) -> dict[str, float]:
    """`ratio · whole − part`, which may be of the same figure."""
    return {whole: ratio - 1.0} if whole == part else {whole: ratio, part: -1.0}


def _relate_sets(system: _System, *, rules: bool) -> None:
    universe = system.relations.universe
    sets = [row for row in system.relations.sets if not row.assumed]
    if universe is None or not sets:
        return
    inside, _ = regions(sets, (), rules=rules)
    count = len(next(iter(inside.values())))
    rows: list[Row] = [({f"{_REGION}{place}": 1.0 for place in range(count)} | {universe.whole: -1.0}, 0, 0)]
    for row in sets:
        taken = {f"{_REGION}{place}": 1.0 for place in np.flatnonzero(inside[row.id])}
        sizes = {name for name in (row.id, row.figure) if name is not None}  # a figure may be counted in units of a set
        rows += [(taken | {size: -1.0}, 0, 0) for size in sizes]
    system.relate(universe.assumes.label, *rows)


_UNPUBLISHED = {  # what a rate counts and nobody published
    ORGANISATION: Label("有党组织的企业", "enterprises with an organisation"),
    INSTRUCTOR: Label("有指导员的企业", "enterprises with an instructor"),
}
_UNNAMED = Label("原文没有给出的数", "a number that the document does not give")


def _name(study: Study, relations: Relations, name: str) -> Label:
    """What a relation speaks of, published or not."""
    if study.has(name):
        return called(study, name, relations=relations)
    indicator, _, category = name.partition(".")
    known = {row.id: row.label for row in study.settings.hidden} | _UNPUBLISHED
    parts = {row.id: row.label for row in study.settings.categories}
    what = known.get(name) or known.get(indicator)
    part = parts.get(category, Label(category.replace("_", "≥"), category.replace("_", "≥")))
    if what is None:
        return parts.get(category, _UNNAMED)
    return Label(f"{what.zh}（{part.zh}）", f"{what.en} ({part.en})") if category else what


def possible(study: Study, relations: Relations) -> Iterator[Finding]:
    """The published figures can hold all at once; and with the rules that are taken for granted."""
    for position, clash in enumerate(clashes(study, relations)):
        named = [
            phrased(
                f"<name>{{figure_{place}}}<m>",
                f"{{figure_{place}}} (<name>)",
                name=called(study, figure, relations=relations),
                m=measure(study.quantity(figure)),
            )
            for place, figure in enumerate(clash.figures)
        ]
        text, why = listed(*named), listed(*(clash.reasons or (Label("数字本身", "the figures themselves"),)))
        statement = (
            Label(f"下列数字合不上所取的规则，须说明：{text.zh}。", f"These figures do not keep a rule that is taken for "
                  f"granted, and need explaining: {text.en}.")
            if clash.by_rule
            else Label(f"下列数字不能同时成立{CHECK.zh}：{text.zh}。", f"These figures cannot all hold{CHECK.en}: {text.en}.")
        )  # fmt: skip
        yield Finding(
            "possible", f"figures_{position + 1}", "tension" if clash.by_rule else "contradiction", statement,
            worded("依据：<why>。", "Because <why>.", why=why),
            {f"figure_{place}": study.quantity(figure) for place, figure in enumerate(clash.figures)},
            clash.figures,
        )  # fmt: skip


def each(study: Study, relations: Relations) -> Iterator[Finding]:
    """There is enough of what each unit needs some of."""
    for row in relations.each:
        if study.has(row.each, row.of):
            yield _each(study, relations, row)


_WITHIN = ("，在取整或约数的范围之内相符", ", which agrees within what was rounded or said approximately")


def _each(study: Study, relations: Relations, row: Each) -> Finding:
    units, there = study.quantity(row.each), study.quantity(row.of)
    least = Quantity(
        row.least, there.unit, Status.DERIVED, row.label, address=f"relation:{row.id}", locator="relations.toml"
    )
    needed = computed("×", least, units, unit=there.unit)
    (fewest, most), (low, high) = ends_of(study, row.each), ends_of(study, row.of)
    enough, surely = row.least * fewest <= high, row.least * most <= low
    names = {
        "why": row.label,
        "each": called(study, row.each, relations=relations),
        "of": called(study, row.of, relations=relations),
        "u": measure(units),
        "m": measure(there),
    }
    least_zh, least_en = ("", "") if needed.approximate else ("至少", "at least ")
    end_zh, end_en = ("，不矛盾", ", which is enough") if surely else _WITHIN if enough else (CHECK.zh, CHECK.en)
    statement = worded(
        f"<why>：{{units}}<u><each>{least_zh}需要{{needed}}<m>，<of>有{{there}}<m>{end_zh}。",
        f"<why>: {{units}} <each> need {least_en}{{needed}}, and there are {{there}} <of>{end_en}.",
        **names,
    )
    derivation = worded("{least} × {units} = {needed}", "{least} × {units} = {needed}")
    values = {"units": units, "there": there, "least": least, "needed": needed}
    severity: Severity = "ok" if surely else "caution" if enough else "tension" if row.rule else "contradiction"
    return Finding("each", row.id, severity, statement, derivation, values, (row.each, row.of))
