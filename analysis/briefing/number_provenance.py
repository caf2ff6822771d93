"""No number without an account: the numbers inside names become claims, and a number nobody can trace stops the paper.

Sentences are filled with quantities, so their numbers are claims already. What is left are numbers in names that the
study's files give ("25 or more regular staff"): each is traced to the file and key the name stands in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from analysis.errors import UntracedError, WorkbookError
from analysis.ledger import Claim
from analysis.messages import said
from analysis.quantities import Label, Number, Quantity, Status, plain_number
from analysis.reading import rows_of, texts_in, toml_in
from analysis.sources.audit.finding import BRACES
from analysis.study import TABLES, study_files
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
_OWN = re.compile(
    r"own:(\w+):([^?]*)\?(.*?)(?:#(\d+))?", flags=re.S
)  # the address of numbers that a notebook brings itself


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
            for printed in (INNER, BRACES):  # as it stands between quotation marks, and in a finding
                found.setdefault(text.translate(printed), address)
    return found


def constants_in(labels: Iterable[Label]) -> dict[str, str]:
    """Names with numbers in them that are constants of a question, each with the address of these.

    Examples
    --------
    >>> constants_in([Label("25至49人", "25 to 49")])["25 to 49"]
    'constant:25,49'
    """
    texts = (text for label in labels for text in (label.zh, label.en))
    return {text: f"constant:{','.join(numbers)}" for text in texts if (numbers := NUMBER.findall(text))}


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
        what = "{place}: holds no number at position {position} any more"
        raise WorkbookError(said(what, place=place.removeprefix("text:"), position=int(position) + 1))
    return _value(numbers[int(position)])


def own_address(values: Iterable[Number], *, source: str, status: Status) -> str:
    """The address of numbers of a notebook's own: they stand in it, with the source that it names.

    Examples
    --------
    >>> own_address([37], source="our visits, 2004", status=Status.COUNTED)
    'own:counted:37?our visits, 2004'
    """
    return f"own:{status.word}:{','.join(map(str, values))}?{source}"


def own_number(address: str) -> Number:
    """The number at such an address.

    Examples
    --------
    >>> own_number("own:counted:37,12.5?our visits, 2004#1")
    12.5
    """
    found = _OWN.fullmatch(address)
    if found is None:
        raise WorkbookError(said("{address}: is no address of a number of one's own", address=address))
    return plain_number(float(found[2].split(",")[int(found[4] or 0)]))


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
    dates = [date.span() for date in DATE.finditer(text)]
    for name in pattern.finditer(text):
        if any(_is_cut(name.span(), date) for date in dates):
            continue  # a district may be called 2003, or 12
        yield from _dated(text[position : name.start()])
        yield from _claimed(name[0], names)
        position = name.end()
    yield from _dated(text[position:])


def _is_cut(name: tuple[int, int], date: tuple[int, int]) -> bool:
    """Whether a name would take part of a date, or be nothing else."""
    overlap = name[0] < date[1] and date[0] < name[1]
    holds_more = name[0] <= date[0] and date[1] <= name[1] and name != date
    return overlap and not holds_more


def _dated(text: str) -> Iterator[str]:
    rest = DATE.sub("", text)
    if stray := NUMBER.search(rest):
        what = 'the number {stray} in "{text}" has no source: neither a quantity, nor a name, nor a date'
        raise UntracedError(said(what, stray=stray[0], text=text))
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
        own = _OWN.fullmatch(address)
        quantity = Quantity(
            _value(found[0]),
            "count",
            Status[own[1].upper()] if own else Status.PUBLISHED,
            Label(known, known),
            address=f"{address}#{count}",
            locator=own[3] if own else address.rpartition("text:")[2].partition("/")[0],
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
    return re.compile("|".join(map(_alone, longest)) or r"(?!)", flags=re.I)


def _alone(name: str) -> str:
    """The pattern of a name that is not part of a longer number: a district may be called 12."""
    before = r"(?<!\d)(?<!\d[,.])" if name[:1].isdecimal() else ""
    after = r"(?![,.]?\d|%)" if name[-1:].isdecimal() else ""
    return f"{before}{re.escape(name)}{after}"


def _texts(folder: Path) -> Iterator[tuple[str, str]]:
    for path in study_files(folder):
        file = path.relative_to(folder).as_posix()
        found: Iterable[tuple[str, str]]
        if path.suffix == ".toml":
            found = texts_in(toml_in(path))
        elif (model := TABLES.get(file)) is not None:
            rows = rows_of(path, model)
            found = ((f"{row['id']}.{column}", text) for _, row in rows for column, text in row.items())
        else:
            continue
        yield from ((f"text:{file}/{key}", text) for key, text in found if _is_name(key, text))


_NAMES = {"zh", "en", *(f"{kind}_{language}" for kind in ("name", "label", "source") for language in ("zh", "en"))}


def _is_name(key: str, text: str) -> bool:
    """Whether a text with a number in it is words, or stands where a name does, rather than a bare number, an id or a date."""
    if not re.search(r"\d", text):
        return False
    return key.rpartition(".")[2] in _NAMES or bool(re.search(r"[^\W\d_]", DATE.sub("", text)))


def _value(text: str) -> Number:
    return plain_number(float(text.rstrip("%").replace(",", "")))
