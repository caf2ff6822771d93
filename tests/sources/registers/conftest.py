"""The same small register in every form, and a study that reads it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pandas as pd
import pytest

from analysis.sources.synthetic import register_of
from analysis.study import Study
from tests.sources.registers.servers import PASSWORD, Server, postgresql, programs


@pytest.fixture(scope="session")
def register(suzhou: Study) -> pd.DataFrame:
    """Every fiftieth enterprise of the synthetic register, its joint organisations made independent ones."""
    some = register_of(suzhou).iloc[::50].reset_index(drop=True)
    texts = some.astype({"district": "str", "category": "str", "organisation": "str"})
    joint = texts["organisation"] == "joint"
    return texts.assign(
        enterprise=range(1, len(some) + 1),
        organisation=texts["organisation"].mask(joint, "independent"),
        joint_lead=0,
    )


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server."""
    if programs() is None:
        pytest.skip("no PostgreSQL on this machine (Debian: apt-get install postgresql)")
    os.environ["REGISTER_PASSWORD"] = PASSWORD
    with postgresql() as found:
        yield found
