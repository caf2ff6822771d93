"""Held against what was published later."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from analysis.briefing.parameters import checked
from analysis.briefing.verification import resolver
from analysis.errors import ParameterError, WorkbookError
from analysis.quantities import Language, Status, recompute
from analysis.scenarios.backtest import backtest, later_of, resolve_later
from analysis.scenarios.scenario import Scenario
from analysis.scenarios.simulation import simulate
from analysis.scenarios.state import State
from analysis.study import Study, open_study
from analysis.study_models import Figure
from analysis.views.blocks import Paragraph, Section, Table
from tests.returned import section_of


def _text(section: Section) -> str:
    """The words of paragraphs and tables, claims as they are printed."""
    rows = [block.content for block in section.blocks if isinstance(block, Paragraph)]
    rows += [cell for block in section.blocks if isinstance(block, Table) for row in block.rows for cell in row]
    return " ".join("".join(part if isinstance(part, str) else part.marked for part in content) for content in rows)


def _figure(suzhou: Study, **changed: object) -> Figure:
    return later_of(suzhou)[0].model_copy(update=changed)


def test_a_figure_that_the_model_itself_made_lies_inside_and_one_of_three_times_as_much_does_not(
    suzhou: Study, state: State, baseline: Scenario
) -> None:
    made = simulate(state, baseline, years=4, draws=1, seed=99, split=False).of("covered")[-1, 0]
    for value, inside in ((made, True), (3 * made, False)):
        (held,) = backtest(state, baseline, [_figure(suzhou, period=2007, value=value)], draws=128, seed=1)
        assert (held.low.value <= held.published.value <= held.high.value) == inside
        assert held.error.value == held.median.value - value
        assert held.error_share.value == pytest.approx(held.error.value / value)
        assert held.error.status is Status.SIMULATED


def test_only_what_is_simulated_and_comes_after_is_held_against(
    suzhou: Study, state: State, baseline: Scenario
) -> None:
    rate = _figure(suzhou, indicator="coverage_rate")
    assert backtest(state, baseline, [rate], draws=1, seed=1) == ()
    with pytest.raises(ParameterError, match=r"later_covered, period: 2003; allowed: from 2004"):
        backtest(state, baseline, [_figure(suzhou, period=2003)], draws=1, seed=1)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_paper_gives_the_error_and_says_why_it_is_no_trend(language: Language) -> None:
    section = section_of("3_scenarios", "backtest", language=language, draws=64)
    said = _text(section)
    words = {
        "zh": ("64,355", "基数变了", "超过80,000", "近40,000", "‡", "55.9%", "28,365", "不能连成趋势"),
        "en": (
            "64,355",
            "The base changed",
            "over 80,000",
            "nearly 40,000",
            "‡",
            "55.9%",
            "28,365",
            "do not make a trend",
        ),
    }
    for word in words[language]:
        assert word in said, word
    resolve = resolver(checked("3_scenarios", {"draws": 64, "language": language}))
    for claim in section.claims():
        assert recompute(claim.quantity, resolve) == claim.quantity.value, claim.quantity.label


def test_a_study_without_later_figures_has_no_such_section(suzhou: Study, tmp_path: Path) -> None:
    folder = tmp_path / "suzhou-2003"
    shutil.copytree(suzhou.folder, folder)
    (folder / "later.csv").unlink()
    assert later_of(open_study(folder)) == ()
    assert not section_of("3_scenarios", "backtest", study=str(folder), draws=8).blocks
    with pytest.raises(WorkbookError, match="no later figure later_covered any more"):
        resolve_later(open_study(folder), "later:later_covered")
