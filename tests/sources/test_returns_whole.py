"""What is read of a return is what lies in it, or it is told: whatever is written where, and however its XML is written."""

from __future__ import annotations

import datetime
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, MergedCell
from openpyxl.comments import Comment

from analysis.cell_text import NotANumberError, flat, plain
from analysis.errors import DataError
from analysis.sources.returns.counts import count_in, text_of_cell
from analysis.sources.returns.edits import total
from analysis.sources.returns.form import Form, form_of
from analysis.sources.returns.reading import Return, read_return
from analysis.sources.returns.template import CODE, Template
from analysis.study import Study, open_study
from tests.examples import examples
from tests.returned import returned_study
from tests.sources.changes import KUNSHAN, changed, put

SHEETS = ["封面", "表一 企业", "表二 党员和党组织", "示例", "填报说明", "底稿"]
VALUES = st.one_of(
    st.integers(-5, 20_000),
    st.floats(-10, 1e9, allow_nan=False),
    st.booleans(),
    st.dates(datetime.date(1950, 1, 1), datetime.date(2030, 1, 1)),
    st.text(max_size=12).filter(lambda text: not ILLEGAL_CHARACTERS_RE.search(text)),
    st.sampled_from(
        ["１２３", "1,234", "1,5", "1.2万", "\u00a0", "\ufeff", "=1+1", "张伟", "按年末数统计", "0", "#REF!"]
    ),
)
PLANTED = st.tuples(
    st.sampled_from(SHEETS),
    st.integers(1, 45),
    st.integers(1, 22),
    VALUES,
    st.sampled_from(["cell", "cell", "cell", "comment"]),
)


@pytest.fixture(scope="module")
def small(suzhou: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a study of one district, with its return."""
    return returned_study(suzhou, tmp_path_factory.mktemp("small") / "study", districts=1).folder


@given(planted=st.lists(PLANTED, min_size=1, max_size=12, unique_by=lambda one: one[:3]))
@examples(12)
def test_whatever_is_written_anywhere_is_the_template_s_or_read_or_told(
    small: Path, tmp_path: Path, planted: list[tuple[str, int, int, Any, str]]
) -> None:
    study, path = open_study(small), next((small / "returns").iterdir())
    book = openpyxl.load_workbook(path)
    book.create_sheet("底稿").sheet_state = "hidden"
    before = {}
    for title, row, column, value, kind in planted:
        cell: Any = book[title].cell(row, column)
        if isinstance(cell, MergedCell):
            continue  # openpyxl writes nothing there
        if kind == "comment":
            if flat(str(value)):
                cell.comment = Comment(f"注{value}", "office")
        else:
            before[title, cell.coordinate] = cell.value, value
            cell.value = value
    comments = {
        (sheet.title, cell.coordinate) for sheet in book for row in sheet.iter_rows() for cell in row if cell.comment
    }
    book.save(tmp_path / path.name)
    found = read_return(tmp_path / path.name, study, form_of(study))
    assert _silent(found, study, before) == []
    told = _told(found)
    assert {place for place in comments if place not in told} == set()


def _told(found: Return) -> set[tuple[str, str]]:
    """The sheets and cells at which something is told."""
    places = [str(one.where).split(", ") for one in (*found.problems, *found.remarks)]
    return {(place[1], place[2] if len(place) > 2 else "") for place in places if len(place) > 1}


def _silent(found: Return, study: Study, before: dict[tuple[str, str], tuple[Any, Any]]) -> list[object]:
    """Cells that hold something new which nobody counts and nobody tells."""
    told, counts = _told(found), dict(_counts(found, form_of(study)))
    notes = {plain(str(cell.text)) for cell in Template(study, form_of(study), "zh").sheets()["填报说明"].values()}
    silent: list[object] = []
    for (title, address), (old, new) in before.items():
        text = text_of_cell(new)
        same = plain(text) == plain(text_of_cell(old)) or (title == "填报说明" and plain(text) in notes)
        column = address.rstrip("0123456789")
        names = {f"{column}4", f"{column}5", f"A{address.removeprefix(column)}", f"B{address.removeprefix(column)}"}
        if not text or same or {(title, one) for one in ("", address, *names)} & told:
            continue  # a line or column whose name was changed is told by its name
        try:
            read = counts.get((title, address)) == count_in(new)
        except NotANumberError:
            read = False
        if not read:
            silent.append((title, address, old, new))
    return silent


def _counts(found: Return, form: Form) -> Iterator[tuple[tuple[str, str], int]]:
    """The counts that were read, and the sums that follow: typed over with the same number, they say nothing else."""
    for place in (*form.inputs(), *form.sums()):
        less = form.line(place).less
        count = total(form, found.counts, place)
        whole = total(form, found.counts, place._replace(line=less)) if less else 0
        if place not in found.deduced and count is not None and whole is not None:
            yield (form.table(place).name.zh, form.cell(place)[1]), count - whole


def test_a_count_means_the_same_as_in_a_register(returned: Study, bare_return: Path, tmp_path: Path) -> None:
    form = form_of(returned)
    full = read_return(returned.folder / "returns" / KUNSHAN, returned, form)
    place = next(place for place in form.inputs() if place.line == "staff" and full.counts[place] > 1000)
    title, address, count = form.table(place).name.zh, form.cell(place)[1], full.counts[place]
    wide = str(count).translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    for text in (str(count), f"{count:,}", f"{count:,}".replace(",", "，"), wide, f"\ufeff{count}\u00a0", f"{count}.0"):
        found = changed(bare_return, returned, tmp_path, put(address, text, title))
        assert not found.problems, text
        assert found.counts[place] == count
    (told,) = changed(bare_return, returned, tmp_path, put(address, "1,5", title)).problems
    assert 'seen "1,5"; allowed: a whole number from 0 to 10,000,000, such as 1234 or 1,234' in str(told)
    blank = changed(bare_return, returned, tmp_path, put(address, "\ufeff\u00a0\t\u200b", title))
    assert "is blank" in str(blank.problems)


def test_explanations_are_handed_on_and_hinder_nothing(returned: Study, tmp_path: Path) -> None:
    def explain(book: Any) -> None:
        book["填报说明"]["A70"] = "个体户中有12家于年末停业，未计入"
        book["表一 企业"]["C9"].comment = Comment("含新开业", "office")

    found = changed(returned.folder / "returns" / KUNSHAN, returned, tmp_path, explain)
    assert not found.problems
    assert [str(remark) for remark in found.remarks] == [
        f'{KUNSHAN}, 表一 企业, C9: a comment; nothing is counted from it; seen "含新开业"',
        f'{KUNSHAN}, 填报说明, A70: an explanation; nothing is counted from it; seen "个体户中有12家于年末停业，未计入"',
    ]


UNDER = '<row r="60"><c r="A60" t="str"><v>a</v></c><c r="B60" t="str"><v>b</v></c></row>'
XML: dict[str, tuple[list[tuple[str, str]], list[str]]] = {
    "prefixes": ([(r"<(/?)([a-zA-Z]\w*)(?=[\s/>])", r"<\1x:\2"), ("xmlns=", "xmlns:x=")], []),
    "no range": ([("<dimension[^>]*>", "")], []),
    "a range too small": ([("<dimension[^>]*>", '<dimension ref="A1:B2" />')], []),
    "a group of hidden columns": ([("<sheetData>", "<sheetData>"), ("<cols>", '<cols><col min="4" max="6" hidden="1" />')],
                                  ["column D: is hidden", "column E: is hidden", "column F: is hidden"]),
    "a hidden row": ([('<row r="12"', '<row hidden="true" r="12"')], ["row 12: is hidden"]),
    "cells merged over what they hold": ([(r'<mergeCells count="\d+">', '<mergeCells><mergeCell ref="C9:D9" />')],
                                         ["C9:D9: cells of counts are merged"]),
    "cells merged over words": ([("</sheetData>", f"{UNDER}</sheetData>"),
                                 (r'<mergeCells count="\d+">', '<mergeCells><mergeCell ref="A60:B60" />')],
                                ["A60: stands where nothing is read", "B60: stands where nothing is read"]),
    "an array formula without a value": ([(r'(<c r="E9"[^>]*)><v>\d+</v>', r'\1><f t="array" ref="E9">SUM(C9:D9)</f><v></v>')],
                                         ["E9: is a formula without a value"]),
    "an error": ([(r'(<c r="E9"[^>]*) t="n"><v>\d+</v>', r'\1 t="e"><v>#N/A</v>')], ["E9: is what a formula gives that fails"]),
}  # fmt: skip


@pytest.mark.parametrize("name", XML)
def test_a_table_is_read_however_its_xml_is_written(
    returned: Study, bare_return: Path, tmp_path: Path, name: str
) -> None:
    changes, expected = XML[name]

    def rewritten(text: str) -> str:
        for old, new in changes:
            text = re.sub(old, new, text)
        return text

    path = _rewritten(bare_return, tmp_path / KUNSHAN, "xl/worksheets/sheet2.xml", rewritten)
    found = read_return(path, returned, form_of(returned))
    told = [str(problem).partition("; ")[0].removeprefix(f"{KUNSHAN}, 表一 企业, ") for problem in found.problems]
    assert all(any(one.startswith(words) for one in told) for words in expected), told
    assert len(told) == len(expected), told


def _rewritten(source: Path, target: Path, part: str, change: Callable[[str], str]) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == part:
                before = content.decode()
                content = change(before).encode()
                assert content.decode() != before
            new.writestr(name, content)
    return target


def test_a_return_whose_name_is_one_district_s_and_whose_code_another_s_is_refused(
    returned: Study, bare_return: Path, tmp_path: Path
) -> None:
    found = changed(bare_return, returned, tmp_path, put(CODE, "320581", "封面"))
    told = next(one for one in found.problems if "C6" in one.where)
    assert str(told) == (
        f'{KUNSHAN}, 封面, C6: is not the district whose code stands in C7; seen "昆山市"; '
        "allowed: Changshu, as the code 320581 says; or the code of the other"
    )
    assert found.district == ""


@pytest.mark.parametrize("folder", ["..", "../other", "/tmp", "out"])
def test_the_folder_of_returns_cannot_leave_the_study_s(returned: Study, tmp_path: Path, folder: str) -> None:
    """Whatever lies there would be copied into papers."""
    home = tmp_path / "study"
    _copied(returned, home, folder)
    (tmp_path / "other").mkdir()
    (home / "out").symlink_to(tmp_path / "other")
    with pytest.raises(DataError) as refused:
        open_study(home)
    assert str(refused.value) == (
        f'study.toml, [returns] folder: leads out of the study\'s folder; seen "{folder}"; '
        "allowed: a folder inside it, such as returns"
    )
    assert refused.value.told("zh").startswith("study.toml，[returns] folder：指向研究文件夹之外")


def test_a_link_among_the_returns_cannot_leave_the_study_s_folder(returned: Study, tmp_path: Path) -> None:
    home = tmp_path / "study"
    _copied(returned, home, "back")
    (home / "back").mkdir()
    (tmp_path / "secret.xlsx").write_bytes(b"secret")
    (home / "back" / "a.xlsx").symlink_to(tmp_path / "secret.xlsx")
    with pytest.raises(DataError, match=r"a\.xlsx: is a link that leads out"):
        open_study(home)


def _copied(study: Study, home: Path, folder: str) -> None:
    shutil.copytree(study.folder, home, ignore=shutil.ignore_patterns("returns"))
    text = (home / "study.toml").read_text(encoding="utf-8")
    (home / "study.toml").write_text(
        text.replace("\n[returns]\n", f'\n[returns]\nfolder = "{folder}"\n'), encoding="utf-8"
    )
