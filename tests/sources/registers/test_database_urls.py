"""A study's address of a database fills in nothing, reaches nobody and tells nothing that its reader did not allow."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from analysis.database_urls import Address, address_of, refuse_url
from analysis.errors import DataError
from analysis.input_models import RegisterInput
from analysis.study import open_study

URL = "postgresql://reader:${WORKBOOK_PASSWORD}@localhost/enterprises"


def said(url: str) -> str:
    with pytest.raises(DataError) as caught:
        address_of(url)
    return str(caught.value)


@pytest.mark.parametrize(
    "name", ["HOME", "AWS_SECRET_ACCESS_KEY", "PGPASSWORD", "workbook_password", "WORKBOOK_", "A B"]
)
@pytest.mark.parametrize(
    "url",
    [
        "postgresql://reader:${%s}@localhost/enterprises",
        "postgresql://${%s}@localhost/enterprises",
        "postgresql://reader@localhost/${%s}",
        "postgresql://reader@${%s}/enterprises",
        "postgresql://reader@localhost/enterprises?application_name=${%s}",
        "sqlite:///${%s}/register.db",
    ],
)
def test_a_variable_that_is_not_the_workbook_s_own_is_never_filled_in(url: str, name: str) -> None:
    with pytest.raises(DataError, match="names that begin with WORKBOOK_"):
        refuse_url(url % name)


def test_what_looks_like_a_variable_once_it_is_decoded_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/root")
    monkeypatch.setenv("WORKBOOK_NAME", "${HOME}")
    options = address_of("postgresql://%24%7BHOME%7D@localhost/${WORKBOOK_NAME}").options
    assert (options["user"], options["dbname"]) == ("${HOME}", "${HOME}")


@pytest.mark.parametrize(
    "parameter",
    ["password", "sslpassword", "passfile", "service", "host", "hostaddr", "options", "pass%77ord", "PASSWORD", "user"],
)
def test_a_parameter_that_could_hold_a_secret_or_name_a_machine_is_refused(parameter: str) -> None:
    allowed = "allowed: application_name, connect_timeout, sslmode"
    for url in (f"{URL}?{parameter}=x", f"{URL}?sslmode=require&{parameter}=${{WORKBOOK_PASSWORD}}"):
        with pytest.raises(DataError, match=f"has a parameter that is not allowed.*{allowed}"):
            refuse_url(url)
    refuse_url(f"{URL}?sslmode=require&connect_timeout=5&application_name=workbook")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://reader:secret@localhost/enterprises",
        "postgresql://reader:x${WORKBOOK_PASSWORD}@localhost/enterprises",
        "postgresql://reader:$WORKBOOK_PASSWORD@localhost/enterprises",
        "postgresql://reader:se@cret@localhost/enterprises",
        "postgresql://reader:sec/ret@localhost/enterprises",
        "postgresql+psycopg://reader:secret@localhost/enterprises",
    ],
)
def test_a_password_written_out_is_refused_when_the_study_is_opened_and_not_repeated(url: str, tmp_path: Path) -> None:
    with pytest.raises(ValidationError) as caught:
        RegisterInput(url=url, query="select 1")
    assert url not in str(caught.value)
    study = "".join(f"{line}\n" for line in ['id = "x"', "[register]", f'url = "{url}"', 'query = "select 1"'])
    (tmp_path / "study.toml").write_text(study, encoding="utf-8")
    with pytest.raises(DataError) as told:
        open_study(tmp_path)
    (line,) = [one for one in str(told.value).splitlines() if "[register] url" in one]
    assert "has a password written out" in line or "is not a database URL" in line
    assert "ret" not in line.replace("register", "")


@pytest.mark.parametrize(
    "url",
    [
        "enterprises.db",
        "postgresql://localhost/enterprises",  # as whom libpq would ask is then its environment's business
        "postgresql://reader@localhost",
        "postgresql://reader@localhost:x/enterprises",
        "postgresql://reader@localhost/a/b",
        "postgresql://reader@localhost/a#b",
        "postgresql://reader%00@localhost/enterprises",
        "sqlite://",
        "sqlite://host/a.db",
        "sqlite:///a\0.db",
    ],
)
def test_what_is_no_address_is_refused_with_what_one_looks_like(url: str) -> None:
    with pytest.raises(
        DataError, match=r"is not a database URL; allowed: postgresql://user:\$\{WORKBOOK_PASSWORD\}@host"
    ):
        refuse_url(url)


@pytest.mark.parametrize(
    "host",
    ["example.org", "10.0.0.1", "127.0.0.1.example.org", "localhost,example.org", "%2Ftmp%2Cexample.org", "127.1",
     "[::2]", "example.org%2Clocalhost"],
)  # fmt: skip
def test_another_machine_is_connected_to_only_where_the_environment_names_it(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WORKBOOK_HOSTS", raising=False)
    url = f"postgresql://reader@{host}:5433/enterprises"
    assert "listed in the environment variable WORKBOOK_HOSTS, with commas between them" in said(url)
    monkeypatch.setenv("WORKBOOK_HOSTS", "example.com, example.org:5432, [::2]:5432")
    assert "names another machine" in said(url)
    monkeypatch.setenv("WORKBOOK_HOSTS", f" {host.upper()}:5433 , other")
    if "%" not in host and "," not in host:
        assert address_of(url).options["host"] == host.strip("[]")
        assert "names another machine" in said(url.replace("5433", "5432"))


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "[::1]", "", "%2Fvar%2Frun%2Fpostgresql"])
def test_this_machine_is_always_allowed(host: str) -> None:
    assert address_of(f"postgresql://reader@{host}/enterprises").options["port"] == "5432"


def test_a_machine_that_the_environment_fills_in_is_looked_at_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBOOK_SERVER", "example.org")
    monkeypatch.setenv("WORKBOOK_PORT", "5,6")
    url = "postgresql://reader@${WORKBOOK_SERVER}:${WORKBOOK_PORT}/enterprises"
    assert 'the port is not a number; seen "${WORKBOOK_PORT}"' in said(url)
    monkeypatch.setenv("WORKBOOK_PORT", "5433")
    assert 'names another machine; seen "${WORKBOOK_SERVER}"' in said(url)
    monkeypatch.setenv("WORKBOOK_HOSTS", "example.org:5433")
    found = address_of(url)
    assert (found.options["host"], found.options["port"]) == ("example.org", "5433")
    assert "example" not in f"{found.shown} {found}"


def test_a_refusal_reads_in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORKBOOK_HOSTS", raising=False)
    with pytest.raises(DataError) as caught:
        address_of("postgresql://reader@example.org/enterprises")
    assert caught.value.told("zh") == (
        "study.toml，[register] url：指向另一台计算机；所见“example.org”；"
        "允许：本机，或环境变量WORKBOOK_HOSTS中列出的计算机（以英文逗号分隔）"
    )


@given(secret=st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=4))
def test_what_was_filled_in_is_masked_however_it_is_written(secret: str) -> None:
    address = Address("postgresql", "x", secrets=(secret,))
    in_quotes = secret.replace("'", "''")
    forms = (secret, quote(secret), quote_plus(secret), repr(secret)[1:-1], json.dumps(secret)[1:-1], in_quotes)
    assert {address.masked(f"<{form}>") for form in forms} == {"<…>"}
    assert repr(address) == "Address(kind='postgresql', shown='x')"
    if secret.isascii():
        assert address.masked(f"<{secret.upper()}>") == "<…>"  # a host's name
