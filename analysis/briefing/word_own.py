"""A Word document of one's own as the reference of a paper: its styles and page, completed with what papers need."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from analysis.briefing.archive import packed, unpacked
from analysis.style_file import SETTINGS_LINKS

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TEXT_MM = 156.0  # where a document says nothing of its page


def completed(reference: bytes, house: str) -> bytes:
    """The document with those of the house's styles that it has not.

    A style that it has under another id, such as Word in Chinese gives them, gets the house's id as a style based on it.

    Parameters
    ----------
    house
        The house's styles as they stand in a document.
    """
    from lxml import etree  # type: ignore[import-untyped]

    parts = unpacked(reference)
    parts.pop(SETTINGS_LINKS, None)
    styles = _parsed(parts["word/styles.xml"])
    ids = {one.get(_w("styleId")) for one in styles.iter(_w("style"))}
    names = {_name(one).casefold(): one.get(_w("styleId")) for one in styles.iter(_w("style"))}
    ours = _parsed(f'<w:styles xmlns:w="{_W}">{house}</w:styles>'.encode())
    for one in ours.iter(_w("style")):
        if one.get(_w("styleId")) == "Table":  # theirs of all tables leave less room for numbers
            one.find(_w("tblPr")).append(deepcopy(ours.find(f".//{_w('tblCellMar')}")))
        if one.get(_w("styleId")) in ids:
            continue
        if (theirs := names.get(_name(one).casefold())) is not None:
            for child in [*one][1:]:
                one.remove(child)
            one.find(_w("name")).set(_w("val"), f"{_name(one)} (paper)")
            etree.SubElement(one, _w("basedOn")).set(_w("val"), theirs)
        one.attrib.pop(_w("default"), None)
        styles.append(one)
    parts["word/styles.xml"] = etree.tostring(styles, xml_declaration=True, encoding="UTF-8", standalone=True)
    return packed(parts)


def width_of(reference: bytes) -> float:
    """The width of the text in millimetres, as the document's last section has it."""
    sections = [*_parsed(unpacked(reference)["word/document.xml"]).iter(_w("sectPr"))]
    size = sections[-1].find(_w("pgSz")) if sections else None
    margin = sections[-1].find(_w("pgMar")) if sections else None
    if size is None or margin is None:
        return _TEXT_MM
    taken = (margin.get(_w(side), "0") for side in ("left", "right", "gutter"))
    twips = float(size.get(_w("w"), "11906")) - sum(map(float, taken))
    return max(twips * 25.4 / 1440, 40.0)


def _parsed(xml: bytes) -> Any:
    from lxml import etree

    return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def _name(style: Any) -> str:
    found = style.find(_w("name"))
    return "" if found is None else str(found.get(_w("val"), ""))


def _w(name: str) -> str:
    return f"{{{_W}}}{name}"
