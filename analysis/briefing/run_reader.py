"""A finished run read back: its notebook, study and code as they were, and its claims, each found again in another's."""

from __future__ import annotations

import zipfile
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path, PurePosixPath
from typing import Any

from analysis.briefing.documents.archive import unpacked
from analysis.briefing.executed import read_executed, sections_in
from analysis.briefing.manifest import edited, read_manifest
from analysis.errors import WorkbookError, reason_of
from analysis.ledger import Claim
from analysis.messages import said
from analysis.quantities import Quantity
from analysis.reading import only_a_file
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
    for position, claim in enumerate(other):
        if position not in taken:
            waiting[signature(claim)].append(position)
    for position, claim in enumerate(one):
        if position not in pairs and waiting[signature(claim)]:
            pairs[position] = waiting[signature(claim)].pop(0)


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


@dataclass(frozen=True, eq=False)
class Finished:
    """A finished run: what it says and what it was made of.

    Parameters
    ----------
    files
        The contents of its `inputs.zip` by name: `study/…`, other studies, `notebooks/…`, `analysis/…`, the lock.
    said
        Its claims as recorded.
    """

    folder: Path
    manifest: Mapping[str, Any]
    files: Mapping[str, bytes]
    said: tuple[Said, ...]

    @property
    def data(self) -> dict[str, bytes]:
        """The files of its studies: `study/…`, and those of others it compares with, each below its parameter's name."""
        own = ("analysis/", "notebooks/", "requirements.lock")
        return {name: content for name, content in self.files.items() if not name.startswith(own)}


def read_run(folder: Path) -> Finished:
    """A finished run from its folder.

    Raises
    ------
    WorkbookError
        When the folder holds no run, its manifest was edited, or its inputs cannot be read.
    """
    manifest = read_manifest(folder)
    if edited(manifest):
        raise WorkbookError(
            said("{path}: was edited by hand; allowed: a run as it was written", path=folder / "manifest.json")
        )
    path = folder / "inputs.zip"
    try:
        files = unpacked(only_a_file(path).read_bytes())
    except (OSError, zipfile.BadZipFile) as error:
        raise WorkbookError(
            said("{path}: cannot be read ({reason}); write the run again", path=path, reason=reason_of(error))
        ) from None
    for name in files:
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            what = '{path}: holds "{name}", which lies outside its folder; allowed: names below it'
            raise WorkbookError(said(what, path=path, name=name))
    return Finished(folder, manifest, files, said_in(sections_in(read_executed(folder / "notebook.ipynb"))))
