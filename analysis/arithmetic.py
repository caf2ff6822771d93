"""What may be computed from numbers, what is known of the result, and which counts lie inside which."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Literal

Approximation = Literal["", "about", "nearly", "over", "at least", "at most"]

OPERATIONS: Mapping[str, Callable[..., float]] = {
    "+": lambda *parts: sum(parts),
    "−": lambda a, b: a - b,
    "×": lambda *parts: math.prod(parts),
    "÷": lambda a, b: a / b if b else math.nan,
    "min": min,
    "max": max,
    "ceil": lambda a: math.ceil(a - 1e-9),
    "floor": lambda a: math.floor(a + 1e-9),
}
_SIDES: dict[Approximation, int] = {"at least": 1, "over": 1, "nearly": -1, "at most": -1}  # where the true number lies
_FLIPPED: dict[Approximation, Approximation] = {
    "at least": "at most", "over": "at most", "nearly": "at least", "at most": "at least",
}  # fmt: skip


def approximation(operation: str, *parts: Approximation) -> Approximation:
    """The word for what is computed from approximate numbers: what is over "at least 70,000" is "at most".

    Examples
    --------
    >>> approximation("÷", "", "over"), approximation("−", "nearly", ""), approximation("+", "over", "nearly")
    ('at most', 'at most', 'about')
    """
    if operation in ("−", "÷"):
        parts = (parts[0], *(_FLIPPED.get(part, part) for part in parts[1:]))
    words = {part for part in parts if part}
    sides = {_SIDES.get(word, 0) for word in words}
    if not words:
        return ""
    if len(sides) != 1 or 0 in sides:  # which way it errs cannot be said
        return "about"
    return "at least" if 1 in sides else "at most"


def astray(part: str, whole: str) -> str:
    """The condition of one count's address `cells:…` that another's does not keep; empty where it lies inside.

    Empty, too, where one of them is no count of cells, or they are counts of two studies: nothing is known of it then.

    Examples
    --------
    >>> astray("cells:enterprises?staff_from=50&organisation=any", "cells:enterprises?staff_from=25")
    ''
    >>> astray("cells:enterprises?staff_from=25", "cells:enterprises?categories=private,foreign&staff_from=25")
    'categories=private,foreign'
    """
    (study, cells, own), (other, others, base) = part.partition("cells:"), whole.partition("cells:")
    if not (cells and others) or study != other:
        return ""
    kept = dict(condition.split("=", 1) for condition in own.partition("?")[2].split("&") if condition)
    asked = (condition for condition in base.partition("?")[2].split("&") if condition)
    return next((condition for condition in asked if not _keeps(kept, *condition.split("=", 1))), "")


def _keeps(kept: Mapping[str, str], name: str, asked: str) -> bool:
    own = kept.get(name, "")
    if name == "members_from":  # full members are members
        return max(int(own or 0), int(kept.get("full_members_from", 0))) >= int(asked)
    if name == "organisation" and asked == "any":
        return own in ("any", "independent", "joint") or kept.get("five_good") == "yes"
    if not own or own == asked:
        return own == asked
    if name.endswith("_from"):
        return int(own) >= int(asked)
    if name.endswith("_to"):
        return int(own) <= int(asked)
    return set(own.split(",")) <= set(asked.split(","))
