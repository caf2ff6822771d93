"""A look of one's own: every document follows it, its faults are told by key, and it is an input of a run."""

from __future__ import annotations

import re
import shutil
import struct
import zipfile
from io import BytesIO
from pathlib import Path

import pypdf
import pytest
from docx import Document
from docx.oxml.ns import qn
from pptx import Presentation

from analysis.briefing.batch import batch
from analysis.briefing.change_attribution import difference
from analysis.briefing.documents.write import write_documents
from analysis.briefing.grid import Wanted, read_grid
from analysis.briefing.manifest import read_manifest
from analysis.briefing.packing import pack, unpack
from analysis.briefing.parameters import checked
from analysis.briefing.run_reader import read_run
from analysis.briefing.runner import run
from analysis.briefing.verification import verify
from analysis.errors import DataError, ParameterError
from analysis.messages import in_language, message_of
from analysis.study import DATA
from analysis.style import Colours, Style
from analysis.style_file import open_style, wearing
from tests.commands import command, contents, refusal
from tests.papers import open_paper

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><circle cx="20" cy="20" r="18" fill="#0B5D3B"/></svg>'
OWN = """
logo = "logo.svg"
[letterhead]
zh = ["无锡研究中心", "内部资料"]
en = ["Centre for the Study of Enterprises", "For internal use"]
[colours]
covered = "#0B5D3B"
headings = "#0B5D3B"
[fonts.en]
headings = "Noto Sans SC"
[page]
size = "Letter"
margins = { top = 25, right = 22, bottom = 25, left = 22 }
"""
SECTIONS = ("title", "bases", "by_category")
FORMATS = ("docx", "pdf", "html", "xlsx", "pptx")


def style_file(folder: Path, text: str = OWN, **files: bytes | str) -> Path:
    """A style with its files beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in {"logo.svg": LOGO, **files}.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    (folder / "style.toml").write_text(text, encoding="utf-8")
    return folder / "style.toml"


def word_document() -> bytes:
    """A Word document of one's own."""
    theirs, buffer = Document(), BytesIO()
    theirs.styles["Heading 1"].font.name = "Georgia"
    theirs.core_properties.author = "Somebody"
    theirs.sections[0].header.paragraphs[0].text = "Head of a page"
    theirs.add_paragraph("A text of theirs.", "List Bullet")
    theirs.save(buffer)
    return buffer.getvalue()


def printed(folder: Path, style: Style) -> Path:
    """Three sections of a paper in a look."""
    with wearing(style):
        paper = open_paper("4_briefing", only=SECTIONS, language="en")
        sections = [paper.section(name) for name in SECTIONS]
    write_documents(sections, folder, formats=FORMATS, style=style)
    return folder


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("own")
    return printed(place / "paper", open_style(style_file(place / "style")))


def test_every_document_has_the_letterhead_and_the_colours(own: Path) -> None:
    page = (own / "briefing.html").read_text(encoding="utf-8")
    assert "Centre for the Study of Enterprises" in page
    assert "#0B5D3B" in page
    assert Colours().covered not in page, "of the house's colours, what is replaced is gone from charts too"
    text = "".join(one.extract_text() for one in pypdf.PdfReader(own / "briefing.pdf").pages)
    assert "Centre for the Study of Enterprises" in text
    word = Document(str(own / "briefing.docx"))
    assert [word.paragraphs[number].text for number in (1, 2)] == [
        "Centre for the Study of Enterprises",
        "For internal use",
    ]
    with zipfile.ZipFile(own / "briefing.xlsx") as book:
        assert any(b"Centre for the Study of Enterprises" in book.read(name) for name in book.namelist())
    first, second, *_ = (slide.shapes for slide in Presentation(str(own / "briefing.pptx")).slides)
    assert "Centre for the Study of Enterprises" in [shape.text_frame.text for shape in first if shape.has_text_frame]
    titles = [
        shape.text_frame.paragraphs[0].runs[0] for shape in second if shape.has_text_frame and shape.text_frame.text
    ]
    assert str(titles[0].font.color.rgb) == "0B5D3B"


def test_the_page_is_as_large_as_the_style_says(own: Path) -> None:
    box = pypdf.PdfReader(own / "briefing.pdf").pages[0].mediabox
    assert (round(box.width), round(box.height)) == (612, 792)
    section = Document(str(own / "briefing.docx")).sections[0]
    assert round(section.page_width.mm, 1) == 215.9
    assert round(section.left_margin.mm) == 22


def test_the_same_style_gives_the_same_bytes_and_an_empty_one_those_of_the_house(own: Path, tmp_path: Path) -> None:
    assert contents(printed(tmp_path / "again", open_style(style_file(tmp_path / "style")))) == contents(own)
    house = printed(tmp_path / "house", Style())
    empty = printed(tmp_path / "empty", open_style(style_file(tmp_path / "nothing", "# as the house has it")))
    assert contents(empty) == contents(house)


FAULTS = {
    'colour = "red"': 'style.toml, colour: is not known here; seen "red"; allowed: letterhead, logo, colours',
    'colours = { covered = "green" }': 'style.toml, colours.covered: is no colour; seen "green"; allowed: #RRGGBB',
    'colours = { ink = "#DDDDDD" }': "style.toml, colours.ink: the contrast of 1.4 with white paper is too low to be read",
    'colours = { covered = "#7FB89E" }': "style.toml, colours.covered: the contrast of 2.3 with white paper is too low",
    'colours = { uncovered = "#2A679F" }': "style.toml, colours.uncovered: the contrast of 1.2 with covered, #1F5A92, is",
    'fonts = { en = { body = "Commic Sans" } }': "style.toml, fonts.en.body: is no font that is installed or lies in fonts/",
    'page = { size = "B5" }': 'style.toml, page.size: is none of those allowed; seen "B5"',
    "page = { margins = { top = 25, right = 22, bottom = 25, left = 2 } }": "style.toml, page.margins.left",
    'logo = "lgo.svg"': 'style.toml, logo: there is no such file; seen "lgo.svg"; allowed: cut.png, heavy.png, logo.svg',
    'logo = "heavy.png"': 'style.toml, logo: has 1,048,580 bytes; seen "heavy.png"; allowed: a PNG or SVG picture',
    'logo = "wide.png"': "style.toml, logo: is larger than 4000 pixels on a side",
    'logo = "torn.svg"': "style.toml, logo: is no picture that can be drawn",
    'logo = "../logo.svg"': "style.toml, logo: leads out of the folder of the style",
    'logo = "wild.svg"': "style.toml, logo: fetches or runs something",
    'logo = "cut.png"': "style.toml, logo: is neither a PNG nor an SVG picture",
    'reference_docx = "none.docx"': "style.toml, reference_docx: is no Word document",
    "logo = ": "style.toml",
}


@pytest.mark.parametrize("text", FAULTS)
def test_a_broken_style_is_told_by_its_key_and_value(tmp_path: Path, text: str) -> None:
    wild = LOGO.replace("<circle", "<script>alert(1)</script><circle")
    png = b"\x89PNG\r\n\x1a\n"
    files = {
        "wild.svg": wild,
        "torn.svg": LOGO[:60],
        "cut.png": b"\x89PNG",
        "heavy.png": b"\x89PNG" + bytes(2**20),
        "wide.png": png + struct.pack(">I4sII", 13, b"IHDR", 4001, 10) + bytes(40),
        "none.docx": b"PK",
    }
    broken = style_file(tmp_path, text, **files)
    with pytest.raises(DataError) as told:
        open_style(broken)
    assert FAULTS[text] in str(told.value)
    assert re.search("[一-鿿]", in_language(message_of(told.value), "zh"))


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_style_that_the_contract_shows_can_be_opened(tmp_path: Path, name: str) -> None:
    (shown,) = re.findall(r"```toml\n(logo = .*?)```", (DATA / name).read_text(encoding="utf-8"), flags=re.DOTALL)
    assert open_style(style_file(tmp_path, shown, **{"ours.docx": word_document()})).colours.covered == "#0B5D3B"


def test_a_broken_style_stops_the_command_before_anything_is_written(tmp_path: Path) -> None:
    broken = style_file(tmp_path, 'colours = { covered = "green" }')
    told = refusal(command("briefing", "--language", "en", "--style", broken, "--output", tmp_path / "paper"))
    assert "colours.covered" in told
    told = refusal(command("conference", "--language", "en", "--style", broken, "--output", tmp_path / "paper"))
    assert "colours.covered" in told
    assert not (tmp_path / "paper").exists()


def test_a_style_is_an_input_of_a_run_verified_packed_and_told_as_what_changed(tmp_path: Path) -> None:
    style = style_file(tmp_path / "style")
    parameters = checked("1_sources", {"language": "en"})
    runs = [
        run(parameters, folder=tmp_path / name, formats=("html",), style=one)
        for name, one in (("house", None), ("own", style))
    ]
    assert verify(runs[1]).is_true
    assert not difference(*(read_run(one) for one in runs)).moved
    packed = command("pack", runs[1], "--output", tmp_path / "own.zip")
    assert packed.returncode == 0, packed.stderr
    with zipfile.ZipFile(tmp_path / "own.zip") as archive:
        assert {"style/style.toml", "style/logo.svg"} <= set(archive.namelist())


def test_a_batch_writes_papers_anew_when_the_style_of_their_study_changes(tmp_path: Path) -> None:
    study = Path(shutil.copytree(DATA / "suzhou-2003", tmp_path / "study"))
    parameters = checked("1_sources", {"study": str(study), "language": "en"})
    papers = (Wanted("1_sources", parameters, ("html",), "one"),)
    states = []
    for colour in ("#0B5D3B", "#0B5D3B", "#663399"):
        style_file(study, f'colours = {{ covered = "{colour}" }}')
        states += [one.state for one in batch(papers, tmp_path / "out")]
    assert states == ["written", "reused", "written"]
    asked = tmp_path / "asked.toml"
    asked.write_text(f"""style = "look/style.toml"
        [[papers]]
        study = "{study}"
        notebook = "1_sources"
        language = "en"
        formats = ["html"]""")
    style_file(tmp_path / "look", 'colours = { covered = "green" }')
    with pytest.raises(ParameterError, match=r"style, style\.toml, colours\.covered: is no colour"):
        read_grid(asked)
    style_file(tmp_path / "look", 'colours = { covered = "#0B5D3B" }')
    states = [one.state for _ in range(2) for one in batch(read_grid(asked), tmp_path / "asked")]
    assert states == ["written", "reused"]


def test_a_style_goes_with_its_study_into_an_archive_and_gives_the_same_documents_there(tmp_path: Path) -> None:
    study = Path(shutil.copytree(DATA / "suzhou-2003", tmp_path / "study"))
    style_file(study, f'reference_docx = "ours.docx"\n{OWN}', **{"ours.docx": word_document()})
    first = run(checked("1_sources", {"study": str(study)}), folder=tmp_path / "run", formats=("docx", "html"))
    unpack(pack(first, tmp_path / "run.zip"), tmp_path / "elsewhere")
    there = tmp_path / "elsewhere" / "study"
    assert {name for name, _ in open_style(there / "style.toml").files} == {"style.toml", "logo.svg", "ours.docx"}
    again = run(checked("1_sources", {"study": str(there)}), folder=tmp_path / "again", formats=("docx", "html"))
    before, after = (read_manifest(one)["outputs"] for one in (first, again))
    documents = [name for name in before if name.endswith((".docx", ".html")) and name != "manifest.html"]
    assert len(documents) == 3  # the ledger beside them among them
    assert [after[name] for name in documents] == [before[name] for name in documents]


def test_a_word_document_of_one_s_own_gives_its_styles(tmp_path: Path) -> None:
    style = style_file(tmp_path, 'reference_docx = "ours.docx"', **{"ours.docx": word_document()})
    paper = printed(tmp_path / "paper", open_style(style))
    word = Document(str(paper / "briefing.docx"))
    assert word.styles["Heading 1"].font.name == "Georgia"
    assert word.tables
    sides = word.styles["Table"].element.find(f".//{qn('w:tblCellMar')}")
    assert [side.get(qn("w:w")) for side in sides] == ["60", "60"], "a document's own margins would break numbers"
    assert word.core_properties.author != "Somebody"
    assert word.sections[0].header.paragraphs[0].text == "Head of a page"
    assert not [one for one in word.paragraphs if one.text == "A text of theirs."]
