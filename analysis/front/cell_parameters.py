"""The parameters that a notebook's cell gives, checked at the first cell after it, however the notebook is run."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from pydantic import ValidationError

from analysis.briefing.own_notebooks import OwnParameters, is_no_value, model_of_cell
from analysis.briefing.parameter_models import MODELS
from analysis.briefing.parameters import faults_of
from analysis.errors import ParameterError, one_of
from analysis.messages import lines_of, said

_INJECTED = "# Parameters"  # how the cell begins in which papermill sets them
_AGAIN = "{names}: what papermill sets is set again by a later cell; allowed: one cell of parameters, tagged parameters"
_LOST = "{name}: {seen} came as a number, and may have lost digits on the way; allowed: a text (papermill -r {name} …)"
_HOUSE = dict.fromkeys(name for model in MODELS.values() for name in model.model_fields)


def parameters(namespace: dict[str, Any]) -> dict[str, Any]:
    """The parameters of the house among those of the notebook's cell, checked; as `open_study` takes them.

    A name that stands in no line of the cell, or a value of another type, stops here and says what is allowed. A whole number
    is taken for a text where one is asked for: papermill makes `-p district 320583` a number. What it loses on the way, such
    as the zeros of `-p code 007` or `1.10`, nobody can see here: `papermill -r code 007` gives the text as it is.

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
    cell, injected = _cells([one for one in namespace.get("In", ()) if one.strip()])
    if cell is not None:
        namespace.update(_checked(cell, injected, namespace))
    found = {name: namespace[name] for name in _HOUSE if name in namespace}
    opened = getattr(found.get("study"), "name", None)  # the cell was run again, and the study is open
    return found | ({"study": opened} if opened is not None else {})


def _cells(ran: Sequence[str]) -> tuple[str | None, list[str]]:
    """The parameters cell among those that were run, and what papermill set after it.

    The kernel is not told which cell is tagged: it is the one before that of papermill, else the last one of nothing but
    assignments that names a parameter of the house with its type, or without, or stands just before.

    Raises
    ------
    ParameterError
        When a later cell takes back what papermill set: it is not tagged, or the second one that is.
    """
    only = {number: names for number, one in enumerate(ran) if (names := _assigned(one))}
    injected = [number for number in only if ran[number].startswith(_INJECTED) and not _is_typed(ran[number])]
    if after := [number for number in injected if number - 1 in only]:
        last = after[-1]
        if ran[last + 1 : last + 2] != [ran[last - 1]]:
            _refuse_again(only[last], only.get(last + 1, []))
        return ran[last - 1], only[last]
    of_house = [number for number in only if _HOUSE.keys() & set(only[number])]
    typed = [number for number in of_house if _is_typed(ran[number])]
    before = [number for number in only if number == len(ran) - 2]
    if not (found := (typed or of_house or before)[-1:]):
        return None, []
    before_it = [name for number in injected if number < ran.index(ran[found[0]]) for name in only[number]]
    _refuse_again(before_it, only[found[0]])
    return ran[found[0]], before_it


def _refuse_again(names: Sequence[str], later: Sequence[str]) -> None:
    if both := [name for name in names if name in later]:
        raise ParameterError(said(_AGAIN, names=tuple(both)))


def _checked(cell: str, injected: Sequence[str], namespace: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a cell's parameters, in their types."""
    model = model_of_cell(cell, "notebook")
    faults: list[str] = []
    for name in dict.fromkeys(injected):
        if name not in model.own_names:
            allowed = one_of(sorted(model.own_names), seen=name, most=40)
            faults.append(said("{name}: no such parameter; allowed: {allowed}", name=name, allowed=allowed))
    given = {name: namespace[name] for name in model.own_names if name in namespace}
    for_texts = {name: one for name, one in given.items() if _is_number(one) and _is_of_text(model, name)}
    for name, value in for_texts.items():
        if name in injected and _has_lost(model.model_fields[name].default, value):
            faults.append(said(_LOST, name=name, seen=value))
    values = given | {name: str(value) for name, value in for_texts.items()}
    values |= {"study": opened} if (opened := getattr(values.get("study"), "name", None)) is not None else {}
    try:
        model.model_validate(values)
    except ValidationError as error:
        faults += faults_of(model, error)
    if faults:
        raise ParameterError(lines_of(*faults))
    return {name: value for name, value in values.items() if name != "study"}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_of_text(model: type[OwnParameters], name: str) -> bool:
    """Whether a parameter is a text, and no number."""
    kind = model.model_fields[name].annotation
    kinds = [kind if isinstance(kind, type) else type(kind) for kind in get_args(kind) or (kind,)]
    return str in kinds and not {int, float} & set(kinds)


def _has_lost(default: Any, value: float) -> bool:
    """Whether a number is another text than the one it was: one with a point, or one that is shorter than such texts are."""
    is_code = isinstance(default, str) and default.isdecimal() and default.startswith("0")
    return isinstance(value, float) or (is_code and len(str(value)) < len(default))


def _assigned(source: str) -> list[str]:
    """The names that a cell assigns, where it does nothing else; none of one that opens the study."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return []
    found = []
    for node in (node for node in body if not is_no_value(node)):
        match node:
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
                found.append(name)
            case _:
                return []
    called = {
        node.func.id
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    return [] if called & {"open_study", "parameters"} else found


def _is_typed(source: str) -> bool:
    return any(isinstance(node, ast.AnnAssign) for node in ast.parse(source).body)
