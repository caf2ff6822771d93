"""Runs side by side: each in a fresh process, forked from a server that has the imports loaded.

A run that fails, takes too long or too much memory, or is killed, ends alone: its folder stays as it was, and the others
go on. When the process that started them dies, however it dies, they end too.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

from analysis.briefing.forking import server
from analysis.briefing.manifest import Inputs
from analysis.briefing.parameters import SourcesParameters
from analysis.errors import WorkbookError
from analysis.messages import said

_LOOK = 0.05  # seconds between two looks at the memory of the runs: short ones take a fifth of a second


@dataclass(frozen=True)
class Job:
    """One paper to write, with all that it is made from."""

    name: str
    parameters: SourcesParameters
    inputs: Inputs
    folder: Path


@dataclass(frozen=True)
class Caps:
    """What one run may take at the most."""

    seconds: float = 600
    megabytes: float = 1024


@dataclass(frozen=True)
class _Running:
    job: Job
    process: Any
    ear: Connection
    until: float


def work(jobs: Iterable[Job], *, workers: int, caps: Caps) -> Iterator[tuple[Job, str]]:
    """Write papers, some at a time.

    Yields
    ------
    Each job when it has ended, and why it failed; empty where its paper is written.
    """
    context = server()
    waiting, running = deque(jobs), list[_Running]()
    with _drawing(context) as address:
        try:
            while waiting or running:
                while waiting and len(running) < workers:
                    job = taken(waiting, [one.job for one in running])
                    is_beside_others = workers > 1 and bool(waiting)  # the last has a processor to itself before long
                    running.append(_started(context, job, caps, address, at_once=1 if is_beside_others else 2))
                wait([one.process.sentinel for one in running], timeout=_LOOK)
                ended = [(one, cause) for one in running if (cause := _ended(one, caps)) is not None]
                running = [one for one in running if one not in [other for other, _ in ended]]
                yield from ((one.job, cause) for one, cause in ended)
        finally:
            for one in running:
                _kill(one)


def taken(waiting: deque[Job], running: Sequence[Job]) -> Job:
    """The next job: not one that differs from one at work in its language alone, while there is another.

    What such papers have in common is then computed by the first and found by the second.
    """
    at_work = [_but_language(job) for job in running]
    place = next((place for place, job in enumerate(waiting) if _but_language(job) not in at_work), 0)
    job = waiting[place]
    del waiting[place]
    return job


def _but_language(job: Job) -> tuple[object, ...]:
    return job.inputs.made_of["notebook"], job.parameters.model_copy(update={"language": ""})


@contextmanager
def _drawing(context: Any) -> Iterator[str]:
    """A process that draws the charts of all runs: Vega starts once; its address, empty where there can be none."""
    with TemporaryDirectory(prefix="draw-") as folder:
        address = f"{folder}/line"
        if len(os.fsencode(address)) > _LONGEST or sys.platform == "win32":
            yield ""
            return
        process = context.Process(target=_draw, args=(address,), name="charts", daemon=True)
        with _nothing_to_import_again():
            process.start()
        try:
            yield address
        finally:
            process.kill()
            process.join()


_LONGEST = 100  # bytes of a local address


def _draw(address: str) -> None:
    os.setsid()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    from analysis.views.render import serve

    serve(address)


def _started(context: Any, job: Job, caps: Caps, address: str, *, at_once: int) -> _Running:
    ear, mouth = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(mouth, job, address, at_once), name=job.name)
    with _nothing_to_import_again():
        process.start()
    mouth.close()
    return _Running(job, process, ear, time.monotonic() + caps.seconds)


@contextmanager
def _nothing_to_import_again() -> Iterator[None]:
    """Children of multiprocessing import the program's main module again; none of ours has anything in there to find."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _child(mouth: Connection, job: Job, address: str, at_once: int) -> None:
    os.setsid()  # what the run starts ends with it
    gc.disable()  # a run is short, and its memory is capped
    threading.Thread(target=_end_with_parent, daemon=True).start()
    from analysis.briefing.runner import run
    from analysis.views.render import ADDRESS

    os.environ[ADDRESS] = address
    made_of = job.inputs.made_of
    try:
        run(
            job.parameters,
            notebook=made_of["notebook"],
            formats=made_of["formats"],
            folder=job.folder,
            inputs=job.inputs,
            at_once=at_once,  # runs side by side leave no processor idle
        )
        mouth.send("")
    except WorkbookError as error:
        mouth.send(error.message)
    except Exception as error:
        mouth.send(f"{type(error).__name__}: {error}")


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.killpg(0, signal.SIGKILL)


def _ended(one: _Running, caps: Caps) -> str | None:
    """Why a run failed, empty where it is written; nothing while it runs within its caps."""
    if not one.process.is_alive():
        sent: str | None = None
        with suppress(EOFError, OSError):
            sent = one.ear.recv() if one.ear.poll() else None
        code = one.process.exitcode
        _kill(one)
        if sent is None:
            if code and code < 0:
                return said("the run was killed by signal {signal}", signal=-code)
            return said("the run ended with code {code}", code=code)
        return sent
    if time.monotonic() > one.until:
        _kill(one)
        return said("took longer than {seconds:g} seconds; allow more with --seconds", seconds=caps.seconds)
    if _megabytes(one.process.pid) > caps.megabytes:
        _kill(one)
        return said("took more than {megabytes:g} MB of memory; allow more with --megabytes", megabytes=caps.megabytes)
    return None


def _kill(one: _Running) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(one.process.pid, signal.SIGKILL)
    with suppress(ProcessLookupError):
        one.process.kill()
    one.process.join()
    one.ear.close()


def _megabytes(process: int) -> float:
    """The memory a process and what it has started have in use; nothing is known of it where the system has no /proc."""
    pages = 0
    with suppress(OSError, IndexError):
        pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20 + sum(_megabytes(child) for child in _started_by(process))


def _started_by(process: int) -> list[int]:
    found: list[int] = []
    with suppress(OSError):
        for listed in Path(f"/proc/{process}/task").glob("*/children"):
            with suppress(OSError):  # a thread that has ended
                found += map(int, listed.read_text(encoding="ascii").split())
    return found
