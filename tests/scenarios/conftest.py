"""The shipped study's state, and small random ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from analysis.coverage.cells import Cells
from analysis.coverage.sources import cells_of
from analysis.scenarios.scenario import Scenario, open_scenario
from analysis.scenarios.start import state_of
from analysis.scenarios.state import FIVE_GOOD, INDEPENDENT, JOINT, TOP, State
from analysis.study import Study

collect_ignore = ["peers"]  # they run in an environment of their own


@pytest.fixture(scope="session")
def cells(suzhou: Study) -> Cells:
    """The cells of the study that ships."""
    found = cells_of(suzhou)
    assert found is not None
    return found


@pytest.fixture(scope="session")
def state(suzhou: Study, cells: Cells) -> State:
    """Its state, districts added up."""
    return state_of(cells, suzhou)


@pytest.fixture(scope="session")
def by_district(suzhou: Study, cells: Cells) -> State:
    """Its state by district."""
    return state_of(cells, suzhou, pooled=False)


@pytest.fixture(scope="session")
def baseline(suzhou: Study) -> Scenario:
    """Its baseline."""
    return open_scenario(suzhou, "baseline")


@pytest.fixture(scope="session")
def small(state: State) -> Callable[[int], State]:
    """A function that draws a small state of whole numbers from a seed."""

    def drawn(seed: int) -> State:
        rng = np.random.default_rng(seed)
        counts = rng.poisson(rng.gamma(0.3, 20, size=state.counts.shape)).astype(float)
        counts[:, :, :, :TOP, INDEPENDENT] *= rng.random(counts[:, :, :, :TOP, INDEPENDENT].shape) < 0.1
        counts[:, :, :, :TOP, FIVE_GOOD] = 0
        top = counts[:, :, :, TOP]
        pools = np.stack([rng.poisson(4 * top), rng.poisson(top / 3)]) * (top > 0)
        under_joint = counts[:, :, :, :, JOINT].sum(axis=(1, 2, 3, 4))
        joint = np.floor(under_joint / 8)
        return replace(
            state,
            counts=counts,
            pools=pools.astype(float),
            joint=joint,
            joint_good=np.floor(joint / 5),
            joint_places=under_joint,
            instructed=np.array([counts[:, :, :, :, :, 1].sum()]),
        )

    return drawn
