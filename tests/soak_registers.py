"""A register's counting killed at random moments: `python -m tests.soak_registers [times]`, a part of `make soak`.

Whatever the moment, nothing half-written is ever found, and the next run keeps the same bytes.
"""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from analysis.sources.synthetic import register_of
from analysis.study import ROOT, open_study

COUNT = """
import sys
from pathlib import Path
from analysis.coverage.opening import cells_of_register
from analysis.study import open_study
print(len(cells_of_register(open_study(sys.argv[1]), cache=Path(sys.argv[2])).table))
"""


def main(times: int = 20, seed: int = 1) -> None:
    """Kill, and look at what is left."""
    with tempfile.TemporaryDirectory() as place:
        study = study_with(Path(place) / "study", copies=8)
        killed = stopped(study, Path(place), times=times, seed=seed)
    print(f"{killed} of {times} countings killed; the next run kept the same bytes every time")


def study_with(folder: Path, *, copies: int) -> Path:
    """A study whose register is the synthetic one some times over, as CSV."""
    study = open_study("suzhou-2003")
    shutil.copytree(study.folder, folder)
    settings = folder / "study.toml"
    text = settings.read_text(encoding="utf-8").replace('input = "synthetic"', 'input = "register"', 1)
    settings.write_text(text + '\n[register]\npath = "register/enterprises.csv"\n', encoding="utf-8")
    (folder / "register").mkdir()
    register = register_of(study)
    moved = [register.assign(enterprise=register["enterprise"] + number * len(register)) for number in range(copies)]
    pd.concat(moved).to_csv(folder / "register" / "enterprises.csv", index=False)
    return folder


def stopped(study: Path, place: Path, *, times: int, seed: int) -> int:
    """Kill countings at random moments, each followed by one that is left alone; how many were killed."""
    moments = random.Random(seed)
    cache = place / "whole"
    start = time.monotonic()
    assert _counting(study, cache).wait() == 0
    lasts = time.monotonic() - start
    (whole,) = cache.iterdir()
    killed = 0
    for number in range(times):
        cache = place / f"cache-{number}"
        process = _counting(study, cache)
        time.sleep(moments.uniform(0.1, lasts * 1.05))
        process.send_signal(signal.SIGKILL)
        killed += process.wait() != 0
        found = list(cache.glob("*.parquet"))
        assert all(path.read_bytes() == whole.read_bytes() for path in found)
        assert _counting(study, cache).wait() == 0
        assert (cache / whole.name).read_bytes() == whole.read_bytes()
        shutil.rmtree(cache)
    return killed


def _counting(study: Path, cache: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", COUNT, str(study), str(cache)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
