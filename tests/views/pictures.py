"""Charts to test with, and what can be read off a drawn one."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from analysis.ledger import Claim
from analysis.quantities import Label, Language, Quantity, Rate, Status
from analysis.views.charts import cascade, coverage_bars, dumbbell, gap_dots, intervals, ladder, waterfall
from analysis.views.map_charts import heat_map, tile_map
from analysis.views.path_charts import fans, side_by_side
from analysis.views.plots import broken_series, funnel_plot
from analysis.views.render import Picture
from analysis.views.rows import Bar, Cell, Gap, Limits, Panel, Row, Segment, Step, Tile, Year, bar
from analysis.views.text_fit import text_width
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


def names(language: Language) -> list[str]:
    return [LONG.of(language), HOSTILE, "零", "空", "Kunshan", "昆山市（高新区）"]


def rows(language: Language, *, status: Status = Status.SYNTHETIC) -> list[Bar]:
    """Very large, very small, zero, undefined; a long and a hostile name; nothing in the names is a digit."""
    return [
        row(part, base, name=name, language=language, status=status)
        for (part, base), name in zip(SHARES, names(language), strict=True)
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


def ranges(language: Language) -> list[Row]:
    ends = {"a": (0, 1), HOSTILE: (0, 0), "c": (None, 300000), "d": (5, None), LONG.of(language): (363138, 363370)}
    made = {
        name: tuple(None if end is None else claim(count(end, status=Status.DERIVED), language) for end in pair)
        for name, pair in ends.items()
    }
    return [Row(name, name, pair) for name, pair in made.items()]


def cells(language: Language) -> list[Cell]:
    return [Cell(present.name, column, present) for column in ("small", "large") for present in rows(language)]


def tiles(language: Language) -> list[Tile]:
    places = ((1, 0), (2, 0), (4, 1), (0, 2), (2, 2), (4, 4))
    return [Tile(present, *place) for present, place in zip(rows(language), places, strict=True)]


def points(value: float, *, status: Status = Status.SYNTHETIC) -> Quantity:
    return Quantity(value, "points", status, BASE, address=f"comparison:{value}", decimals=2)


def falls(language: Language, *changes: float, start: float = 0.0417) -> Picture:
    """A waterfall by these changes, in percentage points."""
    called = ["mix", LONG.of(language), HOSTILE, "rate", "零"]
    terms = [Row(name, name, (claim(points(value), language),)) for name, value in zip(called, changes, strict=False)]
    ends = tuple(claim(share(value), language, form="2") for value in (start, start + sum(changes) / 100))
    return waterfall(Row("a", "昆山市", ends[:1]), terms, Row("b", "Wujiang", ends[1:]), language=language)


def twos(language: Language) -> list[Row]:
    """Far apart, crossing, equal, none known."""
    seconds = (0.4, 0.0, 0.9, 0.2, 0.0452634, 0.06)
    made = []
    for one, second in zip(rows(language), seconds, strict=True):
        made.append(Row(one.id, one.name, (one.rate, claim(share(second), language, form="2"))))
    return made


def funnels(language: Language, size: int = 14) -> Picture:
    """Many places close together, some of them outside."""
    bases = [300 * (place + 1) ** 1.5 for place in range(size)]
    called = [LONG.of(language), HOSTILE, "Kunshan", "昆山市（高新区）"]
    rates = [share(0.03 + 0.0013 * (place % 5)) for place in range(size)]
    places = [
        Bar(f"p{place}", called[place % 4], claim(rate, language, form="2"), CITY, claim(count(base), language))
        for place, (rate, base) in enumerate(zip(rates, bases, strict=True))
    ]
    outside = [f"p{place}" for place in range(0, size, 4)]
    limits = [
        Limits(Label("内", "inner"), bases, [0.025] * size, [0.04] * size),
        Limits(Label("外", "outer"), bases, [0.0] * size, [0.06] * size, dashed=True),
    ]
    return funnel_plot(places, limits, outside=outside, rule=CITY, rule_name="城", language=language)


CITY = Claim(share(0.0417), "4.17%")
ENDS = (
    (1.0, 1.0, 0.99, 1.0),
    (0.0, 0.001, 0.0, 0.002),
    (0.5, 0.31, 0.299, 0.334),
    (0.634, 0.8, 0.1, 0.95),
    (0.2, 0.2, 0.2, 0.2),
)


def paths(language: Language, *, years: int = 3) -> Picture:
    """Paths that start and end at either end and in the middle, with bands wide, narrow and none."""
    panels = []
    for number, ((start, end, low, high), name) in enumerate(
        zip(ENDS, (*names(language)[:2], "昆山市", "a", "零"), strict=True)
    ):
        points = []
        for at in range(years + 1):
            step = at / years
            value = start + (end - start) * step
            points.append(Year(2003 + at, value + (low - end) * step, value, value, value, value + (high - end) * step))
        said = [claim(share(value, status=Status.SIMULATED), language, form="1") for value in (start, end, low, high)]
        panels.append(Panel(f"p{number}", name, tuple(points), (0.8, 0.9, 1.0), *said))
    return fans(panels, language=language)


def series(language: Language) -> Picture:
    """A long line with years side by side, one point, and a line that rises."""
    rates = {"a": {2006: 0.942, 2010: 0.996, 2011: 0.9991, 2012: 0.9995}, LONG.of(language): {2010: 0.96}}
    rates["c"] = {2015: 0.518, 2017: 0.731}
    told = {
        name: tuple((year, claim(share(rate), language, form="2")) for year, rate in one.items())
        for name, one in rates.items()
    }
    return broken_series([Segment(name, name, points) for name, points in told.items()], language=language)


def scenarios(language: Language) -> Picture:
    """Two targets in three scenarios, one of them with nothing and with more than all."""
    shares = {LONG.of(language): (0.0, 1.2, 0.501), HOSTILE: (0.2, 0.2, 0.9)}
    groups = [
        Row(name, name, tuple(claim(share(value), language, form="1") for value in values))
        for name, values in shares.items()
    ]
    return side_by_side(groups, ["first", HOSTILE, "昆山市"], language=language, selected=1)


PICTURES: dict[str, Callable[[Language], Picture]] = {
    "ladder": lambda language: ladder(rows(language), language=language),
    "coverage_bars": lambda language: coverage_bars(rows(language), language=language, rule=CITY, selected="空"),
    "cascade": lambda language: cascade(steps(language), language=language),
    "tile_map": lambda language: tile_map(tiles(language), language=language, selected=HOSTILE),
    "heat_map": lambda language: heat_map(cells(language), language=language),
    "gap_dots": lambda language: gap_dots(gaps(language), language=language),
    "waterfall": lambda language: falls(language, 1.41, -3.5, 12.0, -0.01, 0.0),
    "waterfall_below_nothing": lambda language: falls(language, -9.0, 6.0, start=0.03),
    "waterfall_of_nothing": lambda language: falls(language, 0.0, start=0.0),
    "dumbbell": lambda language: dumbbell(
        twos(language),
        language=language,
        first=Label("实际", "as it is"),
        second=Label("标准化", "standardised"),
        rule=CITY,
        rule_name="城",
    ),
    "funnel_plot": funnels,
    "intervals": lambda language: intervals(ranges(language), language=language),
    "intervals_log": lambda language: intervals(ranges(language), language=language, log=True),
    "fans": paths,
    "broken_series": series,
    "side_by_side": scenarios,
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
    """The lines of text of an SVG, each with its place."""
    return list(_boxes(ElementTree.fromstring(svg), 0.0, 0.0))


def _boxes(element: ElementTree.Element, x: float, y: float) -> Iterator[Box]:
    """The texts inside an element that stands at a place."""
    if moved := re.match(r"translate\(([-\d.]+),([-\d.]+)\)", element.attrib.get("transform", "")):
        x, y = x + float(moved[1]), y + float(moved[2])
    if element.tag != f"{_SVG}text":
        for part in element:
            yield from _boxes(part, x, y)
        return
    size = float(element.attrib["font-size"].removesuffix("px"))
    anchor = {"start": 0.0, "middle": 0.5, "end": 1.0}[element.attrib.get("text-anchor", "start")]
    for line in [element, *element.iter(f"{_SVG}tspan")]:
        y += float(line.attrib.get("dy", 0)) if line is not element else 0.0
        width = text_width(line.text or "", size)
        if line.text:
            yield Box(line.text, x - anchor * width, x + (1 - anchor) * width, y, size)


_SVG = "{http://www.w3.org/2000/svg}"
