"""A table of assumptions: each with its value, range, weight, quality and reason, those that matter most first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

from analysis.briefing.context import Context, heads
from analysis.quantities import Label, Quantity
from analysis.study_models import Assumption, Level
from analysis.views.blocks import Inlines, Table
from analysis.views.tables import line

End = Literal["value", "low", "high"]
_ORDER: dict[Level, int] = {"high": 0, "medium": 1, "low": 2}
_LEVELS: dict[Level, Label] = {"high": Label("高", "high"), "medium": Label("中", "medium"), "low": Label("低", "low")}
_LABELS = heads("假设|取值|下限|上限|影响|质量|理由", "Assumption|Value|Low|High|Impact|Quality|Why")


def assumption_table(
    context: Context,
    rows: Iterable[Assumption],
    number: Callable[[Assumption, End], Quantity],
    *,
    id: str,
    title: Label,
) -> Table:
    """The assumptions in the order of their impact; of the same impact, the worst known first.

    Parameters
    ----------
    number
        Gives an assumption's value, or an end of its range, as a quantity.
    """
    ordered = sorted(rows, key=lambda row: (_ORDER[row.impact], -_ORDER[row.quality]))
    body = tuple(_row(context, row, [number(row, end) for end in ("value", "low", "high")]) for row in ordered)
    return context.table(
        id, title, _LABELS, body, widths=(2.5, 0.95, 0.9, 0.9, 1.1, 1.1, 4.2), align="lrrrccl", size="small"
    )


def _row(context: Context, row: Assumption, numbers: Iterable[Quantity]) -> tuple[Inlines, ...]:
    language = context.language
    return (
        *line(row.label, language, *numbers),
        (_LEVELS[row.impact].of(language),),
        (_LEVELS[row.quality].of(language),),
        (Label(row.why_zh, row.why_en).of(language),),
    )
