"""Several papers of one counted study: they keep to one screen, and here they are audited as if one reader had all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.briefing.context import Context
from analysis.briefing.disclosing import said_in, screened, thresholds
from analysis.briefing.grid import Wanted
from analysis.briefing.manifest import REGISTER, read_manifest
from analysis.briefing.parameter_models import SourcesParameters
from analysis.briefing.parameters import checked, recorded
from analysis.briefing.verification import read_ledger
from analysis.coverage.counting import Counter
from analysis.coverage.disclosure.counts import DisclosureError, audited
from analysis.errors import WorkbookError
from analysis.ledger import Ledger
from analysis.messages import said


@dataclass(frozen=True)
class Together:
    """What the papers of one counted study say together.

    Parameters
    ----------
    published, withheld
        How many counts some paper prints; how many are withheld, and printed by none.
    exposed
        Addresses of counts that can be worked out from all the papers, though not from one of them; a difference of
        counts is named as such.
    """

    study: str
    papers: int
    published: int
    withheld: int
    exposed: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _Said:
    """What one paper prints and withholds of a counted study: addresses of counts."""

    counter: Counter
    threshold: int
    printed: set[str]
    hidden: set[str]


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


def together(runs: Sequence[Path]) -> tuple[Together, ...]:
    """The audit of all that finished papers print of each counted study, where there are several.

    Raises
    ------
    WorkbookError
        When a folder holds no run, or its study cannot be opened.
    """
    by_study: dict[Path, list[_Said]] = {}
    for run in runs:
        for one in _said(run):
            by_study.setdefault(one.counter.study.folder, []).append(one)
    return tuple(_audited(papers) for papers in by_study.values() if len(papers) > 1)


def refuse_beside(
    parameters: SourcesParameters, ledger: Ledger, registers: Mapping[str, str], runs: Iterable[Path]
) -> None:
    """Refuse a paper that gives something away beside finished ones of the same registers that count beyond the screen too.

    Parameters
    ----------
    registers
        The hashes of the registers that it counts, by their names among a run's inputs.

    Raises
    ------
    DisclosureError
        With the papers beside which it cannot be published.
    """
    context = Context.of(parameters)
    finished = {run: _said(run) for run in runs if _counts_beyond(read_manifest(run), registers)}
    for role, threshold in thresholds(context).items():
        screen = screened(context, role).screen
        counter = context.other_counter if role else context.counter
        usual = {*screen.addresses - screen.withheld.addresses}, {*screen.withheld.addresses}
        own = [_Said(counter, threshold, *usual), _Said(counter, threshold, *said_in(context, role, ledger))]
        theirs = {
            run: [one for one in papers if one.counter.study.folder == counter.study.folder]
            for run, papers in finished.items()
        }
        if not any(theirs.values()):
            continue
        found = _audited([*own, *(one for papers in theirs.values() for one in papers)])
        if found.exposed:
            what = "beside {run} the paper would give away {exposed}; allowed: the thresholds and selections of those papers"
            beside = tuple(str(run) for run, papers in theirs.items() if papers)
            raise DisclosureError(said(what, run=beside, exposed=found.exposed))


def _counts_beyond(manifest: Mapping[str, Any], registers: Mapping[str, str]) -> bool:
    """Whether a finished paper counted more of these registers than the papers of their studies usually do."""
    theirs = {name: seen for name, seen in manifest.get("inputs", {}).items() if name.startswith(REGISTER)}
    return bool(manifest.get("disclosure", {}).get("beyond")) and theirs == registers


def _said(run: Path) -> list[_Said]:
    manifest = read_manifest(run)
    if not manifest.get("disclosure", {}).get("applies"):
        return []
    context, ledger = Context.of(recorded(manifest, run)), read_ledger(run)
    return [
        _Said(context.other_counter if role else context.counter, threshold, *said_in(context, role, ledger))
        for role, threshold in thresholds(context).items()
    ]


def _audited(papers: Sequence[_Said]) -> Together:
    """The audit of all that the papers print, at the highest of their thresholds."""
    counter, threshold = papers[0].counter, max(paper.threshold for paper in papers)
    assert counter.cells is not None
    printed = set[str]().union(*(paper.printed for paper in papers))
    hidden = set[str]().union(*(paper.hidden for paper in papers))
    known, held = counter.known(), hidden - printed
    found = audited(counter.cells, printed, withheld=held, known=known, threshold=threshold, exact=False)
    exposed = (*sorted(hidden & printed), *found.exposed)
    return Together(counter.study.id, len(papers), len(printed), len(held), tuple(dict.fromkeys(exposed)))
