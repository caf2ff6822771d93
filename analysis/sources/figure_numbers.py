"""Numbers as documents write them: in ten thousands, in Chinese numerals, with the word that makes them approximate."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

_SCALES = {"十": 1, "百": 2, "千": 3, "万": 4, "亿": 8}
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
NUMBER = re.compile(
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|百分之[零〇一二三四五六七八九十百点\d.]+|[一二两三四五六七八九][零〇一二两三四五六七八九十百千万亿]+)"
    r"(?P<more>[多余])?(?P<scale>[十百千]?[万亿]?)(?P<more2>[多余])?\s*(?P<unit>[家户个名人]|%)?"
)


def value_of(digits: str, scale: str) -> tuple[Decimal, int]:
    """A number and the decimals it is given to: below nought where it is rounded.

    Examples
    --------
    >>> value_of("13.12", "万"), value_of("三百一十八", "万"), value_of("15.58", "")
    ((Decimal('131200'), -2), (Decimal('3180000'), -4), (Decimal('15.58'), 2))
    """
    plain = digits.replace(",", "")
    number = Decimal(plain) if re.fullmatch(r"[\d.]+", plain) else Decimal(_chinese(plain))
    zeros = sum(_SCALES[one] for one in scale)
    given = -int(number.as_tuple().exponent) if plain[-1] not in _SCALES else -_SCALES[plain[-1]]
    value = number.scaleb(zeros)
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize(), given - zeros


def _chinese(text: str) -> str:
    """A number in Chinese numerals.

    Examples
    --------
    >>> _chinese("三百一十八"), _chinese("十二"), _chinese("九十四点二"), _chinese("两万三千")
    ('318', '12', '94.2', '23000')
    """
    whole, _, rest = text.partition("点")
    total = part = digit = 0
    for char in whole:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif (power := 10 ** _SCALES[char]) >= 10_000:
            total, part, digit = (total + part + digit) * power, 0, 0
        else:
            part, digit = part + (digit or 1) * power, 0
    found = str(total + part + digit)
    return f"{found}.{''.join(str(_DIGITS[char]) for char in rest)}" if rest else found


def vague_word(left: str, right: str, words: Mapping[str, Mapping[str, Sequence[str]]]) -> str:
    """The word of an approximate figure that stands before or after it; empty where none does."""
    for name, listed in words["before"].items():
        if any(left.rstrip("有达为到 ").endswith(word) for word in listed):
            return name
    for name, listed in words["after"].items():
        if any(right.startswith(word) for word in listed):
            return name
    return ""
