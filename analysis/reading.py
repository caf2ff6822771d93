"""Small tables and settings from files, checked at the door: every fault is told with file, line, field and value."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from analysis.errors import DataError, Problem, one_of

Model = TypeVar("Model", bound=BaseModel)


def text_of(path: Path) -> str:
    """The file's text: UTF-8 with or without a byte-order mark, or GB18030 (which holds GBK and GB 2312).

    Raises
    ------
    DataError
        When the file is missing, empty, or in neither encoding.
    """
    if not path.is_file():
        raise DataError(Problem(str(path), "there is no such file"))
    raw = path.read_bytes()
    if not raw.strip():
        raise DataError(Problem(path.name, "the file is empty", allowed="a header line and rows under it"))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DataError(Problem(path.name, "the text is in an unknown encoding", allowed="UTF-8 or GB18030"))


def table_of(
    path: Path, model: type[Model], *, key: str | None = None, once: Sequence[str] = (), may_be_empty: bool = False
) -> tuple[Model, ...]:
    """The rows of a CSV file as checked models. Its columns are the model's fields and no others.

    A field that has a default may have no column; every other must.

    Parameters
    ----------
    key
        The field that must not repeat.
    once
        Fields that must not repeat together.
    may_be_empty
        Whether a header with no rows under it is no fault.

    Raises
    ------
    DataError
        With every fault of the file: missing or extra columns, bad values, repeated keys.
    """
    rows = list(_rows(path, *_columns(model)))
    problems: list[Problem] = []
    parsed: list[Model] = []
    seen: dict[tuple[str, ...], int] = {}
    distinct = ([(key,)] if key is not None else []) + ([tuple(once)] if once else [])
    for line, row in rows:
        try:
            parsed.append(model.model_validate(row))
        except ValidationError as error:
            problems += _problems(error, f"{path.name}, line {line}", row)
        for names in distinct:
            values = (*names, *(row[name] for name in names))
            if (earlier := seen.setdefault(values, line)) != line:
                where, told = f"{path.name}, line {line}, {', '.join(names)}", ", ".join(values[len(names) :])
                problems.append(Problem(where, f"repeats line {earlier}", told, "each once"))
    if not rows and not may_be_empty:
        problems.append(Problem(path.name, "has a header and no rows"))
    if problems:
        raise DataError(problems)
    return tuple(parsed)


def lines_of(path: Path, model: type[BaseModel], *, key: str) -> dict[str, int]:
    """The line of a CSV file in which each row stands, by its key; none where there is no such file."""
    return {row[key]: line for line, row in _rows(path, *_columns(model))} if path.exists() else {}


def settings_of(path: Path, model: type[Model]) -> Model:
    """A TOML file as a checked model.

    Raises
    ------
    DataError
        With every fault of the file, each at its key.
    """
    try:
        plain = toml_of(text_of(path))
    except tomllib.TOMLDecodeError as error:
        raise DataError(Problem(path.name, f"is not TOML: {error}")) from None
    try:
        return model.model_validate(plain)
    except ValidationError as error:
        raise DataError(_problems(error, path.name, plain)) from None


@lru_cache(maxsize=64)
def toml_of(text: str) -> Mapping[str, Any]:
    """The values of a TOML text, parsed once: a run asks for the same files several times. Not to be changed.

    Raises
    ------
    tomllib.TOMLDecodeError
        When it is not TOML.
    """
    return tomllib.loads(text)


def _columns(model: type[BaseModel]) -> tuple[Sequence[str], Sequence[str]]:
    """The columns that a table of these rows has, and those of them that it may do without."""
    fields = model.model_fields
    return tuple(fields), [name for name, field in fields.items() if not field.is_required()]


def _rows(path: Path, columns: Sequence[str], optional: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.reader(io.StringIO(text_of(path)))
    header = [name.strip() for name in next(reader)]
    _check_header(path, header, columns, optional)
    for row in reader:
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(header):
            what = f"has {len(row)} cells where the header has {len(header)}"
            raise DataError(Problem(f"{path.name}, line {reader.line_num}", what, ",".join(row)))
        yield reader.line_num, dict(zip(header, (cell.strip() for cell in row), strict=True))


def _check_header(path: Path, header: Sequence[str], columns: Sequence[str], optional: Sequence[str]) -> None:
    where = f"{path.name}, line 1"
    problems = [Problem(where, f'column "{name}" is missing') for name in columns if name not in (*header, *optional)]
    problems += [
        Problem(where, "an unknown column", name, one_of(columns, seen=name, most=20))
        for name in header
        if name not in columns
    ]
    problems += [Problem(where, "a column stands twice", name) for name in set(header) if header.count(name) > 1]
    if problems:
        raise DataError(problems)


def _problems(error: ValidationError, where: str, plain: Mapping[str, Any]) -> list[Problem]:
    """The faults in our words, each at its place; a check that told its own problems is taken at its word."""
    found: list[Problem] = []
    for fault in error.errors():
        if isinstance(told := fault.get("ctx", {}).get("error"), DataError):
            found += told.problems
            continue
        place = ", ".join([where, *_place(fault["loc"], plain)])
        is_seen = fault["type"] != "missing" and not isinstance(fault["input"], dict)
        found.append(Problem(place, _reason(fault["msg"]), fault["input"] if is_seen else None))
    return found


def _place(keys: Sequence[str | int], plain: Any) -> Iterator[str]:
    """Where a fault is: keys joined with points; what stands in a list by its id, or else by its number from 1.

    Examples
    --------
    >>> plain = {"duties": [{"id": "funds"}, {"about": "venues"}]}
    >>> list(_place(("duties", 0, "part"), plain)), list(_place(("duties", 1, "cost", "low"), plain))
    (['duties funds', 'part'], ['duties 2', 'cost.low'])
    """
    held: Any = plain
    names: list[str] = []
    for key in keys:
        if isinstance(key, int):
            yield f"{'.'.join(names)} {_called(held, key)}".strip()
            names = []
        else:
            names.append(key)
        is_there = isinstance(held, list) if isinstance(key, int) else isinstance(held, Mapping) and key in held
        held = held[key] if is_there else None
    if names:
        yield ".".join(names)


def _called(rows: Any, position: int) -> str:
    """A row's id where it alone has it; else its number."""
    names = [row.get("id") if isinstance(row, Mapping) else None for row in rows] if isinstance(rows, list) else []
    name = names[position] if position < len(names) else None
    is_its_own = isinstance(name, str) and bool(name.strip()) and names.count(name) == 1
    return str(name) if is_its_own else str(position + 1)


def _reason(message: str) -> str:
    reason = message.removeprefix("Value error, ")
    return reason[:1].lower() + reason[1:]
