"""Disclosure control of a paper: it keeps to the screen of its study, section by section.

What a paper counts beyond the screen is protected with all that the screen lets be printed, as one set of tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from analysis.briefing.context import Context
from analysis.briefing.suppression_plan import is_protected, screen_of
from analysis.briefing.texts import label
from analysis.coverage.counting import Counter
from analysis.coverage.disclosure.counts import DisclosureError, Screen, screened
from analysis.coverage.disclosure.tables import THRESHOLD
from analysis.ledger import Claim
from analysis.messages import said
from analysis.quantities import Quantity, Status
from analysis.views.blocks import Paragraph, Section
from analysis.views.wording import WITHHELD

MOST_PASSES = 6


@dataclass(frozen=True, eq=False)
class Protected:
    """A counted study that a paper reads, and its threshold; `role` is the word before the addresses of its counts."""

    role: str
    counter: Counter
    threshold: int

    @property
    def key(self) -> tuple[str, int]:
        """What tells it from others."""
        return str(self.counter.study.folder), self.threshold

    @property
    def screen(self) -> Screen:
        """What its papers usually count, and which of it they withhold."""
        return screen_of(self.counter, self.threshold)

    def counts(self, claims: Iterable[Claim]) -> dict[str, Quantity]:
        """Its counts that claims rest on, by address."""
        return {leaf.address.removeprefix(self.role): leaf for leaf in counts_in(claims, self.role)}

    def extended(self, screen: Screen, more: Iterable[str]) -> Screen:
        """A screen that covers more counts, beside all that it covered."""
        assert self.counter.cells is not None
        known = self.counter.known()
        return screened(self.counter.cells, more, known=known, threshold=self.threshold, beside=screen)


def protected(context: Context) -> list[Protected]:
    """The studies whose counts are protected: only of those counted; published and synthetic figures are free."""
    threshold = context.disclosure_threshold
    counters = {"": context.counter} | ({"other:": context.other_counter} if "other" in context.others else {})
    return [Protected(role, one, threshold) for role, one in counters.items() if is_protected(one, threshold)]


def counts_in(claims: Iterable[Claim], role: str = "") -> Iterator[Quantity]:
    """The counts of enterprises and the like that claims rest on, of one of the studies."""
    for claim in claims:
        yield from (leaf for leaf in claim.quantity.leaves() if leaf.address.startswith(f"{role}cells:"))


@dataclass(eq=False)
class Protection:
    """What a paper has decided of small counts so far: what it printed stays printed, and the rest gives none of it away.

    A section is drawn with what the study's screen withholds; again where it counts more than the screen covers: prints
    more, or computes from more, since a statistic tells of the counts behind it.
    """

    decided: dict[tuple[str, int], Screen] = field(default_factory=dict)

    def drawn(self, context: Context, draw: Callable[[Context], Section]) -> Section:
        """A section without what must not be published.

        Raises
        ------
        DisclosureError
            When it counts something else each time numbers are withheld, or prints what is withheld.
        """
        screens = self._decided(context)
        if not screens:
            return draw(context)
        for _ in range(MOST_PASSES):
            context = context.noting().withholding({role: screen.withheld for role, screen in screens.items()})
            section, covered = draw(context), True
            for one in protected(context):
                counts, screen = one.counts(section.claims()), screens[one.role]
                if more := (counts.keys() | (one.counter.asked or set())) - screen.addresses:
                    screens[one.role], covered = one.extended(screen, more), False
            if covered:
                for one in protected(context):
                    _refuse_leaks(one.counts(section.claims()), screens[one.role])
                    self.decided[one.key] = screens[one.role]
                return section
        raise DisclosureError(
            "the paper counts something else each time numbers are withheld; allowed: a paper on more districts or categories"
        )

    def withholding(self, context: Context) -> Context:
        """The context of a paper as far as is decided."""
        return context.withholding({role: screen.withheld for role, screen in self._decided(context).items()})

    def _decided(self, context: Context) -> dict[str, Screen]:
        return {one.role: self.decided.get(one.key) or one.screen for one in protected(context)}


def _refuse_leaks(counts: dict[str, Quantity], screen: Screen) -> None:
    """No section may print what is withheld; one that counted past the counter is found out."""
    for address, leaf in counts.items():
        if address in screen.withheld and not leaf.withheld:
            raise DisclosureError(said("a section prints {address}, which must be withheld", address=leaf.address))


def note(context: Context) -> Paragraph | None:
    """What the sign of a withheld number means, or that smaller counts than usual are printed; else none."""
    threshold = context.disclosure_threshold
    if any(one.counter.withheld for one in protected(context)):
        return context.say("withheld.note", "note", threshold=_threshold(context, threshold), sign=WITHHELD)
    if threshold >= THRESHOLD or not is_protected(context.counter, THRESHOLD):
        return None
    return context.say(
        "withheld.lowered",
        "note",
        usual=_threshold(context, THRESHOLD),
        threshold=_threshold(context, threshold),
    )


def _threshold(context: Context, value: int) -> Quantity:
    address = "parameter:disclosure_threshold" if value == context.disclosure_threshold else f"constant:{value}"
    return Quantity(value, "enterprises", Status.PUBLISHED, label("withheld.threshold"), address=address)
