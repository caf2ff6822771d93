"""Several papers of one counted study: they keep to one screen, and here they are audited as if one reader had all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

from analysis.briefing.context import Context
from analysis.briefing.disclosure_control import Printed, Protected, audited_as_one, printed_of, protected
from analysis.briefing.grid import Wanted
from analysis.briefing.manifest import read_manifest
from analysis.briefing.parameter_models import SourcesParameters
from analysis.briefing.parameters import checked, recorded
from analysis.briefing.releases import changed_by_few
from analysis.briefing.suppression_plan import screen_of
from analysis.briefing.verification import read_ledger
from analysis.coverage.disclosure.counts import DisclosureError
from analysis.errors import WorkbookError
from analysis.ledger import Ledger
from analysis.messages import said

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
            for one in protected(context):
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
    for run in runs:
        for one in _said(run):
            by_study.setdefault(one.study.counter.study.folder, []).append(one)
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
    for now in printed_of(context, ledger):
        same = [
            (run, one)
            for run, papers in finished.items()
            for one in papers
            if one.study.counter.study.folder == now.study.counter.study.folder
        ]
        for run, one in same:
            if changed := changed_by_few(now.counts, one.counts, _highest([now, one]).threshold):
                _refuse([run], sorted(changed))
        theirs, screen = [one for _, one in same], now.study.screen
        printed = screen.printed | now.printed.union(*(one.printed - screen.addresses for one in theirs))
        hidden = screen.withheld.addresses | now.hidden.union(*(one.hidden - screen.addresses for one in theirs))
        if theirs and (exposed := audited_as_one(_highest([now, *theirs]), printed, hidden).exposed):
            _refuse([run for run, _ in same], exposed)


def _highest(papers: Sequence[Printed]) -> Protected:
    """The study of the first of some papers, at the highest of their thresholds."""
    return replace(papers[0].study, threshold=max(one.study.threshold for one in papers))


def _refuse(runs: Sequence[Path], exposed: Sequence[str]) -> NoReturn:
    what = "beside {run} the paper would give away {exposed}; allowed: the thresholds and selections of those papers"
    raise DisclosureError(said(what, run=tuple(map(str, runs)), exposed=_named(exposed)))


def _beyond(manifest: Mapping[str, Any]) -> bool:
    """Whether a finished paper counted more than the papers of its studies usually do."""
    return bool(manifest.get("disclosure", {}).get("beyond"))


def _said(run: Path) -> list[Printed]:
    manifest = read_manifest(run)
    if not manifest.get("disclosure", {}).get("applies"):
        return []
    return printed_of(Context.of(recorded(manifest, run)), read_ledger(run))


def _told(papers: Sequence[Printed]) -> Together:
    study = _highest(papers)
    printed = set[str]().union(*(one.printed for one in papers))
    hidden = set[str]().union(*(one.hidden for one in papers))
    found = Together(study.counter.study.id, len(papers), len(printed), len(hidden - printed))
    if exposed := audited_as_one(study, printed, hidden).exposed:
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


def _named(exposed: Sequence[str]) -> tuple[str, ...]:
    more = len(exposed) - NAMED
    return (*exposed[:NAMED], *([said("{more} more", more=more)] if more > 0 else ()))
