"""The cells of a register: counted by the scan that checks it, and once more where rows have to be left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.cell_text import plain
from analysis.coverage.cells import ROWS, compress
from analysis.coverage.checking import is_sound, translated
from analysis.errors import DataError, Problem
from analysis.input_models import RegisterInput
from analysis.sources.registers import faults, unread
from analysis.sources.registers.columns import Mapping as Columns
from analysis.sources.registers.columns import mapped
from analysis.sources.registers.expressions import COUNTS, FLAGS, projection, quoted
from analysis.sources.registers.names import known_names
from analysis.sources.registers.persons_in_tables import Looked, refuse_persons, refuse_persons_among
from analysis.sources.registers.raw import Raw
from analysis.sources.registers.report import LISTED, Fault, Report
from analysis.sources.registers.telling import teller
from analysis.study import Study

REPEATS_UP_TO = 2_000_000  # rows; in longer registers only `workbook check` looks for enterprises that stand twice

SHOWN = 12  # faults in the message that refuses a register; `workbook check` shows and writes them all

OnFaults = Callable[[Iterator[Fault]], object]


@dataclass(frozen=True, eq=False)
class Source:
    """A register with what is known of it before it is read.

    Parameters
    ----------
    names
        For `district` and `category`, from every known word to the study's id; empty where any word will do.
    looked
        How persons were looked for.
    not_telephones
        Columns whose numbers only look like telephone numbers, as the study declares.
    repeats
        Whether to look for enterprises that stand twice; none for registers of up to `REPEATS_UP_TO` rows.
    """

    raw: Raw
    columns: Columns
    study: Study | None
    names: dict[str, dict[str, str]]
    looked: Looked = field(default_factory=Looked)
    not_telephones: tuple[str, ...] = ()
    repeats: bool | None = None


def source_of(raw: Raw, settings: RegisterInput, study: Study | None, *, repeats: bool | None = None) -> Source:
    """A register with its columns mapped, after a look that nothing in it is about persons.

    Raises
    ------
    DataError
        When columns are missing, or anything is about persons.
    """
    columns = mapped(list(raw.types), settings, where=raw.where)
    unconfined = [columns.theirs[name] for name in ("enterprise", "township") if name in columns.theirs]
    looked = refuse_persons(raw, [*columns.unused, *unconfined], not_telephones=settings.not_telephones)
    names = known_names(study, columns.values) if study is not None else {}
    return Source(raw, columns, study, names, looked, settings.not_telephones, repeats)


def by_duckdb(source: Source) -> pd.DataFrame:
    """The cells of every row, as the register spells things: one scan, out of core.

    DuckDB groups the cells of the file as they stand; what they mean, and whether they can be used, is asked of each
    combination once and not of each row.
    """
    raw, columns = source.raw, source.columns

    def grouped(table: str, types: dict[str, str]) -> pd.DataFrame:
        used = ", ".join(quoted(name) for ours, name in columns.theirs.items() if ours != faults.REPEATED)
        kinds = f"SELECT {used}, count(*) AS {quoted(ROWS)} FROM {table} GROUP BY ALL"
        raw.connection.execute(f"CREATE OR REPLACE TEMP TABLE kinds AS {kinds}")  # the scan: DuckDB knows how far it is
        return compress(raw.connection.sql(f"SELECT {projection(columns, types)}, {quoted(ROWS)} FROM kinds"))

    if raw.retyped is not None and (numbers := _numbers(source)):
        found = grouped(raw.retyped(numbers), raw.types | dict.fromkeys(numbers, "DOUBLE"))
        if not unread.found(raw, of_numbers=True):
            return found
        unread.forget(raw)
    return grouped(raw.table, raw.types)


def _numbers(source: Source) -> list[str]:
    """The columns of a text file that begin with nothing but numbers."""
    columns, raw = source.columns, source.raw
    worded = {*columns.values}  # noqa: PD011
    names = [columns.theirs[one] for one in (*COUNTS, *FLAGS) if one in columns.theirs and one not in worded]
    tried = ", ".join(f"bool_and(TRY_CAST({quoted(name)} AS DOUBLE) IS NOT NULL)" for name in names)
    (found,) = raw.connection.execute(f"SELECT {tried} FROM (SELECT * FROM {raw.table} LIMIT 1000)").fetchall()
    unread.forget(raw)
    return [name for name, is_number in zip(names, found, strict=True) if is_number]


def read(
    source: Source, *, on_faults: OnFaults | None = None, first: Callable[[Source], pd.DataFrame] = by_duckdb
) -> tuple[pd.DataFrame, Report]:
    """Cells of a register, and what became of its rows.

    Parameters
    ----------
    first
        What makes the first scan. Where that finds a fault, DuckDB reads the register again to name it.
    on_faults
        Called with every fault, in the order of the rows, where there are any.

    Returns
    -------
    cells
        Of the rows that were kept, as `cells.compress` gives them, with the study's ids.
    report
        `read = kept + rejected`, and why.
    """
    raw, columns = source.raw, source.columns
    unread.forget(raw)
    found = first(source)
    rows = int(found["enterprises"].sum())
    looked = rows <= REPEATS_UP_TO if source.repeats is None else source.repeats
    cells = translated(found, source.names)
    facts = Report(
        raw.where,
        read=rows + sum(size for _, size in unread.told(raw, columns.theirs)),
        kept=rows,
        rejected=0,
        theirs=columns.theirs,
        unused=columns.unused,
        absent=columns.absent,
        looked_for_persons="all" if source.looked.rows in (0, rows) else "sampled",
        not_telephones=source.not_telephones,
        looked_for_repeats=looked and faults.REPEATED in columns.theirs,
        notes=(*raw.notes, *source.looked.notes),
    )
    sound = is_sound(cells, has_leads="joint_lead" in columns.theirs)
    repeated = looked and faults.has_repeats(raw, columns, at_once=rows <= REPEATS_UP_TO)
    if repeated or not sound or raw.replaced or unread.found(raw):
        cells, facts = _sifted(source, found, facts, repeated=repeated, on_faults=on_faults)
    return cells, replace(facts, notes=(*facts.notes, *_joint_notes(cells, columns)))


def refuse_too_many(report: Report, most: float) -> None:
    """Refuse a register of which more than a share of the rows had to be left out, or all.

    Raises
    ------
    DataError
        With the first faults, and how many there are of each kind.
    """
    if not report.read:
        raise DataError(Problem(report.where, "has no rows", allowed="one row for each operating enterprise"))
    if report.kept and report.rejected_rate <= most:
        return
    what = f"{report.rejected:,} of {report.read:,} rows cannot be used"
    allowed = f"at most {most:.0%} of the rows, most_rejected_rate in [register]; `workbook check` lists every fault"
    kinds = [
        Problem(f"{report.where}, {column or 'line'}", f"{told}: {count:,}") for column, told, count in report.faults
    ]
    raise DataError(
        [
            Problem(report.where, what, None, allowed),
            *kinds,
            *(one.problem(report.where) for one in report.first[:SHOWN]),
        ]
    )


def _sifted(
    source: Source, found: pd.DataFrame, facts: Report, *, repeated: bool, on_faults: OnFaults | None
) -> tuple[pd.DataFrame, Report]:
    """The cells of the rows without a fault, by two scans more."""
    raw = source.raw
    known = {
        column: [word for word in found[column].unique() if names.get(plain(word))]
        for column, names in source.names.items()
    }
    rules = faults.Rules(raw, source.columns, known, repeats=facts.looked_for_repeats)
    faults.set_aside(rules, repeated=repeated)
    refuse_persons_among(raw, source.columns.theirs)
    unread.forget(raw)
    cells = translated(compress(faults.kept(rules)), source.names)
    kept = int(cells["enterprises"].sum())
    broken = unread.told(raw, source.columns.theirs)
    rejected = faults.rejected_rows(raw)
    lines = sum(size for _, size in broken)
    if (now := kept + rejected + lines) != facts.read:
        raise DataError(Problem(raw.where, f"changed while it was read: {facts.read:,} rows, then {now:,}"))
    told = list(_told(source, [one for one, _ in broken], most=LISTED))
    if on_faults is not None:
        on_faults(_told(source, [one for one, _ in broken], most=None))
    return cells, replace(
        facts,
        kept=kept,
        rejected=rejected + lines,
        faults=_counted(source, [one for one, _ in broken]),
        first=tuple(told[:LISTED]),
    )


def _told(source: Source, broken: list[Fault], *, most: int | None) -> Iterator[Fault]:
    """The faults in the order of the rows."""
    tell = teller(source.study)
    without = sorted({one.row for one in broken})
    waiting = list(reversed(broken))
    for rows in faults.faults(source.raw, most=most):
        places = faults.lines(np.array([row for row, *_ in rows], dtype=np.int64), without, source.raw.offset)
        for place, (_, file, column, value) in zip(places.tolist(), rows, strict=True):
            while waiting and waiting[-1].row < place:
                yield waiting.pop()
            what, allowed = tell(column, value)
            yield Fault(place, column.rstrip(">"), what, value or "", allowed, file)
    yield from reversed(waiting)


def _counted(source: Source, broken: list[Fault]) -> tuple[tuple[str, str, int], ...]:
    """How many faults there are, by column and what is wrong; the most frequent first."""
    tell = teller(source.study)
    found = Counter((one.column, one.what if one.column else "is no row") for one in broken)
    for column, value, count in faults.counted(source.raw):
        kind = column.rstrip(">"), tell(column, value)[0]
        found[kind] += count
    return tuple(
        (column, what, count) for (column, what), count in sorted(found.items(), key=lambda one: (-one[1], one[0]))
    )


def _joint_notes(cells: pd.DataFrame, columns: Columns) -> tuple[str, ...]:
    if "joint_lead" not in columns.theirs:
        return ()  # how many organisations the enterprises share is not in the data
    joint: Any = cells[cells["organisation"] == "joint"]
    enterprises, leads = int(joint["enterprises"].sum()), int(joint["organisations"].sum())
    if enterprises < 2 * leads or (enterprises and not leads):
        return (
            f"{leads:,} enterprises lead a joint organisation and {enterprises:,} are under one: each covers two or more",
        )
    return ()
