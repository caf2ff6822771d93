"""Figures are judged all at once: what cannot hold together is named, and nothing true is alleged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analysis.briefing.sections.sources import audit_text
from analysis.errors import DataError
from analysis.quantities import Label, Quantity, Rate, Status
from analysis.sources.audit import audit
from analysis.sources.audit.bounds import bounds
from analysis.sources.audit.consistency import clashes
from analysis.sources.audit.relations import relations_of
from analysis.study import Study, open_study
from analysis.views.wording import claim
from tests.sources.random_studies import alleged, moved, place, published, true_value, write_study
from tests.sources.small import HEADER, STUDY, figure, small_study

COVERED = "enterprises_with_organisation"
OPERATING = figure("firms", 5_200, indicator="enterprises_operating")
HIDDEN = STUDY + '[[hidden]]\nid = "list"\nzh = "名单"\nen = "the list"\nunit = "enterprises"\n'


def study_of(folder: Path, *lines: str, relations: str = "", settings: str = HIDDEN) -> Study:
    folder.mkdir(exist_ok=True)
    (folder / "study.toml").write_text(settings, encoding="utf-8")
    (folder / "published.csv").write_text("\n".join([HEADER, *lines]), encoding="utf-8")
    if relations:
        (folder / "relations.toml").write_text(relations, encoding="utf-8")
    return open_study(folder)


def rate(name: str, value: float, *, base: str, indicator: str = "coverage_rate", **columns: str) -> str:
    return figure(name, value, unit="percent", base=base, indicator=indicator, **{"decimals": "1"} | columns)


def contradictions(study: Study) -> list[set[str]]:
    return [set(finding.figures) for finding in audit(study) if finding.severity == "contradiction"]


def test_two_rates_over_one_hidden_base_that_leave_no_base_clash(tmp_path: Path) -> None:
    lines = [
        figure("with_cell", 100), rate("first", 10.0, base="list"),
        figure("with_mentor", 300), rate("second", 20.0, base="list"),
    ]  # fmt: skip
    relations = "".join(
        f'[[shares]]\nid = "{name}"\nrate = "{name}"\nnumerator = "{part}"\nbase = "list"\n'
        for name, part in (("first", "with_cell"), ("second", "with_mentor"))
    )
    lines[3] = rate("second", 20.0, base="list", indicator="mentor_rate")
    study = study_of(tmp_path, *lines, relations=relations)
    assert contradictions(study) == [{"with_cell", "first", "with_mentor", "second"}]
    assert "cannot all hold" in audit_text(study, language="en")
    assert "不能同时成立" in audit_text(study, language="zh")


def test_rates_of_two_years_over_a_base_of_one_name_do_not_clash(tmp_path: Path) -> None:
    lines = (
        figure("early", 100, indicator="enterprises_with_organisation"), rate("early_rate", 10.0, base="list"),
        figure("late", 300, indicator="enterprises_with_organisation", period="2012"),
        rate("late_rate", 20.0, base="list", period="2012"),
    )  # fmt: skip
    assert contradictions(study_of(tmp_path, *lines)) == []


TOTAL = '[[totals]]\nid = "t"\ntotal = "firms"\nparts = ["shops", "list"]\n'


def test_what_a_total_leaves_for_a_hidden_part_has_to_hold_what_lies_in_it(tmp_path: Path) -> None:
    inside = '[[subsets]]\nid = "s"\npart = "few"\nwhole = "list"\n'
    lines = figure("firms", 1000), figure("shops", 900)
    assert contradictions(study_of(tmp_path, *lines, figure("few", 150), relations=TOTAL + inside)) == [
        {"firms", "shops", "few"}
    ]
    assert contradictions(study_of(tmp_path, *lines, figure("few", 100), relations=TOTAL + inside)) == []


def test_one_part_that_two_totals_give_differently_clashes(tmp_path: Path) -> None:
    other = '[[totals]]\nid = "o"\ntotal = "all"\nparts = ["plants", "list"]\n'
    lines = figure("firms", 100), figure("shops", 60), figure("all", 200), figure("plants", 190)
    assert contradictions(study_of(tmp_path, *lines, relations=TOTAL + other)) == [{"firms", "shops", "all", "plants"}]


def test_nothing_is_no_share_of_anything(tmp_path: Path) -> None:
    lines = figure("covered", 0, indicator="enterprises_with_organisation"), rate("share", 12.5, base="list")
    assert contradictions(study_of(tmp_path, *lines)) == [{"covered", "share"}]


def test_a_base_of_nought_is_a_finding(tmp_path: Path) -> None:
    lines = (
        figure("firms", 0, indicator="enterprises_operating"),
        figure("covered", 0, indicator="enterprises_with_organisation", base="firms"),
        rate("share", 12.5, base="firms"),
    )
    study = study_of(tmp_path, *lines)
    assert {"firms", "share"} in contradictions(study)
    assert "nothing can be a share of none" in audit_text(study, language="en")


def test_a_place_that_does_not_publish_one_part_is_not_accused(suzhou: Study, tmp_path: Path) -> None:
    for name in ("study.toml", "targets.toml", "relations.toml", "districts.csv", "departments.csv"):
        (tmp_path / name).write_bytes((suzhou.folder / name).read_bytes())
    lines = (suzhou.folder / "published.csv").read_text("utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("private,")]
    (tmp_path / "published.csv").write_text("\n".join(kept), "utf-8")
    study = open_study(tmp_path)
    assert contradictions(study) == []
    assert bounds(study)


@pytest.mark.parametrize("word", ["about", "at least", "over", "nearly", "at most"])
def test_an_approximate_whole_is_no_crash_and_no_contradiction(tmp_path: Path, word: str) -> None:
    lines = (
        figure("firms", 10_000, indicator="enterprises_operating", approximate=word),
        figure("covered", 4_000, indicator="enterprises_with_organisation", base="firms"),
        figure("mentored", 3_000, indicator="enterprises_with_instructor", base="firms"),
        figure("members", 2_000, indicator="members", unit="persons"),
    )
    study = study_of(tmp_path, *lines)
    assert contradictions(study) == []
    assert all(bound.interval.low.value <= bound.interval.high.value for bound in bounds(study))
    for language in ("zh", "en"):
        assert "inf" not in audit_text(study, language=language).lower()


def test_totals_of_percentages_are_sums_too(tmp_path: Path) -> None:
    relations = '[[totals]]\nid = "t"\ntotal = "all"\nparts = ["a", "b"]\n'
    parts = rate("a", 60.0, base="list", indicator="a"), rate("b", 39.0, base="list", indicator="b")
    wrong = study_of(tmp_path, *parts, rate("all", 100.0, base="list", indicator="c"), relations=relations)
    assert contradictions(wrong) == [{"a", "b", "all"}]
    assert "add up to 99.0%" in audit_text(wrong, language="en")
    right = study_of(tmp_path, *parts, rate("all", 99.1, base="list", indicator="c"), relations=relations)
    assert contradictions(right) == []


def test_about_is_not_anything(tmp_path: Path) -> None:
    lines = (
        figure("firms", 10_000, indicator="enterprises_operating"),
        figure("covered", 417, indicator="enterprises_with_organisation", base="firms"),
        rate("share", 40, base="firms", decimals="0", approximate="about"),
    )
    study = study_of(tmp_path, *lines)
    assert contradictions(study) == [{"firms", "covered", "share"}]
    assert "about 40%, read here as 38.0%§ to 42.0%§" in audit_text(study, language="en")
    wide = study_of(tmp_path, *lines, settings=HIDDEN + "[approximations]\nabout = 0.9\n")
    assert contradictions(wide) == []


def test_parts_outside_what_about_is_read_as_contradict_their_total(tmp_path: Path) -> None:
    relations = '[[totals]]\nid = "t"\ntotal = "firms"\nparts = ["shops", "plants"]\n'
    parts = figure("shops", 5_000), figure("plants", 4_000)
    study = study_of(tmp_path, *parts, figure("firms", 10_000, approximate="about"), relations=relations)
    assert contradictions(study) == [{"firms", "shops", "plants"}]


def test_a_sum_that_agrees_only_within_rounding_never_adds_up(tmp_path: Path) -> None:
    parts = [figure(name, 2_000, decimals="-3") for name in ("a", "b", "c", "d")]
    relations = '[[totals]]\nid = "t"\ntotal = "all"\nparts = ["a", "b", "c", "d"]\n'
    study = study_of(tmp_path, *parts, figure("all", 10_000, decimals="-3"), relations=relations)
    told = audit_text(study, language="en")
    assert "add up to 8,000, and the total of all is given as 10,000" in told
    assert "add up to the published total" not in told


@pytest.mark.parametrize("percent", [150.0, -50.0])
def test_a_growth_may_be_above_a_hundred_percent_or_below_nought(tmp_path: Path, percent: float) -> None:
    growth = rate("growth", percent, base="list", indicator="organisations_growth")
    lines = figure("organisations", 500, indicator="organisations", unit="organisations"), growth
    study = study_of(tmp_path, *lines)
    assert contradictions(study) == []
    (base,) = (bound for bound in bounds(study) if bound.name == "base.list")
    assert base.interval.low.value <= 500 / (1 + percent / 100) <= base.interval.high.value
    with pytest.raises(DataError, match=r"a growth|only a growth"):
        study_of(tmp_path, rate("coverage", percent, base="list"))


def test_one_quantity_said_twice_is_refused_with_both_lines(tmp_path: Path) -> None:
    twice = figure("first", 10, indicator="members"), figure("second", 12, indicator="members")
    with pytest.raises(DataError, match=r"published\.csv, line 3, indicator, category, .*repeats line 2"):
        study_of(tmp_path, *twice)


def test_a_category_that_the_study_does_not_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match=r'published\.csv, line 2, firms, category: .*seen "privat"; allowed: all, staff>=25'
    ):
        study_of(tmp_path, figure("firms", 10, category="privat"))


def test_a_fault_is_told_with_its_line_however_the_header_is_spaced(tmp_path: Path) -> None:
    study_of(tmp_path, OPERATING)
    spaced = HEADER.replace("id,", " id ,", 1)
    (tmp_path / "published.csv").write_text(f"{spaced}\n{figure('firms', 10, base='none')}", encoding="utf-8")
    with pytest.raises(DataError, match=r"published\.csv, line 2, firms, base"):
        open_study(tmp_path)


def test_a_figure_of_another_place_or_year_is_not_this_one_s(tmp_path: Path) -> None:
    lines = (
        figure("firms", 1_000, indicator="enterprises_operating"),
        figure("covered", 900, indicator="enterprises_with_organisation", place="别处"),
        figure("before", 800, indicator="enterprises_with_organisation", period="2009"),
    )
    study = study_of(tmp_path, *lines)
    assert study.published("enterprises_with_organisation") is None
    assert [finding for finding in audit(study) if finding.rule == "ladder"] == []


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"place": "港"}, "its place, 港, is not that of the study"),
        ({"period": ""}, "it has no year"),
        ({"indicator": "enterprises_with_instructors"}, "is enterprises_with_instructor meant?"),
    ],
)
def test_a_figure_that_no_sentence_takes_is_told(tmp_path: Path, columns: dict[str, str], told: str) -> None:
    study = study_of(
        tmp_path, OPERATING, figure("mentored", 30, **{"indicator": "enterprises_with_instructor"} | columns)
    )
    assert told in audit_text(study, language="en")
    assert "只照录" in audit_text(study, language="zh")


@pytest.mark.parametrize(
    ("base", "text"),
    [
        ("at least", "at most 50.00%"),
        ("over", "at most 50.00%"),
        ("nearly", "at least 50.00%"),
        ("about", "about 50.00%"),
    ],
)
def test_a_quotient_says_which_way_it_errs(tmp_path: Path, base: str, text: str) -> None:
    lines = figure("firms", 80_000, approximate=base), figure("covered", 40_000)
    study = study_of(tmp_path, *lines)
    share = Rate(study.quantity("covered"), study.quantity("firms"), Label("企业", "firms")).share
    assert claim(share, "en").text == text
    assert Quantity.from_json(share.to_json()) == share
    assert Quantity.from_json(share.to_json() | {"approximate": True}).approximate == "about"  # as runs said it before
    assert claim(study.quantity("firms"), "en").text == f"{base} 80,000"


def test_what_a_rule_asks_for_needs_explaining_and_is_no_contradiction(tmp_path: Path) -> None:
    lines = (
        figure("organisations", 500, indicator="organisations", unit="organisations"),
        figure("members", 900, indicator="members", unit="persons"),
    )
    study = study_of(tmp_path, *lines)
    assert contradictions(study) == []
    assert [finding.rule for finding in audit(study) if finding.severity == "tension"] == ["each"]
    assert clashes(study, relations_of(study))[0].by_rule


@pytest.mark.parametrize("seed", range(24))
def test_true_figures_are_never_accused_and_lie_in_their_bounds(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng([seed, 7])
    drawn = place(rng)
    lines = published(rng, drawn.truth, gaps=rng.choice([0, 0.2, 0.5]), vague=rng.choice([0, 0.3, 0.8]))
    study = write_study(tmp_path, lines)
    assert not alleged(study)
    known = [(bound, true_value(drawn, bound.name)) for bound in bounds(study)]
    assert all(row.interval.low.value <= value <= row.interval.high.value for row, value in known if value is not None)
    assert audit_text(study, language="zh")


def test_most_figures_that_are_moved_beyond_their_rounding_are_found(tmp_path: Path) -> None:
    found = 0
    for seed in range(20):
        rng = np.random.default_rng([seed, 1])
        whole = published(rng, place(rng).truth, gaps=0.0, vague=0.0)
        study = write_study(tmp_path / str(seed), moved(rng, whole))
        found += alleged(study)
    assert found >= 12


def test_a_share_of_shares_keeps_its_base() -> None:
    part = Quantity(
        0.2, "share", Status.PUBLISHED, Label("甲", "a"), base=Label("名单", "the list"), address="figure:a"
    )
    assert (part + part).base == part.base


def test_small_studies_with_relations_of_their_own_are_judged_as_before(tmp_path: Path) -> None:
    assert contradictions(small_study(tmp_path)) == []


@pytest.mark.parametrize("indicator", ["built_rate", "establishment_rate"])
def test_a_rate_of_establishment_is_tested_against_the_published_base_it_names(tmp_path: Path, indicator: str) -> None:
    lines = (
        figure("covered", 2_080, indicator=COVERED, base="firms"),
        rate("rate", 98.0, base="firms", indicator=indicator),
    )
    told = audit_text(study_of(tmp_path, OPERATING, *lines), language="en")
    assert "given as 98.0% of firms (5,200), while the 2,080 covered are 40.00% of them" in told
    assert "of a base of 2,122" in told
    assert "figures that could be held against one another agree" not in told


def test_coverage_above_a_size_is_no_share_of_all_that_are_covered(tmp_path: Path) -> None:
    above = figure("large", 1_000, indicator="enterprises_above_scale", base="firms")
    covered = figure("covered", 3_000, indicator=COVERED, base="firms")
    study = study_of(tmp_path / "published", OPERATING, above, covered, rate("share", 95.0, base="large"))
    assert contradictions(study) == []
    hidden = study_of(tmp_path / "hidden", OPERATING, covered, rate("share", 95.0, base="list"))
    assert [bound.name for bound in bounds(hidden) if bound.name.startswith("base.")] == []
    few = study_of(tmp_path / "few", OPERATING, above, figure("covered", 900, indicator=COVERED, base="firms"),
                   rate("share", 95.0, base="large"))  # fmt: skip
    assert contradictions(few) == [{"large", "covered", "share"}]


def test_rates_of_which_nobody_published_what_they_count_are_judged_together(tmp_path: Path) -> None:
    one, other = rate("share", 71.0, base="firms"), rate("again", 52.0, base="firms", indicator="organisation_rate")
    assert contradictions(study_of(tmp_path / "two", OPERATING, one, other)) == [{"share", "again"}]
    large = figure("large", 400, indicator="enterprises_operating", category="staff>=50", base="firms")
    lines = large, figure("covered", 210, indicator=COVERED), rate("share", 90.0, base="large", category="staff>=50")
    assert contradictions(study_of(tmp_path / "size", OPERATING, *lines)) == [{"large", "covered", "share"}]


def test_parts_that_a_document_leaves_out_need_a_word_and_are_no_contradiction(tmp_path: Path) -> None:
    kinds = "".join(f'[[categories]]\nid = "{name}"\nzh = "{name}"\nen = "{name}"\n' for name in ("shops", "plants"))
    parts = (figure("shops", 600, indicator="enterprises_operating", category="shops"),
             figure("plants", 300, indicator="enterprises_operating", category="plants"))  # fmt: skip
    total = figure("firms", 1_000, indicator="enterprises_operating")
    study = study_of(tmp_path, *parts, total, settings=STUDY + kinds)
    assert contradictions(study) == []
    assert [finding.rule for finding in audit(study) if finding.severity == "tension"] == ["total"]
    assert "100 are in none of the parts" in audit_text(study, language="en")
    assert bounds(study) is not None


def test_enterprises_of_the_registered_are_not_drawn_among_the_operating(tmp_path: Path) -> None:
    lines = (
        figure("registered", 300, indicator="enterprises_registered"),
        figure("firms", 100, indicator="enterprises_operating", base="registered"),
        figure("covered", 150, indicator=COVERED, base="registered"),
        figure("organisations", 130, indicator="organisations", unit="organisations"),
        figure("alone", 120, indicator="organisations_independent", unit="organisations", base="organisations"),
        figure("mentored", 150, indicator="enterprises_with_instructor"),
    )
    study = study_of(tmp_path, *lines)
    assert [
        finding for finding in audit(study) if finding.severity == "contradiction" or finding.rule == "possible"
    ] == []


def test_nothing_remains_below_nought(tmp_path: Path) -> None:
    covered = figure("covered", 10_000, indicator=COVERED, base="firms", decimals="-3")
    told = audit_text(
        study_of(tmp_path, figure("firms", 9_800, indicator="enterprises_operating"), covered), language="en"
    )
    assert "slightly more than firms (9,800)" in told
    assert "−" not in told
    assert "102" not in told


@pytest.mark.parametrize("word", ["at most", "nearly", "about", "over", "at least"])
def test_a_growth_said_approximately_stops_nothing(tmp_path: Path, word: str) -> None:
    lines = (
        figure("members", 105, indicator="members", unit="persons"),
        figure("before", 100, indicator="members", unit="persons", period="2009"),
        rate("growth", 5.0, base="before", indicator="members_growth", approximate=word),
    )
    told = audit_text(study_of(tmp_path, *lines), language="en")
    assert "inf" not in told
    assert "do not agree" not in told


def test_sizes_nest_also_where_only_rates_tell_of_them(tmp_path: Path) -> None:
    lines = (
        figure("covered", 500, indicator=COVERED, base="firms"),
        figure("large", 400, indicator="enterprises_operating", category="staff>=50", base="firms"),
        figure("middle", 1_400, indicator="enterprises_operating", category="staff>=25", base="firms"),
        rate("of_large", 90, base="large", category="staff>=50", decimals="0"),
        rate("of_middle", 20, base="middle", category="staff>=25", decimals="0"),
    )
    assert contradictions(study_of(tmp_path, OPERATING, *lines)) == [{"large", "middle", "of_large", "of_middle"}]


@pytest.mark.parametrize("indicator", ["built_rate", "establishment_rate", "coverage_rate"])
def test_a_rate_over_some_asks_for_no_more_than_are_covered_in_all(tmp_path: Path, indicator: str) -> None:
    lines = (
        figure("eligible", 2_100, indicator="enterprises_eligible", base="firms"),
        figure("covered", 980, indicator=COVERED, base="firms"),
        rate("rate", 98, base="eligible", indicator=indicator, decimals="0"),
    )
    assert contradictions(study_of(tmp_path, OPERATING, *lines)) == [{"eligible", "covered", "rate"}]


def test_a_growth_that_agrees_is_said_to_agree(tmp_path: Path) -> None:
    lines = (
        figure("before", 5_400, indicator="members", unit="persons", period="2009"),
        figure("members", 6_102, indicator="members", unit="persons"),
        rate("growth", 13, base="before", indicator="members_growth", decimals="0"),
    )
    told = audit_text(study_of(tmp_path, *lines), language="en")
    assert "figures that could be held against one another agree" in told
    assert "6,102 ÷ 5,400 − 100% = 13.0%" in told


def test_a_count_is_no_share_of_itself(tmp_path: Path) -> None:
    lines = figure("covered", 298, indicator=COVERED), rate("share", 25.0, base="covered")
    assert contradictions(study_of(tmp_path, *lines)) == [{"covered", "share"}]


def test_a_published_base_that_a_rate_narrows_is_named_so_and_keeps_its_own_reading(tmp_path: Path) -> None:
    lines = (
        figure("firms", 3_000, indicator="enterprises_operating", approximate="nearly"),
        figure("covered", 1_030, indicator=COVERED, base="firms"),
        rate("share", 34, base="firms", approximate="about", decimals="0"),
    )
    (bound,) = (bound for bound in bounds(study_of(tmp_path, *lines)) if bound.name.startswith("base."))
    assert bound.label.en == "firms (as the rate implies)"
    assert 2_700 <= bound.interval.low.value <= bound.interval.high.value <= 3_000


@pytest.mark.parametrize(("of", "text"), [("over", "at most 1.30"), ("nearly", "at least 1.29")])
def test_a_word_stays_true_when_its_number_is_rounded(tmp_path: Path, of: str, text: str) -> None:
    lines = figure("covered", 2_460), figure("organisations", 1_900, unit="organisations", approximate=of)
    study = study_of(tmp_path, *lines)
    ratio = study.quantity("covered") / study.quantity("organisations")  # 1.2947
    assert claim(ratio, "en").text == text


@pytest.mark.parametrize(("said", "true"), [(85.0, 873), (25.0, 260)])
def test_over_leaves_room_above(tmp_path: Path, said: float, true: int) -> None:
    lines = (
        figure("firms", 1_000, indicator="enterprises_operating"),
        figure("covered", true, indicator=COVERED, base="firms"),
        rate("share", said, base="firms", decimals="0", approximate="over"),
    )
    assert contradictions(study_of(tmp_path, *lines)) == []


def test_what_is_computed_from_rounded_figures_is_about_so_much(tmp_path: Path) -> None:
    lines = (
        figure("firms", 70_000, indicator="enterprises_operating", decimals="-4"),
        figure("covered", 52_310, indicator=COVERED, base="firms"),
    )
    told = audit_text(study_of(tmp_path, *lines), language="en")
    assert "about 17,690" in told
    assert "about 74.73%" in told


def test_a_bound_that_rests_on_a_reading_is_assumed_and_says_so(tmp_path: Path) -> None:
    lines = (
        figure("firms", 10_000, indicator="enterprises_operating", approximate="about"),
        figure("covered", 4_000, indicator=COVERED, base="firms"),
        figure("mentored", 9_900, indicator="enterprises_with_instructor", base="firms"),
    )
    (both,) = (bound for bound in bounds(study_of(tmp_path, *lines)) if bound.name.startswith("both"))
    assert both.interval.low.status is Status.ASSUMED
    assert "approximate figures are read" in both.assumes.en


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ((figure("one", 5, base="one"),), "one, base: comes back to the figure itself"),
        ((figure("one", 5, base="two"), figure("two", 9, base="one")), "comes back to the figure itself"),
        (
            (figure("one", 5, base="share"), rate("share", 5.0, base="list")),
            "is a rate, and nothing is a part of a rate",
        ),
        ((figure("members", 5, unit="percent", base="list"),), "members counts, and is not in percent"),
        ((figure("one", 12_345, decimals="-3"),), "does not have -3 decimals"),
        ((figure("one", 10**13),), "more than can be counted"),
    ],
)
def test_a_line_that_cannot_be_meant_is_refused(tmp_path: Path, lines: tuple[str, ...], message: str) -> None:
    with pytest.raises(DataError, match=message):
        study_of(tmp_path, *lines)


def test_a_name_that_two_share_is_refused(tmp_path: Path) -> None:
    twice = '[[categories]]\nid = "shops"\nzh = "店"\nen = "shops"\n' * 2
    with pytest.raises(DataError, match=r"study\.toml, categories, id: cannot be told from another"):
        study_of(tmp_path, OPERATING, settings=STUDY + twice)
