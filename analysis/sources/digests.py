"""The hash of what files hold. A large file that is as it was, is not read again to know that."""

from __future__ import annotations

import hashlib
import json
import time
from contextlib import suppress
from pathlib import Path

from analysis.sources import disk_cache
from analysis.sources.registers.readers.raw import files_of

REMEMBERED = disk_cache.folder("digests")
SMALL = 16 << 20  # bytes that are read every time
SETTLED = 2_000_000_000  # nanoseconds: a file changed so shortly before it was read may change again unseen


def digest_of(path: Path, *, memory: Path = REMEMBERED) -> str:
    """The SHA-256 of a file, or of the names and contents of a folder's files; of what they hold, not of when.

    Parameters
    ----------
    memory
        Where hashes of large files are remembered, each with the size, the times of change and the place on disk that
        the file had; where any of them differs, the file is read again.
    """
    if path.is_file():
        return _file(path, memory)
    whole = hashlib.sha256()
    for file in files_of(path):
        whole.update(f"{file.name}\0{_file(file, memory)}\n".encode())
    return whole.hexdigest()


def _file(path: Path, memory: Path) -> str:
    before = _state(path)
    if before["size"] <= SMALL:
        return _read(path)
    note = memory / f"{hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:32]}.json"
    disk_cache.used(note)
    with suppress(OSError, ValueError, KeyError):
        known = json.loads(note.read_text(encoding="utf-8"))
        if known["state"] == before:
            return str(known["digest"])
    found, now = _read(path), time.time_ns()
    if _state(path) == before and max(before["changed"], before["touched"]) < now - SETTLED:
        known = json.dumps({"state": before, "digest": found})
        disk_cache.write_whole(note, lambda beside: beside.write_text(known, encoding="utf-8"))
    return found


def _state(path: Path) -> dict[str, int]:
    seen = path.stat()
    return {"size": seen.st_size, "changed": seen.st_mtime_ns, "touched": seen.st_ctime_ns, "inode": seen.st_ino}


def _read(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
