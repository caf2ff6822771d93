"""A synthetic register has every published total, or is refused by name; the same inputs give the same one, kept or drawn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.errors import ConsistencyError, DataError
from analysis.sources import synthetic
from analysis.sources.register import COLUMNS
from analysis.sources.synthetic import register_of, synthesise
from analysis.sources.synthetic_draws import district_table, size_distribution
from analysis.study import Study, open_study
from tests.examples import examples
from tests.sources.drawn import check, small, validate, with_assumptions, with_figures

SUZHOU = open_study("suzhou-2003")


@pytest.fixture(scope="module")
def drawn(suzhou: Study) -> pd.DataFrame:
    return synthesise(suzhou)


def test_a_register_has_every_published_total_and_keeps_the_contract(suzhou: Study, drawn: pd.DataFrame) -> None:
    compared = validate(drawn, suzhou)
    counts = {name for name, row in suzhou.figures.items() if row.unit != "percent"}
    assert set(compared["figure"]) == counts - {"registered", "instructors"}
    assert (compared["difference"] == 0).all()
    check(drawn, suzhou)
    numbers = {name: kind for name, kind in COLUMNS.items() if kind != "str"}
    assert {name: str(drawn[name].dtype) for name in numbers} == numbers
    assert list(drawn["district"].cat.categories) == [row.id for row in suzhou.districts]


def test_who_has_what_fits_what_an_enterprise_is(suzhou: Study, drawn: pd.DataFrame) -> None:
    assert (drawn["members"] <= drawn["staff"]).all()
    assert (drawn.loc[drawn["full_members"] >= 3, "organisation"] != "none").all()
    large = drawn["staff"] >= 25
    assert large.sum() == suzhou.quantity("instructed_25").value
    assert drawn.loc[large, "instructor"].eq(1).all()


def test_every_organisation_can_have_its_three_full_members(drawn: pd.DataFrame) -> None:
    leads = drawn["joint_lead"] == 1
    assert drawn.loc[drawn["organisation"] == "independent", "full_members"].min() >= 3
    assert drawn.loc[leads, "full_members"].min() >= 2
    led = drawn[leads].groupby("district", observed=False).size()
    others = drawn[(drawn["organisation"] == "joint") & ~leads]
    for some in (others, others[others["full_members"] > 0]):
        assert (some.groupby("district", observed=False).size() >= led).all()


def test_an_assumed_share_of_enterprises_with_three_full_members_stays_uncovered(suzhou: Study) -> None:
    register = synthesise(with_assumptions(small(suzhou), eligible_covered=0.8))
    eligible = register[register["full_members"] >= 3]
    assert (eligible["organisation"] != "none").mean() == pytest.approx(0.8, abs=0.03)


def test_staff_come_near_their_assumed_means(suzhou: Study, drawn: pd.DataFrame) -> None:
    means = drawn.groupby("category", observed=False)["staff"].mean()
    for name, mean in means.items():
        assert mean == pytest.approx(suzhou.assumptions[f"staff_mean_{name}"].value, rel=0.15)


@pytest.mark.parametrize(("mean", "tail"), [(1.47, 2.8), (13.6, 1.8), (180.0, 1.2)])
def test_sizes_have_the_mean_asked_for(mean: float, tail: float) -> None:
    cumulated = size_distribution(mean=mean, tail=tail, largest=5000)
    assert 1 + (1 - cumulated).sum() == pytest.approx(mean, rel=1e-9)
    assert (np.diff(cumulated) >= 0).all()


def test_only_city_districts_have_directly_managed_enterprises(suzhou: Study, drawn: pd.DataFrame) -> None:
    kinds = drawn["district"].map({row.id: row.kind for row in suzhou.districts})
    managed = drawn["directly_managed"] == 1
    assert managed.any()
    assert not kinds[managed].astype(str).str.startswith("county").any()


def test_districts_follow_their_shares_and_add_up_to_every_category(suzhou: Study) -> None:
    operating = {"private": 58199, "foreign": 5491, "individual": 189273}
    table = district_table(suzhou, operating)
    assert table.sum(axis=0).tolist() == list(operating.values())
    foreign = np.array([row.share_foreign for row in suzhou.districts])
    assert np.abs(table[:, 1] - foreign / foreign.sum() * 5491).max() <= 2


def test_a_category_without_shares_follows_the_others(suzhou: Study) -> None:
    first, *others = suzhou.settings.categories
    categories = (first, *(row.model_copy(update={"district_share": None}) for row in others))
    study = small(suzhou)
    changed = type(study)(**(vars(study) | {"settings": study.settings.model_copy(update={"categories": categories})}))
    table = district_table(changed, {"private": 1000, "foreign": 1000, "individual": 1000})
    assert np.abs(table - table[:, [0]]).max() <= 1


def test_the_same_seed_gives_the_same_register_and_another_another(suzhou: Study) -> None:
    study = small(suzhou)
    pd.testing.assert_frame_equal(synthesise(study, seed=3), synthesise(study, seed=3))
    assert not synthesise(study, seed=3).equals(synthesise(study, seed=4))
    pd.testing.assert_frame_equal(synthesise(study), synthesise(study, seed=study.settings.seed))


def test_a_changed_figure_of_instructors_leaves_organisations_and_members_as_they_are(suzhou: Study) -> None:
    before = synthesise(small(suzhou))
    after = synthesise(small(suzhou, instructed=100))
    same = [name for name in COLUMNS if name != "instructor"]
    pd.testing.assert_frame_equal(before[same], after[same])
    assert (after["instructor"] >= before["instructor"]).all()


def test_what_was_not_published_is_left_out(suzhou: Study) -> None:
    silent = small(
        suzhou, registered=None, organisations=None, independent=None, joint=None, covered=None, instructed=None,
        instructed_25=None, instructed_25_rate=None, new_members=None,
    )  # fmt: skip
    register = synthesise(silent)
    assert (register["organisation"] == "none").all()
    assert register["instructor"].sum() == 0
    assert register["members"].sum() == register["full_members"].sum() == 160
    assert set(validate(register, silent)["figure"]) == {"operating", "private", "foreign", "individual", "members"}


def test_a_rate_below_all_leaves_large_enterprises_without_instructor(suzhou: Study) -> None:
    study = with_figures(small(suzhou), instructed_25_rate=90)
    register = synthesise(study)
    assert (register["staff"] >= 25).sum() == 50
    assert (validate(register, study)["difference"] == 0).all()


@examples(40)
@given(data=st.data())
def test_totals_that_fit_are_always_met(data: st.DataObject) -> None:
    def whole(low: int, high: int) -> int:
        return data.draw(st.integers(low, high))

    private, foreign, individual = whole(60, 200), whole(0, 40), whole(0, 300)
    independent, joint = whole(0, 8), whole(0, 5)
    covered = independent + (whole(2 * joint, 2 * joint + 20) if joint else 0)
    large = whole(20, 40)
    new_members = whole(0, 10)
    study = small(
        SUZHOU, districts=whole(1, 5), registered=None, operating=private + foreign + individual, private=private,
        foreign=foreign, individual=individual, organisations=independent + joint, independent=independent, joint=joint,
        covered=covered, instructed_25=large, instructed=large + whole(0, 30), new_members=new_members,
        members=3 * (independent + joint) + new_members + whole(0, 40),
    )  # fmt: skip
    register = synthesise(study, seed=whole(0, 99))
    check(register, study)
    assert (validate(register, study)["difference"] == 0).all()


@examples(60)
@given(
    values=st.fixed_dictionaries(
        {name: st.integers(0, 60) for name in ("private", "foreign", "individual")}
        | {name: st.integers(0, 9) for name in ("independent", "joint")}
        | {name: st.integers(0, 40) for name in ("joined", "small_instructed", "instructed_25", "new_members")}
        | {"members": st.integers(0, 300)}
    ),
    mean=st.floats(1.2, 60),
    eligible_covered=st.sampled_from([1.0, 0.8, 0.4]),
)
def test_any_totals_are_met_or_refused(values: dict[str, int], mean: float, eligible_covered: float) -> None:
    operating = values["private"] + values["foreign"] + values["individual"]
    assume(operating > 0)
    figures: dict[str, float | None] = {
        "registered": None,
        "operating": operating,
        "organisations": values["independent"] + values["joint"],
        "covered": values["independent"] + 2 * values["joint"] + values.pop("joined") * (values["joint"] > 0),
        "instructed": values["instructed_25"] + values.pop("small_instructed"),
    }
    means = {f"staff_mean_{name}": mean for name in ("private", "foreign", "individual")}
    study = with_assumptions(small(SUZHOU, **(values | figures)), **means, eligible_covered=eligible_covered)
    try:
        register = synthesise(study)
    except ConsistencyError:
        return
    check(register, study)
    assert (validate(register, study)["difference"] == 0).all()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"private": 60000}, "operating enterprises together 254,764 differs from operating non-public enterprises 252,963"),
        ({"registered": 200000}, "252,963 is more than registered non-public enterprises 200,000"),
        ({"independent": 3168}, "together 4,034 differs from party organisations 4,033"),
        ({"covered": 300000}, "covered by a party organisation 300,000 is more than operating non-public enterprises 252,963"),
        ({"covered": 4500}, "two for each joint organisation 4,899 is more than enterprises covered"),
        ({"instructed": 20000}, "those with 25 or more staff 20,755 is more than enterprises covered by an instructor 20,000"),
        ({"instructed": 260000}, "enterprises covered by an instructor 260,000 is more than operating"),
        ({"instructed_25_rate": 5}, "enterprises with 25 or more staff 415,100 is more than operating"),
        ({"members": 13000}, "three full members for each organisation 12,099 is more than full members 11,120"),
        ({"new_members": 60000}, "60,000 is more than party members in non-public enterprises 56,595"),
        ({"members": 9e9}, "9,000,000,000 is more than all staff, were every enterprise the largest"),
    ],
)  # fmt: skip
def test_impossible_totals_are_refused_by_name(suzhou: Study, values: dict[str, float], said: str) -> None:
    with pytest.raises(ConsistencyError) as refused:
        synthesise(with_figures(suzhou, **values))
    assert said in str(refused.value)


def test_all_that_is_impossible_is_said_at_once(suzhou: Study) -> None:
    with pytest.raises(ConsistencyError) as refused:
        synthesise(with_figures(suzhou, registered=1, covered=300000))
    assert len(str(refused.value).splitlines()) == 2


def test_totals_that_the_assumed_staff_cannot_hold_are_refused(suzhou: Study) -> None:
    tiny = {"staff_mean_private": 1.01, "staff_mean_foreign": 1.01, "staff_mean_individual": 1.01}
    unbound = small(
        suzhou,
        instructed_25=None,
        instructed_25_rate=None,
        independent=100,
        organisations=106,
        covered=150,
        members=400,
    )
    with pytest.raises(ConsistencyError, match="independent organisations 100 do not fit"):
        synthesise(with_assumptions(unbound, **tiny))


def test_a_missing_assumption_is_named(suzhou: Study) -> None:
    with pytest.raises(DataError) as refused:
        synthesise(with_assumptions(suzhou, staff_mean_private=None, five_good_share=None))
    assert len(refused.value.problems) == 2
    assert "staff_mean_private" in str(refused.value)


def test_an_assumption_that_cannot_be_is_told_with_what_is_allowed(suzhou: Study) -> None:
    with pytest.raises(DataError, match=r'enterprises_per_independent, value: cannot be; seen "2"; allowed: 1'):
        synthesise(with_assumptions(suzhou, enterprises_per_independent=2))


def test_two_shares_of_the_same_members_stay_below_one(suzhou: Study) -> None:
    with pytest.raises(DataError, match="at most 1 together"):
        synthesise(with_assumptions(suzhou, members_share_independent=0.8, members_share_joint=0.3))


@pytest.mark.parametrize(
    ("left_out", "needed"),
    [
        (("members",), ("members",)),
        (("covered",), ("enterprises_with_organisation",)),
        (("organisations", "independent"), ("organisations_independent",)),
        (("organisations", "joint"), ("organisations_joint",)),
        (("instructed",), ("enterprises_with_instructor",)),
        (
            ("foreign", "organisations", "independent", "joint", "members"),
            ("enterprises_operating", "organisations_independent", "organisations_joint", "members"),
        ),
    ],
)
def test_what_figures_need_beside_them_is_told_all_at_once_with_what_can_be_done_without(
    suzhou: Study, left_out: tuple[str, ...], needed: tuple[str, ...]
) -> None:
    with pytest.raises(DataError) as refused:
        synthesise(with_assumptions(with_figures(suzhou, **dict.fromkeys(left_out)), staff_largest=None))
    *figures, assumption = refused.value.problems
    assert [str(problem).partition("the indicator ")[2].split(" ")[0].strip(",") for problem in figures] == [*needed]
    assert "staff_largest" in str(assumption)
    assert 'input = "none"' in str(refused.value)


def test_an_organisation_figure_left_out_follows_from_the_others(suzhou: Study) -> None:
    register = synthesise(small(suzhou, joint=None))
    assert register["joint_lead"].sum() == 6


def test_each_category_needs_its_operating_enterprises(suzhou: Study) -> None:
    with pytest.raises(DataError, match='category "foreign"'):
        synthesise(with_figures(suzhou, foreign=None))


def test_a_register_read_again_is_the_one_drawn(suzhou: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study = small(suzhou)
    first = register_of(study, cache=tmp_path)
    monkeypatch.setattr(synthetic, "synthesise", lambda *_, **__: pytest.fail("drawn a second time"))
    pd.testing.assert_frame_equal(register_of(study, cache=tmp_path), first)
    assert [path.suffix for path in tmp_path.iterdir()] == [".parquet"]


def test_another_seed_figure_or_assumption_is_another_register(suzhou: Study, tmp_path: Path) -> None:
    study = small(suzhou)
    others = (study, with_figures(study, instructed=91), with_assumptions(study, five_good_share=0.2))
    for one in others:
        register_of(one, cache=tmp_path)
    register_of(study, seed=1, cache=tmp_path)
    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
        lambda path: path.write_bytes((raw := path.read_bytes())[:200] + bytes([raw[200] ^ 0xFF]) + raw[201:]),
        lambda path: pd.DataFrame({"a": [1]}).to_parquet(path),
    ],
    ids=["cut", "flipped", "other"],
)
def test_a_damaged_file_is_drawn_again(suzhou: Study, tmp_path: Path, damage: Callable[[Path], object]) -> None:
    expected = register_of(small(suzhou), cache=tmp_path)
    damage(next(tmp_path.iterdir()))
    for _ in range(2):
        pd.testing.assert_frame_equal(register_of(small(suzhou), cache=tmp_path), expected)


def test_a_cache_that_cannot_be_written_does_not_matter(suzhou: Study, tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("in the way")
    found = register_of(small(suzhou), cache=tmp_path / "a file" / "register")
    pd.testing.assert_frame_equal(found, synthesise(small(suzhou)))
