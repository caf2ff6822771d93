"""Lines of a text file that are no rows: DuckDB sets them aside, and here they are told."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from analysis.sources.registers.persons import shown
from analysis.sources.registers.raw import Raw
from analysis.sources.registers.report import Fault

REPLACED = "\ufffd"  # stands for bytes that are no text
NO_TEXT = "holds bytes that are no text", "UTF-8 or GB18030 from end to end: save the file anew in one of them"
_LONGEST = 65_536


def found(raw: Raw, *, of_numbers: bool = False) -> int:
    """How many lines of the last scan are no rows.

    Parameters
    ----------
    of_numbers
        Count only those in which a cell is no number, where the scan asked for one.
    """
    if not _has_list(raw):
        return 0
    only = " WHERE error_type = 'CAST'" if of_numbers else ""
    ((lines,),) = raw.connection.execute(f"SELECT count(DISTINCT line) FROM reject_errors{only}").fetchall()
    return int(lines)


def forget(raw: Raw) -> None:
    """Make ready for the next scan's list."""
    if _has_list(raw):
        raw.connection.execute("DELETE FROM reject_errors")


def told(raw: Raw, theirs: Mapping[str, str]) -> list[tuple[Fault, int]]:
    """The faults of lines that are no rows, in their order, each with how many lines it takes.

    Parameters
    ----------
    theirs
        From our column to the register's header.
    """
    if not _has_list(raw):
        return []
    ours = {header: column for column, header in theirs.items()}
    errors = raw.connection.execute(
        "SELECT line, column_name, column_idx, error_type = 'INVALID ENCODING' AS encoding, any_value(error_message), "
        "any_value(csv_line), any_value(line_byte_position), any_value(file_path) FROM reject_errors "
        "JOIN reject_scans USING (scan_id, file_id) GROUP BY ALL ORDER BY line, encoding, column_idx"
    ).fetchall()
    faults: list[tuple[Fault, int]] = []
    for line, column, place, of_encoding, what, text, start, file in errors:
        if of_encoding:
            size = 0 if faults and faults[-1][0].row == line else 1
            cell = _cell(Path(file), start, place)
            faults.append((Fault(line, ours.get(column, column), NO_TEXT[0], shown(cell), NO_TEXT[1]), size))
        elif not faults or faults[-1][0].row != line:
            faults.append(_no_row(int(line), str(what), text or ""))
    return faults


def _no_row(line: int, what: str, text: str) -> tuple[Fault, int]:
    """A quote that is never closed swallows the lines after it."""
    body = text.strip("\r\n")
    size = body.count("\n") + 1
    swallowed = f" and takes the {size - 1:,} lines after it with it" if size > 1 else ""
    allowed = "as many cells as the header, quotes closed"
    return Fault(line, "", f"is no row: {what}{swallowed}", shown(body), allowed), size


def _cell(file: Path, start: int, place: int) -> str:
    """A cell as it stands in the file, with a sign for every byte that is no text."""
    with file.open("rb") as stream:
        stream.seek(
            max(start - 2, 0)
        )  # DuckDB's place of a line is one too far where lines end without a carriage return
        before = stream.read(2)
        line = (before[before.rfind(b"\n") + 1 :] + stream.readline(_LONGEST)).decode(errors="replace")
    delimiter = max(",\t;|", key=line.count)
    cells = next(csv.reader([line], delimiter=delimiter), [])
    return cells[place - 1] if place <= len(cells) else line.strip()


def _has_list(raw: Raw) -> bool:
    if not raw.unreadable:
        return False
    return bool(raw.connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'reject_errors'").fetchall())
