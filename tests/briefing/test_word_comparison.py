"""A Word file that comes back: what a hand changed in it is found, all of it, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.briefing.manifest import id_of, read_manifest
from analysis.briefing.word_comparison import Found
from analysis.briefing.word_report import changes_by_hand, section_of
from tests.commands import command
from tests.office import converted, needs_office

Finished = Callable[..., Path]
PAPERS = [{"language": "zh"}, {"language": "en"}]


class Edited:
    """A paper's Word file as an editor has it open."""

    def __init__(self, run: Path) -> None:
        self.run = run
        self.document = Document(str(run / "briefing.docx"))
        self.body = self.document.element.body

    def texts(self) -> Iterator[Any]:
        return self.body.iter(qn("w:t"))

    def numbers(self) -> list[Any]:
        """The pieces of text that are numbers of the ledger."""
        return [one for link in self.body.iter(qn("w:hyperlink")) for one in link.iter(qn("w:t"))]

    def paragraph(self, part: str) -> Any:
        return next(
            one for one in self.body.iter(qn("w:p")) if part in "".join(t.text or "" for t in one.iter(qn("w:t")))
        )

    def number(self, text: str) -> Any:
        return next(one for one in self.numbers() if one.text == text)

    def saved(self, path: Path) -> Path:
        self.document.save(str(path))
        return path

    def found(self, path: Path) -> list[Found]:
        return list(changes_by_hand(self.saved(path), self.run)[0])


def told(found: list[Found]) -> list[tuple[str, str, str]]:
    return sorted((one.kind, one.before, one.after) for one in found)


def tracked(element: Any, kind: str) -> None:
    """Put a run into a tracked insertion or deletion."""
    change = OxmlElement(f"w:{kind}")
    change.set(qn("w:author"), "editor")
    element.addprevious(change)
    change.append(element)
    for text in element.iter(qn("w:t")) if kind == "del" else ():
        text.tag = qn("w:delText")


def run_of_text(text: str) -> Any:
    run, piece = OxmlElement("w:r"), OxmlElement("w:t")
    piece.text = text
    run.append(piece)
    return run


@pytest.mark.parametrize("parameters", PAPERS, ids=str)
def test_a_file_that_nobody_edited_differs_in_nothing(
    finished: Finished, parameters: dict[str, str], tmp_path: Path
) -> None:
    assert Edited(finished(**parameters)).found(tmp_path / "a.docx") == []


@needs_office("writer")
@pytest.mark.parametrize("parameters", PAPERS, ids=str)
def test_a_file_that_libreoffice_saved_differs_in_nothing(
    finished: Finished, parameters: dict[str, str], tmp_path: Path
) -> None:
    run = finished(**parameters)
    converted([run / "briefing.docx"], tmp_path, to="docx")
    assert changes_by_hand(tmp_path / "briefing.docx", run)[0] == ()


def edited_by_hand(run: Path) -> tuple[Edited, list[tuple[str, str, str]]]:
    """Five numbers, three sentences, a table, a picture and a tracked change; and what is to be found."""
    paper = Edited(run)
    expected = []
    for before, after in (("10,547", "10,647"), ("4.17%", "41.7%"), ("242,416", "242,461"), ("56,595", "5,6595")):
        paper.number(before).text = after
        expected.append(("number_changed", before, after))
    paper.number("3,942†").text = "3,942"
    expected.append(("mark_lost", "3,942†", "3,942"))
    changed = paper.paragraph("The number of enterprises in each category")
    was, now = "was published.", "was made public."
    next(
        one for one in changed.iter(qn("w:t")) if was in one.text
    ).text = f"The number of enterprises in each category {now}"
    for rest in list(changed.iter(qn("w:t")))[1:]:
        rest.text = ""
    first = f"The number of enterprises in each category {was}"
    second = "How organisations and instructors are spread over the categories was not; it comes from the synthetic register."
    expected += [("sentence_changed", first, first.replace(was, now)), ("sentence_removed", second, "")]
    added = deepcopy(changed)
    next(added.iter(qn("w:t"))).text = "The leading group asks for more."
    changed.addnext(added)
    expected.append(("sentence_added", "", "The leading group asks for more."))
    table = next(
        one for one in paper.body.iter(qn("w:tbl")) if "Kunshan" in "".join(t.text or "" for t in one.iter(qn("w:t")))
    )
    table.getparent().remove(table)
    expected.append(("table_removed", "Coverage by district", ""))
    instructed = paper.number("70,498").getparent()
    tracked(instructed, "del")
    inserted = run_of_text("71,000")
    instructed.getparent().addnext(inserted)
    tracked(inserted, "ins")
    expected.append(("number_changed", "70,498", "71,000"))
    return paper, sorted(expected)


def test_what_a_hand_changed_is_found_and_nothing_else(finished: Finished, tmp_path: Path) -> None:
    paper, expected = edited_by_hand(finished(language="en"))
    found = paper.found(tmp_path / "a.docx")
    assert told(found) == expected
    assert [one.before for one in found if one.is_tracked] == ["70,498"]


@needs_office("writer")
def test_it_is_found_as_well_after_libreoffice_saved_the_file(finished: Finished, tmp_path: Path) -> None:
    paper, expected = edited_by_hand(finished(language="en"))
    saved = paper.saved(tmp_path / "a.docx")
    converted([saved], tmp_path / "office", to="docx")
    assert told(list(changes_by_hand(tmp_path / "office" / "a.docx", paper.run)[0])) == expected


@cache
def _positions(run: Path) -> int:
    return len(Edited(run).numbers())


@settings(max_examples=5)
@given(data=st.data())
def test_no_number_can_be_changed_without_being_found(
    finished: Finished, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    run = finished(language=data.draw(st.sampled_from(["zh", "en"])))
    paper = Edited(run)
    number = paper.numbers()[data.draw(st.integers(0, _positions(run) - 1))]
    digits = [found.start() for found in re.finditer(r"\d", number.text)]
    place = data.draw(st.sampled_from(digits))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != number.text[place]]))
    number.text = number.text[:place] + other + number.text[place + 1 :]
    found = paper.found(tmp_path_factory.mktemp("edited") / "a.docx")
    assert [one.kind for one in found] == ["number_changed"]
    assert found[0].claim


def test_a_rate_whose_base_is_taken_away_is_told(finished: Finished, tmp_path: Path) -> None:
    paper = Edited(finished(language="en"))
    base = paper.number("252,963").getparent().getparent()
    base.getparent().remove(base)
    kinds = told(paper.found(tmp_path / "a.docx"))
    assert ("base_lost", "4.17%", "") in kinds
    assert ("number_removed", "252,963", "") in kinds


def test_rows_columns_and_pictures_that_are_gone_are_told_once(finished: Finished, tmp_path: Path) -> None:
    paper = Edited(finished(language="en"))
    tables = list(paper.body.iter(qn("w:tbl")))
    row = list(tables[0].iter(qn("w:tr")))[2]
    row.getparent().remove(row)
    for line in tables[1].iter(qn("w:tr")):
        line.remove(line.findall(qn("w:tc"))[2])
    picture = next(paper.body.iter(qn("w:drawing")))
    picture.getparent().remove(picture)
    found = paper.found(tmp_path / "a.docx")
    assert sorted(one.kind for one in found) == ["column_removed", "picture_removed", "row_removed"]


def test_a_paragraph_that_moved_and_one_that_was_split_are_no_new_text(finished: Finished, tmp_path: Path) -> None:
    paper = Edited(finished(language="en"))
    moved, place = paper.paragraph("The enterprises have"), paper.paragraph("The number of enterprises in each")
    place.addnext(moved)
    found = paper.found(tmp_path / "a.docx")
    assert {one.kind for one in found} == {"sentence_moved"}


def test_a_merged_paragraph_by_a_tracked_deletion_of_its_end_reads_as_one(finished: Finished, tmp_path: Path) -> None:
    paper = Edited(finished(language="en"))
    first = paper.paragraph("Coverage depends on the base")
    properties = first.find(qn("w:pPr"))
    mark, gone = OxmlElement("w:rPr"), OxmlElement("w:del")
    mark.append(gone)
    properties.append(mark)
    assert paper.found(tmp_path / "a.docx") == []


def test_the_command_says_what_differs_and_writes_a_page_and_a_list(finished: Finished, tmp_path: Path) -> None:
    run = finished(language="en")
    paper, expected = edited_by_hand(run)
    done = command("compare-word", paper.saved(tmp_path / "a.docx"), run, "--output", tmp_path / "out")
    assert done.returncode == 1
    assert "Number changed: 10,547 → 10,647" in done.stdout
    assert f"{len(expected)} changes by hand" in done.stdout
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == ["changes.html", "changes.xlsx"]
    page = (tmp_path / "out" / "changes.html").read_text(encoding="utf-8")
    assert "10,647" in page
    zh = command("compare-word", tmp_path / "a.docx", run, "--language", "zh")
    assert "数字被改动：10,547 → 10,647" in zh.stdout
    assert "处手工改动" in zh.stdout
    same = command("compare-word", run / "briefing.docx", run)
    assert (same.returncode, same.stdout.strip()) == (0, "0 changes by hand, 0 of them in numbers")


def test_what_is_no_word_file_and_a_run_that_is_not_itself_are_refused(finished: Finished, tmp_path: Path) -> None:
    run = finished(language="en")
    (tmp_path / "a.docx").write_text("words")
    assert "cannot be read as a Word document" in command("compare-word", tmp_path / "a.docx", run).stderr
    assert "no run has the id" in command("compare-word", run / "briefing.docx", "abcdefgh").stderr
    import shutil

    other = Path(shutil.copytree(run, tmp_path / "run"))
    Edited(run).saved(other / "briefing.docx")
    assert "is not the file the run wrote" in command("compare-word", tmp_path / "a.docx", other).stderr


def test_the_list_of_changes_is_a_section_in_both_languages(finished: Finished, tmp_path: Path) -> None:
    paper, _ = edited_by_hand(finished(language="en"))
    found, ledger = changes_by_hand(paper.saved(tmp_path / "a.docx"), paper.run)
    for language in ("zh", "en"):
        section = section_of(found, ledger, language, file="a.docx", run=id_of(read_manifest(paper.run)))
        assert {claim.text for claim in section.claims()} >= {"10,547", "4.17%", "242,416", "56,595"}
