"""Charts of coverage: the ladder of bases, rates by district or category, the cascade.

A chart has no numbers on its axes. Every number in it is a claim, printed beside its mark.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from analysis.ledger import Claim
from analysis.quantities import Label, Language
from analysis.views import summaries
from analysis.views.drawing import Picture
from analysis.views.lettering import spread, widest, wrapped
from analysis.views.marks import (
    Axis,
    Key,
    Layer,
    Letter,
    Line,
    Span,
    backs,
    heading,
    letters,
    lines,
    sheet,
    spans,
    stacked,
)
from analysis.views.rows import Bar, Step, claims_of, falling, length, shown
from analysis.views.theme import (
    ACCENT,
    COVERED,
    LARGE,
    LINE,
    MUTED,
    RECEDING,
    SMALL,
    TARGET,
    TEXT,
    UNCOVERED,
    WIDTH,
)

NAME_WIDTH = 190
REACHED, MISSED = Label("已覆盖", "covered"), Label("未覆盖", "not covered")
OVERALL = Label("总体", "overall")


def ladder(rungs: Sequence[Bar], *, language: Language) -> Picture:
    """The ladder of bases, the widest first: one bar for each, as long as the base, with the covered part in it."""
    claims = claims_of(*(rung.claims for rung in rungs))
    strip, y = heading(claims, [Key(COVERED, REACHED), Key(UNCOVERED, MISSED)], language=language)
    axis = Axis(high=_upper(claim for rung in rungs for claim in (rung.base, rung.part)), left=0, right=WIDTH)
    bases: list[Span] = []
    parts: list[Span] = []
    words: list[Letter] = []
    for rung in rungs:
        named, y = _rung_words(rung, y)
        words += named
        bases.append(Span(0, length(rung.base), y + 3, y + 17, UNCOVERED, rung.id))
        parts.append(Span(0, length(rung.part), y + 3, y + 17, COVERED, rung.id))
        y += 34
    layers = [spans(bases, axis=axis, name="bases"), spans(parts, axis=axis, name="parts"), letters(words)]
    return Picture(sheet([*strip, *layers], height=y - 10), claims, summaries.of_ladder(rungs, language), language)


def coverage_bars(
    rows: Sequence[Bar],
    *,
    language: Language,
    rule: Claim | None = None,
    rule_name: str = "",
    selected: str = "",
) -> Picture:
    """Rates as horizontal bars, each with its numerator and base, the highest first.

    Parameters
    ----------
    rule, rule_name
        The rate to hold them against, drawn as a dashed line, and whose it is.
    selected
        The id of a row to bring out.
    """
    rule_name = rule_name or OVERALL.of(language)
    rows = sorted(rows, key=falling)
    claims = claims_of(*(row.claims for row in rows), rule)
    strip, y = heading(claims, (), language=language)
    names = [wrapped(row.name, NAME_WIDTH, TEXT) for row in rows]
    right = WIDTH - widest((row.fraction for row in rows), SMALL) - widest(shown(row.rate) for row in rows) - 24
    high = _upper([row.rate for row in rows] + ([] if rule is None else [rule]))
    axis = Axis(high=high, left=_left_of(names), right=right)
    top = y = y + (0 if rule is None else 16 if y else 22)  # the strip above leaves some room
    bars: list[Span] = []
    words: list[Letter] = []
    for row, name in zip(rows, names, strict=True):
        step = max(27.0, len(name) * TEXT * LINE + 8)
        bars.append(_bar(row, axis, middle=y + step / 2, fill=_fill(row, selected)))
        words += _bar_words(row, name, axis, middle=y + step / 2)
        y += step
    layers = [*strip, spans(bars, axis=axis, name="bars")]
    layers += [] if rule is None else rule_lines(rule, rule_name, axis, top=top, bottom=y)
    layers += [
        backs([word for word in words if word.align == "left"]),
        lines([Line(axis.left, top, axis.left, y)]),
        letters(words),
    ]
    summary = summaries.of_bars(rows, language, rule=rule, rule_name=rule_name)
    return Picture(sheet(layers, height=y + 2), claims, summary, language)


def cascade(steps: Sequence[Step], *, language: Language) -> Picture:
    """The coverage cascade: what is left of the first step at each later one, and the drop on the way.

    Source: Tanahashi (1978), Bulletin of the WHO 56, 295.
    """
    claims = claims_of(*((step.drop, step.count, step.rate) for step in steps))
    strip, y = heading(claims, (), language=language)
    names = [wrapped(step.name, NAME_WIDTH, TEXT) for step in steps]
    room = widest(shown(step.count) + shown(step.rate) for step in steps) + 18
    axis = Axis(high=_upper(step.rate for step in steps), left=_left_of(names), right=WIDTH - room)
    top = y
    bars: list[Span] = []
    words: list[Letter] = []
    for step, name in zip(steps, names, strict=True):
        if step.drop is not None:
            words.append(
                Letter(
                    f"{'↑' if step.rises else '↓'} {shown(step.drop)}", axis.left + 4, y + 10, size=SMALL, fill=TARGET
                )
            )
            y += 20
        height = max(24.0, len(name) * TEXT * LINE + 2)
        bars.append(Span(0, length(step.rate), y + height / 2 - 11, y + height / 2 + 11, COVERED, step.id))
        words += _step_words(step, name, axis, middle=y + height / 2)
        y += height
    layers = [spans(bars, axis=axis, name="bars"), lines([Line(axis.left, top, axis.left, y)]), letters(words)]
    return Picture(sheet([*strip, *layers], height=y + 4), claims, summaries.of_cascade(steps, language), language)


def _rung_words(rung: Bar, y: float) -> tuple[list[Letter], float]:
    """A rung's name to the left, its fraction and rate to the right of the name's last line; and where they end."""
    rate = Letter(shown(rung.rate), WIDTH, 0, "right", LARGE, COVERED)
    fraction = Letter(f"{rung.fraction} =", WIDTH - rate.width - 8, 0, "right", TEXT, MUTED)
    name = wrapped(rung.name, fraction.x - fraction.width - 16, TEXT)
    end = y + len(name) * TEXT * LINE
    last = end - TEXT * LINE / 2
    placed = [replace(part, y=last) for part in (fraction, rate)]
    return [*stacked(name, x=0, y=(y + end) / 2), *placed], end


def _bar(row: Bar, axis: Axis, *, middle: float, fill: str) -> Span:
    return Span(0, min(length(row.rate), axis.high), middle - 8, middle + 8, fill, row.id)


def _fill(row: Bar, selected: str) -> str:
    """A selected bar stands out by lightness too, for a grey print."""
    return ACCENT if row.id == selected else RECEDING if selected else COVERED


def _bar_words(row: Bar, name: Sequence[str], axis: Axis, *, middle: float) -> list[Letter]:
    rate = Letter(shown(row.rate), axis.pixel(min(length(row.rate), axis.high)) + 6, middle)
    fraction = Letter(row.fraction, WIDTH, middle, "right", SMALL, MUTED)
    return [*stacked(name, x=axis.left - 10, y=middle, align="right"), rate, fraction]


def _step_words(step: Step, name: Sequence[str], axis: Axis, *, middle: float) -> list[Letter]:
    count = Letter(shown(step.count), axis.pixel(length(step.rate)) + 8, middle)
    rate = Letter(shown(step.rate), count.x + count.width + 10, middle, fill=MUTED)
    return [*stacked(name, x=axis.left - 10, y=middle, align="right"), count, rate]


def rule_lines(rule: Claim, name: str, axis: Axis, *, top: float, bottom: float) -> list[Layer | None]:
    """A dashed line at a rate, its name and number above it."""
    label = Letter(f"{name} {shown(rule)}".strip(), 0, top - 10, "center", SMALL, TARGET)
    x = axis.pixel(min(length(rule), axis.high))
    (centre,) = spread([x], [label.width], low=0, high=WIDTH, gap=0)
    return [
        lines([Line(x, top - 2, x, bottom, TARGET, 1.5)], dashed=True, name="rule"),
        letters([replace(label, x=centre)], name="rule_name"),
    ]


def _upper(claims: Iterable[Claim]) -> float:
    """The end of a scale: the largest number, or 1 where all are zero or none is known."""
    return max((length(claim) for claim in claims), default=0.0) or 1.0


def _left_of(names: Iterable[Sequence[str]]) -> float:
    """Where a plot begins: right of the widest line of the names."""
    return widest(line for name in names for line in name) + 12
