"""Notebooks of one's own for tests."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

PARAMETERS = """study: str = "suzhou-2003"  # a study
language: str = "zh"  # zh or en
district: str = "all"  # one district
focus_year: int = 2004  # the year I look at
share: float = 0.5  # a share
kinds: list[str] = ["private"]  # kinds"""
OPENED = "from analysis import open_study, parameters\n\nstudy = open_study(**parameters(globals()))"
Cell = tuple[str, str]  # a tag, or nothing, or "markdown" and a tag; and the source


def notebook(path: Path, *cells: Cell, parameters: str | None = PARAMETERS) -> Path:
    """Write a notebook: its parameters, the study opened, these cells, the ledger."""
    listed: list[Cell] = [("markdown", "# Mine")]
    listed += [("parameters", parameters)] if parameters is not None else []
    listed += [("", OPENED), ("", "study.title()"), *cells, ("", "study.ledger()")]
    path.write_text(json.dumps(_plain(listed), ensure_ascii=False), encoding="utf-8")
    return path


def _plain(cells: Sequence[Cell]) -> dict[str, object]:
    plain: list[dict[str, object]] = []
    for number, (tag, source) in enumerate(cells):
        kind, _, rest = tag.partition(" ")
        is_text = kind == "markdown"
        tags = [rest if is_text else kind] if (rest if is_text else kind) else []
        cell: dict[str, object] = {
            "cell_type": "markdown" if is_text else "code",
            "id": f"cell-{number}",
            "metadata": {"tags": tags},
            "source": source,
        }
        plain.append(cell if is_text else cell | {"execution_count": None, "outputs": []})
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": plain, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
