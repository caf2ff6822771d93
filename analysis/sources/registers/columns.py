"""Which column of a register is which: the dictionary's headers and the study's own, and none about persons."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from analysis.cell_text import flat, plain
from analysis.errors import DataError, Problem, one_of
from analysis.input_models import RegisterInput
from analysis.messages import lines_of, said
from analysis.sources.persons.screen import is_name, kind_of, refuse_persons_in
from analysis.sources.registers.words import dictionary, headers, likeness

NEEDED = ("district", "category", "staff", "organisation")
TITLE_ROWS = 10  # rows in which the names of columns are looked for
DECLARABLE = ("members", "full_members", "joint_lead", "instructor", "five_good", "directly_managed")
OPTIONAL = ("enterprise", "township", "organised", "union", "secretary_chairs_union")
LIKE = 0.6  # from here on a header is near enough to a known one to be guessed
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
    values
        For a column, the study's own words, made plain, to ours.
    not_telephones
        Headers, as the register has them, whose numbers only look like telephone numbers.
    """

    theirs: dict[str, str]
    unused: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    blank_is_zero: tuple[str, ...] = ()
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    not_telephones: tuple[str, ...] = ()


def mapped(names: Sequence[str], settings: RegisterInput, *, where: str) -> Mapping:
    """Map a register's header.

    Parameters
    ----------
    names
        The headers, in their order, with every one that stands twice.
    where
        The file, for messages.

    Raises
    ------
    DataError
        With every fault: a column about persons, those that are missing, one that stands twice, a unit of ten thousand;
        and with the lines for study.toml that would mend what is missing.

    Examples
    --------
    >>> settings = RegisterInput(path="a.csv", absent=DECLARABLE)
    >>> mapped(["市（区）", "企业类别", "职工人数（人）", "党组织"], settings, where="a").theirs
    {'district': '市（区）', 'category': '企业类别', 'staff': '职工人数（人）', 'organisation': '党组织'}
    """
    refuse_persons_in(names, where)
    place = said("{file}, header", file=where)
    claimed = _claimed(names, settings)
    theirs = {column: found[0] for column, found in claimed.items()}
    problems = [*_odd_headers(names, theirs, place), *_misnamed(names, settings, where)]
    for column, found in claimed.items():
        for other in found[1:]:
            allowed = said("name the one in [register.columns]: {column} = …", column=column)
            problems.append(
                Problem(
                    place,
                    said("stands for {column}, and so does {other}", column=column, other=found[0]),
                    other,
                    allowed,
                )
            )
    problems += [
        Problem("study.toml, [register] absent", said("{file} has the column", file=where), theirs[column])
        for column in settings.absent
        if column in theirs
    ]
    missing, lines = _missing(theirs, names, settings, place)
    if problems := [*problems, *missing]:
        raise DataError(problems, instead=lines)
    declared = {plain(header) for header in settings.not_telephones}
    return Mapping(
        {column: theirs[column] for column in (*OPTIONAL, *NEEDED, *DECLARABLE) if column in theirs},
        tuple(name for name in names if name not in theirs.values()),
        settings.absent,
        settings.blank_is_zero,
        {column: {plain(word): ours for word, ours in words.items()} for column, words in settings.values.items()},
        tuple(name for name in names if plain(name) in declared),
    )


TO_PASTE = "to paste into study.toml, in place of what it has of these; a line without # is to be looked at:"
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
    return ", ".join("…" if kind_of(cell) or is_name(flat(cell)) else flat(cell) for cell in cells if cell.strip())


def known_column(header: str) -> str | None:
    """Our column for a header: as it stands, then without what is in brackets."""
    for text in (header, _BRACKETS.sub("", unicodedata.normalize("NFKC", header))):
        if (column := headers().get(plain(text))) is not None:
            return column
    return None


def _claimed(names: Sequence[str], settings: RegisterInput) -> dict[str, list[str]]:
    """From our columns to the headers that stand for them: what the study says goes before what the dictionary does."""
    declared = {plain(header): column for column, header in settings.columns.items()}
    found: dict[str, list[str]] = {}
    for name in {plain(name): name for name in reversed(names)}.values():
        column = declared.get(plain(name)) or known_column(name)
        if column is not None and (plain(name) in declared or column not in settings.columns):
            found.setdefault(column, []).append(name)
    if len(numbers := found.get("enterprise", [])) > 1:  # a running number stands beside the number of registration
        order = [plain(name) for name in dictionary()["columns"]["enterprise"]]
        found["enterprise"] = [min(numbers, key=lambda name: order.index(plain(name)) if plain(name) in order else 99)]
    return found


def _odd_headers(names: Sequence[str], theirs: dict[str, str], place: str) -> Iterator[Problem]:
    for position, name in enumerate(names, start=1):
        if not flat(name):
            what = said("column {position} has no name, or one merged over several columns", position=position)
            yield Problem(place, what, allowed=ONE_ROW)
    for name in theirs.values():
        unit = [plain(text) for text in _BRACKETS.findall(unicodedata.normalize("NFKC", name))]
        if any(text in dictionary()["columns_in_ten_thousands"]["words"] for text in unit):
            yield Problem(place, "counts in ten thousands", name, "single persons, as an enterprise has them")
    standing: dict[str, list[int]] = {}
    for position, name in enumerate(names, start=1):
        standing.setdefault(plain(name), []).append(position)
    for text, positions in standing.items():
        if text and len(positions) > 1:
            what = said("one name for columns {positions}", positions=", ".join(map(str, positions)))
            yield Problem(place, what, names[positions[0] - 1], "one name a column: rename one of them, or take it out")


def _misnamed(names: Sequence[str], settings: RegisterInput, where: str) -> Iterator[Problem]:
    known = {plain(name) for name in names}
    declared = [(said("[register.columns] {column}", column=column), name) for column, name in settings.columns.items()]
    for key, header in [*declared, *(("[register] not_telephones", name) for name in settings.not_telephones)]:
        if plain(header) not in known:
            what = said("{file} has no such column", file=where)
            place = said("study.toml, {key}", key=key)
            yield Problem(place, what, header, one_of(list(names), seen=header, most=30))


def _missing(
    theirs: dict[str, str], names: Sequence[str], settings: RegisterInput, place: str
) -> tuple[list[Problem], str]:
    """One fault for all columns that are missing, and the lines to paste."""
    found = [
        column
        for column in (*NEEDED, *DECLARABLE)
        if column not in theirs and column not in settings.absent and column not in settings.columns
    ]
    if not found:
        return [], ""
    told = "; ".join(f"{column} ({', '.join(dictionary()['columns'][column][:3])} …)" for column in found)
    problems = [Problem(place, said("no column for {columns}", columns=told), None, _MEND)]
    left = [name for name in dict.fromkeys(names) if flat(name) and name not in theirs.values()]
    if "organisation" in found and "organised" in theirs:
        header = theirs["organised"]
        found.remove("organisation")
        what = "says whether there is an organisation and not which kind"
        problems.append(Problem(place, what, header, "a column 党组织类型 with 独立 or 联合, as 组建形式 has them"))
        lines = [*pasted(found, left, settings)]
        lines += [] if "[register.columns]" in lines else ["[register.columns]"]
        return problems, lines_of(TO_PASTE, *lines, *_decided(header))
    return problems, lines_of(TO_PASTE, *pasted(found, left, settings))


_MEND = "headers such as these; or the lines below in study.toml"


def pasted(
    columns: Sequence[str], left: Sequence[str], settings: RegisterInput, *, guesses_alone: bool = False
) -> Iterator[str]:
    """Lines for study.toml: headers guessed for columns, and the others declared absent.

    Parameters
    ----------
    columns
        Our columns that no header stands for.
    left
        Headers that stand for none of ours.
    guesses_alone
        Nothing of columns for which there is no guess.
    """
    guesses = _guessed(columns, left)
    absent = [column for column in columns if column in DECLARABLE and column not in guesses and not guesses_alone]
    named = [
        column for column in columns if column not in absent and (column in guesses or (left and not guesses_alone))
    ]
    if absent:
        yield "# in [register]:"
        listed = ", ".join(f'"{column}"' for column in (*settings.absent, *absent))
        yield said("absent = [{listed}]   # not in the register: nothing is computed from them", listed=listed)
    if named:
        yield "[register.columns]"
        yield from (f"{column} = {_text(header)}" for column, header in settings.columns.items())
    for column in named:
        if column in guesses:
            yield said("{line}   # is this right?", line=f"{column} = {_text(guesses[column])}")
        else:
            yield said('# {column} = "…"   # one of: {names}', column=column, names=", ".join(left))


def _decided(header: str) -> Iterator[str]:
    """Lines for a study that decides that every organisation of its register is of one enterprise alone."""
    yield "# if no organisation of this register is of several enterprises together, for which the study then answers:"
    yield f"# organisation = {_text(header)}"
    yield "# [register.values.organisation]"
    yield '# "是" = "independent"'
    yield '# "有" = "independent"'


def _text(word: str) -> str:
    """A word as TOML has it."""
    return json.dumps(word, ensure_ascii=False)


def _guessed(found: Sequence[str], left: Sequence[str]) -> dict[str, str]:
    """From columns that are missing to the headers most like theirs, each header once."""
    spelt = {column: dictionary()["columns"][column] for column in found}
    near = [(like, column, name) for name in left for column, like in likeness(name, spelt).items() if like >= LIKE]
    guesses: dict[str, str] = {}
    for _, column, name in sorted(near, key=lambda one: -one[0]):
        if column not in guesses and name not in guesses.values():
            guesses[column] = name
    return guesses
