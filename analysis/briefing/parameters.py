"""One schema for a notebook's parameters: its cell, its file, its form and its command line are all its model."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast, get_origin

from pydantic import TypeAdapter, ValidationError

from analysis.briefing.own_notebooks import NOTEBOOKS_FOLDER, OwnParameters, notebook_file, own_model
from analysis.briefing.parameter_checks import faults_against, with_a_base
from analysis.briefing.parameter_models import (
    MODELS,
    BriefingParameters,
    ComparisonParameters,
    ConferenceParameters,
    CoverageParameters,
    DepartmentParameters,
    ScenarioParameters,
    SourcesParameters,
    text_of,
)
from analysis.delimited import text_in
from analysis.errors import ParameterError, one_of, reason_of
from analysis.messages import constant, lines_of, said
from analysis.reading import only_a_file
from analysis.study import ROOT, Study, open_study

__all__ = [  # with the models, so that one module is enough to ask
    "MODELS",
    "NOTEBOOKS_FOLDER",
    "BriefingParameters",
    "ComparisonParameters",
    "ConferenceParameters",
    "CoverageParameters",
    "DepartmentParameters",
    "ScenarioParameters",
    "SourcesParameters",
    "cell",
    "checked",
    "disclosure_threshold",
    "file_of",
    "from_file",
    "from_text",
    "literal",
    "model_of",
    "name_of",
    "recorded",
    "to_toml",
]


def model_of(notebook: str, *, beside: Path | None = None) -> type[SourcesParameters]:
    """The model of a notebook's parameters: of a house's notebook by its name, of one's own by its name or path.

    Raises
    ------
    ParameterError
        When there is no such notebook, or its parameters cannot be read.
    """
    if notebook in MODELS:
        return MODELS[notebook]
    path = notebook_file(notebook, beside=beside)
    return MODELS[path.stem] if _is_house_s(path) else own_model(path)


def recorded(manifest: Mapping[str, Any], run: Path) -> SourcesParameters:
    """The parameters of a finished run; of a notebook of one's own, by the notebook that lies in the run's folder.

    Raises
    ------
    ParameterError
        When they cannot be used any more.
    """
    name = str(manifest["notebook"])
    model = MODELS[name] if name in MODELS else own_model(run / "notebook.ipynb")
    return checked(name, manifest["parameters"], model=model)


def file_of(parameters: SourcesParameters, notebook: str) -> Path:
    """The file of the notebook that parameters are of."""
    if isinstance(parameters, OwnParameters):
        return Path(parameters.own_file)
    return NOTEBOOKS_FOLDER / f"{Path(notebook).stem}.ipynb"


def name_of(parameters: SourcesParameters, notebook: str) -> str:
    """A notebook's name: that of its file; a copy of one of the house's is another notebook than that."""
    path = file_of(parameters, notebook)
    return f"own_{path.stem}" if path.stem in MODELS and not _is_house_s(path) else path.stem


def _is_house_s(path: Path) -> bool:
    return path.stem in MODELS and path == (NOTEBOOKS_FOLDER / path.name).resolve()


def checked(
    notebook: str,
    values: Mapping[str, Any],
    *,
    study: Callable[[str], Study] = open_study,
    model: type[SourcesParameters] | None = None,
) -> SourcesParameters:
    """Parameters of a notebook, checked against its model and against the study they name.

    Parameters
    ----------
    notebook
        A key of `MODELS`, or a notebook of one's own: its name in notebooks/, or its path.
    values
        By name; what is left out takes the default.
    study
        Opens a study by its name; a caller with many papers gives one that opens each once.
    model
        The notebook's, where it is known already.

    Raises
    ------
    ParameterError
        With every fault: an unknown name (the nearest is named), a wrong type, a value out of range, an unknown study,
        district, category or base.

    Examples
    --------
    >>> checked("4_briefing", {"district": "320583"}).language
    'zh'
    """
    model = model or model_of(notebook)
    known = named_in(model)
    faults = [_unknown(model, name) for name in values if name not in known]
    try:
        parameters = model.model_validate({name: value for name, value in values.items() if name in known})
    except ValidationError as error:
        faults += faults_of(model, error)
    if faults:
        raise ParameterError(lines_of(*faults))
    opened = study(parameters.study)
    house = with_a_base(opened, parameters.house)
    if faults := faults_against(opened, house):
        raise ParameterError(lines_of(*faults))
    if not isinstance(parameters, OwnParameters):
        return house
    changed = {name: value for name, value in house.model_dump().items() if name in parameters.own_names}
    return parameters.model_copy(update=changed)


def faults_of(model: type[SourcesParameters], error: ValidationError) -> list[str]:
    """What a model refuses, a line each, with what is allowed."""
    return list(dict.fromkeys(_fault(model, fault) for fault in error.errors()))


def disclosure_threshold(parameters: SourcesParameters, *studies: Study) -> int:
    """The smallest count that may be shown: the highest of the studies' own, or more where the parameter asks for it."""
    return max(parameters.disclosure_threshold, *(study.settings.disclosure_threshold for study in studies))


def from_file(path: Path) -> dict[str, Any]:
    """Parameters from a TOML file of names and values; a path as it is told is one from the top of the project, too.

    Raises
    ------
    ParameterError
        When the file is missing or is not TOML.
    """
    path = ROOT / path if not path.exists() and (ROOT / path).exists() else path
    try:
        return tomllib.loads(text_in(only_a_file(path).read_bytes(), str(path)))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ParameterError(
            said("{path}: cannot be read as a parameters file: {reason}", path=path, reason=reason_of(error))
        ) from None


def from_text(notebook: str, name: str, text: str) -> Any:
    """A value typed on the command line, in the type of its parameter.

    Examples
    --------
    >>> from_text("4_briefing", "staff_threshold", "50"), from_text("4_briefing", "compare_synthetic", "true")
    (50, True)
    """
    model = model_of(notebook)
    kind = model.model_fields[name].annotation if name in model.model_fields else str
    what = '{name}: "{seen}" cannot be used; {allowed}'
    try:
        if kind is bool:
            what = '{name}: "{text}" is neither yes nor no; {allowed}'
            return {"true": True, "false": False}[text.casefold()]
        if kind is int:
            what = '{name}: "{text}" is not a whole number; {allowed}'
            return int(text)
        if kind is str or not issubclass(model, OwnParameters):
            return text
        listed = [part.strip() for part in text.split(",")] if get_origin(kind) is list else text
        return TypeAdapter(cast("Any", kind)).validate_python(listed)
    except (KeyError, ValueError):
        raise ParameterError(said(what, name=name, text=text, seen=text, allowed=_allowed(model, name))) from None


def to_toml(parameters: SourcesParameters) -> str:
    """The parameters as a TOML file, one commented line each.

    Examples
    --------
    >>> print(to_toml(SourcesParameters()).splitlines()[1])
    language = "zh"  # language of the results: zh or en
    """
    lines = []
    for name in named_in(type(parameters)):
        field = type(parameters).model_fields[name]
        if getattr(parameters, name) is None:  # TOML has no word for nothing, which is then the default
            lines.append(f"# {name} =  # {field.description}\n")
        else:
            lines.append(f"{name} = {literal(getattr(parameters, name))}  # {field.description}\n")
    return "".join(lines)


def cell(notebook: str) -> str:
    """The source of a notebook's parameters cell, made from its model."""
    lines = []
    for name, field in MODELS[notebook].model_fields.items():
        kind = {int: "int", bool: "bool"}.get(field.annotation, "str")  # type: ignore[arg-type]
        value = field.default if kind == "bool" else literal(field.default)
        lines.append(f"{name}: {kind} = {value}  # {field.description}")
    return "\n".join(lines)


def literal(value: Any) -> str:
    """A value as it is written in TOML; a number, a text or a list in Python alike."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, int | float):
        return text_of(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if char.isprintable() else _escape(ord(char)) for char in escaped) + '"'


def _escape(code: int) -> str:
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def named_in(model: type[SourcesParameters]) -> list[str]:
    """The parameters of a notebook: of one of one's own, those that stand in its cell."""
    fields = list(model.model_fields)
    return [name for name in fields if name in model.own_names] if issubclass(model, OwnParameters) else fields


def _unknown(model: type[SourcesParameters], name: str) -> str:
    allowed = one_of(named_in(model), seen=name)
    return said("{name}: no such parameter; allowed: {allowed}", name=name, allowed=allowed)


def _fault(model: type[SourcesParameters], fault: Any) -> str:
    name = str(fault["loc"][0])
    if fault["type"] == "extra_forbidden":
        return _unknown(model, name)
    seen, allowed = fault["input"], _allowed(model, name)
    return said('{name}: "{seen}" cannot be used; {allowed}', name=name, seen=seen, allowed=allowed)


def _allowed(model: type[SourcesParameters], name: str) -> str:
    schema = model.model_json_schema()["properties"][name]
    description = schema.get("description", name)
    return said("allowed: {kind} ({description})", kind=_kind(schema), description=description)


def _kind(schema: Mapping[str, Any]) -> str:
    """What a value may be."""
    if "anyOf" in schema:
        kinds = [_kind(one) for one in schema["anyOf"] if one.get("type") != "null"]
        return kinds[0] if len(kinds) == 1 else said("{names}", names=tuple(kinds))
    if "enum" in schema or "const" in schema:
        return said("{names}", names=tuple(schema.get("enum", [schema.get("const")])))
    if schema.get("type") == "integer" and "minimum" in schema:
        return said("a whole number from {least} to {most}", least=schema.get("minimum"), most=schema.get("maximum"))
    if schema.get("type") == "array":
        return constant("a list")
    return _PLAIN.get(schema.get("type", ""), constant("a text"))


_PLAIN: Mapping[str, str] = {
    "boolean": constant("true or false"),
    "integer": constant("a whole number"),
    "number": constant("a number"),
}
