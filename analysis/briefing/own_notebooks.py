"""Notebooks of one's own: the cell tagged `parameters` is the schema, read and never run.

A parameter with the name of one of the house's has the house's checks; the others have their type, and their comment is what
they mean. A house's notebook is found by its name, one of one's own by its name in notebooks/ or by its path.
"""

from __future__ import annotations

import ast
import io
import json
import tokenize
from collections.abc import Mapping
from copy import copy
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Union

from pydantic import AllowInfNan, Field, ValidationError, create_model
from pydantic.fields import FieldInfo

from analysis.briefing.parameter_models import MODELS, BriefingParameters, SourcesParameters
from analysis.errors import ParameterError, one_of, reason_of
from analysis.messages import lines_of, said
from analysis.reading import only_a_file

NOTEBOOKS_FOLDER = Path(__file__).resolve().parent.parent.parent / "notebooks"
TAG = "parameters"

_KINDS: Mapping[str, Any] = {"str": str, "int": int, "float": Annotated[float, AllowInfNan(False)], "bool": bool}
_IMPORTED = ("typing", "__future__")  # what types may be taken from
_ALLOWED = (
    "NAME: str, int, float, bool, a list of them, or Literal[…], each with a value as it is, such as years: int = 3"
)


class OwnParameters(SourcesParameters):
    """The parameters of a notebook of one's own; a subclass is made for each."""

    own_file: ClassVar[str] = ""
    own_cell: ClassVar[str] = ""  # its source
    own_names: ClassVar[frozenset[str]] = frozenset()  # the parameters that stand in the cell

    @cached_property
    def house(self) -> SourcesParameters:
        """Those of them that are the house's, as the house's notebook that has them all takes them."""
        model = house_model(self.own_names)
        values = self.model_dump()
        return model.model_validate({name: values[name] for name in model.model_fields if name in values})

    def model_dump(self, **options: Any) -> dict[str, Any]:
        """The values of the parameters that stand in the cell."""
        return super().model_dump(**{"include": set(self.own_names), **options})

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.own_cell, self.own_file, self.model_dump())


def _again(cell: str, source: str, values: dict[str, Any]) -> OwnParameters:
    found: OwnParameters = model_of_cell(cell, source).model_validate(values)
    return found


def house_model(names: frozenset[str]) -> type[SourcesParameters]:
    """The house's notebook that has just these parameters; else the first that has all of them that are the house's."""
    known = names & {name for model in MODELS.values() for name in model.model_fields}
    fitting = [model for model in MODELS.values() if known <= set(model.model_fields)]
    exact = [model for model in fitting if known == set(model.model_fields)]
    return (exact or [model for model in fitting if model is BriefingParameters] or fitting or [BriefingParameters])[0]


def notebook_file(notebook: str, *, beside: Path | None = None) -> Path:
    """The file of a notebook.

    Parameters
    ----------
    notebook
        A name in notebooks/, or a path.
    beside
        A folder in which a path may lie too.

    Raises
    ------
    ParameterError
        When there is none, with the nearest names.
    """
    path = Path(notebook or ".").expanduser()
    if not path.name:
        path = Path(".ipynb")
    path = path if path.suffix == ".ipynb" else path.with_name(f"{path.name}.ipynb")
    for place in (path, *([beside / path] if beside is not None else []), NOTEBOOKS_FOLDER / path):
        if place.is_file():
            return place.resolve()
    names = sorted({*MODELS, *(one.stem for one in NOTEBOOKS_FOLDER.glob("*.ipynb") if _is_paper(one))})
    allowed = one_of(names, seen=path.stem, most=20)
    raise ParameterError(
        said('no notebook "{notebook}"; allowed: {allowed}, or the path of one', notebook=notebook, allowed=allowed)
    )


def own_model(path: Path) -> type[OwnParameters]:
    """The schema of a notebook's parameters.

    Raises
    ------
    ParameterError
        When the notebook cannot be read, or has no such cell, two of them, or one that cannot be a schema.
    """
    try:
        cells = _tagged(path)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else "it is none"
        what = "{path}: cannot be read as a notebook ({reason})"
        raise ParameterError(said(what, path=path, reason=reason)) from None
    if len(cells) != 1:
        what = "{path}: {number} cells are tagged parameters; allowed: one, whose assignments are the parameters"
        raise ParameterError(said(what, path=path.name, number=len(cells)))
    return model_of_cell(cells[0], str(path))


def _tagged(path: Path) -> list[str]:
    """The source of each cell that is tagged so."""
    plain = json.loads(only_a_file(path).read_text(encoding="utf-8"))
    cells = [one for one in plain["cells"] if one["cell_type"] == "code"]
    return ["".join(one["source"]) for one in cells if TAG in one.get("metadata", {}).get("tags", ())]


def _is_paper(path: Path) -> bool:
    try:
        return len(_tagged(path)) == 1
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


@lru_cache(maxsize=64)
def model_of_cell(cell: str, source: str) -> type[OwnParameters]:
    """The schema that a parameters cell is.

    Raises
    ------
    ParameterError
        With every line that cannot be a parameter, and every default that its own check refuses.

    Examples
    --------
    >>> model = model_of_cell('study: str = "national"\\nfocus_year: int = 2004  # the year to look at', "mine.ipynb")
    >>> model(focus_year=2005).focus_year, model.model_fields["focus_year"].description
    (2005, 'the year to look at')
    """
    name = Path(source).name
    named = _named_in(cell, name)
    fields: dict[str, Any] = {}
    house = house_model(frozenset(named))
    for field, (_, annotation, value, comment) in named.items():
        own = house.model_fields.get(field)
        fields[field] = (
            _of_house(own, value) if own is not None else (annotation, Field(value, description=comment or field))
        )
    made = create_model("OwnParameters", __base__=OwnParameters, **fields)
    made.own_file, made.own_cell, made.own_names = source, cell, frozenset(named)
    made.model_config["validate_default"] = True
    made.model_rebuild(force=True)
    _refuse_defaults(made, named, name)
    return made


def _named_in(cell: str, name: str) -> dict[str, tuple[int, Any, Any, str]]:
    """Line, type, value and comment of each parameter of a cell, by its name."""
    try:
        body = ast.parse(cell).body
    except SyntaxError as error:
        what = "{name}, parameters, line {line}: is no Python ({reason})"
        raise ParameterError(said(what, name=name, line=error.lineno, reason=error.msg)) from None
    except (MemoryError, RecursionError):
        raise ParameterError(
            said("{name}, parameters: is too deep; allowed: {allowed}", name=name, allowed=_ALLOWED)
        ) from None
    comments = _comments(cell)
    faults = []
    named: dict[str, tuple[int, Any, Any, str]] = {}
    for node in body:
        if is_no_value(node):
            continue
        try:
            field, annotation, value = _assigned(node)
        except ValueError:
            told = "{name}, parameters, line {line}: {seen} is no parameter; allowed: {allowed}"
            seen = ast.unparse(node).splitlines()[0][:80]
            faults.append(said(told, name=name, line=node.lineno, seen=seen, allowed=_ALLOWED))
            continue
        if field in named or field.startswith("_") or hasattr(OwnParameters, field):
            told = '{name}, parameters, line {line}: "{field}" is a name that is taken; allowed: another, without _ before it'
            faults.append(said(told, name=name, line=node.lineno, field=field))
        named[field] = (node.lineno, annotation, value, comments.get(node.end_lineno or node.lineno, ""))
    if faults:
        raise ParameterError(lines_of(*faults))
    return named


def is_no_value(node: ast.stmt) -> bool:
    """Whether a line of a parameters cell is none of a parameter: a text that stands alone, or the import of a type."""
    return (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)) or (
        isinstance(node, ast.ImportFrom) and node.module in _IMPORTED
    )


def _of_house(field: FieldInfo, value: Any) -> tuple[Any, FieldInfo]:
    own = copy(field)
    own.default = value
    return field.annotation, own


def _refuse_defaults(made: type[OwnParameters], named: Mapping[str, Any], name: str) -> None:
    try:
        made()
    except ValidationError as error:
        faults = []
        for fault in error.errors():
            field = str(fault["loc"][0])
            line = named[field][0] if field in named else 0
            told = '{name}, parameters, line {line}: {field}: "{seen}" cannot be used; allowed: {allowed}'
            allowed = made.model_fields[field].description or field
            faults.append(said(told, name=name, line=line, field=field, seen=fault["input"], allowed=allowed))
        raise ParameterError(lines_of(*faults)) from None


def _assigned(node: ast.stmt) -> tuple[str, Any, Any]:
    """The name, type and value of a parameter.

    Raises
    ------
    ValueError
        When it is none: its value is computed, or its type is another.
    """
    match node:
        case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=ast.expr() as value):
            return name, _type(annotation), ast.literal_eval(value)
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            found = ast.literal_eval(value)
            kind = type(found)
            if kind is list:
                kinds = {type(one) for one in found}
                return name, list[kinds.pop()] if len(kinds) == 1 else list, found  # type: ignore[misc]
            if kind.__name__ not in _KINDS:
                raise ValueError
            return name, _KINDS[kind.__name__], found
    raise ValueError


def _type(node: ast.expr) -> Any:
    match node:
        case ast.Name(id=name) if name in _KINDS:
            return _KINDS[name]
        case ast.Constant(value=None):
            return None
        case ast.Constant(value=str(text)):
            return _type(ast.parse(text, mode="eval").body)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return Union[_type(left), _type(right)]  # noqa: UP007
        case ast.Subscript(value=ast.Name(id="list" | "List"), slice=inner):
            return list[_type(inner)]  # type: ignore[misc]
        case ast.Subscript(value=ast.Name(id="Optional"), slice=inner):
            return Union[_type(inner), None]  # noqa: UP007
        case ast.Subscript(value=ast.Name(id="Literal"), slice=inner):
            values = ast.literal_eval(inner)
            return Literal[values if isinstance(values, tuple) else (values,)]
    raise ValueError


def _comments(source: str) -> dict[int, str]:
    """The comment at the end of each line."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {one.start[0]: one.string.lstrip("# ").strip() for one in tokens if one.type == tokenize.COMMENT}
