"""Excel workbooks from outside: opened only when they are what they claim to be and no larger than they may be.

What is none is called what it is, with how to save it again; what is damaged is told by the part that cannot be read.
"""

from __future__ import annotations

import errno
import mmap
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from xml.parsers import expat

from analysis.cell_text import flat
from analysis.errors import DataError, Problem, reason_of
from analysis.messages import said

if TYPE_CHECKING:
    from openpyxl import Workbook

MOST_UNPACKED = 4 * 1024**3  # bytes: a million rows with a dozen columns take about one fourth of it
MOST_RATIO = 150  # unpacked to packed; sheets of numbers lie between 5 and 40
SMALL = 32 * 1024**2  # bytes unpacked below which no ratio does harm

_XLSX = "an Excel workbook (.xlsx), as Excel, WPS or LibreOffice saves it"
_AGAIN = "open it in Excel, WPS or LibreOffice and save it as an Excel workbook (.xlsx)"
_NO_PASSWORD = "open it, take the password out, and save it as an Excel workbook (.xlsx)"
_WHOLE = "the file sent again; or open it in Excel, let Excel repair it, compare it, and save it as .xlsx"
_LOOSE = "is a damaged workbook: its parts do not fit together"
_STRICT = "open it in Excel and save it as Excel Workbook (.xlsx), not as Strict Open XML"

_MAIN = "xl/workbook.xml"
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")  # begins old .xls files, and .xlsx files with a password
_PART = b"PK\x03\x04"  # begins a part of a zip archive
_HEAD = 64 * 1024  # bytes at the beginning of a file or a part by which it is known
_SIGNS = {
    "urn:schemas-microsoft-com:office:spreadsheet": "is not an Excel workbook but an XML spreadsheet of 2003",
    "urn:oasis:names:tc:opendocument": "is an OpenDocument file, such as .ods",
    r"<(html|table)[\s>]": "is not an Excel workbook but a web page",
}

_Fault = tuple[str, str]  # what is wrong, and what is allowed


def opened(path: Path, *, values: bool = False, most_unpacked: int = MOST_UNPACKED) -> Workbook:
    """An Excel workbook, after `guard` has looked at it, read as a whole.

    Parameters
    ----------
    values
        Give the values that the program which saved it had computed, instead of formulas.

    Raises DataError when the file is not a workbook that can be read.
    """
    import warnings

    import openpyxl

    with reading(path, most_unpacked=most_unpacked) as archive:
        with archive.open(_MAIN) as part:
            if b"purl.oclc.org/ooxml" in part.read(4096):
                raise DataError(Problem(path.name, "is a Strict Open XML workbook", allowed=_STRICT))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of parts that are not read, such as pictures
            return openpyxl.load_workbook(path, data_only=values, keep_links=False)


@contextmanager
def reading(path: Path, *, most_unpacked: int = MOST_UNPACKED) -> Iterator[zipfile.ZipFile]:
    """The archive that a workbook is, after `guard` has looked at it; whatever is wrong in it is told while it is read.

    So the body of the `with` statement reads the workbook, to its end, and does nothing else: what a damaged part makes a
    reader raise there becomes one message that names the part.

    Raises DataError when the file is not a workbook that can be read.
    """
    guard(path, most_unpacked=most_unpacked)
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (DataError, MemoryError):
        raise
    except Exception as error:  # whatever a damaged part makes its parser say
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            raise  # where what is read is written
        what = _damage(path) or _LOOSE
        raise DataError(Problem(path.name, what, allowed=_WHOLE)) from error


def guard(path: Path, *, most_unpacked: int = MOST_UNPACKED) -> None:
    """Refuse a file that is no Excel workbook, is locked by a password, or of which the parts together unpack to too much.

    Raises DataError with what the file is, or how large.
    """
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile:
        what, allowed = _no_archive(path)
        raise DataError(Problem(path.name, what, allowed=allowed)) from None
    except (OSError, RuntimeError, NotImplementedError, EOFError, ValueError) as error:
        what = said("cannot be read: {reason}", reason=reason_of(error))
        raise DataError(Problem(path.name, what, allowed=_XLSX)) from None
    try:
        with archive:
            if (fault := _no_workbook(archive)) is not None:
                raise DataError(Problem(path.name, fault[0], allowed=fault[1]))
            _refuse_large(path, archive.infolist(), most_unpacked)
            _refuse_document_types(path, archive)
    except DataError:
        raise
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, EOFError, ValueError):
        raise DataError(Problem(path.name, _damage(path) or _LOOSE, allowed=_WHOLE)) from None


def _no_workbook(archive: zipfile.ZipFile) -> _Fault | None:
    """What an archive is that holds no Excel workbook we can read."""
    names = {entry.filename for entry in archive.infolist()}
    if any(entry.flag_bits & 1 for entry in archive.infolist()):
        return "has a password", _NO_PASSWORD
    if _MAIN in names:
        return None
    if "xl/workbook.bin" in names:
        return "is a binary Excel workbook (.xlsb)", _AGAIN
    if "mimetype" in names and archive.read("mimetype")[:256].startswith(b"application/vnd.oasis.opendocument"):
        return "is an OpenDocument file, such as .ods", _AGAIN
    return "is not an Excel workbook: it holds no sheets", _XLSX


def _no_archive(path: Path) -> _Fault:
    """What a file is that is no archive, hence no Excel workbook of today."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if not head:
        return "is an empty file", _XLSX
    if head.startswith(_OLE):
        return _of_ole(path)
    if head.startswith(_PART):
        return "was cut off: its end is missing", _WHOLE
    told = _text_of(head)
    if told is None:
        return "is not an Excel workbook", _XLSX
    for sign, what in _SIGNS.items():
        if re.search(sign, told, flags=re.I):
            return what, _AGAIN
    return "is not an Excel workbook but text, such as CSV", _AGAIN


def _of_ole(path: Path) -> _Fault:
    """What lies in the container of old Office files: the names in its directory say it."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content.find("EncryptedPackage".encode("utf-16-le")) >= 0:
            return "has a password", _NO_PASSWORD
        if any(content.find(f"{name}\0".encode("utf-16-le")) >= 0 for name in ("Workbook", "Book")):
            return "is an old Excel workbook (.xls)", _AGAIN
    return "is not an Excel workbook but an old Office document", _XLSX


def _text_of(head: bytes) -> str | None:
    """The beginning of a file, where it is text."""
    for encoding in ("utf-16",) if head[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        for end in range(4):  # the last character may be cut
            try:
                told = head[: len(head) - end].decode(encoding)
            except UnicodeDecodeError:
                continue
            return None if set(told) & set(map(chr, range(9))) else told
    return None


def _damage(path: Path) -> str:
    """The first part of an archive that cannot be unpacked or is no whole XML; empty where each can be read by itself."""
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile):  # it is another file now, or gone
        return ""
    with archive:
        for entry in archive.infolist():
            try:
                with archive.open(entry) as part:
                    if entry.filename.endswith((".xml", ".rels")):
                        expat.ParserCreate().ParseFile(part)
                    while part.read(1 << 20):
                        pass
            except expat.ExpatError as error:
                what = "is a damaged workbook: its part {part} breaks off or is wrong in line {line}"
                return said(what, part=flat(entry.filename), line=error.lineno)
            except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError):
                return said("is a damaged workbook: its part {part} cannot be unpacked", part=flat(entry.filename))
    return ""


def _refuse_large(path: Path, entries: list[zipfile.ZipInfo], most: int) -> None:
    """Refuse too much: what the directory declares is also the most that is ever unpacked of a part."""
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(sum(entry.compress_size for entry in entries), 1)
    if unpacked > most:
        seen = said("{count:,} bytes", count=unpacked)
        raise DataError(Problem(path.name, "unpacks to too much", seen, said("at most {most:,} bytes", most=most)))
    if unpacked > SMALL and unpacked > MOST_RATIO * packed:
        seen = said("{packed:,} bytes that unpack to {unpacked:,}", packed=packed, unpacked=unpacked)
        allowed = said("at most {ratio} times the packed size", ratio=MOST_RATIO)
        raise DataError(Problem(path.name, "is packed like a zip bomb", seen, allowed))


def _refuse_document_types(path: Path, archive: zipfile.ZipFile) -> None:
    """A workbook's parts never declare a document type; one that does would have entities unfold in the reader."""
    for entry in archive.infolist():
        if entry.filename.endswith((".xml", ".rels")):
            with archive.open(entry) as part:
                if b"<!DOCTYPE" in part.read(_HEAD).upper():
                    what = said("holds a document type in {part}", part=flat(entry.filename))
                    raise DataError(Problem(path.name, what, allowed=_XLSX))
