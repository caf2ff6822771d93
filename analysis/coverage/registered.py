"""The cells of a register: its rows are grouped as they lie there, and each kind of row is understood once.

A kind is a distinct combination of the cells that the analysis uses. What it means, and whether it can be used, is
asked of `sources.registers.rules` and nobody else; rows are looked at one by one only to say where faults stand.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.cell_text import flat, plain, text_of
from analysis.coverage.cells import MEASURES, compress
from analysis.errors import DataError, Problem
from analysis.input_models import RegisterInput
from analysis.messages import said
from analysis.sources.registers.columns import mapped
from analysis.sources.registers.names import known_names
from analysis.sources.registers.persons import refuse_persons, shown
from analysis.sources.registers.raw import Raw, literal, quoted
from analysis.sources.registers.report import LISTED, Fault, Report
from analysis.sources.registers.rules import (
    COUNTS,
    ENTERPRISE,
    FLAGS,
    INTEGERS,
    OPTIONAL_FLAGS,
    ORGANISED,
    ROWS,
    WORDED,
    Rules,
    Understood,
)
from analysis.sources.registers.words import dictionary
from analysis.study import Study

if TYPE_CHECKING:
    import pyarrow

REPEATS_UP_TO = 2_000_000  # rows; in longer registers only `workbook check` looks for enterprises that stand twice
SHOWN = 12  # faults in the message that refuses a register; `workbook check` shows and writes them all
BLOCK = 500_000  # kinds, or rows with a fault, that are held in memory at once
UNKNOWN = 200  # words that are kept of those that nobody knows

OnFaults = Callable[[Iterator[Fault]], object]


@dataclass(frozen=True, eq=False)
class Source:
    """A register with what is known of it before it is read.

    Parameters
    ----------
    looked_for_persons
        In how many of its rows.
    repeats
        Whether to look for enterprises that stand twice; none for registers of up to `REPEATS_UP_TO` rows.
    """

    raw: Raw
    settings: RegisterInput
    study: Study | None
    rules: Rules
    looked_for_persons: int
    repeats: bool | None = None


def source_of(raw: Raw, settings: RegisterInput, study: Study | None, *, repeats: bool | None = None) -> Source:
    """A register with its columns mapped, after a look that nothing in it is about persons.

    Raises
    ------
    DataError
        When columns are missing, or anything is about persons.
    """
    columns = mapped(raw.names, settings, where=raw.where)
    unconfined = [columns.theirs[name] for name in (ENTERPRISE, "township") if name in columns.theirs]
    looked = refuse_persons(raw, [*columns.unused, *unconfined], not_telephones=settings.not_telephones)
    names = known_names(study, columns.values) if study is not None else {}
    rules = Rules(columns, study, names, with_enterprise=raw.damaged and ENTERPRISE in columns.theirs)
    return Source(raw, settings, study, rules, looked, repeats)


def by_duckdb(source: Source) -> None:
    """Group the rows by what lies in them, into the table `kinds`: one scan, out of core."""
    raw, rules = source.raw, source.rules
    kinds = f"SELECT {rules.selected(raw.types)}, count(*) AS {quoted(ROWS)} FROM {raw.table} GROUP BY ALL"
    raw.connection.execute(f"CREATE OR REPLACE TEMP TABLE kinds AS {kinds}")  # the scan: DuckDB knows how far it is


def read(
    source: Source, *, on_faults: OnFaults | None = None, first: Callable[[Source], None] = by_duckdb
) -> tuple[pd.DataFrame, Report]:
    """Cells of a register, and what became of all that lies in it.

    Parameters
    ----------
    first
        What makes the table `kinds`.
    on_faults
        Called with every fault, in the order of the rows, where there are any.

    Raises
    ------
    DataError
        When what lies in the file is not what was read of it.
    """
    first(source)
    if (rows := _rows(source)) != source.raw.rows and source.raw.exactly is not None:
        exact = source.raw.exactly()
        source = source_of(exact, source.settings, source.study, repeats=source.repeats)
        by_duckdb(source)
        rows = _rows(source)
    raw, columns = source.raw, source.rules.columns
    if rows != raw.rows:
        what = "changed while it was read" if raw.changed() else "holds other rows than were read"
        raise DataError(Problem(raw.where, said("{what}: {lie:,} rows, then {read:,}", what=what, lie=raw.rows, read=rows)))
    parts = list(_kept(source))
    looked = source.repeats if source.repeats is not None else rows <= REPEATS_UP_TO
    shortened = looked and _set_repeats_aside(source)
    cells = _together(parts, source) if looked and ENTERPRISE in columns.theirs and not shortened else _together(parts)
    _set_faults_aside(source)
    faults, unknown = _counted(source)
    report = Report(
        raw.where,
        lines=raw.lines,
        above=raw.above,
        kept=int(cells["enterprises"].sum()),
        rejected=sum(count for _, count in _aside(source, "row")) + len(raw.broken),
    )
    return cells, report
