"""The explorer's page: an answer in the paper's own charts, with a finding above them and a hint to each."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

from analysis.coverage.answers import COVERED, Answer
from analysis.coverage.indicators import base_selection, cascade_steps
from analysis.coverage.limits import band_label, bands_of
from analysis.coverage.lookup import Board, Shares
from analysis.coverage.selection import Selection, base_label, kind_label, place_label, placed
from analysis.ledger import Claim
from analysis.quantities import Label, Language, Quantity, Rate, Status
from analysis.scenarios.standing import UNKNOWN, Standing, standing
from analysis.scenarios.targets import whole_of
from analysis.study import Study
from analysis.study_models import Target
from analysis.views.blocks import Inlines
from analysis.views.boundaries import Boundaries
from analysis.views.charts import cascade, coverage_bars, ladder
from analysis.views.live import Frame, frame_of_picture
from analysis.views.map_charts import boundary_map, heat_map, tile_map
from analysis.views.range_charts import gap_dots
from analysis.views.render import Picture
from analysis.views.rows import Bar, Cell, Gap, Step, Tile, bar, falling, is_number, length
from analysis.views.wording import WITHHELD, Slot, capital, claim, fill, not_in_data, plain

WIDTH = 520.0  # of a chart on the page, px
MOST_BARS = 24  # of districts or townships, so that their names can be read
UPPER_ENDS = (0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.75)

TITLES = {
    "map": Label("在哪里：各区域的覆盖率", "Where: coverage by district"),
    "bars": Label("哪里高、哪里低", "Which districts lead and which trail"),
    "townships": Label("区域之内：各乡镇街道", "Inside the district: its townships"),
    "bands": Label("哪类、多大：类别与职工人数", "Which kind, what size: category by number of staff"),
    "ladder": Label("占多少家：不同的基数", "Out of how many: the ladder of bases"),
    "cascade": Label("在哪一级减少：逐级覆盖", "Where they are lost: step by step"),
    "gaps": Label("离目标多远", "How far from the targets"),
}
HINTS = {
    "map": Label("颜色越深覆盖率越高；位置大致按方位", "the darker, the higher; each roughly where it lies"),
    "bars": Label("虚线为{place}全部区域", "dashed line: all of {place}"),
    "townships": Label("虚线为{place}全部区域", "dashed line: all of {place}"),
    "bands": Label("点选一格，从该规模起往上筛选", "click a cell to select its category, from that size up"),
    "ladder": Label("条长为各基数的企业数{whole}", "each bar: the enterprises of a base{whole}"),
    "cascade": Label("各占第一级的比例；各级并不层层包含", "each as a share of the first; the steps do not nest"),
    "gaps": Label("圆点为现状，菱形为各种读法所要求", "dot: today; diamonds: what each reading asks for"),
}
_OF_ORGANISATIONS = ("map", "bars", "townships", "bands", "ladder")
NOTHING_CHOSEN = Label(
    "点选图中的区域、类别或规模即可筛选，按住 Shift 加选。",
    "Click a district, a category or a size to select it; Shift-click adds.",
)
CLEAR = Label("清除筛选", "Clear")
ABSENT = Label("边界文件中没有：", "not in the boundaries: ")
NAMES_JOINED = Label("、", ", ")
CUT = Label("；列出首尾共{shown}个，全部{all}个", "; {shown} of {all} shown, from both ends")
ONLY_WHOLE = Label("；工商注册数只有全部区域的", "; those registered are known for the whole place alone")
WITHHOLDING = Label(
    "“{sign}”代替本研究的简报不予公布、或不清点的数：此处所示的数，都与简报的数一并经过审核；滑块停在简报清点的各档。",
    "{sign} stands for what papers on this study withhold, or do not count: what is shown here was audited with their counts. "
    "The sliders stop where papers count.",
)
SYNTHETIC = Label(
    "{mark} 合成：与公布的总数一致，但不是事实，不能引用。无标记的数字为已公布或由公布数推算。",
    "{mark} synthetic: agrees with the published totals but is no fact, not to be quoted. No mark: published, or follows from "
    "it.",
)
RAW = Label(
    "未经保护的清点数：只供可以查阅登记簿的人使用，不得外传。",
    "Counts without protection: for those who may read the register, and not to be passed on.",
)
ONE_DISTRICT = Label("选一个区域，即可看到其中各乡镇街道。", "Choose one district to see its townships.")
UNAUDITED = Label(
    "简报不公布乡镇街道的数，未经审核；可以查阅登记簿的人请用 study.explore(every_step=True)。",
    "No paper prints counts of townships, so they were not audited; who may read the register asks for "
    "study.explore(every_step=True).",
)
NO_TARGETS = Label("这项研究没有可以衡量的目标。", "This study has no targets that are measured.")
EMPTY = Label("所选范围内没有企业。", "No enterprise is in this selection.")
ASKED = Label("：需达到{need}，尚缺{lack}", ": required {need}, missing {lack}")


def page_of(
    study: Study,
    found: Answer,
    language: Language,
    *,
    order: str = "rate",
    boundaries: Boundaries | None = None,
    most: int = MOST_BARS,
) -> dict[str, Picture]:
    """The charts of an answer, by name, in the order of reading.

    Parameters
    ----------
    order
        Of the districts' bars: `rate` (the highest first), `base` (the largest first) or `study`.
    boundaries
        Shapes that take the tiles' place.
    most
        How many districts have a bar.
    """
    state, place = found.state, study.settings.place.label
    kind = kind_label(study, state.based(study), named=True)  # that every rate by place is of
    ids, labels = [row.id for row in study.districts], [row.label for row in study.districts]
    districts = _bars(found.districts, ids, labels, [placed(kind, one) for one in labels], language) if ids else []
    (whole,) = _bars(found.everywhere, [""], [place], [placed(kind, place)], language)
    held: dict[str, Any] = {"rule": whole.rate if is_number(whole.rate) else None, "rule_name": place.of(language)}
    held |= {"language": language, "sort": False, "width": WIDTH}
    upper = upper_of(districts)
    charts: dict[str, Picture] = {}
    if districts:
        look: dict[str, Any] = {"selected": state.districts, "language": language, "width": WIDTH, "upper": upper}
        if boundaries is None:
            places = zip(districts, study.districts, strict=True)
            tiles = [Tile(one, row.tile_column, row.tile_row) for one, row in places]
            charts["map"] = tile_map(tiles, **look)
        else:
            charts["map"] = boundary_map(districts, boundaries.collection, **look)
        shown = both_ends(ordered(districts, order), most=most, keep=state.districts)
        charts["bars"] = coverage_bars(shown, selected=state.districts, upper=upper, **held)
    if found.lookup.board.townships is not None:
        names, counted = found.townships
        called = [Label(name, name) for name in names]
        inside = _bars(counted, names, called, [placed(kind, one) for one in called], language)
        charts["townships"] = coverage_bars(both_ends(ordered(inside, order)), **held)
    cells = _cells(study, found, language)
    chosen = [cell.bar.id for cell in cells if _is_meant(found, cell.bar.id)]
    top = upper_of([cell.bar for cell in cells])
    return charts | {
        "bands": heat_map(cells, language=language, selected=chosen, upper=top, width=WIDTH),
        "ladder": ladder(_ladder(study, found, language), language=language, width=WIDTH),
        "cascade": cascade(_steps(study, found, language), language=language, width=WIDTH),
        "gaps": gap_dots(_gaps(study, standing(found), found.state.within, language), language=language, width=WIDTH),
    }


def frame_of(
    study: Study, found: Answer, language: Language, *, order: str = "rate", boundaries: Boundaries | None = None
) -> Frame:
    """Everything the page shows for an answer, as plain values; parameters as of `page_of`."""
    charts = page_of(study, found, language, order=order, boundaries=boundaries)
    words = _words(study, found, charts, language, boundaries)
    lacking = not_in_data(found.lookup.board.cube.cells.unknown, language)
    told = filter(None, [marks_told(found.lookup.board, language), lacking])
    return {
        "charts": {name: frame_of_picture(one) | words[name] for name, one in charts.items()},
        "finding": finding(study, found, language),
        "note": Label("", " ").of(language).join(told),
        "chosen": _chosen(study, found, language),
        "nothing": NOTHING_CHOSEN.of(language),
        "clear": CLEAR.of(language),
    }


def upper_of(bars: Sequence[Bar]) -> float:
    """The end of a scale for some rates: one of a few steps, so that it stands still while a slider moves a little."""
    highest = max((length(one.rate) for one in bars if is_number(one.rate)), default=1.0)
    return next((step for step in UPPER_ENDS if highest <= step), 1.0)


def ordered(bars: Sequence[Bar], order: str) -> list[Bar]:
    """Rows by rate, by base, or as they come; those without a rate last."""
    if order == "rate":
        return sorted(bars, key=falling)
    if order == "base":
        return sorted(bars, key=lambda one: (not is_number(one.rate), -length(one.base)))
    return list(bars)


def both_ends(bars: Sequence[Bar], *, most: int = MOST_BARS, keep: Sequence[str] = ()) -> list[Bar]:
    """All of few rows, both ends of many; and those that are to be kept.

    Examples
    --------
    >>> len(both_ends(range(24))), both_ends(range(340))[11:13]
    (24, [11, 328])
    """
    half, last = most // 2, len(bars) - most // 2
    if len(bars) <= most:
        return list(bars)
    return [one for at, one in enumerate(bars) if at < half or at >= last or (keep and one.id in keep)]


def _bars(
    shares: Shares, ids: Sequence[str], labels: Sequence[Label], bases: Sequence[Label], language: Language
) -> list[Bar]:
    named = zip(ids, labels, _rates(shares, bases), strict=True)
    return [bar(rate, id=id, name=label.of(language), language=language) for id, label, rate in named]


def _rates(shares: Shares, bases: Sequence[Label]) -> list[Rate]:
    """The counts of an answer as rates, flattened in the arrays' order, each with the name of its base."""
    parts = _counts(shares.part, shares.part_status, shares.part_hidden, bases)
    wholes = _counts(shares.whole, shares.whole_status, shares.whole_hidden, bases)
    return [Rate(part, whole, base) for part, whole, base in zip(parts, wholes, bases, strict=False)]


def _counts(values: Any, statuses: Any, hidden: Any, labels: Sequence[Label]) -> Iterator[Quantity]:
    arrays = (column.ravel().tolist() for column in (values, statuses, hidden))
    for value, status, is_hidden, label in zip(*arrays, labels, strict=False):
        known = value if value >= 0 else math.nan  # what is not in the data has no number
        found = Quantity(known, "enterprises", Status(status), label, address="shown")
        yield found.hidden() if is_hidden and value >= 0 else found


def _cells(study: Study, found: Answer, language: Language) -> list[Cell]:
    """Coverage of every category by size, in the districts chosen."""
    within = found.state.within.but(categories=(), staff_from=0)
    parts = list(product(study.settings.categories, bands_of(study)))
    bases = [
        base_label(study, within.but(categories=(row.id,), staff_from=low, staff_to=high)) for row, (low, high) in parts
    ]
    named = zip(parts, _rates(found.bands, bases), strict=True)
    return [
        Cell(
            capital(row.label.of(language)),
            band_label(*band).of(language),
            bar(rate, id=f"{row.id}|{band[0]}", name=_cell_name(row.label, band, language), language=language),
        )
        for (row, band), rate in named
    ]


def _capital(label: Label) -> Label:
    return Label(label.zh, capital(label.en))


def _cell_name(category: Label, band: tuple[int, int], language: Language) -> str:
    return f"{capital(category.of(language))} · {band_label(*band).of(language)}"


def _is_meant(found: Answer, cell: str) -> bool:
    """Whether a cell of category and size lies in what is chosen."""
    category, _, low = cell.partition("|")
    state = found.state
    tops = {str(start): end for start, end in bands_of(found.lookup.board.study)}
    if not (state.categories or state.staff_from):
        return False
    return (not state.categories or category in state.categories) and (not tops[low] or tops[low] >= state.staff_from)


def _ladder(study: Study, found: Answer, language: Language) -> list[Bar]:
    """Coverage over every base; where those covered need not lie inside it, what was counted inside."""
    bases = {base.id: base for base in study.settings.bases}
    rungs = [bases[name] for name in found.ladder.bases]
    within = found.state.within
    called = [
        base.label if base.figure is not None else base_label(study, base_selection(base, within)) for base in rungs
    ]
    labels = [_capital(base.short_label) for base in rungs]
    return _bars(found.ladder.counted, [base.id for base in rungs], labels, called, language)


def _steps(study: Study, found: Answer, language: Language) -> list[Step]:
    """How many reach each step, of those at the first."""
    steps = cascade_steps(found.state.within, full_members_from=found.state.full_members_from)
    first = study.settings.bases[0].label if found.from_registered else base_label(study, found.state.within)
    names = [*((first,) if found.from_registered else ()), *(label for label, _ in steps.values())]
    known = found.cascade.is_known.tolist()
    rates = zip(names, _rates(found.cascade, [first] * len(names)), known, strict=True)
    return [
        Step(name.en, capital(name.of(language)), claim(rate.numerator, language), claim(rate.share, language))
        for name, rate, is_known in rates
        if is_known
    ]


def _gaps(study: Study, stands: Standing, within: Selection, language: Language) -> list[Gap]:
    """Every target that is measured: where it stands, and what its readings ask for and lack."""
    bases = []
    for target in stands.targets:
        measure, meant = whole_of(target, within)
        bases.append(base_label(study, meant, of=measure))
    ids, labels = [target.id for target in stands.targets], [_capital(target.label) for target in stands.targets]
    rows = _bars(stands.present, ids, labels, bases, language)
    arrays = zip(stands.targets, rows, stands.required.tolist(), stands.missing.tolist(), strict=True)
    return [_gap(target, present, required, missing, language) for target, present, required, missing in arrays]


def _gap(target: Target, present: Bar, required: list[int], missing: list[int], language: Language) -> Gap:
    shares, told, whole = list[Claim](), list[str](), present.base.quantity
    for reading, *numbers in zip(target.readings, required, missing, strict=False):
        if numbers[0] == UNKNOWN or not is_number(present.rate):
            continue
        wanted, lacking = (replace(whole, value=value, status=present.rate.status) for value in numbers)
        shares.append(claim(Rate(wanted, whole, whole.label).share, language, form="1"))
        words = {"need": claim(wanted, language).marked, "lack": claim(lacking, language).marked}
        told.append(capital(reading.label.of(language)) + ASKED.of(language).format(**words))
    return Gap(present, tuple(shares), tuple(told))


def finding(study: Study, found: Answer, language: Language) -> str:
    """The finding in one or two sentences, with every base spoken."""
    place = place_label(study, found.state.within)
    kind = kind_label(study, found.state.based(study), named=True)
    if not found.selected.whole[0]:
        zh, en = "{place}没有符合所选条件的企业。", "No enterprise of {place} meets the conditions chosen."
        return plain(fill(Label(zh, en), {"place": place}, language))
    organisation, instructor = _rates(found.selected, [kind, kind])
    slots: dict[str, Slot] = {
        "place": place,
        "kind": kind,
        "base": organisation.base,
        "part": organisation.numerator,
        "share": organisation.share,
        "instructed": instructor.numerator,
        "instructed_share": instructor.share,
    }
    covered, instructed = found.selected.is_known.tolist()
    zh, en = "{place}{kind}{base}家", "Of {base} {kind} in {place}, "
    if covered:
        zh += "中，{part}家有党组织覆盖，占{share}；{instructed}家有指导员，占{instructed_share}。"
        en += "{part} ({share}) are covered by a party organisation and {instructed} ({instructed_share}) have an instructor."
        if not instructed:
            zh, en = zh.partition("；")[0] + "。", en.partition(" and ")[0] + "."
    elif instructed:
        zh += "中，{instructed}家有指导员，占{instructed_share}。"
        en += "{instructed} ({instructed_share}) have an instructor."
    else:
        zh, en = zh + "。", "There are {base} {kind} in {place}."
    return plain(fill(Label(zh, en), slots, language) + _beside(study, found, kind, language))


def _beside(study: Study, found: Answer, kind: Label, language: Language) -> Inlines:
    """The whole place on the same base, where only some districts are chosen."""
    if not found.state.districts or not found.everywhere.whole[0] or not found.everywhere.is_known[0]:
        return ()
    (everywhere,) = _rates(found.everywhere, [kind])
    slots: dict[str, Slot] = {
        "city": study.settings.place.label,
        "share": everywhere.share,
        "base": everywhere.base,
        "part": everywhere.numerator,
    }
    said = Label(
        "同一口径{city}为{share}（{base}家中的{part}家）。", " In all of {city} it is {share} ({part} of {base})."
    )
    return fill(said, slots, language)


def marks_told(board: Board, language: Language) -> str:
    """What the marks of a board's counts mean."""
    if board.status is Status.SYNTHETIC:
        return SYNTHETIC.of(language).format(mark=Status.SYNTHETIC.mark)
    if board.status is not Status.COUNTED:
        return ""
    return (RAW if board.printed is None else WITHHOLDING).of(language).format(sign=WITHHELD.of(language))


def _chosen(study: Study, found: Answer, language: Language) -> str:
    """What is chosen, in words; empty where nothing is."""
    state = found.state
    parts = []
    if state.districts:
        parts.append(place_label(study, state.within).of(language))
    if state.categories or state.staff_from or state.directly_managed != "any":
        parts.append(capital(kind_label(study, state.within.but(districts=())).of(language)))
    return " · ".join(parts)


def _words(
    study: Study, found: Answer, charts: dict[str, Picture], language: Language, boundaries: Boundaries | None
) -> dict[str, dict[str, str]]:
    """Title, hint and the word for emptiness of each chart."""
    board, bases = found.lookup.board, study.settings.bases
    lost = bool(bases) and bases[0].figure is not None and bases[0].id not in found.ladder.bases
    slots = {"place": study.settings.place.label.of(language), "whole": ONLY_WHOLE.of(language) if lost else ""}
    lacking = "" if found.selected.is_known[0] else not_in_data(board.cube.cells.lacking(*COVERED), language)
    words: dict[str, dict[str, str]] = {}
    for name, chart in charts.items():
        numbers = [one.quantity for one in chart.claims]  # a share of an empty base is none of them
        is_empty = not any(one.value or one.withheld or one.unit == "share" for one in numbers)
        words[name] = {
            "title": TITLES[name].of(language),
            "hint": HINTS[name].of(language).format(**slots),
            "alt": f"{TITLES[name].of(language)}: {chart.summary}",
            "empty": (lacking if name in _OF_ORGANISATIONS else "") or (EMPTY.of(language) if is_empty else ""),
        }
    if "townships" in charts and (not found.townships[0] or board.printed is not None):
        why = ONE_DISTRICT if board.printed is None else UNAUDITED
        words["townships"] |= {"empty": why.of(language), "alt": why.of(language)}
    if not charts["gaps"].claims:
        words["gaps"] |= {"empty": NO_TARGETS.of(language), "alt": NO_TARGETS.of(language)}
    for name, all_ in (("bars", len(study.districts)), ("townships", len(found.townships[0]))):
        if name in charts and all_ > (shown := len(charts[name].specification["datasets"]["rows"])):
            words[name]["hint"] += CUT.of(language).format(shown=shown, all=all_)
    if boundaries is not None and boundaries.missing:
        absent = [row.label.of(language) for row in study.districts if row.id in boundaries.missing]
        words["map"]["hint"] = ABSENT.of(language) + NAMES_JOINED.of(language).join(absent)
    return words
