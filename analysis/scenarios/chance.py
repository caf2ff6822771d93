"""How many of n: the expected number for a mean-field path, or a draw by inversion of one uniform for each event.

Every draw consumes its random numbers whatever comes of them, so that two scenarios under one seed meet the same luck
(common random numbers) and differ by their levers alone.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]
Scores = np.ndarray[Any, np.dtype[np.floating[Any]]]

EXACT_BELOW = 4.0  # variance under which a binomial is inverted exactly


class Chance(Protocol):
    """What decides how many."""

    def some(self, of: Array, probability: Array | float) -> Array:
        """How many of these an event befalls, each with the probability."""

    def portion(self, of: Array, share: Array) -> Array:
        """The part of a pool of people that goes with a share of their enterprises."""

    def whole(self, of: Array) -> Array:
        """A number of things to found: rounded up where things are counted one by one."""

    def fill(self, room: Array, slots: Array) -> Array:
        """Slots of each place spread over its cells in proportion to their room, none beyond it.

        `room` has the axes (place, …, draw), `slots` (place, draw).
        """


class Expected:
    """No chance: expected numbers, as a mean field takes them."""

    def some(self, of: Array, probability: Array | float) -> Array:
        """The expected number."""
        return of * probability

    def portion(self, of: Array, share: Array) -> Array:
        """The same share of the people."""
        return of * share

    def whole(self, of: Array) -> Array:
        """As it is."""
        return of

    def fill(self, room: Array, slots: Array) -> Array:
        """The same share of every cell's room."""
        return (_flat(room) * _part(room, slots)).reshape(room.shape)


class Drawn:
    """Chance from a generator; the numbers stay whole.

    Examples
    --------
    >>> drawn = Drawn(np.random.default_rng(1))
    >>> drawn.some(np.array([1000.0, 3.0, 0.0]), np.array(0.5)).tolist()
    [527.0, 0.0, 0.0]
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng

    def some(self, of: Array, probability: Array | float) -> Array:
        """Binomial."""
        scores: Scores = np.asarray(self._rng.standard_normal(of.shape, dtype=np.float32))
        return binomial(of, np.asarray(probability, dtype=float), scores)

    def portion(self, of: Array, share: Array) -> Array:
        """Rounded up or down at random, so that the mean is the same share."""
        part: Array = np.floor(of * share + self._rng.random(of.shape))
        return np.minimum(part, of)

    def whole(self, of: Array) -> Array:
        """Rounded up."""
        return np.ceil(of)

    def fill(self, room: Array, slots: Array) -> Array:
        """Systematic sampling: the whole slots to the last one, and no cell beyond its room."""
        start = self._rng.random((room.shape[0], 1, room.shape[-1]))
        steps = np.floor(np.cumsum(_flat(room) * _part(room, slots), axis=1) + start)
        taken: Array = np.diff(steps, axis=1, prepend=0.0).reshape(room.shape)
        return np.minimum(taken, room)


EXPECTED = Expected()


def binomial(n: Array, p: Array, z: Scores) -> Array:
    """Binomial quantiles at standard normal scores: the same score gives the same luck, whatever n and p.

    Where the variance is `EXACT_BELOW` or more: the Cornish-Fisher expansion to its second term, rounded. Below: the
    distribution summed from zero until it reaches the score.

    Parameters
    ----------
    n, p, z
        Whole numbers, probabilities and scores; p is broadcast against n.

    Returns
    -------
    array
        Whole numbers from 0 to n.

    Source: Cornish and Fisher (1938), Revue de l'Institut International de Statistique 5, 307.

    Examples
    --------
    >>> binomial(np.array([10.0, 1e6]), np.array(0.5), np.array([0.0, 0.0])).tolist()
    [5.0, 500000.0]
    """
    found = np.zeros(n.shape)
    at = np.flatnonzero(n)  # most cells are empty
    many = n.reshape(-1)[at]
    found.reshape(-1)[at] = _quantiles(many, np.broadcast_to(p, n.shape).reshape(-1)[at], z.reshape(-1)[at])
    return found


def _quantiles(n: Array, p: Array, z: Scores) -> Array:
    mean = n * p
    variance = mean * (1 - p)
    found = np.sqrt(np.maximum(variance - 1 / 12, 0.0))  # rounding adds a twelfth back (Sheppard)
    found *= z
    found += mean
    found += (1 - 2 * p) * (z * z - 1) / 6 + 0.5
    np.floor(found, out=found)
    np.clip(found, 0, n, out=found)
    np.copyto(found, mean, where=variance == 0)
    small = np.flatnonzero((variance > 0) & (variance < EXACT_BELOW))
    if small.size:
        found[small] = _exact(n[small], p[small], z[small].astype(float))
    return found


def _exact(n: Array, p: Array, z: Array) -> Array:
    """Inversion by summing from zero, the rarer outcome counted."""
    rare = p <= 0.5
    counted = _summed(n, np.where(rare, p, 1 - p), np.where(rare, z, -z))
    return np.where(rare, counted, n - counted)


def _summed(n: Array, p: Array, z: Array) -> Array:
    from scipy.special import ndtr

    mass = np.exp(n * np.log1p(-p))
    rest = ndtr(z) - mass
    found = np.zeros_like(n)
    at = np.flatnonzero(rest > 0)
    n, odds, mass, rest = n[at], (p / (1 - p))[at], mass[at], rest[at]
    k = 0.0
    while at.size:
        k += 1
        mass *= (n - (k - 1)) / k * odds
        rest -= mass
        found[at] = k
        alive = np.flatnonzero((rest > 0) & (n > k) & (mass > 1e-300))
        if alive.size < at.size:
            at, n, odds, mass, rest = at[alive], n[alive], odds[alive], mass[alive], rest[alive]
    return found


def _flat(room: Array) -> Array:
    return room.reshape(room.shape[0], -1, room.shape[-1])


def _part(room: Array, slots: Array) -> Array:
    """Slots over room in all, from 0 to 1: (place, 1, draw)."""
    whole = _flat(room).sum(axis=1, keepdims=True)
    part: Array = np.clip(slots[:, None] / np.where(whole > 0, whole, 1.0), 0.0, 1.0)
    return part
