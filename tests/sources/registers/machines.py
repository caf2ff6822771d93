"""A Dask cluster as other machines would be: a scheduler and two workers, each a process with a folder of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def machines(place: Path) -> Iterator[str]:
    """The address of a scheduler with two workers that work in `place`; all end with it."""
    note = place / "scheduler.json"
    quiet = {"cwd": place, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    begun = [
        subprocess.Popen(
            _dask("scheduler", "--host=127.0.0.1", "--port=0", "--no-dashboard", f"--scheduler-file={note}"), **quiet
        )
    ]
    try:
        address = _address(note)
        begun += [
            subprocess.Popen(
                _dask("worker", address, "--nthreads=1", "--no-dashboard", f"--local-directory={place / name}"), **quiet
            )
            for name in ("first", "second")
        ]
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
