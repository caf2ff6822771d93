"""A database's address as a study writes it: what may stand in it, what the environment fills in, and whom it may reach.

A study may come from somebody else. So nothing but variables made for the workbook is filled in, no other machine is
connected to than those that the reader's own environment names, and what was filled in is told to nobody.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus, unquote

from analysis.errors import DataError, Problem, one_of
from analysis.messages import said

PREFIX = "WORKBOOK_"
HOSTS = "WORKBOOK_HOSTS"  # machines beside this one that may be connected to, with commas between them
ALLOWED = "postgresql://user:${WORKBOOK_PASSWORD}@host/database or sqlite:///file.db"

_WHERE = "study.toml, [register] url"
_HERE = ("", "localhost", "127.0.0.1", "::1")
_PARAMETERS = ("application_name", "connect_timeout", "sslmode")
_VARIABLE = re.compile(r"\$\{([^{}]*)\}")
_KIND = re.compile(r"(\w*)(?:\+\w+)?://")
_POSTGRESQL = re.compile(
    r"(?P<user>[^:@/?#]+)(?::(?P<password>[^@/?#]*))?@(?P<host>\[[^][@/?#]*\]|[^:@/?#]*)(?::(?P<port>\d+|\$\{\w+\}))?"
    r"/(?P<database>[^/?#]+)(?:\?(?P<query>[^#]*))?"
)


@dataclass(frozen=True)
class Address:
    """A database's address with all that the environment fills in."""

    kind: str  # `postgresql` or `sqlite`
    shown: str  # as messages and papers name it: no user, no password, and variables as they are written
    file: str = field(default="", repr=False)  # of SQLite, as it is written, relative to the study's folder
    options: Mapping[str, str] = field(default_factory=dict, repr=False)  # of PostgreSQL: how libpq is called
    secrets: tuple[str, ...] = field(default=(), repr=False)  # what was filled in

    def masked(self, text: str) -> str:
        """A text without what was filled in, however a driver writes it.

        Examples
        --------
        >>> Address("sqlite", "a.db", secrets=("it's 5%",)).masked("no 'it''s 5%' in IT%27S%205%25")
        "no '…' in …"
        """
        spellings = {one for secret in self.secrets for one in _spellings(secret)}
        for one in sorted(spellings, key=len, reverse=True):
            text = re.sub(re.escape(one), "…", text, flags=re.IGNORECASE)
        return text


def refuse_url(url: str) -> None:
    """Refuse an address that may not stand in a study, whatever the environment holds.

    Raises DataError when a password is written out, a variable is not the workbook's own, or it is no address of a known kind.

    Examples
    --------
    >>> refuse_url("postgresql://reader:${WORKBOOK_PASSWORD}@localhost/enterprises")
    >>> refuse_url("postgresql://reader:${HOME}@localhost/enterprises")
    Traceback (most recent call last):
    ...
    analysis.errors.DataError: study.toml, [register] url: fills in a variable that is not the workbook's own; seen "HOME"; \
allowed: names that begin with WORKBOOK_, such as ${WORKBOOK_PASSWORD}
    """
    kind = _KIND.match(url)
    if kind is None or any(ord(char) < 32 for text in (url, unquote(url)) for char in text):
        raise _refused("is not a database URL")
    if kind[1] not in ("postgresql", "sqlite"):
        raise DataError(Problem(_WHERE, "names a kind of database that is not read", kind[1], ALLOWED))
    if foreign := [name for name in _VARIABLE.findall(url) if not re.fullmatch(rf"{PREFIX}\w+", name)]:
        what, allowed = "fills in a variable that is not the workbook's own", "such as ${WORKBOOK_PASSWORD}"
        allowed = said("names that begin with {prefix}, {allowed}", prefix=PREFIX, allowed=allowed)
        raise DataError(Problem(_WHERE, what, ", ".join(foreign), allowed))
    if kind[1] == "postgresql":
        _postgresql(url)
    else:
        _file(url)


def address_of(url: str) -> Address:
    """An address with what the environment holds filled in, once it is allowed to be connected to.

    Raises DataError also when a variable is not set, or the machine is not one that the environment allows.

    Examples
    --------
    >>> address_of("sqlite:///登记 簿#1.db").file
    '登记 簿#1.db'
    >>> address_of("postgresql://reader@example.org/enterprises")
    Traceback (most recent call last):
    ...
    analysis.errors.DataError: study.toml, [register] url: names another machine; seen "example.org"; \
allowed: this one, or machines listed in the environment variable WORKBOOK_HOSTS, with commas between them
    """
    refuse_url(url)
    names = list(dict.fromkeys(_VARIABLE.findall(url)))
    if missing := [name for name in names if name not in os.environ]:
        raise DataError(Problem(_WHERE, "needs an environment variable that is not set", ", ".join(missing)))
    secrets = tuple(os.environ[name] for name in names if os.environ[name])
    if url.startswith("sqlite"):
        return Address("sqlite", re.split(r"[/\\]", url)[-1], file=_filled(_file(url)), secrets=secrets)
    parts = _postgresql(url)
    shown = f"postgresql://{parts['host'] or 'localhost'}/{parts['database']}"
    address = Address("postgresql", shown, options=_options(parts), secrets=secrets)
    _refuse_far(address.options["host"], address.options["port"], seen=parts["host"])
    return address


def _refused(what: str) -> DataError:
    return DataError(Problem(_WHERE, what, allowed=ALLOWED))


def _filled(text: str, *, encoded: bool = False) -> str:
    """What a part of an address says. What the environment gives is taken as it is, and never looked at for more."""
    pieces = _VARIABLE.split(text)  # texts and names of variables in turn
    pieces[1::2] = [os.environ[name] for name in pieces[1::2]]
    pieces[::2] = [unquote(piece) if encoded else piece for piece in pieces[::2]]
    return "".join(pieces)


def _file(url: str) -> str:
    """The file of an address of SQLite: all that follows, as it stands."""
    file = url.partition("://")[2]
    if not file.startswith("/") or len(file) == 1:
        raise _refused("is not a database URL")
    return file[1:]


def _postgresql(url: str) -> dict[str, str]:
    """The parts of an address of PostgreSQL, as they are written."""
    found = _POSTGRESQL.fullmatch(url.partition("://")[2])
    if found is None:
        raise _refused("is not a database URL")
    parts = {name: part or "" for name, part in found.groupdict().items()}
    if parts["password"] and not _VARIABLE.fullmatch(parts["password"]):
        raise _refused("has a password written out")
    if foreign := [name for name in _parameters(parts["query"]) if name not in _PARAMETERS]:
        allowed = one_of(_PARAMETERS)
        raise DataError(Problem(_WHERE, "has a parameter that is not allowed", ", ".join(foreign), allowed))
    return parts


def _parameters(query: str) -> dict[str, str]:
    """The parameters after the question mark; each value as it is written."""
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    return {unquote(name): value for name, _, value in pairs}


def _options(parts: Mapping[str, str]) -> dict[str, str]:
    """How libpq is called. What its own variables of the environment could say of whom to ask, and as whom, is all said."""
    user, password, host, port, database = (
        _filled(parts[name], encoded=True) for name in ("user", "password", "host", "port", "database")
    )
    if port and not re.fullmatch(r"[0-9]+", port):
        raise DataError(Problem(_WHERE, "the port is not a number", parts["port"], "digits, for example 5432"))
    return {
        "application_name": "workbook",
        "connect_timeout": "20",
        **{name: _filled(value, encoded=True) for name, value in _parameters(parts["query"]).items()},
        "user": user,
        "password": password,
        "host": host.removeprefix("[").removesuffix("]"),
        "hostaddr": "",
        "port": port or "5432",
        "dbname": database,
    }


def _refuse_far(host: str, port: str, *, seen: str) -> None:
    """Refuse another machine unless the reader's own environment names it: a study alone can send nothing anywhere."""
    own = {one.strip().casefold() for one in os.environ.get(HOSTS, "").split(",")} - {""}
    named = {form.casefold() for bare in (host, f"[{host}]") for form in (bare, f"{bare}:{port}")}
    is_here = host.casefold() in _HERE or host.startswith("/")  # a folder is that of a socket
    if (is_here or named & own) and "," not in host:  # of a list libpq tries each
        return
    allowed = said(
        "this one, or machines listed in the environment variable {name}, with commas between them", name=HOSTS
    )
    raise DataError(Problem(_WHERE, "names another machine", seen, allowed))


def _spellings(secret: str) -> Iterator[str]:
    """How a driver may write a value: as it is, in a URL, quoted for SQL, for libpq or Python, cut at 63 bytes as a name."""
    cut = secret.encode("utf-8", "replace")[:63].decode("utf-8", "ignore")
    for one in (secret, cut, unquote(secret)):
        backslashes = one.replace("\\", "\\\\")
        yield from (
            one,
            quote(one, safe=""),
            quote(one),
            quote_plus(one),
            one.replace("'", "''"),
            one.replace('"', '""'),
        )
        yield from (backslashes, backslashes.replace("'", "\\'"), repr(one)[1:-1], json.dumps(one)[1:-1])
        yield " ".join(one.split())
