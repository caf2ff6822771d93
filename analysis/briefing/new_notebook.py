"""A notebook of one's own to begin with: few cells, each with what can be changed in it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from analysis.briefing.own_notebooks import NOTEBOOKS_FOLDER
from analysis.briefing.parameter_models import SourcesParameters
from analysis.errors import OutputError, WorkbookError, reason_of
from analysis.messages import said

_NAME = re.compile(r"\w[\w-]*")
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
    if not _NAME.fullmatch(stem):
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
