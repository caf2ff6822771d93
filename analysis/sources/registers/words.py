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
_NOT = "无没未不非否×"


@cache
def dictionary() -> Mapping[str, Any]:
    """The dictionary as it stands in the file."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


@cache
def headers() -> Mapping[str, str]:
    """From every known header, made plain, to our column."""
    return {plain(name): column for column, names in dictionary()["columns"].items() for name in (*names, column)}


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


def likeness(word: str, spelt: Mapping[str, Iterable[str]]) -> dict[str, float]:
    """How near a word is to the nearest spelling of each name: from 0 to 1, the nearest first."""
    like = difflib.SequenceMatcher(None, "", plain(word))

    def ratio(text: str) -> float:
        like.set_seq1(plain(text))
        return like.ratio()

    near = {name: max(map(ratio, texts), default=0.0) for name, texts in spelt.items()}
    return dict(sorted(near.items(), key=lambda one: -one[1]))


def likeliest(word: str, spelt: Mapping[str, Iterable[str]], *, from_: float = 0.5) -> str:
    """The name nearest to a word; empty where none is as near as `from_`, or two are equally so."""
    first, second = [*likeness(word, spelt).items(), ("", 0.0), ("", 0.0)][:2]
    return first[0] if first[1] >= from_ and first[1] > second[1] else ""


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
