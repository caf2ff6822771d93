"""Returns read back: every planted fault is found at its cell, and none is found where there is none."""

from __future__ import annotations

import datetime
import io
import re
import shutil
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from analysis.briefing.returns.book import books, write_templates
from analysis.cli import app
from analysis.errors import DataError
from analysis.sources.returns import read_returns, returns_of, score_at
from analysis.sources.returns.edits import deduced, edits_of, example_counts, total
from analysis.sources.returns.form import Place, form_of
from analysis.sources.returns.reading import read_return
from analysis.sources.returns.template import FIRST_DEFINITION
from analysis.study import Study, open_study
from tests.office import converted, needs_office
from tests.returned import returned_study
from tests.sources.changes import DEFINED, KUNSHAN, Change, both, changed, more, put, swap

TWO = "表二 党员和党组织"


@pytest.fixture
def study(returned: Study) -> Study:
    return returned


# Private enterprises stand in columns C to F: 0 to 24 staff, 25 to 49, 50 to 99, 100 or more; G is their sum.
FAULTS: dict[str, tuple[Change, list[tuple[str, str]]]] = {
    "a total above its parts": (more("C6", 7), [("表一 企业, C6", "is not the sum of its parts")]),
    "a part too many": (more("F30", 3), [("表一 企业, F6", "is not the sum of its parts")]),
    "a total below those covered": (put("D6", 1), [
        ("表一 企业, D6", "is less than the enterprises covered"), ("表二 党员和党组织, D6", "does not fit the band")]),
    "a negative count": (put("C9", -3), [("表一 企业, C9", "is negative")]),
    "a fraction": (put("C9", 3.5), [("表一 企业, C9", "is not a whole number")]),
    "a trillion": (put("C6", 1e12), [("表一 企业, C6", "is more than is possible")]),
    "text in a count": (put("E9", "十二"), [("表一 企业, E9", "is not a number")]),
    "a comma that groups nothing": (put("E9", "1,5"), [("表一 企业, E9", "has a comma that groups no three digits")]),
    "a unit in a count": (put("C32", "1.2万"), [("表一 企业, C32", "counts in ten thousands")]),
    "a count in ten thousands": (put("C32", 0.62), [("表一 企业, C32", "is not a whole number")]),
    "a date in a count": (put("E9", datetime.date(2003, 5, 1)), [("表一 企业, E9", "is a date")]),
    "yes in a count": (put("E9", True), [("表一 企业, E9", "is a logical value")]),
    "an error in a count": (put("E9", "#REF!"), [("表一 企业, E9", "is what a formula gives that fails")]),
    "a formula without a value": (put("E9", "=40+2"), [("表一 企业, E9", "is a formula without a value")]),
    "a blank that cannot be told": (both(put("C18", None), put("C19", None)), [
        ("表一 企业, C18:C19", "is blank, and does not follow")]),
    "a sum typed over": (put("G9", 5), [("表一 企业, G9", "is not the sum of its parts")]),
    "a formula changed": (put("C33", "=C9"), [("表一 企业, C33", "holds a formula that is not the template's")]),
    "more full members than members": (put("F12", 99_999, TWO), [(f"{TWO}, F12", "is more than the members")]),
    "too few members": (put("F8", 1, TWO), [(f"{TWO}, F8", "is too few"), (f"{TWO}, F12", "is more than the members")]),
    "too few full members": (put("F12", 1, TWO), [(f"{TWO}, F12", "is too few")]),
    "staff below their band": (put("E6", 10, TWO), [(f"{TWO}, E6", "does not fit the band")]),
    "staff above their band": (put("D6", 9_000_000, TWO), [(f"{TWO}, D6", "does not fit the band")]),
    "more five-good than organisations": (put("F18", 5000, TWO), [(f"{TWO}, F18", "is more than the enterprises with")]),
    "more joint than enterprises under them": (put("F16", 5000, TWO), [
        (f"{TWO}, R16", "are more than half"), (f"{TWO}, F16", "is more than the enterprises under")]),
    "more five-good joint than joint": (put("F19", 500, TWO), [(f"{TWO}, F19", "is more than the joint")]),
    "rows moved": (swap(9, 13), [
        ("表一 企业, A9", "a line or column was moved"), ("表一 企业, A13", "a line or column was moved")]),
    "a column renamed": (put("D5", "30至49人"), [("表一 企业, D5", "a line or column was moved")]),
    "merged counts": (lambda book: book["表一 企业"].merge_cells("E9:F10"), [
        ("表一 企业, E9:F10", "cells of counts are merged")]),
    "a hidden row": (lambda book: setattr(book["表一 企业"].row_dimensions[12], "hidden", True), [
        ("表一 企业, row 12", "is hidden")]),
    "a hidden column": (lambda book: setattr(book[TWO].column_dimensions["D"], "hidden", True), [
        (f"{TWO}, column D", "is hidden")]),
    "a hidden sheet": (lambda book: setattr(book[TWO], "sheet_state", "hidden"), [(f"{TWO}", "is hidden")]),
    "a sheet more": (lambda book: book.create_sheet("底稿"), [("底稿", "is no sheet of the template")]),
    "a sheet renamed": (lambda book: setattr(book[TWO], "title", "表2"), [
        ("", f'has no sheet "{TWO}"'), ("表2", "is no sheet of the template")]),
    "a sheet gone": (lambda book: book.remove(book[TWO]), [("", f'has no sheet "{TWO}"')]),
    "a count beside the table": (put("T20", 12), [("表一 企业, T20", "stands where nothing is read")]),
    "a count far away": (put("XFD1048576", 1), [("表一 企业, XFD1048576", "stands where nothing is read")]),
    "a check typed over": (put("C33", 3), [("表一 企业, C33", "is not the sum of its parts")]),
    "another title": (put("A1", "表三"), [("表一 企业, A1", "is not what the template has here")]),
    "another district's table": (put("A2", "填报区域: 常熟市    所属期: 2003"), [
        ("表一 企业, A2", "is not what the template has here")]),
    "a word on the cover": (put("D6", "已核", "封面"), [("封面, D6", "stands where nothing is read")]),
    "a state typed over": (put("C17", 0, "封面"), [("封面, C17", "stands where nothing is read")]),
    "another's name": (put("C6", "常熟市", "封面"), [("封面, C6", "is not the district whose code stands in C7")]),
    "another period": (put("C8", 2004, "封面"), [("封面, C8", "is another period")]),
    "another definition": (put("C14", "全部从业人员", "封面"), [("封面, C14", "is another definition")]),
    "no definition": (put("C14", None, "封面"), [("封面, C14", "does not say how regular staff are counted")]),
    "another place's district": (put("C7", "320100", "封面"), [("封面, C7", "names no district of the study")]),
    "no origin": (put("C10", "大概", "封面"), [("封面, C10", "does not say where the counts come from")]),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found_at_its_cell_and_no_other_is_told(
    study: Study, bare_return: Path, tmp_path: Path, name: str
) -> None:
    change, expected = FAULTS[name]
    found = changed(bare_return, study, tmp_path, change).problems
    told = [(problem.where, problem.what) for problem in found]
    places = [", ".join(part for part in (KUNSHAN, place) if part) for place, _ in expected]
    assert {where for where, _ in told} == set(places), told
    for place, (_, words) in zip(places, expected, strict=True):
        assert any(where == place and words in what for where, what in told), told
    assert all(problem.allowed for problem in found)
    words = [problem.told("zh").removeprefix(KUNSHAN) for problem in found]
    assert not [one for one in words if re.search("[a-z]{2,} [a-z]{2,}", one)], words


def test_what_belongs_to_a_person_is_told_by_its_cell_and_not_shown(
    bare_return: Path, study: Study, tmp_path: Path
) -> None:
    planted = both(put("C9", "张伟"), put("Z40", "张伟 138.0013.8000"), put("C10", 13800138000))
    told = "\n".join(map(str, changed(bare_return, study, tmp_path, planted).problems))
    assert 'C9: is not a number; seen "(a name of a person, not shown)"' in told
    assert 'Z40: stands where nothing is read; seen "(a telephone number, not shown)"' in told
    assert "张伟" not in told
    assert "8000" not in told


def test_clean_returns_have_no_fault_and_full_marks(study: Study) -> None:
    found = read_returns(study)
    assert not found.problems
    cells = len(list(form_of(study).inputs()))
    for score in found.scores:
        assert (score.filled, score.deduced, score.missing, score.faulty, score.broken) == (cells, 0, 0, 0, 0)
        assert score.rules == len(list(edits_of(form_of(study))))
    assert score_at(found, "320583.filled") == cells


def test_a_blank_is_told_apart_from_a_nought_only_where_it_matters(
    study: Study, bare_return: Path, tmp_path: Path
) -> None:
    full = read_return(study.folder / "returns" / KUNSHAN, study, form_of(study))
    zero = next(place for place in form_of(study).inputs() if place.line == "yes.none.full3" and not full.counts[place])
    left_out = changed(bare_return, study, tmp_path, put(form_of(study).cell(zero)[1], None))
    assert not left_out.problems
    assert left_out.deduced == {zero}
    assert dict(left_out.counts) == dict(full.counts)
    one = Place("all", "no.none.none", "private", 0)
    assert deduced(form_of(study), {place: n for place, n in full.counts.items() if place != one}) == {
        one: full.counts[one]
    }


def test_files_that_do_not_fit_together_are_told_with_the_districts_that_are_missing(
    study: Study, tmp_path: Path
) -> None:
    shutil.copytree(study.folder, tmp_path / "study")
    returns = tmp_path / "study" / "returns"
    shutil.copy(returns / KUNSHAN, returns / "z-again.XLSX")
    (returns / "more").mkdir()
    (returns / "320502-Canglang.xlsx").unlink()
    (returns / "SIP-Suzhou-Industrial-Park.xlsx").write_bytes(b"not a workbook")
    (returns / "list.csv").write_text("a,b\n")
    (returns / "~$open.xlsx").write_bytes(b"")
    copy = open_study(tmp_path / "study")
    with pytest.raises(DataError) as refused:
        returns_of(copy)
    told = str(refused.value).splitlines()
    assert [line.partition(";")[0] for line in told] == [
        "SIP-Suzhou-Industrial-Park.xlsx: is not an Excel workbook but text, such as CSV",
        "list.csv: is not an Excel workbook but text, such as CSV",
        "more: is a folder, in which nothing is read",
        "z-again.XLSX, C7: is a second return of this district, after 320583-Kunshan.xlsx",
        "returns: no return of Suzhou Industrial Park (SIP), Canglang (320502)",
    ]
    scores = {score.district.id: score for score in read_returns(copy).scores}
    assert not scores["320502"].is_in
    assert scores["320502"].missing == scores["320502"].cells


def test_a_changed_return_changes_the_study_s_fingerprint(study: Study, tmp_path: Path) -> None:
    shutil.copytree(study.folder, tmp_path / "study")
    before = open_study(tmp_path / "study").fingerprint
    (tmp_path / "study" / "returns" / KUNSHAN).write_bytes(b"other")
    assert open_study(tmp_path / "study").fingerprint != before


def test_templates_appear_together_or_not_at_all(suzhou: Study, tmp_path: Path) -> None:
    suzhou = replace(suzhou, districts=suzhou.districts[:3])
    written = write_templates(suzhou, tmp_path / "out", language="en")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(path.name for path in written)
    assert len(written) == len(suzhou.districts)
    with pytest.raises(Exception, match="allowed: a new or empty folder"):
        write_templates(suzhou, tmp_path / "out", language="zh")
    assert dict(books(suzhou, language="en"))[suzhou.districts[0]] == written[0].read_bytes()


def test_words_of_a_study_are_text_in_the_workbook_whatever_they_begin_with(study: Study, tmp_path: Path) -> None:
    settings = DEFINED.replace('en = "staff with', 'en = "=staff with').replace('{ zh = "全部', '{ zh = "@全部')
    odd = returned_study(study, tmp_path / "odd", language="en", settings=settings, districts=2)
    found = read_returns(odd)
    assert not found.problems
    book = openpyxl.load_workbook(odd.folder / "returns" / "320581-Changshu.xlsx")
    assert book["Cover"]["C14"].data_type == "s"
    assert book["Cover"]["C14"].value == "=staff with a contract of a year or more"


@needs_office("calc")
def test_another_program_computes_the_same_sums_and_what_it_saves_can_be_read(study: Study, tmp_path: Path) -> None:
    source, form = study.folder / "returns" / KUNSHAN, form_of(study)
    converted([source], tmp_path, to="xlsx")
    saved, ours = (read_return(folder / KUNSHAN, study, form) for folder in (tmp_path, source.parent))
    assert not saved.problems
    assert dict(saved.counts) == dict(ours.counts)
    book = openpyxl.load_workbook(tmp_path / KUNSHAN, data_only=True)
    for place in form.sums():
        number, address = form.cell(place)
        computed = book[form.tables[number].name.zh][address].value
        assert computed == (0 if place.line == "check" else total(form, ours.counts, place)), (number, address)
    row = FIRST_DEFINITION + 1 + len(study.settings.returns.definitions)
    assert [book["封面"][f"C{row + step}"].value for step in (1, 2)] == [0, 0]  # blank cells, failing checks


def test_the_form_follows_the_study(suzhou: Study, tmp_path: Path) -> None:
    settings = "staff_bands = [10, 25, 50, 100, 300]\nfull_members = [3, 50]\ndirectly_managed = true"
    study = returned_study(suzhou, tmp_path / "study", settings=settings, districts=1)
    form = form_of(study)
    assert form.bands == ((0, 9), (10, 24), (25, 49), (50, 99), (100, 299), (300, 0))
    assert form.groups == ("no", "yes")
    assert not read_returns(study).problems
    example = example_counts(form)
    assert not any(edit.is_broken(example) for edit in edits_of(form))
    with pytest.raises(DataError, match=r"staff_bands: has no limit at 25, where target instructor_25 draws one"):
        returned_study(suzhou, tmp_path / "other", settings="staff_bands = [50, 100]")


def test_every_workbook_of_a_study_holds_the_same_form_in_either_language(suzhou: Study) -> None:
    form = form_of(suzhou)
    for language in ("zh", "en"):
        for district, content in books(suzhou, language=language):  # type: ignore[arg-type]
            book = openpyxl.load_workbook(io.BytesIO(content))
            sheet = book[form.tables[0].name.of(language)]  # type: ignore[arg-type]
            assert district.label.of(language) in sheet["A2"].value  # type: ignore[arg-type]
            assert sheet.protection.sheet
            inputs = {form.cell(place)[1] for place in form.inputs() if form.cell(place)[0] == 0}
            unlocked = {cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
            assert unlocked == inputs
            break


def test_check_shows_the_scorecard_and_then_every_fault(study: Study, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["check", str(study.folder), "-l", "en"])
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0] == "suzhou-2003: 12 of 12 districts, 0 faults"
    assert len([line for line in lines if line.endswith(".xlsx")]) == len(study.districts)
    assert lines[-1] == "12 published figures, 0 of them counted differently"
    chinese = CliRunner().invoke(app, ["check", str(study.folder), "-l", "zh"]).stdout.splitlines()
    assert chinese[0] == "suzhou-2003：12个区域中12个已报，共0处错误"
    assert chinese[-1] == "已公布数字12个，其中0个与清点数不同"
    folder = tmp_path / "came-back"
    shutil.copytree(study.folder / "returns", folder)
    (folder / KUNSHAN).write_bytes(b"")
    refused = CliRunner().invoke(app, ["check", str(folder), "--study", str(study.folder), "-l", "en"])
    assert "suzhou-2003: 11 of 12 districts" in refused.stdout
    assert "Kunshan" in next(line for line in refused.stdout.splitlines() if "no return" in line)
    assert f"{KUNSHAN}: is an empty file" in str(refused.exception)
    assert isinstance(refused.exception, DataError)
