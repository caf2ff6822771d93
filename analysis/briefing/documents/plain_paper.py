"""A paper as plain values, from which templates make documents: PDF in typst, Word in XML."""

from __future__ import annotations

import re
from typing import Any

from analysis.briefing.documents.typesetting import picture_file
from analysis.views.blocks import LEDGER, Figure, Heading, Paragraph, Table, Title
from analysis.views.layout import Layout, Placed, caption, heading_text, key_to_marks
from analysis.views.room import column_shares, is_wordy, runs_over

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
        "breakable": runs_over(table),
        "is_annex": is_annex,
    }


def _cell(pieces: Pieces, *, linked: bool) -> Pieces | str:
    """A cell's pieces with the rows they lead to; its text alone where none leads anywhere."""
    return pieces if linked and any(row for _, row in pieces) else "".join(text for text, _ in pieces)
