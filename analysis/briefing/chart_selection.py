"""What is chosen on the screen: a state of the views, from parameters, and the parameters that a click in a chart changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.coverage.answers import State


@dataclass(frozen=True)
class Click:
    """A click on a mark of a chart: the mark's id, and whether it adds to what is chosen."""

    chart: str
    id: str
    add: bool


def state_of(values: Mapping[str, Any]) -> State:
    """What is chosen, from parameters.

    Examples
    --------
    >>> state_of(dict(district="a,b", category="all", base="operating", staff_threshold=25, member_threshold=3,
    ...               directly_managed="any")).districts
    ('a', 'b')
    """
    return State(
        districts=_ids(values["district"]),
        categories=_ids(values["category"]),
        base=values["base"],
        staff_from=values["staff_threshold"],
        full_members_from=values["member_threshold"],
        directly_managed=values["directly_managed"],
    )


def clicked(values: Mapping[str, Any], click: Click) -> dict[str, Any]:
    """The parameters that a click changes. A click on what alone is chosen takes the choice back.

    Examples
    --------
    >>> clicked(dict(district="a"), Click("bars", "b", add=True))
    {'district': 'a,b'}
    >>> clicked(dict(district="a"), Click("map", "a", add=False))
    {'district': 'all'}
    """
    if click.chart in ("map", "bars"):
        return {"district": _chosen(values["district"], click)}
    if click.chart != "bands":
        return {}
    category, _, low = click.id.partition("|")
    staff = int(low)
    if not click.add and (values["category"], values["staff_threshold"]) == (category, staff):
        return {"category": "all", "staff_threshold": 0}
    return {
        "category": _chosen(values["category"], Click("", category, click.add), keep=True),
        "staff_threshold": staff,
    }


def _chosen(value: str, click: Click, *, keep: bool = False) -> str:
    before = _ids(value)
    if not click.add:
        after: Sequence[str] = () if before == (click.id,) and not keep else (click.id,)
    elif click.id in before:
        after = [name for name in before if name != click.id]
    else:
        after = [*before, click.id]
    return ",".join(after) or "all"


def _ids(value: str) -> tuple[str, ...]:
    return () if value == "all" else tuple(value.split(","))
