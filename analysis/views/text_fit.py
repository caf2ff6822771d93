"""How wide a text is in the charts' typeface, and its lines: Vega breaks none by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from analysis.views.theme import TEXT

# Advance widths of the charts' typeface, in thousandths of the size; every other character is a full square.
_ADVANCES = {
    224: " ",
    278: "',.:;ijl|",
    325: "!f()[]{}I-",
    385: "/\\rt",
    475: '"*?cszxy',
    555: "0123456789$+<=>^_~#`vkF–−aeg",
    615: "bdhnopquAELJKPRSTVXYZCB",
    690: "&DG",
    740: "HNOQU",
    810: "Mw",
    925: "%@mW—",
}
_ADVANCE = {character: units / 1000 for units, characters in _ADVANCES.items() for character in characters}

# What may not be parted: a bracketed or quoted aside, a Latin word, one Chinese character with the punctuation that clings to it.
_PIECE = re.compile(
    r"\s*(?:（[^（）]*）|“[^“”]*”|\([^()]*\)|[^\s\u2e80-\uffff（(]+[-–—/]?|[“《（(]?[\u2e80-\uffff][、，。；：）”》]*|\S)"
)


@lru_cache(maxsize=4096)
def text_width(text: str, size: float = TEXT) -> float:
    """The width of a text set in the charts' typeface, in the unit of the size; within three hundredths of the truth.

    Examples
    --------
    >>> text_width("昆山市", 10)
    30.0
    """
    return sum(_ADVANCE.get(character, 1.0) for character in text) * size


def widest(texts: Iterable[str], size: float = TEXT) -> float:
    """The width of the widest line of some texts; 0 where there is none."""
    return max((text_width(line, size) for text in texts for line in text.split("\n")), default=0.0)


@lru_cache(maxsize=4096)  # a live view asks for the same ones at every move
def wrapped(text: str, width: float, size: float = TEXT, *, most: int = 3) -> str:
    """A text in as few lines no wider than `width`, about as long as one another; past `most` cut with an ellipsis.

    Examples
    --------
    >>> wrapped("虎丘区（高新区）", 70)
    '虎丘区\\n（高新区）'
    >>> wrapped("a very long name of a place", 60, most=2)
    'a very\\nlong na…'
    """
    pieces = [part for piece in _PIECE.findall(" ".join(text.split())) for part in _fitting(piece, width, size)]
    lines = _filled(pieces, width, size)
    if len(lines) > most:
        rest = "".join(lines[most - 1 :]).strip()
        while rest and text_width(rest + "…", size) > width:
            rest = rest[:-1]
        return "\n".join([*(line.strip() for line in lines[: most - 1]), rest.rstrip() + "…"])
    narrower = (_filled(pieces, width * share / 20, size) for share in range(8, 21))
    return "\n".join(line.strip() for line in next((one for one in narrower if len(one) == len(lines)), lines))


def _fitting(piece: str, width: float, size: float) -> list[str]:
    """A piece wider than the line: an aside by its words, and a word by its characters."""
    if text_width(piece.strip(), size) <= width:
        return [piece]
    words = re.findall(r"\s*\S+", piece)
    return [part for word in words for part in _fitting(word, width, size)] if len(words) > 1 else list(piece)


def _filled(pieces: list[str], width: float, size: float) -> list[str]:
    """Lines filled one after the other, each with the pieces that still fit."""
    lines = [""]
    for piece in pieces:
        if lines[-1] and text_width((lines[-1] + piece).strip(), size) > width:
            lines.append("")
        lines[-1] += piece
    return lines
