"""A paper on a register: small counts stand nowhere in what leaves, and the run says how they were protected."""

from __future__ import annotations

import json
import shutil
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from analysis.briefing.context import Context
from analysis.briefing.disclosure_control import counts_in, protected
from analysis.briefing.joint_disclosure_audit import report, together
from analysis.briefing.manifest import read_manifest
from analysis.briefing.parameters import checked
from analysis.briefing.runner import refuse_leaks, run
from analysis.briefing.sections.planning import refuse_small
from analysis.briefing.sections.simulated import start_of
from analysis.briefing.suppression_plan import publishable
from analysis.briefing.verification import resolver, verify
from analysis.cli import app
from analysis.coverage.disclosure.counts import DisclosureError
from analysis.coverage.disclosure.regions import linked
from analysis.errors import ParameterError, WithheldError, WorkbookError
from analysis.ledger import Ledger
from analysis.quantities import Status
from analysis.scenarios.start import state_of
from analysis.study import ROOT, open_study
from analysis.study_models import DISCLOSURE_THRESHOLD
from analysis.views.blocks import Figure, Paragraph, Section, Table
from analysis.views.wording import plain
from tests.briefing.texts import html_text, xlsx_numbers
from tests.commands import command, refusal
from tests.counted import counted_study
from tests.coverage.linked import recoverable
from tests.front.notebooks import notebook
from tests.papers import NotebookPaper as Paper
from tests.papers import open_paper

HARBOUR = str(ROOT / "tests" / "studies" / "harbour-2024")


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run on a register of 160 enterprises."""
    folder = tmp_path_factory.mktemp("counted") / "run"
    parameters = checked("4_briefing", {"study": HARBOUR, "language": "en"})
    return run(parameters, folder=folder, formats=("html", "xlsx"))


def ledger(folder: Path) -> Ledger:
    return Ledger.from_json(json.loads((folder / "ledger.json").read_text(encoding="utf-8")))


def test_the_manifest_tells_the_audit(counted: Path) -> None:
    told = read_manifest(counted)["disclosure"]
    assert (told["applies"], told["threshold"], told["safe"]) == (True, 10, True)
    assert told["primary"] > 0
    assert told["secondary"] > 0
    assert told["narrowest"] >= 10


def test_no_small_count_and_nothing_computed_from_one_has_a_value_in_any_record(counted: Path) -> None:
    resolve = resolver(checked("4_briefing", {"study": HARBOUR, "language": "en"}))
    leaves = list(counts_in(ledger(counted).claims))
    assert all(leaf.withheld for leaf in leaves if 0 < resolve(leaf.address) < 10)
    for name in ("ledger.json", "notebook.ipynb"):
        for quantity in _quantities(json.loads((counted / name).read_text(encoding="utf-8"))):
            if quantity.get("withheld") or any(part.get("withheld") for part in quantity.get("parts", ())):
                assert quantity["value"] is None


def test_the_sign_stands_in_place_of_the_number_in_the_documents(counted: Path) -> None:
    page = html_text(counted / "briefing.html")
    assert "counts of fewer than 10 are withheld" in page
    assert "30 party organisations ([c] independent, [c] joint)" in page
    assert "[c] enterprises have 100 or more staff" not in page
    assert "Coverage by category and size together is withheld throughout" in page
    printed = {float(claim.quantity.value) for claim in ledger(counted).claims if not claim.quantity.withheld}
    lines = {float(number) for number in range(1, len(ledger(counted).claims) + 1)}
    small = {float(number) for number in range(1, 10)} - printed
    assert small
    assert not (xlsx_numbers(counted / "briefing.xlsx") & small) - lines


def test_a_run_with_withheld_numbers_is_verified(counted: Path) -> None:
    assert verify(counted).is_true


@pytest.fixture(scope="module")
def unprotected(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ledger]:
    """The same register in a study of its own that protects nothing, and the ledger of a paper on it."""
    study = harbour(tmp_path_factory.mktemp("unprotected") / "study", threshold=0)
    paper = open_paper("2_coverage", study=str(study), language="en")
    assert "this study lowers the threshold that protects small counts from 10 to 0" in words_of(paper.section("title"))
    return study, paper.ledger


def test_a_paper_that_prints_what_it_must_not_does_not_leave(unprotected: tuple[Path, Ledger]) -> None:
    assert not any(leaf.withheld for leaf in counts_in(unprotected[1].claims))
    with pytest.raises(DisclosureError, match="the paper would give away cells:"):
        report(checked("2_coverage", {"study": HARBOUR, "language": "en"}), unprotected[1])


def test_verify_audits_again_what_a_run_gives_away(unprotected: tuple[Path, Ledger], tmp_path: Path) -> None:
    study, printed = unprotected
    folder = as_run(tmp_path, "2_coverage", {"study": str(study), "language": "en"}, printed)
    assert not verify(folder).exposed
    harbour(study, threshold=10)
    told = CliRunner().invoke(app, ["verify", str(folder)])
    assert "disclosure: disclosure_threshold 10: the paper would give away cells:" in told.output
    assert told.exit_code == 1
    assert "Traceback" not in told.output


def test_documents_of_a_notebook_go_through_the_same_audit(tmp_path: Path) -> None:
    study = harbour(tmp_path / "study", threshold=0)
    parameters = checked("2_coverage", {"study": str(study), "language": "en"})
    executed = run(parameters, folder=tmp_path / "run", formats=("html",)) / "notebook.ipynb"
    assert command("documents", executed, "--to", "html", "--output", tmp_path / "free").returncode == 0
    harbour(study, threshold=10)
    told = refusal(command("documents", executed, "--to", "html", "--output", tmp_path / "kept"))
    assert "disclosure_threshold 10: the paper would give away cells:" in told
    assert not (tmp_path / "kept").exists()


def test_what_is_made_from_raw_counts_cannot_be_printed(tmp_path: Path) -> None:
    seen = notebook(
        tmp_path / "mine.ipynb",
        ("", "study.text('We saw {n}.', n=3, source='our visits')"),
        ("", "raw = study.cells(unprotected=True)"),
        ("", "study.text('There are {n}.', n=int(raw['enterprises'].iloc[0]), source='our visits')"),
    )
    with pytest.raises(WorkbookError, match=r"cell 7: stands after study.cells\(unprotected=True\)"):
        run(checked(str(seen), {"study": HARBOUR, "language": "en"}), folder=tmp_path / "run", formats=("html",))


def test_a_paper_may_protect_more_than_its_study_and_not_less(tmp_path: Path) -> None:
    study = str(harbour(tmp_path / "study", threshold=15))
    contexts = [Context.of(checked("2_coverage", {"study": study, "disclosure_threshold": one})) for one in (0, 15, 40)]
    assert [[(one.role, one.threshold) for one in protected(context)] for context in contexts] == [
        [("", 15)],
        [("", 15)],
        [("", 40)],
    ]
    with pytest.raises(ParameterError, match='"14" is lower than that of harbour-2024; allowed: 15 to 1000, or 0'):
        checked("2_coverage", {"study": study, "disclosure_threshold": 14})


DRAWN = 7  # papers in a batch, of the 24 that there are


@pytest.mark.parametrize("seed", [1])
def test_no_paper_of_a_batch_opens_a_count_that_another_withholds(tmp_path: Path, seed: int) -> None:
    study = str(counted_study(tmp_path / "study", enterprises=4000, districts=2, seed=seed))
    rng = np.random.default_rng(seed)
    opened = open_study(study)
    places = ["all", *(row.id for row in opened.districts)]
    kinds = ["all", *(row.id for row in opened.settings.categories)]
    every = list(product(places, kinds, (50, 100)))
    runs = []
    for number in rng.choice(len(every), size=DRAWN, replace=False):
        district, category, staff = every[number]
        given = {"study": study, "language": "en", "district": district, "category": category, "staff_threshold": staff}
        try:
            paper = open_paper("2_coverage", **given)
            told = report(paper.context.parameters, paper.ledger)
        except DisclosureError:  # of so few that nothing is left
            continue
        assert told["safe"]
        assert told["screens"][0]["withheld"] > 0
        runs.append(as_run(tmp_path / str(number), "2_coverage", given, paper.ledger))
    (found,) = together(runs)
    assert found.papers == len(runs)
    assert found.papers > DRAWN / 2
    assert found.withheld > 0
    assert not _recovered(Context.of(checked("2_coverage", {"study": study})), runs)


@pytest.mark.parametrize("place", ["all", "quay"])
@pytest.mark.parametrize("notebook", ["2_coverage", "4_briefing"])
def test_a_study_s_screen_covers_what_its_papers_usually_count(notebook: str, place: str) -> None:
    given = {"study": HARBOUR, "language": "en", "district": place}
    paper = open_paper(notebook, **given)
    printed = {leaf.address for leaf in counts_in(paper.ledger.claims)}
    assert len(printed) > 20
    assert printed <= set(publishable(paper.context.counter))


def _recovered(context: Context, runs: list[Path]) -> list[str]:
    """What a reader of all the runs can work out: every count asked alone, by linear programs of the test's own."""
    cells = context.counter.cells
    assert cells is not None
    leaves = [leaf for run in runs for leaf in counts_in(ledger(run).claims)]
    printed = {leaf.address for leaf in leaves if not leaf.withheld}
    hidden = {leaf.address for leaf in leaves if leaf.withheld}
    assert not printed & hidden
    tables, rows = linked(cells, sorted(printed | hidden))
    withheld = np.ones(len(tables.names), dtype=bool)
    withheld[[rows[address] for address in printed]] = False
    return recoverable(tables, withheld, threshold=10)


def test_papers_that_count_beyond_the_screen_are_told_of_when_they_are_not_safe_together(tmp_path: Path) -> None:
    study = str(counted_study(tmp_path / "study", enterprises=600, districts=1))
    runs: list[Path] = []
    sections: list[Section] = []
    for threshold in (60, 62):
        given = {"study": study, "language": "en", "staff_threshold": threshold}
        paper = open_paper("2_coverage", only=("title", "by_size"), **given)
        assert report(paper.context.parameters, paper.ledger)["safe"]
        runs.append(as_run(tmp_path / str(threshold), "2_coverage", given, paper.ledger))
        sections += paper.printed
    with pytest.raises(DisclosureError, match="whoever has several of these 2 papers can work out"):
        together(runs)
    with pytest.raises(DisclosureError, match="the paper would give away"):
        refuse_leaks(sections)  # one notebook that opens the study twice


def test_figures_of_another_year_are_no_base_and_no_finding_beside_the_counts(tmp_path: Path) -> None:
    study = str(counted_study(tmp_path / "study", enterprises=400))
    names = ("finding", "bases", "statistics", "by_district", "cascade")
    paper = open_paper("4_briefing", only=names, study=study, language="en")
    leaves = {leaf.address for claim in paper.ledger.claims for leaf in claim.quantity.leaves()}
    assert any(address.startswith("cells:") for address in leaves)
    assert not any(address.startswith("figure:") for address in leaves)
    parts = [part for part in paper.section("by_district").blocks if isinstance(part, Table | Figure)]
    assert [type(part) for part in parts] == [Table], "every district is withheld, and a chart would be empty"


def test_what_is_simulated_from_withheld_counts_is_left_out_by_name(tmp_path: Path) -> None:
    found = scenario_paper(tmp_path / "study", enterprises=400)
    title = "Where the targets go: left out, as it is computed from numbers that are withheld."
    assert words_of(found.section("paths")) == title
    assert found.section("dynamics").claims()
    assert all(claim.quantity.status is not Status.SIMULATED for claim in found.ledger.claims)


def test_what_is_simulated_from_counts_that_may_be_printed_stays_and_is_audited_with_them(tmp_path: Path) -> None:
    found = scenario_paper(tmp_path / "study", enterprises=5000, districts=3)
    assert any(claim.quantity.status is Status.SIMULATED for claim in found.section("paths").claims())
    told = report(found.context.parameters, found.ledger)
    assert (told["applies"], told["safe"], told["published"]) == (True, True, 16)
    with pytest.raises(WithheldError):
        refuse_small(found.context, state_of(start_of(found.context), found.context.study, pooled=False))


def test_neither_a_verdict_nor_a_rank_tells_of_what_is_withheld(tmp_path: Path) -> None:
    study = str(counted_study(tmp_path / "study", enterprises=400))
    conference = open_paper("6_conference", study=study, language="en")
    table = next(block for block in conference.section("decisions").blocks if isinstance(block, Table))
    states = {plain(row[-1]) for row in table.rows if "[c]" in plain(row[-2])}
    assert states == {"withheld"}
    department = open_paper("7_department", study=study, language="en")
    assert words_of(department.section("behind")).startswith("Districts furthest behind on each target: left out")


@pytest.mark.parametrize(("notebook", "language"), [("2_coverage", "zh"), ("5_comparison", "en")])
def test_other_papers_on_a_register_are_protected_too(notebook: str, language: str) -> None:
    parameters: dict[str, Any] = {"study": HARBOUR, "language": language}
    if notebook == "5_comparison":
        parameters["base"] = "all"
    paper = open_paper(notebook, **parameters)
    told = report(checked(notebook, parameters), paper.ledger)
    assert told.get("safe", not told["applies"])


def test_published_and_synthetic_numbers_are_not_withheld() -> None:
    paper = open_paper("2_coverage", language="en")
    assert not any(claim.quantity.withheld for claim in paper.ledger.claims)
    assert report(checked("2_coverage", {"language": "en"}), paper.ledger) == {"applies": False}


@pytest.mark.parametrize("value", [-1, 1001, "ten"])
def test_a_threshold_that_cannot_be_one_is_refused(value: object) -> None:
    with pytest.raises(ParameterError, match=r"disclosure_threshold: .* allowed: a whole number from 0 to 1000"):
        checked("4_briefing", {"disclosure_threshold": value})


def harbour(folder: Path, *, threshold: int) -> Path:
    """The study of a register of 160 enterprises, with a threshold of its own."""
    shutil.copytree(HARBOUR, folder, dirs_exist_ok=True)
    text = (folder / "study.toml").read_text(encoding="utf-8")
    if threshold != DISCLOSURE_THRESHOLD:  # at the usual one it is the same study, whose screen is there
        (folder / "study.toml").write_text(f"disclosure_threshold = {threshold}\n{text}", encoding="utf-8")
    return folder


def scenario_paper(folder: Path, *, enterprises: int, districts: int = 3) -> Paper:
    """The targets ahead, from a register of so many enterprises."""
    study = counted_study(folder, enterprises=enterprises, districts=districts)
    names = ("title", "scenario", "paths", "dynamics")
    return open_paper("3_scenarios", only=names, study=str(study), language="en", draws=8)


def as_run(folder: Path, notebook: str, given: dict[str, Any], ledger: Ledger) -> Path:
    """A ledger in a folder, as a run leaves it."""
    folder.mkdir(exist_ok=True)
    manifest = {"notebook": notebook, "parameters": given, "outputs": {}, "disclosure": {"applies": True}}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "ledger.json").write_text(json.dumps(ledger.to_json()), encoding="utf-8")
    return folder


def words_of(section: Section) -> str:
    """The paragraphs of a section as they are read."""
    return " ".join(plain(block.content) for block in section.blocks if isinstance(block, Paragraph))


def _quantities(plain: Any) -> list[dict[str, Any]]:
    if isinstance(plain, dict):
        own = [plain] if {"value", "unit", "status"} <= set(plain) else []
        return own + [one for part in plain.values() for one in _quantities(part)]
    return [one for part in plain for one in _quantities(part)] if isinstance(plain, list) else []


def test_a_second_paper_that_would_give_away_beside_the_first_is_refused_and_names_it(tmp_path: Path) -> None:
    study = counted_study(tmp_path / "study", enterprises=600, districts=1)
    words = ["briefing", study, "--notebook", "2_coverage", "--language", "en", "--to", "html"]
    first = command(*words, "--set", "staff_threshold=60", "--output", tmp_path / "out" / "first")
    assert first.returncode == 0, first.stderr
    told = refusal(command(*words, "--set", "staff_threshold=62", "--output", tmp_path / "out" / "second"))
    assert "out/first the paper would give away" in " ".join(told.split())
    assert not (tmp_path / "out" / "second").exists()
    again = command(*words, "--set", "staff_threshold=60", "--output", tmp_path / "out" / "first")
    assert again.returncode == 0, "the paper itself, written again, is no other paper"
