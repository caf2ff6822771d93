"""What registers call things: columns and what stands in them, by `assets/words.toml`; districts and categories, by a study."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from analysis.cell_text import plain
from analysis.messages import said
from analysis.study import Study
from analysis.study_models import Category, District

_FILE = Path(__file__).parent / "assets" / "words.toml"
_NOT = "无没未不非否×"
_ENDINGS = ("自治县", "自治州", "新区", "地区", "街道", "市", "区", "县", "旗", "盟", "州", "镇", "乡")
_PROVINCES = ("省", "自治区")
_LENGTHS = (6, 9, 12)  # digits of the codes of counties, of towns and of villages
_SHOWN = 5  # ids that a message shows of those that are allowed

_Ids = tuple[str, ...]


@cache
def dictionary() -> Mapping[str, Any]:
    """The dictionary as it stands in the file."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


@cache
def headers() -> Mapping[str, str]:
    """From every known header, made plain, to our column."""
    return {plain(name): column for column, names in dictionary()["columns"].items() for name in (*names, column)}


@cache
def words_of(column: str) -> Mapping[str, str]:
    """The words that a column of few values may hold, made plain, and what each means: `0`, `1`, or a kind.

    Examples
    --------
    >>> words_of("instructor")["是"], words_of("organised")["未建"], words_of("organisation")["联合"]
    ('1', '0', 'joint')
    """
    kind = "organisation" if column == "organisation" else "flag"
    return {plain(word): ours for ours, words in dictionary()["values"][kind].items() for word in words}


def guessed_word(word: str, column: str) -> str:
    """What the known words nearest to a word mean; one that denies is never guessed to mean one that does not.

    Examples
    --------
    >>> guessed_word("已选派1名", "instructor"), guessed_word("尚未选派", "instructor"), guessed_word("有", "organisation")
    ('1', '0', '')
    """
    denies = any(sign in word for sign in _NOT)
    spelt: dict[str, list[str]] = {}
    for known, ours in words_of(column).items():
        if denies == any(sign in known for sign in _NOT):
            spelt.setdefault(ours, []).append(known)
    return likeliest(word, spelt)


def likeliest(word: str, spelt: Mapping[str, Iterable[str]], *, from_: float = 0.5) -> str:
    """The name nearest to a word; empty where none is as near as `from_`, or two are equally so."""
    first, second = [*_likeness(word, spelt).items(), ("", 0.0), ("", 0.0)][:2]
    return first[0] if first[1] >= from_ and first[1] > second[1] else ""


def _likeness(word: str, spelt: Mapping[str, Iterable[str]]) -> dict[str, float]:
    """How near a word is to the nearest spelling of each name: from 0 to 1, the nearest first."""
    like = difflib.SequenceMatcher(None, "", plain(word))

    def ratio(text: str) -> float:
        like.set_seq1(plain(text))
        return like.ratio()

    near = {name: max(map(ratio, texts), default=0.0) for name, texts in spelt.items()}
    return dict(sorted(near.items(), key=lambda one: -one[1]))


@dataclass(frozen=True, eq=False)
class Names:
    """From a word, made plain, to the one district or category that it stands for."""

    study: Study
    column: str  # `district` or `category`
    words: Mapping[str, _Ids]  # to all that a word could stand for; one of several is none of them
    spelt: Mapping[str, set[str]]  # by id, what the words that stand for none are held against
    codes: Mapping[str, _Ids] = field(default_factory=dict)  # by beginnings: longer ones lie inside shorter
    places: tuple[str, ...] = ()  # what may stand before the name of a district: the names of the study's place

    def get(self, word: str) -> str | None:
        """The one id that a word, made plain, stands for; none where it could be none or several."""
        found = self.could_be(word)
        return found[0] if len(found) == 1 else None

    def could_be(self, word: str) -> _Ids:
        """All that a word, made plain, could stand for."""
        if word in self.words:
            return self.words[word]
        if word.isdecimal() and len(word) in _LENGTHS:
            return next((self.codes[word[:end]] for end in range(len(word), 1, -1) if word[:end] in self.codes), ())
        for place in self.places:
            before, found, after = word.partition(place)
            if found and after in self.words and (not before or before.endswith(_PROVINCES) or len(before) < 4):
                return self.words[after]
        return ()

    def guessed(self, word: str) -> str:
        """The id whose name is nearest to a word; empty where none is near, or two are."""
        return likeliest(word, self.spelt)

    def fault(self, word: str) -> tuple[str, str]:
        """What is wrong with a word that is not understood, and what is allowed, the nearest first.

        Examples
        --------
        >>> from analysis.study import open_study
        >>> what, allowed = known_names(open_study("suzhou-2003"), {})["category"].fault("私营企业主")
        >>> print(what, "|", allowed.split("; ")[0])
        is no category of suzhou-2003 | private (私营企业)
        """
        names = {row.id: row.label.zh for row in _rows(self.study, self.column)}
        if len(could_be := self.could_be(plain(word))) > 1:
            codes = {row.id: row.code or row.id for row in self.study.districts} if self.column == "district" else {}
            shown = ", ".join(f"{codes.get(one, one)} ({names[one]})" for one in could_be)
            if codes:
                return "could be two: give the code", said("the code of one of them: {names}", names=shown)
            return "could be two: give the id", said("the id of one of them: {names}", names=shown)
        allowed = "; ".join(f"{one} ({names[one]})" for one in [*_likeness(word, self.spelt)][:_SHOWN])
        if len(names) > _SHOWN:
            allowed = said("{shown} … ({number} in all)", shown=allowed, number=len(names))
        told = "is no district of {study}" if self.column == "district" else "is no category of {study}"
        return said(told, study=self.study.id), allowed


def known_names(study: Study, values: Mapping[str, Mapping[str, str]]) -> dict[str, Names]:
    """For `district` and `category`: every word that is understood, made plain, with the id it stands for.

    A district is known by its id, its code and longer ones that begin with it, and its names, with or without 市, 区 or 县
    at the end and the study's place before it; a category by its id, its names and the usual words for its kind. A word
    that could be two of them is none, unless the study says which in `values`.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> names = known_names(open_study("suzhou-2003"), {"category": {"合作社": "private"}})
    >>> [names["district"].get(word) for word in ("昆山", "kunshan", "苏州市昆山市", "320583100", "南京市")]
    ['320583', '320583', '320583', '320583', None]
    >>> [names["category"].get(word) for word in ("私企", "有限责任公司", "台资", "个体户", "合作社")]
    ['private', 'private', 'foreign', 'individual', 'private']
    """
    found = {"district": _districts(study), "category": _categories(study)}
    own = {column: {plain(word): (ours,) for word, ours in values.get(column, {}).items()} for column in found}
    return {column: replace(names, words={**names.words, **own[column]}) for column, names in found.items()}


def _rows(study: Study, column: str) -> Sequence[District | Category]:
    return study.districts if column == "district" else study.settings.categories


def _spelt(study: Study, column: str) -> dict[str, set[str]]:
    return {row.id: {row.id, row.label.en, row.label.zh} for row in _rows(study, column)}


def _districts(study: Study) -> Names:
    places = _shorter(study.settings.place.zh)
    words = _by_word(
        (row.id, (row.id, row.code, row.name_zh, row.name_en, *_shortened(row.name_zh, places)))
        for row in study.districts
    )
    if not {plain(row.name_zh) for row in study.districts} & {*places}:
        words = {word: ours for word, ours in words.items() if word not in places}  # 长沙市 is more than its 长沙县
    codes = _by_word((row.id, (_beginning(row.code, study),)) for row in study.districts if row.code)
    return Names(study, "district", words, _spelt(study, "district"), codes, places)


def _categories(study: Study) -> Names:
    """Categories by their names, and by the words of the dictionary for the kind of enterprise that they are."""
    rows, spelt, common = study.settings.categories, _spelt(study, "category"), dict[str, _Ids]()
    kinds = {kind: [*map(plain, entry["words"])] for kind, entry in dictionary()["categories"].items()}

    def named(*words: str) -> _Ids:
        """The categories in whose names one of the words stands."""
        return tuple(row.id for row in rows if any(word in plain(name) for name in (row.zh, row.en) for word in words))

    ids = {kind: (kind,) if kind in spelt else named(*words) for kind, words in kinds.items()}
    for kind, words in kinds.items():
        entry = dictionary()["categories"][kind]
        ours = ids[kind] or ids.get(entry.get("part_of", ""), ())
        for word in words:
            common[word] = tuple(dict.fromkeys((*common.get(word, ()), *ours, *named(word))))
        if len(ours) == 1:
            spelt[ours[0]] |= {*entry["words"]}
    return Names(study, "category", common | _by_word((row.id, (row.id, row.zh, row.en)) for row in rows), spelt)


def _by_word(rows: Iterable[tuple[str, Iterable[str]]]) -> dict[str, _Ids]:
    """From every word, made plain, to all that have it."""
    found: dict[str, _Ids] = {}
    for ours, words in rows:
        for word in {plain(word) for word in words if word}:
            found[word] = (*found.get(word, ()), ours)
    return found


def _beginning(code: str, study: Study) -> str:
    """What the codes of all that lies in a district begin with: its code without the noughts that only fill it up."""
    short = code
    for filled, noughts in ((12, 3), (9, 3), (6, 2), (4, 2)):
        if len(short) == filled and short.endswith("0" * noughts):
            short = short[:-noughts]
    return code if any(row.code != code and row.code.startswith(short) for row in study.districts) else short


def _shortened(name: str, places: tuple[str, ...]) -> Iterator[str]:
    """The name, and what stands in its brackets, each without its ending and without the place before it too."""
    for whole in filter(None, name.replace("）", "").split("（", 1)):
        for place in ("", *places):
            if whole.startswith(place):
                yield from _shorter(whole.removeprefix(place))


def _shorter(name: str) -> tuple[str, ...]:
    """A name, and the same without its ending; one sign alone is no name."""
    bare = [name.removesuffix(ending) for ending in _ENDINGS if name.endswith(ending)]
    return tuple(plain(word) for word in (name, *bare) if len(word) > 1)
