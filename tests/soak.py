"""A hundred runs, and a batch a hundred times, stopped at random moments: `make soak`. Takes some minutes.

Whatever the moment, the folder holds a whole run, the earlier or the new one, byte for byte; a run stopped with Ctrl-C
leaves nothing beside it, and what killed ones leave, the next clears away. A batch killed a hundred times and started once
more ends with the bytes of an undisturbed one, every paper about its own district.
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
from contextlib import suppress
from pathlib import Path

from analysis.briefing.executed import read_executed, sections_in
from analysis.briefing.folder import whole_folder
from analysis.briefing.manifest import read_ledger, read_manifest
from analysis.briefing.parameters import checked
from analysis.briefing.run_store import run_name
from analysis.briefing.runner import ledger_of
from analysis.briefing.verification import verify
from analysis.errors import OutputError
from analysis.study import ROOT, open_study
from analysis.views.blocks import Title
from tests.commands import WORKBOOK, contents, spoken, workbook
from tests.memory import family


def main(times: int = 100, seed: int = 1) -> None:
    """Stop runs until so many were, and look at what is left."""
    moments = random.Random(seed)
    with tempfile.TemporaryDirectory() as place:
        run = Path(place) / "run"
        for _ in range(2):  # the first computes what the others find
            start = time.monotonic()
            assert workbook("briefing", "--output", run).returncode == 0
            lasts = time.monotonic() - start
        whole = contents(run)
        ended, starts = {signal.SIGKILL: 0, signal.SIGINT: 0}, 0
        while sum(ended.values()) < times:
            starts += 1
            how = moments.choice((signal.SIGKILL, signal.SIGINT))
            ended[how] += stopped(run, how, after=moments.uniform(0.3, lasts * 1.1))
            assert contents(run) == whole
        clear(run)
        assert [path.name for path in run.parent.iterdir()] == ["run"]
    print(f"{ended[signal.SIGKILL]} killed and {ended[signal.SIGINT]} stopped of {starts}; every folder whole")


GRID = """
[[papers]]
district = ["all", "each"]
language = ["zh", "en"]
formats = ["docx", "pdf", "html", "xlsx"]
"""


def killed_batches(times: int = 100, seed: int = 1) -> None:
    """Kill a batch at random moments, papers taken away in between, until so many were killed; then start it once more.

    Every other time one of the processes it started is killed a moment before.
    """
    moments = random.Random(seed)
    with tempfile.TemporaryDirectory() as place:
        grid, whole, out = (Path(place, name) for name in ("grid.toml", "whole", "out"))
        grid.write_text(GRID, encoding="utf-8")
        start = time.monotonic()
        assert workbook("batch", grid, "--output", whole).returncode == 0
        lasts = time.monotonic() - start
        ended = {"batch": 0, "process": 0}
        starts = 0
        while ended["batch"] < times:
            starts += 1
            command = [str(WORKBOOK), "batch", str(grid), "--output", str(out)]
            process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(moments.uniform(0.5, lasts / 3))
            if starts % 2 == 0:
                ended["process"] += killed_below(process.pid, moments)
                time.sleep(moments.uniform(0, 1))
            process.kill()
            ended["batch"] += process.wait() != 0
            papers = sorted(out.glob("4_briefing_*"))
            for paper in papers:
                own = contents(paper)
                assert not own or own == contents(whole / paper.name), paper
            for paper in moments.sample(papers, k=len(papers) // 3):
                shutil.rmtree(paper)
        assert workbook("batch", grid, "--output", out).returncode == 0
        assert contents(out) == contents(whole)
        papers = sorted(out.glob("4_briefing_*"))
        for paper in papers:
            assert verify(paper).is_true, paper
            assert_about_its_own(paper)
    print(
        f"{ended['batch']} batches killed of {starts}, {ended['process']} of their processes before; {len(papers)} papers "
        "whole, each about its own district, and the same bytes as undisturbed"
    )


def killed_below(ancestor: int, moments: random.Random) -> bool:
    """Kill one of the processes that a process has started, and they; whether there was one."""
    below = sorted(family(ancestor) - {ancestor})
    with suppress(ProcessLookupError, IndexError):
        os.kill(moments.choice(below), signal.SIGKILL)
        return True
    return False


def assert_about_its_own(paper: Path) -> None:
    """Every number of its text, tables and figures' words stands in its ledger, and its title names its district alone."""
    manifest, sections = read_manifest(paper), sections_in(read_executed(paper / "notebook.ipynb"))
    parameters = manifest["parameters"]
    assert paper.name == f"4_briefing_{run_name(checked('4_briefing', parameters))}"
    assert ledger_of(sections).to_json() == read_ledger(paper).to_json()
    study, language = open_study(parameters["study"]), parameters["language"]
    titles = [block for section in sections for block in section.blocks if isinstance(block, Title)]
    said = " ".join(f"{title.title} {title.subtitle} {title.details}" for title in titles)
    for row in study.districts:
        assert (row.label.of(language) in said) == (row.id == parameters["district"]), (paper, row.label, said)
    counted = [one for section in sections for one in section.claims() if "districts=" in one.quantity.address]
    own = [one for one in counted if f"districts={parameters['district']}" in one.quantity.address]
    assert own or parameters["district"] == "all", paper


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
        assert spoken(said) == ["workbook: stopped; nothing is half written"], said
        assert {path.name for path in run.parent.iterdir()} <= before
    return process.returncode != 0


def clear(run: Path) -> None:
    """What the start of a next run does with what killed ones left."""
    with suppress(OutputError), whole_folder(run):
        raise InterruptedError


if __name__ == "__main__":
    if sys.argv[1:2] == ["batches"]:
        killed_batches(*map(int, sys.argv[2:]))
    else:
        main(*map(int, sys.argv[1:]))
        killed_batches(*map(int, sys.argv[1:]))
