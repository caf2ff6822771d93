"""Registers in Parquet: one file, or a folder of them."""

from __future__ import annotations

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
    return Raw(
        connection,
        f"read_parquet({files})",
        types,
        path.name,
        _sample(connection, files_of(path), types, f"read_parquet({files})"),
        numbered,
        "file_row_number + 1",
        has_files=path.is_dir(),
    )


def _sample(connection: duckdb.DuckDBPyConnection, files: list[Path], types: dict[str, str], table: str) -> Sample:
    """The whole of a short register; of a long one, the first rows of row groups spread over it."""
    import pyarrow.parquet

    opened = [pyarrow.parquet.ParquetFile(file) for file in files]
    groups = [(one, number) for one in opened for number in range(one.num_row_groups)]
    if sum(one.metadata.num_rows for one in opened) <= SHORT or not groups:
        return Sample(table)
    chosen = groups[:: max(len(groups) // GROUPS, 1)]
    parts = [next(one.iter_batches(ROWS, row_groups=[number], columns=list(types))) for one, number in chosen]
    connection.register("register_sample", pyarrow.Table.from_batches(parts))
    return Sample("register_sample", "sampled")
