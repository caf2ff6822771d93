"""How complete and consistent the districts' returns are, as lines for the command line."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.coverage.reconciliation import Line
from analysis.messages import in_language, said
from analysis.quantities import Language
from analysis.sources.returns import Returns, Score
from analysis.study import Study
from analysis.views.room import text_width
from analysis.views.wording import claim, plain

_HEADS = ("district", "filled", "deduced", "blank", "unusable", "rules", "broken", "faults", "file")


def score_text(returns: Returns, language: Language = "en") -> str:
    """The scorecard as a plain table, a line for each district.

    Parameters
    ----------
    returns
        As `read_returns` found them, faults and all.
    """
    heads = tuple(in_language(head, language) for head in _HEADS)
    lines = [heads, *(_line(score, language) for score in returns.scores)]
    widths = [max(text_width(line[column]) for line in lines) for column in range(len(_HEADS))]
    head = said(
        "{study}: {counted} of {all} districts, {faults} faults",
        study=returns.study.id,
        counted=sum(score.is_in for score in returns.scores),
        all=len(returns.scores),
        faults=len(returns.problems),
    )
    return "\n".join([in_language(head, language), "", *(_set(line, widths) for line in lines)])


def differences_text(study: Study, lines: Sequence[Line], language: Language = "en") -> str:
    """Published figures that the count does not meet, a line for each; or that it meets them all."""
    differing = [line for line in lines if line.agrees is False]
    withheld = sum(line.agrees is None for line in lines)
    head = said("{all} published figures, {some} of them counted differently", all=len(lines), some=len(differing))
    if withheld:
        head = said("{head}, the counts of {withheld} withheld", head=head, withheld=withheld)
    return "\n".join([in_language(head, language), *(_difference(study, line, language) for line in differing)])


def _difference(study: Study, line: Line, language: Language) -> str:
    published, counted, less = (
        plain((claim(one, language),)) for one in (line.published, line.counted, line.difference)
    )
    label = study.figures[line.figure].label.of(language)
    told = said(
        "  {figure}: {published} published, {counted} counted ({less})",
        figure=label,
        published=published,
        counted=counted,
        less=less,
    )
    return in_language(told, language)


def _line(score: Score, language: Language) -> tuple[str, ...]:
    name = score.district.label.of(language)
    if not score.is_in:
        return (name, *("—",) * 7, in_language("no return", language))
    numbers = (score.deduced, score.missing, score.faulty, score.rules, score.broken, score.faults)
    return (name, f"{score.filled}/{score.cells}", *map(str, numbers), score.file)


def _set(line: Sequence[str], widths: Sequence[int]) -> str:
    cells = []
    for position, (text, width) in enumerate(zip(line, widths, strict=True)):
        gap = " " * (width - text_width(text))
        cells.append(text + gap if position in (0, len(line) - 1) else gap + text)
    return "  ".join(cells).rstrip()
