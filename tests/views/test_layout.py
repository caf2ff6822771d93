"""Numbers of headings, tables and figures, the way from a number to its annex row, and which tables may run over the page."""

from __future__ import annotations

from typing import Literal

import pytest

from analysis.quantities import Language
from analysis.views.blocks import LEDGER, Column, Heading, Paragraph, Section, Table, Title
from analysis.views.layout import heading_number, key_to_marks, lay_out
from analysis.views.room import FEWEST, runs_over
from tests.briefing.sample import paper

LEVELS: tuple[Literal[1, 2], ...] = (1, 2, 2, 1, 2)


def numbers(language: Language) -> list[str]:
    section = Section("headings", language, tuple(Heading("x", level=level) for level in LEVELS))
    return [placed.number for placed in lay_out([section]).blocks]


def test_headings_count_within_their_chapter() -> None:
    assert numbers("zh") == ["一、", "（一）", "（二）", "二、", "（一）"]
    assert numbers("en") == ["1.", "1.1", "1.2", "2.", "2.1"]


def test_chinese_numerals_pass_ten_and_twenty() -> None:
    assert [heading_number([count], "zh") for count in (10, 12, 20, 21)] == ["十、", "十二、", "二十、", "二十一、"]


def test_an_unnumbered_heading_takes_no_number_from_the_next() -> None:
    section = Section("headings", "en", (Heading("a"), Heading("b", numbered=False), Heading("c")))
    assert [placed.number for placed in lay_out([section]).blocks] == ["1.", "", "2."]


def test_every_claim_has_the_annex_row_of_its_place_in_the_ledger() -> None:
    laid = lay_out(paper("zh"))
    annex = next(b.block for b in laid.blocks if isinstance(b.block, Table) and b.block.id == LEDGER)
    assert len(annex.rows) == len(laid.targets) == len(laid.ledger.claims)
    assert [laid.targets[claim] for row in annex.rows for claim in row[1]] == [row[0][0] for row in annex.rows]


def test_no_claim_leads_to_a_row_that_is_not_there() -> None:
    assert lay_out(paper("zh")[:-1]).targets == {}


def test_only_the_heading_of_the_annex_opens_a_page() -> None:
    *body, annex = paper("en")
    heading, table = annex.blocks
    with_words = Section("annex", "en", (heading, Paragraph(("Each number once.",)), table))
    opening = [placed.block for placed in lay_out([*body, with_words]).blocks if placed.new_page]
    assert opening == [heading]


def test_the_key_names_only_marks_in_use() -> None:
    assert key_to_marks(lay_out(paper("en")[:1])) == ""
    assert "synthetic" in key_to_marks(lay_out(paper("en")))


def test_no_document_is_without_a_title() -> None:
    assert lay_out([Section("a", "en", (Title("T", ""), Heading("H")))]).title == "T"
    assert lay_out([Section("a", "en", (Heading("H"),))]).title == "H"
    assert lay_out([Section("a", "en", ())]).title == "a"


@pytest.mark.parametrize(
    ("rows", "words", "runs"),
    [(9, 1, True), (8, 1, False), (10, 1, True), (2 * FEWEST, 80, True), (2 * FEWEST - 1, 80, False)],
)
def test_a_table_of_many_lines_runs_over_and_a_short_one_stays_together(rows: int, words: int, runs: bool) -> None:
    table = Table("t", "", (Column("Why"),), (("word " * words,),) * rows)
    assert runs_over(table) is runs
