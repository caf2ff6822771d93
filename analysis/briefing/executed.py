"""An executed notebook as it lies in a file, and the sections that its cells show.

Markdown cells tagged `paper` are printed too, as headings, paragraphs and items of lists. A number of one's own stands there
with its source: `[37]{source="our visits, 2004"}`, where it needs one also `status=assumed`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from analysis.briefing.number_provenance import NUMBER, own_address
from analysis.briefing.paper import OWN
from analysis.errors import WorkbookError, reason_of
from analysis.ledger import Claim
from analysis.messages import constant, said
from analysis.quantities import Label, Language, Quantity, Status, decimals_of, plain_number
from analysis.reading import only_a_file
from analysis.views.blocks import MIME, Block, Heading, Inlines, Paragraph, Section

SECTION = "section"  # in the metadata of a markdown cell for the paper: the section that it is, once it is settled


def read_executed(path: Path) -> dict[str, Any]:
    """A notebook from a file, as plain values.

    Raises
    ------
    WorkbookError
        When it is not a notebook.
    """
    try:
        notebook: dict[str, Any] = json.loads(only_a_file(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WorkbookError(
            said("{path}: cannot be read as a notebook ({reason})", path=path, reason=reason_of(error))
        ) from None
    if not isinstance(notebook, dict) or "cells" not in notebook:
        raise WorkbookError(said("{path}: is not a notebook", path=path))
    return notebook


def sections_in(notebook: dict[str, Any]) -> tuple[Section, ...]:
    """The sections an executed notebook shows, in its order.

    Raises
    ------
    WorkbookError
        When it shows none, or one that cannot be read.
    """
    found = [section for _, section in shown_in(notebook)]
    if not found:
        raise WorkbookError("the notebook shows no section to print")
    return tuple(section for section in found if section.blocks)


def shown_in(notebook: dict[str, Any]) -> list[tuple[int, Section]]:
    """The sections a notebook shows, each with the position of its cell; markdown for the paper is one, once it is settled."""
    try:
        found = [
            (position, Section.from_json(plain))
            for position, cell in enumerate(notebook["cells"])
            for plain in _sections_of(cell)
        ]
        tags = [cell.get("metadata", {}).get("tags", ()) for cell in notebook["cells"]]
        has_brief = any(BRIEF in of_cell for of_cell in tags)
        return [(position, _tagged(section, tags[position], has_brief=has_brief)) for position, section in found]
    except (KeyError, TypeError, ValueError) as error:
        raise WorkbookError(
            said("the notebook shows a section that cannot be read ({error!r}); execute it again", error=error)
        ) from None


def _tagged(section: Section, tags: Sequence[str], *, has_brief: bool) -> Section:
    """A section that knows where it is printed: in brief too, if its cell says so or it is a researcher's own; in the annex."""
    return replace(section, in_brief=has_brief and (section.name == OWN or BRIEF in tags), in_annex=ANNEX in tags)


def unprinted(notebook: dict[str, Any], *, name: str) -> Iterator[str]:
    """What a notebook's cells show and no paper prints: bare tables, charts and pictures, each told by its cell."""
    for position, cell in enumerate(notebook["cells"]):
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if MIME in data or MIME in output.get("metadata", {}):  # what is printed, or a chart of it
                continue
            kind = next((kind for kind, signs in _BARE.items() if any(_shows(data, *sign) for sign in signs)), "")
            if kind:
                what = "{name}, cell {number}: shows {kind} that no paper prints; allowed: {allowed}"
                number = number_of(notebook["cells"], position)
                yield said(what, name=name, number=number, kind=constant(kind), allowed=_INSTEAD[kind])


def number_of(cells: Sequence[Any], position: int) -> int:
    """A cell's number in the notebook that was run: from one, without the cells that papermill puts in."""
    return sum(_PUT_IN.isdisjoint(cell.get("metadata", {}).get("tags", ())) for cell in cells[: position + 1])


_PUT_IN = frozenset({"injected-parameters", "papermill-error-cell-tag"})  # tags of the cells that papermill adds
_BARE = {  # by what is shown: a kind of output, and what stands in it
    "a table": (("text/html", 'class="dataframe"'),),
    "a chart": (("application/vnd.vegalite", ""), ("text/html", "vegaEmbed")),
    "a picture": (("image/", ""),),
}
_INSTEAD = {
    "a table": "study.table(frame, title)",
    "a chart": "study.chart(chart, title)",
    "a picture": "study.chart(chart, title)",
}


def _shows(data: dict[str, Any], kind: str, sign: str) -> bool:
    return any(name.startswith(kind) and sign in "".join(map(str, value)) for name, value in data.items())


def _sections_of(cell: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if is_printed(cell) and SECTION in cell["metadata"]:
        yield cell["metadata"][SECTION]
    yield from (output["data"][MIME] for output in cell.get("outputs", ()) if MIME in output.get("data", {}))


TAG = "paper"
BRIEF = "brief"  # tags a cell that the paper in brief prints
ANNEX = "annex"  # tags a cell that is printed with the ledger, behind the paper or in a file beside it
STATUSES = {one.word: one for one in (Status.PUBLISHED, Status.COUNTED, Status.ASSUMED, Status.SYNTHETIC)}
_SOURCED = re.compile(r"\[([^\]\n]+)\]\{([^}\n]*)\}")
_PAIR = re.compile(r"""(\w+)=(?:"([^"]*)"|“([^”]*)”|'([^']*)'|(\S+))""")
_PRINTED = {"heading_open", "paragraph_open", "list_item_open", "inline"}
_SILENT = ("_close", "bullet_list_open", "ordered_list_open")


def is_printed(cell: Mapping[str, Any]) -> bool:
    """Whether a cell of a notebook is markdown that asks to be printed."""
    return cell.get("cell_type") == "markdown" and TAG in cell.get("metadata", {}).get("tags", ())


def section_of(source: str, language: Language) -> Section:
    """A markdown cell as a section; one or two signs before a heading make one of the first level, three of the second.

    Raises
    ------
    WorkbookError
        When it holds what cannot be printed, such as a picture, or a number in a way that it cannot be read.

    Examples
    --------
    >>> found = section_of('## Visits\\n\\nWe made [37]{source="our list"} of *them*.', "en")
    >>> [type(block).__name__ for block in found.blocks], [claim.text for claim in found.claims()]
    (['Heading', 'Paragraph'], ['37'])
    """
    return Section(OWN, language, tuple(_blocks(source)))


def _blocks(source: str) -> Iterator[Block]:
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").parse(source)
    level, is_item = 0, False
    for token in tokens:
        match token.type:
            case "heading_open":
                level = int(token.tag[1:])
            case "list_item_open":
                is_item = True
            case "list_item_close":
                is_item = False
            case "inline" if level:
                yield Heading(_text(token), 1 if level < 3 else 2)
                level = 0
            case "inline":
                yield Paragraph(tuple(_sourced(_text(token))), "item" if is_item else "body")
            case kind if kind not in _PRINTED and not kind.endswith(_SILENT):
                raise _cannot(kind)


def _text(token: Any) -> str:
    """The words of a line, without what makes them bold or a link."""
    pieces = []
    for child in token.children or ():
        if child.type in ("text", "code_inline"):
            pieces.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            pieces.append(" ")
        elif child.type in ("image", "html_inline"):
            raise _cannot(child.type)
    return "".join(pieces).strip()


def _cannot(kind: str) -> WorkbookError:
    allowed = "headings, paragraphs and lists; a table or chart by study.table(…) or study.chart(…)"
    what = "a markdown cell for the paper holds what cannot be printed ({kind}); allowed: {allowed}"
    return WorkbookError(said(what, kind=kind.removesuffix("_open").replace("_", " "), allowed=allowed))


def _sourced(text: str) -> Iterator[str | Claim]:
    position = 0
    for found in _SOURCED.finditer(text):
        if found.start() > position:
            yield text[position : found.start()]
        yield from _with_source(found[1], found[2])
        position = found.end()
    if position < len(text):
        yield text[position:]


def _with_source(words: str, told: str) -> Inlines:
    """Words with one number in them, which has the source that is named."""
    pairs = {found[1]: next(filter(None, found.groups()[1:]), "") for found in _PAIR.finditer(told)}
    numbers = list(NUMBER.finditer(words))
    status = STATUSES.get(pairs.get("status", "counted"))
    if len(numbers) != 1 or not pairs.get("source") or status is None or set(pairs) - {"source", "status", "base"}:
        allowed = 'one number in square brackets, then its source in braces: source="…" status=counted'
        what = '"{seen}" is no number with a source; allowed: {allowed}'
        raise WorkbookError(said(what, seen=f"[{words}]{{{told}}}", allowed=allowed))
    number = numbers[0]
    value = plain_number(float(number[0].rstrip("%").replace(",", "")))
    is_share = number[0].endswith("%")
    value = plain_number(float(value) / 100) if is_share else value
    if is_share and not pairs.get("base"):
        allowed = 'in the braces after it too: base="what it is a share of"'
        raise WorkbookError(said('"{seen}" is a share of what? allowed: {allowed}', seen=words, allowed=allowed))
    base = Label(pairs["base"], pairs["base"]) if is_share else None
    quantity = Quantity(
        value,
        "share" if is_share else "count",
        status,
        Label(pairs["source"], pairs["source"]),
        base=base,
        address=own_address([value], source=pairs["source"], status=status),
        decimals=max(decimals_of(float(value) * 100 if is_share else value), 0),
        locator=pairs["source"],
    )
    pieces = (words[: number.start()], Claim(quantity, number[0]), words[number.end() :])
    return tuple(piece for piece in pieces if piece != "")
