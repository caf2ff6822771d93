"""A paper as a Word document: templates of its parts (`assets/word/`), filled with the paper and packed."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from analysis.briefing.documents.archive import core_properties, packed
from analysis.briefing.documents.templates import filled, plain_blocks
from analysis.briefing.documents.typesetting import lacking, pngs, size_of, stand_in_note
from analysis.briefing.documents.word_package import BULLETS, Relation, package_of, text_width_mm
from analysis.style import Style
from analysis.views.blocks import Figure
from analysis.views.layout import Layout
from analysis.views.room import FEWEST

_TAGS = {"zh": "zh-CN", "en": "en-GB"}
_TALLEST_MM = 190
_EMU = 36_000  # in a millimetre: the unit of lengths in drawings
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CORE = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
_TYPES = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
}


def word(paper: Layout) -> bytes:
    """The document; the same paper gives the same bytes."""
    from markupsafe import Markup

    package = package_of(paper.language, paper.page, paper.style)
    figures = {placed.anchor: placed.block for placed in paper.blocks if isinstance(placed.block, Figure)}
    pictures = _logo(paper) | _pictures(figures, paper)
    media = tuple(Relation(name, f"{_OFFICE}/image", f"media/{name}.png") for name in pictures)
    document = filled(
        "word/document.xml",
        has_head=paper.style.has_head,
        letterhead=paper.style.letterhead(paper.language),
        blocks=plain_blocks(paper),
        pictures=pictures,
        text_width=text_width_mm(paper.page, paper.style) * 1440 / 25.4,
        colon="：" if paper.language == "zh" else ": ",
        lacking=stand_in_note(lacking("".join(figure.svg for figure in figures.values())), paper.language),
        fewest=FEWEST,
        bullets=BULLETS,
        section=Markup(package.section),
    )
    root = (
        Relation("document", f"{_OFFICE}/officeDocument", "word/document.xml"),
        Relation("core", _CORE, "docProps/core.xml"),
    )
    return packed(
        {
            "[Content_Types].xml": filled("word/types.xml", types={**package.types, **_TYPES}).encode(),
            "_rels/.rels": _listed(root),
            "docProps/core.xml": core_properties(paper.title, _TAGS[paper.language], paper.run),
            "word/document.xml": document.encode(),
            "word/_rels/document.xml.rels": _listed((*package.relations, *media)),
            **package.parts,
            **{f"word/media/{name}.png": picture["png"] for name, picture in pictures.items()},
        }
    )


def _listed(relations: tuple[Relation, ...]) -> bytes:
    return filled("word/relations.xml", relations=[asdict(one) for one in relations]).encode()


def _pictures(figures: dict[str, Figure], paper: Layout) -> dict[str, dict[str, Any]]:
    """Each figure as a picture, as wide as its share of the text unless it would be too tall."""
    text, found = text_width_mm(paper.page, paper.style), {}
    sizes = {name: size_of(figure.svg) for name, figure in figures.items()}
    widths = {
        name: min(text * figures[name].width, _TALLEST_MM * across / down) for name, (across, down) in sizes.items()
    }
    drawn = pngs([(figure.svg, widths[name]) for name, figure in figures.items()], paper.style)
    for (name, figure), png in zip(figures.items(), drawn, strict=True):
        across, down = sizes[name]
        found[name] = _picture(name, png, figure.alt, widths[name], widths[name] * down / across)
    return found


def _picture(name: str, png: bytes, alt: str, width_mm: float, height_mm: float) -> dict[str, Any]:
    return {"id": name, "png": png, "alt": alt, "across": round(width_mm * _EMU), "down": round(height_mm * _EMU)}


def _logo(paper: Layout) -> dict[str, dict[str, Any]]:
    if not paper.style.logo[0]:
        return {}
    png = logo_png(paper.style)
    across, down = (int.from_bytes(png[place : place + 4]) for place in (16, 20))  # as its first chunk says
    height = 9 if paper.page == "sheet" else 16
    return {"logo": _picture("logo", png, "标志" if paper.language == "zh" else "Logo", height * across / down, height)}


def logo_png(style: Style) -> bytes:
    """The logo as PNG: as it is, or drawn."""
    name, content = style.logo
    return content if name.lower().endswith(".png") else pngs([(content.decode(errors="replace"), 40.0)], style)[0]
