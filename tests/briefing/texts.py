"""The text of finished documents, and the numbers in it."""

from __future__ import annotations

import re
from pathlib import Path

from bs4 import BeautifulSoup
from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook
from pypdf import PdfReader

TOKEN = re.compile(r"(?<![A-Za-z0-9_,.#])[−]?\d+(?:,\d{3})*(?:\.\d+)?%?(?P<mark>[§†‡]?)")
NOT_COUNTS = re.compile(
    r"(?:表|图|Table|Figure)\s*\d+"  # captions
    r"|¶\d+"  # places in a document
    r"|—\s*\d+\s*—"  # page numbers
    r"|(?:19|20)\d\d(?:-\d\d-\d\d|\s*年(?:\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?)?)"  # dates
    r"|\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December) (?:19|20)\d\d"
    r"|(?<![\d,])(?:19|20)\d\d(?!\d|,\d|%|\.\d)"  # years
    r"|(?m:^\s*\d+(?:\.\d+)?[.．]?\s+(?=[A-Z]))"  # numbers of headings
)

BLOCKS = [
    "p",
    "div",
    "td",
    "th",
    "tr",
    "li",
    "h1",
    "h2",
    "h3",
    "figcaption",
    "text",
    "title",
    "desc",
    "dt",
    "dd",
    "caption",
]


def docx_text(path: Path) -> str:
    """Paragraphs and table cells of a Word file, in order, one a line."""
    body = Document(str(path)).element.body
    lines = []
    for paragraph in body.iter(qn("w:p")):
        lines.append("".join(node.text or "" for node in paragraph.iter(qn("w:t"))))
    return "\n".join(lines)


def pdf_text(path: Path) -> str:
    """The text of a PDF, page after page."""
    return "\n".join(page.extract_text() for page in PdfReader(str(path)).pages)


def html_text(path: Path) -> str:
    """What a reader of the page sees, without the cards that open on its numbers."""
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    for hidden in page.select("style, script, .cw-card"):
        hidden.decompose()
    for block in page.find_all(BLOCKS):
        block.append("\n")
    return page.get_text()


def xlsx_text(path: Path) -> str:
    """Every cell of a workbook, a line each."""
    cells = (cell.value for sheet in load_workbook(path) for row in sheet.iter_rows() for cell in row)
    return "\n".join(str(value) for value in cells if value is not None)


def xlsx_numbers(path: Path) -> set[float]:
    """Every numeric cell of a workbook."""
    book = load_workbook(path)
    return {
        float(f"{cell.value:.12g}")
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
    }


def numbers(text: str) -> list[str]:
    """The numbers of a text with their marks; dates, captions, headings' and page numbers left out."""
    return [found[0] for found in TOKEN.finditer(NOT_COUNTS.sub(" ", text))]
