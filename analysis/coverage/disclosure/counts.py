"""Which of the counts that go out together may be printed, by their addresses; and the audit of that choice.

A study's **screen** is such a choice for all that its papers usually count, made once: papers that keep to it can lie
side by side. A paper that counts more is protected on top of the screen, which it takes as it stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from analysis.coverage.cells import Cells
from analysis.coverage.disclosure.attack import Audit, audit
from analysis.coverage.disclosure.protect import protect
from analysis.coverage.disclosure.regions import linked
from analysis.coverage.disclosure.tables import THRESHOLD
from analysis.coverage.selection import Selection
from analysis.errors import WorkbookError


class DisclosureError(WorkbookError):
    """Counts cannot be published, not even in part, without giving single enterprises away."""


@dataclass(frozen=True, eq=False)
class Screen:
    """A choice that is made: which counts at these addresses are withheld. All others of them may be printed.

    Parameters
    ----------
    primary
        Addresses of small counts.
    secondary
        Addresses of further counts, without which the small ones could be worked out.
    narrowest
        A width that no interval a withheld count can be pinned to is below; none where nothing is withheld.
    exposed
        What can be worked out all the same.
    held
        How many counts are withheld because of what an earlier release printed and withheld.
    """

    addresses: frozenset[str] = frozenset()
    primary: frozenset[str] = frozenset()
    secondary: frozenset[str] = frozenset()
    narrowest: float | None = None
    exposed: tuple[str, ...] = ()
    held: int = 0

    @cached_property
    def withheld(self) -> frozenset[str]:
        """Those that may not be published."""
        return self.primary | self.secondary

    @cached_property
    def printed(self) -> frozenset[str]:
        """Those that may be printed."""
        return self.addresses - self.withheld

    def prints(self, measure: str, selection: Selection) -> bool:
        """Whether a count may be printed, or is the sum of such of single districts, or of single categories.

        Examples
        --------
        >>> screen = Screen(frozenset({"cells:enterprises?districts=a", "cells:enterprises?districts=b"}))
        >>> [screen.prints("enterprises", Selection(districts=one)) for one in (("a",), ("a", "b"), ("a", "c"))]
        [True, True, False]
        """
        address = selection.address(measure)
        if address in self.addresses:
            return address in self.printed
        for several in ("districts", "categories"):
            if len(ids := getattr(selection, several)) > 1:
                return all(self.prints(measure, selection.but(**{several: (one,)})) for one in ids)
        return False


NO_SCREEN = Screen()


def screened(
    cells: Cells,
    addresses: Iterable[str],
    *,
    known: Iterable[str] = (),
    threshold: int = THRESHOLD,
    beside: Screen = NO_SCREEN,
    also: Iterable[str] = (),
) -> Screen:
    """Which counts at these addresses `cells:…` to withhold, if all of them are published together.

    Parameters
    ----------
    known
        Addresses whose count is known from published figures.
    beside
        What is decided already: its counts are published beside these, or withheld, as it says. The choice has them too.
    also
        Addresses to be withheld for another reason.

    Examples
    --------
    >>> row = dict(district="a", category="private", staff=40, members=5, full_members=4, organisation="independent",
    ...            joint_lead=0, instructor=1, five_good=1, directly_managed=0)
    >>> import pandas as pd
    >>> from analysis.coverage.cells import compress
    >>> from analysis.quantities import Status
    >>> few = [row] * 4 + [row | {"organisation": "none", "five_good": 0}] * 30
    >>> cells = Cells(compress(pd.DataFrame(few)), Status.COUNTED)
    >>> found = screened(cells, ["cells:enterprises", "cells:enterprises?organisation=any"])
    >>> sorted(found.primary), sorted(found.secondary)
    (['cells:enterprises?organisation=any'], [])
    """
    asked = beside.addresses.union(addresses)
    every = sorted(asked.union(known))
    if not every:
        return NO_SCREEN
    tables, places = linked(cells, every, known=known, threshold=threshold)

    def rows(named: Iterable[str]) -> np.ndarray:
        return np.isin(np.arange(len(tables.names)), [places[address] for address in named if address in places])

    shown = rows(beside.printed)
    tables = replace(tables, known=tables.known | shown)
    found = protect(tables, (rows(beside.withheld) & ~shown | rows(also)) & ~tables.known)
    withheld = frozenset(address for address, row in places.items() if found[row])
    small = frozenset(address for address in withheld if tables.primary[places[address]])
    return Screen(asked, small, withheld - small)


def audited(
    cells: Cells,
    addresses: Iterable[str],
    *,
    withheld: Iterable[str],
    known: Iterable[str] = (),
    threshold: int = THRESHOLD,
    exact: bool = True,
) -> Audit:
    """The audit of the counts at these addresses, as linked tables, given those that are withheld; see `audit`.

    A count that has two addresses is printed where one of them is.
    """
    hidden = set(withheld)
    every = sorted(hidden.union(addresses, known))
    if not every:
        return Audit(np.zeros(0), np.zeros(0), ())
    tables, places = linked(cells, every, known=known, threshold=threshold)
    printed = [row for address, row in places.items() if address not in hidden]
    return audit(tables, ~np.isin(np.arange(len(tables.names)), printed) & ~tables.known, exact=exact)
