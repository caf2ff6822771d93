"""An executed notebook as it lies in a file, and the sections that its cells show."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from analysis.briefing.markdown_cells import is_printed
from analysis.errors import WorkbookError, reason_of
from analysis.messages import constant, said
from analysis.reading import only_a_file
from analysis.views.blocks import MIME, Section

SECTION = "section"  # in the metadata of a markdown cell for the paper: the section that it is, once it is settled


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
    """The sections a notebook shows, each with the position of its cell; markdown for the paper is one, once it is settled."""
    try:
        return [
            (position, Section.from_json(plain))
            for position, cell in enumerate(notebook["cells"])
            for plain in _sections_of(cell)
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise WorkbookError(
            said("the notebook shows a section that cannot be read ({error!r}); execute it again", error=error)
        ) from None


def unprinted(notebook: dict[str, Any], *, name: str) -> Iterator[str]:
    """What a notebook's cells show and no paper prints: bare tables, charts and pictures, each told by its cell."""
    for position, cell in enumerate(notebook["cells"]):
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if MIME in data or MIME in output.get("metadata", {}):  # what is printed, or a chart of it
                continue
            kind = next((kind for kind, signs in _BARE.items() if any(_shows(data, *sign) for sign in signs)), "")
            if kind:
                what = "{name}, cell {number}: shows {kind} that no paper prints; allowed: {allowed}"
                number = number_of(notebook["cells"], position)
                yield said(what, name=name, number=number, kind=constant(kind), allowed=_INSTEAD[kind])


def number_of(cells: Sequence[Any], position: int) -> int:
    """A cell's number in the notebook that was run: from one, without the cells that papermill puts in."""
    return sum(_PUT_IN.isdisjoint(cell.get("metadata", {}).get("tags", ())) for cell in cells[: position + 1])


_PUT_IN = frozenset({"injected-parameters", "papermill-error-cell-tag"})  # tags of the cells that papermill adds
_BARE = {  # by what is shown: a kind of output, and what stands in it
    "a table": (("text/html", 'class="dataframe"'),),
    "a chart": (("application/vnd.vegalite", ""), ("text/html", "vegaEmbed")),
    "a picture": (("image/", ""),),
}
_INSTEAD = {
    "a table": "study.table(frame, title)",
    "a chart": "study.chart(chart, title)",
    "a picture": "study.chart(chart, title)",
}


def _shows(data: dict[str, Any], kind: str, sign: str) -> bool:
    return any(name.startswith(kind) and sign in "".join(map(str, value)) for name, value in data.items())


def _sections_of(cell: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if is_printed(cell) and SECTION in cell["metadata"]:
        yield cell["metadata"][SECTION]
    yield from (output["data"][MIME] for output in cell.get("outputs", ()) if MIME in output.get("data", {}))
