"""Two runs compared: every change is named with its share, and the terms of a number sum to its change exactly."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from analysis.briefing.change_attribution import Difference, Step, difference
from analysis.briefing.difference_page import NAMES, in_lines, page, printed, to_json
from analysis.briefing.parameters import checked
from analysis.briefing.run_reader import read_run
from analysis.briefing.runner import run
from analysis.quantities import Status
from analysis.study import DATA, ROOT
from tests.commands import command, refusal

DISTRICT = "320583"  # a district's paper draws nothing, and is computed again and again here


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two runs between which a digit, an assumption, a reading of a target, a threshold and a line of code changed.

    The first is written by a second clone, in which the line is another one.
    """
    place = tmp_path_factory.mktemp("pair")
    clone, study = place / "clone", place / "study"
    for folder in ("analysis", "notebooks"):
        shutil.copytree(ROOT / folder, clone / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "requirements.lock", clone)
    shutil.copytree(DATA / "suzhou-2003", study)
    edit(clone / "analysis" / "arithmetic.py", "math.ceil(a - 1e-9)", "math.ceil(a - 1e-9) + 7")
    script = "import sys; from analysis.cli import main; sys.argv[0] = 'workbook'; main()"
    before = [
        sys.executable,
        "-c",
        script,
        "briefing",
        study,
        "--district",
        DISTRICT,
        "--to",
        "html",
        "--output",
        place / "before",
    ]
    subprocess.run(
        [str(word) for word in before],
        env=os.environ | {"PYTHONPATH": str(clone)},
        cwd=clone,
        check=True,
        capture_output=True,
    )
    edit(study / "published.csv", ",6930,", ",6931,")
    edit(study / "assumptions.toml", "value = 180", "value = 170")
    edit(study / "targets.toml", 'share = "4/5"', 'share = "3/4"')
    parameters = checked("4_briefing", {"study": str(study), "district": DISTRICT, "staff_threshold": 60})
    return place / "before", run(parameters, folder=place / "after", formats=("html",))


@pytest.fixture(scope="module")
def found(pair: tuple[Path, Path]) -> Difference:
    return difference(read_run(pair[0]), read_run(pair[1]))


def test_every_change_is_named(found: Difference) -> None:
    named = {(change.part, change.where): (change.before, change.after) for change in found.changes}
    assert named.pop(("data", "published.csv, instructors.value")) == ("6930", "6931")
    assert named.pop(("parameters", "staff_threshold")) == ("100", "60")
    ((where, values),) = [item for item in named.items() if item[0][0] == "code"]
    assert where[1].startswith("analysis/arithmetic.py, line ")
    assert "+ 7" in values[0]
    assert "+ 7" not in values[1]
    assert {part for part, _ in named} == {"assumptions", "definition", "code"}
    assert len(named) == 3


def test_every_part_has_its_share_and_the_terms_sum_to_the_change_exactly(found: Difference) -> None:
    assert [step.parts for step in found.steps] == [
        ("code",),
        ("data",),
        ("assumptions",),
        ("definition",),
        ("parameters",),
    ]
    for position, step in enumerate(found.steps):
        assert any(moved.terms[position] for moved in found.moved), step
    for moved in found.moved:
        assert moved.change == sum((term for term in moved.terms if term is not None), Fraction())
        assert moved.change != 0


def test_a_terminal_shows_a_few_changes_of_each_part_and_how_many_more(found: Difference) -> None:
    many = replace(found, changes=tuple(change for change in found.changes for _ in range(4)))
    lines = list(in_lines(many, "en", of_a_part=3))
    for part in {change.part for change in found.changes}:
        told = [line for line in lines if line.startswith(f"{NAMES[part].en}: ")]
        left = sum(change.part == part for change in many.changes) - 3
        assert len(told) == 4
        assert f" {left} more" in told[-1]


def test_terms_as_printed_sum_to_the_change_as_printed(found: Difference) -> None:
    def value(text: str) -> Fraction:
        return Fraction(text.rstrip("§†‡").replace("−", "-").replace(",", "")) if text != "…" else Fraction()

    for moved in found.moved:
        change, *terms = printed(moved)
        assert value(change) == sum(map(value, terms))


def test_a_digit_moves_its_own_figure_by_itself(found: Difference) -> None:
    (instructors,) = [one for one in found.moved if one.after.quantity.address == "figure:instructors"]
    assert instructors.terms == (0, 1, 0, 0, 0)


def test_the_way_back_has_the_same_changes_turned_round(pair: tuple[Path, Path], found: Difference) -> None:
    back = difference(read_run(pair[1]), read_run(pair[0]))
    there = {(one.before.marked, one.after.marked): one.change for one in found.moved}
    again = {(one.after.marked, one.before.marked): -(one.change or 0) for one in back.moved}
    assert there == again


def test_a_simulated_number_has_the_share_of_the_assumption_it_rests_on(tmp_path: Path) -> None:
    study = Path(shutil.copytree(DATA / "suzhou-2003", tmp_path / "study"))
    model = checked("3_scenarios", {"study": str(study), "draws": 10, "years": 1})
    before = run(model, notebook="3_scenarios", folder=tmp_path / "before", formats=("html",))
    edit(study / "dynamics.toml", "value = 0.08\n", "value = 0.09\n")
    after = run(model, notebook="3_scenarios", folder=tmp_path / "after", formats=("html",))
    moved = [one for one in difference(read_run(before), read_run(after)).moved if one.after.status is Status.SIMULATED]
    assert moved
    assert all(one.terms == (one.change,) for one in moved)


def test_code_and_environment_that_both_changed_are_one_step_and_the_reason_is_told(found: Difference) -> None:
    both = replace(found, steps=(Step(("code", "environment"), ("code", "lock")), *found.steps[1:]))
    assert "Code and environment both changed and are one step" in page(both, "en")
    assert "代码和环境都变了，合为一步" in page(both, "zh")
    assert [note["en"].split(":")[0] for note in to_json(both)["notes"]] == [
        "Code and environment both changed and are one step"
    ]
    assert to_json(found)["notes"] == []


def test_a_run_differs_from_itself_in_nothing(pair: tuple[Path, Path]) -> None:
    same = difference(read_run(pair[0]), read_run(pair[0]))
    assert (same.changes, same.steps, same.moved, same.only_before, same.only_after) == ((), (), (), (), ())


def test_the_command_writes_a_page_and_the_same_as_json(
    pair: tuple[Path, Path], found: Difference, tmp_path: Path
) -> None:
    done = command("diff", *pair, "--language", "en", "--output", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "data: published.csv, instructors.value: 6930 → 6931" in done.stdout
    plain = json.loads((tmp_path / "out" / "difference.json").read_text(encoding="utf-8"))
    assert plain == json.loads(json.dumps(to_json(found)))
    for moved in plain["moved"]:
        assert sum(Fraction(term) for term in moved["terms"] if term is not None) == Fraction(moved["change"])
    assert "Why the numbers changed" in (tmp_path / "out" / "difference.html").read_text(encoding="utf-8")


def test_runs_are_found_by_their_parameters(pair: tuple[Path, Path]) -> None:
    place = pair[0].parent
    told = command("runs", place, "--where", "staff_threshold=60").stdout
    assert "after" in told
    assert "before" not in told
    assert len(command("runs", place).stdout.splitlines()) == 2
    assert "did you mean district" in refusal(command("runs", place, "--where", "distrit=1"))


def test_a_run_without_its_inputs_or_with_an_edited_manifest_is_refused(
    pair: tuple[Path, Path], tmp_path: Path
) -> None:
    run = Path(shutil.copytree(pair[1], tmp_path / "run"))
    (run / "inputs.zip").write_bytes(b"PK")
    assert "inputs.zip: cannot be read" in refusal(command("diff", run, pair[0]))
    (run / "manifest.json").write_text('{"notebook": "a", "parameters": {}, "outputs": {}}', encoding="utf-8")
    assert "edited by hand" in refusal(command("diff", pair[0], run))
