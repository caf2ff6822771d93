"""Figures are judged all at once: what cannot hold together is named, and nothing true is alleged."""

from __future__ import annotations

from dataclasses import dataclass
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

HIDDEN = STUDY + '[[hidden]]\nid = "list"\nzh = "名单"\nen = "the list"\nunit = "enterprises"\n'


def study_of(folder: Path, *lines: str, relations: str = "", settings: str = HIDDEN) -> Study:
    folder.mkdir(exist_ok=True)
    (folder / "study.toml").write_text(settings, encoding="utf-8")
    (folder / "published.csv").write_text("\n".join([HEADER, *lines]), encoding="utf-8")
    if relations:
        (folder / "relations.toml").write_text(relations, encoding="utf-8")
    return open_study(folder)


def operating(value: float = 5_200, name: str = "firms", **columns: str) -> str:
    return figure(name, value, **{"indicator": "enterprises_operating"} | columns)


def covered(value: float, name: str = "covered", **columns: str) -> str:
    return figure(name, value, **{"indicator": "enterprises_with_organisation"} | columns)


def members(value: float, name: str = "members", **columns: str) -> str:
    return figure(name, value, indicator="members", unit="persons", **columns)


def rate(name: str, value: float, *, base: str, indicator: str = "coverage_rate", **columns: str) -> str:
    return figure(name, value, unit="percent", base=base, indicator=indicator, **{"decimals": "1"} | columns)


def total_of(whole: str, *parts: str) -> str:
    listed = ", ".join(f'"{part}"' for part in parts)
    return f'[[totals]]\nid = "of_{whole}"\ntotal = "{whole}"\nparts = [{listed}]\n'


def share_of(name: str, part: str) -> str:
    return f'[[shares]]\nid = "{name}"\nrate = "{name}"\nnumerator = "{part}"\nbase = "list"\n'


def contradictions(study: Study) -> list[set[str]]:
    return [set(finding.figures) for finding in audit(study) if finding.severity == "contradiction"]


@dataclass(frozen=True)
class Judged:
    """Lines of published.csv, with the figures that cannot all hold, and what the audit says and does not say."""

    lines: tuple[str, ...]
    clash: tuple[str, ...] = ()
    relations: str = ""
    settings: str = HIDDEN
    says: tuple[str, ...] = ()
    says_not: tuple[str, ...] = ()


LARGE = figure("large", 1_000, indicator="enterprises_above_scale", base="firms")
ABOUT = (
    operating(10_000),
    covered(417, base="firms"),
    rate("share", 40, base="firms", decimals="0", approximate="about"),
)
PERCENTAGES = rate("a", 60.0, base="list", indicator="a"), rate("b", 39.0, base="list", indicator="b")
LEFT = figure("firms", 1000), figure("shops", 900)
IN_LIST = total_of("firms", "shops", "list") + '[[subsets]]\nid = "s"\npart = "few"\nwhole = "list"\n'
KINDS = STUDY + "".join(
    f'[[categories]]\nid = "{name}"\nzh = "{name}"\nen = "{name}"\n' for name in ("shops", "plants")
)

JUDGED = {
    "two rates over one hidden base that leave no base": Judged(
        (figure("with_cell", 100), rate("first", 10.0, base="list"), figure("with_mentor", 300),
         rate("second", 20.0, base="list", indicator="mentor_rate")),
        ("with_cell", "first", "with_mentor", "second"),
        relations=share_of("first", "with_cell") + share_of("second", "with_mentor"), says=("cannot all hold",)),
    "rates of two years over a base of one name": Judged(
        (covered(100, "early"), rate("early_rate", 10.0, base="list"), covered(300, "late", period="2012"),
         rate("late_rate", 20.0, base="list", period="2012"))),
    "a total that leaves less for a hidden part than lies in it": Judged(
        (*LEFT, figure("few", 150)), ("firms", "shops", "few"), relations=IN_LIST),
    "a total that leaves enough": Judged((*LEFT, figure("few", 100)), relations=IN_LIST),
    "one part that two totals give differently": Judged(
        (figure("firms", 100), figure("shops", 60), figure("all", 200), figure("plants", 190)),
        ("firms", "shops", "all", "plants"),
        relations=total_of("firms", "shops", "list") + total_of("all", "plants", "list")),
    "nothing is no share of anything": Judged((covered(0), rate("share", 12.5, base="list")), ("covered", "share")),
    "totals of percentages": Judged(
        (*PERCENTAGES, rate("all", 100.0, base="list", indicator="c")), ("a", "b", "all"),
        relations=total_of("all", "a", "b"), says=("add up to 99.0%",)),
    "totals of percentages that are right": Judged(
        (*PERCENTAGES, rate("all", 99.1, base="list", indicator="c")), relations=total_of("all", "a", "b")),
    "about is not anything": Judged(
        ABOUT, ("firms", "covered", "share"), says=("about 40%, read here as 38.0%§ to 42.0%§",)),
    "about as wide as a study reads it": Judged(ABOUT, settings=HIDDEN + "[approximations]\nabout = 0.9\n"),
    "parts outside what about is read as": Judged(
        (figure("shops", 5_000), figure("plants", 4_000), figure("firms", 10_000, approximate="about")),
        ("firms", "shops", "plants"), relations=total_of("firms", "shops", "plants")),
    "a sum that agrees only within rounding": Judged(
        (*(figure(name, 2_000, decimals="-3") for name in "abcd"), figure("all", 10_000, decimals="-3")),
        relations=total_of("all", *"abcd"), says=("add up to 8,000, and the total of all is given as 10,000",),
        says_not=("add up to the published total",)),
    "coverage above a size": Judged((operating(), LARGE, covered(3_000, base="firms"), rate("share", 95.0, base="large"))),
    "coverage above a size of more than are covered in all": Judged(
        (operating(), LARGE, covered(900, base="firms"), rate("share", 95.0, base="large")), ("large", "covered", "share")),
    "two rates of one count that nobody published": Judged(
        (operating(), rate("share", 71.0, base="firms"), rate("again", 52.0, base="firms", indicator="organisation_rate")),
        ("share", "again")),
    "a rate of a size of more than are covered": Judged(
        (operating(), operating(400, "large", category="staff>=50", base="firms"), covered(210),
         rate("share", 90.0, base="large", category="staff>=50")), ("large", "covered", "share")),
    "sizes of which only rates tell": Judged(
        (operating(), covered(500, base="firms"), operating(400, "large", category="staff>=50", base="firms"),
         operating(1_400, "middle", category="staff>=25", base="firms"),
         rate("of_large", 90, base="large", category="staff>=50", decimals="0"),
         rate("of_middle", 20, base="middle", category="staff>=25", decimals="0")),
        ("large", "middle", "of_large", "of_middle")),
    **{f"{indicator} over some that asks for more than are covered": Judged(
        (operating(), figure("eligible", 2_100, indicator="enterprises_eligible", base="firms"), covered(980, base="firms"),
         rate("rate", 98, base="eligible", indicator=indicator, decimals="0")), ("eligible", "covered", "rate"))
       for indicator in ("built_rate", "establishment_rate", "coverage_rate")},
    "a count is no share of itself": Judged((covered(298), rate("share", 25.0, base="covered")), ("covered", "share")),
    **{f"over leaves room above {said}": Judged(
        (operating(1_000), covered(true, base="firms"), rate("share", said, base="firms", decimals="0", approximate="over")))
       for said, true in ((85.0, 873), (25.0, 260))},
    **{f"{indicator} is held against the base it names": Judged(
        (operating(), covered(2_080, base="firms"), rate("rate", 98.0, base="firms", indicator=indicator)),
        ("covered", "firms", "rate"),
        says=("given as 98.0% of firms (5,200), while the 2,080 covered are 40.00% of them", "of a base of 2,122"),
        says_not=("figures that could be held against one another agree",))
       for indicator in ("built_rate", "establishment_rate")},
    "nothing remains below nought": Judged(
        (operating(9_800), covered(10_000, base="firms", decimals="-3")),
        says=("slightly more than firms (9,800)",), says_not=("−", "102")),
    **{f"a growth said {word}": Judged(
        (members(105), members(100, "before", period="2009"),
         rate("growth", 5.0, base="before", indicator="members_growth", approximate=word)),
        says_not=("inf", "do not agree"))
       for word in ("at most", "nearly", "about", "over", "at least")},
    "a growth that agrees": Judged(
        (members(5_400, "before", period="2009"), members(6_102),
         rate("growth", 13, base="before", indicator="members_growth", decimals="0")),
        says=("figures that could be held against one another agree", "6,102 ÷ 5,400 − 100% = 13.0%")),
    "what is computed from rounded figures": Judged(
        (operating(70_000, decimals="-4"), covered(52_310, base="firms")), says=("about 17,690", "about 74.73%")),
    "parts that a document leaves out": Judged(
        (operating(600, "shops", category="shops"), operating(300, "plants", category="plants"), operating(1_000)),
        settings=KINDS, says=("100 are in none of the parts",)),
    "enterprises of the registered are not drawn among the operating": Judged(
        (figure("registered", 300, indicator="enterprises_registered"), operating(100, base="registered"),
         covered(150, base="registered"), figure("organisations", 130, indicator="organisations", unit="organisations"),
         figure("alone", 120, indicator="organisations_independent", unit="organisations", base="organisations"),
         figure("mentored", 150, indicator="enterprises_with_instructor")),
        says_not=("cannot all hold", "do not keep a rule")),
    **{f"a whole said {word}": Judged(
        (operating(10_000, approximate=word), covered(4_000, base="firms"), members(2_000),
         figure("mentored", 3_000, indicator="enterprises_with_instructor", base="firms")), says_not=("inf",))
       for word in ("about", "at least", "over", "nearly", "at most")},
}  # fmt: skip


@pytest.mark.parametrize("name", JUDGED)
def test_figures_that_cannot_all_hold_are_named_and_no_others(tmp_path: Path, name: str) -> None:
    judged = JUDGED[name]
    study = study_of(tmp_path, *judged.lines, relations=judged.relations, settings=judged.settings)
    assert contradictions(study) == ([set(judged.clash)] if judged.clash else [])
    told, chinese = audit_text(study, language="en"), audit_text(study, language="zh")
    assert [text for text in judged.says if text not in told] == []
    assert [text for text in judged.says_not if text in told or text in chinese] == []
    assert ("不能同时成立" in chinese) == ("cannot all hold" in told)
    assert all(bound.interval.low.value <= bound.interval.high.value for bound in bounds(study))


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


def test_a_figure_of_another_place_or_year_is_not_this_one_s(tmp_path: Path) -> None:
    lines = (
        operating(1_000),
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
        tmp_path, operating(), figure("mentored", 30, **{"indicator": "enterprises_with_instructor"} | columns)
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


def test_a_published_base_that_a_rate_narrows_is_named_so_and_keeps_its_own_reading(tmp_path: Path) -> None:
    lines = (
        figure("firms", 3_000, indicator="enterprises_operating", approximate="nearly"),
        figure("covered", 1_030, indicator="enterprises_with_organisation", base="firms"),
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


def test_a_bound_that_rests_on_a_reading_is_assumed_and_says_so(tmp_path: Path) -> None:
    lines = (
        figure("firms", 10_000, indicator="enterprises_operating", approximate="about"),
        figure("covered", 4_000, indicator="enterprises_with_organisation", base="firms"),
        figure("mentored", 9_900, indicator="enterprises_with_instructor", base="firms"),
    )
    (both,) = (bound for bound in bounds(study_of(tmp_path, *lines)) if bound.name.startswith("both"))
    assert both.interval.low.status is Status.ASSUMED
    assert "approximate figures are read" in both.assumes.en


def test_what_need_not_be_a_contradiction_is_a_tension_or_bounds_nothing(tmp_path: Path) -> None:
    left_out = JUDGED["parts that a document leaves out"]
    study = study_of(tmp_path / "left", *left_out.lines, settings=KINDS)
    assert [finding.rule for finding in audit(study) if finding.severity == "tension"] == ["total"]
    hidden = study_of(
        tmp_path / "hidden", operating(), LARGE, covered(3_000, base="firms"), rate("share", 95.0, base="list")
    )
    assert [bound.name for bound in bounds(hidden) if bound.name.startswith("base.")] == []


LINE = r"published\.csv, line"
REFUSED = {
    LINE + r" 3, indicator, category, .*repeats line 2": (members(10, "first"), members(12, "second")),
    LINE + r' 2, firms, category: .*seen "privat"; allowed: all, staff>=25': (figure("firms", 10, category="privat"),),
    "one, base: comes back to the figure itself": (figure("one", 5, base="one"),),
    "comes back to the figure itself": (figure("one", 5, base="two"), figure("two", 9, base="one")),
    "is a rate, and nothing is a part of a rate": (figure("one", 5, base="share"), rate("share", 5.0, base="list")),
    "members counts, and is not in percent": (figure("members", 5, unit="percent", base="list"),),
    "does not have -3 decimals": (figure("one", 12_345, decimals="-3"),),
    "more than can be counted": (figure("one", 10**13),),
}


@pytest.mark.parametrize("message", REFUSED)
def test_a_line_that_cannot_be_meant_is_refused(tmp_path: Path, message: str) -> None:
    with pytest.raises(DataError, match=message):
        study_of(tmp_path, *REFUSED[message])


def test_a_fault_is_told_with_its_line_however_the_header_is_spaced(tmp_path: Path) -> None:
    study_of(tmp_path, operating())
    spaced = HEADER.replace("id,", " id ,", 1)
    (tmp_path / "published.csv").write_text(f"{spaced}\n{figure('firms', 10, base='none')}", encoding="utf-8")
    with pytest.raises(DataError, match=LINE + " 2, firms, base"):
        open_study(tmp_path)


def test_a_name_that_two_share_is_refused(tmp_path: Path) -> None:
    twice = '[[categories]]\nid = "shops"\nzh = "店"\nen = "shops"\n' * 2
    with pytest.raises(DataError, match=r"study\.toml, categories, id: cannot be told from another"):
        study_of(tmp_path, operating(), settings=STUDY + twice)
