"""A table of assumptions: each with its value, range, weight, quality and reason, those that matter most first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

from analysis.briefing.context import Context
from analysis.quantities import Label, Quantity
from analysis.study_models import Assumption, Level
from analysis.views.blocks import Inlines, Table
from analysis.views.tables import columns, line

End = Literal["value", "low", "high"]
_ORDER: dict[Level, int] = {"high": 0, "medium": 1, "low": 2}
_LEVELS: dict[Level, Label] = {"high": Label("高", "high"), "medium": Label("中", "medium"), "low": Label("低", "low")}
_LABELS = (
    Label("假设", "Assumption"),
    Label("取值", "Value"),
    Label("下限", "Low"),
    Label("上限", "High"),
    Label("影响", "Impact"),
    Label("质量", "Quality"),
    Label("理由", "Why"),
)


def assumption_table(
    context: Context, rows: Iterable[Assumption], number: Callable[[Assumption, End], Quantity], *, id: str, title: str
) -> Table:
    """The assumptions in the order of their impact; of the same impact, the worst known first.

    Parameters
    ----------
    number
        Gives an assumption's value, or an end of its range, as a quantity.
    """
    head = columns(context.language, *_LABELS, widths=(2.5, 0.95, 0.9, 0.9, 1.1, 1.1, 4.2), align="lrrrccl")
    ordered = sorted(rows, key=lambda row: (_ORDER[row.impact], -_ORDER[row.quality]))
    body = tuple(_row(context, row, [number(row, end) for end in ("value", "low", "high")]) for row in ordered)
    return Table(id, title, head, body, size="small")


def _row(context: Context, row: Assumption, numbers: Iterable[Quantity]) -> tuple[Inlines, ...]:
    language = context.language
    return (
        *line(row.label, language, *numbers),
        (_LEVELS[row.impact].of(language),),
        (_LEVELS[row.quality].of(language),),
        (Label(row.why_zh, row.why_en).of(language),),
    )
