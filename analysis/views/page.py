"""Sections as HTML: a fragment for a notebook's cell, and a document in one file that fetches nothing.

Every number carries a card with its label, status, base and derivation, shown on hover and on keyboard focus by the
style sheet alone; the document's short script only adds Escape.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from importlib import resources
from itertools import groupby
from typing import Any

from analysis.ledger import Claim
from analysis.quantities import Label, Language, Status
from analysis.style import HOUSE_STYLE, Style
from analysis.views.blocks import (
    LEDGER,
    Align,
    Block,
    Column,
    Figure,
    Heading,
    Inlines,
    Paragraph,
    Section,
    Table,
    Title,
)
from analysis.views.layout import Layout, Placed, caption, heading_text, lay_out, marks
from analysis.views.render import pointed_out
from analysis.views.room import column_shares, keeps_whole
from analysis.views.wording import STATUS, derivation, status_word

_TAGS = {"zh": "zh-CN", "en": "en-GB"}
_SHEET = "@page { size: A4; margin: 25mm 24mm; }"  # the document's alone: in a cell it would set the notebook's paper
_LETTERHEAD = (
    ".cw .cw-letterhead { color: COLOUR; border-bottom: 1.6px solid COLOUR; text-align: center; margin: 2.4rem 0 0; "
    "padding-bottom: 0.6rem; } .cw .cw-letterhead img { height: 16mm; max-width: 100%; } "
    ".cw .cw-letterhead p { margin: 0.1rem 0; font-size: 0.85em; } "
    ".cw .cw-letterhead p:first-of-type { font-size: 1.7em; line-height: 1.4; }"
)
_CONTENTS = Label("目录", "Contents")
_MARKS = Label("数字后的标记", "Marks after numbers")
_NONE = Label("无标记", "no mark")
_IN_FIGURE = Label("图中的数字", "Numbers in this figure")
_NUMBERS: tuple[tuple[Label, Align], ...] = (
    (Label("数字", "Number"), "right"),
    (Label("含义", "What it is"), "left"),
    (Label("基数", "Base"), "left"),
    (Label("数据", "Data"), "left"),
)
_BASE = Label("基数：", "Base: ")
_NOTHING = Label("这项研究在此没有可说的，不打印。", "This study has nothing to say here; nothing is printed.")
_FOLDED = Label("共{count}个数字，点开查看", "{count} numbers: open the list")


def fragment(section: Section) -> str:
    """One section for a cell of JupyterLab: its own style, black on white in light and dark themes, no script.

    Examples
    --------
    >>> "<b>" in fragment(Section("a", "en", (Paragraph(("<b> is text",)),)))
    False
    """
    paper = lay_out([section])
    body = "".join(_in_cell(Placed(placed.block), paper) for placed in paper.blocks)
    body = body or f'<p class="cw-note">{_NOTHING.of(section.language)}</p>'
    return f'<style>{asset("page.css")}</style><div class="cw cw-cell" lang="{_TAGS[section.language]}">{body}</div>'


def pieces(section: Section) -> list[str | Mapping[str, Any]]:
    """The same as pieces of HTML with the charts between them as Vega-Lite, which JupyterLab draws by itself."""
    found: list[str | Mapping[str, Any]] = []
    waiting: list[Block] = []
    for block in section.blocks:
        waiting.append(block)
        if isinstance(block, Figure) and block.specification is not None:
            *before, _ = waiting
            found += [fragment(replace(section, blocks=tuple(before)))] if before else []
            found.append(pointed_out(block.specification, section.language))
            waiting = [replace(block, svg="")]
    return found + ([fragment(replace(section, blocks=tuple(waiting)))] if waiting else [])


def _in_cell(placed: Placed, paper: Layout) -> str:
    """A block in a notebook: the annex is folded, and the hundreds of numbers in tables are no stops of the Tab key."""
    block = placed.block
    if isinstance(block, Figure):
        return _figure(placed, block, paper, _numbers_table(block, paper))
    drawn = _block(placed, paper)
    if not isinstance(block, Table):
        return drawn
    drawn = drawn.replace('<span tabindex="0">', '<span tabindex="-1">')
    if block.id != LEDGER:
        return drawn
    name = _FOLDED.of(paper.language).format(count=len(block.rows))
    return f'<details class="cw-folded"><summary>{name}</summary>{drawn}</details>\n'


def page(
    sections: Sequence[Section], *, title: str = "", language: Language | None = None, style: Style = HOUSE_STYLE
) -> str:
    """The sections as one HTML document: contents, the key to the marks, each number linked to its row in the annex.

    Parameters
    ----------
    title
        The document's title; by default that of its first `Title`.
    language
        The document's language; by default that of its first section.
    style
        Its letterhead, logo, colours, fonts and the page it is printed on.
    """
    paper = lay_out(sections, title=title, style=style)
    language = language or paper.language
    body = _body(sections, paper)
    contents = _contents(paper)  # none on a sheet, which has no headings: then there is no column for it either
    columns = "cw-columns" if contents else "cw-alone"
    main = f"<main>{_letterhead(style, language)}{body}</main>"
    return (
        f'<!DOCTYPE html>\n<html lang="{_TAGS[language]}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(paper.title)}</title>\n{_identifier(paper)}<style>{asset('page.css')}{_sheet(style)}</style>\n</head>\n"
        f'<body class="cw-page">\n<div class="cw">\n{_key(language)}<div class="{columns}">{contents}'
        f"{main}</div>\n</div>\n<script>{asset('page.js')}</script>\n</body>\n</html>\n"
    )


def _identifier(paper: Layout) -> str:
    return f'<meta name="dcterms.identifier" content="{escape(paper.run)}">\n' if paper.run else ""


def _body(sections: Sequence[Section], paper: Layout) -> str:
    """The sections one after the other; where some are the paper in brief, the others are folded under their headings."""
    is_deep = any(section.in_brief for section in sections)
    told = []
    for at, group in groupby(paper.blocks, key=lambda placed: placed.section):
        blocks = list(group)
        first = blocks[0]
        if is_deep and not sections[at].in_brief and isinstance(first.block, Heading):
            inner = "".join(_block(placed, paper) for placed in blocks[1:])
            told.append(f'<details class="cw-more"><summary>{_block(first, paper)}</summary>{inner}</details>\n')
        else:
            told += [_block(placed, paper) for placed in blocks]
    return "".join(told)


def shell(body: str, *, title: str, language: Language) -> str:
    """An HTML document in the style of the papers, in one file that fetches nothing.

    Parameters
    ----------
    body
        HTML; its texts from data are escaped by the caller.
    """
    return (
        f'<!DOCTYPE html>\n<html lang="{_TAGS[language]}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{asset('page.css')}{_SHEET}</style>\n</head>\n"
        f'<body class="cw-page">\n<div class="cw"><div class="cw-alone"><main>{body}</main></div></div>\n'
        "</body>\n</html>\n"
    )


def asset(name: str) -> str:
    """The text of a file in views/assets/."""
    return resources.files("analysis.views").joinpath("assets", name).read_text(encoding="utf-8")


def _key(language: Language) -> str:
    known = "、".join if language == "zh" else ", ".join
    firm = known(STATUS[status].of(language) for status in Status if not status.mark)
    listed = [*marks(language), (_NONE.of(language), firm)]
    entries = "".join(f"<li><b>{escape(mark)}</b> {escape(word)}</li>" for mark, word in listed)
    return f'<aside class="cw-key" aria-label="{_MARKS.of(language)}"><ul>{entries}</ul></aside>\n'


def _sheet(style: Style) -> str:
    """The page it is printed on, and what a style changes of the look."""
    named = {"ink": "--ink", "muted": "--soft", "hairline": "--rule", "accent": "--accent"}
    colours = style.colours.changed()
    if "headings" in colours:  # red rules would stand beside them
        colours = {"accent": colours["headings"]} | colours
    sides = "25mm 24mm" if style.margins is None else " ".join(f"{mm:g}mm" for mm in style.margins)
    sheets = [f"@page {{ size: {style.page_size}; margin: {sides}; }}"]
    variables = " ".join(f"{named[name]}: {colour};" for name, colour in colours.items() if name in named)
    sheets += [f".cw {{ {variables} }}"] if variables else []
    for language, faces in (("zh", style.zh), ("en", style.en)):
        at = f".cw:lang({language})"
        heads = ", ".join(f"{at} {one}" for one in ("h1", "h2", "h3", ".cw-letterhead"))
        sheets += [f'{at} {{ font-family: "{faces.body}", var(--serif); }}'] if faces.body else []
        sheets += [f'{heads} {{ font-family: "{faces.headings}", var(--sans); }}'] if faces.headings else []
    sheets += [f".cw h1, .cw h2, .cw h3 {{ color: {colours['headings']}; }}"] if "headings" in colours else []
    sheets += [_LETTERHEAD.replace("COLOUR", style.colours.letterhead)] if style.has_head else []
    return "\n".join(sheets)


def _letterhead(style: Style, language: Language) -> str:
    """The head of the page: logo and lines."""
    if not style.has_head:
        return ""
    name, content = style.logo
    kind = "svg+xml" if name.lower().endswith(".svg") else "png"
    drawn = f'<img src="data:image/{kind};base64,{b64encode(content).decode()}" alt="">' if name else ""
    lines = "".join(f"<p>{escape(line)}</p>" for line in style.letterhead(language))
    return f'<div class="cw-letterhead">{drawn}{lines}</div>\n'


def _contents(paper: Layout) -> str:
    entries = "".join(
        f'<li class="cw-level-{placed.block.level}"><a href="#{placed.anchor}">{escape(heading_text(placed))}</a></li>'
        for placed in paper.blocks
        if isinstance(placed.block, Heading)
    )
    if not entries:
        return ""
    name = _CONTENTS.of(paper.language)
    return f'<nav class="cw-contents" aria-label="{name}"><p>{name}</p><ol>{entries}</ol></nav>'


def _block(placed: Placed, paper: Layout) -> str:
    block: Block = placed.block
    match block:
        case Title():
            return _title(block)
        case Heading():
            level = block.level + 1
            return f"<h{level}{_id(placed)}>{escape(heading_text(placed))}</h{level}>\n"
        case Paragraph():
            said = _inlines(block.content, paper)
            return (
                f'<ul class="cw-item"><li>{said}</li></ul>\n'
                if block.style == "item"
                else f'<p class="cw-{block.style}">{said}</p>\n'
            )
        case Table():
            return _table(placed, block, paper)
        case Figure():
            return _figure(placed, block, paper, _numbers_list(block, paper))


def _id(placed: Placed) -> str:
    return f' id="{placed.anchor}"' if placed.anchor else ""


def _title(title: Title) -> str:
    details = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in title.details)
    subtitle = f'<p class="cw-subtitle">{escape(title.subtitle)}</p>' if title.subtitle else ""
    return f"<header><h1>{escape(title.title)}</h1>{subtitle}{f'<dl>{details}</dl>' if details else ''}</header>\n"


def _inlines(content: Inlines, paper: Layout) -> str:
    return "".join(escape(piece) if isinstance(piece, str) else _claim(piece, paper) for piece in content)


def _claim(claim: Claim, paper: Layout) -> str:
    row = paper.targets.get(claim, "")
    number = escape(claim.marked)
    reached = f'<a href="{escape(paper.beside)}#{row}">{number}</a>' if row else f'<span tabindex="0">{number}</span>'
    return f'<span class="cw-claim">{reached}{_card(claim, paper.language)}</span>'


def _card(claim: Claim, language: Language) -> str:
    quantity = claim.quantity
    base = "" if quantity.base is None else f"<i>{_BASE.of(language)}{escape(quantity.base.of(language))}</i>"
    status = f"<b>{escape(claim.marked)} · {escape(status_word(claim.status, language))}</b>"
    name, origin = quantity.label.of(language), derivation(quantity, language)
    told = f"<i>{escape(origin)}</i>" if origin != name else ""
    return f'<span class="cw-card" role="tooltip">{status}<i>{escape(name)}</i>{base}{told}</span>'


def _table(placed: Placed, table: Table, paper: Layout) -> str:
    heads = "".join(
        f'<th scope="col" class="cw-{column.align}">{escape(column.label)}</th>' for column in table.columns
    )
    widths = "".join(f'<col style="width:{share:.1%}">' for share in column_shares(table))
    first_total = len(table.rows) - table.total_rows
    rows = "".join(
        f"<tr{_row_attributes(table, row, row >= first_total)}>{_cells(table, cells, paper)}</tr>\n"
        for row, cells in enumerate(table.rows)
    )
    note = f'<p class="cw-note">{_inlines(table.note, paper)}</p>' if table.note else ""
    kind = " cw-small" if table.size == "small" else ""
    return (
        f'<div class="cw-table{kind}"{_id(placed)}><table><caption>{escape(caption(placed, paper.language))}</caption>'
        f"<colgroup>{widths}</colgroup><thead><tr>{heads}</tr></thead>\n<tbody>{rows}</tbody></table>{note}</div>\n"
    )


def _row_attributes(table: Table, row: int, is_total: bool) -> str:
    anchor = f' id="c{row + 1}"' if table.id == LEDGER else ""
    return anchor + (' class="cw-total"' if is_total else "")


def _cells(table: Table, cells: Sequence[Inlines], paper: Layout) -> str:
    annex = table.id == LEDGER

    def text(content: Inlines) -> str:
        if annex:  # a number in the annex explains itself
            return "".join(escape(said) for said, _ in paper.pieces(content))
        return _inlines(content, paper)

    def cell(position: int, column: Column, content: Inlines) -> str:
        tag, scope = ("th", ' scope="row"') if position == 0 else ("td", "")
        kept = " cw-kept" if position and keeps_whole(content) else ""
        return f'<{tag}{scope} class="cw-{column.align}{kept}">{text(content)}</{tag}>'

    paired = zip(table.columns, cells, strict=True)
    return "".join(cell(position, column, content) for position, (column, content) in enumerate(paired))


def _numbers_list(figure: Figure, paper: Layout) -> str:
    return f"<ul>{''.join(f'<li>{_claim(claim, paper)}</li>' for claim in figure.claims)}</ul>"


def _numbers_table(figure: Figure, paper: Layout) -> str:
    """A figure's numbers as a table, to be sorted, copied and saved."""
    language = paper.language
    columns = tuple(Column(label.of(language), side, 1.0) for label, side in _NUMBERS)
    rows = tuple(
        (
            (one,),
            (one.quantity.label.of(language),),
            (one.quantity.base.of(language) if one.quantity.base else "",),
            (status_word(one.status, language),),
        )
        for one in figure.claims
    )
    table = Table(figure.id, figure.title, columns, rows, size="small")
    return _table(Placed(table), table, paper)


def _figure(placed: Placed, figure: Figure, paper: Layout, numbers: str) -> str:
    name = f"{_IN_FIGURE.of(paper.language)} ({len(figure.claims)})"
    listed = f'<details class="cw-numbers"><summary>{name}</summary>{numbers}</details>' if figure.claims else ""
    note = f'<p class="cw-note">{_inlines(figure.note, paper)}</p>' if figure.note else ""
    drawn = svg_html(figure, placed.anchor) if figure.svg else ""  # drawn by JupyterLab above these words
    return (
        f'<figure{_id(placed)}><div style="max-width:{figure.width:.0%}">{drawn}</div>'
        f"<figcaption>{escape(caption(placed, paper.language))}</figcaption>{note}{listed}</figure>\n"
    )


def svg_html(figure: Figure, name: str = "") -> str:
    """Give the drawing a name for those who do not see it, and its inner ids a prefix, so that figures do not clash."""
    name = re.sub(r"\W", "-", name or figure.id)
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', figure.svg)
    svg = re.sub(r"url\((['\"]?)#", rf"url(\1#{name}-", svg)
    svg = re.sub(r'href="#', f'href="#{name}-', svg)
    head, rest = svg[svg.index("<svg") :].split(">", 1)
    head = re.sub(r'\s(?:role|aria-label)="[^"]*"', "", head)
    return f'{head} role="img" aria-label="{escape(figure.alt)}"><desc>{escape(figure.alt)}</desc>{rest}'
