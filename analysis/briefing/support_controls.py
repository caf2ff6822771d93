"""Venues and funds under a reader's hands: their controls, and the table that the printed paper shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from analysis.briefing.context import Context
from analysis.briefing.sections.planning import support_table
from analysis.errors import ParameterError
from analysis.messages import lines_of
from analysis.quantities import Label, Language
from analysis.scenarios.levers import field_of, moving, plan_by_hand, planned_value, support_model
from analysis.scenarios.scenario import Scenario
from analysis.scenarios.support import SupportPlan, faults
from analysis.views.blocks import Section
from analysis.views.controls import form_of
from analysis.views.page import fragment

HEAD = Label("活动场所和经费", "Venues and funds")
BY_HAND = Label("滑块设定", "as set here")
TOO_DEAR = Label(
    "{kind}：计划费用超出预算，不能成立；请减少计划数或提高预算。",
    "{kind}: what is planned costs more than the budget; plan fewer, or raise the budget.",
)


class SupplyHand:
    """The controls of the support that is planned, and what follows, held together for the life of the view.

    Parameters
    ----------
    context
        The paper's; its study and counts.
    scenarios
        Those whose values the controls must be able to show.
    """

    def __init__(self, context: Context, scenarios: Sequence[Scenario]) -> None:
        import ipywidgets

        self.context, self.support = context, context.study.support
        self.start: Scenario = scenarios[0]
        self.plan: SupportPlan = self.start.support  # as it stands now
        model = support_model(self.support, [scenario.support for scenario in scenarios])
        names = [field_of(row, name) for row, name in moving(self.support)]
        language = context.language
        self.form = form_of(model, names=names, choices={}, language=language, changed=self.set)
        for control in self.form.fields.values():
            control.layout.width = "auto"
            control.readout_format = ",." + control.readout_format[1:]
        self.head, self.said = ipywidgets.HTML(), ipywidgets.HTML()
        hands = ipywidgets.Box(list(self.form.fields.values()))
        hands.add_class("cw-levers")
        self.widget = ipywidgets.VBox([self.head, hands, self.said], layout={"width": "100%"})
        if not self.support:
            self.widget.layout.display = "none"

    def restart(self, start: Scenario) -> None:
        """Stand where a scenario stands."""
        self.start, self.plan = start, start.support
        self._stand()
        self.show()

    def speak(self, language: Language) -> None:
        """Put everything into a language."""
        self.context = replace(
            self.context, parameters=self.context.parameters.model_copy(update={"language": language})
        )
        self.form.speak(language)
        self.show()

    def values(self) -> dict[str, float]:
        """What the controls say. One within half a step of where it stood, or of the scenario's value, stands there."""
        values: dict[str, float] = {}
        for row, name in moving(self.support):
            control = self.form.fields[field_of(row, name)]
            known = (planned_value(row, plan, name) for plan in (self.plan, self.start.support))
            near = (value for value in known if abs(control.value - value) < control.step / 2)
            values[field_of(row, name)] = next(near, round(control.value, 6))
        return values

    def added_to(self, scenario: Scenario) -> Scenario:
        """A scenario with the plan as it stands.

        Raises
        ------
        ParameterError
            When what is planned costs more than its budget.
        """
        if self.plan == scenario.support:
            return scenario
        if wrong := list(faults(self.support, self.plan)):
            raise ParameterError(lines_of(*(fault.message for fault in wrong)))
        return replace(scenario, support=self.plan)

    def set(self, _name: str) -> None:
        """A control was moved: what a budget alone buys follows it."""
        self.plan = plan_by_hand(self.support, self.plan, self.values())
        self._stand()
        self.show()

    def show(self) -> None:
        """The table of what is planned; or which plan cannot be paid."""
        if not self.support:
            return
        language, plan = self.context.language, self.plan
        self.head.value = f"<b>{HEAD.of(language)}</b>"
        dear = [row.label.of(language) for row in self.support if list(faults([row], _only(plan, row.id)))]
        if dear:
            words = " ".join(TOO_DEAR.of(language).format(kind=name) for name in dear)
            self.said.value = f"<p role='alert'>{words}</p>"
            return
        by_hand = replace(self.start, label=BY_HAND, support=plan)
        block = support_table(self.context, [by_hand] if plan else [])
        self.said.value = fragment(Section("support", language, (block,)))

    def _stand(self) -> None:
        values: dict[str, Any] = {
            field_of(row, name): planned_value(row, self.plan, name) for row, name in moving(self.support)
        }
        self.form.set(**values)


def _only(plan: SupportPlan, kind: str) -> Mapping[str, Mapping[str, float]]:
    return {kind: plan[kind]} if kind in plan else {}
