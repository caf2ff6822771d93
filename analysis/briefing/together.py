"""Several papers of one counted study: they keep to one screen, and here they are audited as if one reader had all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NoReturn

from analysis.briefing.context import Context
from analysis.briefing.disclosing import counts_in, said_in, screened, thresholds
from analysis.briefing.grid import Wanted
from analysis.briefing.manifest import read_manifest
from analysis.briefing.parameter_models import SourcesParameters
from analysis.briefing.parameters import checked, recorded
from analysis.briefing.releases import changed_by_few
from analysis.briefing.verification import read_ledger
from analysis.coverage.counting import Counter
from analysis.coverage.disclosure.counts import DisclosureError, audited
from analysis.errors import WorkbookError
from analysis.ledger import Ledger
from analysis.messages import said
from analysis.quantities import Number

NAMED = 5  # counts named in a refusal


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


@dataclass(frozen=True, eq=False)
class _Said:
    """What one paper prints and withholds of a counted study: addresses of counts, and those printed as they were then."""

    counter: Counter
    threshold: int
    printed: set[str]
    hidden: set[str]
    counts: Mapping[str, Number] = field(default_factory=dict)


def make_screens(wanted: Iterable[Wanted]) -> None:
    """Choose what the papers of each counted study withhold, once, before many of them are written side by side.

    A study that cannot be opened is passed over: its papers say why.
    """
    for study, threshold in dict.fromkeys(
        (one.parameters.study, one.parameters.disclosure_threshold) for one in wanted
    ):
        with suppress(WorkbookError):
            given = {"study": study, "disclosure_threshold": threshold}
            context = Context.of(checked("1_sources", given))
            for role in thresholds(context):
                screened(context, role)


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
    by_study: dict[Path, list[_Said]] = {}
    for run in runs:
        for one in _said(run):
            by_study.setdefault(one.counter.study.folder, []).append(one)
    others = list(beside) if any(_beyond(read_manifest(run)) for run in runs) else []
    for run in runs:
        manifest = read_manifest(run)
        if others and _beyond(manifest):
            refuse_beside(recorded(manifest, run), read_ledger(run), others)
    return tuple(_told(papers) for papers in by_study.values() if len(papers) > 1)


def refuse_beside(parameters: SourcesParameters, ledger: Ledger, runs: Iterable[Path]) -> None:
    """Refuse a paper that gives something away beside finished ones of its studies that count beyond the screen too.

    It is audited with them, those of an earlier register too; and no count that both print may have changed by few.

    Raises
    ------
    DisclosureError
        With the papers beside which it cannot be published.
    """
    context = Context.of(parameters)
    finished = {run: _said(run) for run in runs if _beyond(read_manifest(run))}
    for role, threshold in thresholds(context).items():
        screen = screened(context, role).screen
        counter = context.other_counter if role else context.counter
        usual = {*screen.addresses - screen.withheld.addresses}, {*screen.withheld.addresses}
        now = _Said(counter, threshold, *said_in(context, role, ledger), counts=_counts(ledger, role))
        theirs = [
            (run, one)
            for run, papers in finished.items()
            for one in papers
            if one.counter.study.folder == counter.study.folder
        ]
        for run, one in theirs:
            if changed := changed_by_few(now.counts, one.counts, max(threshold, one.threshold)):
                _refuse([run], sorted(changed))
        more = [
            replace(one, printed=one.printed - screen.addresses, hidden=one.hidden - screen.addresses)
            for _, one in theirs
        ]
        if theirs and (exposed := _exposed([_Said(counter, threshold, *usual), now, *more])):
            _refuse([run for run, _ in theirs], exposed)


def _refuse(runs: Sequence[Path], exposed: Sequence[str]) -> NoReturn:
    what = "beside {run} the paper would give away {exposed}; allowed: the thresholds and selections of those papers"
    raise DisclosureError(said(what, run=tuple(map(str, runs)), exposed=_named(exposed)))


def _beyond(manifest: Mapping[str, Any]) -> bool:
    """Whether a finished paper counted more than the papers of its studies usually do."""
    return bool(manifest.get("disclosure", {}).get("beyond"))


def _said(run: Path) -> list[_Said]:
    manifest = read_manifest(run)
    if not manifest.get("disclosure", {}).get("applies"):
        return []
    context, ledger = Context.of(recorded(manifest, run)), read_ledger(run)
    return [
        _Said(
            context.other_counter if role else context.counter,
            threshold,
            *said_in(context, role, ledger),
            counts=_counts(ledger, role),
        )
        for role, threshold in thresholds(context).items()
    ]


def _counts(ledger: Ledger, role: str) -> dict[str, Number]:
    """The counts that a paper prints of one of its studies."""
    return {leaf.address.removeprefix(role): leaf.value for leaf in counts_in(ledger.claims, role) if not leaf.withheld}


def _told(papers: Sequence[_Said]) -> Together:
    counter = papers[0].counter
    printed, hidden = _sums(papers)
    found = Together(counter.study.id, len(papers), len(printed), len(hidden - printed))
    if exposed := _exposed(papers):
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


def _sums(papers: Sequence[_Said]) -> tuple[set[str], set[str]]:
    """All that some paper prints, and all that some paper withholds."""
    return set[str]().union(*(one.printed for one in papers)), set[str]().union(*(one.hidden for one in papers))


def _exposed(papers: Sequence[_Said]) -> tuple[str, ...]:
    """What can be worked out from all that the papers print, at the highest of their thresholds; a difference is named so."""
    counter, threshold = papers[0].counter, max(paper.threshold for paper in papers)
    assert counter.cells is not None
    printed, hidden = _sums(papers)
    known, held = counter.known(), hidden - printed
    found = audited(counter.cells, printed, withheld=held, known=known, threshold=threshold, exact=False)
    return tuple(dict.fromkeys([*sorted(hidden & printed), *found.exposed]))


def _named(exposed: Sequence[str]) -> tuple[str, ...]:
    more = len(exposed) - NAMED
    return (*exposed[:NAMED], *([said("{more} more", more=more)] if more > 0 else ()))
