"""Questions to what was published: the figures, whether they agree, what they leave open, and where counts differ from them."""

from __future__ import annotations

from collections.abc import Iterable

from analysis.briefing.context import Context
from analysis.briefing.sections import (
    finding,
    planning,
    reconciliation,
    sources,
    statistics,
    summary,
    targets,
)
from analysis.front.asking import Asking
from analysis.front.frames import labelled
from analysis.front.result import Result, Rows
from analysis.study_models import Figure


class SourceQuestions(Asking):
    """Questions to the sources of a study."""

    def published(self, *, elsewhere: bool = False) -> Result:
        """Every published figure, with its base, the phrase it stands in and where.

        Parameters
        ----------
        elsewhere
            In a paper of figures alone, only those of other years and places than the study's own, which its paragraph
            leaves out.

        Examples
        --------
        >>> from analysis import open_study
        >>> frame = open_study("suzhou-2003", language="en").published().frame.set_index("figure")
        >>> f"{frame.loc['operating', 'value']:,.0f} {frame.loc['operating', 'status']}"
        '252,963 published'
        """
        if elsewhere:
            return self._answer("elsewhere", statistics.published_elsewhere, rows=_elsewhere)
        return self._answer("published", statistics.published, rows=_published)

    def audit(self) -> Result:
        """Whether the published figures agree: what is contradictory, rounded, or named without a base."""
        return self._answer("audit", sources.findings)

    def bounds(self) -> Result:
        """What the published figures leave open: at the least and at the most."""
        return self._answer("unknowns", sources.unknowns)

    def reconciliation(self) -> Result:
        """Each published figure beside its count, where a register or returns were counted."""
        return self._answer("reconciliation", reconciliation.reconciliation)

    def register(self) -> Result:
        """What was read of the register: rows kept, rejected and told, and what is not in it."""
        return self._answer("counted", reconciliation.register)

    def returns(self) -> Result:
        """How complete the districts' returns are."""
        return self._answer("returns", reconciliation.returns)

    def paragraph(self) -> Result:
        """The paragraph of figures, in our own words; what was not published is named."""
        return self._answer("statistics", statistics.statistics)

    def finding(self) -> Result:
        """The finding of the paper, in three sentences."""
        return self._answer("finding", finding.finding)

    def challenge(self) -> Result:
        """What would overturn each conclusion, and the hard questions with their answers."""
        return self._answer("challenge", targets.challenge)

    def summary(self) -> Result:
        """Targets at a glance with the least that meets each, what is not known, and what to decide: the paper in brief."""
        return self._answer("summary", summary.summary)

    def assumptions(self) -> Result:
        """What was assumed, and by how much it could be otherwise."""
        return self._answer("assumptions", planning.assumptions)


def _published(context: Context) -> Rows:
    return _figures(context, context.study.figures.values())


def _elsewhere(context: Context) -> Rows:
    return _figures(context, statistics.others_of(context.study))


def _figures(context: Context, figures: Iterable[Figure]) -> Rows:
    study, language = context.study, context.language
    return [
        {
            "figure": row.id,
            "name": row.label.of(language),
            "period": row.period,
            "value": study.quantity(row.id),
            "unit": study.quantity(row.id).unit,
            "base_name": labelled(study.quantity(row.id).base, language),
            "phrase": row.phrase,
            "source": row.document.of(language),
            "locator": row.locator,
        }
        for row in figures
    ]
