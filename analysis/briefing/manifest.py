"""What a run was made of: parameters, hashes of everything that went in and came out, versions. No clock time."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from analysis.briefing.parameters import NOTEBOOKS_FOLDER, SourcesParameters
from analysis.errors import WorkbookError, reason_of
from analysis.study import ROOT, open_study, study_files

_PACKAGES = (
    "altair",
    "duckdb",
    "humanleague",
    "narwhals",
    "numpy",
    "openpyxl",
    "pandas",
    "papermill",
    "pypandoc_binary",
)
_MORE = ("pylopdf-fonts-zh-cn", "scipy", "typst", "vl-convert-python")


def manifest_of(parameters: SourcesParameters, *, notebook: str, folder: Path) -> dict[str, Any]:
    """The manifest of a run whose outputs lie in a folder.

    Returns
    -------
    dict
        `parameters`, `seed`, `inputs` and `outputs` (SHA-256 by name), `versions`; the same for the same run.
    """
    study = open_study(parameters.study)
    code = sorted(path for path in (ROOT / "analysis").rglob("*") if path.is_file() and path.suffix in _CODE)
    return {
        "notebook": notebook,
        "parameters": parameters.model_dump(),
        "study": study.id,
        "seed": study.settings.seed,
        "inputs": {
            "notebook": digest(NOTEBOOKS_FOLDER / f"{notebook}.ipynb"),
            "study": {path.relative_to(study.folder).as_posix(): digest(path) for path in study_files(study.folder)},
            "code": _together(code),
            "lock": digest(ROOT / "requirements.lock"),
            "fonts": _together(_fonts()),
        },
        "outputs": {path.name: digest(path) for path in sorted(folder.iterdir()) if path.name != "manifest.json"},
        "versions": {
            "python": platform.python_version(),
            **{name: importlib.metadata.version(name) for name in (*_PACKAGES, *_MORE)},
        },
    }


_CODE = {".py", ".typ", ".css", ".js", ".xml", ".json", ".toml"}


def read_manifest(run: Path) -> dict[str, Any]:
    """The manifest of a finished run.

    Raises
    ------
    WorkbookError
        When the folder holds no run.
    """
    try:
        manifest: dict[str, Any] = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WorkbookError(f"{run}: is not a run: manifest.json cannot be read ({reason_of(error)})") from None
    kinds = {"notebook": str, "parameters": dict, "outputs": dict}
    if not isinstance(manifest, dict) or not all(isinstance(manifest.get(name), kinds[name]) for name in kinds):
        raise WorkbookError(f"{run}: is not a run: its manifest.json is something else")
    return manifest


def outputs_of(folder: Path) -> dict[str, str]:
    """The files that a run wrote into its folder, with their SHA-256; none where the folder holds no run."""
    try:
        outputs: dict[str, str] = read_manifest(folder)["outputs"]
    except WorkbookError:
        return {}
    return outputs


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _together(paths: Iterable[Path]) -> str:
    whole = hashlib.sha256()
    for path in paths:
        name = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
        whole.update(f"{name}\0{digest(path)}\n".encode())
    return whole.hexdigest()


def _fonts() -> list[Path]:
    import pylopdf_fonts_zh_cn as fonts

    return [fonts.sans_path(), fonts.serif_path()]
