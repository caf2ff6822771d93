"""A register's words for districts and categories, as ids of the study."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

from analysis.cell_text import plain
from analysis.study import Study

_ENDINGS = ("街道", "市", "区", "县", "镇", "乡")


def known_names(study: Study, values: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """For `district` and `category`: every word that is understood, made plain, with the id it stands for.

    A district is known by its id, its code and its names, with or without 市, 区, 县, 镇, 乡 or 街道 at the end; a word
    that could be two of them is none.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> names = known_names(open_study("suzhou-2003"), {"category": {"三资": "foreign"}})
    >>> names["district"]["昆山"], names["district"]["kunshan"], names["category"]["三资"]
    ('320583', '320583', 'foreign')
    """
    districts = [
        (row.id, (row.id, row.code, row.name_zh, row.name_en, *_shortened(row.name_zh))) for row in study.districts
    ]
    categories = [(row.id, (row.id, row.zh, row.en)) for row in study.settings.categories]
    found = {"district": _by_word(districts), "category": _by_word(categories)}
    for column, words in values.items():
        if column in found:
            found[column] |= {plain(word): ours for word, ours in words.items()}
    return found


def nearest(word: str, study: Study, column: str) -> str:
    """What is allowed for a district or category, the nearest first.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> nearest("私营企业主", open_study("suzhou-2003"), "category").split("; ")[0]
    'private (私营企业)'
    """
    rows = study.districts if column == "district" else study.settings.categories
    names = {row.id: row.label.zh for row in rows}

    def likeness(name: str) -> float:
        spellings = (name, *(row.label.en for row in rows if row.id == name), names[name])
        return max(difflib.SequenceMatcher(None, plain(word), plain(text)).ratio() for text in spellings)

    ordered = sorted(names, key=likeness, reverse=True)
    shown = "; ".join(f"{name} ({names[name]})" for name in ordered[:5])
    return shown + (f" … ({len(ordered)} in all)" if len(ordered) > 5 else "")


def _by_word(rows: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, str]:
    found: dict[str, str] = {}
    twice: set[str] = set()
    for ours, words in rows:
        for word in {plain(word) for word in words if word}:
            if found.get(word, ours) != ours:
                twice.add(word)
            found[word] = ours
    return {word: ours for word, ours in found.items() if word not in twice}


def _shortened(name: str) -> tuple[str, ...]:
    """The name, and what stands in its brackets, each without its ending too."""
    before, bracket, rest = name.partition("（")
    words = [before, rest.rstrip("）")] if bracket else [before]
    bare = [word.removesuffix(ending) for word in words for ending in _ENDINGS if word.endswith(ending)]
    return (*words, *(word for word in bare if len(word) > 1))
