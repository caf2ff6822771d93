"""How many of n: the expected number for a mean-field path, or a draw by inversion of one uniform for each event.

Every draw consumes its random numbers whatever comes of them, so that two scenarios under one seed meet the same luck
(common random numbers) and differ by their levers alone.

More of a lever that helps, all else and the luck the same, and what it does to the enterprises covered and to those with
an instructor:

- Without chance it lowers them under no draw of the assumptions (`EXPECTED`). Tests over drawn states, values and
  assumptions bear that out; it is not proved.
- With chance it lowers neither their mean nor any quantile of the draws beyond the error of paired draws: Efron's bound on
  a sum of symmetric differences, McNemar's on how many draws cross a line. Where joint organisations are founded, the
  places of one of them come on top, since whole ones are founded.
- In a single draw it can lower them, and no coupling of the draws could prevent that. Take two enterprises, three free
  places, one organisation of two places a year, and let every enterprise open another: if one of the two founds its own,
  the first year needs no joint organisation; if it does not, one is founded, and its second place covers an enterprise of
  the next year, when there are too few. Nothing is left to chance there: seven are covered without that founding, six
  with it. A closer coupling of what is left to chance would not mend that.

So scenarios are compared over the draws, never on one of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]
Uniforms = np.ndarray[Any, np.dtype[np.floating[Any]]]

EXACT_BELOW = 4.0  # variance under which a binomial is inverted exactly
SHAPES = (0.05, 20.0)  # the least and the most even that members of a pool are taken to be


class Chance:
    """What decides how many: here expected numbers, as a mean field takes them, and nothing left to chance."""

    def some(self, of: Array, probability: Array | float) -> Array:
        """How many of these an event befalls, each with the probability."""
        return of * probability

    def portion(self, of: Array, moved: Array, whole: Array, *, shape: float) -> Array:
        """The part of a pool of people that goes with some of the enterprises that hold it: in the mean the same share.

        `shape` is how unevenly they hold it: the shape of a negative binomial distribution.
        """
        return np.asarray(of * (moved / np.where(whole > 0, whole, 1.0)))

    def whole(self, of: Array) -> Array:
        """A number of things to found: rounded up where things are counted one by one."""
        return of

    def fill(self, room: Array, slots: Array) -> Array:
        """Slots of each place spread over its cells in proportion to their room, none beyond it.

        `room` has the axes (place, …, draw), `slots` (place, draw).
        """
        return (_flat(room) * _part(room, slots)).reshape(room.shape) if slots.any() else np.zeros(room.shape)


class Drawn(Chance):
    """Chance from a generator, or from several that each decide an equal part of the draws; the numbers stay whole.

    Examples
    --------
    >>> drawn = Drawn(np.random.default_rng(1))
    >>> drawn.some(np.array([1000.0, 3.0, 0.0]), np.array(0.5)).tolist()
    [499.0, 2.0, 0.0]
    """

    def __init__(self, *rngs: np.random.Generator) -> None:
        self._rngs = rngs

    def some(self, of: Array, probability: Array | float) -> Array:
        """Binomial."""
        return binomial(of, np.asarray(probability, dtype=float), self._uniforms(of.shape, np.float32))

    def portion(self, of: Array, moved: Array, whole: Array, *, shape: float) -> Array:
        """The same share in the mean, and as uncertain as where enterprises hold uneven parts of the pool."""
        luck, found = self._uniforms(of.shape).reshape(-1), np.zeros(of.size)
        moved, whole = (np.broadcast_to(one, of.shape).reshape(-1) for one in (moved, whole))
        at = np.flatnonzero((of.reshape(-1) > 0) & (moved > 0))  # most cells are empty
        found[at] = urn(of.reshape(-1)[at], moved[at], whole[at], luck[at], shape=shape)
        return found.reshape(of.shape)

    def whole(self, of: Array) -> Array:
        """Rounded up."""
        return np.ceil(of)

    def fill(self, room: Array, slots: Array) -> Array:
        """Systematic sampling: the whole slots to the last one, and no cell beyond its room."""
        start = self._uniforms((room.shape[0], 1, room.shape[-1]))
        if not slots.any():
            return np.zeros(room.shape)
        flat = _flat(room)
        held = np.flatnonzero(flat.any(axis=(0, 2)))  # most cells are empty in every draw
        some = flat[:, held]
        steps = np.floor(np.cumsum(some * _part(some, slots), axis=1) + start)
        taken = np.zeros(flat.shape)
        taken[:, held] = np.minimum(np.diff(steps, axis=1, prepend=0.0), some)
        return taken.reshape(room.shape)

    def _uniforms(self, shape: tuple[int, ...], kind: type[np.floating[Any]] = np.float64) -> Uniforms:
        """Uniforms of a shape, each generator's for its part of the last axis."""
        own = (*shape[:-1], shape[-1] // len(self._rngs))
        parts = [rng.random(own, dtype=kind) for rng in self._rngs]
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=-1)


EXPECTED = Chance()


def binomial(n: Array, p: Array, luck: Uniforms) -> Array:
    """Binomial quantiles of uniforms: the same uniform gives the same luck, whatever n and p.

    Where the variance is `EXACT_BELOW` or more: the Cornish-Fisher expansion to its second term, rounded. Below: the
    distribution summed from zero until it reaches the uniform.

    `n` are whole numbers, `luck` uniforms of their shape from 0 to below 1, and `p` is broadcast against them. Whole numbers
    from 0 to n come back.

    Source: Cornish and Fisher (1938), Revue de l'Institut International de Statistique 5, 307.

    Examples
    --------
    >>> binomial(np.array([10.0, 1e6]), np.array(0.5), np.array([0.5, 0.5])).tolist()
    [5.0, 500000.0]
    """
    found = np.zeros(n.shape)
    at = np.flatnonzero(n > 0)  # most cells are empty
    with np.errstate(divide="ignore"):
        none = np.log1p(-p)  # of the few probabilities there are: they are looked up, not spread over the cells
    row, draw = np.divmod(at, n.shape[-1])
    width = p.shape[-1] if p.ndim else 1
    first = np.broadcast_to(np.arange(0, p.size, width).reshape(p.shape[:-1]), n.shape[:-1]).reshape(-1)
    of = first[row] + (draw if width > 1 else 0)
    many, luck = n.reshape(-1)[at], luck.reshape(-1)[at]
    found.reshape(-1)[at] = _quantiles(many, p.reshape(-1)[of], none.reshape(-1)[of], luck)
    return found


def urn(people: Array, moved: Array, whole: Array, luck: Uniforms, *, shape: float) -> Array:
    """How many of a pool of people go with some of its enterprises: whole, with Polya's mean and variance.

    Negative binomial numbers of one shape, given their sum, are Polya's urn, and a part of them is beta-binomial. Its two
    moments are kept: by a uniform distribution where one fits into what there can be, else by two values.

    Source: Eggenberger and Pólya (1923), Zeitschrift für angewandte Mathematik und Mechanik 3, 279.

    Examples
    --------
    >>> urn(np.array([100.0, 7.0]), np.array([5.0, 3.0]), np.array([10.0, 3.0]), np.array([0.5, 0.1]), shape=1).tolist()
    [50.0, 7.0]
    """
    share, weight = moved / whole, whole * shape
    mean = people * share
    variance = mean * (1 - share) * (people + weight) / (1 + weight)
    deviation = np.sqrt(variance)
    below = np.minimum(deviation, mean)
    above = np.minimum(variance / np.where(below > 0, below, 1.0), people - mean)
    below = variance / np.where(above > 0, above, np.inf)
    two = np.where(luck * (above + below) < above, -below, above)
    broad = np.sqrt(3.0) * deviation
    drawn = mean + np.where(broad <= np.minimum(mean, people - mean), broad * (2 * luck - 1), two)
    fine = luck * 2.0**20  # what the first digits leave of the uniform decides how the number is rounded
    return np.asarray(np.clip(np.floor(drawn + (fine - np.floor(fine))), 0.0, people))


def shapes(top: Array, beyond: Array, squares: Array, *, exactly: float) -> tuple[float, float]:
    """The shapes at which members beyond, negative binomial of each cell's mean, are none as often, and vary as much."""
    n = top[top > 0]
    mean = beyond[top > 0] / n
    varying = float((squares[top > 0] - n * mean * mean).sum())
    return (
        _where_falls_to(exactly, lambda shape: float(n @ (shape / (shape + mean)) ** shape)),
        _where_falls_to(varying, lambda shape: float((n * mean * (mean + shape) * (n - 1) / (1 + n * shape)).sum())),
    )


def _where_falls_to(wanted: float, falling: Callable[[float], float]) -> float:
    """Where a function that falls comes down to a value, by halving; geometric where it is nought from the beginning."""
    low, high = SHAPES
    if falling(low) <= 0:
        return 1.0
    for _ in range(40):
        middle = float(np.sqrt(low * high))
        low, high = (middle, high) if falling(middle) > wanted else (low, middle)
    return low


def one_or_more(members: Array, rate: Array) -> tuple[Array, Array]:
    """The chance of one event or more among so many members, and of a second then, which keeps the mean.

    Exact for two members; of more, a third event counts with the second. Shape (class, holding or 1, 1, draw).
    """
    flat = (rate if rate.ndim == 3 else rate[None, None, :])[None]
    number = members[:, None, None, None]
    any_of = 1 - (1 - flat) ** number
    return any_of, np.clip((number * flat - any_of) / np.where(any_of > 0, any_of, 1.0), 0.0, 1.0)


def _quantiles(n: Array, p: Array, none: Array, luck: Uniforms) -> Array:
    """Quantiles of cells in a row; `none` is the logarithm of one less the probability."""
    mean = n * p
    variance = mean * (1 - p)
    found = mean  # where nothing is left to chance
    small = np.flatnonzero((variance > 0) & (variance < EXACT_BELOW))
    large = np.flatnonzero(variance >= EXACT_BELOW)
    fine = luck.astype(float) + 2.0**-25  # the middle of the step of a single-precision uniform: never 0, never 1
    found[large] = _expanded(n[large], p[large], variance[large], fine[large])
    rare = p[small] <= 0.5
    common = small[~rare]
    found[small] = _summed(n[small], p[small], none[small], fine[small])
    if common.size:
        found[common] = n[common] - _summed(n[common], 1 - p[common], np.log(p[common]), 1 - fine[common])
    return found


def _expanded(n: Array, p: Array, variance: Array, luck: Array) -> Array:
    from scipy.special import ndtri

    z = ndtri(luck)
    found = np.sqrt(variance - 1 / 12) * z  # rounding adds a twelfth back (Sheppard)
    found += n * p + (1 - 2 * p) * (z * z - 1) / 6 + 0.5
    return np.asarray(np.clip(np.floor(found), 0, n))


def _summed(n: Array, p: Array, none: Array, luck: Array) -> Array:
    mass = np.exp(n * none)
    rest = luck - mass
    found = np.zeros_like(n)
    at = np.flatnonzero((rest > 0) & (p <= 0.5))
    left, odds, mass, rest = n[at] + 1, (p[at] / (1 - p[at])), mass[at], rest[at]
    k = 0.0
    while at.size:
        k += 1
        mass *= (left / k - 1) * odds
        rest -= mass
        found[at] = k
        alive = np.flatnonzero((rest > 0) & (mass > 1e-300))
        if alive.size < at.size:
            at, left, odds, mass, rest = at[alive], left[alive], odds[alive], mass[alive], rest[alive]
    return np.asarray(np.minimum(found, n))  # beyond n the mass is nought, and ends the sum one too late


def _flat(room: Array) -> Array:
    return room.reshape(room.shape[0], -1, room.shape[-1])


def _part(room: Array, slots: Array) -> Array:
    """Slots over room in all, from 0 to 1: (place, 1, draw)."""
    whole = _flat(room).sum(axis=1, keepdims=True)
    part: Array = np.clip(np.minimum(slots[:, None], whole) / np.where(whole > 0, whole, 1.0), 0.0, 1.0)
    return part
