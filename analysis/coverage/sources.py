"""Where a study's cells come from."""

from __future__ import annotations

from analysis.coverage.cells import Cells, compress
from analysis.quantities import Status
from analysis.study import Study


def cells_of(study: Study) -> Cells | None:
    """The cells of a study: of its synthetic register, or none where it has published figures only."""
    if study.settings.input == "none":
        return None
    from analysis.sources.synthetic import register_of

    return Cells(compress(register_of(study)), Status.SYNTHETIC)
