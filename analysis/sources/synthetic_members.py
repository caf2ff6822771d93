"""Organisations and members of a synthetic register: who has them, and how many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.errors import ConsistencyError
from analysis.messages import said
from analysis.sources.apportion import Floats, Integers, apportion
from analysis.sources.synthetic_assumed import Assumed
from analysis.sources.synthetic_draws import Flags, draw, draw_by_stratum
from analysis.sources.synthetic_staff import Enterprises
from analysis.sources.synthetic_totals import Totals
from analysis.study import Study

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


def organised_of(
    study: Study, enterprises: Enterprises, totals: Totals, assumed: Assumed, *, rng: np.random.Generator
) -> Organised:
    """Independent organisations by size, then joint ones within districts: a lead, an anchor and further followers.

    An independent organisation stands in an enterprise of three staff or more, a joint one's lead has two or more.
    Joint organisations stay within a district, unless the district has fewer enterprises left than leads.

    Raises
    ------
    ConsistencyError
        When too few enterprises of that size were drawn.
    """
    staff = enterprises.staff
    odds = enterprises.by_category(study, assumed, "organisation_odds_")
    odds = odds + enterprises.by_district(study, assumed["district_spread"], rng=rng)
    alone = np.where(staff >= ELIGIBLE_FROM, odds + enterprises.by_staff(assumed["organisation_by_staff"]), -np.inf)
    independent = draw(totals.independent, alone, rng=rng)
    require(
        totals.independent, int(independent.sum()), "independent organisations", "enterprises of three or more staff"
    )
    together = np.where(independent, -np.inf, odds + enterprises.by_staff(assumed["joint_by_staff"]))
    leads = draw(totals.joint, np.where(staff >= 2, together, -np.inf), rng=rng)
    require(totals.joint, int(leads.sum()), "joint organisations", "further enterprises of two or more staff")
    followers = _followers(enterprises, totals, np.where(leads, -np.inf, together), leads, rng=rng)
    anchors = _anchors(enterprises, followers, leads, rng=rng)
    return Organised(independent, leads, followers, anchors)


def full_members_of(
    enterprises: Enterprises, organised: Organised, totals: Totals, assumed: Assumed, *, rng: np.random.Generator
) -> Integers:
    """Full members of each enterprise, at most its staff; three or more for each organisation.

    Of the enterprises with three or more, the share `eligible_covered` is covered; any other uncovered one has two at
    the most. Where nothing is known of organisations, all stand where staff and spread put them.

    Raises
    ------
    ConsistencyError
        When the staff drawn cannot hold the members.
    """
    staff = enterprises.staff
    weights = np.exp(
        enterprises.by_staff(assumed["members_by_staff"]) + rng.normal(0, assumed["members_spread"], len(staff))
    )
    if not totals.knows_organisations:
        require(totals.full_members, int(staff.sum()), "full members", "places for them among staff")
        return apportion(totals.full_members, weights, lowest=np.zeros_like(staff), highest=staff, rng=rng)
    uncovered = ~(organised.independent | organised.joint)
    lowest = ELIGIBLE_FROM * organised.independent + 2 * organised.leads + 1 * organised.anchors
    everyone_covered = assumed["eligible_covered"] == 1
    highest = np.where(uncovered & everyone_covered, np.minimum(staff, ELIGIBLE_FROM - 1), staff)
    groups = (organised.independent, organised.joint, uncovered)
    sums = _between_groups(totals.full_members, groups, lowest, highest, assumed, rng=rng)
    full = np.zeros(len(staff), dtype=np.int64)
    for total, group in zip(sums[:2], groups[:2], strict=True):
        bounds = {"lowest": lowest[group], "highest": highest[group]}
        full[group] = apportion(int(total), weights[group], **bounds, rng=rng)
    eligible = int((full >= ELIGIBLE_FROM).sum())
    others = round(eligible * (1 / assumed["eligible_covered"] - 1))
    full[uncovered] = _uncovered_members(int(sums[2]), others, weights[uncovered], staff[uncovered], rng=rng)
    return full


def probationary_of(enterprises: Enterprises, full: Integers, totals: Totals, *, rng: np.random.Generator) -> Integers:
    """Probationary members, in proportion to the full members who admit them, where staff leave room."""
    room = enterprises.staff - full
    require(totals.probationary, int(room.sum()), "probationary members", "staff who are not full members")
    nobody = np.zeros_like(full)
    return apportion(totals.probationary, full.astype(float) + 0.01, lowest=nobody, highest=room, rng=rng)


def require(needed: int, found: int, what: str, of_what: str) -> None:
    """Refuse a draw whose assumptions leave too little room for the published totals."""
    if found < needed:
        raise ConsistencyError(
            said(
                "{what} {needed:,} do not fit: the assumed staff sizes give {found:,} {of_what}; allowed: assumptions "
                "under which there are as many (staff_mean_…, staff_tail_…)",
                what=what,
                needed=needed,
                found=found,
                of_what=of_what,
            )
        )


def _followers(
    enterprises: Enterprises, totals: Totals, log_weights: Floats, leads: Flags, *, rng: np.random.Generator
) -> Flags:
    districts = int(enterprises.district.max()) + 1
    led = np.bincount(enterprises.district[leads], minlength=districts)
    free = np.bincount(enterprises.district[np.isfinite(log_weights)], minlength=districts)
    number = totals.under_joint - totals.joint
    numbers = apportion(number, led.astype(float), lowest=np.minimum(led, free), highest=free, rng=rng)
    return draw_by_stratum(numbers, enterprises.district, log_weights, rng=rng)


def _anchors(enterprises: Enterprises, followers: Flags, leads: Flags, *, rng: np.random.Generator) -> Flags:
    """As many followers as leads, in the leads' districts where these have enough."""
    size = np.log(enterprises.staff)
    led = np.bincount(enterprises.district[leads], minlength=int(enterprises.district.max()) + 1)
    near = draw_by_stratum(led, enterprises.district, np.where(followers, size, -np.inf), rng=rng)
    further = draw(int(leads.sum() - near.sum()), np.where(followers & ~near, size, -np.inf), rng=rng)
    return near | further


def _between_groups(
    total: int,
    groups: tuple[Flags, ...],
    lowest: Integers,
    highest: Integers,
    assumed: Assumed,
    *,
    rng: np.random.Generator,
) -> Integers:
    """Full members under independent organisations, under joint ones and uncovered, by their assumed shares."""
    independent, joint = assumed["members_share_independent"], assumed["members_share_joint"]
    least = np.array([lowest[group].sum() for group in groups])
    most = np.array([highest[group].sum() for group in groups])
    require(total, int(most.sum()), "full members", "places for them among staff")
    return apportion(
        total, np.array([independent, joint, 1 - independent - joint]), lowest=least, highest=most, rng=rng
    )


def _uncovered_members(
    total: int, eligible: int, weights: Floats, staff: Integers, *, rng: np.random.Generator
) -> Integers:
    """Full members outside organisations, with so many enterprises of three or more and two at the most elsewhere."""
    large = np.where(staff >= ELIGIBLE_FROM, np.log(weights), -np.inf)
    chosen = draw(eligible, large, rng=rng)
    require(eligible, int(chosen.sum()), "uncovered enterprises with three full members", "of three or more staff")
    lowest = np.where(chosen, ELIGIBLE_FROM, 0)
    highest = np.where(chosen, staff, np.minimum(staff, ELIGIBLE_FROM - 1))
    if not lowest.sum() <= total <= highest.sum():
        raise ConsistencyError(
            said(
                "full members outside organisations {total:,} do not fit: {eligible:,} uncovered enterprises with three "
                "or more (assumption eligible_covered) give room for {lowest:,} to {highest:,}",
                total=total,
                eligible=eligible,
                lowest=lowest.sum(),
                highest=highest.sum(),
            )
        )
    return apportion(total, weights, lowest=lowest, highest=highest, rng=rng)
