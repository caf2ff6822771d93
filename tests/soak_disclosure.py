"""Two hundred random sets of linked tables, protected and audited: `python -m tests.soak_disclosure`, or `make soak`."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from analysis.briefing.screening import screen_of
from analysis.coverage.counting import Counter
from analysis.coverage.disclosure.protect import protect
from analysis.coverage.sources import cells_of
from analysis.study import open_study
from tests.counted import counted_study
from tests.coverage.attacker import worked_out
from tests.coverage.linked import linked, recoverable


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


def batches(times: int = 50) -> None:
    """Choose the screens of random registers, and have whoever holds all of their papers attack them."""
    start, withheld = time.monotonic(), 0
    for seed in range(times):
        with TemporaryDirectory() as folder:
            study = open_study(
                counted_study(Path(folder) / "study", enterprises=2000, districts=2 + seed % 3, seed=seed)
            )
            counter = Counter(study, cells_of(study))
            screen = screen_of(counter, 10).screen
        assert counter.cells is not None
        hidden = screen.withheld.addresses
        printed = {address: int(counter.value(address)) for address in screen.addresses - hidden}
        recovered = worked_out(counter.cells.table, printed, hidden, threshold=10)
        assert not recovered, f"register {seed}: {recovered}"
        withheld += len(hidden)
    print(f"{times} registers, {withheld} counts withheld in all their papers together")
    print(f"none recoverable; {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
    batches(*(max(int(times) // 4, 1) for times in sys.argv[1:]))
