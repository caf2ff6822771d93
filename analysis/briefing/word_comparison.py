"""A Word file that was edited by hand, held against the run that wrote it: numbers, sentences, tables and pictures."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any, Literal, TypeVar

from analysis.ledger import Claim
from analysis.sources.word_reader import Grid, Item, Picture, Text

Kind = Literal[
    "number_changed",
    "mark_lost",
    "base_lost",
    "number_removed",
    "number_added",
    "sentence_changed",
    "sentence_added",
    "sentence_removed",
    "sentence_moved",
    "table_removed",
    "table_added",
    "column_removed",
    "column_added",
    "row_removed",
    "row_added",
    "picture_removed",
    "picture_added",
]
NUMBERS: tuple[Kind, ...] = ("number_changed", "mark_lost", "base_lost", "number_removed", "number_added")

_NUMBER = r"[+\-−]?\d[\d,，]*(?:\.\d+)?(?:\s?[%‰％]|[万亿])?"
_TOKEN = re.compile(rf"{_NUMBER}|[§†‡]|[^\W\d_]+(?:['’][^\W\d_]+)?|\S")
_ORDINAL = re.compile(
    r"^(\d+(\.\d+)*\.?|[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+[．、])\s*"
)  # before a heading
_MARKS = "§†‡"
_ALIKE = 0.5  # two sentences are one, changed, when so much of them is the same
_ROWS_ALIKE = 0.4


@dataclass(frozen=True)
class Found:
    """One thing that differs from what the run wrote.

    Parameters
    ----------
    at
        The sentence, cell, table or picture; the edited one where there is one.
    before, after
        The number, sentence or row as the run wrote it, and as it stands now; empty where it is not there.
    claim
        The ledger's row, such as `c12`; empty for what is no number of the ledger.
    within
        The sentence of a number, as it stands now; the caption, row and column for a cell.
    """

    kind: Kind
    at: Item
    before: str = ""
    after: str = ""
    claim: str = ""
    within: str = ""

    @property
    def is_about_numbers(self) -> bool:
        """Whether a number stands in the edited file that the run did not write, or without what it needs."""
        return self.kind in NUMBERS or (self.kind.endswith("_added") and any(map(str.isdecimal, self.after)))

    @property
    def is_tracked(self) -> bool:
        """Whether it comes from a tracked change, or stands in a paragraph with one."""
        return self.at.is_tracked


def compare(written: Sequence[Item], edited: Sequence[Item], ledger: Mapping[str, Claim]) -> tuple[Found, ...]:
    """Everything that an edited document says otherwise than the one that was written, in the order of reading.

    A number that was changed is told once, with its sentence, and the sentence only where its words were changed as well.
    """
    found: list[Found] = []
    for one, other in _pairs(written, edited, key=_key, alike=_item_alike, least=_ALIKE):
        if isinstance(one, Text) and isinstance(other, Text):
            found += _sentence(one, other, ledger)
        elif isinstance(one, Grid) and isinstance(other, Grid):
            found += _grid(one, other, ledger)
        elif one is None or other is None:
            found.append(_alone(one, other))
    return tuple(_moved(_with_captions(found)))


# ---------------------------------------------------------------- what is whose counterpart

T = TypeVar("T")


def _pairs(
    one: Sequence[T], other: Sequence[T], *, key: Callable[[T], Any], alike: Callable[[T, T], float], least: float
) -> Iterator[tuple[T | None, T | None]]:
    """Two sequences, each with its counterpart in the other: the same, or in its place and much alike."""
    matcher = SequenceMatcher(None, [key(item) for item in one], [key(item) for item in other], autojunk=False)
    for tag, first, last, start, end in matcher.get_opcodes():
        if tag == "equal":
            yield from zip(one[first:last], other[start:end], strict=True)
        else:
            yield from _best(one[first:last], other[start:end], alike, least)


def _best(
    one: Sequence[T], other: Sequence[T], alike: Callable[[T, T], float], least: float
) -> Iterator[tuple[T | None, T | None]]:
    """The pairs, in the order of both, that are alike the most in all; then those without a counterpart."""
    scores = [[alike(left, right) for right in other] for left in one]
    best = [[0.0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for row in range(len(one) - 1, -1, -1):
        for column in range(len(other) - 1, -1, -1):
            taken = scores[row][column] + best[row + 1][column + 1] if scores[row][column] >= least else -1.0
            best[row][column] = max(best[row + 1][column], best[row][column + 1], taken)
    row = column = 0
    while row < len(one) or column < len(other):
        here = best[row][column]
        if row < len(one) and here == best[row + 1][column]:
            yield one[row], None
            row += 1
        elif column < len(other) and here == best[row][column + 1]:
            yield None, other[column]
            column += 1
        else:
            yield one[row], other[column]
            row, column = row + 1, column + 1


def _key(item: Item) -> tuple[str, ...]:
    """What makes two items the same without a look at their parts."""
    if isinstance(item, Grid):
        return ("table", *(cell.text for row in item.rows for cell in row))
    if isinstance(item, Picture):
        return ("picture", item.digest)
    return ("text", _plain(item.text[_named_from(item) :]))


def _item_alike(one: Item, other: Item) -> float:
    if isinstance(one, Text) and isinstance(other, Text):
        return _text_alike(_words(one.text), _words(other.text))
    if isinstance(one, Grid) and isinstance(other, Grid):
        cells, others = ({cell.text for row in grid.rows for cell in row} for grid in (one, other))
        shared = len(cells & others) / max(1, min(len(cells), len(others)))
        return max(shared, 0.9 * (one.caption == other.caption != ""))
    return 0.0


def _text_alike(one: Sequence[str], other: Sequence[str]) -> float:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= _ROWS_ALIKE else 0.0


def _plain(text: str) -> str:
    """A text as it is compared: without what programs write in several ways."""
    text = unicodedata.normalize("NFKC", text).replace("−", "-").replace("…", "...")
    return re.sub(r"[“”„]", '"', re.sub(r"[‘’]", "'", text)).strip()


def _named_from(text: Text) -> int:
    """Where the words of a heading begin, after its number; 0 in any other text."""
    found = _ORDINAL.match(text.text) if text.text == text.heading else None
    return found.end() if found else 0


# ---------------------------------------------------------------- within a sentence


@dataclass(frozen=True)
class _Token:
    text: str
    start: int
    claim: str = ""

    @property
    def is_number(self) -> bool:
        return any(char.isdecimal() for char in self.text)


def _tokens(text: Text) -> list[_Token]:
    found = _TOKEN.finditer(text.text, _named_from(text))
    return [_Token(one[0], one.start(), _claim_at(text, one.start())) for one in found]


def _claim_at(text: Text, position: int) -> str:
    return next((claim for start, end, claim in text.claims if start <= position < end), "")


def _words(text: str) -> list[str]:
    """A text's words without its numbers and their marks, as they are compared."""
    return [word for word in _TOKEN.findall(_plain(text)) if word not in _MARKS and not any(map(str.isdecimal, word))]


def _sentence(one: Text, other: Text, ledger: Mapping[str, Claim]) -> Iterator[Found]:
    """What differs between a sentence and what became of it."""
    before, after = _tokens(one), _tokens(other)
    matcher = SequenceMatcher(
        None, [_plain(token.text) for token in before], [_plain(token.text) for token in after], autojunk=False
    )
    gone: list[_Token] = []
    for tag, first, last, start, end in matcher.get_opcodes():
        if tag != "equal":
            old, new = before[first:last], after[start:end]
            gone += [token for token in old if token.is_number]
            yield from _numbers(before, first, old, new, other)
    kept = {token.claim for token in before if token.claim} - {token.claim for token in gone}
    for token in gone:
        if token.claim in ledger and any(_is_base(ledger, token.claim, rate) for rate in kept):
            rate = next(rate for rate in kept if _is_base(ledger, token.claim, rate))
            still_there = any(one.is_number for one in after if _plain(one.text) == _plain(token.text))
            if not still_there and not _replaced(matcher, before, after, token):
                yield Found("base_lost", other, ledger[rate].marked, "", rate, other.text)
    if _words(one.text) != _words(other.text):
        yield Found("sentence_changed", other, one.text, other.text)


def _replaced(matcher: SequenceMatcher[str], before: Sequence[_Token], after: Sequence[_Token], token: _Token) -> bool:
    """Whether another number stands where this one stood."""
    for tag, first, last, start, end in matcher.get_opcodes():
        if tag == "replace" and token in before[first:last]:
            return any(one.is_number for one in after[start:end])
    return False


def _numbers(
    before: Sequence[_Token], first: int, old: Sequence[_Token], new: Sequence[_Token], at: Text
) -> Iterator[Found]:
    """What became of the numbers and marks in one place that differs."""
    numbers, others = ([token for token in tokens if token.is_number] for tokens in (old, new))
    for position in range(max(len(numbers), len(others))):
        was = numbers[position] if position < len(numbers) else None
        now = others[position] if position < len(others) else None
        kind: Kind = "number_changed" if was and now else "number_removed" if was else "number_added"
        claim = was.claim if was else ""
        if was and now and _plain(was.text) == _plain(now.text):
            continue
        yield Found(kind, at, was.text if was else "", now.text if now else "", claim, at.text)
    marks = [token for token in old if token.text in _MARKS and token.text not in [one.text for one in new]]
    for mark in marks:
        number = next((token for token in reversed(before[: before.index(mark)]) if token.is_number), None)
        if number is not None and number not in old:
            yield Found("mark_lost", at, number.text + mark.text, number.text, number.claim, at.text)


def _is_base(ledger: Mapping[str, Claim], claim: str, rate: str) -> bool:
    """Whether one number of the ledger is what another is a share of."""
    if rate not in ledger or ledger[rate].quantity.unit != "share":
        return False
    parts = ledger[rate].quantity.parts
    return len(parts) == 2 and parts[1] == ledger[claim].quantity


# ---------------------------------------------------------------- within a table


def _grid(one: Grid, other: Grid, ledger: Mapping[str, Claim]) -> Iterator[Found]:
    """What differs between a table and what became of it: columns, rows, then cells."""
    heads = [[cell.text for cell in grid.rows[0]] if grid.rows else [] for grid in (one, other)]
    columns = _columns(*heads)
    for left, right in columns:
        if left is None and right is not None:
            yield Found("column_added", other, "", heads[1][right], within=other.caption)
        elif right is None and left is not None:
            yield Found("column_removed", other, heads[0][left], "", within=one.caption)
    both = [(left, right) for left, right in columns if left is not None and right is not None]
    rows = _pairs(
        one.rows, other.rows, key=lambda row: tuple(cell.text for cell in row), alike=_rows_alike, least=_ROWS_ALIKE
    )
    for old, new in rows:
        if old is None or new is None:
            yield _row_alone(old, new, one if new is None else other)
            continue
        for left, right in both:
            if left < len(old) and right < len(new):
                where = " · ".join(filter(None, (other.caption, old[0].text if left else "", heads[0][left])))
                for found in _sentence(old[left], new[right], ledger):
                    yield replace(found, at=replace(other, is_tracked=new[right].is_tracked), within=where)


def _columns(one: Sequence[str], other: Sequence[str]) -> list[tuple[int | None, int | None]]:
    """Which column is which, by their places; by their heads where there are more or fewer."""
    if len(one) == len(other):
        return [(at, at) for at in range(len(one))]
    named = [list(enumerate(heads)) for heads in (one, other)]
    pairs = _pairs(*named, key=lambda head: head[1], alike=lambda *_: 0.0, least=1.0)
    return [(None if left is None else left[0], None if right is None else right[0]) for left, right in pairs]


def _rows_alike(one: Sequence[Text], other: Sequence[Text]) -> float:
    """How much of two rows is the same; their first cell names them."""
    shared = sum(left.text == right.text for left, right in zip(one, other, strict=False)) / max(
        len(one), len(other), 1
    )
    return max(shared, 0.9 * bool(one and other and one[0].text == other[0].text != ""))


def _row_alone(old: Sequence[Text] | None, new: Sequence[Text] | None, grid: Grid) -> Found:
    told = " | ".join(cell.text for cell in (old or new or ()))
    if new is None:
        return Found("row_removed", grid, told, "", within=grid.caption)
    return Found(
        "row_added", replace(grid, is_tracked=any(cell.is_tracked for cell in new)), "", told, within=grid.caption
    )


# ---------------------------------------------------------------- without a counterpart


def _alone(one: Item | None, other: Item | None) -> Found:
    item = other if one is None else one
    assert item is not None
    what = "table" if isinstance(item, Grid) else "picture" if isinstance(item, Picture) else "sentence"
    told = item.caption if isinstance(item, Grid) else item.alt if isinstance(item, Picture) else item.text
    kind: Kind = f"{what}_{'added' if one is None else 'removed'}"  # type: ignore[assignment]
    return Found(kind, item, *(("", told) if one is None else (told, "")))


def _with_captions(found: Sequence[Found]) -> Iterator[Found]:
    """What differs, without the captions of tables that came or went with them."""
    gone = {(one.kind.removeprefix("table"), one.before or one.after) for one in found if one.kind.startswith("table")}
    for one in found:
        title = (one.before or one.after) if one.kind in ("sentence_added", "sentence_removed") else ""
        if not any(one.kind.endswith(end) and caption and title.endswith(caption) for end, caption in gone):
            yield one


def _moved(found: Iterator[Found]) -> Iterator[Found]:
    """What differs; a sentence that went here and came there, unchanged, has moved."""
    listed = list(found)
    came = {_plain(one.after): one for one in listed if one.kind == "sentence_added"}
    went = {_plain(one.before) for one in listed if one.kind == "sentence_removed"}
    for one in listed:
        if one.kind == "sentence_removed" and _plain(one.before) in came:
            continue
        yield (
            replace(one, kind="sentence_moved", before=one.after)
            if one.kind == "sentence_added" and _plain(one.after) in went
            else one
        )
