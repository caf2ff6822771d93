"""Districts' returns for the tests of what they hold."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from analysis.study import Study
from tests.returned import returned_study
from tests.sources.changes import DEFINED, KUNSHAN


@pytest.fixture(scope="session")
def returned(suzhou: Study, tmp_path_factory: pytest.TempPathFactory) -> Study:
    """A study with a return from each district, one word of which is defined. Not to be changed."""
    return returned_study(suzhou, tmp_path_factory.mktemp("returns") / "study", settings=DEFINED)


@pytest.fixture(scope="session")
def bare_return(returned: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A return without the sheets that are not read, and slow to load and to write."""
    book = openpyxl.load_workbook(returned.folder / "returns" / KUNSHAN)
    for name in ("示例", "填报说明"):
        del book[name]
    path = tmp_path_factory.mktemp("bare") / KUNSHAN
    book.save(path)
    return path
