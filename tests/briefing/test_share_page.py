"""A page for people without Python: its numbers are those of the register, and of a counted study those that may be printed."""

from __future__ import annotations

import json
import random
import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from analysis.briefing.share_page import HIDDEN, STEPS, counts_of, write_share
from analysis.briefing.suppression_plan import screen_of
from analysis.coverage.answers import State
from analysis.coverage.counting import Counter
from analysis.coverage.indicators import base_selection
from analysis.coverage.lookup import board_of
from analysis.coverage.sources import cells_of
from analysis.study import Study, open_study
from tests.commands import command, refusal
from tests.counted import counted_study

HAVING = {"whole": {}, "part": {"organisation": "any"}, "instructed": {"instructor": "yes"}}


def plan_in(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="plan">(.*?)</script>', page, re.S)
    assert found is not None
    plan: dict[str, Any] = json.loads(found[1])
    return plan


def states(study: Study, steps: tuple[int, ...]) -> list[tuple[int, State, str]]:
    """Every state of the page, with its place in the counts."""
    places = [(), *((row.id,) for row in study.districts)]
    kinds = [(), *((row.id,) for row in study.settings.categories)]
    bases = [base.id for base in study.settings.bases if base.figure is None]
    every = product(places, kinds, bases, steps)
    return [(at, State(place, kind, base, step), base) for at, (place, kind, base, step) in enumerate(every)]


def test_fifty_random_states_are_what_is_counted_over_the_cells(suzhou: Study) -> None:
    cells = cells_of(suzhou)
    assert cells is not None
    found, counter = counts_of(board_of(suzhou, cells), STEPS), Counter(suzhou, cells)
    bases = {base.id: base for base in suzhou.settings.bases}
    for at, state, base in random.Random(1).sample(states(suzhou, STEPS), 50):
        within = base_selection(bases[base], state.within)
        for name, having in HAVING.items():
            counted = counter.count("enterprises", within.but(**having)) if within.categories or not base else None
            is_nobody = not state.based(suzhou).categories and bool(state.categories)
            if counted is not None and not is_nobody:
                assert found[name][at] == counted.value, (state, name)
                assert found[f"{name}_status"][at] == str(int(counted.status)), (state, name)


def test_of_a_counted_study_the_page_holds_only_what_papers_may_print(tmp_path: Path) -> None:
    study = open_study(counted_study(tmp_path / "study", enterprises=1500))
    write_share(study, tmp_path / "page.html")
    data = plan_in((tmp_path / "page.html").read_text(encoding="utf-8"))["data"]
    cells = cells_of(study)
    assert cells is not None
    counter = Counter(study, cells)
    screen = screen_of(counter, 10)
    bases = {base.id: base for base in study.settings.bases}
    shown = withheld = 0
    for at, state, base in states(study, tuple(data["steps"])):
        within = base_selection(bases[base], state.within)
        if is_everyone := len(within.categories) == len(study.settings.categories):
            within = within.but(categories=())
        for name, having in HAVING.items():
            if data[name][at] == HIDDEN:
                withheld += 1
            elif data[name][at] and (within.categories or is_everyone):
                assert screen.prints("enterprises", within.but(**having)), (state, name)
                assert data[name][at] == counter.value(within.but(**having).address("enterprises"))
                shown += 1
    assert min(shown, withheld) > 100
    assert not [value for name in (*HAVING, "band_whole", "band_part") for value in data[name] if 0 < value < 10]


def test_nothing_in_the_page_leads_outside_and_names_stay_text(suzhou: Study, tmp_path: Path) -> None:
    write_share(suzhou, tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    head = re.sub(r"<script.*?</script>", "", page, flags=re.S)
    assert not re.search(r"""(?:src|href)\s*=|@import|url\(""", head)
    assert len(page.encode()) < 5_000_000
    assert {len(words["places"]) for words in plan_in(page)["words"].values()} == {len(suzhou.districts) + 1}


def test_pages_of_one_id_hold_the_same_counts(suzhou: Study, tmp_path: Path) -> None:
    other = counted_study(tmp_path / "study", enterprises=900)
    ids = []
    for study, name in ((suzhou, "one"), (suzhou, "two"), (open_study(other), "three")):
        write_share(study, tmp_path / f"{name}.html")
        text = (tmp_path / f"{name}.html").read_text(encoding="utf-8")
        ids += re.findall(r'<footer class="cw-id">编号 · Id ([a-p]{8})</footer>', text)
    assert len(ids) == 3
    assert ids[0] == ids[1] != ids[2]


def test_a_study_of_figures_alone_has_no_such_page(tmp_path: Path) -> None:
    told = refusal(command("share", "national", "--output", tmp_path / "page.html", "-l", "en"))
    assert "national: has published figures only" in told
    assert not (tmp_path / "page.html").exists()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_command_tells_where_the_page_is(language: str, tmp_path: Path) -> None:
    done = command("share", "suzhou-2003", "--output", tmp_path / "page.html", "-l", language)
    assert done.stdout.strip().endswith("page.html")
