"""Charts of ranges: gaps to targets, and what published figures leave open."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.quantities import Label, Language
from analysis.views import summaries
from analysis.views.chart_sheet import Column, Key, Shown, row_chart
from analysis.views.marks import Datum, across, at, bars, dots, layer, pixels, words
from analysis.views.render import Picture
from analysis.views.rows import Gap, Row, claims_of, is_number, length, shown
from analysis.views.theme import BASE, COVERED, HAIRLINE, MUTED, SMALL, TARGET, WIDTH

PRESENT = Label("现状", "present share")
REQUIRED = Label("各种读法要求的比例", "share that each reading asks for")
LOG_SCALE = Label("对数刻度", "Logarithmic scale")


def gap_dots(gaps: Sequence[Gap], *, language: Language, width: float = WIDTH) -> Picture:
    """The gap to each target: a dot where things stand, a diamond for every reading of the target, a line between."""
    high = max([1.0, *(length(one) for gap in gaps for one in (*gap.required, gap.present.rate))])
    rows = [_gap(gap, high, language) for gap in gaps]
    y = pixels("y")
    return row_chart(
        rows,
        [
            layer("rule", "rows", {"x": at("left"), "x2": at("right"), "y": y}, colour=HAIRLINE),
            layer("rule", "rows", {"x": across("first"), "x2": {"field": "last"}, "y": y}, colour=BASE, strokeWidth=4),
            dots(across("value"), y, data="required", shape="diamond", size=80, colour=TARGET),
            dots(across("share"), y, colour=COVERED, where="datum.has"),
            words("asked_text", x=across("asked_at"), align="asked_align", size=SMALL, colour=TARGET, dy=-17),
            words("share_text", x=across("share"), align="align", colour=COVERED, dy=17),
        ],
        Shown(
            claims_of(*((*gap.required, *gap.present.claims) for gap in gaps)),
            summaries.of_gaps(gaps, language),
            language,
            keys=[Key(COVERED, PRESENT, "circle"), Key(TARGET, REQUIRED, "diamond")],
        ),
        columns=[Column("fraction", SMALL, MUTED)],
        high=high,
        least=58,
        names=width / 3.1,
        width=width,
        several="required",
    )


def _gap(gap: Gap, high: float, language: Language) -> Datum:
    present = gap.present
    known = [length(one) for one in (present.rate, *gap.required) if is_number(one)]
    required = {shown(one): length(one) for one in gap.required if is_number(one)}
    last = max(required.values(), default=0.0)
    return {
        "required": list(required.values()),
        "name": present.name,
        "share": length(present.rate),
        "share_text": shown(present.rate),
        "has": is_number(present.rate),
        "first": min(known, default=0.0),
        "last": max(known, default=0.0),
        "asked_text": "\u2002".join(required),
        "asked_at": last,
        "asked_align": _aligned(last / high, several=len(required) > 1),
        "fraction": present.fraction,
        "align": _aligned(length(present.rate) / high),
        "tip": "\n".join([present.told(language), *gap.told]),
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
    claims = claims_of(*(row.claims for row in ranges))
    known = [length(claim) for claim in claims if length(claim) > 0] or [1.0]
    rows: list[Datum] = []
    for row in ranges:
        low, high = row.claims
        is_open = low is None or high is None
        ends = {"low": length(low), "high": length(high) if is_number(high) else max(known)}
        told = {"name": row.name, "told": summaries.span(row, language), "fill": BASE if is_open else COVERED}
        rows.append({**ends, **told, "is_exact": summaries.is_exact(row)})
    scale: Datum = {"type": "symlog", "constant": {"expr": "bend"}} if log else {}
    spans = bars("high", start="low", height=10, scale=scale, colour="fill", where="!datum.is_exact", strokeWidth=2)
    spans["encoding"]["stroke"] = spans["encoding"]["color"]  # outlined: the narrowest stays in sight
    return row_chart(
        rows,
        [spans, dots(across("low", **scale), pixels("y"), colour=COVERED, where="datum.is_exact")],
        Shown(
            claims,
            summaries.of_ranges(ranges, language),
            language,
            words=[LOG_SCALE.of(language)] if log else [],
        ),
        columns=[Column("told")],
        high=max(known),
        least=25,
        names=290,
        parameters={"bend": min(known) / 2},
    )
