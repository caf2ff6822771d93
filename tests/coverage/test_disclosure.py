"""What is withheld cannot be worked out: published cases, random linked tables, and what a paper counts."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.briefing.joint_disclosure_audit import refuse_nothing_left
from analysis.briefing.suppression_plan import screen_of
from analysis.coverage.cells import Cells, compress
from analysis.coverage.counting import Counter
from analysis.coverage.disclosure.attack import Part, audit
from analysis.coverage.disclosure.counts import DisclosureError, audited, protect, screened
from analysis.coverage.disclosure.regions import CONDITIONS, linked
from analysis.coverage.disclosure.tables import LinkedTables
from analysis.coverage.selection import Selection
from analysis.coverage.sources import cells_of
from analysis.errors import WorkbookError
from analysis.quantities import Status
from analysis.study import open_study
from tests.counted import counted_study
from tests.coverage.attacker import worked_out
from tests.coverage.linked import crossed, recoverable
from tests.coverage.linked import linked as random_tables
from tests.coverage.published import case


def test_the_published_feasibility_intervals_come_out() -> None:
    inputs, expected = case("sdc_feasibility_geurts")
    table = inputs["table"]
    free = ["x11", "x12", "x21", "x22"]
    truth = np.array([[6, 1], [0, 3], [3, 3]])  # one of the tables that agree
    tables = crossed(truth, [(0, 1)])
    assert [int(tables.totals[tables.names.index(f"{row},*")]) for row in range(3)] == [row[2] for row in table[:3]]
    withheld = np.isin(tables.names, ["0,0", "0,1", "1,0", "1,1"])
    found = audit(replace(tables, threshold=2), withheld)
    intervals = dict(zip(free, zip(found.low.tolist(), found.high.tolist(), strict=True), strict=True))
    order = [name for name, hidden in zip(tables.names, withheld, strict=True) if hidden]
    assert order == ["0,0", "0,1", "1,0", "1,1"]
    assert intervals == {name: tuple(ends) for name, ends in expected["all_cells_recomputed"].items()}


def test_the_published_suppression_pattern_comes_out_with_its_intervals() -> None:
    inputs, expected = case("sdc_secondary_gauss_example1")
    tables = replace(
        crossed(np.array(inputs["counts"]), [(0, 1)]), threshold=inputs["maxN"] + 1, zeros=inputs["protect_zeros"]
    )
    names = {
        f"{row},{column}": [inputs["rows"][row], inputs["cols"][column]] for row in range(2) for column in range(3)
    }
    found = protect(tables)
    chosen = [name for name, hidden in zip(tables.names, found, strict=True) if hidden]
    primary = [names[name] for name, small in zip(tables.names, tables.primary, strict=True) if small]
    assert primary == expected["primary"]
    assert sorted(names[name] for name in chosen) == sorted(expected["primary"] + expected["secondary"])
    told = audit(tables, found)
    for name, low, high in zip(chosen, told.low.tolist(), told.high.tolist(), strict=True):
        assert (low, high) == tuple(expected["feasibility_recomputed"]["_".join(names[name])])


@pytest.mark.parametrize("seed", range(10))
def test_no_withheld_count_of_random_linked_tables_can_be_recovered(seed: int) -> None:
    tables = random_tables(seed)
    found = protect(tables)
    assert not recoverable(tables, found, threshold=10)
    small = (tables.totals > 0) & (tables.totals < 10)
    assert found[small].all()
    assert not audit(tables, found).exposed


def test_withholding_only_what_is_small_is_found_out() -> None:
    tables = crossed(np.array([[30, 45, 60], [25, 4, 50]]), [(0, 1)])
    small = (tables.totals > 0) & (tables.totals < 10)
    found = audit(tables, small)
    assert found.exposed == ("1,1",)
    assert found.narrowest == 0
    assert recoverable(tables, small, threshold=10) == ["1,1 = 4 in [4.0, 4.0]"]


def test_a_program_that_is_not_solved_is_told_as_a_fault_to_mend() -> None:
    tables = crossed(np.array([[3, 4, 6], [2, 0, 5]]), [(0, 1)])
    fewer = tables.regions - 100  # fewer than none: no table agrees
    part, nothing = Part(replace(tables, regions=fewer), np.arange(len(fewer))), np.zeros(len(tables.names), dtype=bool)
    first = part.weights[[0]]
    for ask in (
        lambda: part.furthest(0, nothing, up=True),
        lambda: part.together(first, nothing, by=np.ones(1)),
    ):
        with pytest.raises(WorkbookError, match=r"was not solved.*allowed: fewer counts at once"):
            ask()


def test_a_difference_that_isolates_a_few_is_protected() -> None:
    tables = crossed(np.array([500, 3]), [(0,)])
    without = LinkedTables(tables.contents[[0, 1]], tables.regions, tables.names[:2])  # the whole, and all but three
    assert without.totals.tolist() == [503, 500]
    assert audit(without, np.array([False, False])).exposed == ("a difference of counts",)
    assert protect(without).tolist() == [False, True]


def test_what_is_known_from_elsewhere_is_never_withheld_and_never_leaned_on() -> None:
    tables = crossed(np.array([[30, 45, 60], [25, 4, 50]]), [(0, 1)])
    known = np.isin(tables.names, ["0,0", "*,*"])
    found = protect(LinkedTables(tables.contents, tables.regions, tables.names, known))
    assert not (found & known).any()
    assert not recoverable(tables, found, threshold=10)


def test_the_same_tables_give_the_same_choice() -> None:
    first, second = (protect(random_tables(7)) for _ in range(2))
    assert (first == second).all()


def register(*, districts: int = 3, seed: int = 1) -> Cells:
    """Some hundred enterprises, counted: most kinds of them few."""
    rng = np.random.default_rng(seed)
    size = 220 * districts
    organisation = rng.choice(["none", "independent", "joint"], size=size, p=[0.8, 0.12, 0.08])
    members = rng.poisson(2, size=size)
    frame = pd.DataFrame(
        {
            "district": rng.choice([f"d{number}" for number in range(districts)], size=size),
            "category": rng.choice(["private", "foreign"], size=size, p=[0.8, 0.2]),
            "staff": np.minimum(rng.lognormal(3, 1.3, size=size).astype(int) + 1, 900),
            "members": members,
            "full_members": rng.binomial(members, 0.9),
            "organisation": organisation,
            "joint_lead": 0,
            "instructor": rng.integers(0, 2, size=size),
            "five_good": (organisation == "independent") & (rng.random(size) < 0.3),
            "directly_managed": 0,
        }
    )
    return Cells(compress(frame.astype({"five_good": int})), Status.COUNTED)


def addresses(districts: int = 3) -> list[str]:
    """A table by district and category, one by category and size, and a total of staff."""
    places = [(), *((f"d{number}",) for number in range(districts))]
    chosen = [
        Selection(districts=place, categories=kind, organisation=had)
        for place in places
        for kind in ((), ("private",), ("foreign",))
        for had in ("", "any")
    ]
    chosen += [
        Selection(categories=kind, staff_from=low, staff_to=high, organisation=had)
        for kind in ((), ("private",), ("foreign",))
        for low, high in ((0, 24), (25, 49), (50, 99), (100, 0))
        for had in ("", "any")
    ]
    staff = [Selection(categories=("foreign",), organisation="any", staff_from=100)]
    return [one.address("enterprises") for one in chosen] + [one.address("staff_total") for one in staff]


def test_the_regions_of_a_paper_add_up_to_its_counts() -> None:
    cells = register()
    names = addresses()[:-1]
    tables, places = linked(cells, names)
    for address, row in places.items():
        chosen = Selection(**_conditions(address)).mask(cells.table)
        assert tables.totals[row] == cells.table["enterprises"].to_numpy()[chosen].sum()


def test_the_counts_of_a_paper_are_protected_together() -> None:
    cells, names = register(), addresses()
    found = screened(cells, names)
    assert found.primary
    assert found.secondary
    told = audited(cells, names, withheld=found.primary | found.secondary)
    assert not told.exposed
    assert told.narrowest is not None
    assert told.narrowest >= 10
    assert audited(cells, names, withheld=found.primary).exposed


def test_a_paper_on_a_few_enterprises_is_refused_rather_than_emptied() -> None:
    cells = register()
    few = Cells(cells.table.head(6), Status.COUNTED)
    names = ["cells:enterprises", "cells:enterprises?organisation=any"]
    with pytest.raises(DisclosureError, match="disclosure_threshold 10: all 2 counts of enterprises would be withheld"):
        refuse_nothing_left(names, screened(few, names).withheld, 10)


def test_a_sum_over_a_few_enterprises_is_small_whatever_its_size() -> None:
    rich = {"district": "a", "category": "private", "staff": 5000, "members": 1, "full_members": 1}
    plain = {"organisation": "none", "joint_lead": 0, "instructor": 0, "five_good": 0, "directly_managed": 0}
    rows = [rich | plain] * 3 + [rich | plain | {"district": "b", "staff": 290}] * 40
    cells = Cells(compress(pd.DataFrame(rows)), Status.COUNTED)
    found = screened(cells, ["cells:staff_total", "cells:staff_total?districts=a"])
    assert found.primary == {"cells:staff_total?districts=a"}


def test_every_condition_of_a_selection_belongs_to_an_attribute() -> None:
    known = [name for names in CONDITIONS.values() for name in names]
    assert sorted(known) == sorted(spec.name for spec in fields(Selection) if spec.name != "own")  # each a column


def _conditions(address: str) -> dict[str, object]:
    from analysis.coverage.selection import parsed

    return vars(parsed(address)[1])


def test_a_sum_that_one_enterprise_dominates_is_withheld() -> None:
    plain = {"category": "private", "staff": 500, "organisation": "none", "joint_lead": 0, "instructor": 0}
    flags = {"five_good": 0, "directly_managed": 0}
    rows = [plain | flags | {"district": "a", "members": 300, "full_members": 300}]
    rows += [plain | flags | {"district": "a", "members": 1, "full_members": 1}] * 13
    rows += [plain | flags | {"district": place, "members": 9, "full_members": 9} for place in ("b", "c")] * 40
    cells = Cells(compress(pd.DataFrame(rows)), Status.COUNTED)
    names = [Selection(districts=place).address("members_total") for place in ((), ("a",), ("b",), ("c",))]
    found = screened(cells, names)
    assert found.primary == {"cells:members_total?districts=a"}
    assert len(found.secondary) == 1


def test_members_are_held_against_the_enterprises_that_have_them() -> None:
    """Of 14 with a member, 16 members: at most one can have three full members, whatever is withheld of those."""
    plain = {"district": "a", "category": "individual", "staff": 20, "organisation": "none", "joint_lead": 0}
    flags = {"instructor": 0, "five_good": 0, "directly_managed": 0}
    rows = [plain | flags | {"members": members, "full_members": members} for members in [1] * 13 + [3] + [0] * 60]
    cells = Cells(compress(pd.DataFrame(rows)), Status.COUNTED)
    having = Selection(members_from=1)
    names = ["cells:enterprises", having.address("enterprises"), "cells:members_total"]
    few = Selection(full_members_from=3).address("enterprises")
    found = screened(cells, [*names, few])
    assert few in found.withheld
    assert found.secondary, "the members or those that have them would tell"
    assert audited(cells, [*names, few], withheld=[few]).exposed == (few,)


def test_who_holds_all_papers_of_a_study_works_out_nothing_that_is_withheld(tmp_path: Path) -> None:
    study = open_study(counted_study(tmp_path / "study", enterprises=600, districts=1))
    counter = Counter(study, cells_of(study))
    assert counter.cells is not None
    screen = screen_of(counter, 10)
    withheld = screen.withheld
    printed = {address: int(counter.value(address)) for address in screen.addresses - withheld}
    assert withheld
    assert not worked_out(counter.cells.table, printed, withheld, threshold=10)
    small = screen.primary
    assert worked_out(
        counter.cells.table,
        printed | {address: int(counter.value(address)) for address in screen.secondary},
        small,
        threshold=10,
    ), "without the further counts that are withheld, the small ones are worked out"
