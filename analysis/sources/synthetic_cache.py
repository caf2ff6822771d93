"""Synthetic registers on disk: made on demand, found again by what they were made of, never trusted blindly."""

from __future__ import annotations

import hashlib
import json
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from analysis.sources import kept
from analysis.sources.register import COLUMNS
from analysis.study import Study

CACHE = kept.folder("register")


def key_of(study: Study, seed: int) -> str:
    """The hash of what a register rests on: the study's values (not how its files spell them), the seed, the code.

    Asked for at every number that is read from a cache; a study that was opened stays as it is.
    """
    return _key_of(study, seed)


@lru_cache(maxsize=16)
def _key_of(study: Study, seed: int) -> str:
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


def recall(path: Path) -> pd.DataFrame | None:
    """The register in a file; nothing where there is none or the file is damaged (every page carries a checksum)."""
    found = kept.recall(path)
    return found[0] if found is not None and list(found[0].columns) == list(COLUMNS) else None


def keep(register: pd.DataFrame, path: Path) -> None:
    """Keep a register; where nothing can be written, nothing is."""
    kept.keep(register, path)
