"""The funnel plot: each place at its base and rate, and the limits between which chance alone would leave it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from analysis.ledger import Claim
from analysis.quantities import Label, Language
from analysis.views.drawing import Picture
from analysis.views.lettering import text_width
from analysis.views.marks import Dot, Key, Letter, Line, dots, heading, letters, lines, sheet
from analysis.views.placing import Box, Places, Wanted, along, around
from analysis.views.rows import claims_of, is_number, length, shown
from analysis.views.theme import ACCENT, BASE, COVERED, HAIRLINE, MUTED, SMALL, TARGET, WIDTH

HEIGHT, LEFT, RIGHT = 300.0, 10.0, 10.0
FEWER = Label("企业较少", "fewer enterprises")
MORE = Label("企业较多", "more enterprises")


@dataclass(frozen=True)
class Place:
    """A place: its rate and base; whether it stands outside the limits that are held against it."""

    id: str
    name: str
    rate: Claim
    base: float
    outside: bool = False


@dataclass(frozen=True)
class Limits:
    """Limits along the base, from the smallest to the largest.

    Parameters
    ----------
    word
        What they are; a number in it must be one of `claims`.
    """

    word: Label
    base: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    dashed: bool = False
    claims: tuple[Claim, ...] = ()


def funnel_plot(
    places: Sequence[Place], limits: Sequence[Limits], *, rule: Claim, rule_name: str, language: Language
) -> Picture:
    """Places against limits.

    Places outside are named with their rate, the others by name where there is room.

    Parameters
    ----------
    rule, rule_name
        The rate that all would share, and whose it is.
    """
    known = [place for place in places if is_number(place.rate)]
    fills = [TARGET if one.dashed else BASE for one in limits]
    keys = [Key(fill, one.word) for fill, one in zip(fills, limits, strict=True)]
    told = claims_of(claim for one in limits for claim in one.claims)
    strip, y = heading([place.rate for place in known], keys, language=language)
    frame = _Frame(y + 8, known, limits)
    curves: dict[bool, list[Line]] = {one.dashed: [] for one in limits}
    room = Places(Box(LEFT, frame.top, WIDTH - RIGHT, frame.top + HEIGHT))
    for one, fill in zip(limits, fills, strict=True):
        for edge in (one.low, one.high):
            points = [(frame.x(base), frame.y(rate)) for base, rate in zip(one.base, edge, strict=True)]
            kept = [pair for pair in pairwise(points) if _inside(pair, frame)]
            curves[one.dashed] += [Line(*one_, *two, stroke=fill, width=1.5) for one_, two in kept]
            room.soft += [box for one_, two in kept for box in along(*one_, *two)]
    middle = frame.y(length(rule))
    marks = [
        Dot(
            round(frame.x(place.base)),
            round(frame.y(length(place.rate))),
            ACCENT if place.outside else COVERED,
            id=place.id,
        )
        for place in known
    ]
    room.solid += [around(mark.value, mark.y, 6) for mark in marks]
    room.soft += along(LEFT, middle, WIDTH - RIGHT, middle)
    words = _rule_words(room, f"{rule_name} {shown(rule)}", middle)
    claims = [rule]
    for place, mark in sorted(zip(known, marks, strict=True), key=lambda one: not one[0].outside):
        text = f"{place.name} {shown(place.rate)}" if place.outside else place.name
        words += room.put(Wanted((text,), mark.value, mark.y, fill=mark.fill, must=place.outside))
        claims += [place.rate] if place.outside else []
    bottom = frame.top + HEIGHT
    under = [
        Letter(FEWER.of(language), LEFT, bottom + 14, "left", SMALL, MUTED),
        Letter(MORE.of(language), WIDTH - RIGHT, bottom + 14, "right", SMALL, MUTED),
    ]
    layers = [
        lines([Line(LEFT, bottom, WIDTH - RIGHT, bottom, HAIRLINE)], name="floor"),
        *(lines(rows, dashed=dashed, name=f"limits_{dashed}") for dashed, rows in curves.items()),
        lines([Line(LEFT, middle, WIDTH - RIGHT, middle, TARGET)], name="rule"),
        dots(marks, name="places"),
        letters([*words, *under]),
    ]
    summary = _summary(known, rule, rule_name, language)
    picture = sheet([*strip, *layers], height=bottom + 26)
    return Picture(picture, (*told, *claims_of(claims)), summary, language)


def _rule_words(room: Places, text: str, y: float) -> list[Letter]:
    """The rule's name beside it, as far to the right as there is room."""
    half = text_width(text, SMALL) / 2
    for x in range(int(WIDTH - RIGHT - half), int(LEFT + half), -10):
        if words := room.put(Wanted((text,), x, y, fill=TARGET, must=False, below=True)):
            return words
    return room.put(Wanted((text,), WIDTH - RIGHT - half, y, fill=TARGET))


class _Frame:
    """Bases across, rates upwards."""

    def __init__(self, top: float, places: Sequence[Place], limits: Sequence[Limits]) -> None:
        self.top = top
        self.most = max((place.base for place in places), default=1.0) * 1.08
        smallest = min((place.base for place in places), default=0.0)
        near = [
            rate
            for one in limits
            for edge in (one.low, one.high)
            for base, rate in zip(one.base, edge, strict=True)
            if base >= smallest
        ]
        rates = [length(place.rate) for place in places] + near or [0.0, 1.0]
        margin = (max(rates) - min(rates)) * 0.06 or 0.01
        self.low, self.high = max(min(rates) - margin, 0.0), max(rates) + margin

    def x(self, base: float) -> float:
        return LEFT + base / self.most * (WIDTH - LEFT - RIGHT)

    def y(self, rate: float) -> float:
        return self.top + (self.high - rate) / (self.high - self.low) * HEIGHT


def _inside(pair: tuple[tuple[float, float], tuple[float, float]], frame: _Frame) -> bool:
    return all(frame.top <= y <= frame.top + HEIGHT for _, y in pair)


def _summary(places: Sequence[Place], rule: Claim, rule_name: str, language: Language) -> str:
    outside = [f"{place.name} {shown(place.rate)}" for place in places if place.outside]
    if language == "zh":
        who = "、".join(outside) if outside else "没有"
        return f"{rule_name}{shown(rule)}；在界限之外的区域：{who}。"
    who = ", ".join(outside) if outside else "none"
    return f"{rule_name} {shown(rule)}; places outside the limits: {who}."
