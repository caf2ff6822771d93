"""Which of the counts that go out together may be printed: none of a few enterprises, and none that gives one away.

The threshold rule withholds every count from 1 to below the threshold, and protects every difference of published
counts that is so small. Further counts are withheld, those that cost least, until nothing withheld can be pinned down:
for what is small every value from 0 to the threshold stays possible, for any other withheld count a range as wide as
the threshold.

A study's **screen** is such a choice for all that its papers usually count, made once: papers that keep to it can lie
side by side. A paper that counts more is protected on top of the screen, which it takes as it stands.

Source: Handbook on Statistical Disclosure Control, chapters 4 and 5; Fischetti and Salazar 2000, Management Science
46:1008. The choice is made by the linear relaxation of their model: the cheapest change of published counts that lets
one small group move, one group after another, part by part in large tables; what proves needless is given back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from analysis.coverage.cells import Cells
from analysis.coverage.disclosure.attack import Audit, Seen, audit
from analysis.coverage.disclosure.regions import linked
from analysis.coverage.disclosure.tables import THRESHOLD, Flags, LinkedTables
from analysis.coverage.selection import Selection
from analysis.errors import WorkbookError

MOST_TRIALS = 200_000  # counts times regions times trials: small tables are tried whole


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


def protect(tables: LinkedTables, withheld: Flags | None = None) -> Flags:
    """Choose which counts to withhold, of shape (counts,). The same tables give the same choice.

    Parameters
    ----------
    withheld
        Counts that are withheld in any case.

    Examples
    --------
    >>> from analysis.coverage.disclosure.tables import sparse
    >>> contents = [[1, 1, 1, 1], [1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 0, 1], [1, 0, 0, 0]]
    >>> names = ("all", "first row", "second row", "first column", "second column", "last", "first")
    >>> linked = LinkedTables(sparse(np.array(contents)), np.array([30, 45, 25, 4]), names)
    >>> found = protect(linked)
    >>> [name for name, flag in zip(linked.names, found, strict=True) if flag]
    ['last', 'first']
    >>> audit(linked, found).exposed
    ()
    """
    nothing = np.zeros(len(tables.names), dtype=bool)
    if not tables.threshold:
        return nothing
    fixed = tables.primary | (nothing if withheld is None else withheld)
    seen, chosen = Seen(tables), fixed.copy()
    for number in seen.apart:
        _widen_part(seen, number, chosen)
    helpless = np.zeros(len(seen.true), dtype=bool)
    while (narrow := seen.narrow(chosen) & ~helpless).any():
        for row in np.flatnonzero(narrow).tolist():
            if seen.narrow(chosen)[row] and not seen.look(row, chosen):
                helpless[row] = not _widen(seen, row, chosen, seen.within(row))
    return _given_back(seen, fixed, chosen)


def _widen_part(seen: Seen, number: int, withheld: Flags) -> None:
    """Withhold, in place, what lets the groups of a part range; those that nothing in it helps stay narrow."""
    own = seen.parts[number].is_own.copy()
    while len(rows := np.flatnonzero(seen.narrow(withheld) & own)):
        seen.sweep(number, withheld)
        for row in np.flatnonzero(seen.narrow(withheld) & own)[: max(len(rows) // 8, 8)].tolist():
            own[row] = not seen.narrow(withheld)[row] or _widen(seen, row, withheld, (number,))


def _widen(seen: Seen, row: int, withheld: Flags, parts: Iterable[int]) -> bool:
    """Withhold, in place, at the least cost, what lets one group range as widely as it must; false where nothing can."""
    for number in parts:
        part = seen.parts[number]
        for side, sign in enumerate((1.0, -1.0)):
            by = sign * float(seen.lacking()[side][row])
            found = part.bent(part.weights[[row]], by, withheld) if by else None
            if found is not None:
                move, given = found
                withheld[given] = True
                seen.see(number, move)
        if not seen.narrow(withheld)[row]:
            return True
    return False


def _given_back(seen: Seen, fixed: Flags, withheld: Flags) -> Flags:
    """Publish what need not be withheld after all, the greatest counts first; in large tables, only so many are tried."""
    tables, helpless, kept = seen.tables, seen.narrow(withheld), withheld.copy()
    order = sorted(np.flatnonzero(withheld & ~fixed).tolist(), key=lambda row: (-tables.totals[row], row))
    for row in order[: MOST_TRIALS // (len(tables.names) * len(tables.regions))]:
        trial, known = kept.copy(), seen.with_published(row)
        trial[row] = False
        if all(helpless[one] for one in known.exposed(trial)):
            kept, seen = trial, known
    return kept
