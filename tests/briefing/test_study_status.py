"""What a study can produce: what the status promises is there, and what it denies is not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from analysis import open_study as asked
from analysis.briefing.study_status import status_of
from analysis.study import DATA, open_study
from tests.commands import command


def test_the_study_that_ships_can_produce_all_but_a_series() -> None:
    denied = [one.name.en for one in status_of(open_study("suzhou-2003")) if not one.can]
    assert denied == ["figures of several years side by side"]


@pytest.mark.parametrize(
    ("file", "lost"),
    [
        ("targets.toml", {"targets and gaps", "scenarios of the years to come", "plans of venues and funds"}),
        ("support.toml", {"plans of venues and funds"}),
        ("departments.csv", {"the conference's folder, and department sheets"}),
    ],
)
def test_a_file_that_is_not_there_is_what_is_needed(tmp_path: Path, file: str, lost: set[str]) -> None:
    folder = tmp_path / "study"
    shutil.copytree(DATA / "suzhou-2003", folder)
    for name in (
        file,
        *(("decisions.toml", "duties.toml", "support.toml") if file in ("departments.csv", "targets.toml") else ()),
    ):
        (folder / name).unlink()
    denied = {one.name.en: one.needs.en for one in status_of(open_study(folder)) if not one.can}
    denied.pop("figures of several years side by side")
    assert lost <= set(denied)
    assert all(file in denied[name] or "scenarios need" in denied[name] for name in lost)


def test_what_it_denies_a_question_has_nothing_to_say_of() -> None:
    study = asked("national", language="en")
    assert not study.targets().section.blocks
    done = command("status", "national", "--language", "en")
    assert done.returncode == 0
    assert "no   targets and gaps: needs targets.toml" in done.stdout
    assert "不能　目标与差距" in command("status", "national", "--language", "zh").stdout
