"""Notebook 5: two districts, two periods, two bases, and what is refused."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from analysis import open_study
from analysis.briefing.parameters import checked
from analysis.briefing.runner import run
from analysis.briefing.sections.decomposition import pieces_of
from analysis.briefing.verification import resolver, verify
from analysis.errors import ParameterError, WorkbookError
from analysis.ledger import Claim
from analysis.quantities import Language, Number, Status, recompute
from analysis.study import Study
from analysis.views.blocks import Figure, Paragraph, Table
from analysis.views.wording import plain
from tests.briefing.second_period import second_period
from tests.papers import NotebookPaper as Paper
from tests.papers import open_paper, questions

PLACES = "tests/studies/place-{}"
BRIEFLY = ("said", "difference", "chain")


@cache
def paper(language: Language = "en", **parameters: str) -> Paper:
    """The paper as an exercise: the study that ships is a synthetic one."""
    return open_paper("5_comparison", language=language, compare_synthetic=True, **parameters)


def words(opened: Paper, section: str) -> str:
    return " ".join(plain(block.content) for block in opened.section(section).blocks if isinstance(block, Paragraph))


def same(claim: Claim, resolve: Callable[[str], Number]) -> bool:
    now, then = recompute(claim.quantity, resolve), claim.quantity.value
    return now == then or (math.isnan(now) and math.isnan(then))  # a rate over nobody is no number


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(second_period(tmp_path_factory.mktemp("studies") / "later"))


def test_every_number_of_the_paper_is_computed_again() -> None:
    opened = paper()
    resolve = resolver(opened.context.parameters)
    claims = opened.ledger.claims
    assert len(claims) > 250
    assert [one.text for one in claims if not same(one, resolve)] == []


def test_groups_by_size_account_for_the_limits_in_their_names() -> None:
    opened = paper(groups="category_size", district="320583", other_district="320584")
    resolve = resolver(opened.context.parameters)
    claims = [claim for name in ("difference", "small") for claim in opened.section(name).claims()]
    limits = [claim for claim in claims if claim.quantity.address.startswith("constant:25,49#")]
    assert {claim.text for claim in limits} == {"25", "49"}
    assert [claim.text for claim in claims if not same(claim, resolve)] == []


def test_both_languages_tell_the_same_numbers() -> None:
    numbers = [{claim.quantity.value for claim in paper(language).ledger.claims} for language in ("zh", "en")]
    assert numbers[0] == numbers[1]


def test_what_rests_on_a_synthetic_register_is_marked_and_what_was_published_is_not() -> None:
    for claim in paper().ledger.claims:
        leaves = list(claim.quantity.leaves())
        if any(leaf.address.startswith("cells:") for leaf in leaves):
            assert claim.status is Status.SYNTHETIC
        if all(leaf.address.startswith("series:") for leaf in leaves):
            assert claim.status <= Status.DERIVED


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_section_has_something_to_show(language: Language) -> None:
    figures = 0
    for name in questions("5_comparison"):
        blocks = paper(language).section(name).blocks
        assert bool(blocks) == (name != "then_and_now"), name  # which needs another study
        figures += sum(isinstance(block, Figure) for block in blocks)
    assert figures == 5


def test_the_words_name_who_leads_before_and_after_the_mix_is_allowed_for() -> None:
    said = words(paper(), "said")
    assert "Kunshan has the highest rate, 5.89%†" in said
    assert "if every district had the mix of Suzhou, Pingjiang would be highest" in said
    assert "nothing left over" in said
    zh = words(paper("zh"), "said")
    assert "昆山市比率最高" in zh
    assert "没有余项" in zh


def test_no_rank_stands_without_the_ranks_it_can_have() -> None:
    table = next(block for block in paper().section("standardised").blocks if isinstance(block, Table))
    assert len(table.rows) == 12
    for row in table.rows:
        assert all(len([piece for piece in cell if not isinstance(piece, str)]) == 3 for cell in row[-2:])


def test_wilson_is_process_variation_with_the_reason_why() -> None:
    table = next(block for block in paper().section("outliers").blocks if isinstance(block, Table))
    assert "process variation" in plain(table.note)
    assert "no sampling error" in plain(table.note)


def test_two_periods_are_compared_with_the_chain_from_the_registered(later: str) -> None:
    opened = paper(other_study=later)
    said = words(opened, "said")
    assert "Suzhou (2003) with an organisation: 4.17%" in said
    assert "Suzhou (2005): 4.90% (13,100 of 267,473" in said
    chain = next(block for block in opened.section("chain").blocks if isinstance(block, Table))
    assert len(chain.rows) == 4
    resolve = resolver(opened.context.parameters)
    claims = [claim for name in BRIEFLY for claim in opened.section(name).claims()]
    assert any(leaf.address.startswith("other:") for claim in claims for leaf in claim.quantity.leaves())
    assert [claim.text for claim in claims if not same(claim, resolve)] == []


def test_a_run_over_two_studies_keeps_both_and_notices_a_change_in_either(later: str, tmp_path: Path) -> None:
    parameters = checked("5_comparison", {"other_study": later, "language": "en", "compare_synthetic": True})
    folder = run(parameters, notebook="5_comparison", folder=tmp_path / "run", formats=("html",))
    assert verify(folder).is_true
    inputs = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["inputs"]
    assert {"study", "other_study", "series"} <= set(inputs)
    assert inputs["other_study"]["published.csv"] != inputs["study"]["published.csv"]
    published = Path(later) / "published.csv"
    whole = published.read_text(encoding="utf-8")
    try:
        published.write_text(whole.replace(",289513,", ",289613,"), encoding="utf-8")
        doubts = verify(folder).doubts
    finally:
        published.write_text(whole, encoding="utf-8")
    assert doubts
    assert all(
        "other:" in json.dumps(doubt.claim.to_json()) or "chain" in json.dumps(doubt.claim.to_json())
        for doubt in doubts
    )


def test_a_change_of_base_is_refused_or_told_as_a_term(later: str) -> None:
    with pytest.raises(WorkbookError, match='change_of_base = "term"'):
        paper(other_base="private_foreign", other_study=later).section("said")
    opened = paper(other_base="private_foreign", change_of_base="term", other_study=later)
    assert "from the change of base" in words(opened, "said")
    assert opened.section("chain").blocks == ()
    names = [block for block in opened.section("difference").blocks if isinstance(block, Table)]
    assert names == []  # group by group only over one base


def test_a_district_is_compared_with_the_rest() -> None:
    said = words(paper(district="320583", other_district="rest"), "said")
    assert "Kunshan with an organisation: 5.89%†" in said
    assert "the other districts: " in said


REFUSED = {
    "an unknown study": ({"other_study": "suzou"}, r'other_study: no study "suzou"; .*did you mean'),
    "a missing series": ({"series": "nowhere"}, 'series: no study "nowhere"'),
    "an unknown district": ({"district": "320999"}, 'district: "320999" is not in suzhou-2003'),
    "the rest on the first side": ({"district": "rest"}, 'district: "rest" is not in suzhou-2003'),
    "an unknown base": (
        {"other_base": "registered"},
        'other_base: "registered" is not in suzhou-2003; allowed: operating',
    ),
    "an unknown outcome": ({"outcome": "all"}, "allowed: organisation, independent, five_good, instructor"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_parameters_at_fault_stop_the_run_before_it_starts(what: str) -> None:
    values, message = REFUSED[what]
    with pytest.raises(ParameterError, match=message):
        checked("5_comparison", values)


def test_the_same_on_both_sides_and_a_rest_of_nobody_are_refused() -> None:
    with pytest.raises(WorkbookError, match="both sides are the same enterprises"):
        paper(district="320583", other_district="320583").section("said")
    with pytest.raises(WorkbookError, match='"rest" leaves nobody'):
        paper(district="all", other_district="rest").section("said")


def figures(one: str, two: str, language: Language = "en") -> tuple[Table, str]:
    """The table of published figures side by side, and what is said around it."""
    found = open_study(one, language=language).comparison_summary(other_study=two).section
    told = " ".join(plain(block.content) for block in found.blocks if isinstance(block, Paragraph))
    return next(block for block in found.blocks if isinstance(block, Table)), told


def test_published_figures_alone_stand_side_by_side_each_with_whether_it_can_be_compared() -> None:
    table, told = figures(PLACES.format("b"), PLACES.format("a"))
    rows = {plain(row[0]): [plain(cell) for cell in row] for row in table.rows}
    assert rows["Establishment rate"][1:] == [
        "74.6%", "Non-public enterprises", "98.2%", "—", "—", "no: the base is not stated for City A",
    ]  # fmt: skip
    assert "only if" in rows["Non-public enterprises"][-1]  # one document says 企业, the other 经济组织
    assert "0 of them can be compared directly" in told
    assert "counts by group or district; of City B, City A there are published figures only" in told


def test_two_years_of_one_series_are_not_compared_over_different_bases() -> None:
    table, _ = figures("national", "")
    rate = next(row for row in table.rows if plain(row[1]).endswith("%"))
    assert plain(rate[-1]).startswith(
        "no: China (2012) is of enterprises eligible for an organisation, China (2017) of all"
    )
    assert plain(rate[-2]) == "—"


def test_counts_on_both_sides_give_a_rate_over_one_base(tmp_path: Path) -> None:
    for name, covered, operating in (("one", 120, 1000), ("two", 300, 2000)):
        folder = Path(shutil.copytree(PLACES.format("d"), tmp_path / name))
        lines = (folder / "published.csv").read_text(encoding="utf-8").splitlines()
        text = "\n".join([lines[0], lines[1].replace("9870", str(covered), 1)])
        whole = f"operating,enterprises_operating,all,丁市,2012,企业,enterprises,{operating},enterprises,0,no,,{operating},总结,¶"
        text = "\n".join([text, whole, ""])
        (folder / "published.csv").write_text(text, encoding="utf-8")
    found = open_study(str(tmp_path / "one"), language="en").comparison_summary(other_study=str(tmp_path / "two"))
    table = next(block for block in found.section.blocks if isinstance(block, Table))
    derived = [plain(cell) for cell in table.rows[0]]
    assert (derived[1], derived[3], derived[5]) == ("12.00%", "15.00%", "3.00 pp")
    assert derived[-1] == "yes: both of enterprises"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_paper_of_figures_side_by_side_is_verified(tmp_path: Path, language: Language) -> None:
    values = {"study": "suzhou-2003", "other_study": PLACES.format("d"), "language": language}
    folder = run(checked("5_comparison", values), notebook="5_comparison", folder=tmp_path / "run", formats=("html",))
    assert verify(folder).is_true
    assert "2,987" in (folder / "briefing.html").read_text(encoding="utf-8")


def test_what_needs_counts_is_said_to_need_them() -> None:
    found = open_study(PLACES.format("b"), language="en").compare(other_study=PLACES.format("a"))
    with pytest.raises(ParameterError, match="has published figures only, nothing to compare by group"):
        _ = found.frame
    with pytest.raises(ParameterError, match="district"):
        checked("5_comparison", {"study": PLACES.format("b"), "district": "320583"})


def test_one_district_has_nothing_to_differ_from(tmp_path: Path) -> None:
    study = second_period(tmp_path / "one", {}, year=2003)
    lines = (study / "districts.csv").read_text(encoding="utf-8").splitlines()
    (study / "districts.csv").write_text("\n".join(lines[:2]) + "\n", encoding="utf-8")
    opened = open_paper("5_comparison", study=str(study), language="en", compare_synthetic=True)
    with pytest.raises(WorkbookError, match="one district only; allowed: other_study"):
        opened.section("said")
    paper = open_paper("4_briefing", study=str(study), language="en")
    assert paper.section("by_district").blocks
    assert paper.section("fairly").blocks == ()


def test_no_piece_of_a_series_joins_two_bases(national: Study) -> None:
    pieces = pieces_of(national)
    assert [base for base, _ in pieces] == ["eligible", "above_scale", "all_enterprises"]
    for base, rows in pieces:
        assert {row.base for row in rows} == {base}
        assert [row.period for row in rows] == sorted(row.period for row in rows)
    table = next(block for block in paper().section("series").blocks if isinstance(block, Table))
    assert all(plain(row[0]) for row in table.rows)  # a rate never without its base


def test_the_five_problems_say_measured_or_not_in_the_data() -> None:
    table = next(block for block in paper().section("problems").blocks if isinstance(block, Table))
    assert sum(bool(plain(row[0])) for row in table.rows) == 5
    states = [(plain(row[2]), plain(row[3])) for row in table.rows]
    assert {state for _, state in states} == {"measured", "not in the data"}
    for value, state in states:
        assert (value == "—") == (state == "not in the data")
        assert "†" not in value
    assert ("10.17", "measured") in states
