"""A paper on a register: small counts stand nowhere in what leaves, and the run says how they were protected."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analysis.briefing.disclosing import counts_in, report
from analysis.briefing.manifest import read_manifest
from analysis.briefing.paper import open_paper
from analysis.briefing.parameters import checked
from analysis.briefing.runner import run
from analysis.briefing.verification import resolver, verify
from analysis.coverage.disclosure_counts import DisclosureError
from analysis.errors import ParameterError
from analysis.ledger import Ledger
from analysis.study import ROOT
from tests.briefing.texts import html_text, xlsx_numbers

HARBOUR = str(ROOT / "tests" / "studies" / "harbour-2024")


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run on a register of 160 enterprises."""
    folder = tmp_path_factory.mktemp("counted") / "run"
    parameters = checked("4_briefing", {"study": HARBOUR, "language": "en"})
    return run(parameters, folder=folder, formats=("html", "xlsx"))


def ledger(folder: Path) -> Ledger:
    return Ledger.from_json(json.loads((folder / "ledger.json").read_text(encoding="utf-8")))


def test_the_manifest_tells_the_audit(counted: Path) -> None:
    told = read_manifest(counted)["disclosure"]
    assert (told["applies"], told["threshold"], told["safe"]) == (True, 10, True)
    assert told["primary"] > 0
    assert told["secondary"] > 0
    assert told["narrowest"] >= 10


def test_no_small_count_and_nothing_computed_from_one_has_a_value_in_any_record(counted: Path) -> None:
    resolve = resolver(checked("4_briefing", {"study": HARBOUR, "language": "en"}))
    leaves = list(counts_in(ledger(counted).claims))
    assert all(leaf.withheld for leaf in leaves if 0 < resolve(leaf.address) < 10)
    for name in ("ledger.json", "notebook.ipynb"):
        for quantity in _quantities(json.loads((counted / name).read_text(encoding="utf-8"))):
            if quantity.get("withheld") or any(part.get("withheld") for part in quantity.get("parts", ())):
                assert quantity["value"] is None


def test_the_sign_stands_in_place_of_the_number_in_the_documents(counted: Path) -> None:
    page = html_text(counted / "briefing.html")
    assert "counts of fewer than 10 are withheld" in page
    assert "In the register, [c] enterprises have 100 or more staff; [c] of them ([c])" in page
    printed = {float(claim.quantity.value) for claim in ledger(counted).claims if not claim.quantity.withheld}
    lines = {float(number) for number in range(1, len(ledger(counted).claims) + 1)}
    small = {float(number) for number in range(1, 10)} - printed
    assert small
    assert not (xlsx_numbers(counted / "briefing.xlsx") & small) - lines


def test_a_run_with_withheld_numbers_is_verified(counted: Path) -> None:
    assert verify(counted).is_true


def test_a_paper_that_prints_what_it_must_not_does_not_leave() -> None:
    open_ = open_paper("4_briefing", study=HARBOUR, language="en", disclosure_threshold=0)
    assert not any(leaf.withheld for leaf in counts_in(open_.ledger.claims))
    with pytest.raises(DisclosureError, match="the paper would give away cells:"):
        report(checked("4_briefing", {"study": HARBOUR, "language": "en"}), open_.ledger)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("notebook", ["2_coverage", "5_comparison"])
def test_other_papers_on_a_register_are_protected_too(notebook: str, language: str) -> None:
    parameters: dict[str, Any] = {"study": HARBOUR, "language": language}
    if notebook == "5_comparison":
        parameters["base"] = "all"
    paper = open_paper(notebook, **parameters)
    told = report(checked(notebook, parameters), paper.ledger)
    assert told.get("safe", not told["applies"])


def test_published_and_synthetic_numbers_are_not_withheld() -> None:
    paper = open_paper("2_coverage", language="en")
    assert not any(claim.quantity.withheld for claim in paper.ledger.claims)
    assert report(checked("2_coverage", {"language": "en"}), paper.ledger) == {"applies": False}


@pytest.mark.parametrize("value", [-1, 1001, "ten"])
def test_a_threshold_that_cannot_be_one_is_refused(value: object) -> None:
    with pytest.raises(ParameterError, match=r"disclosure_threshold: .* allowed: a whole number from 0 to 1000"):
        checked("4_briefing", {"disclosure_threshold": value})


def _quantities(plain: Any) -> list[dict[str, Any]]:
    if isinstance(plain, dict):
        own = [plain] if {"value", "unit", "status"} <= set(plain) else []
        return own + [one for part in plain.values() for one in _quantities(part)]
    return [one for part in plain for one in _quantities(part)] if isinstance(plain, list) else []
