"""Fixtures that several tests share."""

from __future__ import annotations

import pytest
from hypothesis import settings

from analysis.study import Study, open_study

settings.register_profile("unhurried", deadline=None)  # a busy machine is no failure
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def suzhou() -> Study:
    """The study that ships."""
    return open_study("suzhou-2003")


@pytest.fixture(scope="session")
def national() -> Study:
    """The published national series."""
    return open_study("national")
