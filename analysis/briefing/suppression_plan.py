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

import pandas as pd

from analysis.briefing.releases import Release, held_back, register_hash, releases_of
from analysis.coverage.cells import Cells
from analysis.coverage.counting import COUNTABLE, Counter
from analysis.coverage.disclosure.counts import NO_SCREEN, Screen, audited, screened
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
from analysis.coverage.lookup import Board
from analysis.coverage.problems import problems
from analysis.coverage.returned import bands_of
from analysis.coverage.selection import Selection, parsed
from analysis.coverage.sources import reporting
from analysis.errors import NotInDataError, ParameterError
from analysis.quantities import Number
from analysis.scenarios.start import started_from
from analysis.scenarios.targets import gaps
from analysis.sources import disk_cache
from analysis.study import Study

CACHE = disk_cache.folder("screens")


def is_protected(counter: Counter, threshold: int) -> bool:
    """Whether small counts of a study are withheld: where it counts a register or returns, and the threshold is not 0."""
    return bool(threshold) and counter.counts_first


def screen_of(counter: Counter, threshold: int) -> Screen:
    """The screen of a study's counts: found again by what it rests on, or chosen, audited and kept; none where they are free."""
    if not is_protected(counter, threshold):
        return NO_SCREEN
    releases = releases_of(counter.study.folder)
    key = _key(counter, threshold, releases)
    if key not in _FOUND:
        place = CACHE / f"{key}.parquet"
        found = disk_cache.recall(place)
        if found is None:
            with _SIGN.get()():
                found = _chosen(counter, threshold, releases)
            disk_cache.keep(found[0], place, note=found[1])
        table, note = found
        primary, secondary = (frozenset(table["address"][table["withheld"] == one]) for one in ("primary", "secondary"))
        _FOUND[key] = Screen(frozenset(table["address"]), primary, secondary, **json.loads(note))
    return _FOUND[key]


_FOUND: dict[str, Screen] = {}


def _chosen(counter: Counter, threshold: int, releases: Sequence[Release]) -> tuple[pd.DataFrame, str]:
    """The choice as it is kept: every address and why it is withheld, and what the audit of it said."""
    assert counter.cells is not None
    addresses, known = publishable(counter), counter.known()
    also, told = held_back(releases, counter.cells, set(addresses), counter.value, threshold=threshold)
    also, known = also - known, known | told
    found = screened(counter.cells, addresses, known=known, threshold=threshold, also=also)
    audit = audited(counter.cells, addresses, withheld=found.withheld, known=known, threshold=threshold, exact=False)
    note = {"narrowest": audit.narrowest, "exposed": audit.exposed, "held": len(also)}
    kinds = ["primary" if one in found.primary else "secondary" if one in found.secondary else "" for one in addresses]
    return pd.DataFrame({"address": addresses, "withheld": kinds}), json.dumps(note)


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
    files = [path for name in ("coverage", "scenarios") for path in sorted((here.parent.parent / name).rglob("*.*"))]
    files = [path for path in files if path.suffix in (".py", ".toml")]
    code = b"".join(path.read_bytes() for path in (here, here.with_name("releases.py"), *files))
    return sha256(code + version("scipy").encode() + version("numpy").encode()).hexdigest()


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


def guarded(board: Board, threshold: int) -> Board:
    """A board that shows what papers may print, where it counts a register or returns; a threshold of 0 guards nothing."""
    counter = Counter(board.study, board.cube.cells)
    if not is_protected(counter, threshold):
        return board
    return replace(board, printed=screen_of(counter, threshold).prints)


def foreseen(study: Study, cells: Cells) -> tuple[int, int]:
    """How many counts the papers of a study usually print, and how many of them are small: so many at least are withheld."""
    counter, threshold = Counter(reporting(study, cells), cells), study.settings.disclosure_threshold
    counts = [counter.value(address) for address in publishable(counter)] if is_protected(counter, threshold) else []
    return len(counts), sum(is_small(int(count), threshold) for count in counts)


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
    noting, asked = _asking(counter)
    study = counter.study
    problems(noting)
    for measure, selection in COUNTABLE.values():
        if noting.knows(measure, selection):
            noting.count(measure, selection)
    for name in study.figures:
        noting.figure(name)
    if study.targets:
        asked.update(address for address in started_from(study) if noting.knows(*parsed(address)))
    districts, categories = (
        [(), *((row.id,) for row in rows)] for rows in (study.districts, study.settings.categories)
    )
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
    noting, asked = _asking(counter)
    _ask(noting, Selection())
    chosen = [parsed(address)[1] for address in asked]
    staff, full = {one.staff_from for one in chosen}, {one.full_members_from for one in chosen}
    return {"staff_threshold": tuple(sorted(staff | {0})), "member_threshold": tuple(sorted(full - {0}))}


class _Asking(Counter):
    """Notes what it is asked, and counts nothing: what is asked does not hang on the counts."""

    def value(self, address: str) -> Number:
        if self.cells is not None:
            self.cells.refuse(*parsed(address))
        return 0


def _asking(counter: Counter) -> tuple[Counter, set[str]]:
    """A counter that only notes what it is asked, and where it notes it."""
    asked = set[str]()
    return _Asking(counter.study, counter.cells, asked=asked), asked


def _ask(counter: Counter, within: Selection) -> None:
    """Ask for what a paper on one selection counts, as far as the data know it."""
    study = counter.study
    for ask in (ladder, coverage_by_band, cascade):
        with suppress(ParameterError, NotInDataError):
            ask(counter, within)
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
                if not within.districts:
                    coverage_by(counter, "districts", whole, outcome=outcome)
                if not within.categories:
                    coverage_by(counter, "categories", whole, outcome=outcome)
