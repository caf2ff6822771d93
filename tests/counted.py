"""A study that counts a small register of its own and has targets, scenarios, departments and decisions."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.study import DATA

REGISTER = "register/enterprises.csv"


def counted_study(folder: Path, *, enterprises: int, districts: int = 3, seed: int = 1, settings: str = "") -> Path:
    """A copy of the study that ships in `folder`, a year on: its published figures are of another year, all is counted.

    Parameters
    ----------
    settings
        Lines of TOML for the top of study.toml.
    """
    study = Path(shutil.copytree(DATA / "suzhou-2003", folder, ignore=shutil.ignore_patterns("later.csv")))
    text = (study / "study.toml").read_text(encoding="utf-8")
    text = text.replace("suzhou-2003", "suzhou-2004").replace("period = 2003", "period = 2004")
    text = text.replace("as_of = 2003", "as_of = 2004")
    text = re.sub(r'^input = "\w+"', f'input = "register"\n{settings}', text, flags=re.M)
    text += f'\n[register]\npath = "{REGISTER}"\n'
    (study / "study.toml").write_text(text, encoding="utf-8")
    head, *places = (study / "districts.csv").read_text(encoding="utf-8").splitlines()
    places = [head, *places[:districts], *_more(places[0], districts - len(places))]
    (study / "districts.csv").write_text("\n".join(places) + "\n", encoding="utf-8")
    (study / REGISTER).parent.mkdir()
    names = [place.split(",")[0] for place in places[1:]]
    rows(enterprises, names, seed=seed).to_csv(study / REGISTER, index=False)
    return study


def _more(place: str, number: int) -> list[str]:
    """Districts like one, with ids, names and squares on the map of their own."""
    _, _, zh, en, kind, _, _, *shares = place.split(",")
    return [
        ",".join(
            (
                f"more-{one}",
                str(330000 + one),
                f"{zh}{one}",
                f"{en} {one}",
                kind,
                str(one % 20),
                str(9 + one // 20),
                *shares,
            )
        )
        for one in range(number)
    ]


def rows(size: int, districts: list[str], *, seed: int = 1) -> pd.DataFrame:
    """Enterprises drawn at random: a third of them foreign, one in six with an organisation."""
    rng = np.random.default_rng(seed)
    members = rng.poisson(rng.choice([0.1, 4.0], size=size, p=[0.7, 0.3]))
    organisation = np.where(members >= 3, rng.choice(["independent", "none"], size=size, p=[0.7, 0.3]), "none")
    return pd.DataFrame(
        {
            "enterprise": np.arange(1, size + 1),
            "district": rng.choice(districts, size=size),
            "category": rng.choice(["private", "foreign", "individual"], size=size, p=[0.6, 0.34, 0.06]),
            "staff": np.minimum(rng.lognormal(3, 1.2, size=size).astype(int) + 1, 900),
            "members": members,
            "full_members": rng.binomial(members, 0.9),
            "organisation": organisation,
            "joint_lead": 0,
            "instructor": rng.integers(0, 2, size=size),
            "five_good": ((organisation == "independent") & (rng.random(size) < 0.3)).astype(int),
            "directly_managed": 0,
        }
    )
