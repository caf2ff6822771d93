"""Where the numbers of a finished document lead, read back from the file itself: each link with the annex row it reaches."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from analysis.errors import WorkbookError, reason_of
from analysis.ledger import Ledger
from analysis.messages import Said, said

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ROW = re.compile(r"c\d+")
_FIELD = re.compile(r'\s*HYPERLINK "([^"]+)" \\l "(c\d+)"')
_ABOVE = 16.0  # points from where a link in a PDF leads to the foot of the letters in the row's first line
_BLANKS = re.compile(r"[\s\u2060]+")  # the word joiner is none of them, and is nothing to read


@dataclass(frozen=True)
class Link:
    """A number of a document, and the row it leads to.

    Parameters
    ----------
    text
        The number as printed.
    row
        The number printed at the head of the row, such as `12`; empty where the link leads to no row.
    states
        The number that the row states.
    """

    text: str
    row: str
    states: str


@dataclass(frozen=True)
class Read:
    """What a document says: its whole text without blanks, and its links."""

    text: str
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Astray:
    """A number of a document, or a reference to its tables, that does not lead where it says.

    Parameters
    ----------
    row
        Of the annex for a number, of its own table for a reference; empty where there is none.
    """

    document: str
    number: str
    row: str
    reason: str

    @property
    def message(self) -> Said:
        """The document, and what is wrong."""
        return said("{file}: {reason}", file=self.document, reason=self.reason)

    def __str__(self) -> str:
        return str(self.message)


def astray(path: Path, ledger: Ledger, references: Iterable[tuple[str, int, str]]) -> Iterator[Astray]:
    """The links of a document that reach a row with another number, and the references that do not stand in it.

    Parameters
    ----------
    path
        A file whose name ends in one of `READERS`.
    ledger
        The run's: row 12 of the annex states its claim c12.
    references
        The table, the row in it and the words of each reference to tables and figures.

    Raises
    ------
    WorkbookError
        When the document cannot be read.
    """
    found, claims = read(path), ledger.numbered()
    for table, row, words in references:
        if bare(table) in found.text and bare(words) not in found.text:  # a paper in brief does not print it
            what = '{table}, row {row} does not say "{words}"'
            yield Astray(path.name, words, str(row), said(what, table=table, row=row, words=words))
    for link in found.links:
        claim = claims.get(f"c{link.row}")
        known = "" if claim is None else bare(claim.marked)
        if link.text == link.states == known:
            continue
        yield Astray(path.name, link.text, link.row, _led(link, known))


def _led(link: Link, known: str) -> str:
    """Where a link leads that should lead to a row with its own number."""
    if not link.row:
        return said('"{text}" leads to no row of the annex', text=link.text)
    told = said('"{text}" leads to row {row} of the annex, which states "{states}"', **vars(link))
    return said('{told}; ledger.json has "{known}" there', told=told, known=known) if link.text == link.states else told


def read(path: Path) -> Read:
    """The text and the links of a document.

    Parameters
    ----------
    path
        A file whose name ends in one of `READERS`.

    Raises
    ------
    WorkbookError
        When it cannot be read.
    """
    from lxml.etree import LxmlError  # type: ignore[import-untyped]
    from pypdf.errors import PyPdfError

    try:
        text, links = READERS[path.suffix](path)
        return Read(bare(text), tuple(links))
    except (OSError, BadZipFile, LxmlError, PyPdfError, KeyError, ValueError) as error:
        raise WorkbookError(
            said("{file}: cannot be read ({reason})", file=path.name, reason=reason_of(error))
        ) from None


def bare(text: str) -> str:
    """A text without what a document may break its lines at.

    Examples
    --------
    >>> bare("Tables 1, 8\\u2060–\\u206010")
    'Tables1,8–10'
    """
    return _BLANKS.sub("", text)


def _html(path: Path) -> tuple[str, list[Link]]:
    from lxml import html  # type: ignore[import-untyped]

    body = html.fromstring(path.read_bytes()).find("body")
    for card in body.find_class("cw-card"):
        card.drop_tree()
    rows = {row.get("id"): [bare(cell.text_content()) for cell in row] for row in body.iter("tr") if row.get("id")}
    found = [(one.text_content(), one.get("href")[1:]) for one in body.iter("a") if _leads(one.get("href", "")[1:])]
    return body.text_content(), _reached(found, rows)


def _beside(path: Path, found: Iterable[tuple[str, str]]) -> list[Link]:
    """Links to rows of files beside a document: text, and file and row."""
    from lxml import html

    rows: dict[str, dict[str, list[str]]] = {}
    links = []
    for text, to in found:
        file, _, row = to.partition("#")
        if file not in rows:
            body = html.fromstring(path.with_name(file).read_bytes())
            cells = {
                one.get("id"): [bare(cell.text_content()) for cell in one] for one in body.iter("tr") if one.get("id")
            }
            rows[file] = cells
        links.append(_link(bare(text), rows[file].get(row, ())))
    return links


def _docx(path: Path) -> tuple[str, list[Link]]:
    from lxml import etree

    with ZipFile(path) as parts:
        body = etree.fromstring(parts.read("word/document.xml"), etree.XMLParser(resolve_entities=False))

    def text(node: Any) -> str:
        return "".join(piece.text or "" for piece in node.iter(f"{_W}t"))

    rows = {}
    for mark in body.iter(f"{_W}bookmarkStart"):
        if _leads(mark.get(f"{_W}name")):
            row = next(mark.iterancestors(f"{_W}tr"), ())
            rows[mark.get(f"{_W}name")] = [bare(text(cell)) for cell in row if cell.tag == f"{_W}tc"]
    found = [
        (text(one), one.get(f"{_W}anchor")) for one in body.iter(f"{_W}hyperlink") if _leads(one.get(f"{_W}anchor"))
    ]
    fields = [(text(one), _FIELD.match(one.get(f"{_W}instr", ""))) for one in body.iter(f"{_W}fldSimple")]
    outside = [(said, f"{to[1]}#{to[2]}") for said, to in fields if to is not None]
    return text(body), [*_reached(found, rows), *_beside(path, outside)]


def _leads(anchor: str | None) -> bool:
    return bool(_ROW.fullmatch(anchor or ""))


def _reached(found: list[tuple[str, str]], rows: Mapping[str, list[str]]) -> list[Link]:
    return [_link(bare(text), rows.get(row, ())) for text, row in found]


def _link(text: str, cells: Sequence[str]) -> Link:
    return Link(text, *cells[:2]) if len(cells) > 1 else Link(text, "", "")


def _pdf(path: Path) -> tuple[str, list[Link]]:
    """A tagged PDF: links and rows are elements of its structure, whose pieces of text are numbered on each page."""
    from pypdf import PdfReader

    opened = PdfReader(path)
    pages = {page.indirect_reference.idnum: _pieces(page) for page in opened.pages if page.indirect_reference}
    links: list[tuple[str, Any]] = []
    outside: list[tuple[str, str]] = []
    rows: dict[int, list[tuple[float, list[str]]]] = defaultdict(list)
    for element in _elements(opened.trailer["/Root"]["/StructTreeRoot"]["/K"]):  # type: ignore[index]
        if element["/S"] == "/Link":
            for one in (kid["/Obj"] for kid in element["/K"] if _is_object(kid)):
                if "/Dest" in one:
                    links.append((_said(element, pages), one["/Dest"]))
                elif _leads(str(one["/A"]["/URI"]).partition("#")[2]):
                    outside.append((_said(element, pages), str(one["/A"]["/URI"])))
        elif element["/S"] == "/TR":
            cells = [cell.get_object() for cell in element["/K"]]
            worded = ((page, number) for page, number in _marked(cells[0]) if number in pages[page])
            if first := next(worded, None):  # a row may begin with a blank, which is a piece without text
                page, number = first
                rows[page].append((pages[page][number][1], [_said(cell, pages) for cell in cells]))
    text = "".join(said for pieces in pages.values() for said, _ in pieces.values())
    inside = [_link(said, _nearest(rows[to[0].idnum], float(to[3]))) for said, to in links]
    return text, [*inside, *_beside(path, outside)]


def _pieces(page: Any) -> dict[int, tuple[str, float]]:
    """The numbered pieces of text on a page, each with its height above the foot."""
    found: dict[int, tuple[str, float]] = {}
    within: list[int | None] = [None]

    def mark(operator: bytes, operands: list[Any], _page: object, _line: object) -> None:
        if operator == b"BDC":  # one inside another need have no number of its own
            within.append(operands[1].get("/MCID", within[-1]))
        elif operator == b"EMC":
            within.pop()

    def add(text: str, to_page: list[float], *_: object) -> None:
        if (number := within[-1]) is not None and (said := bare(text)):
            before = found.get(number, ("", to_page[5]))
            found[number] = before[0] + said, before[1]

    page.extract_text(visitor_operand_before=mark, visitor_text=add)
    return found


def _elements(kids: Any) -> Iterator[Any]:
    """Every element of a structure, in the order of reading."""
    for kid in kids if isinstance(kids, list) else [kids]:
        element = kid.get_object()
        if isinstance(element, dict) and "/S" in element:
            yield element
            yield from _elements(element.get("/K", []))


def _is_object(kid: Any) -> bool:
    return isinstance(kid, dict) and kid.get("/Type") == "/OBJR"


def _marked(element: Any) -> Iterator[tuple[int, int]]:
    """The pieces of text of an element in the order of reading: the page's id, and the piece's number there."""
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        if isinstance(kid, int):
            yield element.raw_get("/Pg").idnum, int(kid)
        elif "/S" in (inner := kid.get_object()):
            yield from _marked(inner)


def _said(element: Any, pages: Mapping[int, Mapping[int, tuple[str, float]]]) -> str:
    return "".join(pages[page][number][0] for page, number in _marked(element) if number in pages[page])


def _nearest(rows: list[tuple[float, list[str]]], height: float) -> list[str]:
    """The row that a place on a page is for: typst leads to ten points above it, and letters stand on their foot."""
    return min(rows, key=lambda row: abs(height - _ABOVE - row[0]), default=(0.0, []))[1]


READERS: Mapping[str, Callable[[Path], tuple[str, list[Link]]]] = {".html": _html, ".docx": _docx, ".pdf": _pdf}
