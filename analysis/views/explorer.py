"""The explorer's page: an answer in the paper's own charts, with a finding above them and a hint to each."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

from analysis.coverage.answers import Answer
from analysis.coverage.base_names import base_label, kind_label, place_label, placed
from analysis.coverage.indicators import base_selection, cascade_steps
from analysis.coverage.lookup import Board, Shares
from analysis.coverage.returned import band_label, bands_of
from analysis.coverage.selection import Selection
from analysis.ledger import Claim
from analysis.quantities import Label, Language, Quantity, Rate, Status
from analysis.scenarios.target_status import UNKNOWN, Standing, standing
from analysis.scenarios.targets import whole_of
from analysis.study import Study
from analysis.study_models import Target
from analysis.views.blocks import Inlines
from analysis.views.boundaries import Boundaries
from analysis.views.charts import cascade, coverage_bars, gap_dots, ladder
from analysis.views.live import Frame, page_frame
from analysis.views.map_charts import boundary_map, heat_map, tile_map
from analysis.views.render import Picture
from analysis.views.rows import Bar, Cell, Gap, Step, Tile, bar, falling, is_number, length
from analysis.views.wording import WITHHELD, Slot, capital, claim, fill, label, not_in_data, plain, text

WIDTH = 520.0  # of a chart on the page, px
MOST_BARS = 24  # of districts or townships, so that their names can be read
UPPER_ENDS = (0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.75)

NOT_HELD: Mapping[str, float] = {}
_OF_ORGANISATIONS = ("map", "bars", "townships", "bands", "ladder")


def page_of(
    study: Study,
    found: Answer,
    language: Language,
    *,
    order: str = "rate",
    boundaries: Boundaries | None = None,
    most: int = MOST_BARS,
    scale: Mapping[str, float] = NOT_HELD,
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
    scale
        Rates of the darkest colours, of `map` and `bands`, that are held; without them they follow the rates.
    """
    state, place = found.state, study.settings.place.label
    kind = kind_label(study, state.based(study), named=True)  # that every rate by place is of
    ids, labels = [row.id for row in study.districts], [row.label for row in study.districts]
    districts = _bars(found.districts, ids, labels, [placed(kind, one) for one in labels], language) if ids else []
    (whole,) = _bars(found.everywhere, [""], [place], [placed(kind, place)], language)
    held: dict[str, Any] = {"rule": whole.rate if is_number(whole.rate) else None, "rule_name": place.of(language)}
    held |= {"language": language, "sort": False, "width": WIDTH}
    upper = scale.get("map") or upper_of(districts)
    charts: dict[str, Picture] = {}
    if districts:
        look: dict[str, Any] = {"selected": state.districts, "language": language, "width": WIDTH, "upper": upper}
        if boundaries is None:
            places = zip(districts, study.districts, strict=True)
            tiles = [Tile(one, row.tile_column, row.tile_row) for one, row in places]
            charts["map"] = tile_map(tiles, tight=True, **look)
        else:
            charts["map"] = boundary_map(districts, boundaries.collection, **look)
        shown = both_ends(ordered(districts, order), most=most, keep=state.districts)
        charts["bars"] = coverage_bars(shown, selected=state.districts, upper=upper, **held)
    if found.board.townships:
        names, counted = found.townships
        called = [Label(name, name) for name in names]
        inside = _bars(counted, names, called, [placed(kind, one) for one in called], language)
        charts["townships"] = coverage_bars(both_ends(ordered(inside, order)), **held)
    cells = _cells(study, found, language)
    chosen = [cell.bar.id for cell in cells if _is_meant(found, cell.bar.id)]
    top = scale.get("bands") or upper_of([cell.bar for cell in cells])
    return charts | {
        "bands": heat_map(cells, language=language, selected=chosen, upper=top, width=WIDTH),
        "ladder": ladder(_ladder(study, found, language), language=language, width=WIDTH),
        "cascade": cascade(_steps(study, found, language), language=language, width=WIDTH),
        "gaps": gap_dots(_gaps(study, standing(found), found.state.within, language), language=language, width=WIDTH),
    }


def frame_of(
    study: Study,
    found: Answer,
    language: Language,
    *,
    order: str = "rate",
    boundaries: Boundaries | None = None,
    scale: Mapping[str, float] = NOT_HELD,
) -> Frame:
    """Everything the page shows for an answer, as plain values; parameters as of `page_of`."""
    charts = page_of(study, found, language, order=order, boundaries=boundaries, scale=scale)
    words = _words(study, found, charts, language, boundaries)
    lacking = not_in_data(found.board.cube.cells.unknown, language)
    notes = filter(None, [marks_told(found.board, language), lacking])
    told = {"finding": finding(study, found, language), "note": Label("", " ").of(language).join(notes)}
    return page_frame("explorer", charts, words, language, **told, chosen=_chosen(study, found, language))


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
    return [bar(rate, id=id, name=name.of(language), language=language) for id, name, rate in named]


def _rates(shares: Shares, bases: Sequence[Label]) -> list[Rate]:
    """The counts of an answer as rates, flattened in the arrays' order, each with the name of its base."""
    parts = _counts(shares.part, shares.part_status, shares.part_hidden, bases)
    wholes = _counts(shares.whole, shares.whole_status, shares.whole_hidden, bases)
    return [Rate(part, whole, base) for part, whole, base in zip(parts, wholes, bases, strict=False)]


def _counts(values: Any, statuses: Any, hidden: Any, labels: Sequence[Label]) -> Iterator[Quantity]:
    arrays = (column.ravel().tolist() for column in (values, statuses, hidden))
    for value, status, is_hidden, name in zip(*arrays, labels, strict=False):
        known = value if value >= 0 else math.nan  # what is not in the data has no number
        found = Quantity(known, "enterprises", Status(status), name, address="shown")
        yield found.hidden() if is_hidden and value >= 0 else found


def _cells(study: Study, found: Answer, language: Language) -> list[Cell]:
    """Coverage of every category by size, in the districts chosen."""
    within = found.state.within.but(categories=(), staff_from=0)
    parts = list(product(study.settings.categories, bands_of(study)))
    bases = [
        base_label(study, within.but(categories=(row.id,), staff_from=low, staff_to=high)) for row, (low, high) in parts
    ]
    named = zip(parts, _rates(found.bands, bases), strict=True)
    cells = []
    for (row, band), rate in named:
        kind, size = capital(row.label.of(language)), band_label(*band).of(language)
        cells.append(Cell(kind, size, bar(rate, id=f"{row.id}|{band[0]}", name=f"{kind} · {size}", language=language)))
    return cells


def capitalised(label: Label) -> Label:
    """A name that opens with a capital in English."""
    return Label(label.zh, capital(label.en))


def _is_meant(found: Answer, cell: str) -> bool:
    """Whether a cell of category and size lies in what is chosen."""
    category, _, low = cell.partition("|")
    state = found.state
    tops = {str(start): end for start, end in bands_of(found.board.study)}
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
    labels = [capitalised(base.short_label) for base in rungs]
    return _bars(found.ladder.counted, [base.id for base in rungs], labels, called, language)


def _steps(study: Study, found: Answer, language: Language) -> list[Step]:
    """How many reach each step, of those at the first."""
    steps = cascade_steps(found.state.within, full_members_from=found.state.full_members_from)
    first = study.settings.bases[0].label if found.from_registered else base_label(study, found.state.within)
    names = [*((first,) if found.from_registered else ()), *(name for name, _ in steps.values())]
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
    ids, labels = [target.id for target in stands.targets], [capitalised(target.label) for target in stands.targets]
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
        told.append(capital(reading.label.of(language)) + text("explorer.asked", language, **words))
    return Gap(present, tuple(shares), tuple(told))


def finding(study: Study, found: Answer, language: Language) -> str:
    """The finding in one or two sentences, with every base spoken."""
    place = place_label(study, found.state.within)
    kind = kind_label(study, found.state.based(study), named=True)
    if not found.selected.whole[0]:
        return plain(fill(label("explorer.nobody"), {"place": place}, language))
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
    known = zip(("explorer.covered", "explorer.instructed"), found.selected.is_known.tolist(), strict=True)
    parts = [label(name).of(language) for name, is_known in known if is_known]
    template = label("explorer.count").of(language)
    if parts:
        lead = label("explorer.of").of(language) + label("explorer.among").of(language)
        template = lead + label("explorer.and").of(language).join(parts) + label("explorer.full_stop").of(language)
    return plain(fill(Label(template, template), slots, language) + _beside(study, found, kind, language))


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
    return fill(label("explorer.beside"), slots, language)


def marks_told(board: Board, language: Language) -> str:
    """What the marks of a board's counts mean."""
    if board.status is Status.SYNTHETIC:
        return text("explorer.synthetic", language, mark=Status.SYNTHETIC.mark)
    if board.status is not Status.COUNTED:
        return ""
    key = "explorer.raw" if board.printed is None else "explorer.withholding"
    return text(key, language, sign=WITHHELD.of(language))


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
    board, bases = found.board, study.settings.bases
    lost = bool(bases) and bases[0].figure is not None and bases[0].id not in found.ladder.bases
    slots = {
        "place": study.settings.place.label.of(language),
        "whole": text("explorer.only_whole", language) if lost else "",
    }
    without = board.cube.cells.lacking("enterprises", Selection(organisation="any"))
    lacking = "" if found.selected.is_known[0] else not_in_data(without, language)
    words: dict[str, dict[str, str]] = {}
    for name, chart in charts.items():
        numbers = [one.quantity for one in chart.claims]  # a share of an empty base is none of them
        is_empty = not any(one.value or one.withheld or one.unit == "share" for one in numbers)
        empty = (lacking if name in _OF_ORGANISATIONS else "") or (text("explorer.empty", language) if is_empty else "")
        title = text(f"title.{name}", language)
        hint = text(f"hint.{name}", language, **slots)
        words[name] = {"title": title, "hint": hint, "alt": f"{title}: {chart.summary}", "empty": empty}
    why = {"gaps": "" if charts["gaps"].claims else "no_targets"}
    if "townships" in charts and (not found.townships[0] or board.printed is not None):
        why["townships"] = "one_district" if board.printed is None else "unaudited"
    for name, key in why.items():
        if key:
            words[name] |= dict.fromkeys(("empty", "alt"), text(f"explorer.{key}", language))
    for name, all_ in (("bars", len(study.districts)), ("townships", len(found.townships[0]))):
        if name in charts and all_ > (shown := len(charts[name].specification["datasets"]["rows"])):
            words[name]["hint"] += text("explorer.cut", language, shown=shown, all=all_)
    if boundaries is not None and boundaries.missing:
        absent = [row.label.of(language) for row in study.districts if row.id in boundaries.missing]
        words["map"]["hint"] = text("explorer.absent", language) + text("explorer.names_joined", language).join(absent)
    return words
