"""Where runs go, what they are called, which formats they have, and how finished ones are found again."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.briefing.folder import whole_folder
from analysis.briefing.manifest import changed_in, digest, edited, id_of, read_manifest
from analysis.briefing.parameter_models import SourcesParameters, text_of
from analysis.briefing.parameters import MODELS, name_of
from analysis.errors import ParameterError, WorkbookError, one_of
from analysis.messages import said
from analysis.study import ROOT, open_study

PAPER = ("docx", "pdf", "html", "xlsx")  # what a run writes when nothing else is asked for
FORMATS = (*PAPER, "pptx")
MEDIA_TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".pdf": "application/pdf",
    ".html": "text/html",
    ".json": "application/json",
    ".ipynb": "application/x-ipynb+json",
    ".csv": "text/csv",
    ".toml": "application/toml",
    ".lock": "text/plain",
    ".parquet": "application/vnd.apache.parquet",
}


REPORTS = ROOT / "reports"
BRIEFING = "4_briefing"
_NOT_IN_A_NAME = re.compile(r"[^\w.,+-]")
_LONGEST = 180  # bytes of a run's name; a folder's has at most 255, and the notebook's name stands before it


def default_folder(parameters: SourcesParameters, *, notebook: str = BRIEFING) -> Path:
    """Where a run goes by default: reports/<study>/ and a name made of the parameters that are not the default.

    The name begins with the notebook's, but for the briefing: a paper of one notebook does not replace another's.
    """
    called = name_of(parameters, notebook)
    name = run_name(parameters) if called == BRIEFING else f"{called}_{run_name(parameters)}"
    return REPORTS / open_study(parameters.study).id / name


def run_name(parameters: SourcesParameters) -> str:
    """A run's name: its language and the parameters that are not the default.

    Examples
    --------
    >>> from analysis.briefing.parameters import BriefingParameters
    >>> run_name(BriefingParameters(language="en", district="a", years=5))
    'en_a_years-5'
    >>> run_name(BriefingParameters(scenario="a/b"))
    'zh_scenario-a-b-c14cdd'
    """
    defaults = type(parameters)()
    changed = [
        ("" if name in ("language", "district") else f"{name}-") + _in_a_name(text_of(getattr(parameters, name)))
        for name in type(parameters).model_fields
        if name != "study" and (name == "language" or getattr(parameters, name) != getattr(defaults, name))
    ]
    return _in_a_name("_".join(changed))


def _in_a_name(text: str) -> str:
    """A text as it may stand in a folder's name: as it is, or what can be read of it and a mark that no other text has."""
    bare = _NOT_IN_A_NAME.sub("-", text).encode()[:_LONGEST].decode(errors="ignore")
    return text if bare == text else f"{bare}-{hashlib.sha256(text.encode()).hexdigest()[:6]}"


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


def run_of(asked: Path) -> Path:
    """The folder of a run: itself, or the one below reports/ whose id begins so.

    Raises
    ------
    WorkbookError
        When there is no such run, or several different ones.
    """
    name = str(asked)
    if asked.exists() or not re.fullmatch(r"[a-p]{6,8}", name):
        return asked
    runs = {path: id_of(manifest) for path, manifest in runs_in(REPORTS)}
    found = [path for path, own in runs.items() if own.startswith(name)]
    if len({runs[path] for path in found}) == 1:
        return found[0]
    if found:
        told = 'several runs begin with "{id}": {runs}'
        raise WorkbookError(said(told, id=name, runs=", ".join(str(path) for path in found)))
    allowed = one_of(sorted(set(runs.values())), seen=name)
    raise WorkbookError(said('no run has the id "{id}"; allowed: {allowed}', id=name, allowed=allowed))


def run_beside(notebook: Path) -> str:
    """The id of the run that an executed notebook is of, as it was written; empty where it is of none."""
    try:
        manifest = read_manifest(notebook.parent)
        is_its_own = manifest["outputs"].get(notebook.name) == digest(notebook) and not edited(manifest)
    except (OSError, WorkbookError):
        return ""
    return id_of(manifest) if is_its_own else ""


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
            what = '--where: "{name}" is not a parameter; allowed: {allowed}'
            raise ParameterError(said(what, name=name, allowed=one_of(names, seen=name, most=20)))
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
        return manifest.get("key") == key and not edited(manifest) and not changed_in(folder, manifest)
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
