"""A finished run read back: its notebook, study and code as they were, and its claims, each found again in another's, and
what differs between the inputs of two: a figure, an assumption, a parameter, a line of code, a package.
"""

from __future__ import annotations

import difflib
import tomllib
import zipfile
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from analysis.briefing.documents.archive import unpacked
from analysis.briefing.executed import read_executed, sections_in
from analysis.briefing.manifest import OTHER_STUDIES, REGISTER, STYLE, edited, read_manifest
from analysis.delimited import text_in
from analysis.errors import DataError, WorkbookError, reason_of
from analysis.ledger import Claim
from analysis.messages import said
from analysis.quantities import Quantity
from analysis.reading import only_a_file, rows_in, toml_of
from analysis.study import TABLES
from analysis.style_file import NAME
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


Part = Literal["data", "assumptions", "definition", "parameters", "code", "environment"]
PARTS: tuple[Part, ...] = ("data", "assumptions", "definition", "parameters", "code", "environment")
_ASSUMED = ("assumptions.toml", "dynamics.toml")
_DEFINED = ("study.toml", "targets.toml", "relations.toml")
_MOST = 20  # lines of code that are told of one file


@dataclass(frozen=True)
class Change:
    """One thing that differs.

    Parameters
    ----------
    where
        File and key, or the parameter's name.
    before, after
        Its values as text; empty where it is not there.
    """

    part: Part
    where: str
    before: str
    after: str


def part_of(file: str) -> Part:
    """Which part of a run's inputs a file of its study belongs to.

    Examples
    --------
    >>> part_of("study/published.csv"), part_of("study/targets.toml"), part_of("study/scenarios/low.toml")
    ('data', 'definition', 'assumptions')
    """
    if not file.endswith((".csv", ".toml", ".xlsx")) or file.startswith(f"{STYLE}/") or file == f"study/{NAME}":
        return "environment"  # how papers look
    file = file.partition("/")[2]
    if file in _ASSUMED or file.startswith("scenarios/"):
        return "assumptions"
    return "definition" if file in _DEFINED else "data"


def changes(one: Finished, other: Finished) -> tuple[Change, ...]:
    """Everything that differs between the inputs of two runs, part by part."""
    found = [
        *_of_study(one, other),
        *_of_registers(one, other),
        *_of_parameters(one, other),
        *_of_code(one, other),
        *_of_packages(one, other),
    ]
    return tuple(sorted(found, key=lambda change: PARTS.index(change.part)))


def _of_study(one: Finished, other: Finished) -> Iterator[Change]:
    before, after = one.data, other.data
    for file in sorted({*before, *after}):
        if before.get(file) != after.get(file):
            yield from _between(
                part_of(file),
                file.removeprefix("study/"),
                _values(file, before.get(file)),
                _values(file, after.get(file)),
            )


def _of_registers(one: Finished, other: Finished) -> Iterator[Change]:
    hashes = (
        {name: value[:12] for name, value in run.manifest["inputs"].items() if name.startswith(REGISTER)}
        for run in (one, other)
    )
    yield from _between("data", "", *hashes)


def _of_parameters(one: Finished, other: Finished) -> Iterator[Change]:
    before, after = ({**run.manifest["parameters"]} for run in (one, other))
    for values in (before, after):
        for name in {"study", *OTHER_STUDIES} & set(values):
            values.pop(name)  # compared by what they hold
    if one.manifest["notebook"] != other.manifest["notebook"]:
        before["notebook"], after["notebook"] = one.manifest["notebook"], other.manifest["notebook"]
    yield from _between("parameters", "", before, after)


def _of_code(one: Finished, other: Finished) -> Iterator[Change]:
    names = {name for name in (*one.files, *other.files) if name.startswith(("analysis/", "notebooks/"))}
    for name in sorted(names):
        before, after = (run.files.get(name, b"").decode(errors="replace").splitlines() for run in (one, other))
        if before != after and not (name.startswith("notebooks/") and not (before and after)):
            yield from _lines(name, before, after)


def _lines(name: str, before: list[str], after: list[str]) -> Iterator[Change]:
    """The lines that differ, replaced ones side by side."""
    told = 0
    for kind, start, end, other_start, other_end in difflib.SequenceMatcher(None, before, after).get_opcodes():
        if kind == "equal":
            continue
        if told == _MOST:
            yield Change("code", name, "…", "…")
            return
        told += 1
        old, new = (
            " ⏎ ".join(line.strip() for line in lines) for lines in (before[start:end], after[other_start:other_end])
        )
        yield Change("code", f"{name}, line {other_start + 1}", _short(old), _short(new))


def _of_packages(one: Finished, other: Finished) -> Iterator[Change]:
    yield from _between("environment", "", one.manifest["versions"], other.manifest["versions"])
    hashes = ({name: run.manifest["inputs"][name][:12] for name in ("lock", "fonts")} for run in (one, other))
    yield from _between("environment", "", *hashes)


def _between(part: Part, where: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for key in dict.fromkeys((*before, *after)):
        if before.get(key) != after.get(key):
            old, new = (_short(str(values.get(key, ""))) for values in (before, after))
            yield Change(part, f"{where}, {key}" if where else key, old, new)


def _values(file: str, content: bytes | None) -> Mapping[str, Any]:
    """The values of a file by their keys; a file that is no table and no settings is one value."""
    if content is None:
        return {}
    whole = {"content": f"{len(content)} bytes, SHA-256 {sha256(content).hexdigest()[:12]}"}
    if not file.endswith((".csv", ".toml")):
        return whole
    try:
        text = text_in(content, file)
        if file.endswith(".toml"):
            return dict(_settings("", toml_of(text)))
        model = TABLES.get(file.partition("/")[2])
        rows = () if model is None else rows_in(text, file, model)
    except (DataError, tomllib.TOMLDecodeError):
        return whole
    keyed = {f"{row.get('id', line)}.{name}": value for line, row in rows for name, value in row.items()}
    return keyed or whole


def _settings(place: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _settings(f"{place}.{name}" if place else name, part)
    elif isinstance(value, list) and any(isinstance(part, dict) for part in value):
        for position, part in enumerate(value):
            name = part.get("id", position) if isinstance(part, dict) else position
            yield from _settings(f"{place}.{name}", part)
    else:
        yield place, value


def _short(text: str, most: int = 160) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
