"""Slides, read back by python-pptx: what they show, what they say of it, and that they fit."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation

from analysis.briefing.documents.slide_plan import MOST, slides_of
from analysis.briefing.documents.slides import slides
from analysis.briefing.executed import read_executed, sections_in
from analysis.quantities import Language
from analysis.views.blocks import LEDGER, Column, Figure, Heading, Paragraph, Section, Table
from tests.briefing.sample import HOSTILE, paper
from tests.briefing.texts import NOT_COUNTS, TOKEN

LANGUAGES: tuple[Language, ...] = ("zh", "en")


def opened(made: bytes) -> Any:
    return Presentation(io.BytesIO(made))


def frames(slide: Any) -> Iterator[Any]:
    for shape in slide.shapes:
        if shape.has_text_frame:
            yield shape.text_frame
        if shape.has_table:
            yield from (cell.text_frame for row in shape.table.rows for cell in row.cells)
    if slide.has_notes_slide:
        yield slide.notes_slide.notes_text_frame


def text(presentation: Any) -> str:
    return "\n".join(frame.text for slide in presentation.slides for frame in frames(slide))


@pytest.fixture(scope="module", params=LANGUAGES)
def sections(request: pytest.FixtureRequest, finished: Callable[..., Path]) -> tuple[Section, ...]:
    language = {} if request.param == "zh" else {"language": "en"}
    return sections_in(read_executed(finished(**language) / "notebook.ipynb"))


def test_a_briefing_makes_eight_to_ten_slides_with_native_tables_and_pictures(sections: tuple[Section, ...]) -> None:
    shapes = [shape for slide in opened(slides(sections)).slides for shape in slide.shapes]
    assert 8 <= len(opened(slides(sections)).slides) <= MOST
    assert any(shape.has_table for shape in shapes)
    assert any(shape.shape_type == 13 for shape in shapes)  # a picture


def test_every_number_on_a_slide_is_a_claim_of_the_paper(sections: tuple[Section, ...]) -> None:
    made = [claim for section in sections for claim in section.claims()]
    claims = [claim.marked + "%" * (claim.quantity.unit == "per cent") for claim in made]
    known = {
        *claims,
        *(found[0] for text in claims for found in TOKEN.finditer(text)),
    }  # "0.58 pp" stands with its unit
    presentation = opened(slides(sections))
    numbers = [
        found[0]
        for slide in presentation.slides
        for frame in list(frames(slide))
        for found in TOKEN.finditer(NOT_COUNTS.sub(" ", frame.text))
    ]
    places = {f"{number} / {len(presentation.slides)}" for number in range(2, len(presentation.slides) + 1)}
    footers = {token for place in places for token in place.split(" / ")}
    names = {found[0] for section in sections for found in TOKEN.finditer(_words(section))}
    strays = [number for number in numbers if number not in known | footers | names]
    assert numbers
    assert not strays


def _words(section: Section) -> str:
    """The paper's own words beside its claims: names such as "25 or more staff"."""
    contents = [block.content for block in section.blocks if isinstance(block, Paragraph)]
    contents += [cell for block in section.blocks if isinstance(block, Table) for row in block.rows for cell in row]
    return " ".join(piece for content in contents for piece in content if isinstance(piece, str))


def test_every_picture_has_its_alternative_text(sections: tuple[Section, ...]) -> None:
    alts = {block.alt for section in sections for block in section.blocks if isinstance(block, Figure)}
    shown = [
        shape._element.nvPicPr.cNvPr.get("descr")
        for slide in opened(slides(sections)).slides
        for shape in slide.shapes
        if shape.shape_type == 13
    ]
    assert shown
    assert set(shown) <= alts


def test_nothing_stands_outside_a_slide(sections: tuple[Section, ...]) -> None:
    presentation = opened(slides(sections))
    for slide in presentation.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= presentation.slide_width
            assert shape.top + shape.height <= presentation.slide_height


def test_what_is_not_on_a_slide_stands_in_the_speaker_s_notes(sections: tuple[Section, ...]) -> None:
    shown = text(opened(slides(sections)))
    for section in sections[1:4]:
        for block in section.blocks:
            if isinstance(block, Paragraph):
                words = "".join(piece if isinstance(piece, str) else piece.marked for piece in block.content)
                assert words in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_paper_gives_the_same_slides(language: Language) -> None:
    assert slides(paper(language)) == slides(paper(language))


@pytest.mark.parametrize("hostile", HOSTILE)
def test_text_from_data_stays_text(hostile: str) -> None:
    table = Table("t", "T", (Column("a", "left"),), (((hostile,),),))
    made = opened(slides([Section("s", "en", (Heading(hostile), Paragraph((hostile,)), table))]))
    assert text(made).count(hostile) >= 3


def test_an_annex_makes_no_slide_and_the_first_section_always_stays() -> None:
    many = [Section(f"s{n}", "en", (Heading(f"Part {n}"), Paragraph(("Words.",)))) for n in range(20)]
    ledger = Table(LEDGER, "Ledger", (Column("No."),), ((("1",),),))
    planned = slides_of([*many, Section("annex", "en", (Heading("Annex", numbered=False), ledger))])
    assert len(planned) == MOST - 1
    assert planned[0].title == "Part 0"
    assert "Annex" not in {slide.title for slide in planned}


def test_a_long_table_is_cut_and_says_so() -> None:
    rows = tuple(((f"row {n}",), ("x",)) for n in range(30))
    long = Table("t", "Long", (Column("a", "left"), Column("b")), rows)
    shown = text(opened(slides([Section("s", "en", (Heading("H"), long))])))
    assert "row 7" in shown
    assert "row 8" not in shown
    assert "the other rows stand in the paper" in shown
