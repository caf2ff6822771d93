"""Two hundred random sets of linked tables, protected and audited: `python -m tests.soak_disclosure`, or `make soak`."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from analysis.briefing.disclosing import counts_in, report
from analysis.briefing.screening import screen_of
from analysis.briefing.together import refuse_beside
from analysis.coverage.counting import Counter
from analysis.coverage.disclosure.counts import DisclosureError
from analysis.coverage.disclosure.protect import protect
from analysis.coverage.sources import cells_of
from analysis.study import open_study
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
        recovered = recoverable(tables, found.withheld, threshold=10)
        assert not recovered, f"set {seed}: {recovered}"
        assert not ((tables.totals > 0) & (tables.totals < 10) & ~found.withheld).any()
        needed += bool(found.withheld.any())
        withheld, counts = withheld + int(found.withheld.sum()), counts + len(tables.names)
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
    screen = screen_of(counter, 10).screen
    hidden = {*screen.withheld.addresses}
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


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
    batches(*(max(int(times) // 4, 1) for times in sys.argv[1:]))
