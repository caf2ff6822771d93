"""Sheet names and number formats."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.briefing.documents.excel_cells import number_format, row_height, sheet_names
from analysis.ledger import Claim
from analysis.quantities import Label, Quantity, Status

NAME = Label("数", "number")


@given(st.lists(st.text(max_size=50), max_size=12))
def test_sheet_names_are_ones_that_excel_opens(titles: list[str]) -> None:
    names = sheet_names(titles, taken=["Notes"])
    assert len(names) == len(titles)
    assert len({name.casefold() for name in [*names, "Notes"]}) == len(titles) + 1
    assert all(0 < len(name) <= 31 for name in names)
    assert not any(re.search(r"[\[\]:*?/\\]", name) or name.startswith("'") or name.endswith("'") for name in names)


def test_a_sheet_s_name_ends_with_a_whole_word() -> None:
    titles = ["Published figures against the count", "The same coverage over different bases", "x" * 40, "数" * 40]
    assert sheet_names(titles) == ["Published figures against the", "The same coverage over", "x" * 31, "数" * 31]


@pytest.mark.parametrize(
    ("unit", "status", "text", "expected"),
    [
        ("enterprises", Status.PUBLISHED, "252,963", "#,##0"),
        ("share", Status.SYNTHETIC, "4.17%", '0.00%"†"'),
        ("share", Status.DERIVED, "100%", "0%"),
        ("points", Status.DERIVED, "12.4 pp", '0.0" pp"'),
        ("points", Status.SIMULATED, "12.4个百分点", '0.0"个百分点‡"'),
        ("persons", Status.DERIVED, "36.3万", "#,##0"),
        ("persons", Status.DERIVED, "363 thousand", "#,##0"),
        ("enterprises per organisation", Status.ASSUMED, "8.52", '#,##0.00"§"'),
    ],
)
def test_a_format_shows_what_the_paper_prints(unit: str, status: Status, text: str, expected: str) -> None:
    base = NAME if unit == "share" else None
    quantity = Quantity(1, unit, status, NAME, base, address="figure:x")
    assert number_format(Claim(quantity, text)) == expected


@pytest.mark.parametrize(
    ("text", "lines"),
    [("数" * 52, 2), ("数" * 104, 3), ("Enterprises " * 8, 1), ("Enterprises " * 17, 2), ("Enterprises " * 19, 3)],
)
def test_a_note_over_several_columns_has_room_for_all_its_lines(text: str, lines: int) -> None:
    assert row_height(text, 34 + 70) == 16 * lines
