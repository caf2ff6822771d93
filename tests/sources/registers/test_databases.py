"""A database gives its rows as they are, counted by itself, and is asked for nothing but to read."""

from __future__ import annotations

import json
import re
import shutil
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote

import pandas as pd
import psycopg
import psycopg.sql
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from analysis.briefing.documents.archive import unpacked
from analysis.briefing.parameters import checked
from analysis.briefing.runner import run
from analysis.cell_text import text_of
from analysis.coverage.cells import compress
from analysis.coverage.opening import count
from analysis.errors import DataError
from analysis.input_models import RegisterInput
from analysis.sources.registers.readers import databases, raw
from analysis.sources.registers.readers.raw import TextTable, as_texts, opened, quoted
from analysis.study import ROOT, Study
from tests.sources.registers.servers import PASSWORD, Server

Cells = list[tuple[str | None, ...]]
ONE = "is not one SELECT"
ALLOWED = "allowed: one SELECT, which reads and changes nothing"


def rows(url: str, query: str, folder: Path = Path()) -> Cells:
    with opened(RegisterInput(url=url, query=query), folder) as raw:
        names = ", ".join(map(quoted, raw.names))
        return raw.connection.execute(f"SELECT {names} FROM {raw.table}").fetchall()


def said(url: str, query: str = "select 1 as a", folder: Path = Path()) -> str:
    with pytest.raises(DataError) as caught:
        rows(url, query, folder)
    return str(caught.value)


@pytest.fixture(params=["sqlite", "postgresql"])
def held(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[pd.DataFrame], str]:
    """What puts a frame into the table `held` of a database, and says its URL."""

    def sqlite(frame: pd.DataFrame) -> str:
        with closing(sqlite3.connect(tmp_path / "a.db")) as base:
            frame.to_sql("held", base, index=False, if_exists="replace")
        return f"sqlite:///{tmp_path / 'a.db'}"

    def postgresql(frame: pd.DataFrame) -> str:
        server: Server = request.getfixturevalue("server")
        server.hold("held", frame)
        return server.url

    return {"sqlite": sqlite, "postgresql": postgresql}[request.param]


def test_an_empty_cell_leaves_the_whole_numbers_beside_it_whole(
    held: Callable[[pd.DataFrame], str], register: pd.DataFrame, suzhou: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "BLOCK", 1000)
    holed = register.astype({"staff": "Int64", "members": "Int64"})
    holed.loc[5, ["staff", "members"]] = pd.NA
    cells, report = count(RegisterInput(url=held(holed), query="select * from held"), suzhou)
    assert (report.read, report.kept, report.rejected) == (len(register), len(register) - 1, 1)
    pd.testing.assert_frame_equal(cells, compress(register.drop(index=5)))


def test_every_kind_of_value_is_a_text_that_a_reader_of_the_register_knows(server: Server) -> None:
    values = {
        "320583::int": "320583",
        "null::int": None,
        "1.50::numeric": "1.5",
        "1234567890123456789::numeric": "1234567890123456789",
        "3.2e17::float8": "320000000000000000",
        "12::float8": "12",
        "'NaN'::float8": None,
        "true": "1",
        "'无'": "无",
        "''": "",
        "date '2003-05-01'": "2003-05-01",
        "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
        "array['无', null]": '["无", null]',
        """'{"a": 1.5}'::jsonb""": '{"a": 1.5}',
        "convert_to('无', 'UTF8')": "无",
    }
    named = ", ".join(f"{sql} AS c{place}" for place, sql in enumerate(values))
    assert rows(server.url, f"select {named} union all select {named}") == [tuple(values.values())] * 2


def test_bytes_that_are_no_text_are_faults_of_their_rows(register: pd.DataFrame, suzhou: Study, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db")) as base:
        register.to_sql("held", base, index=False)
        base.execute("update held set district = cast(x'c3ff' as text) where enterprise = 3")
        base.execute("update held set category = x'ff' where enterprise = 5")
        base.commit()
    _, report = count(RegisterInput(url="sqlite:///a.db", query="select * from held"), with_folder(suzhou, tmp_path))
    assert (report.read, report.kept, report.rejected) == (len(register), len(register) - 2, 2)
    assert [(one.row, one.column, one.what) for one in report.first] == [
        (3, "district", "holds bytes that are no text"),
        (5, "category", "holds bytes that are no text"),
    ]


def with_folder(study: Study, folder: Path) -> Study:
    return replace(study, folder=folder)


@given(
    cells=st.lists(
        st.none() | st.integers() | st.text() | st.floats() | st.booleans() | st.binary() | st.decimals(allow_nan=False)
    )
)
def test_the_quick_way_to_texts_comes_to_the_same(cells: list[object]) -> None:
    one_by_one = [cell if isinstance(cell, str) else text_of(cell) or None for cell in cells]
    assert as_texts(cells).to_pylist() == one_by_one
    for kind in (int, str, float, bool):
        some = [cell for cell in cells if cell is None or type(cell) is kind]
        expected = [one for cell, one in zip(cells, one_by_one, strict=True) if cell is None or type(cell) is kind]
        assert as_texts(some).to_pylist() == expected


def test_what_comes_is_held_against_the_database_s_own_count(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db")) as base:
        base.execute("create table held (a)")
        base.executemany("insert into held values (?)", [(number,) for number in range(1000)])
        base.commit()
    message = said("sqlite:///a.db", "select a from held where abs(random()) % 2", tmp_path)
    found = re.fullmatch(
        r"a\.db: gave (\d+) rows where it counts (\d+); allowed: .* the same rows each time .*", message
    )
    assert found is not None
    assert found[1] != found[2]


def test_rows_that_come_while_they_are_read_are_neither_read_nor_counted(
    server: Server, register: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.hold("growing", register)
    execute = psycopg.ServerCursor.execute

    def growing(*given: Any) -> Any:
        found = execute(*given)
        with server.owner() as link:  # after the rows were asked for, and before they are counted
            link.execute("insert into growing select * from growing")
        return found

    monkeypatch.setattr(psycopg.ServerCursor, "execute", growing)
    assert len(rows(server.url, "select * from growing")) == len(register)


@pytest.mark.parametrize("is_enforced", [False, True], ids=["at the door", "by the database"])
@pytest.mark.parametrize(
    "query",
    [
        "vacuum into 'out.db'",
        "attach 'out.db' as other",
        "pragma user_version = 3",
        "create table other as select 1",
        "insert into held values (1)",
        "with x as (select 1) insert into held select * from x",
        "select 1; drop table held",
        "select a from held; vacuum into 'out.db'",
        "select load_extension('out.so') as a",
        "select * from pragma_database_list",
        "explain select 1",
        "begin",
    ],
)
def test_sqlite_takes_one_select_and_writes_nothing(
    query: str, is_enforced: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db")) as base:
        base.execute("create table held (a)")
        base.execute("insert into held values (1)")
        base.commit()
    before = (tmp_path / "a.db").read_bytes()
    monkeypatch.chdir(tmp_path)
    if is_enforced:
        monkeypatch.setattr(databases, "_BEGINS", re.compile(""))
    message = said("sqlite:///a.db", query, tmp_path)
    assert ONE in message or "cannot be read" in message
    assert is_enforced or (ONE in message and ALLOWED in message)
    assert [path.name for path in tmp_path.iterdir()] == ["a.db"]
    assert (tmp_path / "a.db").read_bytes() == before


@pytest.mark.parametrize(
    "query",
    [
        "select a from held",
        "/* why */ -- and how\nselect a from held",
        "with recursive n(a) as (select 1 union all select a + 1 from n where a < 3) select a from n where a = 1",
        "select a from held; -- all",
        "values (1)",
        "SELECT upper(a) AS a FROM held;",
    ],
)
def test_sqlite_reads_what_one_select_can_say(query: str, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db")) as base:
        base.execute("create table held (a)")
        base.execute("insert into held values (1)")
        base.commit()
    assert rows("sqlite:///a.db", query, tmp_path) == [("1",)]


def test_a_file_is_found_whatever_signs_its_name_has(tmp_path: Path) -> None:
    folder = tmp_path / "a b#1?x=y&mode=rwc %41 登记"
    folder.mkdir()
    name = "登记 簿#2?immutable=1%.db"
    with closing(sqlite3.connect(folder / name)) as base:
        base.execute("create table held as select 7 as a")
    assert rows(f"sqlite:///{name}", "select a from held", folder) == [("7",)]
    assert rows(f"sqlite:///{folder / name}", "select a from held") == [("7",)]
    assert "there is no such file" in said("sqlite:///b.db?mode=rwc", folder=folder)
    assert [path.name for path in folder.iterdir()] == [name]


@pytest.mark.parametrize(
    "query",
    [
        "select 1; drop table held",
        "select 1; copy held to '/tmp/out'",
        "copy held to stdout",
        "copy (select 1) to program 'touch /tmp/out'",
        "with x as (delete from held returning a) select a from x",
        "select a from held for update",
        "select query_to_xml('create table other (a int)', true, false, '')",
        "select query_to_xml('copy held to stdout', true, false, '')",
        "do $$ begin end $$",
        "set default_transaction_read_only = off",
        "create table other as select 1",
        "explain analyze select 1",
    ],
)
def test_postgresql_takes_one_select(query: str, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.hold("held", pd.DataFrame({"a": [1]}))
    message = said(server.url, query)
    assert ONE in message or "invalid query" in message
    monkeypatch.setattr(databases, "_BEGINS", re.compile(""))
    message = said(server.url, query)
    assert any(sign in message for sign in (ONE, "syntax error", "invalid query"))
    assert rows(server.url, "select a from held") == [("1",)]


@pytest.mark.parametrize(
    "query",
    [
        "select lo_export(1, '/tmp/out')",
        "select lo_import('/etc/passwd')",
        "select pg_read_file('/etc/passwd')",
        "select pg_ls_dir('/')",
        "select set_config('transaction_read_only', 'off', false)",
        "select nextval('numbers')",
        "select a into other from held",
    ],
)
def test_functions_of_postgresql_that_reach_out_are_not_a_reader_s(query: str, server: Server) -> None:
    server.hold("held", pd.DataFrame({"a": [1]}))
    with server.owner() as link:
        link.execute("create sequence if not exists numbers")
        link.execute("grant all on sequence numbers to reader")
    assert "permission denied" in (message := said(server.url, query)) or "read" in message


def test_what_a_function_changes_or_sends_all_the_same_is_taken_back(server: Server) -> None:
    """PostgreSQL before 16 lets large objects be made where a transaction only reads."""
    with server.owner() as link:
        link.execute("listen told")
        query = "select lo_from_bytea(0, 'abc') as a, pg_notify('told', 'abc') as b, set_config('work_mem', '64kB', false) as c"
        with suppress(DataError):
            rows(server.url, query)
        assert link.execute("select count(*) from pg_largeobject_metadata").fetchone() == (0,)
        assert list(link.notifies(timeout=0.2)) == []


def test_a_user_who_may_do_anything_is_refused(server: Server) -> None:
    message = said(server.url.replace("reader", "owner"))
    assert "the user may do anything in this database; allowed: one who may only read" in message


def test_libpq_s_own_variables_say_neither_whom_to_ask_nor_as_whom(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "services").write_text("[other]\nhost=192.0.2.1\nport=1\nuser=other\ndbname=other\npassword=other\n")
    (tmp_path / "pgpass").write_text(f"*:*:*:*:{PASSWORD}\n")
    (tmp_path / "pgpass").chmod(0o600)
    given = {"PGSERVICE": "other", "PGSERVICEFILE": str(tmp_path / "services"), "PGHOSTADDR": "192.0.2.1"}
    given |= {"PGHOST": "192.0.2.1", "PGPORT": "1", "PGUSER": "owner", "PGDATABASE": "other", "PGCLIENTENCODING": "GBK"}
    given |= {
        "PGPASSWORD": PASSWORD,
        "PGPASSFILE": str(tmp_path / "pgpass"),
        "PGOPTIONS": "-c default_transaction_read_only=off",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    query = (
        "select current_user::text, current_database()::text, current_setting('default_transaction_read_only'), '无'"
    )
    asked = rows(server.url, query.replace("'无'", "'无' as d"))
    assert asked == [("reader", "postgres", "on", "无")]
    without = server.url.replace(":${WORKBOOK_PASSWORD}", "")
    assert "no password supplied" in said(without)


@contextmanager
def listener() -> Iterator[tuple[int, list[bytes]]]:
    """A port of this machine that takes down what it is sent, answers a client as PostgreSQL would, and asks for a password."""
    heard: list[bytes] = []

    def serve(door: socket.socket) -> None:
        while True:
            try:
                link, _ = door.accept()
            except OSError:
                return
            with link:
                link.settimeout(2)
                try:
                    heard.append(link.recv(4096))
                    if heard[-1][4:8] == (80877103).to_bytes(4):  # asks whether there is TLS
                        link.sendall(b"N")
                        heard.append(link.recv(4096))
                    link.sendall(b"R" + (8).to_bytes(4) + (3).to_bytes(4))  # asks for a password in clear
                    heard.append(link.recv(4096))
                except OSError:
                    continue

    with socket.create_server(("127.0.0.1", 0)) as door:
        Thread(target=serve, args=(door,), daemon=True).start()
        yield door.getsockname()[1], heard
        door.shutdown(socket.SHUT_RDWR)


def test_nothing_of_the_reader_s_environment_is_sent_to_whom_a_study_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".pgpass").write_text("*:*:*:*:of-the-file\n")
    (tmp_path / ".pgpass").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PGPASSWORD", "of-the-variable")
    monkeypatch.setenv("PGUSER", "of-the-user")
    monkeypatch.setenv("WORKBOOK_PASSWORD", "of-the-workbook")
    with listener() as (port, heard):
        said(f"postgresql://reader@127.0.0.1:{port}/enterprises")
        monkeypatch.setenv("WORKBOOK_HOSTS", "")
        assert b"reader" in b"".join(heard)
        assert b"of-the" not in b"".join(heard)
        before = len(heard)
        monkeypatch.setattr("analysis.database_urls._HERE", ())
        assert "names another machine" in said(f"postgresql://reader:${{WORKBOOK_PASSWORD}}@127.0.0.1:{port}/x")
        assert len(heard) == before


def test_a_secret_is_masked_in_whatever_a_database_says_of_it(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = 'it\'s \\ a "läng" 口令/%20 ' * 4
    monkeypatch.setenv("WORKBOOK_SECRET", secret)
    for url in (
        server.url.replace("/postgres", "/${WORKBOOK_SECRET}"),
        server.url.replace("reader", "${WORKBOOK_SECRET}"),
        "postgresql://reader@%2F${WORKBOOK_SECRET}/x",
        "sqlite:///${WORKBOOK_SECRET}/a.db",
        "sqlite:///${WORKBOOK_SECRET}",
    ):
        message = said(url)
        assert not any(part in message for part in ("it's", "läng", "口令", "it''s")), message
        assert "…" in message or "${WORKBOOK_SECRET}" in message


def test_a_run_holds_nothing_of_what_the_environment_filled_in(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"USER": "leser-7f3a", "PASSWORD": "wort 7f3b'%", "DATABASE": "bestand-7f3c", "APPLICATION": "zweck-7f3d"}
    study = Path(shutil.copytree(ROOT / "tests" / "studies" / "harbour-2024", tmp_path / "harbour"))
    with server.owner() as link:
        word = psycopg.sql.Literal(given["PASSWORD"])
        role = 'CREATE ROLE "leser-7f3a" LOGIN IN ROLE pg_read_all_data PASSWORD {}'
        link.execute(psycopg.sql.SQL(role).format(word))
        link.execute('CREATE DATABASE "bestand-7f3c"')
    server.hold("register", pd.read_csv(study / "register" / "enterprises.csv", dtype=str), database="bestand-7f3c")
    for name, value in given.items():
        monkeypatch.setenv(f"WORKBOOK_{name}", value)
    address = f"${{WORKBOOK_USER}}:${{WORKBOOK_PASSWORD}}@127.0.0.1:{server.port}/${{WORKBOOK_DATABASE}}"
    url = f"postgresql://{address}?application_name=${{WORKBOOK_APPLICATION}}"
    text = (study / "study.toml").read_text("utf-8")
    where = f'url = "{url}"\nquery = "select * from register"'
    (study / "study.toml").write_text(text.replace('path = "register/enterprises.csv"', where), "utf-8")
    shutil.rmtree(study / "register")
    model = checked("1_sources", {"study": str(study), "language": "en"})
    folder = run(model, notebook="1_sources", formats=("html", "docx", "xlsx", "pdf"), folder=tmp_path / "run")
    held = {name: content for path in folder.iterdir() for name, content in contents(path.name, path.read_bytes())}
    assert any(b"${WORKBOOK_PASSWORD}" in content for name, content in held.items() if "inputs.zip/study/" in name)
    assert any(b"enterprises" in content for name, content in held.items() if name.endswith(" text"))
    spelt = [one.encode() for value in given.values() for one in (value, quote(value), json.dumps(value)[1:-1])]
    assert [name for name, content in held.items() if any(one in content for one in spelt)] == []


def contents(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """A file's bytes; of an archive also those of what it holds, and of a PDF its text."""
    yield name, content
    if content.startswith(b"PK"):
        for inner, part in unpacked(content).items():
            yield from contents(f"{name}/{inner}", part)
    if content.startswith(b"%PDF"):
        yield f"{name} text", "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).encode()


def test_a_database_that_is_not_there_or_holds_something_else(tmp_path: Path) -> None:
    assert "needs an environment variable that is not set" in said("postgresql://a:${WORKBOOK_NO_SUCH_ONE}@localhost/x")
    assert "there is no such file" in said("sqlite:///nowhere.db")
    (tmp_path / "a.db").write_bytes(b"not a database, though long enough to be looked at" * 40)
    assert "a.db: cannot be read: file is not a database" in said(
        f"sqlite:///{tmp_path / 'a.db'}", "select * from held"
    )
    assert "cannot be read" in said("postgresql://a@127.0.0.1:1/x")


def test_a_connection_lost_in_mid_read_says_how_far_it_came(
    server: Server, register: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "BLOCK", 1000)
    server.hold("cut", register)
    arrays = TextTable._arrays

    def cutting(*given: Any) -> Any:
        with server.owner() as link:
            link.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'reader'")
        return arrays(*given)

    monkeypatch.setattr(raw, "BLOCK", 1000)
    monkeypatch.setattr(TextTable, "_arrays", cutting)
    assert "the connection was lost after 1,000 rows; nothing was kept" in said(server.url, "select * from cut")
