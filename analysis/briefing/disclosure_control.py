"""Disclosure control of a paper: it keeps to the screen of its study, and is audited again when it leaves.

What a paper counts beyond the screen is protected with all that the screen lets be printed, as one set of tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Any

from analysis.briefing.assumption_dependence import AHEAD
from analysis.briefing.context import Context
from analysis.briefing.parameters import SourcesParameters
from analysis.briefing.suppression_plan import screen_of
from analysis.coverage.counting import Counter
from analysis.coverage.disclosure.attack import Audit
from analysis.coverage.disclosure.counts import (
    NO_SCREEN,
    DisclosureError,
    Screen,
    Withheld,
    audited,
    refuse_nothing_left,
    withheld_of,
)
from analysis.coverage.disclosure.tables import THRESHOLD
from analysis.ledger import Claim, Ledger
from analysis.messages import said
from analysis.quantities import Label, Number, Quantity, Status
from analysis.scenarios.start import started_from
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

    def counted(self, section: Section) -> set[str]:
        """What a section prints, and what it only computes from: a statistic tells of the counts behind it."""
        asked = self.counter.asked or set()
        return asked | {leaf.address.removeprefix(self.role) for leaf in counts_in(section.claims(), self.role)}

    def extended(self, screen: Screen, more: set[str]) -> Screen:
        """A screen that covers more counts, beside all that it covered."""
        if not more:
            return screen
        assert self.counter.cells is not None
        known = self.counter.known()
        found = withheld_of(self.counter.cells, more, known=known, threshold=self.threshold, screen=screen)
        return Screen(screen.addresses | more, found)


def protected(context: Context) -> list[Protected]:
    """The studies whose counts are protected: only of those counted; published and synthetic figures are free."""
    threshold = context.disclosure_threshold
    counters = {"": context.counter} | ({"other:": context.other_counter} if "other" in context.others else {})
    return [
        Protected(role, counter, threshold)
        for role, counter in counters.items()
        if threshold and counter.cells is not None and counter.cells.status is Status.COUNTED
    ]


@dataclass(eq=False)
class Protection:
    """What a paper has decided of small counts so far: what it printed stays printed, and the rest gives none of it away.

    A section is drawn with what the study's screen withholds; again where it counts more than the screen covers.
    """

    decided: dict[tuple[str, int], Screen] = field(default_factory=dict)

    def drawn(self, context: Context, draw: Callable[[Context], Section]) -> Section:
        """A section without what must not be published.

        Raises
        ------
        DisclosureError
            When it counts something else each time numbers are withheld.
        """
        screens = self._decided(context)
        if not screens:
            return draw(context)
        for _ in range(MOST_PASSES):
            context = context.noting().withholding({role: screen.withheld for role, screen in screens.items()})
            section, studies = draw(context), protected(context)
            more = {one.role: one.counted(section) - screens[one.role].addresses for one in studies}
            if not any(more.values()):
                self.decided |= {one.key: screens[one.role] for one in studies}
                return _with_no_leaks(studies, section)
            screens = {one.role: one.extended(screens[one.role], more[one.role]) for one in studies}
        raise DisclosureError(
            "the paper counts something else each time numbers are withheld; allowed: a paper on more districts or categories"
        )

    def withholding(self, context: Context) -> Context:
        """The context of a paper as far as is decided."""
        return context.withholding({role: screen.withheld for role, screen in self._decided(context).items()})

    def _decided(self, context: Context) -> dict[str, Screen]:
        return {one.role: self.decided.get(one.key) or one.screen for one in protected(context)}


def _with_no_leaks(studies: Iterable[Protected], section: Section) -> Section:
    """No section may print what is withheld; one that counted past the counter is found out."""
    for one in studies:
        for leaf in counts_in(section.claims(), one.role):
            if leaf.address.removeprefix(one.role) in one.counter.withheld and not leaf.withheld:
                raise DisclosureError(said("a section prints {address}, which must be withheld", address=leaf.address))
    return section


def counts_in(claims: Iterable[Claim], role: str = "") -> Iterator[Quantity]:
    """The counts of enterprises and the like that claims rest on, of one of the studies."""
    for claim in claims:
        yield from (leaf for leaf in claim.quantity.leaves() if leaf.address.startswith(f"{role}cells:"))


def note(context: Context) -> Paragraph | None:
    """What the sign of a withheld number means, or that smaller counts than usual are printed; else none."""
    if not any(one.counter.withheld for one in protected(context)):
        return _lowered(context)
    return context.say(
        "为保护单个企业，少于{threshold}家的清点数，以及可以据以推算出它们的数，均不公布，以“{sign}”表示。"
        "经逐一核对：从本文和本研究按常用门槛写成的各份文稿公布的数字出发，没有一个未公布的数能够推算到宽度不足{threshold}的范围；"
        "按其他门槛写成的文稿不在其内。",
        "To protect single enterprises, counts of fewer than {threshold} are withheld, and so are numbers from which they "
        "could be worked out; {sign} stands in their place. Each was audited: nothing that is withheld can be narrowed, "
        "from what this paper and those at the study's usual thresholds print, to a range less than {threshold} wide. Papers "
        "at other thresholds are not part of this.",
        "note",
        threshold=_threshold(context, context.disclosure_threshold),
        sign=WITHHELD,
    )


def _threshold(context: Context, value: int) -> Quantity:
    label = Label("公布计数的门槛", "disclosure threshold")
    address = "parameter:disclosure_threshold" if value == context.disclosure_threshold else f"constant:{value}"
    return Quantity(value, "enterprises", Status.PUBLISHED, label, address=address)


def _lowered(context: Context) -> Paragraph | None:
    """Says so where a study that is counted is protected less than usual."""
    cells = context.counter.cells
    is_counted = cells is not None and cells.status is Status.COUNTED
    if not is_counted or context.disclosure_threshold >= THRESHOLD:
        return None
    return context.say(
        "注意：本研究把小数目保护的门槛由{usual}家降为{threshold}家，文中可能有涉及个别企业的清点数，只供内部使用。",
        "Note: this study lowers the threshold that protects small counts from {usual} to {threshold}. Counts here may be of "
        "single enterprises; the paper is for internal use.",
        "note",
        usual=_threshold(context, THRESHOLD),
        threshold=_threshold(context, context.disclosure_threshold),
    )


def report(parameters: SourcesParameters, ledger: Ledger) -> dict[str, Any]:
    """The disclosure audit of a finished paper, from its ledger alone: for the manifest.

    Returns
    -------
    dict
        `applies`, and where it does `threshold`, how many counts are `published`, and how many are withheld because they
        are small (`primary`) or would give small ones away (`secondary`), and how many of all lie `beyond` what the study's
        papers usually count; `narrowest`, the width of the narrowest
        interval to which a withheld count can be pinned; `safe`; and of the study's `screen`, for each study, how many
        `counts` its papers usually print, how many of them are `withheld`, and its own `narrowest`.

    Raises
    ------
    DisclosureError
        When something small can be worked out from what the ledger prints: the paper must not leave.
    """
    leaves = [leaf for claim in ledger.claims for leaf in claim.quantity.leaves()]
    if all(leaf.status not in (Status.COUNTED, Status.SIMULATED) for leaf in leaves):
        return {"applies": False}
    context = Context.of(parameters)
    found = [_audited(one) for one in printed_of(context, ledger)]
    if not found:
        return {"applies": False}
    widths = [one["narrowest"] for one in found if one["narrowest"] is not None]
    sums = {name: sum(one[name] for one in found) for name in ("published", "primary", "secondary", "beyond")}
    threshold, screens = context.disclosure_threshold, [one["screen"] for one in found]
    narrowest = min(widths, default=None)
    return {"applies": True, "threshold": threshold, **sums, "narrowest": narrowest, "safe": True, "screens": screens}


@dataclass(frozen=True, eq=False)
class Printed:
    """What a paper says of one of the studies that it reads.

    Parameters
    ----------
    counts
        Those that it prints, by address.
    printed, hidden
        Addresses of those, and of what its simulated numbers tell of; of those that it withholds.
    """

    study: Protected
    counts: Mapping[str, Number]
    printed: set[str]
    hidden: set[str]


def printed_of(context: Context, ledger: Ledger) -> list[Printed]:
    """What a paper prints and withholds of each counted study; simulated numbers tell of what their paths start from."""
    leaves = (leaf for claim in ledger.claims for leaf in claim.quantity.leaves())
    told = set(started_from(context.study)) if any(leaf.address.startswith(AHEAD) for leaf in leaves) else set()
    found = []
    for study in protected(context):
        every = {leaf.address.removeprefix(study.role): leaf for leaf in counts_in(ledger.claims, study.role)}
        shown = (leaf for leaf in counts_in(ledger.claims, study.role) if not leaf.withheld)
        counts = {leaf.address.removeprefix(study.role): leaf.value for leaf in shown}
        printed = {*counts, *(() if study.role else told)}
        found.append(Printed(study, counts, printed, every.keys() - printed))
    return found


def audited_as_one(study: Protected, printed: Set[str], hidden: Set[str], *, exact: bool = False) -> Audit:
    """The audit of counts of one study that one reader may have, with those first that some print and others withhold."""
    counter, threshold = study.counter, study.threshold
    assert counter.cells is not None
    held, known = hidden - printed, counter.known()
    found = audited(counter.cells, printed, withheld=held, known=known, threshold=threshold, exact=exact)
    return replace(found, exposed=tuple(dict.fromkeys([*sorted(hidden & printed), *found.exposed])))


def _audited(paper: Printed) -> dict[str, Any]:
    study, screen = paper.study, paper.study.screen
    counter, threshold = study.counter, study.threshold
    printed, hidden = paper.printed, paper.hidden
    refuse_nothing_left({*printed, *hidden}, Withheld(threshold, frozenset(hidden)))
    beyond = (printed | hidden) - screen.addresses
    usual = screen if beyond else NO_SCREEN  # else it is a part of the screen
    together, held = printed | usual.printed - hidden, hidden | usual.withheld.addresses - printed
    found = audited_as_one(study, together, held, exact=True)
    if exposed := dict.fromkeys([*screen.exposed, *sorted(printed & screen.withheld.addresses), *found.exposed]):
        raise DisclosureError(
            said(
                "disclosure_threshold {threshold}: the paper would give away {exposed}",
                threshold=threshold,
                exposed=tuple(exposed),
            )
        )
    small = sum(0 < counter.value(address) < threshold for address in hidden)
    return {
        "published": len(printed),
        "primary": small,
        "secondary": len(hidden) - small,
        "beyond": len(beyond),
        "narrowest": found.narrowest,
        "screen": {
            "study": counter.study.id,
            "counts": len(screen.addresses),
            "withheld": len(screen.withheld.addresses),
            "narrowest": screen.narrowest,
        },
    }
