"""The server that runs are forked from: it imports once, while the caller still finds out what there is to write."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext

_MEGABYTE = 2**20
# How glibc's malloc is told, before a program starts, to take memory in large pieces and to keep what is freed: a run is
# short and its memory capped, and to give back the room of every array and picture, and take it again, costs it a
# twentieth of its time. Other systems do not know these names.
_KEEPING = {
    "MALLOC_TOP_PAD_": 64 * _MEGABYTE,
    "MALLOC_TRIM_THRESHOLD_": 512 * _MEGABYTE,
    "MALLOC_MMAP_THRESHOLD_": 32 * _MEGABYTE,  # the most that it takes
}


def server() -> ForkServerContext:
    """How runs are started: each a process forked from a server that has the imports loaded.

    The server is started where there is none, without waiting for it; it ends with this process.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["analysis.briefing.preload"])
    with _keeping_memory():
        forkserver.ensure_running()
    return context


@contextmanager
def _keeping_memory() -> Iterator[None]:
    """What is started here keeps the memory that it frees, unless the caller's environment says otherwise."""
    given = {name: str(size) for name, size in _KEEPING.items() if name not in os.environ}
    os.environ.update(given)
    try:
        yield
    finally:
        for name in given:
            del os.environ[name]
