"""Excel workbooks from outside, opened only when they are what they claim to be and no larger than they may be."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from analysis.errors import DataError, Problem, reason_of
from analysis.messages import said

if TYPE_CHECKING:
    from openpyxl import Workbook

MOST_UNPACKED = 4 * 1024**3  # bytes: a million rows with a dozen columns take about one fourth of it
MOST_RATIO = 150  # unpacked to packed; sheets of numbers lie between 5 and 40
SMALL = 32 * 1024**2  # bytes unpacked below which no ratio does harm

_XLSX = "an Excel workbook (.xlsx), as Excel, WPS or LibreOffice saves it"
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")  # begins old .xls files, and .xlsx files with a password
_MAIN = "xl/workbook.xml"


def opened(
    path: Path, *, values: bool = False, read_only: bool = False, most_unpacked: int = MOST_UNPACKED
) -> Workbook:
    """An Excel workbook, after `guard` has looked at it.

    Parameters
    ----------
    values
        Give the values that the program which saved it had computed, instead of formulas.
    read_only
        Give rows as they are read, for large sheets; merged cells are then not known.
    most_unpacked
        As for `guard`.

    Raises
    ------
    DataError
        When the file is not a workbook that can be read.
    """
    guard(path, most_unpacked=most_unpacked)
    import warnings

    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of parts that are not read, such as pictures
            return openpyxl.load_workbook(path, data_only=values, read_only=read_only, keep_links=False)
    except Exception as error:  # whatever a damaged part makes its parser say
        raise DataError(Problem(path.name, f"is a damaged workbook: {reason_of(error)}", allowed=_XLSX)) from None


@contextmanager
def reading(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive that a workbook is, after `guard` has looked at it; whatever is wrong in it is told while it is read.

    Raises
    ------
    DataError
        When the file is not a workbook that can be read.
    """
    guard(path)
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except DataError:
        raise
    except (zipfile.BadZipFile, zlib.error, ParseError, LookupError, ValueError, EOFError, OSError) as error:
        what = said("is a damaged workbook: {reason}", reason=reason_of(error))
        raise DataError(Problem(path.name, what, allowed=_XLSX)) from None


def guard(path: Path, *, most_unpacked: int = MOST_UNPACKED) -> None:
    """Refuse a file that is no Excel workbook, is locked by a password, or would unpack to more than it may.

    Parameters
    ----------
    most_unpacked
        Bytes that its parts may take together.

    Raises
    ------
    DataError
        With what the file is, or how large.
    """
    problem = _problem(path, most_unpacked)
    if problem is not None:
        raise DataError(problem)


def _problem(path: Path, most_unpacked: int) -> Problem | None:
    try:
        with path.open("rb") as stream:
            start = stream.read(8)
        if start == _OLE:
            return Problem(path.name, "has a password, or is an old .xls file", allowed=f"{_XLSX}, without a password")
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if not any(entry.filename == _MAIN for entry in entries):
                return Problem(path.name, "is not an Excel workbook: it holds no sheets", allowed=_XLSX)
            return _size_problem(path, entries, most_unpacked) or _markup_problem(path, archive)
    except zipfile.BadZipFile:
        return Problem(path.name, "is not an Excel workbook", allowed=_XLSX)
    except (OSError, RuntimeError, NotImplementedError, EOFError, zlib.error) as error:
        return Problem(path.name, f"cannot be read: {reason_of(error)}", allowed=_XLSX)


def _size_problem(path: Path, entries: list[zipfile.ZipInfo], most: int) -> Problem | None:
    """What the directory declares is also the most that is ever unpacked of a part."""
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(sum(entry.compress_size for entry in entries), 1)
    if unpacked > most:
        return Problem(path.name, "unpacks to too much", f"{unpacked:,} bytes", f"at most {most:,} bytes")
    if unpacked > SMALL and unpacked > MOST_RATIO * packed:
        seen = f"{packed:,} bytes that unpack to {unpacked:,}"
        return Problem(path.name, "is packed like a zip bomb", seen, f"at most {MOST_RATIO} times the packed size")
    return None


def _markup_problem(path: Path, archive: zipfile.ZipFile) -> Problem | None:
    """A workbook's parts never declare a document type; one that does would have entities unfold in the reader."""
    for entry in archive.infolist():
        if entry.filename.endswith((".xml", ".rels")):
            with archive.open(entry) as part:
                if b"<!DOCTYPE" in part.read(1024).upper():
                    return Problem(path.name, f"holds a document type in {entry.filename}", allowed=_XLSX)
    return None
