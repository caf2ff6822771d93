"""What was released of a study's counts, so that a newer register does not give away what changed.

Who holds two releases sees the difference of every count that is in both: of a register with one enterprise more, all
that this enterprise is. A release is kept as counts, in the study's `releases/`, and never as rows. In a later one, counts that
differ from it by fewer enterprises than the threshold are withheld, and so is what it withheld itself.

Source: Handbook on Statistical Disclosure Control, chapter 5 (differencing).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from datetime import date
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from analysis.briefing.folder import write_whole
from analysis.coverage.cells import Cells
from analysis.coverage.disclosure.regions import SUMS
from analysis.coverage.disclosure.tables import is_small
from analysis.errors import DataError, ParameterError, Problem, one_of, reason_of
from analysis.messages import said
from analysis.quantities import Number
from analysis.reading import only_a_file

FOLDER = "releases"


class Release(BaseModel):
    """Counts of one register that papers may print.

    Parameters
    ----------
    cells
        The hash of those that were counted, which tells one register from another.
    made
        The day on which they were first released.
    withdrawn
        Whether its papers were called back, so that nobody is taken to hold it.
    counts
        Those that are not withheld, by address.
    withheld
        Addresses of those that are.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    cells: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    made: date
    threshold: Annotated[int, Field(ge=0)]
    withdrawn: bool
    counts: dict[str, int]
    withheld: tuple[str, ...]

    @property
    def id(self) -> str:
        """What it is called in commands, and its file."""
        return f"{self.made.isoformat()}-{self.cells[:8]}"

    @cached_property
    def digest(self) -> str:
        """What tells it from any other."""
        return sha256(self.model_dump_json().encode()).hexdigest()


def register_hash(cells: Cells) -> str:
    """What tells one register's cells from another's."""
    return sha256(pd.util.hash_pandas_object(cells.table, index=False).to_numpy().tobytes()).hexdigest()


def releases_of(folder: Path) -> tuple[Release, ...]:
    """The releases of the study in a folder, the earliest first.

    Raises
    ------
    DataError
        When a file in its `releases/` is no release.
    """
    found = []
    for path in sorted((folder / FOLDER).glob("*.json")):
        try:
            found.append(_read(only_a_file(path).read_bytes()))
        except (OSError, ValidationError) as error:
            why = reason_of(error) if isinstance(error, OSError) else _first(error)
            place = path.relative_to(folder).as_posix()
            allowed = "the file as `workbook count` wrote it"
            raise DataError(Problem(place, said("is no release ({reason})", reason=why), allowed=allowed)) from None
    return tuple(found)


@lru_cache(maxsize=64)
def _read(content: bytes) -> Release:
    return Release.model_validate_json(content)


def _first(error: ValidationError) -> str:
    fault = error.errors()[0]
    return ": ".join([*filter(None, [".".join(map(str, fault["loc"]))]), fault["msg"]])


def is_released(folder: Path, cells: Cells) -> bool:
    """Whether what papers may print of these cells is kept."""
    register = register_hash(cells)
    return any(one.cells == register for one in releases_of(folder))


def keep_release(
    folder: Path, cells: Cells, counts: Mapping[str, int], withheld: Iterable[str], *, threshold: int
) -> Release:
    """Keep what a study releases. A register that was released before keeps all that was ever printed of it, and its day."""
    new = Release(
        cells=register_hash(cells),
        made=date.today(),
        threshold=threshold,
        withdrawn=False,
        counts=dict(counts),
        withheld=tuple(withheld),
    )
    before = next((one for one in releases_of(folder) if one.cells == new.cells), new)
    printed = before.counts | new.counts
    merged = {
        "made": before.made,
        "threshold": max(new.threshold, before.threshold),
        "counts": dict(sorted(printed.items())),
        "withheld": tuple(sorted({*new.withheld, *before.withheld} - printed.keys())),
    }
    return _written(folder, new.model_copy(update=merged))


def withdraw(folder: Path, name: str) -> Release:
    """Declare a release withdrawn.

    Raises
    ------
    ParameterError
        When there is none of that name, with those that there are.
    """
    named = {one.id: one for one in releases_of(folder)}
    if name not in named:
        allowed = one_of(list(named), seen=name) if named else "`workbook count` first"
        raise ParameterError(said('release "{name}": there is none; allowed: {allowed}', name=name, allowed=allowed))
    return _written(folder, named[name].model_copy(update={"withdrawn": True}))


def _written(folder: Path, release: Release) -> Release:
    write_whole(folder / FOLDER / f"{release.id}.json", (release.model_dump_json(indent=1) + "\n").encode())
    return release


def held_back(
    releases: Iterable[Release], cells: Cells, asked: Set[str], count: Callable[[str], Number], *, threshold: int
) -> tuple[frozenset[str], frozenset[str]]:
    """Those of the addresses asked for that releases of other registers forbid to print, and those that they have told.

    What was printed and has not changed is known to whoever holds the earlier release: to withhold it hides nothing.

    Parameters
    ----------
    count
        The present count at an address.
    """
    register, held, told = register_hash(cells), set[str](), set[str]()
    for release in releases:
        if release.withdrawn or release.cells == register:
            continue
        now = {address: count(address) for address in asked & release.counts.keys()}
        held |= changed_by_few(now, release.counts, max(threshold, release.threshold))
        held |= asked & set(release.withheld)
        told |= {address for address, value in now.items() if value == release.counts[address]}
    return frozenset(held), frozenset(told - held)


def changed_by_few(now: Mapping[str, Number], then: Mapping[str, Number], threshold: int) -> set[str]:
    """Counts that two releases both print, and that differ by fewer enterprises than the threshold.

    A sum of members or staff may differ by one enterprise's, however many those are.

    Examples
    --------
    >>> now, then = {"cells:enterprises": 40, "cells:staff_total": 900}, {"cells:enterprises": 39, "cells:staff_total": 800}
    >>> sorted(changed_by_few(now, then, 10))
    ['cells:enterprises', 'cells:staff_total']
    """
    changed = {address: int(abs(now[address] - then[address])) for address in now.keys() & then.keys()}
    found = set[str]()
    for address, by in changed.items():
        name, mark, selection = address.partition("?")
        is_sum = name.removeprefix("cells:") in SUMS
        enterprises = changed.get(f"cells:enterprises{mark}{selection}", 1) if is_sum and by else by
        if is_small(enterprises, threshold):
            found.add(address)
    return found
