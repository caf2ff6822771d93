"""Can the published figures all hold? Sums, parts, shares and sets are judged together, in one program of whole numbers.

Joint consistency after Fellegi and Holt 1976; figures that exclude one another are named as an irreducible infeasible
subset (Chinneck 2008).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from analysis.quantities import Label
from analysis.sources.audit.finding import Figures, listed, phrased, text
from analysis.sources.audit.meanings import INSTRUCTOR, ORGANISATION
from analysis.sources.audit.relation_models import Relations, Share
from analysis.sources.audit.venn import regions, taken
from analysis.sources.linear import Constraint, Terms, conflict
from analysis.study import Study

Unknown = str | int  # a figure or what was not published; a region of a Venn diagram by its number
Row = tuple[Terms, float, float]  # coefficients, least, greatest


@dataclass(frozen=True)
class Clash:
    """Figures that cannot all hold, none of which can be spared for that, and the relations by which they cannot."""

    figures: tuple[str, ...]
    reasons: tuple[Label, ...]
    by_rule: bool = False  # whether they only break a rule that is taken for granted, not what the words mean


@lru_cache(maxsize=4)  # asked by the audit and by the bounds
def clashes(study: Study, relations: Relations) -> tuple[Clash, ...]:
    """Everything that cannot hold together; where all can, what does not keep the rules that are taken for granted.

    Examples
    --------
    >>> from analysis.sources.audit.relations import relations_of
    >>> from analysis.study import open_study
    >>> suzhou = open_study("suzhou-2003")
    >>> clashes(suzhou, relations_of(suzhou))
    ()
    """
    figures = Figures(study, relations)
    meant = tuple(Clash(*found) for found in _system(figures, rules=False).clashes())
    return meant or tuple(Clash(*found, by_rule=True) for found in _system(figures, rules=True).clashes())


@dataclass
class _System:
    """Constraints in groups: what a relation says, and what a figure says."""

    of: Figures
    said: list[tuple[Label, list[Constraint]]] = field(default_factory=list)
    figures: dict[str, list[Constraint]] = field(default_factory=dict)
    rates: dict[str, Label] = field(default_factory=dict)  # what each rate is of

    def bind(self, names: Iterable[Unknown]) -> None:
        """Let published figures be what they can stand for; other names are free."""
        for name in names:
            if isinstance(name, str) and name not in self.figures and self.of.has(name):
                self.figures[name] = [Constraint({name: 1.0}, *self.of.ends(name))]

    def relate(self, words: Label, *rows: Row) -> None:
        """A relation, and the figures that it speaks of."""
        named = [
            Constraint({self.variable(name, by=terms): number for name, number in terms.items()}, low, high)
            for terms, low, high in rows
        ]
        self.said.append((words, named))
        for terms, _, _ in rows:
            self.bind(terms)

    def relate_share(self, share: Share) -> None:
        """A rate, which says nothing but its relation."""
        low, high = (float(end) + (share.kind == "growth") for end in self.of.ends(share.rate))
        part, whole = (self.variable(name, by=(share.rate,)) for name in (share.numerator, share.base))
        least = {part: -1.0, whole: low} if part != whole else {whole: low - 1}
        rows = [Constraint(least, -math.inf, 0), Constraint({whole: 1.0}, 1, math.inf)]
        if share.kind == "share" or (share.kind == "growth" and math.isfinite(high)):
            most = high if share.kind == "growth" else min(high, 1.0)
            rows.append(Constraint(least | {whole: most - (part == whole)}, 0, math.inf))
        self.figures[share.rate] = rows
        names = {"rate": self.of.called(share.rate), "part": self.name(share.numerator), "base": self.name(share.base)}
        self.rates[share.rate] = phrased(text("relation.rate"), **names)
        self.bind((share.numerator, share.base))

    def variable(self, name: Unknown, *, by: Iterable[Unknown]) -> Unknown:
        """A figure's own name; what was not published is of the place and year of the figures that it stands with."""
        study = self.of.study
        if isinstance(name, int) or study.has(name):
            return name
        row = next((study.figures[other] for other in by if isinstance(other, str) and study.has(other)), None)
        own = (study.settings.place.zh, study.settings.period)
        return " ".join(map(str, (name, *(own if row is None else (row.place, row.period)))))

    def name(self, name: str) -> Label:
        """What a relation speaks of, published or not."""
        if self.of.has(name):
            return self.of.called(name)
        settings = self.of.study.settings
        indicator, _, category = name.partition(".")
        known = {row.id: row.label for row in settings.hidden}
        known |= {one: text(f"relation.{one}") for one in (ORGANISATION, INSTRUCTOR)}
        parts = {row.id: row.label for row in settings.categories}
        what = known.get(name) or known.get(indicator)
        if what is None:
            return parts.get(category, text("relation.unnamed"))
        part = parts.get(category, Label(category.replace("_", "≥"), category.replace("_", "≥")))
        return Label(f"{what.zh}（{part.zh}）", f"{what.en} ({part.en})") if category else what

    def clashes(self) -> Iterator[tuple[tuple[str, ...], tuple[Label, ...]]]:
        """Figures that cannot all hold, set aside once they are told, until the others can."""
        percentages = {name for name, row in self.of.study.figures.items() if row.unit == "percent"}
        words, said, ours = [one for one, _ in self.said], [rows for _, rows in self.said], dict(self.figures)
        while ours:
            figures = list(ours)
            kept = conflict([*said, *ours.values()], fractions=percentages)
            clashing = tuple(figures[place - len(said)] for place in kept if place >= len(said))
            if not clashing:
                return
            told = (self.rates[name] for name in clashing if name in self.rates)
            yield clashing, (*(words[place] for place in kept if place < len(said)), *told)
            for name in clashing:
                del ours[name]


def _system(figures: Figures, *, rules: bool) -> _System:
    system, relations = _System(figures), figures.relations
    for total in relations.totals:
        parts = listed(*map(system.name, total.parts))
        words = phrased(text("relation.total"), total=system.name(total.total), parts=parts)
        least = -math.inf if total.rule and not rules else 0  # a part may have been left out
        system.relate(words, (dict.fromkeys(total.parts, 1.0) | {total.total: -1.0}, least, 0))
    for subset in relations.subsets:
        words = phrased(text("relation.subset"), part=system.name(subset.part), whole=system.name(subset.whole))
        system.relate(words, ({subset.part: 1.0, subset.whole: -1.0}, -math.inf, 0))
    for share in relations.shares:
        if figures.has(share.rate):
            system.relate_share(share)
    for row in relations.each:
        if rules or not row.rule:
            system.relate(row.label, ({row.each: row.least, row.of: -1.0}, -math.inf, 0))
    sets, universe = [row for row in relations.sets if not row.assumed], relations.universe
    if universe is not None and sets:
        inside, part = regions(sets, (), rules=rules)
        sizes: list[tuple[str, Terms]] = [(universe.whole, dict.fromkeys(range(len(part)), 1.0))]
        for one in sets:  # a figure may be counted in units of a set
            sizes += [(name, taken(inside[one.id])) for name in {one.id, one.figure} if name is not None]
        system.relate(universe.assumes.label, *(({**in_it, name: -1.0}, 0, 0) for name, in_it in sizes))
    return system
