"""No number without the name of its base: every share of the papers says of whom, where and of what size."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache

import openpyxl
import pytest

from analysis.briefing.documents.excel import excel
from analysis.coverage.selection import Selection, parsed
from analysis.ledger import Claim
from analysis.quantities import Language, Quantity
from analysis.study import Study
from analysis.views.layout import lay_out
from tests.papers import NotebookPaper as Paper
from tests.papers import open_paper

PAPERS: dict[str, dict[str, object]] = {
    "2_coverage": {"category": "private", "staff_threshold": 50, "directly_managed": "no"},
    "3_scenarios": {"draws": 32},
    "4_briefing": {"district": "320583", "staff_threshold": 50},
    "5_comparison": {"groups": "category_size", "compare_synthetic": True},
    "7_department": {},
}


@cache
def paper(notebook: str, language: Language) -> Paper:
    return open_paper(notebook, language=language, **PAPERS[notebook])


def shares(found: Paper) -> list[Claim]:
    return [one for one in found.ledger.claims if one.quantity.unit == "share"]


def words_of(study: Study, chosen: Selection, language: Language) -> Iterator[str]:
    """What the name of a base must hold, word by word."""
    names = {row.id: row.label for row in (*study.districts, *study.settings.categories)}
    yield from (
        names[name].of(language) for name in chosen.districts if 2 * len(chosen.districts) <= len(study.districts)
    )
    yield from (names[name].of(language) for name in chosen.categories if len(chosen.categories) == 1)
    yield from (str(size) for size in (chosen.staff_from, chosen.staff_to) if size)
    if chosen.full_members_from and language == "zh":  # the study writes it out in English
        yield str(chosen.full_members_from)
    if chosen.directly_managed:
        yield {"zh": "直管", "en": "directly managed"}[language]


def bases_of(share: Quantity) -> Iterator[Quantity]:
    """The number a share was divided by, where it was counted."""
    if share.operation == "÷" and share.parts[1].address.startswith("cells:"):
        yield share.parts[1]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("notebook", PAPERS)
def test_every_share_of_a_paper_names_the_place_kind_and_size_it_is_of(notebook: str, language: Language) -> None:
    found = paper(notebook, language)
    counted = 0
    for one in shares(found):
        base = one.quantity.base
        assert base is not None
        assert base.of(language)
        for whole in bases_of(one.quantity):
            counted += 1
            _, chosen = parsed(whole.address)
            missing = [
                word for word in words_of(found.context.study, chosen, language) if word not in base.of(language)
            ]
            assert not missing, f"{one.text} of {whole.address} is called {base.of(language)}"
    assert counted > 20 or notebook in ("3_scenarios", "7_department")


def test_no_share_says_that_its_base_stands_elsewhere() -> None:
    for notebook in PAPERS:
        for language in ("zh", "en"):
            names = {one.quantity.base.of(language) for one in shares(paper(notebook, language)) if one.quantity.base}
            assert not names & {"见假设", "see the assumption", "对象", "those meant", "合计", "Total"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_whoever_copies_a_share_from_excel_has_the_name_of_its_base_beside_it(language: Language) -> None:
    book = openpyxl.load_workbook(io.BytesIO(excel(lay_out(list(paper("4_briefing", language).printed)))))
    place, named = {"zh": ("昆山市", "比率的基数"), "en": ("Kunshan", "Base of the rates")}[language]
    checked = 0
    for sheet in book.worksheets[1:-1]:
        heads = [cell.value for cell in sheet[3]]
        for row in sheet.iter_rows(min_row=4):
            if any(isinstance(cell.value, float | int) and "%" in cell.number_format for cell in row):
                checked += 1
                assert row[heads.index(named)].value, f"{sheet.title}, {row[0].value}"
    assert checked > 30
    by_category = next(sheet for sheet in book.worksheets if sheet.title in ("分类别覆盖情况", "Coverage by category"))
    assert all(place in str(row[heads_of(by_category).index(named)].value) for row in by_category.iter_rows(4, 7))
    ledger = book.worksheets[-1]
    columns = heads_of(ledger)
    unit, base = (
        columns.index({"zh": "单位", "en": "Unit"}[language]),
        columns.index({"zh": "基数", "en": "Base"}[language]),
    )
    assert all(row[base].value for row in ledger.iter_rows(min_row=4) if row[unit].value == "share")


def heads_of(sheet: openpyxl.worksheet.worksheet.Worksheet) -> list[object]:
    return [cell.value for cell in sheet[3]]
