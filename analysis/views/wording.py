"""Numbers and sentences, in Chinese and English. The only place where a number becomes text.

A sentence is a template whose slots are filled with quantities: `fill("{covered} of {operating}", …)` gives text whose
numbers are claims, so that nothing can be printed without its origin.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib import resources

from analysis.catalogue import texts
from analysis.ledger import Claim
from analysis.quantities import Interval, Label, Language, Number, Quantity, Rate, Status, touch
from analysis.sources.register import names_of
from analysis.views.blocks import Inlines

Value = Quantity | Rate | Interval | Label | str
Slot = Value | Inlines

WITHHELD = Label("××", "[c]")  # stands for a number that may not be published
APPROXIMATE: Mapping[str, Label] = {
    "": Label("", ""),
    "about": Label("约", "about "),
    "nearly": Label("近", "nearly "),
    "over": Label("超过", "over "),
    "at least": Label("至少", "at least "),
    "at most": Label("至多", "at most "),
}

INNER = str.maketrans("“”", "‘’")  # the quotation marks of a name that stands between quotation marks
_SLOT = re.compile(r"\{(\w+)(?::(\w+))?\}")


@cache
def _catalogue() -> Mapping[str, Label]:
    file = resources.files("analysis.views").joinpath("assets", "pages.toml")
    return texts(tomllib.loads(file.read_text(encoding="utf-8")))


def label(key: str) -> Label:
    """What pages, tables and charts say, by table and key of assets/pages.toml.

    Examples
    --------
    >>> label("explorer.clear").en
    'Clear'
    """
    return _catalogue()[key]


def text(key: str, language: Language, **slots: object) -> str:
    """The same in a language, its slots filled."""
    return label(key).of(language).format(**slots)


def number(value: Number, unit: str, language: Language, *, decimals: int = 0) -> str:
    """A number as text, without its mark.

    Examples
    --------
    >>> number(252963, "enterprises", "en")
    '252,963'
    >>> number(0.041694, "share", "zh", decimals=2)
    '4.17%'
    >>> number(21 / 32, "share", "en", decimals=2)
    '65.63%'
    >>> number(12.4, "points", "zh", decimals=1), number(12.4, "points", "en", decimals=1)
    ('12.4个百分点', '12.4 pp')
    """
    if isinstance(value, float) and math.isnan(value):
        return "—"
    if unit == "share":
        text = f"{_half_up(value, decimals, percent=True)}%"
    elif unit == "points":
        text = f"{_half_up(value, decimals)}" + ("个百分点" if language == "zh" else " pp")
    else:
        text = f"{_half_up(value, decimals):,}"
    return _signed(text)


def _half_up(value: Number, decimals: int, *, percent: bool = False) -> Decimal:
    """A number to so many decimals, a half away from nothing (四舍五入), as a spreadsheet shows it."""
    exact = Decimal(repr(float(value))).scaleb(2) if percent else Decimal(repr(float(value)))
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _signed(text: str) -> str:
    """With a true minus; what rounds to nothing has no sign."""
    if "-" not in text:
        return text
    return text.replace("-", "" if not re.search("[1-9]", text) else "−")


def rounded(value: Number, language: Language) -> str:
    """A count to three digits, as one says it aloud: 36.3万, 363 thousand.

    Examples
    --------
    >>> rounded(363254, "zh"), rounded(363254, "en")
    ('36.3万', '363 thousand')
    >>> rounded(8521, "zh")
    '8,521'
    """
    scales = [(1e8, "亿"), (1e4, "万")] if language == "zh" else [(1e6, " million"), (1e4, " thousand")]
    for scale, word in scales:
        if abs(value) >= scale:
            divisor = 1e3 if word == " thousand" else scale
            whole = len(str(int(abs(value) / divisor)))
            return f"{value / divisor:,.{max(3 - whole, 0)}f}{word}"
    return number(value, "count", language)


def claim(quantity: Quantity, language: Language, *, form: str = "") -> Claim:
    """A quantity as it is printed, never without the word that makes it true ("at least", "nearly").

    Parameters
    ----------
    form
        Empty for full digits; `about` for a rounded count; `0`, `1`, … for that many decimals.
    """
    if quantity.withheld:
        return Claim(quantity, WITHHELD.of(language))
    word = APPROXIMATE[quantity.approximate].of(language)
    if form == "about":
        return Claim(quantity, word + rounded(quantity.value, language))
    decimals = int(form) if form else quantity.decimals
    value = _outward(quantity, decimals) if quantity.operation else quantity.value
    return Claim(quantity, word + number(value, quantity.unit, language, decimals=decimals))


def _outward(quantity: Quantity, decimals: int) -> Number:
    """What is "at most" so much is rounded up, what is "at least" so much down: the word stays true."""
    scale = 10.0 ** (decimals + 2 * (quantity.unit == "share"))
    whole = {"at most": math.ceil, "at least": math.floor}.get(quantity.approximate)
    if whole is None or not math.isfinite(quantity.value):
        return quantity.value
    return whole(round(quantity.value * scale, 6)) / scale


def bare(quantity: Quantity, language: Language) -> Claim:
    """Percentage points without their unit, for a column whose head names it.

    Examples
    --------
    >>> gap = Quantity(-0.004, "points", Status.DERIVED, Label("差", "gap"), address="comparison:gap", decimals=2)
    >>> bare(gap, "zh").text
    '0.00'
    """
    return Claim(quantity, _signed(f"{quantity.value:.{quantity.decimals}f}"))


def rate(value: Rate, language: Language) -> Inlines:
    """A rate with its numerator, its base and the base's name; there is no shorter form in prose.

    Examples
    --------
    >>> covered = Quantity(10547, "enterprises", Status.PUBLISHED, Label("覆盖", "covered"), address="figure:covered")
    >>> operating = Quantity(252963, "enterprises", Status.PUBLISHED, Label("开业", "operating"), address="figure:operating")
    >>> plain(rate(Rate(covered, operating, Label("实际开业企业", "operating enterprises")), "en"))
    '4.17% (10,547 of 252,963 operating enterprises)'
    """
    share, part, base = (claim(quantity, language) for quantity in (value.share, value.numerator, value.base))
    if language == "zh":
        return (share, "（", value.base_name.zh, base, "家中的", part, "家）")
    return (share, " (", part, " of ", base, " ", value.base_name.en, ")")


def interval(value: Interval, language: Language, *, form: str = "") -> Inlines:
    """A range, or the one number it has shrunk to."""
    low, high = claim(value.low, language, form=form), claim(value.high, language, form=form)
    if value.is_exact:
        return (low,)
    return (low, "至" if language == "zh" else " to ", high)


def fill(template: Label, values: Mapping[str, Slot], language: Language) -> Inlines:
    """A sentence from a template with slots `{name}` or `{name:form}`; see `claim` for forms.

    Between quotation marks, those that a name holds become single. A name that ends in a digit does not touch a number.

    Examples
    --------
    >>> fill(Label("“{name}”", "“{name}”"), {"name": Label("“三有”企业", "the “three haves”")}, "zh")
    ('“', '‘三有’企业', '”')
    >>> joint = Quantity(866, "organisations", Status.PUBLISHED, Label("联合党组织", "joint"), address="figure:joint")
    >>> plain(fill(Label("{n}个", "{n} joint organisations"), {"n": joint}, "en"))
    '866 joint organisations'
    >>> plain(fill(Label("{place}{n}个", ""), {"place": "开发区2", "n": joint}, "zh"))
    '开发区2 866个'
    """
    return _pieces(template.of(language), values, language)


def slots_of(name: str, label: Label, rate: Rate) -> dict[str, Slot]:
    """The slots of a rate: under its name what it is the rate of, then `name_base`, `name_part` and `name_share`."""
    return {name: label, f"{name}_base": rate.base, f"{name}_part": rate.numerator, f"{name}_share": rate.share}


def opened(content: Inlines) -> Inlines:
    """A sentence that opens with a number's word ("over 70,000") with a capital."""
    if not content or not isinstance(content[0], Claim):
        return content
    return (replace(content[0], text=capital(content[0].text)), *content[1:])


def _pieces(text: str, values: Mapping[str, Slot], language: Language) -> Inlines:
    pieces: list[str | Claim] = []
    position = 0
    for slot in _SLOT.finditer(text):
        pieces.append(text[position : slot.start()])
        filled = _filled(values[slot[1]], language, slot[2] or "")
        is_quoted = text[: slot.start()].endswith("“") and text.startswith("”", slot.end())
        pieces += [one.translate(INNER) if is_quoted and isinstance(one, str) else one for one in filled]
        position = slot.end()
    pieces.append(text[position:])
    return tuple(_apart([piece for piece in pieces if piece != ""]))


def _apart(pieces: Sequence[str | Claim]) -> Iterator[str | Claim]:
    """The pieces, with a blank where digits of two of them would be read as one number."""
    before = ""
    for piece in pieces:
        text = piece if isinstance(piece, str) else piece.marked
        if touch(before, text):
            yield " "
        yield piece
        before = text


def capital(text: str) -> str:
    """The text with its first letter as a capital; Chinese stays as it is.

    Examples
    --------
    >>> capital("private enterprises"), capital("私营企业")
    ('Private enterprises', '私营企业')
    """
    return text[:1].upper() + text[1:]


def plain(content: Inlines) -> str:
    """Inline content as plain text, numbers with their marks."""
    return "".join(piece if isinstance(piece, str) else piece.marked for piece in content)


def derivation(quantity: Quantity, language: Language) -> str:
    """How a number came about, in words: where it was quoted, or from what it was computed.

    Examples
    --------
    >>> covered = Quantity(10547, "enterprises", Status.PUBLISHED, Label("覆盖企业", "covered"), address="figure:covered")
    >>> operating = Quantity(252963, "enterprises", Status.PUBLISHED, Label("开业", "operating"), address="figure:operating")
    >>> derivation(operating - covered, "en")
    'operating 252,963 − covered 10,547'
    """
    if quantity.address:
        place = (language == "en" and quantity.locator_en) or quantity.locator
        return " ".join(dict.fromkeys(part for part in (quantity.label.of(language), place) if part))
    parts = [_operand(part, language) for part in quantity.parts]
    if quantity.operation in "+−×÷":
        return f" {quantity.operation} ".join(parts)
    names = {
        "min": Label("取小", "least of"),
        "max": Label("取大", "greatest of"),
        "ceil": Label("进位取整", "rounded up"),
        "floor": Label("舍去取整", "rounded down"),
    }
    return f"{names[quantity.operation].of(language)} {', '.join(parts)}"


def not_in_data(attributes: Iterable[str], language: Language) -> str:
    """One sentence on what is not in the data, by our names for columns; empty where all is.

    Examples
    --------
    >>> not_in_data({"instructor"}, "en")
    'Not in the data: instructors; nothing is computed from them.'
    """
    names = names_of(attributes, language)
    told = Label("数据中没有：{}；不据以计算任何数。", "Not in the data: {}; nothing is computed from them.").of(
        language
    )
    return told.format(names) if names else ""


def status_word(status: Status, language: Language) -> str:
    """A status in one word."""
    return STATUS[status].of(language)


STATUS = {
    Status.PUBLISHED: Label("已公布", "published"),
    Status.COUNTED: Label("清点", "counted"),
    Status.DERIVED: Label("推算", "derived"),
    Status.ASSUMED: Label("假设", "assumed"),
    Status.SYNTHETIC: Label("合成", "synthetic"),
    Status.SIMULATED: Label("模拟", "simulated"),
}


def _filled(value: Slot, language: Language, form: str) -> Inlines:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, Label):
        return (value.of(language),)
    if isinstance(value, tuple):
        return value
    if isinstance(value, Rate):
        return rate(value, language)
    if isinstance(value, Interval):
        return interval(value, language, form=form)
    return (claim(value, language, form=form),)


def _operand(part: Quantity, language: Language) -> str:
    text = claim(part, language).marked
    if part.operation and len(part.parts) > 1:
        return (
            f"({derivation(part, language)} = {text})"
            if language == "en"
            else f"（{derivation(part, language)} = {text}）"
        )
    if part.operation:
        return f"{derivation(part, language)} = {text}"
    return f"{part.label.of(language)} {text}"
