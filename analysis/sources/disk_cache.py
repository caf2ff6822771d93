"""What is kept on disk so that it need not be made again: for its owner's eyes, found whole or not at all, thrown away in time.

Cells of a register tell of enterprises one by one, so that nobody else may read them and they are not kept for ever.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from analysis.study import ROOT

if TYPE_CHECKING:
    import pandas as pd

MOST = 1 << 30  # bytes that a folder keeps; beyond them what was used longest ago goes first
DAYS = 90  # after which goes what nobody used

_ROOT = ROOT / ".cache"
_NOTE = b"workbook"
_KINDS = ("cells", "charts", "digests", "register", "results", "screens")


def folder(kind: str) -> Path:
    """Where things of a kind are kept: `cells`, `charts`, `digests`, `register`, `results` or `screens`.

    Examples
    --------
    >>> folder("cells").relative_to(ROOT).as_posix()
    '.cache/cells'
    """
    return _ROOT / _KINDS[_KINDS.index(kind)]


def recall(path: Path) -> tuple[pd.DataFrame, str] | None:
    """The table in a file and the note kept with it; nothing where there is none or the file is damaged.

    Every page of the file carries a checksum.
    """
    if not path.is_file():
        return None
    import pyarrow
    import pyarrow.parquet

    used(path)
    try:
        table = pyarrow.parquet.read_table(path, page_checksum_verification=True)
        return table.to_pandas(), (table.schema.metadata or {}).get(_NOTE, b"").decode()
    except (OSError, ValueError, pyarrow.ArrowException):
        return None


def keep(table: pd.DataFrame, path: Path, *, note: str = "") -> None:
    """Keep a table with a note; where nothing can be written, nothing is. The same table and note give the same bytes."""
    import pyarrow
    import pyarrow.parquet

    arrow = pyarrow.Table.from_pandas(table, preserve_index=False)
    arrow = arrow.replace_schema_metadata({**(arrow.schema.metadata or {}), _NOTE: note.encode()})
    write_whole(path, lambda beside: pyarrow.parquet.write_table(arrow, beside, write_page_checksum=True))


def recall_text(path: Path) -> str | None:
    """The text in a file; nothing where there is none or the file is damaged."""
    try:
        digest, _, text = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    used(path)
    return text.decode("utf-8") if sha256(text).hexdigest().encode() == digest else None


def keep_text(text: str, path: Path, *, most: int = MOST) -> None:
    """Keep a text, as `write_whole` does; where nothing can be written, nothing is."""
    content = text.encode()
    hashed = sha256(content).hexdigest().encode() + b"\n" + content
    write_whole(path, lambda beside: beside.write_bytes(hashed), most=most)


def write_whole(path: Path, write: Callable[[Path], object], *, most: int = MOST) -> None:
    """Write beside and rename, so that a reader finds a whole file or none; where nothing can be written, nothing is.

    Parameters
    ----------
    most
        Bytes that the folder keeps.
    """
    beside = path.with_name(f"{path.stem}-{uuid4().hex}.part")
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _tidy()
        try:
            beside.touch(mode=0o600)
            write(beside)
            os.replace(beside, path)
        finally:
            beside.unlink(missing_ok=True)
    make_room(path.parent, most)


def used(path: Path) -> None:
    """Note that a file was asked for: what was used longest ago goes first."""
    with suppress(OSError):
        os.utime(path)
    _tidy()


def make_room(place: Path, most: int = MOST) -> None:
    """Make a folder its owner's alone, and throw away what nobody used for `DAYS`, and the oldest of more than `most` bytes.

    Whoever misses it makes it again.
    """
    files = []
    with suppress(OSError):
        place.chmod(0o700)
    for path in place.glob("*"):
        with suppress(OSError):  # another process makes room too
            found = path.lstat()
            if not stat.S_ISREG(found.st_mode):
                continue
            if found.st_mode & 0o077:
                path.chmod(0o600)
            files.append((found.st_mtime, found.st_size, path))
    surplus, oldest = sum(size for _, size, _ in files) - most, time.time() - DAYS * 86_400
    for moment, size, path in sorted(files):
        if surplus <= 0 and moment >= oldest:
            break
        surplus -= size
        with suppress(OSError):
            path.unlink()


@cache
def _tidy() -> None:
    """Make room in all our folders, once in a process: what is confidential goes though nobody adds to it."""
    for kind in _KINDS:
        make_room(folder(kind))
