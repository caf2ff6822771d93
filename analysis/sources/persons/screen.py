"""What belongs to a person: identity numbers, telephones, e-mail addresses, names, and headers of them.

Whatever prints a value of the user's data has it `shown` here. `persons_in_tables` looks for persons in columns.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cache

from analysis.cell_text import flat, plain
from analysis.errors import DataError, Problem
from analysis.messages import said
from analysis.sources.persons import forms
from analysis.sources.registers.words import headers

IDENTITY, EMAIL, TELEPHONE = "an identity number", "an e-mail address", "a telephone number"
CHAT, NAMES = "a WeChat or QQ number", "names of people"
NAME, PARTICULARS = "a name of a person", "what says who somebody is"
NO_PERSON = "enterprises and counts only: take the column out"
NAMES_FROM = 8  # different names below which a column is too short to tell

_BRACKETS = re.compile(r"[（(\[【][^）)\]】]*[）)\]】]")
_SAID_OF = re.compile(r"([^\s:,;。、]{1,20})\s?:\s?([^\s,;。、]+)")
_TWO_WORDS = re.compile(r"(\S{2,10}) (\S{1,12})")
_AMOUNT = re.compile(r"\d{1,6}\D{0,3}")
_PERSON = "a column about persons; nothing was read"
_ADDRESS = "a column of addresses, which may be where somebody lives; nothing was read"
_NO_ADDRESS = "a column township says where an enterprise is: take the addresses out"


def kind_of(text: str) -> str:
    """What of a person a text holds: a number of identity, telephone, WeChat or QQ, an e-mail address, or nothing.

    Examples
    --------
    >>> kind_of("11010519491231002X"), kind_of("110105194912310021"), kind_of("91320500MA1MXXXX0T")
    ('an identity number', '', '')
    >>> kind_of("手机：138 0013 8000"), kind_of("a.b@example.com"), kind_of("1,380,013")
    ('a telephone number', 'an e-mail address', '')
    >>> kind_of("320503780209120"), kind_of("1.10105194912310E+17")
    ('an identity number', 'an identity number')
    """
    told = unicodedata.normalize("NFKC", text)
    return _certain(told) or (IDENTITY if _could_be_old(told) else "")


def is_identity(number: str) -> bool:
    """Whether 18 characters are a citizen's identity number: a province, a day of birth, the check digit of GB 11643-1999."""
    if not _fits(forms.LONG, number):
        return False
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(weight * int(digit) for weight, digit in zip(weights, number, strict=False))
    return "10X98765432"[total % 11] == number[17].upper()


def is_name(text: str) -> bool:
    """Whether a text looks like the name of a person, or names, Chinese or in pinyin.

    Examples
    --------
    >>> [is_name(text) for text in ("王小明", "欧阳　询", "張偉", "Li Xiaoming", "李娜、张伟（书记）", "古丽·艾力")]
    [True, True, True, True, True, True]
    >>> [is_name(text) for text in ("吴江市", "私营企业", "Wujiang", "张庄", "2003年")]
    [False, False, False, False, False]
    """
    return bool(_fits(forms.name_pattern(), flat(text)))


def person_in(text: str) -> str:
    """What of a person a cell or a comment of free words holds: as `kind_of`; a line that is a name; or who 填表人 is.

    A name inside a sentence is not found.

    Examples
    --------
    >>> [person_in(text) for text in ("张 伟", "填表人：小王", "联系人王小明", "Contact: Tom")]
    ['a name of a person', 'what says who somebody is', 'what says who somebody is', 'what says who somebody is']
    >>> [person_in(text) for text in ("其中：新开业企业3家", "专职书记：12名", "填表人：", "按年末数统计")]
    ['', '', '', '']
    """
    if kind := kind_of(text):
        return kind
    for line in map(flat, text.splitlines()):
        if is_name(line.rstrip(":")):
            return NAME
        if any(is_about_persons(head) for head in _heads(line)):
            return PARTICULARS
    return ""


def about_persons(values: Iterable[str], *, telephones: bool = True) -> str:
    """What of persons a column's different values hold, or nothing.

    One value is enough; of identity numbers without a check digit, and of names, most values have to look so. What looks
    like a telephone number is taken for one unless `telephones` is false.

    Examples
    --------
    >>> about_persons(["无", "联系人手机13800138000"]), about_persons(["320503780209120", "320503610816667"])
    ('a telephone number', 'an identity number')
    >>> about_persons(["昆山", "吴江", "太仓"])
    ''
    """
    seen = [value for value in values if value.strip()]
    for value in seen:
        if kind := _certain(unicodedata.normalize("NFKC", value), telephones=telephones):
            return kind
    like, unlike = old_and_other(seen)
    if like and like >= unlike:
        return IDENTITY
    return NAMES if are_names(seen) else ""


def are_names(values: Iterable[str]) -> bool:
    """Whether the different values of a column are names of people: three in five of them, and eight at least."""
    looks = [is_name(value) for value in values if value.strip()]
    return sum(looks) >= max(NAMES_FROM, 0.6 * len(looks))


def old_and_other(values: Iterable[str]) -> tuple[int, int]:
    """How many values could hold an identity number that has no check digit, and how many hold a like number that cannot be one.

    These are numbers of 15 digits and those of 18 that a spreadsheet shortened. Numbers of registration and of tax have a
    check digit of their own, and are neither.
    """
    found = [_could_be_old(unicodedata.normalize("NFKC", value)) for value in values]
    return found.count(True), found.count(False)


def shown(text: str, *, names: bool = True) -> str:
    """A value of the user's data as a message may show it.

    What looks like a name of a person is left out too; with `names` false it is not, as names of places look alike.

    Examples
    --------
    >>> shown("1.2万"), shown("13800138000"), shown("E1,昆山市,张伟,3")
    ('1.2万', '(a telephone number, not shown)', 'E1,昆山市,…,3')
    """
    if kind := person_in(text) if names else kind_of(text):
        return said("({kind}, not shown)", kind=kind)
    return "".join("…" if names and is_name(part) else part for part in re.split(r"([,;\t|，；]+)", text[:200]))


def refuse_persons_in(names: Sequence[str], where: str) -> None:
    """Refuse headers that name persons.

    Raises
    ------
    DataError
        With every such header.
    """
    place = said("{file}, header", file=where)
    if persons := [
        Problem(place, _ADDRESS, name, _NO_ADDRESS) if _is_address(name) else Problem(place, _PERSON, name, NO_PERSON)
        for name in names
        if is_about_persons(name)
    ]:
        raise DataError(persons)


def is_about_persons(header: str) -> bool:
    """Whether a header names persons, their papers, how to reach them or where they live.

    Examples
    --------
    >>> [is_about_persons(name) for name in ("法定代表人", "聯繫人", "党支部书记", "contactName", "经营地址")]
    [True, True, True, True, True]
    >>> [is_about_persons(name) for name in ("法人单位数", "联系人数", "是否有专职书记", "党组织负责人兼任工会主席")]
    [False, False, False, False]
    """
    words = forms.words()["headers"]
    whole, told, tokens = _told(header)
    if whole in headers():
        return False  # whether a head holds two offices, say, is asked of the enterprise
    if told in headers():
        return is_about_persons("".join(_BRACKETS.findall(header))[1:-1])
    if told.startswith(tuple(words["asks"])) or "是否" in told:
        return False
    if told.endswith(tuple(words["innocent_end"])) or (tokens and tokens[0] in words["asks_word"]):
        return False
    for word in words["innocent"]:
        whole, told = whole.replace(word, "|"), told.replace(word, "|")
    spaced = f" {' '.join(tokens)} "
    return (
        _is_address(header)
        or told in map(plain, words["whole"])
        or any(part in whole for part in words["part"])
        or told.removesuffix("名称").endswith(tuple(words["end"]))
        or any(word in words["word"] for word in tokens)
        or any(f" {phrase} " in spaced for phrase in words["words"])
        or (bool(tokens) and tokens[-1] in words["last_word"])
    )


def is_of_numbers(header: str) -> bool:
    """Whether a header names numbers of enterprises or amounts, so that eight digits under it are no telephone.

    Examples
    --------
    >>> is_of_numbers("企业代码"), is_of_numbers("备注"), is_of_numbers("remark")
    (True, False, False)
    """
    whole, told, tokens = _told(header)
    words = forms.words()["headers"]["numbers"]
    return whole in headers() or any(word in (tokens if word.isascii() else told) for word in words)


def _heads(line: str) -> Iterator[str]:
    """What a line says something of: the words before a colon or a blank, or before a name."""
    for head, said_of in _SAID_OF.findall(line):
        if not _AMOUNT.fullmatch(said_of):
            yield head
    if (found := _TWO_WORDS.fullmatch(line)) and not _AMOUNT.fullmatch(found[2]):
        yield found[1]
    if len(line) <= 16:
        yield from (line[:cut] for cut in range(2, len(line) - 1) if is_name(line[cut:]))


def _certain(told: str, *, telephones: bool = True) -> str:
    """What one value is enough to tell."""
    for found in _all(f"{forms.LEFT}({forms.LONG})(?:[0-9]{{2}})?{forms.CLOSED}", told):
        if is_identity(re.sub("[^0-9Xx]", "", found)):
            return IDENTITY
    if _has(forms.EMAIL, told):
        return EMAIL
    if telephones and _has(f"{forms.TELEPHONE}|{forms.CALLED}", told):
        return TELEPHONE
    return CHAT if _has(forms.CHAT, told) else ""


def _could_be_old(told: str) -> bool | None:
    """Whether a text has a number that could be an identity number without its check digit; nothing where it has none like it."""
    numbers = [
        re.sub(forms.SIGN, "", one)
        for one in _all(f"{forms.LEFT}({forms.FIFTEEN}|{forms.SHORTENED}){forms.CLOSED}", told)
    ]
    named = "身份" in told or "证件" in told
    found = [_has_birth(number) for number in numbers if named or not _is_registered(number)]
    return any(found) if found else None


def _has_birth(number: str) -> bool:
    """Whether 15 digits, or 18 of which a spreadsheet lost the last ones, begin with a province and a day of birth."""
    return _fits(forms.SHORT, number) if len(number) == 15 else _fits(forms.LONG, f"{Decimal(number):.0f}")


def _is_registered(number: str) -> bool:
    """Whether 15 digits have the check digit of a number of registration (GS 15-2006) or of tax (GB 11714-1997)."""
    if len(number) != 15 or not number.isdigit():
        return False
    product = 10
    for digit in number[:14]:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    code = sum(weight * int(digit) for weight, digit in zip((3, 7, 9, 10, 5, 8, 4, 2), number[6:14], strict=True))
    return (product + int(number[14])) % 10 == 1 or (11 - code % 11) % 11 == int(number[14])


def _told(header: str) -> tuple[str, str, list[str]]:
    """A header in simplified characters; without what is in brackets and a number at the end; and its words in Latin letters."""
    bare = plain(_BRACKETS.sub("", header)) or plain(header)
    tokens = re.findall("[a-z]+", re.sub("(?<=[a-z])(?=[A-Z])", " ", unicodedata.normalize("NFKC", header)).lower())
    whole, bare = (text.translate(forms.simplified()) for text in (plain(header), bare))
    return whole, bare.rstrip("0123456789"), tokens


def _is_address(header: str) -> bool:
    told, _, tokens = _told(header)
    words = forms.words()["headers"]
    return any(word in told for word in words["address"]) or any(word in words["address_word"] for word in tokens)


def _fits(pattern: str, text: str) -> bool:
    return _compiled(pattern).fullmatch(text) is not None


def _has(pattern: str, text: str) -> bool:
    return _compiled(pattern).search(text) is not None


def _all(pattern: str, text: str) -> list[str]:
    """What stands in the brackets of a pattern wherever it begins, also within another."""
    return _compiled(f"(?={pattern})").findall(text)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
