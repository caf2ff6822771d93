"""Cells of a register as it spells things, made cells of the study; and whether a row in them had a fault."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.cell_text import plain
from analysis.coverage.cells import KEYS, MAY_HAVE, MEASURES


def translated(cells: pd.DataFrame, names: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """Cells with the study's ids for districts and categories; a word that is none of them becomes an empty text.

    Examples
    --------
    >>> from analysis.coverage.cells import compress
    >>> row = dict(district="A", category="x", staff=1, members=0, full_members=0, organisation="none", joint_lead=0,
    ...            instructor=0, five_good=0, directly_managed=0)
    >>> cells = compress(pd.DataFrame([row, row | {"district": "a "}, row | {"district": "b"}]))
    >>> translated(cells, {"district": {"a": "1"}, "category": {"x": "x"}})[["district", "enterprises"]].values.tolist()
    [['', 1], ['1', 2]]
    """
    changes = {}
    for column in names:
        words = {word: names[column].get(plain(word), "") for word in cells[column].unique()}
        if any(word != ours for word, ours in words.items()):
            changes[column] = cells[column].map(words).astype("str")
    return merged(cells.assign(**changes)) if changes else cells


def merged(cells: pd.DataFrame) -> pd.DataFrame:
    """Cells with the same keys put together, sorted by them."""
    keys = [name for name in cells.columns if name not in MEASURES]
    return cells.groupby(keys, sort=True, as_index=False)[list(MEASURES)].sum()


def is_sound(cells: pd.DataFrame, *, has_leads: bool = True) -> bool:
    """Whether the cells could come from a register without one fault: see `sources.registers.expressions`.

    Inside a cell all rows have the same organisation and the same flags, so that sums tell whether one of them differs.

    Parameters
    ----------
    has_leads
        Whether the register says which enterprise leads a joint organisation.
    """
    keys = (*KEYS, *(name for name in MAY_HAVE if name in cells))
    column: dict[str, np.ndarray[Any, Any]] = {name: cells[name].to_numpy() for name in (*keys, *MEASURES)}
    if any((column[name] == "").any() for name in ("district", "category", "organisation")):
        return False
    if any((column[name] < 0).any() for name in keys if name not in ("district", "category", "organisation")):
        return False
    if "secretary_chairs_union" in keys:
        without = (column["organisation"] == "none") | (column["union"] == 0 if "union" in keys else False)
        if ((column["secretary_chairs_union"] == 1) & without).any():
            return False
    led, everyone = column["organisations"], column["enterprises"]
    independent, joint = column["organisation"] == "independent", column["organisation"] == "joint"
    if ((led > np.where(independent | joint, everyone, 0)) | (led < np.where(independent, everyone, 0))).any():
        return False
    good = (column["five_good"] == 1) & (has_leads | ~joint)
    return not (good & (column["five_good_organisations"] < everyone)).any()
