"""The paper: its sections in order, and the annex that accounts for every number in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from analysis.briefing.context import Context
from analysis.briefing.parameters import BriefingParameters, checked
from analysis.briefing.sections import coverage, limits, opening, statistics, targets
from analysis.errors import ParameterError, one_of
from analysis.ledger import Ledger
from analysis.views.blocks import Block, Heading, Section
from analysis.views.tables import ledger_table

SECTIONS: Mapping[str, Callable[[Context], tuple[Block, ...]]] = {
    "title": opening.title,
    "finding": opening.finding,
    "bases": opening.bases,
    "statistics": statistics.statistics,
    "by_category": coverage.by_category,
    "by_district": coverage.by_district,
    "cascade": coverage.steps,
    "targets": targets.targets,
    "unknowns": limits.unknowns,
    "assumptions": limits.assumptions,
}


@dataclass(frozen=True, eq=False)
class Paper:
    """A briefing on one selection.

    Examples
    --------
    >>> paper = Paper.open(study="national", language="en")
    >>> paper.section("title").name
    'title'
    """

    context: Context

    @classmethod
    def open(cls, **parameters: Any) -> Paper:
        """Check the parameters and make the study ready.

        Raises
        ------
        ParameterError
            With every fault of the parameters.
        """
        model = checked("4_briefing", parameters)
        assert isinstance(model, BriefingParameters)
        return cls(Context.of(model))

    def section(self, name: str) -> Section:
        """One section by its name in `SECTIONS`, or `annex`.

        Raises
        ------
        ParameterError
            When there is no such section.
        """
        if name == "annex":
            return self._annex
        if name not in self._sections:
            raise ParameterError(f"no section {name}; allowed: {one_of([*SECTIONS, 'annex'], seen=name)}")
        return self._sections[name]

    @cached_property
    def ledger(self) -> Ledger:
        """The claims of all sections, in the order of reading."""
        return Ledger.of(one for section in self._sections.values() for one in section.claims())

    @cached_property
    def _sections(self) -> dict[str, Section]:
        language = self.context.language
        return {name: Section(name, language, write(self.context)) for name, write in SECTIONS.items()}

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
        return Section("annex", context.language, blocks)
