"""A form made from a model of parameters: its labels, units, ranges and help come out of the model's schema.

A field's words stand in its `json_schema_extra`: `zh` and `en` (label), `unit_zh` and `unit_en`, `help_zh`; the
description is the help in English. A number that is not whole has its `step` there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
        self._quiet = True
        try:
            for name, value in values.items():
                widget = self.fields[name]
                if name in self.choices:
                    _offer(widget, self.choices[name], str(value), self._language())
                if name in self.steps:
                    widget.value = max(
                        (step for step in self.steps[name] if step <= value), default=self.steps[name][0]
                    )
                else:
                    widget.value = clamped(value, widget.min, widget.max) if hasattr(widget, "min") else value
        finally:
            self._quiet = False

    def speak(self, language: Language) -> None:
        """Put every label, unit and entry into a language."""
        self._quiet = True
        try:
            for name, widget in self.fields.items():
                words = self.words[name]
                if not hasattr(widget, "tooltips"):  # a switch names itself
                    widget.description = _label(words, language)
                widget.tooltip = words.get(f"help_{language}", "")
                if name in self.choices:
                    _offer(widget, self.choices[name], str(widget.value), language)
        finally:
            self._quiet = False

    def _language(self) -> Language:
        return self.fields["language"].value if "language" in self.fields else "en"

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
    unknown = [name for name in names if name not in schema]
    if unknown:
        raise ParameterError(
            said("{name}: no such parameter; allowed: {allowed}", name=unknown[0], allowed=tuple(schema))
        )
    words = {name: _words(name, schema[name]) for name in names}
    only = {name: steps[name] for name in names if name in steps} if steps else {}
    fields = {
        name: _stepped(only[name])
        if name in only
        else _control(schema[name], choices.get(name), language, (tops or {}).get(name))
        for name in names
    }
    form = Form(fields, words, choices, changed, only)
    form.speak(language)
    for name, widget in fields.items():
        widget.observe(lambda _change, name=name: form._tell(name), names="value")
    return form


def _words(name: str, schema: Mapping[str, Any]) -> dict[str, str]:
    plain = name.replace("_", " ")
    keys = ("zh", "en", "unit_zh", "unit_en", "help_zh")
    return {
        "zh": plain,
        "en": plain,
        "help_en": schema.get("description", ""),
        **{key: schema[key] for key in keys if key in schema},
    }


def _label(words: Mapping[str, str], language: Language) -> str:
    unit = words.get(f"unit_{language}")
    if not unit:
        return words[language]
    return f"{words[language]}（{unit}）" if language == "zh" else f"{words[language]} ({unit})"


def _control(schema: Mapping[str, Any], choices: Sequence[Choice] | None, language: Language, top: int | None) -> Any:
    import ipywidgets

    layout = ipywidgets.Layout(width="max-content", margin="0")
    style = {"description_width": "initial"}
    default = schema["default"]
    if choices is not None:
        entries = [(label.of(language), id_) for label, id_ in choices]
        known = [id_ for _, id_ in choices]
        return ipywidgets.Dropdown(
            options=entries, value=default if default in known else known[0], layout=layout, style=style
        )
    if "enum" in schema:
        names = [(_ENUMS.get(name, Label(name, name)).of(language), name) for name in schema["enum"]]
        layout.width = f"{8 * len(names)}em"
        return ipywidgets.ToggleButtons(
            options=names, value=default, layout=layout, style={**style, "button_width": "6em"}
        )
    if schema["type"] == "integer":
        high = schema["maximum"] if top is None else min(schema["maximum"], top)
        layout.width = "27em"
        return ipywidgets.IntSlider(
            value=clamped(default, schema["minimum"], high), min=schema["minimum"], max=high, layout=layout, style=style
        )
    if schema["type"] == "number":
        layout.width = "27em"
        step = schema["step"]
        return ipywidgets.FloatSlider(
            value=clamped(default, float(schema["minimum"]), float(schema["maximum"])),
            min=float(schema["minimum"]),
            max=float(schema["maximum"]),
            step=step,
            readout_format=f".{decimals_of(step)}f",
            layout=layout,
            style=style,
        )
    return ipywidgets.Text(value=default, layout=layout, style=style)


def _stepped(steps: Sequence[int]) -> Any:
    import ipywidgets

    layout = ipywidgets.Layout(width="27em", margin="0")
    style = {"description_width": "initial"}
    return ipywidgets.SelectionSlider(options=list(steps), value=steps[0], layout=layout, style=style)


WRAPPED = {  # the layout of a row of controls
    "display": "flex", "flex_flow": "row wrap", "grid_gap": "6px 22px", "align_items": "center", "width": "100%",
}  # fmt: skip
_ENUMS = {"zh": Label("中文", "中文"), "en": Label("English", "English")}


def _offer(widget: Any, choices: Sequence[Choice], value: str, language: Language) -> None:
    """Give a dropdown its entries in a language, and one for several ids at once where that is its value."""
    entries = [(label.of(language), id_) for label, id_ in choices]
    if "," in value:
        entries.append((SEVERAL.of(language), value))
    if tuple(entries) != tuple(widget.options):
        keep = value if value in [id_ for _, id_ in entries] else entries[0][1]
        widget.options = entries
        widget.value = keep
