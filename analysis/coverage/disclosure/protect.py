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

from collections.abc import Sequence

import numpy as np

from analysis.coverage.disclosure.attack import Seen, look, narrow, sweep
from analysis.coverage.disclosure.tables import THRESHOLD, Flags, Groups, LinkedTables

MOST_TRIALS = 200_000  # counts times regions times trials: small tables are tried whole


def protect(
    tables: LinkedTables, *, threshold: int = THRESHOLD, zeros: bool = False, withheld: Flags | None = None
) -> Flags:
    """Choose which counts to withhold, of shape (counts,). The same tables give the same choice.

    Parameters
    ----------
    threshold
        The smallest count that may be published; 0 withholds nothing.
    zeros
        Whether 0 is a small count too.
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
    if not threshold:
        return nothing
    fixed = tables.primary(threshold, zeros=zeros) | (nothing if withheld is None else withheld)
    seen, chosen = Seen(Groups.of(tables, threshold, zeros=zeros)), fixed.copy()
    _widen_all(seen, chosen)
    return _given_back(seen, fixed, chosen)


def _widen_all(seen: Seen, withheld: Flags) -> None:
    """Withhold more, in place, until no group is narrow; what is known from elsewhere no withholding can help."""
    helpless: set[int] = set()
    for number in seen.apart:
        _widen_part(seen, number, withheld)
    while rows := [row for row in seen.narrow(withheld).tolist() if row not in helpless]:
        for row in rows:
            if row in seen.narrow(withheld) and not look(seen, row, withheld) and not _widen(seen, row, withheld):
                helpless.add(row)


def _widen_part(seen: Seen, number: int, withheld: Flags) -> None:
    """Withhold, in place, what lets the groups of a part range; those that nothing in it helps stay narrow."""
    part = seen.parts[number]
    own = part.rows[part.is_own]
    while len(rows := seen.narrow_of(own, withheld)):
        sweep(seen, withheld, (number,))
        tried = seen.narrow_of(own, withheld)
        for row in tried[: max(len(rows) // 8, 8)].tolist():
            if row in seen.narrow(withheld) and not _widen(seen, row, withheld, (number,)):
                own = own[own != row]


def _widen(seen: Seen, row: int, withheld: Flags, parts: Sequence[int] = ()) -> bool:
    """Withhold, in place, at the least cost, what lets one group range as widely as it must; false where nothing can."""
    for number in parts or seen.within(row):
        part = seen.parts[number]
        for sign, lacking in ((1.0, 0), (-1.0, 1)):
            by = sign * seen.lacking(np.array([row]))[lacking]
            found = part.bent(part.weights[np.searchsorted(part.rows, [row])], by, withheld) if by.any() else None
            if found is not None:
                move, given = found
                withheld[given] = True
                seen.see(number, move)
        if row not in seen.narrow(withheld):
            return True
    return False


def _given_back(seen: Seen, fixed: Flags, withheld: Flags) -> Flags:
    """Publish what need not be withheld after all, the greatest counts first; in large tables, only so many are tried."""
    tables = seen.groups.tables
    helpless = set(seen.narrow(withheld).tolist())
    kept = withheld.copy()
    order = sorted(np.flatnonzero(withheld & ~fixed), key=lambda row: (-tables.totals[row], row))
    for row in order[: MOST_TRIALS // (len(tables.names) * len(tables.regions))]:
        trial, known = kept.copy(), seen.with_published(int(row))
        trial[row] = False
        if all(one in helpless for one in narrow(known, trial)):
            kept, seen = trial, known
    return kept
