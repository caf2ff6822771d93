"""Charts to test with, and what can be read off a drawn one."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import dataclass

from analysis.ledger import Claim
from analysis.quantities import Label, Language, Quantity, Rate, Status
from analysis.views.charts import cascade, coverage_bars, ladder
from analysis.views.drawing import Picture
from analysis.views.lettering import text_width
from analysis.views.maps import heat_map, tile_map
from analysis.views.ranges import gap_dots, intervals
from analysis.views.rows import Bar, Cell, Gap, Range, Step, Tile, bar
from analysis.views.wording import claim

BASE = Label("基数", "base")
LONG = Label(
    "中外合资合作以及港澳台商投资的有限公司和其他类型", "joint ventures with capital from Hong Kong and Macao too"
)
HOSTILE = '<script>alert("x")</script> & co'
SHARES = ((189273, 189273), (3, 15000), (0, 120), (0, 0), (439, 9699), (1294, 20454))


def count(value: float, *, status: Status = Status.SYNTHETIC, name: str = "a") -> Quantity:
    return Quantity(value, "enterprises", status, Label(name, name), address=f"cells:{name}{value}")


def share(value: float, *, status: Status = Status.PUBLISHED) -> Quantity:
    return Quantity(value, "share", status, Label("a", "a"), base=BASE, address=f"target:{value}")


def row(part: int, base: int, *, name: str = "甲", language: Language = "en", status: Status = Status.SYNTHETIC) -> Bar:
    rate = Rate(count(part, status=status), count(base, status=status, name="b"), BASE)
    return bar(rate, id=name, name=name, language=language)


def rows(language: Language, *, status: Status = Status.SYNTHETIC) -> list[Bar]:
    """Very large, very small, zero, undefined; a long and a hostile name; nothing in the names is a digit."""
    names = [LONG.of(language), HOSTILE, "零", "空", "Kunshan", "昆山市（高新区）"]
    return [
        row(part, base, name=name, language=language, status=status)
        for (part, base), name in zip(SHARES, names, strict=True)
    ]


def steps(language: Language) -> list[Step]:
    first = count(289513, status=Status.PUBLISHED)
    made: list[Step] = []
    for name, value in (("registered", 289513), (LONG.of(language), 31002), ("last", 12)):
        rate = claim(Rate(count(value), first, BASE).share, language)
        drop = Quantity(12.62, "points", Status.DERIVED, BASE, address="x", decimals=2)
        made.append(Step(name, name, claim(count(value), language), rate, claim(drop, language) if made else None))
    return made


def gaps(language: Language) -> list[Gap]:
    """Readings far apart, close together, equal, none; a present share at either end and in the middle."""
    required = ((), (0.9, 0.91, 0.92, 0.9, 1.0), (0.001, 0.002, 0.9999), (1.0,), (1 / 3,), (0.045, 0.06))
    asked = [tuple(claim(share(value), language, form="1") for value in values) for values in required]
    return [Gap(present, readings) for present, readings in zip(rows(language), asked, strict=True)]


def ranges(language: Language) -> list[Range]:
    ends = {"a": (0, 1), HOSTILE: (0, 0), "c": (None, 300000), "d": (5, None), LONG.of(language): (363138, 363370)}
    made = {
        name: tuple(None if end is None else claim(count(end, status=Status.DERIVED), language) for end in pair)
        for name, pair in ends.items()
    }
    return [Range(name, name, *pair) for name, pair in made.items()]


def cells(language: Language) -> list[Cell]:
    return [Cell(present.name, column, present) for column in ("small", "large") for present in rows(language)]


def tiles(language: Language) -> list[Tile]:
    places = ((1, 0), (2, 0), (4, 1), (0, 2), (2, 2), (4, 4))
    return [Tile(present, *place) for present, place in zip(rows(language), places, strict=True)]


CITY = Claim(share(0.0417), "4.17%")

PICTURES: dict[str, Callable[[Language], Picture]] = {
    "ladder": lambda language: ladder(rows(language), language=language),
    "coverage_bars": lambda language: coverage_bars(rows(language), language=language, rule=CITY, selected="空"),
    "cascade": lambda language: cascade(steps(language), language=language),
    "tile_map": lambda language: tile_map(tiles(language), language=language, selected=HOSTILE),
    "heat_map": lambda language: heat_map(cells(language), language=language),
    "gap_dots": lambda language: gap_dots(gaps(language), language=language),
    "intervals": lambda language: intervals(ranges(language), language=language),
    "intervals_log": lambda language: intervals(ranges(language), language=language, log=True),
}


@dataclass(frozen=True)
class Box:
    """Where a text stands in a drawn chart."""

    text: str
    left: float
    right: float
    middle: float
    size: float

    def touches(self, other: Box) -> bool:
        """Whether two texts run into one another; half a pixel is forgiven."""
        apart = (self.size + other.size) / 2 * 0.9
        return (
            self.left < other.right - 0.5
            and other.left < self.right - 0.5
            and abs(self.middle - other.middle) < apart - 0.5
        )


def texts(svg: str) -> list[Box]:
    """The texts of an SVG, each with its place."""
    return [_box(element) for element in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def _box(element: ElementTree.Element) -> Box:
    text = element.text or ""
    x, y = (float(number) for number in re.findall(r"[-\d.]+", element.attrib["transform"])[:2])
    size = float(element.attrib["font-size"].removesuffix("px"))
    width = text_width(text, size)
    left = x - {"start": 0.0, "middle": 0.5, "end": 1.0}[element.attrib.get("text-anchor", "start")] * width
    return Box(text, left, left + width, y, size)
