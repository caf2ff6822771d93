"""Finished runs found again: by their parameters, and by their key."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.briefing.folder import whole_folder
from analysis.briefing.manifest import digest, edited, read_manifest
from analysis.briefing.parameter_models import text_of
from analysis.briefing.parameters import MODELS
from analysis.errors import ParameterError, WorkbookError, one_of
from analysis.messages import said

NAMES = tuple(dict.fromkeys(["notebook", *(name for model in MODELS.values() for name in model.model_fields)]))


def runs_in(place: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Every run below a folder with its manifest, in the order of their names; unfinished ones are passed over."""
    for path, folders, files in os.walk(place):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        if "manifest.json" in files:
            folders.clear()  # a run holds no runs
            try:
                manifest = read_manifest(Path(path))
            except WorkbookError:
                continue
            yield Path(path), manifest


def conditions(pairs: Sequence[str], known: Iterable[str] = NAMES) -> dict[str, str]:
    """What runs are asked for, from texts `NAME=VALUE`.

    Parameters
    ----------
    known
        The names that may be asked by: the house's, and those of notebooks of one's own.

    Raises
    ------
    ParameterError
        For a name that is no parameter, or a text without a value.

    Examples
    --------
    >>> conditions(["district=320583"])
    {'district': '320583'}
    """
    found, names = {}, tuple(known)
    for pair in pairs:
        name, sign, value = (part.strip() for part in pair.partition("="))
        if not sign:
            raise ParameterError(
                said('--where "{pair}": no value; allowed: NAME=VALUE, for example language=zh', pair=pair)
            )
        if name not in names:
            raise ParameterError(
                said(
                    '--where: "{name}" is not a parameter; allowed: {allowed}',
                    name=name,
                    allowed=one_of(names, seen=name, most=20),
                )
            )
        found[name] = value
    return found


def meets(manifest: Mapping[str, Any], asked: Mapping[str, str]) -> bool:
    """Whether a run has the values asked for; of several districts or categories, one is enough."""
    values = {**manifest["parameters"], "notebook": manifest["notebook"]}
    return all(
        name in values and value in (text_of(values[name]), *text_of(values[name]).split(","))
        for name, value in asked.items()
    )


def is_whole(folder: Path, key: str) -> bool:
    """Whether a folder holds a whole run of this key, every file as the run wrote it."""
    try:
        manifest = read_manifest(folder)
        return (
            manifest.get("key") == key
            and not edited(manifest)
            and all(digest(folder / name) == written for name, written in manifest["outputs"].items())
        )
    except (OSError, WorkbookError):
        return False


def copy_run(run: Path, folder: Path) -> None:
    """A whole run at another place: it appears whole or not at all.

    Raises
    ------
    OutputError
        When the place cannot be written to.
    """
    with whole_folder(folder) as work:
        for path in run.iterdir():
            shutil.copyfile(path, work / path.name)
