"""A folder that the browser's servers may show, with the notebook in it; gone afterwards."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.study import ROOT
from tests.browser.lab import CHROMIUM, MISSING

REPORTS = ROOT / "reports" / "suzhou-2003"
PLACE = ROOT / "reports" / "browser-test"


@pytest.fixture(autouse=True)
def _needs_chromium() -> None:
    if CHROMIUM is None:
        pytest.skip(MISSING)


@pytest.fixture
def notebook() -> Iterator[str]:
    """Notebook 2 inside the project, so that links to reports work, and apart from the one that is edited."""
    PLACE.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "notebooks" / "2_coverage.ipynb", PLACE / "2_coverage.ipynb")
    before = {path.name for path in REPORTS.iterdir()} if REPORTS.is_dir() else set()
    yield (PLACE / "2_coverage.ipynb").relative_to(ROOT).as_posix()
    shutil.rmtree(PLACE, ignore_errors=True)
    for path in (REPORTS / "frozen").glob("browser-test*"):
        path.unlink()
    for path in REPORTS.iterdir() if REPORTS.is_dir() else ():
        if path.name not in before and path.name != "frozen":
            shutil.rmtree(path)  # what the test has printed


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where a server keeps its settings and runtime files."""
    return tmp_path
