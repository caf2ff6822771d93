"""What a run was made of: parameters, hashes of everything that went in and came out, versions. No clock time."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from analysis.briefing.documents.archive import packed
from analysis.briefing.parameters import BriefingParameters, ScenarioParameters, SourcesParameters, file_of, name_of
from analysis.errors import WorkbookError, reason_of
from analysis.ledger import Ledger
from analysis.messages import said
from analysis.reading import only_a_file
from analysis.sources.audit.finding import Finding
from analysis.study import ROOT, Study, open_study, returned_files, study_files
from analysis.style import HOUSE_STYLE, Style
from analysis.style_file import open_style, style_of

_PACKAGES = (
    "altair",
    "duckdb",
    "highspy",
    "humanleague",
    "jinja2",
    "narwhals",
    "numpy",
    "openpyxl",
    "pandas",
    "papermill",
    "pylopdf-fonts-zh-cn",
    "SALib",
    "scipy",
    "typst",
    "vl-convert-python",
)
STYLE = "style"  # among the inputs: the files of a style that the command was given
REGISTER = "register "  # before a study's id: the hash of its register among the inputs
OTHER_STUDIES = ("other_study", "series")  # parameters that name another study, whose files are inputs too


@dataclass(frozen=True)
class Inputs:
    """All that a run is made from, by content: the same inputs give the same bytes.

    Parameters
    ----------
    made_of
        Notebook, parameters, formats, study, seeds, hashes and versions.
    files
        The files themselves, by their names in the snapshot.
    style
        How its documents look.
    """

    made_of: Mapping[str, Any]
    files: Mapping[str, bytes]
    style: Style = HOUSE_STYLE

    @cached_property
    def snapshot(self) -> bytes:
        """The files as a zip archive, so that another day can compute from them again."""
        return _snapshot(tuple(self.files.items()))

    def __getstate__(self) -> dict[str, Any]:
        """What another process is sent: the archive, packed once for all runs of the same files, in the files' place."""
        return {**vars(self), "snapshot": self.snapshot, "files": {}}

    @cached_property
    def key(self) -> str:
        """The run's name by content."""
        return key_of(self.made_of)


def inputs_of(
    parameters: SourcesParameters,
    *,
    notebook: str,
    formats: Sequence[str],
    study: Study,
    around: Surroundings,
    style: Path | None = None,
) -> Inputs:
    """What a run with these parameters is made from.

    Parameters
    ----------
    style
        A style.toml in the place of the study's own.

    Raises
    ------
    WorkbookError
        When the notebook or a file of the study cannot be read.
    """
    source = file_of(parameters, notebook)
    look = open_style(style) if style is not None else style_of(study.folder)
    own = {STYLE if style is not None else "study": dict(look.files)}
    given = parameters.model_dump()
    others = {role: open_study(given[role]) for role in OTHER_STUDIES if given.get(role)}
    try:
        contents = {**_contents(study), **own.pop("study", {})}
        beside = {role: _contents(other) for role, other in others.items()}
        notebook_bytes = source.read_bytes()
    except OSError as error:
        raise WorkbookError(
            said("{file}: cannot be read ({reason})", file=error.filename, reason=reason_of(error))
        ) from error
    seeds = {"register": study.settings.seed}
    if isinstance(parameters.house, BriefingParameters | ScenarioParameters):
        seeds["draws"] = parameters.house.seed
    made_of = {
        "notebook": name_of(parameters, notebook),
        "parameters": given,
        "formats": list(formats),
        "study": study.id,
        "seeds": seeds,
        "inputs": {
            "notebook": _sha256(notebook_bytes),
            "study": {name: _sha256(content) for name, content in contents.items()},
            **{role: {name: _sha256(one) for name, one in files.items()} for role, files in (beside | own).items()},
            **_registers(study, *others.values()),
            **around.hashes,
        },
        "versions": dict(around.versions),
    }
    if style is not None:
        made_of[STYLE] = str(style)
    if declared := _declared(study, *others.values()):
        made_of["not_telephones"] = declared
    held = {f"notebooks/{name_of(parameters, notebook)}.ipynb": notebook_bytes}
    held |= {f"study/{name}": content for name, content in contents.items()}
    held |= {f"{role}/{name}": content for role, files in (beside | own).items() for name, content in files.items()}
    return Inputs(made_of, {**around.files, **held}, look)


def _contents(study: Study) -> dict[str, bytes]:
    paths = (*study_files(study.folder), *returned_files(study))
    return {path.relative_to(study.folder).as_posix(): path.read_bytes() for path in paths}


def _registers(*studies: Study) -> dict[str, str]:
    """The hash of each study's register. Registers are not put into the snapshot: they stay where they are."""
    chosen = [one for one in studies if one.settings.input == "register"]
    if not chosen:
        return {}
    from analysis.coverage.opening import digest_of_register  # with pandas, that no other run has to wait for here

    return {f"{REGISTER}{one.id}": digest_of_register(one) for one in chosen}


def _declared(*studies: Study) -> dict[str, list[str]]:
    """By study, the register's columns whose numbers are declared to be no telephones: the study's files say it too."""
    given = {one.id: one.settings.register_input for one in studies if one.settings.input == "register"}
    return {name: [*one.not_telephones] for name, one in given.items() if one is not None and one.not_telephones}


@lru_cache(maxsize=4)
def _snapshot(held: tuple[tuple[str, bytes], ...]) -> bytes:
    return packed(dict(held))


@dataclass(frozen=True, eq=False)
class Surroundings:
    """What all runs of one clone share: code, lock, fonts, versions of packages."""

    files: Mapping[str, bytes]
    hashes: Mapping[str, str]
    versions: Mapping[str, str]


def surroundings() -> Surroundings:
    """The code, the lock, the fonts and the packages as they are now."""
    code = sorted(path for path in (ROOT / "analysis").rglob("*") if path.is_file() and path.suffix in _CODE)
    files = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in code}
    lock = (ROOT / "requirements.lock").read_bytes()
    fonts = {path.name: path.read_bytes() for path in _fonts()}
    hashes = {"code": _together(files), "lock": _sha256(lock), "fonts": _together(fonts)}
    versions = {"python": platform.python_version()}
    versions |= {name: importlib.metadata.version(name) for name in _PACKAGES}
    return Surroundings({**files, "requirements.lock": lock}, hashes, versions)


def key_of(made_of: Mapping[str, Any]) -> str:
    """The SHA-256 of what a run is made from; of a manifest too, whatever else that says."""
    return _sha256(_canonical({name: made_of[name] for name in _KEYED}))


def id_of(made_of: Mapping[str, Any]) -> str:
    """A run's short id, by which papers cite it: letters that follow from what it is made of, wherever its studies lie.

    Parameters
    ----------
    made_of
        What a run is made from, or a manifest.
    """
    given = {name: value for name, value in made_of["parameters"].items() if name not in ("study", *OTHER_STUDIES)}
    keyed = {name: made_of[name] for name in _KEYED if name in made_of}
    return short_id(_canonical(keyed | {"parameters": given}))


def short_id(content: bytes) -> str:
    """Eight letters that follow from some content.

    Examples
    --------
    >>> short_id(b"a page")
    'paoeeffh'
    """
    return _sha256(content)[:8].translate(_LETTERS)


def manifest_of(
    inputs: Inputs, *, folder: Path, audit: Sequence[Finding], disclosure: Mapping[str, Any]
) -> dict[str, Any]:
    """The manifest of a run whose outputs lie in a folder.

    Returns
    -------
    dict
        `key`, all that the run was made from, `audit`, `disclosure` (of `disclosing.report`), `outputs` (SHA-256 by
        name) and `seal`, which tells an edit by hand; the same for the same run.
    """
    plain = {
        "key": inputs.key,
        **inputs.made_of,
        "audit": [
            {"rule": one.rule, "about": one.about, "severity": one.severity, "figures": list(one.figures)}
            for one in audit
        ],
        "disclosure": dict(disclosure),
        "outputs": {path.name: digest(path) for path in sorted(folder.iterdir()) if path.name != "manifest.json"},
    }
    return plain | {"seal": seal_of(plain)}


def seal_of(manifest: Mapping[str, Any]) -> str:
    """The SHA-256 of a manifest's values without its seal."""
    return _sha256(_canonical({name: value for name, value in manifest.items() if name != "seal"}))


def edited(manifest: Mapping[str, Any]) -> bool:
    """Whether a manifest is not as its run wrote it."""
    try:
        return bool(manifest["seal"] != seal_of(manifest) or manifest["key"] != key_of(manifest))
    except KeyError:
        return True


_LETTERS = str.maketrans("0123456789", "ghijklmnop")  # nobody takes letters for a number
_KEYED = ("notebook", "parameters", "formats", "study", "seeds", "inputs", "versions")
_CODE = {".py", ".typ", ".css", ".js", ".xml", ".json", ".toml", ".jinja2"}


def read_manifest(run: Path) -> dict[str, Any]:
    """The manifest of a finished run.

    Raises
    ------
    WorkbookError
        When the folder holds no run.
    """
    try:
        manifest: dict[str, Any] = json.loads(only_a_file(run / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WorkbookError(
            said("{run}: is not a run: manifest.json cannot be read ({reason})", run=run, reason=reason_of(error))
        ) from None
    kinds = {"notebook": str, "parameters": dict, "outputs": dict}
    if not isinstance(manifest, dict) or not all(isinstance(manifest.get(name), kinds[name]) for name in kinds):
        raise WorkbookError(said("{run}: is not a run: its manifest.json is something else", run=run))
    return manifest


def changed_in(run: Path, manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """The files of a finished run that are not as it wrote them, or are gone."""
    return tuple(
        name
        for name, written in manifest["outputs"].items()
        if not (run / name).is_file() or digest(run / name) != written
    )


def read_ledger(run: Path) -> Ledger:
    """The ledger of a finished run.

    Raises
    ------
    WorkbookError
        When it cannot be read.
    """
    try:
        plain: list[dict[str, Any]] = json.loads(only_a_file(run / "ledger.json").read_text(encoding="utf-8"))
        return Ledger.from_json(plain)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WorkbookError(
            said("{run}: ledger.json cannot be read ({reason})", run=run, reason=reason_of(error))
        ) from None


def outputs_of(folder: Path) -> dict[str, str]:
    """The files that a run wrote into its folder, with their SHA-256; none where the folder holds no run."""
    try:
        outputs: dict[str, str] = read_manifest(folder)["outputs"]
    except WorkbookError:
        return {}
    return outputs


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    return _sha256(only_a_file(path).read_bytes())


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _canonical(plain: Any) -> bytes:
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _together(files: Mapping[str, bytes]) -> str:
    whole = hashlib.sha256()
    for name, content in files.items():
        whole.update(f"{name}\0{_sha256(content)}\n".encode())
    return whole.hexdigest()


def _fonts() -> list[Path]:
    import pylopdf_fonts_zh_cn as fonts

    return [fonts.sans_path(), fonts.serif_path()]
