"""The contract of style.toml: what a look of one's own may say; the files that it names are checked with it."""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, replace
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from analysis.errors import DataError, Problem, inside, one_of, reason_of
from analysis.file_values import Name, Number, Strict
from analysis.messages import said
from analysis.reading import only_a_file, settings_of
from analysis.style import HOUSE, Colours, Faces, Files, PageSize, Style, contrast, luminance, shaded

NAME = "style.toml"
FONTS = "fonts"  # the folder beside it with fonts of one's own
SETTINGS_LINKS = "word/_rels/settings.xml.rels"  # of a document's own template, which no paper takes
_LARGEST = {"logo": 2**20, "reference_docx": 8 * 2**20, "fonts": 64 * 2**20}  # bytes
_WIDEST = 4000  # pixels of a logo's side
_COLOUR = re.compile("#[0-9A-Fa-f]{6}")
_DRAWN = 3.0  # contrast of what is drawn
_LEAST = {  # contrast with paper; charts write numbers in the colours of `covered` and `target`
    **dict.fromkeys(("ink", "muted", "headings", "letterhead", "covered", "target"), 4.5),
    "accent": _DRAWN,
}
_UNSAFE_SVG = re.compile(
    rb"<!DOCTYPE|<!ENTITY|<script|<foreignObject|@import|\bon[a-z]+\s*="
    rb"|href\s*=\s*[\"']\s*(?!#|data:image/)|url\(\s*[\"']?\s*(?!#|data:image/)",
    re.IGNORECASE,
)
_FROM_ELSEWHERE = re.compile(rb"<Relationship\b(?![^>]*/hyperlink\")[^>]*TargetMode=\"External\"")
_TEXT = "the contrast of {contrast:.1f} with white paper is too low to be read"
_ALIKE = "the contrast of {contrast:.1f} with covered, {other}, is too low to tell them apart"

Mm = Annotated[Number, Field(ge=5, le=60)]


class Letterhead(Strict):
    """Lines at the head of a paper, by language."""

    zh: Annotated[tuple[Name, ...], Field(max_length=6)] = ()
    en: Annotated[tuple[Name, ...], Field(max_length=6)] = ()


class FacesOf(Strict):
    """The typefaces of a language, by name; empty for the house's."""

    body: str = ""
    headings: str = ""


class FontsOf(Strict):
    """Typefaces, by language."""

    zh: FacesOf = FacesOf()
    en: FacesOf = FacesOf()


class ColoursOf(Strict):
    """Colours by role, #RRGGBB; empty for the house's."""

    covered: str = ""
    uncovered: str = ""
    base: str = ""
    accent: str = ""
    target: str = ""
    receding: str = ""
    ink: str = ""
    muted: str = ""
    hairline: str = ""
    headings: str = ""
    letterhead: str = ""


class Margins(Strict):
    """Margins of a page in millimetres."""

    top: Mm
    right: Mm
    bottom: Mm
    left: Mm


class PageOf(Strict):
    """The page of papers."""

    size: PageSize = "A4"
    margins: Margins | None = None


class StyleFile(Strict):
    """style.toml."""

    letterhead: Letterhead = Letterhead()
    logo: str = ""
    colours: ColoursOf = ColoursOf()
    fonts: FontsOf = FontsOf()
    page: PageOf = PageOf()
    reference_docx: str = ""


_given: ContextVar[Style | None] = ContextVar("style", default=None)


@contextmanager
def wearing(style: Style) -> Iterator[None]:
    """Have everything of this run look so, whatever style its study has."""
    token = _given.set(style)
    try:
        yield
    finally:
        _given.reset(token)


def style_of(folder: Path) -> Style:
    """The style of what is made now: the command's, else that of the study in this folder, else the house's.

    Raises DataError with every fault of the study's style.toml.
    """
    if (style := _given.get()) is not None:
        return style
    path = folder / NAME
    return open_style(path) if path.is_file() else Style()


def open_style(path: Path) -> Style:
    """A style from its file, with the files that it names.

    Raises
    ------
    DataError
        With every fault: unknown keys, colours that are none or cannot be read on paper, fonts that are not there, a logo
        that is no picture, a Word document that is none or fetches something.
    """
    settings = settings_of(path, StyleFile)
    where = path.name
    checks = _colour_faults(settings.colours, where)
    logo, faults = _beside(path, "logo", settings.logo, _logo_fault, "a PNG or SVG picture beside it")
    checks += faults
    word, faults = _beside(path, "reference_docx", settings.reference_docx, _word_fault, "a Word document beside it")
    checks += faults
    fonts, faults = _fonts(settings.fonts, path)
    checks += faults
    if checks:
        raise DataError(checks)
    named = {settings.logo: logo, settings.reference_docx: word, **{f"{FONTS}/{name}": one for name, one in fonts}}
    files = ((where, path.read_bytes()), *((name, content) for name, content in sorted(named.items()) if name))
    margins = settings.page.margins
    return Style(
        letterhead_zh=settings.letterhead.zh,
        letterhead_en=settings.letterhead.en,
        logo=(settings.logo, logo),
        colours=_colours(settings.colours),
        zh=Faces(**settings.fonts.zh.model_dump()),
        en=Faces(**settings.fonts.en.model_dump()),
        page_size=settings.page.size,
        margins=None if margins is None else (margins.top, margins.right, margins.bottom, margins.left),
        reference_docx=word,
        fonts=fonts,
        files=files,
    )


def _colours(given: ColoursOf) -> Colours:
    """The palette; bars that recede go with those that are covered."""
    named = {name: colour.upper() for name, colour in given.model_dump().items() if colour}
    found = replace(HOUSE, **named)
    if "covered" in named and "receding" not in named:
        found = replace(found, receding=shaded(found.covered, luminance(HOUSE.receding)))
    return found


def _colour_faults(given: ColoursOf, where: str) -> list[Problem]:
    faults = []
    for name, colour in given.model_dump().items():
        place = inside(where, f"colours.{name}")
        if colour and not _COLOUR.fullmatch(colour):
            told = "#RRGGBB, for example {house}"
            faults.append(Problem(place, "is no colour", colour, said(told, house=asdict(HOUSE)[name])))
        elif colour and (seen := contrast(colour, "#FFFFFF")) < _LEAST.get(name, 0):
            told = "a darker colour: a contrast of {least:g} or more"
            faults.append(Problem(place, said(_TEXT, contrast=seen), colour, said(told, least=_LEAST[name])))
    if not faults and (seen := contrast((found := _colours(given)).covered, found.uncovered)) < _DRAWN:
        place = inside(where, "colours.uncovered")
        told = said("a contrast of {least:g} or more", least=_DRAWN)
        faults.append(Problem(place, said(_ALIKE, contrast=seen, other=found.covered), found.uncovered, told))
    return faults


def _beside(
    path: Path, key: str, name: str, fault: Callable[[str, bytes], str], allowed: str
) -> tuple[bytes, list[Problem]]:
    """The content of a file that stands beside the style, and what is wrong with it."""
    if not name:
        return b"", []
    place = inside(path.name, key)
    file = path.parent / name
    if Path(name).is_absolute() or not file.resolve().is_relative_to(path.parent.resolve()):
        return b"", [Problem(place, "leads out of the folder of the style", name, allowed)]
    if not file.is_file():
        endings = (".docx",) if key == "reference_docx" else (".png", ".svg")
        there = sorted(one.name for one in path.parent.iterdir() if one.suffix.lower() in endings)
        return b"", [Problem(place, "there is no such file", name, one_of(there, seen=name) if there else allowed)]
    if (size := file.stat().st_size) > _LARGEST[key]:
        told = said("{allowed}, of at most {most:,} bytes", allowed=allowed, most=_LARGEST[key])
        return b"", [Problem(place, said("has {size:,} bytes", size=size), name, told)]
    try:
        content = only_a_file(file).read_bytes()
    except OSError as error:
        return b"", [Problem(place, said("cannot be read: {reason}", reason=reason_of(error)), name)]
    what = fault(name, content)
    return content, [Problem(place, what, name, allowed)] if what else []


def _logo_fault(name: str, content: bytes) -> str:
    """Why a file cannot be a logo; empty where it can."""
    import typst

    is_png = content.startswith(b"\x89PNG\r\n\x1a\n")
    if is_png != name.lower().endswith(".png") or not name.lower().endswith((".png", ".svg")):
        return "is neither a PNG nor an SVG picture"
    if is_png:
        if len(content) < 33 or max(struct.unpack(">II", content[16:24])) > _WIDEST:
            return said("is larger than {most} pixels on a side", most=_WIDEST)
    elif b"<svg" not in content[:4096]:
        return "is neither a PNG nor an SVG picture"
    elif _UNSAFE_SVG.search(content):
        return "fetches or runs something"
    file = "logo.png" if is_png else "logo.svg"
    source = f'#set page(width: auto, height: auto)\n#image("{file}")'
    # typst's stubs know one file, typst itself a mapping of several
    given: Any = {"main.typ": source.encode(), file: content}
    try:
        typst.compile(given, format="png", ppi=36)
    except RuntimeError:  # of typst's errors; of files that are cut short, another
        return "is no picture that can be drawn"
    return ""


def _word_fault(name: str, content: bytes) -> str:
    """Why a file cannot be the document whose styles a paper takes; empty where it can."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as opened:
            if sum(entry.file_size for entry in opened.infolist()) > 20 * _LARGEST["reference_docx"]:
                return "unpacks to more than a Word document should hold"
            parts = {entry.filename: opened.read(entry) for entry in opened.infolist()}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError):
        return "is no Word document"
    if not {"word/document.xml", "word/styles.xml", "[Content_Types].xml"} <= set(parts):
        return "is no Word document"
    if any(part.endswith("vbaProject.bin") for part in parts):
        return "holds macros"
    linked = (part for one, part in parts.items() if one.endswith(".rels") and one != SETTINGS_LINKS)
    if any(map(_FROM_ELSEWHERE.search, linked)):
        return "fetches something from elsewhere"
    return ""


def _fonts(given: FontsOf, path: Path) -> tuple[Files, list[Problem]]:
    """The files of the typefaces that do not come with the packages, and which typefaces are not there."""
    named = {
        f"fonts.{language}.{use}": face
        for language, faces in given.model_dump().items()
        for use, face in faces.items()
        if face
    }
    if not named:
        return (), []
    known, own = families(path.parent / FONTS)
    problems = [
        Problem(
            inside(path.name, key),
            said("is no font that is installed or lies in {folder}/", folder=FONTS),
            face,
            one_of(sorted(known, key=lambda name: (name not in own, name)), seen=face, most=30),
        )
        for key, face in named.items()
        if face not in known
    ]
    files = {file.name: file for face in named.values() for file in known.get(face, ())}
    if not problems and (size := sum(file.stat().st_size for file in files.values())) > _LARGEST["fonts"]:
        told = said("files of at most {most:,} bytes", most=_LARGEST["fonts"])
        place = inside(path.name, "fonts")
        problems.append(Problem(place, said("have {size:,} bytes", size=size), allowed=told))
    return () if problems else tuple((name, files[name].read_bytes()) for name in sorted(files)), problems


def families(folder: Path) -> tuple[Mapping[str, tuple[Path, ...]], frozenset[str]]:
    """The typefaces that there are, each with its files (none where it comes with the packages); and those in a folder."""
    beside = _listed(folder) if folder.is_dir() else {}
    return {**_installed(), **beside}, frozenset(beside)


@lru_cache(maxsize=1)
def _installed() -> Mapping[str, tuple[Path, ...]]:
    import pylopdf_fonts_zh_cn
    import typst

    own = typst.Fonts(include_system_fonts=False, font_paths=[str(path) for path in pylopdf_fonts_zh_cn.__path__])
    return {**_listed(), **dict.fromkeys(own.families(), ())}


def _listed(folder: Path | None = None) -> dict[str, tuple[Path, ...]]:
    """The typefaces of a folder, or of the machine, with their upright files; not those that typst has in it."""
    import typst

    found: dict[str, dict[Path, None]] = {}
    places = [] if folder is None else [str(folder)]
    for one in typst.Fonts(
        include_system_fonts=folder is None, include_embedded_fonts=False, font_paths=places
    ).fonts():
        if one.path and one.style == "normal" and one.stretch == 1:
            found.setdefault(one.family, {})[Path(one.path)] = None
    return {family: tuple(sorted(files)) for family, files in found.items()}
