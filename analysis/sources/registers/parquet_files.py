"""Registers in Parquet: one file, or a folder of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.input_models import RegisterInput
from analysis.sources.registers.expressions import literal
from analysis.sources.registers.raw import Raw, Sample, files_of, refused

SHORT = 200_000  # rows of a register that is looked through for persons from end to end
GROUPS = 16  # row groups looked at in a longer one
ROWS = 5_000  # rows of each

if TYPE_CHECKING:
    import duckdb
    import pyarrow.parquet


def raw(connection: duckdb.DuckDBPyConnection, path: Path, settings: RegisterInput, place: Path) -> Raw:
    """Parquet as DuckDB reads it."""
    import duckdb

    files = "[" + ", ".join(literal(str(file)) for file in files_of(path)) + "]"
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({files})").fetchall()
    except duckdb.Error as error:
        raise refused(path.name, error) from None
    types = {name: kind for name, kind, *_ in described}
    numbered = f"read_parquet({files}, file_row_number=true, filename=true)"
    footers = _Footers(files_of(path))
    return Raw(
        connection,
        f"read_parquet({files})",
        types,
        path.name,
        lambda columns: _sample(connection, footers, columns, f"read_parquet({files})"),
        numbered,
        "file_row_number + 1",
        has_files=path.is_dir(),
        ends=footers.ends,
    )


@dataclass(frozen=True)
class _Footers:
    """What the ends of files say of their columns; read when it is first asked for."""

    files: list[Path]

    @cached_property
    def opened(self) -> list[pyarrow.parquet.ParquetFile]:
        import pyarrow.parquet

        return [pyarrow.parquet.ParquetFile(file) for file in self.files]

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


def _sample(connection: duckdb.DuckDBPyConnection, footers: _Footers, columns: Sequence[str], table: str) -> Sample:
    """The whole of a short register; of a long one, the first rows of row groups spread over it."""
    import pyarrow

    groups = footers.groups
    if sum(one.metadata.num_rows for one in footers.opened) <= SHORT or not groups:
        return Sample(table)
    chosen = groups[:: max(len(groups) // GROUPS, 1)]
    parts = [next(one.iter_batches(ROWS, row_groups=[number], columns=[*columns])) for one, number in chosen]
    connection.register("register_sample", pyarrow.Table.from_batches(parts))
    return Sample("register_sample", "sampled")
