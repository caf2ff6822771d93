"""Controls come out of a model's schema, stop at the data's ends, and speak both languages."""

from __future__ import annotations

import pytest

from analysis.briefing.parameters import BriefingParameters
from analysis.errors import ParameterError
from analysis.quantities import Label
from analysis.views.controls import Form, form_of

DISTRICTS = [(Label("全部", "all"), "all"), (Label("甲", "A"), "a"), (Label("乙", "B"), "b")]


def made(told: list[str] | None = None) -> Form:
    return form_of(
        BriefingParameters,
        names=("district", "staff_threshold", "member_threshold", "language"),
        choices={"district": DISTRICTS},
        language="zh",
        changed=(told if told is not None else []).append,
        tops={"member_threshold": 10},
    )


def test_labels_units_ranges_and_defaults_come_from_the_model() -> None:
    form = made()
    staff, members = form.fields["staff_threshold"], form.fields["member_threshold"]
    assert (staff.min, staff.max, staff.value) == (0, 300, 100)
    assert (members.min, members.max) == (0, 10)  # the data ends sooner than the model
    assert staff.description == "正式职工不少于（人）"
    form.speak("en")
    assert staff.description == "Regular staff, at least"
    assert [label for label, _ in form.fields["district"].options] == ["all", "A", "B"]


def test_a_number_outside_stops_at_the_end_of_the_control() -> None:
    form = made()
    form.set(staff_threshold=420, member_threshold=-2)
    assert (form.values()["staff_threshold"], form.values()["member_threshold"]) == (300, 0)


def test_a_control_of_steps_stands_at_the_step_below() -> None:
    form = form_of(
        BriefingParameters,
        names=("staff_threshold",),
        choices={},
        language="en",
        changed=[].append,
        steps={"staff_threshold": (0, 25, 100)},
    )
    seen = []
    for value in (0, 24, 25, 99, 300):
        form.set(staff_threshold=value)
        seen.append(form.values()["staff_threshold"])
    assert seen == [0, 0, 25, 25, 100]


def test_who_sets_a_control_from_outside_is_not_told_of_it_and_who_moves_it_is() -> None:
    told: list[str] = []
    form = made(told)
    form.set(district="b", staff_threshold=7)
    assert told == []
    form.fields["staff_threshold"].value = 8
    assert told == ["staff_threshold"]


def test_several_ids_are_one_entry_more_and_go_away_again() -> None:
    form = made()
    form.set(district="a,b")
    assert form.values()["district"] == "a,b"
    assert len(form.fields["district"].options) == 4
    form.set(district="a")
    assert len(form.fields["district"].options) == 3
    assert form.values()["district"] == "a"


def test_a_field_that_the_model_has_not_is_refused() -> None:
    with pytest.raises(ParameterError, match="no such parameter; allowed: study"):
        form_of(BriefingParameters, names=("colour",), choices={}, language="en", changed=[].append)
