"""Questions to what could be: where the targets go under a scenario, what it would take, and what matters most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.briefing.context import Context
from analysis.briefing.number_provenance import NUMBER, Names, own_address
from analysis.briefing.parameters import BriefingParameters
from analysis.briefing.sections import planning, sensitivity
from analysis.briefing.sections import scenarios as ahead
from analysis.briefing.sections.simulated import OWN_SCENARIO, runs_of
from analysis.errors import ParameterError, among
from analysis.front import charts
from analysis.front.asking import Asking
from analysis.front.result import Result, Rows
from analysis.messages import said
from analysis.quantities import Label, Language, Status, plain_number
from analysis.scenarios.addresses import quantity
from analysis.scenarios.scenario import OWN, Scenario, open_scenario, scenario_names
from analysis.scenarios.series import QUANTILES
from analysis.scenarios.simulation import Draws
from analysis.scenarios.targets import readings_of

Named = str | Scenario
EVERY = "every"  # in place of scenarios' names: all of the study


class ScenarioQuestions(Asking):
    """Questions to a study's scenarios."""

    @property
    def scenarios(self) -> list[str]:
        """The scenarios of the study, by name."""
        return scenario_names(self.paper.context.study)

    def scenario(self, name: str = OWN) -> Scenario:
        """A scenario, to be looked at or changed: `study.scenario("baseline").but(name="More hands", instructors_added=200)`.

        Raises
        ------
        ParameterError
            When there is none of this name, with those that there are.

        Examples
        --------
        >>> from analysis import open_study
        >>> open_study("suzhou-2003").scenario("baseline").but(instructors_added=200).lever("instructors_added")
        200.0
        """
        return open_scenario(self.paper.context.study, name)

    def simulate(
        self,
        scenarios: Named | Sequence[Named] | None = None,
        *,
        years: int | None = None,
        draws: int | None = None,
        seed: int | None = None,
        against: Named | None = None,
        differences: bool = False,
    ) -> Result:
        """Where each target goes, year by year, and how sure that is; of several scenarios, side by side.

        Parameters
        ----------
        scenarios
            One, several, or "every" of the study, by name or as made with `scenario(…).but(…)`; without any, the parameter's.
        years, draws, seed
            As the parameters of these names.
        against
            One of the scenarios: the table says by how many percentage points the others differ from it.
        differences
            Whether targets in which nothing differs are left out, and named.

        Returns
        -------
        Result
            Its frame has scenario, target, reading, base, year; the share of those meant that has it, `p5` to `p95`; and
            `met`, the share of the draws that meet it.

        Examples
        --------
        >>> from analysis import open_study
        >>> study = open_study("suzhou-2003", language="en", draws=20)
        >>> mine = study.scenario("baseline").but(name="More hands", instructors_added=200)
        >>> study.simulate(["baseline", mine], years=2).frame["scenario"].unique().tolist()
        ['baseline', 'More hands']
        """
        asked = {"years": years, "draws": draws, "seed": seed}
        if scenarios is None or isinstance(scenarios, Scenario) or (isinstance(scenarios, str) and scenarios != EVERY):
            context = self._of(scenarios, **asked)
            return self._answer(
                "paths",
                ahead.ahead,
                rows=lambda context: _paths([runs_of(context).draws], context),
                chart=charts.fans,
                context=context,
                later=True,
                asked=_key(scenarios),
            )
        every = self.scenarios if scenarios == EVERY else list(scenarios)
        chosen = [one if isinstance(one, Scenario) else self.scenario(one) for one in every]
        _refuse_twice(chosen)
        base = None if against is None else _among(chosen, against)
        context = self._of(None, **asked)
        return self._answer(
            "compared",
            lambda context: ahead.compared(context, chosen, against=base, differences=differences),
            rows=lambda context: _paths(ahead.runs_of_each(context, chosen), context),
            chart=charts.fans,
            context=context,
            later=True,
            asked=", ".join([*map(_key, chosen), *(["against " + base.key] if base else [])]),
            names=_numbers_in(chosen, context.language),
        )

    def plan(self, scenario: Named | None = None) -> Result:
        """What a scenario decides, against what is assumed."""
        return self._answer("scenario", ahead.decided, context=self._of(scenario), asked=_key(scenario))

    def needed(
        self, scenario: Named | None = None, *, certainty: int | None = None, years: int | None = None
    ) -> Result:
        """The question backwards: the least of one lever that meets each target in time."""
        context = self._of(scenario, certainty=certainty, years=years)
        return self._answer("needed", planning.needed, context=context, asked=_key(scenario))

    def allocate(self, scenario: Named | None = None) -> Result:
        """Who gets the instructors that a scenario adds."""
        return self._answer("divided", planning.instructors, context=self._of(scenario), asked=_key(scenario))

    def sensitivity(self, scenario: Named | None = None) -> Result:
        """Which assumption matters most."""
        return self._answer("matters", sensitivity.matters, context=self._of(scenario), asked=_key(scenario))

    def backtest(self) -> Result:
        """How far off the paths were, held against what was published later."""
        return self._answer("backtest", sensitivity.held, context=self._of(None))

    def dynamics(self) -> Result:
        """What was assumed about change, and what happens in a year."""
        return self._answer("dynamics", planning.dynamics, context=self._of(None))

    def outlook(self) -> Result:
        """What follows under the paper's scenario, in short."""
        return self._answer("outlook", ahead.outlook)

    def _of(self, scenario: Named | None, **changes: Any) -> Context:
        """The paper's context under a scenario."""
        own = self.paper.context
        model = type(own.parameters) if "scenario" in type(own.parameters).model_fields else BriefingParameters
        if not isinstance(scenario, Scenario):
            return self._about(model, scenario=scenario, **changes)
        known = {name: value for name, value in changes.items() if name in model.model_fields}
        return self._about(model, scenario=scenario.id, **known).keeping(**{OWN_SCENARIO: scenario})


def _key(scenario: Named | None) -> str:
    return scenario.key if isinstance(scenario, Scenario) else scenario or ""


def _refuse_twice(chosen: Sequence[Scenario]) -> None:
    keys = [one.key for one in chosen]
    if twice := next((key for at, key in enumerate(keys) if key in keys[:at]), ""):
        what = 'scenarios: "{twice}" stands twice; allowed: each once, or one with a name of its own: .but(name=…)'
        raise ParameterError(said(what, twice=twice))


def _among(chosen: Sequence[Scenario], against: Named) -> Scenario:
    """The scenario that the others are held against. Raises ParameterError where it is none of them."""
    keys = [one.key for one in chosen]
    return chosen[keys.index(among(_key(against), keys, what="against"))]


def _paths(runs: Sequence[Draws], context: Context) -> Rows:
    rows: Rows = []
    language = context.language
    for run in runs:
        for rule in run.measures.rules:
            target = rule.target
            for year in run.years:
                share = {stat: quantity(run, f"{target.id}.share", year=year, stat=stat) for stat in QUANTILES}
                for position, base in readings_of(target):
                    met = quantity(run, f"{target.id}#{position}~{base}.met", year=year, stat="mean")
                    rows.append(
                        {
                            "scenario": run.scenario.key,
                            "target": target.id,
                            "name": target.label.of(language),
                            "reading": target.readings[position].label.of(language),
                            "base": base,
                            "year": year,
                            **share,
                            "met": met,
                            "base_name": share["p50"].base.of(language) if share["p50"].base else "",
                        }
                    )
    return rows


SET_BY_HAND = Label("本笔记本设定的力度", "levers set in this notebook")


def _numbers_in(scenarios: Sequence[Scenario], language: Language) -> Names:
    """Names that tell what a scenario sets ("Baseline (Instructors added in a year 200)"), and that it is assumed."""
    found: dict[str, str] = {}
    for name in (one.name for one in scenarios if one.changed and one.called is None):
        for text in (name.zh, name.en):
            values = [plain_number(float(one.replace(",", "").rstrip("%"))) for one in NUMBER.findall(text)]
            found[text] = own_address(values, source=SET_BY_HAND.of(language), status=Status.ASSUMED)
    return found
