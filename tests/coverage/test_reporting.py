"""Some districts have not reported: the papers are of the others, and say so wherever a total stands."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analysis.briefing.context import Context
from analysis.briefing.joint_disclosure_audit import report
from analysis.briefing.parameters import checked
from analysis.briefing.verification import resolver
from analysis.cli import app
from analysis.coverage.counting import COUNTED, Counter
from analysis.coverage.reconciliation import rests
from analysis.coverage.returned import cells_from
from analysis.coverage.sources import cells_of, reporting
from analysis.errors import DataError, ParameterError
from analysis.quantities import Language, Status, recompute
from analysis.sources.returns import read_returns
from analysis.study import Study, open_study
from analysis.views.blocks import Paragraph, Section, Table
from analysis.views.wording import plain
from tests.papers import open_paper
from tests.returned import counted_returns

GONE = "320585"  # Taicang
SETTINGS = "incomplete = true"


@pytest.fixture(scope="module")
def whole(suzhou: Study, tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Four districts, all of which have reported."""
    return counted_returns(suzhou, tmp_path_factory.mktemp("whole") / "study", districts=4, settings=SETTINGS)


@pytest.fixture(scope="module")
def part(whole: Study, tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The same, one return of the four taken away."""
    folder = Path(shutil.copytree(whole.folder, tmp_path_factory.mktemp("part") / "study"))
    next((folder / "returns").glob(f"{GONE}-*")).unlink()
    return open_study(folder)


def words(section: Section) -> str:
    """The paragraphs of a section as they are read."""
    return " ".join(plain(block.content) for block in section.blocks if isinstance(block, Paragraph))


def test_nothing_is_counted_of_the_missing_and_nothing_is_estimated_for_them(whole: Study, part: Study) -> None:
    every, some = cells_of(whole), cells_of(part)
    assert every is not None
    assert some is not None
    assert some.absent == (GONE,)
    here = every.table[every.table["district"] != GONE].reset_index(drop=True)
    assert some.table.equals(here)


def test_published_totals_of_the_whole_place_answer_nothing_and_are_no_base(part: Study) -> None:
    cells = cells_of(part)
    counter = Counter(reporting(part, cells), cells)
    assert all(counter.published(*asked) is None for asked in COUNTED.values())
    assert not counter.known()
    assert all(base.figure is None for base in counter.study.settings.bases)
    operating = next(rest for rest in rests(part, counter) if rest.figure == "operating")
    assert operating.left.value == operating.published.value - operating.counted.value > 0


@pytest.mark.parametrize(
    ("language", "said", "named"),
    [
        ("zh", "注意：4个区域中只收到3个区域的报表，缺：太仓市", "（4个区域中的3个）"),
        ("en", "Note: the returns of 3 of 4 districts are in; missing: Taicang.", "(3 of 4 districts)"),
    ],
)
def test_a_paper_says_at_its_top_and_at_each_total_of_which_districts_it_is(
    part: Study, language: Language, said: str, named: str
) -> None:
    paper = open_paper("4_briefing", study=str(part.folder), language=language, scenario="")
    assert words(paper.section("title")).startswith(said)
    tables = [block for block in paper.section("by_district").blocks if isinstance(block, Table)]
    assert named in plain(tables[0].rows[-1][0])
    assert len(tables[0].rows) == 3 + 1
    assert all(named in plain(row[0]) for block in paper.section("bases").blocks if isinstance(block, Table)
               for row in block.rows)  # fmt: skip
    assert named in words(paper.section("finding")) + words(paper.section("statistics"))
    told = words(paper.section("targets"))
    assert ("不能断定" if language == "zh" else "is not to be said") in told
    resolve = resolver(paper.context.parameters)
    for claim in paper.ledger.claims:
        assert claim.quantity.withheld or recompute(claim.quantity, resolve) == claim.quantity.value
    assert report(paper.context.parameters, paper.ledger)["safe"]
    left = next(block for block in paper.section("reconciliation").blocks if isinstance(block, Table))
    assert left.id == "left_for_others"


def test_no_decision_is_done_for_a_place_that_is_not_all_there(part: Study) -> None:
    paper = open_paper("6_conference", study=str(part.folder), language="en")
    table = next(block for block in paper.section("decisions").blocks if isinstance(block, Table))
    states = {plain(row[-1]) for row in table.rows}
    assert "cannot be said" in states
    assert "done" not in states


def test_a_paper_on_a_district_without_a_return_is_refused(part: Study) -> None:
    with pytest.raises(ParameterError, match=rf"district: no return of Taicang \({GONE}\) is in; allowed: 320582"):
        Context.of(checked("4_briefing", {"study": str(part.folder), "district": GONE}))


def test_a_missing_return_is_refused_where_the_study_does_not_allow_it(part: Study, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(part.folder, tmp_path / "study"))
    text = (folder / "study.toml").read_text(encoding="utf-8")
    (folder / "study.toml").write_text(text.replace(SETTINGS, "incomplete = false"), encoding="utf-8")
    with pytest.raises(DataError, match=r"no return of Taicang .* or incomplete = true in \[returns\] of study.toml"):
        cells_of(open_study(folder))


def test_check_names_the_missing_in_its_scorecard(part: Study) -> None:
    told = CliRunner().invoke(app, ["check", str(part.folder)])
    assert told.exit_code == 0
    assert "3 of 4 districts, 0 faults" in told.output
    assert "no return" in told.output
    assert "1 of 4 districts have no return (Taicang); papers are of the others alone" in told.output


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_paper_on_sources_shows_a_scorecard_that_fails(whole: Study, tmp_path: Path, language: Language) -> None:
    folder = Path(shutil.copytree(whole.folder, tmp_path / "study"))
    spoil(next((folder / "returns").glob(f"{GONE}-*")))
    paper = open_paper("1_sources", study=str(folder), language=language)
    assert ("报表还不能使用" if language == "zh" else "the returns cannot be used yet") in words(paper.section("title"))
    table = next(block for block in paper.section("returns").blocks if isinstance(block, Table))
    faults = {plain(row[0]): int(plain(row[-1])) for row in table.rows}
    assert sorted(faults.values()) == [0, 0, 0, 1]
    assert not paper.section("reconciliation").blocks
    assert all(claim.status is not Status.COUNTED or claim.quantity.address.startswith("return:") for claim in
               paper.ledger.claims)  # fmt: skip
    with pytest.raises(DataError, match="counts in ten thousands"):
        open_paper("4_briefing", study=str(folder), language=language)


def spoil(path: Path) -> None:
    """Write a counts in ten thousands into a return."""
    import openpyxl

    book = openpyxl.load_workbook(path)
    book.worksheets[1]["C6"].value = "1.2万"
    book.save(path)


def test_a_folder_of_returns_of_which_one_fits_no_district_is_still_refused(part: Study, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(part.folder, tmp_path / "study"))
    first = next((folder / "returns").glob("*.xlsx"))
    shutil.copy(first, first.with_name("again.xlsx"))
    found = read_returns(open_study(folder))
    assert any("second return" in str(problem) for problem in found.problems)
    assert cells_from(found).absent == (GONE,)
