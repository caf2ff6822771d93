"""One post-holder for secretary and union chair: counted of enterprises, where the register has the column."""

from __future__ import annotations

from analysis.coverage.counting import Counter
from analysis.coverage.selection import EVERYTHING, Selection
from analysis.quantities import Rate

EVIDENCE = "secretary_chairs"  # what measures name as their evidence: a published figure, or this count


def secretary_chairs(counter: Counter, within: Selection = EVERYTHING) -> Rate | None:
    """Enterprises where the organisation's secretary also chairs the trade union.

    Returns
    -------
    Rate or None
        Over the enterprises with an organisation, and with a union where the register has that column: its base says
        which. None where the register has no column `secretary_chairs_union`, or nothing is counted row by row.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> secretary_chairs(Counter(open_study("suzhou-2003"), None)) is None
    True
    """
    held = within.but(organisation="any")
    base = held.but(union="yes") if counter.knows("enterprises", held.but(union="yes")) else held
    chosen = base.but(secretary_chairs_union="yes")
    return counter.rate(chosen, base=base) if counter.knows("enterprises", chosen) else None
