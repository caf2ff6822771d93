"""An executed notebook as it lies in a file, and the sections that its cells show."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from analysis.errors import WorkbookError, reason_of
from analysis.messages import said
from analysis.reading import only_a_file
from analysis.views.blocks import MIME, Section


def read_executed(path: Path) -> dict[str, Any]:
    """A notebook from a file, as plain values.

    Raises
    ------
    WorkbookError
        When it is not a notebook.
    """
    try:
        notebook: dict[str, Any] = json.loads(only_a_file(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WorkbookError(
            said("{path}: cannot be read as a notebook ({reason})", path=path, reason=reason_of(error))
        ) from None
    if not isinstance(notebook, dict) or "cells" not in notebook:
        raise WorkbookError(said("{path}: is not a notebook", path=path))
    return notebook


def sections_in(notebook: dict[str, Any]) -> tuple[Section, ...]:
    """The sections an executed notebook shows, in its order.

    Raises
    ------
    WorkbookError
        When it shows none, or one that cannot be read.
    """
    found = [section for _, section in shown_in(notebook)]
    if not found:
        raise WorkbookError("the notebook shows no section to print")
    return tuple(section for section in found if section.blocks)


def shown_in(notebook: dict[str, Any]) -> list[tuple[int, Section]]:
    """The sections a notebook shows, each with the position of its cell."""
    try:
        return [
            (position, Section.from_json(output["data"][MIME]))
            for position, cell in enumerate(notebook["cells"])
            for output in cell.get("outputs", ())
            if MIME in output.get("data", {})
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise WorkbookError(
            said("the notebook shows a section that cannot be read ({error!r}); execute it again", error=error)
        ) from None
