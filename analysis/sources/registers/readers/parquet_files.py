"""Registers in Parquet: one file, or a folder of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import DataError, Problem
from analysis.input_models import RegisterInput
from analysis.messages import said
from analysis.sources.registers.readers.raw import Raw, files_of, in_sql, unreadable

SHORT = 200_000  # rows of a register that is looked through for persons from end to end
GROUPS = 16  # row groups looked at in a longer one
ROWS = 5_000  # rows of each
_NOTHING = "nothing"  # a column without any value fits any other

if TYPE_CHECKING:
    import duckdb
    import pyarrow.parquet

    _Group = tuple[pyarrow.parquet.ParquetFile, int]  # a row group, with the file it lies in


def raw(connection: duckdb.DuckDBPyConnection, path: Path, _: RegisterInput, __: Path) -> Raw:
    """Parquet as DuckDB reads it."""
    opened = _opened(files := files_of(path))
    rows = sum(one.metadata.num_rows for one in opened)
    groups = [(one, number) for one in opened for number in range(one.num_row_groups)]
    return Raw(
        connection,
        f"read_parquet([{', '.join(map(in_sql, files))}])",
        tuple(opened[0].schema_arrow.names),
        path.name,
        rows,
        place="file_row_number + 1",
        file="parse_filename(filename)" if path.is_dir() else "''",
        sample=partial(_sample, connection, groups) if rows > SHORT else None,
        ends=partial(_ends, groups),
    )


def _opened(files: Sequence[Path]) -> list[pyarrow.parquet.ParquetFile]:
    """Files with what their ends say of their columns, none with other columns or types than the first."""
    import pyarrow.parquet

    found, problems = [], []
    for file in files:
        try:
            found.append(pyarrow.parquet.ParquetFile(file))
        except (OSError, pyarrow.ArrowException) as error:
            problems.append(unreadable(file.name, error))
    if problems:
        raise DataError(problems)
    first, *others = ({one.name: _kind(one.type) for one in file.schema_arrow} for file in found)
    for path, kinds in zip(files[1:], others, strict=True):
        for name, kind in first.items():
            if kinds.get(name) not in (kind, _NOTHING):
                place = said("{file}, column {name}", file=path.name, name=name)
                what = said("is not as in {name}", name=files[0].name)
                seen = f"a column of {kinds[name]}" if name in kinds else "no such column"
                problems.append(Problem(place, what, seen, said("a column of {kind}", kind=kind)))
    if problems:
        raise DataError(problems)
    return found


def _ends(groups: Sequence[_Group], column: str) -> tuple[int, int] | None:
    """The smallest and the largest whole number of a column, where every row group says them."""
    found: list[int] = []
    for one, number in groups:
        if column not in one.schema.names:
            return None
        said = one.metadata.row_group(number).column(one.schema.names.index(column)).statistics
        if said is None or not said.has_min_max or not isinstance(said.min, int):
            return None
        found += [said.min, said.max]
    return (min(found), max(found)) if found else None


def _kind(kind: pyarrow.DataType) -> str:
    """What a column holds, whatever its width: DuckDB reads the files of a folder as the first of them."""
    import pyarrow.types as types

    if types.is_null(kind):
        return _NOTHING
    if types.is_dictionary(kind):
        return _kind(kind.value_type)
    if types.is_integer(kind):
        return "whole numbers"
    return "text" if types.is_string(kind) or types.is_large_string(kind) else str(kind)


def _sample(connection: duckdb.DuckDBPyConnection, groups: Sequence[_Group], columns: Sequence[str]) -> str:
    """The first rows of row groups spread over a long register."""
    import pyarrow

    chosen = groups[:: max(len(groups) // GROUPS, 1)]
    parts = [next(one.iter_batches(ROWS, row_groups=[number], columns=[*columns])) for one, number in chosen]
    connection.register("register_sample", pyarrow.Table.from_batches(parts))
    return "register_sample"
