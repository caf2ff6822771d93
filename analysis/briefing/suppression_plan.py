"""The screen of a counted study: what is withheld of all that its papers usually count, chosen once for all of them.

Papers of the city, of each district and of each category count much of the same. Were each protected by itself, one
could print what another withholds. So the choice is made over the union of what they count, and every paper keeps to it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from contextvars import ContextVar
from dataclasses import replace
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import Literal

import pandas as pd

from analysis.briefing.releases import Release, held_back, register_hash, releases_of
from analysis.coverage.cells import Cells
from analysis.coverage.counting import COUNTABLE, Counter
from analysis.coverage.disclosure.counts import Screen, Withheld, audited, withheld_of
from analysis.coverage.disclosure.tables import is_small
from analysis.coverage.indicators import (
    OUTCOMES,
    base_selection,
    cascade,
    coverage_by,
    coverage_by_band,
    having,
    ladder,
    secretary_chairs,
)
from analysis.coverage.limits import bands_of
from analysis.coverage.lookup import Board
from analysis.coverage.problems import problems
from analysis.coverage.selection import Selection, parsed
from analysis.coverage.sources import reporting
from analysis.errors import NotInDataError, ParameterError
from analysis.quantities import Number, Status
from analysis.scenarios.start import started_from
from analysis.scenarios.targets import gaps
from analysis.sources import disk_cache
from analysis.study import Study

CACHE = disk_cache.folder("screens")


def screen_of(counter: Counter, threshold: int) -> Screen:
    """The screen of a study's counts: found again by what it rests on, or chosen, audited and kept.

    Parameters
    ----------
    counter
        Of a study that is counted.
    """
    releases = releases_of(counter.study.folder)
    key = _key(counter, threshold, releases)
    if key not in _FOUND:
        place = CACHE / f"{key}.parquet"
        found = disk_cache.recall(place)
        if found is None:
            with _SIGN.get()():
                found = _chosen(counter, publishable(counter), threshold, releases)
            disk_cache.keep(found[0], place, note=found[1])
        _FOUND[key] = _read(*found, threshold)
    return _FOUND[key]


_FOUND: dict[str, Screen] = {}


def guarded(board: Board, threshold: int) -> Board:
    """A board that shows what papers may print, where it counts a register or returns; a threshold of 0 guards nothing."""
    if not threshold or board.status is not Status.COUNTED:
        return board
    return replace(board, printed=screen_of(Counter(board.study, board.cube.cells), threshold).prints)


def screen_of_study(study: Study, cells: Cells) -> Screen | None:
    """The screen of a study at its own threshold, before any of its papers asks for it; none where its counts are free."""
    threshold = study.settings.disclosure_threshold
    if not threshold or cells.status is not Status.COUNTED:
        return None
    return screen_of(Counter(reporting(study, cells), cells), threshold)


def foreseen(study: Study, cells: Cells) -> tuple[int, int]:
    """How many counts the papers of a study usually print, and how many of them are small: so many at least are withheld."""
    counter, threshold = Counter(reporting(study, cells), cells), study.settings.disclosure_threshold
    if not threshold or cells.status is not Status.COUNTED:
        return 0, 0
    counts = {address: counter.value(address) for address in publishable(counter)}
    return len(counts), sum(is_small(int(count), threshold) for count in counts.values())


Sign = Callable[[], AbstractContextManager[None]]
_SIGN: ContextVar[Sign] = ContextVar("sign", default=nullcontext)


@contextmanager
def signing(sign: Sign) -> Iterator[None]:
    """Let whoever waits see it while a screen is chosen: `sign` is entered then, and not where one is found again.

    A notebook's cells stand between who waits and who chooses, so this goes past them.
    """
    before = _SIGN.set(sign)
    try:
        yield
    finally:
        _SIGN.reset(before)


def publishable(counter: Counter) -> tuple[str, ...]:
    """Addresses of all that the papers of a study usually count: at the thresholds of its bands and of its targets.

    In the whole place, in each district, in each category, and in each category of each district.

    Examples
    --------
    >>> from analysis.coverage.sources import cells_of
    >>> from analysis.study import open_study
    >>> study = open_study("suzhou-2003")
    >>> "cells:enterprises?districts=320583&organisation=any" in publishable(Counter(study, cells_of(study)))
    True
    """
    assert counter.cells is not None
    study, asked = counter.study, set[str]()
    noting = _Asking(study, counter.cells, asked=asked)
    _ask_everywhere(noting, asked)
    districts = [(), *((row.id,) for row in study.districts)]
    categories = [(), *((row.id,) for row in study.settings.categories)]
    for district, category in product(districts, categories):
        _ask(noting, Selection(districts=district, categories=category))
    return tuple(sorted(asked))


def stops_of(counter: Counter) -> dict[str, tuple[int, ...]]:
    """The thresholds of staff and of full members at which the papers of a study usually count: their counts are audited.

    Examples
    --------
    >>> from analysis.coverage.sources import cells_of
    >>> from analysis.study import open_study
    >>> study = open_study("suzhou-2003")
    >>> stops_of(Counter(study, cells_of(study)))
    {'staff_threshold': (0, 25, 50, 100), 'member_threshold': (3,)}
    """
    assert counter.cells is not None
    asked = set[str]()
    _ask(_Asking(counter.study, counter.cells, asked=asked), Selection())
    chosen = [parsed(address)[1] for address in asked]
    staff, full = {one.staff_from for one in chosen}, {one.full_members_from for one in chosen}
    return {"staff_threshold": tuple(sorted(staff | {0})), "member_threshold": tuple(sorted(full - {0}))}


class _Asking(Counter):
    """Notes what it is asked, and counts nothing: what is asked does not hang on the counts."""

    def value(self, address: str) -> Number:
        if self.cells is not None:
            self.cells.refuse(*parsed(address))
        return 0


def _ask(counter: Counter, within: Selection) -> None:
    """Ask for what a paper on one selection counts."""
    study = counter.study
    with suppress(ParameterError):
        ladder(counter, within)
    with suppress(ParameterError, NotInDataError):
        coverage_by_band(counter, within)
    with suppress(ParameterError):
        cascade(counter, within)
    secretary_chairs(counter, within)
    gaps(counter, within, year=study.as_of.year, years=1)
    bases = [base for base in study.settings.bases if base.figure is None]
    chosen = [base_selection(base, within) for base in bases]
    chosen += [within.but(staff_from=low) for low, _ in bands_of(study)]
    for whole in chosen:
        with suppress(ParameterError, NotInDataError):
            counter.count("enterprises", whole)
        for outcome in OUTCOMES:
            with suppress(ParameterError, NotInDataError):
                counter.count("enterprises", having(whole, outcome))
                for attribute in _ATTRIBUTES:
                    if not getattr(within, attribute):
                        coverage_by(counter, attribute, whole, outcome=outcome)


_ATTRIBUTES: tuple[Literal["districts"], Literal["categories"]] = ("districts", "categories")


def _ask_everywhere(counter: Counter, asked: set[str]) -> None:
    """Ask for what only papers on the whole place count, and for what paths start from."""
    problems(counter)
    for measure, selection in COUNTABLE.values():
        if counter.knows(measure, selection):
            counter.count(measure, selection)
    for name in counter.study.figures:
        counter.figure(name)
    if counter.study.targets:
        asked.update(address for address in started_from(counter.study) if counter.knows(*parsed(address)))


def _chosen(
    counter: Counter, addresses: tuple[str, ...], threshold: int, releases: Sequence[Release]
) -> tuple[pd.DataFrame, str]:
    assert counter.cells is not None
    also, told = held_back(releases, counter.cells, set(addresses), counter.value, threshold=threshold)
    known = counter.known()
    also, known = also - known, known | told
    found = withheld_of(counter.cells, addresses, known=known, threshold=threshold, also=also)
    audit = audited(counter.cells, addresses, withheld=found.addresses, known=known, threshold=threshold, exact=False)
    note = {"narrowest": audit.narrowest, "exposed": audit.exposed, "held": len(also)}
    kinds = ["primary" if one in found.primary else "secondary" if one in found else "" for one in addresses]
    return pd.DataFrame({"address": addresses, "withheld": kinds}), json.dumps(note)


def _read(table: pd.DataFrame, note: str, threshold: int) -> Screen:
    by_kind = {kind: frozenset(rows["address"]) for kind, rows in table.groupby("withheld")}
    withheld = Withheld(threshold, by_kind.get("primary", frozenset()), by_kind.get("secondary", frozenset()))
    told = json.loads(note)
    return Screen(frozenset(table["address"]), withheld, told["narrowest"], tuple(told["exposed"]), told["held"])


def _key(counter: Counter, threshold: int, releases: Sequence[Release]) -> str:
    """The hash of what the choice rests on: the counts, the study's own files, releases of other registers, the code."""
    assert counter.cells is not None
    register = register_hash(counter.cells)
    others = [one.digest for one in releases if not one.withdrawn and one.cells != register]
    return sha256(f"{_code()} {threshold} {counter.study.fingerprint} {register} {others}".encode()).hexdigest()[:32]


@cache
def _code() -> str:
    """The hash of the code that asks and chooses, and of what it stands on."""
    here = Path(__file__)
    files = [path for name in ("coverage", "scenarios") for path in sorted((here.parent.parent / name).rglob("*.py"))]
    code = b"".join(path.read_bytes() for path in (here, here.with_name("releases.py"), *files))
    return sha256(code + version("scipy").encode() + version("numpy").encode()).hexdigest()
