"""Charts of rows: names at the left, marks on one scale, numbers in columns at the right.

Coverage: the ladder of bases, rates by district or category, the cascade. Comparison: a rate taken apart, two rates of each
place. Ranges: gaps to targets, and what published figures leave open.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import accumulate, pairwise

from analysis.ledger import Claim
from analysis.quantities import Label, Language
from analysis.views.chart_sheet import Column, Key, row_chart
from analysis.views.marks import Datum, across, at, bars, dots, floor, layer, pixels, words
from analysis.views.render import Picture
from analysis.views.rows import Bar, Gap, Row, Step, falling, is_number, length, pointed, shown
from analysis.views.summaries import bar_told, ends_told, is_exact, named, numbers_told, span
from analysis.views.theme import (
    ACCENT,
    BASE,
    COVERED,
    HAIRLINE,
    LARGE,
    MUTED,
    RECEDING,
    SMALL,
    TARGET,
    UNCOVERED,
    WIDTH,
)
from analysis.views.wording import text


def ladder(rungs: Sequence[Bar], *, language: Language, width: float = WIDTH) -> Picture:
    """The ladder of bases, the widest first: one bar for each, as long as the base, with the covered part in it."""
    rows = [_bar(rung, language) | {"told": f"{rung.fraction} =", "said": bar_told(rung, language)} for rung in rungs]
    under = "datum.height / 2 - 12"  # the bar stands under its words
    return row_chart(
        rows,
        [bars(end, height=14, dy=under, colour=colour) for end, colour in (("base", UNCOVERED), ("part", COVERED))],
        language,
        keys=[Key(COVERED, "covered"), Key(UNCOVERED, "uncovered")],
        columns=[Column("told", colour=MUTED), Column("rate_text", LARGE, COVERED)],
        high=max((length(one) for rung in rungs for one in (rung.base, rung.part)), default=0.0),
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
    upper: float = 0.0,
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
        The rate that the longest bar stands for at the least.
    """
    rule_name = rule_name or text("charts.overall", language)
    rows = sorted(rows, key=falling) if sort else list(rows)
    rest = RECEDING if selected else COVERED  # a selected bar stands out by lightness too, for a grey print
    return row_chart(
        [_bar(row, language) | {"fill": ACCENT if row.id in selected else rest} for row in rows],
        [bars("rate", height=16, colour="fill"), floor()],
        language,
        summary=ends_told(rows, language, rule=rule, rule_name=rule_name),
        columns=[Column("rate_text"), Column("fraction", SMALL, MUTED)],
        high=max([upper, length(rule), *(length(row.rate) for row in rows)]),
        rule=(rule, rule_name),
        width=width,
    )


def _bar(row: Bar, language: Language) -> Datum:
    numbers = {"rate": row.rate, "part": row.part, "base": row.base, "fraction": row.fraction}
    return {"id": row.id, "name": row.name, **numbers, "tip": row.told(language)}


def cascade(steps: Sequence[Step], *, language: Language, width: float = WIDTH) -> Picture:
    """The coverage cascade: what is left of the first step at each later one, and the drop on the way.

    Source: Tanahashi (1978), Bulletin of the WHO 56, 295.
    """
    rows = [
        {
            "name": step.name,
            "drop": step.drop,
            "count": step.count,
            "rate": step.rate,
            "fall": "" if step.drop is None else f"{'↑' if step.rises else '↓'} {shown(step.drop)}",
            "tip": pointed(step.name, f"{shown(step.count)} ({shown(step.rate)})", step.rate, language),
            "said": named(step.name, shown(step.count), language)
            + text("charts.of_first", language, rate=shown(step.rate)),
        }
        for step in steps
    ]
    fall = words("fall", x=at("left"), size=SMALL, colour=TARGET, dx=4, dy=-13)
    return row_chart(
        rows,
        [bars("rate", height=22, dy=9, colour=COVERED), floor(), fall],
        language,
        columns=[Column("count_text"), Column("rate_text", colour=MUTED)],
        high=max((length(step.rate) for step in steps), default=0.0),
        least=44,
        head=-16,  # the first step has no drop above it
        dy=9,
        width=width,
    )


def waterfall(start: Row, terms: Sequence[Row], end: Row, *, language: Language) -> Picture:
    """From one rate to another by the terms between them, which are in percentage points.

    Parameters
    ----------
    start, end
        The two rates, as shares.
    terms
        Their numbers sum to the difference, times a hundred.
    """
    every = (start, *terms, end)
    first, *points, last = (length(row.claims[0]) for row in every)
    levels = list(accumulate((one / 100 for one in points), initial=first))
    rows: list[Datum] = []
    for row, (before, after) in zip(every, [(0.0, first), *pairwise(levels), (0.0, last)], strict=True):
        is_term, (number,) = row not in (start, end), row.claims
        rows.append(
            {
                "id": row.id,
                "name": row.name,
                "term": number,
                "from": min(before, after),
                "to": max(before, after),
                "after": after if row is not end else None,
                "fill": (ACCENT if after >= before else RECEDING) if is_term else COVERED,
                "ink": TARGET if is_term else COVERED,
                "tip": pointed(row.name, shown(number), number, language),
                "said": named(row.name, shown(number), language),
            }
        )
    step = layer("rule", "rows", {"x": across("after"), "y": pixels("y"), "y2": {"field": "y_next"}}, colour=BASE)
    below = {"window": [{"op": "lead", "field": "y", "as": "y_next"}]}
    return row_chart(
        rows,
        [
            step | {"transform": [below, {"filter": "datum.after != null"}]},
            bars("to", start="from", height=18, colour="fill"),
        ],
        language,
        keys=[Key(ACCENT, "gain"), Key(RECEDING, "loss")],
        columns=[Column("term_text", colour="ink")],
        low=min(0.0, *levels),
        high=max(*levels, last),
        least=30,
    )


def dumbbell(
    rows: Sequence[Row],
    *,
    language: Language,
    first: Label,
    second: Label,
    rule: Claim | None = None,
    rule_name: str = "",
) -> Picture:
    """Two rates of each place on one line: a dot for the first, a diamond for the second; their numbers at the right.

    Parameters
    ----------
    first, second
        What the two are.
    rule, rule_name
        A rate to hold them against, and whose it is.
    """
    words_of = (first.of(language), second.of(language))
    told = [
        {
            "name": row.name,
            "one": row.claims[0],
            "two": row.claims[1],
            "tip": pointed(row.name, " → ".join(map(shown, row.claims)), row.claims[1], language),
            "said": numbers_told(row, words_of, language),
        }
        for row in rows
    ]
    known = [length(one) for one in (*(one for row in rows for one in row.claims), rule) if is_number(one)] or [0.0]
    margin = (max(known) - min(known)) * 0.04 or 0.01
    one, two, y = across("one"), across("two"), pixels("y")
    both: Datum = {"where": "datum.one != null && datum.two != null", "strokeWidth": 3}
    return row_chart(
        told,
        [
            layer("rule", "rows", {"x": one, "x2": {"field": "two"}, "y": y}, colour=BASE, **both),
            dots(one, y, colour=MUTED),
            dots(two, y, shape="diamond", colour=COVERED),
        ],
        language,
        keys=[Key(MUTED, first, "circle"), Key(COVERED, second, "diamond")],
        columns=[Column("one_text", SMALL, MUTED), Column("two_text", SMALL, COVERED)],
        low=min(known) - margin,
        high=max(known) + margin,
        rule=(rule, rule_name),
    )


def gap_dots(gaps: Sequence[Gap], *, language: Language, width: float = WIDTH) -> Picture:
    """The gap to each target: a dot where things stand, a diamond for every reading of the target, a line between."""
    high = max([1.0, *(length(one) for gap in gaps for one in (*gap.required, gap.present.rate))])
    y, share, reading = pixels("y"), across("rate"), across("value")
    asked: Datum = {"x": across("last_asked"), "align": "asked_align", "size": SMALL, "colour": TARGET}
    between = {"x": across("first"), "x2": {"field": "last"}, "y": y}
    return row_chart(
        [_gap(gap, high, language) for gap in gaps],
        [
            layer("rule", "rows", {"x": at("left"), "x2": at("right"), "y": y}, colour=HAIRLINE),
            layer("rule", "rows", between, colour=BASE, strokeWidth=4),
            dots(reading, y, data="required", shape="diamond", size=80, colour=TARGET),
            dots(share, y, colour=COVERED),
            words("asked", **asked, dy=-17),
            words("rate_text", x=across("stands"), align="align", colour=COVERED, dy=17),
        ],
        language,
        keys=[Key(COVERED, "present", "circle"), Key(TARGET, "required", "diamond")],
        columns=[Column("fraction", SMALL, MUTED)],
        high=high,
        least=58,
        names=width / 3.1,
        width=width,
    )


def _gap(gap: Gap, high: float, language: Language) -> Datum:
    stands, said = length(gap.present.rate), bar_told(gap.present, language)
    known = [length(one) for one in (gap.present.rate, *gap.required) if is_number(one)]
    asked = dict.fromkeys(shown(one) for one in gap.required if is_number(one))
    last = max((length(one) for one in gap.required), default=0.0)
    readings = text("charts.pause", language).join(dict.fromkeys(map(shown, gap.required)))
    return {
        "required": gap.required,
        **_bar(gap.present, language),
        "stands": stands,
        "first": min(known, default=0.0),
        "last": max(known, default=0.0),
        "asked": "\u2002".join(asked),
        "last_asked": last,
        "asked_align": _aligned(last / high, several=len(asked) > 1),
        "align": _aligned(stands / high),
        "tip": "\n".join([gap.present.told(language), *gap.told]),
        "said": said + (text("charts.asked", language, readings=readings) if readings else ""),
    }


def _aligned(share: float, *, several: bool = False) -> str:
    """Words under a mark stay inside the plot; several in a row end at the last mark."""
    if several:
        return "right" if share > 0.4 else "left"
    return "left" if share < 0.1 else "right" if share > 0.9 else "center"


def intervals(ranges: Sequence[Row], *, language: Language, log: bool = False) -> Picture:
    """What published figures leave open: a bar from the least to the most a number can be; a dot where it is exact.

    Parameters
    ----------
    log
        Logarithmic lengths, for ranges of very different sizes; zero keeps its place at the left.
    """
    known = [length(end) for row in ranges for end in row.claims if length(end) > 0] or [1.0]
    rows = [
        {
            "name": row.name,
            "low": row.claims[0],
            "high": row.claims[1],
            "from": length(row.claims[0]),
            "to": length(row.claims[1]) if is_number(row.claims[1]) else max(known),
            "told": span(row, language),
            "is_exact": is_exact(row),
            "fill": BASE if None in row.claims else COVERED,  # an open one is light
            "said": named(row.name, span(row, language), language),
        }
        for row in ranges
    ]
    scale: Datum = {"type": "symlog", "constant": {"expr": "bend"}} if log else {}
    spans = bars("to", start="from", height=10, scale=scale, colour="fill", where="!datum.is_exact", strokeWidth=2)
    spans["encoding"]["stroke"] = spans["encoding"]["color"]  # outlined: the narrowest stays in sight
    return row_chart(
        rows,
        [spans, dots(across("from", **scale), pixels("y"), colour=COVERED, where="datum.is_exact")],
        language,
        notes=[text("charts.log_scale", language)] if log else [],
        columns=[Column("told")],
        high=max(known),
        least=25,
        names=290,
        parameters={"bend": min(known) / 2},
    )
