"""What a cell's text says, in every file: one normalisation, and one grammar of numbers."""

from __future__ import annotations

import json
import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from analysis.messages import said

WHOLE = "whole numbers from 0"
GROUPS = "digits, in groups of three if any: 1,234; a decimal point only before 0"
DECIMALS = "digits, in groups of three if any, with a decimal point: 1,234.5"

_NOTHING = ("C", "Z")  # categories of signs that cannot be seen: controls, formats such as a byte-order mark, blanks
_NUMBER = re.compile(r"-?(?:\d+|\d{1,3}(?:(?P<sign>[, ])\d{3})(?:(?P=sign)\d{3})*)(?:\.(?P<part>\d+))?")
_MINUS = str.maketrans(dict.fromkeys("\u2212\u2010\u2011", "-"))  # as word processors write it
_BREAKS = re.compile("[\t\n\v\f\r\x85\u2028\u2029]+")
_AROUND = " \t\r\n\u00a0\u3000\u200b\u2060\ufeff"
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufff9-\ufffb\ufffd-\uffff"
    + "".join(f"{chr(0x10000 * plane + 0xFFFE)}{chr(0x10000 * plane + 0xFFFF)}" for plane in range(1, 15))
    + "\U000e0000-\U000e007f\U000f0000-\U0010ffff]"
)
_SIGNED = re.compile(r"(-?\d+)(\.\d+)?")
_EXPONENT = re.compile(r"-?\d+(?:\.\d+)?E[+-]?\d+")
_DATE = re.compile(
    r"\d{4}[-/.年]\d{1,2}([-/.月]\d{1,2}日?)?( \d.*)?|\d{1,2}月\d{1,2}日|\d{1,2}[-/][A-Za-z]{3}([-/]\d+)?"
)
_ONE_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?")


class NotANumberError(ValueError):
    """A text is no number.

    Parameters
    ----------
    what
        What it is instead.
    allowed
        What may stand there.
    """

    def __init__(self, what: str, allowed: str) -> None:
        super().__init__(said("{what}; allowed: {allowed}", what=what, allowed=allowed))
        self.what, self.allowed = what, allowed


def flat(text: str) -> str:
    """A text without width, and without blanks and invisible signs around it or doubled inside it.

    Examples
    --------
    >>> flat("\\ufeff无\\u00a0"), flat("Ｅ０１\\u200b"), flat("所在  市、区\\t")
    ('无', 'E01', '所在 市、区')
    """
    seen = "".join(_seen(char) for char in unicodedata.normalize("NFKC", text))
    return " ".join(seen.split())


def one_line(text: str) -> str:
    """A text as it is printed: as it was written, but on one line, and without blanks and invisible signs around it.

    Examples
    --------
    >>> one_line("\\ufeff 昆山市（高新区）\\u00a0"), one_line("Minutes,\\nin full")
    ('昆山市（高新区）', 'Minutes, in full')
    >>> one_line("\\u200d")  # nothing that can be seen
    ''
    """
    return re.sub(r"\s*[\t\r\n]\s*", " ", text.strip(_AROUND)).strip(_AROUND) if flat(text) else ""


def unprintable(text: str) -> str:
    """The first sign of a text that no document can hold or that shows nothing anywhere alike; empty where there is none.

    These are controls, halves of signs, signs that Unicode keeps for no use or for private use, what stands for text that
    was lost, what turns the direction of writing, and what marks lines, glosses and tags within a text.

    Examples
    --------
    >>> [unprintable(text) for text in ("昆山\\u0007", "\\ufffe", "\\u202e", "\\ue000", "𠮷😀", "a\\nb")]
    ['U+0007', 'U+FFFE', 'U+202E', 'U+E000', '', '']
    """
    found = _UNPRINTABLE.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""


def in_codes(text: str) -> str:
    """The text with codes for its unprintable signs, so that a terminal can show it and obeys none of them.

    Examples
    --------
    >>> print(in_codes("昆山\\u001b[2J"))
    昆山<U+001B>[2J
    """
    return _UNPRINTABLE.sub(lambda sign: f"<{unprintable(sign[0])}>", text)


@lru_cache(maxsize=10_000)  # the words of a study are asked for again and again
def plain(text: str) -> str:
    """A header or a word as it is compared: flat, and without case, blanks, punctuation and brackets.

    A number keeps its sign and its decimals, but for a decimal point before 0; what is nothing but signs stays.

    Examples
    --------
    >>> plain("Ｓtaff （人）"), plain("所在  市、区"), plain("ＮＯ\\t"), plain("——")
    ('staff人', '所在市区', 'no', '——')
    >>> plain("1.0"), plain("-1"), plain("０.5"), plain("320583")
    ('1', '-1', '0.5', '320583')
    """
    told = flat(text).casefold()
    if (number := _SIGNED.fullmatch(told)) is not None:
        return number[1] + (number[2].rstrip("0").rstrip(".") if number[2] else "")
    return "".join(char for char in told if unicodedata.category(char)[0] in "LNSC") or told


def number_in(text: str) -> Decimal:
    """The number that a text is, in any width; only groups of three digits are groups, and no sign stands for another.

    Raises NotANumberError with what it is instead, and what is allowed.

    Examples
    --------
    >>> [int(number_in(text)) for text in ("1234", "１，２３４", "1 234", "1,234.0")]
    [1234, 1234, 1234, 1234]
    >>> number_in("95.10"), number_in("−3.2")
    (Decimal('95.10'), Decimal('-3.2'))
    >>> for text in ("1,5", "12,345,6", "1_000", "1.2万", "many", "3.2E+17", "58199②", "12\\n345"):
    ...     try:
    ...         number_in(text)
    ...     except NotANumberError as error:
    ...         print(error.what)
    has a comma that groups no three digits
    has a comma that groups no three digits
    is not a number
    counts in ten thousands
    is not a number
    is written with an exponent, so that digits may be lost
    has a raised or circled digit, as marks of notes are
    has digits on several lines
    """
    if not text.isascii() and any(unicodedata.category(char) == "No" for char in text):
        raise NotANumberError(
            "has a raised or circled digit, as marks of notes are", "the number alone, in plain digits"
        )
    if digits_over_lines(text):
        raise NotANumberError("has digits on several lines", "one number in a cell")
    told = flat(text).translate(_MINUS)
    if (found := _NUMBER.fullmatch(told)) is not None:
        return Decimal(re.sub("[, ]", "", found[0]))
    raise NotANumberError(*_instead(told))


def digits_over_lines(text: str) -> bool:
    """Whether a text is nothing but digits on several lines, which are never one number.

    Examples
    --------
    >>> digits_over_lines("12\\n345"), digits_over_lines("12 345\\n"), digits_over_lines("No 12\\n345")
    (True, False, False)
    """
    if _BREAKS.search(text) is None:
        return False
    lines = [line for line in map(flat, _BREAKS.split(text)) if line]
    return len(lines) > 1 and all(re.fullmatch(r"[-\d., ]+", line) for line in lines)


def whole_in(text: str, *, most: int) -> int:
    """The whole number from 0 that a text is.

    Parameters
    ----------
    most
        The largest that is possible.

    Raises NotANumberError with what it is instead, and what is allowed.

    Examples
    --------
    >>> whole_in("１２３", most=1000), whole_in("12.0", most=1000)
    (123, 12)
    >>> for text in ("-3", "1.000", "2.5", "1,000"):
    ...     try:
    ...         whole_in(text, most=500)
    ...     except NotANumberError as error:
    ...         print(error.what)
    is negative
    could be a thousand or one
    is not a whole number
    is more than is possible
    """
    found = number_in(text)
    if found < 0:
        raise NotANumberError("is negative", WHOLE)
    if could_be_a_thousand(text):
        raise NotANumberError("could be a thousand or one", GROUPS)
    if found != int(found):
        raise NotANumberError("is not a whole number", WHOLE)
    if found > most:
        raise NotANumberError("is more than is possible", said("{whole}, at most {most:,}", whole=WHOLE, most=most))
    return int(found)


def could_be_a_thousand(text: str) -> bool:
    """Whether a decimal point may stand where others write a comma between groups of three digits.

    Examples
    --------
    >>> could_be_a_thousand("58.199"), could_be_a_thousand("0.125"), could_be_a_thousand("58.2")
    (True, False, False)
    """
    return re.fullmatch(r"-?[1-9]\d{0,2}\.\d{3}", flat(text)) is not None


def text_of(value: object) -> str:
    """A value from a workbook, a database or a Parquet file as text; empty where there is none, never with an exponent.

    Bytes are text in UTF-8, with U+FFFD in place of what is none; lists and mappings are JSON.

    Examples
    --------
    >>> [text_of(value) for value in (None, True, 12.0, 3.2e17, Decimal("1.50"), float("nan"))]
    ['', '1', '12', '320000000000000000', '1.5', '']
    >>> [text_of(value) for value in ("无".encode(), b"\\xff", ["a", None], {"无": Decimal("1.50")})]
    ['无', '\ufffd', '["a", null]', '{"无": "1.5"}']
    """
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float | Decimal):
        told = f"{Decimal(repr(value) if isinstance(value, float) else value):f}"
        return told.rstrip("0").rstrip(".") if "." in told else told
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=text_of)
    return str(value)


def _seen(char: str) -> str:
    kind = unicodedata.category(char)
    return char if kind[0] not in _NOTHING or kind == "Co" else " " if kind[0] == "Z" or char.isspace() else ""


def _instead(told: str) -> tuple[str, str]:
    """What a text is that is no number, and what is allowed."""
    if not told:
        return "is empty", "a value in every row"
    if any(unit in told for unit in "万萬亿億"):
        return "counts in ten thousands", "single persons, as an enterprise has them"
    if _DATE.fullmatch(told) or _ONE_DATE.fullmatch(told):
        return "is a date", "whole numbers from 0; a spreadsheet may have turned 1-5 into one"
    if _EXPONENT.fullmatch(told.upper()):
        return "is written with an exponent, so that digits may be lost", "all digits: keep the column as text"
    if "," in told and re.fullmatch(r"-?[\d,]+(?:\.\d*)?", told):
        return "has a comma that groups no three digits", GROUPS
    if " " in told and re.fullmatch(r"-?[\d ]+(?:\.\d*)?", told):
        return "has a blank that groups no three digits", GROUPS
    return "is not a number", WHOLE
