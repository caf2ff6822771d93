"""A paper's tables as an Excel workbook: notes first, a sheet for each table, the ledger last.

A number stays a number, at full precision; its format shows what the paper prints, mark included.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count, takewhile

from analysis.briefing.documents.archive import core_properties, packed, unpacked
from analysis.briefing.documents.excel_cells import HEADER, Book, Look, is_missing, saved, sheet_names
from analysis.ledger import Claim
from analysis.quantities import Label, Language, Status
from analysis.views.blocks import Figure, Heading, Inlines, Paragraph, Table, Title
from analysis.views.layout import Layout, Placed, caption
from analysis.views.wording import STATUS, derivation, plain, status_word

_NOTES = Label("说明", "Notes")
_LEDGER = Label("数字清单", "Ledger")
_STATUS = Label("状态", "Status")
_BASE_OF_RATES = Label("比率的基数", "Base of the rates")
_SHEETS = Label("工作表", "Sheets")
_KEY = Label("数字的状态及其标记", "Status of numbers, and its mark")
_LEDGER_COLUMNS = (
    (Label("编号", "No."), "left"),
    (Label("名称", "Name"), "left"),
    (Label("所印", "As printed"), "right"),
    (Label("数值", "Value"), "right"),
    (Label("单位", "Unit"), "left"),
    (Label("基数", "Base"), "left"),
    (_STATUS, "left"),
    (Label("出处", "Address"), "left"),
    (Label("推导", "Derivation"), "left"),
)
_TITLE = Look(size=13, bold=True)


def excel(paper: Layout) -> bytes:
    """The workbook; the same paper gives the same bytes."""
    book, language = Book(paper.language, paper.style), paper.language
    tables = [*paper.tables(), *_data_of_figures(paper)]
    names = sheet_names([_title(placed) for placed in tables], taken=(_NOTES.of(language), _LEDGER.of(language)))
    _write_notes(book, paper, [(name, caption(placed, language)) for name, placed in zip(names, tables, strict=True)])
    for name, placed in zip(names, tables, strict=True):
        _write_table(book, name, placed)
    _write_ledger(book, paper)
    book.workbook.remove(book.workbook.worksheets[0])  # the one that every new workbook has
    # openpyxl stamps the hour of writing into the properties and the archive
    parts = unpacked(saved(book.workbook))
    return packed(parts | {"docProps/core.xml": core_properties(paper.title, language, paper.run)})


def _data_of_figures(paper: Layout) -> Iterator[Placed]:
    """The data of charts of one's own, each under its figure's number and title."""
    for placed in paper.blocks:
        if isinstance(placed.block, Figure) and placed.block.data is not None:
            yield replace(placed, block=replace(placed.block.data, title=placed.block.title))


def _title(placed: Placed) -> str:
    assert isinstance(placed.block, Table)
    return placed.block.title


def _write_notes(book: Book, paper: Layout, listed: Sequence[tuple[str, str]]) -> None:
    language, sheet = paper.language, book.sheet(_NOTES.of(paper.language), "portrait")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 70
    book.put(sheet, 1, 1, paper.title, Look(size=16, bold=True))
    sheet.row_dimensions[1].height = 26
    titles = [placed.block for placed in paper.blocks if isinstance(placed.block, Title)]
    rows = count(HEADER)
    for line in (line for title in titles for line in ((title.subtitle,), *title.details) if any(line)):
        row = next(rows)
        for column, text in enumerate(line, start=1):
            book.put(sheet, row, column, text)
    if notes := _said_first(paper):
        for note, row in zip(["", *notes], rows, strict=False):
            if note:
                book.spread(sheet, row, note, 2)
    next(rows)
    book.put(sheet, next(rows), 1, _KEY.of(language), Look(bold=True))
    for status, row in zip(Status, rows, strict=False):
        book.put(sheet, row, 1, STATUS[status].of(language))
        book.put(sheet, row, 2, status.mark)
    next(rows)
    book.put(sheet, next(rows), 1, _SHEETS.of(language), Look(bold=True))
    for (name, title), row in zip([*listed, (_LEDGER.of(language), "")], rows, strict=False):
        quoted = name.replace("'", "''")
        book.put(sheet, row, 1, name).hyperlink = f"#'{quoted}'!A1"
        book.put(sheet, row, 2, title)


def _said_first(paper: Layout) -> list[str]:
    """What a paper says between its title and its first heading: of what it is, and what it withholds."""
    first = takewhile(lambda placed: not isinstance(placed.block, Heading), paper.blocks)
    return [plain(placed.block.content) for placed in first if isinstance(placed.block, Paragraph)]


def _write_table(book: Book, name: str, placed: Placed) -> None:
    table, language, sheet = placed.block, book.language, book.sheet(name)
    assert isinstance(table, Table)
    book.put(sheet, 1, 1, caption(placed, language), _TITLE)
    columns: list[tuple[str, str]] = [(column.label, column.align) for column in table.columns]
    rows: list[list[str | float | Inlines]] = [[*row] for row in table.rows]
    if any(bases := [_row_bases(row, language) for row in table.rows]):
        columns.append((_BASE_OF_RATES.of(language), "left"))
        rows = [[*row, base] for row, base in zip(rows, bases, strict=True)]
    if any(isinstance(piece, Claim) for row in table.rows for cell in row for piece in cell):
        columns.append((_STATUS.of(language), "left"))
        rows = [[*row, _row_status(cells, language)] for row, cells in zip(rows, table.rows, strict=True)]
    book.table(sheet, columns, rows, totals=table.total_rows)
    if table.note:
        book.spread(sheet, HEADER + len(rows) + 2, plain(table.note), len(columns), Look(size=9))


def _write_ledger(book: Book, paper: Layout) -> None:
    language, sheet = paper.language, book.sheet(_LEDGER.of(paper.language))
    book.put(sheet, 1, 1, _LEDGER.of(language), _TITLE)
    columns = [(label.of(language), align) for label, align in _LEDGER_COLUMNS]
    rows = [_ledger_row(number, claim, language) for number, claim in paper.ledger.numbered().items()]
    book.table(sheet, columns, rows, named=3)
    sheet.auto_filter.ref = f"A{HEADER}:I{HEADER + max(len(rows), 1)}"


def _ledger_row(number: str, claim: Claim, language: Language) -> list[str | float | Inlines]:
    quantity = claim.quantity
    return [
        number,
        quantity.label.of(language),
        claim.marked,
        "" if is_missing(claim) else quantity.value,
        quantity.unit,
        "" if quantity.base is None else quantity.base.of(language),
        status_word(claim.status, language),
        "; ".join(dict.fromkeys(leaf.address for leaf in quantity.leaves())),
        derivation(quantity, language),
    ]


def _row_bases(cells: Sequence[Inlines], language: Language) -> str:
    """What the shares of a row are shares of: whoever copies a number has the name of its base beside it."""
    shares = (piece.quantity for cell in cells for piece in cell if isinstance(piece, Claim))
    names = (share.base.of(language) for share in shares if share.unit == "share" and share.base is not None)
    return "; ".join(dict.fromkeys(names)) if language == "en" else "；".join(dict.fromkeys(names))


def _row_status(cells: Sequence[Inlines], language: Language) -> str:
    statuses = [piece.status for cell in cells for piece in cell if isinstance(piece, Claim)]
    return status_word(max(statuses), language) if statuses else ""
