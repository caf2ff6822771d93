"""What is told: papers, their parameters, runs and documents."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.briefing.exploring import explore
    from analysis.briefing.moving import levers
    from analysis.briefing.paper import Paper, open_paper

__all__ = ["Paper", "explore", "levers", "open_paper"]


def __getattr__(name: str) -> Any:
    """The papers' names, imported when they are asked for: who reads parameters need not wait for charts."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    modules = {"explore": "exploring", "levers": "moving"}
    return getattr(import_module(f"analysis.briefing.{modules.get(name, 'paper')}"), name)
