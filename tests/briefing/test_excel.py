"""Sheet names and number formats."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.briefing.excel_cells import number_format, sheet_names
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
