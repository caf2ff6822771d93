"""What a paper is made of: text whose numbers are claims, tables, figures. Values only; nothing here draws or writes.

A notebook cell shows a `Section`. Its picture in Lab is HTML; beside it the cell keeps the section as JSON under
`MIME`, and the documents are made from that: what is printed is what was executed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from analysis.ledger import Claim
from analysis.messages import said
from analysis.quantities import Language

MIME = "application/vnd.coverage-workbook.section+json"
LEDGER = "ledger"  # the id of the annex: the table whose rows explain the claims of the sections

Inlines = tuple[str | Claim, ...]
Style = Literal["body", "lead", "note", "item"]
Align = Literal["left", "right", "center"]
Page = Literal["paper", "sheet"]


@dataclass(frozen=True)
class Heading:
    """A heading. Level 1 is numbered 一、 or 1., level 2 （一） or 1.1; the writers number them."""

    text: str
    level: Literal[1, 2] = 1
    numbered: bool = True


@dataclass(frozen=True)
class Paragraph:
    """A paragraph: body text, the lead (the finding), a note in small type, or an item of a list."""

    content: Inlines
    style: Style = "body"


@dataclass(frozen=True)
class Column:
    """A table's column."""

    label: str
    align: Align = "right"
    width: float = 1.0  # relative to the others


@dataclass(frozen=True)
class Table:
    """A table. A cell is inline content; one holding a single claim becomes a number in Excel."""

    id: str  # letters, digits, underscore: the sheet's name
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Inlines, ...], ...]
    note: Inlines = ()
    total_rows: int = 0  # how many of the last rows are totals
    size: Literal["normal", "small"] = "normal"


@dataclass(frozen=True)
class Figure:
    """A chart as drawn: SVG with live text, what it shows in words, and the claims its labels print.

    Of a chart of one's own, its data too, which goes into workbooks.
    """

    id: str
    title: str
    svg: str
    alt: str
    claims: tuple[Claim, ...]
    note: Inlines = ()
    width: float = 1.0  # share of the text's width
    data: Table | None = None
    styled: bool = False  # drawn in the style's own colours, and not in the house's
    specification: Mapping[str, Any] | None = field(default=None, compare=False, repr=False)  # not written to files


@dataclass(frozen=True)
class Title:
    """The head of the paper: its title, a subtitle, and lines of label and value (place, period, status, document).

    Its page is that of an official paper, or that of a sheet: narrow margins and a small head, for all to fit on one. `run` is
    the short id by which the run that wrote it is found again.
    """

    title: str
    subtitle: str
    details: tuple[tuple[str, str], ...] = ()
    page: Page = "paper"
    run: str = ""


Block = Title | Heading | Paragraph | Table | Figure


@dataclass(frozen=True)
class Section:
    """Some blocks that stand together; one cell of a notebook shows one section.

    Parameters
    ----------
    made_with
        The notebook and the parameters of the paper it is a section of; empty for one that stands alone.
    in_brief
        Whether the paper in brief prints it too: its cell is tagged `brief`.
    in_annex
        Whether it goes with the ledger, behind the paper or into a file beside it: its cell is tagged `annex`.
    """

    name: str
    language: Language
    blocks: tuple[Block, ...]
    made_with: Mapping[str, Any] = field(default_factory=dict, compare=False)
    in_brief: bool = field(default=False, compare=False)
    in_annex: bool = field(default=False, compare=False)

    def claims(self) -> Iterator[Claim]:
        """Every claim, in the order of reading; those of the annex are claims of other sections."""
        for block in self.blocks:
            yield from _claims(block)

    @property
    def heads(self) -> str:
        """What stands in plain text for a section that is not shown: its headings, a line each; its name where it has none."""
        titles = [block.title for block in self.blocks if isinstance(block, Title)]
        return "\n".join(titles + [block.text for block in self.blocks if isinstance(block, Heading)]) or self.name

    def to_json(self) -> dict[str, Any]:
        """The section as plain values."""
        return {
            "name": self.name,
            "language": self.language,
            "made_with": dict(self.made_with),
            "blocks": [
                {"kind": type(block).__name__}
                | {name: _plain(value) for name, value in vars(block).items() if name != "specification"}
                for block in self.blocks
            ],
        }

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Section:
        """The inverse of `to_json`."""
        blocks = tuple(_block(block) for block in plain["blocks"])
        return cls(plain["name"], plain["language"], blocks, plain.get("made_with", {}))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        from analysis.views.page import fragment

        return {MIME: self.to_json(), "text/html": fragment(self), "text/plain": self.heads}


def _claims(block: Block) -> Iterator[Claim]:
    contents: list[Inlines] = []
    if isinstance(block, Paragraph):
        contents = [block.content]
    elif isinstance(block, Table) and block.id != LEDGER:
        contents = [cell for row in block.rows for cell in row] + [block.note]
    elif isinstance(block, Figure):
        contents = [block.claims, block.note]
    for content in contents:
        yield from (piece for piece in content if isinstance(piece, Claim))


def _plain(value: Any) -> Any:
    if isinstance(value, Claim):
        return {"claim": value.to_json()}
    if isinstance(value, Column | Table):
        return _plain(vars(value))
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value


def _block(plain: Mapping[str, Any]) -> Block:
    fields = {name: value for name, value in plain.items() if name != "kind"}
    match plain["kind"]:
        case "Title":
            return Title(**(fields | {"details": tuple((label, value) for label, value in fields["details"])}))
        case "Heading":
            return Heading(**fields)
        case "Paragraph":
            return Paragraph(_inlines(fields["content"]), fields["style"])
        case "Table":
            columns = tuple(Column(**column) for column in fields.pop("columns"))
            rows = tuple(tuple(_inlines(cell) for cell in row) for row in fields.pop("rows"))
            return Table(columns=columns, rows=rows, **(fields | {"note": _inlines(fields["note"])}))
        case "Figure":
            claims = tuple(piece for piece in _inlines(fields["claims"]) if isinstance(piece, Claim))
            data = _block({"kind": "Table", **fields["data"]}) if fields.get("data") else None
            return Figure(**(fields | {"claims": claims, "note": _inlines(fields["note"]), "data": data}))
        case kind:
            raise ValueError(said("unknown block {kind}", kind=kind))


def _inlines(plain: list[Any]) -> Inlines:
    return tuple(piece if isinstance(piece, str) else Claim.from_json(piece["claim"]) for piece in plain)
