"""A hundred runs, and a batch a hundred times, stopped at random moments: `make soak`. Takes some minutes.

Whatever the moment, the folder holds a whole run, the earlier or the new one, byte for byte; a run stopped with Ctrl-C
leaves nothing beside it, and what killed ones leave, the next clears away. A batch killed a hundred times and started once
more ends with the bytes of an undisturbed one, every paper about its own district.
"""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from analysis.briefing.folder import whole_folder
from analysis.briefing.verification import verify
from analysis.errors import OutputError
from analysis.study import ROOT
from tests.commands import WORKBOOK, contents, spoken, workbook


def main(times: int = 100, seed: int = 1) -> None:
    """Stop runs, and look at what is left."""
    moments = random.Random(seed)
    with tempfile.TemporaryDirectory() as place:
        run = Path(place) / "run"
        start = time.monotonic()
        assert workbook("briefing", "--output", run).returncode == 0
        lasts = time.monotonic() - start
        whole = contents(run)
        ended = {signal.SIGKILL: 0, signal.SIGINT: 0}
        for _ in range(times):
            how = moments.choice((signal.SIGKILL, signal.SIGINT))
            ended[how] += stopped(run, how, after=moments.uniform(0.3, lasts * 1.1))
            assert contents(run) == whole
        clear(run)
        assert [path.name for path in run.parent.iterdir()] == ["run"]
    print(f"{ended[signal.SIGKILL]} killed and {ended[signal.SIGINT]} stopped of {times}; every folder whole")


GRID = """
[[papers]]
district = ["all", "each"]
language = ["zh", "en"]
formats = ["docx", "html"]
"""


def killed_batches(times: int = 100, seed: int = 1) -> None:
    """Kill a batch at random moments, papers taken away in between; then start it once more."""
    moments = random.Random(seed)
    with tempfile.TemporaryDirectory() as place:
        grid, whole, out = (Path(place, name) for name in ("grid.toml", "whole", "out"))
        grid.write_text(GRID, encoding="utf-8")
        assert workbook("batch", grid, "--output", whole).returncode == 0
        ended = 0
        for _ in range(times):
            command = [str(WORKBOOK), "batch", str(grid), "--output", str(out)]
            process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(moments.uniform(0.5, 12))
            process.kill()
            ended += process.wait() != 0
            for paper in out.glob("4_briefing_*"):
                own = contents(paper)
                assert not own or own == contents(whole / paper.name), paper
            for paper in moments.sample(sorted(out.glob("4_briefing_*")), k=len(list(out.glob("4_briefing_*"))) // 3):
                shutil.rmtree(paper)
        assert workbook("batch", grid, "--output", out).returncode == 0
        assert contents(out) == contents(whole)
        for paper in out.glob("4_briefing_*"):
            assert verify(paper).is_true, paper
    print(f"{ended} batches killed of {times}; every paper whole, its own, and the same bytes")


def stopped(run: Path, how: signal.Signals, *, after: float) -> bool:
    """Stop a run after some seconds; whether it was still running."""
    before = {path.name for path in run.parent.iterdir()}
    command = [str(WORKBOOK), "briefing", "--output", str(run)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(after)
    process.send_signal(how)
    _, said = process.communicate(timeout=120)
    if how == signal.SIGINT and process.returncode:
        assert process.returncode == 130, said
        assert spoken(said) == ["workbook: stopped; nothing was written"], said
        assert {path.name for path in run.parent.iterdir()} <= before
    return process.returncode != 0


def clear(run: Path) -> None:
    """What the start of a next run does with what killed ones left."""
    with suppress(OutputError), whole_folder(run):
        raise InterruptedError


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
    killed_batches(*map(int, sys.argv[1:]))
