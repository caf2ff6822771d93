"""Coverage of enterprises by organisations and instructors: of how many, and what it would take.

from analysis import open_study
study = open_study("suzhou-2003", language="en")
study.coverage(by=["district", "category"], staff_from=50)          # shows a sentence, a table and a chart
study.coverage(by="district").frame                                 # the same as a pandas DataFrame
study.coverage(by="district").chart                                 # the same as an altair chart
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.briefing.coverage_explorer import explore
    from analysis.briefing.lever_explorer import levers
    from analysis.briefing.new_study_form import new_study
    from analysis.front.cell_parameters import parameters
    from analysis.front.opening import OpenStudy, open_study
    from analysis.front.result import Result
    from analysis.front.studies import studies
    from analysis.quantities import Status
    from analysis.scenarios.scenario import Scenario

_WHERE = {
    "open_study": "analysis.front.opening",
    "parameters": "analysis.front.cell_parameters",
    "OpenStudy": "analysis.front.opening",
    "Result": "analysis.front.result",
    "Scenario": "analysis.scenarios.scenario",
    "Status": "analysis.quantities",
    "explore": "analysis.briefing.coverage_explorer",
    "levers": "analysis.briefing.lever_explorer",
    "new_study": "analysis.briefing.new_study_form",
    "studies": "analysis.front.studies",
}
__all__ = [
    "OpenStudy",
    "Result",
    "Scenario",
    "Status",
    "explore",
    "levers",
    "new_study",
    "open_study",
    "parameters",
    "studies",
]


def __getattr__(name: str) -> Any:
    """The public names, imported when they are first asked for: who asks for one does not wait for the others."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    return list(__all__)
