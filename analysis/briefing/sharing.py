"""A page of the explorer's views for people without Python: one file, nothing fetched, opened by a double click.

It holds counts of every place, kind, base and step of staff, and looks up what is chosen in the browser itself. Of a
counted study it holds those counts alone that the study's papers may print.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from itertools import product
from pathlib import Path
from typing import Any, get_args

from analysis.briefing.folder import write_whole
from analysis.briefing.parameters import BriefingParameters, disclosure_threshold
from analysis.briefing.screening import screen_of, stops_of
from analysis.coverage.answers import COVERED, EVERYONE, INSTRUCTED, State, inside_of
from analysis.coverage.counting import Counter
from analysis.coverage.limits import bands_of, limits_of
from analysis.coverage.lookup import UNKNOWN, Board, Count, Lookup, board_of
from analysis.coverage.reporting import reporting
from analysis.coverage.selection import kind_label, place_label
from analysis.coverage.sources import cells_of
from analysis.errors import NotInDataError, WorkbookError
from analysis.messages import said
from analysis.quantities import Label, Language, Status
from analysis.study import Study
from analysis.study_models import Base
from analysis.views.live import TAGS, bundled
from analysis.views.live_charts import live_charts
from analysis.views.live_screen import screen_of as words_of_study
from analysis.views.live_words import RAW, TITLES, WITHHOLDING
from analysis.views.page import asset
from analysis.views.wording import WITHHELD, capital, status_word

STEPS = (0, 10, 25, 50, 100, 150, 200, 300)  # of staff, where nothing has to be withheld
VIEWS = ("map", "bars", "bands", "ladder")
HIDDEN, MISSING = -2, -1  # in the place of a count that is withheld, or not in the data
LANGUAGES: tuple[Language, ...] = get_args(Language)

WORDS = {
    "finding": Label(
        "{place}{kind}{base}家中，{part}家有党组织覆盖，占{share}；{instructed}家有指导员，占{instructed_share}。",
        "Of {base} {kind} in {place}, {part} ({share}) are covered by a party organisation and {instructed} "
        "({instructed_share}) have an instructor.",
    ),
    "empty": Label("所选范围内没有企业。", "No enterprise is in this selection."),
    "place": Label("区域", "District"),
    "kind": Label("类别", "Category"),
    "base": Label("基数", "Base"),
    "staff": Label("职工人数至少", "Staff, at least"),
    "all": Label("全部", "all"),
    "reset": Label("恢复全部", "Reset all"),
    "language": Label("English", "中文"),
    "table": Label("各区域的数字", "Numbers by district"),
    "rate": Label("覆盖率", "Coverage"),
    "covered": Label("党组织覆盖", "Covered"),
    "of": Label("基数", "Out of"),
    "status": Label("数据", "Data"),
    "first": Label(
        "从上方选择区域、类别、基数或职工人数；也可点选图中的区域或类别。",
        "Choose a district, a category, a base or a number of staff above; or click a district or a category in a chart.",
    ),
    "search": Label("查找区域", "Find a district"),
    "shown": Label(
        "首尾共{shown}个，全部{all}个见下表", "{shown} of {all}, from both ends; all stand in the table below"
    ),
    "scale": Label("由浅至深：0至{upper}", "from light to dark: 0 to {upper}"),
}


def write_share(study: Study, output: Path) -> None:
    """Write the page of a study.

    Raises
    ------
    WorkbookError
        When the study has no register and no returns to count from, or the file cannot be written.
    """
    cells = cells_of(study)
    if cells is None:
        what = "{study}: has published figures only; allowed: a study with a register, returns or a synthetic register"
        raise WorkbookError(said(what, study=study.id))
    opened = reporting(study, cells)
    board, steps = board_of(opened, cells), tuple[int, ...](STEPS)
    if cells.status is Status.COUNTED and (threshold := disclosure_threshold(BriefingParameters(), opened)):
        counter = Counter(opened, cells)
        board = Board(**{**vars(board), "printed": screen_of(counter, threshold).screen.prints})
        steps = stops_of(counter)["staff_threshold"]
    if (limits := limits_of(opened)) is not None:
        steps = limits.staff
    write_whole(output, page(board, steps).encode())


def page(board: Board, steps: Sequence[int]) -> str:
    """The page as HTML."""
    title = board.study.settings.title.label
    plan = {"data": counts_of(board, steps), "words": {one: _words(board, one, steps) for one in LANGUAGES}}
    script = bundled("share.js").replace("</script", "<\\/script")
    given = json.dumps(plan, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return (
        f'<!DOCTYPE html>\n<html lang="{TAGS["zh"]}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title.zh)} · {escape(title.en)}</title>\n"
        f"<style>{asset('live.css')}{asset('share.css')}</style>\n</head>\n<body>\n"
        f'<main id="share"></main>\n<script type="application/json" id="plan">{given}</script>\n'
        f'<script type="module">{script}</script>\n</body>\n</html>\n'
    )


def counts_of(board: Board, steps: Sequence[int]) -> dict[str, Any]:
    """Every count that the page shows.

    Returns
    -------
    dict
        `whole`, `part`, `instructed`: by place (the whole first), kind (all first), base and step, flattened in that order;
        `band_whole`, `band_part`: by place, kind and band of staff; each with its statuses, by number. What is withheld is
        `HIDDEN`, what is not in the data `MISSING`.
    """
    places, kinds, bases = _axes(board)
    counts: dict[str, list[Count]] = {name: [] for name in ("whole", "part", "instructed", "band_whole", "band_part")}
    for place in places:
        lookup = Lookup(board, place, "any")
        for kind, base, step in product(kinds, bases, steps):
            asked = inside_of(board, base, State(place, kind, staff_from=step))
            for name, outcome in (("whole", EVERYONE), ("part", COVERED), ("instructed", INSTRUCTED)):
                counts[name].append(_counted(lookup, outcome, *asked))
        for kind, (low, high) in product(kinds[1:], bands_of(board.study)):
            for name, outcome in (("band_whole", EVERYONE), ("band_part", COVERED)):
                counts[name].append(_banded(lookup, outcome, kind[0], low, high))
    values = {name: [HIDDEN if one.is_hidden else int(one.value) for one in found] for name, found in counts.items()}
    statuses = {f"{name}_status": "".join(str(int(one.status)) for one in found) for name, found in counts.items()}
    return {**values, **statuses, "steps": list(steps), "bases": len(bases), "bands": len(bands_of(board.study))}


def _axes(board: Board) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]], list[Base | None]]:
    """Places and kinds, the whole first, and the bases that are counted."""
    places = [(), *((row.id,) for row in board.study.districts)]
    kinds = [(), *((row.id,) for row in board.study.settings.categories)]
    unknown = board.cube.cells.unknown
    bases: list[Base | None] = [
        base for base in board.study.settings.bases if base.figure is None and unknown.isdisjoint(base.attributes)
    ]
    return places, kinds, bases or [None]


def _counted(lookup: Lookup, outcome: Any, categories: tuple[str, ...], staff: int, full: int) -> Count:
    if not categories:
        return Count(0, lookup.board.status)
    try:
        return lookup.count(outcome, categories=categories, staff_from=staff, full_members_from=full)
    except NotInDataError:
        return UNKNOWN


def _banded(lookup: Lookup, outcome: Any, kind: str, low: int, high: int) -> Count:
    if outcome not in lookup.board.cube.outcomes:
        return UNKNOWN
    if not high:
        return _counted(lookup, outcome, (kind,), low, 0)
    value = lookup.summed(outcome, kind, low) - lookup.summed(outcome, kind, high + 1)
    hidden = lookup.is_hidden(outcome, categories=(kind,), staff_from=low, staff_to=high)
    return Count(value, lookup.board.status, hidden)


def _words(board: Board, language: Language, steps: Sequence[int]) -> dict[str, Any]:
    """All that the page says in a language: names, the kinds that rates are of, the charts."""
    study, screen = board.study, words_of_study(board.study, language)
    places, kinds, bases = _axes(board)
    tiles = [(row["x2"], row["y2"]) for row in screen.districts]
    columns, rows = (round(max(ends) + 0.5) if ends else 0 for ends in (list(zip(*tiles, strict=True)) or [(), ()]))
    charts = [one for one in live_charts(language, map_rows=rows, map_columns=columns) if one.id in VIEWS]
    described = [
        kind_label(study, State((), kind, base.id if base else "", step).based(study), named=True).of(language)
        for kind, base, step in product(kinds, bases, steps)
    ]
    return {
        **{name: label.of(language) for name, label in WORDS.items()},
        "tag": TAGS[language],
        "title": study.settings.title.label.of(language),
        "places": [place_label(study, State(place).within).of(language) for place in places],
        "tiles": list(screen.districts),
        "kinds": [WORDS["all"].of(language), *(row.label.of(language) for row in study.settings.categories)],
        "kind_ids": [row.id for row in study.settings.categories],
        "kind_lines": list(screen.categories),
        "bases": [capital(base.short_label.of(language)) if base else WORDS["all"].of(language) for base in bases],
        "bands": list(screen.bands),
        "described": described,
        "statuses": [status_word(status, language) for status in Status],
        "marks": [status.mark for status in Status],
        "sign": WITHHELD.of(language),
        "note": _note(board, language),
        "titles": {name: TITLES[name].of(language) for name in VIEWS},
        "charts": [{"id": one.id, "spec": dict(one.specification), "data": list(one.data)} for one in charts],
    }


def _note(board: Board, language: Language) -> str:
    if board.status is Status.SYNTHETIC:
        mark = Status.SYNTHETIC.mark
        return Label(
            f"{mark} 合成：与公布的总数一致，但不是事实，不能引用。无标记的数字为已公布或由公布数推算。",
            f"{mark} synthetic: agrees with the published totals but is no fact, not to be quoted. No mark: published, or "
            "follows from it.",
        ).of(language)
    told = RAW if board.printed is None else WITHHOLDING
    return told.of(language).format(sign=WITHHELD.of(language)) if board.status is Status.COUNTED else ""
