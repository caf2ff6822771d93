"""Where a study's cells come from."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.coverage.cells import KEYS, MEASURES, Cells, compress
from analysis.errors import DataError, Problem
from analysis.quantities import Status
from analysis.sources import kept
from analysis.sources.synthetic_cache import key_of
from analysis.sources.synthetic_totals import unknown_of
from analysis.study import Study

if TYPE_CHECKING:
    import pandas as pd

CACHE = kept.folder("cells")


def cells_of(study: Study) -> Cells | None:
    """The cells of a study: of its register or returns, or of a synthetic register; none where figures are all there is.

    Raises
    ------
    DataError
        When the study has no districts to count in, or its register or returns cannot be used.
    """
    if study.settings.is_counted and not study.districts:
        raise DataError(
            Problem(
                "districts.csv",
                "is missing: what is counted stands in districts",
                allowed="a line for each district; one line for a place that is not divided",
            )
        )
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
    found = kept.recall(place)
    if found is not None and list(found[0].columns) == [*KEYS, *MEASURES]:
        return found[0]
    from analysis.sources.synthetic import register_of

    cells = compress(register_of(study))
    kept.keep(cells, place)
    return cells


@cache
def _code() -> str:
    """The hash of the code that compresses, and of what it stands on."""
    code = Path(__file__).with_name("cells.py").read_bytes()
    return sha256(code + version("narwhals").encode() + version("pandas").encode()).hexdigest()
