"""What was released of a study's counts, so that a newer register does not give away what changed.

Who holds two releases sees the difference of every count that is in both: of a register with one enterprise more, all
that this enterprise is. A release is kept as counts, in the study's `releases/`, and never as rows. In a later one, counts that
differ from it by fewer enterprises than the threshold are withheld, and so is what it withheld itself.

Source: Handbook on Statistical Disclosure Control, chapter 5 (differencing).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import asdict, dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pandas as pd

from analysis.briefing.folder import write_whole
from analysis.coverage.cells import Cells
from analysis.coverage.disclosure.groups import is_small
from analysis.errors import DataError, ParameterError, Problem, one_of, reason_of
from analysis.messages import said
from analysis.quantities import Number

FOLDER = "releases"


@dataclass(frozen=True)
class Release:
    """Counts of one register that papers may print.

    Parameters
    ----------
    register
        The hash of the cells that were counted.
    made
        The day, as YYYY-MM-DD.
    withdrawn
        Whether its papers were called back, so that nobody is taken to hold it.
    counts
        Those that are not withheld, by address.
    withheld
        Addresses of those that are.
    """

    register: str
    made: str
    threshold: int
    withdrawn: bool
    counts: Mapping[str, int]
    withheld: Sequence[str]

    @property
    def id(self) -> str:
        """What it is called in commands, and its file."""
        return f"{self.made}-{self.register[:8]}"


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
    return tuple(_read(path) for path in sorted((folder / FOLDER).glob("*.json")))


def _read(path: Path) -> Release:
    try:
        found = Release(**json.loads(path.read_text(encoding="utf-8")))
        if not all(isinstance(count, int) for count in found.counts.values()) or isinstance(found.withheld, str):
            raise TypeError("counts")
    except (OSError, ValueError, TypeError, AttributeError) as error:
        what = said("is no release ({reason})", reason=reason_of(error) if isinstance(error, OSError) else error)
        allowed = "the file as `workbook count` wrote it"
        raise DataError(Problem(path.relative_to(path.parent.parent).as_posix(), what, allowed=allowed)) from None
    return found


def keep_release(
    folder: Path, cells: Cells, counts: Mapping[str, int], withheld: Iterable[str], *, threshold: int
) -> Release:
    """Keep what a study releases; of a register that was released before, the same file again, and its day."""
    register = register_hash(cells)
    made = next((one.made for one in releases_of(folder) if one.register == register), date.today().isoformat())
    release = Release(register, made, threshold, False, dict(sorted(counts.items())), sorted(withheld))
    _write(folder, release)
    return release


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
    release = replace(named[name], withdrawn=True)
    _write(folder, release)
    return release


def _write(folder: Path, release: Release) -> None:
    text = json.dumps(asdict(release), ensure_ascii=False, indent=1) + "\n"
    write_whole(folder / FOLDER / f"{release.id}.json", text.encode())


def held_back(
    releases: Iterable[Release], cells: Cells, asked: Set[str], count: Callable[[str], Number], *, threshold: int
) -> frozenset[str]:
    """Those of the addresses asked for that releases of other registers forbid to print.

    Parameters
    ----------
    count
        The present count at an address.
    """
    register, found = register_hash(cells), set[str]()
    for release in releases:
        if not release.withdrawn and release.register != register:
            least = max(threshold, release.threshold)
            changed = {
                address: abs(int(count(address)) - release.counts[address]) for address in asked & set(release.counts)
            }
            found.update(address for address, by in changed.items() if is_small(by, least))
            found |= asked & set(release.withheld)
    return frozenset(found)
