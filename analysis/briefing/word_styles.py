"""The reference document for Word: page, type and rules in the manner of GB/T 9704-2012, or of a plain English report.

Sizes and margins are those of the standard: A4, margins 37, 35, 28 and 26 mm, title in size 2 (22 pt), body in
size 3 (16 pt) with a two-character indent, headings in 黑体 and 楷体, page number between dashes on the outer side.
A sheet has to have one page, whatever fonts a machine has: narrower margins, a smaller head.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from xml.sax.saxutils import escape, quoteattr

from analysis.briefing.archive import packed, unpacked
from analysis.briefing.word_own import completed, width_of
from analysis.quantities import Language
from analysis.style import HOUSE_STYLE, SIZES_MM, Style
from analysis.views.blocks import Page

_SIDES = ("top", "right", "bottom", "left")
MARGINS_MM: Mapping[Page, tuple[float, float, float, float]] = {"paper": (37, 26, 35, 28), "sheet": (18, 20, 22, 20)}
_FROM_EDGE: Mapping[Page, int] = {"paper": 1418, "sheet": 624}  # twentieths of a point from the edge
_SMALLER = {"Title": 16.0, "Subtitle": 12.0, "Footer": 9.0, "Letterhead": 14.0, "LetterheadLine": 9.0}  # on a sheet

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer"
_FOOTER = "application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"
_LATIN = "Times New Roman"
# A face that a machine lacks is replaced by the next: Word reads this from the font table.
_FALLBACKS = {
    "方正小标宋简体": "宋体",
    "仿宋_GB2312": "仿宋,FangSong",
    "楷体_GB2312": "楷体,KaiTi",
    "黑体": "SimHei",
    "宋体": "SimSun",
}


@dataclass(frozen=True)
class ParagraphStyle:
    """A paragraph style. Sizes and spaces in points; `indent` in characters of its own size, first line only."""

    id: str
    name: str
    face: str = ""
    size: float = 0
    based_on: str = "Normal"
    bold: bool = False
    align: str = ""
    before: float = 0
    after: float = 0
    line: float = 0  # exact; 0 for single
    indent: int = 0
    level: int = 0  # of the outline, for headings
    keep: bool = False  # with the next paragraph
    rule: str = ""  # sides with a rule
    latin: str = ""  # the face of Latin letters in Chinese text, where it is not the house's
    colour: str = ""


def styles(language: Language, page: Page = "paper", style: Style = HOUSE_STYLE) -> tuple[ParagraphStyle, ...]:
    """The paragraph styles of one language's paper, under the names that pandoc gives its paragraphs."""
    made = (*_styles(language), *(_head_styles(language) if style.has_head else ()))
    if page == "sheet":
        made = tuple(replace(one, size=_SMALLER.get(one.id, one.size)) for one in made)
    return made if style.is_house else tuple(_in_style(one, language, style) for one in made)


_HEADINGS = {"Title", "Heading1", "Heading2", "Caption", "Letterhead"}  # styles in the face of headings


def _in_style(one: ParagraphStyle, language: Language, style: Style) -> ParagraphStyle:
    """A paragraph style with the faces and colours of a style of one's own."""
    is_heading = one.id in _HEADINGS
    named = {
        kind: (faces.headings if is_heading else faces.body) for kind, faces in (("zh", style.zh), ("en", style.en))
    }
    colours = style.colours.changed()
    role = (
        "letterhead" if one.id.startswith("Letterhead") else "headings" if is_heading and one.id != "Caption" else "ink"
    )
    return replace(
        one,
        face=one.face and (named["zh"] or one.face),
        latin=one.face and named["en"],
        colour=colours.get(role, ""),
    )


def _head_styles(language: Language) -> tuple[ParagraphStyle, ...]:
    """Styles of what stands over a title: the logo, the first line, the others."""
    title, small = ("方正小标宋简体", "宋体") if language == "zh" else (_LATIN, _LATIN)
    return (
        ParagraphStyle("Logo", "Logo", align="center", after=4, keep=True),
        ParagraphStyle("Letterhead", "Letterhead", title, 24 if language == "zh" else 17, bold=language == "en",
                       align="center", after=2, keep=True),
        ParagraphStyle("LetterheadLine", "Letterhead Line", small, 10, align="center", after=2, keep=True),
        ParagraphStyle("LetterheadRule", "Letterhead Rule", small, 4, align="center", after=14, rule="top", keep=True),
    )  # fmt: skip


def _styles(language: Language) -> tuple[ParagraphStyle, ...]:
    zh = language == "zh"
    title, body, black, kai, small = (
        ("方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体") if zh else (_LATIN,) * 5
    )
    size, line = (16.0, 29.0) if zh else (11.5, 16.0)
    indent, bold, table = (2, False, 10.5) if zh else (0, True, 10.0)
    space = 0.0 if zh else 7.0
    return (
        ParagraphStyle("BodyText", "Body Text", body, size, align="both", after=space, line=line, indent=indent),
        ParagraphStyle("FirstParagraph", "First Paragraph", based_on="BodyText", after=space, line=line, indent=indent),
        ParagraphStyle("Compact", "Compact", body, size, align="both", after=space / 2, line=line),
        # an abstract, a size below the text: it has to leave page one room for the ladder of bases
        ParagraphStyle("Lead", "Lead", kai, 14 if zh else size, align="both", after=2 if zh else 6,
              line=22 if zh else line, indent=indent),
        ParagraphStyle("Note", "Note", small, 9, align="left", before=4, after=8),
        ParagraphStyle("Gap", "Gap", line=9),
        ParagraphStyle("Title", "Title", title, 22 if zh else 20, bold=bold, align="center", after=6 if zh else 10, keep=True),
        ParagraphStyle("Subtitle", "Subtitle", kai, size, align="center", after=6 if zh else 10),
        ParagraphStyle("Details", "Details", small, table, align="left", after=1, rule="top bottom"),
        ParagraphStyle("Heading1", "heading 1", black, 16 if zh else 14, "Normal", bold, "left",
              8 if zh else 14, 4 if zh else 6, line if zh else 0, indent, 1, True),
        ParagraphStyle("Heading2", "heading 2", kai, 16 if zh else 12, "Normal", bold, "left", 8, 4, line if zh else 0,
              indent, 2, True),
        ParagraphStyle("Caption", "caption", black, table, bold=bold, align="center", before=10, after=4),
        ParagraphStyle("TableCaption", "Table Caption", based_on="Caption", before=10, after=4, keep=True),
        ParagraphStyle("ImageCaption", "Image Caption", based_on="Caption", before=4, after=2, keep=True),
        ParagraphStyle("ImageCaptionAlone", "Image Caption Alone", based_on="Caption", before=4, after=8),
        ParagraphStyle("Picture", "Picture", align="center", before=10, keep=True),
        ParagraphStyle("TableText", "Table Text", small, table, before=2, after=2),
        ParagraphStyle("TableTextSmall", "Table Text Small", small, 9 if zh else 8.5, before=2, after=2),
        ParagraphStyle("Footer", "footer", small, 14 if zh else 10),
    )  # fmt: skip


def text_width_mm(page: Page, style: Style = HOUSE_STYLE) -> float:
    """The width of the text on a page; of a Word document of one's own, as that has it.

    Examples
    --------
    >>> text_width_mm("paper"), text_width_mm("sheet")
    (156, 170)
    """
    if style.reference_docx:
        return width_of(style.reference_docx)
    _, right, _, left = _margins(page, style)
    return style.width_mm - left - right


def _margins(page: Page, style: Style) -> tuple[float, float, float, float]:
    """A sheet keeps its narrow ones, to have one page."""
    return style.margins if style.margins is not None and page == "paper" else MARGINS_MM[page]


@lru_cache(maxsize=16)
def reference(language: Language, page: Page, style: Style = HOUSE_STYLE) -> bytes:
    """The reference document: pandoc's own, with page, styles, fonts and footers of this house; or one's own, completed."""
    if style.reference_docx:
        return completed(style.reference_docx, "".join(map(_style, styles(language, page, style))) + _NORMAL + _OTHERS)
    parts = unpacked(_pandocs_own())
    sides = [("default", "right"), ("even", "left")] if language == "zh" else [("default", "center")]
    footers = {f"footer{number}.xml": side for number, side in enumerate(sides, start=1)}
    parts |= {f"word/{name}": _footer(align, language).encode() for name, (_, align) in footers.items()}
    parts["word/styles.xml"] = _styles_part(language, page, style).encode()
    parts["word/fontTable.xml"] = _font_table().encode()
    parts["word/document.xml"] = _document_part([kind for kind, _ in sides], page, style).encode()
    for part, before, added in (
        ("[Content_Types].xml", "</Types>", _overrides(footers)),
        ("word/_rels/document.xml.rels", "</Relationships>", _relations(footers)),
        ("word/settings.xml", "<w:characterSpacingControl", "<w:evenAndOddHeaders/>" if len(sides) > 1 else ""),
    ):
        parts[part] = parts[part].decode().replace(before, added + before, 1).encode()
    return packed(parts)


@cache
def environment() -> dict[str, str]:
    """In which pandoc runs: at the first moment that a zip can hold, whatever the clock says."""
    return os.environ | {"SOURCE_DATE_EPOCH": "315532800"}


def _pandocs_own() -> bytes:
    import pypandoc

    command = [pypandoc.get_pandoc_path(), "--print-default-data-file", "reference.docx"]
    return subprocess.run(command, env=environment(), capture_output=True, check=True).stdout


def _styles_part(language: Language, page: Page, style: Style) -> str:
    # Latin text is English in both papers: as Chinese, its numbers would break between any two digits
    default = "仿宋_GB2312" if language == "zh" else "宋体"
    own = style.faces(language).body or default
    ink = _colour(style.colours.changed().get("ink", ""))
    defaults = (
        f"<w:docDefaults><w:rPrDefault><w:rPr>{_faces(own, style.en.body)}{ink}<w:sz w:val='24'/><w:szCs w:val='24'/>"
        "<w:lang w:val='en-GB' w:eastAsia='zh-CN' w:bidi='ar-SA'/></w:rPr></w:rPrDefault>"
        "<w:pPrDefault><w:pPr><w:spacing w:after='0'/></w:pPr></w:pPrDefault></w:docDefaults>"
    )
    made = "".join(_style(one) for one in styles(language, page, style))
    return f"<?xml version='1.0' encoding='UTF-8' standalone='yes'?><w:styles {_W}>{defaults}{_NORMAL}{made}{_OTHERS}</w:styles>"


_NORMAL = "<w:style w:type='paragraph' w:default='1' w:styleId='Normal'><w:name w:val='Normal'/><w:qFormat/></w:style>"

# Numbers are links to the annex: quiet, in the colour of the text.
_OTHERS = (
    "<w:style w:type='character' w:default='1' w:styleId='DefaultParagraphFont'>"
    "<w:name w:val='Default Paragraph Font'/></w:style>"
    "<w:style w:type='character' w:styleId='Hyperlink'><w:name w:val='Hyperlink'/>"
    "<w:rPr><w:color w:val='auto'/><w:u w:val='none'/></w:rPr></w:style>"
    "<w:style w:type='table' w:default='1' w:styleId='TableNormal'><w:name w:val='Normal Table'/><w:tblPr>"
    "<w:tblInd w:w='0' w:type='dxa'/><w:tblCellMar><w:left w:w='60' w:type='dxa'/><w:right w:w='60' w:type='dxa'/>"
    "</w:tblCellMar></w:tblPr></w:style>"
    "<w:style w:type='table' w:styleId='Table'><w:name w:val='Table'/><w:basedOn w:val='TableNormal'/><w:qFormat/>"
    "<w:tblPr><w:jc w:val='center'/><w:tblBorders><w:top w:val='single' w:sz='12' w:space='0' w:color='auto'/>"
    "<w:bottom w:val='single' w:sz='12' w:space='0' w:color='auto'/></w:tblBorders></w:tblPr>"
    "<w:tblStylePr w:type='firstRow'><w:rPr><w:b/></w:rPr><w:tcPr><w:tcBorders>"
    "<w:bottom w:val='single' w:sz='6' w:space='0' w:color='auto'/></w:tcBorders></w:tcPr></w:tblStylePr></w:style>"
)


def _style(style: ParagraphStyle) -> str:
    keep = "<w:keepNext/>" if style.keep else ""
    edge = style.colour.removeprefix("#") or "auto"
    edges = "".join(f"<w:{side} w:val='single' w:sz='6' w:space='4' w:color='{edge}'/>" for side in style.rule.split())
    exact = f" w:line='{style.line * 20:.0f}' w:lineRule='exact'" if style.line else " w:line='240' w:lineRule='auto'"
    spacing = f"<w:spacing w:before='{style.before * 20:.0f}' w:after='{style.after * 20:.0f}'{exact}/>"
    indent = f"<w:ind w:firstLineChars='{style.indent * 100}' w:firstLine='{style.indent * style.size * 20:.0f}'/>"
    indent = indent if style.size else ""
    align = f"<w:jc w:val='{style.align}'/>" if style.align else ""
    outline = f"<w:outlineLvl w:val='{style.level - 1}'/>" if style.level else ""
    face = _faces(style.face, style.latin) if style.face else ""
    bold = "<w:b/>" if style.bold else ""
    size = f"<w:sz w:val='{style.size * 2:.0f}'/><w:szCs w:val='{style.size * 2:.0f}'/>" if style.size else ""
    border = f"<w:pBdr>{edges}</w:pBdr>" if edges else ""
    return (
        f"<w:style w:type='paragraph' w:styleId='{style.id}'><w:name w:val='{style.name}'/>"
        f"<w:basedOn w:val='{style.based_on}'/><w:qFormat/>"
        f"<w:pPr>{keep}{border}{spacing}{indent}{align}{outline}</w:pPr><w:rPr>{face}{bold}{_colour(style.colour)}{size}</w:rPr></w:style>"
    )


def _colour(colour: str) -> str:
    return f"<w:color w:val='{colour.removeprefix('#')}'/>" if colour else ""


def _faces(east: str, latin: str = "") -> str:
    latin, east = (escape(name, {"'": "&apos;"}) for name in (latin or _LATIN, east))
    return f"<w:rFonts w:ascii='{latin}' w:hAnsi='{latin}' w:eastAsia='{east}' w:cs='{latin}'/>"


def _font_table() -> str:
    fonts = "".join(
        f"<w:font w:name={quoteattr(name)}><w:altName w:val={quoteattr(others)}/></w:font>"
        for name, others in _FALLBACKS.items()
    )
    return f"<?xml version='1.0' encoding='UTF-8' standalone='yes'?><w:fonts {_W}>{fonts}</w:fonts>"


def _footer(align: str, language: Language) -> str:
    dash = "<w:r><w:t xml:space='preserve'>{}</w:t></w:r>" if language == "zh" else ""
    # one character off the edge of the text, as the standard has it
    indent = "<w:ind w:leftChars='100' w:rightChars='100' w:left='280' w:right='280'/>" if language == "zh" else ""
    return (
        f"<?xml version='1.0' encoding='UTF-8' standalone='yes'?><w:ftr {_W}><w:p><w:pPr><w:pStyle w:val='Footer'/>"
        f"{indent}<w:jc w:val='{align}'/></w:pPr>{dash.format('— ')}{field_of('PAGE', '1')}{dash.format(' —')}</w:p></w:ftr>"
    )


def field_of(instruction: str, shown: str) -> str:
    """A field that Word computes anew, with what it shows until then."""
    inner = (
        "<w:fldChar w:fldCharType='begin'/>",
        f"<w:instrText xml:space='preserve'> {instruction} </w:instrText>",
        "<w:fldChar w:fldCharType='separate'/>",
        f"<w:t>{shown}</w:t>",
        "<w:fldChar w:fldCharType='end'/>",
    )
    return "".join(f"<w:r>{part}</w:r>" for part in inner)


def _document_part(footers: list[str], page: Page, style: Style) -> str:
    references = "".join(
        f"<w:footerReference w:type='{kind}' r:id='rIdFooter{number}'/>" for number, kind in enumerate(footers, start=1)
    )
    margin = {side: round(mm * 1440 / 25.4) for side, mm in zip(_SIDES, _margins(page, style), strict=True)}
    margin |= {"header": 851, "footer": _FROM_EDGE[page], "gutter": 0}
    width, height = (round(mm * 1440 / 25.4) for mm in SIZES_MM[style.page_size])
    edges = " ".join(f"w:{side}='{twips}'" for side, twips in margin.items())
    return (
        f"<?xml version='1.0' encoding='UTF-8' standalone='yes'?><w:document {_W} {_R}><w:body><w:p/>"
        f"<w:sectPr>{references}<w:pgSz w:w='{width}' w:h='{height}'/>"
        f"<w:pgMar {edges}/></w:sectPr></w:body></w:document>"
    )


def _overrides(footers: dict[str, tuple[str, str]]) -> str:
    return "".join(f'<Override PartName="/word/{name}" ContentType="{_FOOTER}" />' for name in footers)


def _relations(footers: dict[str, tuple[str, str]]) -> str:
    return "".join(
        f'<Relationship Type="{_RELATION}" Id="rIdFooter{number}" Target="{name}" />'
        for number, name in enumerate(footers, start=1)
    )
