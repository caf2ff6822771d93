"""What may be published: no count of a few enterprises, and none that others give away.

The threshold rule withholds every count from 1 to below the threshold, and protects every difference of published
counts that is so small. Further counts are withheld, those that cost least, until nothing withheld can be pinned down:
for what is small every value from 0 to the threshold stays possible, for any other withheld count a range as wide as
the threshold.

Source: Handbook on Statistical Disclosure Control, chapters 4 and 5; Fischetti and Salazar 2000, Management Science
46:1008. The choice is made by the linear relaxation of their model: the cheapest change of published counts that lets
one small group move, one group after another; what proves needless is given back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.coverage.disclosure_audit import Attacker, solved, sweep, widened
from analysis.coverage.disclosure_groups import CLOSE, THRESHOLD, Seen, ceiled, groups_of, small_flags
from analysis.coverage.disclosure_tables import Flags, LinkedTables, Real
from analysis.errors import ParameterError
from analysis.messages import said
from analysis.study_models import HIGHEST_DISCLOSURE_THRESHOLD

HIGHEST = HIGHEST_DISCLOSURE_THRESHOLD
MOST_WORK = 200_000  # counts times regions times trials: small tables are tried whole


@dataclass(frozen=True, eq=False)
class Protection:
    """Which counts of linked tables are withheld: shape (counts,) each.

    Parameters
    ----------
    primary
        Small themselves.
    withheld
        Those, and the further ones without which they could be worked out.
    """

    tables: LinkedTables
    threshold: int
    primary: Flags
    withheld: Flags


def checked_threshold(threshold: int) -> int:
    """The threshold, if it can be one.

    Raises
    ------
    ParameterError
        When it is no whole number from 0 to `HIGHEST`.
    """
    if isinstance(threshold, bool) or not isinstance(threshold, int) or not 0 <= threshold <= HIGHEST:
        allowed = said("a whole number from 0 to {highest}; 0 switches the rule off", highest=HIGHEST)
        raise ParameterError(
            said(
                'disclosure_threshold: "{threshold}" cannot be used; allowed: {allowed}',
                threshold=threshold,
                allowed=allowed,
            )
        )
    return threshold


def protect(
    tables: LinkedTables, *, threshold: int = THRESHOLD, zeros: bool = False, withheld: Flags | None = None
) -> Protection:
    """Choose what to withhold. The same tables give the same choice.

    Parameters
    ----------
    threshold
        The smallest count that may be published; 0 withholds nothing.
    zeros
        Whether 0 is a small count too.
    withheld
        Counts that are withheld in any case.

    Raises
    ------
    ParameterError
        When the threshold cannot be one.

    Examples
    --------
    >>> from analysis.coverage.disclosure_audit import audit
    >>> from analysis.coverage.disclosure_tables import crossed
    >>> linked = crossed(np.array([[30, 45, 60], [25, 4, 50]]), [(0, 1)])
    >>> found = protect(linked)
    >>> [name for name, flag in zip(linked.names, found.withheld, strict=True) if flag]
    ['0,0', '0,1', '1,0', '1,1']
    >>> audit(linked, found.withheld).exposed
    ()
    """
    primary = np.zeros(len(tables.names), dtype=bool)
    if not checked_threshold(threshold):
        return Protection(tables, 0, primary, primary)
    primary = small_flags(tables.totals, tables.behind, threshold, zeros=zeros) & ~tables.known
    groups = groups_of(tables, threshold=threshold, zeros=zeros)
    fixed = primary if withheld is None else primary | withheld
    seen, chosen = Seen.truth(groups), fixed.copy()
    _widen_all(seen, chosen)
    return Protection(tables, threshold, primary, _given_back(seen, fixed, chosen))


def _widen_all(seen: Seen, withheld: Flags) -> None:
    """Withhold more, in place, until no group is narrow; what is known from elsewhere no withholding can help."""
    helpless: set[int] = set()
    while True:
        sweep(seen, Attacker(seen.groups.tables, withheld))
        narrow = [row for row in seen.narrow(withheld) if row not in helpless]
        if not narrow:
            return
        for row in narrow:
            if row in seen.narrow(withheld) and not _widen(seen, int(row), withheld):
                helpless.add(int(row))


def _widen(seen: Seen, row: int, withheld: Flags) -> bool:
    """Withhold, in place, what lets one group range as widely as it must; false where nothing can."""
    groups = seen.groups
    if groups.small[row]:
        asked = [(1.0, float(groups.threshold))] * bool(seen.high[row] < groups.threshold - CLOSE)
        asked += [(-1.0, 0.0)] * bool(seen.low[row] > CLOSE)
    else:
        attacker = Attacker(groups.tables, withheld)
        for up in (False, True):
            seen.see(attacker.furthest(groups.weights[row], up=up))
        asked = [(1.0, float(ceiled(seen.low[row])) + groups.threshold)] * bool(row in seen.narrow(withheld))
    done = [_moved(seen, groups.weights[row], sign, to, withheld) for sign, to in asked]
    return all(done)


def _moved(seen: Seen, group: Real, sign: float, to: float, withheld: Flags) -> bool:
    """Withhold, in place, the published counts that must give way for a group to reach a value, at the least cost."""
    from scipy.sparse import csr_array, hstack

    tables = seen.groups.tables
    told = np.flatnonzero(~withheld)
    bend = np.flatnonzero(~withheld & ~tables.known)
    slack = csr_array((told[:, None] == bend[None, :]).astype(float))
    cost = tables.totals[bend] + 1.0
    found = solved(
        np.concatenate([np.zeros(len(tables.regions)), cost, cost]),
        A_ub=-sign * np.concatenate([group, np.zeros(2 * len(bend))])[None, :],
        b_ub=np.array([-sign * to]),
        A_eq=hstack([csr_array(tables.weights[told]), slack, -slack]) if len(told) else None,
        b_eq=tables.totals[told] if len(told) else None,
    )
    if found is None:
        return False
    regions = found[: len(tables.regions)]
    moved = np.abs(tables.weights[bend] @ regions - tables.totals[bend]) > CLOSE
    withheld[bend[moved]] = True
    seen.see(regions)
    return True


def _given_back(seen: Seen, fixed: Flags, withheld: Flags) -> Flags:
    """Publish what need not be withheld after all, the greatest counts first; in large tables, only so many are tried."""
    tables = seen.groups.tables
    helpless = set(seen.narrow(withheld).tolist())
    kept = withheld.copy()
    order = sorted(np.flatnonzero(withheld & ~fixed), key=lambda row: (-tables.totals[row], row))
    for row in order[: MOST_WORK // tables.weights.size]:
        trial, known = kept.copy(), seen.with_published(int(row))
        trial[row] = False
        if all(narrow in helpless for narrow in widened(known, Attacker(tables, trial))):
            kept, seen = trial, known
    return kept
