"""Registers in databases: one SELECT of PostgreSQL or SQLite, streamed as texts, counted by the database itself."""

from __future__ import annotations

import re
import sqlite3
import sys
from contextlib import closing
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.database_urls import ALLOWED, Address, address_of
from analysis.errors import DataError, Problem, WorkbookError
from analysis.input_models import RegisterInput
from analysis.messages import said
from analysis.sources.persons.screen import refuse_persons_in
from analysis.sources.registers.readers.raw import Raw, TextTable

if TYPE_CHECKING:
    import duckdb
    import psycopg

BLOCK = 50_000  # rows fetched at a time

_ONE = "one SELECT, which reads and changes nothing"
_APART = r"\s|--[^\n]*(?:\n|$)|(?>/\*.*?\*/)"  # blanks and comments
_BEGINS = re.compile(rf"(?:{_APART}|\()*(?:select|with|values|table)\b", re.IGNORECASE | re.DOTALL)
_ENDS = re.compile(rf";(?:{_APART}|;)*$", re.DOTALL)
_REACHING_OUT = ("load_extension", "fts3_tokenizer", "readfile", "writefile", "edit")  # functions of SQLite
_CHANGING = ("25006", "0A000", "42P11")  # PostgreSQL's words for what no cursor of a transaction that only reads takes


def raw(connection: duckdb.DuckDBPyConnection, settings: RegisterInput, folder: Path, place: Path) -> Raw:
    """The rows of a query, taken into DuckDB as they come; a SQLite file is relative to the study's folder.

    Raises DataError when the address or the query is not allowed, the database does not answer, or it counts other
    rows than it gives.
    """
    if not _BEGINS.match(settings.query):
        raise DataError(_not_one(settings.query))
    address = address_of(settings.url)
    table: TextTable | None = None
    try:
        is_file = address.kind == "sqlite"
        opened = _sqlite(folder / address.file, address) if is_file else _postgresql(address, place)
        with closing(opened) as link:  # it can change nothing, and all it reads is of one moment
            rows, counted = _asked(link, settings.query)
            names = [column[0] for column in rows.description or ()]
            refuse_persons_in(names, address.shown)  # before a row is taken in
            table = TextTable(place / "rows.parquet", names)
            blocks = iter(partial(rows.fetchmany, BLOCK), [])
            table.take(enumerate(chain.from_iterable(blocks), start=1))
    except _refusals() as error:
        raise DataError(_told(error, address, table.rows if table is not None else 0)) from None
    if table.rows != counted:
        what = said("gave {read:,} rows where it counts {counted:,}", read=table.rows, counted=counted)
        raise DataError(Problem(address.shown, what, allowed="a query that gives the same rows each time it is asked"))
    return table.raw(connection, address.shown, counted)


def _sqlite(file: Path, address: Address) -> sqlite3.Connection:
    if not file.is_file():
        raise DataError(Problem(address.shown, "there is no such file", address.masked(str(file)), ALLOWED))
    link = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
    link.text_factory = partial(str, encoding="utf-8", errors="replace")
    link.execute("PRAGMA trusted_schema = off")
    link.execute("BEGIN")
    link.set_authorizer(_only_reads)
    return link


def _only_reads(action: int, _: str | None, name: str | None, *__: object) -> int:
    """What SQLite asks before it does anything: it may read, and compute."""
    reads = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE)
    computes = action == sqlite3.SQLITE_FUNCTION and (name or "").casefold() not in _REACHING_OUT
    return sqlite3.SQLITE_OK if action in reads or computes else sqlite3.SQLITE_DENY


def _postgresql(address: Address, place: Path) -> psycopg.Connection:
    try:
        import psycopg
        from psycopg.conninfo import make_conninfo
    except ImportError:
        raise WorkbookError('PostgreSQL: its driver is not installed; pip install "coverage-workbook[sql]"') from None
    options = {
        **address.options,
        "passfile": str(place / "none"),  # nor the passwords that the reader keeps for other programs
        "options": "-c default_transaction_read_only=on",
        "client_encoding": "utf8",
    }
    link = psycopg.connect(make_conninfo(**options))
    link.read_only = True
    link.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    if link.info.parameter_status("is_superuser") == "on":
        link.close()
        allowed = "one who may only read, such as a user with the role pg_read_all_data"
        raise DataError(Problem(address.shown, "the user may do anything in this database", allowed=allowed))
    return link


def _asked(link: Any, query: str) -> tuple[Any, int]:
    """The rows of a query, not fetched yet, and how many there are by the database's own count."""
    counting = f"SELECT count(*) FROM ({_ENDS.sub('', query)}\n) AS counted"
    if isinstance(link, sqlite3.Connection):
        rows = link.execute(query)
        return rows, int(link.execute(counting).fetchone()[0])
    rows = link.cursor("rows").execute(query)  # on the server: of all statements, it takes none but one SELECT
    with link.cursor("counting") as counted:
        return rows, int(counted.execute(counting).fetchone()[0])


def _refusals() -> tuple[type[Exception], ...]:
    """What the drivers that are in use raise."""
    driver: Any = sys.modules.get("psycopg")
    return (sqlite3.Error, sqlite3.Warning, UnicodeError, *([driver.Error] if driver is not None else []))


def _told(error: Exception, address: Address, read: int) -> Problem:
    """What a database says, in one line, without the query and without a secret."""
    lines = address.masked(str(error)).strip().splitlines() or [type(error).__name__]
    is_changing = getattr(error, "sqlstate", None) in _CHANGING
    if is_changing or any(sign in lines[0] for sign in ("not authorized", "one statement", "multiple commands")):
        return _not_one(lines[0])
    if read:
        told = "the connection was lost after {rows:,} rows; nothing was kept: {reason}"
        return Problem(address.shown, said(told, rows=read, reason=lines[0]))
    return Problem(address.shown, said("cannot be read: {reason}", reason=lines[0]))


def _not_one(seen: str) -> Problem:
    return Problem("study.toml, [register] query", "is not one SELECT", seen, _ONE)
