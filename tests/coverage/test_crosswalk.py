"""Districts that changed between two studies: merged ones added up, split ones by shares or together, else not compared."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from analysis import open_study
from analysis.briefing.parameters import checked
from analysis.briefing.runner import run
from analysis.briefing.verification import verify
from analysis.coverage.counting import Counter
from analysis.coverage.crosswalk import units_of
from analysis.coverage.selection import Selection
from analysis.coverage.sources import cells_of
from analysis.errors import DataError
from analysis.quantities import Status
from analysis.study import DATA
from analysis.study import open_study as opened
from analysis.views.blocks import Paragraph, Table
from analysis.views.wording import plain
from tests.briefing.second_period import second_period

MERGED = ("320502", "320503", "320504")  # 沧浪, 平江 and 金阊, since 2012 姑苏
GUSU = "320508"


def merged(folder: Path, lines: str) -> Path:
    """A second period in which three districts are one, with a crosswalk."""
    second_period(folder)
    places = folder / "districts.csv"
    head, *rows = places.read_text(encoding="utf-8").splitlines()
    rest = [row for row in rows if not row.startswith(MERGED)]
    one = next(row for row in rows if row.startswith(MERGED[0])).split(",")
    one[:4] = [GUSU, GUSU, "姑苏区", "Gusu"]
    places.write_text("\n".join([head, *rest, ",".join(one)]) + "\n", encoding="utf-8")
    (folder / "crosswalk.csv").write_text("other,district,share\n" + lines, encoding="utf-8")
    return folder


def split(folder: Path, later: Path, shares: tuple[str, ...]) -> Path:
    """The study that ships, its three districts said to have come of the one."""
    shutil.copytree(DATA / "suzhou-2003", folder)
    lines = [f"{GUSU},{name},{share}" for name, share in zip(MERGED, shares, strict=True)]
    (folder / "crosswalk.csv").write_text("\n".join(["other,district,share", *lines]) + "\n", encoding="utf-8")
    (later / "crosswalk.csv").unlink()
    return folder


def table_of(study: Path, other: Path | str) -> tuple[Table, str]:
    found = open_study(str(study), language="en").then_and_now(other_study=str(other), compare_synthetic=True).section
    told = " ".join(plain(block.content) for block in found.blocks if isinstance(block, Paragraph))
    return next(block for block in found.blocks if isinstance(block, Table)), told


WHOLE = "".join(f"{name},{GUSU},\n" for name in MERGED)


def test_three_districts_that_became_one_are_added_up_and_the_paper_is_verified(tmp_path: Path) -> None:
    later = merged(tmp_path / "later", WHOLE)
    table, told = table_of(later, "suzhou-2003")
    rows = {plain(row[0]): row for row in table.rows}
    assert len(rows) == 10
    suzhou = opened("suzhou-2003")
    counter = Counter(suzhou, cells_of(suzhou))
    three = counter.count("enterprises", Selection(categories=("private", "foreign", "individual"), districts=MERGED))
    assert plain(rows["Gusu"][2]).rstrip("†") == f"{three.value:,}"
    assert plain(rows["Gusu"][1]) == "Canglang, Pingjiang, Jinchang"
    assert plain(rows["Kunshan"][1]) == "Kunshan"
    assert "cannot be compared" not in told
    values = {"study": str(later), "other_study": "suzhou-2003", "language": "zh", "compare_synthetic": True}
    folder = run(checked("5_comparison", values), notebook="5_comparison", folder=tmp_path / "run", formats=("html",))
    assert verify(folder).is_true
    assert "同一范围的比较" in (folder / "briefing.html").read_text(encoding="utf-8")


def test_a_district_that_was_split_is_divided_by_shares_that_are_marked_as_assumed(tmp_path: Path) -> None:
    later = merged(tmp_path / "later", WHOLE)
    study = split(tmp_path / "study", later, ("0.5", "3/10", "1/5"))
    table, _ = table_of(study, later)
    found = {plain(row[0]): [piece.quantity for cell in row[2:4] for piece in cell] for row in table.rows}
    other = opened(later)
    whole = Counter(other, cells_of(other)).count(
        "enterprises", Selection(categories=("private", "foreign", "individual"), districts=(GUSU,))
    )
    base = found["Canglang"][0]
    assert base.value == pytest.approx(float(whole.value) * 0.5)
    assert base.status >= Status.ASSUMED
    assert sum(found[name][0].value for name in ("Canglang", "Pingjiang", "Jinchang")) == pytest.approx(whole.value)
    values = {"study": str(study), "other_study": str(later), "language": "en", "compare_synthetic": True}
    folder = run(checked("5_comparison", values), notebook="5_comparison", folder=tmp_path / "run", formats=("html",))
    assert verify(folder).is_true


def test_without_shares_they_are_compared_together_and_without_a_line_not_at_all(tmp_path: Path) -> None:
    later = merged(tmp_path / "later", WHOLE)
    study = split(tmp_path / "study", later, ("", "", ""))
    table, told = table_of(study, later)
    together = next(row for row in table.rows if len(plain(row[0]).split(", ")) == 3)
    assert plain(together[1]) == "Gusu"
    assert "compared together only: " in told
    (study / "crosswalk.csv").unlink()
    table, told = table_of(study, later)
    assert len(table.rows) == 9
    assert "cannot be compared: " in told
    assert "Gusu" in told


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("320502,nowhere,\n", "has no such district"),
        ("elsewhere,320508,\n", "has no such district"),
        ("320502,320508,0.4\n", "its shares do not add up to 1"),
        ("320502,320508,many\n", "is not a number"),
        ("320502,320508,\n320502,320508,\n", "320508"),
    ],
    ids=["no district here", "none there", "shares", "no number", "twice"],
)
def test_a_wrong_line_is_told(tmp_path: Path, lines: str, told: str) -> None:
    later = merged(tmp_path / "later", lines)
    with pytest.raises(DataError, match=told):
        units_of(opened(later), opened("suzhou-2003"))
