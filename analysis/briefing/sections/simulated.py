"""What the sections on scenarios of one paper share: its runs, done once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from analysis.briefing.context import Context
from analysis.errors import WorkbookError
from analysis.scenarios.outcomes import Measures, Rule, measures_of, years_ahead
from analysis.scenarios.scenario import Scenario, open_scenario
from analysis.scenarios.series import due
from analysis.scenarios.simulation import Draws, Path, path, simulate
from analysis.scenarios.state import State, state_of


@dataclass(frozen=True, eq=False)
class Runs:
    """What one paper's sections on scenarios share."""

    state: State
    measures: Measures
    scenario: Scenario
    draws: Draws
    expected: Path

    def due(self, rule: Rule, years: int) -> int:
        """The year a target is due, if the path goes so far; else its last year."""
        return due(self.draws, rule, years=years)


@lru_cache(maxsize=2)
def runs_of(context: Context) -> Runs:
    """The draws of the paper's scenario, run once for all its sections.

    Raises
    ------
    WorkbookError
        When the study has nothing to start from.
    """
    study, cells = context.study, context.counter.cells
    if cells is None:
        raise WorkbookError(f"{study.id}: a scenario needs a register to start from, and the study has none")
    state, measures = state_of(cells, study), measures_of(study)
    scenario = open_scenario(study, context.setting("scenario"))
    years = years_ahead(measures, year=scenario.year, years=context.years)
    run = simulate(
        state, scenario, years=years, draws=context.setting("draws"), seed=context.setting("seed"), measures=measures
    )
    return Runs(state, measures, scenario, run, path(state, scenario, years, measures=measures))
