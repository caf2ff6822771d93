"""Organisations, members and instructors of a synthetic register: who has them, and how many.

Each function draws one stage from what comes before it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.errors import ConsistencyError
from analysis.messages import said
from analysis.sources.apportion import Flags, Floats, Integers, apportion, draw, draw_by_stratum
from analysis.sources.synthetic_staff import Ground, Random

ELIGIBLE_FROM = 3  # full members with whom an organisation can be founded


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
