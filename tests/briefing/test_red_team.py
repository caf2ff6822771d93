"""The page that argues against the paper: who would overtake whom, what nobody knows, and what rests on what."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from analysis.briefing.assumption_dependence import TURNING, resting_on
from analysis.briefing.sections.targets import _overtaking
from analysis.coverage.indicators import Part
from analysis.quantities import Label, Quantity, Rate, Status
from analysis.study import DATA
from analysis.views.blocks import Figure, Paragraph, Table
from analysis.views.layout import lay_out
from analysis.views.wording import plain
from tests.papers import DRAWN, open_paper
from tests.papers import NotebookPaper as Paper

TURNED = "turning:eligible_covered.low/organisation_3_full#0"
AHEAD = "overturned:conference/organisation_3_full#0?by=2006&assumption=arriving_rate"


@pytest.fixture(scope="module")
def briefing() -> Paper:
    return open_paper("4_briefing", language="en", draws=64)


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


def tables(paper: Paper) -> dict[str, list[list[str]]]:
    section = paper.section("challenge")
    return {
        block.id: [[plain(cell) for cell in row] for row in block.rows]
        for block in section.blocks
        if isinstance(block, Table)
    }


def test_every_measured_target_has_its_line_and_every_other_its_question(briefing: Paper) -> None:
    found = tables(briefing)
    assert len(found["challenge"]) == 6  # six measured targets; which synthetic district is in front is none
    assert len(found["challenge_ahead"]) == 6  # the same targets, under the briefing's scenario
    asked = {row[0]: row[1] for row in found["hard"]}
    assert asked["Enterprises that should have an organisation: how many?"] == "Not in the sources."
    assert "20,755 and 20,859" in asked["Enterprises with 25 or more regular staff: how many?"]
    assert re.search(
        r"The sources give no amount.*[\d,]+§ yuan", asked["What do venues and funds cost a year, and who says so?"]
    )
    assert any("trade union" in question for question in asked)


def test_what_too_few_of_the_draws_meet_is_not_said_to_be_met(briefing: Paper) -> None:
    rows = tables(briefing)["challenge_ahead"]
    unsure = [row for row in rows if "without chance" in row[0]]
    for row in rows:
        share = float(row[4].rstrip("%‡"))
        assert row[0].endswith("would be met") == (share >= 90 and row not in unsure)
        assert row[0].endswith("would not be met") == (share <= 10 and row not in unsure)
    (row,) = unsure
    assert row[0].endswith(f"met without chance, but not surely: {row[4]} of the draws")
    said = [plain(block.content) for block in DRAWN["matters"](briefing.context) if isinstance(block, Paragraph)]
    assert f"is met without chance, and met in {row[4]} of the draws" in said[-1]


@pytest.mark.parametrize("notebook", ["3_scenarios", "4_briefing"])
def test_no_quotation_stands_in_another_with_the_same_marks(notebook: str) -> None:
    opened = open_paper(notebook, language="zh", draws=8)
    blocks = [block for name in opened.contents for block in opened.section(name).blocks]
    texts = [plain(block.content) for block in blocks if isinstance(block, Paragraph)]
    texts += [plain(cell) for block in blocks if isinstance(block, Table) for row in block.rows for cell in row]
    assert any("“" in text for text in texts)
    assert [text for text in texts if re.search("“[^”]*“", text)] == []


def test_a_study_of_figures_alone_has_its_page_without_assumptions() -> None:
    found = tables(open_paper("4_briefing", study="national", language="zh"))
    assert all("→" not in cell for rows in found.values() for row in rows for cell in row)


def test_the_counts_that_rest_on_an_assumption_are_those_that_differ_in_a_paper_made_with_it_changed(
    tmp_path: Path,
) -> None:
    own = open_paper("2_coverage", language="en")
    study = Path(shutil.copytree(DATA / "suzhou-2003", tmp_path / "suzhou-2003"))
    file = study / "assumptions.toml"
    before, after = file.read_text(encoding="utf-8").split('id = "eligible_covered"')
    assert re.search(r"^value = 1(\.0)?$", after, flags=re.M)
    after = re.sub(r"^value = 1(\.0)?$", "value = 0.98", after, count=1, flags=re.M)
    file.write_text(f'{before}id = "eligible_covered"{after}', encoding="utf-8")
    changed = open_paper("2_coverage", study=str(study), language="en")
    rests = resting_on(TURNED, 0.98, own.context.study, own.context.counter)
    there = {leaf.address: leaf.value for claim in changed.ledger.claims for leaf in claim.quantity.leaves()}
    here = {leaf.address: leaf.value for claim in own.ledger.claims for leaf in claim.quantity.leaves()}
    counted = [address for address in here.keys() & there.keys() if address.startswith("cells:")]
    assert {address for address in counted if here[address] != there[address]} == set(filter(rests, counted))
    assert 0 < len(list(filter(rests, counted))) < len(counted)


def test_the_tables_and_figures_named_are_those_printed_with_that_number(briefing: Paper) -> None:
    paper = lay_out(briefing.printed)
    printed = {
        placed.number: placed.block
        for placed in paper.blocks
        if isinstance(placed.block, Table | Figure) and placed.number
    }
    (table,) = (block for block in printed.values() if isinstance(block, Table) and block.id == "challenge_ahead")
    row = next(row for row in table.rows if any("→" in plain(cell) for cell in row))
    said = plain(row[-1])
    assert said.count("–") == said.count(f"{JOINER}–{JOINER}") > 0  # no range breaks over two lines
    named = names(said)
    assert {"Table 1", "Figure 1"}.isdisjoint(named)  # published totals rest on no path
    turn = next(claim for cell in row for claim in cell if not isinstance(claim, str) and turns(claim.quantity.address))
    rests = resting_on(turn.quantity.address, turn.quantity.value, briefing.context.study, briefing.context.counter)
    for number, block in printed.items():
        if isinstance(block, Table) and block.id.startswith("challenge"):
            continue
        claims = (
            block.claims if isinstance(block, Figure) else [one for line in block.rows for cell in line for one in cell]
        )
        moved = any(rests(leaf.address) for one in claims if not isinstance(one, str) for leaf in one.quantity.leaves())
        assert moved <= (number in named)


JOINER = "\u2060"


def turns(address: str) -> bool:
    return address.startswith(TURNING)


def names(text: str) -> set[str]:
    """`Tables 1, 8–10; Figure 7; 9 numbers` as single names."""
    found = set()
    for kind, listed in re.findall(r"(Table|Figure)s?\u00a0([\d–, ]+)", text.replace(JOINER, "")):
        for part in listed.split(","):
            first, _, last = part.strip().partition("–")
            found |= {f"{kind} {number}" for number in range(int(first), int(last or first) + 1)}
    return found


def test_a_number_computed_with_the_assumption_set_does_not_rest_on_it(briefing: Paper) -> None:
    rests = resting_on(AHEAD, 0.035, briefing.context.study, briefing.context.counter)
    at = "simulated:conference/covered?year={}&stat=expected{}"
    assert rests(at.format(2006, ""))
    assert rests(at.format(2006, "&leaving_rate=0.1"))
    assert not rests(at.format(2006, "&arriving_rate=0.1"))
    assert not rests(at.format(2003, ""))
    assert not rests("cells:enterprises")
    assert rests("dynamics:arriving_rate.value")
    assert not rests("dynamics:arriving_rate.low")


def test_a_paper_on_part_of_the_place_turns_nothing_and_lists_nothing() -> None:
    paper = open_paper("4_briefing", language="en", district="320583")
    tables = [block for block in paper.section("challenge").blocks if isinstance(block, Table)]
    assert tables
    assert not any("move" in plain(cell) for table in tables for row in table.rows for cell in row)


@pytest.mark.parametrize(("language", "untried"), [("zh", "未就该范围检验"), ("en", "not tried for a part")])
def test_a_paper_on_part_of_the_place_does_not_say_that_assumptions_were_tried(language: str, untried: str) -> None:
    section = open_paper("4_briefing", language=language, district="320583").section("challenge")
    (conclusions,) = (block for block in section.blocks if isinstance(block, Table) and block.id == "challenge")
    assert {plain(row[-1]) for row in conclusions.rows} == {untried}
    said = "".join(plain(block.content) for block in section.blocks if isinstance(block, Paragraph))
    assert not re.search("is moved within its range|在其范围内移动", said)
