"""The words of a return's sheets, but for the names of lines: assets/return_words.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from analysis.quantities import Label, Language

_FILE = Path(__file__).parent.parent.parent / "assets" / "return_words.toml"


def word(name: str, language: Language) -> str:
    """A word by its name.

    Examples
    --------
    >>> word("title", "en")
    'Return on coverage'
    """
    return Label(*_words()[name]).of(language)


def notes() -> list[tuple[Label, list[Label]]]:
    """How a return is filled in: headings, each with its sentences."""
    return [(Label(*one["head"]), [Label(*text) for text in one["texts"]]) for one in _words()["notes"]]


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
