"""The parameters that a notebook's cell gives, checked at the first cell after it, however the notebook is run."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from analysis.briefing.own_notebooks import OwnParameters, model_of_cell
from analysis.briefing.parameter_models import MODELS
from analysis.briefing.parameters import faults_of
from analysis.errors import ParameterError, one_of
from analysis.messages import lines_of, said

_INJECTED = "# Parameters"  # how the cell begins in which papermill sets them


def parameters(namespace: dict[str, Any]) -> dict[str, Any]:
    """The parameters of the house among those of the notebook's cell, checked; as `open_study` takes them.

    A name that stands in no line of the cell, or a value of another type, stops here and says what is allowed. A number is
    taken for a text where it was one: papermill makes `-p district 320583` a number.

    Parameters
    ----------
    namespace
        `globals()` of the notebook.

    Raises
    ------
    ParameterError
        With every fault.

    Examples
    --------
    >>> parameters({"study": "national", "language": "en", "mine": 3})
    {'study': 'national', 'language': 'en'}
    """
    known = dict.fromkeys(name for model in MODELS.values() for name in model.model_fields)
    ran = [one for one in namespace.get("In", ()) if one]
    cell = next((one for one in reversed(ran) if not one.startswith(_INJECTED) and _is_of_parameters(one)), None)
    if cell is not None:
        injected = [one for one in ran if one.startswith(_INJECTED)]
        namespace.update(_checked(cell, injected, namespace))
    found = {name: namespace[name] for name in known if name in namespace}
    opened = getattr(found.get("study"), "name", None)  # the cell was run again, and the study is open
    return found | ({"study": opened} if opened is not None else {})


def _checked(cell: str, injected: list[str], namespace: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a cell's parameters, in their types."""
    model = model_of_cell(cell, "notebook")
    names = [name for one in injected for name in _assigned(one)]
    faults: list[str] = [
        said(
            "{name}: no such parameter; allowed: {allowed}",
            name=name,
            allowed=one_of(sorted(model.named), seen=name, most=40),
        )
        for name in dict.fromkeys(names)
        if name not in model.named
    ]
    values = {name: _as_text(model, name, namespace[name]) for name in model.named if name in namespace}
    values |= {"study": opened} if (opened := getattr(values.get("study"), "name", None)) is not None else {}
    try:
        model.model_validate(values)
    except ValidationError as error:
        faults += faults_of(model, error)
    if faults:
        raise ParameterError(lines_of(*faults))
    return {name: value for name, value in values.items() if name != "study"}


def _as_text(model: type[OwnParameters], name: str, value: Any) -> Any:
    is_text = model.model_fields[name].annotation is str
    return str(value) if is_text and isinstance(value, int) and not isinstance(value, bool) else value


def _is_of_parameters(source: str) -> bool:
    """Whether a cell that was run is nothing but parameters, one with its type at least."""
    try:
        body = ast.parse(source).body
        if not any(isinstance(node, ast.AnnAssign) for node in body):
            return False
        model_of_cell(source, "notebook")
    except (SyntaxError, ParameterError):
        return False
    return True


def _assigned(source: str) -> list[str]:
    targets = (node.targets[0] for node in ast.parse(source).body if isinstance(node, ast.Assign))
    return [one.id for one in targets if isinstance(one, ast.Name)]
