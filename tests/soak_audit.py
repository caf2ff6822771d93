"""Audit random places: of those whose figures are true none may be alleged, of those with one moved figure many are found.

`python -m tests.soak_audit [STUDIES]`
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np

from analysis.sources.audit.bounds import bounds
from tests.sources.random_studies import alleged, moved, place, published, true_value, write_study


def main(count: int) -> int:
    """Print how many studies were alleged, missed and bounded; 1 where something true was alleged or left outside."""
    alarms = outside = bounded = found = 0
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(count):
            rng = np.random.default_rng(seed)
            drawn = place(rng)
            lines = published(rng, drawn.truth, gaps=rng.choice([0, 0.2, 0.5]), vague=rng.choice([0, 0.3, 0.8]))
            study = write_study(Path(folder) / f"true-{seed}", lines)
            alarms += alleged(study)
            for bound in bounds(study):
                value = true_value(drawn, bound.name)
                bounded += value is not None
                outside += value is not None and not bound.interval.low.value <= value <= bound.interval.high.value
        for seed in range(count // 3):
            rng = np.random.default_rng([seed, 1])
            whole = published(rng, place(rng).truth, gaps=0.0, vague=0.0)
            found += alleged(write_study(Path(folder) / f"moved-{seed}", moved(rng, whole)))
    print(f"{count} true studies: {alarms} false alarms; {outside} of {bounded} true numbers outside their bounds")
    print(f"{count // 3} studies with one figure moved by a tenth to a half: {found} found")
    return int(bool(alarms or outside))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 300))
