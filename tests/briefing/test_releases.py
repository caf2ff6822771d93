"""Two registers of one study: whoever holds both releases learns of no few enterprises from what changed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from analysis.briefing import suppression_plan
from analysis.briefing.releases import FOLDER, Release, releases_of
from tests.commands import command, refusal
from tests.counted import REGISTER, counted_study

WHOLE = (
    f'{{"cells": "{"0" * 64}", "made": "2026-01-02", "threshold": 10, "withdrawn": false, '
    '"counts": {"cells:enterprises": 25}, "withheld": []}'
)


@pytest.fixture(autouse=True)
def _nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suppression_plan, "CACHE", tmp_path / "screens")
    monkeypatch.setattr(suppression_plan, "_FOUND", {})


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of 2,000 enterprises, counted, and one enterprise more than was counted."""
    study = counted_study(tmp_path_factory.mktemp("counted") / "study", enterprises=2000)
    assert command("count", study, "-l", "en").returncode == 0
    with (study / REGISTER).open("a", encoding="utf-8") as register:
        register.write("99999,320582,foreign,70,5,3,independent,0,1,1,0\n")
    return study


@pytest.fixture
def study(counted: Path, tmp_path: Path) -> Path:
    """The same to work on."""
    return Path(shutil.copytree(counted, tmp_path / "study"))


def differences(one: Release, other: Release) -> list[int]:
    """How far the counts that both print lie apart."""
    return [abs(other.counts[address] - count) for address, count in one.counts.items() if address in other.counts]


def test_what_changed_by_few_is_in_the_first_release_alone(study: Path) -> None:
    done = command("count", study, "-l", "en")
    assert "because of an earlier release" in done.stdout
    first, second = sorted(releases_of(study), key=lambda one: len(one.counts), reverse=True)
    assert not [one for one in differences(first, second) if 0 < one < 10]
    assert len(second.counts) > len(first.counts) / 2
    assert len(differences(first, second)) == len(second.counts)


def test_a_release_that_is_withdrawn_binds_no_later_one(study: Path) -> None:
    (first,) = releases_of(study)
    assert (
        command("releases", study, "--withdraw", first.id, "-l", "en").stdout
        == f"{first.id}: {len(first.counts)} counts, withdrawn\n"
    )
    assert "because of an earlier release" not in command("count", study, "-l", "en").stdout
    assert len(releases_of(study)) == 2


def test_the_same_register_is_one_release(study: Path) -> None:
    for _ in range(2):
        assert command("count", study).returncode == 0
    assert len(releases_of(study)) == 2


def test_what_was_once_printed_of_a_register_is_not_forgotten_when_less_of_it_is_printed_later(study: Path) -> None:
    (first,) = releases_of(study)
    assert command("count", study).returncode == 0  # the newer register
    register = (study / REGISTER).read_text(encoding="utf-8")
    (study / REGISTER).write_text("".join(register.splitlines(keepends=True)[:-1]), encoding="utf-8")
    assert command("count", study).returncode == 0  # the older one again, held against the newer
    again = next(one for one in releases_of(study) if one.cells == first.cells)
    assert again.counts == first.counts
    assert again.withheld == first.withheld


def test_a_release_holds_counts_and_no_rows(study: Path) -> None:
    (path,) = (study / FOLDER).iterdir()
    plain = json.loads(path.read_text(encoding="utf-8"))
    assert set(plain) == {"cells", "made", "threshold", "withdrawn", "counts", "withheld"}
    assert all(address.startswith("cells:") for address in plain["counts"])
    assert not [count for count in plain["counts"].values() if 0 < count < 10]


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"cells": "a"}', WHOLE.replace("2026-01-02", "../x"), WHOLE.replace("25", '"many"')]
)
def test_a_damaged_release_is_told_and_nothing_is_counted_past_it(study: Path, text: str) -> None:
    (path,) = (study / FOLDER).iterdir()
    path.write_text(text, encoding="utf-8")
    assert f"releases/{path.name}: is no release" in refusal(command("count", study, "-l", "en"))


def test_a_release_that_is_not_there_is_told_with_those_that_are(study: Path) -> None:
    (first,) = releases_of(study)
    told = refusal(command("releases", study, "--withdraw", "yesterday", "-l", "en"))
    assert told.strip() == f'release "yesterday": there is none; allowed: {first.id}'


def test_a_paper_beyond_the_usual_counts_is_held_against_one_of_an_earlier_register(tmp_path: Path) -> None:
    study = counted_study(tmp_path / "study", enterprises=600, districts=1)
    words = ["briefing", study, "--notebook", "2_coverage", "-l", "en", "--to", "html", "--set", "staff_threshold=60"]
    first = command(*words, "--output", tmp_path / "out" / "first")
    assert first.returncode == 0, first.stderr
    assert "its counts are not kept; before papers go out: workbook count" in " ".join(first.stderr.split())
    assert command("count", study).returncode == 0
    assert "are not kept" not in command(*words, "--output", tmp_path / "out" / "first").stderr
    with (study / REGISTER).open("a", encoding="utf-8") as register:
        register.write("99999,320582,foreign,70,5,3,independent,0,1,1,0\n")
    told = " ".join(refusal(command(*words, "--output", tmp_path / "out" / "second")).split())
    assert "out/first the paper would give away cells:" in told
