"""The audit of finished papers: whoever holds one, several, or all of a counted study can work out nothing withheld.

A paper that counts no more than its study's screen is a part of it. One that counts beyond it is audited with the screen,
since its reader may have every usual paper, and with finished ones that count beyond it too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

from analysis.briefing.assumption_dependence import AHEAD
from analysis.briefing.context import Context
from analysis.briefing.disclosure_control import Protected, protected
from analysis.briefing.grid import Wanted
from analysis.briefing.manifest import read_ledger, read_manifest
from analysis.briefing.parameter_models import SourcesParameters
from analysis.briefing.parameters import checked, recorded
from analysis.briefing.releases import changed_by_few
from analysis.briefing.suppression_plan import screen_of
from analysis.coverage.disclosure.attack import Audit
from analysis.coverage.disclosure.counts import NO_SCREEN, DisclosureError, Screen, audited
from analysis.coverage.disclosure.tables import is_small
from analysis.errors import WorkbookError
from analysis.ledger import Ledger
from analysis.messages import said
from analysis.quantities import Number, Status
from analysis.scenarios.start import started_from

NAMED = 5  # counts named in a refusal


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
    printed: frozenset[str]
    hidden: frozenset[str]

    @property
    def beyond(self) -> Printed:
        """What of it the study's screen does not cover."""
        usual = self.study.screen.addresses
        return replace(self, printed=self.printed - usual, hidden=self.hidden - usual)


def printed_of(context: Context, ledger: Ledger) -> list[Printed]:
    """What a paper prints and withholds of each counted study; simulated numbers tell of what their paths start from."""
    leaves = (leaf for claim in ledger.claims for leaf in claim.quantity.leaves())
    told = started_from(context.study) if any(leaf.address.startswith(AHEAD) for leaf in leaves) else ()
    found = []
    for study in protected(context):
        every = study.counts(ledger.claims)
        counts = {address: leaf.value for address, leaf in every.items() if not leaf.withheld}
        printed = frozenset(counts).union(() if study.role else told)
        found.append(Printed(study, counts, printed, frozenset(every) - printed))
    return found


def audited_together(papers: Sequence[Printed], screen: Screen = NO_SCREEN, *, exact: bool = False) -> Audit:
    """The audit of what one reader has of a study: some papers, and all that keep to a screen, at the highest threshold.

    What one prints and another withholds is given away.
    """
    study = _highest(papers)
    assert study.counter.cells is not None
    hidden = frozenset[str]().union(*(one.hidden for one in papers))
    printed = (screen.printed - hidden).union(*(one.printed for one in papers))
    hidden |= screen.withheld
    known, threshold = study.counter.known(), study.threshold
    held = hidden - printed
    found = audited(study.counter.cells, printed, withheld=held, known=known, threshold=threshold, exact=exact)
    return replace(found, exposed=tuple(dict.fromkeys([*sorted(hidden & printed), *found.exposed])))


def _highest(papers: Sequence[Printed]) -> Protected:
    """The study of the first of some papers, at the highest of their thresholds."""
    return replace(papers[0].study, threshold=max(one.study.threshold for one in papers))


def report(parameters: SourcesParameters, ledger: Ledger) -> dict[str, Any]:
    """The disclosure audit of a finished paper, from its ledger alone: for the manifest.

    Returns
    -------
    dict
        `applies`, and where it does `threshold`, how many counts are `published`, and how many are withheld because they
        are small (`primary`) or would give small ones away (`secondary`), and how many of all lie `beyond` what the study's
        papers usually count; `narrowest`, the width of the narrowest interval to which a withheld count can be pinned;
        `safe`; and of the study's `screens`, for each study, how many `counts` its papers usually print, how many of them
        are `withheld`, and its own `narrowest`.

    Raises
    ------
    DisclosureError
        When something small can be worked out from what the ledger prints: the paper must not leave.
    """
    statuses = {leaf.status for claim in ledger.claims for leaf in claim.quantity.leaves()}
    if not statuses & {Status.COUNTED, Status.SIMULATED}:
        return {"applies": False}
    context = Context.of(parameters)
    found = [_reported(one) for one in printed_of(context, ledger)]
    if not found:
        return {"applies": False}
    sums = {name: sum(one[name] for one in found) for name in ("published", "primary", "secondary", "beyond")}
    narrowest = min((one["narrowest"] for one in found if one["narrowest"] is not None), default=None)
    told = {"narrowest": narrowest, "safe": True, "screens": [one["screen"] for one in found]}
    return {"applies": True, "threshold": context.disclosure_threshold, **sums, **told}


def _reported(paper: Printed) -> dict[str, Any]:
    counter, threshold, screen = paper.study.counter, paper.study.threshold, paper.study.screen
    refuse_nothing_left(paper.printed | paper.hidden, paper.hidden, threshold)
    beyond = len(paper.beyond.printed | paper.beyond.hidden)
    found = audited_together([paper], screen if beyond else NO_SCREEN, exact=True)
    if exposed := dict.fromkeys([*screen.exposed, *sorted(paper.printed & screen.withheld), *found.exposed]):
        what = "disclosure_threshold {threshold}: the paper would give away {exposed}"
        raise DisclosureError(said(what, threshold=threshold, exposed=tuple(exposed)))
    small = sum(is_small(int(counter.value(address)), threshold) for address in paper.hidden)
    return {
        "published": len(paper.printed),
        "primary": small,
        "secondary": len(paper.hidden) - small,
        "beyond": beyond,
        "narrowest": found.narrowest,
        "screen": {
            "study": counter.study.id,
            "counts": len(screen.addresses),
            "withheld": len(screen.withheld),
            "narrowest": screen.narrowest,
        },
    }


def refuse_nothing_left(addresses: Iterable[str], withheld: frozenset[str], threshold: int) -> None:
    """Refuse a paper that would have no number of enterprises.

    Raises
    ------
    DisclosureError
        When every count of enterprises among the addresses is withheld.
    """
    counts = {address for address in addresses if address.partition("?")[0] == "cells:enterprises"}
    if counts and counts <= withheld:
        raise DisclosureError(
            said(
                "disclosure_threshold {threshold}: all {number} counts of enterprises would be withheld; nothing can be "
                "published of so few. Choose more districts or categories, or a lower threshold",
                threshold=threshold,
                number=len(counts),
            )
        )


@dataclass(frozen=True)
class Together:
    """What the papers of one counted study say together, with nothing withheld that can be worked out from it.

    Parameters
    ----------
    published, withheld
        How many counts some paper prints; how many are withheld, and printed by none.
    """

    study: str
    papers: int
    published: int
    withheld: int


def make_screens(wanted: Iterable[Wanted]) -> None:
    """Choose what the papers of each counted study withhold, once, before many of them are written side by side.

    A study that cannot be opened is passed over: its papers say why.
    """
    for study, threshold in {(one.parameters.study, one.parameters.disclosure_threshold) for one in wanted}:
        with suppress(WorkbookError):
            given = {"study": study, "disclosure_threshold": threshold}
            for one in protected(Context.of(checked("1_sources", given))):
                screen_of(one.counter, one.threshold)


def together(runs: Sequence[Path], *, beside: Iterable[Path] = ()) -> tuple[Together, ...]:
    """The audit of all that finished papers print of each counted study, where there are several.

    Parameters
    ----------
    beside
        Other finished runs, which whoever has these papers may have too.

    Raises
    ------
    DisclosureError
        With counts that can be worked out from several of the papers, though not from one.
    WorkbookError
        When a folder holds no run, or its study cannot be opened.
    """
    by_study: dict[Path, list[Printed]] = {}
    for one in (one for run in runs for one in _said(run)):
        by_study.setdefault(one.study.counter.study.folder, []).append(one)
    further = [run for run in runs if _is_beyond(run)]
    others = list(beside) if further else []
    for run in further:
        refuse_beside(recorded(read_manifest(run), run), read_ledger(run), others)
    return tuple(_told(papers) for papers in by_study.values() if len(papers) > 1)


def _told(papers: Sequence[Printed]) -> Together:
    printed = frozenset[str]().union(*(one.printed for one in papers))
    hidden = frozenset[str]().union(*(one.hidden for one in papers))
    found = Together(papers[0].study.counter.study.id, len(papers), len(printed), len(hidden - printed))
    if exposed := audited_together(papers).exposed:
        raise DisclosureError(
            said(
                "{study}: whoever has several of these {papers} papers can work out {exposed}; none of them is written. "
                "Allowed: the same without papers that have a threshold or a selection of their own",
                study=found.study,
                papers=found.papers,
                exposed=_named(exposed),
            )
        )
    return found


def refuse_beside(parameters: SourcesParameters, ledger: Ledger, runs: Iterable[Path]) -> None:
    """Refuse a paper that gives something away beside finished ones of its studies that count beyond the screen too.

    It is audited with them, those of an earlier register too; and no count that both print may have changed by few.

    Raises
    ------
    DisclosureError
        With the papers beside which it cannot be published.
    """
    finished = {run: _said(run) for run in runs if _is_beyond(run)}
    for now in printed_of(Context.of(parameters), ledger):
        folder = now.study.counter.study.folder
        same = [
            (run, one) for run, said in finished.items() for one in said if one.study.counter.study.folder == folder
        ]
        for run, one in same:
            if changed := changed_by_few(now.counts, one.counts, _highest([now, one]).threshold):
                _refuse([run], sorted(changed))
        theirs = [one.beyond for _, one in same]
        if theirs and (exposed := audited_together([now, *theirs], now.study.screen).exposed):
            _refuse([run for run, _ in same], exposed)


def _refuse(runs: Sequence[Path], exposed: Sequence[str]) -> NoReturn:
    what = "beside {run} the paper would give away {exposed}; allowed: the thresholds and selections of those papers"
    raise DisclosureError(said(what, run=tuple(map(str, runs)), exposed=_named(exposed)))


def _named(exposed: Sequence[str]) -> tuple[str, ...]:
    more = len(exposed) - NAMED
    return (*exposed[:NAMED], *([said("{more} more", more=more)] if more > 0 else ()))


def _is_beyond(run: Path) -> bool:
    """Whether a finished paper counted more than the papers of its studies usually do."""
    return bool(read_manifest(run).get("disclosure", {}).get("beyond"))


def _said(run: Path) -> list[Printed]:
    manifest = read_manifest(run)
    if not manifest.get("disclosure", {}).get("applies"):
        return []
    return printed_of(Context.of(recorded(manifest, run)), read_ledger(run))
