"""The paper on a scenario: simulated numbers marked, each computed again from its address."""

from __future__ import annotations

from functools import cache

import pytest

from analysis.briefing.paper import Paper, open_paper
from analysis.briefing.parameters import checked
from analysis.briefing.verification import resolver
from analysis.errors import ParameterError
from analysis.quantities import Language, Status, recompute
from analysis.scenarios.scenario import scenario_names

DRAWS = 64


@cache
def paper(language: Language) -> Paper:
    return open_paper("3_scenarios", language=language, draws=DRAWS)


def test_every_number_is_computed_again_from_its_address() -> None:
    resolve = resolver(paper("zh").context.parameters)
    claims = [one for one in paper("zh").ledger.claims if not one.quantity.address.startswith("needed:")]  # slow
    assert [one.text for one in claims if recompute(one.quantity, resolve) != one.quantity.value] == []


def test_simulated_numbers_are_marked_and_carry_scenario_draws_and_seed() -> None:
    simulated = [one for one in paper("en").ledger.claims if one.quantity.address.startswith("simulated:")]
    assert len(simulated) > 50
    for one in simulated:
        assert one.status is Status.SIMULATED
        assert one.marked.endswith("‡")
        scenario = one.quantity.address.removeprefix("simulated:").partition("/")[0]
        assert scenario in scenario_names(paper("en").context.study)
        assert "seed=1" in one.quantity.address or "stat=expected" in one.quantity.address


def test_both_languages_say_the_same_numbers() -> None:
    said = [{one.quantity.address: one.text for one in paper(language).ledger.claims} for language in ("zh", "en")]
    simulated = [
        {address: text for address, text in one.items() if address.startswith(("simulated:", "needed:"))}
        for one in said
    ]
    assert simulated[0] == simulated[1]


@pytest.mark.parametrize(
    ("parameter", "value", "told"),
    [
        ("scenario", "conferense", r"did you mean conference\?"),
        ("draws", 0, "draws"),
        ("years", 31, "years"),
        ("certainty", 100, "certainty"),
    ],
)
def test_parameters_that_cannot_be_stop_the_run(parameter: str, value: object, told: str) -> None:
    with pytest.raises(ParameterError, match=told):
        checked("3_scenarios", {parameter: value})


def test_a_study_without_scenarios_says_so() -> None:
    with pytest.raises(ParameterError, match="the study has no scenarios"):
        checked("3_scenarios", {"study": "national"})
