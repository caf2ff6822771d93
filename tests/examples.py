"""How many examples a property is tried on: a few in `make test`, ten times as many in `make soak`."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

TIMES = int(os.environ.get("EXAMPLES_TIMES", "1"))


def examples(few: int) -> settings:
    """Settings that try a property on so many examples; a busy machine and a shared fixture are no failure."""
    health = [HealthCheck.function_scoped_fixture]
    return settings(max_examples=few * TIMES, deadline=None, suppress_health_check=health)
