"""Papers in brief: short enough to be handed in, every number linked to the ledger beside them; and in full as before."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from pypdf import PdfReader

from analysis.briefing.documents.links import read
from analysis.briefing.documents.write import write_documents
from analysis.briefing.executed import read_executed, sections_in
from analysis.briefing.manifest import id_of, read_manifest
from analysis.briefing.verification import verify
from analysis.views.blocks import Heading
from tests.briefing.texts import docx_text

Finished = Callable[..., Path]
LANGUAGES = ["zh", "en"]
BRIEF = {"depth": "brief", "annex": False}
MOST_PAGES, MOST_PAGES_IN_FULL = 3, 12


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_paper_in_brief_has_three_pages_at_the_most(finished: Finished, language: str) -> None:
    run = finished(language=language, **BRIEF)
    assert len(PdfReader(run / "briefing.pdf").pages) <= MOST_PAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_paper_in_full_has_twelve_and_its_assumptions_stand_with_the_ledger(
    finished: Finished, language: str
) -> None:
    run = finished(language=language, depth="full", annex=False)
    opened = PdfReader(run / "briefing.pdf")
    assert len(opened.pages) <= MOST_PAGES_IN_FULL
    head = {"zh": "假设及其影响", "en": "What was assumed"}[language]
    assert head in (run / "briefing-ledger.html").read_text(encoding="utf-8")
    assert head in (run / "briefing.html").read_text(encoding="utf-8")
    assert not any(head in page.extract_text() for page in opened.pages)


@pytest.mark.parametrize(
    ("study", "language", "heads"),
    [
        ("tests/studies/place-a", "zh", ["数字之间是否相符", "无从得知的", "下一步该要的数字"]),
        (
            "tests/studies/place-b",
            "en",
            ["What follows from the figures", "What cannot be known", "What to ask for next"],
        ),
        ("national", "zh", ["由此可以推知的", "下一步该要的数字"]),
    ],
)
def test_so_has_one_of_published_figures_alone_which_tells_what_follows_and_what_to_ask_for(
    finished: Finished, study: str, language: str, heads: list[str]
) -> None:
    run = finished(study=study, language=language, **BRIEF)
    assert len(PdfReader(run / "briefing.pdf").pages) <= MOST_PAGES
    told = docx_text(run / "briefing.docx")
    assert all(head in told for head in heads)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_in_brief_leads_to_its_row_in_the_ledger_beside_it(finished: Finished, language: str) -> None:
    run = finished(language=language, **BRIEF)
    claims = {row["id"]: row for row in json.loads((run / "ledger.json").read_text(encoding="utf-8"))}
    for name in ("briefing.docx", "briefing.pdf"):
        links = read(run / name).links
        assert len(links) > 40
        assert all(link.text == link.states for link in links)
        assert {f"c{link.row}" for link in links} < set(claims)  # the ledger has those of the whole paper
    assert verify(run).is_true


def test_the_html_has_all_and_folds_what_is_not_in_brief(finished: Finished) -> None:
    brief, full = finished(language="en", **BRIEF), finished(language="en")
    page = (brief / "briefing.html").read_text(encoding="utf-8")
    sections = sections_in(read_executed(brief / "notebook.ipynb"))
    heads = [next((one.text for one in section.blocks if isinstance(one, Heading)), "") for section in sections]
    folded = [head for section, head in zip(sections, heads, strict=True) if head and not section.in_brief]
    assert page.count('<details class="cw-more">') == len(folded)
    for head in folded:
        assert head in docx_text(full / "briefing.docx")
        assert head not in docx_text(brief / "briefing.docx")


def test_the_annex_is_in_word_and_pdf_when_it_is_asked_for(finished: Finished) -> None:
    full = finished(language="en")
    assert not (full / "briefing-ledger.html").exists()
    rows = json.loads((full / "ledger.json").read_text(encoding="utf-8"))
    assert len(Document(str(full / "briefing.docx")).tables[-1].rows) == len(rows) + 1


def test_a_notebook_that_tags_no_cell_prints_all(finished: Finished, tmp_path: Path) -> None:
    notebook = read_executed(finished(language="en") / "notebook.ipynb")
    for cell in notebook["cells"]:
        cell["metadata"].pop("tags", None)
    sections = sections_in(notebook)
    (word,) = write_documents(sections, tmp_path, formats=["docx"], depth="brief")
    assert "The paper against itself" in docx_text(word)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_file_names_its_run(finished: Finished, language: str) -> None:
    run = finished(language=language, **BRIEF)
    name = id_of(read_manifest(run))
    assert name in docx_text(run / "briefing.docx")
    assert Document(str(run / "briefing.docx")).core_properties.identifier == name
    opened = PdfReader(run / "briefing.pdf")
    assert name in opened.pages[0].extract_text()
    assert (opened.metadata or {})["/Keywords"] == name
    assert f'content="{name}"' in (run / "briefing.html").read_text(encoding="utf-8")
