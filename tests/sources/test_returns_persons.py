"""No person comes in with a return: what belongs to one is refused wherever it stands, by its place, and never shown."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment

from analysis.briefing.context import Context
from analysis.briefing.parameters import checked
from analysis.errors import DataError
from analysis.sources.returns import read_returns
from analysis.sources.returns.form import form_of
from analysis.sources.returns.reading import read_return
from analysis.study import Study, open_study
from tests.sources.changes import KUNSHAN, Change, both, changed, put

TELEPHONE, NAME, IDENTITY = "138.0013.8000", "张 伟", "11010519491231002X"
SECRET = ("0013", "伟", "1949")
NOTES, ONE = "填报说明", "表一 企业"


def comment(text: str, author: str = "office") -> Change:
    return lambda book: setattr(book[ONE]["C9"], "comment", Comment(text, author))


def link(book: Any) -> None:
    book[NOTES]["A70"] = "见邮件"
    book[NOTES]["A70"].hyperlink = "mailto:wei.zhang@example.com"


PLACES: dict[str, tuple[Change, str]] = {
    "a telephone in the notes": (put("A70", f"有问题请拨{TELEPHONE}", NOTES), f"{NOTES}, A70"),
    "a name in the notes": (put("B71", NAME, NOTES), f"{NOTES}, B71"),
    "a label and what it says": (put("A70", f"填表人：{NAME}", NOTES), f"{NOTES}, A70"),
    "a label and the next cell": (both(put("A70", "联系人", NOTES), put("C70", "小伟", NOTES)), f"{NOTES}, C70"),
    "a label and the next cell beside a table": (
        both(put("A60", "填表人", ONE), put("B60", "小伟", ONE)),
        f"{ONE}, B60",
    ),
    "an identity number on the cover": (put("D6", IDENTITY, "封面"), "封面, D6"),
    "a name in place of the district's": (put("C6", NAME, "封面"), "封面, C6"),
    "a name beside a table": (put("Z40", NAME, ONE), f"{ONE}, Z40"),
    "a name in the example": (put("C9", NAME, "示例"), "示例, C9"),
    "a telephone for a count": (put("C9", TELEPHONE, ONE), f"{ONE}, C9"),
    "a telephone in a comment": (comment(f"电话{TELEPHONE}"), f"{ONE}, C9"),
    "a name in a comment": (comment(f"{NAME}:\n含新开业"), f"{ONE}, C9"),
    "who wrote a comment": (comment("含新开业", NAME), f"{ONE}, C9"),
    "a sheet's name": (lambda book: book.create_sheet("张伟13800138000"), "sheet 6"),
    "a footer": (lambda book: setattr(book[ONE].oddFooter.center, "text", f"填表人：{NAME}"), "a header or footer"),
    "a link": (link, "a link"),
}


@pytest.mark.parametrize("name", PLACES)
def test_what_belongs_to_a_person_is_refused_by_its_place_and_never_shown(
    returned: Study, tmp_path: Path, name: str
) -> None:
    change, place = PLACES[name]
    found = changed(returned.folder / "returns" / KUNSHAN, returned, tmp_path, change)
    assert found.holds_persons
    assert any(str(problem.where).startswith(f"{KUNSHAN}, {place}") for problem in found.problems), found.problems
    for one in (*found.problems, *found.remarks):
        for told in (one.told("en"), one.told("zh")):
            assert not [part for part in SECRET if part in told], told


def test_a_file_s_name_is_not_shown_where_it_holds_a_person(returned: Study, tmp_path: Path) -> None:
    path = tmp_path / "320583-张伟-13800138000.xlsx"
    shutil.copy(returned.folder / "returns" / KUNSHAN, path)
    found = read_return(path, returned, form_of(returned))
    assert found.holds_persons
    assert not [part for part in SECRET if part in f"{found.file}{found.problems}"]


def test_no_paper_is_written_while_a_return_holds_a_person(returned: Study, tmp_path: Path) -> None:
    """Its folder would keep the returns as they came."""
    study = open_study(shutil.copytree(returned.folder, tmp_path / "study"))
    book = openpyxl.load_workbook(study.folder / "returns" / KUNSHAN)
    book[NOTES]["A70"] = TELEPHONE
    book.save(study.folder / "returns" / KUNSHAN)
    assert read_returns(study).holds_persons
    with pytest.raises(DataError, match=f"{NOTES}, A70: holds a telephone number"):
        Context.of(checked("1_sources", {"study": str(study.folder)}))
