"""The four documents, read back by other readers than the ones that wrote them."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pylopdf_fonts_zh_cn
import pytest
from docx import Document
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from analysis.briefing.documents.typesetting import _USUAL, pngs, size_of
from analysis.briefing.documents.write import PAPER, write_documents
from analysis.errors import OutputError, ParameterError
from analysis.ledger import Claim
from analysis.quantities import Label, Language, Quantity, Status
from analysis.views.blocks import Column, Figure, Heading, Paragraph, Section, Table, Title
from tests.briefing.sample import HOSTILE, paper
from tests.briefing.texts import docx_text, html_text, pdf_text, xlsx_text

LANGUAGES: tuple[Language, ...] = ("zh", "en")


@pytest.fixture(scope="module", params=LANGUAGES)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Language, Path]:
    folder = tmp_path_factory.mktemp(request.param)
    write_documents(paper(request.param), folder)
    return request.param, folder


READERS: dict[str, Callable[[Path], str]] = {"docx": docx_text, "pdf": pdf_text, "html": html_text, "xlsx": xlsx_text}


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def document(section: Section, folder: Path, name: str) -> Path:
    return write_documents([section], folder, formats=[name])[0]


@pytest.mark.parametrize("name", PAPER)
def test_every_number_stands_with_its_mark_in_every_format(made: tuple[Language, Path], name: str) -> None:
    language, folder = made
    text = squeezed(READERS[name](folder / f"briefing.{name}"))
    claims = {claim for section in paper(language) for claim in section.claims()}
    assert len(claims) > 100
    assert [claim.marked for claim in claims if squeezed(claim.marked) not in text] == []


@pytest.mark.parametrize("name", PAPER)
@pytest.mark.parametrize("hostile", HOSTILE)
def test_markup_in_data_comes_out_as_text(name: str, hostile: str, tmp_path: Path) -> None:
    table = Table("places", hostile, (Column(hostile, "left"),), (((hostile,),),), note=(hostile,))
    blocks = (
        Title(hostile, hostile, ((hostile, hostile),)),
        Heading(hostile),
        Paragraph((hostile,)),
        Paragraph((hostile,), "item"),
        table,
    )
    path = document(Section("hostile", "en", blocks), tmp_path, name)
    found = squeezed(READERS[name](path)).count(squeezed(hostile))
    assert found >= (5 if name == "xlsx" else 9)


def test_the_same_sections_give_the_same_bytes_in_another_process_zone_and_hash_seed(tmp_path: Path) -> None:
    write = (
        "import sys; from pathlib import Path; from tests.briefing.sample import paper\n"
        "from analysis.briefing.documents.write import write_documents\n"
        "write_documents(paper('zh'), Path(sys.argv[1]))"
    )
    here = write_documents(paper("zh"), tmp_path / "here")
    environment = os.environ | {"TZ": "Asia/Shanghai", "PYTHONHASHSEED": "2"}
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", write, str(tmp_path / "there")], check=True, env=environment, cwd=root)
    differing = [path.name for path in here if path.read_bytes() != (tmp_path / "there" / path.name).read_bytes()]
    assert differing == []


def test_numbers_lead_to_their_row_of_the_annex(made: tuple[Language, Path]) -> None:
    _, folder = made
    html = (folder / "briefing.html").read_text(encoding="utf-8")
    body = Document(str(folder / "briefing.docx")).element.body.xml
    links = set(re.findall(r'href="#(c\d+)"', html))
    assert len(links) > 100
    assert links == set(re.findall(r'<tr id="(c\d+)"', html))
    assert set(re.findall(r'w:anchor="(c\d+)"', body)) <= set(re.findall(r'w:name="(c\d+)"', body))
    pages = PdfReader(folder / "briefing.pdf").pages
    notes = [note.get_object() for page in pages for note in page.get("/Annots", [])]
    assert len([note for note in notes if note["/Subtype"] == "/Link" and note.get("/Contents")]) > 100


def test_without_an_annex_numbers_are_no_links(tmp_path: Path) -> None:
    for path in write_documents(paper("en")[:-1], tmp_path, formats=["html", "docx"]):
        text = path.read_text() if path.suffix == ".html" else Document(str(path)).element.body.xml
        assert re.search(r'"#?c\d+"', text) is None


def test_word_has_real_styles_headings_and_alternative_text(made: tuple[Language, Path]) -> None:
    language, folder = made
    opened = Document(str(folder / "briefing.docx"))
    styles = {paragraph.style.name for paragraph in opened.paragraphs if paragraph.style is not None}
    assert {"Title", "Heading 1", "Heading 2", "Table Caption", "Image Caption", "Note"} <= styles
    headings = [p.text for p in opened.paragraphs if p.style is not None and p.style.name.startswith("Heading")]
    assert headings[:2] == (
        ["一、谁被覆盖，占多少", "（一）各级基数"]
        if language == "zh"
        else ["1. Who is covered, of how many", "1.1 The ladder of bases"]
    )
    assert [round(side.mm) for side in _margins(opened)] == [37, 35, 28, 26]
    assert all(shape._inline.docPr.get("descr") for shape in opened.inline_shapes)
    assert opened.core_properties.title == next(b for b in paper(language)[0].blocks if isinstance(b, Title)).title
    assert opened.element.body.xml.count("<w:tblHeader") == len(opened.tables) == 3
    assert all(table.style is not None and table.style.name == "Table" for table in opened.tables)


def test_word_shows_each_figure_s_own_picture_as_wide_and_high_as_it_is(made: tuple[Language, Path]) -> None:
    language, folder = made
    opened = Document(str(folder / "briefing.docx"))
    figures = {block.alt: block for section in paper(language) for block in section.blocks if isinstance(block, Figure)}
    shown = {shape._inline.docPr.get("descr"): shape for shape in opened.inline_shapes}
    assert shown.keys() == figures.keys()
    for alt, shape in shown.items():
        picture = opened.part.related_parts[shape._inline.graphic.graphicData.pic.blipFill.blip.embed].blob
        assert picture in pngs([(figures[alt].svg, round(shape.width.mm, 1))])
        across, down = size_of(figures[alt].svg)
        assert shape.height / shape.width == pytest.approx(down / across, rel=0.002)


def _margins(opened: Document) -> tuple:  # type: ignore[type-arg, valid-type]
    section = opened.sections[0]  # type: ignore[attr-defined]
    return section.top_margin, section.bottom_margin, section.left_margin, section.right_margin


def test_the_pdf_is_tagged_named_and_bookmarked(made: tuple[Language, Path]) -> None:
    language, folder = made
    read = PdfReader(folder / "briefing.pdf")
    root = read.trailer["/Root"]
    assert read.metadata is not None
    assert read.metadata.title
    assert read.metadata.creation_date is None
    assert str(root["/Lang"]).lower().startswith(language)  # type: ignore[index]
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert len(read.outline) >= 3
    assert "pdfuaid" in io.BytesIO(root["/Metadata"].get_data()).read().decode()  # type: ignore[index]


def test_excel_keeps_numbers_and_shows_marks_in_their_format(made: tuple[Language, Path]) -> None:
    language, folder = made
    book = openpyxl.load_workbook(folder / "briefing.xlsx")
    names = {"zh": ("说明", "数字清单"), "en": ("Notes", "Ledger")}[language]
    assert (book.sheetnames[0], book.sheetnames[-1]) == names
    districts = book[book.sheetnames[2]]
    assert (districts["B4"].value, districts["B4"].number_format) == (2018, '#,##0"†"')
    assert districts["I4"].number_format == '0.00%"†"'
    assert districts["I4"].value == pytest.approx(336 / 2018)
    assert districts["K4"].value == {"zh": "合成", "en": "synthetic"}[language]
    assert districts["J4"].value == {"zh": "实际开业企业", "en": "operating enterprises"}[language]
    assert districts.freeze_panes == "B4"


def test_a_cell_that_looks_like_a_formula_is_text(tmp_path: Path) -> None:
    signs = ("=1+1", "+1", "-1", "@a")
    table = Table("signs", "Signs", (Column("Sign", "left"),), tuple(((sign,),) for sign in signs))
    book = openpyxl.load_workbook(document(Section("signs", "en", (table,)), tmp_path, "xlsx"))
    cells = [book["Signs"].cell(row, 1) for row in range(4, 8)]
    assert [(cell.value, cell.data_type, cell.quotePrefix) for cell in cells] == [(s, "s", True) for s in signs]


def test_a_number_that_does_not_exist_is_a_dash_everywhere(tmp_path: Path) -> None:
    nothing = Quantity(
        float("nan"), "share", Status.DERIVED, Label("无", "none"), Label("无", "none"), address="cells:x"
    )
    table = Table("empty", "Empty", (Column("Rate"),), (((Claim(nothing, "—"),),),))
    for name, read in READERS.items():
        assert "—" in read(document(Section("empty", "en", (table,)), tmp_path, name))


def test_an_unknown_format_names_the_allowed_ones(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r'"docs"; allowed: docx, pdf, html, xlsx, pptx \(did you mean docx'):
        write_documents(paper("en"), tmp_path / "new", formats=["html", "docs"])
    assert not (tmp_path / "new").exists()


def test_a_file_in_the_folders_place_is_told_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(OutputError, match="taken: the documents cannot be written"):
        write_documents(paper("en"), tmp_path / "taken", formats=["html"])
    assert (tmp_path / "taken").read_text() == "mine"


def test_a_full_disk_leaves_the_earlier_files_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (path,) = write_documents(paper("en"), tmp_path, formats=["html"])
    before = path.read_bytes()

    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OutputError, match="No space left on device"):
        write_documents(paper("zh"), tmp_path, formats=["html", "xlsx"])
    assert [entry.name for entry in tmp_path.iterdir()] == ["briefing.html"]
    assert path.read_bytes() == before


@pytest.mark.parametrize("year", [1970, 2200])
def test_a_clock_that_no_zip_can_hold_does_not_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, year: int) -> None:
    formats = ("docx", "xlsx", "pptx")
    now = write_documents(paper("zh"), tmp_path / "now", formats=formats)
    monkeypatch.setattr(time, "localtime", lambda *_: time.struct_time((year, 1, 1, 0, 0, 0, 3, 1, 0)))
    then = write_documents(paper("zh"), tmp_path / "then", formats=formats)
    assert [path.read_bytes() for path in then] == [path.read_bytes() for path in now]


@pytest.mark.parametrize(("language", "sign"), [("zh", "𠮷"), ("en", "😀"), ("zh", "ก")])
def test_a_sign_that_the_fonts_lack_is_stood_in_for_where_it_cannot_be_set_and_said_to_be(
    tmp_path: Path, language: Language, sign: str
) -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 20"><text x="1" y="15">{sign}</text></svg>'
    blocks = (Title(f"{sign}林镇", ""), Paragraph((f"{sign}林镇的企业。",)), Figure("f", "图", svg, f"{sign}林镇", ()))
    write_documents([Section("a", language, blocks)], tmp_path)
    texts = {name: READERS[name](tmp_path / f"briefing.{name}") for name in ("docx", "pdf", "html", "xlsx")}
    code = f"U+{ord(sign):04X}"
    assert {name for name, text in texts.items() if code in text.replace("\n", "")} == {"docx", "pdf"}
    assert "〓林镇" in texts["pdf"]
    assert all(f"{sign}林镇" in text for name, text in texts.items() if name != "pdf")


def test_a_paper_of_signs_that_the_fonts_have_says_nothing_of_them(made: tuple[Language, Path]) -> None:
    _, folder = made
    assert "〓" not in pdf_text(folder / "briefing.pdf")
    assert "〓" not in docx_text(folder / "briefing.docx")


def test_the_signs_that_papers_are_full_of_are_in_the_fonts() -> None:
    """They are not looked for at every paper."""
    shapes = set(TTFont(pylopdf_fonts_zh_cn.serif_path(), lazy=True).getBestCmap())
    usual = {code for code in range(0x110000) if _USUAL.fullmatch(chr(code)) and not chr(code).isspace()}
    assert usual - shapes == {0x2060}  # which joins words and shows nothing
