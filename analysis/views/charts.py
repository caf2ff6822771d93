"""Charts of coverage: the ladder of bases, rates by district or category, the cascade."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from analysis.ledger import Claim
from analysis.quantities import Label, Language
from analysis.views import summaries
from analysis.views.chart_parts import (
    FLOOR,
    Row,
    across,
    as_it_is,
    bars,
    down,
    floor_line,
    highest,
    left_of,
    named,
    names,
    parameter,
    placed,
    words_of,
)
from analysis.views.chart_sheet import Key, picture, top_of
from analysis.views.render import Picture
from analysis.views.rows import Bar, Step, claims_of, falling, length, pointed, shown
from analysis.views.text_fit import text_width, widest, wrapped
from analysis.views.theme import (
    ACCENT,
    COVERED,
    LARGE,
    MUTED,
    RECEDING,
    SMALL,
    TARGET,
    UNCOVERED,
    WIDTH,
)

NAME_WIDTH = 190
REACHED, MISSED = Label("已覆盖", "covered"), Label("未覆盖", "not covered")
OVERALL = Label("总体", "overall")


def ladder(rungs: Sequence[Bar], *, language: Language, width: float = WIDTH) -> Picture:
    """The ladder of bases, the widest first: one bar for each, as long as the base, with the covered part in it."""
    claims = claims_of(*(rung.claims for rung in rungs))
    keys = [Key(COVERED, REACHED), Key(UNCOVERED, MISSED)]
    column = width - widest((shown(rung.rate) for rung in rungs), LARGE) - 10
    rows: list[Row] = []
    for rung in rungs:
        told = f"{rung.fraction} ="
        name = wrapped(rung.name, column - text_width(told) - 22)
        words = {"id": rung.id, "name": name, "told": told, "rate": shown(rung.rate), "tip": rung.told(language)}
        rows.append({**words, "base": length(rung.base), "part": length(rung.part)})
    top = top_of(claims, keys, language=language)
    bottom = placed(rows, 38, top)
    return picture(
        _ladder,
        {"rows": rows},
        claims,
        summaries.of_ladder(rungs, language),
        language,
        height=bottom,
        keys=keys,
        low=0.0,
        high=highest(rows, "base", "part"),
        width=width,
        left=0,
        right=width,
        column=column,
        top=top,
        bottom=bottom,
    )


def _ladder() -> list[Any]:
    import altair as alt

    rows = named("rows")
    lower = rows.transform_calculate(y="datum.y + datum.height / 2 - 12")  # the bar stands under its words
    return [
        bars(lower, "", "base", height=14, color=UNCOVERED),
        bars(lower, "", "part", height=14, color=COVERED),
        words_of(rows, "name", x=alt.value(0), y=down(), dy=-9),
        words_of(rows, "told", x=alt.value(parameter("column")), y=down(), align="right", color=MUTED, dy=-9),
        words_of(
            rows, "rate", x=alt.value(parameter("sheet")), y=down(), align="right", size=LARGE, color=COVERED, dy=-9
        ),
    ]


def coverage_bars(
    rows: Sequence[Bar],
    *,
    language: Language,
    rule: Claim | None = None,
    rule_name: str = "",
    selected: Collection[str] = (),
    sort: bool = True,
    upper: float | None = None,
    width: float = WIDTH,
) -> Picture:
    """Rates as horizontal bars, each with its numerator and base, the highest first.

    Parameters
    ----------
    rule, rule_name
        The rate to hold them against, drawn as a dashed line, and whose it is.
    selected
        Ids of rows to bring out.
    sort
        Without it, rows stay in the order they come in.
    upper
        The rate of the longest bar; without one, the highest.
    """
    rule_name = rule_name or OVERALL.of(language)
    rows = sorted(rows, key=falling) if sort else list(rows)
    claims = claims_of(*(row.claims for row in rows), rule)
    rest = RECEDING if selected else COVERED  # a selected bar stands out by lightness too, for a grey print
    told: list[Row] = [
        {
            "id": row.id,
            "name": wrapped(row.name, NAME_WIDTH),
            "rate": length(row.rate),
            "rate_text": shown(row.rate),
            "fraction": row.fraction,
            "fill": ACCENT if row.id in selected else rest,
            "tip": row.told(language),
        }
        for row in rows
    ]
    left = left_of(told)
    column = width - widest((row.fraction for row in rows), SMALL) - 14
    right = column - widest(row["rate_text"] for row in told) - 12
    strip = top_of(claims, language=language)
    top = strip + (0 if rule is None else 16 if strip else 22)  # the strip above leaves some room
    bottom = placed(told, 27, top)
    known = [*told, *([] if rule is None else [{"rate": length(rule)}])]
    high = max(upper or 0.0, highest(known, "rate"))
    line = rule_rows(rule, rule_name, high=high, left=left, right=right, width=width)
    return picture(
        _bars,
        {"rows": told, "rule": line, "floor": FLOOR},
        claims,
        summaries.of_bars(rows, language, rule=rule, rule_name=rule_name),
        language,
        height=bottom + 2,
        width=width,
        left=left,
        right=right,
        column=column,
        top=top,
        bottom=bottom,
        low=0.0,
        high=high,
    )


def _bars() -> list[Any]:
    import altair as alt

    rows = named("rows")
    return [
        bars(rows, "", "rate", height=16).encode(color=as_it_is("fill")),
        floor_line(),
        *rule_layers(),
        names(rows),
        words_of(rows, "rate_text", x=alt.value(parameter("column")), y=down(), align="right"),
        words_of(rows, "fraction", x=alt.value(parameter("sheet")), y=down(), align="right", size=SMALL, color=MUTED),
    ]


def rule_rows(
    rule: Claim | None, name: str, *, high: float, left: float, right: float, low: float = 0.0, width: float = WIDTH
) -> list[Row]:
    """The rate that others are held against, and its words, which stay on the sheet."""
    if rule is None:
        return []
    words = f"{name} {shown(rule)}".strip()
    middle = left + (right - left) * (length(rule) - low) / ((high - low) or 1)
    half = text_width(words, SMALL) / 2
    return [{"rate": length(rule), "words": words, "x": min(max(middle, half), width - half)}]


def rule_layers() -> list[Any]:
    """A dashed line at a rate, its name and number above it."""
    import altair as alt

    rule = named("rule")
    ends: dict[str, Any] = {"y": alt.value(alt.ExprRef("top - 2")), "y2": alt.value(parameter("bottom"))}
    return [
        rule.mark_rule(strokeDash=[5, 3], strokeWidth=1.5, color=TARGET).encode(x=across("rate"), **ends),
        words_of(
            rule, "words", x=alt.X("x:Q", scale=None), y=alt.value(alt.ExprRef("top - 10")),
            align="center", size=SMALL, color=TARGET,
        ),
    ]  # fmt: skip


def cascade(steps: Sequence[Step], *, language: Language, width: float = WIDTH) -> Picture:
    """The coverage cascade: what is left of the first step at each later one, and the drop on the way.

    Source: Tanahashi (1978), Bulletin of the WHO 56, 295.
    """
    claims = claims_of(*((step.drop, step.count, step.rate) for step in steps))
    rows: list[Row] = [
        {
            "name": wrapped(step.name, NAME_WIDTH),
            "rate": length(step.rate),
            "count_text": shown(step.count),
            "rate_text": shown(step.rate),
            "tip": pointed(step.name, f"{shown(step.count)} ({shown(step.rate)})", step.rate, language),
            "after": text_width(shown(step.count)) + 18,
            "drop": "" if step.drop is None else f"{'↑' if step.rises else '↓'} {shown(step.drop)}",
        }
        for step in steps
    ]
    top = top_of(claims, language=language) - 16  # the first step has no drop above it
    bottom = placed(rows, 44, top)
    return picture(
        _cascade,
        {"rows": rows, "floor": FLOOR},
        claims,
        summaries.of_cascade(steps, language),
        language,
        height=bottom + 12,
        left=left_of(rows),
        width=width,
        right=width - widest(row["count_text"] + row["rate_text"] for row in rows) - 24,
        top=top,
        bottom=bottom,
        low=0.0,
        high=highest(rows, "rate"),
    )


def _cascade() -> list[Any]:
    import altair as alt

    rows, x = named("rows"), across("rate")
    return [
        bars(rows, "", "rate", height=22, dy=9, color=COVERED),
        floor_line(),
        words_of(rows, "name", x=alt.value(parameter("left")), y=down(), align="right", dx=-10, dy=9),
        words_of(rows, "drop", x=alt.value(parameter("left")), y=down(), size=SMALL, color=TARGET, dx=4, dy=-13),
        words_of(rows, "count_text", x=x, y=down(), dx=8, dy=9),
        words_of(rows, "rate_text", x=x, y=down(), color=MUTED, dx=alt.ExprRef("datum.after"), dy=9),
    ]


LAYERS = (_ladder, _bars, _cascade)
