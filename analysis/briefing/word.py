"""Word documents by pandoc, but for tables and captions: its own cannot keep a row on one page or rule off a total."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from analysis.briefing.archive import core_properties, packed, unpacked, xml_text
from analysis.briefing.typesetting import lacking, pngs, size_of, stand_in_note
from analysis.briefing.word_styles import environment, field_of, reference, text_width_mm
from analysis.errors import OutputError
from analysis.messages import said
from analysis.style import Style
from analysis.views.blocks import LEDGER, Align, Figure, Heading, Inlines, Paragraph, Table, Title
from analysis.views.layout import Layout, Placed, caption, heading_text, key_to_marks
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
        texts = [_cell_runs(cell, paper, linked=block.id != LEDGER) for cell in cells]
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


def _cell_runs(content: Inlines, paper: Layout, *, linked: bool) -> str:
    return "".join(
        f"<w:hyperlink w:anchor='{row}' w:history='1'>{run(text)}</w:hyperlink>" if row and linked else run(text)
        for text, row in paper.pieces(content)
    )


Node = dict[str, Any]

_TAGS = {"zh": "zh-CN", "en": "en-GB"}
_API = [1, 23, 1]  # of pandoc's syntax tree
_TALLEST_MM = 190
_PLACE = re.compile(r'<w:p>\s*<w:bookmarkStart w:id="0" w:name="([^"]+)" ?/>\s*</w:p>')


def word(paper: Layout) -> bytes:
    """The document; the same paper gives the same bytes."""
    with tempfile.TemporaryDirectory() as folder:
        blocks = [*_head(paper), *(node for group in _grouped(paper) for node in group)]
        figures = {placed.anchor: placed.block for placed in paper.blocks if isinstance(placed.block, Figure)}
        drawn = pngs([(figure.svg, _width_mm(figure, paper)) for figure in figures.values()], paper.style)
        for anchor in figures:  # its name stands for a picture: pandoc would pack again what is packed already
            Path(folder, f"{anchor}.png").write_bytes(anchor.encode())
        Path(folder, "reference.docx").write_bytes(reference(paper.language, paper.page, paper.style))
        if paper.style.logo[0]:
            Path(folder, "logo.png").write_bytes(_logo(paper.style))
        made = _pandoc({"pandoc-api-version": _API, "meta": {}, "blocks": blocks}, Path(folder))
    pictures = dict(zip(map(str.encode, figures), drawn, strict=True))
    parts = {name: pictures.get(content, content) for name, content in unpacked(made).items()}
    # pandoc leaves a picture's distances open, and LibreOffice then takes an eighth of an inch on either side
    tight = b'<wp:inline distT="0" distB="0" distL="0" distR="0">'
    document = parts["word/document.xml"].replace(b"<wp:inline>", tight).decode()
    tables = {placed.anchor: placed for placed in paper.blocks if isinstance(placed.block, Table)}
    parts["word/document.xml"] = _PLACE.sub(lambda found: table(tables[found[1]], paper), document).encode()
    parts["docProps/core.xml"] = core_properties(paper.title, _TAGS[paper.language])
    return packed(parts)


def _head(paper: Layout) -> list[Node]:
    """What stands over the title: a logo, the lines of the letterhead, a rule."""
    if not paper.style.has_head:
        return []
    first, *others = [*paper.style.letterhead(paper.language), ""][:-1] or [""]
    nodes = [_styled("Letterhead", [_text(first)])] if first else []
    nodes += [_styled("Letterhead Line", [_text(line)]) for line in others]
    if paper.style.logo[0]:
        height = 9 if paper.page == "sheet" else 16
        name = "标志" if paper.language == "zh" else "Logo"
        image = {"t": "Image", "c": [["", [], [["height", f"{height}mm"]]], [_text(name)], ["logo.png", ""]]}
        nodes = [_styled("Logo", [image]), *nodes]
    return [*nodes, _raw("RawBlock", "<w:p><w:pPr><w:pStyle w:val='LetterheadRule'/></w:pPr></w:p>")]


def _logo(style: Style) -> bytes:
    """The logo as PNG: as it is, or drawn."""
    name, content = style.logo
    if not name.lower().endswith(".svg"):
        return content
    svg = content.decode(errors="replace")
    return pngs([(svg, 40.0)], style)[0]


def _pandoc(tree: Node, folder: Path) -> bytes:
    import pypandoc

    done = subprocess.run(
        [pypandoc.get_pandoc_path(), "--from=json", "--to=docx", "--reference-doc=reference.docx", "--output=-"],
        input=json.dumps(tree).encode(),
        capture_output=True,
        cwd=folder,
        env=environment(),
        check=False,
    )
    if done.returncode:
        raise OutputError(
            said("the Word document could not be made: {stderr}", stderr=done.stderr.decode(errors="replace").strip())
        )
    return done.stdout


def _grouped(paper: Layout) -> Iterator[list[Node]]:
    """The paper's nodes; neighbouring items become one list."""
    for is_item, group in groupby(paper.blocks, key=_is_item):
        if is_item:
            items = [placed.block.content for placed in group if isinstance(placed.block, Paragraph)]
            yield [{"t": "BulletList", "c": [[{"t": "Plain", "c": _inlines(item, paper)}] for item in items]}]
        else:
            yield [node for placed in group for node in _nodes(placed, paper)]


def _is_item(placed: Placed) -> bool:
    return isinstance(placed.block, Paragraph) and placed.block.style == "item"


def _nodes(placed: Placed, paper: Layout) -> list[Node]:
    match placed.block:
        case Title() as title:
            return _title(title, paper)
        case Heading():
            return [_heading(placed)]
        case Paragraph(content, style):
            inlines = _inlines(content, paper)
            return [{"t": "Para", "c": inlines} if style == "body" else _styled(style.capitalize(), inlines)]
        case Table(note=note):
            # without a paragraph below, text would touch the last rule; pandoc drops an empty one, so it is given raw
            gap = _raw("RawBlock", "<w:p><w:pPr><w:pStyle w:val='Gap'/></w:pPr></w:p>")
            below = _note(note, paper) or [gap]
            return [_caption("Table Caption", placed, paper), _raw("RawBlock", _place(placed)), *below]
        case Figure() as figure:
            image = _image(figure, f"{placed.anchor}.png", paper)
            kind = "Image Caption" if figure.note else "Image Caption Alone"
            return [_styled("Picture", [image]), _caption(kind, placed, paper), *_note(figure.note, paper)]


def _place(table: Placed) -> str:
    """Where a table goes: pandoc would read and write every cell of it again, which takes it longer than all else."""
    return f'<w:p><w:bookmarkStart w:id="0" w:name="{table.anchor}" /></w:p>'


def _title(title: Title, paper: Layout) -> list[Node]:
    colon = "：" if paper.language == "zh" else ": "
    nodes = [_styled("Title", [_text(title.title)])]
    nodes += [_styled("Subtitle", [_text(title.subtitle)])] if title.subtitle else []
    nodes += [_styled("Details", [_text(f"{name}{colon}{value}")]) for name, value in title.details]
    drawn = "".join(placed.block.svg for placed in paper.blocks if isinstance(placed.block, Figure))
    notes = (key_to_marks(paper), stand_in_note(lacking(drawn), paper.language))
    return nodes + [_styled("Note", [_text(note)]) for note in notes if note]


def _heading(placed: Placed) -> Node:
    assert isinstance(placed.block, Heading)
    level, text = placed.block.level, heading_text(placed)
    if placed.new_page:  # pandoc has no heading that opens a page
        style = f"<w:pPr><w:pStyle w:val='Heading{level}'/><w:pageBreakBefore/></w:pPr>"
        return _raw("RawBlock", f"<w:p>{style}{run(text)}</w:p>")
    return {"t": "Header", "c": [level, [placed.anchor, [], []], [_text(text)]]}


def _caption(style: str, placed: Placed, paper: Layout) -> Node:
    kind, number, rest = caption_parts(placed, paper)
    # a field, so that Word can list and renumber tables and figures
    field = [_text(kind), _raw("RawInline", field_of(f"SEQ {kind.strip()} \\* ARABIC", number))] if number else []
    return _styled(style, [*field, _text(rest)])


def _note(note: Inlines, paper: Layout) -> list[Node]:
    return [_styled("Note", _inlines(note, paper))] if note else []


def _image(figure: Figure, file: str, paper: Layout) -> Node:
    across, down = size_of(figure.svg)
    width = _width_mm(figure, paper)
    size = [["width", f"{width:.1f}mm"], ["height", f"{width * down / across:.2f}mm"]]
    return {"t": "Image", "c": [["", [], size], [_text(figure.alt)], [file, ""]]}


def _width_mm(figure: Figure, paper: Layout) -> float:
    width, height = size_of(figure.svg)
    return min(text_width_mm(paper.page, paper.style) * figure.width, _TALLEST_MM * width / height)


def _inlines(content: Inlines, paper: Layout) -> list[Node]:
    return [
        {"t": "Link", "c": [["", [], []], [_text(text)], [f"#{row}", ""]]} if row else _text(text)
        for text, row in paper.pieces(content)
    ]


def _text(text: str) -> Node:
    return {"t": "Str", "c": xml_text(text)}


def _styled(style: str, inlines: list[Node]) -> Node:
    return {"t": "Div", "c": [["", [], [["custom-style", style]]], [{"t": "Para", "c": inlines}]]}


def _raw(kind: str, xml: str) -> Node:
    return {"t": kind, "c": ["openxml", xml]}
