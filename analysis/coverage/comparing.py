"""From a study's counts to the plain tables that the methods of comparison take.

What is compared is a `Measure`: which enterprises count as covered, of which base, in which groups; of a `Side`: a study's
place, or some districts of it. Every count comes from the study's `Counter`, with its status.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from analysis.coverage.base_names import kind_label
from analysis.coverage.counting import Counter
from analysis.coverage.indicators import Part, base_of, base_selection
from analysis.coverage.returned import bands_of
from analysis.coverage.selection import EVERYTHING, Selection
from analysis.errors import ParameterError, WithheldError, WorkbookError, among, one_of
from analysis.messages import said
from analysis.quantities import Label, Quantity, Rate, Status, joined, weakest
from analysis.study_models import Base

OTHER = "other"  # stands before the addresses of the other study's counts


@dataclass(frozen=True)
class Outcome:
    """A definition of what is covered."""

    label: Label
    having: Mapping[str, str]


OUTCOMES: Mapping[str, Outcome] = {
    "organisation": Outcome(Label("有党组织", "with an organisation"), {"organisation": "any"}),
    "independent": Outcome(Label("有独立党组织", "with an organisation of their own"), {"organisation": "independent"}),
    "five_good": Outcome(
        Label("党组织达到“五个好”", "with a five-good organisation"), {"organisation": "any", "five_good": "yes"}
    ),
    "instructor": Outcome(Label("有指导员", "with an instructor"), {"instructor": "yes"}),
}
GROUPS: Mapping[str, Label] = {
    "category": Label("类别", "category"),
    "size": Label("规模", "size"),
    "category_size": Label("类别和规模", "category and size"),
}


@dataclass(frozen=True)
class Measure:
    """What is compared.

    Parameters
    ----------
    outcome
        A definition of what is covered: one of `OUTCOMES`.
    base
        One of the study's bases that are counted.
    groups
        One of `GROUPS`: what a mix is a mix of.
    categories, directly_managed
        As in `Selection`; the comparison stays inside them.
    """

    outcome: str = "organisation"
    base: str = "operating"
    groups: str = "category"
    categories: tuple[str, ...] = ()
    directly_managed: str = ""

    def __post_init__(self) -> None:
        for name, known in (("outcome", OUTCOMES), ("groups", GROUPS)):
            among(getattr(self, name), known, what=name)
        EVERYTHING.but(categories=self.categories, directly_managed=self.directly_managed)  # refuses what is none

    @property
    def within(self) -> Selection:
        """The enterprises that the comparison stays inside."""
        return EVERYTHING.but(categories=self.categories, directly_managed=self.directly_managed)

    def but(self, **changes: Any) -> Measure:
        """The same measure with something changed."""
        return replace(self, **changes)


def elsewhere(role: str, quantity: Quantity) -> Quantity:
    """A quantity of another study, the word for that study before all its addresses.

    Examples
    --------
    >>> count = Quantity(9, "enterprises", Status.COUNTED, Label("企业", "enterprises"), address="cells:enterprises")
    >>> elsewhere("other", count).address
    'other:cells:enterprises'
    """
    parts = tuple(elsewhere(role, part) for part in quantity.parts)
    is_fixed = not quantity.address or quantity.address.startswith("constant:")
    return replace(quantity, parts=parts, address=quantity.address if is_fixed else f"{role}:{quantity.address}")


@dataclass(frozen=True, eq=False)
class Side:
    """What a measure is of: the enterprises of its base in some districts, or in the whole place.

    Parameters
    ----------
    districts
        Ids; none for the whole place.
    elsewhere
        Whether it is of the other study of a comparison.
    """

    counter: Counter
    measure: Measure
    districts: tuple[str, ...] = ()
    elsewhere: bool = False

    @cached_property
    def base(self) -> Base:
        """The base of the measure, as this study defines it.

        Raises
        ------
        ParameterError
            When the study has no such base, or it was published for the whole place only.
        WorkbookError
            When the study has nothing to count.
        """
        study = self.counter.study
        base = base_of(study, self.measure.base)
        if base.figure is not None:
            counted = [row.id for row in study.settings.bases if row.figure is None]
            what = 'base: "{base}" was published for the whole only; allowed: {allowed}'
            raise ParameterError(said(what, base=base.id, allowed=one_of(counted)))
        if self.counter.cells is None:
            what = "{study}: has published figures only, nothing to compare by group; allowed: a study with a register"
            raise WorkbookError(said(what, study=study.id))
        return base

    @cached_property
    def within(self) -> Selection:
        """The enterprises of its base; a WorkbookError where the measure's categories lie outside it."""
        found = _narrowed(self.base, self.measure.within.but(districts=self.districts))
        if found is None:
            what, own = 'base: "{base}" holds none of {categories}; allowed: {allowed}', self.measure.categories
            raise WorkbookError(said(what, base=self.base.id, categories=own, allowed=self.base.categories))
        return found

    @cached_property
    def rate(self) -> Rate:
        """Its rate, over its own base and definition."""
        return self._rate(self.within, self.base)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The rate of each group."""
        return self.parts_over(self.base)

    def parts_over(self, base: Base) -> tuple[Part, ...]:
        """The rate of each group over a base, which may be another study's, counted here as it is defined there.

        A group outside the base has a base of 0.
        """
        within = self.measure.within.but(districts=self.districts)
        return tuple(
            Part(name, label, self._rate(_narrowed(base, within, group), base))
            for name, label, group in groups_of(self.counter, self.measure)
        )

    def own(self, quantity: Quantity) -> Quantity:
        """A count of this side, its addresses saying of which study it is."""
        return elsewhere(OTHER, quantity) if self.elsewhere else quantity

    def _rate(self, within: Selection | None, base: Base) -> Rate:
        """The rate inside a selection, where it can have one, its base saying of which study it is."""
        if within is None:
            name = Label("基数之外", "outside the base")
            nothing = Quantity(0, "enterprises", Status.DERIVED, name, address="constant:0")
            rate = Rate(nothing, nothing, base.label)
        else:
            rate = self.counter.rate(within.but(**OUTCOMES[self.measure.outcome].having), base=within)
        if not self.elsewhere:
            return rate
        settings, name = self.counter.study.settings, rate.base_name
        place = [] if self.districts else [settings.place.label]
        year = [Label(f"{settings.period}年", str(settings.period))] if settings.period is not None else []
        zh, en = joined(*(part.zh for part in place + year)), ", ".join(part.en for part in place + year)
        named = Label(f"{name.zh}（{zh}）", f"{name.en} ({en})") if zh else name
        return Rate(self.own(rate.numerator), self.own(rate.base), named)


def of_districts(counter: Counter, measure: Measure) -> tuple[Part, ...]:
    """The rate of each district, in the study's order; one without enterprises in the base has a rate that is not a number.

    Examples
    --------
    >>> from analysis.coverage.sources import cells_of
    >>> from analysis.study import open_study
    >>> study = open_study("suzhou-2003")
    >>> parts = of_districts(Counter(study, cells_of(study)), Measure())
    >>> sum(int(part.rate.base.value) for part in parts)
    252963
    """
    rows = counter.study.districts
    return tuple(Part(row.id, row.label, Side(counter, measure, (row.id,)).rate) for row in rows)


def groups_of(counter: Counter, measure: Measure) -> list[tuple[str, Label, Selection]]:
    """The groups that a mix is of: id, name, and the selection that each is."""
    study = counter.study
    kinds = [(row.id, row.label) for row in study.settings.categories if row.id in (measure.categories or (row.id,))]
    bands = [(f"staff{low}", EVERYTHING.but(staff_from=low, staff_to=high)) for low, high in bands_of(study)]
    if measure.groups == "category":
        return [(name, label, EVERYTHING.but(categories=(name,))) for name, label in kinds]
    if measure.groups == "size":
        return [(name, kind_label(study, band), band) for name, band in bands]
    both = [(f"{name}.{band}", size.but(categories=(name,))) for name, _ in kinds for band, size in bands]
    return [(name, kind_label(study, selection), selection) for name, selection in both]


def table(parts: Iterable[Part]) -> pd.DataFrame:
    """Rates as the plain table that methods take: columns group, base, covered.

    Raises
    ------
    WithheldError
        When one of the counts may not be published.

    Examples
    --------
    >>> table([]).columns.to_list()
    ['group', 'base', 'covered']
    """
    parts = tuple(parts)
    if any(part.rate.share.withheld for part in parts):
        raise WithheldError("a count of the comparison is withheld, and with it what is computed from it")
    rows = [(part.id, part.rate.base.value, part.rate.numerator.value) for part in parts]
    return pd.DataFrame(rows, columns=["group", "base", "covered"])


def status(parts: Sequence[Part]) -> Status:
    """How far what is computed from these rates can be trusted."""
    return weakest(*(part.rate.status for part in parts))


def _narrowed(base: Base, *selections: Selection) -> Selection | None:
    """The enterprises of a base inside all these selections; none where there can be none."""
    first = selections[0]
    for other in selections[1:]:
        changes = {name: value for name, value in vars(other).items() if value}
        first = first.but(**changes)
    found = base_selection(base, first)
    return None if not found.categories or (first.staff_to and base.staff_from > first.staff_to) else found
