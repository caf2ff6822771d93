"""No person comes in: the columns that no vocabulary confines are looked through, all at once, in one scan of their rows."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.errors import DataError, Problem
from analysis.messages import said
from analysis.sources.persons.forms import LOCAL, OLD, OLD_OR_OTHER, OTHER, SOUGHT, name_pattern
from analysis.sources.persons.screen import (
    IDENTITY,
    NAMES,
    NAMES_FROM,
    NO_PERSON,
    TELEPHONE,
    about_persons,
    are_names,
    is_of_numbers,
    old_and_other,
)
from analysis.sources.registers.readers.raw import Raw, quoted

if TYPE_CHECKING:
    import narwhals as nw

MOST = 10_000  # different values of a column that are judged one by one, of those that have the form of a person's
_FEW = 3  # names among other things that are told
_LOCAL_RATE, _LOCAL_FROM = 0.9, 8  # share and number of cells that must look like telephones without their area's code
_SHORTEST_LOCAL = 2_100_000  # the smallest telephone number without its area's code …
_SHORTEST = 1_000_000_000  # … and with it


@dataclass(frozen=True)
class Looked:
    """How persons were looked for, where none was found."""

    rows: int = 0  # 0 where no column had to be looked through
    notes: tuple[str, ...] = ()  # what a reader should know: columns in which some values look like names of people


def refuse_persons(raw: Raw, columns: Sequence[str], *, not_telephones: Collection[str] = ()) -> Looked:
    """Look through columns of a register that no vocabulary confines for what belongs to persons.

    Numbers of the columns that a study declares as `not_telephones` only look like telephone numbers.

    Raises
    ------
    DataError
        With every such column and what it holds, without showing it.
    """
    import narwhals as nw

    chosen = [name for name in columns if not _is_short(raw, name)]
    if not chosen:
        return Looked()
    cells = ", ".join(f"CAST({quoted(name)} AS VARCHAR) AS cell{place}" for place, name in enumerate(chosen))
    rows = raw.connection.sql(f"SELECT {cells} FROM {raw.of_persons(chosen)}")
    headers = {f"cell{place}": name for place, name in enumerate(chosen)}
    return _looked(nw.from_native(rows).lazy(), headers, raw.where, not_telephones)


def _is_short(raw: Raw, column: str) -> bool:
    """Whether a column holds nothing but whole numbers that are too short for a telephone, by what the file says of it."""
    ends, least = raw.ends(column), _SHORTEST if is_of_numbers(column) else _SHORTEST_LOCAL
    return ends is not None and ends[0] > -least and ends[1] < least


def _looked(
    frame: nw.LazyFrame[Any], headers: Mapping[str, str], where: str, not_telephones: Collection[str] | None = None
) -> Looked:
    """Look through a frame: one scan counts in all its columns, and only those that could be about persons are read again.

    The headers are by the frame's columns; `not_telephones` is None where nothing can be declared so.
    """
    import narwhals as nw

    texts = frame.select(nw.col(name).cast(nw.String).fill_null("") for name in headers)
    asked: dict[str, nw.Expr] = {"rows": nw.len()}
    for name, header in headers.items():
        cell = nw.col(name)
        sought = f"{OTHER if header in (not_telephones or ()) else SOUGHT}|{OLD}"
        asked[f"{name} filled"] = (cell != "").cast(nw.Int64).sum()
        for what, pattern in (("sought", sought), ("named", name_pattern()), ("local", LOCAL)):
            asked[f"{name} {what}"] = cell.str.contains(pattern).cast(nw.Int64).sum()
    counts = {key: int(count or 0) for key, count in texts.select(**asked).collect().rows(named=True)[0].items()}
    problems, notes = [], []
    for name, header in headers.items():
        filled, formed, named, local = (counts[f"{name} {what}"] for what in ("filled", "sought", "named", "local"))
        telephones = header not in (not_telephones or ())
        kind = _certain(texts, name, telephones=telephones) if formed else ""
        if not kind and named >= NAMES_FROM and are_names(_values(texts, name, "[^ ]")):
            kind = NAMES
        if not kind and telephones and local >= max(_LOCAL_RATE * filled, _LOCAL_FROM) and not is_of_numbers(header):
            kind = TELEPHONE
        if kind:
            problems.append(_problem(where, header, kind, declarable=not_telephones is not None))
        elif named >= _FEW:
            what = "column {column}: {named:,} of {filled:,} cells look like names of people"
            notes.append(said(what, column=header, named=named, filled=filled))
    if problems:
        raise DataError(problems)
    return Looked(counts["rows"], tuple(notes))


def _certain(texts: nw.LazyFrame[Any], name: str, *, telephones: bool) -> str:
    """What a column holds of which one value is enough; or of numbers without a check digit, most."""
    if kind := about_persons(_values(texts, name, SOUGHT if telephones else OTHER), telephones=telephones):
        return kind
    like, unlike = old_and_other(_values(texts, name, OLD_OR_OTHER))
    if not unlike:  # all are numbers of registration, however many: one that is none is looked for among the others
        like += old_and_other(_values(texts, name, OLD))[0]
    return IDENTITY if like and like >= unlike else ""


def _values(texts: nw.LazyFrame[Any], name: str, pattern: str) -> list[str]:
    """The different values of a column that have a form."""
    import narwhals as nw

    matching = texts.filter(nw.col(name).str.contains(pattern)).select(name).unique().head(MOST)
    return [str(value) for value in matching.collect()[name].to_list()]


def _problem(where: str, header: str, kind: str, *, declarable: bool = False) -> Problem:
    mend: str = NO_PERSON
    if kind == TELEPHONE and declarable:
        declared = json.dumps(header, ensure_ascii=False)
        what = "{mend}; or, where they number enterprises, not_telephones = [{header}] in [register] of study.toml"
        mend = said(what, mend=NO_PERSON, header=declared)
    place = said("{file}, column {column}", file=where, column=header)
    return Problem(place, said("holds {kind}; nothing was kept", kind=kind), None, mend)
