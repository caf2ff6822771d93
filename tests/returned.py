"""Studies that count from returns: the study that ships, with returns filled from its synthetic register."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from analysis.briefing.returns_book import write_filled
from analysis.coverage.returned import counts_from
from analysis.coverage.sources import cells_of
from analysis.quantities import Language
from analysis.study import Study, open_study


def returned_study(study: Study, folder: Path, *, language: Language = "zh", settings: str = "") -> Study:
    """A copy of a study in a folder that counts from returns, each filled from the study's cells.

    Parameters
    ----------
    settings
        Lines of TOML for the table `[returns]`, in place of the study's own.
    """
    shutil.copytree(study.folder, folder, ignore=shutil.ignore_patterns("returns"))
    file = folder / "study.toml"
    text = re.sub(r'^input = "\w+"', 'input = "returns"', file.read_text(encoding="utf-8"), flags=re.M)
    if settings:
        text = (
            re.sub(r"^\[returns\]\n.*?(?=^\[\[?(?!\[?returns)|\Z)", "", text, flags=re.M | re.S)
            + f"\n[returns]\n{settings}\n"
        )
    file.write_text(text, encoding="utf-8")
    copy = open_study(folder)
    cells = cells_of(study)
    assert cells is not None
    write_filled(copy, folder / "returns", counts_from(cells, copy), status=cells.status, language=language)
    return open_study(folder)
