"""Scenarios side by side: under each target a bar for every scenario, from none to all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.ledger import Claim
from analysis.quantities import Language
from analysis.views.drawing import Picture
from analysis.views.lettering import text_width, wrapped
from analysis.views.marks import Axis, Letter, Line, Span, heading, letters, lines, sheet, spans, stacked
from analysis.views.rows import claims_of, length, shown
from analysis.views.summaries import named
from analysis.views.theme import COVERED, LINE, RECEDING, SMALL, TEXT, WIDTH

COLUMNS, GUTTER, STEP = 2, 36, 19.0


@dataclass(frozen=True)
class Group:
    """One target, and its share in each scenario, in one order for all targets."""

    id: str
    name: str
    shares: tuple[Claim, ...]


def side_by_side(groups: Sequence[Group], scenarios: Sequence[str], *, language: Language, selected: int) -> Picture:
    """A small chart for each target, all from none to all of those meant.

    Parameters
    ----------
    scenarios
        Their names, in the order of the shares.
    selected
        The place of the scenario to bring out.
    """
    claims = claims_of(*(group.shares for group in groups))
    strip, y = heading(claims, (), language=language)
    width = (WIDTH - GUTTER * (COLUMNS - 1)) / COLUMNS
    left = max(text_width(name, SMALL) for name in scenarios) + 10
    right = width - max(text_width(shown(claim), SMALL) for claim in claims) - 10 if claims else width
    bars: list[Span] = []
    frames: list[Line] = []
    words: list[Letter] = []
    names = [wrapped(group.name, width, TEXT, most=3) for group in groups]
    for row in range(0, len(groups), COLUMNS):
        tallest = max(len(name) for name in names[row : row + COLUMNS]) * TEXT * LINE
        for column, group in enumerate(groups[row : row + COLUMNS]):
            start, name = column * (width + GUTTER), names[row + column]
            axis = Axis(high=1.0, left=start + left, right=start + right)
            words += stacked(name, x=start, y=y + tallest - len(name) * TEXT * LINE / 2)
            for place, (scenario, share) in enumerate(zip(scenarios, group.shares, strict=True)):
                middle = y + tallest + 12 + STEP * place
                fill = COVERED if place == selected else RECEDING
                end = axis.pixel(min(length(share), 1.0))
                bars.append(Span(axis.left, end, middle - 6, middle + 6, fill, group.id))
                words.append(Letter(scenario, axis.left - 8, middle, "right", SMALL))
                words.append(Letter(shown(share), end + 6, middle, "left", SMALL))
            top, bottom = y + tallest + 2, y + tallest + 2 + STEP * len(scenarios)
            frames.append(Line(axis.left, top, axis.left, bottom))
        y += tallest + STEP * len(scenarios) + 18
    layers = [*strip, lines(frames, name="frames"), spans(bars, name="bars"), letters(words)]
    return Picture(sheet(layers, height=y - 8), claims, _summary(groups, scenarios, language), language)


def _summary(groups: Sequence[Group], scenarios: Sequence[str], language: Language) -> str:
    colon, comma, stop = ("：", "，", "；") if language == "zh" else (": ", ", ", "; ")
    said = [
        group.name + colon
        + comma.join(named(name, shown(share), language) for name, share in zip(scenarios, group.shares, strict=True))
        for group in groups
    ]  # fmt: skip
    return stop.join(said) + ("。" if language == "zh" else ".")
