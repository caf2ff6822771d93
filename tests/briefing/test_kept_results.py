"""A paper is the same to the last byte with results kept and without, and one with a wrong result kept is found out."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from analysis.briefing.parameters import checked
from analysis.briefing.runner import run
from analysis.briefing.verification import verify
from analysis.sources import results
from tests.conftest import IN_FULL

Finished = Callable[..., Path]
OUTPUTS = ("ledger.json", "notebook.ipynb")


def made(folder: Path, language: str) -> dict[str, bytes]:
    run(checked("4_briefing", {"language": language, **IN_FULL}), folder=folder, formats=("html",))
    return {name: (folder / name).read_bytes() for name in OUTPUTS}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module", autouse=True)
def cold(place: Path) -> Iterator[dict[str, bytes]]:
    """The Chinese paper with nothing kept; what it computes is kept for the tests that follow."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(results, "FOLDER", place / "results")
        yield made(place / "cold", "zh")


def kept_in(place: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (place / "results").iterdir()}


def test_a_paper_is_the_same_with_nothing_kept_and_with_everything(
    place: Path, cold: dict[str, bytes], finished: Finished
) -> None:
    kept = kept_in(place)
    assert {name.partition("-")[0] for name in kept} >= {"turning", "draws", "needed", "overturned", "variance"}
    assert made(place / "warm", "zh") == cold
    assert {name: (finished(language="zh") / name).read_bytes() for name in OUTPUTS} == cold
    assert kept_in(place) == kept


def test_the_other_language_finds_all_results_and_adds_none(place: Path) -> None:
    kept = kept_in(place)
    made(place / "english", "en")
    assert kept_in(place) == kept


def test_a_wrong_result_that_was_kept_is_found_out_when_the_paper_is_verified(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(shutil.copytree(place / "results", tmp_path / "results"))
    monkeypatch.setattr(results, "FOLDER", folder)
    (note,) = folder.glob("turning-*.json")
    found = json.loads(note.read_text(encoding="utf-8").partition("\n")[2])
    assert found
    text = json.dumps([[*one[:4], one[4] + 3] for one in found])  # some steps further than where it turns
    note.write_text(f"{sha256(text.encode()).hexdigest()}\n{text}", encoding="utf-8")
    made(tmp_path / "run", "en")
    doubts = verify(tmp_path / "run").doubts
    assert any(doubt.claim.quantity.address.startswith("turning:") for doubt in doubts)
