"""What must hold between the counts of a return, and what a blank must be where the other counts leave no choice.

Balance edits and deductive imputation after Fellegi and Holt 1976 and de Waal, Pannekoek and Scholtus 2011.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from analysis.messages import constant, said
from analysis.sources.linear import Constraint, extent
from analysis.sources.returns.form import INSTRUCTORS, ORGANISATIONS, Form, Place

MOST = 10_000_000  # enterprises or persons in one cell: more than any district has

Values = Mapping[Place, int]
Terms = Mapping[Place, float]


@dataclass(frozen=True)
class Edit:
    """`low ≤ sum of coefficient × count ≤ high`, told at one of its places."""

    where: Place  # at which a breach is told: one of the terms, or a sum that stands for them
    terms: Terms
    rule: str  # what is wrong when it is broken
    because: str  # what the other counts are, for the message
    low: float = -math.inf
    high: float = 0.0

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
        >>> edit = Edit(all_, {part: 1, all_: -1}, "is not the sum of its parts", "the parts add up to it", low=0)
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
        yield from _Column(form, *column).edits()
    yield from _district(form)


def deduced(form: Form, values: Values, *, skip: frozenset[Place] = frozenset()) -> dict[Place, int]:
    """The blanks that can only be one number, with that number; nothing for places whose count cannot be used."""
    found: dict[Place, int] = {}
    for column in form.filled:
        places = [place for place in form.inputs() if (place.group, *place[2:]) == column]
        blank = [place for place in places if place not in values and place not in skip]
        if blank and len(blank) < len(places):
            found |= _deduced(list(_Column(form, *column).edits()), places, blank, values)
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


@dataclass(frozen=True)
class _Column:
    """A group's enterprises of one category and band, whose counts are named by their lines."""

    form: Form
    group: str
    category: str
    band: int

    def at(self, line: str) -> Place:
        return Place(self.group, line, self.category, self.band)

    def sum(self, weights: Mapping[str, float]) -> dict[Place, float]:
        """A weighted sum of lines; one that adds up others stands for those that a district fills in."""
        found: dict[Place, float] = {}
        for line, weight in weights.items():
            parts = self.form.line(self.at(line)).parts
            terms = self.sum(dict.fromkeys(parts, weight)) if parts else {self.at(line): weight}
            found |= {place: found.get(place, 0.0) + number for place, number in terms.items()}
        return found

    def edits(self) -> Iterator[Edit]:
        total, whole = self.at("enterprises"), {"enterprises": -1.0}
        yield Edit(total, self.sum({"covered": 1} | whole), "is less than the enterprises covered by an organisation",
                   "as many as are covered, or more")  # fmt: skip
        yield Edit(total, self.sum({"yes": 1, "no": 1} | whole), "is not the sum of its parts",
                   "what the parts below add up to", low=0)  # fmt: skip
        yield from self._staff()
        for which in ORGANISATIONS:
            yield from self._members(which)
        yield self._part(
            "joint_organisations",
            "is more than the enterprises under joint organisations",
            "each is led by one of them",
        )
        alone, all_of_them = "is more than the enterprises with an independent organisation", "at most all of them"
        yield self._part("five_good.independent", alone, all_of_them)
        yield self._part("five_good.joint", "is more than the joint organisations", all_of_them)

    def _part(self, line: str, rule: str, because: str) -> Edit:
        place = self.at(line)
        return Edit(place, self.sum({line: 1.0} | dict.fromkeys(self.form.line(place).within, -1.0)), rule, because)

    def _staff(self) -> Iterator[Edit]:
        staff, rule = self.at("staff"), "does not fit the band's enterprises"
        low, high = next(band for band in self.form.bands if band[0] == self.band)
        if low:
            because = said("each of the enterprises has {low} staff or more", low=low)
            yield Edit(staff, self.sum({"staff": 1, "enterprises": -low}), rule, because, 0, math.inf)
        else:
            yield Edit(staff, self.sum({"staff": 1, "enterprises": -MOST}), rule, "there is no enterprise")
        if high:
            because = said("each of the enterprises has {high} staff at most", high=high)
            yield Edit(staff, self.sum({"staff": 1, "enterprises": -high}), rule, because)

    def _members(self, which: str) -> Iterator[Edit]:
        """Members of the enterprises by one kind of organisation fit the classes that these stand in."""
        members, full = f"members.{which}", f"full_members.{which}"
        few, least = "is too few for the enterprises above", "what their classes ask for at the least"
        many = "is too many for the enterprises above"

        def fits(line: str, weights: Mapping[str, int]) -> dict[Place, float]:
            classes = {f"{yes}.{which}.{name}": -float(n) for name, n in weights.items() for yes in INSTRUCTORS if n}
            return self.sum({line: 1.0} | classes)

        ends = {name: self.form.full(name) for name in self.form.classes}
        some = {name: int(name != "none") for name in ends}
        enough = {name: max(low, some[name]) for name, (low, _) in ends.items()}
        most = {name: high or (MOST if low else 0) for name, (low, high) in ends.items()}
        yield self._part(full, "is more than the members", "at most all members")
        yield Edit(self.at(members), fits(members, enough), few, least, 0, math.inf)
        yield Edit(self.at(full), fits(full, {name: low for name, (low, _) in ends.items()}), few, least, 0, math.inf)
        at_all = {name: MOST * number for name, number in some.items()}
        yield Edit(self.at(members), fits(members, at_all), many, "no enterprise has a member")
        yield Edit(self.at(full), fits(full, most), many, "what their classes allow at the most")


def _district(form: Form) -> Iterator[Edit]:
    """A joint organisation covers two enterprises or more, wherever in the district they are."""
    columns = [_Column(form, *column) for column in form.filled]
    where = Place(form.groups[0], "joint_organisations")

    def under(each: float) -> dict[Place, float]:
        weights = {"yes.joint": 1.0, "no.joint": 1.0, "joint_organisations": -each}
        return {place: number for column in columns for place, number in column.sum(weights).items()}

    yield Edit(where, under(2), "joint organisations, each of which covers "
               "two enterprises or more, are more than half of the enterprises under them",
               "at most half of the enterprises under joint organisations", 0, math.inf)  # fmt: skip
    yield Edit(where, under(MOST), "no joint organisation is counted, and enterprises are under one", "one or more")


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
        full = sum(form.full(name)[0] * number for name, number in inside.items())
        found[f"full_members.{which}"] = full
        found[f"members.{which}"] = full + sum(number for name, number in inside.items() if name != "none")
    joint, alone = (sum(found[key] for key in form.parts(which)) for which in ("joint", "independent"))
    led = {"joint_organisations": joint // 3, "five_good.independent": alone // 3, "five_good.joint": joint // 9}
    return found | led


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
