"""Cells lose nothing: any count from them is the register's, whatever engine compressed it."""

from __future__ import annotations

import duckdb
import narwhals as nw
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.coverage.cells import KEYS, MEASURES, Cells, compress, one_by_one
from analysis.coverage.counting import Counter
from analysis.coverage.lookup import FULL_MEMBERS_TOP, Cube
from analysis.coverage.selection import Selection, parsed
from analysis.errors import ParameterError, WorkbookError
from analysis.quantities import Status
from analysis.sources.synthetic import register_of
from analysis.study import Study
from tests.examples import examples

DISTRICTS, CATEGORIES = ("a", "b"), ("private", "foreign")
rows = st.fixed_dictionaries(
    {
        "district": st.sampled_from(DISTRICTS),
        "category": st.sampled_from(CATEGORIES),
        "staff": st.integers(0, 400),
        "members": st.integers(0, 60),
        "full_members": st.integers(0, 60),
        "organisation": st.sampled_from(["none", "independent", "joint"]),
        "joint_lead": st.integers(0, 1),
        "instructor": st.integers(0, 1),
        "five_good": st.integers(0, 1),
        "directly_managed": st.integers(0, 1),
    }
)
registers = st.lists(rows, min_size=1, max_size=40).map(pd.DataFrame)
selections = st.builds(
    Selection,
    districts=st.sampled_from([(), ("a",), ("a", "b")]),
    categories=st.sampled_from([(), ("foreign",)]),
    staff_from=st.integers(0, 300),
    staff_to=st.sampled_from([0, 24, 299]),
    members_from=st.integers(0, 50),
    full_members_from=st.integers(0, 50),
    organisation=st.sampled_from(["", "any", "none", "joint"]),
    instructor=st.sampled_from(["", "yes", "no"]),
    five_good=st.sampled_from(["", "yes"]),
    directly_managed=st.sampled_from(["", "no"]),
)


def counted(register: pd.DataFrame, chosen: Selection) -> int:
    """The plain way: over the register's rows."""
    keep = np.ones(len(register), dtype=bool)
    if chosen.districts:
        keep &= register["district"].isin(chosen.districts)
    if chosen.categories:
        keep &= register["category"].isin(chosen.categories)
    keep &= register["staff"] >= chosen.staff_from
    keep &= register["members"] >= chosen.members_from
    keep &= register["full_members"] >= chosen.full_members_from
    if chosen.staff_to:
        keep &= register["staff"] <= chosen.staff_to
    if chosen.organisation == "any":
        keep &= register["organisation"] != "none"
    elif chosen.organisation:
        keep &= register["organisation"] == chosen.organisation
    for name in ("instructor", "five_good", "directly_managed"):
        if getattr(chosen, name):
            keep &= register[name] == (getattr(chosen, name) == "yes")
    return int(keep.sum())


@given(registers, selections)
@examples(20)
def test_a_count_from_cells_is_the_count_from_rows(register: pd.DataFrame, chosen: Selection) -> None:
    table = compress(register)
    assert table["enterprises"].to_numpy()[chosen.mask(table)].sum() == counted(register, chosen)


@given(registers, selections, st.sampled_from(MEASURES))
@examples(20)
def test_cells_of_one_row_each_give_the_counts_of_compressed_ones(
    register: pd.DataFrame, chosen: Selection, measure: str
) -> None:
    few, many = compress(register), one_by_one(register)
    assert few[measure].to_numpy()[chosen.mask(few)].sum() == many[measure].to_numpy()[chosen.mask(many)].sum()


@given(registers)
@examples(15)
def test_pandas_and_duckdb_give_the_same_cells(register: pd.DataFrame) -> None:
    with duckdb.connect() as connection:
        relation = connection.from_df(register)
        pd.testing.assert_frame_equal(compress(relation), compress(register))


def test_the_synthetic_register_gives_the_same_cells_in_pandas_and_duckdb(suzhou: Study) -> None:
    register = register_of(suzhou)
    plain = register.astype(dict.fromkeys(("district", "category", "organisation"), "str"))
    with duckdb.connect() as connection:
        pd.testing.assert_frame_equal(compress(connection.from_df(plain)), compress(register))


def test_compress_leaves_the_register_alone_and_reads_lazy_frames() -> None:
    register = pd.DataFrame(
        [{**dict.fromkeys(KEYS, 0), "district": "a", "category": "private", "organisation": "none"}]
    )
    register["joint_lead"] = 0
    before = register.copy()
    table = compress(nw.from_native(register).lazy().to_native())
    pd.testing.assert_frame_equal(register, before)
    assert list(table.columns) == [*KEYS, *MEASURES]


@given(registers)
@examples(20)
def test_the_sums_of_cells_are_the_sums_of_the_register(register: pd.DataFrame) -> None:
    table = compress(register)
    assert table["enterprises"].sum() == len(register)
    assert table["members_total"].sum() == register["members"].sum()
    led = (register["organisation"] == "independent").astype(int) + register["joint_lead"]
    assert table["organisations"].sum() == led.sum()
    assert table["five_good_organisations"].sum() == (led * register["five_good"]).sum()


@given(selections, st.sampled_from(MEASURES))
def test_an_address_says_what_was_selected(chosen: Selection, measure: str) -> None:
    assert parsed(chosen.address(measure)) == (measure, chosen)


@given(registers, selections, st.integers(0, FULL_MEMBERS_TOP))
@examples(20)
def test_the_cube_gives_what_the_rows_give(register: pd.DataFrame, chosen: Selection, full: int) -> None:
    cube, chosen = (
        Cube(Cells(compress(register), Status.COUNTED), DISTRICTS, CATEGORIES),
        chosen.but(full_members_from=full),
    )
    assert cube.count("enterprises", chosen) == counted(register, chosen)
    by_district = [counted(register, chosen.but(districts=(district,))) for district in DISTRICTS]
    assert cube.by_district("enterprises", chosen).tolist() == by_district


def test_a_threshold_above_what_cells_keep_is_refused(suzhou: Study) -> None:
    counter = Counter(suzhou, Cells(compress(register_of(suzhou)), Status.SYNTHETIC))
    for chosen in (Selection(staff_from=301), Selection(full_members_from=51)):
        with pytest.raises(ParameterError, match="allowed: 0 to"):
            counter.count("enterprises", chosen)


def test_a_published_figure_answers_before_the_cells(suzhou: Study) -> None:
    counter = Counter(suzhou, Cells(compress(register_of(suzhou)), Status.SYNTHETIC))
    for chosen, figure in (
        (Selection(), "operating"),
        (Selection(categories=("private",)), "private"),
        (Selection(categories=("private", "foreign", "individual")), "operating"),
        (Selection(organisation="any"), "covered"),
        (Selection(instructor="yes", staff_from=25), "instructed_25"),
    ):
        answer = counter.count("enterprises", chosen)
        assert answer.status is Status.PUBLISHED
        assert answer.address == f"figure:{figure}"
        assert counter.value(chosen.address("enterprises")) == answer.value  # the register agrees


def test_what_was_not_published_is_synthetic_and_says_so(suzhou: Study) -> None:
    counter = Counter(suzhou, Cells(compress(register_of(suzhou)), Status.SYNTHETIC))
    assert counter.count("enterprises", Selection(districts=("320583",))).status is Status.SYNTHETIC
    pair = counter.count("enterprises", Selection(categories=("private", "foreign")))
    assert (pair.value, pair.status) == (63690, Status.DERIVED)


def test_without_cells_only_published_figures_answer(suzhou: Study) -> None:
    counter = Counter(suzhou, None)
    assert counter.count("members_total", Selection()).value == 56595
    with pytest.raises(WorkbookError, match="was not published"):
        counter.count("enterprises", Selection(staff_from=100))
