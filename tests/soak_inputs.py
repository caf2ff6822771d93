"""Registers changed as offices and their programs change them: `python -m tests.soak_inputs [times] [seed]`, in `make soak`.

Each is written to a file and looked at by a plain reader of the test's own, which knows only where each enterprise's
number stands. Whatever the workbook then keeps has to be what was written of the rows that it did not reject; what it
rejects has to be a row that was spoilt; and everything that lies in the file has to be accounted for.
"""

from __future__ import annotations

import csv
import io
import random
import re
import sys
import tempfile
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl

from analysis.coverage.opening import count
from analysis.errors import DataError
from analysis.input_models import RegisterInput
from analysis.study import Study, open_study
from tests.sources.registers import offices

HEAD = [*offices.HEAD, "备注"]
WIDE = str.maketrans("0123456789,", "０１２３４５６７８９，")
SPOILT = ("1,5", "12,34", "1_000", "1.000", "-3", "1e3", "1.2万", "#REF!", "many", "2003-01-05", "")
BLANKS = ("\t", "\u00a0", "\u3000", "\ufeff", "\u200b", " ")


@dataclass
class Sent:
    """A register as it is going to be written.

    Parameters
    ----------
    spoilt
        Rows that may be rejected.
    refused
        Why all of it may be refused; nothing where it may not.
    """

    rows: list[list[str]]
    truth: list[list[int]]
    head: list[str]
    spoilt: set[int] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    did: list[str] = field(default_factory=list)
    above: str = ""
    blank_after: set[int] = field(default_factory=set)
    totals_after: set[int] = field(default_factory=set)
    raw_lines: dict[int, Callable[[str], str]] = field(default_factory=dict)


def clean(number: int) -> Sent:
    """So many rows, and of each: staff, members, whether it has an organisation, whether it has an instructor."""
    rows = [[str(cell) for cell in row] + [""] for row in offices.rows(number)]
    truth = [[int(row[3]), int(row[4]), int(row[6] == "独立"), int(row[8] == "是")] for row in rows]
    return Sent(rows, truth, list(HEAD))


def changed(sent: Sent, luck: random.Random, *, is_text: bool) -> None:
    """Change a register in one way."""
    at = luck.randrange(len(sent.rows))
    row = sent.rows[at]
    ways = ["width", "groups", "blanks", "flags", "spoil", "repeat", "remark", "totals", "twice", "empty row", "break"]
    ways += ["quote", "short line", "long line", "blank line", "title", "bytes"] if is_text else []
    way = luck.choice(ways)
    sent.did.append(way)
    match way:
        case "width":
            row[3] = row[3].translate(WIDE)
        case "groups":
            sent.truth[at][0] = luck.randrange(1000, 300_000)
            row[3] = f"{sent.truth[at][0]:,}"
        case "blanks":
            place = luck.choice([1, 2, 3, 6, 8])
            row[place] = luck.choice(BLANKS) + row[place] + luck.choice(BLANKS)
        case "flags":
            for one in sent.rows:
                one[7], one[9] = "0.0", "0"
        case "spoil":
            row[luck.choice([3, 4, 5])] = luck.choice(SPOILT)
            sent.spoilt.add(at)
        case "repeat":
            other = luck.randrange(len(sent.rows))
            if other != at:
                row[0] = luck.choice((str, str.lower, lambda text: f"{text} "))(sent.rows[other][0])
                sent.spoilt |= {at, other}
        case "remark":
            row[11] = luck.choice(['says "yes"', "two, cells", "over\ntwo lines", "over\r\ntwo\n\nlines; and more"])
        case "totals":
            sent.totals_after.add(at)
        case "twice":
            sent.head[11] = luck.choice(["职工人数", "职工 人数", "党员人数"])
            sent.refused.add("one name for columns")
        case "empty row":
            sent.blank_after.add(at)
        case "break":
            sent.head[3] = "职工\n人数"
        case "quote":
            sent.raw_lines[at] = lambda line: line.replace(",", ',"', 1)
            sent.spoilt |= {at, at + 1}  # where the next line has a quote too, both are taken for one
        case "short line":
            sent.raw_lines[at] = lambda line: line.rsplit(",", 2)[0]
            sent.spoilt.add(at)
        case "long line":
            sent.raw_lines[at] = lambda line: line + ",1"
            sent.spoilt.add(at)
        case "blank line":
            sent.raw_lines[at] = lambda line: "\n" + line
        case "title":
            sent.above = luck.choice(["sep=,\n", "2024年登记表\n", "登记表" + "," * 11 + "\n\n", "\ufeff"])
        case "bytes":
            sent.raw_lines[at] = lambda line: line.replace(row[1], row[1] + "\udcff", 1)
            sent.spoilt.add(at)


def lines_of(sent: Sent) -> list[tuple[list[str], int | None]]:
    """The rows as they are written, with which enterprise each is."""
    found: list[tuple[list[str], int | None]] = []
    for at, row in enumerate(sent.rows):
        found.append((row, at))
        if at in sent.blank_after:
            found.append(([""] * len(HEAD), None))
        if at in sent.totals_after:
            found.append((["合计", "", "", "999", *[""] * 8], None))
    return found


def as_text(sent: Sent, path: Path, luck: random.Random) -> dict[int, int]:
    """Write it as CSV; from each line's number, the enterprise that begins there."""
    encoding, end = luck.choice(["utf-8", "gb18030"]), luck.choice(["\n", "\r\n", "\r"])
    every = luck.random() < 0.3
    text, starts = sent.above, {}

    def written(cells: list[str]) -> str:
        out = io.StringIO()
        csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL if every else csv.QUOTE_MINIMAL).writerow(cells)
        return out.getvalue()[:-1]

    text += written(sent.head) + "\n"
    for cells, at in lines_of(sent):
        line = written(cells)
        if at in sent.raw_lines:
            line = sent.raw_lines[at](line)
        if at is not None:
            starts[text.count("\n") + 1 + (len(line) - len(line.lstrip("\n")))] = at
        text += line + "\n"
    path.write_bytes(text.replace("\r\n", "\n").replace("\n", end).encode(encoding, "surrogateescape"))
    sent.did += [encoding, repr(end), "all quoted" if every else ""]
    return starts


def as_book(sent: Sent, path: Path, luck: random.Random) -> dict[int, int]:
    """Write it as XLSX, its XML changed as other programs have it; from each row's number, the enterprise."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for _ in range(luck.choice([0, 0, 1, 2])):
        sheet.append(["2024年登记表"])
    sheet.append(sent.head)
    starts = {}
    for cells, at in lines_of(sent):
        sheet.append(
            [int(cell) if cell.isascii() and cell.isdigit() and luck.random() < 0.8 else cell or None for cell in cells]
        )
        if any(cells) and at is not None:
            starts[sheet.max_row] = at
        elif not any(cells):
            sheet.append([None, " "])  # a row that looks empty
    way = luck.choice(["", "short", "narrow", "none", "prefix", "places", "hidden", "merged", "uncomputed", "second"])
    sent.did.append(way)
    if way == "hidden":
        for number in luck.sample(range(3, 20), 5):
            sheet.row_dimensions[number].hidden = True
    if way == "merged":
        sheet.merge_cells("B5:B6")
        sent.refused.add("has merged cells")
    if way == "second":
        made.create_sheet("旧").append(["企业编号", "说明"])
    made.save(path)
    changes = {
        "short": [(r'<dimension ref="[^"]*"/>', '<dimension ref="A1:L9"/>')],
        "narrow": [(r'<dimension ref="[^"]*"/>', '<dimension ref="A1:F60"/>')],
        "none": [(r'<dimension ref="[^"]*"/>', "")],
        "prefix": [(r"<(/?)([a-z]\w*)(?=[\s/>])", r"<\1x:\2"), ("xmlns=", "xmlns:x=")],
        "places": [(r'<row r="\d+"', "<row")],
        "uncomputed": [(r'(<c r="D9"[^>]*>)<v>\d+</v>', r"\1<f>SUM(D2:D3)</f>")],
    }.get(way, [])
    held = {name: zipfile.ZipFile(path).read(name) for name in zipfile.ZipFile(path).namelist()}
    part = "xl/worksheets/sheet1.xml"
    xml = held[part].decode()
    for old, new in changes:
        if way == "uncomputed" and re.search(old, xml):
            sent.refused.add("a formula without its value")
        xml = re.sub(old, new, xml)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in held.items():
            archive.writestr(name, xml.encode() if name == part else content)
    return starts


def fault_of(sent: Sent, path: Path, starts: dict[int, int], study: Study) -> str:
    """How what the workbook says of a file differs from what was written; nothing where it does not."""
    try:
        cells, report = count(RegisterInput(path=str(path), most_rejected_rate=1), study)
    except DataError as error:
        told = str(error)
        return "" if any(why in told for why in sent.refused) else f"refused: {told}"
    if sent.refused:
        return f"not refused: {sent.refused}"
    if not report.is_whole:
        return f"not accounted for: {report}"
    lost = {starts[one.row] for one in report.first if one.row in starts}
    if not lost <= sent.spoilt:
        return f"rejected without a fault: {[one for one in report.first if starts.get(one.row) not in sent.spoilt]}"
    if len({one.row for one in report.first}) != report.rejected:
        return f"{report.rejected} rejected, {len(report.first)} told"
    kept = [numbers for at, numbers in enumerate(sent.truth) if at not in lost]
    wanted = [len(kept), *map(sum, zip(*kept, strict=True))]
    instructed = cells.loc[cells["instructor"] == 1, "enterprises"].sum()
    found = [*cells[["enterprises", "staff_total", "members_total", "organisations"]].sum().tolist(), instructed]
    return "" if list(map(int, found)) == wanted else f"{found} counted, {wanted} written; told: {report.first}"


def main(times: int = 500, seed: int = 1) -> None:
    """Change, write, count, compare; stop at the first file of which something was lost in silence."""
    done: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "study"
        offices.write(folder / "register" / "a.csv", offices.rows())
        study = open_study(offices.study(folder))
        for number in range(times):
            luck = random.Random(seed * 1_000_003 + number)
            is_text = luck.random() < 0.6
            sent = clean(luck.choice([30, 60, 300]))
            for _ in range(luck.choice([0, 1, 2, 3])):
                changed(sent, luck, is_text=is_text)
            path = Path(place) / ("a.csv" if is_text else "a.xlsx")
            starts = as_text(sent, path, luck) if is_text else as_book(sent, path, luck)
            fault = fault_of(sent, path, starts, study)
            assert not fault, f"number {number} of seed {seed}, {sent.did}: {unicodedata.normalize('NFC', fault)}"
            done.update(filter(None, sent.did))
    print(f"{times} registers as offices send them, nothing lost in silence: {dict(done)}", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
