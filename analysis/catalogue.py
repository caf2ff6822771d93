"""Catalogues of texts: TOML files in which every text stands in Chinese and in English, under a name.

`name = ["中文", "English"]`, grouped by tables; one string alone stands for both languages. `{slots}` are filled where a text
is used, and are the same in both languages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from analysis.quantities import Label


def texts(tables: Mapping[str, Any]) -> dict[str, Label]:
    """The texts of a catalogue, by the names of their tables and their own.

    Examples
    --------
    >>> texts({"map": {"title": ["在哪里", "Where"], "sign": "→"}})["map.title"].en
    'Where'
    """
    return dict(_named(tables, ""))


def _named(tables: Mapping[str, Any], group: str) -> Iterator[tuple[str, Label]]:
    for name, value in tables.items():
        match value:
            case Mapping():
                yield from _named(value, f"{group}{name}.")
            case [str(zh), str(en)]:
                yield group + name, Label(zh, en)
            case str():
                yield group + name, Label(value, value)
            case _:
                raise TypeError(f"{group}{name} is no text in two languages")
