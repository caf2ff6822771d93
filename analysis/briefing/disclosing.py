"""Disclosure control of a paper: it keeps to the screen of its study, and is audited again when it leaves.

What a paper counts beyond the screen is protected with all that the screen lets be printed, as one set of tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from analysis.briefing.context import Context
from analysis.briefing.parameters import SourcesParameters
from analysis.briefing.resting import AHEAD
from analysis.briefing.screening import Screened, screen_of
from analysis.coverage.counting import Counter
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
from analysis.quantities import Label, Quantity, Status
from analysis.scenarios.outcomes import started_from
from analysis.views.blocks import Paragraph, Section
from analysis.views.wording import WITHHELD

MOST_PASSES = 6


def thresholds(context: Context) -> dict[str, int]:
    """The threshold for the counts of each study that a paper reads, by the word before their addresses.

    Only what is counted is protected: figures that were published, and synthetic ones, are free.
    """
    threshold = context.disclosure_threshold
    counters = {"": context.counter} | ({"other:": context.other_counter} if "other" in context.others else {})
    return {
        role: threshold
        for role, counter in counters.items()
        if threshold and counter.cells is not None and counter.cells.status is Status.COUNTED
    }


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
        screens = {role: self._decided(context, role) for role in thresholds(context)}
        if not screens:
            return draw(context)
        for _ in range(MOST_PASSES):
            context = context.noting().withholding({role: screen.withheld for role, screen in screens.items()})
            section = draw(context)
            more = {role: _counted(context, role, section) - screen.addresses for role, screen in screens.items()}
            if not any(more.values()):
                self.decided |= {_key(context, role): screen for role, screen in screens.items()}
                return _with_no_leaks(context, section)
            screens = {role: _extended(context, role, screen, more[role]) for role, screen in screens.items()}
        raise DisclosureError(
            "the paper counts something else each time numbers are withheld; allowed: a paper on more districts or categories"
        )

    def withholding(self, context: Context) -> Context:
        """The context of a paper as far as is decided."""
        return context.withholding({role: self._decided(context, role).withheld for role in thresholds(context)})

    def _decided(self, context: Context, role: str) -> Screen:
        return self.decided.get(_key(context, role)) or screened(context, role).screen


def _key(context: Context, role: str) -> tuple[str, int]:
    return str(_counter(context, role).study.folder), thresholds(context)[role]


def _extended(context: Context, role: str, screen: Screen, more: set[str]) -> Screen:
    """A screen that covers more counts, beside all that it covered."""
    if not more:
        return screen
    counter = _counter(context, role)
    assert counter.cells is not None
    known, threshold = counter.known(), thresholds(context)[role]
    found = withheld_of(counter.cells, more, known=known, threshold=threshold, screen=screen)
    return Screen(screen.addresses | more, found)


def _counted(context: Context, role: str, section: Section) -> set[str]:
    """What a section prints, and what it only computes from: a statistic tells of the counts behind it."""
    asked = _counter(context, role).asked or set()
    return asked | {leaf.address.removeprefix(role) for leaf in counts_in(section.claims(), role)}


def told_by(context: Context, ledger: Ledger) -> set[str]:
    """The counts that simulated numbers tell of, without printing them: what the paths start from."""
    leaves = (leaf for claim in ledger.claims for leaf in claim.quantity.leaves())
    return set(started_from(context.study)) if any(leaf.address.startswith(AHEAD) for leaf in leaves) else set()


def screened(context: Context, role: str) -> Screened:
    """The screen of one of the studies that a paper reads."""
    return screen_of(_counter(context, role), thresholds(context)[role])


def _counter(context: Context, role: str) -> Counter:
    return context.other_counter if role else context.counter


def _with_no_leaks(context: Context, section: Section) -> Section:
    """No section may print what is withheld; one that counted past the counter is found out."""
    for role in thresholds(context):
        withheld = _counter(context, role).withheld
        for leaf in counts_in(section.claims(), role):
            if leaf.address.removeprefix(role) in withheld and not leaf.withheld:
                raise DisclosureError(said("a section prints {address}, which must be withheld", address=leaf.address))
    return section


def counts_in(claims: Iterable[Claim], role: str = "") -> Iterator[Quantity]:
    """The counts of enterprises and the like that claims rest on, of one of the studies."""
    for claim in claims:
        yield from (leaf for leaf in claim.quantity.leaves() if leaf.address.startswith(f"{role}cells:"))


def note(context: Context) -> Paragraph | None:
    """What the sign of a withheld number means, or that smaller counts than usual are printed; else none."""
    if not any(_counter(context, role).withheld for role in thresholds(context)):
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
    found = [_audited(context, role, ledger) for role in thresholds(context)]
    if not found:
        return {"applies": False}
    widths = [one["narrowest"] for one in found if one["narrowest"] is not None]
    sums = {name: sum(one[name] for one in found) for name in ("published", "primary", "secondary", "beyond")}
    threshold, screens = max(thresholds(context).values()), [one["screen"] for one in found]
    narrowest = min(widths, default=None)
    return {"applies": True, "threshold": threshold, **sums, "narrowest": narrowest, "safe": True, "screens": screens}


def said_in(context: Context, role: str, ledger: Ledger) -> tuple[set[str], set[str]]:
    """The counts of one of the studies that a paper prints (or that its simulated numbers tell of), and those it withholds."""
    counts = list(counts_in(ledger.claims, role))
    printed = {leaf.address.removeprefix(role) for leaf in counts if not leaf.withheld}
    printed |= set() if role else told_by(context, ledger)
    return printed, {leaf.address.removeprefix(role) for leaf in counts} - printed


def _audited(context: Context, role: str, ledger: Ledger) -> dict[str, Any]:
    counter, threshold, one = _counter(context, role), thresholds(context)[role], screened(context, role)
    assert counter.cells is not None
    printed, hidden = said_in(context, role, ledger)
    refuse_nothing_left({*printed, *hidden}, Withheld(threshold, frozenset(hidden - printed)))
    exposed = [*one.exposed, *sorted(printed & one.screen.withheld.addresses)]
    others = one.screen if (printed | hidden) - one.screen.addresses else NO_SCREEN  # else it is a part of the screen
    together, held = printed | others.addresses - hidden - others.withheld.addresses, hidden | others.withheld.addresses
    found = audited(counter.cells, together, withheld=held - printed, known=counter.known(), threshold=threshold)
    if exposed := list(dict.fromkeys([*exposed, *found.exposed])):
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
        "beyond": len((printed | hidden) - one.screen.addresses),
        "narrowest": found.narrowest,
        "screen": {
            "study": counter.study.id,
            "counts": len(one.screen.addresses),
            "withheld": len(one.screen.withheld.addresses),
            "narrowest": one.narrowest,
        },
    }
