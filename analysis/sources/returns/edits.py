"""What must hold between the counts of a return, and what a blank must be where the other counts leave no choice.

Balance edits and deductive imputation after Fellegi and Holt 1976 and de Waal, Pannekoek and Scholtus 2011.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from analysis.messages import constant, said
from analysis.sources.linear import Constraint, extent
from analysis.sources.returns.form import Form, Place
from analysis.sources.returns.lines import INSTRUCTORS, ORGANISATIONS

MOST = 10_000_000  # enterprises or persons in one cell: more than any district has

Values = Mapping[Place, int]
Terms = Mapping[Place, float]


@dataclass(frozen=True)
class Edit:
    """`low ≤ sum of coefficient × count ≤ high`, told at one of its places."""

    where: Place  # at which a breach is told: one of the terms, or a sum that stands for them
    terms: Terms
    low: float
    high: float
    rule: str  # what is wrong when it is broken
    because: str  # what the other counts are, for the message

    def is_broken(self, values: Values) -> bool:
        """Whether these counts break it; not where one of them is unknown."""
        if not self.terms.keys() <= values.keys():
            return False
        found = sum(coefficient * values[place] for place, coefficient in self.terms.items())
        return not self.low <= found <= self.high

    def allowed(self, values: Values) -> str:
        """What may stand at its place, as the other counts are.

        Examples
        --------
        >>> all_, part = Place("all", "enterprises"), Place("all", "yes")
        >>> edit = Edit(all_, {part: 1, all_: -1}, 0, 0, "is not the sum of its parts", "the parts add up to it")
        >>> edit.allowed({all_: 5, part: 4})
        '4 (the parts add up to it)'
        """
        if self.where not in self.terms:
            return self.because
        coefficient = self.terms[self.where]
        rest = sum(factor * values[place] for place, factor in self.terms.items() if place != self.where)
        ends = sorted(((self.low - rest) / coefficient, (self.high - rest) / coefficient))
        low, high = max(math.ceil(ends[0]), 0) if math.isfinite(ends[0]) else 0, ends[1]
        if not math.isfinite(high) or high >= MOST:
            return said("from {low:,} ({because})", low=low, because=constant(self.because))
        high = max(math.floor(high), 0)
        told = "{low:,} ({because})" if low == high else "{low:,} to {high:,} ({because})"
        return said(told, low=low, high=high, because=constant(self.because))


def edits_of(form: Form) -> Iterator[Edit]:
    """Every edit of a return."""
    for column in form.filled:
        yield from _column(form, *column)
    yield from _district(form)


def deduced(form: Form, values: Values, *, skip: frozenset[Place] = frozenset()) -> dict[Place, int]:
    """The blanks that can only be one number, with that number; nothing for places whose count cannot be used."""
    found: dict[Place, int] = {}
    for column in form.filled:
        places = [place for place in form.inputs() if (place.group, *place[2:]) == column]
        blank = [place for place in places if place not in values and place not in skip]
        if blank and len(blank) < len(places):
            found |= _deduced(list(_column(form, *column)), places, blank, values)
    return found


def _deduced(edits: list[Edit], places: list[Place], blank: list[Place], values: Values) -> dict[Place, int]:
    constraints = [Constraint(edit.terms, edit.low, edit.high) for edit in edits]
    constraints += [
        Constraint({place: 1}, *((values[place],) * 2 if place in values else (0, MOST))) for place in places
    ]
    found = {}
    for place in blank:
        ends = extent(constraints, {place: 1})
        if ends is None:
            return {}  # what is there breaks an edit already, and that is told
        if ends[0] == ends[1]:
            found[place] = int(ends[0])
    return found


def _column(form: Form, group: str, category: str, band: int) -> Iterator[Edit]:
    def at(line: str) -> Place:
        return Place(group, line, category, band)

    total = at("enterprises")
    parts = dict.fromkeys(map(at, form.parts()), 1.0)
    covered = dict.fromkeys(map(at, form.parts("independent", "joint")), 1.0)
    yield Edit(total, covered | {total: -1}, -math.inf, 0, "is less than the enterprises covered by an organisation",
               "as many as are covered, or more")  # fmt: skip
    yield Edit(total, parts | {total: -1}, 0, 0, "is not the sum of its parts", "what the parts below add up to")
    yield from _staff(form, at("staff"), total)
    for which in ORGANISATIONS:
        yield from _members(form, at, which)
    yield from _organisations(form, at)


def _staff(form: Form, staff: Place, total: Place) -> Iterator[Edit]:
    low, high = next(band for band in form.bands if band[0] == total.band)
    rule = "does not fit the band's enterprises"
    if low:
        because = said("each of the enterprises has {low} staff or more", low=low)
        yield Edit(staff, {staff: 1, total: -low}, 0, math.inf, rule, because)
    else:
        yield Edit(staff, {staff: 1, total: -MOST}, -math.inf, 0, rule, "there is no enterprise")
    if high:
        because = said("each of the enterprises has {high} staff at most", high=high)
        yield Edit(staff, {staff: 1, total: -high}, -math.inf, 0, rule, because)


def _members(form: Form, at: Callable[[str], Place], which: str) -> Iterator[Edit]:
    members, full = at(f"members.{which}"), at(f"full_members.{which}")
    classes = {name: [at(f"{yes}.{which}.{name}") for yes in INSTRUCTORS] for name in form.classes}
    least = {name: int(name.removeprefix("full")) if name.startswith("full") else 0 for name in form.classes}
    above = dict(zip(form.full_members, (*(edge - 1 for edge in form.full_members[1:]), MOST), strict=True))
    most = {name: above.get(least[name], 0) if least[name] else 0 for name in form.classes}
    most["some"] = form.full_members[0] - 1

    def each(weights: Mapping[str, float]) -> dict[Place, float]:
        return {place: -weights[name] for name in form.classes for place in classes[name] if weights[name]}

    yield Edit(full, {full: 1, members: -1}, -math.inf, 0, "is more than the members", "at most all members")
    enough = {name: float(max(least[name], int(name != "none"))) for name in form.classes}
    rule = "is too few for the enterprises above"
    yield Edit(members, {members: 1} | each(enough), 0, math.inf, rule, "what their classes ask for at the least")
    yield Edit(full, {full: 1} | each({name: float(number) for name, number in least.items()}), 0, math.inf, rule,
               "what their classes ask for at the least")  # fmt: skip
    some = {name: float(MOST * (name != "none")) for name in form.classes}
    rule = "is too many for the enterprises above"
    yield Edit(members, {members: 1} | each(some), -math.inf, 0, rule, "no enterprise has a member")
    yield Edit(full, {full: 1} | each({name: float(number) for name, number in most.items()}), -math.inf, 0, rule,
               "what their classes allow at the most")  # fmt: skip


def _organisations(form: Form, at: Callable[[str], Place]) -> Iterator[Edit]:
    joint = at("joint_organisations")
    under, alone = (dict.fromkeys(map(at, form.parts(which)), -1.0) for which in ("joint", "independent"))
    yield Edit(joint, {joint: 1.0} | under, -math.inf, 0, "is more than the enterprises under joint organisations",
               "each is led by one of them")  # fmt: skip
    for place, whole, rule in (
        (at("five_good.independent"), alone, "is more than the enterprises with an independent organisation"),
        (at("five_good.joint"), {joint: -1.0}, "is more than the joint organisations"),
    ):
        yield Edit(place, {place: 1.0} | whole, -math.inf, 0, rule, "at most all of them")


def _district(form: Form) -> Iterator[Edit]:
    """A joint organisation covers two enterprises or more, wherever in the district they are."""
    under = {
        Place(group, key, category, band): 1.0 for group, category, band in form.filled for key in form.parts("joint")
    }
    joint = [Place(group, "joint_organisations", category, band) for group, category, band in form.filled]
    where = Place(form.groups[0], "joint_organisations")
    yield Edit(where, under | dict.fromkeys(joint, -2.0), 0, math.inf, "joint organisations, each of which covers "
               "two enterprises or more, are more than half of the enterprises under them",
               "at most half of the enterprises under joint organisations")  # fmt: skip
    yield Edit(where, under | dict.fromkeys(joint, -float(MOST)), -math.inf, 0,
               "no joint organisation is counted, and enterprises are under one", "one or more")  # fmt: skip


def total(form: Form, counts: Mapping[Place, int], place: Place) -> int | None:
    """The count at a place, summed where the form sums; nothing where a part is unknown.

    Examples
    --------
    >>> from analysis.sources.returns.form import form_of
    >>> from analysis.study import open_study
    >>> form = form_of(open_study("suzhou-2003"))
    >>> total(form, {Place("all", "staff", "private", low): 7 for low, _ in form.bands}, Place("all", "staff", "private"))
    28
    """
    if not (addends := form.addends(place)):
        return counts.get(place)
    parts = [total(form, counts, part) for part in addends]
    return None if any(part is None for part in parts) else sum(part for part in parts if part is not None)


def example_counts(form: Form) -> dict[Place, int]:
    """A count for every cell of a form; larger enterprises are fewer, and have organisations more often.

    Examples
    --------
    >>> from analysis.sources.returns.form import form_of
    >>> from analysis.study import open_study
    >>> form = form_of(open_study("suzhou-2003"))
    >>> any(edit.is_broken(example_counts(form)) for edit in edits_of(form))
    False
    """
    return {
        Place(group, key, category, band): number
        for group, category, band in form.filled
        for key, number in _example_column(form, band).items()
    }


def _example_column(form: Form, band: int) -> dict[str, int]:
    size = [low for low, _ in form.bands].index(band)
    found = {key: _enterprises(form, key, size) for key in form.parts()}
    found["enterprises"] = sum(found.values())
    low, high = form.bands[size]
    each = (low + high) // 2 if high else low * 2 + 40
    found["staff"] = found["enterprises"] * (min(each, 9) if not low else each)
    for which in ORGANISATIONS:
        inside = {name: sum(found[f"{yes}.{which}.{name}"] for yes in INSTRUCTORS) for name in form.classes}
        full = sum(int(name[4:]) * number for name, number in inside.items() if name.startswith("full"))
        found[f"full_members.{which}"] = full
        found[f"members.{which}"] = full + sum(number for name, number in inside.items() if name != "none")
    joint, alone = (sum(found[key] for key in form.parts(which)) for which in ("joint", "independent"))
    return found | {
        "joint_organisations": joint // 3,
        "five_good.independent": alone // 3,
        "five_good.joint": joint // 9,
    }


def _enterprises(form: Form, key: str, size: int) -> int:
    instructor, which, members = key.split(".")
    smaller = len(form.edges) - size  # how many bands are larger
    if which == "independent":
        number = 2 + 3 * size if members.startswith("full") else 0
    elif which == "joint":
        number = {"some": 3 + 2 * smaller, "none": 2 + smaller}.get(members, 1)
    else:
        number = {"some": 2 + 4 * smaller, "none": 5 + 30 * smaller}.get(members, 0)
    return number if instructor == "yes" else number // 2 + (4 * smaller if (which, members) == ("none", "none") else 0)
