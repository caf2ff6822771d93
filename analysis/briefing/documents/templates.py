"""Documents from templates in `assets/`: values are escaped, and a template says its words in both languages.

A paper goes into them as plain values (`plain_blocks`): into typst's for PDF, into those of XML for Word.
"""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

from analysis.briefing.documents.archive import xml_text
from analysis.quantities import Label, Language
from analysis.views.blocks import LEDGER, Figure, Heading, Paragraph, Table, Title
from analysis.views.layout import Layout, Placed, caption, heading_text, key_to_marks
from analysis.views.room import FEWEST, column_shares, is_wordy, runs_over

ASSETS = Path(__file__).parent.parent / "assets"


def filled(template: str, *, language: Language = "en", **values: Any) -> str:
    """A template filled with values, as HTML or XML; texts are escaped, and what XML cannot hold is left out.

    Parameters
    ----------
    template
        Its file in `assets/`, without the ending `.jinja2`.
    language
        Of the words that it says by `t("中文", "English")`.
    """
    text: str = _templates().get_template(f"{template}.jinja2").render(t=_Words(language), language=language, **values)
    return text


def prepare() -> None:
    """Compile the templates, for processes that are forked from this one."""
    for name in _templates().list_templates(filter_func=lambda name: name.startswith(("word/", "pages/"))):
        if name.endswith(".jinja2"):
            _templates().get_template(name)


class _Words:
    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, zh: str, en: str, **values: object) -> str:
        """Words in the language, filled with values."""
        return Label(zh, en).of(self.language).format(**values)


@cache
def _templates() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(ASSETS),
        autoescape=lambda name: ".txt." not in (name or ""),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: xml_text(value) if type(value) is str else value,
        cache_size=-1,
        auto_reload=False,
    )
    made.filters["path"] = quote
    made.tests["digest"] = re.compile("[0-9a-f]{64}").fullmatch
    return made


Pieces = list[tuple[str, str]]  # texts, each with the row of the annex that it leads to, or none


def plain_blocks(paper: Layout) -> list[dict[str, Any]]:
    """Each block as values by name: its `kind`, its texts, and how it is to be set.

    Examples
    --------
    >>> from analysis.views.blocks import Section
    >>> from analysis.views.layout import lay_out
    >>> plain_blocks(lay_out([Section("a", "en", (Heading("Of how many"),))]))
    [{'kind': 'Heading', 'level': 1, 'text': '1. Of how many', 'new_page': False}]
    """
    return [{"kind": type(placed.block).__name__} | _block(placed, paper) for placed in paper.blocks]


def _block(placed: Placed, paper: Layout) -> dict[str, Any]:
    match placed.block:
        case Title() as title:
            return vars(title) | {"key": key_to_marks(paper)}
        case Heading(level=level):
            return {"level": level, "text": heading_text(placed), "new_page": placed.new_page}
        case Paragraph(content, style):
            return {"style": style, "content": paper.pieces(content)}
        case Figure() as figure:
            told = {"file": picture_file(figure.svg), "alt": figure.alt, "width": figure.width}
            note = figure.note
        case Table() as table:
            told, note = _table(table, paper), table.note
    return told | {"anchor": placed.anchor, "caption": _caption(placed, paper), "note": paper.pieces(note)}


def _caption(placed: Placed, paper: Layout) -> tuple[str, str, str]:
    """A caption's word, number and rest: `表`, `3`, `　…`."""
    found = re.fullmatch(r"(\D*)(\d*)", placed.number)
    word, number = (found[1], found[2]) if found else (placed.number, "")
    return word, number, caption(placed, paper.language).removeprefix(placed.number)


def _table(table: Table, paper: Layout) -> dict[str, Any]:
    is_annex = table.id == LEDGER
    return {
        "columns": [
            {"label": column.label, "align": column.align, "share": share}
            for column, share in zip(table.columns, column_shares(table), strict=True)
        ],
        "rows": [[_cell(paper.pieces(cell), linked=not is_annex) for cell in row] for row in table.rows],
        "total_rows": table.total_rows,
        "size": table.size,
        "wordy": is_wordy(table),
        "breakable": runs_over(table) or (paper.in_brief and len(table.rows) >= 2 * FEWEST),
        "is_annex": is_annex,
    }


def _cell(pieces: Pieces, *, linked: bool) -> Pieces | str:
    """A cell's pieces with the rows they lead to; its text alone where none leads anywhere."""
    return pieces if linked and any(row for _, row in pieces) else "".join(text for text, _ in pieces)


def picture_file(svg: str) -> str:
    """What a picture's file is called among those that are set: the same picture has the same name in every document.

    Examples
    --------
    >>> picture_file("<svg/>")
    'd4dc56669143034f.svg'
    """
    return f"{sha256(svg.encode()).hexdigest()[:16]}.svg"
