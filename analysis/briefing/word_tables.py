"""Tables and captions in WordprocessingML: pandoc's own tables cannot keep a row on one page or rule off a total."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from analysis.briefing.archive import xml_text
from analysis.briefing.word_styles import text_width_mm
from analysis.views.blocks import LEDGER, Align, Inlines, Table
from analysis.views.layout import Layout, Placed, caption
from analysis.views.room import FEWEST, column_shares, is_wordy, runs_over

_FIRST_BOOKMARK = 1000  # above the numbers pandoc gives its own


def table(placed: Placed, paper: Layout) -> str:
    """A table with rules above, below and under its header, which repeats on every page."""
    block = placed.block
    assert isinstance(block, Table)
    whole = text_width_mm(paper.page, paper.style) * 1440 / 25.4
    widths = [round(whole * share) for share in column_shares(block)]
    grid = "".join(f"<w:gridCol w:w='{width}'/>" for width in widths)
    rows = "".join(_rows(block, paper, widths))
    return (
        "<w:tbl><w:tblPr><w:tblStyle w:val='Table'/><w:tblW w:w='5000' w:type='pct'/><w:jc w:val='center'/>"
        "<w:tblLayout w:type='fixed'/>"
        "<w:tblLook w:firstRow='1' w:lastRow='0' w:firstColumn='0' w:lastColumn='0' w:noHBand='1' w:noVBand='1'/>"
        f"<w:tblCaption w:val={quoteattr(xml_text(caption(placed, paper.language)))}/></w:tblPr>"
        f"<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )


def sequence(kind: str, number: str) -> str:
    """The number of a caption as a field, so that Word can list and renumber tables and figures."""
    inner = (
        "<w:fldChar w:fldCharType='begin'/>",
        f"<w:instrText xml:space='preserve'> SEQ {kind.strip()} \\* ARABIC </w:instrText>",
        "<w:fldChar w:fldCharType='separate'/>",
        f"<w:t>{number}</w:t>",
        "<w:fldChar w:fldCharType='end'/>",
    )
    return "".join(f"<w:r>{part}</w:r>" for part in inner)


def caption_parts(placed: Placed, paper: Layout) -> tuple[str, str, str]:
    """A caption's word, number and rest: `表`, `3`, `　…`."""
    found = re.fullmatch(r"(\D*)(\d*)", placed.number)
    word, number = (found[1], found[2]) if found else (placed.number, "")
    return word, number, caption(placed, paper.language).removeprefix(placed.number)


def run(text: str) -> str:
    """Plain text as a run."""
    return f"<w:r><w:t xml:space='preserve'>{escape(xml_text(text))}</w:t></w:r>"


def _rows(block: Table, paper: Layout, widths: Sequence[int]) -> Iterator[str]:
    style = "TableTextSmall" if block.size == "small" else "TableText"
    together = not runs_over(block)
    aligns: list[Align] = [column.align for column in block.columns]
    first_total = len(block.rows) - block.total_rows
    across = "top" if is_wordy(block) else "center"
    heads = [run(column.label) for column in block.columns]
    yield _row(heads, widths, aligns, style=style, keep=True, header=True)
    for position, cells in enumerate(block.rows):
        texts = [_inlines(cell, paper, linked=block.id != LEDGER) for cell in cells]
        if block.id == LEDGER:
            mark = _FIRST_BOOKMARK + position
            opening = f"<w:bookmarkStart w:id='{mark}' w:name='c{position + 1}'/>"
            texts[0] = f"{opening}{texts[0]}<w:bookmarkEnd w:id='{mark}'/>"
        left = len(block.rows) - 1 - position
        keep = bool(block.note) if not left else together or left < FEWEST or position < FEWEST - 1
        ruled = 0 < position == first_total
        yield _row(texts, widths, aligns, style=style, keep=keep, ruled=ruled, across=across)


def _row(
    cells: Sequence[str],
    widths: Sequence[int],
    aligns: Sequence[Align],
    *,
    style: str,
    keep: bool,
    header: bool = False,
    ruled: bool = False,
    across: str = "bottom",
) -> str:
    repeated = "<w:tblHeader/>" if header else ""
    border = "<w:top w:val='single' w:sz='4' w:space='0' w:color='auto'/>" if ruled else ""
    border += "<w:bottom w:val='single' w:sz='6' w:space='0' w:color='auto'/>" if header else ""
    edges = f"<w:tcBorders>{border}</w:tcBorders>" if border else ""
    kept = "<w:keepNext/>" if keep else ""
    made = "".join(
        f"<w:tc><w:tcPr><w:tcW w:w='{width}' w:type='dxa'/>{edges}<w:vAlign w:val='{across}'/>"
        f"</w:tcPr><w:p><w:pPr><w:pStyle w:val='{style}'/>{kept}<w:jc w:val='{align}'/></w:pPr>{cell}</w:p></w:tc>"
        for cell, width, align in zip(cells, widths, aligns, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{made}</w:tr>"


def _inlines(content: Inlines, paper: Layout, *, linked: bool) -> str:
    return "".join(
        f"<w:hyperlink w:anchor='{row}' w:history='1'>{run(text)}</w:hyperlink>" if row and linked else run(text)
        for text, row in paper.pieces(content)
    )
