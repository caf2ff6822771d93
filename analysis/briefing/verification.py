"""Is a finished run still true? Every claim of its ledger computed again from the inputs as they are now."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
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
from analysis.scenarios.addresses import resolve_support
from analysis.scenarios.addresses import resolver as resolve_simulated
from analysis.scenarios.backtest import resolve_later
from analysis.scenarios.switching_values import resolve as resolve_turning
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
    return _Present(parameters.house, ledger).value


class _Present:
    """What a ledger's addresses lead to, as it is now; each part is opened when an address first asks for it."""

    def __init__(self, parameters: SourcesParameters, ledger: Ledger | None) -> None:
        from analysis.study import open_study

        self.parameters, self.ledger, self.study = parameters, ledger, open_study(parameters.study)
        self.value = cache(self._value)  # the value at an address, found once
        self.elsewhere = cache(self._elsewhere)

    @cached_property
    def context(self) -> Context:
        """The paper's counts."""
        return Context.of(self.parameters)

    @cached_property
    def returns(self) -> Returns:
        """The districts' returns."""
        return read_returns(self.study)

    @cached_property
    def compared(self) -> Callable[[str], Number]:
        """Numbers of a comparison."""
        return resolve_compared(self.context.counter, lambda: self.context.other_counter)

    @cached_property
    def simulated(self) -> Callable[[str], Number]:
        """Numbers of scenarios."""
        cells = self.context.counter.cells
        if cells is None:
            raise WorkbookError(said("{study}: nothing to simulate from any more", study=self.study.id))
        return resolve_simulated(self.study, cells)

    def _elsewhere(self, role: str) -> Callable[[str], Number]:
        """Numbers of another study: the one compared with, or that of a series."""
        name = self.parameters.model_dump()["other_study" if role == "other" else role]
        return resolver(SourcesParameters(study=name, language=self.parameters.language))

    def assumption(self, key: str) -> Number:
        """An assumption, or an end of its range."""
        name, _, end = key.partition(".")
        if name not in self.study.assumptions:
            raise WorkbookError(said("no assumption {name} any more", name=name))
        return self.study.assumption(name, end).value  # type: ignore[arg-type]

    def _value(self, address: str) -> Number:
        kind, _, key = address.partition(":")
        find = _FOUND.get(kind)
        return resolve_bound(self.study, address) if find is None else find(self, address, key)


def _listed(key: str) -> str:
    """One of the names that an address holds: of `a,b#1` the second."""
    names, _, position = key.partition("#")
    return names.split(",")[int(position or 0)]


_FOUND: Mapping[str, Callable[[_Present, str, str], Number]] = {
    "figure": lambda now, _, key: now.study.quantity(key).value,
    "cells": lambda now, address, _: now.context.counter.value(address),
    "assumption": lambda now, _, key: now.assumption(key),
    "parameter": lambda now, _, key: _parameter(now.context, key.partition("#")[0]),
    "return": lambda now, _, key: score_at(now.returns, _listed(key)),
    "constant": lambda now, _, key: int(_listed(key)),
    "comparison": lambda now, address, _: now.compared(address),
    "other": lambda now, _, key: now.elsewhere("other")(key),
    "series": lambda now, _, key: now.elsewhere("series")(key),
    "register": lambda now, _, key: number_of(now.context.counter.cells, key),
    "support": lambda now, address, _: resolve_support(now.study, address),
    "resting": lambda now, address, _: resolve_resting(now.study, now.context.counter, now.ledger, now.value, address),
    "turning": lambda now, address, _: resolve_turning(now.study, address),
    "text": lambda now, address, _: number_at(now.study.folder, address),
    "own": lambda _, address, __: own_number(address),
    "later": lambda now, address, _: resolve_later(now.study, address),
    **dict.fromkeys(
        ("simulated", "needed", "overturned", "divided", "variance", "lever", "unit_cost", "dynamics"),
        lambda now, address, _: now.simulated(address),
    ),
}


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
