"""What is said to overturn a conclusion does so when it is applied, and one step less does not."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

from analysis.coverage.cells import Cells, compress
from analysis.coverage.counting import Counter
from analysis.coverage.sources import cells_of
from analysis.errors import WorkbookError
from analysis.quantities import Status
from analysis.scenarios import turning
from analysis.scenarios.targets import gaps
from analysis.sources.synthetic import synthesise
from analysis.study import Study, open_study


@pytest.fixture(scope="module")
def study() -> Study:
    return open_study("suzhou-2003")


def is_met(study: Study, target: str, reading: int) -> bool:
    """Whether a target is met in a register drawn from the study's assumptions, by the code the paper uses."""
    counter = Counter(study, Cells(compress(synthesise(study)), Status.SYNTHETIC))
    gap = next(row for row in gaps(counter, year=study.settings.period, years=1) if row.target.id == target)
    missing = gap.requirements[reading].missing
    assert missing is not None
    return missing.value == 0


def with_value(study: Study, name: str, value: float) -> Study:
    row = study.assumptions[name].model_copy(update={"value": value})
    return replace(study, assumptions={**study.assumptions, name: row})


def test_the_stated_change_of_an_assumption_overturns_and_one_step_less_does_not(study: Study) -> None:
    found = turning.turns(study)
    assert found
    for (target, reading), turn in found.items():
        before = is_met(study, target, reading)
        there = with_value(study, turn.assumption, turning.value_at(study, turn))
        assert is_met(there, target, reading) != before
        almost = with_value(study, turn.assumption, turning.value_at(study, turn, less=1))
        assert is_met(almost, target, reading) == before


def test_what_was_kept_is_what_is_computed_anew(study: Study, tmp_path: Path) -> None:
    first = turning.turns(study, cache=tmp_path)
    assert list(tmp_path.iterdir())
    assert turning.turns(study, cache=tmp_path) == first
    for (target, reading), turn in first.items():
        shown = turning.quantity(study, target, reading, turn)
        assert turning.resolve(study, shown.address) == shown.value


def test_a_damaged_note_is_computed_again(study: Study, tmp_path: Path) -> None:
    whole = turning.missing_at(study, cache=tmp_path)
    note = next(tmp_path.iterdir())
    note.write_text('{"member_50#0": ', encoding="utf-8")
    assert turning.missing_at(study, cache=tmp_path) == whole


def test_a_target_read_otherwise_is_not_answered_from_what_was_kept(study: Study, tmp_path: Path) -> None:
    before = turning.missing_at(study, cache=tmp_path)
    first = study.targets[0]
    lower = first.readings[0].model_copy(update={"share": Fraction(1, 10)})
    easier = first.model_copy(update={"readings": (lower, *first.readings[1:])})
    changed = replace(study, targets=(easier, *study.targets[1:]))
    kept = turning.missing_at(changed, cache=tmp_path)
    assert kept == turning.missing_at(changed, cache=None)
    assert kept[f"{first.id}#0"] < before[f"{first.id}#0"]


def test_an_assumption_that_turns_nothing_any_more_is_told(study: Study) -> None:
    with pytest.raises(WorkbookError, match="no more"):
        turning.resolve(study, "turning:five_good_share.high/five_good#0")


def test_a_study_without_a_synthetic_register_has_no_such_assumptions() -> None:
    assert turning.turns(open_study("national")) == {}


@pytest.mark.parametrize("target", ["member_50", "organisation_100"])
@pytest.mark.parametrize("less", [0, 1])
def test_as_many_enterprises_as_stated_turn_a_conclusion_and_one_fewer_do_not(
    study: Study, target: str, less: int
) -> None:
    cells = cells_of(study)
    assert cells is not None
    asked = {row.id: row for row in study.targets}[target]
    (gap,) = (row for row in gaps(Counter(study, cells), year=2003, years=3) if row.target.id == target)
    missing = gap.requirements[0].missing
    assert missing is not None
    having = {"members": 1, "full_members": 1} if target == "member_50" else {"organisation": "independent"}
    changed = given(cells.table, staff_from=asked.meant.staff_from, having=having, many=int(missing.value) - less)
    (after,) = (
        row for row in gaps(Counter(study, Cells(changed, cells.status)), year=2003, years=3) if row.target.id == target
    )
    assert after.requirements[0].missing is not None
    assert (after.requirements[0].missing.value == 0) == (less == 0)


def given(table: pd.DataFrame, *, staff_from: int, having: dict[str, object], many: int) -> pd.DataFrame:
    """The cells with so many enterprises from a size on that lacked it given what they lacked."""
    lacks = (table["members"] == 0) if "members" in having else (table["organisation"] == "none")
    rows = table[(table["staff"] >= staff_from) & lacks]
    taken = (many - rows["enterprises"].cumsum().shift(fill_value=0)).clip(lower=0)
    taken = taken.where(taken < rows["enterprises"], rows["enterprises"])
    assert taken.sum() == many
    left = table.assign(enterprises=table["enterprises"].sub(taken, fill_value=0).astype("int64"))
    moved = rows.assign(enterprises=taken.astype("int64"), **having)
    return pd.concat([left, moved], ignore_index=True)
