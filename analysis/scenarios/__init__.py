"""Targets with every reading of their words, the year in eight steps, draw by draw, and what it would take."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from analysis.quantities import Label


@cache
def labels(table: str) -> Mapping[str, Label]:
    """The names and sentences in a table of assets/words.toml, in their order.

    Examples
    --------
    >>> labels("steps")["judge"].en
    'Some organisations become five-good, and some cease to be.'
    """
    text = (Path(__file__).parent / "assets" / "words.toml").read_text(encoding="utf-8")
    return {name: Label(*pair) for name, pair in tomllib.loads(text)[table].items()}
