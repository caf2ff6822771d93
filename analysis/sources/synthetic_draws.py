"""Exact draws: so many rows of a table, the heavier the likelier."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.sources.apportion import Floats, Integers

Flags = NDArray[np.bool_]


def draw(number: int, log_weights: Floats, *, rng: np.random.Generator) -> Flags:
    """So many rows without replacement, the heavier the likelier (Efraimidis and Spirakis 2006).

    Parameters
    ----------
    number
        How many rows; fewer come back only where fewer may be drawn.
    log_weights
        Shape (n,), natural logarithms; minus infinity for a row that may not be drawn.

    Returns
    -------
    numpy.ndarray
        Shape (n,), true for the rows drawn. The generator gives one number a row whatever is drawn.

    Examples
    --------
    >>> int(draw(2, np.log([1.0, 5.0, 9.0, 0.5]), rng=np.random.default_rng(3)).sum())
    2
    """
    one_stratum = np.zeros(len(log_weights), dtype=np.int64)
    return draw_by_stratum(np.array([number]), one_stratum, log_weights, rng=rng)


def draw_by_stratum(numbers: Integers, strata: Integers, log_weights: Floats, *, rng: np.random.Generator) -> Flags:
    """As `draw`, so many rows from each stratum.

    Parameters
    ----------
    numbers
        Shape (strata,): how many rows of each.
    strata
        Shape (n,): each row's stratum, from 0.

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
