"""What a Word document says, whoever wrote it last: its sentences, tables and pictures in the order of reading.

Insertions that are tracked count as accepted, deletions as made; numbers that fields count (pages, tables, figures) are
left out, since a program counts them anew whenever it opens the file. Who changed something is not read.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path, PurePosixPath
from xml.etree.ElementTree import Element, ParseError, fromstring

from analysis.errors import WorkbookError, reason_of
from analysis.messages import said
from analysis.reading import only_a_file

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_REFERENCE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_GONE = ("del", "moveFrom")
_TRACKED = (*_GONE, "ins", "moveTo")
_ENDS = re.compile(r"(?<=[。！？；])|(?<=[.!?])\s+(?=[^\W_a-z]|[“\"'(])")  # where a sentence ends
_MOST_BYTES = 200_000_000  # of one part, unpacked


@dataclass(frozen=True)
class Text:
    """A sentence, a heading or a cell.

    Parameters
    ----------
    claims
        Where numbers of the ledger stand in it, and which: start, end, id.
    paragraph
        Which paragraph of the body it stands in, from 1; 0 in a table, a foot or a head.
    heading
        The heading it stands under.
    is_tracked
        Whether a tracked change touches its paragraph.
    """

    text: str
    claims: tuple[tuple[int, int, str], ...] = ()
    paragraph: int = 0
    heading: str = ""
    is_tracked: bool = False


@dataclass(frozen=True)
class Grid:
    """A table: its caption, its head and rows of cells."""

    caption: str
    rows: tuple[tuple[Text, ...], ...]
    paragraph: int
    heading: str
    is_tracked: bool = False


@dataclass(frozen=True)
class Picture:
    """A picture: what it shows in words, and a hash of its bytes."""

    alt: str
    digest: str
    paragraph: int
    heading: str
    is_tracked: bool = False


Item = Text | Grid | Picture


def read_word(path: Path) -> tuple[Item, ...]:
    """What a Word document says, in the order of reading; its footnotes, heads and feet follow its body.

    Raises
    ------
    WorkbookError
        When the file is no Word document, or is damaged.
    """
    try:
        with zipfile.ZipFile(only_a_file(path)) as archive:
            return tuple(_Reader(archive).items())
    except (OSError, KeyError, zipfile.BadZipFile, ParseError, NotImplementedError) as error:
        raise WorkbookError(
            said(
                "{path}: cannot be read as a Word document ({reason}); allowed: a .docx file without a password",
                path=path,
                reason=reason_of(error),
            )
        ) from None


@dataclass
class _Line:
    """A paragraph while it is read."""

    text: str = ""
    claims: list[tuple[int, int, str]] = field(default_factory=list)
    pictures: list[tuple[str, str]] = field(default_factory=list)
    is_tracked: bool = False
    counted_at: int = 0  # where a number that a field counts was left out, such as a table's
    goes_on: bool = False  # its end was deleted: the next paragraph is one with it

    def add(self, text: str, claim: str) -> None:
        text = unicodedata.normalize("NFC", re.sub(r"[\s\u200b\u2060\ufeff]+", " ", text))
        if self.text.endswith(" ") and text.startswith(" "):
            text = text[1:]
        start = len(self.text)
        self.text += text
        if claim and text:
            self.claims.append((start, start + len(text), claim))


class _Reader:
    """A document while it is read."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = set(archive.namelist())
        self._styles = self._outline_styles()
        self._targets: Mapping[str, str] = {}
        self._paragraph, self._heading = 0, ""

    def items(self) -> Iterator[Item]:
        others = sorted(
            name for name in self._names if re.fullmatch(r"word/(footnotes|endnotes|header\d*|footer\d*)\.xml", name)
        )
        told: set[str] = set()  # in heads and feet, which programs write for every kind of page
        for part in ("word/document.xml", *others):
            self._targets = self._relations(part)
            root = self._parsed(part)
            body = root.find(f"{_W}body")
            for item in self._of(root if body is None else body, in_body=body is not None):
                words = "".join(filter(str.isalnum, item.text)) if isinstance(item, Text) else "picture"
                if body is not None or (words and words not in told):
                    yield item
                if body is None:
                    told.add(words)

    def _parsed(self, part: str) -> Element:
        if (size := self._archive.getinfo(part).file_size) > _MOST_BYTES:
            raise zipfile.BadZipFile(f"{part}: {size:,} bytes")
        content = self._archive.read(part)
        if b"<!DOCTYPE" in content[:1000]:  # entities of its own: no program writes them into a Word file
            raise zipfile.BadZipFile(f"{part}: DOCTYPE")
        return fromstring(content.replace(_STRICT[1:-1].encode(), _W[1:-1].encode()))

    def _relations(self, part: str) -> dict[str, str]:
        """Targets of the links and pictures of a part by their ids."""
        path = PurePosixPath(part)
        name = f"{path.parent}/_rels/{path.name}.rels"
        if name not in self._names:
            return {}
        return {one.get("Id", ""): one.get("Target", "") for one in self._parsed(name)}

    def _outline_styles(self) -> set[str]:
        """Which styles are headings."""
        if "word/styles.xml" not in self._names:
            return set()
        styles = self._parsed("word/styles.xml").iter(f"{_W}style")
        return {one.get(f"{_W}styleId", "") for one in styles if one.find(f"{_W}pPr/{_W}outlineLvl") is not None}

    def _of(self, parent: Element, *, in_body: bool) -> Iterator[Item]:
        lines: list[tuple[_Line, bool]] = []
        for child in _blocks(parent):
            if child.tag == f"{_W}tbl":
                yield from self._said(lines, in_body=in_body)
                caption = lines[-1][0].text[lines[-1][0].counted_at :] if lines else ""
                lines = []
                yield self._grid(child, caption.strip(" ."))
                continue
            line = _Line()
            self._fill(line, child)
            if lines and lines[-1][0].goes_on:
                before, is_heading = lines.pop()
                before.add(" ", "")
                for start, end, claim in line.claims:
                    before.claims.append((start + len(before.text), end + len(before.text), claim))
                before.text += line.text
                before.pictures += line.pictures
                before.is_tracked, before.goes_on = True, line.goes_on
                lines.append((before, is_heading))
            else:
                lines.append((line, self._is_heading(child)))
        yield from self._said(lines, in_body=in_body)

    def _said(self, lines: list[tuple[_Line, bool]], *, in_body: bool) -> Iterator[Item]:
        """Paragraphs as sentences and pictures."""
        for line, is_heading in lines:
            if not line.text.strip() and not line.pictures:
                continue
            self._paragraph += in_body
            number = self._paragraph if in_body else 0
            if is_heading:
                self._heading = line.text.strip()
            for alt, digest in line.pictures:
                yield Picture(alt, digest, number, self._heading, line.is_tracked)
            for start, end in [(0, len(line.text))] if is_heading else _sentences(line.text):
                yield _cut(line, start, end, paragraph=number, heading=self._heading)

    def _is_heading(self, paragraph: Element) -> bool:
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        return style is not None and style.get(f"{_W}val") in self._styles

    def _grid(self, table: Element, caption: str) -> Grid:
        rows, touched = [], False
        for row in table.iter(f"{_W}tr"):
            tracked = [
                one.tag.removeprefix(_W) for one in row.findall(f"{_W}trPr/*") if one.tag.removeprefix(_W) in _TRACKED
            ]
            touched |= bool(tracked)
            if any(name in _GONE for name in tracked):
                continue
            cells = []
            for cell in row.iter(f"{_W}tc"):
                line = _Line(is_tracked=bool(tracked))
                for position, paragraph in enumerate(cell.iter(f"{_W}p")):
                    if position:
                        line.add(" ", "")
                    self._fill(line, paragraph)
                cells.append(_cut(line, 0, len(line.text), paragraph=0, heading=self._heading))
            rows.append(tuple(cells))
        return Grid(caption, tuple(rows), self._paragraph, self._heading, touched)

    def _fill(self, line: _Line, paragraph: Element) -> None:
        """Read one paragraph's runs; what a field counts is left out."""
        mark = paragraph.find(f"{_W}pPr/{_W}rPr")
        if mark is not None:
            line.is_tracked |= any(mark.find(f"{_W}{name}") is not None for name in _TRACKED)
            line.goes_on = mark.find(f"{_W}del") is not None
        fields: list[str] = []  # what the open fields count
        self._runs(line, paragraph, "", fields)

    def _runs(self, line: _Line, parent: Element, claim: str, fields: list[str]) -> None:
        for child in parent:
            tag = child.tag.removeprefix(_W)
            line.is_tracked |= tag in _TRACKED
            if tag in _GONE or tag == "pPr":
                continue
            if tag == "hyperlink":
                self._runs(line, child, self._claim_of(child), fields)
            elif tag == "fldSimple":
                self._runs(line, child, claim, [*fields, child.get(f"{_W}instr", "")])
            elif tag == "fldChar":
                _open_or_close(child, fields)
            elif tag == "instrText":
                if fields:
                    fields[-1] += child.text or ""
            elif tag in ("t", "noBreakHyphen", "tab", "br", "cr"):
                if _is_counted(fields):
                    line.counted_at = len(line.text)
                    continue
                line.add({"t": child.text or "", "noBreakHyphen": "-"}.get(tag, " "), claim or _linked_by(fields))
            elif tag == "drawing":
                line.pictures.extend(self._pictures(child))
            elif child.tag != f"{_W}txbxContent":
                self._runs(line, child, claim, fields)

    def _claim_of(self, link: Element) -> str:
        """Which number of the ledger a link leads to: within the document, or in a file beside it."""
        anchor = link.get(f"{_W}anchor") or self._targets.get(link.get(f"{_REFERENCE}id", ""), "").partition("#")[2]
        return anchor if re.fullmatch(r"c\d+", anchor) else ""

    def _pictures(self, drawing: Element) -> Iterator[tuple[str, str]]:
        told = next((one.get("descr", "") for one in drawing.iter() if one.tag.endswith("}docPr")), "")
        for one in drawing.iter():
            if one.tag.endswith("}blip") and (target := self._targets.get(one.get(f"{_REFERENCE}embed", ""))):
                name = f"word/{target}" if not target.startswith("/") else target[1:]
                yield told, sha256(self._archive.read(name)).hexdigest() if name in self._names else ""


def _blocks(parent: Element) -> Iterator[Element]:
    """Paragraphs and tables, those within controls, notes and insertions among them."""
    for child in parent:
        if child.tag in (f"{_W}p", f"{_W}tbl"):
            yield child
        elif child.tag not in (f"{_W}sectPr", f"{_W}del", f"{_W}moveFrom"):
            yield from _blocks(child)


def _open_or_close(mark: Element, fields: list[str]) -> None:
    kind = mark.get(f"{_W}fldCharType")
    if kind == "begin":
        fields.append("")
    elif kind == "end" and fields:
        fields.pop()


def _is_counted(fields: list[str]) -> bool:
    """Whether an open field counts something, or is a table of contents."""
    return any(one.split()[:1] and one.split()[0] in ("SEQ", "PAGE", "NUMPAGES", "TOC", "PAGEREF") for one in fields)


def _linked_by(fields: list[str]) -> str:
    """The number of the ledger that an open field links to."""
    found = re.search(r'HYPERLINK\s+(?:"[^"]*"\s+)?\\l\s+"?(c\d+)\b', fields[-1]) if fields else None
    return found[1] if found else ""


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for found in _ENDS.finditer(text):
        if re.fullmatch(r"\s*(\w+ )?\d{0,2}\.", text[start : found.start()]):
            continue  # the number of an item, or of a table
        yield start, found.start()
        start = found.end()
    if text[start:].strip():
        yield start, len(text)


def _cut(line: _Line, start: int, end: int, *, paragraph: int, heading: str) -> Text:
    start += len(line.text[start:end]) - len(line.text[start:end].lstrip())
    text = line.text[start:end].rstrip()
    claims = tuple(
        (max(first - start, 0), min(last - start, len(text)), claim)
        for first, last, claim in line.claims
        if first < start + len(text) and last > start
    )
    return Text(text, claims, paragraph, heading, line.is_tracked)
