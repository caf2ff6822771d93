"""Two places, or two periods: why their rates differ, term by term."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from analysis.coverage.comparing import Side, status, table
from analysis.coverage.decomposition import End, chain, kitagawa, measured
from analysis.coverage.selection import EVERYTHING
from analysis.errors import NotInDataError, WithheldError, WorkbookError
from analysis.messages import joined, said
from analysis.quantities import Label, Quantity, Status, computed, weakest

LINKS: Mapping[str, Label] = {
    "operating": Label("开业投产率", "share of the registered that operate"),
    "eligible": Label("具备条件率", "share with full members enough"),
    "built": Label("每家具备条件企业的党组织数", "organisations per such enterprise"),
    "joint": Label("每个党组织覆盖的企业数", "enterprises per organisation"),
}
TERMS: Mapping[str, Label] = {
    "mix": Label("企业结构不同", "different mix of enterprises"),
    "rate": Label("各组覆盖率不同", "different rates within groups"),
    "base": Label("基数口径不同", "different base"),
    "definition": Label("覆盖的定义不同", "different definition of coverage"),
}
REGISTERED = Label("工商注册的企业", "registered enterprises")


def _registered(side: Side) -> Quantity | None:
    """The number registered; known of a whole place, every operating enterprise of it, whose widest base was published."""
    study, within = side.counter.study, side.within
    is_whole = within.but(categories=()) == EVERYTHING
    is_whole &= set(within.categories) == {row.id for row in study.settings.categories}
    figure = study.settings.bases[0].figure
    return side.own(study.quantity(figure)) if is_whole and figure is not None else None


def _links(side: Side, registered: Quantity | None, *, full_members_from: int) -> dict[str, Quantity]:
    """The links of a side's chain: each a share or a ratio of counts."""
    base, covered, counter = side.rate.base, side.rate.numerator, side.counter
    enough = side.within.but(full_members_from=max(full_members_from, side.within.full_members_from))
    eligible = side.own(counter.count("enterprises", enough))
    organisations = side.own(counter.count("organisations", side.within))
    found = {"operating": _link("operating", base, registered)} if registered is not None else {}
    return found | {
        "eligible": _link("eligible", eligible, base),
        "built": _link("built", organisations, eligible),
        "joint": _link("joint", covered, organisations),
    }


@dataclass(frozen=True, eq=False)
class Pair:
    """Two sides and the difference between them. Make one with `pair`.

    Parameters
    ----------
    full_members_from
        From how many full members an enterprise can have an organisation: a link of the chain.
    """

    first: Side
    second: Side
    full_members_from: int = 3

    @cached_property
    def status(self) -> Status:
        """How far the terms can be trusted."""
        return weakest(status(self.first.parts), status(self.second.parts))

    @cached_property
    def terms(self) -> pd.DataFrame:
        """Mix, rate, base and definition, as `decomposition.measured`."""
        sides = {"first": self.first, "second": self.second}

        def at(place: End, base: End, definition: End) -> pd.DataFrame:
            measure = sides[place].measure.but(outcome=sides[definition].measure.outcome)
            return table(replace(sides[place], measure=measure).parts_over(sides[base].base))

        return measured(at)

    @cached_property
    def groups(self) -> pd.DataFrame:
        """Mix and rate group by group, as `decomposition.kitagawa`; only where base and definition are the same."""
        return kitagawa(table(self.first.parts), table(self.second.parts))

    @property
    def is_like_for_like(self) -> bool:
        """Whether both rates are over one base, under one definition."""
        return not _changes(self.first, self.second)

    @cached_property
    def has_chain(self) -> bool:
        """Whether both rates are products of the same links that can be counted: returns do not report everything together.

        Raises
        ------
        NotInDataError
            When full members or organisations are not in the data.
        """
        if not self.is_like_for_like or self.first.measure.outcome != "organisation":
            return False
        known = []
        for side in (self.first, self.second):
            enough = side.within.but(full_members_from=self.full_members_from)
            counts = (("enterprises", enough), ("organisations", side.within))
            if lacking := [name for count in counts for name in side.counter.lacking(*count)]:
                raise NotInDataError("the chain needs full members and organisations", lacking)
            known += [side.counter.knows(*count) for count in counts]
        return all(known)

    @cached_property
    def _registered(self) -> tuple[Quantity | None, Quantity | None]:
        """With what the chain begins: the numbers registered where both are known."""
        one, two = _registered(self.first), _registered(self.second)
        return (one, two) if one is not None and two is not None else (None, None)

    @cached_property
    def links(self) -> tuple[dict[str, Quantity], dict[str, Quantity]]:
        """The links of both sides; a WorkbookError where one has nothing to stand on, such as no organisation."""
        one, two = self._registered
        least = self.full_members_from
        return _links(self.first, one, full_members_from=least), _links(self.second, two, full_members_from=least)

    @cached_property
    def ends(self) -> tuple[Quantity, Quantity]:
        """The two rates that the chain leads to: over those registered where it begins with them."""
        one, two = (
            side.rate.share
            if registered is None
            else computed("÷", side.rate.numerator, registered, unit="share", base=REGISTERED, decimals=2)
            for side, registered in zip((self.first, self.second), self._registered, strict=True)
        )
        return one, two

    @cached_property
    def chain(self) -> pd.DataFrame:
        """What each link contributes, as `decomposition.chain`."""
        one, two = ({name: float(link.value) for name, link in links.items()} for links in self.links)
        return chain(one, two)


def pair(first: Side, second: Side, *, change: bool = False, full_members_from: int = 3) -> Pair:
    """Two sides to compare.

    Parameters
    ----------
    change
        Whether a change of base or definition is asked for as a term of its own.

    Raises
    ------
    WorkbookError
        When the two are the same enterprises, or, without `change`, are measured over different bases or definitions.

    Examples
    --------
    >>> from analysis.coverage.comparing import Measure
    >>> from analysis.coverage.counting import Counter
    >>> from analysis.coverage.sources import cells_of
    >>> from analysis.study import open_study
    >>> study = open_study("suzhou-2003")
    >>> counter = Counter(study, cells_of(study))
    >>> kunshan, wujiang = (Side(counter, Measure(), (name,)) for name in ("320583", "320584"))
    >>> round(float(pair(wujiang, kunshan).terms["effect"].sum()), 4)
    0.0194
    """
    same = first.elsewhere == second.elsewhere and first.measure == second.measure
    if same and set(first.districts) == set(second.districts):
        raise WorkbookError(
            "comparison: both sides are the same enterprises; allowed: two districts, a district and the rest, or two studies"
        )
    if not change and (changes := _changes(first, second)):
        what = (
            "comparison: the two rates are not of the same kind: {changes}; allowed: the same for both, or "
            'change_of_base = "term", which shows the change as a term of its own'
        )
        raise WorkbookError(said(what, changes=joined(changes, "; ")))
    return Pair(first, second, full_members_from)


def _changes(first: Side, second: Side) -> list[str]:
    one, two = first.base, second.base
    found: list[str] = []
    if _meaning(first) != _meaning(second):
        what = 'base "{one}" ({one_name}) against "{two}" ({two_name})'
        found.append(said(what, one=one.id, one_name=one.label, two=two.id, two_name=two.label))
    if first.measure.outcome != second.measure.outcome:
        found.append(said('covered as "{one}" against "{two}"', one=first.measure.outcome, two=second.measure.outcome))
    return found


def _meaning(side: Side) -> tuple[object, ...]:
    """What a side's base means, whatever it is called: all categories of a study are the same as all of another's."""
    known, base = {row.id for row in side.counter.study.settings.categories}, side.base
    categories = frozenset(base.categories)
    return (frozenset() if categories == known else categories, base.staff_from, base.full_members_from)


def _link(name: str, part: Quantity, base: Quantity) -> Quantity:
    if part.withheld or base.withheld:
        raise WithheldError("a count of the chain is withheld, and with it what is computed from it")
    if not base.value:
        what = "comparison: {base}: none; allowed: one or more, else the chain has a link that is not defined"
        raise WorkbookError(said(what, base=base.label))
    is_share = name in ("operating", "eligible")
    unit = "share" if is_share else "per"
    return computed("÷", part, base, unit=unit, base=base.label if is_share else None, label=LINKS[name], decimals=2)
