"""Charts that compare: a rate taken apart, two rates of each place, places and what chance would leave."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate, pairwise

from analysis.ledger import Claim
from analysis.quantities import Label, Language
from analysis.views import summaries
from analysis.views.chart_sheet import Column, Key, Shown, picture, row_chart
from analysis.views.marks import Datum, Layer, Upright, across, at, bars, dots, layer, leaders, pixels, up, words
from analysis.views.render import Picture
from analysis.views.rows import Bar, Limits, Row, claims_of, is_number, length, pointed, shown
from analysis.views.text_fit import widest, wrapped
from analysis.views.theme import ACCENT, BASE, COVERED, HAIRLINE, LINE, MUTED, RECEDING, SMALL, TARGET, WIDTH

GAIN, LOSS = Label("使比率升高", "raises the rate"), Label("使比率降低", "lowers the rate")
FEWER, MORE = Label("企业较少", "fewer enterprises"), Label("企业较多", "more enterprises")
FUNNEL = 300.0  # height, px
NAMED = 12  # places outside that are named


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
    ends = [(0.0, first), *pairwise(levels), (0.0, last)]
    rows: list[Datum] = []
    for row, (before, after) in zip(every, ends, strict=True):
        is_term, told = row is not start and row is not end, shown(row.claims[0])
        rows.append(
            {
                "id": row.id,
                "name": row.name,
                "from": min(before, after),
                "to": max(before, after),
                "after": after if row is not end else None,
                "told": told,
                "tip": pointed(row.name, told, row.claims[0], language),
                "fill": (ACCENT if after >= before else RECEDING) if is_term else COVERED,
                "ink": TARGET if is_term else COVERED,
            }
        )
    step = layer("rule", "rows", {"x": across("after"), "y": pixels("y"), "y2": {"field": "y_next"}}, colour=BASE)
    step["transform"] = [
        {"window": [{"op": "lead", "field": "y", "as": "y_next"}]},
        {"filter": "datum.after != null"},
    ]
    return row_chart(
        rows,
        [step, bars("to", start="from", height=18, colour="fill")],
        Shown(
            claims_of(*(row.claims for row in every)),
            summaries.of_terms(every, language),
            language,
            keys=[Key(ACCENT, GAIN), Key(RECEDING, LOSS)],
        ),
        columns=[Column("told", colour="ink")],
        low=min(0.0, *levels),
        high=max(*levels, last) or 1.0,
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
    claims = claims_of(*(row.claims for row in rows), rule)
    told: list[Datum] = []
    for row in rows:
        one, two = row.claims
        numbers = {side: length(rate) if is_number(rate) else None for side, rate in (("one", one), ("two", two))}
        tip = pointed(row.name, f"{shown(one)} → {shown(two)}", two, language)
        told.append({"name": row.name, **numbers, "one_text": shown(one), "two_text": shown(two), "tip": tip})
    known = [length(claim) for claim in claims if is_number(claim)] or [0.0]
    margin = (max(known) - min(known)) * 0.04 or 0.01
    y = pixels("y")
    both: Datum = {"x": across("one"), "x2": {"field": "two"}, "y": y}
    return row_chart(
        told,
        [
            layer("rule", "rows", both, colour=BASE, where="datum.one != null && datum.two != null", strokeWidth=3),
            dots(across("one"), y, colour=MUTED),
            dots(across("two"), y, shape="diamond", colour=COVERED),
        ],
        Shown(
            claims,
            summaries.of_numbers(rows, (first.of(language), second.of(language)), language),
            language,
            keys=[Key(MUTED, first, "circle"), Key(COVERED, second, "diamond")],
        ),
        columns=[Column("one_text", SMALL, MUTED), Column("two_text", SMALL, COVERED)],
        low=min(known) - margin,
        high=max(known) + margin,
        rule=(rule, rule_name),
    )


def funnel_plot(
    places: Sequence[Bar],
    limits: Sequence[Limits],
    *,
    outside: Collection[str],
    rule: Claim,
    rule_name: str,
    language: Language,
) -> Picture:
    """Places against the limits between which chance alone would leave them; those outside are named at the right.

    Parameters
    ----------
    outside
        Ids of the places outside.
    rule, rule_name
        The rate that all would share, and whose it is.
    """
    known = [place for place in places if is_number(place.rate)]
    mean = length(rule)
    beyond = sorted((one for one in known if one.id in outside), key=lambda one: -abs(length(one.rate) - mean))
    told = beyond[:NAMED]
    rule_words = summaries.named(rule_name, shown(rule), language)
    content = Shown(
        claims_of((one.rate for one in told), *(one.claims for one in limits), rule),
        summaries.of_funnel(rule_words, told, language, are_all=told == beyond),
        language,
        keys=[Key(TARGET if one.dashed else BASE, one.word) for one in limits],
    )
    scale = _scale_of(known, limits, top=content.top + 8)
    high = max([1.0, *(length(place.base) for place in known), *(base for one in limits for base in one.base)])
    labels: list[Datum] = [{"base": high, "rate": mean, "words": f"{rule_name} {shown(rule)}".strip(), "ink": COVERED}]
    labels += [_label(one) for one in told]
    right = WIDTH - widest((one["words"] for one in labels), SMALL) - 26
    levels = scale.beside([one["rate"] for one in labels], SMALL * LINE + 1)
    data = {
        "rows": [_place(one, one.id in outside, language) for one in known],
        "curves": [*_curves(limits, scale)],
        "labels": [one | {"level": level} for one, level in zip(labels, levels, strict=True)],
        "rule": [{"rate": mean}],
        "ends": [
            {"words": FEWER.of(language), "at": 10, "align": "left"},
            {"words": MORE.of(language), "at": right, "align": "right"},
        ],
    }
    height = scale.top + FUNNEL + 24
    ends = {"left": 10, "right": right, "column": right + 20, "low": 0.0, "high": high, **scale.ends}
    return picture(_funnel(), data, content, ends, height=height)


def _label(place: Bar) -> Datum:
    told = f"{wrapped(place.name, 150, SMALL, most=1)} {shown(place.rate)}"
    return {"base": length(place.base), "rate": length(place.rate), "words": told, "ink": TARGET}


def _place(place: Bar, is_outside: bool, language: Language) -> Datum:
    numbers = {"base": length(place.base), "rate": length(place.rate)}
    tip = pointed(place.name, shown(place.rate), place.rate, language)
    return {"id": place.id, "name": place.name, **numbers, "fill": ACCENT if is_outside else COVERED, "tip": tip}


def _scale_of(places: Sequence[Bar], limits: Sequence[Limits], *, top: float) -> Upright:
    """From the lowest to the highest of the places, and of the limits where there are places."""
    smallest = min((length(place.base) for place in places), default=0.0)
    edges = [(one.base, edge) for one in limits for edge in (one.low, one.high)]
    near = [rate for bases, edge in edges for base, rate in zip(bases, edge, strict=True) if base >= smallest]
    rates = [length(place.rate) for place in places] + near or [0.0, 1.0]
    margin = (max(rates) - min(rates)) * 0.06 or 0.01
    return Upright(top, FUNNEL, max(min(rates) - margin, 0.0), max(rates) + margin)


def _curves(limits: Sequence[Limits], scale: Upright) -> Iterator[Datum]:
    for number, one in enumerate(limits):
        for side, edge in (("low", one.low), ("high", one.high)):
            for base, rate in zip(one.base, edge, strict=True):
                if scale.least <= rate <= scale.most:
                    yield {"curve": f"{number}{side}", "base": base, "rate": rate, "dashed": one.dashed}


def _funnel() -> list[Layer]:
    level = {"x": at("left"), "x2": at("right")}
    curve = {"x": across("base"), "y": up("rate"), "detail": {"field": "curve", "type": "nominal"}}
    under = at("bottom")
    return [
        layer("line", "curves", curve, colour=BASE, where="!datum.dashed", strokeWidth=1.5),
        layer("line", "curves", curve, colour=TARGET, where="datum.dashed", strokeWidth=1.5, strokeDash=[5, 3]),
        layer("rule", "rule", level | {"y": up("rate")}, colour=COVERED),
        layer("rule", "rule", level | {"y": under}, colour=HAIRLINE),
        leaders("base"),
        dots(across("base"), up("rate"), size=80, colour="fill"),
        words("words", data="labels", x=at("column"), y=up("level"), size=SMALL, colour="ink"),
        words("words", data="ends", x=pixels("at"), y=under, align="align", size=SMALL, colour=MUTED, dy=14),
    ]
