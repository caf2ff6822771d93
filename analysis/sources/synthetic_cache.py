"""Where synthetic registers are kept on disk, found again by what they were made of."""

from __future__ import annotations

from functools import lru_cache

from analysis.sources import disk_cache, results
from analysis.study import Study

CACHE = disk_cache.folder("register")


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
