"""Charts of coverage: the ladder of bases, rates by district or category, the cascade."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from analysis.ledger import Claim
from analysis.quantities import Label, Language
from analysis.views import summaries
from analysis.views.chart_sheet import Column, Key, Shown, row_chart
from analysis.views.marks import at, bars, floor, highest, words
from analysis.views.render import Picture
from analysis.views.rows import Bar, Step, claims_of, falling, length, pointed, shown
from analysis.views.theme import ACCENT, COVERED, LARGE, MUTED, RECEDING, SMALL, TARGET, UNCOVERED, WIDTH

REACHED, MISSED = Label("已覆盖", "covered"), Label("未覆盖", "not covered")
OVERALL = Label("总体", "overall")


def ladder(rungs: Sequence[Bar], *, language: Language, width: float = WIDTH) -> Picture:
    """The ladder of bases, the widest first: one bar for each, as long as the base, with the covered part in it."""
    rows = [
        {
            "id": rung.id,
            "name": rung.name,
            "told": f"{rung.fraction} =",
            "rate": shown(rung.rate),
            "tip": rung.told(language),
            "base": length(rung.base),
            "part": length(rung.part),
        }
        for rung in rungs
    ]
    under = "datum.height / 2 - 12"  # the bar stands under its words
    return row_chart(
        rows,
        [bars(end, height=14, dy=under, colour=colour) for end, colour in (("base", UNCOVERED), ("part", COVERED))],
        Shown(
            claims_of(*(rung.claims for rung in rungs)),
            summaries.of_ladder(rungs, language),
            language,
            keys=[Key(COVERED, REACHED), Key(UNCOVERED, MISSED)],
        ),
        columns=[Column("told", colour=MUTED), Column("rate", LARGE, COVERED)],
        high=highest(rows, "base", "part"),
        least=38,
        dy=-9,
        is_full=True,
        width=width,
    )


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
    rest = RECEDING if selected else COVERED  # a selected bar stands out by lightness too, for a grey print
    told = [
        {
            "id": row.id,
            "name": row.name,
            "rate": length(row.rate),
            "rate_text": shown(row.rate),
            "fraction": row.fraction,
            "fill": ACCENT if row.id in selected else rest,
            "tip": row.told(language),
        }
        for row in rows
    ]
    return row_chart(
        told,
        [bars("rate", height=16, colour="fill"), floor()],
        Shown(
            claims_of(*(row.claims for row in rows), rule),
            summaries.of_bars(rows, language, rule=rule, rule_name=rule_name),
            language,
        ),
        columns=[Column("rate_text"), Column("fraction", SMALL, MUTED)],
        high=max(upper or 0.0, highest([*told, {"rate": length(rule)}], "rate")),
        rule=(rule, rule_name),
        width=width,
    )


def cascade(steps: Sequence[Step], *, language: Language, width: float = WIDTH) -> Picture:
    """The coverage cascade: what is left of the first step at each later one, and the drop on the way.

    Source: Tanahashi (1978), Bulletin of the WHO 56, 295.
    """
    rows = [
        {
            "name": step.name,
            "rate": length(step.rate),
            "count_text": shown(step.count),
            "rate_text": shown(step.rate),
            "tip": pointed(step.name, f"{shown(step.count)} ({shown(step.rate)})", step.rate, language),
            "drop": "" if step.drop is None else f"{'↑' if step.rises else '↓'} {shown(step.drop)}",
        }
        for step in steps
    ]
    return row_chart(
        rows,
        [
            bars("rate", height=22, dy=9, colour=COVERED),
            floor(),
            words("drop", x=at("left"), size=SMALL, colour=TARGET, dx=4, dy=-13),
        ],
        Shown(
            claims_of(*((step.drop, step.count, step.rate) for step in steps)),
            summaries.of_cascade(steps, language),
            language,
        ),
        columns=[Column("count_text"), Column("rate_text", colour=MUTED)],
        high=highest(rows, "rate"),
        least=44,
        head=-16,  # the first step has no drop above it
        dy=9,
        width=width,
    )
