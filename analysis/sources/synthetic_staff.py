"""Where the enterprises of a synthetic register are, and how many staff each has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from analysis.sources.apportion import Floats, Integers, cross_table, largest_remainder
from analysis.sources.synthetic_totals import Assumed, Totals
from analysis.study import Study

Random = np.random.Generator


@dataclass(frozen=True, eq=False)
class Enterprises:
    """The enterprises so far, one an entry: positions in the study's districts and categories, and staff."""

    district: Integers
    category: Integers
    staff: Integers


@dataclass(frozen=True)
class Ground:
    """What one stage is drawn from: the study without its assumptions, the totals, and the assumptions it rests on."""

    study: Study
    totals: Totals
    assumed: Assumed
    before: Mapping[str, Any]

    @property
    def enterprises(self) -> Enterprises:
        """The first stage."""
        return cast(Enterprises, self.before["staff"])

    def by_staff(self, name: str) -> Floats:
        """The logarithm of a propensity that grows with staff at this elasticity."""
        return np.asarray(self.assumed[name] * np.log(self.enterprises.staff))

    def by_category(self, prefix: str) -> Floats:
        """The logarithm of each enterprise's odds by its category."""
        odds = np.array([self.assumed[prefix + row.id] for row in self.study.settings.categories])
        return np.asarray(np.log(odds)[self.enterprises.category])

    def by_district(self, rng: Random) -> Floats:
        """An effect drawn for each district, on the logarithm of odds."""
        effects = rng.normal(0.0, self.assumed["district_spread"], len(self.study.districts))
        return np.asarray(effects[self.enterprises.district])


def district_table(study: Study, operating: dict[str, int]) -> Integers:
    """Operating enterprises by district and category.

    Categories add up exactly. Districts follow the shares that study.toml names for each category; a category without
    shares follows all others together, which is independence. The split is an assumption: it was never published.
    """
    totals = np.array(list(operating.values()), dtype=np.int64)
    columns = [row.district_share for row in study.settings.categories]
    seed = np.array([[getattr(row, name) if name else 0.0 for name in columns] for row in study.districts], dtype=float)
    sums = seed.sum(axis=0)
    known = seed[:, sums > 0] / sums[sums > 0] @ totals[sums > 0]
    seed[:, sums == 0] = (known if known.any() else np.ones(len(seed)))[:, None]
    return cross_table(seed, totals)


def draw_staff(ground: Ground, rng: Random) -> Enterprises:
    """One entry an enterprise, district by district, with staff that meet the published number of large ones."""
    totals, assumed = ground.totals, ground.assumed
    table = district_table(ground.study, dict(totals.operating))
    category = np.tile(np.arange(table.shape[1]), len(table)).repeat(table.ravel())
    district = np.repeat(np.arange(len(table)), table.sum(axis=1))
    staff = np.zeros(len(category), dtype=np.int64)
    largest = int(assumed["staff_largest"])
    cumulated = [
        size_distribution(mean=assumed[f"staff_mean_{name}"], tail=assumed[f"staff_tail_{name}"], largest=largest)
        for name in totals.operating
    ]
    threshold = totals.threshold or 1
    large = _large_by_category(totals, cumulated, threshold=threshold)
    for position, (name, sizes) in enumerate(zip(totals.operating, cumulated, strict=True)):
        many = int(large[position])
        split = float(sizes[threshold - 2]) if threshold > 1 else 0.0
        few = _quantiles(sizes, 0.0, split, totals.operating[name] - many, rng=rng)
        above = _quantiles(sizes, split, 1.0, many, rng=rng)
        drawn = np.concatenate([np.clip(few, 1, max(threshold - 1, 1)), np.maximum(above, threshold)])
        staff[category == position] = rng.permutation(drawn)
    return Enterprises(district, category, staff)


def size_distribution(*, mean: float, tail: float, largest: int) -> Floats:
    """The distribution of whole numbers of staff, from 1: a log-logistic one (Champernowne 1952; Fisk 1961).

    Its upper tail is Pareto's, as the sizes of firms have it. P(staff > k) = 1 / (1 + (k / scale) ** tail) for k from 1
    to `largest` − 1, with the scale that gives the mean; what comes back is P(staff <= 1), P(staff <= 2), …, 1.

    Examples
    --------
    >>> cumulated = size_distribution(mean=13.6, tail=1.8, largest=20000)
    >>> round(1 + float((1 - cumulated).sum()), 3)
    13.6
    """
    log_sizes = np.log(np.arange(1, largest, dtype=np.float64))

    def above(log_scale: float) -> Floats:
        return np.asarray(1 / (1 + np.exp(np.clip(tail * (log_sizes - log_scale), -500, 500))))

    low, high = -50.0, np.log(largest) + 50.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if 1 + above(middle).sum() < mean else (low, middle)
    return np.append(1 - above(low), 1.0)


def _large_by_category(totals: Totals, cumulated: list[Floats], *, threshold: int) -> Integers:
    """How many enterprises of each category reach the threshold: the distributions' odds, moved by one factor."""
    sizes = np.array(list(totals.operating.values()), dtype=np.int64)
    if threshold == 1:
        return sizes
    reached = np.clip([1 - column[min(threshold - 2, len(column) - 1)] for column in cumulated], 1e-12, 1 - 1e-12)
    most = int(sizes.sum()) - (totals.instructed - totals.instructed_large)
    natural = min(max(round(float(sizes @ reached)), totals.instructed_large), most)
    wanted = natural if totals.large is None else totals.large
    low, high = -60.0, 60.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if sizes @ _shifted(reached, middle) < wanted else (low, middle)
    return largest_remainder(wanted, sizes * _shifted(reached, high)) if wanted else np.zeros_like(sizes)


def _shifted(shares: Floats, log_factor: float) -> Floats:
    return np.asarray(1 / (1 + (1 - shares) / shares * np.exp(-log_factor)))


def _quantiles(cumulated: Floats, low: float, high: float, number: int, *, rng: Random) -> Integers:
    """Sizes at evenly spread probabilities between two, each moved at random within its place."""
    places = low + (high - low) * (np.arange(number) + rng.random(number)) / max(number, 1)
    return np.asarray(np.searchsorted(cumulated, places, side="right") + 1, dtype=np.int64)
