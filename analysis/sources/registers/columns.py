"""Which column of a register is which: the dictionary's headers and the study's own, and none about persons."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from analysis.cell_text import flat, plain
from analysis.errors import DataError, Problem, one_of
from analysis.input_models import RegisterInput
from analysis.messages import lines_of, said
from analysis.sources.persons.screen import is_name, kind_of, refuse_persons_in
from analysis.sources.registers.words import dictionary, headers, likeliest

NEEDED = ("district", "category", "staff", "organisation")
DECLARABLE = ("members", "full_members", "joint_lead", "instructor", "five_good", "directly_managed")
OPTIONAL = ("enterprise", "township", "organised", "union", "secretary_chairs_union")
TITLE_ROWS = 10  # rows in which the names of columns are looked for
ONE_ROW = "one row of names, one name a column, one row an enterprise"
TO_PASTE = "to paste into study.toml, in place of what it has of these; a line without # is to be looked at:"

_ONE_NAME = "one name a column: rename one of them, or take it out"
_LIKE = 0.6  # from here on a header is near enough to a known one to be guessed
_BRACKETS = re.compile(r"[（(\[【][^）)\]】]*[）)\]】]")
_EXAMPLES = "names such as 所属区域, 企业类别, 职工人数; others are mapped in [register.columns]"
_KIND = "a column 党组织类型 with 独立 or 联合, as 组建形式 has them"
_DECIDED = "# if no organisation of this register is of several enterprises together, for which the study then answers:"


@dataclass(frozen=True)
class Mapping:
    """Which header stands for which of our columns."""

    theirs: dict[str, str]  # from our column to the register's header
    unused: tuple[str, ...]  # headers that stand for none, in their order: looked at for persons, read no further
    settings: RegisterInput

    @cached_property
    def values(self) -> dict[str, dict[str, str]]:
        """By column, the study's words, made plain, to ours."""
        words = self.settings.values.items()
        return {column: {plain(word): ours for word, ours in known.items()} for column, known in words}

    @property
    def own(self) -> tuple[str, ...]:
        """Columns of the register's own among ours."""
        return tuple(self.settings.own)

    @property
    def not_telephones(self) -> tuple[str, ...]:
        """As the register has them, headers of what only looks like telephone numbers."""
        declared = {plain(header) for header in self.settings.not_telephones}
        return tuple(name for name in (*self.unused, *self.theirs.values()) if plain(name) in declared)


def mapped(names: Sequence[str], settings: RegisterInput, *, where: str) -> Mapping:
    """Map a register's headers, given in their order with every one that stands twice.

    Raises DataError with every fault: a column about persons, those that are missing, one that stands twice, a unit of ten
    thousand; and with the lines for study.toml that would mend what is missing.

    Examples
    --------
    >>> settings = RegisterInput(path="a.csv", absent=DECLARABLE)
    >>> mapped(["市（区）", "企业类别", "职工人数（人）", "党组织"], settings, where="a").theirs
    {'district': '市（区）', 'category': '企业类别', 'staff': '职工人数（人）', 'organisation': '党组织'}
    """
    refuse_persons_in(names, where)
    claimed, place = _claimed(names, settings), said("{file}, header", file=where)
    ours = (*OPTIONAL, *NEEDED, *DECLARABLE, *settings.own)
    theirs = {column: claimed[column][0] for column in ours if column in claimed}
    missing = [name for name in (*NEEDED, *DECLARABLE) if name not in {*theirs, *settings.absent, *settings.columns}]
    problems = [*_odd(names, claimed, place), *_misdeclared(names, theirs, settings, where)]
    if missing:
        told = "; ".join(f"{column} ({', '.join(dictionary()['columns'][column][:3])} …)" for column in missing)
        what = said("no column for {columns}", columns=told)
        problems.append(Problem(place, what, None, "headers such as these; or the lines below in study.toml"))
        if "organisation" in missing and "organised" in theirs:
            other = "says whether there is an organisation and not which kind"
            problems.append(Problem(place, other, theirs["organised"], _KIND))
    if problems:
        mended = lines_of(TO_PASTE, *_mend(missing, theirs, names, settings)) if missing else ""
        raise DataError(problems, instead=mended)
    return Mapping(theirs, tuple(name for name in names if name not in theirs.values()), settings)


def header_among(rows: Sequence[Sequence[str]], settings: RegisterInput, *, where: str) -> tuple[int, list[str]]:
    """Which of the first rows of a file, empty cells as "", is its row of names; and those, flat, but for empty ones at the end.

    It is the row in which most of our columns are named, at least two; of several, the first.

    Raises DataError when there is no such row, or the names stand in two.

    Examples
    --------
    >>> rows = [["2024年登记表", "", ""], ["所属\\n区域", "\\ufeff企业类别", "职工人数", ""], ["昆山市", "私营企业", "12", ""]]
    >>> header_among(rows, RegisterInput(path="a.csv"), where="a.csv")
    (1, ['所属 区域', '企业类别', '职工人数'])
    """
    named = [{_column_of(cell, settings) for cell in cells} - {None} for cells in rows]
    best = max(range(len(rows)), key=lambda place: (len(named[place]), -place), default=0)
    if not rows or len(named[best]) < 2:
        what = said("no row of names among the first {rows}", rows=len(rows))
        raise DataError(Problem(where, what, _shown(rows[0]) if rows else None, _EXAMPLES))
    names = [flat(cell) for cell in rows[best]]
    while not names[-1]:
        names.pop()
    if (other := _second_row(rows, best, names, settings)) is not None:
        told = "row {row} belongs to the names in row {names}: groups of columns, or units"
        raise DataError(Problem(where, said(told, row=other + 1, names=best + 1), _shown(rows[other]), ONE_ROW))
    return best, names


def lenient(settings: RegisterInput, names: Sequence[str]) -> RegisterInput:
    """What a study would declare absent of a register with these headers is taken to be so."""
    found = {_column_of(name, settings) for name in names} | {*settings.columns}
    return settings.model_copy(update={"absent": tuple(name for name in DECLARABLE if name not in found)})


def pasted(
    columns: Sequence[str], left: Sequence[str], settings: RegisterInput, *, every: bool = True
) -> Iterator[str]:
    """Lines for study.toml: `left` headers guessed for columns that none stands for; and, for `every`, the others too.

    Those are declared absent, or are to be looked for among the headers.
    """
    spelt, guesses = {column: dictionary()["columns"][column] for column in columns}, dict[str, str]()
    for name in left:
        guesses.setdefault(likeliest(name, spelt, from_=_LIKE), name)
    absent = [column for column in columns if every and column in DECLARABLE and column not in guesses]
    if absent:
        yield "# in [register]:"
        listed = ", ".join(map(in_toml, (*settings.absent, *absent)))
        yield said("absent = [{listed}]   # not in the register: nothing is computed from them", listed=listed)
    named = [column for column in columns if column in guesses or (every and left and column not in absent)]
    if named:
        yield "[register.columns]"
        yield from (f"{column} = {in_toml(header)}" for column, header in settings.columns.items())
    for column in named:
        if column in guesses:
            yield said("{line}   # is this right?", line=f"{column} = {in_toml(guesses[column])}")
        else:
            yield said('# {column} = "…"   # one of: {names}', column=column, names=", ".join(left))


def in_toml(word: str) -> str:
    """A word as TOML has it."""
    return json.dumps(word, ensure_ascii=False).replace("\x7f", "\\u007f")


def _column_of(header: str, settings: RegisterInput) -> str | None:
    """Our column for a header: as the study says, or the dictionary; as it stands, or without what is in brackets."""
    declared: dict[str, str] = {plain(one): column for column, one in settings.columns.items()}
    declared |= {plain(one.header): name for name, one in settings.own.items()}
    bare = _BRACKETS.sub("", unicodedata.normalize("NFKC", header))
    return declared.get(plain(header)) or headers().get(plain(header)) or headers().get(plain(bare))


def _claimed(names: Sequence[str], settings: RegisterInput) -> dict[str, list[str]]:
    """From our columns to the headers that stand for them, those that the study names to the one it names."""
    declared: dict[str, str] = {column: plain(header) for column, header in settings.columns.items()}
    found: dict[str, list[str]] = {}
    for name in {plain(name): name for name in reversed(names)}.values():
        column = _column_of(name, settings)
        if column is not None and plain(name) == declared.get(column, plain(name)):
            found.setdefault(column, []).append(name)
    if len(numbers := found.get("enterprise", [])) > 1:  # a running number stands beside the number of registration
        order = [plain(name) for name in dictionary()["columns"]["enterprise"]]
        found["enterprise"] = [min(numbers, key=lambda name: order.index(plain(name)) if plain(name) in order else 99)]
    return found


def _odd(names: Sequence[str], claimed: dict[str, list[str]], place: str) -> Iterator[Problem]:
    """Headers that are empty, stand twice, count in ten thousands, or stand for one column with another."""
    texts = [plain(name) for name in names]
    for position, text in enumerate(texts, start=1):
        if not text:
            what = said("column {position} has no name, or one merged over several columns", position=position)
            yield Problem(place, what, allowed=ONE_ROW)
        elif texts.count(text) > 1 and texts.index(text) == position - 1:
            positions = [at for at, other in enumerate(texts, start=1) if other == text]
            what = said("one name for columns {positions}", positions=", ".join(map(str, positions)))
            yield Problem(place, what, names[position - 1], _ONE_NAME)
    large = dictionary()["columns_in_ten_thousands"]["words"]
    for column, (first, *others) in claimed.items():
        if any(plain(unit) in large for unit in _BRACKETS.findall(unicodedata.normalize("NFKC", first))):
            yield Problem(place, "counts in ten thousands", first, "single persons, as an enterprise has them")
        for other in others:
            what = said("stands for {column}, and so does {other}", column=column, other=first)
            yield Problem(place, what, other, said("name the one in [register.columns]: {column} = …", column=column))


def _misdeclared(
    names: Sequence[str], theirs: dict[str, str], settings: RegisterInput, where: str
) -> Iterator[Problem]:
    """What the study says of columns and does not hold of this file."""
    known = {plain(name) for name in names}
    declared: list[tuple[str, str]]
    declared = [(said("[register.columns] {column}", column=column), name) for column, name in settings.columns.items()]
    declared += [(said("[register.own] {column}", column=name), one.header) for name, one in settings.own.items()]
    declared += [("[register] not_telephones", name) for name in settings.not_telephones]
    for key, header in declared:
        if plain(header) not in known:
            allowed = one_of(list(names), seen=header, most=30)
            place = said("study.toml, {key}", key=key)
            yield Problem(place, said("{file} has no such column", file=where), header, allowed)
    for column in settings.absent:
        if column in theirs:
            what = said("{file} has the column", file=where)
            yield Problem("study.toml, [register] absent", what, theirs[column])


def _mend(
    missing: Sequence[str], theirs: dict[str, str], names: Sequence[str], settings: RegisterInput
) -> Iterator[str]:
    """The lines to paste that mend what is missing."""
    left = [name for name in dict.fromkeys(names) if flat(name) and name not in theirs.values()]
    decides = "organisation" in missing and "organised" in theirs
    lines = [*pasted([name for name in missing if name != "organisation" or not decides], left, settings)]
    yield from lines
    if decides:  # every organisation of the register is of one enterprise alone
        yield from () if "[register.columns]" in lines else ("[register.columns]",)
        yield from (_DECIDED, f"# organisation = {in_toml(theirs['organised'])}", "# [register.values.organisation]")
        yield from (f'# "{word}" = "independent"' for word in "是有")


def _second_row(rows: Sequence[Sequence[str]], best: int, names: Sequence[str], settings: RegisterInput) -> int | None:
    """The row of names over or under the row of names, as merged groups leave them, or of units under it, if there is one."""
    above = rows[best - 1] if best else ()
    if any(_column_of(cell, settings) and not name for cell, name in zip(above, names, strict=False)):
        return best - 1
    below = rows[best + 1] if best + 1 < len(rows) else ()
    if not any(map(str.strip, below)) or any(char.isdecimal() for cell in below for char in cell):
        return None
    units = {plain(word) for word in dictionary()["under_the_names"]["words"]}
    has_gaps = any(cell.strip() and not "".join(names[at : at + 1]) for at, cell in enumerate(below))
    are_names = all(plain(cell) in units or plain(cell) in headers() for cell in below if cell.strip())
    return best + 1 if has_gaps or are_names else None


def _shown(cells: Sequence[str]) -> str:
    """A row as a message shows it: a row of names, or one of data, of which nothing about persons is shown."""
    return ", ".join("…" if kind_of(cell) or is_name(flat(cell)) else flat(cell) for cell in cells if cell.strip())
