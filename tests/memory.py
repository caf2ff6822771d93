"""The memory of a command and all that it starts."""

from __future__ import annotations

import re
import subprocess
import time
from contextlib import suppress
from pathlib import Path


def peak_of(command: list[str]) -> float:
    """Run a command to its end; the most memory that its session held at a moment, in MB, shared pages counted once."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, sum(_megabytes(one) for one in family(process.pid)))
        time.sleep(0.1)
    assert process.returncode == 0
    return peak


def family(ancestor: int) -> set[int]:
    """A process and all below it."""
    parents = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(place.parent.name)] = int(place.read_text().rpartition(")")[2].split()[1])
    family = {ancestor}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    return family


def _megabytes(process: int) -> float:
    with suppress(OSError):
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
        return int(re.findall(r"^Pss:\s+(\d+)", text, flags=re.M)[0]) / 1024
    return 0.0
