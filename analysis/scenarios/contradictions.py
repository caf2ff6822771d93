"""Levers that cannot both be as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.quantities import Label


@dataclass(frozen=True)
class Contradiction:
    """Two levers that cannot both be as they are: what is wrong, and what would do."""

    first: str
    second: str
    said: Label
    allowed: Label


def contradictions(levers: Mapping[str, float]) -> tuple[Contradiction, ...]:
    """The pairs of levers decided that contradict each other.

    Examples
    --------
    >>> [one.said.en for one in contradictions({"recruiting_rate": 0, "first_members_per_100_staff": 0.1})]
    ['nobody is admitted, and first members are']
    """
    first_members = levers.get("first_members_per_100_staff", 0) > 0
    holds = (levers.get("recruiting_rate") == 0, levers.get("instructors_added", 0) < 0)
    return tuple(one for one, is_so in zip(_CONTRADICTIONS, holds, strict=True) if is_so and first_members)


_CONTRADICTIONS = (
    Contradiction(
        "recruiting_rate",
        "first_members_per_100_staff",
        Label("不发展党员，却发展首名党员", "nobody is admitted, and first members are"),
        Label("两项都为零，或都大于零", "both 0, or both above"),
    ),
    Contradiction(
        "instructors_added",
        "first_members_per_100_staff",
        Label(
            "减少指导员，却设定由指导员发展首名党员",
            "instructors are withdrawn, and their work on first members is set",
        ),
        Label("只设其中一项", "leave one of them out"),
    ),
)
