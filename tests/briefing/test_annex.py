"""A notebook whose cells were moved, left out, repeated or added to: every number leads to the row that states it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject
from typer.testing import CliRunner

from analysis.briefing.assumption_dependence import lines
from analysis.briefing.documents.links import astray
from analysis.briefing.documents.write import write_documents
from analysis.briefing.executed import read_executed, sections_in
from analysis.briefing.manifest import read_ledger
from analysis.briefing.parameters import NOTEBOOKS_FOLDER, checked
from analysis.briefing.runner import run, settled
from analysis.cli import app
from analysis.errors import WorkbookError
from analysis.ledger import Claim
from analysis.quantities import Label, Language, Quantity, Status
from analysis.views.blocks import LEDGER, MIME, Block, Column, Heading, Paragraph, Section, Table
from tests.briefing.test_documents import squeezed
from tests.briefing.test_red_team import names
from tests.briefing.texts import docx_text
from tests.conftest import IN_FULL
from tests.papers import open_paper, questions

Cells = list[dict[str, Any]]
Links = list[tuple[str, str]]
MINE = 'study.text(zh="本人走访{n}家。", en="Seen by me: {n}.", n=study.coverage().quantities.loc[0, "enterprises"])'


def at(cells: Cells, name: str) -> int:
    call = "study.ledger()" if name == "annex" else questions("4_briefing")[name]
    return next(spot for spot, cell in enumerate(cells) if "".join(cell["source"]).endswith(call))


def swap(cells: Cells) -> None:
    one, other = at(cells, "bases"), at(cells, "by_district")
    cells[one], cells[other] = cells[other], cells[one]


def leave_out(cells: Cells) -> None:
    del cells[at(cells, "statistics")]


def repeat(cells: Cells) -> None:
    cells.insert(at(cells, "targets"), deepcopy(cells[at(cells, "fairly")]) | {"id": "again"})


def annex_first(cells: Cells) -> None:
    cells.insert(at(cells, "bases"), cells.pop(at(cells, "annex")))


def annex_twice(cells: Cells) -> None:
    cells.insert(at(cells, "bases"), deepcopy(cells[at(cells, "annex")]))


CHANGES = [swap, leave_out, repeat, annex_first, annex_twice]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Language], Path]:
    """Runs of a notebook with two cells swapped, one left out, one repeated and one of its own."""
    place = tmp_path_factory.mktemp("annex")
    notebook = json.loads((NOTEBOOKS_FOLDER / "4_briefing.ipynb").read_text(encoding="utf-8"))
    for change in (swap, leave_out, repeat):
        change(notebook["cells"])
    own = notebook["cells"][at(notebook["cells"], "cascade")] | {"source": MINE, "id": "mine"}
    notebook["cells"].insert(at(notebook["cells"], "cascade"), own)
    mine = place / "mine.ipynb"
    mine.write_text(json.dumps(notebook), encoding="utf-8")

    def once(language: Language) -> Path:
        if not (place / language).exists():
            parameters = checked(str(mine), {"language": language, **IN_FULL})
            run(parameters, notebook=str(mine), folder=place / language, formats=("html", "docx", "pdf"))
        return place / language

    return once


def html_links(path: Path) -> Links:
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "lxml")
    rows = {row["id"]: row.find_all(["th", "td"])[1].get_text() for row in page.find_all("tr", id=True)}
    return [(link.get_text(), rows[link["href"][1:]]) for link in page.select(".cw-claim > a")]


def docx_links(path: Path) -> Links:
    body = Document(str(path)).element.body
    rows = {}
    for mark in body.iter(qn("w:bookmarkStart")):
        for row in mark.iterancestors(qn("w:tr")):
            rows[mark.get(qn("w:name"))] = "".join(text.text for text in row.findall(qn("w:tc"))[1].iter(qn("w:t")))
    links = [link for link in body.iter(qn("w:hyperlink")) if link.get(qn("w:anchor"))]
    return [("".join(text.text for text in link.iter(qn("w:t"))), rows[link.get(qn("w:anchor"))]) for link in links]


def pdf_links(path: Path) -> Links:
    """By the places on the pages: what stands inside a link, and what stands beside the number where it leads."""
    opened = PdfReader(path).pages
    pages = {page.indirect_reference: list(_words(page)) for page in opened}
    found = []
    for page in opened:
        for note in page.get("/Annots", []):
            left, low, right, high = map(float, note.get_object()["/Rect"])
            inside = [word for x, y, word in pages[page.indirect_reference] if left - 1 < x < right and low < y < high]
            to = note.get_object()["/Dest"]
            found.append((squeezed("".join(inside)), squeezed(_stated(pages[to[0]], float(to[3]) - 16))))
    return found


def _stated(words: list[tuple[float, float, str]], foot: float) -> str:
    """The number in a row: what stands between its own number and the status, on its first line and on the next."""
    line = sorted(word for word in words if abs(word[1] - foot) < 5)
    parts = [line[1], *(word for word in line[2:3] if word[2] in ("§", "†", "‡"))]
    status = line[1 + len(parts)]
    parts += [word for word in words if 5 < line[1][1] - word[1] < 13 and line[1][0] - 2 < word[0] < status[0] - 2]
    return "".join(word for *_, word in parts)


def _words(page: Any) -> Iterator[tuple[float, float, str]]:
    met: list[tuple[float, float, str]] = []
    page.extract_text(visitor_text=lambda text, cm, tm, *_: met.append((cm[4], cm[5], text.strip())))
    yield from (word for word in met if word[2])


READERS: dict[str, Callable[[Path], Links]] = {"html": html_links, "docx": docx_links, "pdf": pdf_links}


@pytest.mark.parametrize("ending", READERS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_number_of_a_notebook_of_one_s_own_leads_to_the_row_that_states_it(
    made: Callable[[Language], Path], language: Language, ending: str
) -> None:
    links = READERS[ending](made(language) / f"briefing.{ending}")
    assert len(links) > 500
    assert [(text, row) for text, row in links if text != row] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_documents_and_ledger_of_one_run_say_the_same(made: Callable[[Language], Path], language: Language) -> None:
    folder = made(language)
    ledger = json.loads((folder / "ledger.json").read_text(encoding="utf-8"))
    page = BeautifulSoup((folder / "briefing.html").read_text(encoding="utf-8"), "lxml")
    rows = {row["id"]: row.find_all(["th", "td"])[1].get_text().rstrip("§†‡") for row in page.find_all("tr", id=True)}
    assert rows == {claim["id"]: claim["text"] for claim in ledger}
    mine = "Seen by me: 252,963." if language == "en" else "本人走访252,963家。"
    assert mine in docx_text(folder / "briefing.docx")


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_any_order_of_the_cells_is_right(
    made: Callable[[Language], Path], change: Callable[[Cells], None], tmp_path: Path
) -> None:
    notebook = read_executed(made("en") / "notebook.ipynb")
    before = {claim for section in sections_in(notebook) for claim in section.claims()}
    cells = notebook["cells"]
    if change is leave_out:
        del cells[at(cells, "by_category")]
    else:
        change(cells)
    sections = sections_in(settled(notebook, name="own.ipynb"))
    (page,) = write_documents(sections, tmp_path, formats=["html"])
    assert [(text, row) for text, row in html_links(page) if text != row] == []
    annex = next(block for section in sections for block in section.blocks if getattr(block, "id", "") == LEDGER)
    assert isinstance(annex, Table)
    shown = {claim for section in sections for claim in section.claims()}
    assert len(annex.rows) == len(shown)
    assert (len(shown) < len(before)) == (change is leave_out)


def test_what_rests_on_an_assumption_names_tables_and_figures_by_the_numbers_they_are_printed_with(
    made: Callable[[Language], Path], tmp_path: Path
) -> None:
    usual = open_paper("4_briefing", language="en")
    (page,) = write_documents([*usual.printed, usual.section("annex")], tmp_path, formats=["html"])
    own = _named(made("en") / "briefing.html")
    assert _named(page) == own  # what is left out rests on nothing, what is repeated is named by the same titles
    assert len(own) == 2


def _named(page: Path) -> list[set[str]]:
    """The titles of the tables and figures that each conclusion's line names by their numbers."""
    read = BeautifulSoup(page.read_text(encoding="utf-8"), "lxml")
    captions = [caption.get_text().split(". ", 1) for caption in read.find_all(["caption", "figcaption"])]
    titles = dict(captions)
    lines = [cell.get_text() for cell in read.find_all("td") if ". With it move: " in cell.get_text()]
    return [{titles[number] for number in names(line)} for line in lines]


def added(notebook: dict[str, Any], *blocks: Block) -> dict[str, Any]:
    """The notebook with a cell of one's own after its title."""
    shown = {"output_type": "execute_result", "data": {MIME: Section("mine", "en", blocks).to_json()}}
    cell = {"cell_type": "code", "source": ["Section(\n", ")"], "metadata": {}, "outputs": [shown]}
    spot = at(notebook["cells"], "finding")
    return notebook | {"cells": [*notebook["cells"][:spot], cell, *notebook["cells"][spot:]]}


def visits(value: int, address: str) -> Quantity:
    return Quantity(value, "visits", Status.PUBLISHED, Label("走访", "visits"), address=address)


def test_a_number_without_a_source_stops_the_paper_and_its_cell_is_named(made: Callable[[Language], Path]) -> None:
    notebook = read_executed(made("en") / "notebook.ipynb")
    source = json.loads((NOTEBOOKS_FOLDER / "4_briefing.ipynb").read_text(encoding="utf-8"))["cells"]
    place = re.escape(f"own.ipynb, cell {at(source, 'finding') + 1}")  # as counted in the notebook that was run
    for block, number in (
        (Paragraph(("We visited 12 of them.",)), "12"),
        (Heading("The 34 we visited"), "34"),
        (Table("mine", "Visits", (Column("Place"),), ((("56",),),)), "56"),
        (Table("mine", "The 78 visits", (Column("Place"),), ()), "78"),
        (Paragraph((Claim(visits(9, "visits:2004"), "9"),)), "9"),
        (Paragraph((Claim(visits(8, "figure:registered"), "8"),)), "8"),
    ):
        with pytest.raises(WorkbookError, match=f"^{place}: the number {number} "):
            settled(added(notebook, block), name="own.ipynb")


def test_a_number_in_a_name_of_the_study_has_a_source(made: Callable[[Language], Path]) -> None:
    own = added(read_executed(made("en") / "notebook.ipynb"), Paragraph(("“职工50名以上的企业要有党员”",)))
    mine = next(section for section in sections_in(settled(own, name="own.ipynb")) if section.name == "mine")
    assert [claim.quantity.address for claim in mine.claims()] == ["text:targets.toml/targets.member_50.zh#0"]


def test_a_settled_notebook_stays_as_it_is(made: Callable[[Language], Path]) -> None:
    notebook = read_executed(made("zh") / "notebook.ipynb")
    assert settled(notebook, name="own.ipynb") == notebook


def test_verify_follows_every_link_and_names_the_one_that_was_altered(tmp_path: Path) -> None:
    given = {"study": "national", "language": "en", "annex": True}
    folder = run(checked("1_sources", given), notebook="1_sources", folder=tmp_path / "run", formats=tuple(READERS))
    number, other = (claim["text"] for claim in json.loads((folder / "ledger.json").read_text(encoding="utf-8"))[:2])
    assert number != other
    _alter_html(folder / "briefing.html", f'<a href="#c1">{number}</a>', f'<a href="#c2">{number}</a>')
    _alter_docx(folder / "briefing.docx")
    _alter_pdf(folder / "briefing.pdf")
    done = CliRunner().invoke(app, ["verify", str(folder)])
    assert done.exit_code == 1
    astray = [line for line in done.output.splitlines() if "leads to" in line]
    told = f'"{number}" leads to row 2 of the annex, which states "{other}"'
    assert astray == [f"briefing.{ending}: {told}" for ending in ("docx", "html", "pdf")]


def test_verify_names_a_reference_to_tables_that_was_altered(made: Callable[[Language], Path], tmp_path: Path) -> None:
    page = Path(shutil.copy(made("en") / "briefing.html", tmp_path))
    references = list(lines(sections_in(read_executed(made("en") / "notebook.ipynb"))))
    assert list(astray(page, read_ledger(made("en")), references)) == []
    _alter_html(page, "With it move: Tables\u00a0", "With it move: Tables\u00a03, ")
    (found,) = astray(page, read_ledger(made("en")), references)
    assert re.search(r'^briefing.html: Table \d+, row \d+ does not say "Tables\u00a0\d', str(found))


def _alter_html(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _alter_docx(path: Path) -> None:
    document = Document(str(path))
    link = next(one for one in document.element.body.iter(qn("w:hyperlink")) if one.get(qn("w:anchor")) == "c1")
    link.set(qn("w:anchor"), "c2")
    document.save(str(path))


def _alter_pdf(path: Path) -> None:
    writer = PdfWriter(clone_from=path)
    first, second = (note.get_object() for note in writer.pages[0]["/Annots"][:2])  # type: ignore[index]
    first[NameObject("/Dest")] = second["/Dest"]
    writer.write(path)
