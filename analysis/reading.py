"""Small tables and settings from files, checked at the door: every fault is told with file, line, field and value."""

from __future__ import annotations

import errno
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from analysis.cell_text import DECIMALS, WHOLE, NotANumberError, flat, in_codes, unprintable
from analysis.delimited import Row, Table, table_in, text_in
from analysis.errors import DataError, Problem, inside, one_of, reason_of
from analysis.messages import said

Model = TypeVar("Model", bound=BaseModel)

_TO_SEE = "letters, digits and signs that can be seen"


def only_a_file(path: Path) -> Path:
    """A path that may be read from; a pipe or a device could be waited for without an end.

    Raises OSError when it is neither a file nor a folder. Whether it is there is told by who reads it.

    Examples
    --------
    >>> only_a_file(Path("/dev/zero"))
    Traceback (most recent call last):
        ...
    OSError: [Errno 22] is no file, but a pipe or a device
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        raise OSError(errno.EINVAL, "is no file, but a pipe or a device")
    return path


def text_of(path: Path) -> str:
    """The file's text: UTF-8 with or without a byte-order mark, or GB18030 (which holds GBK and GB 2312).

    Raises DataError when the file is missing, empty, or in neither encoding.
    """
    if not path.exists():
        raise DataError(Problem(str(path), "there is no such file"))
    try:
        raw = only_a_file(path).read_bytes()
    except OSError as error:
        raise DataError(Problem(str(path), said("cannot be read: {reason}", reason=reason_of(error)))) from None
    if not raw.strip():
        raise DataError(Problem(path.name, "the file is empty"))
    return text_in(raw, path.name)


def table_of(
    path: Path,
    model: type[Model],
    *,
    key: str | None = None,
    once: Sequence[str] = (),
    may_be_empty: bool = False,
    meant: Callable[[Mapping[str, str]], bool] = lambda _: True,
) -> tuple[Model, ...]:
    """The rows of a CSV file as checked models. Its columns are the model's fields and no others.

    A field that has a default may have no column; every other must. What stands between cells is found by the header,
    or said in a first line such as `sep=;`; a title may stand above the header.

    Parameters
    ----------
    key
        The field that must not repeat, in whatever case and width.
    once
        Fields that must not repeat together.
    may_be_empty
        Whether a header with no rows under it is no fault.
    meant
        Which rows are to be read; the others may hold anything.

    Raises DataError with every fault of the file: missing or extra columns, lines that are no rows, bad values, repeated keys.
    """
    table = _table(text_of(path), path.name, model)
    problems = [*table.problems, *_unprintable(table, path.name)]
    parsed: list[Model] = []
    seen: dict[tuple[str, ...], int] = {}
    distinct = ([(key,)] if key is not None else []) + ([tuple(once)] if once else [])
    for line, row in table.rows:
        if not meant(row):
            continue
        where = said("{file}, line {line}", file=path.name, line=line)
        try:
            parsed.append(model.model_validate(row))
        except ValidationError as error:
            problems += _problems(error, where, row, model)
        for names in distinct:
            values = (*names, *(flat(row.get(name, "")).casefold() for name in names))
            if (earlier := seen.setdefault(values, line)) != line:
                place = inside(where, ", ".join(names))
                told = ", ".join(row.get(name, "") for name in names)
                problems.append(Problem(place, said("repeats line {line}", line=earlier), told, "each once"))
    if not table.rows and not problems and not may_be_empty:
        problems.append(Problem(path.name, "has a header and no rows"))
    if problems:
        raise DataError(problems)
    return tuple(parsed)


def lines_of(path: Path, model: type[BaseModel], *, key: str) -> dict[str, int]:
    """The line of a CSV file in which each row stands, by its key; none where there is no such file."""
    return {flat(row[key]): line for line, row in rows_of(path, model)} if path.exists() else {}


def rows_of(path: Path, model: type[BaseModel]) -> tuple[Row, ...]:
    """The rows of a CSV file as texts by the model's fields, each with its line. Raises DataError when it is no such table."""
    return rows_in(text_of(path), path.name, model)


def rows_in(text: str, where: str, model: type[BaseModel]) -> tuple[Row, ...]:
    """The rows of a table that is there as text. Raises DataError when it is no such table.
    Examples
    --------
    >>> class Place(BaseModel):
    ...     id: str
    ...     name_zh: str
    >>> rows_in("sep=;\\n区域一览表;\\nID;name zh\\nks;昆山市\\n", "a.csv", Place)
    ((4, {'id': 'ks', 'name_zh': '昆山市'}),)
    """
    table = _table(text, where, model)
    if table.problems:
        raise DataError(table.problems)
    return table.rows


def _table(text: str, where: str, model: type[BaseModel]) -> Table:
    fields = model.model_fields
    return table_in(text, where, columns=[*fields], needed=[name for name in fields if fields[name].is_required()])


def settings_of(path: Path, model: type[Model]) -> Model:
    """A TOML file as a checked model. Raises DataError with every fault of the file, each at its key."""
    plain = toml_in(path)
    if signs := [problem for key, text in texts_in(plain) for problem in _signs(path.name, key, text)]:
        raise DataError(signs)
    try:
        return model.model_validate(plain)
    except ValidationError as error:
        raise DataError(_problems(error, path.name, plain, model)) from None


def texts_in(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a TOML file with its key; what stands in a list by its id, or else by its position from 0.

    Examples
    --------
    >>> list(texts_in({"title": {"zh": "港城"}, "bases": [{"id": "all", "categories": ["a"]}]}))
    [('title.zh', '港城'), ('bases.all.id', 'all'), ('bases.all.categories.0', 'a')]
    """
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from texts_in(part, f"{place}.{name}" if place else name)
    elif isinstance(value, list):
        for position, part in enumerate(value):
            name = part.get("id", position) if isinstance(part, Mapping) else position
            yield from texts_in(part, f"{place}.{name}")


def toml_in(path: Path) -> Mapping[str, Any]:
    """The values of a TOML file. Not to be changed. Raises DataError when it is not TOML."""
    try:
        return toml_of(text_of(path))
    except tomllib.TOMLDecodeError as error:
        raise DataError(Problem(path.name, said("is not TOML: {reason}", reason=reason_of(error)))) from None


@lru_cache(maxsize=64)
def toml_of(text: str) -> Mapping[str, Any]:
    """The values of a TOML text, parsed once: a run asks for the same files several times. Not to be changed.

    Raises tomllib.TOMLDecodeError when it is not TOML.
    """
    return tomllib.loads(text)


def _unprintable(table: Table, where: str) -> Iterator[Problem]:
    for line, row in table.rows:
        for name, cell in row.items():
            yield from _signs(said("{file}, line {line}", file=where, line=line), name, cell)


def _signs(where: str, field: str, text: str) -> Iterator[Problem]:
    if sign := unprintable(text):
        place = inside(where, in_codes(field))
        yield Problem(place, said("holds a sign that cannot be printed: {sign}", sign=sign), text, _TO_SEE)


def _problems(error: ValidationError, where: str, plain: Mapping[str, Any], model: type[BaseModel]) -> list[Problem]:
    found = []
    for fault in error.errors():
        place = inside(where, *_place(fault["loc"], plain))
        is_whole = fault["type"] == "missing" or isinstance(fault["input"], dict)
        what, allowed = _reason(fault)
        if fault["type"] == "extra_forbidden":
            allowed = one_of(_known(model, fault["loc"][:-1]), seen=str(fault["loc"][-1]), most=30)
        seen = _at(plain, fault["loc"], fault["input"])  # as it was written, and not as it was understood
        found.append(Problem(place, what, None if is_whole else seen, allowed))
    return found


def _known(kind: Any, keys: Sequence[str | int]) -> list[str]:
    """The names that a model knows where these keys lead.

    Examples
    --------
    >>> from analysis.style_file import StyleFile
    >>> _known(StyleFile, ("page", "margins"))
    ['top', 'right', 'bottom', 'left']
    """
    waiting = [kind]
    while waiting:
        one = waiting.pop()
        if isinstance(one, type) and issubclass(one, BaseModel):
            names = {field.alias or name: field.annotation for name, field in one.model_fields.items()}
            inner = [key for key in keys if isinstance(key, str)]
            return _known(names.get(inner[0]), inner[1:]) if inner else list(names)
        waiting += get_args(one)
    return []


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
            names.append(in_codes(key))
        is_there = isinstance(held, list) if isinstance(key, int) else isinstance(held, Mapping) and key in held
        held = held[key] if is_there else None
    if names:
        yield ".".join(names)


def _at(plain: Any, keys: Sequence[str | int], otherwise: object) -> object:
    """The text that stands in a file where a fault is; otherwise what was found wrong."""
    for key in keys:
        held = isinstance(plain, Mapping) and key in plain
        plain = plain[key] if held or (isinstance(plain, list) and isinstance(key, int)) else None
    found = plain if isinstance(plain, str) else otherwise
    return str(found).lower() if isinstance(found, bool) else found


def _called(rows: Any, position: int) -> str:
    """A row's id where it alone has it; else its number."""
    names = [row.get("id") if isinstance(row, Mapping) else None for row in rows] if isinstance(rows, list) else []
    name = names[position] if position < len(names) else None
    is_its_own = isinstance(name, str) and bool(name.strip()) and names.count(name) == 1
    return str(name) if is_its_own else str(position + 1)


def _reason(fault: ErrorDetails) -> tuple[str, str]:
    """What is wrong with a value, and what is allowed."""
    given = fault.get("ctx", {})
    error = given.get("error")
    if isinstance(error, NotANumberError):
        return error.what, error.allowed
    if isinstance(error, ValueError) and error.args:
        return error.args[0], ""
    if fault["type"] == "literal_error":
        return "is none of those allowed", given["expected"].replace("'", "").replace(" or ", ", ")
    if fault["type"] not in _REASONS:
        return fault["msg"][:1].lower() + fault["msg"][1:], ""
    what, allowed = _REASONS[fault["type"]]
    limits = {name: f"{value:g}" if isinstance(value, float) else value for name, value in given.items()}
    return what, said(allowed, **limits) if "{" in allowed else allowed


_DAY = "YYYY-MM-DD, for example 2003-12-31"
_KINDS = {
    "missing": ("is missing", ""),
    "extra_forbidden": ("is not known here", ""),
    "greater_than_equal": ("is too small", "{ge} or more"),
    "greater_than": ("is too small", "more than {gt}"),
    "less_than_equal": ("is too large", "{le} or less"),
    "less_than": ("is too large", "less than {lt}"),
    "string_too_short": ("is empty", "a text"),
    "string_too_long": ("is too long", "at most {max_length} letters"),
    "string_pattern_mismatch": ("is not written as it has to be", "{pattern}"),
    "string_type": ("is no text", "a text between quotation marks"),
    "int_parsing int_type int_from_float": ("is not a whole number", WHOLE),
    "float_parsing float_type finite_number": ("is not a number", DECIMALS),
    "bool_parsing bool_type": ("is neither true nor false", "true, false"),
    "date_type date_parsing date_from_datetime_parsing date_from_datetime_inexact": ("is not a date", _DAY),
    "list_type tuple_type": ("is no list", "values between square brackets, with commas"),
    "dict_type model_type": ("is no table", "a table of names and values"),
    "too_short": ("has too few entries", "{min_length} or more"),
    "too_long": ("has too many entries", "at most {max_length}"),
}
_REASONS = {kind: reason for kinds, reason in _KINDS.items() for kind in kinds.split()}
