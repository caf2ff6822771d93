"""What a run was made of, read back from its folder: its notebook, study and code as they were."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from analysis.briefing.archive import unpacked
from analysis.briefing.executed import read_executed, sections_in
from analysis.briefing.manifest import edited, read_manifest
from analysis.briefing.matching import Said, said_in
from analysis.errors import WorkbookError, reason_of
from analysis.messages import said
from analysis.reading import only_a_file


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
            raise WorkbookError(
                said(
                    '{path}: holds "{name}", which lies outside its folder; allowed: names below it',
                    path=path,
                    name=name,
                )
            )
    return Finished(folder, manifest, files, said_in(sections_in(read_executed(folder / "notebook.ipynb"))))
