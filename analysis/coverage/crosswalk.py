"""Districts that changed between two studies: which of the one lie in which of the other, and what can be compared.

Where districts were merged, the old ones are added up. Where one was split, its counts are divided by the shares that the
file assumes; without shares, all that the old and the new ones cover together is compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated

from pydantic import BeforeValidator

from analysis.coverage.comparing import Side
from analysis.errors import DataError, Problem, one_of
from analysis.file_values import Key, Strict
from analysis.file_values import share as share_of
from analysis.messages import said
from analysis.quantities import Label, Number, Quantity, Rate, Status, computed
from analysis.reading import table_of
from analysis.study import Study

FILE = "crosswalk.csv"


class Link(Strict):
    """A line of crosswalk.csv: a district of the other study, the one of this study that it lies in, and how much of it does."""

    other: Key
    district: Key
    share: Annotated[Fraction | None, BeforeValidator(lambda value: share_of(value) if value else None)] = None


@dataclass(frozen=True)
class Unit:
    """Districts of two studies that cover the same ground: some of this one, and some of the other, each with its share.

    Parameters
    ----------
    is_whole
        Whether it is one district of this study; else several could not be told apart.
    """

    own: tuple[str, ...]
    others: tuple[tuple[str, Fraction], ...]
    is_whole: bool

    def rate(self, side: Side) -> Rate:
        """The rate of the other study's districts, as far as they lie here; `side` is of that study as a whole."""
        sides = [Side(side.counter, side.measure, (name,), side.elsewhere) for name, _ in self.others]
        if all(share == 1 for _, share in self.others):
            return Side(side.counter, side.measure, tuple(name for name, _ in self.others), side.elsewhere).rate
        parts, bases = [], []
        for one, (name, share) in zip(sides, self.others, strict=True):
            weight = _share(name, self.own[0], share)
            parts.append(computed("×", one.rate.numerator, weight))
            bases.append(computed("×", one.rate.base, weight))
        return Rate(_sum(parts), _sum(bases), side.rate.base_name)


def links_of(study: Study, other: Study) -> tuple[Link, ...]:
    """The lines of a study's crosswalk.csv; none where there is no such file.

    Raises
    ------
    DataError
        For a district that a study does not have, and for shares of a district that do not add up to it.
    """
    path = study.folder / FILE
    links = table_of(path, Link, once=("other", "district")) if path.exists() else ()
    if problems := list(_faults(links, study, other)):
        raise DataError(problems)
    return links


def _faults(links: Sequence[Link], study: Study, other: Study) -> Iterator[Problem]:
    for field, of in (("other", other), ("district", study)):
        known = [row.id for row in of.districts]
        for name in dict.fromkeys(getattr(link, field) for link in links):
            if name not in known:
                what = said("{study} has no such district", study=of.id)
                place = said("{file}, column {column}", file=FILE, column=field)
                yield Problem(place, what, name, one_of(known, seen=name, most=20))
    for name in dict.fromkeys(link.other for link in links):
        shares = [link.share for link in links if link.other == name and link.share is not None]
        if shares and (sum(shares) != 1 or any(share <= 0 for share in shares)):
            allowed = "shares of each district from above 0 that add up to 1, or none of them"
            place = said("{file}, column {column}", file=FILE, column="share")
            yield Problem(place, "its shares do not add up to 1", f"{name}: {float(sum(shares)):g}", allowed)


def units_of(study: Study, other: Study) -> tuple[Unit, ...]:
    """The ground that can be compared, in the order of this study's districts; a district of one id in both is itself.

    Districts that only one of the studies has, and no line names, are in none.

    Raises DataError as `links_of`.
    """
    links = links_of(study, other)
    named = {link.other for link in links} | {link.district for link in links}
    same = {row.id for row in study.districts} & {row.id for row in other.districts} - named
    lines = [(link.other, link.district, link.share) for link in links] + [(name, name, None) for name in same]
    units: list[Unit] = []
    for row in study.districts:
        if any(row.id in unit.own for unit in units):
            continue
        into = [(before, share) for before, after, share in lines if after == row.id]
        if into and all(share is not None or _is_whole(before, lines) for before, share in into):
            units.append(
                Unit((row.id,), tuple((before, share or Fraction(1)) for before, share in into), is_whole=True)
            )
        elif into:
            own, others = _together(row.id, lines)
            order = [one.id for one in study.districts if one.id in own]
            units.append(Unit(tuple(order), tuple((name, Fraction(1)) for name in sorted(others)), is_whole=False))
    return tuple(units)


def _is_whole(before: str, lines: Sequence[tuple[str, str, Fraction | None]]) -> bool:
    """Whether a district of the other study lies in one alone."""
    return sum(name == before for name, _, _ in lines) == 1


def _together(district: str, lines: Sequence[tuple[str, str, Fraction | None]]) -> tuple[set[str], set[str]]:
    """All that hangs together with a district by lines: of this study, and of the other."""
    own, others = {district}, set[str]()
    while True:
        more = {before for before, after, _ in lines if after in own}
        grown = own | {after for before, after, _ in lines if before in more}
        if (grown, more) == (own, others):
            return own, others
        own, others = grown, more


def _share(other: str, district: str, share: Fraction) -> Quantity:
    name, base = Label("拆分份额", "share of a district that was split"), Label("原区域", "the district as it was")
    if share == 1:
        return Quantity(1, "share", Status.PUBLISHED, name, base=base, address="constant:1")
    address = f"crosswalk:{other}>{district}"
    return Quantity(float(share), "share", Status.ASSUMED, name, base=base, address=address, decimals=2, locator=FILE)


def share_at(study: Study, other: Study, key: str) -> Number:
    """The share at an address `crosswalk:other>district`, as the file has it now."""
    before, _, after = key.partition(">")
    for link in links_of(study, other):
        if (link.other, link.district) == (before, after) and link.share is not None:
            return float(link.share)
    raise DataError(Problem(FILE, "has no such line any more", key))


def _sum(parts: Sequence[Quantity]) -> Quantity:
    return parts[0] if len(parts) == 1 else computed("+", *parts)
