"""Whole numbers that keep their totals: largest remainders, bounded shares, tables with both margins, draws of rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.errors import ConsistencyError
from analysis.messages import said

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

_NEGLIGIBLE = 1e-9


def largest_remainder(total: int, weights: Floats) -> Integers:
    """A total shared out in proportion to weights, by largest remainders with the Hare quota (Hamilton's method).

    Where all weights are 0 the shares are equal. Of equal remainders the first is served.

    Examples
    --------
    >>> largest_remainder(10, np.array([47000, 16000, 15900, 12000, 6000, 3100.0])).tolist()
    [5, 2, 1, 1, 1, 0]
    """
    weights = weights if weights.sum() > 0 else np.ones_like(weights)
    exact = total * (weights / weights.sum())
    counts = np.floor(exact + _NEGLIGIBLE).astype(np.int64)
    order = np.argsort(counts - exact, kind="stable")
    counts[order[: total - int(counts.sum())]] += 1
    return np.asarray(counts)


def cross_table(seed: Floats, column_totals: Integers) -> Integers:
    """A table of whole numbers with exact column totals, each column split as its seed column is.

    Iterative proportional fitting (Deming and Stephan 1940) of the seed to both margins, then controlled rounding of the
    fractions that remain (Cox and Ernst 1982), both by humanleague. The row totals are not given: they are what the
    seed's column shares imply, by largest remainders. A seed of ones is independence: it adds no knowledge of how rows
    and columns go together. Should no rounding keep both margins, the row totals give way and the columns stay exact.
    Of the seed only the shares within a column count.

    Examples
    --------
    >>> cross_table(np.array([[2.0, 1.0], [1.0, 1.0]]), np.array([10, 5])).sum(axis=0).tolist()
    [10, 5]
    """
    shares = seed / np.where(seed.sum(axis=0) > 0, seed.sum(axis=0), 1)
    shares[:, seed.sum(axis=0) == 0] = 1 / len(seed)
    exact = shares * column_totals
    by_column = np.column_stack(
        [largest_remainder(int(total), share) for total, share in zip(column_totals, shares.T, strict=True)]
    )
    if not exact.any():
        return by_column
    row_totals = largest_remainder(int(column_totals.sum()), exact.sum(axis=1))
    fitted = proportional_fit(exact, row_totals, column_totals)
    rounded = None if fitted is None else controlled_rounding(fitted)
    kept = rounded is not None and (rounded.sum(axis=0) == column_totals).all() and (rounded >= 0).all()
    return by_column if rounded is None or not kept else rounded


def proportional_fit(seed: Floats, row_totals: Integers, column_totals: Integers) -> Floats | None:
    """A seed table scaled to both margins by iterative proportional fitting; nothing where it does not converge.

    Examples
    --------
    >>> proportional_fit(np.ones((2, 2)), np.array([52, 48]), np.array([87, 13]))
    array([[45.24,  6.76],
           [41.76,  6.24]])
    """
    import humanleague

    margins = [_in_rows(totals) for totals in (row_totals, column_totals)]
    fitted, found = humanleague.ipf(_in_rows(seed), [[0], [1]], margins)
    return np.asarray(fitted) if found["conv"] else None


def controlled_rounding(table: Floats) -> Integers | None:
    """A table rounded so that its whole-number margins stay as they are; nothing where the search finds no such table.

    Only what lies above the whole part of each cell is searched for, so large cells move as little as small ones.

    Examples
    --------
    >>> controlled_rounding(np.array([[100.5, 0.5], [0.5, 0.5]])).sum(axis=0).tolist()
    [101, 1]
    """
    import humanleague

    whole = np.floor(table + _NEGLIGIBLE)
    fractions = np.clip(table - whole, 0, None)
    margins = [np.rint(fractions.sum(axis=1 - axis)) for axis in (0, 1)]
    if not margins[0].any():
        return whole.astype(np.int64)
    rounded, found = humanleague.integerise(_in_rows(fractions))
    kept = all((rounded.sum(axis=1 - axis) == margins[axis]).all() for axis in (0, 1))
    return (whole + rounded).astype(np.int64) if found["conv"] and kept else None


def _in_rows(table: Floats | Integers) -> Floats:
    """The table as humanleague reads memory: row by row, whatever order it was made in."""
    return np.ascontiguousarray(table, dtype=np.float64)


def apportion(
    total: int, weights: Floats, *, lowest: Integers, highest: Integers, rng: np.random.Generator
) -> Integers:
    """A total shared out in proportion to weights within bounds, rounded at random with expectation kept.

    Each share is `clip(scale * weight, lowest, highest)` with the one scale that meets the total; its fractions are
    rounded by systematic sampling (Madow 1949), which takes one uniform number whatever the total is.

    Raises
    ------
    ConsistencyError
        When the bounds do not hold the total.

    Examples
    --------
    >>> bounds = {"lowest": np.array([3, 0, 0]), "highest": np.array([9, 2, 9])}
    >>> apportion(10, np.array([1.0, 5.0, 5.0]), **bounds, rng=np.random.default_rng(1)).tolist()
    [3, 2, 5]
    """
    uniform = rng.random()
    if not lowest.sum() <= total <= highest.sum():
        what = "{total:,} cannot be shared out: its parts add up to {lowest:,} to {highest:,}"
        raise ConsistencyError(said(what, total=total, lowest=lowest.sum(), highest=highest.sum()))
    if total == lowest.sum():
        return lowest.astype(np.int64)
    heaviest = weights.max(initial=0)
    whole = weights / heaviest if heaviest > np.finfo(float).tiny else np.ones_like(weights)
    # a weight of nothing still gives way last when the bounds demand it
    shares = _scaled(total, np.maximum(whole, 1e-6), lowest, highest)
    counts = np.floor(shares + _NEGLIGIBLE).astype(np.int64)
    fractions = np.where(shares - counts > _NEGLIGIBLE, shares - counts, 0.0)
    left = total - int(counts.sum())
    if left == 0:
        return counts
    cumulated = np.cumsum(fractions)
    cumulated *= left / cumulated[-1]
    cumulated[cumulated > left - _NEGLIGIBLE] = left
    picked = np.floor(cumulated + uniform).astype(np.int64)
    return counts + np.diff(picked, prepend=0)


def _scaled(total: int, weights: Floats, lowest: Integers, highest: Integers) -> Floats:
    """`clip(scale * weights, lowest, highest)` adding up to the total: the sum is linear in the scale between breaks.

    Breaks beyond the scale that is looked for change nothing, and all at nought count as one: only those between are sorted.
    """
    least, most = lowest.astype(np.float64), highest.astype(np.float64)
    scales = np.concatenate([least / weights, most / weights])
    signed = np.concatenate([weights, -weights])
    nought = scales == 0
    near = np.flatnonzero(~nought & (scales <= _beyond(total, weights, least, most)))
    order = near[np.argsort(scales[near], kind="stable")]
    at_nought = signed[nought].cumsum()[-1:]
    breaks = np.concatenate([np.zeros(len(at_nought)), scales[order]])
    slopes = np.concatenate([at_nought, signed[order]]).cumsum()
    sums = lowest.sum() + np.concatenate([[0.0], np.cumsum(slopes[:-1] * np.diff(breaks))])
    last = min(int(np.searchsorted(sums, total, side="right")), len(sums)) - 1
    scale = breaks[last] + ((total - sums[last]) / slopes[last] if slopes[last] > _NEGLIGIBLE else 0.0)
    shares = np.clip(scale * weights, least, most)
    # The running sums lose a few digits over many rows; what they lost goes to the rows that are free to move.
    free = (shares > least) & (shares < most)
    lost = total - shares.sum()
    correction = lost / weights[free].sum() if free.any() else 0.0
    return np.asarray(np.clip((scale + correction) * weights, least, most), dtype=np.float64)


def _beyond(total: int, weights: Floats, least: Floats, most: Floats) -> float:
    """A scale that gives more than the total, by more than running sums can lose; infinity where none does."""
    scale, whole = total / weights.sum(), float(most.sum())
    while (given := float(np.clip(scale * weights, least, most).sum())) < whole:
        if given > total * (1 + 1e-6) + 1:
            return float(scale)
        scale *= 2
    return float("inf")


def draw(number: int, log_weights: Floats, *, rng: np.random.Generator) -> Flags:
    """So many rows without replacement, the heavier the likelier (Efraimidis and Spirakis 2006).

    The weights are natural logarithms, minus infinity for a row that may not be drawn; fewer come back only where fewer
    may be drawn. The generator gives one number a row whatever is drawn.

    Examples
    --------
    >>> int(draw(2, np.log([1.0, 5.0, 9.0, 0.5]), rng=np.random.default_rng(3)).sum())
    2
    """
    one_stratum = np.zeros(len(log_weights), dtype=np.int64)
    return draw_by_stratum(np.array([number]), one_stratum, log_weights, rng=rng)


def draw_by_stratum(numbers: Integers, strata: Integers, log_weights: Floats, *, rng: np.random.Generator) -> Flags:
    """As `draw`, so many rows from each stratum; `strata` is each row's, from 0.

    Examples
    --------
    >>> drawn = draw_by_stratum(np.array([1, 0]), np.array([0, 0, 1]), np.zeros(3), rng=np.random.default_rng(3))
    >>> int(drawn[:2].sum()), bool(drawn[2])
    (1, False)
    """
    scores = log_weights + rng.gumbel(size=len(log_weights))
    drawn = np.zeros(len(scores), dtype=np.bool_)
    may_be = np.flatnonzero(np.isfinite(scores))
    for stratum, number in enumerate(numbers):
        rows = may_be if len(numbers) == 1 else may_be[strata[may_be] == stratum]
        drawn[rows[_largest(scores[rows], max(int(number), 0))]] = True
    return drawn


def _largest(scores: Floats, number: int) -> Integers:
    """The positions of so many of the largest scores; of equal ones the first."""
    if number >= len(scores):
        return np.arange(len(scores))
    if not number:
        return np.arange(0)
    least = np.partition(scores, len(scores) - number)[len(scores) - number]
    above, equal = np.flatnonzero(scores > least), np.flatnonzero(scores == least)
    return np.concatenate([above, equal[: number - len(above)]])
