"""Charts that compare: a rate taken apart, two rates of each place, places and what chance would leave."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Any

from analysis.ledger import Claim
from analysis.quantities import Label, Language
from analysis.views import summaries
from analysis.views.chart_parts import (
    DOTS,
    Row,
    Upright,
    across,
    as_it_is,
    bars,
    down,
    named,
    names,
    parameter,
    placed,
    up,
    words_of,
)
from analysis.views.chart_sheet import Key, picture, top_of
from analysis.views.charts import rule_layers, rule_rows
from analysis.views.render import Picture
from analysis.views.rows import Limits, Named, Place, Two, claims_of, is_number, length, pointed, shown
from analysis.views.summaries import named as told_of
from analysis.views.text_fit import widest, wrapped
from analysis.views.theme import (
    ACCENT,
    BASE,
    COVERED,
    HAIRLINE,
    LINE,
    MUTED,
    RECEDING,
    SMALL,
    TARGET,
    WIDTH,
)

NAME_WIDTH = 200
GAIN, LOSS = Label("使比率升高", "raises the rate"), Label("使比率降低", "lowers the rate")
FEWER, MORE = Label("企业较少", "fewer enterprises"), Label("企业较多", "more enterprises")


def waterfall(start: Named, terms: Sequence[Named], end: Named, *, language: Language) -> Picture:
    """From one rate to another by the terms between them, which are in percentage points.

    Parameters
    ----------
    start, end
        The two rates, as shares.
    terms
        Their values sum to the difference, times a hundred.
    """
    every = (start, *terms, end)
    claims = claims_of(row.value for row in every)
    keys = [Key(ACCENT, GAIN), Key(RECEDING, LOSS)]
    levels = list(accumulate((length(term.value) / 100 for term in terms), initial=length(start.value)))
    ends = [(0.0, length(start.value)), *pairwise(levels), (0.0, length(end.value))]
    rows: list[Row] = []
    for order, (row, (before, after)) in enumerate(zip(every, ends, strict=True)):
        is_term = 0 < order <= len(terms)
        rows.append(
            {
                "id": row.id,
                "name": wrapped(row.name, NAME_WIDTH),
                "from": min(before, after),
                "to": max(before, after),
                "after": after if order <= len(terms) else None,
                "words": shown(row.value),
                "tip": pointed(row.name, shown(row.value), row.value, language),
                "fill": (ACCENT if after >= before else RECEDING) if is_term else COVERED,
                "ink": TARGET if is_term else COVERED,
            }
        )
    high, low = max(*levels, length(end.value)) or 1.0, min(0.0, *levels)
    room = widest(row["words"] for row in rows)
    top = top_of(claims, keys, language=language)
    bottom = placed(rows, 30, top)
    for one, two in pairwise(rows):
        one["y_next"] = two["y"]
    left = widest(row["name"] for row in rows) + 17
    return picture(
        _waterfall,
        {"rows": rows},
        claims,
        summaries.of_terms(every, language),
        language,
        height=bottom + 2,
        keys=keys,
        left=left + (room + 8 if low < 0 else 0),
        right=WIDTH - room - 10,
        edge=left,
        top=top,
        bottom=bottom,
        low=low,
        high=high,
    )


def _waterfall() -> list[Any]:
    import altair as alt

    rows = named("rows")
    steps = rows.transform_filter("datum.after != null").mark_rule(color=BASE)
    return [
        steps.encode(x=across("after"), y=down(), y2="y_next:Q"),
        bars(rows, "from", "to", height=18).encode(color=as_it_is("fill")),
        words_of(rows, "name", x=alt.value(parameter("edge")), y=down(), align="right", dx=-12),
        words_of(rows, "words", x=across("to"), y=down(), color=None, dx=7),
    ]


def dumbbell(
    rows: Sequence[Two],
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
    claims = claims_of(*((row.first, row.second) for row in rows), rule)
    keys = [Key(MUTED, first, "circle"), Key(COVERED, second, "diamond")]
    told: list[Row] = [
        {
            "name": wrapped(row.name, NAME_WIDTH),
            "one": length(row.first) if is_number(row.first) else None,
            "two": length(row.second) if is_number(row.second) else None,
            "one_text": shown(row.first),
            "two_text": shown(row.second),
            "tip": pointed(row.name, f"{shown(row.first)} → {shown(row.second)}", row.second, language),
        }
        for row in rows
    ]
    known = [length(claim) for claim in claims if is_number(claim)] or [0.0]
    margin = (max(known) - min(known)) * 0.04 or 0.01
    low, high = min(known) - margin, max(known) + margin
    left = widest(row["name"] for row in told) + 12
    middle = WIDTH - widest((row["two_text"] for row in told), SMALL) - 12
    right = middle - widest((row["one_text"] for row in told), SMALL) - 14
    top = top_of(claims, keys, language=language) + (0 if rule is None else 18)
    bottom = placed(told, 27, top)
    return picture(
        _dumbbell,
        {"rows": told, "rule": rule_rows(rule, rule_name, high=high, low=low, left=left, right=right)},
        claims,
        summaries.of_pairs(rows, first, second, language),
        language,
        height=bottom + 2,
        keys=keys,
        left=left,
        right=right,
        middle=middle,
        top=top,
        bottom=bottom,
        low=low,
        high=high,
    )


def _dumbbell() -> list[Any]:
    import altair as alt

    rows = named("rows")
    both = rows.transform_filter("datum.one != null && datum.two != null")
    return [
        *rule_layers(),
        both.mark_rule(color=BASE, strokeWidth=3).encode(x=across("one"), x2="two:Q", y=down()),
        rows.mark_point(shape="circle", color=MUTED, size=90, **DOTS).encode(x=across("one"), y=down()),
        rows.mark_point(shape="diamond", color=COVERED, size=90, **DOTS).encode(x=across("two"), y=down()),
        names(rows),
        words_of(rows, "one_text", x=alt.value(parameter("middle")), y=down(), align="right", size=SMALL, color=MUTED),
        words_of(rows, "two_text", x=alt.value(WIDTH), y=down(), align="right", size=SMALL, color=COVERED),
    ]


FUNNEL = 300.0  # height, px
NAMED = 12  # places outside that are named


def funnel_plot(
    places: Sequence[Place], limits: Sequence[Limits], *, rule: Claim, rule_name: str, language: Language
) -> Picture:
    """Places against the limits between which chance alone would leave them; those outside are named at the right.

    Parameters
    ----------
    rule, rule_name
        The rate that all would share, and whose it is.
    """
    known = [place for place in places if is_number(place.rate)]
    mean = length(rule)
    outside = sorted((one for one in known if one.outside), key=lambda one: -abs(length(one.rate) - mean))
    told = outside[:NAMED]
    keys = [Key(TARGET if one.dashed else BASE, one.word) for one in limits]
    claims = claims_of((one.rate for one in told), *(one.claims for one in limits), rule)
    scale = _scale_of(known, limits, top=top_of(claims, keys, language=language) + 8)
    high = max([1.0, *(place.base for place in known), *(base for one in limits for base in one.base)])
    words = [f"{rule_name} {shown(rule)}".strip()]
    words += [f"{wrapped(one.name, 150, SMALL, most=1)} {shown(one.rate)}" for one in told]
    right = WIDTH - widest(words, SMALL) - 26
    levels = [mean, *(length(one.rate) for one in told)]
    beside = scale.beside(levels, SMALL * LINE + 1)
    bases, inks = [high, *(one.base for one in told)], [COVERED, *[TARGET] * len(told)]
    names_ = ("base", "rate", "words", "level", "ink")
    data = {
        "rows": [_place(one, language) for one in known],
        "curves": [*_curves(limits, scale)],
        "labels": [dict(zip(names_, row, strict=True)) for row in zip(bases, levels, words, beside, inks, strict=True)],
        "rule": [{"rate": mean}],
        "ends": [
            {"words": FEWER.of(language), "at": 10, "align": "left"},
            {"words": MORE.of(language), "at": right, "align": "right"},
        ],
    }
    rule_words = told_of(rule_name, shown(rule), language)
    summary = summaries.of_funnel(rule_words, told, language, are_all=told == outside)
    return picture(
        _funnel,
        data,
        claims,
        summary,
        language,
        height=scale.top + FUNNEL + 24,
        keys=keys,
        upright=scale,
        left=10,
        right=right,
        column=right + 20,
        low=0.0,
        high=high,
    )


def _place(place: Place, language: Language) -> Row:
    place_ = {"id": place.id, "name": place.name, "base": place.base, "rate": length(place.rate)}
    tip = pointed(place.name, shown(place.rate), place.rate, language)
    return {**place_, "fill": ACCENT if place.outside else COVERED, "tip": tip}


def _scale_of(places: Sequence[Place], limits: Sequence[Limits], *, top: float) -> Upright:
    """From the lowest to the highest of the places, and of the limits where there are places."""
    smallest = min((place.base for place in places), default=0.0)
    edges = [(one.base, edge) for one in limits for edge in (one.low, one.high)]
    near = [rate for bases, edge in edges for base, rate in zip(bases, edge, strict=True) if base >= smallest]
    rates = [length(place.rate) for place in places] + near or [0.0, 1.0]
    margin = (max(rates) - min(rates)) * 0.06 or 0.01
    return Upright(top, FUNNEL, max(min(rates) - margin, 0.0), max(rates) + margin)


def _curves(limits: Sequence[Limits], scale: Upright) -> Iterator[Row]:
    for number, one in enumerate(limits):
        for side, edge in (("low", one.low), ("high", one.high)):
            for base, rate in zip(one.base, edge, strict=True):
                if scale.least <= rate <= scale.most:
                    yield {"curve": f"{number}{side}", "base": base, "rate": rate, "dashed": one.dashed}


def _funnel() -> list[Any]:
    import altair as alt

    rows, curves, labels, rule, ends = map(named, ("rows", "curves", "labels", "rule", "ends"))
    edges: dict[str, Any] = {"x": across("base"), "y": up("rate"), "detail": "curve:N"}
    level: dict[str, Any] = {"x": alt.value(parameter("left")), "x2": alt.value(parameter("right"))}
    solid, dashed = curves.transform_filter("!datum.dashed"), curves.transform_filter("datum.dashed")
    return [
        solid.mark_line(color=BASE, strokeWidth=1.5).encode(**edges),
        dashed.mark_line(color=TARGET, strokeWidth=1.5, strokeDash=[5, 3]).encode(**edges),
        rule.mark_rule(color=COVERED).encode(**level, y=up("rate")),
        named("rule").mark_rule(color=HAIRLINE).encode(**level, y=alt.value(parameter("bottom"))),
        leaders(labels, "base"),
        rows.mark_point(shape="circle", size=80, **DOTS).encode(
            x=across("base"), y=up("rate"), color=as_it_is("fill")
        ),
        words_of(labels, "words", x=alt.value(parameter("column")), y=up("level"), size=SMALL, color=None),
        words_of(
            ends, "words", x=alt.X("at:Q", scale=None), y=alt.value(parameter("bottom")),
            align="align", size=SMALL, color=MUTED, dy=14,
        ),
    ]  # fmt: skip


def leaders(labels: Any, x: str) -> Any:
    """Thin lines from points to the words at the right that name them."""
    import altair as alt

    line = labels.mark_rule(color=HAIRLINE, strokeDash=[1, 2])
    return line.encode(x=across(x), x2=alt.value(alt.ExprRef("column - 4")), y=up("rate"), y2="level:Q")


LAYERS = (_waterfall, _dumbbell, _funnel)
