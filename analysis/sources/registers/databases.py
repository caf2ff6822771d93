"""Registers in databases: PostgreSQL and SQLite by URL and one SELECT, streamed; secrets come from the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import DataError, Problem
from analysis.input_models import RegisterInput
from analysis.sources.registers.persons import refuse_persons_in
from analysis.sources.registers.raw import Raw, quoted

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    from sqlalchemy import URL

BLOCK = 50_000  # rows held in memory at a time
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_KINDS = ("postgresql", "sqlite")
_ALLOWED = "postgresql://user:${PASSWORD}@host/database or sqlite:///file.db"


def raw(connection: duckdb.DuckDBPyConnection, settings: RegisterInput, folder: Path, place: Path) -> Raw:
    """The rows of a query, taken into DuckDB as they come; beyond its memory limit it goes to disk."""
    url = url_of(settings, folder)
    where = _shown(url)
    count = 0
    for block in _blocks(url, settings.query, where):
        if not count:
            _begin(connection, block, where)
        connection.register("block", _texts(block))
        connection.execute("INSERT INTO register_rows SELECT * FROM block")
        count += len(block)
    types = dict.fromkeys((name for name, *_ in connection.execute("DESCRIBE register_rows").fetchall()), "VARCHAR")
    table = "register_rows"
    return Raw(connection, table, tuple(types), types, where, count, numbered=table, place="rowid + 1")


def _begin(connection: duckdb.DuckDBPyConnection, block: pd.DataFrame, where: str) -> None:
    """An empty table of texts in memory; its names are looked at before a row is taken in."""
    refuse_persons_in(list(block.columns), where)
    columns = ", ".join(f"{quoted(name)} VARCHAR" for name in block.columns)
    connection.execute(f"CREATE TABLE register_rows ({columns})")


def _texts(block: pd.DataFrame) -> pd.DataFrame:
    """The cells as texts, empty ones as none."""
    texts = block.astype("object").map(lambda cell: cell if isinstance(cell, str) else _text(cell), na_action="ignore")
    return texts.astype("str")


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "1" if cell else "0"
    return f"{cell:f}".rstrip("0").rstrip(".") if isinstance(cell, Decimal) and "." in f"{cell:f}" else str(cell)


def url_of(settings: RegisterInput, folder: Path) -> URL:
    """The database's URL, with what the environment holds filled in.

    Raises
    ------
    DataError
        When a password is written out, a variable is not set, or the database is of another kind.
    """
    import sqlalchemy
    from sqlalchemy.exc import ArgumentError

    where = "study.toml, [register] url"
    try:
        written = sqlalchemy.make_url(settings.url)
    except (ArgumentError, ValueError):
        raise DataError(Problem(where, "is not a database URL", allowed=_ALLOWED)) from None
    if written.password is not None and not _VARIABLE.fullmatch(str(written.password)):
        raise DataError(Problem(where, "has a password written out", allowed=_ALLOWED))
    missing = [name for name in _VARIABLE.findall(settings.url) if name not in os.environ]
    if missing:
        raise DataError(Problem(where, "needs an environment variable that is not set", ", ".join(missing)))

    def filled(part: str | None) -> str | None:
        return None if part is None else _VARIABLE.sub(lambda found: os.environ[found[1]], part)

    url = written.set(username=filled(written.username), password=filled(written.password))
    url = url.set(host=filled(written.host), database=filled(written.database))
    if url.get_backend_name() not in _KINDS:
        raise DataError(Problem(where, "names a kind of database that is not read", url.get_backend_name(), _ALLOWED))
    if url.get_backend_name() == "sqlite":
        file = folder / (url.database or "")
        if not file.is_file():
            raise DataError(Problem(where, "there is no such file", url.database, _ALLOWED))
        return url.set(database=f"file:{file.resolve().as_posix()}", query={"mode": "ro", "uri": "true"})
    return url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url


def _blocks(url: URL, query: str, where: str) -> Iterator[pd.DataFrame]:
    """The rows of a query, some thousand at a time, read in one transaction that can change nothing."""
    import pandas as pd
    import sqlalchemy
    from sqlalchemy.exc import SQLAlchemyError

    engine = sqlalchemy.create_engine(url)
    read = 0
    try:
        with engine.connect() as link:
            if url.get_backend_name() == "postgresql":
                link.exec_driver_sql("SET TRANSACTION READ ONLY")
            result = link.execution_options(stream_results=True, yield_per=BLOCK).exec_driver_sql(_spelt(query, url))
            names = list(result.keys())
            for rows in result.partitions(BLOCK):
                yield pd.DataFrame.from_records(rows, columns=names)
                read += len(rows)
            if not read:
                yield pd.DataFrame(columns=names)
    except SQLAlchemyError as error:
        raise DataError(Problem(where, f"{_when(read)}: {_reason(error, url)}")) from None
    finally:
        engine.dispose()


def _spelt(query: str, url: URL) -> str:
    """The query as its driver wants it: psycopg takes a single % for the beginning of a parameter."""
    return query.replace("%", "%%") if url.get_backend_name() == "postgresql" else query


def _when(read: int) -> str:
    return f"the connection was lost after {read:,} rows; nothing was kept" if read else "cannot be read"


def _reason(error: Exception, url: URL) -> str:
    """The first line of what the database says, without the query and without a secret."""
    told = str(getattr(error, "orig", None) or error).strip().splitlines() or [type(error).__name__]
    secret = str(url.password) if url.password is not None else ""
    return told[0].replace(secret, "…") if secret else told[0]


def _shown(url: URL) -> str:
    """The database as messages and papers name it: no user, no password."""
    if url.get_backend_name() == "sqlite":
        return Path((url.database or "").removeprefix("file:")).name
    return f"{url.get_backend_name()}://{url.host or 'localhost'}/{url.database or ''}"
