"""Pages of the PDF: a figure stays on the page where it is spoken of as long as it fits, and cuts no table in two."""

from __future__ import annotations

import io
from typing import Any

import pytest
import typst
from pypdf import PdfReader

from analysis.briefing.documents.typesetting import fonts, pdf
from analysis.style import Style
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


@pytest.mark.parametrize(("height_mm", "page"), [(80, 1), (200, 2)], ids=["fits", "goes on"])
def test_a_figure_goes_on_only_where_it_does_not_fit(height_mm: float, page: int) -> None:
    texts = pages(11, height_mm, Paragraph(("Said after.",)))
    assert [number for number, text in enumerate(texts, start=1) if "The figure" in text] == [page]
    assert "Said after" in texts[0]  # the text runs on beside it


@pytest.mark.parametrize("lines", [1, 12, 22, 29])
def test_a_figure_never_stands_between_the_rows_of_a_table(lines: int) -> None:
    rows = Table("t", "The table", (Column("Row"),), tuple((f"row {number}.",) for number in range(30)))
    text = "".join(pages(lines, 170, rows, Paragraph(("Said after.",))))
    assert text.index("The table") < text.index("row 0.") < text.index("row 29.")
    assert not text.index("row 0.") < text.index("The figure") < text.index("row 29.")


def test_the_places_of_many_figures_are_found_in_as_many_passes_as_typst_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    def watched(files: dict[str, bytes], *, style: Style, **options: Any) -> Any:
        assert style.is_house
        made, warnings = typst.compile_with_warnings(files, font_paths=fonts(), **options)
        told.extend(one.message for one in warnings)
        return made

    monkeypatch.setattr("analysis.briefing.documents.typesetting.compiled", watched)
    text = [Paragraph(("Said before. " * 20,)) for _ in range(3)]
    figures = [Figure(f"f{one}", f"Number {one}", SVG.format(300 + 37 * one), "a box", ()) for one in range(15)]
    pdf(lay_out([Section("a", "en", tuple(block for one in figures for block in (*text, one)))]))
    assert told == []
