"""A form in JupyterLab that begins a study: what one has is said, its files are written and shown, and checked as one goes."""

from __future__ import annotations

from html import escape
from typing import Any

from analysis.briefing.new_study import HAVE, NewStudy, write_study
from analysis.briefing.save_and_print import say
from analysis.briefing.study_status import status_of
from analysis.errors import WorkbookError
from analysis.messages import in_language, prefer, speaking
from analysis.quantities import Label, Language
from analysis.study import DATA, open_study

_SHOWN = 30  # lines of each file
_FIELDS = {
    "name": Label("研究的名称，如wuxi-2024", "Name of the study, such as wuxi-2024"),
    "place": Label("地方（中文）", "The place in Chinese"),
    "place_en": Label("地方（英文）", "The place in English"),
    "document": Label("所依据的文件（中文）", "The document, in Chinese"),
    "document_en": Label("所依据的文件（英文）", "The document, in English"),
    "as_of": Label("时点：日期、年份或unknown", "As of: a date, a year or unknown"),
    "districts": Label("区域：甲区=District A，……", "Districts: 甲区=District A, …"),
}
_HAVE = {
    "figures": Label("已公布的数字", "published figures"),
    "register": Label("登记簿", "a register"),
    "returns": Label("各区域报表", "returns of districts"),
    "districts": Label("区域名单", "a list of districts"),
}
_WRITE, _CHECK = Label("写出文件", "Write the files"), Label("检查", "Check")
_CAN, _CANNOT = Label("能：{name}", "yes: {name}"), Label("不能：{name}（需要：{needs}）", "no: {name} (needs {needs})")


def new_study(language: str = "") -> Any:
    """A form that begins a study in data/, with the same files as `workbook new`.

    Its first button writes them, shows how each begins and says what comes next; its second says what is wrong with the
    files as they are, or what can be made of them.

    Examples
    --------
    >>> type(new_study("en")).__name__
    'VBox'
    """
    import ipywidgets

    prefer(language or speaking())
    told: Language = "zh" if (language or speaking()) == "zh" else "en"
    wide: dict[str, Any] = {"style": {"description_width": "260px"}, "layout": {"width": "620px"}}
    fields = {name: ipywidgets.Text(description=label.of(told), **wide) for name, label in _FIELDS.items()}
    has = {name: ipywidgets.Checkbox(description=_HAVE[name].of(told), value=name == "figures") for name in HAVE}
    write, check = (ipywidgets.Button(description=label.of(told)) for label in (_WRITE, _CHECK))
    shown = ipywidgets.Output(layout={"width": "100%"})

    def written() -> str:
        typed = {name: field.value for name, field in fields.items() if name != "name"}
        known = NewStudy.given(**typed, have=",".join(name for name, box in has.items() if box.value))
        name = fields["name"].value.strip()
        files = {path.name: path.read_text(encoding="utf-8") for path in write_study(name, new=known)}
        begins = (f"<p><code>{escape(file)}</code></p><pre>{_beginning(text)}</pre>" for file, text in files.items())
        steps = (f"<li>{escape(in_language(step, told))}</li>" for step in known.next_steps(name))
        return f"<ul role='status'>{''.join(steps)}</ul>{''.join(begins)}"

    def checked() -> str:
        lines = (
            (_CAN if one.can else _CANNOT).of(told).format(name=one.name.of(told), needs=one.needs.of(told))
            for one in status_of(open_study(str(DATA / fields["name"].value.strip())))
        )
        return f"<ul role='status'>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"

    def answering(answer: Any) -> Any:
        def pressed(_button: Any) -> None:
            try:
                say(shown, answer())
            except WorkbookError as error:
                say(shown, f"<p role='alert' style='white-space: pre-line'>{escape(error.told(told))}</p>")

        return pressed

    write.on_click(answering(written))
    check.on_click(answering(checked))
    return ipywidgets.VBox([*fields.values(), *has.values(), ipywidgets.HBox([write, check]), shown])


def _beginning(text: str) -> str:
    lines = text.splitlines()
    return escape("\n".join([*lines[:_SHOWN], *(["…"] if len(lines) > _SHOWN else [])]))
