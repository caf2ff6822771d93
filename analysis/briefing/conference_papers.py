"""All that a conference needs for its meeting, as one list of papers: a batch writes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from analysis.briefing.grid import Wanted
from analysis.briefing.parameters import checked
from analysis.briefing.run_store import FORMATS, run_name
from analysis.quantities import Label, Language
from analysis.scenarios.scenario import open_scenario, scenario_names
from analysis.study import Study, open_study
from analysis.style_file import open_style

LANGUAGES: tuple[Language, ...] = ("zh", "en")
WORKING = ("docx", "pdf", "html", "xlsx")
SHEETS = ("docx", "pdf", "html")


def papers_of(
    study: str, *, languages: Sequence[Language] = LANGUAGES, as_of: str = "", style: Path | None = None
) -> tuple[Wanted, ...]:
    """The briefing with its slides and tables, the secretariat's paper (duties, decisions, agenda), a sheet a department.

    Parameters
    ----------
    study
        A study's name or folder. One without departments has no sheets.
    as_of
        The day on which one asks; the study's own where none is given.
    style
        A style.toml in the place of the study's own.

    Raises
    ------
    WorkbookError
        When there is no such study.
    ParameterError
        When the day is none.
    DataError
        With the faults of the style, or of a scenario: the secretariat's paper compares what all of them plan.

    Examples
    --------
    >>> [paper.notebook for paper in papers_of("national", languages=["en"])]
    ['4_briefing', '6_conference']
    """
    if style is not None:
        open_style(style)
    shared = {"study": study, "as_of": as_of}
    opened = open_study(study)
    for name in scenario_names(opened) if opened.support else ():
        open_scenario(opened, name)
    departments = [row.id for row in opened.departments]
    asked: list[tuple[str, tuple[str, ...], dict[str, str]]] = [
        ("4_briefing", FORMATS, {}),
        ("6_conference", WORKING, {}),
    ]
    asked += [("7_department", SHEETS, {"department": department}) for department in departments]
    return tuple(
        replace(_wanted(notebook, formats, {**shared, **more, "language": language}), style=style)
        for notebook, formats, more in asked
        for language in languages
    )


def title_of(study: Study) -> Label:
    """What the meeting's folder is called.

    Examples
    --------
    >>> title_of(open_study("suzhou-2003")).zh
    '联系会议文件：苏州市非公有制经济组织党建工作覆盖情况'
    """
    name = study.settings.title
    return Label(f"联系会议文件：{name.zh}", f"Papers for the liaison conference: {name.en}")


def _wanted(notebook: str, formats: tuple[str, ...], values: dict[str, Any]) -> Wanted:
    parameters = checked(notebook, values)
    return Wanted(notebook, parameters, formats, f"{notebook}_{run_name(parameters)}")
