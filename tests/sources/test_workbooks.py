"""What calls itself an Excel workbook is opened only when it is one."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest

from analysis.errors import DataError
from analysis.sources.workbooks import opened


def _book(path: Path) -> Path:
    book = openpyxl.Workbook()
    book.active["A1"] = "=1+1"
    book.save(path)
    return path


def _with(path: Path, name: str, content: bytes) -> Path:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return path


def _zip(path: Path, content: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", content)
    return path


def test_a_workbook_opens_with_its_formulas(tmp_path: Path) -> None:
    assert opened(_book(tmp_path / "a.xlsx")).active["A1"].value == "=1+1"


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = _with(_book(tmp_path / "bomb.xlsx"), "xl/worksheets/sheet2.xml", bytes(200 * 1024**2))
    with pytest.raises(DataError, match=r"bomb\.xlsx: is packed like a zip bomb; seen .* unpack to 20\d,\d{3},\d{3}"):
        opened(bomb)
    with pytest.raises(DataError, match="unpacks to too much"):
        opened(bomb, most_unpacked=1000)


def test_what_is_no_workbook_is_called_so(tmp_path: Path) -> None:
    cases = {
        "text.xlsx": b"district,category\n",
        "old.xls": bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600),
        "empty.xlsx": b"",
    }
    said = {}
    for name, content in cases.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(DataError) as caught:
            opened(tmp_path / name)
        said[name] = str(caught.value)
    assert "is not an Excel workbook" in said["text.xlsx"]
    assert "is not an Excel workbook but an old Office document" in said["old.xls"]
    assert "is an empty file" in said["empty.xlsx"]
    with pytest.raises(DataError, match="holds no sheets"):
        opened(_zip(tmp_path / "word.xlsx", b"<w/>"))
    with pytest.raises(DataError, match="cannot be read"):
        opened(tmp_path / "gone.xlsx")


def test_a_cut_or_booby_trapped_workbook_is_refused(tmp_path: Path) -> None:
    whole = _book(tmp_path / "whole.xlsx").read_bytes()
    (tmp_path / "cut.xlsx").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match="was cut off: its end is missing"):
        opened(tmp_path / "cut.xlsx")
    with zipfile.ZipFile(tmp_path / "whole.xlsx") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, content, words in (
        ("xl/worksheets/sheet1.xml", b"<worksheet><sheetData>", "is a damaged workbook"),
        ("xl/workbook.xml", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "holds a document type"),
    ):
        with zipfile.ZipFile(tmp_path / "bad.xlsx", "w") as archive:
            for part, text in (parts | {name: content}).items():
                archive.writestr(part, text)
        with pytest.raises(DataError, match=words):
            opened(tmp_path / "bad.xlsx")
