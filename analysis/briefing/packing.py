"""One archive with all that a run needs to be run again elsewhere, and the way back; the archive is an RO-Crate.

Source: Soiland-Reyes et al. 2022, Packaging research artefacts with RO-Crate, Data Science 5:97; RO-Crate 1.1, which names
what was used, what did it and what came out.
"""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import shutil
import stat
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date as calendar_date
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from analysis.briefing.documents.archive import Content, unpacked, write_archive
from analysis.briefing.executed import read_executed, sections_in
from analysis.briefing.folder import hidden_beside, write_whole
from analysis.briefing.manifest import OTHER_STUDIES, STYLE, changed_in, digest, edited, read_manifest, surroundings
from analysis.briefing.packing_registers import HELD, TO_BRING, bring, counted_in, held, register_files, to_bring
from analysis.briefing.parameters import MODELS, NOTEBOOKS_FOLDER, SourcesParameters, from_file, recorded, to_toml
from analysis.briefing.run_store import MEDIA_TYPES
from analysis.errors import OutputError, WorkbookError, reason_of
from analysis.messages import said
from analysis.reading import only_a_file
from analysis.views.layout import lay_out

LARGEST = 4 * 2**30  # bytes that an archive may unpack to
_MOST_FILES = 10_000
_MOST_TIMES = 200  # by how much a member may grow when it is unpacked


@dataclass(frozen=True)
class Unpacked:
    """An archive that was unpacked.

    Parameters
    ----------
    command
        What runs it again, from inside the folder.
    same_code, same_notebook
        Whether this workbook's code and notebook are those of the run; else its bytes may differ.
    to_bring
        What is not in the archive and has to be put there first; empty where nothing is missing.
    """

    folder: Path
    command: str
    same_code: bool
    same_notebook: bool
    to_bring: str


def pack(run: Path, target: Path, *, date: str = "", with_registers: bool = False) -> Path:
    """Write a run and all that went into it as one archive: studies, parameters, notebook, lock, documents, ledger.

    Returns are files of their study and go along. A register of enterprises stays where it is, unless it is asked for:
    the archive then says, in BRING.txt, what has to be brought.

    Parameters
    ----------
    run
        The folder of a finished run, as it was written.
    target
        The archive, a .zip; it appears whole or not at all.
    date
        The day of publication in the archive's description; today where none is given.
    with_registers
        Whether registers go along; the archive is then as confidential as they are, and says so.

    Raises
    ------
    WorkbookError
        When a file of the run, or its register, was changed since: what is packed would not be what was run.
    OutputError
        When the archive cannot be written.
    """
    manifest = read_manifest(run)
    _refuse_changed(run, manifest)
    parameters = recorded(manifest, run)
    places = _places(parameters)
    files: dict[str, Content] = {f"run/{one.name}": one.read_bytes() for one in sorted(run.iterdir()) if one.is_file()}
    kept = unpacked((run / "inputs.zip").read_bytes())
    for role, place in places.items():
        own = [name for name in kept if name.startswith(f"{role}/")]
        files |= {f"{place}/{name.removeprefix(f'{role}/')}": kept[name] for name in own}
    beside = ("notebooks/", f"{STYLE}/", "requirements.lock")
    files |= {name: content for name, content in kept.items() if name.startswith(beside)}
    files["parameters.toml"] = to_toml(parameters.model_copy(update=places)).encode()
    registers = counted_in(manifest)
    if with_registers:
        files |= register_files({getattr(parameters, role): place for role, place in places.items()}, files, manifest)
    if registers:
        files[HELD if with_registers else TO_BRING] = f"{(held if with_registers else to_bring)(registers)}\n".encode()
    title = lay_out(sections_in(read_executed(run / "notebook.ipynb"))).title
    described = crate(files, title=title, manifest=manifest, date=date or calendar_date.today().isoformat())
    text = json.dumps(described, ensure_ascii=False, indent=1) + "\n"
    return write_whole(target, partial(write_archive, parts={METADATA: text.encode(), **files}))


def kept_inside(manifest: Mapping[str, Any]) -> str:
    """What an archive of this run, and its `inputs.zip`, hold that is for few eyes; empty where nothing.

    Examples
    --------
    >>> kept_inside({"inputs": {"study": {"returns/a.xlsx": "ab12"}}, "disclosure": {"applies": True}})[:44]
    "the districts' returns are in it as they cam"
    """
    studies = (manifest["inputs"].get(name, {}) for name in ("study", *OTHER_STUDIES))
    holds = any(file.endswith(".xlsx") for files in studies for file in files)
    if not holds or not manifest["disclosure"].get("applies"):
        return ""
    return (
        "the districts' returns are in it as they came, small counts and all, and so they are in the run's inputs.zip: give it "
        "only to those who may read them; the documents may go to everybody"
    )


def unpack(archive: Path, folder: Path, *, registers: Sequence[Path] = ()) -> Unpacked:
    """Unpack an archive into a new folder, which appears whole or not at all.

    Parameters
    ----------
    registers
        Files or folders to bring where the archive does not hold them: each is put where its study looks for it.

    Raises
    ------
    WorkbookError
        When the archive is none that `pack` wrote, a file of it would land outside the folder, or a register is not the
        one that the run counted.
    OutputError
        When the folder is there already, or cannot be written.
    """
    if folder.exists():
        raise OutputError(said("{folder}: is there already; allowed: a new folder", folder=folder))
    try:
        with zipfile.ZipFile(only_a_file(archive)) as opened:
            members = _members(opened, archive)
            folder.parent.mkdir(parents=True, exist_ok=True)
            with hidden_beside(folder) as hidden:
                for member in members:
                    place = hidden / member.filename
                    place.parent.mkdir(parents=True, exist_ok=True)
                    with opened.open(member) as source, place.open("wb") as copied:
                        shutil.copyfileobj(source, copied)
                found = _unpacked(hidden, folder, archive, registers)
                os.rename(hidden, folder)
    except zipfile.BadZipFile as error:
        raise WorkbookError(
            said("{archive}: is not an archive of a run ({reason})", archive=archive, reason=reason_of(error))
        ) from None
    except OSError as error:
        what = "{archive}: cannot be unpacked to {folder}: {reason}"
        raise OutputError(said(what, archive=archive, folder=folder, reason=reason_of(error))) from error
    return found


def _unpacked(hidden: Path, folder: Path, archive: Path, registers: Sequence[Path]) -> Unpacked:
    needed = [METADATA, "parameters.toml", "run/manifest.json"]
    if missing := [name for name in needed if not (hidden / name).is_file()]:
        raise WorkbookError(
            said("{archive}: is not an archive of a run: {missing} is not in it", archive=archive, missing=missing[0])
        )
    manifest = read_manifest(hidden / "run")
    name = manifest["notebook"]
    words = ["workbook", "briefing", "--parameters", "parameters.toml"]
    words += ["--to", ",".join(manifest["formats"]), "--output", "again"]
    is_own = name not in MODELS  # it lies in the archive, and runs from there
    words += ["--notebook", f"notebooks/{name}.ipynb" if is_own else name] if name != "4_briefing" else []
    words += ["--style", f"{STYLE}/{Path(manifest[STYLE]).name}"] if STYLE in manifest else []
    inputs: dict[str, Any] = manifest.get("inputs", {})
    own = (hidden / "notebooks" if is_own else NOTEBOOKS_FOLDER) / f"{name}.ipynb"
    same_notebook = own.is_file() and digest(own) == inputs.get("notebook")
    same_code = surroundings().hashes["code"] == inputs.get("code")
    given = from_file(hidden / "parameters.toml")
    places = [str(given[role]) for role in ("study", *OTHER_STUDIES) if given.get(role)]
    absent = bring(hidden, places, registers, manifest)
    return Unpacked(folder, shlex.join(words), same_code, same_notebook, to_bring(absent))


def _members(opened: zipfile.ZipFile, archive: Path) -> list[zipfile.ZipInfo]:
    """The archive's files, when each lands inside the folder, once, and no larger than it may be."""
    members = [member for member in opened.infolist() if not member.is_dir()]
    names = [member.filename for member in members]
    for member in members:
        if _is_outside(member):
            what = "{archive}: {filename!r} would land outside its folder; nothing was unpacked"
            raise WorkbookError(said(what, archive=archive, filename=member.filename))
        if member.file_size > _MOST_TIMES * max(member.compress_size, 1024):
            what = "{archive}: {filename} grows {most_times} times and more; nothing was unpacked"
            raise WorkbookError(said(what, archive=archive, filename=member.filename, most_times=_MOST_TIMES))
    if len(set(names)) < len(names) or len(names) > _MOST_FILES or sum(m.file_size for m in members) > LARGEST:
        what = "each name once, at most {most_files:,} files and {largest:,} bytes"
        allowed = said(what, most_files=_MOST_FILES, largest=LARGEST)
        what = "{archive}: is no archive of a run; allowed: {allowed}; nothing was unpacked"
        raise WorkbookError(said(what, archive=archive, allowed=allowed))
    return members


def _is_outside(member: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(member.filename)
    is_link = stat.S_ISLNK(member.external_attr >> 16)
    odd = "\\" in member.filename or ":" in member.filename or "\0" in member.orig_filename
    return path.is_absolute() or ".." in path.parts or is_link or odd or not path.parts


def _places(parameters: SourcesParameters) -> dict[str, str]:
    """Where each study of a run stands in the archive, by the parameter that names it; no two at the same place."""
    places: dict[str, str] = {}
    for role in ("study", *OTHER_STUDIES):
        if name := getattr(parameters, role, ""):
            place, same = _place(name), [one for one in places if getattr(parameters, one) == name]
            is_taken = place in places.values()
            places[role] = places[same[0]] if same else f"{role}-{PurePosixPath(place).name}" if is_taken else place
    return places


def _place(study: str) -> str:
    """Where a study stands in the archive, so that its name means the same from inside the unpacked folder."""
    path = PurePosixPath(Path(study).as_posix())
    is_near = not path.is_absolute() and ".." not in path.parts
    return path.as_posix() if is_near and path.parts[0] != "run" else path.name


def _refuse_changed(run: Path, manifest: dict[str, Any]) -> None:
    if "inputs.zip" not in manifest["outputs"]:
        what = "{run}: does not hold what it was made from (inputs.zip); run it again, then pack it"
        raise WorkbookError(said(what, run=run))
    for name in (*changed_in(run, manifest), *(["manifest.json"] if edited(manifest) else [])):
        what = "{run}: {changed} was changed after the run; run it again, then pack it"
        raise WorkbookError(said(what, run=run, changed=name))


METADATA = "ro-crate-metadata.json"
_SPECIFICATION = "https://w3id.org/ro/crate/1.1"

Entity = dict[str, Any]


_TERMS: Entity = {
    "@id": "#terms",
    "@type": "CreativeWork",
    "name": "Terms of use",
    "description": "Published figures belong to the documents they are quoted from, which published.csv names.",
}


def crate(files: Mapping[str, Content], *, title: str, manifest: Mapping[str, Any], date: str) -> Entity:
    """The metadata of a crate that holds a run.

    Parameters
    ----------
    files
        The archive's files by path: `run/…` is what came out, all else is what went in.
    title
        The paper's.
    manifest
        The run's.
    date
        The day of publication, YYYY-MM-DD.

    Returns
    -------
    dict
        The content of `ro-crate-metadata.json`.

    Examples
    --------
    >>> made = crate({"run/briefing.pdf": b""}, title="A", manifest={"notebook": "4_briefing"}, date="2026-01-31")
    >>> [entity["@id"] for entity in made["@graph"]][:4]
    ['ro-crate-metadata.json', './', '#run', '#workbook']
    """
    inputs, outputs = (
        [path for path in sorted(files) if path.startswith("run/") == is_output] for is_output in (False, True)
    )
    versions = manifest.get("versions", {}).items()
    notebook = manifest["notebook"]
    graph = [
        {"@id": METADATA, "@type": "CreativeWork", "about": {"@id": "./"}, "conformsTo": {"@id": _SPECIFICATION}},
        {
            "@id": "./",
            "@type": "Dataset",
            "name": title,
            "description": f"A run of the notebook {notebook}: its documents, and all that is needed to run it again.",
            "datePublished": date,
            "license": {"@id": "#terms"},
            "mentions": {"@id": "#run"},
            "hasPart": _references(sorted(files)),
        },
        {
            "@id": "#run",
            "@type": "CreateAction",
            "name": f"Execution of {notebook}",
            "instrument": {"@id": "#workbook"},
            "object": _references(inputs),
            "result": _references(outputs),
        },
        {
            "@id": "#workbook",
            "@type": "SoftwareApplication",
            "name": "coverage-workbook",
            "identifier": f"sha256:{manifest.get('inputs', {}).get('code', '')}",
            "softwareRequirements": ", ".join(f"{name} {version}" for name, version in versions),
        },
        _TERMS,
    ]
    return {"@context": f"{_SPECIFICATION}/context", "@graph": [*graph, *(_file(path, files[path]) for path in files)]}


def _file(path: str, content: Content) -> Entity:
    return {
        "@id": path,
        "@type": "File",
        "name": path.rpartition("/")[2],
        "encodingFormat": MEDIA_TYPES.get(f".{path.rpartition('.')[2]}", "application/octet-stream"),
        "contentSize": str(len(content) if isinstance(content, bytes) else content.stat().st_size),
        "sha256": hashlib.sha256(content).hexdigest() if isinstance(content, bytes) else digest(content),
    }


def _references(paths: list[str]) -> Entity | list[Entity]:
    """What an entity names: one, or a list of several."""
    named = [{"@id": path} for path in paths]
    return named[0] if len(named) == 1 else named
