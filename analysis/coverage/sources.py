"""Where a study's cells come from."""

from __future__ import annotations

from analysis.coverage.cells import Cells, compress
from analysis.errors import DataError, Problem
from analysis.quantities import Status
from analysis.study import Study


def cells_of(study: Study) -> Cells | None:
    """The cells of a study: of its register or returns, or of a synthetic register; none where figures are all there is.

    Raises
    ------
    DataError
        When the study has no districts to count in, or its register or returns cannot be used.
    """
    if study.settings.input in ("register", "returns") and not study.districts:
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
            from analysis.sources.synthetic import register_of

            return Cells(compress(register_of(study)), Status.SYNTHETIC)
