"""A study's register opened: its cells found again by what the register holds, or counted once and kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from analysis.coverage.cells import TOWNSHIP, Cells
from analysis.coverage.registered import merged, read, refuse_too_many, source_of
from analysis.input_models import RegisterInput
from analysis.quantities import Status
from analysis.sources import disk_cache
from analysis.sources.digests import digest_of
from analysis.sources.registers.readers.raw import Watch, located, opened
from analysis.sources.registers.report import Report
from analysis.study import Study

CACHE = disk_cache.folder("cells")

Count = Callable[[RegisterInput, Study], tuple[pd.DataFrame, Report]]


def count(settings: RegisterInput, study: Study, *, watch: Watch = nullcontext) -> tuple[pd.DataFrame, Report]:
    """Count a register with DuckDB, out of core; `watch` follows how far it is."""
    with opened(settings, study.folder, watch=watch) as raw:
        return read(source_of(raw, settings, study))


def cells_of_register(study: Study, *, cache: Path = CACHE, by: Count = count) -> Cells:
    """The cells of a study's register: found again by its content, or counted.

    A database is read every time: what it holds is not known before.

    Parameters
    ----------
    cache
        Where cells are kept.
    by
        What counts where nothing is kept; whoever counts, the cells are the same.

    Raises
    ------
    DataError
        When the register cannot be read, is about persons, or too many of its rows cannot be used.
    """
    settings = register_input(study)
    digest = "" if settings.url else digest_of(located(settings.path, study.folder))
    place = cache / f"{key_of(study, digest)}.parquet"
    found = disk_cache.recall(place) if digest else None
    if found is not None and found[1]:
        return as_cells(found[0], Report.from_json(found[1]))
    table, report = by(settings, study)
    refuse_too_many(report, settings.most_rejected_rate)
    report = replace(report, digest=digest or hashlib.sha256(table.to_csv(index=False).encode()).hexdigest())
    if digest and digest_of(located(settings.path, study.folder)) == digest:
        disk_cache.keep(table, place, note=report.to_json())
    return as_cells(table, report)


def register_input(study: Study) -> RegisterInput:
    """Where the register of a study is."""
    settings = study.settings.register_input
    assert settings is not None, "a study with a register says where it is"
    return settings


def digest_of_register(study: Study) -> str:
    """The hash of what a study's register holds: of its files, or of what a database's rows come to."""
    settings = register_input(study)
    if not settings.url:
        return digest_of(located(settings.path, study.folder))
    found = cells_of_register(study).report
    return found.digest if found is not None else ""


def as_cells(table: pd.DataFrame, report: Report) -> Cells:
    """Counted cells; those by township beside the others."""
    cells = Cells(table, Status.COUNTED, report=report, unknown=frozenset(report.absent))
    if TOWNSHIP not in table.columns:
        return cells
    return replace(cells, table=merged(table.drop(columns=TOWNSHIP)), townships=table)


def key_of(study: Study, digest: str) -> str:
    """The hash of what cells rest on: the register's content, how the study reads it, the code."""
    rests_on = {
        "register": digest,
        "input": register_input(study).model_dump(exclude={"memory", "most_rejected_rate"}),
        "study": study.id,
        "districts": [row.model_dump() for row in study.districts],
        "categories": [row.model_dump() for row in study.settings.categories],
        "code": _code(),
    }
    return hashlib.sha256(json.dumps(rests_on, sort_keys=True).encode()).hexdigest()[:32]


@cache
def _code() -> str:
    digest = hashlib.sha256("".join(version(name) for name in ("duckdb", "narwhals", "pandas")).encode())
    folders = ("sources/registers/**/*.*", "sources/persons/**/*.*", "cell_text.py", "delimited.py",
               "sources/sheet_rows.py", "sources/workbooks.py", "coverage/cells.py", "coverage/registered.py")  # fmt: skip
    files = (file for folder in folders for file in Path(__file__).parent.parent.glob(folder))
    for path in sorted(file for file in files if file.suffix in (".py", ".toml")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
