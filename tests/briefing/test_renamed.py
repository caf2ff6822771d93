"""What a figure is called is the study's business: code finds it by what it means."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from analysis.sources.synthetic import register_of
from analysis.study import DATA, open_study
from tests.papers import open_paper
from tests.sources.drawn import validate


@pytest.fixture(scope="module")
def renamed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study that ships, with another name for every figure wherever its files refer to one."""
    study = Path(shutil.copytree(DATA / "suzhou-2003", tmp_path_factory.mktemp("renamed") / "study"))
    table = pd.read_csv(study / "published.csv", dtype=str, keep_default_na=False)
    names = {name: f"fig.{number}" for number, name in enumerate(table["id"], start=1)}
    table = table.assign(id=table["id"].map(names), base=table["base"].map(lambda name: names.get(name, name)))
    table.to_csv(study / "published.csv", index=False)
    for file, refers in (
        ("relations.toml", r""),
        ("study.toml", r"figure = "),
        ("duties.toml", r"(?:about|evidence) = "),
    ):
        text = (study / file).read_text(encoding="utf-8")
        for old, new in names.items():
            text = re.sub(rf'(?<!id = )({refers})"{old}"', rf'\g<1>"{new}"', text)
        (study / file).write_text(text, encoding="utf-8")
    return study


@pytest.mark.parametrize("notebook", ["1_sources", "2_coverage", "4_briefing", "6_conference"])
def test_a_study_whose_figures_have_other_names_prints_the_same_numbers(renamed: Path, notebook: str) -> None:
    asked = {"language": "en"} | ({"draws": 20} if notebook == "4_briefing" else {})
    before, after = (
        open_paper(notebook, study=study, **asked).ledger.claims for study in ("suzhou-2003", str(renamed))
    )
    assert [claim.text for claim in after] == [claim.text for claim in before]


def test_the_synthetic_register_of_a_study_with_other_names_has_its_totals(renamed: Path) -> None:
    study = open_study(renamed)
    compared = validate(register_of(study), study)
    assert len(compared) == 12
    assert (compared["difference"] == 0).all()
