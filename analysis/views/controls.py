"""A form made from a model of parameters: its labels, units, ranges and help come out of the model's schema.

A field's words stand in its `json_schema_extra`: `zh` and `en` (label), `unit_zh` and `unit_en`, `help_zh`; the
description is the help in English. A number that is not whole has its `step` there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from analysis.errors import ParameterError
from analysis.messages import said
from analysis.quantities import Label, Language, decimals_of

if TYPE_CHECKING:
    from pydantic import BaseModel

Choice = tuple[Label, str]
Changed = Callable[[str], None]

SEVERAL = Label("（已选多个）", "(several chosen)")


@dataclass(eq=False)
class Form:
    """The controls of some parameters, by name. What is set here clamps to the control's range and tells nobody."""

    fields: Mapping[str, Any]
    words: Mapping[str, Mapping[str, str]]
    choices: Mapping[str, Sequence[Choice]]
    changed: Changed
    steps: Mapping[str, Sequence[int]] = field(default_factory=dict)
    _quiet: bool = field(default=False)

    def values(self) -> dict[str, Any]:
        """What the controls say, by name."""
        return {name: widget.value for name, widget in self.fields.items()}

    def set(self, **values: Any) -> None:
        """Move controls without telling of it.

        A number beyond a control's range stops at its end, one between two steps at the lower. Several ids with
        commas between them are shown as one entry more.
        """
        language: Language = self.fields["language"].value if "language" in self.fields else "en"
        with self._silence():
            for name, value in values.items():
                widget, steps = self.fields[name], self.steps.get(name)
                if name in self.choices:
                    _offer(widget, self.choices[name], str(value), language)
                if steps:
                    widget.value = max((step for step in steps if step <= value), default=steps[0])
                else:
                    widget.value = clamped(value, widget.min, widget.max) if hasattr(widget, "min") else value

    def speak(self, language: Language) -> None:
        """Put every label, unit and entry into a language."""
        with self._silence():
            for name, widget in self.fields.items():
                words = self.words[name]
                if not hasattr(widget, "tooltips"):  # a switch names itself
                    unit = words.get(f"unit_{language}")
                    widget.description = words[language] + (_UNIT.of(language).format(unit) if unit else "")
                widget.tooltip = words.get(f"help_{language}", "")
                if name in self.choices:
                    _offer(widget, self.choices[name], str(widget.value), language)

    @contextmanager
    def _silence(self) -> Iterator[None]:
        self._quiet = True
        try:
            yield
        finally:
            self._quiet = False

    def _tell(self, name: str) -> None:
        if not self._quiet:
            self.changed(name)


Number = TypeVar("Number", int, float)


def clamped(value: Number, low: Number, high: Number) -> Number:
    """The nearest number a control can stand at, of the kind of its ends.

    Examples
    --------
    >>> clamped(420, 0, 300), clamped(-3, 0, 300), clamped(0.25, 0.0, 1.0)
    (300, 0, 0.25)
    """
    return max(low, min(type(low)(value), high))


def form_of(
    model: type[BaseModel],
    *,
    names: Sequence[str],
    choices: Mapping[str, Sequence[Choice]],
    language: Language,
    changed: Changed,
    tops: Mapping[str, int] | None = None,
    steps: Mapping[str, Sequence[int]] | None = None,
) -> Form:
    """The form of some fields of a model.

    Parameters
    ----------
    names
        Which fields, in order.
    choices
        The entries of fields that name something of a study, each a label and an id.
    changed
        Called with the name of a field after the reader moved its control.
    tops
        Upper ends below the model's, where the data ends sooner.
    steps
        Numbers that alone can be chosen, rising, where the data knows no others.

    Raises
    ------
    ParameterError
        When the model has no such field.
    """
    schema = model.model_json_schema()["properties"]
    for name in names:
        if name not in schema:
            raise ParameterError(
                said("{name}: no such parameter; allowed: {allowed}", name=name, allowed=tuple(schema))
            )
    only = {name: steps[name] for name in names if name in steps} if steps else {}
    fields = {
        name: _control(schema[name], choices.get(name), only.get(name), (tops or {}).get(name), language)
        for name in names
    }
    form = Form(fields, {name: _words(name, schema[name]) for name in names}, choices, changed, only)
    form.speak(language)
    for name, widget in fields.items():
        widget.observe(lambda _change, name=name: form._tell(name), names="value")
    return form


def _words(name: str, schema: Mapping[str, Any]) -> dict[str, str]:
    plain, keys = name.replace("_", " "), ("zh", "en", "unit_zh", "unit_en", "help_zh")
    known = {key: schema[key] for key in keys if key in schema}
    return {"zh": plain, "en": plain, "help_en": schema.get("description", "")} | known


def _control(
    schema: Mapping[str, Any],
    choices: Sequence[Choice] | None,
    steps: Sequence[int] | None,
    top: int | None,
    language: Language,
) -> Any:
    """The widget of a field: a list, a switch, a slider, or a line of text."""
    import ipywidgets

    default, style, width = schema["default"], {"description_width": "initial"}, "27em"
    given: dict[str, Any] = {"value": default}
    if steps is not None:
        kind, given = ipywidgets.SelectionSlider, {"options": list(steps), "value": steps[0]}
    elif choices is not None:
        known = [id_ for _, id_ in choices]
        kind, width = ipywidgets.Dropdown, "max-content"
        given["options"] = [(label.of(language), id_) for label, id_ in choices]
        given["value"] = default if default in known else known[0]
    elif "enum" in schema:
        kind, width = ipywidgets.ToggleButtons, f"{8 * len(schema['enum'])}em"
        given["options"] = [(_ENUMS.get(name, Label(name, name)).of(language), name) for name in schema["enum"]]
        style["button_width"] = "6em"
    elif schema["type"] in ("integer", "number"):
        is_whole = schema["type"] == "integer"
        kind, number = (ipywidgets.IntSlider, int) if is_whole else (ipywidgets.FloatSlider, float)
        low, high = number(schema["minimum"]), number(min(schema["maximum"], schema["maximum"] if top is None else top))
        given = {"value": clamped(default, low, high), "min": low, "max": high}
        if not is_whole:
            given |= {"step": schema["step"], "readout_format": f".{decimals_of(schema['step'])}f"}
    else:
        kind, width = ipywidgets.Text, "max-content"
    return kind(**given, layout=ipywidgets.Layout(width=width, margin="0"), style=style)


WRAPPED = {  # the layout of a row of controls
    "display": "flex", "flex_flow": "row wrap", "grid_gap": "6px 22px", "align_items": "center", "width": "100%",
}  # fmt: skip
_ENUMS = {"zh": Label("中文", "中文"), "en": Label("English", "English")}
_UNIT = Label("（{}）", " ({})")


def _offer(widget: Any, choices: Sequence[Choice], value: str, language: Language) -> None:
    """Give a dropdown its entries in a language, and one for several ids at once where that is its value."""
    entries = [(label.of(language), id_) for label, id_ in choices]
    if "," in value:
        entries.append((SEVERAL.of(language), value))
    if tuple(entries) != tuple(widget.options):
        keep = value if value in [id_ for _, id_ in entries] else entries[0][1]
        widget.options = entries
        widget.value = keep
