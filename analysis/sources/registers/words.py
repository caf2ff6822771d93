"""What registers call things: the dictionary of headers and of words in cells, from `assets/words.toml`."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from analysis.cell_text import plain

_FILE = Path(__file__).parent / "assets" / "words.toml"


@cache
def dictionary() -> Mapping[str, Any]:
    """The dictionary as it stands in the file."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


@cache
def headers() -> Mapping[str, str]:
    """From every known header, made plain, to our column."""
    known = {plain(name): column for column, names in dictionary()["columns"].items() for name in names}
    return known | {plain(column): column for column in dictionary()["columns"]}


@cache
def words_of(column: str) -> Mapping[str, str]:
    """The words that a column of few values may hold, made plain, and what each means: `0`, `1`, or a kind.

    Examples
    --------
    >>> words_of("instructor")["是"], words_of("organised")["未建"], words_of("organisation")["联合"]
    ('1', '0', 'joint')
    """
    kind = "organisation" if column == "organisation" else "flag"
    return {plain(word): ours for ours, words in dictionary()["values"][kind].items() for word in words}


_LIKE = 0.5  # from here on a word is near enough to another to be guessed
_NOT = "无没未不非否×"


def likeness(word: str, spelt: Mapping[str, Iterable[str]]) -> dict[str, float]:
    """How near a word is to the nearest spelling of each name: from 0 to 1."""
    told = plain(word)
    return {
        name: max((difflib.SequenceMatcher(None, told, plain(text)).ratio() for text in texts), default=0.0)
        for name, texts in spelt.items()
    }


def likeliest(word: str, spelt: Mapping[str, Iterable[str]]) -> str:
    """The name nearest to a word; empty where none is near, or two are equally so."""
    first, second = [*sorted(likeness(word, spelt).items(), key=lambda one: -one[1]), ("", 0.0), ("", 0.0)][:2]
    return first[0] if first[1] >= _LIKE and first[1] > second[1] else ""


def guessed_word(word: str, column: str) -> str:
    """What the known words nearest to a word mean; one that denies is never guessed to mean one that does not.

    Examples
    --------
    >>> guessed_word("已选派1名", "instructor"), guessed_word("尚未选派", "instructor"), guessed_word("有", "organisation")
    ('1', '0', '')
    """
    denies = any(sign in word for sign in _NOT)
    spelt: dict[str, list[str]] = {}
    for known, ours in words_of(column).items():
        if denies == any(sign in known for sign in _NOT):
            spelt.setdefault(ours, []).append(known)
    return likeliest(word, spelt)
