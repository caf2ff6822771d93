"""A district's return changed by hand, and read: what people do to a workbook before they send it back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl

from analysis.sources.returns.form import form_of
from analysis.sources.returns.reading import Return, read_return
from analysis.study import Study

KUNSHAN = "320583-Kunshan.xlsx"
Change = Callable[[Any], object]
DEFINED = """
[[returns.definitions]]
id = "staff"
zh = "正式职工"
en = "regular staff"
means = { zh = "签订一年以上合同的职工", en = "staff with a contract of a year or more" }
others = [{ zh = "全部从业人员", en = "everyone who works there" }]
"""


def changed(source: Path, study: Study, folder: Path, change: Change) -> Return:
    """The return as it is read after a change to its workbook."""
    book = openpyxl.load_workbook(source)
    change(book)
    book.save(folder / KUNSHAN)
    return read_return(folder / KUNSHAN, study, form_of(study))


def put(address: str, value: object, sheet: str = "表一 企业") -> Change:
    """Write a value into a cell."""
    return lambda book: setattr(book[sheet][address], "value", value)


def more(address: str, by: int, sheet: str = "表一 企业") -> Change:
    """Add to a count."""
    return lambda book: setattr(book[sheet][address], "value", book[sheet][address].value + by)


def both(*changes: Change) -> Change:
    """Change after change."""
    return lambda book: [change(book) for change in changes]


def swap(one: int, other: int, sheet: str = "表一 企业") -> Change:
    """Put two rows in each other's place."""

    def change(book: Any) -> None:
        rows = [[cell.value for cell in book[sheet][row]] for row in (other, one)]
        for row, values in zip((one, other), rows, strict=True):
            for cell, value in zip(book[sheet][row], values, strict=True):
                cell.value = value

    return change
