"""A Dask cluster as other machines would be: a scheduler and two workers, each a process with a folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def machines(place: Path) -> Iterator[str]:
    """The address of a scheduler with two workers that work in `place`; all end with it."""
    note = place / "scheduler.json"
    quiet: dict[str, Any] = {"cwd": place, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    quiet["env"] = os.environ | {
        "DASK_DISTRIBUTED__WORKER__MULTIPROCESSING_METHOD": "forkserver"
    }  # imports once for both
    words = ("scheduler", "--host=127.0.0.1", "--port=0", "--no-dashboard", f"--scheduler-file={note}")
    begun = [subprocess.Popen(_dask(*words), **quiet)]
    try:
        address = _address(note)
        words = ("worker", address, "--nworkers=2", "--nthreads=1", "--no-dashboard", f"--local-directory={place}")
        begun.append(subprocess.Popen(_dask(*words), **quiet))
        yield address
    finally:
        for process in reversed(begun):
            process.terminate()
        for process in begun:
            process.wait(timeout=30)


def _dask(*words: str) -> list[str]:
    return [sys.executable, "-m", "dask", *words]


def _address(note: Path) -> str:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if note.is_file() and note.stat().st_size:
            return str(json.loads(note.read_text())["address"])
        time.sleep(0.05)
    raise TimeoutError("the scheduler did not start")
