"""Department sheets as documents, and how much of their page is left."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import get_args

from pypdf import PageObject, PdfReader

from analysis.briefing.documents.write import write_documents
from analysis.quantities import Language
from analysis.study import open_study
from tests.office import converted, has_office
from tests.papers import open_paper

_FOOTER = 60  # points from the lower edge of a sheet: its page number stands there


def longest(study: str, many: int) -> list[str]:
    """The departments whose sheets have the most lines: those that lead most targets, then those with most duties."""
    opened = open_study(study)
    targets = {row.id for row in opened.targets}

    def load(department: str) -> tuple[int, int]:
        duties = [duty for duty in opened.duties if duty.department == department]
        return sum(duty.part == "leads" and duty.about in targets for duty in duties), len(duties)

    return sorted((row.id for row in opened.departments), key=load, reverse=True)[:many]


def written(folder: Path, *, study: str, departments: Iterable[str]) -> list[Path]:
    """Each sheet in both languages as Word and PDF; the Word documents are printed by LibreOffice into `word/`."""
    for department in departments:
        for language in get_args(Language):
            paper = open_paper("7_department", study=study, department=department, language=language)
            sections = [paper.section(name) for name in paper.contents]
            write_documents(sections, folder, formats=("docx", "pdf"), stem=f"{department}_{language}")
    if has_office("writer"):
        converted(sorted(folder.glob("*.docx")), folder / "word", to="pdf")
    return sorted(folder.glob("*.pdf")) + sorted(folder.glob("word/*.pdf"))


def left_on(page: PageObject) -> float:
    """The share of a page between its last line and its page number."""
    heights: list[float] = []

    def seen(text: str, user: list[float], matrix: list[float], font: object, size: float) -> None:
        if text.strip():
            heights.append(matrix[4] * user[1] + matrix[5] * user[3] + user[5])

    page.extract_text(visitor_text=seen)
    return (min(height for height in heights if height > _FOOTER) - _FOOTER) / float(page.mediabox.height)


def faces(paper: Path) -> set[str]:
    """The families of type that a PDF is set in."""
    found: set[str] = set()
    for page in PdfReader(paper).pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            found.add(str(font.get_object()["/BaseFont"]).partition("+")[2].partition("-")[0])
    return found


def crowded(papers: Iterable[Path], *, least: float) -> list[str]:
    """The sheets that take a second page, or leave less of their page than asked for."""
    found = []
    for path in papers:
        pages = PdfReader(path).pages
        if len(pages) > 1 or left_on(pages[0]) < least:
            found.append(f"{path.parent.name}/{path.name}: {len(pages)} pages, {left_on(pages[0]):.0%} left")
    return found
