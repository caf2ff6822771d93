"""What other houses take for the same rules: run in an environment of their own, and held against ours."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from analysis.coverage.cells import Cells
from analysis.scenarios.scenario import Scenario
from analysis.scenarios.simulation import path, simulate
from analysis.scenarios.start import state_of
from analysis.study import ROOT, Study
from tests.scenarios.one_by_one import ROWS, City

PYTHON = ROOT / ".venv-peers" / "bin" / "python"
PEERS = Path(__file__).parent / "peers"
NAMES = ("enterprises", "members", "covered", "organisations", "five_good_organisations")


@dataclass(frozen=True)
class Peer:
    """What a peer found and how long it took: for each draw, or for the whole path."""

    version: str
    seconds: float
    found: Any


def asked(file: str, task: Path, times: int, years: int) -> Peer:
    """Run a peer on a task."""
    command = [str(PYTHON), str(PEERS / file), str(task), str(times), str(years)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{file} failed: {done.stderr[-2000:]}")
    plain = json.loads(done.stdout.splitlines()[-1])
    return Peer(plain["version"], plain["seconds"], np.array(plain["found"]))


def written(cells: Cells, study: Study, scenario: Scenario, file: Path) -> Path:
    """A task for the peers: the same start as cells and as a register, and the rates at their values."""
    state, register = state_of(cells, study), City(cells, study).today
    columns = {name: getattr(register, name) for name in ROWS if name != "staff"}
    shared = [float(one.sum()) for one in (state.joint, state.joint_good, state.joint_places, state.instructed)]
    rates = {name: float(row[0]) for name, row in scenario.values().items()}
    np.savez(
        file,
        counts=state.counts[0, ..., 0],
        pools=state.pools[:, 0, ..., 0],
        mix=state.mix,
        staff=state.staff_without,
        edge_shape=state.edge_shape,
        shared=np.array(shared),
        rates=json.dumps(rates),
        categories=json.dumps(state.categories),
        **columns,
    )
    return file


def agreement(study: Study, cells: Cells, scenario: Scenario, task: Path, *, draws: int, years: int) -> list[str]:
    """Mesa's mean against ours on a smaller place, in standard errors; and OpenFisca's path against our mean field.

    Raises
    ------
    AssertionError
        Where a peer does not come to what we come to: then its time says nothing.
    """
    state = state_of(cells, study)
    fixed = scenario.assuming(**{name: row.value for name, row in scenario.dynamics.items()})
    written(cells, study, scenario, task)
    mesa = asked("by_mesa.py", task, draws, years).found
    ours = simulate(state, fixed, years=years, draws=1024, seed=5, split=False)
    expected = path(state, fixed, years)
    openfisca = asked("by_openfisca.py", task, 1, years).found
    lines = []
    for position, name in enumerate(NAMES):
        theirs, mine = mesa[:, position], ours.of(name)[-1]
        error = np.sqrt(theirs.var(ddof=1) / draws + mine.var() / ours.draws)
        off = abs(theirs.mean() - mine.mean())
        exact = float(expected.of(name)[-1, 0])
        apart = abs(openfisca[position] / exact - 1)
        lines.append(
            f"  {name}: Mesa's mean {off / error:.1f} standard errors from ours; OpenFisca's {apart:.0e} of our mean field"
        )
        assert off < 4 * error + 2e-3 * mine.mean(), lines[-1]
        assert apart < 1e-3, lines[-1]
    return lines
