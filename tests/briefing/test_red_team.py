"""The page that argues against the paper: what it says of a district overtaking another, and of what nobody knows."""

from __future__ import annotations

import pytest

from analysis.briefing.paper import open_paper
from analysis.briefing.sections.red_team import _overtaking
from analysis.coverage.indicators import Part
from analysis.quantities import Label, Quantity, Rate, Status
from analysis.views.blocks import Table
from analysis.views.wording import plain


def part(name: str, covered: int, whole: int) -> Part:
    label = Label(name, name)
    numbers = [
        Quantity(value, "enterprises", Status.COUNTED, label, address=f"cells:{name}{place}")
        for place, value in enumerate((covered, whole))
    ]
    return Part(name, label, Rate(numbers[0], numbers[1], label))


@pytest.mark.parametrize(
    ("first", "second"), [((5, 10), (3, 10)), ((1, 3), (33, 100)), ((7, 19), (100, 300)), ((1, 1), (0, 5))]
)
def test_so_many_more_put_the_second_in_front_and_one_fewer_does_not(
    first: tuple[int, int], second: tuple[int, int]
) -> None:
    more = int(_overtaking(part("a", *first), part("b", *second)).value)
    ahead = first[0] / first[1]
    assert (second[0] + more) * first[1] > first[0] * second[1]
    assert (second[0] + more - 1) * first[1] <= first[0] * second[1]
    assert 0 < ahead <= 1


def tables(language: str, study: str = "suzhou-2003") -> dict[str, list[list[str]]]:
    section = open_paper("4_briefing", study=study, language=language).section("challenge")
    return {
        block.id: [[plain(cell) for cell in row] for row in block.rows]
        for block in section.blocks
        if isinstance(block, Table)
    }


def test_every_measured_target_has_its_line_and_every_other_its_question() -> None:
    found = tables("en")
    assert len(found["challenge"]) == 7  # six measured targets, and the district in front
    asked = {row[0]: row[1] for row in found["hard"]}
    assert asked["How many are enterprises that should have an organisation?"] == "Not in the sources."
    assert "20,755 and 20,859" in asked["How many are enterprises with 25 or more regular staff?"]
    assert any("trade union" in question for question in asked)


def test_a_study_of_figures_alone_has_its_page_without_assumptions() -> None:
    found = tables("zh", "national")
    assert all("→" not in cell for rows in found.values() for row in rows for cell in row)
