"""The paper: sections one by one as a notebook shows them, and the annex that accounts for every number in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from analysis.briefing.context import Context
from analysis.briefing.disclosure_control import Protection, note
from analysis.briefing.number_provenance import Names, accounted
from analysis.briefing.sections.suppressed_section import COMPARING, comparison, left_out, section_not_in_data
from analysis.errors import NotInDataError, WithheldError
from analysis.ledger import Ledger
from analysis.views.blocks import Block, Section
from analysis.views.tables import ledger_table

ANNEX = "annex"
OWN = "own"  # the name of every section that a notebook makes itself
NO_NAMES: Names = {}

Blocks = tuple[Block, ...]
Draw = Callable[[Context], Blocks]


@dataclass(eq=False)
class Paper:
    """What one notebook shows of a study: a section is drawn when it is asked for, of what may be published beside the others.

    Parameters
    ----------
    context
        The study, the parameters and the counts.
    shown
        The sections so far, in the order in which they were first asked for.
    unprotected
        Whether raw counts were handed out: from then on nothing of one's own can be printed.
    """

    context: Context
    shown: dict[str, Section] = field(default_factory=dict)
    unprotected: bool = False
    _protection: Protection = field(default_factory=Protection)
    _says: dict[str, str] = field(default_factory=dict)  # which section says what a paper says once

    def section(
        self, name: str, draw: Draw, *, context: Context | None = None, asked: str = "", names: Names = NO_NAMES
    ) -> Section:
        """A section, with an account of each of its numbers.

        Parameters
        ----------
        context
            Where a question changes parameters for itself: the paper's with these changes.
        asked
            What else tells the question from others of its name.
        names
            Texts with numbers in them that this question brings, and where the numbers come from.

        Raises
        ------
        DisclosureError
            When it cannot be shown without giving single enterprises away.
        UntracedError
            When a number in it has no account.
        """
        context = context or self.context
        plain = self.context.plain | ({"unprotected": True} if self.unprotected and name == OWN else {})

        def drawn(context: Context) -> Section:
            blocks = self._blocks(name, draw, context)
            return accounted(Section(name, context.language, blocks, plain), {**context.names, **names})

        section = self._protection.drawn(context, drawn)
        key = f"{name} {asked}".strip()
        told = note(self._protection.withholding(context)) if self._says_first("withheld", key) else None
        if told is not None:
            section = accounted(replace(section, blocks=(*section.blocks, told)), context.names)
        elif self._says.get("withheld") == key:
            del self._says["withheld"]
        self.shown[key] = section
        return section

    def annex(self) -> Section:
        """The ledger of what was shown so far; in a document, of all that it shows."""
        context = self.context
        ledger = Ledger.of(claim for section in self.shown.values() for claim in section.claims())
        blocks: Blocks = (
            replace(context.head("annex"), numbered=False),
            context.say("annex.order", "note"),
            ledger_table(ledger, context.language),
        )
        return Section(ANNEX, context.language, blocks, context.plain)

    def _blocks(self, name: str, draw: Draw, context: Context) -> Blocks:
        try:
            if name in COMPARING:
                is_told = not self._says_first("not compared", name)
                return comparison(context, lambda: draw(context), is_told=is_told)
            blocks = draw(context)
        except WithheldError:
            return left_out(context, name)
        except NotInDataError as error:
            return section_not_in_data(context, name, error)
        if name == "by_district" and blocks:
            self._says_first("not compared", name)
        return blocks

    def _says_first(self, what: str, name: str) -> bool:
        """Whether a section is the one that says something, or nobody has said it yet."""
        return self._says.setdefault(what, name) == name
