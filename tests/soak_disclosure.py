"""Two hundred random sets of linked tables, protected and audited: `python -m tests.soak_disclosure`, or `make soak`."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from analysis import open_study as front
from analysis.briefing.disclosure_control import counts_in
from analysis.briefing.executed import read_executed, sections_in
from analysis.briefing.joint_disclosure_audit import refuse_beside, report
from analysis.briefing.manifest import read_ledger
from analysis.briefing.parameters import checked
from analysis.briefing.runner import run, settled
from analysis.briefing.suppression_plan import screen_of, stops_of
from analysis.coverage.answers import State, answer
from analysis.coverage.counting import Counter
from analysis.coverage.disclosure.counts import DisclosureError, protect
from analysis.coverage.lookup import board_of
from analysis.coverage.sources import cells_of
from analysis.quantities import Label, Quantity, Status
from analysis.study import ROOT, open_study
from tests.commands import command
from tests.counted import REGISTER, counted_study
from tests.coverage.attacker import Release, worked_out
from tests.coverage.linked import linked, recoverable
from tests.papers import open_paper


def main(times: int = 200) -> None:
    """Protect each, and ask for every withheld count alone what it can be at the least and at the most."""
    start, needed, withheld, counts = time.monotonic(), 0, 0, 0
    for seed in range(times):
        tables = linked(seed)
        found = protect(tables)
        recovered = recoverable(tables, found, threshold=10)
        assert not recovered, f"set {seed}: {recovered}"
        assert not ((tables.totals > 0) & (tables.totals < 10) & ~found).any()
        needed += bool(found.any())
        withheld, counts = withheld + int(found.sum()), counts + len(tables.names)
    seconds = time.monotonic() - start
    print(f"{times} sets, {needed} with something to withhold: {withheld} of {counts} counts withheld")
    print(f"none recoverable; {seconds:.0f} s")


ENTERPRISE = "99999,{district},foreign,70,5,3,independent,0,1,1,0\n"  # of whom nobody may learn from a second release
USUAL = tuple((place, kind) for place in range(-1, 2) for kind in ("all", "private", "foreign"))[:8]


def batches(times: int = 50) -> None:
    """Write ten papers of random registers, two releases each, and have whoever holds all of them attack them."""
    start, withheld, refused = time.monotonic(), 0, 0
    for seed in range(times):
        with TemporaryDirectory() as place:
            folder = counted_study(Path(place) / "study", enterprises=2000, districts=2 + seed % 3, seed=seed)
            first, then, more = _released(folder, Path(place) / "first")
            refused += more
            with (folder / REGISTER).open("a", encoding="utf-8") as register:
                register.write(ENTERPRISE.format(district=open_study(folder).districts[seed % 2].id))
            (printed, hidden), now, more = _released(folder, Path(place) / "second", beside=Path(place) / "first")
            refused += more
        assert not _changed_by_few(first[0], printed)
        recovered = worked_out(now, printed, hidden, threshold=10, before=first, then=then)
        assert not recovered, f"register {seed}: {recovered}"
        withheld += len(hidden)
        print(f"register {seed}: {len(hidden)} of {len(hidden) + len(printed)} withheld", flush=True)
    print(f"{times} registers, two releases of ten papers each: {withheld} counts withheld, {refused} papers refused")
    print(f"none recoverable; {time.monotonic() - start:.0f} s")


def _changed_by_few(before: Mapping[str, int], after: Mapping[str, int]) -> list[str]:
    return [address for address in before.keys() & after.keys() if 0 < abs(before[address] - after[address]) < 10]


def _released(folder: Path, runs: Path, *, beside: Path | None = None) -> tuple[Release, pd.DataFrame, int]:
    """What papers of a study print and withhold, all of them at its usual thresholds and some at others; how many are refused.

    The counts are those of `workbook count`, and of the ledgers of ten papers that it lets be written.
    """
    assert command("count", folder).returncode == 0
    study = open_study(folder)
    counter = Counter(study, cells_of(study))
    assert counter.cells is not None
    screen = screen_of(counter, 10)
    hidden = {*screen.withheld}
    printed = {address: int(counter.value(address)) for address in screen.addresses - hidden}
    asked = [(study.districts[place].id if place >= 0 else "all", kind, 50) for place, kind in USUAL]
    refused = 0
    for number, (district, kind, staff) in enumerate([*asked, ("all", "all", 60), ("all", "all", 61)]):
        given = {
            "study": str(folder),
            "language": "en",
            "district": district,
            "category": kind,
            "staff_threshold": staff,
        }
        finished = [path.parent for one in (runs, beside) if one is not None for path in one.glob("*/manifest.json")]
        try:
            paper = open_paper("2_coverage", **given)
            parameters = paper.context.parameters
            told = report(parameters, paper.ledger)
            refuse_beside(parameters, paper.ledger, finished)
        except DisclosureError:
            refused += 1
            continue
        run = runs / str(number)
        run.mkdir(parents=True)
        manifest = {
            "notebook": "2_coverage",
            "parameters": given,
            "outputs": {},
            "disclosure": told,
        }
        (run / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        (run / "ledger.json").write_text(json.dumps(paper.ledger.to_json()), encoding="utf-8")
        for leaf in counts_in(paper.ledger.claims):
            if leaf.withheld:
                hidden.add(leaf.address)
            else:
                printed[leaf.address] = int(leaf.value)
    assert not hidden & printed.keys()
    return (printed, hidden), counter.cells.table, refused


GRID = """
[[papers]]
notebook = "2_coverage"
study = "{study}"
language = "en"
district = ["all", "{district}"]
formats = ["html"]
"""


def doors(times: int = 3) -> None:
    """Take all that leaves a register by any door, and attack it as one.

    Papers of a batch, the conference's, a notebook of plain papermill printed by `workbook documents`, frames that a notebook
    hands out, and every state of the explorer at its stops.
    """
    start, counts = time.monotonic(), 0
    for seed in range(times):
        with TemporaryDirectory() as place:
            folder = counted_study(Path(place) / "study", enterprises=1500, districts=2, seed=seed)
            study = open_study(folder)
            told = {name: [*door(folder, Path(place))] for name, door in DOORS.items()}
            cells = cells_of(study)
        assert cells is not None
        printed = {leaf.address: int(leaf.value) for found in told.values() for leaf in found if not leaf.withheld}
        hidden = {leaf.address for found in told.values() for leaf in found if leaf.withheld} - printed.keys()
        opened = [
            leaf.address for found in told.values() for leaf in found if leaf.withheld and leaf.address in printed
        ]
        assert not opened, f"register {seed}: withheld by one door and printed by another: {opened}"
        assert all(any(not leaf.withheld for leaf in found) for found in told.values())
        recovered = worked_out(cells.table, printed, hidden, threshold=10)
        assert not recovered, f"register {seed}: {recovered}"
        counts += len(printed) + len(hidden)
        print(f"register {seed}: { ({name: len(found) for name, found in told.items()}) }", flush=True)
    print(
        f"{times} registers through {len(DOORS)} doors: {counts} counts, none recoverable; {time.monotonic() - start:.0f} s"
    )


def _by_batch(folder: Path, place: Path) -> Iterator[Quantity]:
    grid = place / "grid.toml"
    grid.write_text(GRID.format(study=folder, district=open_study(folder).districts[0].id), encoding="utf-8")
    done = command("batch", grid, "--output", place / "batch")
    assert done.returncode == 0, done.stdout
    for ledger in place.glob("batch/*/ledger.json"):
        yield from counts_in(read_ledger(ledger.parent).claims)


def _by_conference(folder: Path, place: Path) -> Iterator[Quantity]:
    run(
        checked("6_conference", {"study": str(folder), "language": "en"}),
        notebook="6_conference",
        folder=place / "six",
        formats=("html",),
    )
    yield from counts_in(read_ledger(place / "six").claims)


def _by_documents(folder: Path, place: Path) -> Iterator[Quantity]:
    executed = place / "plain.ipynb"
    words = ["papermill", "notebooks/2_coverage.ipynb", executed, "-p", "study", folder, "-p", "language", "en"]
    subprocess.run(
        [Path(sys.executable).parent / words[0], *map(str, words[1:])], cwd=ROOT, check=True, capture_output=True
    )
    assert command("documents", executed, "--to", "html", "--output", place / "printed").returncode == 0
    for section in sections_in(settled(read_executed(executed), name="plain")):
        yield from counts_in(section.claims())


def _by_frames(folder: Path, place: Path) -> Iterator[Quantity]:
    del place
    study = front(folder, language="en")
    for found in (
        study.coverage(by="district"),
        study.coverage(by="category"),
        study.ladder(),
        study.cascade(),
        study.targets(),
    ):
        for value in found.quantities.to_numpy().ravel():
            if isinstance(value, Quantity):
                yield from (leaf for leaf in value.leaves() if leaf.address.startswith("cells:"))


def _by_explorer(folder: Path, place: Path) -> Iterator[Quantity]:
    del place
    study = open_study(folder)
    cells = cells_of(study)
    assert cells is not None
    counter = Counter(study, cells)
    screen = screen_of(counter, 10)
    board = replace(board_of(study, cells), printed=screen.prints)
    places, kinds = ([(), *((row.id,) for row in rows)] for rows in (study.districts, study.settings.categories))
    for district, kind, base, staff in product(
        places, kinds, ("", "private_foreign"), stops_of(counter)["staff_threshold"]
    ):
        found = answer(board, State(district, kind, base, staff))
        chosen = found.state.based(study)
        for column, having in (("part", {"organisation": "any"}), ("whole", {})):
            value, hidden = (int(getattr(found.selected, name)[0]) for name in (column, f"{column}_hidden"))
            address = chosen.but(**having).address("enterprises")
            # what papers do not count is not shown either; to find out such a number is no harm where it is not small
            if found.selected.whole[0] and (address in screen.addresses or 0 < value < 10):
                one = Quantity(value, "enterprises", Status.COUNTED, Label("", ""), address=address)
                yield one.hidden() if hidden else one


DOORS = {
    "batch": _by_batch,
    "conference": _by_conference,
    "documents": _by_documents,
    "frames": _by_frames,
    "explorer": _by_explorer,
}


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
    batches(*(max(int(times) // 4, 1) for times in sys.argv[1:]))
    doors()
