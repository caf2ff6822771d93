"""Papers on a register and on returns, file by file: no number that is withheld stands anywhere in what leaves."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from analysis.briefing.disclosure_control import counts_in
from analysis.briefing.manifest import read_ledger
from analysis.briefing.parameters import checked
from analysis.briefing.runner import run
from analysis.briefing.verification import resolver, verify
from analysis.ledger import Ledger
from analysis.quantities import Language, recompute
from analysis.study import ROOT, Study
from tests.briefing.texts import TOKEN, docx_text, html_text, pdf_text, xlsx_numbers
from tests.returned import counted_returns

HARBOUR = ROOT / "tests" / "studies" / "harbour-2024"
READERS: dict[str, Callable[[Path], str]] = {
    "briefing.docx": docx_text,
    "briefing.pdf": pdf_text,
    "briefing.html": html_text,
    "ledger.json": Path.read_text,
    "manifest.json": lambda path: json.dumps(json.loads(path.read_text())["disclosure"]),
    "notebook.ipynb": Path.read_text,
}


@dataclass(frozen=True)
class Made:
    """A run, with what it withholds as it would have been printed.

    Parameters
    ----------
    secrets
        Texts of withheld numbers, and of what is computed from them, that no number printed has too.
    values
        Every number that is withheld.
    """

    folder: Path
    ledger: Ledger
    secrets: frozenset[str]
    values: frozenset[float]


@pytest.fixture(scope="module", params=[("register", "en"), ("returns", "zh")], ids=lambda one: one[0])
def made(request: pytest.FixtureRequest, suzhou: Study, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A paper on a register of a hundred and sixty enterprises, and one on two districts' returns."""
    kind: str
    language: Language
    kind, language = request.param
    place = tmp_path_factory.mktemp(kind)
    study = HARBOUR if kind == "register" else counted_returns(suzhou, place / "study", districts=2).folder
    parameters = checked("4_briefing", {"study": str(study), "language": language})
    folder = run(parameters, folder=place / "run", formats=("docx", "pdf", "html", "xlsx"))
    ledger = read_ledger(folder)
    resolve = resolver(parameters)
    withheld = [claim.quantity for claim in ledger.claims if claim.quantity.withheld]
    values = {float(resolve(leaf.address)) for leaf in counts_in(ledger.claims) if leaf.withheld}
    values |= {float(recompute(quantity, resolve)) for quantity in withheld}
    printed = {token for claim in ledger.claims for token in tokens(claim.marked)}
    others = {
        f"{number:,}" for number in range(len(ledger.claims) + 100)
    }  # lines of the annex, pages, marks on an axis
    secrets = {text for value in values for text in (f"{value:,.0f}", f"{value:.2%}") if value == value}
    return Made(folder, ledger, frozenset(secrets - printed - others), frozenset(values))


def tokens(text: str) -> set[str]:
    """The numbers of a text, without marks."""
    return {found[0].rstrip("§†‡") for found in TOKEN.finditer(text)}


def test_there_is_something_to_hide(made: Made) -> None:
    assert len(made.secrets) > 5
    assert any(0 < value < 10 for value in made.values)


@pytest.mark.parametrize("name", READERS)
def test_no_withheld_number_is_read_in_any_file(made: Made, name: str) -> None:
    assert not tokens(READERS[name](made.folder / name)) & made.secrets


def test_no_withheld_number_is_in_what_a_page_keeps_out_of_sight(made: Made) -> None:
    page = (made.folder / "briefing.html").read_text(encoding="utf-8")
    attributes = " ".join(re.findall(r'(?:aria-label|title|data-[a-z-]+|alt)="([^"]*)"', page))
    assert attributes
    assert not tokens(attributes) & made.secrets
    cards = re.sub(r"<(style|script)>.*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)
    assert not tokens(cards) & made.secrets


def test_every_number_in_excel_is_a_number_that_is_printed(made: Made) -> None:
    printed = {float(f"{claim.quantity.value:.12g}") for claim in made.ledger.claims if not claim.quantity.withheld}
    assert xlsx_numbers(made.folder / "briefing.xlsx") <= printed


def test_the_notes_of_excel_say_what_the_sign_means(made: Made) -> None:
    import openpyxl

    sheet = openpyxl.load_workbook(made.folder / "briefing.xlsx").worksheets[0]
    text = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)
    assert "[c]" in text or "××" in text


def test_the_run_is_true(made: Made) -> None:
    assert verify(made.folder).is_true
