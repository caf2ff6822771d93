"""A run's folder: it appears whole or not at all, and replaces nothing but an earlier run as that was written.

A run is written in a hidden folder beside its place and takes the place by being renamed. The hidden folder is locked
as long as its process lives, so that a later run can tell what a killed one left behind, and clears it away.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

from analysis.briefing.manifest import digest, outputs_of
from analysis.errors import OutputError, reason_of
from analysis.messages import said

_UNFINISHED = ".unfinished"
_ATTEMPTS = 5  # at taking a place that others take at the same moment
_LEAVINGS = {".DS_Store", "Thumbs.db", ".ipynb_checkpoints"}  # of programs that looked at a run


def refuse_what_is_no_run(target: Path) -> None:
    """Refuse a target that holds anything but an earlier run as it was written.

    Raises
    ------
    OutputError
        With the first file that is not a run's, or was changed after it.
    """
    if not target.exists():
        return
    if not target.is_dir():
        raise OutputError(said("{target}: is a file; allowed: a new or empty folder, or an earlier run", target=target))
    outputs = outputs_of(target)
    own = {*outputs, "manifest.json"} if outputs else set()
    held = [path for path in sorted(target.iterdir()) if path.name not in _LEAVINGS]
    if foreign := [path.name for path in held if path.name not in own]:
        what = (
            "{target}: holds files that are not a run's, for example {foreign}; allowed: a new or empty folder, or an "
            "earlier run"
        )
        raise OutputError(said(what, target=target, foreign=foreign[0]))
    for path in held:
        if path.name in outputs and (not path.is_file() or digest(path) != outputs[path.name]):
            what = "{path}: was changed after the run that wrote it; move it away, or name another folder with --output"
            raise OutputError(said(what, path=path))


@contextmanager
def whole_folder(target: Path, *, refuse: Callable[[Path], None] = refuse_what_is_no_run) -> Iterator[Path]:
    """A folder to write into that takes the target's place when all went well, and is gone when it did not.

    Parameters
    ----------
    refuse
        Raises for a target that may not be replaced: asked before anything is written, and again at the end.

    Raises
    ------
    OutputError
        When the target cannot be written, or holds anything but an earlier run as it was written.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as place:
    ...     with whole_folder(Path(place, "run")) as work:
    ...         _ = (work / "a.txt").write_text("a")
    ...     [path.relative_to(place).as_posix() for path in Path(place).rglob("*")]
    ['run', 'run/a.txt']
    """
    try:
        target = target.resolve()
        refuse(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        clear_leavings(target)
        with hidden_beside(target) as hidden:
            work = hidden / "new"
            for made in (work, hidden / "earlier"):
                made.mkdir()
            yield work
            refuse(target)
            _take_place(work, target, earlier=hidden / "earlier")
    except (OSError, OutputError) as error:
        cause = error if isinstance(error, OSError) else error.__cause__
        if not isinstance(cause, OSError):
            raise
        raise OutputError(
            said("{target}: cannot be written: {reason}", target=target, reason=reason_of(cause))
        ) from error


def write_whole(path: Path, content: bytes | Callable[[IO[bytes]], object]) -> Path:
    """Write a file beside its place and rename it: whole or not at all, also for a reader at the same moment.

    Parameters
    ----------
    content
        The bytes, or what writes them.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        opened, beside = tempfile.mkstemp(prefix=f".{path.name}.", suffix=_UNFINISHED, dir=path.parent)
        try:
            with os.fdopen(opened, "wb") as file:
                file.write(content) if isinstance(content, bytes) else content(file)
            os.chmod(beside, 0o644)
            os.replace(beside, path)
        finally:
            Path(beside).unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(said("{path}: cannot be written: {reason}", path=path, reason=reason_of(error))) from error
    return path


@contextmanager
def hidden_beside(target: Path) -> Iterator[Path]:
    """A new hidden folder beside the target, locked while it is in use and gone afterwards."""
    with ExitStack() as stack:
        hidden = _claimed(target, stack)
        stack.callback(shutil.rmtree, hidden, ignore_errors=True)
        hidden.chmod(0o755)
        yield hidden


def _claimed(target: Path, stack: ExitStack) -> Path:
    """A new hidden folder, locked; another run may take it for a killed one's between its making and its locking."""
    while True:
        hidden = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=_UNFINISHED, dir=target.parent))
        with suppress(FileNotFoundError):
            stack.enter_context(_locked(hidden))
            if hidden.exists():
                return hidden


def _take_place(work: Path, target: Path, *, earlier: Path) -> None:
    """Put a finished folder in its place; whoever else does the same at the same moment wins or loses whole."""
    for attempt in range(_ATTEMPTS):
        try:
            if target.exists():
                os.rename(target, earlier / str(attempt))
            os.rename(work, target)
            return
        except OSError as error:
            taken = error.errno in (errno.ENOTEMPTY, errno.EEXIST) or not target.exists()
            if not taken or not work.exists() or attempt == _ATTEMPTS - 1:
                _put_back(earlier, target)
                raise
        except BaseException:
            _put_back(earlier, target)
            raise


def _put_back(earlier: Path, target: Path) -> None:
    """Give an earlier run its place again, where nothing has taken it."""
    for run in sorted(earlier.iterdir(), reverse=True):
        if not target.exists():
            os.rename(run, target)


def clear_leavings(target: Path) -> None:
    """Remove hidden folders of this target whose process is gone; put back an earlier run that was being replaced."""
    pattern = re.compile(rf"\.{re.escape(target.name)}\.\w{{8}}{re.escape(_UNFINISHED)}")
    for hidden in target.parent.iterdir():
        if not pattern.fullmatch(hidden.name):
            continue
        with suppress(OSError), _locked(hidden) as is_left_behind:
            if not is_left_behind:
                continue
            if (hidden / "earlier").exists():
                _put_back(hidden / "earlier", target)
            shutil.rmtree(hidden, ignore_errors=True)


@contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Whether a folder's lock is held in the block; the system lets go of it when the process ends, however it ends.

    It is not where another process holds it or the system has no such locks: then nothing is cleared away.
    """
    try:
        import fcntl
    except ImportError:
        yield False
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        held = True
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            held = False
        yield held
    finally:
        os.close(opened)
