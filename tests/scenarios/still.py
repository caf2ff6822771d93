"""Rates under which nothing happens but what is asked for."""

from __future__ import annotations

import numpy as np

from analysis.scenarios.random_draws import Array
from analysis.scenarios.scenario import Scenario


def still(scenario: Scenario, **rates: float) -> dict[str, Array]:
    """Every rate and lever at nought (joint organisations and instructors of a size), except these."""
    quiet = dict.fromkeys(scenario.dynamics, 0.0) | {"joint_size": 8.0, "enterprises_per_instructor": 10.0}
    return {name: np.array([value]) for name, value in (quiet | rates).items()}
