"""What the words of published.csv mean, in every study: the relations that follow from indicator, category and base.

A category is a part of all, a figure is a part of its base, a rate is of the count it names, a member works in one
enterprise. Declared here once; a study's relations.toml adds what its own document says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from analysis.sources.relation_models import (
    Contrast,
    Each,
    EnterpriseSet,
    Hypothesis,
    Ladder,
    Per,
    Reach,
    Relations,
    Said,
    Share,
    Subset,
    Total,
    Universe,
)
from analysis.study import Study
from analysis.study_models import Figure, Named

ENTERPRISES = ("enterprises_operating", "enterprises", "enterprises_registered")  # all of a place, the narrowest first
ORGANISATION = "enterprises_with_organisation"
INSTRUCTOR = "enterprises_with_instructor"
_COVERED = (ORGANISATION, INSTRUCTOR)

_RATE = re.compile(r"(.+)_(?:rate|share|growth)")
_NUMERATORS = {  # else the word itself
    "coverage": ORGANISATION, "organisation": ORGANISATION, "built": ORGANISATION, "establishment": ORGANISATION,
    "instructor": INSTRUCTOR,
}  # fmt: skip
_OF_SOME = ("built_rate", "establishment_rate")  # of those that should have one, whatever base is named
_OF_ORGANISATIONS = ("rate", "coverage", "coverage_rate", "organisation_rate", "organisation_coverage_rate", *_OF_SOME)
_INSIDE = (  # indicators of which the first counts some of what the second counts, and what the rest is called
    ("full_members", "members", None),
    ("new_members", "members", None),
    ("organisations_five_good", "organisations", None),
    ("enterprises_operating", "enterprises_registered", Named(
        zh="已注册而未实际开业投产的非公有制经济组织", en="registered enterprises that are not operating")),
    (ORGANISATION, "enterprises_operating", Named(
        zh="实际开业投产而没有党组织的非公有制经济组织", en="operating enterprises without an organisation")),
    ("organisations_independent", ORGANISATION, Named(
        zh="联合党组织覆盖的企业", en="enterprises under joint organisations")),
)  # fmt: skip
_ONE_EACH = Named(zh="每个独立党组织只在一家企业", en="each independent organisation is in one enterprise")
_DISTINCT = Named(zh="所计均为实际开业投产的企业，且不重复计算", en="all counts are of distinct, operating enterprises")
_SETS: Mapping[str, EnterpriseSet] = {  # by the indicator that counts them
    ORGANISATION: EnterpriseSet(
        id="organisation",
        having=Named(zh="有党组织", en="with an organisation"),
        lacking=Named(zh="没有党组织", en="without an organisation"),
    ),
    INSTRUCTOR: EnterpriseSet(
        id="instructor",
        having=Named(zh="有指导员", en="with an instructor"),
        lacking=Named(zh="没有指导员", en="without an instructor"),
    ),
    "organisations_independent": EnterpriseSet(
        id="seat",
        inside=("organisation",),
        by_rule=("full_3",),
        having=Named(zh="有独立党组织", en="with an independent organisation"),
        lacking=Named(zh="没有独立党组织", en="without an independent organisation"),
        assumes=Named(
            zh="每个独立党组织设在一家有三名以上正式党员的企业",
            en="each independent organisation sits in one enterprise, which has three or more full members",
        ),
    ),
    "enterprises_under_joint_organisation": EnterpriseSet(
        id="under_joint",
        inside=("organisation",),
        apart=("seat",),
        having=Named(zh="由联合党组织覆盖", en="under a joint organisation"),
        lacking=Named(zh="不由联合党组织覆盖", en="not under a joint organisation"),
    ),
    "enterprises_with_member": EnterpriseSet(
        id="member",
        having=Named(zh="有党员", en="with a party member"),
        lacking=Named(zh="没有党员", en="without a party member"),
        ask=("lacking",),
    ),
    "enterprises_with_three_full_members": EnterpriseSet(
        id="full_3",
        inside=("member",),
        having=Named(zh="有三名以上正式党员", en="with three or more full members"),
        lacking=Named(zh="正式党员不足三名", en="with fewer than three full members"),
    ),
}

INDICATORS = frozenset(  # what is known by its meaning; any other is quoted, and judged by its base and categories alone
    ("instructors", "staff", "organisations_joint", "coverage_rate", "organisation_rate", "built_rate", "instructor_rate",
     "members_share", "new_members_share", *ENTERPRISES, *_SETS, *(name for row in _INSIDE for name in row[:2]))
)  # fmt: skip
MEANT = frozenset(row.id for row in _SETS.values())
_CONFINED = {  # sets whose size follows, within bounds, from other indicators
    "under_joint": {"organisations_joint"},
    "member": {"members"},
    "full_3": {"members", "full_members"},
}


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
        found = merged(_of_group(group, rows), found)
        if key == (study.settings.place.zh, study.settings.period):
            found = merged(_of_place(group), found)
    return found


def merged(first: Relations, second: Relations) -> Relations:
    """Both, the second's in front; where they speak of the same, what the first says."""
    lists: dict[str, object] = {}
    for name in Relations.model_fields:
        own, other = getattr(first, name), getattr(second, name)
        if name == "universe":
            lists[name] = own or other
            continue
        topics = {_topic(name, row): row for row in reversed((*own, *other))}
        lists[name] = [topics[topic] for topic in dict.fromkeys(_topic(name, row) for row in (*other, *own))]
    return Relations.model_validate(lists)


def _topic(name: str, row: Any) -> object:
    """What a relation speaks of; two of the same topic in one list say the same thing twice."""
    fields = {
        "totals": ("total", "parts"), "subsets": ("part", "whole"), "ladders": ("numerator",), "sets": ("figure",),
        "each": ("each", "of"), "per": ("of", "to"), "said": ("target",), "reach": ("target",),
        "definitions": ("figure",), "places": ("place",),
    }.get(name, ("rate",) if hasattr(row, "rate") else ("id",))  # fmt: skip
    values = tuple(getattr(row, field) for field in fields)
    return row.id if values == (None,) else tuple(frozenset(v) if isinstance(v, tuple) else v for v in values)


def _of_group(group: _Group, rows: list[Figure]) -> Relations:
    return Relations(
        totals=tuple(_totals(group)),
        subsets=tuple(_subsets(group, rows)),
        shares=tuple(_shares(group, rows)),
        contrasts=tuple(_contrasts(group, rows)),
        each=tuple(_each(group)),
    )


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
    inside = {(part, whole): rest for part, whole, rest in _INSIDE}
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
            row = group.figures[part, category]
            own = whole != "enterprises_operating" or row.base in ("", group.id(whole, category))
            if group.has(whole, category) and own and (row.base or whole != "enterprises_operating"):
                yield _subset(row.id, group.id(whole, category), rest, one_each=part == "organisations_independent")


def _subset(part: str, whole: str, rest: Named | None, *, one_each: bool = False) -> Subset:
    return Subset(
        id="under_joint" if one_each else f"{part}.in.{whole}",
        part=part, whole=whole, rest=rest, assumes=_ONE_EACH if one_each else None,
    )  # fmt: skip


def _staff(figure: Figure) -> float:
    """From how many staff a figure counts; all, 0; a category, not at all (nothing is wider or narrower)."""
    if figure.category == "all":
        return 0
    return float("nan") if figure.staff_from is None else figure.staff_from


def _numerator(rate: Figure) -> str:
    """The indicator of what a rate counts; empty for a figure that is no rate."""
    named = _RATE.fullmatch(rate.indicator) if rate.unit == "percent" else None
    return "" if named is None else _NUMERATORS.get(named[1], named[1])


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


def _each(group: _Group) -> Iterator[Each]:
    if not group.has("members"):
        return
    members = group.id("members")
    if group.has("organisations"):
        yield Each(
            id=f"{members}.of_organisations", each=group.id("organisations"), least=3, of=members, rule=True,
            zh="建立一个党组织至少要有三名正式党员", en="an organisation takes at least three full members",
        )  # fmt: skip


def _of_place(group: _Group) -> Relations:
    """What follows for the study's own place and period: its sets of enterprises, ladders, ratios and targets."""
    study = group.study
    whole = next((name for name in ENTERPRISES[:2] if group.has(name)), ENTERPRISES[0])  # the registered are more
    parts = [row.id for row in study.settings.categories if group.has(whole, row.id)]
    sets = tuple(_sets(group, whole))
    return Relations(
        universe=Universe(
            whole=group.id(whole),
            parts=tuple(group.id(whole, row.id) for row in study.settings.categories) if parts else (),
            assumes=_DISTINCT,
        )
        if sets
        else None,
        sets=sets,
        each=tuple(_each_of_sets(group, {row.id for row in sets})),
        ladders=tuple(_ladders(group, whole)),
        per=tuple(_per(group)),
        hypotheses=tuple(_hypotheses(group, {row.id for row in sets})),
        said=tuple(_said(group)),
        reach=tuple(
            Reach(id=target.id, target=target.id, figure=group.id("organisations"))
            for target in study.targets
            if target.counts == "organisations" and group.has("organisations")
        ),
    )


def _sets(group: _Group, whole: str) -> Iterator[EnterpriseSet]:
    """Sets of published size that lie in the universe, hidden ones that something published confines, and what these lie in."""
    sized, elsewhere = {}, set[str]()  # those of another base, such as the registered, are not drawn
    for indicator, row in _SETS.items():
        figure = group.figures.get((indicator, "all"))
        own = figure is None or figure.base in ("", group.id(whole)) or not group.has(whole) or row.id == "seat"
        if not own or not elsewhere.isdisjoint(row.inside):
            elsewhere.add(row.id)
        elif figure is not None:
            sized[row.id] = row.model_copy(update={"figure": figure.id, "assumed": not figure.base})
    counted = {indicator for indicator, _ in group.figures}
    hidden = [name for name, by in _CONFINED.items() if not by.isdisjoint(counted) and name not in elsewhere]
    waiting, reached = [*sized, *hidden], set[str]()
    while waiting:
        name = waiting.pop()
        reached.add(name)
        row = next(row for row in _SETS.values() if row.id == name)
        waiting += [other for other in (*row.inside, *row.by_rule, *row.apart) if other not in reached]
    yield from (sized.get(row.id, row) for row in _SETS.values() if row.id in reached)


def _each_of_sets(group: _Group, sets: set[str]) -> Iterator[Each]:
    if "member" in sets and group.has("members"):
        yield Each(
            id="member_works_in_one", each="member", least=1, of=group.id("members"),
            zh="一名党员只在一家企业工作", en="a member works in one enterprise",
        )  # fmt: skip
    if "full_3" in sets:
        of = group.id("full_members") if group.has("full_members") else group.id("members")
        yield Each(
            id="three_full_members", each="full_3", least=3, of=of,
            zh="正式党员都计入党员总数", en="full members are among the members counted",
        )  # fmt: skip
    if "under_joint" in sets and group.has("organisations_joint"):
        yield Each(
            id="joint_covers_two", each=group.id("organisations_joint"), least=2, of="under_joint", rule=True,
            zh="一个联合党组织至少覆盖两家企业", en="a joint organisation covers at least two enterprises",
        )  # fmt: skip


def _ladders(group: _Group, whole: str) -> Iterator[Ladder]:
    published = tuple(group.id(name) for name in dict.fromkeys(("enterprises_registered", whole)) if group.has(name))
    rungs = tuple(row.id for row in group.study.settings.bases) or published
    for name, indicator in (("organisation_coverage", ORGANISATION), ("instructor_coverage", INSTRUCTOR)):
        if rungs and group.has(indicator):
            yield Ladder(id=name, numerator=group.id(indicator), rungs=rungs)


def _per(group: _Group) -> Iterator[Per]:
    if group.has(INSTRUCTOR) and group.has("instructors"):
        yield Per(
            id="enterprises_per_instructor", of=group.id(INSTRUCTOR), to=group.id("instructors"),
            zh="平均每名指导员联系的企业", en="enterprises per instructor",
        )  # fmt: skip
    if not group.has(ORGANISATION):
        return
    if group.has("organisations_independent") and group.has("organisations_joint"):
        yield Per(
            id="enterprises_per_joint", of="under_joint", to=group.id("organisations_joint"),
            zh="平均每个联合党组织覆盖的企业", en="enterprises per joint organisation",
        )  # fmt: skip
    elif group.has("organisations"):
        yield Per(
            id="enterprises_per_organisation", of=group.id(ORGANISATION), to=group.id("organisations"),
            zh="平均每个党组织覆盖的企业（多于一家的，应为联合组建或挂靠）",
            en="enterprises per organisation (where it is more than one, some are covered jointly or attached)",
        )  # fmt: skip


def _hypotheses(group: _Group, sets: set[str]) -> Iterator[Hypothesis]:
    if group.has("built_rate") and {"full_3", "organisation"} <= sets:
        name = group.figures["built_rate", "all"].label
        yield Hypothesis(
            id="every_eligible_covered", rate=group.id("built_rate"), every="full_3", inside="organisation",
            zh=f"如果“{name.zh}”达到全部，是指凡有三名以上正式党员的企业都已有党组织",
            en=f"if the full {name.en} means that every enterprise with three or more full members has an organisation",
        )  # fmt: skip


def _said(group: _Group) -> Iterator[Said]:
    for target in group.study.targets:
        meant = target.meant
        if target.should_have == "instructor" and group.has("instructor_rate", f"staff>={meant.staff_from}"):
            rate = group.id("instructor_rate", f"staff>={meant.staff_from}")
            yield Said(id=target.id, target=target.id, rate=rate, base="same")
        elif target.should_have == "organisation" and meant.full_members_from and group.has("built_rate"):
            yield Said(id=target.id, target=target.id, rate=group.id("built_rate"), base="unstated")
