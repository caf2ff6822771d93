"""Where runs go, and what they are called."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from analysis.briefing.parameter_models import SourcesParameters, text_of
from analysis.briefing.parameters import name_of
from analysis.study import ROOT, open_study

REPORTS = ROOT / "reports"
BRIEFING = "4_briefing"
_NOT_IN_A_NAME = re.compile(r"[^\w.,+-]")
_LONGEST = 180  # bytes of a run's name; a folder's has at most 255, and the notebook's name stands before it


def default_folder(parameters: SourcesParameters, *, notebook: str = BRIEFING) -> Path:
    """Where a run goes by default: reports/<study>/ and a name made of the parameters that are not the default.

    The name begins with the notebook's, but for the briefing: a paper of one notebook does not replace another's.
    """
    called = name_of(parameters, notebook)
    name = run_name(parameters) if called == BRIEFING else f"{called}_{run_name(parameters)}"
    return REPORTS / open_study(parameters.study).id / name


def run_name(parameters: SourcesParameters) -> str:
    """A run's name: its language and the parameters that are not the default.

    Examples
    --------
    >>> from analysis.briefing.parameters import BriefingParameters
    >>> run_name(BriefingParameters(language="en", district="a", years=5))
    'en_a_years-5'
    >>> run_name(BriefingParameters(scenario="a/b"))
    'zh_scenario-a-b-c14cdd'
    """
    defaults = type(parameters)()
    changed = [
        ("" if name in ("language", "district") else f"{name}-") + _in_a_name(text_of(getattr(parameters, name)))
        for name in type(parameters).model_fields
        if name != "study" and (name == "language" or getattr(parameters, name) != getattr(defaults, name))
    ]
    return _in_a_name("_".join(changed))


def _in_a_name(text: str) -> str:
    """A text as it may stand in a folder's name: as it is, or what can be read of it and a mark that no other text has."""
    bare = _NOT_IN_A_NAME.sub("-", text).encode()[:_LONGEST].decode(errors="ignore")
    return text if bare == text else f"{bare}-{hashlib.sha256(text.encode()).hexdigest()[:6]}"
