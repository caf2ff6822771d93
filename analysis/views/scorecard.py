"""How complete and consistent the districts' returns are, as lines for the command line."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.sources.returns import Returns, Score
from analysis.views.layout import text_width

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
