"""Finished runs that several tests read: made once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.briefing.parameters import checked
from analysis.briefing.runner import run


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Runs the briefing with some parameters; the same parameters are run once."""
    made: dict[tuple[tuple[str, object], ...], Path] = {}

    def make(**parameters: object) -> Path:
        key = tuple(sorted(parameters.items()))
        if key not in made:
            folder = tmp_path_factory.mktemp("runs") / "run"
            made[key] = run(checked("4_briefing", parameters), folder=folder)
        return made[key]

    return make
