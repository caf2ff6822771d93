"""Registers in Parquet: one file, or a folder of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import DataError, Problem
from analysis.input_models import RegisterInput
from analysis.messages import said
from analysis.sources.registers.readers.raw import Raw, Sample, change_in, files_of, in_sql, unreadable

SHORT = 200_000  # rows of a register that is looked through for persons from end to end
GROUPS = 16  # row groups looked at in a longer one
ROWS = 5_000  # rows of each
_NOTHING = "nothing"  # a column without any value fits any other

if TYPE_CHECKING:
    import duckdb
    import pyarrow.parquet


def raw(connection: duckdb.DuckDBPyConnection, path: Path, settings: RegisterInput, place: Path) -> Raw:
    """Parquet as DuckDB reads it."""
    changed, footers = change_in(path), _Footers(files_of(path))
    if path.is_dir():
        footers.refuse_unlike()
    files = "[" + ", ".join(map(in_sql, footers.files)) + "]"
    described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({files})").fetchall()
    return Raw(
        connection,
        f"read_parquet({files})",
        tuple(footers.opened[0].schema_arrow.names),
        {name: kind for name, kind, *_ in described},
        path.name,
        sum(one.metadata.num_rows for one in footers.opened),
        numbered=f"read_parquet({files}, file_row_number=true, filename=true)",
        place="file_row_number + 1",
        file="parse_filename(filename)" if path.is_dir() else "''",
        sample=lambda columns: _sample(connection, footers, columns, f"read_parquet({files})"),
        ends=footers.ends,
        changed=changed,
    )


@dataclass(frozen=True)
class _Footers:
    """What the ends of files say of their columns; read when it is first asked for."""

    files: list[Path]

    @cached_property
    def opened(self) -> list[pyarrow.parquet.ParquetFile]:
        import pyarrow.parquet

        found, problems = [], []
        for file in self.files:
            try:
                found.append(pyarrow.parquet.ParquetFile(file))
            except (OSError, pyarrow.ArrowException) as error:
                problems.append(unreadable(file.name, error))
        if problems:
            raise DataError(problems)
        return found

    def refuse_unlike(self) -> None:
        """Refuse a folder whose files have other columns than the first of them, or columns of other types."""
        first = self.opened[0].schema_arrow
        problems = []
        for file, one in zip(self.files[1:], self.opened[1:], strict=True):
            kinds = dict(zip(one.schema_arrow.names, map(_kind, one.schema_arrow.types), strict=True))
            for name, kind in zip(first.names, map(_kind, first.types), strict=True):
                if kinds.get(name) not in (kind, _NOTHING):
                    what = said("is not as in {name}", name=self.files[0].name)
                    seen = f"a column of {kinds[name]}" if name in kinds else "no such column"
                    problems.append(
                        Problem(
                            said("{file}, column {name}", file=file.name, name=name),
                            what,
                            seen,
                            said("a column of {kind}", kind=kind),
                        )
                    )
        if problems:
            raise DataError(problems)

    @property
    def groups(self) -> list[tuple[pyarrow.parquet.ParquetFile, int]]:
        """Every row group, with the file it lies in."""
        return [(one, number) for one in self.opened for number in range(one.num_row_groups)]

    def ends(self, column: str) -> tuple[int, int] | None:
        """The smallest and the largest whole number of a column, where every row group says them."""
        found: list[int] = []
        for one, number in self.groups:
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


def _sample(connection: duckdb.DuckDBPyConnection, footers: _Footers, columns: Sequence[str], table: str) -> Sample:
    """The whole of a short register; of a long one, the first rows of row groups spread over it."""
    import pyarrow

    groups = footers.groups
    rows = sum(one.metadata.num_rows for one in footers.opened)
    if rows <= SHORT or not groups:
        return Sample(table, rows)
    chosen = groups[:: max(len(groups) // GROUPS, 1)]
    parts = [next(one.iter_batches(ROWS, row_groups=[number], columns=[*columns])) for one, number in chosen]
    connection.register("register_sample", pyarrow.Table.from_batches(parts))
    return Sample("register_sample", sum(part.num_rows for part in parts))
