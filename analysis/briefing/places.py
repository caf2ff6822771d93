"""Where runs go, and what they are called."""

from __future__ import annotations

from pathlib import Path

from analysis.briefing.parameter_models import SourcesParameters, text_of
from analysis.study import ROOT, open_study

REPORTS = ROOT / "reports"
BRIEFING = "4_briefing"


def default_folder(parameters: SourcesParameters, *, notebook: str = BRIEFING) -> Path:
    """Where a run goes by default: reports/<study>/ and a name made of the parameters that are not the default.

    The name begins with the notebook's, but for the briefing: a paper of one notebook does not replace another's.
    """
    name = run_name(parameters) if notebook == BRIEFING else f"{Path(notebook).stem}_{run_name(parameters)}"
    return REPORTS / open_study(parameters.study).id / name


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
        ("" if name in ("language", "district") else f"{name}-") + text_of(getattr(parameters, name))
        for name in type(parameters).model_fields
        if name != "study" and (name == "language" or getattr(parameters, name) != getattr(defaults, name))
    ]
    return "_".join(changed)
