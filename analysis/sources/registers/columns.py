"""Which column of a register is which: the dictionary's headers and the study's own, and none about persons."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from analysis.cell_text import plain
from analysis.errors import DataError, Problem, one_of
from analysis.input_models import RegisterInput
from analysis.sources.registers.persons import refuse_persons_in
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
