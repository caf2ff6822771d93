"""A second study: the one that ships, some years on, with other counts, drawn by the same assumptions."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from analysis.study import DATA

MORE = {
    "private": ("58199", "71000"),
    "foreign": ("5491", "7200"),
    "operating": ("252963", "267473"),
    "covered": ("10547", "13100"),
}


def second_period(folder: Path, changes: Mapping[str, tuple[str, str]] = MORE, *, year: int = 2005) -> Path:
    """A copy of the study that ships in `folder`, of another year and with some published figures changed."""
    study = Path(shutil.copytree(DATA / "suzhou-2003", folder))
    settings = (study / "study.toml").read_text(encoding="utf-8")
    settings = settings.replace('id = "suzhou-2003"', f'id = "suzhou-{year}"').replace(
        "period = 2003", f"period = {year}"
    )
    (study / "study.toml").write_text(settings, encoding="utf-8")
    lines = (study / "published.csv").read_text(encoding="utf-8").replace(",2003,", f",{year},").splitlines()
    for figure, (old, new) in changes.items():
        lines = [line.replace(f",{old},", f",{new},") if line.startswith(f"{figure},") else line for line in lines]
    (study / "published.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return study
