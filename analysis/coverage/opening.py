"""A study's register opened: its cells found again by what the register holds, or counted once and kept."""

from __future__ import annotations

import pandas as pd

from analysis.coverage.cells import TOWNSHIP, Cells
from analysis.coverage.checking import merged
from analysis.coverage.registered import read, refuse_too_many, source_of
from analysis.quantities import Status
from analysis.sources.registers.raw import opened
from analysis.sources.registers.report import Report
from analysis.study import Study


def cells_of_register(study: Study) -> Cells:
    """The cells of a study's register.

    Raises
    ------
    DataError
        When it cannot be read, is about persons, or too many of its rows cannot be used.
    """
    settings = study.settings.register_input
    assert settings is not None
    with opened(settings, study.folder) as raw:
        table, report = read(source_of(raw, settings, study))
    refuse_too_many(report, settings.most_rejected_rate)
    return as_cells(table, report)


def as_cells(table: pd.DataFrame, report: Report) -> Cells:
    """Counted cells; those by township beside the others."""
    if TOWNSHIP not in table.columns:
        return Cells(table, Status.COUNTED, report)
    return Cells(merged(table.drop(columns=TOWNSHIP)), Status.COUNTED, report, townships=table)
