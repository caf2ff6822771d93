"""No number without an account: the numbers inside names become claims, and a number nobody can trace stops the paper.

Sentences are filled with quantities, so their numbers are claims already. What is left are numbers in names that the
study's files give ("25 or more regular staff"): each is traced to the file and key the name stands in.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from analysis.errors import UntracedError, WorkbookError
from analysis.ledger import Claim
from analysis.messages import said
from analysis.quantities import Label, Number, Quantity, Status, plain_number
from analysis.reading import text_of, toml_of
from analysis.study import study_files
from analysis.views.blocks import LEDGER, Block, Figure, Heading, Inlines, Paragraph, Section, Table, Title
from analysis.views.wording import INNER

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?%?")
DATE = re.compile(
    r"¶\d+"
    r"|(?:19|20)\d\d[—–-](?:19|20)\d\d年?"
    r"|(?:19|20)\d\d(?:-\d\d-\d\d|年(?:\d{1,2}月(?:\d{1,2}日)?)?)?(?!\d|[,.]\d|%)"
    r"|\d{1,2} [A-Z][a-z]+ (?=(?:19|20)\d\d)"
)

Names = Mapping[str, str]


def names_of(folder: Path) -> Names:
    """Every text of a study's files that holds a number, with its address.

    Returns
    -------
    mapping
        From the text to `text:<file>/<key>`; a text that stands twice has its first address.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> names = names_of(open_study("suzhou-2003").folder)
    >>> names["职工50名以上的企业要有党员"]
    'text:targets.toml/targets.member_50.zh'
    """
    found: dict[str, str] = {}
    for address, text in _texts(folder):
        if NUMBER.search(text):
            found.setdefault(text, address)
            found.setdefault(text.translate(INNER), address)  # as it stands between quotation marks
    return found


def accounted(section: Section, names: Names) -> Section:
    """The section with the numbers of names turned into claims; the annex as it is, for it is the account.

    Raises
    ------
    UntracedError
        When a number in it is neither a claim, nor part of a name, nor a date.
    """
    pattern = _pattern(tuple(names))
    for text in (text for block in section.blocks for text in _heads(block)):
        for _ in _explained(text, names, pattern):
            pass  # a head is printed as it is, and holds no claims; a number in it has to be a name's all the same
    return replace(section, blocks=tuple(_block(block, names, pattern) for block in section.blocks))


def number_at(folder: Path, address: str) -> Number:
    """The number at an address `text:<file>/<key>#<position>`, as the file has it now.

    Raises
    ------
    WorkbookError
        When it is there no more.
    """
    place, _, position = address.rpartition("#")
    text = dict(_texts(folder)).get(place, "")
    numbers = NUMBER.findall(text)
    if int(position) >= len(numbers):
        raise WorkbookError(
            said(
                "{place}: holds no number at position {position} any more",
                place=place.removeprefix("text:"),
                position=int(position) + 1,
            )
        )
    return _value(numbers[int(position)])


def _block(block: Block, names: Names, pattern: re.Pattern[str]) -> Block:
    def told(content: Inlines) -> Inlines:
        return tuple(
            part
            for piece in content
            for part in ((piece,) if isinstance(piece, Claim) else _explained(piece, names, pattern))
        )

    match block:
        case Paragraph():
            return replace(block, content=told(block.content))
        case Table() if block.id != LEDGER:
            return replace(
                block, rows=tuple(tuple(told(cell) for cell in row) for row in block.rows), note=told(block.note)
            )
        case Figure():
            return replace(block, note=told(block.note))
        case _:
            return block


def _heads(block: Block) -> tuple[str, ...]:
    """The texts of a block that hold no claims."""
    match block:
        case Title(title=title, subtitle=subtitle, details=details):
            return (title, subtitle, *(text for line in details for text in line))
        case Heading(text=text):
            return (text,)
        case Table(title=title, columns=columns):
            return (title, *(column.label for column in columns))
        case Figure(title=title):
            return (title,)
        case _:
            return ()


def _explained(text: str, names: Names, pattern: re.Pattern[str]) -> Iterator[str | Claim]:
    position = 0
    for name in pattern.finditer(text):
        yield from _dated(text[position : name.start()])
        yield from _claimed(name[0], names)
        position = name.end()
    yield from _dated(text[position:])


def _dated(text: str) -> Iterator[str]:
    rest = DATE.sub("", text)
    if stray := NUMBER.search(rest):
        raise UntracedError(
            said(
                'the number {stray} in "{text}" has no source: neither a quantity, nor a name, nor a date',
                stray=stray[0],
                text=text,
            )
        )
    if text:
        yield text


def _claimed(text: str, names: Names) -> Iterator[str | Claim]:
    known = next(name for name in names if name.casefold() == text.casefold())
    address = names[known]
    dates = [found.span() for found in DATE.finditer(text)]
    position = 0
    for count, found in enumerate(NUMBER.finditer(text)):
        if any(start <= found.start() < end for start, end in dates):
            continue
        quantity = Quantity(
            _value(found[0]),
            "count",
            Status.PUBLISHED,
            Label(known, known),
            address=f"{address}#{count}",
            locator=address.rpartition("text:")[2].partition("/")[0],
        )
        if text[position : found.start()]:
            yield text[position : found.start()]
        yield Claim(quantity, found[0])
        position = found.end()
    if text[position:]:
        yield text[position:]


@lru_cache(maxsize=4)  # the same for every section of a paper
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    longest = sorted(names, key=len, reverse=True)
    return re.compile("|".join(re.escape(name) for name in longest) or r"(?!)", flags=re.I)


def _texts(folder: Path) -> Iterator[tuple[str, str]]:
    for path in study_files(folder):
        start = f"text:{path.relative_to(folder).as_posix()}/"
        if path.suffix == ".toml":
            yield from _in_settings(start, toml_of(text_of(path)))
        else:
            for row in csv.DictReader(io.StringIO(text_of(path))):
                key = row.get("id", "")
                yield from ((f"{start}{key}.{column}", text) for column, text in row.items() if _is_words(text))


def _in_settings(place: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str) and _is_words(value):
        yield place.rstrip("."), value
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from _in_settings(f"{place}{name}.", part)
    elif isinstance(value, list):
        for position, part in enumerate(value):
            name = part.get("id", position) if isinstance(part, dict) else position
            yield from _in_settings(f"{place}{name}.", part)


def _is_words(text: object) -> bool:
    """Whether a cell holds words with a number in them, rather than a bare number, an id or a date."""
    return isinstance(text, str) and bool(re.search(r"\d", text)) and bool(re.search(r"[^\W\d_]", DATE.sub("", text)))


def _value(text: str) -> Number:
    return plain_number(float(text.rstrip("%").replace(",", "")))
