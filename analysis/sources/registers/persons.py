"""No person comes in: identity numbers, telephones, e-mail addresses and names of people are told by what they look like."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache

from analysis.errors import DataError, Problem
from analysis.sources.registers.expressions import INTEGERS, quoted
from analysis.sources.registers.raw import Raw
from analysis.sources.registers.words import dictionary

_IDENTITY = re.compile(r"(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NUMBER = (
    r"(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}|\(?0\d{2,3}\)?[- ]?\d{7,8}|400[- ]?\d{3}[- ]?\d{4}"  # a telephone's
)
_TELEPHONE = re.compile(rf"(?<!\d)(?:{_NUMBER})(?!\d)")
_CANDIDATE = r"@|(^|[^0-9A-Za-z])\d{17}[0-9Xx]([^0-9A-Za-z]|$)"  # for DuckDB, whose expressions do not look around
_CANDIDATE_TELEPHONE = rf"(^|[^0-9])({_NUMBER})([^0-9]|$)"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_TEN_DIGITS = 1_000_000_000  # the shortest telephone number there is, with its area's code
_NAMED_RATE = 0.6  # share of a column's different values that must look like names of people
_NAMES_FROM = 8  # different values below which a column is too short to tell

NO_PERSON = "enterprises and counts only: take the column out of the register"
_TELEPHONES = "a telephone number"
_NOT_TELEPHONES = "; or, where they number enterprises, not_telephones = [{header}] in [register] of study.toml"


def kind_of(text: str) -> str:
    """What of a person a text holds: an identity number, a telephone, an e-mail address, or nothing.

    Examples
    --------
    >>> kind_of("11010519491231002X"), kind_of("110105194912310021"), kind_of("91320500MA1MXXXX0T")
    ('an identity number', '', '')
    >>> kind_of("手机：138 0013 8000"), kind_of("a.b@example.com"), kind_of("1,380,013")
    ('a telephone number', 'an e-mail address', '')
    """
    flat = unicodedata.normalize("NFKC", text)
    if any(is_identity(found) for found in _IDENTITY.findall(flat)):
        return "an identity number"
    if _EMAIL.search(flat):
        return "an e-mail address"
    if _TELEPHONE.search(flat):
        return _TELEPHONES
    return ""


def is_identity(number: str) -> bool:
    """Whether 18 characters are a citizen's identity number: a date of birth, and the check digit of GB 11643-1999."""
    month, day = int(number[10:12]), int(number[12:14])
    if number[6:8] not in ("18", "19", "20") or not 1 <= month <= 12 or not 1 <= day <= 31:
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return "10X98765432"[total % 11] == number[17].upper()


def is_name(text: str) -> bool:
    """Whether a text looks like the name of a person, Chinese or in pinyin.

    Examples
    --------
    >>> [is_name(text) for text in ("王小明", "欧阳询", "Li Xiaoming", "吴江市", "私营企业", "Wujiang")]
    [True, True, True, False, False, False]
    """
    words, text = _surnames(), text.strip()
    if re.fullmatch(r"[\u4e00-\u9fff]{2,4}", text):
        if text[:2] in words["two"]:
            return len(text) > 2
        return len(text) < 4 and text[0] in words["one"] and text[-1] not in words["not_at_the_end"]
    latin = re.fullmatch(r"([A-Z][a-z]+)[ ,]+([A-Z][a-z]+(?:[ -]?[A-Z]?[a-z]+)?)", text)
    return latin is not None and bool({latin[1].lower(), latin[2].lower()} & words["latin"])


def about_persons(values: Iterable[str], *, telephones: bool = True) -> str:
    """What of persons a column's different values hold, or nothing.

    Parameters
    ----------
    telephones
        Whether what looks like a telephone number is taken for one.
    """
    seen = [value for value in values if value.strip()]
    for value in seen:
        if (kind := kind_of(value)) and (telephones or kind != _TELEPHONES):
            return kind
    named = sum(is_name(value) for value in seen)
    return "names of people" if len(seen) >= _NAMES_FROM and named >= _NAMED_RATE * len(seen) else ""


def refuse_persons(raw: Raw, columns: Sequence[str], *, not_telephones: Collection[str] = ()) -> str:
    """Look through columns that no vocabulary confines for what belongs to persons.

    Parameters
    ----------
    not_telephones
        Columns whose numbers only look like telephone numbers, as the study declares.

    Returns
    -------
    str
        Whether `all` rows were looked at, or they were `sampled`.

    Raises
    ------
    DataError
        With every such column and what it holds, without showing it.
    """
    open_ones = [name for name in columns if not _is_short(raw, name)]
    if not open_ones:
        return "all"
    sample = raw.sample(open_ones)
    _refuse(raw, [(name, sample.table, f"CAST({quoted(name)} AS VARCHAR)") for name in open_ones], not_telephones)
    return sample.extent


def _is_short(raw: Raw, column: str) -> bool:
    """Whether a column holds whole numbers of at most nine digits in every row: no telephone is so short."""
    ends = raw.ends(column) if raw.types[column] in INTEGERS else None
    return ends is not None and ends[0] > -_TEN_DIGITS and ends[1] < _TEN_DIGITS


def refuse_persons_among(raw: Raw, theirs: Mapping[str, str]) -> None:
    """The same for the values that were set aside because no vocabulary has them.

    Parameters
    ----------
    theirs
        From our column to the register's header.
    """
    texts = [
        (name, f"(SELECT value_ FROM rejected WHERE rtrim(column_, '>') = '{ours}' AND value_ IS NOT NULL)", "value_")
        for ours, name in theirs.items()
        if ours != "enterprise"
    ]
    _refuse(raw, texts)


def _refuse(raw: Raw, texts: Sequence[tuple[str, str, str]], not_telephones: Collection[str] = ()) -> None:
    """Refuse columns given as their name, what stands after FROM, and the cell as a text in SQL."""
    problems = []
    for name, table, text in texts:
        telephones = name not in not_telephones
        sought = f"{_CANDIDATE}|{_CANDIDATE_TELEPHONE}" if telephones else _CANDIDATE
        found = raw.connection.execute(
            f"SELECT DISTINCT {text} FROM {table} WHERE regexp_matches({text}, ?) LIMIT 10000", [sought]
        ).fetchall()
        some = raw.connection.execute(
            f"SELECT DISTINCT cell FROM (SELECT {text} AS cell FROM {table} LIMIT 20000) "
            "WHERE length(cell) BETWEEN 2 AND 40 ORDER BY cell LIMIT 5000"
        ).fetchall()
        values = (value for (value,) in [*found, *some])
        if kind := about_persons(values, telephones=telephones):
            mend = NO_PERSON + (
                _NOT_TELEPHONES.format(header=json.dumps(name, ensure_ascii=False)) if kind == _TELEPHONES else ""
            )
            problems.append(Problem(f"{raw.where}, column {name}", f"holds {kind}; nothing was kept", None, mend))
    if problems:
        raise DataError(problems)


@cache
def _surnames() -> dict[str, frozenset[str]]:
    return {
        name: frozenset(words.replace(" ", "") if isinstance(words, str) else words)
        for name, words in dictionary()["surnames"].items()
    }
