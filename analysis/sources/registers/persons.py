"""No person comes in: identity numbers, telephones, e-mail addresses and names of people are told by what they look like."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from analysis.cell_text import plain
from analysis.errors import DataError, Problem
from analysis.sources.registers.words import headers

_FILE = Path(__file__).parent / "assets" / "persons.toml"
_IDENTITY = re.compile(r"(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
NUMBER = (
    r"(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}|\(?0\d{2,3}\)?[- ]?\d{7,8}|400[- ]?\d{3}[- ]?\d{4}"  # a telephone's
)
_TELEPHONE = re.compile(rf"(?<!\d)(?:{NUMBER})(?!\d)")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_NAMED_RATE = 0.6  # share of a column's different values that must look like names of people
_NAMES_FROM = 8  # different values below which a column is too short to tell

_PERSON = "a column about persons; nothing was read"
NO_PERSON = "enterprises and counts only: take the column out of the register"
TELEPHONES = "a telephone number"


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
        return TELEPHONES
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
        if (kind := kind_of(value)) and (telephones or kind != TELEPHONES):
            return kind
    named = sum(is_name(value) for value in seen)
    return "names of people" if len(seen) >= _NAMES_FROM and named >= _NAMED_RATE * len(seen) else ""


def refuse_persons_in(names: Sequence[str], where: str) -> None:
    """Refuse headers that name persons.

    Raises
    ------
    DataError
        With every such header.
    """
    if persons := [Problem(f"{where}, header", _PERSON, name, NO_PERSON) for name in names if is_about_persons(name)]:
        raise DataError(persons)


def is_about_persons(header: str) -> bool:
    """Whether a header names persons, their papers or how to reach them.

    Examples
    --------
    >>> [is_about_persons(name) for name in ("法定代表人", "联系电话（手机）", "Contact name", "企业名称", "full members")]
    [True, True, True, False, False]
    >>> [is_about_persons(name) for name in ("党组织负责人", "党组织负责人兼任工会主席")]
    [True, False]
    """
    whole, parts = _about_persons()
    told = plain(header)
    if told in headers():
        return False  # whether a head holds two offices, say, is asked of the enterprise
    return told in whole or any(part in told for part in parts)


@cache
def _about_persons() -> tuple[frozenset[str], tuple[str, ...]]:
    words = _words()["headers"]
    return frozenset(map(plain, words["whole"])), tuple(map(plain, words["part"]))


@cache
def _surnames() -> dict[str, frozenset[str]]:
    return {
        name: frozenset(words.replace(" ", "") if isinstance(words, str) else words)
        for name, words in _words()["surnames"].items()
    }


@cache
def _words() -> Mapping[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
