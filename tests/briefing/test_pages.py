"""Pages of the PDF: a figure stays where it is spoken of as long as it fits, somewhat smaller if need be."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from analysis.briefing.pdf import pdf
from analysis.views.blocks import Block, Column, Figure, Paragraph, Section, Table
from analysis.views.layout import lay_out

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="620" height="{0}" viewBox="0 0 620 {0}">'
    '<rect width="620" height="{0}"/></svg>'
)
PX_A_MM = 620 / 156  # of a figure as wide as the text


def pages(lines: int, height_mm: float, *after: Block) -> list[str]:
    before = [Paragraph(("Said before.",)) for _ in range(lines)]
    figure = Figure("f", "The figure", SVG.format(round(height_mm * PX_A_MM)), "a box", ())
    made = pdf(lay_out([Section("a", "en", (*before, figure, *after))]))
    return [page.extract_text() for page in PdfReader(io.BytesIO(made)).pages]


@pytest.mark.parametrize(("height_mm", "page"), [(80, 1), (130, 1), (200, 2)], ids=["fits", "fits smaller", "goes on"])
def test_a_figure_goes_on_only_where_it_does_not_fit_somewhat_smaller(height_mm: float, page: int) -> None:
    texts = pages(11, height_mm, Paragraph(("Said after.",)))
    assert [number for number, text in enumerate(texts, start=1) if "The figure" in text] == [page]
    assert page == 1 or "Said after" in texts[0]  # the text runs on before it


@pytest.mark.parametrize(
    ("lines", "first"), [(12, "table"), (29, "figure")], ids=["table begins here", "no room for it"]
)
def test_a_figure_comes_after_a_table_only_where_it_would_cut_it(lines: int, first: str) -> None:
    rows = Table("t", "The table", (Column("Row"),), tuple((f"row {number}",) for number in range(30)))
    text = "".join(pages(lines, 170, rows))
    assert (text.index("The table") < text.index("The figure")) is (first == "table")
