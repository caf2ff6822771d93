"""A paper as PDF: typst sets it from a fixed template, to which all text goes as JSON strings and none as markup."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from analysis.briefing.documents.plain_paper import plain_blocks
from analysis.briefing.documents.templates import ASSETS
from analysis.briefing.documents.typesetting import compiled, lacking, picture_file, stand_in_note, stood_in
from analysis.errors import OutputError
from analysis.messages import said
from analysis.views.blocks import Figure
from analysis.views.layout import Layout


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

    plain = {
        "title": paper.title,
        "language": paper.language,
        "page": paper.page,
        "style": _style(paper),
        "blocks": plain_blocks(paper),
    }
    figures = [placed.block for placed in paper.blocks if isinstance(placed.block, Figure)]
    text = json.dumps(plain, ensure_ascii=False)
    signs = lacking(text + "".join(figure.svg for figure in figures))
    files = {
        "main.typ": (ASSETS / "paper.typ").read_bytes(),
        "paper.json": stood_in(text, signs).encode(),
        "fonts.json": json.dumps({"note": stand_in_note(signs, paper.language)}, ensure_ascii=False).encode(),
        **{picture_file(figure.svg): stood_in(figure.svg, signs).encode() for figure in figures},
    }
    if logo := _logo(paper):
        files[logo] = paper.style.logo[1]
    try:
        return compiled(files, style=paper.style, **options)
    except typst.TypstError as error:
        raise OutputError(said("the PDF could not be made: {error}", error=error)) from error


def _logo(paper: Layout) -> str:
    """What the template knows the logo by; empty where there is none."""
    name = paper.style.logo[0]
    return f"logo{Path(name).suffix.lower()}" if name else ""


def _style(paper: Layout) -> dict[str, Any]:
    """What the template asks of a style; empty where it is as the house has it."""
    style, colours = paper.style, paper.style.colours.changed()
    return {
        "letterhead": style.letterhead(paper.language),
        "logo": _logo(paper),
        "colours": {name: colours.get(name, "") for name in ("ink", "headings", "letterhead", "accent")},
        "fonts": vars(style.faces(paper.language)),
        "size": {"A4": "a4", "Letter": "us-letter"}[style.page_size],
        "margins": style.margins,
    }
