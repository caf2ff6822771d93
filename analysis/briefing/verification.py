"""Is a finished run still true? Every claim of its ledger computed again from the inputs as they are now."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from analysis.briefing.assumption_dependence import lines, with_resting
from analysis.briefing.assumption_dependence import resolve as resolve_resting
from analysis.briefing.context import Context
from analysis.briefing.disclosure_control import report
from analysis.briefing.executed import read_executed, sections_in
from analysis.briefing.links import READERS, Astray, astray
from analysis.briefing.manifest import digest, edited, read_manifest
from analysis.briefing.number_provenance import number_at, own_number
from analysis.briefing.parameters import SourcesParameters, recorded
from analysis.briefing.sections.register_quality import number_of
from analysis.coverage.compared import resolver as resolve_compared
from analysis.errors import WorkbookError, reason_of
from analysis.ledger import Claim, Ledger
from analysis.messages import message_of, said
from analysis.quantities import Number, recompute
from analysis.reading import only_a_file
from analysis.scenarios.backtest import resolve_later
from analysis.scenarios.support import resolve as resolve_support
from analysis.scenarios.switching_values import resolve as resolve_turning
from analysis.scenarios.traced import resolver as resolve_simulated
from analysis.sources.audit.bounds import resolve as resolve_bound
from analysis.sources.returns import Returns, read_returns, score_at


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
    doubts = [
        doubt for name, claim in ledger.numbered().items() if (doubt := doubt_of(name, claim, resolve)) is not None
    ]
    changed = [
        name
        for name, recorded in manifest["outputs"].items()
        if not (run / name).is_file() or digest(run / name) != recorded
    ]
    return Verification(
        len(ledger.claims),
        tuple(doubts),
        tuple(changed),
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
    from analysis.study import open_study

    parameters = parameters.house
    study = open_study(parameters.study)

    @cache
    def context() -> Context:
        return Context.of(parameters)

    @cache
    def simulated() -> Callable[[str], Number]:
        cells = context().counter.cells
        if cells is None:
            raise WorkbookError(said("{study}: nothing to simulate from any more", study=study.id))
        return resolve_simulated(study, cells)

    @cache
    def returned() -> Returns:
        return read_returns(study)

    @cache
    def compared() -> Callable[[str], Number]:
        return resolve_compared(context().counter, lambda: context().other_counter)

    @cache
    def elsewhere(role: str) -> Callable[[str], Number]:
        name = parameters.model_dump()["other_study" if role == "other" else role]
        return resolver(SourcesParameters(study=name, language=parameters.language))

    def resolve(address: str) -> Number:
        kind, _, key = address.partition(":")
        match kind:
            case "figure":
                return study.quantity(key).value
            case "cells":
                return context().counter.value(address)
            case "assumption":
                name, _, end = key.partition(".")
                if name not in study.assumptions:
                    raise WorkbookError(said("no assumption {name} any more", name=name))
                return study.assumption(name, end).value  # type: ignore[arg-type]
            case "parameter":
                name = key.partition("#")[0]
                return _parameter(context(), name)
            case "return":
                listed, _, position = key.partition("#")  # several where a name holds several
                return score_at(returned(), listed.split(",")[int(position or 0)])
            case "constant":
                listed, _, position = key.partition("#")  # several where a name holds several
                return int(listed.split(",")[int(position or 0)])
            case "comparison":
                return compared()(address)
            case "other" | "series":
                return elsewhere(kind)(key)
            case "register":
                return number_of(context().counter.cells, key)
            case "support":
                return resolve_support(study, address)
            case "resting":
                return resolve_resting(study, context().counter, ledger, lambda turning: cached(turning), address)
            case "turning":
                return resolve_turning(study, address)
            case "text":
                return number_at(study.folder, address)
            case "own":
                return own_number(address)
            case "simulated" | "needed" | "overturned" | "divided" | "variance" | "lever" | "unit_cost" | "dynamics":
                return simulated()(address)
            case "later":
                return resolve_later(study, address)
            case _:
                return resolve_bound(study, address)

    cached = cache(resolve)
    return cached


def _parameter(context: Context, name: str) -> Number:
    """A parameter as the paper used it: some stand for the study's own."""
    return int(getattr(context, name) if name in ("year", "disclosure_threshold") else context.setting(name))


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


def read_ledger(run: Path) -> Ledger:
    """The ledger of a finished run.

    Raises
    ------
    WorkbookError
        When it cannot be read.
    """
    try:
        plain: list[dict[str, Any]] = json.loads(only_a_file(run / "ledger.json").read_text(encoding="utf-8"))
        return Ledger.from_json(plain)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WorkbookError(
            said("{run}: ledger.json cannot be read ({reason})", run=run, reason=reason_of(error))
        ) from None
