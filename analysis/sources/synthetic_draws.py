"""The draws of a synthetic register: enterprises and their staff, organisations, members, instructors.

Each function draws one stage from what comes before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from analysis.errors import ConsistencyError
from analysis.messages import said
from analysis.sources.apportion import (
    Flags,
    Floats,
    Integers,
    apportion,
    cross_table,
    draw,
    draw_by_stratum,
    largest_remainder,
)
from analysis.sources.synthetic_totals import Assumed, Totals
from analysis.study import Study

Random = np.random.Generator
ELIGIBLE_FROM = 3  # full members with whom an organisation can be founded


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


@dataclass(frozen=True, eq=False)
class Organised:
    """Who is covered, one entry an enterprise. A lead and an anchor of each joint organisation hold its three members."""

    independent: Flags
    leads: Flags
    followers: Flags
    anchors: Flags

    @property
    def joint(self) -> Flags:
        """Under a joint organisation."""
        return self.leads | self.followers


def draw_organisations(ground: Ground, rng: Random) -> Organised:
    """Independent organisations by size, then joint ones within districts: a lead, an anchor and further followers.

    An independent organisation stands in an enterprise of three staff or more, a joint one's lead has two or more.
    Joint organisations stay within a district, unless the district has fewer enterprises left than leads.

    Raises
    ------
    ConsistencyError
        When too few enterprises of that size were drawn.
    """
    totals, staff = ground.totals, ground.enterprises.staff
    odds = ground.by_category("organisation_odds_") + ground.by_district(rng)
    alone = np.where(staff >= ELIGIBLE_FROM, odds + ground.by_staff("organisation_by_staff"), -np.inf)
    independent = draw(totals.independent, alone, rng=rng)
    _require(totals.independent, independent, "independent organisations", "enterprises of three or more staff")
    together = np.where(independent, -np.inf, odds + ground.by_staff("joint_by_staff"))
    leads = draw(totals.joint, np.where(staff >= 2, together, -np.inf), rng=rng)
    _require(totals.joint, leads, "joint organisations", "further enterprises of two or more staff")
    followers = _followers(ground, np.where(leads, -np.inf, together), leads, rng=rng)
    return Organised(independent, leads, followers, _anchors(ground, followers, leads, rng=rng))


def _followers(ground: Ground, log_weights: Floats, leads: Flags, *, rng: Random) -> Flags:
    district = ground.enterprises.district
    districts = int(district.max()) + 1
    led = np.bincount(district[leads], minlength=districts)
    free = np.bincount(district[np.isfinite(log_weights)], minlength=districts)
    number = ground.totals.under_joint - ground.totals.joint
    numbers = apportion(number, led.astype(float), lowest=np.minimum(led, free), highest=free, rng=rng)
    return draw_by_stratum(numbers, district, log_weights, rng=rng)


def _anchors(ground: Ground, followers: Flags, leads: Flags, *, rng: Random) -> Flags:
    """As many followers as leads, in the leads' districts where these have enough."""
    district, size = ground.enterprises.district, np.log(ground.enterprises.staff)
    led = np.bincount(district[leads], minlength=int(district.max()) + 1)
    near = draw_by_stratum(led, district, np.where(followers, size, -np.inf), rng=rng)
    further = draw(int(leads.sum() - near.sum()), np.where(followers & ~near, size, -np.inf), rng=rng)
    return near | further


def draw_members(ground: Ground, rng: Random) -> tuple[Integers, Integers]:
    """Members in all, and the full members among them.

    Probationary members are in proportion to the full members who admit them, where staff leave room.

    Raises
    ------
    ConsistencyError
        When the staff drawn cannot hold the members.
    """
    full, probationary = _full_members(ground, rng), ground.totals.probationary
    room = ground.enterprises.staff - full
    _require(probationary, room, "probationary members", "staff who are not full members")
    admitted = apportion(probationary, full.astype(float) + 0.01, lowest=np.zeros_like(full), highest=room, rng=rng)
    return full + admitted, full


def _full_members(ground: Ground, rng: Random) -> Integers:
    """Full members of each enterprise, at most its staff; three or more for each organisation.

    Of the enterprises with three or more, the share `eligible_covered` is covered; any other uncovered one has two at
    the most. Where nothing is known of organisations, all stand where staff and spread put them.
    """
    assumed, staff, total = ground.assumed, ground.enterprises.staff, ground.totals.full_members
    organised: Organised = ground.before["organisations"]
    weights = np.exp(ground.by_staff("members_by_staff") + rng.normal(0, assumed["members_spread"], len(staff)))
    if not ground.totals.knows_organisations:
        _require(total, staff, "full members", "places for them among staff")
        return apportion(total, weights, lowest=np.zeros_like(staff), highest=staff, rng=rng)
    uncovered = ~(organised.independent | organised.joint)
    lowest = ELIGIBLE_FROM * organised.independent + 2 * organised.leads + 1 * organised.anchors
    everyone_covered = assumed["eligible_covered"] == 1
    highest = np.where(uncovered & everyone_covered, np.minimum(staff, ELIGIBLE_FROM - 1), staff)
    groups = (organised.independent, organised.joint, uncovered)
    least = np.array([lowest[group].sum() for group in groups])
    most = np.array([highest[group].sum() for group in groups])
    _require(total, most, "full members", "places for them among staff")
    independent, joint = assumed["members_share_independent"], assumed["members_share_joint"]
    shares = np.array([independent, joint, 1 - independent - joint])
    sums = apportion(total, shares, lowest=least, highest=most, rng=rng)
    full = np.zeros(len(staff), dtype=np.int64)
    for sum_, group in zip(sums[:2], groups[:2], strict=True):
        bounds = {"lowest": lowest[group], "highest": highest[group]}
        full[group] = apportion(int(sum_), weights[group], **bounds, rng=rng)
    eligible = int((full >= ELIGIBLE_FROM).sum())
    others = round(eligible * (1 / assumed["eligible_covered"] - 1))
    full[uncovered] = _uncovered_members(int(sums[2]), others, weights[uncovered], staff[uncovered], rng=rng)
    return full


def _uncovered_members(total: int, eligible: int, weights: Floats, staff: Integers, *, rng: Random) -> Integers:
    """Full members outside organisations, with so many enterprises of three or more and two at the most elsewhere."""
    large = np.where(staff >= ELIGIBLE_FROM, np.log(weights), -np.inf)
    chosen = draw(eligible, large, rng=rng)
    _require(eligible, chosen, "uncovered enterprises with three full members", "of three or more staff")
    lowest = np.where(chosen, ELIGIBLE_FROM, 0)
    highest = np.where(chosen, staff, np.minimum(staff, ELIGIBLE_FROM - 1))
    if not lowest.sum() <= total <= highest.sum():
        what = (
            "full members outside organisations {total:,} do not fit: {eligible:,} uncovered enterprises with three "
            "or more (assumption eligible_covered) give room for {lowest:,} to {highest:,}"
        )
        raise ConsistencyError(said(what, total=total, eligible=eligible, lowest=lowest.sum(), highest=highest.sum()))
    return apportion(total, weights, lowest=lowest, highest=highest, rng=rng)


def _require(needed: int, places: Flags | Integers, what: str, of_what: str) -> None:
    """Refuse a draw whose assumptions leave too little room for the published totals."""
    found = int(places.sum())
    if found < needed:
        template = (
            "{what} {needed:,} do not fit: the assumed staff sizes give {found:,} {of_what}; allowed: assumptions "
            "under which there are as many (staff_mean_…, staff_tail_…)"
        )
        raise ConsistencyError(said(template, what=what, needed=needed, found=found, of_what=of_what))


def draw_directly_managed(ground: Ground, rng: Random) -> Flags:
    """Enterprises that the city's industry systems manage: in city districts, the larger the likelier."""
    in_city = np.array([not row.kind.startswith("county") for row in ground.study.districts])
    city = in_city[ground.enterprises.district]
    odds = ground.by_category("organisation_odds_") + ground.by_staff("organisation_by_staff")
    number = round(ground.assumed["directly_managed_share"] * int(city.sum()))
    return draw(number, np.where(city, odds, -np.inf), rng=rng)


def draw_instructors(ground: Ground, rng: Random) -> Flags:
    """Enterprises with an instructor, those that reach the threshold of staff counted apart."""
    totals = ground.totals
    odds = ground.by_category("instructor_odds_") + ground.by_district(rng)
    odds = odds + np.log(ground.assumed["instructor_odds_directly_managed"]) * ground.before["directly_managed"]
    odds = odds + ground.by_staff("instructor_by_staff")
    if totals.threshold is None:
        return draw(totals.instructed, odds, rng=rng)
    large = ground.enterprises.staff >= totals.threshold
    most = draw(totals.instructed_large, np.where(large, odds, -np.inf), rng=rng)
    rest = draw(totals.instructed - totals.instructed_large, np.where(large, -np.inf, odds), rng=rng)
    return most | rest


def draw_five_good(ground: Ground, rng: Random) -> Flags:
    """Organisations of the five-good standard, marked where they stand or at their lead."""
    organised: Organised = ground.before["organisations"]
    holders = organised.independent | organised.leads
    weights = np.where(holders, ground.by_district(rng), -np.inf)
    return draw(round(ground.assumed["five_good_share"] * int(holders.sum())), weights, rng=rng)
