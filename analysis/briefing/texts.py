"""What papers say: the texts of assets/texts/, by name, and the heads of their tables.

A file holds what one module of sections says. `[group]` holds its sentences, `[table.id]` a table's title, columns and note,
`[chart.id]` a chart's title and note. A column is `["中文", "English", width]`, with its side (l, c or r) where it is not that
of names in the first column and of numbers in the others.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from analysis.catalogue import texts
from analysis.quantities import Label
from analysis.views.blocks import Align
from analysis.views.wording import Slot, fill, plain

FOLDER = Path(__file__).parent / "assets" / "texts"
_SIDES: Mapping[str, Align] = {"l": "left", "c": "center", "r": "right"}


@dataclass(frozen=True)
class ColumnText:
    """A column's head; one that is a single slot stands for as many columns as are put into it."""

    head: Label
    width: float
    align: Align


@dataclass(frozen=True)
class TableText:
    """What a table says apart from its rows."""

    title: Label
    columns: tuple[ColumnText, ...]
    note: Label | None
    size: Literal["normal", "small"]


def text(name: str) -> Label:
    """A text as it stands in the catalogue, its slots open.

    Examples
    --------
    >>> text("small.head").en
    'Where numbers are small'
    """
    return _catalogue()[0][name]


def known(name: str) -> bool:
    """Whether there is a text of this name."""
    return name in _catalogue()[0]


def label(name: str, /, **slots: Slot) -> Label:
    """A text without claims, in both languages, its slots filled.

    Examples
    --------
    >>> label("comparison.between", one="Wujiang", two="Kunshan").en
    'Kunshan less Wujiang'
    """
    return filled(text(name), **slots)


def filled(template: Label, /, **slots: Slot) -> Label:
    """A template's text in both languages."""
    return Label(plain(fill(template, slots, "zh")), plain(fill(template, slots, "en")))


def table_text(id: str) -> TableText:
    """What a table says apart from its rows."""
    return _catalogue()[1][id]


@cache
def _catalogue() -> tuple[Mapping[str, Label], Mapping[str, TableText]]:
    found: dict[str, Label] = {}
    tables: dict[str, TableText] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        groups = tomllib.loads(path.read_text(encoding="utf-8"))
        tables |= {id: _table(**entry) for id, entry in groups.pop("table", {}).items()}
        found |= texts(groups)
    return found, tables


def _table(
    *,
    title: list[str],
    columns: list[list[Any]],
    note: list[str] | None = None,
    size: Literal["normal", "small"] = "normal",
) -> TableText:
    heads = tuple(
        ColumnText(Label(zh, en), width, _SIDES[side[0] if side else "r" if place else "l"])
        for place, (zh, en, width, *side) in enumerate(columns)
    )
    return TableText(Label(*title), heads, Label(*note) if note else None, size)
