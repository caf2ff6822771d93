"""The same number in two papers: found by where it comes from, else by its name, else by its place among the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from analysis.ledger import Claim
from analysis.quantities import Quantity
from analysis.views.blocks import Section


@dataclass(frozen=True)
class Said:
    """A claim, and the section it first stands in."""

    section: str
    claim: Claim


def said_in(sections: Iterable[Section]) -> tuple[Said, ...]:
    """Every claim of a paper, once, in the order of reading."""
    first: dict[Claim, str] = {}
    for section in sections:
        for claim in section.claims():
            first.setdefault(claim, section.name)
    return tuple(Said(section, claim) for claim, section in first.items())


def matched(one: Sequence[Said], other: Sequence[Said]) -> dict[int, int]:
    """Which claim of one paper is which of the other, by their positions; no claim is matched twice.

    Claims are the same when they are computed in the same way from the same addresses; else when they have the same name
    and unit in the same section; else when they are made in the same manner at the same place between claims that match.
    """
    pairs: dict[int, int] = {}
    for signature in (_origin, _name):
        _pair(pairs, one, other, signature)
    rest = [position for position in range(len(one)) if position not in pairs]
    free = [position for position in range(len(other)) if position not in set(pairs.values())]
    manners = [_manner(one[position]) for position in rest], [_manner(other[position]) for position in free]
    for block in SequenceMatcher(None, *manners, autojunk=False).get_matching_blocks():
        for step in range(block.size):
            pairs[rest[block.a + step]] = free[block.b + step]
    return pairs


def _pair(
    pairs: dict[int, int], one: Sequence[Said], other: Sequence[Said], signature: Callable[[Said], Hashable]
) -> None:
    """Add the pairs of the same signature, first to first, second to second."""
    waiting: dict[Hashable, list[int]] = defaultdict(list)
    taken = set(pairs.values())
    for position, said in enumerate(other):
        if position not in taken:
            waiting[signature(said)].append(position)
    for position, said in enumerate(one):
        if position not in pairs and waiting[signature(said)]:
            pairs[position] = waiting[signature(said)].pop(0)


def _origin(said: Said) -> Hashable:
    return said.section, _tree(said.claim.quantity), said.claim.quantity.label


def _tree(quantity: Quantity) -> Hashable:
    return quantity.address or (quantity.operation, *(_tree(part) for part in quantity.parts))


def _name(said: Said) -> Hashable:
    return said.section, said.claim.quantity.label, said.claim.quantity.unit


def _manner(said: Said) -> Hashable:
    return said.section, said.claim.quantity.unit, _shape(said.claim.quantity)


def _shape(quantity: Quantity) -> Hashable:
    """How a number is made, without the keys of its addresses."""
    return quantity.address.partition(":")[0] or (quantity.operation, *(_shape(part) for part in quantity.parts))
