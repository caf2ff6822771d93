"""Parameters are one schema; a fault stops a run before it starts."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.briefing.parameters import BriefingParameters, checked, from_file, from_text, literal, to_toml
from analysis.errors import ParameterError, WorkbookError

BAD = [
    ({"langage": "en"}, ["langage", "did you mean language"]),
    ({"language": "fr"}, ["language", "fr", "zh, en"]),
    ({"staff_threshold": "50"}, ["staff_threshold", "whole number from 0 to 300"]),
    ({"staff_threshold": 301}, ["301", "from 0 to 300"]),
    ({"staff_threshold": -1}, ["-1", "from 0 to 300"]),
    ({"staff_threshold": True}, ["staff_threshold", "True"]),
    ({"staff_threshold": 2.5}, ["2.5"]),
    ({"member_threshold": 51}, ["51", "from 0 to 50"]),
    ({"district": "32058"}, ["district", "32058", "did you mean"]),
    ({"category": "state"}, ["category", "state", "private"]),
    ({"base": "registered"}, ["base", "registered", "operating"]),
    ({"as_of": "2003"}, ["as_of", "YYYY-MM-DD"]),
    ({"years": 0}, ["years", "from 1 to 30"]),
]


@pytest.mark.parametrize(("values", "expected"), BAD, ids=[str(values) for values, _ in BAD])
def test_a_bad_parameter_is_refused_with_what_is_allowed(values: dict[str, object], expected: list[str]) -> None:
    with pytest.raises(ParameterError) as caught:
        checked("4_briefing", values)
    for words in expected:
        assert words in str(caught.value)


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(ParameterError) as caught:
        checked("4_briefing", {"language": "fr", "years": 99, "colour": 1})
    assert len(str(caught.value).splitlines()) == 3


def test_an_unknown_study_is_refused() -> None:
    with pytest.raises(WorkbookError, match="suzhou-2003"):
        checked("4_briefing", {"study": "suzou"})


def test_parameters_come_back_from_their_file_as_they_were(tmp_path: Path) -> None:
    parameters = BriefingParameters(district="320583", language="en", staff_threshold=50)
    path = tmp_path / "parameters.toml"
    path.write_text(to_toml(parameters), encoding="utf-8")
    assert checked("4_briefing", from_file(path)) == parameters


def test_a_file_that_is_not_toml_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "parameters.toml"
    path.write_text("language = en", encoding="utf-8")
    with pytest.raises(ParameterError, match=r"parameters\.toml"):
        from_file(path)


def test_a_value_on_the_command_line_takes_the_type_of_its_parameter() -> None:
    assert from_text("4_briefing", "staff_threshold", "007") == 7
    assert from_text("4_briefing", "district", "007") == "007"
    with pytest.raises(ParameterError, match="1e3"):
        from_text("4_briefing", "staff_threshold", "1e3")


@given(st.text())
def test_any_text_is_the_same_literal_in_python_and_toml(text: str) -> None:
    import tomllib

    written = literal(text)
    assert eval(written) == text
    assert tomllib.loads(f"a = {written}")["a"] == text
