"""Charts of coverage: the ladder of bases, rates by place and kind, the cascade, gaps to targets, what figures leave open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from analysis.errors import WorkbookError
from analysis.ledger import Claim
from analysis.messages import said
from analysis.quantities import Label, Language
from analysis.style import RAMP
from analysis.views import summaries
from analysis.views.chart_parts import (
    DOTS,
    FLOOR,
    STRIP,
    Key,
    Row,
    across,
    as_it_is,
    bars,
    down,
    floor_line,
    named,
    names,
    parameter,
    picture,
    pixels,
    placed,
    top_of,
    words_of,
)
from analysis.views.render import Picture
from analysis.views.rows import Bar, Cell, Gap, Range, Step, Tile, claims_of, falling, is_number, length, shown
from analysis.views.text_fit import text_width, widest, wrapped
from analysis.views.theme import (
    ACCENT,
    BASE,
    COVERED,
    HAIRLINE,
    LARGE,
    LINE,
    MUTED,
    PAPER,
    RECEDING,
    SMALL,
    TARGET,
    TEXT,
    UNCOVERED,
    WIDTH,
    ink_on,
    shade,
)

NAME_WIDTH, WIDE_NAMES = 190, 290
REACHED, MISSED = Label("已覆盖", "covered"), Label("未覆盖", "not covered")
OVERALL = Label("总体", "overall")
PRESENT = Label("现状", "present share")
REQUIRED = Label("各种读法要求的比例", "share that each reading asks for")
OPEN = Label("未知", "not known")
LOG_SCALE = Label("对数刻度", "Logarithmic scale")
LOW, HIGH = Label("低", "low"), Label("高", "high")


def ladder(rungs: Sequence[Bar], *, language: Language) -> Picture:
    """The ladder of bases, the widest first: one bar for each, as long as the base, with the covered part in it."""
    claims = claims_of(*(rung.claims for rung in rungs))
    keys = [Key(COVERED, REACHED), Key(UNCOVERED, MISSED)]
    rows: list[Row] = []
    for order, rung in enumerate(rungs):
        told = f"{rung.fraction} ="
        room = WIDTH - text_width(shown(rung.rate), LARGE) - text_width(told) - 32
        left = WIDTH - text_width(shown(rung.rate), LARGE) - 8
        name = wrapped(rung.name, room)
        numbers = {"base": length(rung.base), "part": length(rung.part)}
        rows.append({"order": order, "name": name, "told": told, "rate": shown(rung.rate), "x": left, **numbers})
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
        high=_highest(rows, "base", "part"),
        left=0,
        right=WIDTH,
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
        words_of(rows, "told", x=alt.X("x:Q", scale=None), y=down(), align="right", color=MUTED, dy=-9),
        words_of(rows, "rate", x=alt.value(WIDTH), y=down(), align="right", size=LARGE, color=COVERED, dy=-9),
    ]


def coverage_bars(
    rows: Sequence[Bar],
    *,
    language: Language,
    rule: Claim | None = None,
    rule_name: str = "",
    selected: str = "",
) -> Picture:
    """Rates as horizontal bars, each with its numerator and base, the highest first.

    Parameters
    ----------
    rule, rule_name
        The rate to hold them against, drawn as a dashed line, and whose it is.
    selected
        The id of a row to bring out.
    """
    rule_name = rule_name or OVERALL.of(language)
    rows = sorted(rows, key=falling)
    claims = claims_of(*(row.claims for row in rows), rule)
    told: list[Row] = [
        {
            "order": order,
            "id": row.id,
            "name": wrapped(row.name, NAME_WIDTH),
            "rate": length(row.rate),
            "rate_text": shown(row.rate),
            "fraction": row.fraction,
            "fill": ACCENT
            if row.id == selected
            else RECEDING
            if selected
            else COVERED,  # by lightness, for a grey print
        }
        for order, row in enumerate(rows)
    ]
    left = _left_of(told)
    column = WIDTH - widest((row.fraction for row in rows), SMALL) - 14
    right = column - widest(row["rate_text"] for row in told) - 12
    strip = top_of(claims, language=language)
    top = strip + (0 if rule is None else 16 if strip else 22)  # the strip above leaves some room
    bottom = placed(told, 27, top)
    high = _highest([*told, *([] if rule is None else [{"rate": length(rule)}])], "rate")
    line = rule_rows(rule, rule_name, high=high, left=left, right=right)
    return picture(
        _bars,
        {"rows": told, "rule": line, "floor": FLOOR},
        claims,
        summaries.of_bars(rows, language, rule=rule, rule_name=rule_name),
        language,
        height=bottom + 2,
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
        words_of(rows, "fraction", x=alt.value(WIDTH), y=down(), align="right", size=SMALL, color=MUTED),
    ]


def rule_rows(rule: Claim | None, name: str, *, high: float, left: float, right: float, low: float = 0.0) -> list[Row]:
    """The rate that others are held against, and its words, which stay on the sheet."""
    if rule is None:
        return []
    words = f"{name} {shown(rule)}".strip()
    middle = left + (right - left) * (length(rule) - low) / ((high - low) or 1)
    half = text_width(words, SMALL) / 2
    return [{"rate": length(rule), "words": words, "x": min(max(middle, half), WIDTH - half)}]


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


def cascade(steps: Sequence[Step], *, language: Language) -> Picture:
    """The coverage cascade: what is left of the first step at each later one, and the drop on the way.

    Source: Tanahashi (1978), Bulletin of the WHO 56, 295.
    """
    claims = claims_of(*((step.drop, step.count, step.rate) for step in steps))
    rows: list[Row] = [
        {
            "order": order,
            "name": wrapped(step.name, NAME_WIDTH),
            "rate": length(step.rate),
            "count_text": shown(step.count),
            "rate_text": shown(step.rate),
            "after": text_width(shown(step.count)) + 18,
            "drop": "" if step.drop is None else f"{'↑' if step.rises else '↓'} {shown(step.drop)}",
        }
        for order, step in enumerate(steps)
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
        left=_left_of(rows),
        right=WIDTH - widest(row["count_text"] + row["rate_text"] for row in rows) - 24,
        top=top,
        bottom=bottom,
        low=0.0,
        high=_highest(rows, "rate"),
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


def gap_dots(gaps: Sequence[Gap], *, language: Language) -> Picture:
    """The gap to each target: a dot where things stand, a diamond for every reading of the target, a line between."""
    claims = claims_of(*((*gap.required, *gap.present.claims) for gap in gaps))
    keys = [Key(COVERED, PRESENT, "circle"), Key(TARGET, REQUIRED, "diamond")]
    rows, asked = list[Row](), list[Row]()
    high = max([1.0, *(length(one) for gap in gaps for one in (*gap.required, gap.present.rate))])
    for order, gap in enumerate(gaps):
        known = [length(one) for one in (gap.present.rate, *gap.required) if is_number(one)]
        required = {shown(one): length(one) for one in gap.required if is_number(one)}
        asked += [{"order": order, "share": share} for share in required.values()]
        rows.append(
            {
                "order": order,
                "name": wrapped(gap.present.name, 200, most=4),
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
            }
        )
    top = top_of(claims, keys, language=language)
    bottom = placed(rows, 58, top)
    asked = [{**one, "y": rows[one["order"]]["y"]} for one in asked]
    return picture(
        _gaps,
        {"rows": rows, "asked": asked},
        claims,
        summaries.of_gaps(gaps, language),
        language,
        height=bottom,
        keys=keys,
        left=_left_of(rows) + 10,
        right=WIDTH - widest((row["fraction"] for row in rows), SMALL) - 24,
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
        words_of(rows, "fraction", x=alt.value(WIDTH), y=down(), align="right", size=SMALL, color=MUTED),
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
            "order": order,
            "name": wrapped(row.name, WIDE_NAMES),
            "low": length(row.low) if row.low is not None else 0.0,
            "high": length(row.high) if row.high is not None and is_number(row.high) else high,
            "low_text": "" if row.is_exact else _end(row.low, language),
            "high_text": _end(row.high, language),
            "is_exact": row.is_exact,
            "fill": BASE if row.low is None or row.high is None else COVERED,  # an open one is light
        }
        for order, row in enumerate(ranges)
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
        left=_left_of(rows) + room + 12,
        right=WIDTH - widest(row["high_text"] for row in rows) - 12,
        edge=_left_of(rows),
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


TILE, SMALLEST_TILE, GAP, CELL = 90.0, 56.0, 4.0, 48.0
_RAMP_KEY = 20  # width of one colour of the key, px


def tile_map(tiles: Sequence[Tile], *, language: Language, selected: str = "", upper: float | None = None) -> Picture:
    """Districts as squares at their places, coloured by rate, with name and rate in them.

    Every district has a square of the same size near its place: no borders are needed, and a small district is read as
    easily as a large one.

    Parameters
    ----------
    selected
        The id of a district to outline.
    upper
        The rate of the darkest colour; without one, the highest.

    Raises
    ------
    WorkbookError
        When two districts have the same place.
    """
    _check_places(tiles)
    claims = claims_of(tile.bar.rate for tile in tiles)
    first_column, first_row = min(tile.column for tile in tiles), min(tile.row for tile in tiles)
    columns, lines = (
        max(tile.column for tile in tiles) - first_column + 1,
        max(tile.row for tile in tiles) - first_row + 1,
    )
    size = max(min(TILE, (WIDTH - 8 - GAP * columns) / columns), SMALLEST_TILE)
    width = max(WIDTH, columns * (size + GAP) + 8)
    margin = (width - columns * (size + GAP) + GAP) / 2
    high = upper or max((length(tile.bar.rate) for tile in tiles), default=0.0) or 1.0
    small = min(TEXT, int(size / 6.9))
    rows = list[Row]()
    for tile in sorted(tiles, key=lambda tile: tile.bar.id == selected):  # an outline lies over its neighbours
        x = margin + (tile.column - first_column) * (size + GAP)
        y = STRIP + 4 + (tile.row - first_row) * (size + GAP)
        box = {"x": x, "x2": x + size, "y": y, "y2": y + size, "middle": x + size / 2, "below": y + size - 12}
        name, is_chosen = wrapped(tile.bar.name, size - 6, small), tile.bar.id == selected
        rows.append({**_square(tile.bar, high), **box, "name": name, "chosen": is_chosen})
    return picture(
        _tiles if small > 10 else _small_tiles,
        {"rows": rows, "ramp": _ramp(language)},
        claims,
        summaries.of_bars([tile.bar for tile in tiles], language, detail="rate"),
        language,
        height=STRIP + lines * (size + GAP) + 10,
        width=width,
        half=(size - 16) / 2,
    )


def _small_tiles() -> list[Any]:
    return _tiles(size=9)


def _tiles(size: int = 12) -> list[Any]:
    import altair as alt

    rows = named("rows")
    box: dict[str, Any] = {"x": pixels("x"), "x2": "x2:Q", "y": pixels("y"), "y2": "y2:Q"}
    middle = pixels("middle")
    chosen = rows.transform_filter("datum.chosen").transform_calculate(
        x="datum.x - 4", x2="datum.x2 + 4", y="datum.y - 4", y2="datum.y2 + 4"
    )
    return [
        *_ramp_key(),
        chosen.mark_rect(color=ACCENT).encode(
            **box
        ),  # a frame with paper between: alone it is lost on a dark tile in a grey print
        chosen.mark_rect(color=PAPER)
        .encode(x=pixels("x3"), x2="x4:Q", y=pixels("y3"), y2="y4:Q")
        .transform_calculate(x3="datum.x + 2", x4="datum.x2 - 2", y3="datum.y + 2", y4="datum.y2 - 2"),
        rows.mark_rect().encode(**box, color=as_it_is("fill"), stroke=alt.Stroke("stroke:N", scale=None, legend=None)),
        words_of(rows, "name", x=middle, y=pixels("y"), align="center", size=size, color=None, dy="half"),
        words_of(rows, "rate", x=middle, y=pixels("below"), align="center", size=size + 1, color=None),
    ]


def heat_map(cells: Sequence[Cell], *, language: Language) -> Picture:
    """Rates by two attributes, each over its base; rows and columns in the order they come in.

    Parameters
    ----------
    cells
        One for each pair at most; a pair without one stays empty.
    """
    claims = claims_of(*((cell.bar.rate, cell.bar.base) for cell in cells))
    kinds, sizes = (list(dict.fromkeys(part)) for part in zip(*((c.row, c.column) for c in cells), strict=True))
    called: list[Row] = [{"name": wrapped(row, 150)} for row in kinds]
    left = _left_of(called)
    width = (WIDTH - left) / len(sizes) - GAP
    heads: list[Row] = [{"column": at, "name": wrapped(column, width, SMALL)} for at, column in enumerate(sizes)]
    top = STRIP + max(head["name"].count("\n") + 1 for head in heads) * SMALL * LINE + 6
    bottom = placed(called, CELL, top)
    high = max((length(cell.bar.rate) for cell in cells), default=0.0) or 1.0
    of = "共" if language == "zh" else "of "
    rows = [
        {
            **_square(cell.bar, high),
            "y": called[kinds.index(cell.row)]["y"],
            "column": sizes.index(cell.column),
            "base": of + shown(cell.bar.base),
        }
        for cell in cells
    ]
    stop = "，" if language == "zh" else ", "
    summary = [replace(cell.bar, name=f"{cell.row}{stop}{cell.column}") for cell in cells]
    return picture(
        _heat if width > 90 else _narrow_heat,
        {"rows": rows, "names": called, "heads": heads, "ramp": _ramp(language)},
        claims,
        summaries.of_bars(summary, language, detail="base"),
        language,
        height=bottom,
        left=left,
        right=WIDTH,
        top=top,
        bottom=bottom,
    )


def _narrow_heat() -> list[Any]:
    return _heat(sizes=(10, 8))


def _heat(sizes: tuple[int, int] = (TEXT, 11)) -> list[Any]:
    import altair as alt

    rows = named("rows")
    ends = [parameter("left"), parameter("right")]
    x = alt.X("column:O", axis=None, scale=alt.Scale(type="band", range=ends, paddingInner=0.03, paddingOuter=0))
    edges = rows.transform_calculate(y1=f"datum.y - {(CELL - GAP) / 2}", y2=f"datum.y + {(CELL - GAP) / 2}")
    cells = edges.mark_rect().encode(x=x, y=pixels("y1"), y2="y2:Q", color=as_it_is("fill"))
    return [
        *_ramp_key(),
        cells.encode(stroke=alt.Stroke("stroke:N", scale=None, legend=None)),
        names(named("names")),
        words_of(named("heads"), "name", x=x, y=alt.value(alt.ExprRef("top - 14")), align="center", size=SMALL),
        words_of(rows, "rate", x=x, y=down(), align="center", size=sizes[0], color=None, dy=-8),
        words_of(rows, "base", x=x, y=down(), align="center", size=sizes[1], color=None, dy=9),
    ]


def _square(bar: Bar, high: float) -> Row:
    """The darker the square, the higher the rate; one without a rate is empty, and outlined."""
    known = is_number(bar.rate)
    fill = shade(length(bar.rate) / high) if known else PAPER
    ink = ink_on(fill) if known else MUTED
    return {"id": bar.id, "rate": shown(bar.rate), "fill": fill, "ink": ink, "stroke": None if known else HAIRLINE}


def _ramp(language: Language) -> list[Row]:
    start = text_width(LOW.of(language), SMALL) + 6
    boxes: list[Row] = [
        {"x": start + _RAMP_KEY * n, "x2": start + _RAMP_KEY * (n + 1), "fill": fill} for n, fill in enumerate(RAMP)
    ]
    return [*boxes, {"at": 0, "word": LOW.of(language)}, {"at": boxes[-1]["x2"] + 6, "word": HIGH.of(language)}]


def _ramp_key() -> list[Any]:
    """The colours from few to many, in words."""
    import altair as alt

    ramp = named("ramp")
    boxes, ends = ramp.transform_filter("datum.fill"), ramp.transform_filter("datum.word")
    place: dict[str, Any] = {"x": pixels("x"), "x2": "x2:Q", "y": alt.value(4.5), "y2": alt.value(15.5)}
    return [
        boxes.mark_rect().encode(**place, color=as_it_is("fill")),
        words_of(ends, "word", x=pixels("at"), y=alt.value(10), size=SMALL, color=MUTED),
    ]


def _check_places(tiles: Sequence[Tile]) -> None:
    for (column, row), times in Counter((tile.column, tile.row) for tile in tiles).items():
        if times > 1:
            alike = ", ".join(tile.bar.name for tile in tiles if (tile.column, tile.row) == (column, row))
            what = "tile map: {names} have the same place, column {column}, row {row}; allowed: a place of its own for each"
            raise WorkbookError(said(what, names=alike, column=column, row=row))


def _left_of(rows: Iterable[Row]) -> float:
    """Where a plot begins: right of the widest line of the names."""
    return widest(row["name"] for row in rows) + 12


def _highest(rows: Iterable[Row], *fields: str) -> float:
    """The end of a scale: the largest number, or 1 where all are zero or none is known."""
    return max((row[field] for row in rows for field in fields), default=0.0) or 1.0


LAYERS = (_ladder, _bars, _cascade, _gaps, _intervals, _log_intervals, _tiles, _small_tiles, _heat, _narrow_heat)
