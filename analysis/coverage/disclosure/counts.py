"""Which of the counts that go out together are withheld, by their addresses; and the audit of that choice.

A study's **screen** is such a choice for all that its papers usually count, made once: papers that keep to it can lie
side by side. A paper that counts more is protected on top of the screen, which it takes as it stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from analysis.coverage.cells import Cells
from analysis.coverage.disclosure.attack import Audit, audit
from analysis.coverage.disclosure.protect import protect
from analysis.coverage.disclosure.regions import linked
from analysis.coverage.disclosure.tables import THRESHOLD
from analysis.coverage.selection import Selection
from analysis.errors import WorkbookError
from analysis.messages import said


class DisclosureError(WorkbookError):
    """Counts cannot be published, not even in part, without giving single enterprises away."""


@dataclass(frozen=True, eq=False)
class Withheld:
    """The counts that may not be published, by address.

    Parameters
    ----------
    threshold
        The threshold rule's; 0 where it is off.
    primary
        Addresses of small counts.
    secondary
        Addresses of further counts, without which the small ones could be worked out.
    """

    threshold: int = 0
    primary: frozenset[str] = frozenset()
    secondary: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.primary or self.secondary)

    def __contains__(self, address: str) -> bool:
        return address in self.primary or address in self.secondary

    @property
    def addresses(self) -> frozenset[str]:
        """All of them."""
        return self.primary | self.secondary


NOTHING_WITHHELD = Withheld()


@dataclass(frozen=True, eq=False)
class Screen:
    """A choice that is made already: of these addresses, which are withheld. All others of them may be printed.

    Parameters
    ----------
    narrowest
        A width that no interval a withheld count can be pinned to is below; none where nothing is withheld.
    exposed
        What can be worked out all the same.
    held
        How many counts are withheld because of what an earlier release printed and withheld.
    """

    addresses: frozenset[str] = frozenset()
    withheld: Withheld = NOTHING_WITHHELD
    narrowest: float | None = None
    exposed: tuple[str, ...] = ()
    held: int = 0

    @property
    def printed(self) -> frozenset[str]:
        """Those that may be printed."""
        return self.addresses - self.withheld.addresses

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
            return address not in self.withheld
        for several in ("districts", "categories"):
            if len(ids := getattr(selection, several)) > 1:
                return all(self.prints(measure, selection.but(**{several: (one,)})) for one in ids)
        return False


NO_SCREEN = Screen()


def withheld_of(
    cells: Cells,
    addresses: Iterable[str],
    *,
    known: Iterable[str] = (),
    threshold: int = THRESHOLD,
    screen: Screen = NO_SCREEN,
    also: Iterable[str] = (),
) -> Withheld:
    """Which counts at these addresses `cells:…` to withhold, if all of them are published together.

    Parameters
    ----------
    known
        Addresses whose count is known from published figures.
    screen
        What is decided already: its counts are published beside these, or withheld, as it says.
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
    >>> found = withheld_of(cells, ["cells:enterprises", "cells:enterprises?organisation=any"])
    >>> sorted(found.primary), sorted(found.secondary)
    (['cells:enterprises?organisation=any'], [])
    """
    every = sorted({*addresses, *screen.addresses, *known})
    if not every:
        return Withheld(threshold)
    tables, places = linked(cells, every, known=known)
    hidden, shown = (np.zeros(len(tables.names), dtype=bool) for _ in range(2))
    shown[[places[address] for address in screen.printed]] = True
    hidden[[places[address] for address in screen.addresses - screen.printed]] = True
    hidden &= ~shown
    hidden[[places[address] for address in also if address in places]] = True
    tables = replace(tables, known=tables.known | shown)
    found, primary = protect(tables, threshold=threshold, withheld=hidden & ~tables.known), tables.primary(threshold)
    small = frozenset(address for address, row in places.items() if found[row] and primary[row])
    return Withheld(threshold, small, frozenset(address for address, row in places.items() if found[row]) - small)


def refuse_nothing_left(addresses: Iterable[str], withheld: Withheld) -> None:
    """Refuse a paper that would have no number of enterprises.

    Raises
    ------
    DisclosureError
        When every count of enterprises among the addresses is withheld.
    """
    counts = [address for address in addresses if address.partition("?")[0] == "cells:enterprises"]
    if counts and all(address in withheld for address in counts):
        raise DisclosureError(
            said(
                "disclosure_threshold {threshold}: all {number} counts of enterprises would be withheld; nothing can be "
                "published of so few. Choose more districts or categories, or a lower threshold",
                threshold=withheld.threshold,
                number=len(counts),
            )
        )


def audited(
    cells: Cells,
    addresses: Iterable[str],
    *,
    withheld: Iterable[str],
    known: Iterable[str] = (),
    threshold: int = THRESHOLD,
    exact: bool = True,
) -> Audit:
    """The audit of the counts at these addresses, as linked tables, given those that are withheld; see `audit`."""
    hidden = set(withheld)
    every = sorted({*addresses, *hidden, *known})
    if not every:
        return Audit(threshold, np.zeros(0), np.zeros(0), ())
    tables, places = linked(cells, every, known=known)
    published = {
        row for address, row in places.items() if address not in hidden
    }  # with two addresses, when one of them is
    flags = ~np.isin(np.arange(len(tables.names)), list(published)) & ~tables.known
    return audit(tables, flags, threshold=threshold, exact=exact)
