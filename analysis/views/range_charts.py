"""Charts of ranges: gaps to targets, and what published figures leave open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.ledger import Claim
from analysis.quantities import Label, Language
from analysis.views import summaries
from analysis.views.chart_parts import (
    DOTS,
    Row,
    across,
    as_it_is,
    bars,
    down,
    left_of,
    named,
    names,
    parameter,
    placed,
    words_of,
)
from analysis.views.chart_sheet import Key, picture, top_of
from analysis.views.render import Picture
from analysis.views.rows import Gap, Range, claims_of, is_number, length, shown
from analysis.views.text_fit import widest, wrapped
from analysis.views.theme import (
    BASE,
    COVERED,
    HAIRLINE,
    MUTED,
    SMALL,
    TARGET,
    WIDTH,
)

WIDE_NAMES = 290
PRESENT = Label("现状", "present share")
REQUIRED = Label("各种读法要求的比例", "share that each reading asks for")
OPEN = Label("未知", "not known")
LOG_SCALE = Label("对数刻度", "Logarithmic scale")


def gap_dots(gaps: Sequence[Gap], *, language: Language, width: float = WIDTH) -> Picture:
    """The gap to each target: a dot where things stand, a diamond for every reading of the target, a line between."""
    claims = claims_of(*((*gap.required, *gap.present.claims) for gap in gaps))
    keys = [Key(COVERED, PRESENT, "circle"), Key(TARGET, REQUIRED, "diamond")]
    rows: list[Row] = []
    high = max([1.0, *(length(one) for gap in gaps for one in (*gap.required, gap.present.rate))])
    for gap in gaps:
        known = [length(one) for one in (gap.present.rate, *gap.required) if is_number(one)]
        required = {shown(one): length(one) for one in gap.required if is_number(one)}
        rows.append(
            {
                "required": tuple(required.values()),
                "name": wrapped(gap.present.name, width / 3.1, most=4),
                "share": length(gap.present.rate),
                "share_text": shown(gap.present.rate),
                "has": is_number(gap.present.rate),
                "first": min(known, default=0.0),
                "last": max(known, default=0.0),
                "asked_text": "\u2002".join(required),
                "asked_at": max(required.values(), default=0.0),
                "asked_align": _aligned(max(required.values(), default=0.0) / high, several=len(required) > 1),
                "fraction": gap.present.fraction,
                "align": _aligned(length(gap.present.rate) / high),
                "tip": "\n".join([gap.present.told(language), *gap.told]),
            }
        )
    top = top_of(claims, keys, language=language)
    bottom = placed(rows, 58, top)
    asked = [{"share": share, "y": row["y"]} for row in rows for share in row.pop("required")]
    return picture(
        _gaps,
        {"rows": rows, "asked": asked},
        claims,
        summaries.of_gaps(gaps, language),
        language,
        height=bottom,
        keys=keys,
        left=left_of(rows) + 10,
        width=width,
        right=width - widest((row["fraction"] for row in rows), SMALL) - 24,
        top=top,
        bottom=bottom,
        low=0.0,
        high=high,
    )


def _aligned(share: float, *, several: bool = False) -> str:
    """Words under a mark stay inside the plot; several in a row end at the last mark."""
    if several:
        return "right" if share > 0.4 else "left"
    return "left" if share < 0.1 else "right" if share > 0.9 else "center"


def _gaps() -> list[Any]:
    import altair as alt

    rows, asked = named("rows"), named("asked")
    known = rows.transform_filter("datum.has")
    return [
        rows.mark_rule(color=HAIRLINE).encode(
            x=alt.value(parameter("left")), x2=alt.value(parameter("right")), y=down()
        ),
        rows.mark_rule(color=BASE, strokeWidth=4).encode(x=across("first"), x2="last:Q", y=down()),
        asked.mark_point(shape="diamond", size=80, color=TARGET, **DOTS).encode(x=across("share"), y=down()),
        known.mark_point(shape="circle", size=90, color=COVERED, **DOTS).encode(x=across("share"), y=down()),
        names(rows),
        words_of(
            rows,
            "asked_text",
            x=across("asked_at"),
            y=down(),
            align="asked_align",
            size=SMALL,
            color=TARGET,
            dy=-17,
        ),
        words_of(rows, "share_text", x=across("share"), y=down(), align="align", color=COVERED, dy=17),
        words_of(rows, "fraction", x=alt.value(parameter("sheet")), y=down(), align="right", size=SMALL, color=MUTED),
    ]


def intervals(ranges: Sequence[Range], *, language: Language, log: bool = False) -> Picture:
    """What published figures leave open: a bar from the least to the most a number can be; a dot where it is exact.

    Parameters
    ----------
    log
        Logarithmic lengths, for ranges of very different sizes; zero keeps its place at the left.
    """
    claims = claims_of(*((row.low, row.high) for row in ranges))
    known = [length(claim) for claim in claims if length(claim) > 0] or [1.0]
    high, words = max(known), [LOG_SCALE.of(language)] if log else []
    rows: list[Row] = [
        {
            "name": wrapped(row.name, WIDE_NAMES),
            "low": length(row.low) if row.low is not None else 0.0,
            "high": length(row.high) if row.high is not None and is_number(row.high) else high,
            "low_text": "" if row.is_exact else _end(row.low, language),
            "high_text": _end(row.high, language),
            "is_exact": row.is_exact,
            "fill": BASE if row.low is None or row.high is None else COVERED,  # an open one is light
        }
        for row in ranges
    ]
    room = widest(row["low_text"] for row in rows)
    top = top_of(claims, words=words, language=language)
    bottom = placed(rows, 25, top)
    return picture(
        _log_intervals if log else _intervals,
        {"rows": rows},
        claims,
        summaries.of_ranges(ranges, language),
        language,
        height=bottom + 2,
        words=words,
        left=left_of(rows) + room + 12,
        right=WIDTH - widest(row["high_text"] for row in rows) - 12,
        edge=left_of(rows),
        top=top,
        bottom=bottom,
        low=0.0,
        high=high,
        bend=min(known) / 2,
    )


def _intervals(**scale: Any) -> list[Any]:
    import altair as alt

    rows = named("rows")
    exact, open_ = rows.transform_filter("datum.is_exact"), rows.transform_filter("!datum.is_exact")
    low, high = across("low", **scale), across("high", **scale)
    spans = bars(open_, "low", "high", height=10, scale=scale, strokeWidth=2)  # outlined: the narrowest stays in sight
    return [
        spans.encode(color=as_it_is("fill"), stroke=alt.Stroke("fill:N", scale=None, legend=None)),
        exact.mark_point(shape="circle", size=90, color=COVERED, **DOTS).encode(x=low, y=down()),
        words_of(rows, "name", x=alt.value(parameter("edge")), y=down(), align="right", dx=-10),
        words_of(open_, "low_text", x=low, y=down(), align="right", dx=-7),
        words_of(open_, "high_text", x=high, y=down(), dx=7),
        words_of(exact, "high_text", x=high, y=down(), dx=11),
    ]


def _log_intervals() -> list[Any]:
    return _intervals(type="symlog", constant=parameter("bend"))


def _end(claim: Claim | None, language: Language) -> str:
    return OPEN.of(language) if claim is None else shown(claim)


LAYERS = (_gaps, _intervals, _log_intervals)
