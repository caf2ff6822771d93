"""A synthetic register has every published total, and the same inputs give the same register."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.errors import ConsistencyError
from analysis.sources.register import COLUMNS
from analysis.sources.synthetic import synthesise
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
