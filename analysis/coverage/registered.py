"""The cells of a register: its rows are grouped as they lie there, and each kind of row is understood once.

A kind is a distinct combination of the cells that the analysis uses. What it means, and whether it can be used, is
asked of `sources.registers.rules` and nobody else; rows are looked at one by one only to say where faults stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.coverage.cells import MEASURES, TOWNSHIP, compress
from analysis.errors import DataError, Problem
from analysis.input_models import RegisterInput
from analysis.messages import said
from analysis.sources.persons.tables import Looked, refuse_persons
from analysis.sources.register import ROWS
from analysis.sources.registers.columns import mapped
from analysis.sources.registers.readers.raw import Raw, quoted
from analysis.sources.registers.rejected import Aside
from analysis.sources.registers.report import Fault, Report
from analysis.sources.registers.rules import COUNTS, ENTERPRISE, FLAGS, OPTIONAL_FLAGS, Rules
from analysis.study import Study

if TYPE_CHECKING:
    import pyarrow

REPEATS_UP_TO = 2_000_000  # rows; in longer registers only `workbook check` looks for enterprises that stand twice
SHOWN = 12  # faults in the message that refuses a register; `workbook check` shows and writes them all
OWN_VALUES = 20  # of a column of the register's own
BLOCK = 500_000  # kinds of rows that are understood at once

_CELLS = ("district", TOWNSHIP, "category", "organisation", *COUNTS, *FLAGS)

OnFaults = Callable[[Iterator[Fault]], object]


@dataclass(frozen=True, eq=False)
class Source:
    """A register with what is known of it before it is read."""

    raw: Raw
    rules: Rules
    persons: Looked
    repeats: bool | None = None  # whether to look for enterprises that stand twice; None: in up to `REPEATS_UP_TO` rows


def source_of(raw: Raw, settings: RegisterInput, study: Study | None, *, repeats: bool | None = None) -> Source:
    """A register with its columns mapped, after a look that nothing in it is about persons.

    Raises DataError when columns are missing, or anything is about persons.
    """
    columns = mapped(raw.names, settings, where=raw.where)
    raw = replace(raw, sample=None) if repeats else raw  # who looks through a register takes the time for all of it
    unconfined = [columns.theirs[name] for name in (ENTERPRISE, TOWNSHIP, *columns.own) if name in columns.theirs]
    persons = refuse_persons(raw, [*columns.unused, *unconfined], not_telephones=columns.not_telephones)
    rules = Rules(columns, study, with_enterprise=raw.damaged and ENTERPRISE in columns.theirs)
    return Source(raw, rules, persons, repeats)


def by_duckdb(source: Source) -> None:
    """Group the rows by what lies in them, into the table `kinds`: one scan, out of core."""
    raw, rules = source.raw, source.rules
    kinds = f"SELECT {rules.selected(raw.types)}, count(*) AS {quoted(ROWS)} FROM {raw.table} GROUP BY ALL"
    raw.connection.execute(f"CREATE OR REPLACE TABLE kinds AS {kinds}")  # the scan: DuckDB knows how far it is


def read(
    source: Source, *, on_faults: OnFaults | None = None, first: Callable[[Source], None] = by_duckdb
) -> tuple[pd.DataFrame, Report]:
    """Cells of the rows that were kept, by `cells.compress`, with the study's ids; and what became of all that lies in it.

    Parameters
    ----------
    first
        What makes the table `kinds`.
    on_faults
        Called with every fault, in the order of the rows, where there are any.

    Raises DataError when what lies in the file is not what was read of it.
    """
    source = _grouped(source, first)
    raw, rules = source.raw, source.rules
    aside = Aside(raw, rules)
    parts, are_all_sound = _understood(source, aside)
    looked = source.repeats if source.repeats is not None else raw.rows <= REPEATS_UP_TO
    repeated = aside.repeated() if looked else None
    if repeated:  # their cells are taken away again
        frame, _ = understood_frame(repeated, rules)
        parts.append(compress(frame.assign(**{ROWS: -frame[ROWS]}), own=rules.columns.own))
    cells = merged(pd.concat(parts)) if len(parts) > 1 else parts[0]
    cells = cells[cells["enterprises"] > 0].reset_index(drop=True)
    _refuse_many_values(source, cells)
    notes = (*raw.notes, *source.persons.notes, *aside.notes, *_joint_notes(cells, source))
    report = _report(source, cells, looked_for_repeats=repeated is not None, notes=notes)
    if not are_all_sound or repeated or raw.broken:
        report = aside.told(report, on_faults)
    if not report.is_whole:  # a fault of this program, and no number leaves it
        what = "cannot be accounted for line by line"
        raise DataError(Problem(raw.where, what, f"{report}", "a report to its makers"))
    return cells, report


def _refuse_many_values(source: Source, cells: pd.DataFrame) -> None:
    """Refuse a column of the register's own that is no group of a few: by its values enterprises could be told one by one."""
    columns = source.rules.columns
    problems = []
    for name in columns.own:
        if (found := cells[name].nunique()) > OWN_VALUES:
            place = said("{file}, column {column}", file=source.raw.where, column=columns.theirs[name])
            allowed = said("at most {most}, such as yes and no", most=OWN_VALUES)
            problems.append(Problem(place, said("holds {count:,} different values", count=found), None, allowed))
    if problems:
        raise DataError(problems)


def refuse_too_many(report: Report, most: float) -> None:
    """Refuse a register of which more than a share of the rows had to be left out, or all.

    Raises DataError with the first faults, and how many there are of each kind.
    """
    if not report.read:
        raise DataError(Problem(report.where, "has no rows", allowed="one row for each operating enterprise"))
    if report.kept and report.rejected_rate <= most:
        return
    what = said("{rejected:,} of {read:,} rows cannot be used", rejected=report.rejected, read=report.read)
    told = "at most {most:.0%} of the rows, most_rejected_rate in [register]; `workbook check` lists every fault"
    allowed = said(told, most=most)
    kinds = []
    for column, told, count in report.faults:
        place = said("{where}, {value}", where=report.where, value=column or "–")
        kinds.append(Problem(place, said("{what}: {count:,}", what=told, count=count)))
    firsts = (one.problem(report.where) for one in report.first[:SHOWN])
    raise DataError([Problem(report.where, what, None, allowed), *kinds, *firsts])


def understood_frame(kinds: pyarrow.Table, rules: Rules) -> tuple[pd.DataFrame, np.ndarray[Any, np.dtype[np.bool_]]]:
    """Kinds of rows with our columns, ready for `compress`, and in which of them there is a fault."""
    cells, is_faulty = rules.understood(kinds)
    frame = pd.DataFrame({name: cells[name] for name in cells if name in (*_CELLS, *rules.columns.own)})
    without = {name: 0 for name in (*COUNTS, *FLAGS) if name not in frame and name not in OPTIONAL_FLAGS}
    return frame.assign(**without, **{ROWS: kinds[ROWS].to_numpy()}), is_faulty


def merged(cells: pd.DataFrame) -> pd.DataFrame:
    """Cells with the same keys put together, sorted by them."""
    keys = [name for name in cells.columns if name not in MEASURES]
    return cells.groupby(keys, sort=True, as_index=False)[list(MEASURES)].sum()


def _grouped(source: Source, first: Callable[[Source], None]) -> Source:
    """The table `kinds` of all rows that lie in the source; of a text file read line by line where they did not all come.

    Raises DataError when there are still others.
    """
    first(source)
    if _rows(source.raw) != source.raw.rows and source.raw.exactly is not None:
        exactly, rules = replace(source.raw.exactly(), changed=source.raw.changed), source.rules
        source = source_of(exactly, rules.columns.settings, rules.study, repeats=source.repeats)
        by_duckdb(source)
    raw, rows = source.raw, _rows(source.raw)
    if rows != raw.rows:
        what = "changed while it was read" if raw.changed() else "does not hold what was read of it"
        seen = said("{lie:,} rows lie there, {read:,} were read", lie=raw.rows, read=rows)
        raise DataError(Problem(raw.where, what, seen, "the same rows each time: see that nobody writes to it"))
    return source


def _report(source: Source, cells: pd.DataFrame, **more: Any) -> Report:
    """What became of a register's rows, as long as none of them has a fault."""
    raw, columns = source.raw, source.rules.columns
    return Report(
        raw.where,
        raw.lines,
        raw.above,
        kept=int(cells["enterprises"].sum()),
        rejected=0,
        told=raw.told,
        theirs=columns.theirs,
        unused=columns.unused,
        absent=columns.settings.absent,
        looked_for_persons=source.persons.rows or raw.rows,
        not_telephones=columns.settings.not_telephones,
        **more,
    )


def _rows(raw: Raw) -> int:
    """How many rows came out of a register."""
    ((rows,),) = raw.connection.execute(f"SELECT coalesce(sum({quoted(ROWS)}), 0) FROM kinds").fetchall()
    return int(rows)


def _understood(source: Source, aside: Aside) -> tuple[list[pd.DataFrame], bool]:
    """The cells of the rows without a fault, and whether those are all; kinds with one are set aside."""
    import pyarrow

    rules, parts, are_all_sound = source.rules, [], True
    reader = source.raw.connection.cursor().sql("FROM kinds").to_arrow_reader(BLOCK)
    for block in reader:
        kinds = pyarrow.Table.from_batches([block])
        frame, faulty = understood_frame(kinds, rules)
        if faulty.any():
            aside.add(kinds.filter(faulty))
            frame, are_all_sound = frame[~faulty], False
        parts.append(compress(frame, own=rules.columns.own))
    if not parts:
        parts.append(compress(understood_frame(reader.schema.empty_table(), rules)[0], own=rules.columns.own))
    return parts, are_all_sound


def _joint_notes(cells: pd.DataFrame, source: Source) -> tuple[str, ...]:
    if "joint_lead" not in source.rules.columns.theirs:
        return ()  # how many organisations the enterprises share is not in the data
    joint: Any = cells[cells["organisation"] == "joint"]
    enterprises, leads = int(joint["enterprises"].sum()), int(joint["organisations"].sum())
    if enterprises < 2 * leads or (enterprises and not leads):
        what = (
            "{leads:,} enterprises lead a joint organisation and {enterprises:,} are under one: each covers two or more"
        )
        return (said(what, leads=leads, enterprises=enterprises),)
    return ()
