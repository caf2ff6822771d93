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
from analysis.briefing.manifest import short_id
from analysis.briefing.parameters import BriefingParameters, disclosure_threshold
from analysis.briefing.suppression_plan import guarded, stops_of
from analysis.coverage.answers import COVERED, INSTRUCTED, State, answer
from analysis.coverage.base_names import kind_label, place_label
from analysis.coverage.counting import Counter
from analysis.coverage.lookup import Board, Count, board_of
from analysis.coverage.returned import bands_of, limits_of
from analysis.coverage.selection import Selection
from analysis.coverage.sources import cells_of, reporting
from analysis.errors import WorkbookError
from analysis.messages import said
from analysis.quantities import Language, Status
from analysis.study import Study
from analysis.study_models import Base
from analysis.views.explorer import MOST_BARS, UPPER_ENDS, marks_told, page_of
from analysis.views.live import TAGS, bundled, drawing_of, frame_of_picture
from analysis.views.page import asset
from analysis.views.render import STATUS_WORDS
from analysis.views.theme import ACCENT, HAIRLINE, MUTED, PAPER, RECEDING, ink_on, shade
from analysis.views.theme import COVERED as COVERED_BAR
from analysis.views.wording import WITHHELD, capital, label, status_word, text

STEPS = (0, 10, 25, 50, 100, 150, 200, 300)  # of staff, where nothing has to be withheld
VIEWS = ("map", "bars", "bands", "ladder")
HIDDEN = -2  # in the place of a count that is withheld
LANGUAGES: tuple[Language, ...] = get_args(Language)

WORDS = (
    "finding", "empty", "place", "kind", "base", "staff", "all", "reset", "language", "table", "rate", "covered", "of", "status",
    "first", "search", "shown",
)  # fmt: skip


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
    board = guarded(board_of(opened, cells), disclosure_threshold(BriefingParameters(), opened))
    steps = STEPS if board.printed is None else stops_of(Counter(opened, cells))["staff_threshold"]
    limits = limits_of(opened)
    steps = steps if limits is None else limits.staff
    write_whole(output, page(board, steps).encode())


def page(board: Board, steps: Sequence[int]) -> str:
    """The page as HTML. Its short id follows from the counts: pages of one id hold the same numbers."""
    title = board.study.settings.title.label
    plan = {
        "data": counts_of(board, steps),
        "words": {one: _words(board, one, steps) for one in LANGUAGES},
        "look": _look(),
    }
    id = short_id(json.dumps(plan["data"], sort_keys=True).encode())
    script = bundled("charts.js", "share.js").replace("</script", "<\\/script")
    given = json.dumps(plan, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return (
        f'<!DOCTYPE html>\n<html lang="{TAGS["zh"]}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title.zh)} · {escape(title.en)}</title>\n"
        f"<style>{asset('live.css')}{asset('share.css')}</style>\n</head>\n<body>\n"
        f'<main id="share"></main>\n<footer class="cw-id">编号 · Id {id}</footer>\n'
        f'<script type="application/json" id="plan">{given}</script>\n'
        f'<script type="module">{script}</script>\n</body>\n</html>\n'
    )


def _look() -> dict[str, Any]:
    """Colours and scales, those of the paper's charts; and the status of what is computed."""
    fills = [shade(step / 100) for step in range(101)]
    colours = {"covered": COVERED_BAR, "receding": RECEDING, "accent": ACCENT, "empty": HAIRLINE}
    return {
        "ramp": [{"fill": fill, "ink": ink_on(fill)} for fill in fills],
        "nothing": {"fill": PAPER, "ink": MUTED},
        "ends": UPPER_ENDS,
        "most": MOST_BARS,
        "derived": int(Status.DERIVED),
        "hidden": HIDDEN,
        **colours,
    }


def counts_of(board: Board, steps: Sequence[int]) -> dict[str, Any]:
    """Every count that the page shows.

    Returns
    -------
    dict
        `whole`, `part`, `instructed`: by place (the whole first), kind (all first), base and step, flattened in that order;
        `band_whole`, `band_part`: by place, kind and band of staff; each with its statuses, by number. What is withheld is
        `HIDDEN`, what is not in the data -1.
    """
    places, kinds, bases = _axes(board)
    counts: dict[str, list[Count]] = {name: [] for name in ("whole", "part", "instructed", "band_whole", "band_part")}
    for place in places:
        for kind, base, step in product(kinds, bases, steps):
            asked = State(place, kind, base.id if base else "", step).inside(board.study)
            for name, having in (("whole", {}), ("part", COVERED), ("instructed", INSTRUCTED)):
                counts[name].append(board.count("enterprises", asked and asked.but(**having)))
        for kind, (low, high) in product(kinds[1:], bands_of(board.study)):
            asked = Selection(place, kind, low, high)
            for name, having in (("band_whole", {}), ("band_part", COVERED)):
                counts[name].append(board.count("enterprises", asked.but(**having)))
    values = {name: [HIDDEN if one.is_hidden else int(one.value) for one in found] for name, found in counts.items()}
    statuses = {f"{name}_status": "".join(str(int(one.status)) for one in found) for name, found in counts.items()}
    return {**values, **statuses, "steps": list(steps), "bases": len(bases), "bands": len(bands_of(board.study))}


def _axes(board: Board) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]], list[Base | None]]:
    """Places and kinds, the whole first, and the bases that are counted."""
    places = [(), *((row.id,) for row in board.study.districts)]
    kinds = [(), *((row.id,) for row in board.study.settings.categories)]
    return places, kinds, [*board.bases] or [None]


def _words(board: Board, language: Language, steps: Sequence[int]) -> dict[str, Any]:
    """All that the page says in a language: names, the kinds that rates are of, the charts."""
    study = board.study
    places, kinds, bases = _axes(board)
    first = answer(board, State(base=bases[0].id if bases[0] else ""))
    charts = page_of(study, first, language, order="study", most=len(study.districts))
    described = [
        kind_label(study, State((), kind, base.id if base else "", step).based(study), named=True).of(language)
        for kind, base, step in product(kinds, bases, steps)
    ]
    return {
        **{name: label(f"share.{name}").of(language) for name in WORDS},
        "tag": TAGS[language],
        "title": study.settings.title.label.of(language),
        "ids": [row.id for row in study.districts],
        "base_ids": [base.id if base else "" for base in bases],
        "places": [place_label(study, State(place).within).of(language) for place in places],
        "kinds": [text("share.all", language), *(row.label.of(language) for row in study.settings.categories)],
        "kind_ids": [row.id for row in study.settings.categories],
        "bases": [capital(base.short_label.of(language)) if base else text("share.all", language) for base in bases],
        "described": described,
        "statuses": [status_word(status, language) for status in Status],
        "marks": [status.mark for status in Status],
        "sign": WITHHELD.of(language),
        "note": marks_told(board, language),
        "marked": {int(status): label.of(language) + status.mark for status, label in STATUS_WORDS.items()},
        "charts": [
            {"id": name, "spec": drawing_of(charts[name]), "first": frame_of_picture(charts[name])}
            | {"title": text(f"title.{name}", language), "hint": _hint(name, study, language)}
            for name in VIEWS
            if name in charts
        ],
    }


def _hint(name: str, study: Study, language: Language) -> str:
    return text(f"hint.{name}", language, place=study.settings.place.label.of(language), whole="")
