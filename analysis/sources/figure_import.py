"""Figures out of a paragraph or a table: lines of published.csv proposed, each to be confirmed by a person.

Value, decimals and the word of an approximate figure come from the number as it is written (13.12万户: 131,200, to
hundreds); what it counts, and of what, from the words beside it. Whatever is not said there stays empty and is asked.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from typing import Any

from analysis.errors import DataError, Problem
from analysis.messages import said
from analysis.sources.figure_numbers import NUMBER, vague_word, value_of

_TRADITIONAL = str.maketrans("萬億個戶餘黨員組織業導聯絡註冊統計約過逾", "万亿个户余党员组织业导联络注册统计约过逾")
_SIZE = re.compile(
    r"(职工|员工|从业人员|人数)[^，。;；]{0,6}$"
)  # before a number of staff that only says which enterprises
_STOPS = "，,、；;。:：()（）"


@dataclass(frozen=True)
class Proposal:
    """One line of published.csv as far as a text gives it.

    Parameters
    ----------
    where
        The paragraph or row it stands in.
    phrase
        The clause that carries the number.
    unknown
        The columns that the text does not give and a person must.
    """

    where: str
    phrase: str
    value: str
    unit: str
    decimals: int
    approximate: str
    id: str = ""
    indicator: str = ""
    category: str = "all"
    base: str = ""
    label_zh: str = ""
    label_en: str = ""
    place: str = ""
    period: str = ""
    source: str = ""
    unknown: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Aside:
    """A number that is no figure of its own, and what it is: a year, a size, or a number without a unit."""

    where: str
    text: str
    why: str


Found = Proposal | Aside


def figures_in_text(text: str, *, place: str = "", source: str = "") -> tuple[Found, ...]:
    """Every number of a text, in its order: as a line of published.csv, or set aside with why.

    Examples
    --------
    >>> (found,) = figures_in_text("全市有私营企业13.12万户。")
    >>> found.value, found.decimals, found.unit, found.category
    ('131200', -2, 'enterprises', 'private')
    >>> (found,) = figures_in_text("选派8千多名指导员。")
    >>> found.value, found.approximate, found.indicator
    ('8000', 'over', 'instructors')
    """
    found: list[Found] = []
    for number, paragraph in enumerate(unicodedata.normalize("NFKC", text).splitlines(), start=1):
        place_of_end = 0
        for sentence in re.split(r"(?<=[。！？；])", _plain(paragraph)):
            as_written = paragraph[place_of_end : place_of_end + len(sentence)]
            found += _in_sentence(
                sentence, as_written, f"¶{number}", [one for one in found if isinstance(one, Proposal)]
            )
            place_of_end += len(sentence)
    named: list[Found] = []
    year = ""
    for one in found:
        if isinstance(one, Aside):
            year = one.text[:4] if one.why == "year" else year
            named.append(one)
        else:
            named.append(replace(one, place=place, period=year, source=source))
    return tuple(_told_apart(_based(named)))


def figures_in_table(rows: Sequence[tuple[int, Sequence[str]]], where: str) -> tuple[Found, ...]:
    """Every row of a table as a line of published.csv; its header names the columns in Chinese or English.

    Parameters
    ----------
    rows
        Each with its number in the file, the header among them.

    Raises
    ------
    DataError
        When no row names the columns of what is counted and how many.

    Examples
    --------
    >>> table = [(1, ["指标", "数值", "单位"]), (2, ["个体工商户", "约11.8万", "户"])]
    >>> [(one.indicator, one.category, one.value, one.approximate) for one in figures_in_table(table, "a.xlsx")]
    [('enterprises', 'individual', '118000', 'about')]
    """
    header = _header(rows)
    if header is None:
        what = said("no row of names with what is counted and its value")
        allowed = "指标, 数值, 单位, 口径, 出处, 年份; indicator, value, unit, base, source, year"
        raise DataError(Problem(where, what, None, allowed))
    columns = _columns(rows[header][1])
    found: list[Found] = []
    for number, cells in rows[header + 1 :]:
        row = {name: cells[at].strip() for name, at in columns.items() if at < len(cells)}
        if row.get("indicator") and row.get("value"):
            found.append(_in_row(row, said("{file}, row {row}", file=where, row=number), found))
    return tuple(_told_apart(found))


def _in_sentence(sentence: str, as_written: str, where: str, before: Sequence[Proposal]) -> Iterator[Found]:
    size = ""
    numbers = list(NUMBER.finditer(sentence))
    listed = list(before)
    for position, number in enumerate(numbers):
        left, right = sentence[: number.start()], sentence[number.end() :]
        if not number["unit"] and re.match(r"(至|到|-|—)?\d{0,2}[年月日]", right):
            if right[0] == "年" and len(number["digits"]) == 4:
                yield Aside(where, f"{number[0]}年", "year")
            continue
        if number["unit"] == "人" and right.startswith("以上") and _SIZE.search(left):
            size = f"staff>={number['digits']}"
            yield Aside(where, f"{number[0]}以上", "size")
            continue
        following = numbers[position + 1].start() if position + 1 < len(numbers) else len(sentence)
        start, end = _ends(left, sentence[number.end() : following])
        clause = f"{left[start:]}#{number['unit'] or ''}{sentence[number.end() : number.end() + end]}"
        figure = _figure(number, left, right, where, _phrase(as_written[start : number.end() + end]))
        if isinstance(figure, Proposal):
            figure = _meant(figure, clause, left, listed, size)
            listed.append(figure)
        yield figure


def _figure(number: re.Match[str], left: str, right: str, where: str, phrase: str) -> Found:
    percent = number["digits"].startswith("百分之")
    unit = "percent" if percent else _words()["units"].get(number["unit"] or "", "")
    if not unit:
        return Aside(where, number[0], "no unit")
    value, decimals = value_of(number["digits"].removeprefix("百分之"), number["scale"])
    approximate = "over" if number["more"] or number["more2"] else vague_word(left, right, _words())
    return Proposal(where, phrase, f"{value:f}", unit, decimals, approximate or "no")


# ---------------------------------------------------------------- what they count


def _meant(figure: Proposal, clause: str, left: str, before: Sequence[Proposal], size: str) -> Proposal:
    """The figure with what it counts, of what, and what is still to be said."""
    about = _subject(left)
    rule = next((one for one in _words()["rules"] if _fits(one, figure.unit, clause, about)), None)
    if rule is None:
        return replace(figure, category=size or "all", unknown=("indicator", "label_zh", "label_en", "base"))
    whole = next(
        (one for one in reversed(before) if one.indicator.startswith("enterprises") and one.category == "all"), None
    )
    size = size if rule.get("sized") else ""
    category = rule.get("category", size or "all")
    indicator = rule.get("indicator", rule["id"])
    if "category" in rule:
        indicator = whole.indicator if whole is not None else "enterprises"
    base = rule.get("base", "")
    if base == "whole":
        base = whole.id if whole is not None and whole.id != rule["id"] else ""
    suffix, label_zh, label_en = "", rule["zh"], rule["en"]
    if category == size != "":
        least = size.removeprefix("staff>=")
        suffix, base = f"_{least}", base or f"staff_{least}"
        label_zh, label_en = f"职工{least}人以上：{label_zh}", f"{label_en}, with {least} or more staff"
    needs_base = rule["unit"] in ("percent", "enterprises") and indicator != "enterprises_registered"
    unknown = ["base"] if needs_base and not base else []
    if indicator == "enterprises":
        unknown.insert(0, "indicator")
    return replace(
        figure, id=_named(rule["id"], suffix), indicator=indicator, category=category, base=base,
        label_zh=label_zh, label_en=label_en, unit=rule["unit"], unknown=tuple(unknown),
    )  # fmt: skip


def _named(name: str, suffix: str) -> str:
    """An id with the size it is of; a rate's word stays last: `instructor_25_rate`."""
    return f"{name.removesuffix('_rate')}{suffix}_rate" if suffix and name.endswith("_rate") else f"{name}{suffix}"


def _fits(rule: Mapping[str, Any], unit: str, clause: str, about: str) -> bool:
    alike = rule["unit"] == unit or {rule["unit"], unit} == {"organisations", "enterprises"}
    is_near = re.search(rule["near"], clause) is not None and not re.search(rule.get("except", "(?!)"), clause)
    return alike and is_near and rule.get("about", about) == about


def _subject(left: str) -> str:
    """What a sentence speaks of just before a number."""
    last = {
        name: max((one.end() for one in re.finditer(words, left)), default=-1)
        for name, words in _words()["subjects"].items()
    }
    name = max(last, key=lambda one: last[one])
    return name if last[name] >= 0 else ""


def _ends(left: str, right: str) -> tuple[int, int]:
    """Where the clause of a number begins in what stands before it, and ends in what follows."""
    start = max(left.rfind(stop) for stop in _STOPS) + 1
    return start, min((at for stop in _STOPS if (at := right.find(stop)) >= 0), default=len(right))


def _phrase(clause: str) -> str:
    """The clause as it is quoted: without what only joins it to another, and nothing that a spreadsheet takes for a formula."""
    return re.sub(r"^(其中|并且|全市|全区|全县|共)?[=+\-@\s]*", "", clause).strip(" 。")


# ---------------------------------------------------------------- a table's rows


def _in_row(row: Mapping[str, str], where: str, before: Sequence[Found]) -> Found:
    value = _plain(row["value"])
    unit = _plain(row.get("unit", ""))
    scale = "".join(char for char in unit if char in "千万亿")
    counted = next((char for char in unit if char in _words()["units"]), "")
    written = value if NUMBER.search(value) is None or NUMBER.search(value)["unit"] else f"{value}{scale}{counted}"  # type: ignore[index]
    name = _plain(row["indicator"])
    found = next(
        iter(
            _in_sentence(
                f"{name}{written}", f"{name}{written}", where, [one for one in before if isinstance(one, Proposal)]
            )
        ),
        None,
    )
    if not isinstance(found, Proposal):
        return Aside(where, f"{row['indicator']} {row['value']}", "no unit")
    label = row["indicator"].strip()
    phrase = row.get("phrase") or f"{label} {row['value']}{row.get('unit', '')}"
    own: dict[str, Any] = {name: row[name] for name in ("place", "period", "source") if row.get(name)}
    base = row.get("base", "") or found.base
    unknown = tuple(name for name in found.unknown if name != "base" or not base)
    return replace(found, **own, label_zh=label, phrase=phrase, base=base, unknown=unknown)


def is_of_figures(rows: Sequence[tuple[int, Sequence[str]]]) -> bool:
    """Whether a table has a row of names with what is counted and its value."""
    return _header(rows) is not None


def _header(rows: Sequence[tuple[int, Sequence[str]]]) -> int | None:
    return next((at for at, (_, cells) in enumerate(rows) if {"indicator", "value"} <= set(_columns(cells))), None)


def _columns(cells: Sequence[str]) -> dict[str, int]:
    """Which column of a header holds what."""
    names = {word: name for name, words in _words()["headers"].items() for word in words}
    plain = [unicodedata.normalize("NFKC", cell).strip().lower() for cell in cells]
    return {names[cell]: at for at, cell in reversed(list(enumerate(plain))) if cell in names}


# ---------------------------------------------------------------- the words


def _told_apart(found: Iterable[Found]) -> Iterator[Found]:
    """The same, no two of one id."""
    taken: dict[str, int] = {}
    for one in found:
        if isinstance(one, Proposal):
            name = one.id or "figure"
            taken[name] = taken.get(name, 0) + 1
            one = replace(one, id=name if taken[name] == 1 else f"{name}_{taken[name]}")
        yield one


def _based(found: Sequence[Found]) -> Iterator[Found]:
    """The same; what a share is of is the base of the number that it is a share for."""
    bases = {
        one.indicator.removesuffix("_share"): one.base
        for one in found
        if isinstance(one, Proposal) and one.base and one.indicator.endswith("_share")
    }
    for one in found:
        if isinstance(one, Proposal) and not one.base:
            one = replace(one, base=bases.get(one.indicator, ""))
        yield one


def hidden_bases(found: Sequence[Proposal]) -> tuple[tuple[str, str, str, str], ...]:
    """Bases that the figures speak of and do not give, for [[hidden]]: id, name in Chinese and in English, unit."""
    own = {one.id for one in found}
    names = _words()["hidden"]
    ids = dict.fromkeys(one.base for one in found if one.base and one.base not in own)
    return tuple((name, *(names.get(name) or _of_size(name))) for name in ids)


def _of_size(name: str) -> tuple[str, str, str]:
    least = name.removeprefix("staff_")
    zh, en = (
        (f"职工{least}人以上的企业", f"enterprises with {least} or more staff") if least.isdecimal() else (name, name)
    )
    return zh, en, "enterprises"


def _plain(text: str) -> str:
    """A text in simplified letters, letter by letter, its commas between words Chinese."""
    simple = unicodedata.normalize("NFKC", text).translate(_TRADITIONAL).replace(";", "；")
    return re.sub(r",(?!\d{3}(?!\d))|(?<!\d),", "，", simple)


@cache
def _words() -> Mapping[str, Any]:
    return tomllib.loads((resources.files("analysis") / "assets" / "figure_words.toml").read_text(encoding="utf-8"))
