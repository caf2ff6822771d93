"""Where words fit: the width of a text, its lines, and labels that give way to one another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from analysis.views.theme import LINE, TEXT

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


def text_width(text: str, size: float) -> float:
    """The width of a text set in the charts' typeface, in the unit of the size; within three hundredths of the truth.

    Examples
    --------
    >>> text_width("昆山市", 10)
    30.0
    """
    return sum(_ADVANCE.get(character, 1.0) for character in text) * size


def widest(texts: Iterable[str], size: float = TEXT) -> float:
    """The width of the widest text; 0 where there is none."""
    return max((text_width(text, size) for text in texts), default=0.0)


def wrapped(text: str, width: float, size: float, *, most: int = 3) -> tuple[str, ...]:
    """A text in as few lines no wider than `width`, about as long as one another; past `most` cut with an ellipsis.

    Examples
    --------
    >>> wrapped("虎丘区（高新区）", 70, 13)
    ('虎丘区', '（高新区）')
    """
    pieces = _pieces(" ".join(text.split()), width, size)
    lines = _filled(pieces, width, size)
    if len(lines) > most:
        return (*(line.strip() for line in lines[: most - 1]), _cut("".join(lines[most - 1 :]).strip(), width, size))
    narrower = (_filled(pieces, width * share / 20, size) for share in range(8, 21))
    even = next((tried for tried in narrower if len(tried) == len(lines)), lines)
    return tuple(line.strip() for line in even)


def fitted(text: str, width: float, height: float, *, sizes: Sequence[int]) -> tuple[int, tuple[str, ...]]:
    """The largest of the sizes at which a text fits a box, and its lines at that size; at the smallest it may be cut.

    Examples
    --------
    >>> fitted("Suzhou Industrial Park", 70, 40, sizes=(13, 11))
    (13, ('Suzhou', 'Industrial', 'Park'))
    >>> fitted("Suzhou Industrial Park", 55, 40, sizes=(13, 11))
    (11, ('Suzhou', 'Industrial', 'Park'))
    """
    for whole in (True, False):  # rather smaller than a word or an aside parted, if any size allows it
        for size in sizes:
            most = _lines_in(height, size)
            lines = wrapped(text, width, size, most=most)
            if not lines[-1].endswith("…") and (not whole or _pieces_fit(text, width, size)):
                return size, lines
    return sizes[-1], wrapped(text, width, sizes[-1], most=_lines_in(height, sizes[-1]))


def spread(centres: Sequence[float], widths: Sequence[float], *, low: float, high: float, gap: float) -> list[float]:
    """Centres moved as little as it takes for labels in a row not to touch, in the order they came in.

    Parameters
    ----------
    centres, widths
        Of the labels, from left to right or in any order.
    low, high
        The row's ends; labels stay inside as far as their widths allow.

    Examples
    --------
    >>> spread([50, 52], [20, 20], low=0, high=100, gap=4)
    [39.0, 63.0]
    """
    order = sorted(range(len(centres)), key=lambda label: centres[label])
    groups: list[tuple[list[int], float, float]] = []  # labels, their width together, their common centre
    for label in order:
        groups.append(([label], widths[label], _inside(centres[label], widths[label], low, high)))
        while len(groups) > 1 and _touch(groups[-2], groups[-1], gap):
            groups[-2:] = [_merged(groups[-2], groups[-1], centres, gap, low, high)]
    placed = [0.0] * len(centres)
    for labels, width, centre in groups:
        edge = centre - width / 2
        for label in labels:
            placed[label] = edge + widths[label] / 2
            edge += widths[label] + gap
    return placed


_Group = tuple[list[int], float, float]


def _touch(left: _Group, right: _Group, gap: float) -> bool:
    return left[2] + left[1] / 2 + gap > right[2] - right[1] / 2 + 1e-9


def _merged(left: _Group, right: _Group, centres: Sequence[float], gap: float, low: float, high: float) -> _Group:
    labels, width = left[0] + right[0], left[1] + gap + right[1]
    mean = sum(centres[label] for label in labels) / len(labels)
    return labels, width, _inside(mean, width, low, high)


def _inside(centre: float, width: float, low: float, high: float) -> float:
    return float(max(min(centre, high - width / 2), low + width / 2))


def _filled(pieces: Sequence[str], width: float, size: float) -> list[str]:
    """Lines filled one after the other, each with the pieces that still fit."""
    lines = [""]
    for piece in pieces:
        if lines[-1] and text_width((lines[-1] + piece).strip(), size) > width:
            lines.append("")
        lines[-1] += piece
    return lines


def _pieces(text: str, width: float, size: float) -> list[str]:
    pieces = _PIECE.findall(text)
    return [
        part
        for piece in pieces
        for part in ([piece] if text_width(piece.strip(), size) <= width else _broken(piece, width, size))
    ]


def _broken(piece: str, width: float, size: float) -> list[str]:
    """A piece wider than the line: an aside by its words, and a word wider than the line by its characters."""
    words = re.findall(r"\s*\S+", piece)
    if len(words) < 2:
        return list(piece)
    return [part for word in words for part in ([word] if text_width(word.strip(), size) <= width else list(word))]


def _cut(text: str, width: float, size: float) -> str:
    if text_width(text, size) <= width:
        return text
    while text and text_width(text + "…", size) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def _lines_in(height: float, size: float) -> int:
    """How many lines fit a height, a little overhang allowed."""
    return max(int((height + size * (LINE - 0.5)) // (size * LINE)), 1)


def _pieces_fit(text: str, width: float, size: float) -> bool:
    return all(text_width(piece.strip(), size) <= width for piece in _PIECE.findall(text))
