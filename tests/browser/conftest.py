"""A folder that the browser's servers may show, with the notebook in it; gone afterwards."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.briefing.parameters import BriefingParameters, from_file
from analysis.briefing.run_store import default_folder
from analysis.study import ROOT
from tests.browser.lab import CHROMIUM, MISSING

REPORTS = ROOT / "reports"


@pytest.fixture(autouse=True)
def _needs_chromium() -> None:
    if CHROMIUM is None:
        pytest.skip(MISSING)


@pytest.fixture
def notebook() -> Iterator[str]:
    """Notebook 2 inside the project, so that links to reports work, in a folder of its own; gone with what is printed from it.

    What is frozen under the folder's name tells where a paper was printed: nothing else in `reports` is touched.
    """
    REPORTS.mkdir(exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix="browser-", dir=REPORTS))
    shutil.copy(ROOT / "notebooks" / "2_coverage.ipynb", place / "2_coverage.ipynb")
    before = set(REPORTS.glob("*/*"))
    yield (place / "2_coverage.ipynb").relative_to(ROOT).as_posix()
    shutil.rmtree(place, ignore_errors=True)
    for path in REPORTS.glob(f"*/frozen/{place.name}.toml"):
        printed = default_folder(BriefingParameters(**from_file(path)))
        path.unlink()
        if printed not in before:
            shutil.rmtree(printed, ignore_errors=True)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where a server keeps its settings and runtime files."""
    return tmp_path
