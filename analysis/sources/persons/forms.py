"""How what belongs to a person is written: each form once, for Python, DuckDB and every engine of frames alike.

So no expression looks around or refers back. What a match is worth, `persons` says.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "assets" / "persons.toml"

_BLANK = "[ \t\r\n\u00a0\u2000-\u200b\u3000\ufeff]"
SIGN = "[ \t\r\n\u00a0\u00ad·/_\u2000-\u2015\u2060\u2212\u3000\ufeff－-]"  # blanks and dashes between digits
LEFT = r"(?:^|[^0-9.]|[^0-9]\.|^\.)"  # no digit, and no decimals of a number
_RIGHT = r"(?:$|[^0-9.]|\.(?:$|[^0-9]|0(?:$|[^0-9])))"
CLOSED = "(?:$|[^0-9A-Za-z])"

_PROVINCE = "(?:1~[1-5]|2~[1-3]|3~[1-7]|4~[1-6]|5~[0-4]|6~[1-5]|7~1|8~[1-3])"
_DAY = "(?:0~[1-9]|1~[0-2])~(?:0~[1-9]|[12]~[0-9]|3~[01])"
LONG = f"{_PROVINCE}~[0-9]~[0-9]~[0-9]~[0-9]~(?:1~9~[0-9]|2~0~[0-2])~[0-9]~{_DAY}~[0-9]~[0-9]~[0-9]~[0-9XxＸｘ]"
LONG = LONG.replace("~", f"{SIGN}?")
SHORT = f"{_PROVINCE}[0-9]{{4}}-?[0-9]{{2}}{_DAY}-?[0-9]{{3}}".replace("~", "").replace("-?", f"{SIGN}?")
FIFTEEN = f"[0-9]{{6}}{SIGN}?[0-9]{{6}}{SIGN}?[0-9]{{3}}"
SHORTENED = r"[1-8]\.[0-9]{12,16}[Ee]\+?17|[1-8][0-9]{14}000"  # 18 digits of which a spreadsheet kept 15

_ABROAD = rf"(?:(?:(?:[+＋]|00)86|[(（][+＋]?86[)）]){SIGN}?|86{SIGN})"
_MOBILE = (
    rf"1[3-9][0-9](?:{SIGN}?[0-9]{{4}}{SIGN}?[0-9]{{4}}|{SIGN}[0-9]{{3}}{SIGN}[0-9]{{5}}"
    r"|\.[0-9]{4}\.[0-9]{4}|\.[0-9]{3}\.[0-9]{5})"
    rf"|1[3-8][0-9]{{2}}{SIGN}(?:[0-9]{{4}}{SIGN}[0-9]{{3}}|[0-9]{{3}}{SIGN}[0-9]{{4}})|1(?:{SIGN}[0-9]){{10}}"
)
_AREA = rf"(?:{_ABROAD}(?:[(（]?0[)）]?{SIGN}?)?[(（]?|(?:86)?[(（]?0)(?:10|2[0-9]|[3-9][0-9]{{2}})[)）]?"
_LANDLINE = rf"{_AREA}(?:{SIGN}{{0,3}}|\.)[2-8][0-9]{{2,3}}(?:{SIGN}|\.)?[0-9]{{4}}"
_SERVICE = rf"400{SIGN}?[0-9]{{3}}{SIGN}?[0-9]{{4}}|[48]00[0-9]?{SIGN}[0-9]{{3,4}}{SIGN}[0-9]{{3,4}}"
TELEPHONE = rf"{LEFT}(?:(?:{_ABROAD}|86)?(?:{_MOBILE})|{_LANDLINE}|{_SERVICE}){_RIGHT}"
_LOCAL = rf"(?:2[1-9]|[3-8][0-9])[0-9]{{1,2}}{SIGN}?(?:[0-9]{{3}}[1-9]|[0-9]{{2}}[1-9]0|[0-9][1-9]00|[1-9]000)"
_CALLING = (
    f"(?i:电{_BLANK}?话|電話|手机|手機|座机|座機|传真|傳真|热线|熱線|[☎℡📞]|(?:^|[^a-z])(?:tel|phone|mobile|fax))"
)
CALLED = rf"{_CALLING}[^0-9]{{0,8}}{_LOCAL}{_RIGHT}"
CHAT = (
    r"(?i:(?:微信[号號]?|(?:^|[^a-z])(?:wechat|weixin|vx))[ 　]*[:：][ 　]*[a-z0-9０-９_-]{5}|微信[号號][a-z]"
    r"|(?:^|[^0-9a-z])qq[号號]?[:： ]*[1-9][0-9]{4})"
)
EMAIL = r"[^\s@＠][ 　]?(?:[@＠]|[(（\[]at[)）\]])[ 　]?[0-9A-Za-zＡ-Ｚａ-ｚ０-９-]+[.．][A-Za-zＡ-Ｚａ-ｚ]"
_BETWEEN = "[^0-9０-９]{0,2}"  # digits of full width: what they are is told once they are made plain
_WIDE = f"[０-９](?:{_BETWEEN}[0-9０-９]){{3}}|(?:[0-9０-９]{_BETWEEN}){{3}}[０-９]"

OTHER = f"{EMAIL}|{LEFT}{LONG}(?:[0-9]{{2}})?{CLOSED}|{CHAT}|{_WIDE}"  # what is sought in every cell …
SOUGHT = f"{OTHER}|{TELEPHONE}|{CALLED}"  # … and, unless a column is declared to hold none, telephones
OLD = f"{LEFT}(?:{SHORT}|{SHORTENED}){CLOSED}"  # numbers without a check digit, which others may look like
OLD_OR_OTHER = f"{LEFT}(?:{FIFTEEN}|{SHORTENED}){CLOSED}"
LOCAL = rf"^{_BLANK}*{_LOCAL}(?:\.0)?{_BLANK}*$"  # telephones without their area's code


@cache
def name_pattern() -> str:
    """The expression of a cell that is a person's name, or up to four."""
    known = words()["names"]
    both = {
        kind: [*known[kind], *(word.translate(_traditional()) for word in known[kind])]
        for kind in ("one", "two", "titles")
    }
    some = f"{_BLANK}{{0,3}}"
    han = "㐀-䶿一-鿿𠀀-𱍏"
    given = f"(?:[{han}]{some})?{_but(known['not_at_the_end'])}"
    titled = f"(?:{some}(?:{'|'.join(both['titles'])}))?"
    first = f"(?:{'|'.join(both['two'])}|[{''.join(both['one'])}])"
    chinese = f"{first}{some}{given}{titled}|[{han}]{{1,8}}(?:[·•・‧][{han}]{{1,8}})+"
    syllable = "(?:(?:zh|ch|sh|[b-df-hj-np-tw-z])?[aeiouü]{1,3}(?:ng|n|r)?)"
    surname, called = f"(?:{'|'.join(known['latin'])})", f"{syllable}(?:(?:{_BLANK}|['’-])?{syllable})?"
    latin = f"(?i:{surname}(?:{_BLANK}|,)+{called}|{called}(?:{_BLANK}|,)+{surname})"
    one = f"(?:[{han}]{{2,6}}[:：]{some})?(?:{chinese}|{latin})(?:{some}[(（][^()（）]{{1,12}}[)）])?"
    return f"^{_BLANK}*{one}(?:[、,，/;；]{_BLANK}*{one}){{0,3}}{_BLANK}*$"


@cache
def simplified() -> dict[int, str]:
    """From each traditional character of these words to the simplified one, as `str.translate` takes it."""
    return {ord(old): new for old, new in words()["traditional"]["pairs"].split()}


@cache
def words() -> Mapping[str, Any]:
    """The words that headers and names are told by."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


@cache
def _traditional() -> Mapping[int, str]:
    return {ord(new): chr(old) for old, new in simplified().items()}


def _but(chars: str) -> str:
    """A class of the Chinese characters in daily use without some."""
    ends = [ord("一") - 1, *sorted(map(ord, set(chars))), ord("鿿") + 1]
    ranges = [f"{chr(low + 1)}-{chr(high - 1)}" for low, high in pairwise(ends) if high - low > 1]
    return f"[{''.join(ranges)}]"
