"""Freeze the levers as they stand to a scenario file of the study: it says only where it differs from the baseline."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path
from typing import Any

from analysis.briefing.folder import write_whole
from analysis.briefing.parameters import ScenarioParameters, literal
from analysis.briefing.save_and_print import ALLOWED, FROZEN, NAME, say
from analysis.errors import WorkbookError
from analysis.messages import said, speaking
from analysis.quantities import Label, Language
from analysis.reading import only_a_file
from analysis.scenarios.scenario import FOLDER, Scenario, scenario_names
from analysis.study import Study

FREEZE = Label("保存为情景", "Freeze as a scenario")
BEGINS = Label("，以字母或汉字开头", ", the first a letter")
TAKEN = Label(
    "已有同名而内容不同的情景，请换一个名称",
    "another scenario has this name; choose a different one",
)
WHY = Label("从情景“{}”出发，用滑块调整得到。", "Set by hand, from the scenario {}.")


def freeze_scenario(study: Study, scenario: Scenario, name: str, *, start: Scenario, language: Language) -> Path:
    """Write what a scenario decides to `scenarios/<name>.toml` of its study; the file appears whole or not at all.

    Parameters
    ----------
    start
        The scenario that it was made from.
    language
        Of messages.

    Raises
    ------
    WorkbookError
        When the name cannot be a scenario's, or there is one of this name that says something else.
    OutputError
        When the file cannot be written.
    """
    if not re.fullmatch(r"[^\W\d_][\w.\-]{0,59}", name):
        raise WorkbookError(said('"{name}": {allowed}{begins}', name=name, allowed=ALLOWED, begins=BEGINS))
    path, text = study.folder / FOLDER / f"{name}.toml", scenario_toml(scenario, name, start=start)
    if path.exists() and only_a_file(path).read_text(encoding="utf-8", errors="replace") != text:
        raise WorkbookError(said('"{name}": {taken}', name=name, taken=TAKEN))
    return write_whole(path, text.encode())


def scenario_toml(scenario: Scenario, name: str, *, start: Scenario) -> str:
    """A scenario as the text of its file: a name, a reason, the levers that it decides, and unit costs where it has any.

    Examples
    --------
    >>> from analysis.scenarios.scenario import open_scenario
    >>> from analysis.study import open_study
    >>> low = open_scenario(open_study("suzhou-2003"), "baseline")
    >>> print(scenario_toml(low.but(joint_organisations=80), "mine", start=low), end="")
    zh = "mine"
    en = "mine"
    why_zh = "从情景“基准”出发，用滑块调整得到。"
    why_en = "Set by hand, from the scenario Baseline."
    <BLANKLINE>
    [levers]
    joint_organisations = 80
    """
    lines = [f"zh = {literal(name)}", f"en = {literal(name)}"]
    lines += [
        f"why_zh = {literal(WHY.zh.format(start.label.zh))}",
        f"why_en = {literal(WHY.en.format(start.label.en))}",
    ]
    lines += _table("levers", scenario.decided) + _table("unit_costs", scenario.unit_costs)
    for kind, levers in scenario.support.items():
        lines += _table(f"support.{kind}", levers)
    return "\n".join(lines) + "\n"


def _table(name: str, numbers: Mapping[str, float]) -> list[str]:
    if not numbers:
        return []
    return [
        "",
        f"[{name}]",
        *(f"{key} = {int(value) if value == int(value) else value!r}" for key, value in numbers.items()),
    ]


def command(parameters: ScenarioParameters, name: str) -> str:
    """The command line that prints the paper on a scenario, with what differs from the defaults.

    Examples
    --------
    >>> command(ScenarioParameters(language="en", years=5), "mine")
    'workbook briefing suzhou-2003 --notebook 3_scenarios --language en --set scenario=mine --set years=5'
    """
    words = ["workbook", "briefing", parameters.study, "--notebook", "3_scenarios", "--language", parameters.language]
    words += ["--set", f"scenario={name}"]
    for one in ("years", "certainty", "draws", "seed"):
        if getattr(parameters, one) != type(parameters).model_fields[one].default:
            words += ["--set", f"{one}={getattr(parameters, one)}"]
    return shlex.join(words)


def free_name(study: Study, stem: str) -> str:
    """A name that no scenario of the study has.

    Examples
    --------
    >>> from analysis.study import open_study
    >>> free_name(open_study("suzhou-2003"), "conference")
    'conference-2'
    """
    taken = set(scenario_names(study))
    return next(name for name in (stem, *(f"{stem}-{number}" for number in range(2, 10_000))) if name not in taken)


def scenario_freezer(
    current: Callable[[], tuple[Study, Scenario, Scenario, ScenarioParameters]],
    frozen: Callable[[str], None],
    *,
    language: Language,
) -> Any:
    """A field for the name and the button that freezes, with what came of it below.

    Parameters
    ----------
    current
        The study, what is on the screen, the scenario it was made from, and the parameters of its paper.
    frozen
        Called with the name of a scenario that was written.
    """
    import ipywidgets

    name = ipywidgets.Text(description=NAME.of(language), style={"description_width": "initial"})
    name.placeholder = free_name(current()[0], current()[2].id)
    button = ipywidgets.Button(description=FREEZE.of(language), layout={"width": "auto"})
    said = ipywidgets.Output(layout={"width": "100%"})

    def freeze(_button: Any) -> None:
        study, scenario, start, parameters = current()
        chosen = name.value.strip() or free_name(study, start.id)
        try:
            path = freeze_scenario(study, scenario, chosen, start=start, language=language)
        except WorkbookError as error:
            say(said, f"<p role='alert'>{escape(error.told(speaking()))}</p>")
            return
        told = FROZEN.of(language).format(path=escape(f"{FOLDER}/{path.name}"))
        say(said, f"<p role='status' class='cw-frozen'>{told} <code>{escape(command(parameters, chosen))}</code></p>")
        name.placeholder = free_name(study, start.id)
        frozen(chosen)

    button.on_click(freeze)
    row = ipywidgets.HBox([name, button], layout={"flex_flow": "row wrap", "align_items": "center"})
    return ipywidgets.VBox([row, said], layout={"width": "100%"})
