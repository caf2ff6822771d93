"""Synthetic registers on disk: made on demand, found again by what they were made of, never trusted blindly."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from analysis.sources import kept
from analysis.sources.register import COLUMNS
from analysis.study import ROOT, Study

CACHE = ROOT / ".cache" / "register"


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
    digest = hashlib.sha256(json.dumps(rests_on, sort_keys=True).encode())
    for path in _code():
        digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


def _code() -> Iterator[Path]:
    here = Path(__file__).parent
    yield from sorted(here.glob("synthetic*.py"))
    yield from (here / "apportion.py", here / "register.py")


def recall(path: Path) -> pd.DataFrame | None:
    """The register in a file; nothing where there is none or the file is damaged (every page carries a checksum)."""
    found = kept.recall(path)
    return found[0] if found is not None and list(found[0].columns) == list(COLUMNS) else None


def keep(register: pd.DataFrame, path: Path) -> None:
    """Keep a register; where nothing can be written, nothing is."""
    kept.keep(register, path)
