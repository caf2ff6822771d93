"""What the words of published.csv mean, in every study: the relations that follow from indicator, category and base.

A category is a part of all, a figure is a part of its base, a rate is of the count it names, a member works in one
enterprise. Declared here once; a study's relations.toml adds what its own document says.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from analysis.file_values import Named
from analysis.sources.audit.relation_models import (
    Contrast,
    EnterpriseSet,
    Ladder,
    Reach,
    Relations,
    Said,
    Share,
    Subset,
    Total,
    Universe,
    merged,
)
from analysis.study import Study
from analysis.study_models import Figure

ENTERPRISES = ("enterprises_operating", "enterprises", "enterprises_registered")  # all of a place, the narrowest first
ORGANISATION = "enterprises_with_organisation"
INSTRUCTOR = "enterprises_with_instructor"
_COVERED = (ORGANISATION, INSTRUCTOR)

_FILE = Path(__file__).parent.parent.parent / "assets" / "meanings.toml"
_NAMED = frozenset(("each", "of", "to", "rate"))  # what of a relation that follows is an indicator
_OTHER_INDICATORS = (
    "instructors", "staff", "organisations_joint", "coverage_rate", "organisation_rate", "built_rate", "instructor_rate",
    "members_share", "new_members_share",
)  # fmt: skip
_RATE = re.compile(r"(.+)_(?:rate|share|growth)")
_OF_SOME = ("built_rate", "establishment_rate")  # of those that should have one, whatever base is named
_OF_ORGANISATIONS = ("rate", "coverage", "coverage_rate", "organisation_rate", "organisation_coverage_rate", *_OF_SOME)


class _Inside(BaseModel):
    part: str
    whole: str
    rest: Named | None = None


class _Follows(BaseModel):
    kind: Literal["each", "per", "hypotheses"]
    every: bool = False
    needs: frozenset[str] = frozenset()
    sets: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()
    row: dict[str, Any]


class Meanings(BaseModel):
    """assets/meanings.toml."""

    numerators: dict[str, str]
    inside: tuple[_Inside, ...]
    sets: dict[str, EnterpriseSet]
    confined: dict[str, frozenset[str]]
    words: dict[str, Named]
    follows: tuple[_Follows, ...]

    @property
    def indicators(self) -> frozenset[str]:
        """What is known by its meaning; any other is quoted, and judged by its base and categories alone."""
        pairs = (name for row in self.inside for name in (row.part, row.whole))
        return frozenset((*_OTHER_INDICATORS, *ENTERPRISES, *self.sets, *pairs))


@cache
def meanings() -> Meanings:
    """What the indicators of published.csv mean."""
    return Meanings.model_validate(tomllib.loads(_FILE.read_text(encoding="utf-8")))


@dataclass(frozen=True)
class _Group:
    """The figures of one place and period, by indicator and category."""

    study: Study
    figures: Mapping[tuple[str, str], Figure]

    def id(self, indicator: str, category: str = "all") -> str:
        """The figure that counts this; a name of its own where nobody published one."""
        row = self.figures.get((indicator, category))
        if row is not None:
            return row.id
        return indicator if category == "all" else re.sub(r"[^\w.-]+", "_", f"{indicator}.{category}")

    def has(self, indicator: str, category: str = "all") -> bool:
        return (indicator, category) in self.figures


def implied(study: Study) -> Relations:
    """The relations that follow from the words of a study's figures, place by place and year by year.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> [(row.total, row.parts) for row in implied(open_study("suzhou-2003")).totals][1]
    ('organisations', ('independent', 'joint'))
    """
    found = Relations()
    keys = dict.fromkeys((row.place, row.period) for row in study.figures.values())
    for key in keys:
        rows = [row for row in study.figures.values() if (row.place, row.period) == key]
        group = _Group(study, {(row.indicator, row.category): row for row in rows})
        own = Relations(
            totals=tuple(_totals(group)),
            subsets=tuple(_subsets(group, rows)),
            shares=tuple(_shares(group, rows)),
            contrasts=tuple(_contrasts(group, rows)),
            **_following(group, (), every=True),
        )
        found = merged(own, found)
        if key == (study.settings.place.zh, study.settings.period):
            found = merged(_of_place(group), found)
    return found


def _totals(group: _Group) -> Iterator[Total]:
    categories = [row.id for row in group.study.settings.categories]
    counted = [(row.indicator, row.category) for row in group.figures.values() if row.unit != "percent"]
    counted += [(_numerator(row), row.category) for row in group.figures.values() if _numerator(row) in _COVERED]
    for indicator in dict.fromkeys(indicator for indicator, _ in counted):
        if len(categories) > 1 and any((indicator, name) in counted for name in categories):
            total = group.id(indicator)
            of = tuple(group.id(indicator, name) for name in categories)
            yield Total(id=f"{total}.categories", total=total, parts=of, rule=True)
    if group.has("organisations_independent") or group.has("organisations_joint"):
        kinds = (group.id("organisations_independent"), group.id("organisations_joint"))
        yield Total(id=f"{group.id('organisations')}.kinds", total=group.id("organisations"), parts=kinds, rule=True)


def _subsets(group: _Group, rows: list[Figure]) -> Iterator[Subset]:
    """What lies in the base it names, in a wider size or in a wider count of the same category."""
    summed = {(part, row.total) for row in _totals(group) for part in row.parts}
    inside = {(row.part, row.whole): row.rest for row in meanings().inside}
    for row in rows:
        base = group.study.figures.get(row.base)
        alike = base is not None and (row.unit, row.place, row.period) == (base.unit, base.place, base.period)
        if base is not None and alike and row.unit != "percent" and (row.id, base.id) not in summed:
            yield _subset(row.id, base.id, inside.get((row.indicator, base.indicator)))
        for other in rows:
            same = (other.indicator, other.unit) == (row.indicator, row.unit)
            if same and row.unit != "percent" and _staff(other) < _staff(row):
                yield _subset(row.id, other.id, None)
    for indicator in _COVERED:  # larger sizes lie in smaller ones, also where only a rate tells of them
        sizes = {
            _staff(row): group.id(indicator, row.category)
            for row in rows
            if indicator in (row.indicator, _numerator(row))
        }
        steps = sorted(size for size in sizes if size > 0)
        for wide, narrow in pairwise((0.0, *steps)):
            yield _subset(sizes[narrow], sizes.get(wide, group.id(indicator)), None)
    for (part, whole), rest in inside.items():
        for category in dict.fromkeys(category for indicator, category in group.figures if indicator == part):
            row, wider = group.figures[part, category], group.id(whole, category)
            if group.has(whole, category) and (whole != "enterprises_operating" or row.base == wider):
                yield _subset(row.id, wider, rest, one_each=part == "organisations_independent")


def _subset(part: str, whole: str, rest: Named | None, *, one_each: bool = False) -> Subset:
    return Subset(
        id="under_joint" if one_each else f"{part}.in.{whole}",
        part=part, whole=whole, rest=rest, assumes=meanings().words["one_each"] if one_each else None,
    )  # fmt: skip


def _staff(figure: Figure) -> float:
    """From how many staff a figure counts; all, 0; a category, not at all (nothing is wider or narrower)."""
    if figure.category == "all":
        return 0
    return float("nan") if figure.staff_from is None else figure.staff_from


def _numerator(rate: Figure) -> str:
    """The indicator of what a rate counts; empty for a figure that is no rate."""
    named = _RATE.fullmatch(rate.indicator) if rate.unit == "percent" else None
    return "" if named is None else meanings().numerators.get(named[1], named[1])


def _shares(group: _Group, rows: list[Figure]) -> Iterator[Share]:
    """Each rate with what it counts and its base; the count of covered enterprises may be one that nobody published."""
    used = [row.base for row in group.study.figures.values() if row.unit == "percent"]
    for row in rows:
        numerator = _numerator(row)
        known = group.has(numerator, row.category)
        if known or (numerator in _COVERED and group.study.has(row.base)):
            yield Share(
                id=row.base if used.count(row.base) == 1 and not group.study.has(row.base) and row.base else row.id,
                rate=row.id,
                numerator=group.id(numerator, row.category),
                base=row.base or f"{row.id}.base",
                kind="growth" if row.is_growth else "share" if _is_all_of_it(group, row, numerator) else "within",
            )


def _is_all_of_it(group: _Group, rate: Figure, numerator: str) -> bool:
    """Whether all that a rate's numerator counts lies in its base: coverage above a size is no share of all the covered."""
    if numerator not in _COVERED:
        return True
    if rate.indicator in _OF_SOME:
        return False
    counted, base = group.figures.get((numerator, rate.category)), group.study.figures.get(rate.base)
    if base is not None and base.indicator in ENTERPRISES[:2] and base.category == rate.category:
        return (base.place, base.period) == (rate.place, rate.period)
    return counted is not None and rate.base in (counted.base, counted.id)


def _contrasts(group: _Group, rows: list[Figure]) -> Iterator[Contrast]:
    """A rate of enterprises with an organisation, beside what the counts of this place are of all its enterprises."""
    whole = next((group.id(name) for name in ENTERPRISES if group.has(name)), None)
    counts = [name for name in (ORGANISATION, "organisations") if group.has(name)]
    if whole is None or not counts:
        return
    checked = {
        row.rate for row in _shares(group, rows) if row.kind == "share" and group.study.has(row.numerator, row.base)
    }
    for row in rows:
        of_organisations = row.unit == "percent" and row.category == "all" and row.indicator in _OF_ORGANISATIONS
        if of_organisations and row.id not in checked:
            named = group.study.figures.get(row.base)
            if named is not None and named.indicator not in ENTERPRISES and counts[0] == ORGANISATION:
                continue  # of a part of all: those covered may stand outside it
            base = row.base if named is not None else whole
            yield Contrast(id=row.id, rate=row.id, numerator=group.id(counts[0]), base=base)


def _of_place(group: _Group) -> Relations:
    """What follows for the study's own place and period: its sets of enterprises, ladders, ratios and targets."""
    study = group.study
    whole = next((name for name in ENTERPRISES[:2] if group.has(name)), ENTERPRISES[0])  # the registered are more
    parts = [row.id for row in study.settings.categories] if _has_parts(group, whole) else []
    sets = tuple(_sets(group, whole))
    universe = Universe(
        whole=group.id(whole),
        parts=tuple(group.id(whole, part) for part in parts),
        assumes=meanings().words["distinct"],
    )
    reached = [target for target in study.targets if target.counts == "organisations" and group.has("organisations")]
    return Relations(
        universe=universe if sets else None,
        sets=sets,
        ladders=tuple(_ladders(group, whole)),
        said=tuple(_said(group)),
        reach=tuple(Reach(id=row.id, target=row.id, figure=group.id("organisations")) for row in reached),
        **_following(group, {row.id for row in sets}, every=False),
    )


def _has_parts(group: _Group, whole: str) -> bool:
    return any(group.has(whole, row.id) for row in group.study.settings.categories)


def _following(group: _Group, sets: Collection[str], *, every: bool) -> dict[str, Any]:
    """The relations of meanings.toml that follow from the figures and sets that there are, by their kind."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for one in meanings().follows:
        known = all(map(group.has, one.needs)) and one.sets.issubset(sets)
        if one.every == every and known and not (one.unless and all(map(group.has, one.unless))):
            row = {key: group.id(name) if key in _NAMED else name for key, name in one.row.items()}
            for key in _NAMED & row.keys():
                if (figure := group.study.figures.get(row[key])) is not None:
                    row["zh"] = row["zh"].replace(f"<{key}>", figure.label_zh)
                    row["en"] = row["en"].replace(f"<{key}>", figure.label_en)
            found.setdefault(one.kind, {}).setdefault(row["id"].format_map(row), row)
    return {kind: [row | {"id": name} for name, row in rows.items()] for kind, rows in found.items()}


def _sets(group: _Group, whole: str) -> Iterator[EnterpriseSet]:
    """Sets of published size that lie in the universe, hidden ones that something published confines, and what these lie in."""
    sized, elsewhere = {}, set[str]()  # those of another base, such as the registered, are not drawn
    for indicator, row in meanings().sets.items():
        figure = group.figures.get((indicator, "all"))
        own = figure is None or figure.base in ("", group.id(whole)) or not group.has(whole) or row.id == "seat"
        if not own or not elsewhere.isdisjoint(row.inside):
            elsewhere.add(row.id)
        elif figure is not None:
            sized[row.id] = row.model_copy(update={"figure": figure.id, "assumed": not figure.base})
    counted = {indicator for indicator, _ in group.figures}
    confined = meanings().confined.items()
    hidden = [name for name, by in confined if not by.isdisjoint(counted) and name not in elsewhere]
    by_id = {row.id: row for row in meanings().sets.values()}
    waiting, reached = [*sized, *hidden], set[str]()
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting += [other for other in by_id[name].around if other not in reached]
    yield from (sized.get(name, row) for name, row in by_id.items() if name in reached)


def _ladders(group: _Group, whole: str) -> Iterator[Ladder]:
    published = tuple(group.id(name) for name in dict.fromkeys(("enterprises_registered", whole)) if group.has(name))
    rungs = tuple(row.id for row in group.study.settings.bases) or published
    for name, indicator in (("organisation_coverage", ORGANISATION), ("instructor_coverage", INSTRUCTOR)):
        if rungs and group.has(indicator):
            yield Ladder(id=name, numerator=group.id(indicator), rungs=rungs)


def _said(group: _Group) -> Iterator[Said]:
    for target in group.study.targets:
        meant = target.meant
        if target.should_have == "instructor" and group.has("instructor_rate", f"staff>={meant.staff_from}"):
            rate = group.id("instructor_rate", f"staff>={meant.staff_from}")
            yield Said(id=target.id, target=target.id, rate=rate, base="same")
        elif target.should_have == "organisation" and meant.full_members_from and group.has("built_rate"):
            yield Said(id=target.id, target=target.id, rate=group.id("built_rate"), base="unstated")
