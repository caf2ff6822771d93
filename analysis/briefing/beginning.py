"""A new study's folder, written with comments, whole or not at all."""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path

from analysis.briefing.folder import hidden_beside
from analysis.errors import OutputError, ParameterError, reason_of
from analysis.messages import said
from analysis.study import DATA

_FORMS = Path(__file__).parent / "assets" / "study"
_NAMES = {"gitignore": ".gitignore"}  # whose own name would have Git heed it among the forms
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]*")


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
    if not _NAME.fullmatch(name) or len(name) > 60:
        raise ParameterError(
            said(
                '"{name}" cannot be a study\'s name; allowed: letters, digits, - _ and ., for example wuxi-2024',
                name=name,
            )
        )
    target = (folder if folder is not None else DATA) / name
    year = re.search(r"(19|20)\d\d$", name)
    filled = {"name": name, "year": year[0] if year else str(date.today().year - 1)}
    if target.exists():
        raise OutputError(
            said("{target}: is there already; allowed: a new name, or another folder with --folder", target=target)
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with hidden_beside(target) as work:
            for form in sorted(_FORMS.iterdir()):
                (work / _NAMES.get(form.name, form.name)).write_text(form.read_text("utf-8").format(**filled), "utf-8")
            (work / "register").mkdir()
            os.rename(work, target)
    except OSError as error:
        raise OutputError(
            said("{target}: cannot be written: {reason}", target=target, reason=reason_of(error))
        ) from None
    return sorted(path for path in target.iterdir() if path.is_file())
