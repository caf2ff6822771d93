"""A register that breaks its contract is refused with every problem, each at its row and column."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.errors import DataError
from analysis.sources.register import COLUMNS
from analysis.study import Study
from tests.sources.contract import check

ROW = {
    "enterprise": 1, "district": "320583", "category": "private", "staff": 40, "members": 5, "full_members": 4,
    "organisation": "independent", "joint_lead": 0, "instructor": 1, "five_good": 1, "directly_managed": 0,
}  # fmt: skip


def register(*changes: dict[str, object]) -> pd.DataFrame:
    rows = [ROW | {"enterprise": number} | change for number, change in enumerate(changes, start=1)]
    return pd.DataFrame(rows).astype(COLUMNS)


def refused(frame: pd.DataFrame, study: Study) -> str:
    with pytest.raises(DataError) as error:
        check(frame, study)
    return str(error.value)


def test_a_register_of_text_or_of_categoricals_is_accepted(suzhou: Study) -> None:
    joint = {"organisation": "joint", "five_good": 0}
    frame = register({}, {"joint_lead": 1, **joint, "five_good": 1}, joint)
    check(frame, suzhou)
    check(frame.astype({"district": "category", "organisation": "category"}), suzhou)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"district": "x"}, 'row 2, district: is no district of suzhou-2003; seen "x"'),
        ({"category": "state"}, 'row 2, category: is no category of suzhou-2003; seen "state"'),
        ({"organisation": "branch"}, "row 2, organisation: is no organisation"),
        ({"enterprise": 1}, "row 2, enterprise: repeats an earlier row"),
        ({"staff": -1}, 'row 2, staff: is negative; seen "-1"'),
        ({"full_members": 6}, "row 2, full_members: is more than the enterprise's members"),
        ({"instructor": 2}, 'row 2, instructor: is neither yes nor no; seen "2"; allowed: 0 or 1'),
        ({"joint_lead": 1}, "row 2, joint_lead: leads a joint organisation and is not under one"),
        ({"organisation": "none"}, "row 2, five_good: is five-good without an organisation"),
        ({"organisation": "joint", "five_good": 0}, "no enterprise leads a joint organisation"),
        ({"organisation": "joint", "joint_lead": 1}, "1 joint leads, 1 enterprises under joint organisations"),
    ],
)
def test_a_broken_rule_is_told_with_row_column_and_value(suzhou: Study, change: dict[str, object], said: str) -> None:
    assert said in refused(register({}, change), suzhou)


def test_every_problem_is_told_at_once_and_repeats_are_counted(suzhou: Study) -> None:
    message = refused(register({"staff": -1}, {"staff": -2, "district": "x"}, {"staff": -3}), suzhou)
    assert "row 1, staff: is negative (and 2 more rows)" in message
    assert "row 2, district" in message


def test_a_column_that_names_persons_is_refused(suzhou: Study) -> None:
    message = refused(register({}).assign(secretary="某某"), suzhou)
    assert 'enterprises and counts, never persons; seen "secretary"' in message


def test_a_missing_column_is_named(suzhou: Study) -> None:
    assert 'column "staff" is missing' in refused(register({}).drop(columns="staff"), suzhou)


def test_an_empty_cell_and_a_number_with_a_fraction_are_told(suzhou: Study) -> None:
    message = refused(register({}, {}).assign(staff=[1.5, 2.0], members=[None, 3]), suzhou)
    assert "staff: does not hold whole numbers" in message
    assert "row 1, members: is empty" in message


def test_a_register_without_rows_is_refused(suzhou: Study) -> None:
    assert "has no rows" in refused(register({}).iloc[:0], suzhou)
