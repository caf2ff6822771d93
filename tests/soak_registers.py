"""A register's counting killed at random moments: `python -m tests.soak_registers [times]`, a part of `make soak`.

Whatever the moment, nothing half-written is ever found, and the next run keeps the same bytes. Then workers of a local
cluster are killed while they count, and a CSV of 2 GB with one broken line at its end is looked through and counted.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from threading import Timer

import pandas as pd

from analysis.sources.synthetic import register_of
from analysis.study import ROOT, open_study
from tests.commands import WORKBOOK

COUNT = """
import sys
from pathlib import Path
from analysis.coverage.opening import cells_of_register
from analysis.study import open_study
print(len(cells_of_register(open_study(sys.argv[1]), cache=Path(sys.argv[2])).table))
"""


GIB = 2**30
LARGE = 45_000_000  # rows of a CSV of 2 GB
MOST = 4 * GIB  # bytes of memory that one counting may take


def main(times: int = 20, seed: int = 1) -> None:
    """Kill, and look at what is left."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_FOLDER")) as place:
        study = study_with(Path(place) / "study", copies=8)
        killed = stopped(study, Path(place), times=times, seed=seed)
        print(f"{killed} of {times} countings killed; the next run kept the same bytes every time", flush=True)
        bereft(study, times=max(times // 5, 1))
        print("workers killed while they counted: the same cells every time", flush=True)
        print(broken_at_the_end(Path(place), rows=LARGE), flush=True)


def bereft(folder: Path, *, times: int) -> None:
    """Count on two worker processes, of which one is killed at a random moment."""
    from analysis.coverage import clusters
    from analysis.coverage.opening import count, register_input

    study, moments = open_study(folder), random.Random(2)
    cells, _ = count(register_input(study), study)
    clusters.PART = 4 << 20
    with clusters.cluster("local") as client:
        for _ in range(times):
            victim = moments.choice(list(client.run(os.getpid).values()))
            timer = Timer(moments.uniform(0.05, 2), os.kill, (victim, signal.SIGKILL))
            timer.start()
            found, _ = clusters.counting(client)(register_input(study), study)
            timer.join()
            pd.testing.assert_frame_equal(found, cells)


def broken_at_the_end(place: Path, *, rows: int) -> str:
    """Look through, and count, a large CSV whose last line is cut off; what was said, and what it took."""
    from tests.sources.registers.bench import as_text, generated

    source, study = place / f"{rows}.parquet", place / "large"
    generated(source, rows)
    shutil.copytree(open_study("suzhou-2003").folder, study)
    settings = study / "study.toml"
    text = settings.read_text(encoding="utf-8").replace('input = "synthetic"', 'input = "register"', 1)
    settings.write_text(text + '\n[register]\npath = "large.csv"\n', encoding="utf-8")
    as_text(source, study / "large.csv")
    source.unlink()
    with (study / "large.csv").open("a", encoding="utf-8") as stream:
        stream.write(f"{rows + 1},320583,private,5\n")
    size = (study / "large.csv").stat().st_size
    said = [f"a CSV of {size / 1e9:.1f} GB with a broken line at its end"]
    for words in (["check", str(study), "--faults", str(place / "faults.csv")], ["count", str(study)]):
        start = time.monotonic()
        with subprocess.Popen([WORKBOOK, *words], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            told = process.stdout.read()
            _, _, used = os.wait4(process.pid, 0)
        assert f"{rows + 2:,} rows in the file = 1 header + {rows:,} kept + 1 rejected" in told, told
        assert words[0] == "count" or f"row {rows + 2:,}: has 4 cells where the header has 11" in told, told
        assert used.ru_maxrss * 1024 < MOST, used.ru_maxrss
        said.append(f"{words[0]}: {time.monotonic() - start:.0f} s, {used.ru_maxrss * 1024 / GIB:.2f} GiB at most")
    shutil.rmtree(study)
    return "; ".join(said)


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
