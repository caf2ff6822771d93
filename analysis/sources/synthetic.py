"""A register that reproduces a study's published totals: exact on every one of them, plausible elsewhere, never fact.

Where a study has published totals and no register, this draws one: a row for each operating enterprise. Whatever is
counted from it has the status synthetic. What is not published rests on the study's assumptions (`synthetic_assumed`).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from analysis.quantities import Status
from analysis.sources.apportion import Flags, draw
from analysis.sources.register import COLUMNS, ORGANISATION
from analysis.sources.synthetic_assumed import Assumed, assumed_of
from analysis.sources.synthetic_cache import CACHE, keep, key_of, recall
from analysis.sources.synthetic_constraints import refuse_contradictions
from analysis.sources.synthetic_members import Organised, full_members_of, organised_of, probationary_of
from analysis.sources.synthetic_staff import Enterprises, enterprises_of
from analysis.sources.synthetic_totals import Totals, totals_of
from analysis.study import Study

STATUS = Status.SYNTHETIC

# Each stage has its own stream, so that a figure of one does not reshuffle the others. New stages go to the end.
_STAGES = ("staff", "organisations", "members", "directly_managed", "instructors", "five_good")


def synthesise(study: Study, *, seed: int | None = None) -> pd.DataFrame:
    """Draw a register with the study's published totals.

    Parameters
    ----------
    study
        With categories, districts, figures of the operating enterprises by category, and assumptions.
    seed
        From 0; the study's own if none is given. The same study and seed give the same register.

    Returns
    -------
    pandas.DataFrame
        One row for each operating enterprise, the columns of `register.COLUMNS`; district, category and organisation
        are categoricals in the study's order.

    Raises
    ------
    DataError
        When a figure or assumption is missing without which nothing can be drawn.
    ConsistencyError
        When no register can have these totals, with the constraint that fails and both of its numbers.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> register = synthesise(open_study("suzhou-2003"), seed=1)
    >>> len(register), int(register["joint_lead"].sum()), int((register["organisation"] != "none").sum())
    (252963, 866, 10547)
    """
    assumed = assumed_of(study)
    totals = totals_of(study, assumed)
    refuse_contradictions(study, totals, assumed)
    seeds = np.random.SeedSequence(study.settings.seed if seed is None else seed).spawn(len(_STAGES))
    rng = {stage: np.random.default_rng(child) for stage, child in zip(_STAGES, seeds, strict=True)}
    enterprises = enterprises_of(study, totals, assumed, rng=rng["staff"])
    organised = organised_of(study, enterprises, totals, assumed, rng=rng["organisations"])
    full = full_members_of(enterprises, organised, totals, assumed, rng=rng["members"])
    members = full + probationary_of(enterprises, full, totals, rng=rng["members"])
    managed = _directly_managed(study, enterprises, assumed, rng=rng["directly_managed"])
    columns = {
        "enterprise": np.arange(1, len(full) + 1),
        "district": pd.Categorical.from_codes(enterprises.district, pd.Index([row.id for row in study.districts])),
        "category": pd.Categorical.from_codes(enterprises.category, pd.Index(list(totals.operating))),
        "staff": enterprises.staff,
        "members": members,
        "full_members": full,
        "organisation": pd.Categorical.from_codes(organised.independent + 2 * organised.joint, pd.Index(ORGANISATION)),
        "joint_lead": organised.leads,
        "instructor": _instructed(study, enterprises, managed, totals, assumed, rng=rng["instructors"]),
        "five_good": _five_good(study, enterprises, organised, assumed, rng=rng["five_good"]),
        "directly_managed": managed,
    }
    return pd.DataFrame(columns).astype({name: kind for name, kind in COLUMNS.items() if kind != "str"})


def register_of(study: Study, *, seed: int | None = None, cache: Path = CACHE) -> pd.DataFrame:
    """The synthetic register of a study, from the cache where it is there.

    Parameters
    ----------
    seed
        As for `synthesise`.
    cache
        A folder. One that cannot be written, or a damaged file in it, only costs the time to draw again.

    Returns
    -------
    pandas.DataFrame
        As `synthesise` gives it: the same inputs, the same frame, whether drawn or read.

    Raises
    ------
    DataError, ConsistencyError
        As `synthesise`.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> len(register_of(open_study("suzhou-2003")))
    252963
    """
    seed = study.settings.seed if seed is None else seed
    path = cache / f"{key_of(study, seed)}.parquet"
    if (found := recall(path)) is not None:
        return found
    register = synthesise(study, seed=seed)
    keep(register, path)
    return register


def _directly_managed(study: Study, enterprises: Enterprises, assumed: Assumed, *, rng: np.random.Generator) -> Flags:
    """Enterprises that the city's industry systems manage: in city districts, the larger the likelier."""
    city = np.array([not row.kind.startswith("county") for row in study.districts])[enterprises.district]
    odds = enterprises.by_category(study, assumed, "organisation_odds_")
    weights = np.where(city, odds + enterprises.by_staff(assumed["organisation_by_staff"]), -np.inf)
    return draw(round(assumed["directly_managed_share"] * int(city.sum())), weights, rng=rng)


def _instructed(
    study: Study,
    enterprises: Enterprises,
    managed: Flags,
    totals: Totals,
    assumed: Assumed,
    *,
    rng: np.random.Generator,
) -> Flags:
    """Enterprises with an instructor, those that reach the threshold of staff counted apart."""
    odds = enterprises.by_category(study, assumed, "instructor_odds_")
    odds = odds + enterprises.by_district(study, assumed["district_spread"], rng=rng)
    odds = odds + np.log(assumed["instructor_odds_directly_managed"]) * managed
    odds = odds + enterprises.by_staff(assumed["instructor_by_staff"])
    if totals.threshold is None:
        return draw(totals.instructed, odds, rng=rng)
    large = enterprises.staff >= totals.threshold
    most = draw(totals.instructed_large, np.where(large, odds, -np.inf), rng=rng)
    rest = draw(totals.instructed - totals.instructed_large, np.where(large, -np.inf, odds), rng=rng)
    return most | rest


def _five_good(
    study: Study, enterprises: Enterprises, organised: Organised, assumed: Assumed, *, rng: np.random.Generator
) -> Flags:
    """Organisations of the five-good standard, marked where they stand or at their lead."""
    holders = organised.independent | organised.leads
    effect = enterprises.by_district(study, assumed["district_spread"], rng=rng)
    return draw(round(assumed["five_good_share"] * int(holders.sum())), np.where(holders, effect, -np.inf), rng=rng)
