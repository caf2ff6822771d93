"""The server that runs are forked from: it imports once, while the caller still finds out what there is to write."""

from __future__ import annotations

import multiprocessing
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext


def server() -> ForkServerContext:
    """How runs are started: each a process forked from a server that has the imports loaded."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["analysis.briefing.preload"])
    return context


def make_ready() -> None:
    """Start the server without waiting for it; it ends with this process."""
    server()
    forkserver.ensure_running()
