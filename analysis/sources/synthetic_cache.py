"""Synthetic registers on disk: made on demand, found again by what they were made of, never trusted blindly."""

from __future__ import annotations

import hashlib
import json
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path

from analysis.sources import kept
from analysis.study import Study

CACHE = kept.folder("register")


@lru_cache(maxsize=16)  # asked for at every number that is read from a cache; an open study stays as it is
def key_of(study: Study, seed: int) -> str:
    """The hash of what a register rests on: the study's values (not how its files spell them), the seed, the code."""
    rests_on = {
        "seed": seed,
        "categories": [row.model_dump() for row in study.settings.categories],
        "figures": [row.model_dump() for row in study.figures.values()],
        "districts": [row.model_dump() for row in study.districts],
        "assumptions": [row.model_dump() for row in study.assumptions.values()],
        "packages": [version(name) for name in ("numpy", "humanleague", "pandas")],
    }
    return hashlib.sha256(json.dumps(rests_on, sort_keys=True).encode() + _code()).hexdigest()[:32]


@cache
def _code() -> bytes:
    """The code that draws a register, as it was when it was first asked for."""
    here = Path(__file__).parent
    drawing = sorted(here.glob("synthetic*.py"))
    return b"".join(path.read_bytes() for path in (*drawing, here / "apportion.py", here / "register.py"))
