"""Is a finished run still true? Every claim of its ledger computed again from the inputs as they are now."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from analysis.briefing.assumption_dependence import lines, with_resting
from analysis.briefing.assumption_dependence import resolve as resolve_resting
from analysis.briefing.context import Context
from analysis.briefing.documents.links import READERS, Astray, astray
from analysis.briefing.executed import read_executed, sections_in
from analysis.briefing.joint_disclosure_audit import report
from analysis.briefing.manifest import changed_in, edited, read_ledger, read_manifest
from analysis.briefing.number_provenance import number_at, own_number
from analysis.briefing.parameters import SourcesParameters, recorded
from analysis.briefing.sections.reconciliation import number_of
from analysis.coverage.cells import Cells
from analysis.coverage.compared import resolver as resolve_compared
from analysis.coverage.crosswalk import share_at
from analysis.errors import WorkbookError
from analysis.ledger import Claim, Ledger
from analysis.messages import message_of, said
from analysis.quantities import Number, recompute
from analysis.scenarios.addresses import resolve_support
from analysis.scenarios.addresses import resolver as resolve_simulated
from analysis.scenarios.backtest import resolve_later
from analysis.scenarios.switching_values import resolve as resolve_turning
from analysis.sources.audit.bounds import resolve as resolve_bound
from analysis.sources.returns import read_returns, score_at
from analysis.study import Study, open_study


@dataclass(frozen=True)
class Doubt:
    """A claim that does not come out as it was printed.

    Parameters
    ----------
    now
        Its value computed from the present inputs; none when it cannot be computed.
    reason
        Why it cannot be computed, else empty.
    """

    id: str
    claim: Claim
    now: Number | None
    reason: str = ""


@dataclass(frozen=True)
class Verification:
    """The outcome: how many claims were computed again, which are in doubt, and what was changed by hand.

    Parameters
    ----------
    astray
        Links and references in its documents that lead to something else than they say.
    exposed
        What the run would give away of single enterprises, as its counts are now, or why that cannot be told; else empty.
    """

    claims: int
    doubts: tuple[Doubt, ...]
    changed_outputs: tuple[str, ...]
    edited_manifest: bool = False
    exposed: str = ""
    astray: tuple[Astray, ...] = ()

    @property
    def is_true(self) -> bool:
        """Whether all that the run says stands and leads to its source, all is its own, and nothing small is given away."""
        return not (self.doubts or self.changed_outputs or self.edited_manifest or self.exposed or self.astray)


def verify(run: Path) -> Verification:
    """Compute every claim of a run again, audit again what it publishes, and follow every link of its documents.

    Raises
    ------
    WorkbookError
        When the folder holds no run, or its study cannot be opened.
    """
    manifest = read_manifest(run)
    ledger = read_ledger(run)
    parameters = recorded(manifest, run)
    resolve = resolver(parameters, ledger)
    doubts = (doubt_of(name, claim, resolve) for name, claim in ledger.numbered().items())
    return Verification(
        len(ledger.claims),
        tuple(doubt for doubt in doubts if doubt is not None),
        changed_in(run, manifest),
        edited(manifest),
        _exposed(parameters, ledger),
        tuple(_astray(run, parameters, ledger)),
    )


def _astray(run: Path, parameters: SourcesParameters, ledger: Ledger) -> Iterator[Astray]:
    """What leads astray in the documents of a run; one that is gone is told as changed."""
    references: list[tuple[str, int, str]] = []
    try:
        shown = sections_in(read_executed(run / "notebook.ipynb"))
        references += lines(with_resting(shown, lambda: Context.of(parameters)))
    except WorkbookError as error:
        yield Astray("notebook.ipynb", "", "", said("what its tables refer to cannot be told: {reason}", reason=error))
    for path in sorted(run.glob("briefing.*")):
        if path.suffix in READERS:
            try:
                yield from astray(path, ledger, references)
            except WorkbookError as error:
                yield Astray(path.name, "", "", error.message)


def _exposed(parameters: SourcesParameters, ledger: Ledger) -> str:
    try:
        report(parameters, ledger)
    except WorkbookError as error:
        return error.message
    return ""


def resolver(parameters: SourcesParameters, ledger: Ledger | None = None) -> Callable[[str], Number]:
    """A function that gives the present value at any address of a ledger.

    Parameters
    ----------
    ledger
        The ledger itself, where some of its numbers are of it: how many rest on an assumption.
    """
    house = parameters.house
    study = open_study(house.study)
    context = cache(lambda: Context.of(house))
    returns = cache(lambda: read_returns(study))
    compared = cache(lambda: resolve_compared(context().counter, lambda: context().other_counter))
    simulated = cache(lambda: resolve_simulated(study, _cells(context())))

    @cache
    def elsewhere(role: str) -> Callable[[str], Number]:
        """Numbers of another study: the one compared with, or that of a series."""
        return resolver(SourcesParameters(study=house.model_dump()[role], language=house.language))

    found: Mapping[str, Callable[[str, str], Number]] = {  # from an address, and what stands in it behind its kind
        "figure": lambda _, key: study.quantity(key).value,
        "cells": lambda address, _: context().counter.value(address),
        "assumption": lambda _, key: _assumption(study, key),
        "parameter": lambda _, key: _parameter(context(), key.partition("#")[0]),
        "return": lambda _, key: score_at(returns(), _listed(key)),
        "constant": lambda _, key: int(_listed(key)),
        "comparison": lambda address, _: compared()(address),
        "other": lambda _, key: elsewhere("other_study")(key),
        "series": lambda _, key: elsewhere("series")(key),
        "register": lambda _, key: number_of(context().counter.cells, key),
        "support": lambda address, _: resolve_support(study, address),
        "resting": lambda address, _: resolve_resting(study, context().counter, ledger, value, address),
        "turning": lambda address, _: resolve_turning(study, address),
        "text": lambda address, _: number_at(study.folder, address),
        "own": lambda address, _: own_number(address),
        "crosswalk": lambda _, key: share_at(context().study, context().others["other"], key),
        "later": lambda address, _: resolve_later(study, address),
        **dict.fromkeys(_SIMULATED, lambda address, _: simulated()(address)),
    }

    @cache
    def value(address: str) -> Number:
        kind, _, key = address.partition(":")
        return found[kind](address, key) if kind in found else resolve_bound(study, address)

    return value


_SIMULATED = ("simulated", "needed", "overturned", "divided", "variance", "lever", "unit_cost", "dynamics")


def _cells(context: Context) -> Cells:
    if context.counter.cells is None:
        raise WorkbookError(said("{study}: nothing to simulate from any more", study=context.study.id))
    return context.counter.cells


def _assumption(study: Study, key: str) -> Number:
    """An assumption, or an end of its range."""
    name, _, end = key.partition(".")
    if name not in study.assumptions:
        raise WorkbookError(said("no assumption {name} any more", name=name))
    return study.assumption(name, end).value  # type: ignore[arg-type]


def _listed(key: str) -> str:
    """One of the names that an address holds: of `a,b#1` the second."""
    names, _, position = key.partition("#")
    return names.split(",")[int(position or 0)]


def _parameter(context: Context, name: str) -> Number:
    """A parameter as the paper used it: some stand for the study's own."""
    if name == "year":
        return context.day.year
    return int(context.disclosure_threshold if name == "disclosure_threshold" else context.setting(name))


def doubt_of(name: str, claim: Claim, resolve: Callable[[str], Number]) -> Doubt | None:
    """What is doubtful of a claim; nothing where it comes out as it was printed."""
    try:
        now = recompute(claim.quantity, resolve)
    except (WorkbookError, KeyError, IndexError, ZeroDivisionError) as error:
        return Doubt(name, claim, None, message_of(error))
    if claim.quantity.withheld:
        return None  # it can be computed, and is compared with nothing: what was withheld stands nowhere
    then = claim.quantity.value
    same = now == then or (math.isnan(now) and math.isnan(then))
    return None if same else Doubt(name, claim, now)
