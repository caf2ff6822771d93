"""A register that reproduces a study's published totals: exact on every one of them, plausible elsewhere, never fact.

Where a study has published totals and no register, this draws one: a row for each operating enterprise. Whatever is
counted from it has the status synthetic. What is not published rests on the study's assumptions (`synthetic_totals`),
stage by stage (`synthetic_stages`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.sources import disk_cache, results
from analysis.sources.register import COLUMNS, ORGANISATION
from analysis.sources.synthetic_stages import Draft
from analysis.study import Study

CACHE = disk_cache.folder("register")


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
    seed = study.settings.seed if seed is None else seed
    return register_from(Draft(study, seed).under({}), study)


def register_from(stages: Mapping[str, Any], study: Study) -> pd.DataFrame:
    """The register that the stages of a draft make up; see `synthesise` for its columns."""
    enterprises, organised, (members, full) = stages["staff"], stages["organisations"], stages["members"]
    districts, categories = study.districts, study.settings.categories
    columns = {
        "enterprise": np.arange(1, len(full) + 1),
        "district": pd.Categorical.from_codes(enterprises.district, pd.Index([row.id for row in districts])),
        "category": pd.Categorical.from_codes(enterprises.category, pd.Index([row.id for row in categories])),
        "staff": enterprises.staff,
        "members": members,
        "full_members": full,
        "organisation": pd.Categorical.from_codes(organised.independent + 2 * organised.joint, pd.Index(ORGANISATION)),
        "joint_lead": organised.leads,
        "instructor": stages["instructors"],
        "five_good": stages["five_good"],
        "directly_managed": stages["directly_managed"],
    }
    typed = {name: row if COLUMNS[name] == "str" else row.astype(COLUMNS[name]) for name, row in columns.items()}
    return pd.DataFrame(typed, copy=False)


def register_of(study: Study, *, seed: int | None = None, cache: Path = CACHE) -> pd.DataFrame:
    """The synthetic register of a study as `synthesise` gives it, from the cache where it is there.

    A cache that cannot be written, or a damaged file in it, only costs the time to draw again.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> len(register_of(open_study("suzhou-2003")))
    252963
    """
    seed = study.settings.seed if seed is None else seed
    path = cache / f"{key_of(study, seed)}.parquet"
    found = disk_cache.recall(path)  # nothing where the file is damaged: every page carries a checksum
    if found is not None and list(found[0].columns) == list(COLUMNS):
        return found[0]
    register = synthesise(study, seed=seed)
    disk_cache.keep(register, path)
    return register


@lru_cache(maxsize=16)  # asked for at every number that is read from a cache; an open study stays as it is
def key_of(study: Study, seed: int) -> str:
    """The hash of what a register rests on: the study's values (not how its files spell them), the seed, the code."""
    rests_on = {
        "seed": seed,
        "categories": study.settings.categories,
        "figures": study.figures,
        "districts": study.districts,
        "assumptions": study.assumptions,
    }
    return results.key_of("register", rests_on)
