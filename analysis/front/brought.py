"""A register that a researcher brings to a study: a DataFrame or a file, by the same checks as any register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from analysis.coverage.cells import Cells
from analysis.coverage.opening import as_cells
from analysis.coverage.registered import read, refuse_too_many, source_of
from analysis.errors import DataError, ParameterError, Problem
from analysis.input_models import RegisterInput
from analysis.messages import said
from analysis.sources.registers.columns import lenient
from analysis.sources.registers.readers.raw import Raw, held, opened
from analysis.study import Study

Own = Sequence[str] | Mapping[str, str]


def brought(study: Study, register: Any, own: Own) -> tuple[Study, Cells]:
    """The study with this register in place of its own, and its cells.

    Parameters
    ----------
    register
        A DataFrame of any engine that narwhals knows, or the path of a file or folder.
    own
        Columns of its own that can be asked by: their headers, or from a name to its header.

    Raises DataError with every fault of the register, as `workbook check` tells it.
    """
    is_file = isinstance(register, str | Path)
    settings = _settings(study, str(Path(register).expanduser().resolve()) if is_file else "the frame", own)
    changed = study.settings.model_copy(update={"input": "register", "register_input": settings})
    there = replace(study, settings=changed)
    if is_file:
        with opened(settings, study.folder) as raw:
            table, report = read(source_of(raw, lenient(settings, raw.names), there))
    else:
        import duckdb

        with duckdb.connect() as connection:
            raw = _raw_of(connection, register)
            table, report = read(source_of(raw, lenient(settings, raw.names), there))
    refuse_too_many(report, settings.most_rejected_rate)
    return there, as_cells(table, report)


def _settings(study: Study, path: str, own: Own) -> RegisterInput:
    known = study.settings.register_input
    named = dict(own) if isinstance(own, Mapping) else {name: name for name in own}
    given = known.model_dump(exclude={"path", "url", "query", "own"}) if known is not None else {}
    kept = known.model_dump()["own"] if known is not None and not named else {}
    try:
        return RegisterInput.model_validate({**given, "path": path, "own": named or kept})
    except ValueError:
        allowed = "a mapping from a name in small Latin letters to the header, such as exports to 是否出口"
        raise ParameterError(
            said("own: {seen} cannot be asked by; allowed: {allowed}", seen=", ".join(named), allowed=allowed)
        ) from None


def _raw_of(connection: Any, frame: Any) -> Raw:
    """A frame as a register: its rows by its own count."""
    import narwhals as nw
    import pyarrow

    try:
        table = nw.from_native(frame).lazy().collect(backend="pyarrow").to_arrow()
    except TypeError:
        what = "is no frame"
        raise DataError(Problem("register", what, type(frame).__name__, "a DataFrame, or the path of a file")) from None
    names = [str(name) for name in table.column_names]
    if not names:
        what = "has no columns"
        raise DataError(Problem("the frame", what, allowed="a DataFrame with a row for each enterprise"))
    if nested := [str(one.name) for one in table.schema if pyarrow.types.is_nested(one.type)]:
        what = "holds lists or records, in which persons cannot be looked for"
        raise DataError(Problem("the frame", what, ", ".join(nested), "single values in each cell"))
    connection.register("register_frame", table.rename_columns(names).select([*held(names).values()]))
    return Raw(connection, "register_frame", tuple(names), "the frame", table.num_rows)
