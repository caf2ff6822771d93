"""How a year passes is told in the order in which it is run, with the numbers that the code has, in both languages."""

from __future__ import annotations

from itertools import pairwise

import pytest

from analysis.quantities import Language
from analysis.scenarios import year
from analysis.scenarios.simulation import HORIZON, STEPS, simplified
from analysis.scenarios.state import OWN_FROM, PARTS, POOLED_FROM
from analysis.views.blocks import Paragraph
from tests.papers import DRAWN, open_paper

WORDS: dict[int, tuple[str, str]] = {3: ("三", "three"), 5: ("五", "five"), 8: ("八", "eight"), 10: ("十", "ten")}
LANGUAGES: tuple[Language, ...] = ("zh", "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_paper_tells_every_step_in_the_order_in_which_it_is_run(language: Language) -> None:
    context = open_paper("3_scenarios", language=language, years=HORIZON + 1).context
    told = [
        "".join(part for part in block.content if isinstance(part, str))
        for block in (*DRAWN["scenario"](context), *DRAWN["dynamics"](context))
        if isinstance(block, Paragraph)
    ]
    places = [told.index(one.said.of(language)) for one in STEPS]
    assert all(after == before + 1 for before, after in pairwise(places))
    assert all(one.of(language) in told[places[-1] :] for one in simplified())
    beyond = "推算超过十年" if language == "zh" else "further than ten years"
    assert any(beyond in one for one in told)


def test_a_year_has_every_rule_once() -> None:
    run = [happen for one in STEPS for happen in one.run]
    rules = [year.confirm, year.leave, year.arrive, year.recruit]
    rules += [year.found, year.join, year.instruct, year.judge]
    assert len(set(run)) == len(run)
    assert [one for one in run if one in rules] == rules


def test_the_numbers_told_are_those_of_the_code() -> None:
    founding = next(one.said for one in STEPS if year.found in one.run)
    told = [
        (founding, OWN_FROM),
        *zip(simplified()[:2], (POOLED_FROM, PARTS), strict=True),
        (simplified()[-1], HORIZON),
    ]
    for said, number in told:
        zh, en = WORDS[number]
        assert zh in said.zh
        assert f"{en} " in said.en
