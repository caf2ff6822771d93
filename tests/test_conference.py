"""Who answers for what and what was agreed: each fault has its word, and whether a thing is done is computed."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from analysis.coverage.counting import Counter
from analysis.errors import DataError
from analysis.scenarios.target_status import late, standings
from analysis.study import DATA, open_study
from analysis.views.blocks import Table
from analysis.views.wording import plain
from tests.papers import open_paper

Edit = Callable[[str], str]


def replaced(old: str, new: str) -> Edit:
    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return edit


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA / "suzhou-2003", tmp_path / "suzhou-2003"))


def edited(study: Path, file: str, edit: Edit) -> str:
    """What opening the study says after a file of it was edited."""
    path = study / file
    path.write_text(edit(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(DataError) as fault:
        open_study(study)
    return str(fault.value)


WOMEN = '[[duties]]\ndepartment = "women"\nabout = "backbone"\npart = "helps"\norigin = "proposed"\n'
UNION, HELPED = 'about = "union"\npart = "leads"', 'about = "union"\npart = "helps"'
PLACED, PLACELESS = 'origin = "minutes"\nlocator = "¶12"', 'origin = "minutes"'
DUTIES: list[tuple[Edit, str]] = [
    (replaced('department = "women"\n', ""), r"duties.toml, duties 30, department: is missing"),
    (replaced('department = "women"', 'department = "woman"'), r'no such owner; seen "woman".*did you mean women'),
    (replaced(WOMEN, ""), r"duties.toml, women: is a department without a duty"),
    (replaced(UNION, HELPED), r"union: has no department that leads"),
    (replaced('about = "union"', 'about = "unoin"'), r'no measure; seen "unoin".*did you mean union'),
    (replaced(PLACED, PLACELESS), r"what is from the minutes has a locator"),
    (lambda text: text + "\n" + WOMEN, r"stands twice; seen \"women backbone\""),
]
DECISIONS: list[tuple[Edit, str]] = [
    (replaced("due = 2006-12-31\n", ""), r"decisions.toml, decisions five_good_third, due: is missing"),
    (replaced("due = 2006", "due = 2003"), r"is due on 2003-12-31, before it was agreed on 2004-01-14"),
    (replaced('about = "member_50"', 'about = "members_50"'), r'no measure; seen "members_50".*member_50'),
    (replaced('owner = "convener"', 'owner = "nobody"'), r'is no department; seen "nobody"'),
    (replaced("reading = 0", "reading = 7"), r"five_good has no such reading; seen \"7\"; allowed: 0 to 2"),
]
FAULTS = [("duties.toml", *row) for row in DUTIES] + [("decisions.toml", *row) for row in DECISIONS]


@pytest.mark.parametrize(("file", "edit", "said"), FAULTS)
def test_a_fault_of_duties_or_decisions_is_told_with_what_is_allowed(
    study: Path, file: str, edit: Edit, said: str
) -> None:
    assert re.search(said, edited(study, file, edit))


def test_all_faults_of_the_files_are_told_at_once(study: Path) -> None:
    (study / "departments.csv").write_text(
        (study / "departments.csv").read_text(encoding="utf-8") + "new,新单位,A new one\n", encoding="utf-8"
    )
    said = edited(study, "decisions.toml", replaced('owner = "convener"', 'owner = "nobody"'))
    assert "new: is a department without a duty" in said
    assert 'seen "nobody"' in said


def test_every_target_and_measure_of_the_study_that_ships_is_led_by_one_department() -> None:
    study = open_study("suzhou-2003")
    for row in (*study.targets, *study.measures):
        assert len([duty for duty in study.duties if (duty.about, duty.part) == (row.id, "leads")]) == 1


def test_a_decision_is_overdue_from_the_day_after_it_was_due_and_not_before() -> None:
    counter = Counter(open_study("suzhou-2003"), None)

    def state(day: date) -> str:
        return next(row.state for row in standings(counter, as_of=day, years=3) if row.decision.id == "fund_set_up")

    assert state(date(2005, 12, 31)) == "open"
    assert state(date(2006, 1, 1)) == "overdue"


def test_the_longest_overdue_stands_first() -> None:
    found = late(standings(Counter(open_study("suzhou-2003"), None), as_of=date(2010, 1, 1), years=3))
    assert [row.decision.due for row in found] == sorted(row.decision.due for row in found)
    assert len(found) >= 2


def test_a_measure_is_done_once_its_figure_is_published_for_a_later_day(study: Path) -> None:
    figures = study / "published.csv"
    row = "activity_centres,activity_centres,all,苏州市,2005,活动中心,centres,12,organisations,0,no,,12个,report,p1,\n"
    figures.write_text(figures.read_text(encoding="utf-8") + row, encoding="utf-8")

    def standing() -> str:
        counter = Counter(open_study(study), None)
        return next(
            row.state
            for row in standings(counter, as_of=date(2006, 1, 1), years=3)
            if row.decision.id == "centres_open"
        )

    assert standing() == "overdue"  # the study is still as of 2003
    settings = study / "study.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace("as_of = 2003-12-31", "as_of = 2005-12-31"), encoding="utf-8"
    )
    assert standing() == "met"


def test_the_agenda_names_what_is_overdue_and_who_owes_it() -> None:
    paper = open_paper("6_conference", language="en", as_of="2007-01-01")
    said = [plain(block.content) for block in paper.section("agenda").blocks if hasattr(block, "content")]
    assert any(re.search(r"Finance Bureau: special funds set up, due 2005-12-31", text) for text in said)
    before = open_paper("6_conference", language="en")
    assert not any(
        "due 20" in plain(block.content) for block in before.section("agenda").blocks if hasattr(block, "content")
    )


def test_a_department_s_name_with_markup_stays_text(study: Path) -> None:
    path = study / "departments.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Women's Federation", "<b>=1+1</b>"), encoding="utf-8")
    section = open_paper("6_conference", study=str(study), language="en").section("duties")
    assert "&lt;b&gt;=1+1&lt;/b&gt;" in section._repr_mimebundle_()["text/html"]
    assert "<b>=1+1" not in section._repr_mimebundle_()["text/html"]


def test_a_study_without_duties_or_decisions_says_so_and_still_has_its_paper() -> None:
    paper = open_paper("6_conference", study="national", language="en")
    said = " ".join(
        plain(block.content)
        for name in ("duties", "decisions")
        for block in paper.section(name).blocks
        if hasattr(block, "content")
    )
    assert "no file of duties" in said
    assert "no file of decisions" in said
    assert not [block for block in paper.section("duties").blocks if isinstance(block, Table)]
    assert paper.section("agenda").blocks


def test_the_annex_names_documents_in_the_papers_language(tmp_path: Path) -> None:
    study = Path(shutil.copytree(DATA / "suzhou-2003", tmp_path / "suzhou-2003"))

    def annex(language: str) -> str:
        paper = open_paper("6_conference", study=str(study), language=language)
        table = next(block for block in paper.section("annex").blocks if isinstance(block, Table))
        return " ".join(plain(cell) for row in table.rows for cell in row)

    assert "会议纪要" in annex("zh")
    assert "Minutes of the city" in annex("en")
    assert not re.search(r"[\u4e00-\u9fff]", annex("en"))
    file = study / "published.csv"
    with file.open(encoding="utf-8", newline="") as text:
        rows = [row[:-1] for row in csv.reader(text)]  # a study without the column
    with file.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text).writerows(rows)
    assert "会议纪要" in annex("en")
