"""Where a study's cells come from."""

from __future__ import annotations

from analysis.coverage.cells import Cells, compress
from analysis.quantities import Status
from analysis.study import Study


def cells_of(study: Study) -> Cells | None:
    """The cells of a study: of its returns or its synthetic register; none where it has published figures only."""
    if study.settings.input == "none":
        return None
    if study.settings.input == "returns":
        from analysis.coverage.returned import cells_from
        from analysis.sources.returns import returns_of

        return cells_from(returns_of(study))
    from analysis.sources.synthetic import register_of

    return Cells(compress(register_of(study)), Status.SYNTHETIC)
