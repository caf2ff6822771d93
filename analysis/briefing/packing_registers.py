"""The registers of a packed run: they stay where they are unless asked for, and are told from others by their hash."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from analysis.briefing.documents.archive import Content
from analysis.briefing.manifest import REGISTER
from analysis.errors import WorkbookError
from analysis.messages import lines_of, said
from analysis.reading import settings_of
from analysis.study import folder_of
from analysis.study_models import StudyFile

TO_BRING = "BRING.txt"  # says what is not in the archive
HELD = "CONFIDENTIAL.txt"  # says that registers are in it


def counted_in(manifest: Mapping[str, Any]) -> dict[str, str]:
    """The registers that a run counted: their hashes by the ids of their studies."""
    inputs = manifest.get("inputs", {})
    return {name.removeprefix(REGISTER): seen for name, seen in inputs.items() if name.startswith(REGISTER)}


def to_bring(registers: Mapping[str, str]) -> str:
    """What an archive does not hold and whoever runs it again has to bring; empty where nothing.

    Parameters
    ----------
    registers
        Hashes by study.

    Examples
    --------
    >>> print(to_bring({"wuxi-2004": "ab12"}))
    the register of wuxi-2004 is not in the archive: registers of enterprises stay where they are. To run it again, bring the \
same register, SHA-256 ab12: workbook unpack … --register FILE puts it where [register] in the study's study.toml says
    """
    what = (
        "the register of {study} is not in the archive: registers of enterprises stay where they are. To run it again, "
        "bring the same register, SHA-256 {seen}: workbook unpack … --register FILE puts it where [register] in the "
        "study's study.toml says"
    )
    told = (said(what, study=study, seen=seen) for study, seen in registers.items())
    return lines_of(*told) if registers else ""


def held(registers: Mapping[str, str]) -> str:
    """What an archive says that holds registers; empty where it holds none."""
    told = "This archive holds the register of {studies}: give it to nobody who may not have the register."
    return said(told, studies=tuple(registers)) if registers else ""


def register_files(
    studies: Mapping[str, str], files: Mapping[str, Content], manifest: Mapping[str, Any]
) -> dict[str, Path]:
    """The files of the registers that a run counted, by where they stand in the archive.

    Parameters
    ----------
    studies
        Each study, as a parameter names it, and where it stands in the archive.
    files
        The archive's files, the studies as they were run among them.

    Raises
    ------
    WorkbookError
        When a register is in a database or outside its study's folder, or is another one than the run counted.
    """
    from analysis.sources.registers.readers.raw import files_of, located

    found: dict[str, Path] = {}
    for name, place in studies.items():
        folder, written = folder_of(name), files[f"{place}/study.toml"]
        assert isinstance(written, bytes)
        settings = StudyFile.model_validate(tomllib.loads(written.decode("utf-8-sig")))
        if settings.input != "register" or settings.register_input is None:
            continue
        inside, seen = _inside(settings), counted_in(manifest).get(settings.id)
        if not inside:
            raise _outside(settings)
        register = located(settings.register_input.path, folder)
        if _hash(register) != seen:
            what = "{register}: the register of {study} was changed after the run; run it again"
            raise WorkbookError(said(what, register=register, study=settings.id))
        for file in files_of(register):
            found[str(PurePosixPath(place, inside) / file.relative_to(register))] = file
    return found


def bring(
    folder: Path, places: Sequence[str], registers: Sequence[Path], manifest: Mapping[str, Any]
) -> dict[str, str]:
    """Put registers into an unpacked run, and say which are still missing.

    Parameters
    ----------
    places
        Where the run's studies stand in the folder.

    Returns
    -------
    dict
        Hashes of the registers that the run counted and the folder does not hold, by study.

    Raises
    ------
    WorkbookError
        When a register is not one that the run counted.
    """
    wanted = counted_in(manifest)
    given = {_hash(register): register for register in registers}
    for seen, register in given.items():
        if seen not in wanted.values():
            named = ", ".join(f"{study}: {known}" for study, known in wanted.items()) or "none"
            what = "{register}: is not a register of this run, its SHA-256 is {seen}; allowed: {named}; nothing was unpacked"
            raise WorkbookError(said(what, register=register, seen=seen, named=named))
    missing = dict(wanted)
    for place in dict.fromkeys(places) if wanted else ():
        if not (folder / place).resolve().is_relative_to(folder.resolve()):
            raise WorkbookError(
                said('"{place}" is a study outside the archive\'s folder; nothing was unpacked', place=place)
            )
        settings = settings_of(folder / place / "study.toml", StudyFile)
        if settings.id not in wanted:
            continue
        inside, is_given = _inside(settings), wanted[settings.id] in given
        if is_given and not inside:
            raise _outside(settings)
        target = folder / place / inside
        if is_given:
            _copied(given[wanted[settings.id]], target)
        if inside and target.exists() and _hash(target) == wanted[settings.id]:
            missing.pop(settings.id, None)
    return missing


def _inside(settings: StudyFile) -> str:
    """Where a study's register lies in its folder; empty where it lies elsewhere, or in a database."""
    register = settings.register_input
    where = PurePosixPath(Path(register.path).as_posix()) if register is not None and register.path else PurePosixPath()
    is_outside = not where.parts or where.is_absolute() or ".." in where.parts or where.parts[0].startswith("~")
    return "" if is_outside else where.as_posix()


def _outside(settings: StudyFile) -> WorkbookError:
    what = (
        "{study}: its register does not lie in the study's folder and cannot go along; allowed: a file or "
        "folder of the study that [register] in study.toml names"
    )
    return WorkbookError(said(what, study=settings.id))


def _hash(register: Path) -> str:
    from analysis.sources.digests import digest_of

    if not register.exists():
        raise WorkbookError(said("{register}: there is no such register", register=register))
    return digest_of(register)


def _copied(register: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if register.is_dir():
        shutil.copytree(register, target, dirs_exist_ok=True)
    else:
        shutil.copyfile(register, target)
