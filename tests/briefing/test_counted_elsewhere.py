"""Runs on a register or on returns taken elsewhere and compared: what goes along, what does not, and that this is said."""

from __future__ import annotations

import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from analysis.briefing.change_attribution import difference
from analysis.briefing.difference_page import in_lines, page, to_json
from analysis.briefing.documents.archive import packed, unpacked
from analysis.briefing.packing import pack, unpack
from analysis.briefing.packing_registers import HELD, TO_BRING
from analysis.briefing.parameters import checked
from analysis.briefing.returns.book import write_filled
from analysis.briefing.run_reader import read_run
from analysis.briefing.runner import run
from analysis.coverage.sources import cells_of
from analysis.errors import WorkbookError
from analysis.study import DATA, ROOT, Study, open_study
from tests.commands import contents
from tests.returned import counts_from, returned_study

HARBOUR = ROOT / "tests" / "studies" / "harbour-2024"


def counted(study: Path | str, folder: Path, **parameters: object) -> Path:
    model = checked("2_coverage", {"study": str(study), "language": "en", **parameters})
    return run(model, notebook="2_coverage", formats=("html",), folder=folder)


def refilled(study: Study) -> None:
    """The study's returns again, without the enterprises that have more than a hundred staff."""
    cells = cells_of(open_study("suzhou-2003"))
    assert cells is not None
    chosen = cells.table["district"].isin([row.id for row in study.districts]) & (cells.table["staff"] <= 100)
    shutil.rmtree(study.folder / "returns")
    fewer = replace(cells, table=cells.table[chosen])
    write_filled(study, study.folder / "returns", counts_from(fewer, study), status=cells.status, language="zh")


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two runs between which a row of the register changed, and a threshold."""
    place = tmp_path_factory.mktemp("register")
    study = shutil.copytree(HARBOUR, place / "study")
    before = counted(study, place / "before")
    register = study / "register" / "enterprises.csv"
    lines = register.read_text(encoding="utf-8").splitlines(keepends=True)
    register.write_text("".join(lines[:-1]), encoding="utf-8")
    return before, counted(study, place / "after", staff_threshold=50)


def test_the_register_stays_and_whoever_unpacks_is_told_what_to_bring(
    registered: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = unpack(pack(registered[0], tmp_path / "a.zip", date="2026-01-31"), tmp_path / "taken")
    assert not list(found.folder.rglob("enterprises*"))
    assert "the register of harbour-2024 is not in the archive" in found.to_bring
    assert (found.folder / TO_BRING).read_text(encoding="utf-8") == f"{found.to_bring}\n"
    shutil.copytree(HARBOUR / "register", found.folder / "study" / "register")
    monkeypatch.chdir(found.folder)
    assert contents(counted("study", tmp_path / "again")).keys() == contents(registered[0]).keys()
    again = read_run(tmp_path / "again").manifest["inputs"]
    assert again == read_run(registered[0]).manifest["inputs"]


def test_a_register_goes_along_only_when_asked_for_and_gives_the_same_bytes_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(HARBOUR, tmp_path / "mine")
    monkeypatch.chdir(tmp_path)
    before = counted("mine", tmp_path / "before")
    archive = pack(before, tmp_path / "a.zip", date="2026-01-31", with_registers=True)
    found = unpack(archive, tmp_path / "taken")
    assert found.to_bring == ""
    assert not (found.folder / TO_BRING).exists()
    assert "harbour-2024: give it to nobody" in (found.folder / HELD).read_text(encoding="utf-8")
    register = Path("mine", "register", "enterprises.csv")
    assert (found.folder / register).read_bytes() == register.read_bytes()
    shutil.rmtree("mine")
    monkeypatch.chdir(found.folder)
    assert contents(counted("mine", tmp_path / "again")) == contents(before)


def test_a_register_that_is_brought_must_be_the_same(registered: tuple[Path, Path], tmp_path: Path) -> None:
    archive, register = pack(registered[0], tmp_path / "a.zip"), HARBOUR / "register" / "enterprises.csv"
    other = tmp_path / "other.csv"
    other.write_bytes(register.read_bytes() + b"\n")
    with pytest.raises(WorkbookError, match=r"other\.csv: is not a register of this run.*nothing was unpacked"):
        unpack(archive, tmp_path / "taken", registers=[other])
    assert not (tmp_path / "taken").exists()
    found = unpack(archive, tmp_path / "taken", registers=[register])
    assert found.to_bring == ""
    assert (found.folder / "study" / "register" / "enterprises.csv").read_bytes() == register.read_bytes()


def test_a_register_is_brought_to_no_place_outside_the_folder(registered: tuple[Path, Path], tmp_path: Path) -> None:
    pack(registered[0], tmp_path / "a.zip")
    (tmp_path / "there").mkdir()
    shutil.copy(HARBOUR / "study.toml", tmp_path / "there")
    parts = unpacked((tmp_path / "a.zip").read_bytes())
    parts["parameters.toml"] = b'study = "../there"\n'
    (tmp_path / "a.zip").write_bytes(packed(parts))
    with pytest.raises(WorkbookError, match="outside the archive's folder; nothing was unpacked"):
        unpack(tmp_path / "a.zip", tmp_path / "taken", registers=[HARBOUR / "register" / "enterprises.csv"])
    assert {path.name for path in tmp_path.rglob("*")} == {"a.zip", "there", "study.toml"}


def test_a_register_that_changed_since_the_run_is_not_packed(registered: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match="the register of harbour-2024 was changed after the run"):
        pack(registered[0], tmp_path / "a.zip", with_registers=True)
    assert not list(tmp_path.iterdir())


def test_two_runs_on_registers_differ_in_one_step_and_this_is_said(registered: tuple[Path, Path]) -> None:
    found = difference(*map(read_run, registered))
    assert found.not_kept == ("harbour-2024",)
    assert [step.parts for step in found.steps] == [("parameters", "data")]
    assert found.moved
    assert all(moved.change == sum(filter(None, moved.terms), Fraction()) for moved in found.moved if moved.change)
    for told in (page(found, "en"), "\n".join(in_lines(found, "en"))):
        assert "The register is not kept with a run (harbour-2024)" in told
    assert "名册不随结果保存（harbour-2024）" in page(found, "zh")
    assert to_json(found)["registers_not_kept"] == ["harbour-2024"]


def test_returns_go_along_and_are_compared_by_what_they_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    returned_study(open_study("suzhou-2003"), tmp_path / "mine", districts=2)
    monkeypatch.chdir(tmp_path)
    before = counted("mine", tmp_path / "before")
    found = unpack(pack(before, tmp_path / "a.zip"), tmp_path / "taken")
    assert found.to_bring == ""
    monkeypatch.chdir(found.folder)
    assert contents(counted("mine", tmp_path / "again")) == contents(before)
    refilled(open_study(tmp_path / "mine"))
    monkeypatch.chdir(tmp_path)
    changed = difference(read_run(before), read_run(counted("mine", tmp_path / "after")))
    assert changed.not_kept == ()
    assert {step.parts for step in changed.steps} == {("data",)}
    assert len(changed.changes) == 2
    assert all(change.where.startswith("returns/") and ".xlsx" in change.where for change in changed.changes)
    assert changed.moved or changed.only_before


def test_the_other_study_of_a_comparison_goes_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("one", "two"):
        shutil.copytree(DATA / "suzhou-2003", tmp_path / place / "suzhou")
    parameters = {"study": str(tmp_path / "one" / "suzhou"), "other_study": str(tmp_path / "two" / "suzhou")}
    model = checked("5_comparison", parameters)
    made = run(model, notebook="5_comparison", formats=("html",), folder=tmp_path / "run")
    folder = unpack(pack(made, tmp_path / "a.zip"), tmp_path / "taken").folder
    monkeypatch.chdir(folder)
    model = checked("5_comparison", {"study": "suzhou", "other_study": "other_study-suzhou"})
    assert 'other_study = "other_study-suzhou"' in (folder / "parameters.toml").read_text(encoding="utf-8")
    again = run(model, notebook="5_comparison", formats=("html",), folder=tmp_path / "again")
    assert (again / "briefing.html").read_bytes() == (made / "briefing.html").read_bytes()
