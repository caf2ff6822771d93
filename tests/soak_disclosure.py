"""Two hundred random sets of linked tables, protected and audited: `python -m tests.soak_disclosure`, or `make soak`."""

from __future__ import annotations

import sys
import time

from analysis.coverage.disclosure import protect
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


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
