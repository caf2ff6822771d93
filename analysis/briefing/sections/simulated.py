"""What the sections on scenarios of one paper share: its runs, done once."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.briefing.context import Context
from analysis.coverage.cells import Cells
from analysis.errors import WorkbookError
from analysis.messages import said
from analysis.quantities import Quantity
from analysis.scenarios.addresses import quantity
from analysis.scenarios.goals import Goal, Question
from analysis.scenarios.scenario import OWN, Scenario, open_scenario, own_scenario
from analysis.scenarios.series import due
from analysis.scenarios.simulation import Draws, Path, draws_of, path
from analysis.scenarios.start import lacking_in, started_from, state_of
from analysis.scenarios.state import Measures, Rule, State
from analysis.scenarios.targets import readings_of, years_ahead
from analysis.sources import results
from analysis.study_models import Target
from analysis.views.blocks import Inlines

OWN_SCENARIO = "own scenario"  # what a context keeps where a question brings a scenario


@dataclass(frozen=True, eq=False)
class Runs:
    """What one paper's sections on scenarios share."""

    state: State
    measures: Measures
    scenario: Scenario
    draws: Draws
    expected: Path
    years: int  # for targets without a deadline of their own

    def due(self, rule: Rule) -> int:
        """The year a target is due, if the path goes so far; else its last year."""
        return due(self.draws, rule, years=self.years)

    def met(self, target: Target, year: int) -> Quantity:
        """The share of the draws that meet a target in a year, under its first reading."""
        return quantity(self.draws, f"{target.id}#0~{first_base(target)}.met", year=year, stat="mean")

    @property
    def asked(self) -> list[Question]:
        """Whether each target is met when it is due, under its first reading."""
        return [
            Question(self.state, self.scenario, Goal(rule.target.id, 0, self.due(rule))) for rule in self.measures.rules
        ]


def first_base(target: Target) -> str:
    """The base of a target's first reading."""
    return next(base for position, base in readings_of(target) if position == 0)


def looks_ahead(context: Context) -> bool:
    """Whether a briefing says what follows under a scenario: it asks for one, and knows where its paths start."""
    cells = context.counter.cells
    return asks_ahead(context) and cells is not None and not lacking_in(cells)


def asks_ahead(context: Context) -> bool:
    """Whether a briefing has a scenario: one was not declined, the study has a register, and the paper is of the whole."""
    name = context.setting("scenario")
    wanted = own_scenario(context.study) if name == OWN else name
    cells = context.counter.cells
    return bool(wanted) and cells is not None and cells.limits is None and context.is_whole


def stamp(context: Context, runs: Runs) -> Inlines:
    """Scenario, draws and seed, for the note of a table or chart with simulated numbers."""
    draws, seed = drawn_with(context)
    return context.words("simulated.stamp", name=runs.scenario.label, draws=draws, seed=seed)


def drawn_with(context: Context) -> tuple[Quantity, Quantity]:
    """Draws and seed, as parameters."""
    return context.parameter("draws"), context.parameter("seed")


def runs_of(context: Context) -> Runs:
    """The draws of the paper's scenario, run once for all its sections.

    Raises as `start_of`.
    """
    cells = start_of(context)
    if "runs" not in context.kept:
        context.kept["runs"] = _runs(context, cells)
    found: Runs = context.kept["runs"]
    return found


def _runs(context: Context, cells: Cells) -> Runs:
    state = state_of(cells, context.study)
    scenario = scenario_of(context)
    years = years_ahead(state.measures, year=scenario.year, years=context.years)
    asked = {"years": years, "draws": context.setting("draws"), "seed": context.setting("seed")}
    run = draws_of(state, scenario, **asked, folder=results.FOLDER)
    return Runs(state, state.measures, scenario, run, path(state, scenario, years), context.years)


def start_of(context: Context) -> Cells:
    """What the paper's paths start from; the counts that they tell of are protected as if they were printed.

    Raises
    ------
    WorkbookError
        When the study has nothing to start from.
    WithheldError
        When a count that the paths start from is withheld.
    NotInDataError
        When something that the paths start from is not in the data.
    """
    study, cells = context.study, context.counter.cells
    if cells is None:
        raise WorkbookError(
            said("{study}: a scenario needs a register to start from, and the study has none", study=study.id)
        )
    if lacking := lacking_in(cells):
        raise cells.without(lacking)
    if cells.limits is None:
        context.counter.rest_on(started_from(study))
    return cells


def scenario_of(context: Context) -> Scenario:
    """The paper's scenario, or the one that a question brings."""
    own: Scenario | None = context.kept.get(OWN_SCENARIO)
    return own or open_scenario(context.study, context.setting("scenario"))
