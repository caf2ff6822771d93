"""The documents of a run: the same sections as Word, PDF, HTML, Excel and slides, each file whole or not there at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypedDict

from analysis.briefing.documents.excel import excel
from analysis.briefing.documents.typesetting import pdf
from analysis.briefing.documents.word import word
from analysis.briefing.run_store import FORMATS, PAPER
from analysis.errors import OutputError, ParameterError, one_of, reason_of
from analysis.ledger import Ledger
from analysis.messages import said
from analysis.quantities import Label
from analysis.style import HOUSE_STYLE, Style
from analysis.views.blocks import LEDGER, Section, Table, Title
from analysis.views.layout import Layout, dressed, lay_out
from analysis.views.page import page

_RUN = Label("编号", "Run")


class Asked(TypedDict):
    """What a paper's parameters ask of its documents."""

    depth: str
    annex: bool


LEDGER_FILE = "ledger.html"  # beside Word and PDF, with the rows that their numbers lead to
_WRITERS: Mapping[str, Callable[[Layout], bytes]] = {"docx": word, "pdf": pdf, "xlsx": excel}


def write_documents(
    sections: Sequence[Section],
    folder: Path,
    *,
    formats: Sequence[str] = PAPER,
    stem: str = "briefing",
    at_once: int = 2,
    style: Style = HOUSE_STYLE,
    depth: str = "full",
    annex: bool = True,
    run: str = "",
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
    depth
        Whether Word and PDF are the paper in brief or in full; of a notebook that tags no cell `brief`, they are in full.
    annex
        Whether Word and PDF have the ledger too, with what is tagged `annex`; else their numbers lead to a file of its own
        beside them.
    run
        The short id of the run, for the head of the paper and the properties of each file.

    Returns
    -------
    tuple of Path
        The files, in the order of `formats`, then the ledger's. The same sections give the same bytes.

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
    sections = [_identified(section, run) for section in dressed(sections, style)] if run else dressed(sections, style)
    has_ledger = any(map(_has_ledger, sections))
    beside = "" if annex or not has_ledger or not {"docx", "pdf"} & set(chosen) else f"{stem}-{LEDGER_FILE}"
    make = partial(_made, sections=sections, style=style, depth=depth, annex=annex, beside=beside)
    places = {folder / f"{stem}.{name}": name for name in chosen} | ({folder / beside: LEDGER_FILE} if beside else {})
    try:
        return _put(places, make, folder, at_once=at_once)
    except OSError as error:
        what = "{folder}: the documents cannot be written ({reason}); nothing was changed"
        raise OutputError(said(what, folder=folder, reason=reason_of(error))) from error


def _identified(section: Section, run: str) -> Section:
    """A section whose head, if it has one, says which run wrote it."""
    name = _RUN.of(section.language)
    blocks = (
        replace(block, run=run, details=(*block.details, (name, run))) if isinstance(block, Title) else block
        for block in section.blocks
    )
    return replace(section, blocks=tuple(blocks))


def depth_of(parameters: Mapping[str, Any]) -> Asked:
    """How deep a paper with these parameters is, and whether it has its annex: as `write_documents` takes it."""
    return {"depth": parameters.get("depth", "brief"), "annex": bool(parameters.get("annex", False))}


def _put(places: Mapping[Path, str], make: Callable[[str], bytes], folder: Path, *, at_once: int) -> tuple[Path, ...]:
    """Make every file and write it beside its place, then put them there."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".writing-") as beside, ThreadPoolExecutor(at_once) as pool:
        for name, made in zip(places.values(), pool.map(make, places.values()), strict=True):
            Path(beside, name).write_bytes(made)
        for path, name in places.items():
            os.replace(Path(beside, name), path)
    return tuple(places)


def _made(name: str, *, sections: Sequence[Section], style: Style, depth: str, annex: bool, beside: str) -> bytes:
    if name == "pptx":
        from analysis.briefing.documents.slides import slides  # with numpy, that no other paper waits for

        return slides(sections, style)
    if name == "html":
        return page(sections, style=style).encode()
    if name == LEDGER_FILE:
        title = next((block.title for section in sections for block in section.blocks if isinstance(block, Title)), "")
        return page([section for section in sections if _is_annex(section)], title=title, style=style).encode()
    ledger = Ledger.of(claim for section in sections for claim in section.claims()) if beside else None
    is_brief = False
    if name in ("docx", "pdf"):
        brief = [section for section in sections if section.in_brief or _has_ledger(section)]
        is_brief = depth == "brief" and any(section.in_brief for section in sections)
        sections = [one for one in (brief if is_brief else sections) if not beside or not _is_annex(one)]
    return _WRITERS[name](
        lay_out(sections, style=style, annex=ledger, beside=beside if name != "xlsx" else "", in_brief=is_brief)
    )


def _is_annex(section: Section) -> bool:
    return section.in_annex or _has_ledger(section)


def _has_ledger(section: Section) -> bool:
    return any(isinstance(block, Table) and block.id == LEDGER for block in section.blocks)
