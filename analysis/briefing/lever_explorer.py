"""Move the levers of a scenario by hand and see where the targets go; draw when they stand as they should.

A move follows the mean field and is drawn at once. Draws run in a thread of their own, so that they can be stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path as File
from typing import Any

from analysis.briefing.background_simulation import Drawing
from analysis.briefing.context import Context
from analysis.briefing.parameters import ScenarioParameters, checked
from analysis.briefing.save_scenario import scenario_freezer
from analysis.briefing.support_controls import SupplyHand
from analysis.coverage.cells import Cells
from analysis.coverage.counting import Counter
from analysis.coverage.sources import cells_of
from analysis.quantities import Label, Language
from analysis.scenarios.assumptions import ALLOWED, LEVERS
from analysis.scenarios.levers import contradicting, lever_model, meant, set_by_hand, shown
from analysis.scenarios.scenario import Scenario, open_scenario, scenario_names
from analysis.scenarios.simulation import Draws, Path, path
from analysis.scenarios.start import lacking_in, state_of
from analysis.scenarios.state import State
from analysis.scenarios.targets import years_ahead
from analysis.study import Study, open_study
from analysis.views.controls import WRAPPED, Choice, Form, form_of
from analysis.views.lever_page import Ahead, frame_of, page_of
from analysis.views.live import live_page
from analysis.views.wording import not_in_data

SETTINGS = ("scenario", "years", "draws", "certainty", "language")
MOST = {"years": 15, "draws": 5000}  # of the controls; parameters may ask for more
Changed = Callable[[Scenario, ScenarioParameters], None]
NOTHING_TO_MOVE = Label(
    "{study}：没有登记簿，或没有情景，不能推算。",
    "{study}: no register to start from, or no scenarios.",
)


def levers(study: str | File, *, changed: Changed | None = None, **parameters: Any) -> Any:
    """Levers and the paths of the targets for one study, as a widget.

    Parameters
    ----------
    study
        A study's name in data/, or its folder.
    changed
        Told of what is on the screen each time it changes: the scenario, and the parameters.
    parameters
        Those of notebook 3: language, scenario, years, certainty, draws, seed.

    Raises
    ------
    ParameterError
        When a parameter is unknown, or does not fit the study.

    Examples
    --------
    >>> type(levers("national", language="en")).__name__  # published figures only: it says so
    'HTML'
    """
    import ipywidgets

    opened = open_study(str(study))
    cells = cells_of(opened)
    if cells is None or cells.limits is not None or not scenario_names(opened):
        language: Language = "en" if parameters.get("language") == "en" else "zh"
        return ipywidgets.HTML(NOTHING_TO_MOVE.of(language).format(study=opened.id))
    if lacking := lacking_in(cells):
        return ipywidgets.HTML(not_in_data(lacking, "en" if parameters.get("language") == "en" else "zh"))
    model = checked("3_scenarios", {"study": str(study), **parameters})
    assert isinstance(model, ScenarioParameters)
    return Hand(opened, cells, model, changed).widget


class Hand:
    """The controls, the paths and the draws, held together for the life of the view."""

    def __init__(
        self, study: Study, cells: Cells, parameters: ScenarioParameters, changed: Changed | None = None
    ) -> None:
        import ipywidgets

        self.study, self.parameters, self.changed = study, parameters, changed
        self.state: State = state_of(cells, study)
        self.start = open_scenario(study, parameters.scenario)
        parameters = self.parameters = parameters.model_copy(update={"scenario": self.start.id})
        self.now: Path | Draws
        self.settings = form_of(
            ScenarioParameters,
            names=SETTINGS,
            choices={"scenario": self._scenarios()},
            language=parameters.language,
            changed=self.set,
            tops=MOST,
        )
        self.settings.set(**{name: getattr(parameters, name) for name in ("language", *SETTINGS)})
        scenarios = [open_scenario(study, name) for name in scenario_names(study)]
        self.levers = self._levers(scenarios)
        self.supply = SupplyHand(Context(parameters, study, Counter(study, cells)), scenarios)
        self.drawing = Drawing(self._simulation, self._show_draws)
        self.widget = ipywidgets.VBox(layout={"width": "100%"})
        self.widget.add_class("cw-explore")
        self.restart()
        self.build()

    @property
    def language(self) -> Language:
        """The language of the view."""
        language: Language = self.settings.fields["language"].value
        return language

    @property
    def years(self) -> int:
        """How many years are looked ahead."""
        return years_ahead(self.state.measures, year=self.start.year, years=self.settings.values()["years"])

    def values(self) -> dict[str, float]:
        """Every lever, as meant. One that stands within half a step of the scenario's value has that value."""
        found = {name: meant(self.start.dynamics, name, value) for name, value in self.levers.values().items()}
        near = {name: abs(value - self.start.lever(name)) < ALLOWED[name].step / 2 for name, value in found.items()}
        return {name: self.start.lever(name) if near[name] else value for name, value in found.items()}

    def scenario(self) -> Scenario:
        """What the levers say now.

        Raises
        ------
        ParameterError
            When they contradict each other.
        """
        return self.supply.added_to(set_by_hand(self.start, self.values()))

    def current(self) -> tuple[Study, Scenario, Scenario, ScenarioParameters]:
        """What is on the screen, for the freezer."""
        chosen = self.settings.values()
        return self.study, self.scenario(), self.start, self.parameters.model_copy(update=chosen)

    def build(self) -> None:
        """Draw everything in the view's language; done once, and again when the language changes."""
        import ipywidgets

        language = self.language
        self.settings.speak(language)
        self.levers.speak(language)
        self.supply.speak(language)
        self.drawing.speak(language)
        controls = ipywidgets.Box(list(self.settings.fields.values()), layout=WRAPPED)
        hands = ipywidgets.Box(list(self.levers.fields.values()))
        hands.add_class("cw-levers")
        charts = page_of(self.ahead(), language)
        self.page = live_page(charts, self.frame(), language=language, heard=self.heard)
        freezer = scenario_freezer(self.current, self._frozen, language=language)
        self.widget.children = (controls, hands, self.drawing.widget, self.page, self.supply.widget, freezer)

    def frame(self) -> dict[str, Any]:
        """All that is on the screen now."""
        return frame_of(self.ahead(), self.language, against=contradicting(self.start, self.values()))

    def ahead(self) -> Ahead:
        """What the reader looks at."""
        chosen = self.settings.values()
        return Ahead(self.start, self.before, self.now, chosen["years"], chosen["certainty"] / 100)

    def show(self) -> None:
        """Push what is on the screen now."""
        self.page.show(self.frame())
        if self.changed is not None and not contradicting(self.start, self.values()):
            _, scenario, _, parameters = self.current()
            self.changed(scenario, parameters)

    def restart(self) -> None:
        """Stand where the scenario chosen stands."""
        self.levers.set(**{name: shown(self.start.dynamics, name, self.start.lever(name)) for name in LEVERS})
        self.supply.restart(self.start)
        self.before = self.now = self._path(self.start)

    def set(self, name: str) -> None:
        """A setting was changed."""
        if name == "language":
            self.build()
            return
        if name == "scenario":
            self.drawing.stop()
            self.start = open_scenario(self.study, self.settings.values()["scenario"])
            self.restart()
        elif name == "years":
            self.drawing.stop()
            self.before = self._path(self.start)
            self.follow()
        self.show()

    def moved(self, _name: str) -> None:
        """A lever was moved: what was drawn no longer holds."""
        self.drawing.stop()
        self.follow()
        self.show()

    def follow(self) -> None:
        """The path of the levers as they stand; where they contradict each other, it stays."""
        if not contradicting(self.start, self.values()):
            self.now = self._path(set_by_hand(self.start, self.values()))

    def heard(self, content: Mapping[str, Any]) -> None:
        """The reader asked for the scenario as it was."""
        if content["kind"] == "clear":
            self.drawing.stop()
            self.restart()
            self.show()

    def _path(self, scenario: Scenario) -> Path:
        return path(self.state, scenario, self.years)

    def _simulation(self) -> dict[str, Any] | None:
        """What to draw; none where the levers contradict each other."""
        if contradicting(self.start, self.values()):
            return None
        asked = self.settings.values()["draws"]
        return {
            "state": self.state,
            "scenario": set_by_hand(self.start, self.values()),
            "years": self.years,
            "draws": asked,
            "seed": self.parameters.seed,
            "split": False,
        }

    def _show_draws(self, drawn: Draws) -> None:
        self.now = drawn
        self.show()

    def _frozen(self, name: str) -> None:
        """A scenario was written: it can be chosen from now on."""
        self.settings.choices = {**self.settings.choices, "scenario": self._scenarios()}
        self.settings.speak(self.language)

    def _scenarios(self) -> list[Choice]:
        return [(open_scenario(self.study, name).label, name) for name in scenario_names(self.study)]

    def _levers(self, scenarios: list[Scenario]) -> Form:
        form = form_of(
            lever_model(self.start.dynamics, scenarios),
            names=LEVERS,
            choices={},
            language=self.parameters.language,
            changed=self.moved,
        )
        for control in form.fields.values():
            control.layout.width = "auto"
        return form
