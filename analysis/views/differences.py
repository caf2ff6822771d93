"""Charts of differences: a waterfall from one rate to another, and two rates of each place side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from analysis.ledger import Claim
from analysis.quantities import Label, Language
from analysis.views.charts import rule_lines
from analysis.views.drawing import Picture
from analysis.views.lettering import widest, wrapped
from analysis.views.marks import (
    Axis,
    Dot,
    Key,
    Letter,
    Line,
    Span,
    backs,
    dots,
    heading,
    letters,
    lines,
    sheet,
    spans,
    stacked,
)
from analysis.views.rows import claims_of, is_number, length, shown
from analysis.views.summaries import named
from analysis.views.theme import ACCENT, BASE, COVERED, LINE, MUTED, RECEDING, SMALL, TARGET, TEXT, WIDTH

NAME_WIDTH = 200
GAIN = Label("使比率升高", "raises the rate")
LOSS = Label("使比率降低", "lowers the rate")


@dataclass(frozen=True)
class Named:
    """A number under a name."""

    id: str
    name: str
    value: Claim


@dataclass(frozen=True)
class Two:
    """Two rates of one place."""

    id: str
    name: str
    first: Claim
    second: Claim


def waterfall(start: Named, terms: Sequence[Named], end: Named, *, language: Language) -> Picture:
    """From one rate to another by the terms between them, which are in percentage points.

    Parameters
    ----------
    start, end
        The two rates, as shares.
    terms
        Their values sum to the difference, times a hundred.
    """
    claims = claims_of((start.value,), (term.value for term in terms), (end.value,))
    keys = [Key(ACCENT, GAIN), Key(RECEDING, LOSS)]
    strip, y = heading(claims, keys, language=language)
    names = [wrapped(row.name, NAME_WIDTH, TEXT) for row in (start, *terms, end)]
    levels = list(accumulate((length(term.value) / 100 for term in terms), initial=length(start.value)))
    room = widest(shown(claim) for claim in claims)
    high = max(*levels, length(end.value)) or 1.0
    low = min(0.0, *levels)
    left = widest(line for name in names for line in name) + 17
    axis = Axis(high=high, low=low, left=left + (room + 8 if low < 0 else 0), right=WIDTH - room - 10)
    bars: list[Span] = []
    words: list[Letter] = []
    steps: list[Line] = []
    ends = [(0.0, length(start.value)), *pairwise(levels), (0.0, length(end.value))]
    for place, (row, name, (before, after)) in enumerate(zip((start, *terms, end), names, ends, strict=True)):
        height = max(30.0, 2 * math.ceil(len(name) * TEXT * LINE / 2 + 4))
        middle, is_term = y + height / 2, 0 < place <= len(terms)
        fill = (ACCENT if after >= before else RECEDING) if is_term else COVERED
        bars.append(Span(min(before, after), max(before, after), middle - 9, middle + 9, fill, row.id))
        words += stacked(name, x=left - 12, y=middle, align="right")
        words.append(Letter(shown(row.value), axis.pixel(max(before, after)) + 7, middle, fill=fill_of_words(is_term)))
        if place <= len(terms):
            x = math.floor(axis.pixel(after)) + 0.5  # on the pixels, so that the line is one pixel wide
            steps.append(Line(x, middle + 9, x, middle + height + 4, BASE))
        y += height
    layers = [lines(steps, name="steps"), spans(bars, axis=axis, name="bars"), backs(words[-1:]), letters(words)]
    return Picture(sheet([*strip, *layers], height=y + 2), claims, _told(start, terms, end, language), language)


def fill_of_words(is_term: bool) -> str:
    """Terms are set back, the two rates are not."""
    return TARGET if is_term else COVERED


def dumbbell(
    rows: Sequence[Two],
    *,
    language: Language,
    first: Label,
    second: Label,
    rule: Claim | None = None,
    rule_name: str = "",
) -> Picture:
    """Two rates of each place on one line: a dot for the first, a diamond for the second.

    Parameters
    ----------
    first, second
        What the two are.
    rule, rule_name
        A rate to hold them against, and whose it is.
    """
    claims = claims_of(*((row.first, row.second) for row in rows), rule)
    strip, y = heading(claims, [Key(MUTED, first, "circle"), Key(COVERED, second, "diamond")], language=language)
    names = [wrapped(row.name, NAME_WIDTH, TEXT) for row in rows]
    known = [length(claim) for claim in claims if is_number(claim)] or [0.0]
    room = widest((shown(claim) for claim in claims), SMALL)
    left = widest(line for name in names for line in name) + 12
    margin = (max(known) - min(known)) * 0.04 or 0.01
    axis = Axis(high=max(known) + margin, low=min(known) - margin, left=left + room + 12, right=WIDTH - room - 14)
    y += 0 if rule is None else 18
    top, bars, marks, words = y, [], [], []
    for row, name in zip(rows, names, strict=True):
        step = max(27.0, len(name) * TEXT * LINE + 8)
        middle = y + step / 2
        words += stacked(name, x=left - 10, y=middle, align="right")
        if is_number(row.first) and is_number(row.second):
            bars.append(Line(axis.pixel(length(row.first)), middle, axis.pixel(length(row.second)), middle, BASE, 3))
        marks += [Dot(length(row.first), middle, MUTED, "circle", row.id)] if is_number(row.first) else []
        marks += [Dot(length(row.second), middle, COVERED, "diamond", row.id)] if is_number(row.second) else []
        words += _sides(row, axis, middle)
        y += step
    layers = [] if rule is None else rule_lines(rule, rule_name, axis, top=top, bottom=y)
    layers += [backs([word for word in words if word.size == SMALL], margin=3), lines(bars, name="bars")]
    layers += [dots(marks, axis=axis, name="marks"), letters(words)]
    summary = _pairs(rows, first.of(language), second.of(language), language)
    return Picture(sheet([*strip, *layers], height=y + 2), claims, summary, language)


def _sides(row: Two, axis: Axis, y: float) -> list[Letter]:
    """The lower rate's number to the left of its mark, the higher one's to the right."""
    pair = sorted(((row.first, MUTED), (row.second, COVERED)), key=lambda one: length(one[0]))
    known = [(claim, fill) for claim, fill in pair if is_number(claim)]
    places = [("right", -9), ("left", 9)] if len(known) == 2 else [("left", 9)] * len(known)
    return [
        Letter(shown(claim), axis.pixel(length(claim)) + shift, y, "right" if align == "right" else "left", SMALL, fill)
        for (claim, fill), (align, shift) in zip(known, places, strict=True)
    ]


def _told(start: Named, terms: Sequence[Named], end: Named, language: Language) -> str:
    stop, between = ("。", "；") if language == "zh" else (".", "; ")
    return between.join(named(row.name, shown(row.value), language) for row in (start, *terms, end)) + stop


def _pairs(rows: Sequence[Two], first: str, second: str, language: Language) -> str:
    if language == "zh":
        said = [f"{row.name}：{first}{shown(row.first)}，{second}{shown(row.second)}" for row in rows]
        return "；".join(said) + "。"
    said = [f"{row.name}: {first} {shown(row.first)}, {second} {shown(row.second)}" for row in rows]
    return "; ".join(said) + "."
