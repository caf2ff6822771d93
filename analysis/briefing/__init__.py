"""What is told: papers, their parameters, runs and documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.briefing.paper import Paper, open_paper

__all__ = ["Paper", "open_paper"]


def __getattr__(name: str) -> Any:
    """The papers' names, imported when they are asked for: who reads parameters need not wait for charts."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from analysis.briefing import paper

    return getattr(paper, name)
