"""Where runs go: one place for each paper, whatever notebook it is of."""

from __future__ import annotations

from analysis.briefing.parameters import MODELS, checked
from analysis.briefing.run_store import default_folder


def test_papers_of_different_notebooks_go_to_different_places() -> None:
    places = {default_folder(checked(name, {"language": "en"}), notebook=name) for name in MODELS}
    assert len(places) == len(MODELS)


def test_the_briefing_goes_where_the_readme_says() -> None:
    place = default_folder(checked("4_briefing", {}), notebook="4_briefing")
    assert place.parts[-3:] == ("reports", "suzhou-2003", "zh")
