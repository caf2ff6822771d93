"""Where runs go, and what they are called."""

from __future__ import annotations

from pathlib import Path

from analysis.briefing.parameters import SourcesParameters
from analysis.study import ROOT, open_study

REPORTS = ROOT / "reports"


def default_folder(parameters: SourcesParameters) -> Path:
    """Where a run goes by default: reports/<study>/ and a name made of the parameters that are not the default."""
    return REPORTS / open_study(parameters.study).id / run_name(parameters)


def run_name(parameters: SourcesParameters) -> str:
    """A run's name: its language and the parameters that are not the default.

    Examples
    --------
    >>> from analysis.briefing.parameters import BriefingParameters
    >>> run_name(BriefingParameters(language="en", district="a", years=5))
    'en_a_years-5'
    """
    defaults = type(parameters)()
    changed = [
        f"{getattr(parameters, name)}" if name in ("language", "district") else f"{name}-{getattr(parameters, name)}"
        for name in type(parameters).model_fields
        if name != "study" and (name == "language" or getattr(parameters, name) != getattr(defaults, name))
    ]
    return "_".join(changed)
