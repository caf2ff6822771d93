"""What calls itself an Excel workbook is opened only when it is one."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import DataError
from analysis.sources.workbooks import opened, reading
from tests.examples import examples

OLE = bytes.fromhex("D0CF11E0A1B11AE1")


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


KINDS: dict[str, tuple[bytes, str]] = {
    "password": (OLE + "EncryptedPackage".encode("utf-16-le") + bytes(600), "has a password"),
    "xls": (OLE + "Workbook\0".encode("utf-16-le") + bytes(600), "is an old Excel workbook (.xls)"),
    "gb18030": ("所属区域,企业类别\n昆山市,私营\n".encode("gb18030"), "is not an Excel workbook but text, such as CSV"),
    "web page": (b"<html><body><table><tr><td>1</td></tr></table></body></html>", "is not an Excel workbook but a web page"),
    "2003": (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
             "is not an Excel workbook but an XML spreadsheet of 2003"),
}  # fmt: skip
PARTS = {
    "ods": ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}, "is an OpenDocument file, such as .ods"),
    "xlsb": ({"xl/workbook.bin": b""}, "is a binary Excel workbook (.xlsb)"),
}


@pytest.mark.parametrize("kind", [*KINDS, *PARTS])
def test_what_is_no_workbook_is_called_what_it_is_with_how_to_save_it_again(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.xlsx"
    if kind in KINDS:
        content, words = KINDS[kind]
        path.write_bytes(content)
    else:
        parts, words = PARTS[kind]
        _written(path, parts)
    with pytest.raises(DataError) as caught:
        opened(path)
    (problem,) = caught.value.problems
    assert problem.what == words
    assert ".xlsx" in problem.allowed
    assert not re.search("[a-z]{2,} [a-z]{2,}", problem.told("zh").replace("a.xlsx", ""))


def test_a_strict_workbook_is_told_to_be_saved_as_an_ordinary_one(tmp_path: Path) -> None:
    path = _book(tmp_path / "a.xlsx")
    old, new = (
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    )
    _written(path, {name: content.replace(old, new) for name, content in _parts(path).items()})
    with pytest.raises(
        DataError, match=r"is a Strict Open XML workbook; allowed: .* Excel Workbook \(\.xlsx\), not as Strict"
    ):
        opened(path)


@given(
    cut=st.floats(0, 1), changed=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=3)
)
@examples(60)
def test_whatever_is_damaged_is_one_message_or_read(
    tmp_path: Path, cut: float, changed: list[tuple[float, int]]
) -> None:
    """A file that was cut, or bytes of which are others."""
    content = bytearray(_book(tmp_path / "whole.xlsx").read_bytes())
    content = content[: max(int(len(content) * cut), 1)] if cut < 0.5 else content
    for place, byte in changed:
        content[int(place * len(content))] = byte
    (tmp_path / "a.xlsx").write_bytes(content)
    told = ""
    try:
        opened(tmp_path / "a.xlsx")
    except DataError as error:
        told = str(error)
    assert told == "" or (len(told.splitlines()) == 1 and told.startswith("a.xlsx: "))


def test_a_part_that_breaks_while_it_is_read_is_named(tmp_path: Path) -> None:
    path = _book(tmp_path / "a.xlsx")
    parts = _parts(path)
    sheet = "xl/worksheets/sheet1.xml"
    _written(path, parts | {sheet: parts[sheet][:-30]})
    with pytest.raises(DataError, match=f"its part {sheet} breaks off or is wrong in line 1"), reading(path) as archive:
        ElementTree.parse(archive.open(sheet))
    _written(path, parts, compression=zipfile.ZIP_STORED)
    content = path.read_bytes()
    path.write_bytes(content.replace(b"<sheetData>", b"<sheetDatb>"))
    with pytest.raises(DataError, match=f"its part {sheet} cannot be unpacked"), reading(path) as archive:
        archive.read(sheet)


def _parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _written(path: Path, parts: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> None:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
