"""One post-holder for secretary and union chair: counted of enterprises where a register says it, and nowhere else."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.briefing.parameters import checked
from analysis.briefing.runner import run
from analysis.briefing.suppression_plan import publishable
from analysis.briefing.verification import verify
from analysis.coverage.cells import Cells, compress
from analysis.coverage.counting import Counter
from analysis.coverage.disclosure.counts import audited, screened
from analysis.coverage.disclosure.regions import linked
from analysis.coverage.indicators import secretary_chairs
from analysis.coverage.opening import cells_of_register
from analysis.coverage.selection import Selection
from analysis.errors import NotInDataError
from analysis.quantities import Status
from analysis.scenarios.target_status import standings
from analysis.study import ROOT, open_study
from analysis.views.blocks import Paragraph, Table
from analysis.views.wording import plain
from tests.coverage.linked import recoverable
from tests.papers import open_paper

HARBOUR = ROOT / "tests" / "studies" / "harbour-2024"
CHAIRS, UNION = "党组织负责人兼任工会主席", "工会"
DUTIES = """[[measures]]
id = "chair"
zh = "书记兼任工会主席"
en = "one post-holder for both"
origin = "proposed"
evidence = "secretary_chairs"

[[duties]]
department = "unions"
about = "chair"
part = "leads"
origin = "proposed"
"""
DECISION = """[[decisions]]
id = "one_head"
zh = "一人兼任"
en = "one head for both"
owner = "unions"
agreed = 2024-01-10
due = 2024-12-31
about = "chair"
at_least = {least}
origin = "proposed"
"""


def harbour(folder: Path, *, without: tuple[str, ...] = ()) -> Path:
    """The second study, its register with the two columns; every second enterprise has a union."""
    copy = Path(shutil.copytree(HARBOUR, folder / "harbour-2024"))
    file = copy / "register" / "enterprises.csv"
    table = pd.read_csv(file, dtype=str)
    has_union = np.arange(len(table)) % 2 == 0
    table[UNION] = np.where(has_union, "有", "无")
    table[CHAIRS] = np.where(has_union & (table["党组织"] != "无") & (np.arange(len(table)) % 3 == 0), "是", "否")
    table.drop(columns=list(without)).to_csv(file, index=False)
    (copy / "departments.csv").write_text("id,name_zh,name_en\nunions,总工会,Federation of Unions\n", encoding="utf-8")
    (copy / "duties.toml").write_text(DUTIES, encoding="utf-8")
    return copy


def counter(folder: Path) -> Counter:
    study = open_study(folder)
    return Counter(study, cells_of_register(study, cache=folder.parent / "cache"))


def test_it_is_counted_over_the_enterprises_with_an_organisation_and_a_union(tmp_path: Path) -> None:
    folder = harbour(tmp_path)
    table = pd.read_csv(folder / "register" / "enterprises.csv", dtype=str)
    meant = (table["党组织"] != "无") & (table[UNION] == "有")
    found = secretary_chairs(counter(folder))
    assert found is not None
    assert (found.base.value, found.numerator.value) == (meant.sum(), (meant & (table[CHAIRS] == "是")).sum())
    assert 0 < found.numerator.value < found.base.value
    assert found.base_name.en == "enterprises with a party organisation and a trade union"
    assert (found.numerator.unit, found.status) == ("enterprises", Status.DERIVED)


def test_without_a_column_of_unions_the_base_is_the_enterprises_with_an_organisation(tmp_path: Path) -> None:
    found = secretary_chairs(counter(harbour(tmp_path, without=(UNION,))))
    assert found is not None
    assert found.base_name.zh == "有党组织的企业"
    assert "union" not in found.base.address


@pytest.mark.parametrize("without", [(CHAIRS,), (CHAIRS, UNION)])
def test_without_its_column_there_is_no_count_and_the_sheet_says_so(tmp_path: Path, without: tuple[str, ...]) -> None:
    folder = harbour(tmp_path, without=without)
    counted = counter(folder)
    assert secretary_chairs(counted) is None
    with pytest.raises(
        NotInDataError, match="secretary_chairs_union: the register has no such column; allowed: a regis"
    ):
        counted.count("enterprises", Selection(secretary_chairs_union="yes"))
    assert sheet(folder) == "not in the data"
    assert "chairs" not in cascade(folder)


def sheet(folder: Path) -> str:
    paper = open_paper("7_department", study=str(folder), language="en", department="unions")
    table = next(block for block in paper.section("part").blocks if isinstance(block, Table))
    return plain(table.rows[0][2])


def cascade(folder: Path) -> str:
    section = open_paper("2_coverage", study=str(folder), language="en").section("cascade")
    return " ".join(plain(block.content) for block in section.blocks if isinstance(block, Paragraph))


def test_the_sheet_and_the_paper_print_it_with_its_base_and_small_counts_are_withheld(tmp_path: Path) -> None:
    folder = harbour(tmp_path)
    found = secretary_chairs(counter(folder))
    assert found is not None
    assert found.numerator.value < 10 < found.base.value
    assert sheet(folder) == f"[c] / {found.base.value}"
    assert f"There are {found.base.value} enterprises with a party organisation and a trade union; in [c]" in cascade(
        folder
    )
    free = folder / "study.toml"
    free.write_text("disclosure_threshold = 0\n" + free.read_text(encoding="utf-8"), encoding="utf-8")
    assert sheet(folder) == f"{found.numerator.value} / {found.base.value}"
    assert f"in {found.numerator.value} of them" in cascade(folder)


@pytest.mark.parametrize(("least", "state"), [(1, "met"), (500, "open")])
def test_a_decision_about_it_is_told_from_the_count(tmp_path: Path, least: int, state: str) -> None:
    folder = harbour(tmp_path)
    (folder / "decisions.toml").write_text(DECISION.format(least=least), encoding="utf-8")
    counted = counter(folder)
    (found,) = standings(counted, as_of=date(2024, 6, 30), years=1)
    assert found.state == state
    assert found.present is not None
    assert found.present == secretary_chairs(counted)
    hidden = replace(counted, withheld=frozenset({found.present.numerator.address}))
    (found,) = standings(hidden, as_of=date(2024, 6, 30), years=1)
    assert found.state == "withheld"


def test_a_run_that_prints_it_is_verified_and_its_count_lies_in_the_screen(tmp_path: Path) -> None:
    folder = harbour(tmp_path)
    counted = counter(folder)
    found = secretary_chairs(counted)
    assert found is not None
    assert {found.numerator.address, found.base.address} <= set(publishable(counted))
    parameters = checked("2_coverage", {"study": str(folder), "language": "zh"})
    made = run(parameters, notebook="2_coverage", formats=("html",), folder=tmp_path / "run")
    assert verify(made).is_true


@pytest.mark.parametrize(("organisation", "union"), [("无", "有"), ("独立", "无")], ids=["no organisation", "no union"])
def test_a_secretary_who_chairs_what_is_not_there_is_a_fault_of_the_row(
    tmp_path: Path, organisation: str, union: str
) -> None:
    folder = harbour(tmp_path)
    file = folder / "register" / "enterprises.csv"
    table = pd.read_csv(file, dtype=str)
    table.loc[len(table)] = ["999", "码头街道", "合伙企业", "9", "3", "3", organisation, "否", "否", "否", union, "是"]
    table.to_csv(file, index=False)
    cells = counter(folder).cells
    assert cells is not None
    assert cells.report is not None
    assert (cells.report.read, cells.report.kept) == (161, 160)
    assert [(one.column, one.what) for one in cells.report.first] == [
        (
            "secretary_chairs_union",
            "says that a secretary chairs the union where there is no organisation or no union",
        )
    ]


def test_no_count_of_it_that_is_withheld_can_be_worked_out_from_what_is_printed() -> None:
    rng = np.random.default_rng(7)
    size = 900
    organisation = rng.choice(["none", "independent"], size=size, p=[0.6, 0.4])
    union = rng.integers(0, 2, size=size)
    chairs = (organisation == "independent") & (union == 1) & (rng.random(size) < 0.4)
    plain_row = {"staff": 30, "members": 3, "full_members": 3, "joint_lead": 0, "five_good": 0, "directly_managed": 0}
    frame = pd.DataFrame({"district": rng.choice(["a", "b", "c"], size=size), **plain_row, "organisation": organisation,
                          "category": rng.choice(["private", "foreign"], size=size, p=[0.8, 0.2]), "instructor": 0,
                          "union": union, "secretary_chairs_union": chairs.astype(int)})  # fmt: skip
    cells = Cells(compress(frame), Status.COUNTED)
    asked = []
    for place, kind in product([(), ("a",), ("b",), ("c",)], [(), ("private",), ("foreign",)]):
        whole = Selection(districts=place, categories=kind)
        base = whole.but(organisation="any", union="yes")
        asked += [whole, whole.but(organisation="any"), base, base.but(secretary_chairs_union="yes")]
    names = [one.address("enterprises") for one in asked]
    found = screened(cells, names)
    assert any("secretary_chairs_union=yes" in name for name in found.primary)
    assert found.secondary
    assert not audited(cells, names, withheld=found.withheld).exposed
    tables, rows = linked(cells, sorted(names))
    withheld = np.zeros(len(tables.names), dtype=bool)
    withheld[[rows[name] for name in found.withheld]] = True
    assert not recoverable(tables, withheld, threshold=10)
