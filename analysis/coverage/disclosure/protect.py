"""What may be published: no count of a few enterprises, and none that others give away.

The threshold rule withholds every count from 1 to below the threshold, and protects every difference of published
counts that is so small. Further counts are withheld, those that cost least, until nothing withheld can be pinned down:
for what is small every value from 0 to the threshold stays possible, for any other withheld count a range as wide as
the threshold.

Source: Handbook on Statistical Disclosure Control, chapters 4 and 5; Fischetti and Salazar 2000, Management Science
46:1008. The choice is made by the linear relaxation of their model: the cheapest change of published counts that lets
one small group move, one group after another, part by part in large tables; what proves needless is given back.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from analysis.coverage.disclosure.attack import Seen
from analysis.coverage.disclosure.tables import Flags, LinkedTables

MOST_TRIALS = 200_000  # counts times regions times trials: small tables are tried whole


def protect(tables: LinkedTables, withheld: Flags | None = None) -> Flags:
    """Choose which counts to withhold, of shape (counts,). The same tables give the same choice.

    Parameters
    ----------
    withheld
        Counts that are withheld in any case.

    Examples
    --------
    >>> from analysis.coverage.disclosure.attack import audit
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
