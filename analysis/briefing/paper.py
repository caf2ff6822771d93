"""The paper: its sections in order, and the annex that accounts for every number in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from analysis import messages
from analysis.briefing.accounting import accounted
from analysis.briefing.context import Context
from analysis.briefing.disclosing import note, protected
from analysis.briefing.parameters import checked
from analysis.briefing.resting import with_resting
from analysis.briefing.sections import (
    backtest,
    between,
    cascade,
    comparing,
    counted,
    coverage,
    decisions,
    department,
    districts,
    duties,
    finding,
    limits,
    matters,
    opening,
    outliers,
    outlook,
    paragraph,
    planning,
    problems,
    reconciliation,
    red_team,
    said,
    scenarios,
    series,
    statistics,
    support,
    targets,
)
from analysis.briefing.sections.left_out import COMPARING, comparison, left_out, section_not_in_data
from analysis.errors import NotInDataError, ParameterError, WithheldError, one_of
from analysis.ledger import Ledger
from analysis.messages import prefer, speaking
from analysis.views.blocks import Block, Heading, Section
from analysis.views.tables import ledger_table

SECTIONS: Mapping[str, Callable[[Context], tuple[Block, ...]]] = {
    "title": opening.title,
    "finding": finding.finding,
    "bases": opening.bases,
    "statistics": paragraph.statistics,
    "published": statistics.published,
    "counted": counted.register,
    "audit": limits.findings,
    "reconciliation": reconciliation.reconciliation,
    "returns": reconciliation.returns,
    "by_category": coverage.by_category,
    "by_size": coverage.by_size,
    "by_district": coverage.by_district,
    "cascade": cascade.steps,
    "targets": targets.targets,
    "scenario": scenarios.decided,
    "paths": scenarios.ahead,
    "compared": comparing.compared,
    "needed": planning.needed,
    "divided": planning.instructors,
    "matters": matters.matters,
    "dynamics": planning.dynamics,
    "backtest": backtest.held,
    "outlook": outlook.outlook,
    "unknowns": limits.unknowns,
    "assumptions": outlook.assumptions,
    "said": said.said,
    "difference": between.difference,
    "chain": between.along,
    "standardised": districts.levelled,
    "outliers": outliers.outliers,
    "small": districts.small,
    "unequal": districts.unequal,
    "fairly": districts.fairly,
    "series": series.over_the_years,
    "problems": problems.diagnoses,
    "duties": duties.duties,
    "decisions": decisions.decisions,
    "agenda": decisions.agenda,
    "support": support.support,
    "challenge": red_team.challenge,
    "part": department.part,
    "behind": department.behind,
    "effort": department.effort,
    "questions": department.questions,
}
CONTENTS: Mapping[str, tuple[str, ...]] = {
    "1_sources": ("title", "published", "counted", "audit", "reconciliation", "returns", "unknowns"),
    "2_coverage": ("title", "bases", "by_category", "by_size", "by_district", "cascade"),
    "3_scenarios": ("title", "scenario", "paths", "compared", "needed", "divided", "matters", "backtest", "dynamics"),
    "4_briefing": (
        "title",
        "finding",
        "bases",
        "statistics",
        "counted",
        "reconciliation",
        "by_category",
        "by_district",
        "fairly",
        "cascade",
        "targets",
        "outlook",
        "unknowns",
        "challenge",
        "assumptions",
    ),
    "5_comparison": (
        "title",
        "said",
        "difference",
        "chain",
        "standardised",
        "outliers",
        "small",
        "unequal",
        "series",
        "problems",
    ),
    "6_conference": ("title", "statistics", "duties", "decisions", "support", "agenda"),
    "7_department": ("title", "part", "behind", "effort", "questions"),
}


@dataclass(frozen=True, eq=False)
class Paper:
    """A paper on one selection.

    Parameters
    ----------
    context
        The study, the parameters and the counts.
    contents
        Names of its sections in `SECTIONS`, in order.

    Examples
    --------
    >>> paper = open_paper("1_sources", study="national", language="en")
    >>> paper.section("title").name
    'title'
    """

    context: Context
    contents: tuple[str, ...]

    def section(self, name: str) -> Section:
        """One section of the contents by its name, or `annex`.

        Raises
        ------
        ParameterError
            When the paper has no such section.
        """
        if name == "annex":
            return self._annex
        if name not in self.contents:
            allowed = one_of([*self.contents, "annex"], seen=name)
            raise ParameterError(
                messages.said('no section "{name}" in this paper; allowed: {allowed}', name=name, allowed=allowed)
            )
        return self._sections[name]

    @cached_property
    def printed(self) -> tuple[Section, ...]:
        """All sections as a document prints them that shows each once, in the order of the contents."""
        return with_resting([*self._sections.values()], lambda: self.context)

    @cached_property
    def ledger(self) -> Ledger:
        """The claims of all sections, in the order of reading."""
        return Ledger.of(one for section in self._sections.values() for one in section.claims())

    @cached_property
    def _sections(self) -> Mapping[str, Section]:
        context, sections = protected(self.context, self._drawn)
        told = note(context)
        if told is None:
            return sections
        first = self.contents[0]
        return {**sections, first: replace(sections[first], blocks=(*sections[first].blocks, told))}

    def _drawn(self, context: Context) -> Mapping[str, Section]:
        language, names, plain = context.language, context.names, context.plain
        return {
            name: accounted(Section(name, language, _blocks(name, context, self.contents), plain), names)
            for name in self.contents
        }

    @cached_property
    def _annex(self) -> Section:
        context = self.context
        blocks: tuple[Block, ...] = (
            Heading(context.text("附录：数字台账", "Annex: ledger of numbers"), numbered=False),
            context.say(
                "正文每个数字各占一行，按出现的先后排列。",
                "Every number of the paper has a line, in the order of its first appearance.",
                "note",
            ),
            ledger_table(self.ledger, context.language),
        )
        return Section("annex", context.language, blocks, context.plain)


def _blocks(name: str, context: Context, contents: Sequence[str]) -> tuple[Block, ...]:
    try:
        if name in COMPARING:
            return comparison(context, name, contents, lambda: SECTIONS[name](context))
        return SECTIONS[name](context)
    except WithheldError:
        return left_out(context, name)
    except NotInDataError as error:
        return section_not_in_data(context, name, error)


def open_paper(notebook: str, **parameters: Any) -> Paper:
    """The paper of a notebook: its parameters checked, its study opened.

    Raises
    ------
    ParameterError
        With every fault of the parameters.
    """
    prefer(str(parameters.get("language", "")) or speaking())
    return Paper(Context.of(checked(notebook, parameters)), CONTENTS[notebook])
