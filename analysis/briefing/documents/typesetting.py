"""What typst makes: a paper as PDF, from a fixed template to which all text goes as JSON strings and none as markup.

It draws charts as PNG too, in a third of the time of Vega's converter; the fonts of this house are looked up once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from analysis.briefing.documents.templates import ASSETS, picture_file, plain_blocks
from analysis.errors import OutputError
from analysis.messages import said
from analysis.quantities import Label, Language
from analysis.style import HOUSE_STYLE, Files, Style
from analysis.views.blocks import Figure
from analysis.views.layout import Layout
from analysis.views.theme import font_folders

STAND_IN = "〓"  # for a sign that is not there, as Chinese and Japanese printers have always set it
_STAND_IN_NOTE = Label(
    "PDF文件和图片所用字库没有下列字，以{sign}代替：{codes}。网页、Word和Excel文件的正文中照原样写出。",
    "The fonts of the PDF and of pictures lack these signs, for which {sign} stands: {codes}. The texts of the HTML, "
    "Word and Excel files have them.",
)
_IN_NO_FONT = "\U0010fffd"
_SHAPE = re.compile(rb'href="#(\w+)"')
_USUAL = re.compile(
    "[\\s -~\u00a1-\u00ff\u2013\u2014\u2018\u2019\u201c\u201d\u2020-\u2022\u2026\u2060"
    "\u2191-\u2193\u2212\u2264\u2265\u3001-\u3011\u4e00-\u9fa5\uff01-\uff5e]"
)  # signs that papers are full of, all of them in the fonts


def compiled(files: Mapping[str, bytes], *, style: Style = HOUSE_STYLE, **options: Any) -> Any:
    """What typst makes of files, `main.typ` among them, with no fonts but those of the packages and of the style.

    Raises
    ------
    typst.TypstError
        When they cannot be set.
    """
    import typst

    # typst's stubs know one file, typst itself a mapping of several
    given: Any = dict(files)
    return typst.compile(given, font_paths=fonts(style.fonts), **options)


def lacking(text: str) -> str:
    """The signs of a text that no font of the packages has a shape for, each once: rare Chinese letters, pictures.

    Examples
    --------
    >>> lacking("昆山市 58%"), lacking("😀林𠮷")
    ('', '😀𠮷')
    """
    doubtful = tuple(sorted(set(_USUAL.sub("", text))))
    return "".join(sign for sign, has_none in zip(doubtful, _without_shape(doubtful), strict=True) if has_none)


def stood_in(text: str, signs: str) -> str:
    """The text with `STAND_IN` for each of these signs."""
    return text.translate(dict.fromkeys(map(ord, signs), STAND_IN))


def stand_in_note(signs: str, language: Language) -> str:
    """What a reader has to know of signs that are not there; empty where all are.

    Examples
    --------
    >>> stand_in_note("𠮷", "zh")
    'PDF文件和图片所用字库没有下列字，以〓代替：U+20BB7。网页、Word和Excel文件的正文中照原样写出。'
    """
    if not signs:
        return ""
    codes = ("、" if language == "zh" else ", ").join(f"U+{ord(sign):04X}" for sign in signs)
    return _STAND_IN_NOTE.of(language).format(sign=STAND_IN, codes=codes)


@lru_cache(maxsize=64)
def _without_shape(signs: tuple[str, ...]) -> tuple[bool, ...]:
    """Whether the fonts have no shape for each of these signs: typst then draws one box for all of them."""
    if not signs:
        return ()
    texts = [f'#text("\\u{{{ord(sign):x}}}")' for sign in (*signs, _IN_NO_FONT)]
    head = '#set text(font: ("Libertinus Serif", "Noto Serif SC", "Noto Sans SC"))\n'
    pages: list[bytes] = compiled({"main.typ": (head + "\n#pagebreak()\n".join(texts)).encode()}, format="svg")
    *shapes, (box,) = ({*_SHAPE.findall(page)} for page in pages)
    return tuple(box in found for found in shapes)


@lru_cache(maxsize=4)
def fonts(own: Files = ()) -> Any:
    """The fonts that come with the packages, and a style's own; the machine's would make papers differ from one to the next."""
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[str(path) for path in font_folders(Style(fonts=own))])


DOTS_PER_INCH = 192  # two for each of a screen's
# the fonts of the PDF's text: typst keeps a picture it has read, and finds it again where file and fonts are the same
_PICTURE_HEAD = (
    '#set text(font: ("Libertinus Serif", "Noto Serif SC"))\n#set page(width: auto, height: auto, margin: 0mm)\n'
)


def pngs(drawn: Sequence[tuple[str, float]], style: Style = HOUSE_STYLE) -> list[bytes]:
    """Pictures, each an SVG with its width in millimetres, in `DOTS_PER_INCH`; the same ones give the same bytes.

    Examples
    --------
    >>> dot = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"><circle cx="2" cy="1" r="1"/></svg>'
    >>> [made[1:4] for made in pngs([(dot, 4.0), (dot, 8.0)])]
    [b'PNG', b'PNG']
    """
    if not drawn:
        return []
    signs = lacking("".join(svg for svg, _ in drawn))
    pages = [f'#image("{picture_file(svg)}", width: {width_mm:.3f}mm)' for svg, width_mm in drawn]
    files = {picture_file(svg): stood_in(svg, signs).encode() for svg, _ in drawn}
    source = _PICTURE_HEAD + "\n#pagebreak()\n".join(pages)
    made: Any = compiled({"main.typ": source.encode(), **files}, style=style, format="png", ppi=DOTS_PER_INCH)
    return list(made) if isinstance(made, list) else [made]


def size_of(svg: str) -> tuple[float, float]:
    """The width and height of an SVG's view box; 4 to 3 where it has none.

    Examples
    --------
    >>> size_of('<svg viewBox="0 0 620 221">')
    (620.0, 221.0)
    """
    box = re.search(r'viewBox="[\d.-]+[ ,]+[\d.-]+[ ,]+([\d.]+)[ ,]+([\d.]+)"', svg)
    return (float(box[1]), float(box[2])) if box else (4.0, 3.0)


def pdf(paper: Layout) -> bytes:
    """The paper as PDF/UA-1: tagged, with bookmarks, its fonts inside; the same paper gives the same bytes."""
    made: bytes = _compiled(paper, format="pdf", pdf_standards=["ua-1"])
    return made


def pictures(paper: Layout, *, dots_per_inch: float) -> list[bytes]:
    """The pages of the PDF as PNG pictures."""
    made: list[bytes] | bytes = _compiled(paper, format="png", ppi=dots_per_inch)
    return made if isinstance(made, list) else [made]


def _compiled(paper: Layout, **options: Any) -> Any:
    import typst

    plain = {
        "title": paper.title,
        "language": paper.language,
        "page": paper.page,
        "style": _style(paper),
        "in_brief": paper.in_brief,
        "run": paper.run,
        "blocks": plain_blocks(paper),
    }
    figures = [placed.block for placed in paper.blocks if isinstance(placed.block, Figure)]
    text = json.dumps(plain, ensure_ascii=False)
    signs = lacking(text + "".join(figure.svg for figure in figures))
    files = {
        "main.typ": (ASSETS / "paper.typ").read_bytes(),
        "paper.json": stood_in(text, signs).encode(),
        "fonts.json": json.dumps({"note": stand_in_note(signs, paper.language)}, ensure_ascii=False).encode(),
        **{picture_file(figure.svg): stood_in(figure.svg, signs).encode() for figure in figures},
    }
    if logo := _logo(paper):
        files[logo] = paper.style.logo[1]
    try:
        return compiled(files, style=paper.style, **options)
    except typst.TypstError as error:
        raise OutputError(said("the PDF could not be made: {error}", error=error)) from error


def _logo(paper: Layout) -> str:
    """What the template knows the logo by; empty where there is none."""
    name = paper.style.logo[0]
    return f"logo{Path(name).suffix.lower()}" if name else ""


def _style(paper: Layout) -> dict[str, Any]:
    """What the template asks of a style; empty where it is as the house has it."""
    style, colours = paper.style, paper.style.colours.changed()
    return {
        "letterhead": style.letterhead(paper.language),
        "logo": _logo(paper),
        "colours": {name: colours.get(name, "") for name in ("ink", "headings", "letterhead", "accent")},
        "fonts": vars(style.faces(paper.language)),
        "size": {"A4": "a4", "Letter": "us-letter"}[style.page_size],
        "margins": style.margins,
    }
