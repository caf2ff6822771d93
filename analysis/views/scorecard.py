"""How complete and consistent the districts' returns are, as lines for the command line."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.coverage.reconciliation import Line
from analysis.sources.returns import Returns, Score
from analysis.study import Study
from analysis.views.room import text_width
from analysis.views.wording import claim, plain

_HEADS = ("district", "filled", "deduced", "blank", "unusable", "rules", "broken", "faults", "file")


def score_text(returns: Returns) -> str:
    """The scorecard as a plain table, a line for each district.

    Parameters
    ----------
    returns
        As `read_returns` found them, faults and all.
    """
    lines = [_HEADS, *(_line(score) for score in returns.scores)]
    widths = [max(text_width(line[column]) for line in lines) for column in range(len(_HEADS))]
    counted = sum(score.is_in for score in returns.scores)
    head = f"{returns.study.id}: {counted} of {len(returns.scores)} districts, {len(returns.problems)} faults"
    return "\n".join([head, "", *(_set(line, widths) for line in lines)])


def differences_text(study: Study, lines: Sequence[Line]) -> str:
    """Published figures that the count does not meet, a line for each; or that it meets them all."""
    differing = [line for line in lines if line.agrees is False]
    withheld = sum(line.agrees is None for line in lines)
    head = f"{len(lines)} published figures, {len(differing)} of them counted differently"
    head += f", the counts of {withheld} withheld" if withheld else ""
    return "\n".join([head, *(_difference(study, line) for line in differing)])


def _difference(study: Study, line: Line) -> str:
    published, counted, less = (plain((claim(one, "en"),)) for one in (line.published, line.counted, line.difference))
    return f"  {study.figures[line.figure].label_en}: {published} published, {counted} counted ({less})"


def _line(score: Score) -> tuple[str, ...]:
    if not score.is_in:
        return (score.district.name_en, *("—",) * 7, "no return")
    numbers = (score.deduced, score.missing, score.faulty, score.rules, score.broken, score.faults)
    return (score.district.name_en, f"{score.filled}/{score.cells}", *map(str, numbers), score.file)


def _set(line: Sequence[str], widths: Sequence[int]) -> str:
    cells = []
    for position, (text, width) in enumerate(zip(line, widths, strict=True)):
        gap = " " * (width - text_width(text))
        cells.append(text + gap if position in (0, len(line) - 1) else gap + text)
    return "  ".join(cells).rstrip()
