"""The words of a return's sheets: assets/return_words.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from analysis.quantities import Label, Language

_FILE = Path(__file__).parent.parent.parent / "assets" / "return_words.toml"


def word(name: str, language: Language, **values: object) -> str:
    """A word of the sheets by its name, with values in its places.

    Examples
    --------
    >>> word("title", "en")
    'Return on coverage'
    """
    return label(name, "sheets", **values).of(language)


def label(name: str, among: str, **values: object) -> Label:
    """What is called so among `sheets`, `lines`, `classes` or `tables`, with values in its places."""
    zh, en = _words()[among][name]
    return Label(zh.format(**values), en.format(**values))


def notes() -> list[tuple[Label, list[Label]]]:
    """How a return is filled in: headings, each with its sentences."""
    return [(Label(*one["head"]), [Label(*text) for text in one["texts"]]) for one in _words()["notes"]]


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
