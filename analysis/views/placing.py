"""Words beside points of a plot: each where nothing else stands, as near to its point as can be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from analysis.views.lettering import text_width
from analysis.views.marks import Letter, stacked
from analysis.views.theme import INK, LINE, SMALL


@dataclass(frozen=True)
class Box:
    """A rectangle that is taken, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: Box) -> float:
        """The area that both cover."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(width, 0) * max(height, 0)

    def inside(self, other: Box) -> bool:
        """Whether it lies wholly inside another."""
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.top >= other.top
            and self.bottom <= other.bottom
        )


@dataclass(frozen=True)
class Wanted:
    """Lines of text that belong to a point."""

    lines: tuple[str, ...]
    x: float
    y: float
    size: int = SMALL
    fill: str = INK
    must: bool = True  # if not, it is left out rather than set far off
    below: bool = False  # rather below its point than beside it

    @property
    def width(self) -> float:
        """Of the longest line."""
        return max(text_width(line, self.size) for line in self.lines)

    @property
    def height(self) -> float:
        """Of all lines."""
        return len(self.lines) * self.size * LINE


@dataclass
class Places:
    """What is taken on a sheet so far.

    Parameters
    ----------
    sheet
        Words stay inside it.
    solid
        What no word may cover: points and other words.
    soft
        What words avoid where they can: lines.
    """

    sheet: Box
    solid: list[Box] = field(default_factory=list)
    soft: list[Box] = field(default_factory=list)

    def put(self, wanted: Wanted) -> list[Letter]:
        """The words in their place, which is then taken; none where there is no room and they need not stand."""
        reach = GAPS if wanted.must else GAPS[:3]
        tried = [(gap, box) for gap in reach for box in _around(wanted, gap)]
        free = [(gap, box) for gap, box in tried if box.inside(self.sheet) and not _covered(box, self.solid)]
        if free:
            box = min(free, key=lambda one: one[0] + sum(one[1].overlap(other) for other in self.soft))[1]
        elif wanted.must:
            box = min((box for _, box in tried), key=self._cost)
        else:
            return []
        self.solid.append(box)
        middle = (box.top + box.bottom) / 2
        centre = (box.left + box.right) / 2
        return stacked(wanted.lines, x=centre, y=middle, align="center", size=wanted.size, fill=wanted.fill)

    def _cost(self, box: Box) -> float:
        outside = 0.0 if box.inside(self.sheet) else 1e6
        return outside + sum(100 * box.overlap(other) for other in self.solid)


def around(x: float, y: float, reach: float) -> Box:
    """The box of a point."""
    return Box(x - reach, y - reach, x + reach, y + reach)


def along(x: float, y: float, x2: float, y2: float, *, step: float = 6, reach: float = 2) -> list[Box]:
    """Boxes along a line."""
    parts = max(int(max(abs(x2 - x), abs(y2 - y)) / step), 1)
    return [around(x + (x2 - x) * at / parts, y + (y2 - y) * at / parts, reach) for at in range(parts + 1)]


def _covered(box: Box, taken: Sequence[Box]) -> bool:
    return any(box.overlap(other) > 0 for other in taken)


def _around(wanted: Wanted, gap: float) -> Iterator[Box]:
    """Eight places around the point, at a distance."""
    half, tall = wanted.width / 2, wanted.height / 2
    for right, down in _BELOW if wanted.below else _BESIDE:
        x = wanted.x + right * (half + (gap if down == 0 else gap - 4))
        y = wanted.y + down * (tall + (gap if right == 0 else gap - 4) - 2)
        yield Box(x - half, y - tall, x + half, y + tall)


GAPS = (8, 14, 22, 34, 50, 70)
_BESIDE = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1))
_BELOW = ((0, 1), (1, 1), (-1, 1), (0, -1), (1, -1), (-1, -1), (1, 0), (-1, 0))
