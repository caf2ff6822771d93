"""What one begins with: a new study's folder, written with comments, and a notebook of one's own; each whole or not at all."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from analysis.briefing.documents.templates import ASSETS
from analysis.briefing.folder import whole_folder
from analysis.briefing.own_notebooks import NOTEBOOKS_FOLDER
from analysis.briefing.parameter_models import SourcesParameters
from analysis.errors import OutputError, ParameterError, WorkbookError, reason_of
from analysis.messages import said
from analysis.study import DATA

_NAMES = {"gitignore": ".gitignore"}  # whose own name would have Git heed it among the forms
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]{0,59}")
_STEM = re.compile(r"\w[\w-]*")


def write_study(name: str, folder: Path | None = None) -> list[Path]:
    """Write the folder of a new study.

    Parameters
    ----------
    name
        Its id and the folder's name; a year at its end is the study's period.
    folder
        What the new folder goes into; `data/` by default.

    Returns
    -------
    list of Path
        The files. What they still need, a figure or a register, is told when the study is opened.

    Raises
    ------
    ParameterError
        For a name that cannot be one.
    OutputError
        When there is something of that name already, or the folder cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     [path.name for path in write_study("wuxi-2024", Path(place))]
    ['.gitignore', 'README.md', 'districts.csv', 'published.csv', 'study.toml']
    """
    if not _NAME.fullmatch(name):
        what = '"{name}" cannot be a study\'s name; allowed: letters, digits, - _ and ., for example wuxi-2024'
        raise ParameterError(said(what, name=name))
    target = (folder if folder is not None else DATA) / name
    year = re.search(r"(19|20)\d\d$", name)
    filled = {"name": name, "year": year[0] if year else str(date.today().year - 1)}
    with whole_folder(target, refuse=_refuse_what_is_there) as work:
        for form in sorted((ASSETS / "study").iterdir()):
            (work / _NAMES.get(form.name, form.name)).write_text(form.read_text("utf-8").format(**filled), "utf-8")
        (work / "register").mkdir()
    return sorted(path for path in target.iterdir() if path.is_file())


def _refuse_what_is_there(target: Path) -> None:
    if target.exists():
        what = "{target}: is there already; allowed: a new name, or another folder with --folder"
        raise OutputError(said(what, target=target))


def write_notebook(name: str, folder: Path = NOTEBOOKS_FOLDER) -> Path:
    """Write a notebook to begin with; its path.

    Raises
    ------
    WorkbookError
        When there is one of this name already, or the name is none.
    OutputError
        When it cannot be written.
    """
    stem = name.removesuffix(".ipynb")
    if not _STEM.fullmatch(stem):
        raise WorkbookError(said('"{name}" is no name of a notebook; allowed: letters, digits, - and _', name=name))
    path = folder / f"{stem}.ipynb"
    text = (ASSETS / "notebook.ipynb").read_text(encoding="utf-8").replace("STUDY", SourcesParameters().study)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise WorkbookError(said("{path}: is there already; allowed: a name that is free", path=path)) from None
    except OSError as error:
        raise OutputError(said("{path}: cannot be written: {reason}", path=path, reason=reason_of(error))) from None
    return path
