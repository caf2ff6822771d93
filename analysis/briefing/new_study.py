"""What one begins with: a new study's folder, written with comments, and a notebook of one's own; each whole or not at all."""

from __future__ import annotations

import json
import os
import re
from datetime import date
from pathlib import Path
from typing import Any

from analysis.briefing.folder import hidden_beside
from analysis.briefing.own_notebooks import NOTEBOOKS_FOLDER
from analysis.briefing.parameter_models import SourcesParameters
from analysis.errors import OutputError, ParameterError, WorkbookError, reason_of
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


_STEM = re.compile(r"\w[\w-]*")
_CELLS: tuple[tuple[str, str, str], ...] = (  # kind, tag, source
    (
        "markdown",
        "",
        "# My note\n\nWhat this notebook asks, and for whom. 这里写明本笔记本回答什么问题、给谁看。",
    ),
    (
        "code",
        "parameters",
        'study: str = "{study}"  # a study\'s name in data/, or its folder\n'
        'language: str = "zh"  # language of the results: zh or en\n'
        'district: str = "all"  # district id, ids with commas, or "all"\n'
        "staff_threshold: int = 50  # regular staff from; 0 for every size\n"
        "focus_year: int = 2004  # a parameter of my own: a name, a type, a value, and here what it means",
    ),
    ("code", "", "from analysis import open_study, parameters\n\nstudy = open_study(**parameters(globals()))"),
    ("code", "", "study.title()"),
    (
        "markdown",
        "paper",
        "## What was asked · 问了什么\n\nA markdown cell with the tag `paper` is printed as it is, whatever the language of the "
        "paper; a number in it needs its source. 带`paper`标签的单元原样写入文稿，数字须注明出处。\n\n"
        'We made [37]{{source="our list of visits, 2004"}} visits.',
    ),
    (
        "code",
        "",
        "# one question, one call: change what it asks by, or narrow the base\n"
        'found = study.coverage(by=["district", "category"], staff_from=staff_threshold)\nfound',
    ),
    (
        "code",
        "",
        "# the same as a table of pandas: choose rows, order them; the numbers keep where they came from\n"
        'best = found.frame.sort_values("rate", ascending=False).head(5)\n'
        'study.table(best, zh="覆盖率最高的五组", en="The five groups with the highest coverage")',
    ),
    (
        "code",
        "",
        "# and as a chart of altair: change it as any other\n"
        'study.chart(found.chart.properties(width=420), zh="各组覆盖率", en="Coverage of each group")',
    ),
    (
        "code",
        "",
        "# a sentence of one's own: numbers stand in slots, with their base or their source\n"
        'study.text(zh="{{year}}年走访了{{visits}}家。", en="In {{year}} we visited {{visits}}.", '
        'year=str(focus_year), visits=37, source="our list of visits")',
    ),
    ("code", "", "study.ledger()"),
)


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
    text = json.dumps(_notebook(), ensure_ascii=False, indent=1) + "\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise WorkbookError(said("{path}: is there already; allowed: a name that is free", path=path)) from None
    except OSError as error:
        raise OutputError(said("{path}: cannot be written: {reason}", path=path, reason=reason_of(error))) from None
    return path


def _notebook() -> dict[str, Any]:
    study = SourcesParameters().study
    cells = []
    for number, (kind, tag, source) in enumerate(_CELLS):
        lines = source.format(study=study).splitlines(keepends=True)
        cell: dict[str, Any] = {
            "cell_type": kind,
            "id": f"cell-{number:02}",
            "metadata": {"tags": [tag]} if tag else {},
        }
        cells.append(cell | ({"execution_count": None, "outputs": []} if kind == "code" else {}) | {"source": lines})
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
