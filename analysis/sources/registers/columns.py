"""Which column of a register is which: the dictionary's headers and the study's own, and none about persons."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from analysis.cell_text import flat, plain
from analysis.errors import DataError, Problem, one_of
from analysis.input_models import RegisterInput
from analysis.messages import said
from analysis.sources.registers.words import dictionary, headers

NEEDED = ("district", "category", "staff", "organisation")
DECLARABLE = ("members", "full_members", "joint_lead", "instructor", "five_good", "directly_managed")
OPTIONAL = ("enterprise", "township", "union", "secretary_chairs_union")
_BRACKETS = re.compile(r"[（(\[【][^）)\]】]*[）)\]】]")


@dataclass(frozen=True)
class Mapping:
    """Which header stands for which of our columns.

    Parameters
    ----------
    theirs
        From our column to the register's header.
    unused
        Headers that stand for none of ours, in their order; they are looked at for persons and never read further.
    absent
        Columns the study declares the register does not have.
    """

    theirs: dict[str, str]
    unused: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    blank_is_zero: tuple[str, ...] = ()
    values: dict[str, dict[str, str]] = field(default_factory=dict)


def mapped(names: Sequence[str], settings: RegisterInput, *, where: str) -> Mapping:
    """Map a register's header.

    Parameters
    ----------
    names
        The headers, in their order.
    where
        The file, for messages.

    Raises
    ------
    DataError
        With every fault: a column about persons, one that is missing, one that stands twice, a unit of ten thousand.

    Examples
    --------
    >>> settings = RegisterInput(path="a.csv", absent=DECLARABLE)
    >>> mapped(["市（区）", "企业类别", "职工人数（人）", "党组织"], settings, where="a").theirs
    {'district': '市（区）', 'category': '企业类别', 'staff': '职工人数（人）', 'organisation': '党组织'}
    """
    refuse_persons_in(names, where)
    chosen = {header: column for column, header in settings.columns.items()}
    ours = {name: chosen[name] if name in chosen else known_column(name) for name in names}
    problems = [*_odd_headers(names, where), *_misnamed(names, settings, where)]
    theirs: dict[str, str] = {}
    for name, column in ours.items():
        if column is None or (column in settings.columns and settings.columns[column] != name):
            continue
        if column in theirs:
            what = f"stands for {column}, and so does {theirs[column]}"
            problems.append(
                Problem(f"{where}, header", what, name, f"name the one in [register.columns]: {column} = …")
            )
        theirs[column] = name
    problems += _missing(theirs, names, settings, where)
    if problems:
        raise DataError(problems)
    return Mapping(
        {column: theirs[column] for column in (*OPTIONAL, *NEEDED, *DECLARABLE) if column in theirs},
        tuple(name for name in names if name not in theirs.values()),
        settings.absent,
        settings.blank_is_zero,
        {column: dict(words) for column, words in settings.values.items()},
    )


ONE_ROW = "one row of names, one name a column, one row an enterprise"
_EXAMPLES = "names such as 所属区域, 企业类别, 职工人数; others are mapped in [register.columns]"


def header_among(rows: Sequence[Sequence[str]], settings: RegisterInput, *, where: str) -> tuple[int, list[str]]:
    """Which of the first rows of a file is its row of names, and those names, flat.

    Parameters
    ----------
    rows
        The first rows, their cells as texts, empty ones as "".
    where
        The file, for the message.

    Returns
    -------
    int
        The index of the row in which most of our columns are named, at least two; of several, the first.
    list of str
        Its names without empty cells at the end.

    Raises
    ------
    DataError
        When there is no such row, or the names stand in two.

    Examples
    --------
    >>> rows = [["2024年登记表", "", ""], ["所属\\n区域", "\\ufeff企业类别", "职工人数", ""], ["昆山市", "私营企业", "12", ""]]
    >>> header_among(rows, RegisterInput(path="a.csv"), where="a.csv")
    (1, ['所属 区域', '企业类别', '职工人数'])
    """
    declared = {plain(header) for header in settings.columns.values()}

    def named(cells: Sequence[str]) -> set[str]:
        told = {plain(cell) for cell in cells} & declared
        return told | {column for cell in cells if plain(cell) not in told and (column := known_column(cell))}

    best = max(range(len(rows)), key=lambda place: (len(named(rows[place])), -place), default=0)
    if not rows or len(named(rows[best])) < 2:
        what = said("no row of names among the first {rows}", rows=len(rows))
        raise DataError(Problem(where, what, _shown(rows[0]) if rows else None, _EXAMPLES))
    names = [flat(cell) for cell in rows[best]]
    while names and not names[-1]:
        names.pop()
    _refuse_second_row(rows, best, names, where)
    return best, names


def _refuse_second_row(rows: Sequence[Sequence[str]], best: int, names: Sequence[str], where: str) -> None:
    """Names under or over the row of names, as merged groups leave them, and units under it, are no row of a register."""
    above = rows[best - 1] if best else ()
    below = rows[best + 1] if best + 1 < len(rows) else ()
    if any(known_column(cell) and not name for cell, name in zip(above, names, strict=False)):
        other, seen = best, above
    elif any(map(str.strip, below)) and not any(char.isdecimal() for cell in below for char in cell):
        units = {plain(word) for word in dictionary()["under_the_names"]["words"]}
        told = [plain(cell) for cell in below if cell.strip()]
        gaps = [cell for place, cell in enumerate(below) if cell.strip() and not "".join(names[place : place + 1])]
        if not gaps and not all(word in units or word in headers() for word in told):
            return
        other, seen = best + 2, below
    else:
        return
    what = said("row {row} belongs to the names in row {names}: groups of columns, or units", row=other, names=best + 1)
    raise DataError(Problem(where, what, _shown(seen), ONE_ROW))


def _shown(cells: Sequence[str]) -> str:
    """A row as a message shows it: a row of names, or one of data, of which nothing about persons is shown."""
    from analysis.sources.registers.persons import is_name, kind_of

    return ", ".join("…" if kind_of(cell) or is_name(flat(cell)) else flat(cell) for cell in cells if cell.strip())


_PERSON = "a column about persons; nothing was read"
_NO_PERSON = "enterprises and counts only: take the column out of the register"


def refuse_persons_in(names: Sequence[str], where: str) -> None:
    """Refuse headers that name persons.

    Raises
    ------
    DataError
        With every such header.
    """
    if persons := [Problem(f"{where}, header", _PERSON, name, _NO_PERSON) for name in names if is_about_persons(name)]:
        raise DataError(persons)


def is_about_persons(header: str) -> bool:
    """Whether a header names persons, their papers or how to reach them.

    Examples
    --------
    >>> [is_about_persons(name) for name in ("法定代表人", "联系电话（手机）", "Contact name", "企业名称", "full members")]
    [True, True, True, False, False]
    >>> [is_about_persons(name) for name in ("党组织负责人", "党组织负责人兼任工会主席")]
    [True, False]
    """
    whole, parts = _about_persons()
    told = plain(header)
    if told in headers():
        return False  # whether a head holds two offices, say, is asked of the enterprise
    return told in whole or any(part in told for part in parts)


@cache
def _about_persons() -> tuple[frozenset[str], tuple[str, ...]]:
    words = dictionary()["persons"]
    return frozenset(map(plain, words["whole"])), tuple(map(plain, words["part"]))


def known_column(header: str) -> str | None:
    """Our column for a header: as it stands, then without what is in brackets."""
    for text in (header, _BRACKETS.sub("", unicodedata.normalize("NFKC", header))):
        if (column := headers().get(plain(text))) is not None:
            return column
    return None


def _odd_headers(names: Sequence[str], where: str) -> Iterator[Problem]:
    for position, name in enumerate(names, start=1):
        if not name.strip():
            what = f"column {position} has no name, or one merged over several columns"
            yield Problem(f"{where}, header", what, allowed="one row of names, one name a column")
        unit = [plain(text) for text in _BRACKETS.findall(unicodedata.normalize("NFKC", name))]
        if any(text in dictionary()["columns_in_ten_thousands"]["words"] for text in unit):
            yield Problem(
                f"{where}, header", "counts in ten thousands", name, "single persons, as an enterprise has them"
            )
    for name in dict.fromkeys(names):
        if name.strip() and list(names).count(name) > 1:
            yield Problem(f"{where}, header", "a column stands twice", name)


def _misnamed(names: Sequence[str], settings: RegisterInput, where: str) -> Iterator[Problem]:
    for column, header in settings.columns.items():
        if header not in names:
            what = f"study.toml, [register.columns] {column}: {where} has no such column"
            yield Problem(what, "cannot be mapped", header, one_of(list(names), seen=header, most=30))
    for header in settings.not_telephones:
        if header not in names:
            what = f"study.toml, [register] not_telephones: {where} has no such column"
            yield Problem(what, "cannot be declared", header, one_of(list(names), seen=header, most=30))


def _missing(theirs: dict[str, str], names: Sequence[str], settings: RegisterInput, where: str) -> Iterator[Problem]:
    left = [name for name in names if name not in theirs.values()]
    for column in (*NEEDED, *DECLARABLE):
        if column in theirs or column in settings.absent or column in settings.columns:
            continue
        known = ", ".join(dictionary()["columns"][column][:3])
        mend = (
            f"a header such as {known}; or {column} = … in [register.columns], one of {', '.join(left) or 'none left'}"
        )
        if column in DECLARABLE:
            mend += f'; or absent = ["{column}"] in [register]'
        yield Problem(f"{where}, header", f'column "{column}" is missing', allowed=mend)
    for column in settings.absent:
        if column in theirs:
            yield Problem("study.toml, [register] absent", f"{where} has the column", theirs[column])
