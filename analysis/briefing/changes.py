"""What differs between the inputs of two runs, named: a figure, an assumption, a parameter, a line of code, a package."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal

from analysis.briefing.manifest import OTHER_STUDIES, REGISTER, STYLE
from analysis.briefing.run_reader import Finished
from analysis.delimited import text_in
from analysis.errors import DataError
from analysis.reading import rows_in, toml_of
from analysis.study import TABLES
from analysis.style_file import NAME

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
