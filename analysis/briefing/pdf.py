"""A paper as PDF: typst sets it from a fixed template, to which all text goes as JSON strings and none as markup."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

from analysis.briefing.typesetting import compiled, lacking, picture_file, stand_in_note, stood_in
from analysis.errors import OutputError
from analysis.messages import said
from analysis.quantities import Language
from analysis.views.blocks import LEDGER, Figure, Heading, Paragraph, Table, Title
from analysis.views.layout import Layout, Placed, caption, heading_text, key_to_marks
from analysis.views.room import column_shares, is_wordy, runs_over


def pdf(paper: Layout) -> bytes:
    """The paper as PDF/UA-1: tagged, with bookmarks, its fonts inside; the same paper gives the same bytes."""
    made: bytes = _compiled(paper, format="pdf", pdf_standards=["ua-1"])
    return made


def pictures(paper: Layout, *, dots_per_inch: float) -> list[bytes]:
    """The pages of the PDF as PNG pictures."""
    made: list[bytes] | bytes = _compiled(paper, format="png", ppi=dots_per_inch)
    return made if isinstance(made, list) else [made]


def _compiled(paper: Layout, **options: Any) -> Any:
    import typst

    template = resources.files("analysis.briefing").joinpath("assets/paper.typ").read_bytes()
    plain = {
        "title": paper.title,
        "language": paper.language,
        "page": paper.page,
        "style": _style(paper),
        "blocks": [_block(placed, paper) for placed in paper.blocks],
    }
    figures = [placed.block for placed in paper.blocks if isinstance(placed.block, Figure)]
    text = json.dumps(plain, ensure_ascii=False)
    signs = lacking(text + "".join(figure.svg for figure in figures))
    pictures = {picture_file(figure.svg): stood_in(figure.svg, signs).encode() for figure in figures}
    files = {"main.typ": template, "paper.json": stood_in(text, signs).encode(), **pictures}
    files["fonts.json"] = json.dumps({"note": stand_in_note(signs, paper.language)}, ensure_ascii=False).encode()
    if paper.style.logo[0]:
        files[f"logo{Path(paper.style.logo[0]).suffix.lower()}"] = paper.style.logo[1]
    try:
        return compiled(files, style=paper.style, **options)
    except typst.TypstError as error:
        raise OutputError(said("the PDF could not be made: {error}", error=error)) from error


def _style(paper: Layout) -> dict[str, Any]:
    """What the template asks of a style; empty where it is as the house has it."""
    style, colours = paper.style, paper.style.colours.changed()
    return {
        "letterhead": style.letterhead(paper.language),
        "logo": f"logo{Path(style.logo[0]).suffix.lower()}" if style.logo[0] else "",
        "colours": {name: colours.get(name, "") for name in ("ink", "headings", "letterhead", "accent")},
        "fonts": vars(style.faces(paper.language)),
        "size": {"A4": "a4", "Letter": "us-letter"}[style.page_size],
        "margins": style.margins,
    }


def _block(placed: Placed, paper: Layout) -> dict[str, Any]:
    language: Language = paper.language
    kind = {"kind": type(placed.block).__name__}
    match placed.block:
        case Title() as title:
            return kind | vars(title) | {"key": key_to_marks(paper)}
        case Heading(level=level):
            return kind | {"level": level, "text": heading_text(placed), "new_page": placed.new_page}
        case Paragraph(content, style):
            return kind | {"style": style, "content": paper.pieces(content)}
        case Figure() as figure:
            return kind | {
                "file": picture_file(figure.svg),
                "alt": figure.alt,
                "width": figure.width,
                "caption": caption(placed, language),
                "note": paper.pieces(figure.note),
            }
        case Table() as table:
            return kind | _table(table, paper) | {"caption": caption(placed, language)}


def _cell(pieces: list[tuple[str, str]], *, linked: bool) -> list[tuple[str, str]] | str:
    """A cell's pieces with the rows they lead to; its text alone where none leads anywhere."""
    return pieces if linked and any(row for _, row in pieces) else "".join(text for text, _ in pieces)


def _table(table: Table, paper: Layout) -> dict[str, Any]:
    annex = table.id == LEDGER
    rows = [[_cell(paper.pieces(cell), linked=not annex) for cell in row] for row in table.rows]
    return {
        "columns": [
            {"label": column.label, "align": column.align, "share": share}
            for column, share in zip(table.columns, column_shares(table), strict=True)
        ],
        "rows": rows,
        "note": paper.pieces(table.note),
        "total_rows": table.total_rows,
        "size": table.size,
        "wordy": is_wordy(table),
        "breakable": runs_over(table),
        "anchors": [f"c{row}" for row in range(1, len(rows) + 1)] if annex else [],
    }
