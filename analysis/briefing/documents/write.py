"""The documents of a run: the same sections as Word, PDF, HTML, Excel and slides, each file whole or not there at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from analysis.briefing.documents.excel import excel
from analysis.briefing.documents.typesetting import pdf
from analysis.briefing.documents.word import word
from analysis.briefing.run_store import FORMATS, PAPER
from analysis.errors import OutputError, ParameterError, one_of, reason_of
from analysis.messages import said
from analysis.style import HOUSE_STYLE, Style
from analysis.views.blocks import Section
from analysis.views.layout import Layout, dressed, lay_out
from analysis.views.page import page

_WRITERS: Mapping[str, Callable[[Layout], bytes]] = {"docx": word, "pdf": pdf, "xlsx": excel}


def write_documents(
    sections: Sequence[Section],
    folder: Path,
    *,
    formats: Sequence[str] = PAPER,
    stem: str = "briefing",
    at_once: int = 2,
    style: Style = HOUSE_STYLE,
) -> tuple[Path, ...]:
    """Write the paper in the formats asked for; a fault leaves the folder as it was.

    Parameters
    ----------
    sections
        What the paper says, in order, its annex last.
    folder
        Made when it is not there.
    formats
        Of `FORMATS`.
    stem
        The files' name without its ending.
    at_once
        How many are made side by side: typst and pandoc work while Python does.
    style
        How they look.

    Returns
    -------
    tuple of Path
        The files, in the order of `formats`. The same sections give the same bytes.

    Raises
    ------
    ParameterError
        For an unknown format; it names the allowed ones.
    OutputError
        When the folder cannot be written to, or the disk is full.

    Examples
    --------
    >>> from analysis.views.blocks import Paragraph
    >>> section = Section("a", "en", (Paragraph(("A word.",)),))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [path.name for path in write_documents([section], Path(folder), formats=["html", "xlsx"])]
    ['briefing.html', 'briefing.xlsx']
    """
    chosen = tuple(dict.fromkeys(formats))
    for name in chosen:
        if name not in FORMATS:
            what = 'unknown format "{name}"; allowed: {allowed}'
            raise ParameterError(said(what, name=name, allowed=one_of(FORMATS, seen=name)))
    sections = dressed(sections, style)
    make = partial(_made, paper=lay_out(sections, style=style), sections=sections)
    try:
        return _put({folder / f"{stem}.{name}": name for name in chosen}, make, folder, at_once=at_once)
    except OSError as error:
        what = "{folder}: the documents cannot be written ({reason}); nothing was changed"
        raise OutputError(said(what, folder=folder, reason=reason_of(error))) from error


def _put(places: Mapping[Path, str], make: Callable[[str], bytes], folder: Path, *, at_once: int) -> tuple[Path, ...]:
    """Make every file and write it beside its place, then put them there."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".writing-") as beside, ThreadPoolExecutor(at_once) as pool:
        for name, made in zip(places.values(), pool.map(make, places.values()), strict=True):
            Path(beside, name).write_bytes(made)
        for path, name in places.items():
            os.replace(Path(beside, name), path)
    return tuple(places)


def _made(name: str, *, paper: Layout, sections: Sequence[Section]) -> bytes:
    if name == "pptx":
        from analysis.briefing.documents.slides import slides  # with numpy, that no other paper waits for

        return slides(sections, paper.style)
    return page(sections, style=paper.style).encode() if name == "html" else _WRITERS[name](paper)
