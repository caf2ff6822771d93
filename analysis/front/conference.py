"""Questions of a liaison conference: who answers for what, what was agreed, and what one department is asked."""

from __future__ import annotations

from analysis.briefing.context import Context
from analysis.briefing.parameters import DepartmentParameters
from analysis.briefing.sections import conference, department, planning
from analysis.front.asking import Asking
from analysis.front.result import Result


class ConferenceQuestions(Asking):
    """Questions of those who meet over a study."""

    def duties(self) -> Result:
        """Who answers for what."""
        return self._answer("duties", conference.duties)

    def decisions(self) -> Result:
        """What was agreed, and how far it is by the newest data."""
        return self._answer("decisions", conference.decisions)

    def agenda(self) -> Result:
        """What the next meeting should speak of."""
        return self._answer("agenda", conference.agenda)

    def support(self) -> Result:
        """What venues and funds would take."""
        return self._answer("support", planning.support)

    def part(self, department: str | None = None) -> Result:
        """What one department answers for.

        Parameters
        ----------
        department
            Its id; without it, the parameter's, or the study's first.
        """
        return self._sheet("part", department)

    def behind(self, department: str | None = None) -> Result:
        """The districts that are furthest behind on each target of a department."""
        return self._sheet("behind", department)

    def effort(self, department: str | None = None) -> Result:
        """What it would take this year to meet a department's targets."""
        return self._sheet("effort", department)

    def questions(self, department: str | None = None) -> Result:
        """What a department will be asked."""
        return self._sheet("questions", department)

    def _sheet(self, name: str, own: str | None) -> Result:
        context: Context = self._about(DepartmentParameters, department=own)
        return self._answer(name, getattr(department, name), context=context)
