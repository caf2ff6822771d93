"""A register's words for districts and categories, as ids of the study."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from analysis.cell_text import plain
from analysis.messages import said
from analysis.sources.registers.words import dictionary, likeliest, likeness
from analysis.study import Study
from analysis.study_models import Category, District

_ENDINGS = ("自治县", "自治州", "新区", "地区", "街道", "市", "区", "县", "旗", "盟", "州", "镇", "乡")
_PROVINCES = ("省", "自治区")
_LENGTHS = (6, 9, 12)  # digits of the codes of counties, of towns and of villages
_SHOWN = 5  # ids that a message shows of those that are allowed

_Ids = tuple[str, ...]


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
            if self.column == "category":
                shown = ", ".join(f"{one} ({names[one]})" for one in could_be)
                return "could be two: give the id", said("the id of one of them: {names}", names=shown)
            codes = {row.id: row.code or row.id for row in self.study.districts}
            shown = ", ".join(f"{codes[one]} ({names[one]})" for one in could_be)
            return "could be two: give the code", said("the code of one of them: {names}", names=shown)
        allowed = "; ".join(f"{one} ({names[one]})" for one in [*likeness(word, self.spelt)][:_SHOWN])
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
    places = _spelt_shorter(study.settings.place.zh)
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
    table, spelt = dictionary()["categories"], _spelt(study, "category")
    kinds = {
        kind: (kind,) if kind in spelt else _named(study, [plain(word) for word in entry["words"]])
        for kind, entry in table.items()
    }
    common: dict[str, _Ids] = {}
    for kind, entry in table.items():
        ours = kinds[kind] or kinds.get(entry.get("part_of", ""), ())
        for word in map(plain, entry["words"]):
            common[word] = tuple(dict.fromkeys((*common.get(word, ()), *ours, *_named(study, (word,)))))
        if len(ours) == 1:
            spelt[ours[0]] |= {*entry["words"]}
    words = _by_word((row.id, (row.id, row.zh, row.en)) for row in study.settings.categories)
    return Names(study, "category", common | words, spelt)


def _named(study: Study, words: Sequence[str]) -> _Ids:
    """The categories in whose names one of the words stands."""
    names = {row.id: (plain(row.zh), plain(row.en)) for row in study.settings.categories}
    return tuple(ours for ours, texts in names.items() if any(word in text for text in texts for word in words))


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
    before, bracket, rest = name.partition("（")
    for whole in (before, rest.rstrip("）")) if bracket else (before,):
        for place in ("", *places):
            if whole.startswith(place):
                yield from _spelt_shorter(whole.removeprefix(place))


def _spelt_shorter(name: str) -> tuple[str, ...]:
    """A name, and the same without its ending; one sign alone is no name."""
    bare = [name.removesuffix(ending) for ending in _ENDINGS if name.endswith(ending)]
    return tuple(plain(word) for word in (name, *bare) if len(word) > 1)
