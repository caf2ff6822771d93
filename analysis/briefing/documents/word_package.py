"""What a Word document is made of beside its text: page, type and rules, the house's or those of a document of one's own.

Sizes and margins are those of GB/T 9704-2012: A4, margins 37, 35, 28 and 26 mm, page number between dashes on the outer
side. A sheet has to have one page, whatever fonts a machine has: narrower margins, a smaller head.
"""

from __future__ import annotations

import posixpath
import tomllib
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from analysis.briefing.documents.archive import unpacked
from analysis.briefing.documents.templates import ASSETS, filled
from analysis.quantities import Language
from analysis.style import HOUSE_STYLE, SIZES_MM, Style
from analysis.views.blocks import Page

BULLETS = 9990  # the number of the house's list, above those of documents
_SIDES = ("top", "right", "bottom", "left")
_MARGINS_MM: Mapping[Page, tuple[float, float, float, float]] = {"paper": (37, 26, 35, 28), "sheet": (18, 20, 22, 20)}
_FROM_EDGE: Mapping[Page, int] = {"paper": 1418, "sheet": 624}  # of the footer, in twentieths of a point
_TEXT_MM = 156.0  # where a document of one's own says nothing of its page
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_THEIRS = ("header", "footer", "theme", "fontTable", "numbering")  # parts that a document of one's own gives


@dataclass(frozen=True)
class Relation:
    """What one part of a package has to do with another."""

    id: str
    type: str
    target: str


@dataclass(frozen=True)
class Package:
    """The parts of a Word document but for its text and pictures.

    Parameters
    ----------
    types
        The content types of the parts, by name.
    relations
        Those of the text with the other parts.
    section
        The settings of the page, with which the text ends.
    """

    parts: Mapping[str, bytes]
    types: Mapping[str, str]
    relations: tuple[Relation, ...]
    section: str


def text_width_mm(page: Page, style: Style = HOUSE_STYLE) -> float:
    """The width of the text on a page; of a Word document of one's own, as its last section has it.

    Examples
    --------
    >>> text_width_mm("paper"), text_width_mm("sheet")
    (156, 170)
    """
    if not style.reference_docx:
        _, right, _, left = _margins(page, style)
        return style.width_mm - left - right
    section = _section_of(unpacked(style.reference_docx))
    size, margin = (None if section is None else section.find(f"{_W}{name}") for name in ("pgSz", "pgMar"))
    if size is None or margin is None:
        return _TEXT_MM
    taken = sum(float(margin.get(f"{_W}{side}", "0")) for side in ("left", "right", "gutter"))
    return max((float(size.get(f"{_W}w", "11906")) - taken) * 25.4 / 1440, 40.0)


@lru_cache(maxsize=16)
def package_of(language: Language, page: Page, style: Style = HOUSE_STYLE) -> Package:
    """The house's package in a style, or that of the style's own document completed with what papers need."""
    sides = {"default": "right", "even": "left"} if language == "zh" else {"default": "center"}
    own = unpacked(style.reference_docx) if style.reference_docx else {}
    both_sides = b"<w:evenAndOddHeaders" in own.get("word/settings.xml", b"") if own else "even" in sides
    made = {
        "styles": filled("word/styles.xml", styles=styles(language, page, style), default=_default(language, style)),
        "settings": filled("word/settings.xml", both_sides=both_sides),
        "numbering": filled("word/numbering.xml", bullets=BULLETS),
    }
    if own:
        return _completed(own, {name: text.encode() for name, text in made.items()}, _section(page, style, ()))
    made["fontTable"] = filled("word/fontTable.xml", fallbacks=_settings()["fallbacks"])
    made |= {
        f"footer-{kind}": filled("word/footer.xml", zh=language == "zh", align=align) for kind, align in sides.items()
    }
    return Package(
        {f"word/{name}.xml": text.encode() for name, text in made.items()},
        {f"word/{name}.xml": f"{_WORD}{name.partition('-')[0]}+xml" for name in made},
        tuple(Relation(name, _RELATION + name.partition("-")[0], f"{name}.xml") for name in made),
        _section(page, style, tuple(sides)),
    )


def styles(language: Language, page: Page = "paper", style: Style = HOUSE_STYLE) -> list[dict[str, Any]]:
    """The paragraph styles of one language's paper, as `assets/word/styles.toml` and the style have them."""
    place, settings, found = ("zh", "en").index(language), _settings(), []
    colours = style.colours.changed()
    for name, row in settings["styles"].items():
        if row.get("letterhead") and not style.has_head:
            continue
        own = {key: value[place] if isinstance(value, list) and key != "rule" else value for key, value in row.items()}
        one = dict.fromkeys(("size", "before", "after", "line", "indent", "level"), 0) | _UNSAID | own | {"id": name}
        if page == "sheet":
            one["size"] = settings["sheet"].get(name, one["size"])
        if one["face"]:
            east, latin = settings["faces"][one["face"]][place], settings["faces"]["body"][1]
            theirs = [faces.headings if one["heading"] else faces.body for faces in (style.zh, style.en)]
            one |= {"face": theirs[0] or east, "latin": theirs[1] or latin}
        role = "letterhead" if one["letterhead"] else "headings" if one["heading"] and not one["inked"] else "ink"
        found.append(one | {"colour": colours.get(role, "")})
    return found


_UNSAID = {"based_on": "Normal", "rule": [], **dict.fromkeys(("face", "align"), "")} | dict.fromkeys(
    ("bold", "keep", "heading", "inked", "letterhead"), False
)


@cache
def _settings() -> dict[str, Any]:
    return tomllib.loads((ASSETS / "word" / "styles.toml").read_text(encoding="utf-8"))


def _default(language: Language, style: Style) -> dict[str, str]:
    """What text is set in where no style says so."""
    faces = _settings()["faces"]
    east = style.faces(language).body or faces["body" if language == "zh" else "small"][0]
    return {"east": east, "latin": style.en.body or faces["body"][1], "ink": style.colours.changed().get("ink", "")}


def _margins(page: Page, style: Style) -> tuple[float, float, float, float]:
    """A sheet keeps its narrow ones, to have one page."""
    return style.margins if style.margins is not None and page == "paper" else _MARGINS_MM[page]


def _section(page: Page, style: Style, footers: tuple[str, ...]) -> str:
    width, height, *margins = (round(mm * 1440 / 25.4) for mm in (*SIZES_MM[style.page_size], *_margins(page, style)))
    edges = dict(zip(_SIDES, margins, strict=True))
    return filled(
        "word/section.xml", footers=footers, width=width, height=height, margins=edges, from_edge=_FROM_EDGE[page]
    )


def _completed(own: Mapping[str, bytes], house: Mapping[str, bytes], section: str) -> Package:
    """A document's page, heads and styles, with those of the house's styles that it has not, and the house's list.

    Nothing else of it is taken: neither its text, nor comments, nor what it says of its authors.
    """
    from lxml import etree  # type: ignore[import-untyped]

    root = "word/document.xml"
    theirs = [one for one in _relations(own, root) if one.type.removeprefix(_RELATION) in _THEIRS]
    parts: dict[str, bytes] = {}
    _take(own, root, theirs, parts)
    parts["word/styles.xml"] = _with_styles(own["word/styles.xml"], house["styles"])
    parts["word/numbering.xml"] = _with_list(parts.get("word/numbering.xml"), house["numbering"])
    parts["word/settings.xml"] = house["settings"]
    listed = _parsed(own["[Content_Types].xml"])
    types = {one.get("PartName", "").lstrip("/"): one.get("ContentType") for one in listed}
    endings = {one.get("Extension"): one.get("ContentType") for one in listed if one.get("Extension")}
    named = (name for name in parts if not name.endswith(".rels"))
    types = {name: types.get(name) or endings.get(name.rpartition(".")[2], "") for name in named}
    ours = [
        name for name in ("styles", "settings", "numbering") if f"{_RELATION}{name}" not in {one.type for one in theirs}
    ]
    types |= {f"word/{name}.xml": f"{_WORD}{name}+xml" for name in ("styles", "settings", "numbering")}
    relations = [*theirs, *(Relation(f"house-{name}", _RELATION + name, f"{name}.xml") for name in ours)]
    page = _section_of(own)
    page_of_theirs = section if page is None else etree.tostring(page, encoding="unicode", with_tail=False)
    return Package(parts, {name: one for name, one in types.items() if one}, tuple(relations), page_of_theirs)


def _take(own: Mapping[str, bytes], source: str, relations: list[Relation], parts: dict[str, bytes]) -> None:
    """Take the parts that relations lead to, and all that those lead to."""
    for one in relations:
        name = posixpath.normpath(posixpath.join(posixpath.dirname(source), one.target)).lstrip("/")
        if name in own and name not in parts:
            parts[name] = own[name]
            if _relations_of(name) in own:
                parts[_relations_of(name)] = own[_relations_of(name)]
            _take(own, name, _relations(own, name), parts)


def _relations(own: Mapping[str, bytes], part: str) -> list[Relation]:
    if _relations_of(part) not in own:
        return []
    return [Relation(one.get("Id"), one.get("Type"), one.get("Target")) for one in _parsed(own[_relations_of(part)])]


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return f"{folder}/_rels/{name}.rels"


def _with_styles(theirs: bytes, house: bytes) -> bytes:
    """A document's styles with those of the house's that it has not.

    A style that it has under another id, such as Word in Chinese gives them, gets the house's id as a style based on it.
    """
    from lxml import etree

    styles, ours = _parsed(theirs), _parsed(house)
    ids = {one.get(f"{_W}styleId") for one in styles.iter(f"{_W}style")}
    names = {_name(one).casefold(): one.get(f"{_W}styleId") for one in styles.iter(f"{_W}style")}
    margins = ours.find(f".//{_W}tblCellMar")
    for one in ours.iter(f"{_W}style"):
        if one.get(f"{_W}styleId") == "Table":  # theirs of all tables leave less room for numbers
            one.find(f"{_W}tblPr").append(deepcopy(margins))
        if one.get(f"{_W}styleId") in ids:
            continue
        if (known := names.get(_name(one).casefold())) is not None:
            for child in [*one][1:]:
                one.remove(child)
            one.find(f"{_W}name").set(f"{_W}val", f"{_name(one)} (paper)")
            etree.SubElement(one, f"{_W}basedOn").set(f"{_W}val", known)
        one.attrib.pop(f"{_W}default", None)
        styles.append(deepcopy(one))
    return _written(styles)


def _with_list(theirs: bytes | None, house: bytes) -> bytes:
    """A document's lists with the house's: what a list looks like stands before the lists themselves."""
    if theirs is None:
        return house
    numbering, (look, number) = _parsed(theirs), _parsed(house)
    first = next((place for place, one in enumerate(numbering) if one.tag in (look.tag, number.tag)), len(numbering))
    numbering.insert(first, look)
    numbering.append(number)
    return _written(numbering)


def _section_of(own: Mapping[str, bytes]) -> Any:
    """The settings of a document's last page; none where it has none."""
    return next(iter([*_parsed(own["word/document.xml"]).iter(f"{_W}sectPr")][-1:]), None)


def _parsed(xml: bytes) -> Any:
    from lxml import etree

    return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def _written(tree: Any) -> bytes:
    from lxml import etree

    made: bytes = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
    return made


def _name(style: Any) -> str:
    found = style.find(f"{_W}name")
    return "" if found is None else str(found.get(f"{_W}val", ""))
