"""Several papers of one counted study: each is protected by itself, and here they are audited as if one reader had all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.briefing.context import Context
from analysis.briefing.disclosing import said_in, thresholds
from analysis.briefing.manifest import read_manifest
from analysis.briefing.parameters import checked
from analysis.briefing.verification import read_ledger
from analysis.coverage.counting import Counter
from analysis.coverage.disclosure_counts import audited


@dataclass(frozen=True, eq=False)
class _Said:
    """What one paper prints and withholds of a counted study: addresses of counts."""

    counter: Counter
    threshold: int
    printed: set[str]
    hidden: set[str]


def given_away(runs: Sequence[Path]) -> dict[str, tuple[str, ...]]:
    """Counts that finished papers give away together, though none does alone: their addresses by study.

    Returns
    -------
    dict
        Only studies of which something is given away; a difference of counts is named as such.

    Raises
    ------
    WorkbookError
        When a folder holds no run, or its study cannot be opened.
    """
    by_study: dict[Path, list[_Said]] = {}
    for run in runs:
        for said in _said(run):
            by_study.setdefault(said.counter.study.folder, []).append(said)
    exposed = {papers[0].counter.study.id: _exposed(papers) for papers in by_study.values() if len(papers) > 1}
    return {name: found for name, found in exposed.items() if found}


def _said(run: Path) -> Iterator[_Said]:
    manifest = read_manifest(run)
    if not manifest.get("disclosure", {}).get("applies"):
        return
    context, ledger = Context.of(checked(manifest["notebook"], manifest["parameters"])), read_ledger(run)
    for role, threshold in thresholds(context).items():
        counter = context.other_counter if role else context.counter
        yield _Said(counter, threshold, *said_in(context, role, ledger))


def _exposed(papers: Sequence[_Said]) -> tuple[str, ...]:
    """The audit of all that the papers print, at the highest of their thresholds."""
    counter, threshold = papers[0].counter, max(paper.threshold for paper in papers)
    assert counter.cells is not None
    printed = set[str]().union(*(paper.printed for paper in papers))
    hidden = set[str]().union(*(paper.hidden for paper in papers)) - printed
    found = audited(counter.cells, printed, withheld=hidden, known=counter.known(), threshold=threshold)
    return tuple(dict.fromkeys(name for one in found for name in one.exposed))
