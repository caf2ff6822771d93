"""Counted against published: every figure that can be counted stands beside its count, and is computed again."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from analysis.briefing.context import Context
from analysis.briefing.parameters import BriefingParameters, checked
from analysis.briefing.returns.book import write_filled
from analysis.briefing.sections.reconciliation import reconciliation
from analysis.briefing.verification import resolver
from analysis.commands.return_report import differences_text
from analysis.coverage.answers import State, answer
from analysis.coverage.cells import Cells, compress
from analysis.coverage.counting import Counter
from analysis.coverage.lookup import board_of
from analysis.coverage.reconciliation import reconciled, uncounted
from analysis.coverage.sources import cells_of
from analysis.ledger import Claim
from analysis.quantities import Language, Status, recompute
from analysis.sources.returns.form import Place
from analysis.study import Study, open_study
from analysis.views.blocks import Paragraph, Section, Table
from analysis.views.wording import plain
from tests.returned import counts_from, returned_study, section_of


def _register(**columns: object) -> pd.DataFrame:
    row = {"district": "320583", "category": "private", "staff": 30, "members": 4, "full_members": 3, "joint_lead": 0,
           "organisation": "independent", "instructor": 1, "five_good": 0, "directly_managed": 0}  # fmt: skip
    return pd.DataFrame([row | columns, row | {"staff": 10, "instructor": 0, "organisation": "none"}])


def test_each_figure_that_can_be_counted_stands_beside_its_count(suzhou: Study) -> None:
    counter = Counter(suzhou, Cells(compress(_register()), Status.COUNTED))
    lines = {line.figure: line for line in reconciled(counter)}
    assert {name: line.counted.value for name, line in lines.items()} == {
        "operating": 2, "private": 2, "foreign": 0, "individual": 0, "organisations": 1, "covered": 1, "independent": 1,
        "joint": 0, "instructed": 1, "instructed_25": 1, "instructed_25_rate": 1.0, "members": 8,
    }  # fmt: skip
    assert lines["covered"].difference.value == 1 - 10547
    assert lines["covered"].difference.status is Status.DERIVED
    assert [name for name, line in lines.items() if line.agrees] == ["instructed_25_rate"]
    left = {row.id for row in uncounted(counter, tuple(lines.values()))}
    assert left == {"registered", "built_rate", "instructors", "members_share", "new_members", "new_members_share"}


def test_a_count_within_the_rounding_of_its_figure_agrees(suzhou: Study) -> None:
    figures = dict(suzhou.figures)
    figures["operating"] = figures["operating"].model_copy(update={"value": 253000.0, "decimals": -3})
    lines = reconciled(Counter(replace(suzhou, figures=figures), cells_of(suzhou)))
    (line,) = (line for line in lines if line.figure == "operating")
    assert line.agrees
    assert line.difference.value == -37


def test_a_withheld_count_neither_agrees_nor_differs(suzhou: Study) -> None:
    cells = Cells(compress(_register()), Status.COUNTED)
    withheld = {
        line.counted.address for line in reconciled(Counter(suzhou, cells)) if line.figure in ("covered", "joint")
    }
    lines = {line.figure: line for line in reconciled(Counter(suzhou, cells, frozenset(withheld)))}
    assert {name for name, line in lines.items() if line.agrees is None} == {"covered", "joint"}
    told = differences_text(suzhou, tuple(lines.values())).splitlines()
    assert told[0].endswith("the counts of 2 withheld")
    assert not any(lines[name].published.label.en in line for name in ("covered", "joint") for line in told[1:])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_paper_says_of_a_withheld_count_that_it_is_withheld(suzhou: Study, language: Language) -> None:
    cells = Cells(compress(_register()), Status.COUNTED)
    asked: set[str] = set()
    context = Context(BriefingParameters(language=language), suzhou, Counter(suzhou, cells, asked=asked))
    lines = reconciled(context.counter)
    every = frozenset(leaf.address for line in lines for leaf in line.counted.leaves())
    (hidden,) = (block for block in reconciliation(context.withholding({"": every})) if isinstance(block, Table))
    agrees = {plain(row[-1]) for row in hidden.rows}
    assert agrees == {{"zh": "不予公布", "en": "withheld"}[language]}
    told = [
        plain(block.content)
        for block in reconciliation(context.withholding({"": every}))
        if isinstance(block, Paragraph)
    ]
    assert told[0] == {"zh": "清点数均不予公布。", "en": "All counts are withheld."}[language]


def test_a_rate_is_counted_over_its_own_base_and_differs_in_points(suzhou: Study) -> None:
    frame = pd.concat([_register(), _register(instructor=0)])
    (line,) = (line for line in reconciled(Counter(suzhou, Cells(compress(frame), Status.COUNTED)))
               if line.figure == "instructed_25_rate")  # fmt: skip
    assert (line.counted.value, line.difference.value, line.difference.unit) == (0.5, -50.0, "points")
    assert not line.agrees


def test_a_synthetic_register_is_not_held_against_its_own_totals() -> None:
    for notebook in ("1_sources", "4_briefing"):
        assert not section_of(notebook, "reconciliation").blocks


@pytest.fixture(scope="module")
def counted(suzhou: Study, tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Returns that were counted, and have forty private enterprises fewer than were published."""
    folder = tmp_path_factory.mktemp("counted") / "study"
    study = returned_study(suzhou, folder)
    cells = cells_of(suzhou)
    assert cells is not None
    counts = counts_from(cells, study)
    for line in ("enterprises", "no.none.none"):
        counts["320583"][Place("all", line, "private", 0)] -= 40
    for path in (folder / "returns").iterdir():
        path.unlink()
    write_filled(study, folder / "returns", counts, status=Status.COUNTED, language="en")
    return open_study(folder)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_paper_states_the_differences_and_every_number_is_computed_again(counted: Study, language: str) -> None:
    resolve = resolver(checked("1_sources", {"study": str(counted.folder)}))
    sections = [
        section_of("1_sources", name, study=str(counted.folder), language=language)
        for name in ("reconciliation", "returns")
    ]
    claims = [claim for section in sections for claim in section.claims()]
    assert all(recompute(claim.quantity, resolve) == claim.quantity.value for claim in claims)
    (table,) = (block for block in sections[0].blocks if isinstance(block, Table))
    row = [plain(cell) for cell in table.rows[1]]
    assert row[1:5] == ["58,199", "58,159", "−40", "−0.07%"]
    (scores,) = (block for block in sections[1].blocks if isinstance(block, Table))
    assert len(scores.rows) == len(counted.districts)
    assert {claim.status for claim in claims} <= {Status.PUBLISHED, Status.COUNTED, Status.DERIVED}


def test_the_command_line_tells_the_same_differences(counted: Study) -> None:
    assert differences_text(counted, reconciled(Counter(counted, cells_of(counted)))).splitlines() == [
        "12 published figures, 2 of them counted differently",
        "  operating non-public enterprises: 252,963 published, 252,923 counted (−40)",
        "  private enterprises: 58,199 published, 58,159 counted (−40)",
    ]


def test_a_count_that_changed_since_is_in_doubt(counted: Study, tmp_path: Path) -> None:
    claims = list(section_of("1_sources", "reconciliation", study=str(counted.folder)).claims())
    shutil.copytree(counted.folder, tmp_path / "study")
    path = tmp_path / "study" / "returns" / "320502-Canglang.xlsx"
    book = openpyxl.load_workbook(path)
    for address in ("C6", "C32"):  # an enterprise less, in the total and in its part
        book["1 Enterprises"][address].value -= 1
    book.save(path)
    study = open_study(tmp_path / "study")
    resolve = resolver(checked("1_sources", {"study": str(study.folder)}))
    assert any(recompute(claim.quantity, resolve) != claim.quantity.value for claim in claims)


def test_counted_papers_speak_of_returns_and_carry_no_mark(counted: Study) -> None:
    chosen = {"study": str(counted.folder), "language": "en", "district": "320583"}
    words = " ".join(
        words_in(section_of("4_briefing", name, **chosen))
        for name in ("finding", "bases", "by_category", "by_district", "cascade", "targets", "assumptions")
    )
    assert "the districts' returns" in words
    assert "synthetic" not in words
    assert "†" not in words


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_counted_paper_answers_from_its_counts_and_not_from_what_was_published(
    counted: Study, language: Language
) -> None:
    differing = {line.figure for line in reconciled(Counter(counted, cells_of(counted))) if not line.agrees}
    assert differing == {"operating", "private"}
    chosen = {"study": str(counted.folder), "language": language}
    for name in ("finding", "bases", "statistics", "by_category", "by_district", "cascade", "targets"):
        leaves = [
            leaf for claim in section_of("4_briefing", name, **chosen).claims() for leaf in claim.quantity.leaves()
        ]
        assert not {leaf.address for leaf in leaves} & {f"figure:{figure}" for figure in differing}
        assert {leaf.value for leaf in leaves}.isdisjoint({252963, 58199})
    told = words_in(section_of("4_briefing", "statistics", **chosen))
    assert "252,923" in told
    assert "58,159" in told
    assert "100.00%" in told or "100%" in told


def test_the_parts_of_a_counted_paper_add_up_to_its_totals(counted: Study) -> None:
    (table,) = (
        block
        for block in section_of("4_briefing", "by_district", study=str(counted.folder), base="operating").blocks
        if isinstance(block, Table)
    )
    sizes = [next(int(one.quantity.value) for one in row[1] if isinstance(one, Claim)) for row in table.rows]
    assert sum(sizes[:-1]) == sizes[-1] == 252923


def test_the_view_answers_what_the_paper_prints(counted: Study) -> None:
    cells = cells_of(counted)
    assert cells is not None
    found = answer(board_of(counted, cells), State())
    assert (int(found.selected.whole[0]), Status(int(found.selected.whole_status[0]))) == (252923, Status.COUNTED)
    assert int(found.districts.whole.sum()) == 252923


def words_in(section: Section) -> str:
    """The paragraphs of a section as they are read."""
    return " ".join(plain(block.content) for block in section.blocks if isinstance(block, Paragraph))
