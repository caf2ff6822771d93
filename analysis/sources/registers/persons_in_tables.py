"""No person comes in: every column that no vocabulary confines is looked through before anything is kept."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence

from analysis.errors import DataError, Problem
from analysis.sources.registers.expressions import INTEGERS, quoted
from analysis.sources.registers.persons import NO_PERSON, NUMBER, TELEPHONES, about_persons
from analysis.sources.registers.raw import Raw

_CANDIDATE = r"@|(^|[^0-9A-Za-z])\d{17}[0-9Xx]([^0-9A-Za-z]|$)"  # for DuckDB, whose expressions do not look around
_CANDIDATE_TELEPHONE = rf"(^|[^0-9])({NUMBER})([^0-9]|$)"
_TEN_DIGITS = 1_000_000_000  # the shortest telephone number there is, with its area's code
_NOT_TELEPHONES = "; or, where they number enterprises, not_telephones = [{header}] in [register] of study.toml"


def refuse_persons(raw: Raw, columns: Sequence[str], *, not_telephones: Collection[str] = ()) -> str:
    """Look through columns that no vocabulary confines for what belongs to persons.

    Parameters
    ----------
    not_telephones
        Columns whose numbers only look like telephone numbers, as the study declares.

    Returns
    -------
    str
        Whether `all` rows were looked at, or they were `sampled`.

    Raises
    ------
    DataError
        With every such column and what it holds, without showing it.
    """
    open_ones = [name for name in columns if not _is_short(raw, name)]
    if not open_ones:
        return "all"
    sample = raw.sample(open_ones)
    _refuse(raw, [(name, sample.table, f"CAST({quoted(name)} AS VARCHAR)") for name in open_ones], not_telephones)
    return sample.extent


def _is_short(raw: Raw, column: str) -> bool:
    """Whether a column holds whole numbers of at most nine digits in every row: no telephone is so short."""
    ends = raw.ends(column) if raw.types[column] in INTEGERS else None
    return ends is not None and ends[0] > -_TEN_DIGITS and ends[1] < _TEN_DIGITS


def refuse_persons_among(raw: Raw, theirs: Mapping[str, str]) -> None:
    """The same for the values that were set aside because no vocabulary has them.

    Parameters
    ----------
    theirs
        From our column to the register's header.
    """
    texts = [
        (name, f"(SELECT value_ FROM rejected WHERE rtrim(column_, '>') = '{ours}' AND value_ IS NOT NULL)", "value_")
        for ours, name in theirs.items()
        if ours != "enterprise"
    ]
    _refuse(raw, texts)


def _refuse(raw: Raw, texts: Sequence[tuple[str, str, str]], not_telephones: Collection[str] = ()) -> None:
    """Refuse columns given as their name, what stands after FROM, and the cell as a text in SQL."""
    problems = []
    for name, table, text in texts:
        telephones = name not in not_telephones
        sought = f"{_CANDIDATE}|{_CANDIDATE_TELEPHONE}" if telephones else _CANDIDATE
        found = raw.connection.execute(
            f"SELECT DISTINCT {text} FROM {table} WHERE regexp_matches({text}, ?) LIMIT 10000", [sought]
        ).fetchall()
        some = raw.connection.execute(
            f"SELECT DISTINCT cell FROM (SELECT {text} AS cell FROM {table} LIMIT 20000) "
            "WHERE length(cell) BETWEEN 2 AND 40 ORDER BY cell LIMIT 5000"
        ).fetchall()
        values = (value for (value,) in [*found, *some])
        if kind := about_persons(values, telephones=telephones):
            mend = NO_PERSON + (
                _NOT_TELEPHONES.format(header=json.dumps(name, ensure_ascii=False)) if kind == TELEPHONES else ""
            )
            problems.append(Problem(f"{raw.where}, column {name}", f"holds {kind}; nothing was kept", None, mend))
    if problems:
        raise DataError(problems)
