"""Where a study's cells come from, and the study as far as they reach."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from analysis.coverage.base_names import part_label
from analysis.coverage.cells import KEYS, MEASURES, Cells, compress
from analysis.errors import DataError, Problem
from analysis.file_values import Named
from analysis.quantities import Label, Status
from analysis.sources import disk_cache
from analysis.sources.synthetic import key_of
from analysis.sources.synthetic_totals import unknown_of
from analysis.study import Study
from analysis.study_models import Base

if TYPE_CHECKING:
    import pandas as pd

Some = TypeVar("Some", bound=Named)

CACHE = disk_cache.folder("cells")


def cells_of(study: Study) -> Cells | None:
    """The cells of a study: of its register or returns, or of a synthetic register; none where figures are all there is.

    Raises
    ------
    DataError
        When the study has no districts to count in, or its register or returns cannot be used.
    """
    if study.settings.is_counted and not study.districts:
        allowed = "a line for each district; one line for a place that is not divided"
        raise DataError(Problem("districts.csv", "is missing: what is counted stands in districts", allowed=allowed))
    match study.settings.input:
        case "none":
            return None
        case "register":
            from analysis.coverage.opening import cells_of_register

            return cells_of_register(study)
        case "returns":
            from analysis.coverage.returned import cells_from
            from analysis.sources.returns import returns_of

            return cells_from(returns_of(study))
        case "synthetic":
            return Cells(_of_synthetic(study), Status.SYNTHETIC, unknown=unknown_of(study))


def _of_synthetic(study: Study) -> pd.DataFrame:
    """The cells of a study's synthetic register: found again by what the register rests on, or compressed once and kept."""
    key = sha256(f"{key_of(study, study.settings.seed)} {_code()}".encode()).hexdigest()[:32]
    place = CACHE / f"{key}.parquet"
    found = disk_cache.recall(place)
    if found is not None and list(found[0].columns) == [*KEYS, *MEASURES]:
        return found[0]
    from analysis.sources.synthetic import register_of

    cells = compress(register_of(study))
    disk_cache.keep(cells, place)
    return cells


@cache
def _code() -> str:
    """The hash of the code that compresses, and of what it stands on."""
    code = Path(__file__).with_name("cells.py").read_bytes()
    return sha256(code + version("narwhals").encode() + version("pandas").encode()).hexdigest()


def reporting(study: Study, cells: Cells | None) -> Study:
    """The study as far as its cells reach: without the districts that have not reported.

    Its place is named as the part it is. Figures published for the whole place are no figures of it, and no base; nor is
    a figure of another year a base for what is counted in this one.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> study = open_study("suzhou-2003")
    >>> part = reporting(study, replace(cells_of(study), absent=("320583",)))
    >>> part.settings.place.en, [row.name_en for row in part.absent]
    ('Suzhou (11 of 12 districts)', ['Kunshan'])
    """
    if cells is None:
        return study
    if not cells.absent:
        return _in_its_period(study)
    settings = study.settings
    here = tuple(row for row in study.districts if row.id not in cells.absent)
    gone = tuple(row for row in study.districts if row.id in cells.absent)
    part = part_label(replace(study, districts=here, absent=gone))
    bases = tuple(_base_of(base, part) for base in settings.bases if base.figure is None)
    changed = settings.model_copy(update={"place": _renamed(settings.place, part), "bases": bases})
    return replace(study, settings=changed, districts=here, absent=gone)


def _in_its_period(study: Study) -> Study:
    bases = study.settings.bases
    own = tuple(base for base in bases if base.figure is None or study.is_own(study.figures[base.figure]))
    if len(own) == len(bases):
        return study
    return replace(study, settings=study.settings.model_copy(update={"bases": own}))


def _base_of(base: Base, part: Label) -> Base:
    short = _renamed(base.short, part) if base.short is not None else None
    return _renamed(base, part).model_copy(update={"short": short})


def _renamed(named: Some, part: Label) -> Some:
    return named.model_copy(update={"zh": named.zh + part.zh, "en": named.en + part.en})
