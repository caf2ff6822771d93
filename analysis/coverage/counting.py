"""One question, one answer: how many are there in a selection?

What a register or returns count comes first; the published figures stand beside it in the reconciliation. Where there
is nothing but a synthetic register, which only fills what was not published, the published figure comes first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from analysis.arithmetic import astray
from analysis.coverage.base_names import base_label, place_label
from analysis.coverage.cells import MEASURES, MEMBERS_CAP, STAFF_CAP, Cells
from analysis.coverage.selection import Selection, known_ids, parsed
from analysis.errors import NotInDataError, ParameterError, WithheldError, WorkbookError, among
from analysis.messages import said
from analysis.quantities import Label, Number, Quantity, Rate, Status, computed
from analysis.study import Study
from analysis.study_models import Figure

UNITS = {
    "enterprises": "enterprises",
    "staff_total": "persons",
    "members_total": "persons",
    "full_members_total": "persons",
    "organisations": "organisations",
    "five_good_organisations": "organisations",
}
Asked = tuple[str, Selection]  # a measure and what it is summed over
COUNTED: Mapping[str, Asked] = {
    "enterprises_operating": ("enterprises", Selection()),
    "enterprises_with_organisation": ("enterprises", Selection(organisation="any")),
    "enterprises_with_instructor": ("enterprises", Selection(instructor="yes")),
    "members": ("members_total", Selection()),
    "organisations": ("organisations", Selection()),
}
COUNTED_TOO: Mapping[str, Asked] = {
    "organisations_independent": ("organisations", Selection(organisation="independent")),
    "organisations_joint": ("organisations", Selection(organisation="joint")),
    "organisations_five_good": ("five_good_organisations", Selection()),
    "staff": ("staff_total", Selection()),
    "full_members": ("full_members_total", Selection()),
}
COUNTABLE = {**COUNTED, **COUNTED_TOO}  # published figures that cells can count: the measure and selection by indicator


@dataclass(frozen=True, eq=False)
class Counter:
    """Counts of one study.

    Parameters
    ----------
    study
        Its published figures answer what the cells do not count.
    cells
        A register's or returns', which answer first; a synthetic register's, which answer what was not published; none
        where the study has neither.
    withheld
        Addresses of counts that may not be published: they come without their value.
    asked
        Where to note the addresses of all counts that are asked for; none to note nothing.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> Counter(open_study("suzhou-2003"), None).count("enterprises", Selection(categories=("private",))).value
    58199
    """

    study: Study
    cells: Cells | None
    withheld: frozenset[str] = frozenset()
    asked: set[str] | None = None

    @property
    def counts_first(self) -> bool:
        """Whether what is counted answers before what was published."""
        return self.cells is not None and self.cells.status is Status.COUNTED

    def knows(self, measure: str, selection: Selection) -> bool:
        """Whether there is any answer, published or counted."""
        return self._counts(measure, selection) or self.published(measure, selection) is not None

    def lacking(self, measure: str, selection: Selection) -> tuple[str, ...]:
        """The attributes for want of which there is no answer; nothing where there is one, or no register at all."""
        if self.cells is None or self.published(measure, selection) is not None:
            return ()
        return self.cells.lacking(measure, selection)

    def count(self, measure: str, selection: Selection) -> Quantity:
        """How many, as a quantity; the measure is one of `cells.MEASURES`.

        Raises
        ------
        NotInDataError
            When the figure was not published, and there is nothing to count it from.
        ParameterError
            When a threshold lies above what cells keep exact, or inside a band of the returns.
        """
        selection = _whole(self.study, selection)
        address = selection.address(measure)
        is_counted = self.counts_first and self._counts(measure, selection)
        if not is_counted and (published := self.published(measure, selection)) is not None:
            return published
        if self.cells is None:
            what = "{study}: {address} was not published, and the study has no register"
            raise NotInDataError(said(what, study=self.study.id, address=address))
        value, label = self.value(address), _label(self.study, measure, selection)
        if self.asked is not None:
            self.asked.add(address)
        return self.told(Quantity(value, UNITS[measure], self.cells.status, label, address=address))

    def figure(self, name: str) -> Quantity:
        """A published figure; what was counted in its place where counts come first and can say it."""
        if self.counts_first and name in self._by_figure and self._counts(*self._by_figure[name]):
            return self.count(*self._by_figure[name])
        return self.study.quantity(name)

    @cached_property
    def _by_figure(self) -> Mapping[str, Asked]:
        return {figure: asked for asked, figure in figures_of(self.study, COUNTABLE).items()}

    @cached_property
    def _published(self) -> Mapping[Asked, str]:
        return figures_of(self.study, COUNTED)

    def _counts(self, measure: str, selection: Selection) -> bool:
        """Whether the cells can answer."""
        among(measure, MEASURES, what="measure")
        return self.cells is not None and not self.cells.fault(measure, selection)

    def published(self, measure: str, selection: Selection) -> Quantity | None:
        """What was published of a selection, or of each of its categories."""
        selection = _whole(self.study, selection)
        if (figure := self._published.get((measure, selection))) is not None:
            return self.study.quantity(figure)
        if len(selection.categories) < 2:
            return None
        found = [self._published.get((measure, selection.but(categories=(name,)))) for name in selection.categories]
        figures = [self.study.quantity(figure) for figure in found if figure is not None]
        if len(figures) < len(found):
            return None
        return computed("+", *figures, label=_label(self.study, measure, selection))

    def told(self, counted: Quantity) -> Quantity:
        """A count as it may be published: without its value where that is withheld."""
        return counted.hidden() if counted.address in self.withheld else counted

    def rest_on(self, addresses: Iterable[str]) -> None:
        """Ask for counts that something is computed from, so that they are protected as if they were printed.

        Raises
        ------
        WithheldError
            When one of them is withheld.
        """
        needed = set(addresses)
        if self.asked is not None:
            self.asked.update(needed)
        if any(address in self.withheld for address in needed):
            raise WithheldError("a count is withheld, and with it what is computed from it")

    def value(self, address: str) -> Number:
        """The number at an address `cells:…`, from the cells."""
        measure, selection = parsed(address)
        _check(measure, selection)
        if self.cells is None:
            what = "{study}: nothing to count for {address}"
            raise NotInDataError(said(what, study=self.study.id, address=address))
        self.cells.refuse(measure, selection)
        columns = self.cells.columns
        return int(columns.numbers(measure)[selection.mask(columns)].sum())

    def known(self) -> frozenset[str]:
        """Addresses in the cells whose count a published figure gives: everybody knows these."""
        if self.cells is None:
            return frozenset()
        return frozenset(
            address
            for figure, asked in self._by_figure.items()
            if self._counts(*asked)
            and self.value(address := asked[1].address(asked[0])) == self.study.quantity(figure).value
        )

    def rate(self, selection: Selection, *, base: Selection) -> Rate:
        """The enterprises of a selection as a rate over those of a wider one, which it names.

        Raises
        ------
        WorkbookError
            When the selection does not lie inside the base.

        Examples
        --------
        >>> from analysis.study import open_study
        >>> chosen = Selection(organisation="any")
        >>> print(Counter(open_study("suzhou-2003"), None).rate(chosen, base=Selection()))
        4.17% (10,547 of 252,963 operating non-public enterprises)
        """
        name, measure = base_label(self.study, base), "enterprises"
        part, whole = (_whole(self.study, one) for one in (selection, base))
        if condition := astray(part.address(measure), whole.address(measure)):
            what = "rate: {base_label} do not all lie inside {name}; allowed: a numerator that keeps to its base ({condition})"
            own = base_label(self.study, selection)
            raise WorkbookError(said(what, base_label=own, name=name, condition=condition))
        return Rate(self.count(measure, part), self.count(measure, whole), name)


def _whole(study: Study, selection: Selection) -> Selection:
    """All categories, or all districts, named one by one are the same as no condition; ids are the study's."""
    known_ids(study, selection)
    changes: dict[str, Any] = {}
    for name, known in (("categories", study.settings.categories), ("districts", study.districts)):
        chosen = getattr(selection, name)
        if chosen and set(chosen) == {row.id for row in known}:
            changes[name] = ()
    return selection.but(**changes) if changes else selection


_CAPS = {
    "staff_from": STAFF_CAP,
    "staff_to": STAFF_CAP - 1,
    "members_from": MEMBERS_CAP,
    "full_members_from": MEMBERS_CAP,
}


def _check(measure: str, selection: Selection) -> None:
    among(measure, MEASURES, what="measure")
    for name, cap in _CAPS.items():
        if not 0 <= (value := getattr(selection, name)) <= cap:
            raise ParameterError(said("{name}: {value}; allowed: 0 to {cap}", name=name, value=value, cap=cap))


def _label(study: Study, measure: str, selection: Selection) -> Label:
    return base_label(study, selection, of=measure, place=place_label(study, selection))


def figures_of(study: Study, counted: Mapping[str, Asked]) -> dict[Asked, str]:
    """The counts of cells for which a figure of the study's own place and period was published, with the figure's id.

    Parameters
    ----------
    counted
        By indicator, what it counts.
    """
    found: dict[Asked, str] = {}
    for figure in study.figures.values():
        if figure.indicator in counted and study.is_own(figure):
            measure, selection = counted[figure.indicator]
            if (narrowed := _narrowed(study, figure, selection)) is not None:
                found[measure, narrowed] = figure.id
    return found


def _narrowed(study: Study, figure: Figure, selection: Selection) -> Selection | None:
    if figure.category == "all":
        return selection
    if figure.category in {row.id for row in study.settings.categories}:
        return selection.but(categories=(figure.category,))
    return None if figure.staff_from is None else selection.but(staff_from=figure.staff_from)
